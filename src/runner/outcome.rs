//! Finds out, on a new connection, whether a commit whose answer was lost has happened.

use std::fmt;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;

use super::monitor::Monitor;
use super::simple;

/// The time for finding out; after it the outcome is unknown.
const FIND_OUT: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(250);

/// The outcome of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Applied,
    NotApplied,
    Unknown,
}

/// Finds out whether the transaction was committed; `recorded` is a condition that is true once it was.
pub(super) fn find_out(monitor: Option<&Monitor>, transaction: &str, recorded: &str) -> Outcome {
    let Some(monitor) = monitor.cloned() else { return Outcome::Unknown };
    let status = format!("SELECT {recorded}, pg_catalog.pg_xact_status('{transaction}'::pg_catalog.xid8)");
    let (tell, told) = mpsc::channel();
    // Not joined: the server may not answer, or be down for a while.
    thread::spawn(move || {
        let begun = Instant::now();
        while begun.elapsed() < FIND_OUT {
            if let Ok(mut client) = monitor.connect()
                && let Some(outcome) = ask(&mut client, &status)
            {
                let _ = tell.send(outcome);
                return;
            }
            thread::sleep(AGAIN);
        }
    });
    told.recv_timeout(FIND_OUT).unwrap_or(Outcome::Unknown)
}

/// `None` while it is undecided.
fn ask(client: &mut Client, status: &str) -> Option<Outcome> {
    let status = format!("SELECT pg_catalog.set_config('lock_timeout', '1000', true); {status}");
    let row = simple::last_row(client, &status).ok()?;
    match &row[..] {
        [recorded, _] if recorded == "t" => Some(Outcome::Applied),
        [_, status] if status == "aborted" => Some(Outcome::NotApplied),
        // It may still commit, a moment after this query.
        _ => None,
    }
}

impl Outcome {
    pub fn help(self) -> &'static str {
        match self {
            Outcome::Applied => "run again to go on with the files after it",
            Outcome::NotApplied => "run again: the file starts from its beginning",
            Outcome::Unknown => {
                "the next run finds out, and goes on from there; `status` says it too. With a second connection \
                 (`Monitor`) to a server that answers, it is found out at once"
            }
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Outcome::Applied => "it is applied and recorded, as another connection found out",
            Outcome::NotApplied => "nothing of it is applied, as another connection found out",
            Outcome::Unknown => "it is unknown whether it is applied",
        })
    }
}
