//! Records that a statement outside a transaction is about to run, so that the next run can find out how it ended.
//!
//! The record is a row of a table beside the history table. That table is created when a `no-transaction` file first
//! runs; the row is committed before the statement is sent, and deleted in the transaction that records the file. The
//! history table itself stays as refinery created it.

use postgres::Client;
use postgres::error::SqlState;

use super::guard::Guard;
use super::probe::objects;
use super::{simple, unexpected};
use crate::ident::literal;
use crate::migration::Migration;
use crate::runner::History;
use crate::sql::{OneStatement, Statement};
use crate::{Error, Result};

/// An attempt at a statement.
pub(super) struct Attempt {
    /// Is this the first attempt? Then the catalog cannot have a result of an earlier one.
    pub is_first: bool,
    /// The objects of the statement as they were before the first attempt: see [`objects`].
    pub objects: Vec<u32>,
}

impl Guard<'_> {
    /// Records that a statement is about to be sent, unless an earlier run recorded it.
    pub(super) fn begin_attempt(
        &mut self,
        migration: &Migration,
        statement: &Statement<'_>,
        one: &OneStatement,
    ) -> Result<Attempt> {
        self.in_own_transaction(migration, "its statement was not sent", |guard, _| {
            let attempt = guard.note(migration, statement, one)?;
            guard.session.exchange("COMMIT")?;
            Ok(attempt)
        })
    }

    fn note(
        &mut self,
        migration: &Migration,
        statement: &Statement<'_>,
        one: &OneStatement,
    ) -> Result<Attempt> {
        let (client, history) = (&mut *self.session.client, &self.options.history);
        let digest = crate::migration::sha256(statement.text);
        create(client, history).map_err(|error| not_noted(history, error))?;
        let noted = read(client, history, migration.version, &digest)?;
        let attempt = match noted {
            Some(objects) => Attempt { is_first: false, objects },
            None => {
                let objects = objects(client, one)?;
                client
                    .batch_execute(&insert(history, migration.version, &digest, &objects))
                    .map_err(|error| not_noted(history, error))?;
                Attempt { is_first: true, objects }
            }
        };
        Ok(attempt)
    }

    /// Deletes the row of a file, inside the transaction that records the file in the history.
    pub(super) fn end_attempt(&mut self, migration: &Migration) -> Result<()> {
        let (client, history) = (&mut *self.session.client, &self.options.history);
        if !is_there(client, history)? {
            return Ok(());
        }
        let delete = format!("DELETE FROM {} WHERE version = {}", history.attempts(), migration.version);
        client.batch_execute(&delete).map_err(|error| not_noted(history, error))
    }
}

fn is_there(client: &mut Client, history: &History) -> Result<bool, postgres::Error> {
    simple::truth(
        client,
        &format!("SELECT pg_catalog.to_regclass({}) IS NOT NULL", literal(&history.attempts())),
    )
}

/// `CREATE TABLE IF NOT EXISTS` needs the right to create tables even where the table exists, so it is looked for
/// first.
fn create(client: &mut Client, history: &History) -> Result<(), postgres::Error> {
    if is_there(client, history)? {
        return Ok(());
    }
    let about = "Statements of migrations that were begun outside a transaction and are not recorded yet: the \
                 SHA-256 of each and the oids of what it is about, as they were before it";
    client.batch_execute(&format!(
        "{}; COMMENT ON TABLE {} IS {}",
        definition(history),
        history.attempts(),
        literal(about)
    ))
}

fn definition(history: &History) -> String {
    format!(
        "CREATE TABLE {} (version int8 PRIMARY KEY, statement text NOT NULL, objects oid[] NOT NULL, \
         begun timestamptz NOT NULL)",
        history.attempts()
    )
}

/// The objects that an earlier attempt at the same statement recorded.
fn read(client: &mut Client, history: &History, version: i64, digest: &str) -> Result<Option<Vec<u32>>> {
    let query = format!(
        "SELECT pg_catalog.array_to_string(objects, ' ') FROM {} WHERE version = {version} AND statement = '{digest}'",
        history.attempts()
    );
    let row = simple::row(client, &query).map_err(|error| not_noted(history, error))?;
    let number = |oid: &str| oid.parse().map_err(|_| unexpected("an attempt"));
    row.first().map(|objects| objects.split_whitespace().map(number).collect()).transpose()
}

fn insert(history: &History, version: i64, digest: &str, objects: &[u32]) -> String {
    let objects: Vec<String> = objects.iter().map(u32::to_string).collect();
    format!(
        "INSERT INTO {} (version, statement, objects, begun) \
         VALUES ({version}, '{digest}', '{{{}}}', pg_catalog.clock_timestamp()) ON CONFLICT (version) DO UPDATE \
         SET statement = EXCLUDED.statement, objects = EXCLUDED.objects, begun = EXCLUDED.begun",
        history.attempts(),
        objects.join(", ")
    )
}

fn not_noted(history: &History, error: postgres::Error) -> Error {
    let denied = error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE);
    let table = history.attempts();
    let failed = Error::database(format!(
        "the attempt at a statement outside a transaction cannot be recorded in {table}, so it was not sent"
    ))
    .because(error);
    if !denied {
        return failed;
    }
    failed.help(format!(
        "without the note nobody could tell after a crash what became of it. Let the role create the table: \
         GRANT CREATE ON SCHEMA {} TO <role>; or create it once as another role: {}; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO <role>",
        crate::ident::ident(&history.schema),
        definition(history),
    ))
}
