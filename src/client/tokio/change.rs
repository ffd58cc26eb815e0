//! `execute`: sends a change and returns the number of rows.

use std::future::Future;

use super::Client;
use super::send::{explained, next};
use crate::Result;
use crate::client::read::changed;
use crate::query::{Changes, Sealed, Statement};

/// The builders that [`Run::execute`](super::Run::execute) takes: those that are [`Changes`], and
/// [`CopyIn`](crate::query::CopyIn).
pub trait Executes<C: ?Sized>: Sealed {
    /// Changes the rows, and returns their number.
    ///
    /// # Errors
    ///
    /// As all endings.
    fn execute_on(self, db: &C) -> impl Future<Output = Result<u64>> + Send;
}

impl<S: Changes, C: Client + ?Sized> Executes<C> for S {
    fn execute_on(self, db: &C) -> impl Future<Output = Result<u64>> + Send {
        let statement = self.change();
        async move { count_changes(db, &statement?).await }
    }
}

pub(super) async fn count_changes<C: Client + ?Sized>(db: &C, statement: &Statement) -> Result<u64> {
    let counted = sent_changes(db, statement).await;
    explained(db, statement, counted).await
}

async fn sent_changes<C: Client + ?Sized>(db: &C, statement: &Statement) -> Result<u64> {
    if statement.meaning().refused.is_none() {
        return changed(statement, None, Some(db.send_change(statement).await?));
    }
    let mut rows = Box::pin(db.send(statement).await?);
    let mut last = None;
    while let Some(row) = next(&mut rows).await? {
        last = Some(row);
    }
    changed(statement, last.as_ref(), rows.rows_affected())
}
