//! refinery, guarded.
//!
//! refinery verifies the files and owns the history table; this decides how a file is run:
//!
//! * one runner at a time, by an advisory lock on the connection that runs the statements;
//! * a file and its row in the history in one transaction, one statement an execute;
//! * a lock that is not to be had soon is not waited for: the file rolls back and is tried again later, and it is
//!   said who blocks it;
//! * a `no-transaction` file has one statement, which is noted before it is sent: of an attempt that was noted the
//!   catalog says whether it was done, and without one the server judges;
//! * whatever a file sets in its session is set back.
//!
//! Each file begins as if it were a run of its own, with two exceptions that no server lets one set back. A custom
//! setting (`SET app.user = …`) that one file has set reads as an empty text in the next one of the same run, and not
//! as NULL: test it with `nullif(current_setting('app.user', true), '')`. And custom settings that the caller had made
//! in the session are gone after a run, since `RESET ALL` takes them along and nothing lists them: make them again, or
//! apply on a connection of its own. All other settings of the caller are as they were.
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
mod monitor;
mod options;
mod outcome;
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

/// Applies what is pending, as [`apply`] does with [`Options::default`]: for a service that migrates at start-up.
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

/// Applies what is pending and tells of each step as it comes.
///
/// # Errors
///
/// Before anything runs: an applied file that was edited or is gone, a file out of order. Then whatever the server
/// refuses, with file, line, column, and what had been applied before it; of a file that fails nothing is applied.
/// A lock that could not be had within the bounds of the options. A connection that is not one session of one
/// server (a transaction-pooling proxy).
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

/// What is applied and what is not. Reads only: not even the history table is made.
///
/// # Errors
///
/// A history that cannot be read or is not refinery's, or that somebody has locked for longer than the
/// `lock_timeout` of the options.
pub fn status(client: &mut Client, migrations: &Migrations, options: &Options) -> Result<Status> {
    let rows = history::read(client, &options.history, &session::as_own(options))?;
    Ok(Status::of(migrations, &rows))
}

/// What `apply` would do, by the same rules and without a write.
fn dry_run(client: &mut Client, migrations: &Migrations, options: &Options) -> Result<Report> {
    let status = status(client, migrations, options)?;
    let versions = status.to_apply(options)?;
    let would = versions.into_iter().filter_map(|version| migrations.get(version));
    Ok(Report { applied: would.map(Applied::would).collect() })
}

/// An answer of the server that has not the shape that was asked for.
fn unexpected(what: &str) -> Error {
    Error::database(format!("the server's answer about {what} has an unexpected shape"))
}
