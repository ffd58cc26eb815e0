//! What a server says beside its answers: notices and warnings.

use std::sync::{Arc, Mutex, PoisonError};

use postgres::Config;
use postgres::error::DbError;

type Listener = Arc<dyn Fn(&DbError) + Send + Sync>;

static LISTENER: Mutex<Option<Listener>> = Mutex::new(None);

/// From now on this hears what servers say on connections that are opened. Without it the driver logs that.
pub fn listen_to_servers(listener: impl Fn(&DbError) + Send + Sync + 'static) {
    *LISTENER.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(listener));
}

/// Lets the listener hear a connection.
pub(super) fn heard(config: &mut Config) {
    let listener = LISTENER.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(listener) = listener {
        config.notice_callback(move |message| listener(&message));
    }
}
