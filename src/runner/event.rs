//! What a run tells while it goes, and what it says at its end.

use std::fmt;
use std::time::Duration;

use crate::migration::Migration;

/// A step of a run. `Display` says it in a line for people.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Another runner is at work; it is waited for.
    WaitingForRunner {
        /// Who holds the lock; empty when that cannot be seen.
        holders: &'a [Blocker],
        /// For how long by now.
        waited: Duration,
    },
    /// Somebody has locked the history; it is read again later.
    HistoryLocked {
        /// Who holds a lock on it; empty when that cannot be seen.
        blockers: &'a [Blocker],
        /// How often it was tried by now.
        attempt: u32,
        /// How often it is tried at most.
        attempts: u32,
        /// When it is tried again.
        pause: Duration,
    },
    /// This many files are to be applied.
    Pending {
        /// How many.
        count: usize,
    },
    /// A file is applied although a later one was before it, as the options allow.
    OutOfOrder {
        /// The file.
        migration: &'a Migration,
    },
    /// A file begins.
    Started {
        /// The file.
        migration: &'a Migration,
    },
    /// A statement is sent.
    Statement {
        /// The file.
        migration: &'a Migration,
        /// Which one, from 1.
        number: usize,
        /// Of how many.
        of: usize,
        /// The line of the file.
        line: usize,
    },
    /// The statement of a `no-transaction` file is done; the history does not have it yet.
    StatementDone {
        /// The file.
        migration: &'a Migration,
    },
    /// A statement waits for others.
    Waiting {
        /// The file.
        migration: &'a Migration,
        /// For whom.
        blockers: &'a [Blocker],
        /// For how long by now.
        waited: Duration,
    },
    /// A file did not get a lock, or others were in its way otherwise; it was rolled back and is tried again.
    Retrying {
        /// The file.
        migration: &'a Migration,
        /// The line of the statement that failed.
        line: usize,
        /// Why, as a verb: `did not get its lock`.
        reason: &'a str,
        /// Who held it; empty when there is no [`Monitor`](super::Monitor).
        blockers: &'a [Blocker],
        /// How often it was tried by now.
        attempt: u32,
        /// How often it is tried at most.
        attempts: u32,
        /// When it is tried again.
        pause: Duration,
    },
    /// What a crashed run left is cleared away.
    Leftover {
        /// The file.
        migration: &'a Migration,
        /// What is done about it.
        action: &'a str,
    },
    /// The catalog has the outcome of a `no-transaction` file already; it is only recorded.
    AlreadyDone {
        /// The file.
        migration: &'a Migration,
        /// What the catalog has.
        found: &'a str,
    },
    /// A file is applied and recorded.
    Applied {
        /// The file.
        migration: &'a Migration,
        /// How long it took.
        took: Duration,
    },
    /// A file is recorded without having been run.
    Faked {
        /// The file.
        migration: &'a Migration,
    },
}

/// A backend of the server that holds what we wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blocker {
    /// Its process.
    pub pid: i32,
    /// Its application, if it says so.
    pub application_name: String,
    /// Its user.
    pub user: String,
    /// `active`, `idle in transaction`, …
    pub state: String,
    /// How long its transaction has been open.
    pub age: Duration,
    /// Its current or last statement, shortened, and without what may be a password.
    pub query: String,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The files in the order in which they were applied.
    pub applied: Vec<Applied>,
}

/// A file that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// The file as messages name it.
    pub file: String,
    /// How it came about.
    pub how: How,
    /// How long it took.
    pub took: Duration,
}

/// How a file came to be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// It ran.
    Ran,
    /// The catalog had its outcome already; it was recorded.
    AlreadyDone,
    /// It was recorded without having been run.
    Faked,
    /// It would run: a dry run.
    Would,
}

impl Applied {
    pub(super) fn new(migration: &Migration, how: How, took: Duration) -> Self {
        Applied {
            version: migration.version,
            name: migration.name.clone(),
            file: migration.file.clone(),
            how,
            took,
        }
    }

    pub(super) fn would(migration: &Migration) -> Self {
        Self::new(migration, How::Would, Duration::ZERO)
    }
}

impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::WaitingForRunner { holders, waited } => {
                write!(f, "another runner is at work; waiting for {}", seconds(*waited))?;
                list(f, holders)
            }
            Event::HistoryLocked { blockers, attempt, attempts, pause } => {
                write!(f, "the history is locked (attempt {attempt} of {attempts}); ")?;
                write!(f, "trying again in {}", seconds(*pause))?;
                list(f, blockers)
            }
            Event::Pending { count: 0 } => f.write_str("nothing to apply"),
            Event::Pending { count: 1 } => f.write_str("1 migration to apply"),
            Event::Pending { count } => write!(f, "{count} migrations to apply"),
            Event::OutOfOrder { migration } => write!(f, "{migration} is out of order, as allowed"),
            Event::Started { migration } => write!(f, "{migration} …"),
            Event::Statement { migration, number, of, line } => {
                write!(f, "{migration}: statement {number} of {of}, line {line}")
            }
            Event::StatementDone { migration } => write!(f, "{migration}: done, not recorded yet"),
            Event::Waiting { migration, blockers, waited } => {
                write!(f, "{migration} has been waiting for {}", seconds(*waited))?;
                list(f, blockers)
            }
            Event::Retrying { migration, line, reason, blockers, attempt, attempts, pause } => {
                write!(f, "{migration}: line {line} {reason} (attempt {attempt} of {attempts}); ")?;
                write!(f, "rolled back, trying again in {}", seconds(*pause))?;
                list(f, blockers)
            }
            Event::Leftover { migration, action } => write!(f, "{migration}: {action}"),
            Event::AlreadyDone { migration, found } => write!(f, "{migration}: {found}; recording it"),
            Event::Applied { migration, took } => write!(f, "{migration} applied in {}", seconds(*took)),
            Event::Faked { migration } => write!(f, "{migration} recorded, not run"),
        }
    }
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pid {}", self.pid)?;
        for (name, value) in [("application", &self.application_name), ("user", &self.user)] {
            if !value.is_empty() {
                write!(f, ", {name} {value}")?;
            }
        }
        if !self.state.is_empty() {
            write!(f, ", {} for {}", self.state, seconds(self.age))?;
        }
        if self.query.is_empty() { Ok(()) } else { write!(f, ": {}", self.query) }
    }
}

fn list(f: &mut fmt::Formatter<'_>, blockers: &[Blocker]) -> fmt::Result {
    blockers.iter().try_for_each(|blocker| write!(f, "\n  blocked by {blocker}"))
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
