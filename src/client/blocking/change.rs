//! `execute`: sends a change and returns the number of rows.

use postgres::fallible_iterator::FallibleIterator;

use super::Client;
use super::send::{attempt, explained};
use crate::Result;
use crate::client::cached::reported;
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
    fn execute_on(self, db: &mut C) -> Result<u64>;
}

impl<S: Changes, C: Client + ?Sized> Executes<C> for S {
    fn execute_on(self, db: &mut C) -> Result<u64> {
        count_changes(db, &self.change()?)
    }
}

pub(super) fn count_changes<C: Client + ?Sized>(db: &mut C, statement: &Statement) -> Result<u64> {
    sent_changes(db, statement).map_err(|error| explained(db, statement, error))
}

fn sent_changes<C: Client + ?Sized>(db: &mut C, statement: &Statement) -> Result<u64> {
    if statement.meaning().refused.is_none() {
        let count = match db.send_change(statement) {
            Err(first) if db.try_again(statement, &first) => {
                db.send_change(statement).map_err(|again| reported(first, again))
            }
            count => count,
        }?;
        return changed(statement, None, Some(count));
    }
    attempt(db, statement, |mut rows, statement| {
        let mut last = None;
        while let Some(row) = rows.next()? {
            last = Some(row);
        }
        changed(statement, last.as_ref(), rows.rows_affected())
    })
}
