//! Implements refinery's traits on a guarded connection: refinery verifies the files, the guard applies them.

use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use postgres::Client;
use postgres::error::SqlState;
use refinery_core::error::{Kind, WrapMigrationError};
use refinery_core::traits::sync::{Migrate, Query, Transaction};
use refinery_core::{Migration as RefineryMigration, Runner, Target};

use super::event::{Applied, Blocker, Event, How, Report};
use super::failure::{Failure, help, is_lost};
use super::history::{self, HistoryRow, Status};
use super::options::Options;
use super::outcome::find_out;
use super::session::Session;
use super::watch;
use crate::ident::{ident, literal};
use crate::migration::{Migration, Migrations};
use crate::sql::Statement;
use crate::{Error, Result};

/// Lets refinery run on a guarded connection.
pub(super) fn run(
    client: &mut Client,
    migrations: &Migrations,
    options: &Options,
    events: &mut dyn FnMut(Event<'_>),
) -> Result<Report> {
    apply(client, migrations, options, events).map_err(|error| options.interrupted(error))
}

fn apply(
    client: &mut Client,
    migrations: &Migrations,
    options: &Options,
    events: &mut dyn FnMut(Event<'_>),
) -> Result<Report> {
    let session = Session::open(client, options, events)?;
    let mut guard = Guard { session, migrations, options, events, report: Report::default() };
    let files = migrations.iter().map(Migration::to_refinery).collect::<Result<Vec<_>>>()?;
    let mut runner =
        Runner::new(&files).set_target(target(options)).set_abort_missing(!options.allow_out_of_order);
    runner.set_migration_table_name(options.history.quoted());
    match runner.run(&mut guard) {
        Ok(_) => Ok(guard.report),
        Err(error) => Err(Carried::unpack(error)),
    }
}

fn target(options: &Options) -> Target {
    match (options.to, options.fake) {
        (None, false) => Target::Latest,
        (None, true) => Target::Fake,
        (Some(version), false) => Target::Version(version),
        (Some(version), true) => Target::FakeVersion(version),
    }
}

/// A connection on which refinery cannot run anything unsafe.
pub(super) struct Guard<'a> {
    pub session: Session<'a>,
    pub options: &'a Options,
    pub events: &'a mut dyn FnMut(Event<'_>),
    migrations: &'a Migrations,
    report: Report,
}

impl Transaction for Guard<'_> {
    type Error = Carried;

    /// refinery sends only its `CREATE TABLE IF NOT EXISTS` through this.
    fn execute<'a, T: Iterator<Item = &'a str>>(&mut self, queries: T) -> Result<usize, Carried> {
        let mut count = 0;
        for query in queries {
            let query = self.session.as_own(query);
            self.session.exchange(&query).map_err(|error| self.options.history_failed(error))?;
            count += 1;
        }
        Ok(count)
    }
}

impl Query<Vec<RefineryMigration>> for Guard<'_> {
    /// refinery queries the history. A checksum of the same file that was computed by an older refinery, or on a
    /// checkout with CRLF, is replaced by today's.
    fn query(&mut self, _query: &str) -> Result<Vec<RefineryMigration>, Carried> {
        let rows = self.history()?;
        rows.into_iter().map(|row| self.to_refinery(row).map_err(Carried::from)).collect()
    }
}

impl Migrate for Guard<'_> {
    /// `CREATE TABLE IF NOT EXISTS` needs the right to create tables even where the table exists, so it is looked for
    /// first.
    fn assert_migrations_table(&mut self, table: &str) -> Result<usize, refinery_core::Error> {
        let exists = format!("SELECT pg_catalog.to_regclass({}) IS NOT NULL", literal(table));
        let exists = self.session.exchange(&self.session.as_own(&exists));
        let exists = exists.map_err(Error::from).map_err(Carried::from);
        if exists.migration_err("looking for the history", None)? == ["t"] {
            return Ok(0);
        }
        let create = Self::assert_migrations_table_query(table);
        let made = self.session.exchange(&self.session.as_own(&create));
        made.map_err(|error| Carried::from(self.options.history_not_made(error)))
            .migration_err("creating the history", None)
            .map(|_| 1)
    }

    fn migrate(
        &mut self,
        migrations: &[RefineryMigration],
        abort_divergent: bool,
        abort_missing: bool,
        _grouped: bool,
        target: Target,
        table: &str,
    ) -> Result<refinery_core::Report, refinery_core::Error> {
        let versions =
            self.versions().map_err(Carried::from).migration_err("comparing files and history", None)?;
        let mut verified =
            self.get_unapplied_migrations(migrations, abort_divergent, abort_missing, table)?;
        // Without abort_missing refinery skips a file that is out of order; our own list of versions has it.
        verified.extend(
            migrations.iter().filter(|file| !abort_missing && versions.contains(&file.version())).cloned(),
        );
        verified.sort();
        verified.dedup();
        verified.retain(|file| versions.contains(&file.version()));
        (self.events)(Event::Pending { count: verified.len() });
        let fake = matches!(target, Target::Fake | Target::FakeVersion(_));
        let mut applied: Vec<RefineryMigration> = Vec::new();
        let mut left = verified.len();
        for mut file in verified {
            left -= 1;
            self.one(file.version(), fake)
                .and_then(|()| self.stop(left))
                .map_err(Carried::from)
                .migration_err("applying", Some(&applied))?;
            file.set_applied();
            applied.push(file);
        }
        Ok(refinery_core::Report::new(applied))
    }
}

impl Guard<'_> {
    /// Reads the rows of the history. While another session has it locked, this waits and tries again as a file does.
    fn history(&mut self) -> Result<Vec<HistoryRow>> {
        let attempts = self.options.attempts.max(1);
        for attempt in 1.. {
            let error = match self.read_history() {
                Err(error) if history::is_locked(&error) || self.options.is_cancelled_by(&error) => error,
                read => return read,
            };
            let history = self.options.history.quoted();
            let blockers = history::blockers(self.session.client, &history);
            if self.options.cancel.is_cancelled() {
                return Err(waited_for_the_history(&history, &blockers).because(error));
            }
            if attempt == attempts {
                let blocked = history::blocked(&blockers);
                return Err(Error::database(format!(
                    "the history {history} is locked, after {attempts} attempts; nothing was applied{blocked}"
                ))
                .because(error)
                .help("end what blocks it, or try again later"));
            }
            let pause = watch::jitter(pause_after(attempt));
            (self.events)(Event::HistoryLocked { blockers: &blockers, attempt, attempts, pause });
            self.options.cancel.sleep(pause).map_err(|_| waited_for_the_history(&history, &blockers))?;
        }
        unreachable!("the last attempt returns")
    }

    /// An error, if the run was asked to stop: a file that was applied all the same has not noticed, or was at its
    /// commit.
    fn stop(&self, left: usize) -> Result<()> {
        let Some(last) = self.report.applied.last().filter(|_| self.options.cancel.is_cancelled()) else {
            return Ok(());
        };
        let (rest, help) = match left {
            0 => ("no file is left".to_owned(), "there is nothing left to do: every file is applied"),
            1 => ("1 file after it is not applied".to_owned(), "run again to go on with it"),
            _ => (format!("{left} files after it are not applied"), "run again to go on with them"),
        };
        Err(Error::interrupted(format!(
            "V{}__{} ran to its end after the run was asked to stop, and is applied; {rest}",
            last.version, last.name
        ))
        .help(help))
    }

    fn read_history(&mut self) -> Result<Vec<HistoryRow>> {
        let own = self.session.own();
        let _busy = self.options.cancel.busy();
        history::read(self.session.client, &self.options.history, &own)
    }

    fn to_refinery(&self, row: HistoryRow) -> Result<RefineryMigration> {
        let file = self.migrations.get(row.version).filter(|file| row.is_of(file));
        let checksum = file.map_or(Ok(row.checksum), |file| Ok(file.to_refinery()?.checksum()));
        let format = &time::format_description::well_known::Rfc3339;
        let applied_on = time::OffsetDateTime::parse(&row.applied_on, format).map_err(|error| {
            Error::database(format!(
                "the history has `{}` as the time of version {}",
                row.applied_on, row.version
            ))
            .because(error)
            .help("refinery writes RFC 3339 there; is this its table?")
        })?;
        checksum.map(|checksum: u64| RefineryMigration::applied(row.version, row.name, applied_on, checksum))
    }

    /// The versions to apply; checked here, since refinery's own errors do not name the file.
    fn versions(&mut self) -> Result<Vec<i64>> {
        let rows = self.history()?;
        let status = Status::of(self.migrations, &rows);
        let versions = status.to_apply(self.options)?;
        // Whoever says that a file may come late knows that it was proven elsewhere.
        if !self.options.allow_out_of_order {
            self.migrations.verify_parents_of(&versions)?;
        }
        for entry in
            status.in_state(super::State::OutOfOrder).filter(|entry| versions.contains(&entry.version))
        {
            if let Some(migration) = self.migrations.get(entry.version) {
                (self.events)(Event::OutOfOrder { migration });
            }
        }
        Ok(versions)
    }

    fn one(&mut self, version: i64, fake: bool) -> Result<()> {
        let Some(migration) = self.migrations.get(version) else {
            return Err(Error::file(format!("version {version} has no file")));
        };
        let begun = Instant::now();
        let how = self.run(migration, fake).map_err(|error| self.complete(migration, error))?;
        let took = begun.elapsed();
        self.report.applied.push(Applied::new(migration, how, took));
        (self.events)(match how {
            How::Faked => Event::Faked { migration },
            _ => Event::Applied { migration, took },
        });
        Ok(())
    }

    fn run(&mut self, migration: &Migration, fake: bool) -> Result<How> {
        self.options.cancel.check()?;
        if fake {
            return self.record(migration).map(|()| How::Faked);
        }
        (self.events)(Event::Started { migration });
        if migration.header.no_transaction { self.alone(migration) } else { self.with_retries(migration) }
    }

    /// Runs a file in a transaction. It is rolled back before each wait, so sessions that queue behind its locks wait
    /// for no longer than one `lock_timeout`.
    fn with_retries(&mut self, migration: &Migration) -> Result<How> {
        let statements = migration.statements()?;
        let attempts = self.options.attempts.max(1);
        for attempt in 1.. {
            let failure = match self.attempt(migration, &statements) {
                Ok(()) => return Ok(How::Ran),
                Err(failure) => failure,
            };
            let failure = self.rolled_back(failure);
            if attempt == attempts || !failure.may_pass() {
                return Err(failure.into_error(
                    migration,
                    attempt,
                    "nothing of it is applied",
                    &self.applied_so_far(),
                ));
            }
            self.pause(migration, (failure.line, failure.reason()), &failure.blockers, attempt)?;
        }
        unreachable!("the last attempt returns")
    }

    /// Reports that there will be another attempt and why, and waits until it is due.
    pub(super) fn pause(
        &mut self,
        migration: &Migration,
        (line, reason): (usize, &str),
        blockers: &[Blocker],
        attempt: u32,
    ) -> Result<()> {
        let (attempts, pause) = (self.options.attempts.max(1), watch::jitter(pause_after(attempt)));
        (self.events)(Event::Retrying { migration, line, reason, blockers, attempt, attempts, pause });
        self.options.cancel.sleep(pause)
    }

    fn attempt(&mut self, migration: &Migration, statements: &[Statement<'_>]) -> Result<(), Failure> {
        let transaction = self.begin(migration)?;
        for (index, statement) in statements.iter().enumerate() {
            let (number, of, line) = (index + 1, statements.len(), statement.line);
            self.options.cancel.check()?;
            (self.events)(Event::Statement { migration, number, of, line });
            let watched = self.watched(migration, statement.text);
            watched
                .result
                .map_err(|error| Failure::of_statement(error, statement, number, of, watched.blockers))?;
        }
        self.finish(migration, &transaction)
    }

    /// Begins a transaction that holds the lock and in which the file is not recorded yet; returns its transaction ID.
    fn begin(&mut self, migration: &Migration) -> Result<String, Failure> {
        let history = self.options.history.quoted();
        let recorded = format!("EXISTS (SELECT FROM {history} WHERE version = {})", migration.version);
        let begun = self.session.begin(&recorded, migration.isolation)?;
        if begun.recorded {
            return Err(Error::database(format!("{migration} was applied by another runner just now"))
                .help("run again; and make sure that every deployment migrates through Feedstock")
                .into());
        }
        Ok(begun.transaction)
    }

    /// Records the file in its transaction, and commits.
    fn finish(&mut self, migration: &Migration, transaction: &str) -> Result<(), Failure> {
        let history = &self.options.history;
        let insert = history::insert(history, migration)?;
        let recorded = history::is_recorded(history, migration)?;
        let finished = self.session.finish(transaction, &insert, &recorded)?;
        if !finished.same {
            return Err(smuggled_commit(migration).into());
        }
        if !finished.recorded {
            return Err(not_recorded(&history.quoted()).into());
        }
        if !finished.kept {
            return Err(not_kept(&history.quoted()).into());
        }
        self.session.commit().map_err(|error| {
            if is_lost(&error) {
                let outcome = find_out(self.options.monitor.as_ref(), transaction, &recorded);
                return Failure { outcome: Some(outcome), ..Failure::from(error) };
            }
            Failure::of_the_commit(error)
        })
    }

    /// Sends a statement, and reports the sessions that it waits for.
    pub fn watched(&mut self, migration: &Migration, sql: &str) -> watch::Watched {
        let Session { client, watcher, pid, .. } = &mut self.session;
        let events = &mut self.events;
        let _busy = self.options.cancel.busy();
        watch::execute(client, *pid, sql, watcher, &mut |blockers, waited| {
            events(Event::Waiting { migration, blockers, waited });
        })
    }

    /// Inserts the history row in a transaction of its own, for a file of which no statement has to run any more.
    pub fn record(&mut self, migration: &Migration) -> Result<()> {
        self.in_own_transaction(migration, "it is not recorded", |guard, transaction| {
            guard.end_attempt(migration)?;
            guard.finish(migration, transaction)
        })
    }

    /// Runs `work`, which ends the transaction, in a transaction without statements of the file; tries again as for a
    /// file.
    pub fn in_own_transaction<T>(
        &mut self,
        migration: &Migration,
        stands: &str,
        mut work: impl FnMut(&mut Self, &str) -> Result<T, Failure>,
    ) -> Result<T> {
        let attempts = self.options.attempts.max(1);
        for attempt in 1.. {
            let begun = self.begin(migration);
            let failure = match begun.and_then(|transaction| work(self, &transaction)) {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            let failure = self.rolled_back(failure);
            if attempt == attempts || !failure.may_pass() {
                return Err(failure.into_error(migration, attempt, stands, &self.applied_so_far()));
            }
            self.pause(migration, (failure.line, failure.reason()), &failure.blockers, attempt)?;
        }
        unreachable!("the last attempt returns")
    }

    /// Rolls back. If the history was locked, the failure then has the sessions that lock it.
    fn rolled_back(&mut self, mut failure: Failure) -> Failure {
        self.roll_back();
        if failure.waits_for_the_history() {
            failure.blockers = history::blockers(self.session.client, &self.options.history.quoted());
        }
        failure
    }

    fn roll_back(&mut self) {
        // A cancel request that arrives late may cancel this ROLLBACK; on a lost connection the server rolls back.
        for _ in 0..3 {
            if self.session.client.batch_execute("ROLLBACK").is_ok() || self.session.client.is_closed() {
                return;
            }
        }
    }

    /// Adds what every error of a file has: the file, the files applied before it, and whether the run was interrupted.
    fn complete(&self, migration: &Migration, error: Error) -> Error {
        let before = self.applied_so_far();
        let error = if error.message().contains(&before) {
            error
        } else {
            error.while_doing(format_args!("{migration}, {before}"))
        };
        self.options.interrupted(error)
    }

    pub fn applied_so_far(&self) -> String {
        let applied = &self.report.applied;
        let name = |applied: &Applied| format!("V{}__{}", applied.version, applied.name);
        match &applied[..] {
            [] => "nothing was applied before it in this run".into(),
            [.., last] if applied.len() > 3 => format!(
                "applied before it in this run: {} migrations, the last of them {}",
                applied.len(),
                name(last)
            ),
            few => {
                let names: Vec<String> = few.iter().map(name).collect();
                format!("applied before it in this run: {}", names.join(", "))
            }
        }
    }
}

/// The pause before an attempt: 250 ms, 500 ms, 1 s, … up to 10 s.
fn pause_after(attempt: u32) -> Duration {
    Duration::from_millis(250).saturating_mul(1 << (attempt - 1).min(10)).min(Duration::from_secs(10))
}

fn smuggled_commit(migration: &Migration) -> Error {
    Error::database(format!(
        "{migration} ended its transaction itself; its changes until then are committed, but not recorded"
    ))
    .help(
        "a COMMIT or ROLLBACK is hidden in the file, where only the server sees it (after `SET \
         standard_conforming_strings = off`, say): take it out, and undo by hand what was committed",
    )
}

fn not_recorded(history: &str) -> Error {
    Error::database(format!(
        "the server reports success, but its row is not in the history {history}; nothing of it is applied"
    ))
    .help("a trigger, a rule or a policy on the history keeps rows out: drop it")
}

fn not_kept(history: &str) -> Error {
    Error::database(format!("it removes rows from the history {history}; nothing of it is applied"))
        .help("take that out: the files of the removed rows would run a second time")
}

fn waited_for_the_history(history: &str, blockers: &[Blocker]) -> Error {
    let blocked = history::blocked(blockers);
    Error::interrupted(format!("the run has waited for the history {history}; nothing was applied{blocked}"))
        .help("run again; end what blocks it, if it stays")
}

impl Options {
    /// Is it what became of the request to stop?
    fn is_cancelled_by(&self, error: &Error) -> bool {
        // A proxy may close the connection instead of passing on the server's answer.
        let lost = std::error::Error::source(error)
            .and_then(|source| source.downcast_ref::<postgres::Error>())
            .is_some_and(is_lost);
        let canceled =
            lost || error.is_interrupted() || error.sqlstate() == Some(SqlState::QUERY_CANCELED.code());
        canceled && self.cancel.is_cancelled()
    }

    /// The error of a run, as one of an interrupted run if that is the reason.
    fn interrupted(&self, error: Error) -> Error {
        if !self.is_cancelled_by(&error) {
            return error;
        }
        let has_help = error.is_interrupted() && error.advice().is_some();
        let error = error.into_interrupted();
        if has_help { error } else { error.help("run again to go on: what is applied stays applied") }
    }

    fn history_failed(&self, error: postgres::Error) -> Error {
        let help = help(&error);
        let failed = Error::database(format!("the history {} cannot be written", self.history.quoted()));
        help.into_iter().fold(failed.because(error), Error::help)
    }

    /// The schema of the history is not created: with a mistyped name, a second history would be started there.
    fn history_not_made(&self, error: postgres::Error) -> Error {
        let (history, schema) = (self.history.quoted(), ident(&self.history.schema));
        let code = error.code().cloned();
        if code == Some(SqlState::INVALID_SCHEMA_NAME) {
            return Error::database(format!(
                "the history {history} cannot be created: there is no schema {schema}; nothing was applied"
            ))
            .because(error)
            .help(format!(
                "if the name is right: CREATE SCHEMA {schema}; else correct it (--history-schema)"
            ));
        }
        let help = help(&error);
        let failed = Error::database(format!("the history {history} cannot be created; nothing was applied"))
            .because(error);
        let failed = help.into_iter().fold(failed, Error::help);
        if code != Some(SqlState::INSUFFICIENT_PRIVILEGE) {
            return failed;
        }
        failed.help(format!(
            "GRANT CREATE, USAGE ON SCHEMA {schema} TO the role that runs the migrations; or name another schema: \
             --history-schema"
        ))
    }
}

/// Carries our error through refinery's, from which nothing can be moved out.
pub(super) struct Carried(Mutex<Option<Error>>);

impl Carried {
    fn unpack(error: refinery_core::Error) -> Error {
        if let Kind::Connection(_, carried) = error.kind()
            && let Some(carried) = carried.downcast_ref::<Carried>()
            && let Ok(mut ours) = carried.0.lock()
            && let Some(ours) = ours.take()
        {
            return ours;
        }
        Error::file("refinery refuses the migrations").because(error)
    }
}

impl From<Error> for Carried {
    fn from(error: Error) -> Self {
        Carried(Mutex::new(Some(error)))
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.lock().as_deref() {
            Ok(Some(error)) => error.fmt(f),
            _ => f.write_str("an error that was taken out"),
        }
    }
}

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Carried {}
