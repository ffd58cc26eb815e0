//! Sends a statement, a second time where that helps, and explains errors of the server.

use postgres::fallible_iterator::FallibleIterator;

use super::Client;
use crate::client::cached::reported;
use crate::client::read::value;
use crate::query::Statement;
use crate::{Error, Result};

/// Sends a statement and reads its rows; after an error a second time, if the client's `try_again` says so.
pub(super) fn attempt<C: Client + ?Sized, T>(
    db: &mut C,
    statement: &Statement,
    read: impl Fn(postgres::RowIter<'_>, &Statement) -> Result<T>,
) -> Result<T> {
    let first = match db.send(statement) {
        Ok(rows) => return read(rows, statement),
        Err(error) => error,
    };
    if !db.try_again(statement, &first) {
        return Err(first);
    }
    match db.send(statement) {
        Ok(rows) => read(rows, statement),
        Err(again) => Err(reported(first, again)),
    }
}

/// Explains an error of the server, for which one more statement may be sent.
pub(super) fn explained<C: Client + ?Sized>(db: &mut C, statement: &Statement, error: Error) -> Error {
    let error = statement.explain(error);
    let Some(question) = statement.question(&error) else { return statement.answered(error, None) };
    let answer = db.send(&question).and_then(|mut rows| value(rows.next()?.as_ref()));
    statement.answered(error, answer.ok())
}
