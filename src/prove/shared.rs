//! Objects of a whole server, such as roles: on a server that is not ours a replay must leave them as they were.
//!
//! A transaction of a replay that wrote to a catalog shared by all databases is checked before its commit. New roles
//! are allowed: their comment has the run's number, and they are dropped with the run's databases, or by the next run
//! if this one is killed. Any other change is rolled back, and is an error.

use std::collections::BTreeMap;

use postgres::{Client, SimpleQueryRow};

use super::host::{Host, ROLE_COMMENT};
use super::simple;
use crate::ident::{ident, literal, unquoted};
use crate::{Error, Result, sql};

/// Shared objects: by kind and name, their definition.
pub(super) type Found = BTreeMap<(String, String), String>;

/// How often a difference is looked at again: another session may have changed the server between two queries.
const LOOKS: u32 = 3;

/// Checks the transaction that `client` is about to commit.
///
/// # Errors
/// The transaction changes a shared object; it is still open then.
pub(super) fn before_commit(host: &Host, client: &mut Client) -> Result<()> {
    // What files have set must not hide anything: the role, for example.
    client.batch_execute("SAVEPOINT feedstock_shared; SET LOCAL ROLE NONE")?;
    let made = made_here(host, client)?;
    client.batch_execute("ROLLBACK TO SAVEPOINT feedstock_shared; RELEASE SAVEPOINT feedstock_shared")?;
    for role in made {
        let comment = literal(&format!("{ROLE_COMMENT}{:08x}", host.run));
        client.batch_execute(&format!("COMMENT ON ROLE {} IS {comment}", ident(&role)))?;
        host.made_role(&role);
    }
    Ok(())
}

/// The roles that the open transaction makes.
fn made_here(host: &Host, client: &mut Client) -> Result<Vec<String>> {
    if simple::rows(client, include_str!("shared_locks.sql"))?.is_empty() {
        return Ok(Vec::new());
    }
    let passwords = sees_passwords(client)?;
    let mut look = 1;
    let (made, wrong) = loop {
        let (before, after) = (found(host, &mut host.admin(), passwords)?, found(host, client, passwords)?);
        let (made, wrong) = changes(host, &before, &after);
        if wrong.is_empty() || look == LOOKS {
            break (made, wrong);
        }
        look += 1;
    };
    if !wrong.is_empty() {
        return Err(refused(&wrong.join(", ")));
    }
    let mut altered = || simple::rows(client, include_str!("altered_roles.sql"));
    if !passwords && altered()?.iter().any(|row| row.get(0) == Some("t")) {
        return Err(refused(
            "a role was altered, and only a superuser could see whether that set the password of another role (a \
             role that the files made may be written whole in its CREATE ROLE)",
        ));
    }
    Ok(made)
}

/// The roles that are new in `after`, and what else differs that is not about roles of replays.
fn changes(host: &Host, before: &Found, after: &Found) -> (Vec<String>, Vec<String>) {
    let made: Vec<String> = after
        .keys()
        .filter(|key| key.0 == "role" && !before.contains_key(*key))
        .map(|key| key.1.clone())
        .collect();
    let earlier = host.made_roles();
    let is_made = |role: &str| made.iter().any(|made| made == role) || earlier.contains(role);
    let of_made = |key: &(String, String)| match key.0.as_str() {
        "member" => key.1.split(" in ").any(is_made),
        "role" | "comment on role" | "password of role" => is_made(&key.1),
        _ => false,
    };
    let changed = before.iter().filter(|(key, state)| after.get(*key) != Some(*state)).map(|(key, _)| key);
    let added = after.keys().filter(|key| !before.contains_key(*key));
    let mut wrong: Vec<String> = changed
        .chain(added)
        .filter(|key| !of_made(key))
        .map(|(kind, name)| format!("{kind} {name}"))
        .collect();
    wrong.dedup();
    (made, wrong)
}

/// The shared objects as they are now.
pub(super) fn state(host: &Host) -> Result<Found> {
    let mut admin = host.admin();
    let passwords = sees_passwords(&mut admin)?;
    found(host, &mut admin, passwords)
}

/// Compares the shared objects with what they were before a statement that has committed.
///
/// # Errors
/// There is a difference.
pub(super) fn compare(host: &Host, before: &Found) -> Result<()> {
    let (made, mut wrong) = changes(host, before, &state(host)?);
    wrong.extend(made.into_iter().map(|role| format!("role {role}")));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Error::file(format!(
        "while this ran, objects of the whole scratch server were changed: {}",
        wrong.join(", ")
    ))
    .help(
        "it commits by itself, so it cannot be undone: look at these objects; and leave the scratch URL out to use a \
         private server",
    ))
}

/// Refuses a statement that commits by itself if it, or a routine that it may call, has a command about shared objects.
pub(super) fn refuse_before_it_commits(client: &mut Client, statement: &str) -> Result<()> {
    let ask = format!(
        "BEGIN; SET LOCAL search_path TO pg_catalog, pg_temp; {}; ROLLBACK",
        include_str!("routines.sql")
    );
    let rows = simple::rows(client, &ask)?;
    let mut routines: Vec<(&str, &str)> =
        rows.iter().filter_map(|row| Some((row.get(0)?, row.get(1)?))).collect();
    let mut texts = vec![statement];
    while let Some(text) = texts.pop() {
        let found = names(text);
        if let Some(what) = about_shared_objects(&found) {
            return Err(refused(&what.to_uppercase()));
        }
        routines.retain(|(name, body)| {
            let is_called = found.contains(&name.to_lowercase());
            if is_called {
                texts.push(body);
            }
            !is_called
        });
    }
    Ok(())
}

/// The names and keywords of a text in lower case, those in literals included: dynamic SQL is a literal.
fn names(text: &str) -> Vec<String> {
    let is_part = |char: char| char.is_alphanumeric() || char == '_' || char == '$';
    let words = text.split(|char| !is_part(char)).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// The command about shared objects in a text, by its first words.
fn about_shared_objects(names: &[String]) -> Option<String> {
    if let Some(function) = names.iter().find(|name| is_of_the_server(name)) {
        return Some(function.clone());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    (0..names.len()).find_map(|at| {
        let length = match names[at..] {
            ["create" | "alter" | "drop", "user", "mapping", ..] => return None,
            [
                "create" | "alter" | "drop",
                "role" | "user" | "group" | "database" | "tablespace" | "subscription",
                ..,
            ]
            | ["alter", "system", ..]
            | ["reassign" | "drop", "owned", ..] => 2,
            ["comment" | "label", "on", "role" | "database" | "tablespace", ..] => 3,
            ["grant" | "revoke", ref rest @ ..] => {
                let list = rest.iter().take_while(|name| !["to", "from"].contains(name));
                let list: Vec<&str> = list.copied().collect();
                let object = list.iter().position(|name| *name == "on").and_then(|on| list.get(on + 1));
                match object {
                    Some(object) if !["database", "tablespace", "parameter"].contains(object) => return None,
                    _ => 1,
                }
            }
            _ => return None,
        };
        Some(names[at..at + length].join(" "))
    })
}

/// Is it a function that changes the server outside of transactions?
fn is_of_the_server(function: &str) -> bool {
    const FUNCTIONS: &[&str] = &[
        "pg_create_physical_replication_slot",
        "pg_create_logical_replication_slot",
        "pg_copy_physical_replication_slot",
        "pg_copy_logical_replication_slot",
        "pg_drop_replication_slot",
        "pg_replication_slot_advance",
        "pg_sync_replication_slots",
        "pg_terminate_backend",
        "pg_cancel_backend",
        "pg_reload_conf",
        "pg_rotate_logfile",
        "pg_switch_wal",
        "pg_create_restore_point",
        "pg_promote",
        "pg_start_backup",
        "pg_stop_backup",
        "pg_backup_start",
        "pg_backup_stop",
        "pg_wal_replay_pause",
        "pg_wal_replay_resume",
        "pg_stat_reset_shared",
        "pg_stat_reset_slru",
        "pg_stat_reset_replication_slot",
    ];
    FUNCTIONS.contains(&function) || function.starts_with("pg_replication_origin_")
}

/// What a statement changes on a server and no rollback undoes or no query shows: a function of [`is_of_the_server`],
/// a password of a role of others.
pub(super) fn cannot_be_undone(text: &str, is_other: impl Fn(&str) -> bool) -> Option<String> {
    let words = sql::words(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // The body of a new routine does not run.
    let makes_a_routine = words.first() == Some(&"CREATE")
        && words.iter().take(4).any(|word| ["FUNCTION", "PROCEDURE"].contains(word));
    let names = names(text);
    if !makes_a_routine && let Some(function) = names.iter().find(|name| is_of_the_server(name)) {
        return Some(function.clone());
    }
    match words[..] {
        ["ALTER", "ROLE" | "USER", ..] if words.contains(&"PASSWORD") => {
            let role = text.split_whitespace().nth(2).map(unquoted)?;
            is_other(&role).then(|| format!("the password of role {role}"))
        }
        _ => None,
    }
}

/// The name of a command that changes the server and cannot run in a transaction: it is refused on every server.
pub(super) fn changes_the_server(text: &str) -> Option<&'static str> {
    let words = sql::words(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["ALTER", "SYSTEM", ..] => Some("ALTER SYSTEM"),
        ["CREATE", "TABLESPACE", ..] => Some("CREATE TABLESPACE"),
        ["DROP", "TABLESPACE", ..] => Some("DROP TABLESPACE"),
        ["CREATE", "DATABASE", ..] => Some("CREATE DATABASE"),
        ["DROP", "DATABASE", ..] => Some("DROP DATABASE"),
        ["CREATE", "SUBSCRIPTION", ..] => Some("CREATE SUBSCRIPTION"),
        _ => None,
    }
}

/// The error for a change of a shared object.
pub(super) fn refused(what: &str) -> Error {
    Error::file(format!("this would change objects of the whole scratch server: {what}")).help(
        "a replay may change its own database, and on a private server (without a scratch URL) roles; take the rest \
         out of the files",
    )
}

fn found(host: &Host, client: &mut Client, passwords: bool) -> Result<Found> {
    let mut query = include_str!("shared.sql").to_owned();
    if host.version >= 150_000 {
        query.push_str(include_str!("shared_parameters.sql"));
    }
    if passwords {
        query.push_str(include_str!("shared_passwords.sql"));
    }
    let rows = simple::rows(client, &query)?;
    let text = |row: &SimpleQueryRow, column| row.get(column).unwrap_or_default().to_owned();
    Ok(rows.iter().map(|row| ((text(row, 0), text(row, 1)), text(row, 2))).collect())
}

/// May the role of this session read passwords (their hashes, which are compared and never shown)?
fn sees_passwords(client: &mut Client) -> Result<bool> {
    let ask = "SELECT pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT')";
    Ok(simple::rows(client, ask)?.iter().any(|row| row.get(0) == Some("t")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_about_shared_objects_are_found_in_blocks_and_literals() {
        for (text, found) in [
            ("do $$ begin execute 'create role newr4'; commit; end $$", Some("create role")),
            ("begin ALTER  USER a; end", Some("alter user")),
            ("grant connect on database postgres to x", Some("grant")),
            ("grant admins to x", Some("grant")),
            ("grant select on t to x", None),
            ("create user mapping for x server s", None),
            ("drop owned by x", Some("drop owned")),
            ("perform pg_replication_origin_create('o')", Some("pg_replication_origin_create")),
            ("update users set role = 'x'; commit", None),
        ] {
            assert_eq!(about_shared_objects(&names(text)).as_deref(), found, "{text}");
        }
    }
}
