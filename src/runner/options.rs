//! How a run is to go.

use std::time::Duration;

use super::cancel::Cancel;
use super::monitor::Monitor;
use crate::ident::{attempts_table, qualified};
use crate::migration::Migrations;
use crate::{Error, Result};

/// How [`apply`](super::apply) goes about it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The history table.
    pub history: History,
    /// The `search_path` that every file begins with; `["public"]`, whoever runs it.
    pub search_path: Vec<String>,
    /// The role that runs the files; `None` is the connection's own.
    pub role: Option<String>,
    /// How long a statement in a transaction waits for a lock: everything behind it waits as long. 3 seconds.
    pub lock_timeout: Duration,
    /// How long a statement may take: zero is without a bound, and `None`, the default, is what the session has, of
    /// its role for instance.
    pub statement_timeout: Option<Duration>,
    /// How often a file is tried that does not get its locks. 10 times.
    pub attempts: u32,
    /// How long a statement outside a transaction (`CONCURRENTLY`) waits for each of those before it, and for the
    /// build that a killed run left behind. An hour: such a wait blocks nobody.
    pub max_wait: Duration,
    /// How long to wait for another runner to finish. 10 minutes.
    pub runner_wait: Duration,
    /// Applies files up to this version.
    pub to: Option<i64>,
    /// Records the files without running them.
    pub fake: bool,
    /// Only says what would be applied.
    pub dry_run: bool,
    /// Applies files whose version is below that of an applied one.
    pub allow_out_of_order: bool,
    /// A second connection, to see who blocks the first, and whether the first is a session of its own: a file outside
    /// a transaction needs settings of the session, and without this connection (or where a pool has none to spare) a
    /// proxy that pools by transaction cannot be told from a server as long as nobody else uses it. The lock is looked
    /// at all the same, with each file: whoever loses the session gets an error.
    pub monitor: Option<Monitor>,
    /// Stops the run from another thread.
    pub cancel: Cancel,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            history: History::default(),
            search_path: vec!["public".into()],
            role: None,
            lock_timeout: Duration::from_secs(3),
            statement_timeout: None,
            attempts: 10,
            max_wait: Duration::from_secs(60 * 60),
            runner_wait: Duration::from_secs(10 * 60),
            to: None,
            fake: false,
            dry_run: false,
            allow_out_of_order: false,
            monitor: None,
            cancel: Cancel::new(),
        }
    }
}

impl Options {
    /// What cannot be meant is said before anything is connected to it.
    pub(super) fn check(&self, migrations: &Migrations) -> Result<()> {
        if let Some(version) = self.to
            && migrations.get(version).is_none()
        {
            let newest =
                migrations.last().map_or("there is none".into(), |last| format!("the newest is {last}"));
            return Err(Error::usage(format!("there is no migration of version {version}")).help(newest));
        }
        if self.history.table.is_empty() || self.history.schema.is_empty() || self.search_path.is_empty() {
            return Err(Error::usage("the history table, its schema and the search path cannot be empty"));
        }
        Ok(())
    }
}

/// The table in which refinery records what was applied. Any name will do: it is quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Its schema, which must exist. `public`.
    pub schema: String,
    /// Its name. `refinery_schema_history`.
    pub table: String,
}

impl Default for History {
    fn default() -> Self {
        History { schema: "public".into(), table: "refinery_schema_history".into() }
    }
}

impl History {
    /// Schema and name as SQL writes them; refinery puts this into its queries as it is.
    pub(super) fn quoted(&self) -> String {
        qualified(&self.schema, &self.table)
    }

    /// The table beside it that has what is being tried outside a transaction.
    pub(super) fn attempts(&self) -> String {
        qualified(&self.schema, &attempts_table(&self.table))
    }
}
