//! The session that runs the measured statements.

use std::collections::BTreeSet;

use postgres::Client;
use postgres::error::SqlState;

use super::meter::{Meter, Seen};
use super::watch;
use crate::ident::literal;
use crate::pin;
use crate::plan::Mode;
use crate::prove::{Database, Scratch, run, simple};
use crate::{Error, Result};

/// A zone other than UTC: in UTC a change from `timestamp` to `timestamptz` needs no rewrite, and elsewhere it does.
const ELSEWHERE: &[(&str, &str)] = &[("TimeZone", "Asia/Shanghai")];

/// A connection to the clone, and the relations that existed before the statement.
pub(super) struct Session<'a> {
    scratch: &'a Scratch,
    database: &'a Database,
    client: Client,
    meter: Meter,
    /// The `SET LOCAL`s of the file, which are repeated in its next transaction.
    settings: Vec<(String, String)>,
}

impl<'a> Session<'a> {
    pub(super) fn open(scratch: &'a Scratch, database: &'a Database) -> Result<Self> {
        let mut client = database.client()?;
        pin::pin(&mut client, ELSEWHERE)?;
        let meter = Meter::new(&mut client, simple::rows)?;
        Ok(Session { scratch, database, client, meter, settings: Vec::new() })
    }

    /// Were there no relations?
    pub(super) fn is_empty(&self) -> bool {
        self.meter.is_empty()
    }

    /// Runs a statement in a transaction of its own.
    pub(super) fn alone(&mut self, sql: &str) -> Result<Seen> {
        let (settings, meter) = (&self.settings, &self.meter);
        let (before, after) = run::with_roles(self.scratch, &mut self.client, |client| {
            client.batch_execute("BEGIN")?;
            let done = set_locally(client, settings).and_then(|()| {
                let before = meter.before(client)?;
                client.batch_execute(sql)?;
                Ok((before, meter.after(client)?))
            });
            if done.is_err() {
                client.batch_execute("ROLLBACK")?;
            }
            done
        })?;
        // A SET takes no locks; for others this query is left out, since it costs as much as the rest together.
        if after.is_empty() {
            self.settings = session_settings(&mut self.client)?;
        }
        self.client.batch_execute("COMMIT")?;
        Ok(self.meter.seen(&before, after, true))
    }

    /// Runs all statements of a file in one transaction.
    pub(super) fn together(&mut self, statements: &[String], seen: &mut Vec<Seen>) -> Result<()> {
        self.client.batch_execute("BEGIN")?;
        let mut held: BTreeSet<(u32, Option<Mode>)> = BTreeSet::new();
        for sql in statements {
            let done = self.meter.before(&mut self.client).and_then(|before| {
                self.client.batch_execute(sql)?;
                Ok((before, self.meter.after(&mut self.client)?))
            });
            let (before, mut after) = done.or_else(|error| {
                self.client.batch_execute("ROLLBACK")?;
                Err(error)
            })?;
            for row in &mut after {
                if !held.insert((row.oid, row.mode)) {
                    row.mode = None;
                }
            }
            seen.push(self.meter.seen(&before, after, true));
        }
        self.client.batch_execute("COMMIT")?;
        self.reset()
    }

    /// Runs a statement of a file without a transaction. If it can run in one, it is measured there.
    pub(super) fn outside(&mut self, sql: &str) -> Result<Seen> {
        let error = match self.alone(sql) {
            Ok(seen) => return Ok(Seen { in_transaction: false, ..seen }),
            Err(error) => error,
        };
        // It begins or ends transactions itself.
        let own = [SqlState::ACTIVE_SQL_TRANSACTION, SqlState::INVALID_TRANSACTION_TERMINATION];
        if !own.iter().any(|code| error.sqlstate() == Some(code.code())) {
            return Err(error);
        }
        let before = self.meter.before_outside(&mut self.client)?;
        let locks = watch::run(self.database, &mut self.client, sql)?;
        let after = self.meter.after_outside(&mut self.client, &locks)?;
        Ok(self.meter.seen(&before, after, false))
    }

    /// Resets the settings that the file has made.
    pub(super) fn end_of_file(&mut self) -> Result<()> {
        self.settings.clear();
        self.reset()
    }

    fn reset(&mut self) -> Result<()> {
        self.client.batch_execute("RESET ALL")?;
        pin::pin(&mut self.client, ELSEWHERE).map(drop)
    }
}

fn session_settings(client: &mut Client) -> Result<Vec<(String, String)>> {
    let rows =
        simple::rows(client, "SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session'")?;
    Ok(rows.iter().filter_map(|row| Some((row.get(0)?.to_owned(), row.get(1)?.to_owned()))).collect())
}

fn set_locally(client: &mut Client, settings: &[(String, String)]) -> Result<()> {
    let set = |(name, value): &(String, String)| {
        format!("SELECT pg_catalog.set_config({}, {}, true);", literal(name), literal(value))
    };
    let all: String = settings.iter().map(set).collect();
    if all.is_empty() { Ok(()) } else { client.batch_execute(&all).map_err(Error::from) }
}
