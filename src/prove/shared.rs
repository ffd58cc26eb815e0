//! Objects of a whole server, such as roles: on a server that is not ours a replay must leave them as they were.
//!
//! A transaction of a replay that wrote to a catalog shared by all databases is checked before its commit. New roles
//! are allowed: their comment has the run's number, and they are dropped with the run's databases, or by the next run
//! if this one is killed. Any other change is rolled back, and is an error.

use std::collections::BTreeMap;

use postgres::{Client, SimpleQueryRow};

use super::host::{Host, ROLE_COMMENT};
use super::simple;
use crate::ident::{ident, literal};
use crate::{Error, Result, sql};

/// Shared objects: by kind and name, their definition.
type Found = BTreeMap<(String, String), String>;

/// Checks the transaction that `client` is about to commit.
///
/// # Errors
/// The transaction changes a shared object; it is still open then.
pub(super) fn before_commit(host: &Host, client: &mut Client) -> Result<()> {
    if simple::rows(client, include_str!("shared_locks.sql"))?.is_empty() {
        return Ok(());
    }
    let (before, after) = (found(&mut host.admin())?, found(client)?);
    let made: Vec<&str> = after
        .keys()
        .filter(|key| key.0 == "role" && !before.contains_key(*key))
        .map(|key| key.1.as_str())
        .collect();
    let earlier = host.made_roles();
    let is_made = |role: &str| made.contains(&role) || earlier.contains(role);
    let of_made = |key: &(String, String)| match key.0.as_str() {
        "member" => key.1.split(" in ").any(is_made),
        "role" | "comment on role" => is_made(&key.1),
        _ => false,
    };
    let changed = before.iter().filter(|(key, state)| after.get(*key) != Some(*state)).map(|(key, _)| key);
    let added = after.keys().filter(|key| !before.contains_key(*key));
    let wrong = changed.chain(added).filter(|key| !of_made(key));
    let wrong: Vec<String> = wrong.map(|(kind, name)| format!("{kind} {name}")).collect();
    if !wrong.is_empty() {
        return Err(refused(&wrong.join(", ")));
    }
    for role in made {
        let comment = literal(&format!("{ROLE_COMMENT}{:08x}", host.run));
        client.batch_execute(&format!("COMMENT ON ROLE {} IS {comment}", ident(role)))?;
        host.made_role(role);
    }
    Ok(())
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

fn found(client: &mut Client) -> Result<Found> {
    let rows = simple::rows(client, include_str!("shared.sql"))?;
    let text = |row: &SimpleQueryRow, column| row.get(column).unwrap_or_default().to_owned();
    Ok(rows.iter().map(|row| ((text(row, 0), text(row, 1)), text(row, 2))).collect())
}
