//! As whom SQL runs that others wrote: on a private server as a role that is no superuser.
//!
//! That role owns each scratch database and may create roles. What Postgres keeps for superusers it cannot do: run
//! programs, read and write the server's files, load libraries, call functions of untrusted languages. A few commands
//! need a superuser and run no code of their author's (`superuser.rs`); those the superuser runs, in a session of its own
//! in which no trigger fires. Everything else that needs one is an error that says how to trust the files.

use postgres::Client;

use crate::ident::{ident, literal};
use crate::{Error, Result};

/// As whom a private server runs the SQL of migrations, schema files and `FILE.sql`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReplayAs {
    /// A role without superuser rights, which owns the scratch databases.
    #[default]
    Owner,
    /// The server's superuser, which may run programs and read files as the operating system's account of the server.
    Superuser,
}

/// The role of [`ReplayAs::Owner`].
pub(super) const OWNER: &str = "feedstock_owner";

/// Postgres's message, and what to do.
const HELP: &str = "what files say runs as a role that is no superuser; where you trust all of them: \
                    --replay-as superuser, or FEEDSTOCK_REPLAY_AS=superuser in the environment";

/// Before Postgres 16 whoever may create roles may also give these, which run programs and open files: a scratch server
/// goes without them. A superuser needs none of them.
const OF_THE_MACHINE: &[(u32, &str)] =
    &[(4569, "pg_read_server_files"), (4570, "pg_write_server_files"), (4571, "pg_execute_server_program")];

/// Makes a private server ready for replays.
pub(super) fn prepare(admin: &mut Client, version: u32, replay_as: ReplayAs) -> Result<()> {
    match replay_as {
        ReplayAs::Owner => {
            let exists = admin.query_opt("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1", &[&OWNER])?;
            if exists.is_none() {
                admin.batch_execute(&format!("CREATE ROLE {OWNER}"))?;
            }
            admin.batch_execute(&format!(
                "ALTER ROLE {OWNER} NOSUPERUSER LOGIN INHERIT CREATEROLE CREATEDB NOREPLICATION BYPASSRLS; \
                 ALTER ROLE {OWNER} RESET ALL"
            ))?;
            if version < 160_000 {
                let oids: Vec<String> = OF_THE_MACHINE.iter().map(|(oid, _)| oid.to_string()).collect();
                let oids = oids.join(", ");
                admin.batch_execute(&format!(
                    "DELETE FROM pg_catalog.pg_auth_members WHERE roleid IN ({oids}) OR member IN ({oids}); \
                     DELETE FROM pg_catalog.pg_authid WHERE oid IN ({oids})"
                ))?;
            }
        }
        // A kept server may have been one without them.
        ReplayAs::Superuser => {
            for (oid, name) in OF_THE_MACHINE {
                admin.batch_execute(&format!(
                    "INSERT INTO pg_catalog.pg_authid (oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, \
                     rolcanlogin, rolreplication, rolbypassrls, rolconnlimit) \
                     SELECT {oid}, {}, false, true, false, false, false, false, false, -1 \
                     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_authid WHERE oid = {oid})",
                    literal(name)
                ))?;
            }
        }
    }
    if version >= 150_000 {
        // What data migrations set, and what harms nobody.
        for name in ["session_replication_role", "deadlock_timeout", "lc_messages", "log_statement"] {
            let grant = match replay_as {
                ReplayAs::Owner => format!("GRANT SET ON PARAMETER {name} TO {OWNER}"),
                ReplayAs::Superuser => continue,
            };
            admin.batch_execute(&grant)?;
        }
    }
    Ok(())
}

/// Makes the owner a member of every role that the replays have made, so that it may do what each of them may. Was
/// there one of which it was not?
pub(super) fn join_roles(admin: &mut Client) -> Result<bool> {
    let rows = admin.query(include_str!("joinable.sql"), &[&OWNER])?;
    for row in &rows {
        admin.batch_execute(&format!("GRANT {} TO {OWNER} WITH ADMIN OPTION", ident(row.get(0))))?;
    }
    Ok(!rows.is_empty())
}

/// What to do about something that only a superuser may.
pub(super) fn help(error: Error) -> Error {
    error.help(HELP)
}
