//! Carries out soft deletes, restores and purges.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Waker};

use futures_core::Stream;

use super::Client;
use crate::Result;
use crate::query::Statement;
use crate::soft_delete::{Answer, Session, Work};

/// Carries out the work. Nobody else may send anything on the client meanwhile.
pub(super) async fn carry_out<C: Client + ?Sized>(db: &C, work: Result<Work>) -> Result<u64> {
    work?.carry_out(&mut Awaited(db)).await
}

struct Awaited<'c, C: ?Sized>(&'c C);

impl<C: Client + ?Sized> Session for Awaited<'_, C> {
    async fn send(&mut self, statement: &Statement) -> Result<Answer> {
        let mut stream = Box::pin(self.0.send(statement).await?);
        let mut rows = Vec::new();
        while let Some(row) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
            rows.push(row?);
        }
        Ok(Answer { rows, changed: stream.rows_affected().unwrap_or(0) })
    }

    fn send_unread(&mut self, statement: &Statement) {
        // The driver queues a statement at the first poll, before anything that is sent afterwards.
        let future = pin!(self.0.send(statement));
        let _ = future.poll(&mut Context::from_waker(Waker::noop()));
    }
}
