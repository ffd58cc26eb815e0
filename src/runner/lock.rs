//! The lock that keeps other runners out.

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;
use sha2::{Digest, Sha256};

use super::event::{Blocker, Event};
use super::monitor::Monitor;
use super::options::Options;
use super::{simple, unexpected, watch};
use crate::{Error, Result};

/// An expression: the server process that answers.
pub(super) const OWN_PID: &str = "pg_catalog.pg_backend_pid()";
/// The time that a second connection may take to show whether we have a session.
pub(super) const SECOND_CONNECTION: Duration = Duration::from_secs(2);

/// The key of an advisory lock; each database has advisory locks of its own.
pub(super) struct Lock(i64);

impl Lock {
    /// The key is computed from the history table's name: two histories in one database have different locks.
    pub fn of(history: &str) -> Self {
        let digest = Sha256::digest(format!("feedstock {history}"));
        let mut key = [0; 8];
        key.copy_from_slice(&digest[..8]);
        Lock(i64::from_be_bytes(key))
    }

    /// Takes the lock by trying again and again, and returns the server process that holds it.
    ///
    /// `pg_advisory_lock` would wait inside a transaction, for which `CREATE INDEX CONCURRENTLY` of another runner
    /// waits: a deadlock.
    pub fn take(
        &self,
        client: &mut Client,
        options: &Options,
        events: &mut dyn FnMut(Event<'_>),
    ) -> Result<i32> {
        let bound = options.runner_wait;
        let begun = Instant::now();
        let mut pause = Duration::from_millis(25);
        let mut said = Duration::ZERO;
        loop {
            let ask =
                format!("SELECT pg_catalog.pg_try_advisory_lock({}), pg_catalog.pg_backend_pid()", self.0);
            let row = simple::row(client, &ask)
                .map_err(|error| Error::from(error).while_doing("taking the lock"))?;
            let [taken, pid] = &row[..] else { return Err(unexpected("the lock")) };
            if taken == "t" {
                return pid.parse().map_err(|_| unexpected("its process"));
            }
            let waited = begun.elapsed();
            if waited >= bound || waited >= said + Duration::from_secs(5) || said.is_zero() {
                let holders = self.holders(client)?;
                if waited >= bound {
                    return Err(another_runner(bound, &holders));
                }
                events(Event::WaitingForRunner { holders: &holders, waited });
                said = waited.max(Duration::from_millis(1));
            }
            options.cancel.sleep(watch::jitter(pause).min(bound.saturating_sub(waited))).map_err(|_| {
                Error::interrupted("interrupted while waiting for another runner; nothing was applied")
                    .help("run again: what the other runner applies meanwhile is not applied twice")
            })?;
            pause = (pause * 2).min(Duration::from_millis(400));
        }
    }

    /// Releases the lock and resets the settings. Behind a pooling proxy this must reach the server process that has
    /// them.
    pub fn release(&self, client: &mut Client, pid: i32, unpinning: &str, monitor: Option<&Monitor>) {
        let unlock = format!(
            "{unpinning}SELECT CASE {OWN_PID} WHEN {pid} THEN pg_catalog.pg_advisory_unlock({}) END IS NOT NULL",
            self.0
        );
        for attempt in 0..250 {
            // A cancel request that arrives late may cancel this; a lost connection has nothing to release.
            let released =
                simple::last_row(client, &unlock).map(|row| row.first().is_some_and(|met| met == "t"));
            if released.unwrap_or_else(|_| client.is_closed()) {
                return;
            }
            match monitor {
                Some(monitor) if attempt == 20 && release_elsewhere(monitor, &unlock) => return,
                _ if attempt > 50 => thread::sleep(Duration::from_millis(4)),
                _ => {}
            }
        }
    }

    /// An expression that is true where the session that evaluates it holds the lock. Until the end of the transaction
    /// no other session can take it then, even if a file releases it. It costs a tenth of a query of `pg_locks`.
    ///
    /// While our session holds the lock, `pg_try_advisory_xact_lock` fails in all others. If nobody holds it any more,
    /// it succeeds, but then `pg_advisory_unlock` finds no lock of the session to release. With `alone`, all other
    /// advisory locks of the session are released as well.
    pub fn is_ours(&self, alone: bool) -> String {
        let key = self.0;
        let again = format!("pg_catalog.pg_try_advisory_lock({key})");
        let again = if alone {
            format!("CASE WHEN pg_catalog.pg_advisory_unlock_all() IS NOT NULL THEN {again} END")
        } else {
            again
        };
        // CASE, since AND does not guarantee an order of evaluation.
        format!(
            "coalesce(CASE WHEN pg_catalog.pg_try_advisory_xact_lock({key}) THEN \
             CASE WHEN pg_catalog.pg_advisory_unlock({key}) THEN {again} END END, false)"
        )
    }

    /// A query that returns a row if the process holds the lock.
    pub fn is_held_by(&self, pid: &str) -> String {
        format!("SELECT FROM pg_catalog.pg_locks WHERE {} AND pid = {pid}", self.row())
    }

    /// The condition for this lock's row of `pg_locks`, where a 64-bit key is split in two.
    fn row(&self) -> String {
        let bytes = self.0.to_be_bytes();
        let half = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        format!(
            "locktype = 'advisory' AND granted AND objsubid = 1 AND classid = {} AND objid = {} AND database = \
             (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())",
            half(0),
            half(4),
        )
    }

    fn holders(&self, client: &mut Client) -> Result<Vec<Blocker>> {
        let pids = format!("SELECT pid FROM pg_catalog.pg_locks WHERE {}", self.row());
        Ok(watch::backends(client, &pids)?)
    }
}

/// Releases the lock over further connections. A pool without other clients lends the same process again and again;
/// open transactions keep the processes that do not hold the lock, so that the pool has to lend the others.
fn release_elsewhere(monitor: &Monitor, unlock: &str) -> bool {
    let held: Arc<Mutex<Vec<Client>>> = Arc::default();
    let (tell, told) = mpsc::channel();
    let (monitor, unlock, holding) = (monitor.clone(), format!("BEGIN; {unlock}"), Arc::downgrade(&held));
    // Not joined: a pool without a free process lets it wait.
    thread::spawn(move || {
        for _ in 0..50 {
            let Ok(mut client) = monitor.connect() else { return };
            let met = simple::last_row(&mut client, &unlock);
            if met.is_ok_and(|row| row.first().is_some_and(|met| met == "t")) {
                let _ = tell.send(client.batch_execute("COMMIT").is_ok());
                return;
            }
            // Kept until nobody waits for the result; then all are closed.
            let Some(holding) = holding.upgrade() else { return };
            holding.lock().unwrap_or_else(PoisonError::into_inner).push(client);
        }
    });
    told.recv_timeout(SECOND_CONNECTION).unwrap_or(false)
}

fn another_runner(bound: Duration, holders: &[Blocker]) -> Error {
    let who: Vec<String> = holders.iter().map(|holder| format!("\n  held by {holder}")).collect();
    Error::database(format!(
        "another runner has held the lock for longer than {} seconds{}",
        bound.as_secs_f64(),
        who.concat(),
    ))
    .help("let it finish, or end it: SELECT pg_terminate_backend(<pid>)")
}
