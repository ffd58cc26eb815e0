//! Sends a statement, reads its rows as they arrive, and explains errors of the server.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Poll, ready};

use futures_core::Stream;
use tokio_postgres::RowStream;

use super::Client;
use crate::Result;
use crate::client::read::value;
use crate::query::Statement;

/// Takes every row. Rows that have arrived are taken in one poll: awaiting each of them takes a quarter longer.
async fn each(
    mut rows: Pin<&mut RowStream>,
    mut take: impl FnMut(postgres::Row) -> Result<()>,
) -> Result<()> {
    poll_fn(|context| {
        loop {
            match ready!(rows.as_mut().poll_next(context)) {
                Some(Ok(row)) => take(row)?,
                Some(Err(error)) => return Poll::Ready(Err(error.into())),
                None => return Poll::Ready(Ok(())),
            }
        }
    })
    .await
}

/// Explains an error of the server, for which one more statement may be sent.
pub(super) async fn explained<C: Client + ?Sized, T>(
    db: &C,
    statement: &Statement,
    result: Result<T>,
) -> Result<T> {
    let error = match result {
        Ok(value) => return Ok(value),
        Err(error) => statement.explain(error),
    };
    let Some(question) = statement.question(&error) else { return Err(statement.answered(error, None)) };
    let answer = match sent_ends(db, &question).await {
        Ok((row, _)) => value(row.as_ref()),
        Err(error) => Err(error),
    };
    Err(statement.answered(error, answer.ok()))
}

pub(super) async fn sent_each<C: Client + ?Sized>(
    db: &C,
    statement: &Statement,
    take: impl FnMut(postgres::Row) -> Result<()>,
) -> Result<()> {
    each(pin!(db.send(statement).await?), take).await
}

/// Sends the statement; returns its first row, and whether there are more.
pub(super) async fn sent_ends<C: Client + ?Sized>(
    db: &C,
    statement: &Statement,
) -> Result<(Option<postgres::Row>, bool)> {
    ends(pin!(db.send(statement).await?)).await
}

/// The first row, and whether there are more.
async fn ends(rows: Pin<&mut RowStream>) -> Result<(Option<postgres::Row>, bool)> {
    let (mut first, mut more) = (None, false);
    each(rows, |row| {
        if first.is_none() {
            first = Some(row)
        } else {
            more = true
        }
        Ok(())
    })
    .await?;
    Ok((first, more))
}

pub(super) async fn next(rows: &mut Pin<Box<RowStream>>) -> Result<Option<postgres::Row>> {
    Ok(poll_fn(|context| rows.as_mut().poll_next(context)).await.transpose()?)
}
