//! The second connection of a run: it shows what blocks the first one, and cancels its statement.

use std::fmt;
use std::sync::Arc;

use postgres::{CancelToken, Client, NoTls};

use crate::Result;

/// Opens second connections to the same server, on which the runner queries which sessions block the first, whether the
/// first is a session of its own, and the outcome of a commit whose answer was lost.
#[derive(Clone)]
pub struct Monitor {
    connect: Arc<dyn Fn() -> Result<Client> + Send + Sync>,
    cancel: Arc<Cancelling>,
}

/// Sends a cancel request, with TLS where the session has it.
type Cancelling = dyn Fn(&CancelToken) -> Result<()> + Send + Sync;

impl Monitor {
    /// Opens connections by a function of yours, with TLS if you like.
    pub fn new(connect: impl Fn() -> Result<Client> + Send + Sync + 'static) -> Self {
        Monitor { connect: Arc::new(connect), cancel: Arc::new(|token| Ok(token.cancel_query(NoTls)?)) }
    }

    /// Opens connections by a configuration, without TLS.
    pub fn from_config(config: postgres::Config) -> Self {
        Self::new(move || Ok(config.connect(NoTls)?))
    }

    /// Sends cancel requests by a function of yours, with TLS for instance; by default they are sent without TLS. They
    /// are needed where `pg_cancel_backend` on a second connection has no effect.
    #[must_use]
    pub fn cancelling(mut self, cancel: impl Fn(&CancelToken) -> Result<()> + Send + Sync + 'static) -> Self {
        self.cancel = Arc::new(cancel);
        self
    }

    pub(super) fn connect(&self) -> Result<Client> {
        (self.connect)()
    }

    pub(super) fn cancel(&self, token: &CancelToken) -> Result<()> {
        (self.cancel)(token)
    }
}

impl fmt::Debug for Monitor {
    /// Prints no field: the closure may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Monitor")
    }
}
