//! Runs SQL on a scratch database, and says where it failed.

use postgres::Client;

use super::Scratch;
use crate::ident::ident;
use crate::migration::Migration;
use crate::sql::{self, Statement};
use crate::{Error, Result};

/// Runs a file's statements, each in a transaction of its own, and forgets its settings afterwards.
///
/// # Errors
/// The file cannot be split, or a statement fails: with file, line, column and what the server says.
pub(crate) fn file(scratch: &Scratch, client: &mut Client, name: &str, text: &str) -> Result<()> {
    for statement in sql::split(name, text)? {
        with_roles(scratch, client, |client| {
            client.batch_execute(statement.text).map_err(|error| at(name, &statement, error))
        })?;
    }
    forget(client)
}

/// Nothing that a file did to its session reaches the next one: each is run as if it were a run of its own.
fn forget(client: &mut Client) -> Result<()> {
    client.batch_execute("DISCARD ALL").map_err(Error::from)
}

/// Runs a migration as the guarded runner would: in one transaction, unless it says otherwise.
///
/// # Errors
/// As of [`file`].
pub(crate) fn migration(scratch: &Scratch, client: &mut Client, migration: &Migration) -> Result<()> {
    let statements = migration.statements()?;
    if migration.header.no_transaction {
        return file(scratch, client, &migration.file, &migration.sql);
    }
    with_roles(scratch, client, |client| {
        let level = migration.isolation.map(|level| format!(" ISOLATION LEVEL {}", level.sql()));
        client.batch_execute(&format!("BEGIN{}", level.unwrap_or_default()))?;
        let run = |client: &mut Client| {
            statements.iter().try_for_each(|statement| {
                client.batch_execute(statement.text).map_err(|error| at(&migration.file, statement, error))
            })
        };
        match run(client) {
            Ok(()) => {
                client.batch_execute("COMMIT").map_err(|error| {
                    Error::database(format!("{} cannot be committed", migration.file)).because(error)
                })?;
                forget(client)
            }
            Err(error) => {
                client.batch_execute("ROLLBACK")?;
                forget(client)?;
                Err(error)
            }
        }
    })
}

/// Runs `what`, and again for each role that it misses: on a private server roles are made as they are named.
pub(super) fn with_roles<T>(
    scratch: &Scratch,
    client: &mut Client,
    mut what: impl FnMut(&mut Client) -> Result<T>,
) -> Result<T> {
    let mut last = None;
    loop {
        let error = match what(client) {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let Some(role) = missing_role(&error) else { return Err(error) };
        if !scratch.is_private() {
            return Err(error.help(format!(
                "no role is ever made on a server that is not our own: CREATE ROLE {} NOLOGIN there, or leave \
                 the scratch URL out to use a private server",
                ident(&role)
            )));
        }
        if last.as_ref() == Some(&role) {
            return Err(error);
        }
        client.batch_execute(&format!("CREATE ROLE {} NOLOGIN", ident(&role)))?;
        last = Some(role);
    }
}

/// The role that Postgres says does not exist.
fn missing_role(error: &Error) -> Option<String> {
    let source = std::error::Error::source(error)?.downcast_ref::<postgres::Error>()?.as_db_error()?;
    let undefined = *source.code() == postgres::error::SqlState::UNDEFINED_OBJECT;
    let name = source.message().strip_prefix("role \"")?.strip_suffix("\" does not exist")?;
    undefined.then(|| name.to_owned())
}

/// The place in the file of what the server complains about.
fn at(file: &str, statement: &Statement<'_>, error: postgres::Error) -> Error {
    let position = error.as_db_error().and_then(|error| match error.position() {
        Some(postgres::error::ErrorPosition::Original(position)) => Some(*position as usize),
        _ => None,
    });
    let (line, column) = position.map_or((statement.line, statement.column), |at| statement.locate(at));
    let missing = error.code() == Some(&postgres::error::SqlState::UNDEFINED_FILE);
    let error =
        Error::database("a statement failed on the scratch database").because(error).at(file, line, column);
    if missing {
        error.help("the extension is not installed on the scratch server: install its package")
    } else {
        error
    }
}
