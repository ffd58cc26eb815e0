//! A `no-transaction` file: one statement, begun by asking the catalog and ended by the row in the history.

use std::time::{Duration, Instant};

use postgres::error::SqlState;

use super::event::{Blocker, Event, How};
use super::failure::{may_pass, position};
use super::guard::Guard;
use super::probe::{Found, Leftover, probe};
use super::watch;
use crate::migration::Migration;
use crate::sql::{OneStatement, Statement};
use crate::{Error, Result};

/// More leftovers of one statement than there are: `REINDEX` leaves one a crash.
const CLEARINGS: usize = 100;

impl Guard<'_> {
    /// Runs the file's one statement, unless the catalog says that a run which was killed had done it.
    pub fn alone(&mut self, migration: &Migration) -> Result<How> {
        let statements = migration.statements()?;
        let [statement] = &statements[..] else {
            return Err(Error::file(format!("{migration} must have exactly one statement")));
        };
        let one = migration.one_statement(statement)?;
        let how = match one {
            OneStatement::Backfill => self.backfill(migration, statement),
            one => self.until_done(migration, statement, &one),
        };
        let how = how.map_err(|error| {
            if error.place().is_some() {
                error
            } else {
                error.at(&migration.file, statement.line, statement.column)
            }
        })?;
        self.record(migration)?;
        Ok(how)
    }

    /// Each of its batches is a transaction, so it waits for locks as briefly as any other, and is tried again.
    fn backfill(&mut self, migration: &Migration, statement: &Statement<'_>) -> Result<How> {
        let attempts = self.options.attempts.max(1);
        let bound = self.options.lock_timeout;
        for attempt in 1.. {
            self.session.pin(bound)?;
            self.session.check_lock()?;
            (self.events)(Event::Statement { migration, number: 1, of: 1, line: statement.line });
            let watched = self.watched(migration, statement.text);
            let Err(error) = watched.result else {
                (self.events)(Event::StatementDone { migration });
                return Ok(How::Ran);
            };
            if !may_pass(&error) || attempt == attempts {
                return Err(self.statement_failed(migration, statement, error, &watched.blockers, bound));
            }
            self.pause(migration, statement.line, &watched.blockers, attempt)?;
        }
        unreachable!("the last attempt returns")
    }

    fn until_done(
        &mut self,
        migration: &Migration,
        statement: &Statement<'_>,
        one: &OneStatement,
    ) -> Result<How> {
        for _ in 0..CLEARINGS {
            match self.look(one)? {
                Found::Done(found) => {
                    (self.events)(Event::AlreadyDone { migration, found: &found });
                    return Ok(How::AlreadyDone);
                }
                Found::NotStarted => {
                    self.send(migration, statement)?;
                    return self.confirm(migration, one);
                }
                Found::Leftover(leftover) => {
                    self.wait_for_builder(migration, &leftover)?;
                    if let Some(how) = self.clear(migration, statement, one)? {
                        return Ok(how);
                    }
                }
            }
        }
        Err(Error::database(format!("{migration} finds ever new leftovers of itself")))
    }

    /// Asks the catalog, under the settings that the statement will have, and only while we hold the lock.
    fn look(&mut self, one: &OneStatement) -> Result<Found> {
        self.session.pin(self.options.max_wait)?;
        self.session.check_lock()?;
        probe(self.session.client, one)
    }

    /// Clears away a leftover on which nobody works any more. Gives how the file was done, if that has done it.
    fn clear(
        &mut self,
        migration: &Migration,
        statement: &Statement<'_>,
        one: &OneStatement,
    ) -> Result<Option<How>> {
        // Whoever worked on it may have come to its end.
        let Found::Leftover(leftover) = self.look(one)? else { return Ok(None) };
        (self.events)(Event::Leftover { migration, action: &leftover.action });
        let Some(clear) = &leftover.clear else {
            self.send(migration, statement)?;
            return self.confirm(migration, one).map(Some);
        };
        let watched = self.watched(migration, clear);
        watched.result.map_err(|error| {
            let blocked = blocked(&watched.blockers);
            Error::database(format!("{migration}: {} failed{blocked}", leftover.action)).because(error)
        })?;
        if leftover.completes {
            (self.events)(Event::StatementDone { migration });
            return Ok(Some(How::Ran));
        }
        Ok(None)
    }

    fn send(&mut self, migration: &Migration, statement: &Statement<'_>) -> Result<()> {
        (self.events)(Event::Statement { migration, number: 1, of: 1, line: statement.line });
        let watched = self.watched(migration, statement.text);
        let bound = self.options.max_wait;
        watched
            .result
            .map_err(|error| self.statement_failed(migration, statement, error, &watched.blockers, bound))
    }

    /// The history is told nothing that the catalog does not have.
    fn confirm(&mut self, migration: &Migration, one: &OneStatement) -> Result<How> {
        let leaves_a_trace = !matches!(one, OneStatement::ReindexIndex { .. });
        if leaves_a_trace && !matches!(self.look(one)?, Found::Done(_)) {
            return Err(Error::database(format!(
                "{migration}: the server reports success, but the catalog does not have what {} makes",
                one.command()
            )));
        }
        (self.events)(Event::StatementDone { migration });
        Ok(How::Ran)
    }

    fn statement_failed(
        &self,
        migration: &Migration,
        statement: &Statement<'_>,
        error: postgres::Error,
        blockers: &[Blocker],
        bound: Duration,
    ) -> Error {
        let (line, column) = position(&error, statement);
        let timeout = error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE);
        let waited = if timeout {
            format!(" after it had waited for {} s", bound.as_secs_f64())
        } else {
            String::new()
        };
        Error::database(format!(
            "{migration} failed{waited}; it is not recorded; {}{}",
            self.applied_so_far(),
            blocked(blockers)
        ))
        .because(error)
        .at(&migration.file, line, column)
        .help("run again when the reason is gone: what it left half done is found, and cleared away or completed")
    }

    /// After a client was killed its server process goes on, and may yet complete what looks left over.
    fn wait_for_builder(&mut self, migration: &Migration, leftover: &Leftover) -> Result<()> {
        let begun = Instant::now();
        let query = include_str!("builders.sql").replace("/* table */", &leftover.table.to_string());
        let mut said: Option<Duration> = None;
        loop {
            let builders = watch::backends(self.session.client, &query)?;
            let waited = begun.elapsed();
            if builders.is_empty() {
                return Ok(());
            }
            if waited >= self.options.max_wait {
                return Err(Error::database(format!(
                    "{migration}: another connection still works on what it needs{}",
                    blocked(&builders)
                ))
                .help("let it finish, or end it: SELECT pg_terminate_backend(<pid>)"));
            }
            if said.is_none_or(|said| waited >= said + Duration::from_secs(5)) {
                (self.events)(Event::Waiting { migration, blockers: &builders, waited });
                said = Some(waited);
            }
            self.options.cancel.sleep(Duration::from_millis(100))?;
        }
    }
}

fn blocked(blockers: &[Blocker]) -> String {
    blockers.iter().map(|blocker| format!("\n  blocked by {blocker}")).collect()
}
