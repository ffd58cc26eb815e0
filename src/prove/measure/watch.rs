//! Measures a statement that cannot run in a transaction, such as `CREATE INDEX CONCURRENTLY`.
//!
//! Such a statement runs several transactions of its own, and between them it waits for those of others. This is where
//! its locks are read: a blocking session has an old snapshot and a lock on every table, so that the statement has to
//! wait; `pg_locks` then has the locks that it holds and the one that it waits for. Then a second session begins to
//! block, and the first one rolls back, so that the statement reaches its next wait, and so on until its end.
//!
//! A statement that takes only `AccessShareLock` or `RowShareLock` waits for none of these, and no lock is seen.

use std::collections::BTreeSet;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use postgres::Client;

use crate::plan::Mode;
use crate::prove::{Database, simple};
use crate::{Error, Result};

/// The interval between two looks at the statement.
const LOOK: Duration = Duration::from_millis(1);

/// Runs a statement outside of a transaction, and returns the locks that it was seen to hold or wait for.
pub(in crate::prove) fn run(
    database: &Database,
    client: &mut Client,
    sql: &str,
) -> Result<BTreeSet<(u32, Mode)>> {
    let pid: i32 = client.query_one("SELECT pg_catalog.pg_backend_pid()", &[])?.get(0);
    let mut watcher = database.client()?;
    let (mut holder, mut next) = (database.client()?, database.client()?);
    hold(&mut holder)?;
    let mut seen = BTreeSet::new();
    thread::scope(|scope| {
        let (done, result) = mpsc::sync_channel(1);
        // The receiver lives until it has this result.
        scope.spawn(move || drop(done.send(client.batch_execute(sql))));
        let mut look = || -> Result<()> {
            loop {
                match result.recv_timeout(LOOK) {
                    Ok(result) => return result.map_err(Error::from),
                    Err(RecvTimeoutError::Disconnected) => return Err(Error::database("a session was lost")),
                    Err(RecvTimeoutError::Timeout) => {}
                }
                if look_at(&mut watcher, pid, &mut seen)? {
                    hold(&mut next)?;
                    holder.batch_execute("ROLLBACK")?;
                    std::mem::swap(&mut holder, &mut next);
                }
            }
        };
        let looked = look();
        // After an error too, nothing may block the statement, so that its thread ends.
        let _ = holder.batch_execute("ROLLBACK");
        let _ = next.batch_execute("ROLLBACK");
        looked
    })?;
    Ok(seen)
}

/// If the session waits, adds the locks that it holds and waits for. While it runs, what is seen would be random.
fn look_at(watcher: &mut Client, pid: i32, seen: &mut BTreeSet<(u32, Mode)>) -> Result<bool> {
    let rows = simple::rows(
        watcher,
        &format!(
            "SELECT relation, mode, granted FROM pg_catalog.pg_locks WHERE pid = {pid} AND mode IS NOT NULL"
        ),
    )?;
    let waits = rows.iter().any(|row| row.get(2) == Some("f"));
    let locks = rows.iter().filter_map(|row| Some((simple::number(row, 0)?, Mode::of_name(row.get(1)?)?)));
    seen.extend(locks.filter(|_| waits));
    Ok(waits)
}

/// Opens a transaction that blocks others: it has a snapshot, and on every table the strongest lock up to `SHARE` that
/// can be had at once.
fn hold(holder: &mut Client) -> Result<()> {
    holder.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL lock_timeout = '100ms'")?;
    holder.batch_execute(include_str!("hold.sql")).map_err(Error::from)
}
