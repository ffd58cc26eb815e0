//! The role that runs the SQL of files: on a private server a role without superuser rights.
//!
//! That role owns each scratch database and may create roles. It cannot do what Postgres reserves for superusers: run
//! programs, read and write the server's files, load libraries, use untrusted languages. A few commands need a
//! superuser and run no code of their author's; the superuser lends its rights to each of those (`superuser.rs`).
//! Everything else that needs a superuser is an error, and its help says how to trust the files.

use postgres::Client;

use crate::ident::{ident, literal};
use crate::{Error, Result};

/// The role that runs the SQL of migrations, schema files and `FILE.sql` on a private server.
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

/// The help for an error about missing rights.
const HELP: &str = "what files say runs as a role that is no superuser; where you trust all of them: \
                    --replay-as superuser, or FEEDSTOCK_REPLAY_AS=superuser in the environment";

/// Their members run programs and open files.
const OF_THE_MACHINE: &[(u32, &str)] =
    &[(4569, "pg_read_server_files"), (4570, "pg_write_server_files"), (4571, "pg_execute_server_program")];

/// Prepares a private server for replays.
pub(super) fn prepare(admin: &mut Client, version: u32, replay_as: ReplayAs) -> Result<()> {
    match replay_as {
        ReplayAs::Owner => {
            let exists = admin.query_opt("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1", &[&OWNER])?;
            if exists.is_none() {
                admin.batch_execute(&format!("CREATE ROLE {OWNER}"))?;
            }
            admin.batch_execute(&format!(
                "ALTER ROLE {OWNER} NOSUPERUSER LOGIN INHERIT CREATEROLE CREATEDB NOREPLICATION BYPASSRLS \
                 CONNECTION LIMIT -1 PASSWORD NULL VALID UNTIL 'infinity'; ALTER ROLE {OWNER} RESET ALL"
            ))?;
            revoke_what_a_superuser_may(admin, version)?;
        }
        ReplayAs::Superuser => {}
    }
    if version < 160_000 {
        make_ungrantable(admin)?;
    }
    if version >= 150_000 {
        // Settings that data migrations use, and that are harmless.
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

/// Before Postgres 16, a role that may create roles may also grant all but those of superusers. So the roles that run
/// programs and open files are such, without a login: extensions grant them something, and files cannot grant them.
fn make_ungrantable(admin: &mut Client) -> Result<()> {
    for (oid, name) in OF_THE_MACHINE {
        // Earlier versions removed them from a server that is kept.
        admin.batch_execute(&format!(
            "INSERT INTO pg_catalog.pg_authid (oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, \
             rolcanlogin, rolreplication, rolbypassrls, rolconnlimit) \
             SELECT {oid}, {}, true, true, false, false, false, false, false, -1 \
             WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_authid WHERE oid = {oid}); \
             UPDATE pg_catalog.pg_authid SET rolsuper = true WHERE oid = {oid} AND NOT rolsuper",
            literal(name)
        ))?;
    }
    Ok(())
}

/// Revokes the roles with which files could do what a superuser may: files that somebody trusted may have granted them
/// to roles that the owner is a member of.
fn revoke_what_a_superuser_may(admin: &mut Client, version: u32) -> Result<()> {
    let oids: Vec<u32> = OF_THE_MACHINE.iter().map(|(oid, _)| *oid).collect();
    let members = admin.query(
        "SELECT m.roleid::regrole::text, m.member::regrole::text, m.grantor::regrole::text \
         FROM pg_catalog.pg_auth_members AS m \
         JOIN pg_catalog.pg_roles AS r ON r.oid = m.roleid \
         WHERE (r.rolsuper OR r.oid = ANY ($1)) \
         ORDER BY 1, 2, 3",
        &[&oids],
    )?;
    for row in &members {
        let [role, member, grantor]: [String; 3] = [0, 1, 2].map(|at| row.get(at));
        let granted_by = if version >= 160_000 { format!(" GRANTED BY {grantor}") } else { String::new() };
        admin.batch_execute(&format!("REVOKE {role} FROM {member}{granted_by} CASCADE"))?;
    }
    Ok(())
}

/// Makes the owner a member of every role that replays have created, so that it has their rights. Returns whether there
/// was a role of which it was not a member.
pub(super) fn join_roles(admin: &mut Client) -> Result<bool> {
    let mut any = false;
    for again in (0..MOST_COLLISIONS).rev() {
        match join_roles_once(admin) {
            Err(error) if again > 0 && (is_collision(&error) || is_gone(&error)) => any = true,
            done => return Ok(done? || any),
        }
    }
    Ok(any)
}

fn join_roles_once(admin: &mut Client) -> Result<bool> {
    let rows = admin.query(include_str!("joinable.sql"), &[&OWNER])?;
    for row in &rows {
        let (role, with): (&str, &str) = (row.get(0), row.get(1));
        admin.batch_execute(&format!("GRANT {} TO {OWNER} {with}", ident(role)))?;
    }
    Ok(!rows.is_empty())
}

/// How often a command about roles is run where others get in its way.
pub(super) const MOST_COLLISIONS: usize = 20;

/// Is it the error of a command about roles, or about their rights, that another session of the server has forestalled?
/// Those belong to all databases of a server, so replays that run at once share them. Run again, the command finds what
/// the other one did.
pub(super) fn is_collision(error: &Error) -> bool {
    let Some(error) = of_server(error) else { return false };
    match error.code().code() {
        // Two add the same row.
        "23505" => error.schema() == Some("pg_catalog"),
        // Two change the same row.
        "XX000" => error.message().starts_with("tuple concurrently "),
        _ => false,
    }
}

/// Is it the error of a grant of a role that another session has dropped since it was asked for?
pub(super) fn is_gone(error: &Error) -> bool {
    error.sqlstate() == Some("42704")
}

/// What the server said, where it is a server's error.
pub(super) fn of_server(error: &Error) -> Option<&postgres::error::DbError> {
    std::error::Error::source(error)?.downcast_ref::<postgres::Error>()?.as_db_error()
}

/// Refuses a server on which the role of the connection may not create databases.
pub(super) fn may_create_databases(admin: &mut Client) -> Result<()> {
    let row = admin.query_one(
        "SELECT rolcreatedb OR rolsuper, rolname::text FROM pg_roles WHERE rolname = current_user",
        &[],
    )?;
    if row.get(0) {
        return Ok(());
    }
    let role: String = row.get(1);
    Err(Error::database(format!("the role {role} may not create scratch databases on this server")).help(
        format!(
            "run there: ALTER ROLE {} CREATEDB; or leave the scratch URL out to use a private server",
            ident(&role)
        ),
    ))
}

/// Adds the help about superuser rights.
pub(super) fn help(error: Error) -> Error {
    error.help(HELP)
}
