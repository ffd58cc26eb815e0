//! Carries out soft deletes, restores and purges.

use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use postgres::fallible_iterator::FallibleIterator;

use super::Client;
use crate::Result;
use crate::query::Statement;
use crate::soft_delete::{Answer, Session, Work};

/// Carries out the work. Its functions are async, and on a blocking client every answer is ready when it is asked for,
/// so one poll completes them.
pub(super) fn carry_out<C: Client + ?Sized>(db: &mut C, work: &Work) -> Result<u64> {
    let mut session = Blocking(db);
    let future = pin!(work.carry_out(&mut session));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("the work waits for answers only, and each answer is ready"),
    }
}

struct Blocking<'c, C: ?Sized>(&'c mut C);

impl<C: Client + ?Sized> Session for Blocking<'_, C> {
    fn send(&mut self, statement: &Statement) -> impl Future<Output = Result<Answer>> + Send {
        ready(answer(self.0, statement))
    }

    fn send_unread(&mut self, statement: &Statement) {
        // The caller is already returning an error, which says more than one of this statement could.
        let _ = answer(self.0, statement);
    }
}

fn answer<C: Client + ?Sized>(db: &mut C, statement: &Statement) -> Result<Answer> {
    let mut iterator = db.send(statement)?;
    let mut rows = Vec::new();
    while let Some(row) = iterator.next()? {
        rows.push(row);
    }
    Ok(Answer { rows, changed: iterator.rows_affected().unwrap_or(0) })
}
