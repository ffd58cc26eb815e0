//! refinery's traits on a guarded connection: refinery verifies, the guard applies.

use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use postgres::Client;
use postgres::error::SqlState;
use refinery_core::error::{Kind, WrapMigrationError};
use refinery_core::traits::sync::{Migrate, Query, Transaction};
use refinery_core::{Migration as RefineryMigration, Runner, Target};

use super::event::{Applied, Blocker, Event, How, Report};
use super::history::{self, HistoryRow, Status};
use super::options::Options;
use super::session::Session;
use super::{simple, watch};
use crate::ident::literal;
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

/// A connection on which refinery cannot do what we know to be unsafe.
pub(super) struct Guard<'a> {
    pub session: Session<'a>,
    pub options: &'a Options,
    pub events: &'a mut dyn FnMut(Event<'_>),
    migrations: &'a Migrations,
    report: Report,
}

impl Transaction for Guard<'_> {
    type Error = Carried;

    /// refinery sends nothing through here but its `CREATE TABLE IF NOT EXISTS`.
    fn execute<'a, T: Iterator<Item = &'a str>>(&mut self, queries: T) -> Result<usize, Carried> {
        let mut transaction = self.session.client.transaction().map_err(Error::from)?;
        let mut count = 0;
        for query in queries {
            transaction.batch_execute(query).map_err(|error| self.options.history_failed(error))?;
            count += 1;
        }
        transaction.commit().map_err(Error::from)?;
        Ok(count)
    }
}

impl Query<Vec<RefineryMigration>> for Guard<'_> {
    /// refinery asks for the history. A checksum that an older refinery, or one on a CRLF checkout, made of the
    /// same file is given to it as the one that it makes today.
    fn query(&mut self, _query: &str) -> Result<Vec<RefineryMigration>, Carried> {
        let rows = self.history()?;
        rows.into_iter().map(|row| self.to_refinery(row).map_err(Carried::from)).collect()
    }
}

impl Migrate for Guard<'_> {
    /// Not even `IF NOT EXISTS` is tried on a table that is there: that needs the right to create one.
    fn assert_migrations_table(&mut self, table: &str) -> Result<usize, refinery_core::Error> {
        let exists = format!("SELECT pg_catalog.to_regclass({}) IS NOT NULL", literal(table));
        let exists = simple::truth(self.session.client, &exists).map_err(Error::from).map_err(Carried::from);
        if exists.migration_err("looking for the history", None)? {
            return Ok(0);
        }
        let create = Self::assert_migrations_table_query(table);
        self.execute([create.as_str()].into_iter()).migration_err("creating the history", None)
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
        // Without abort_missing refinery passes over a file that is out of order; the versions have it.
        verified.extend(
            migrations.iter().filter(|file| !abort_missing && versions.contains(&file.version())).cloned(),
        );
        verified.sort();
        verified.dedup();
        verified.retain(|file| versions.contains(&file.version()));
        (self.events)(Event::Pending { count: verified.len() });
        let fake = matches!(target, Target::Fake | Target::FakeVersion(_));
        let mut applied: Vec<RefineryMigration> = Vec::new();
        for mut file in verified {
            self.one(file.version(), fake)
                .map_err(Carried::from)
                .migration_err("applying", Some(&applied))?;
            file.set_applied();
            applied.push(file);
        }
        Ok(refinery_core::Report::new(applied))
    }
}

impl Guard<'_> {
    fn history(&mut self) -> Result<Vec<HistoryRow>> {
        let mut transaction = self.session.client.build_transaction().read_only(true).start()?;
        let rows = history::read(&mut transaction, &self.options.history)?;
        transaction.commit()?;
        Ok(rows)
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

    /// The versions to apply; refinery's own errors do not name the file.
    fn versions(&mut self) -> Result<Vec<i64>> {
        let rows = self.history()?;
        let status = Status::of(self.migrations, &rows);
        let versions = status.to_apply(self.options)?;
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
        let how = if fake {
            self.record(migration)?;
            How::Faked
        } else {
            (self.events)(Event::Started { migration });
            if migration.header.no_transaction {
                self.alone(migration)?
            } else {
                self.with_retries(migration)?
            }
        };
        let took = begun.elapsed();
        self.report.applied.push(Applied::new(migration, how, took));
        (self.events)(match how {
            How::Faked => Event::Faked { migration },
            _ => Event::Applied { migration, took },
        });
        Ok(())
    }

    /// A file gives up its locks before it waits for more: whoever queues behind it waits no longer than one
    /// `lock_timeout`.
    fn with_retries(&mut self, migration: &Migration) -> Result<How> {
        let statements = migration.statements()?;
        let attempts = self.options.attempts.max(1);
        for attempt in 1.. {
            self.session.pin(self.options.lock_timeout)?;
            let failure = match self.attempt(migration, &statements) {
                Ok(()) => return Ok(How::Ran),
                Err(failure) => failure,
            };
            self.roll_back();
            if attempt == attempts || !failure.may_pass() {
                return Err(self.failed(migration, failure, attempt));
            }
            self.pause(migration, failure.line, &failure.blockers, attempt);
        }
        unreachable!("the last attempt returns")
    }

    /// Says that there will be another attempt, and waits for its turn.
    pub(super) fn pause(&mut self, migration: &Migration, line: usize, blockers: &[Blocker], attempt: u32) {
        let (attempts, pause) = (self.options.attempts.max(1), watch::jitter(pause_after(attempt)));
        (self.events)(Event::Retrying { migration, line, blockers, attempt, attempts, pause });
        std::thread::sleep(pause);
    }

    fn attempt(&mut self, migration: &Migration, statements: &[Statement<'_>]) -> Result<(), Failure> {
        self.session.client.batch_execute("BEGIN")?;
        let transaction = self.begin_check(migration)?;
        for (index, statement) in statements.iter().enumerate() {
            let (number, of, line) = (index + 1, statements.len(), statement.line);
            (self.events)(Event::Statement { migration, number, of, line });
            let watched = self.watched(migration, statement.text);
            watched
                .result
                .map_err(|error| Failure::of_statement(error, statement, number, of, watched.blockers))?;
        }
        self.session.own_role().map_err(|error| self.after_all(migration, error))?;
        if self.session.transaction_under_lock()? != transaction {
            return Err(smuggled_commit(migration).into());
        }
        let insert = history::insert(&self.options.history, migration)?;
        self.session.client.batch_execute(&insert).map_err(|error| self.options.history_failed(error))?;
        self.session
            .client
            .batch_execute("COMMIT")
            .map_err(|error| Failure { at_commit: true, ..Failure::from(error) })
    }

    /// The transaction's number, when it has the lock and nobody applied the file meanwhile.
    pub fn begin_check(&mut self, migration: &Migration) -> Result<String> {
        let transaction = self.session.transaction_under_lock()?;
        let recorded =
            format!("SELECT FROM {} WHERE version = {}", self.options.history.quoted(), migration.version);
        let recorded = simple::truth(self.session.client, &format!("SELECT EXISTS ({recorded})"))?;
        if recorded {
            return Err(Error::database(format!("{migration} was applied by another runner just now"))
                .help("run again; and make sure that every deployment migrates through Feedstock"));
        }
        Ok(transaction)
    }

    /// Sends a statement, telling whom it waits for.
    pub fn watched(&mut self, migration: &Migration, sql: &str) -> watch::Watched {
        let Session { client, watcher, pid, .. } = &mut self.session;
        let events = &mut self.events;
        watch::execute(client, *pid, sql, watcher, &mut |blockers, waited| {
            events(Event::Waiting { migration, blockers, waited });
        })
    }

    /// The row of the history, in a transaction of its own.
    pub fn record(&mut self, migration: &Migration) -> Result<()> {
        self.session.pin(self.options.lock_timeout)?;
        let recorded = self.record_now(migration);
        if recorded.is_err() {
            self.roll_back();
        }
        recorded
    }

    fn record_now(&mut self, migration: &Migration) -> Result<()> {
        self.session.client.batch_execute("BEGIN")?;
        self.begin_check(migration)?;
        let insert = history::insert(&self.options.history, migration)?;
        self.session.client.batch_execute(&insert).map_err(|error| self.options.history_failed(error))?;
        self.end_attempt(migration)?;
        Ok(self.session.client.batch_execute("COMMIT")?)
    }

    pub fn roll_back(&mut self) {
        // On a lost connection the server does it.
        let _ = self.session.client.batch_execute("ROLLBACK");
    }

    /// What failed, where, and what stands.
    fn failed(&self, migration: &Migration, failure: Failure, attempts: u32) -> Error {
        let before = self.applied_so_far();
        let tried = if attempts > 1 { format!(" after {attempts} attempts") } else { String::new() };
        let Failure { error, own, place, number, blockers, at_commit, .. } = failure;
        let Some(error) = error else {
            let own = own.unwrap_or_else(|| Error::database("it failed"));
            return own.while_doing(format_args!("{migration}, {before}"));
        };
        let what = match number {
            Some((number, of)) => format!("{migration}: statement {number} of {of} failed{tried}"),
            None if at_commit => format!("{migration} failed at its commit{tried}"),
            None => format!("{migration} failed{tried}"),
        };
        let blocked: Vec<String> =
            blockers.iter().map(|blocker| format!("\n  blocked by {blocker}")).collect();
        let help = help(&error);
        let mut full =
            Error::database(format!("{what}; nothing of it is applied; {before}{}", blocked.concat()))
                .because(error);
        if let Some((line, column)) = place {
            full = full.at(&migration.file, line, column);
        }
        help.into_iter().fold(full, Error::help)
    }

    pub fn applied_so_far(&self) -> String {
        let names: Vec<String> = self
            .report
            .applied
            .iter()
            .map(|applied| format!("V{}__{}", applied.version, applied.name))
            .collect();
        if names.is_empty() {
            "nothing was applied before it in this run".into()
        } else {
            format!("applied before it in this run: {}", names.join(", "))
        }
    }

    fn after_all(&self, migration: &Migration, error: postgres::Error) -> Error {
        Error::from(error).while_doing(format!("{migration}: after its last statement"))
    }
}

/// 250 ms, 500 ms, 1 s, … up to 10 s.
fn pause_after(attempt: u32) -> Duration {
    Duration::from_millis(250).saturating_mul(1 << (attempt - 1).min(10)).min(Duration::from_secs(10))
}

fn smuggled_commit(migration: &Migration) -> Error {
    Error::database(format!(
        "{migration} ended its transaction by itself; what it had done until then is committed, but not recorded"
    ))
    .help(
        "a COMMIT or ROLLBACK is hidden in the file, where only the server sees it (after `SET \
         standard_conforming_strings = off`, say): take it out, and undo by hand what was committed",
    )
}

/// What to do about errors that have one well-known reason.
fn help(error: &postgres::Error) -> Option<String> {
    let code = error.code()?;
    if *code == SqlState::LOCK_NOT_AVAILABLE {
        Some("end what blocks it, or try again when there is less to do".into())
    } else if *code == SqlState::ACTIVE_SQL_TRANSACTION {
        Some(
            "put the statement into a file of its own, with `-- feedstock: no-transaction` at its top".into(),
        )
    } else if *code == SqlState::UNSAFE_NEW_ENUM_VALUE_USAGE {
        Some("a new enum value can be used from the next migration on: split the file".into())
    } else {
        None
    }
}

/// Why an attempt failed: the server's error on a statement, or one of ours.
#[derive(Default)]
struct Failure {
    error: Option<postgres::Error>,
    own: Option<Error>,
    place: Option<(usize, usize)>,
    line: usize,
    number: Option<(usize, usize)>,
    blockers: Vec<Blocker>,
    at_commit: bool,
}

impl Failure {
    fn of_statement(
        error: postgres::Error,
        statement: &Statement<'_>,
        number: usize,
        of: usize,
        blockers: Vec<Blocker>,
    ) -> Self {
        let place = position(&error, statement);
        Failure {
            error: Some(error),
            place: Some(place),
            line: statement.line,
            number: Some((number, of)),
            blockers,
            ..Failure::default()
        }
    }

    /// Is it worth another attempt?
    fn may_pass(&self) -> bool {
        self.error.as_ref().is_some_and(may_pass)
    }
}

/// Did others hold a lock, or two wait for each other?
pub(super) fn may_pass(error: &postgres::Error) -> bool {
    error
        .code()
        .is_some_and(|code| *code == SqlState::LOCK_NOT_AVAILABLE || *code == SqlState::T_R_DEADLOCK_DETECTED)
}

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Self {
        Failure { error: Some(error), ..Failure::default() }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure { own: Some(error), ..Failure::default() }
    }
}

/// Where in the file the server's error is; without a position of its own, where the statement begins.
pub(super) fn position(error: &postgres::Error, statement: &Statement<'_>) -> (usize, usize) {
    match error.as_db_error().and_then(postgres::error::DbError::position) {
        Some(postgres::error::ErrorPosition::Original(position)) => statement.locate(*position as usize),
        _ => (statement.line, statement.column),
    }
}

impl Options {
    fn history_failed(&self, error: postgres::Error) -> Error {
        Error::database(format!("the history {} cannot be written", self.history.quoted())).because(error)
    }
}

/// Our error on its way through refinery's, from which nothing can be moved out.
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
