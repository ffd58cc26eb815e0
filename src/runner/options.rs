//! The options of a run.

use std::time::Duration;

use super::cancel::Cancel;
use super::monitor::Monitor;
use crate::ident::{attempts_table, qualified};
use crate::migration::Migrations;
use crate::{Error, Result};

/// The options of [`apply`](super::apply).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// The history table.
    pub history: History,
    /// The `search_path` that every file begins with, whatever the role's own is. `["public"]`.
    pub search_path: Vec<String>,
    /// The role that runs the files; `None`: the connection's own.
    pub role: Option<String>,
    /// The `lock_timeout` of a statement in a transaction. Later sessions queue behind a waiting statement for as long.
    /// 3 seconds.
    pub lock_timeout: Duration,
    /// The `statement_timeout`. Zero: no bound. `None`, the default: the session's own value, of its role for instance.
    pub statement_timeout: Option<Duration>,
    /// The number of attempts at a file that does not get its locks. 10.
    pub attempts: u32,
    /// The bound on waiting of a statement outside a transaction (`CONCURRENTLY`): for each transaction it has to wait
    /// for, and for the build that a killed run left behind. An hour, since such a wait blocks nobody.
    pub max_wait: Duration,
    /// The bound on waiting for another runner to finish. 10 minutes.
    pub runner_wait: Duration,
    /// The last version to be applied; `None`: all.
    pub to: Option<i64>,
    /// Records the files without running them.
    pub fake: bool,
    /// Reports what would be applied, without a write.
    pub dry_run: bool,
    /// Applies files whose version is below that of an applied one.
    pub allow_out_of_order: bool,
    /// Opens a second connection, which shows the sessions that block the first one, and whether the first one is a
    /// session of its own. A file outside a transaction needs settings of the session; without a second connection (or
    /// where a pool has none to spare) a transaction-pooling proxy without other clients looks like a server. The lock
    /// is checked with each file anyway: a run that has lost its session ends with an error.
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
    /// Refuses options that contradict themselves or the files, before the server is asked anything.
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

/// The table in which refinery records the applied migrations. Its name is quoted, so any name is possible.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
    /// Schema and name, quoted; refinery puts this into its queries as it is.
    pub(super) fn quoted(&self) -> String {
        qualified(&self.schema, &self.table)
    }

    /// The table beside it with the attempts at statements outside a transaction.
    pub(super) fn attempts(&self) -> String {
        qualified(&self.schema, &attempts_table(&self.table))
    }
}
