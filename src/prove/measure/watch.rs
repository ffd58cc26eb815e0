//! A statement that no transaction may hold: `CREATE INDEX CONCURRENTLY` and its like.
//!
//! Such a statement runs several transactions of its own, and between them it waits for those of others. That is where
//! it is looked at: a holder has an old snapshot and a lock on every table, so that the statement must wait for it;
//! what it holds then, and what it asks for, stands in `pg_locks`. Then the next holder takes over and the last one
//! lets go, so that the statement goes on to its next wait, and so on to its end.
//!
//! What takes nothing but `AccessShareLock` or `RowShareLock` waits for no holder, and is not seen.

use std::collections::BTreeSet;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use postgres::Client;

use crate::plan::Mode;
use crate::prove::{Database, simple};
use crate::{Error, Result};

/// How often the waiting statement is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// Runs a statement outside of any transaction, and says which locks it was seen to hold or to ask for.
pub(super) fn run(database: &Database, client: &mut Client, sql: &str) -> Result<BTreeSet<(u32, Mode)>> {
    let pid: i32 = client.query_one("SELECT pg_catalog.pg_backend_pid()", &[])?.get(0);
    let mut watcher = database.client()?;
    let (mut holder, mut next) = (database.client()?, database.client()?);
    hold(&mut holder)?;
    let mut seen = BTreeSet::new();
    thread::scope(|scope| {
        let (done, result) = mpsc::sync_channel(1);
        // The receiver is there until it has this.
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
        // Whatever went wrong: nothing holds the statement up any more, so that its thread ends.
        let _ = holder.batch_execute("ROLLBACK");
        let _ = next.batch_execute("ROLLBACK");
        looked
    })?;
    Ok(seen)
}

/// Does a session wait? Then what it holds and asks for is noted; while it runs, it would be chance what is seen.
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

/// Opens a transaction for which others wait: it has a snapshot, and on every table the strongest lock up to `SHARE`
/// that is to be had at once.
fn hold(holder: &mut Client) -> Result<()> {
    holder.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL lock_timeout = '100ms'")?;
    holder.batch_execute(include_str!("hold.sql")).map_err(Error::from)
}
