//! Ctrl-C and its siblings (SIGINT, SIGTERM, SIGHUP): cleanups before the process ends.
//!
//! A signal does not run `Drop`, so values that clean up in `Drop` also register here. Work that can stop by itself is
//! asked to at the first signal, and the process ends when it has; a second signal does not wait for it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

static REGISTERED: Mutex<Registered> =
    Mutex::new(Registered { next: 0, cleanups: BTreeMap::new(), requests: BTreeMap::new() });
/// The first signal that was received.
static FIRST: AtomicI32 = AtomicI32::new(0);

struct Registered {
    next: u64,
    cleanups: BTreeMap<u64, Box<dyn FnMut() + Send>>,
    requests: BTreeMap<u64, Box<dyn FnMut(Signal) + Send>>,
}

/// The bound on all cleanups together; each also has a bound of its own.
const CLEANING_UP: Duration = Duration::from_secs(30);

/// A signal that asks the process to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal(i32);

impl Signal {
    /// The exit status that a shell reports for it: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP.
    pub fn exit_status(self) -> u8 {
        u8::try_from(128 + self.0).unwrap_or(130)
    }

    /// Runs the cleanups, the last registered first, and ends the process, at the latest after the bound.
    pub fn end(self) -> ! {
        thread::spawn(move || {
            thread::sleep(CLEANING_UP);
            std::process::exit(self.exit_status().into());
        });
        // The lock is held to the end, so that nobody else runs the same cleanups meanwhile.
        let mut registered = lock();
        for cleanup in registered.cleanups.values_mut().rev() {
            cleanup();
        }
        std::process::exit(self.exit_status().into());
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            SIGTERM => "SIGTERM",
            SIGHUP => "SIGHUP",
            _ => "SIGINT",
        })
    }
}

/// The first signal that was received, if any.
pub fn received() -> Option<Signal> {
    Some(FIRST.load(Ordering::SeqCst)).filter(|signal| *signal != 0).map(Signal)
}

/// Registers `cleanup`, which runs before a signal ends the process; the exit status is that of the signal.
///
/// The last registered runs first. Dropping the returned value unregisters the cleanup. A signal that was ignored when
/// the process began (`nohup`) stays ignored.
pub fn on_interrupt(cleanup: impl FnMut() + Send + 'static) -> OnInterrupt {
    install_once();
    let mut registered = lock();
    let number = registered.number();
    registered.cleanups.insert(number, Box::new(cleanup));
    OnInterrupt(number)
}

/// Registers `request`, which the first signal calls instead of ending the process: it asks the work to stop, and does
/// not wait for it. Dropping the returned value unregisters the request.
pub fn on_first_signal(request: impl FnMut(Signal) + Send + 'static) -> OnInterrupt {
    install_once();
    let mut registered = lock();
    let number = registered.number();
    registered.requests.insert(number, Box::new(request));
    OnInterrupt(number)
}

/// A registered cleanup or request; dropping it unregisters it without running it.
#[derive(Debug)]
#[must_use = "dropping this unregisters the cleanup"]
pub struct OnInterrupt(u64);

impl Drop for OnInterrupt {
    fn drop(&mut self) {
        let mut registered = lock();
        let taken = (registered.cleanups.remove(&self.0), registered.requests.remove(&self.0));
        // Dropped outside of the lock, since its own drop may take the lock.
        drop(registered);
        drop(taken);
    }
}

impl Registered {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

fn install_once() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let ignored = ignored();
        let wanted =
            [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored & (1 << (signal - 1)) == 0);
        // On an error the system has no such handlers, and a signal ends the process as usual.
        if let Ok(mut signals) = Signals::new(wanted) {
            thread::spawn(move || signals.forever().enumerate().for_each(|(at, signal)| arrived(at, signal)));
        }
    });
}

/// The signals that this process ignores, as a mask; none if the system does not tell.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

/// The first signal asks; the second one runs the cleanups and ends the process; one during those ends it at once.
fn arrived(at: usize, signal: i32) {
    static ENDING: Once = Once::new();
    let signal = Signal(signal);
    if at == 0 {
        FIRST.store(signal.0, Ordering::SeqCst);
        let mut registered = lock();
        registered.requests.values_mut().for_each(|request| request(signal));
        if !registered.requests.is_empty() {
            return;
        }
    }
    if ENDING.is_completed() {
        std::process::exit(signal.exit_status().into());
    }
    ENDING.call_once(|| {
        thread::spawn(move || signal.end());
    });
}

fn lock() -> MutexGuard<'static, Registered> {
    REGISTERED.lock().unwrap_or_else(PoisonError::into_inner)
}
