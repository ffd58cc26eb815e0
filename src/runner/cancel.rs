//! Cancels a run from outside of it: on a signal, or from another thread.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use postgres::{CancelToken, NoTls};

use super::monitor::Monitor;
use super::simple;
use crate::{Error, Result};

/// The pause between two requests: one that arrives between two statements has no effect, so it is repeated.
const AGAIN: Duration = Duration::from_millis(500);
/// The bound on one request.
const REQUEST: Duration = Duration::from_secs(2);
/// The number of requests, over a minute at least; then the server is left alone.
const REQUESTS: u32 = 120;

/// Stops a run from another thread. Clones stop the same run; a stopped run stays stopped.
///
/// ```no_run
/// # fn main() -> feedstock::Result<()> {
/// # let mut client = postgres::Client::connect("host=/run/postgresql user=me", postgres::NoTls).unwrap();
/// # let migrations = feedstock::Migrations::read("migrations")?;
/// use feedstock::runner::{self, Cancel, Options};
///
/// let cancel = Cancel::new();
/// let mut options = Options::default();
/// options.cancel = cancel.clone();
/// std::thread::spawn(move || {
///     // … when it has to stop:
///     cancel.cancel();
/// });
/// let error = runner::apply(&mut client, &migrations, &options, &mut |_| {}).unwrap_err();
/// assert!(error.is_interrupted());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Cancel(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    cancelled: bool,
    /// The server that the run works on.
    server: Option<Server>,
    /// Is a statement running?
    busy: bool,
}

/// How to cancel the statement of a server process.
#[derive(Clone)]
pub(super) struct Server {
    pub token: CancelToken,
    pub monitor: Option<Monitor>,
    /// The query that cancels it on a second connection, as long as the process belongs to the run.
    pub query: String,
}

impl Cancel {
    /// Creates a handle that no run uses yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the run to stop, and returns at once. The current statement is cancelled on the server, so that its
    /// transaction rolls back; the run then returns an error of which [`Error::is_interrupted`] is true, and which says
    /// what is applied.
    pub fn cancel(&self) {
        let mut state = self.state();
        let first = !std::mem::replace(&mut state.cancelled, true);
        self.0.changed.notify_all();
        if first && state.server.is_some() {
            let told = self.clone();
            thread::spawn(move || told.tell_the_server());
        }
    }

    /// Was the run asked to stop?
    pub fn is_cancelled(&self) -> bool {
        self.state().cancelled
    }

    /// An error, if the run was asked to stop.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::interrupted("the run was asked to stop")) } else { Ok(()) }
    }

    /// A pause, which ends with an error as soon as the run is asked to stop.
    pub(super) fn sleep(&self, pause: Duration) -> Result<()> {
        let (state, _) = self
            .0
            .changed
            .wait_timeout_while(self.state(), pause, |state| !state.cancelled)
            .unwrap_or_else(PoisonError::into_inner);
        drop(state);
        self.check()
    }

    /// Makes the server known, until the returned value is dropped.
    pub(super) fn attach(&self, server: Server) -> Attached {
        self.state().server = Some(server);
        Attached(self.clone())
    }

    /// Marks the server as busy, until the returned value is dropped.
    pub(super) fn busy(&self) -> Busy<'_> {
        self.state().busy = true;
        Busy(self)
    }

    fn tell_the_server(&self) {
        for request in 0..REQUESTS {
            let server = {
                let state = self.state();
                let Some(server) = &state.server else { return };
                state.busy.then(|| server.clone())
            };
            if let Some(server) = server {
                let (done, answer) = mpsc::channel();
                // A connection that does not answer blocks only its own thread.
                thread::spawn(move || {
                    if request % 2 == 0 {
                        server.ask()
                    } else {
                        server.request()
                    }
                    let _ = done.send(());
                });
                let _ = answer.recv_timeout(REQUEST);
            }
            thread::sleep(AGAIN);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    /// Cancels by a query on a second connection, which has TLS where the first has; without one, by a cancel request.
    fn ask(&self) {
        let client = self.monitor.as_ref().and_then(|monitor| monitor.connect().ok());
        match client {
            Some(mut client) => drop(simple::rows(&mut client, &self.query)),
            None => self.request(),
        }
    }

    /// Cancels by a cancel request of the protocol, which needs no free connection slot. It is the second choice, since
    /// some proxies crash on it.
    fn request(&self) {
        // An error is ignored: the next request follows.
        let _ = match &self.monitor {
            Some(monitor) => monitor.cancel(&self.token),
            None => self.token.cancel_query(NoTls).map_err(Error::from),
        };
    }
}

/// A run that can be cancelled, until this is dropped.
pub(super) struct Attached(Cancel);

impl Drop for Attached {
    fn drop(&mut self) {
        self.0.state().server = None;
    }
}

/// A running statement that can be cancelled, until this is dropped.
pub(super) struct Busy<'a>(&'a Cancel);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.state().busy = false;
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancel").field("cancelled", &self.is_cancelled()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_pause_ends_when_the_run_is_asked_to_stop() {
        let cancel = Cancel::new();
        cancel.sleep(Duration::from_millis(1)).unwrap();
        let stop = cancel.clone();
        let begun = Instant::now();
        let stopping = thread::spawn(move || stop.cancel());
        assert!(cancel.sleep(Duration::from_secs(60)).unwrap_err().is_interrupted());
        assert!(begun.elapsed() < Duration::from_secs(30));
        stopping.join().unwrap();
    }
}
