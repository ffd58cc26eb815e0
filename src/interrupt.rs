//! Ctrl-C: what must be undone before the process ends.
//!
//! Values that clean up in `Drop` are not dropped by a signal, so they register here as well.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// What a shell reports for a process that Ctrl-C ended: 128 and the number of SIGINT.
const INTERRUPTED: i32 = 130;

static CLEANUPS: Mutex<Cleanups> = Mutex::new(Cleanups { next: 0, by_number: BTreeMap::new() });

struct Cleanups {
    next: u64,
    by_number: BTreeMap<u64, Box<dyn FnMut() + Send>>,
}

/// Runs `cleanup` when SIGINT, SIGTERM or SIGHUP arrives, then ends the process with status 130.
///
/// The last registered runs first. Dropping what this returns takes the cleanup back. A program that installed a
/// handler of its own before keeps it; its private servers still end with it, since they watch their owner.
pub fn on_interrupt(cleanup: impl FnMut() + Send + 'static) -> OnInterrupt {
    install_once();
    let mut cleanups = lock();
    let number = cleanups.next;
    cleanups.next += 1;
    cleanups.by_number.insert(number, Box::new(cleanup));
    OnInterrupt(number)
}

/// A registered cleanup; dropping it takes the cleanup back without running it.
#[derive(Debug)]
#[must_use = "dropping this takes the cleanup back"]
pub struct OnInterrupt(u64);

impl Drop for OnInterrupt {
    fn drop(&mut self) {
        let taken = lock().by_number.remove(&self.0);
        drop(taken);
    }
}

fn install_once() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // An error means that the program has a handler already: see `on_interrupt`.
        let _ = ctrlc::set_handler(|| {
            // The lock is held to the end, so that nobody else undoes the same thing meanwhile.
            let mut cleanups = lock();
            for cleanup in cleanups.by_number.values_mut().rev() {
                cleanup();
            }
            std::process::exit(INTERRUPTED);
        });
    });
}

fn lock() -> MutexGuard<'static, Cleanups> {
    CLEANUPS.lock().unwrap_or_else(PoisonError::into_inner)
}
