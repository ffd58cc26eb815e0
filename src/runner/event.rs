//! The events and the report of a run.

use std::fmt;
use std::time::Duration;

use crate::migration::Migration;

/// A step of a run. `Display` writes it as one line for people.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Another runner holds the lock; this one waits for it.
    WaitingForRunner {
        /// The sessions that hold the lock; empty when they cannot be seen.
        holders: &'a [Blocker],
        /// The time waited so far.
        waited: Duration,
    },
    /// Another session has locked the history; it is read again later.
    HistoryLocked {
        /// The sessions that hold a lock on it; empty when they cannot be seen.
        blockers: &'a [Blocker],
        /// The number of attempts so far.
        attempt: u32,
        /// The largest number of attempts.
        attempts: u32,
        /// The pause before the next attempt.
        pause: Duration,
    },
    /// The number of files to be applied is known.
    Pending {
        /// The number of files.
        count: usize,
    },
    /// A file is applied although a later one was applied before it, as the options allow.
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
        /// The number of the statement in its file, from 1.
        number: usize,
        /// The number of statements in the file.
        of: usize,
        /// The line in the file.
        line: usize,
    },
    /// The statement of a `no-transaction` file has finished; it is not in the history yet.
    StatementDone {
        /// The file.
        migration: &'a Migration,
    },
    /// A statement waits for locks of other sessions.
    Waiting {
        /// The file.
        migration: &'a Migration,
        /// The sessions that block it.
        blockers: &'a [Blocker],
        /// The time waited so far.
        waited: Duration,
    },
    /// A file did not get a lock, or failed for another reason that may pass; it was rolled back and is tried again.
    Retrying {
        /// The file.
        migration: &'a Migration,
        /// The line of the statement that failed; 0 where it was the beginning or the end of the file's transaction.
        line: usize,
        /// The reason, as a verb: `did not get its lock`.
        reason: &'a str,
        /// The sessions that held the lock; empty without a [`Monitor`](super::Monitor).
        blockers: &'a [Blocker],
        /// The number of attempts so far.
        attempt: u32,
        /// The largest number of attempts.
        attempts: u32,
        /// The pause before the next attempt.
        pause: Duration,
    },
    /// A leftover of a crashed run is removed or completed.
    Leftover {
        /// The file.
        migration: &'a Migration,
        /// The action, in words.
        action: &'a str,
    },
    /// The catalog has the result of a `no-transaction` file already; it is only recorded.
    AlreadyDone {
        /// The file.
        migration: &'a Migration,
        /// The result that the catalog has, in words.
        found: &'a str,
    },
    /// A file is applied and recorded.
    Applied {
        /// The file.
        migration: &'a Migration,
        /// The time it took.
        took: Duration,
    },
    /// A file is recorded without having been run.
    Faked {
        /// The file.
        migration: &'a Migration,
    },
}

/// A session of the server that holds a lock we wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blocker {
    /// Its process ID.
    pub pid: i32,
    /// Its `application_name`, if it is set.
    pub application_name: String,
    /// Its user.
    pub user: String,
    /// Its state: `active`, `idle in transaction`, …
    pub state: String,
    /// The age of its transaction.
    pub age: Duration,
    /// Its current or last statement, shortened; a statement that may hold a password is cut before it.
    pub query: String,
}

/// The result of a run.
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
    /// How it was applied.
    pub how: How,
    /// The time it took.
    pub took: Duration,
}

/// How a file was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// It ran.
    Ran,
    /// The catalog had its result already; it was recorded.
    AlreadyDone,
    /// It was recorded without having been run.
    Faked,
    /// It would run: this is a dry run.
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
                match line {
                    0 => write!(f, "{migration}: its transaction")?,
                    line => write!(f, "{migration}: line {line}")?,
                }
                write!(f, " {reason} (attempt {attempt} of {attempts}); ")?;
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
