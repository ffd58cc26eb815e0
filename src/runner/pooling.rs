//! Proxies that pool by statement: they close a connection on which a transaction begins.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::failure::is_lost;
use super::monitor::Monitor;
use crate::Error;

/// The time for two more connections.
const ANSWER: Duration = Duration::from_secs(10);

/// Does the server answer a query, but close the connection where a transaction begins? The driver may see the end of
/// the connection before its reason.
pub(super) fn closes_at_begin(monitor: Option<&Monitor>) -> bool {
    let Some(monitor) = monitor.cloned() else { return false };
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let closes = |sql: &str| {
            let executed = monitor.connect().ok()?.batch_execute(sql);
            Some(executed.is_err_and(|error| is_lost(&error)))
        };
        let _ = tell.send(closes("SELECT 1") == Some(false) && closes("BEGIN") == Some(true));
    });
    told.recv_timeout(ANSWER).unwrap_or(false)
}

/// The error of a run through such a proxy.
pub(super) fn pools_by_statement() -> Error {
    Error::database(
        "the connection is closed as soon as a transaction begins, as a proxy does that pools by statement; nothing of \
         the file is applied",
    )
    .help("connect to Postgres itself, or to a pool in session mode (pool_mode = session of PgBouncer)")
}
