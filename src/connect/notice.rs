//! A sign of life while a server does not answer.

use std::sync::{Arc, Mutex, PoisonError};

/// What a person may want to know while a connection is made.
#[derive(Debug, Clone, Copy)]
pub enum Notice<'a> {
    /// This takes longer than a second.
    Waiting(&'a str),
    /// What was waited for has come, or was given up.
    Over,
    /// Something that was set is not followed.
    Warning(&'a str),
}

type Listener = Arc<dyn Fn(Notice<'_>) + Send + Sync>;

static LISTENER: Mutex<Option<Listener>> = Mutex::new(None);

/// Says who is told from now on, of every connection that this process makes with [`connect`](super::connect()).
pub fn listen(listener: impl Fn(Notice<'_>) + Send + Sync + 'static) {
    *LISTENER.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(listener));
}

pub(super) fn tell(notice: Notice<'_>) {
    let listener = LISTENER.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(listener) = listener {
        listener(notice);
    }
}
