//! Commands of files that need a superuser and run no code of their author's.
//!
//! They run in the transaction of the file's own session, whose role stays what it is: the superuser makes a function
//! with one command as its body and with its own rights (`SECURITY DEFINER`), the session calls it, and the superuser
//! drops it. The command is written from the names and literals of the file's statement (`lent.rs`). No event trigger
//! of the files fires meanwhile, and a command is undone if it did more than it may:
//!
//! * `OWNER TO` moves objects between roles of the replay; what belongs to the superuser (functions of Postgres that
//!   open files) stays there.
//! * Event triggers get a guard (`guard.sql`) that fires before them: where the session gets a superuser's rights by
//!   itself, as in the script of a trusted extension, they do not fire.
//! * Nothing of the files gets into `pg_catalog`, where it would be found in place of what Postgres has.

use postgres::{Client, SimpleQueryRow};

use super::lent::{Command, Kind};
use super::rights::{MOST_COLLISIONS, OWNER, is_collision, is_gone};
use super::{Database, simple};
use crate::ident::{ident, literal};
use crate::{Error, Result};

/// The superuser's own session in the database of a replay.
pub(super) struct Lender {
    superuser: Client,
    /// The number of commands so far: each is a function of its own name, since a session may keep what it has seen
    /// of an earlier one.
    count: u32,
}

impl Lender {
    /// Opens it. Triggers of the files do not fire in it: see [`Triggers`].
    pub fn open(database: &Database) -> Result<Self> {
        let mut superuser = database.host.connect(database.url())?;
        superuser.batch_execute(
            "SET session_replication_role TO replica; SET client_min_messages TO warning; \
             SET check_function_bodies TO off; SET lock_timeout TO '10s'",
        )?;
        Ok(Lender { superuser, count: 0 })
    }

    /// Runs a text with the superuser's rights in the open transaction of `client`.
    fn run(&mut self, client: &mut Client, text: &str) -> Result<Result<(), postgres::Error>> {
        self.count += 1;
        let function = format!("pg_catalog.feedstock_lent_{}()", self.count);
        self.superuser.batch_execute(&format!(
            "CREATE FUNCTION {function} RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER \
             SET session_replication_role TO replica SET standard_conforming_strings TO on \
             SET client_min_messages TO warning AS {}",
            literal(text)
        ))?;
        // Taking this lock makes the session see what others have committed, in every isolation level.
        let seen =
            client.simple_query("SELECT pg_catalog.pg_get_object_address('schema', '{pg_catalog}', '{}')");
        let done = match seen {
            Ok(_) => client.batch_execute(&format!("SELECT {function}")),
            Err(error) => Err(error),
        };
        self.superuser.batch_execute(&format!("DROP FUNCTION {function}"))?;
        Ok(done)
    }
}

/// The event triggers of the files.
struct Triggers {
    /// Would one fire in the superuser's session?
    fire: bool,
    at_login: bool,
    guarded: bool,
}

impl Triggers {
    fn of(client: &mut Client) -> Result<Self> {
        let row = look(client, include_str!("safe.sql"))?;
        let is = |at| row.as_ref().and_then(|row| row.get(at)) == Some("t");
        Ok(Triggers { fire: is(0), at_login: is(1), guarded: is(2) })
    }
}

/// The objects of roles in the database.
struct Owned {
    count: Option<String>,
    /// Is the role one that objects may be given to?
    is_of_replays: bool,
    in_pg_catalog: bool,
}

impl Owned {
    fn of(client: &mut Client, role: &str) -> Result<Self> {
        let row = look(client, &include_str!("owned.sql").replace("$1", &literal(role)))?;
        let text = |at| row.as_ref().and_then(|row| row.get(at)).map(str::to_owned);
        let is = |at| text(at).as_deref() == Some("t");
        Ok(Owned { count: text(0), is_of_replays: is(1), in_pg_catalog: is(2) })
    }
}

/// A row of a query in the open transaction of `client`, in which no object of the files can replace one that the query
/// uses, temporary ones included.
fn look(client: &mut Client, query: &str) -> Result<Option<SimpleQueryRow>> {
    Ok(look_at_all(client, query)?.into_iter().next())
}

fn look_at_all(client: &mut Client, query: &str) -> Result<Vec<SimpleQueryRow>> {
    simple::rows(
        client,
        &format!(
            "SAVEPOINT feedstock_look; SET LOCAL search_path TO pg_catalog, pg_temp;\n{query};\n\
             ROLLBACK TO SAVEPOINT feedstock_look; RELEASE SAVEPOINT feedstock_look"
        ),
    )
}

/// Runs a command as the superuser in the open transaction of `client`; `None` if that is not safe. After anything but
/// success the caller goes back to a savepoint.
pub(super) fn run_as_superuser(
    lender: &mut Option<Lender>,
    database: &Database,
    client: &mut Client,
    command: &Command,
) -> Result<Option<Result<(), postgres::Error>>> {
    let triggers = Triggers::of(client)?;
    if triggers.fire || triggers.at_login {
        return Ok(None);
    }
    let Command { kind, text } = command;
    let role = if let Kind::Owner(role) = kind { role } else { "" };
    let before = Owned::of(client, role)?;
    let allowed = match kind {
        Kind::Extension(name) => {
            let row = look(client, &include_str!("in_the_way.sql").replace("$1", &literal(name)))?;
            row.is_some_and(|row| row.get(0) == Some("f"))
        }
        Kind::Owner(_) => before.is_of_replays,
        Kind::Server | Kind::EventTrigger | Kind::Other => true,
    };
    if !allowed {
        return Ok(None);
    }
    let lender = opened(lender, database)?;
    let body = match kind {
        Kind::EventTrigger => format!("{}{text}", include_str!("guard.sql")),
        _ => text.clone(),
    };
    if let Err(error) = lender.run(client, &body)? {
        return Ok(Some(Err(error)));
    }
    if *kind == Kind::Server {
        let servers = look_at_all(
            client,
            "SELECT s.srvname FROM pg_foreign_server AS s WHERE s.srvowner = 10::oid AND NOT EXISTS ( \
             SELECT FROM pg_depend AS d \
             WHERE d.classid = 'pg_foreign_server'::regclass::oid AND d.objid = s.oid AND d.deptype = 'e')",
        )?;
        for server in servers {
            let server = ident(server.get(0).unwrap_or_default());
            if let Err(error) = lender.run(client, &format!("ALTER SERVER {server} OWNER TO {OWNER}"))? {
                return Ok(Some(Err(error)));
            }
        }
        // Else it would see only its own user mappings whole, and those of PUBLIC.
        let show = format!("GRANT SELECT ON pg_catalog.pg_user_mapping TO {OWNER}");
        if let Err(error) = lender.run(client, &show)? {
            return Ok(Some(Err(error)));
        }
    }
    let (triggers, after) = (Triggers::of(client)?, Owned::of(client, role)?);
    let more = matches!(kind, Kind::Owner(_)) && after.count != before.count;
    let undone = more || after.in_pg_catalog || triggers.at_login || !triggers.guarded;
    Ok((!undone).then_some(Ok(())))
}

/// Makes the owner a member of the roles that the open transaction of `client` has created, so that it has their
/// rights. Returns whether there was one.
pub(super) fn join_roles(
    lender: &mut Option<Lender>,
    database: &Database,
    client: &mut Client,
) -> Result<bool> {
    let triggers = Triggers::of(client)?;
    for again in (0..MOST_COLLISIONS).rev() {
        let rows = look_at_all(client, &include_str!("joinable.sql").replace("$1", &literal(OWNER)))?;
        let grants = rows.iter().filter_map(|row| Some((row.get(0)?, row.get(1)?)));
        let grants: Vec<String> =
            grants.map(|(role, with)| format!("GRANT {} TO {OWNER} {with}", ident(role))).collect();
        if grants.is_empty() || triggers.fire || triggers.at_login {
            // What was in the way has joined them.
            return Ok(again + 1 < MOST_COLLISIONS);
        }
        client.batch_execute("SAVEPOINT feedstock_join")?;
        match opened(lender, database)?.run(client, &grants.join(";\n"))?.map_err(Error::from) {
            Err(error) if again > 0 && (is_collision(&error) || is_gone(&error)) => {
                client.batch_execute("ROLLBACK TO SAVEPOINT feedstock_join")?;
            }
            done => {
                done?;
                client.batch_execute("RELEASE SAVEPOINT feedstock_join")?;
                return Ok(true);
            }
        }
    }
    Ok(true)
}

fn opened<'l>(lender: &'l mut Option<Lender>, database: &Database) -> Result<&'l mut Lender> {
    match lender {
        Some(lender) => Ok(lender),
        None => Ok(lender.insert(Lender::open(database)?)),
    }
}
