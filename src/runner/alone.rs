//! Runs a `no-transaction` file: records the attempt, sends the one statement, then inserts the row of the history.
//!
//! On a first attempt the statement is simply sent. After a recorded attempt that did not finish, the catalog decides.

use std::time::{Duration, Instant};

use postgres::error::SqlState;

use super::attempt::Attempt;
use super::event::{Blocker, Event, How};
use super::failure::{may_pass, position, reason};
use super::guard::Guard;
use super::probe::{Found, invalid_index, is_taken, probe, table};
use super::watch;
use crate::ident::idents;
use crate::migration::Migration;
use crate::sql::{OneStatement, Statement};
use crate::{Error, Result};

/// A bound on the leftovers of one statement: `REINDEX` leaves one per crash.
const CLEARINGS: usize = 100;

impl Guard<'_> {
    /// Runs the file's one statement, unless an earlier attempt was recorded and the catalog shows that it was
    /// completed.
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

    /// Each batch is a transaction, so it waits for locks as briefly as any other file, and is tried again.
    fn backfill(&mut self, migration: &Migration, statement: &Statement<'_>) -> Result<How> {
        let attempts = self.options.attempts.max(1);
        let bound = self.options.lock_timeout;
        self.session.clear()?;
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
            self.pause(migration, (statement.line, reason(&error)), &watched.blockers, attempt)?;
        }
        unreachable!("the last attempt returns")
    }

    fn until_done(
        &mut self,
        migration: &Migration,
        statement: &Statement<'_>,
        one: &OneStatement,
    ) -> Result<How> {
        let attempt = self.begin_attempt(migration, statement, one)?;
        if attempt.is_first {
            self.ready()?;
            self.send(migration, statement, one)?;
            return self.confirm(migration, one, &attempt);
        }
        for _ in 0..CLEARINGS {
            match self.look(one, &attempt)? {
                Found::Done(found) => {
                    (self.events)(Event::AlreadyDone { migration, found: &found });
                    return Ok(How::AlreadyDone);
                }
                Found::NotStarted => {
                    self.send(migration, statement, one)?;
                    return self.confirm(migration, one, &attempt);
                }
                Found::Leftover(leftover) => {
                    self.wait_for_builder(migration, leftover.table)?;
                    if let Some(how) = self.clear(migration, statement, one, &attempt)? {
                        return Ok(how);
                    }
                }
            }
        }
        Err(Error::database(format!("{migration} finds new leftovers of its statement again and again")))
    }

    /// Sets the settings of the statement, and checks the lock.
    fn ready(&mut self) -> Result<()> {
        self.session.pin(self.options.max_wait)?;
        self.session.check_lock()
    }

    /// Queries the catalog, under the settings that the statement will have, and only while we hold the lock.
    fn look(&mut self, one: &OneStatement, attempt: &Attempt) -> Result<Found> {
        self.ready()?;
        probe(self.session.client, one, &attempt.objects)
    }

    /// Removes a leftover once no session works on it any more. Returns how the file was completed, if this completed
    /// it.
    fn clear(
        &mut self,
        migration: &Migration,
        statement: &Statement<'_>,
        one: &OneStatement,
        attempt: &Attempt,
    ) -> Result<Option<How>> {
        // The session that worked on it may have finished meanwhile.
        let Found::Leftover(leftover) = self.look(one, attempt)? else { return Ok(None) };
        (self.events)(Event::Leftover { migration, action: &leftover.action });
        let Some(clear) = &leftover.clear else {
            self.send(migration, statement, one)?;
            return self.confirm(migration, one, attempt).map(Some);
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

    /// Two such statements on one table would wait for each other, and the server would end one of them as a deadlock.
    fn send(&mut self, migration: &Migration, statement: &Statement<'_>, one: &OneStatement) -> Result<()> {
        if let Some(table) = table(self.session.client, one)? {
            self.wait_for_builder(migration, table)?;
        }
        (self.events)(Event::Statement { migration, number: 1, of: 1, line: statement.line });
        let watched = self.watched(migration, statement.text);
        let Err(error) = watched.result else { return Ok(()) };
        let bound = self.options.max_wait;
        let advice = self.advice(migration, one, error.code().cloned().as_ref());
        let failed = self.statement_failed(migration, statement, error, &watched.blockers, bound);
        Err(match advice {
            Some(advice) => failed.help(advice),
            None => failed,
        })
    }

    /// Checks that the catalog has the result before the history says so. Whatever else `IF EXISTS` and `IF NOT EXISTS`
    /// skip is accepted, but an invalid index is not.
    fn confirm(&mut self, migration: &Migration, one: &OneStatement, attempt: &Attempt) -> Result<How> {
        let is_there = match one {
            OneStatement::CreateIndex { name, table, .. } => {
                self.ready()?;
                let client = &mut *self.session.client;
                if let Some(index) = invalid_index(client, name, table)? {
                    return Err(Error::database(format!(
                        "{migration}: {index} exists but is invalid, and IF NOT EXISTS skips it"
                    ))
                    .help(format!(
                        "a build that failed or was killed left it: DROP INDEX CONCURRENTLY {index}, then run again"
                    )));
                }
                is_taken(client, name, table)?
            }
            OneStatement::DropIndex { .. } | OneStatement::DetachPartition { .. } => {
                attempt.objects.is_empty() || self.is_done(one, attempt)?
            }
            OneStatement::AddEnumValue { .. } => !attempt.objects.is_empty() || self.is_done(one, attempt)?,
            // A partitioned index keeps its OID: only its partitions are rebuilt.
            OneStatement::ReindexIndex { .. } | OneStatement::Backfill => true,
        };
        if !is_there {
            return Err(Error::database(format!(
                "{migration}: the server reports success, but the catalog does not have the result of {}",
                one.command()
            )));
        }
        (self.events)(Event::StatementDone { migration });
        Ok(How::Ran)
    }

    fn is_done(&mut self, one: &OneStatement, attempt: &Attempt) -> Result<bool> {
        Ok(matches!(self.look(one, attempt)?, Found::Done(_)))
    }

    /// Help for an error about an object that exists already, or does not exist.
    fn advice(
        &mut self,
        migration: &Migration,
        one: &OneStatement,
        code: Option<&SqlState>,
    ) -> Option<String> {
        let version = migration.version;
        let record = format!("record the file without running it: apply --fake --to {version}");
        let code = code?;
        Some(match one {
            OneStatement::CreateIndex { name, table, .. } if *code == SqlState::DUPLICATE_TABLE => {
                match invalid_index(self.session.client, name, table).ok()? {
                    Some(index) => format!(
                        "{index} is invalid: a build of which this history knows nothing failed or was killed, and \
                         left it. If it is not wanted: DROP INDEX CONCURRENTLY {index}, then run again"
                    ),
                    None => format!(
                        "if what has the name is the index that is wanted, write IF NOT EXISTS, or {record}; else \
                         drop it, or give the index of the file another name"
                    ),
                }
            }
            OneStatement::CreateIndex { .. } if *code == SqlState::FEATURE_NOT_SUPPORTED => {
                "of a partitioned table, build the index ON ONLY the parent in a file of its own, then \
                 CONCURRENTLY on one partition after the other, then ATTACH each"
                    .into()
            }
            OneStatement::DropIndex { .. } | OneStatement::ReindexIndex { .. }
                if *code == SqlState::UNDEFINED_OBJECT || *code == SqlState::UNDEFINED_TABLE =>
            {
                let path = idents(&self.options.search_path);
                format!(
                    "names are looked up in {path}: correct the name, or write its schema before it; if it was \
                     dropped by hand, {record}"
                )
            }
            OneStatement::DetachPartition { .. }
                if *code == SqlState::UNDEFINED_OBJECT || *code == SqlState::UNDEFINED_TABLE =>
            {
                format!("correct the names; if it was detached by hand, {record}")
            }
            OneStatement::AddEnumValue { .. } if *code == SqlState::DUPLICATE_OBJECT => {
                format!("if the value is wanted where it is, write IF NOT EXISTS, or {record}")
            }
            _ => return None,
        })
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
        .help("run again when the reason is gone: the next run removes or completes what this one left half done")
    }

    /// When a client is killed its server process goes on, and may still complete what looks like a leftover.
    fn wait_for_builder(&mut self, migration: &Migration, table: u32) -> Result<()> {
        let begun = Instant::now();
        let query = include_str!("builders.sql").replace("/* table */", &table.to_string());
        let mut said: Option<Duration> = None;
        loop {
            let builders = watch::backends(self.session.client, &query)?;
            let waited = begun.elapsed();
            if builders.is_empty() {
                return Ok(());
            }
            if waited >= self.options.max_wait {
                return Err(Error::database(format!(
                    "{migration}: another session still works on its table{}",
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
