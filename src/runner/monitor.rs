//! The second connection of a run: to see what blocks the first one, and to cancel its statement.

use std::fmt;
use std::sync::Arc;

use postgres::{CancelToken, Client, NoTls};

use crate::Result;

/// Opens a second connection to the same server, on which the runner asks who blocks the first, whether it is a
/// session, and what became of a commit whose answer was lost.
#[derive(Clone)]
pub struct Monitor {
    connect: Arc<dyn Fn() -> Result<Client> + Send + Sync>,
    cancel: Arc<Cancelling>,
}

/// Cancels on the server, over a connection of the kind that it was made for.
type Cancelling = dyn Fn(&CancelToken) -> Result<()> + Send + Sync;

impl Monitor {
    /// Opens connections by a function of yours, TLS and all.
    pub fn new(connect: impl Fn() -> Result<Client> + Send + Sync + 'static) -> Self {
        Monitor { connect: Arc::new(connect), cancel: Arc::new(|token| Ok(token.cancel_query(NoTls)?)) }
    }

    /// Opens connections by a configuration, without TLS.
    pub fn from_config(config: postgres::Config) -> Self {
        Self::new(move || Ok(config.connect(NoTls)?))
    }

    /// Sends requests to cancel a statement by a function of yours, over TLS for instance; without it they go without
    /// TLS. They are sent where `pg_cancel_backend` on a second connection does not help.
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
    /// The configuration has a password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Monitor")
    }
}
