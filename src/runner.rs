//! refinery, guarded.
//!
//! refinery verifies the files and owns the history table; this module decides how a file is run:
//!
//! * one runner at a time, by an advisory lock on the connection that runs the statements;
//! * a file and its row in the history in one transaction, one statement per execute;
//! * a short lock_timeout: a file that does not get a lock is rolled back and tried again later, and the sessions that
//!   block it are reported;
//! * a `no-transaction` file has one statement, and an attempt is recorded before the statement is sent. After a
//!   recorded attempt the catalog decides whether it was completed; without one the statement is sent and the server
//!   decides;
//! * settings that a file changes in its session are reset.
//!
//! Each file begins as if it were a run of its own, with three exceptions, since Postgres can neither unset a custom
//! setting nor unload a library. What a file loads (`LOAD`) stays loaded for the files after it in the same run. A
//! custom setting (`SET app.user = …`) of one file reads as an empty string in the next file of the same run, and not
//! as NULL: test it with `nullif(current_setting('app.user', true), '')`. And custom settings that the caller had set
//! in the session are lost after a run, since `RESET ALL` resets them too and no catalog lists them: set them again, or
//! apply on a separate connection. All other settings of the caller are restored.
//!
//! Whatever role, database and caller say, a file begins with the `search_path` and the lock time-out of the run, and
//! with Postgres's own defaults of the settings that change what a text means (`DateStyle`, `TimeZone` (UTC),
//! `array_nulls`, `transform_null_equals`, …), as in the replay that proved it. What the owner of a database sets for
//! its storage, rights and country stays as it is: `default_tablespace`, `default_table_access_method`, `lc_monetary`,
//! `row_security`, `statement_timeout`. A file may set each of them for itself: `SET LOCAL TimeZone =
//! 'Europe/Berlin'`.
//!
//! ```no_run
//! # fn main() -> feedstock::Result<()> {
//! let mut client = postgres::Client::connect("host=/run/postgresql user=me", postgres::NoTls)?;
//! let migrations = feedstock::Migrations::read("migrations")?;
//! let report = feedstock::apply(&mut client, &migrations)?;
//! println!("{} migrations applied", report.applied.len());
//! # Ok(())
//! # }
//! ```

mod alone;
mod attempt;
mod cancel;
mod event;
mod failure;
mod guard;
mod history;
mod leftovers;
mod lock;
mod monitor;
mod options;
mod outcome;
mod pooling;
mod probe;
mod session;
mod simple;
mod watch;

use postgres::Client;

use crate::migration::{Migrations, ToMigrations};
use crate::{Error, Result};

pub use cancel::Cancel;
pub use event::{Applied, Blocker, Event, How, Report};
pub use history::{Entry, State, Status};
pub use monitor::Monitor;
pub use options::{History, Options};

/// Applies the pending migrations, as [`apply`] does with [`Options::default`]: for a service that migrates at
/// start-up.
///
/// ```ignore
/// static MIGRATIONS: feedstock::Embedded = feedstock::embed!("../migrations");
/// feedstock::apply(&mut client, &MIGRATIONS)?;
/// ```
///
/// # Errors
///
/// As [`apply`].
pub fn apply_pending(client: &mut Client, migrations: &impl ToMigrations) -> Result<Report> {
    apply(client, migrations.to_migrations()?.as_ref(), &Options::default(), &mut |_| {})
}

/// Applies the pending migrations, and reports each step as it happens.
///
/// # Errors
///
/// Before anything runs: an applied file that was edited or is missing, or a file out of order. During the run: an
/// error of the server, with file, line, column, and the number of files that were applied before it (the failed file
/// is rolled back); a lock that was not granted within the bounds of the options; a connection that is not one session
/// of one server (a transaction-pooling proxy).
pub fn apply(
    client: &mut Client,
    migrations: &Migrations,
    options: &Options,
    events: &mut dyn FnMut(Event<'_>),
) -> Result<Report> {
    options.check(migrations)?;
    if migrations.is_empty() {
        status(client, migrations, options)?.refuse_without_files(&options.history)?;
    }
    if options.dry_run {
        return dry_run(client, migrations, options);
    }
    guard::run(client, migrations, options, events)
}

/// Lists applied and pending migrations. It only reads: not even the history table is created.
///
/// # Errors
///
/// A history that cannot be read or was not created by refinery, or that another session keeps locked for longer than
/// the `lock_timeout` of the options.
pub fn status(client: &mut Client, migrations: &Migrations, options: &Options) -> Result<Status> {
    let rows = history::read(client, &options.history, &session::as_own(options))
        .map_err(|error| history::explained(client, &options.history, error))?;
    Ok(Status::of(migrations, &rows))
}

/// The files that [`apply`] would apply, found by the same rules, without writing anything.
fn dry_run(client: &mut Client, migrations: &Migrations, options: &Options) -> Result<Report> {
    let status = status(client, migrations, options)?;
    let versions = status.to_apply(options)?;
    let would = versions.into_iter().filter_map(|version| migrations.get(version));
    Ok(Report { applied: would.map(Applied::would).collect() })
}

/// An answer of the server in an unexpected form.
fn unexpected(what: &str) -> Error {
    Error::database(format!("the server's answer about {what} has an unexpected shape"))
}
