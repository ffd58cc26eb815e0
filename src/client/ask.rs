//! Makes the types of columns known to the driver before rows arrive.
//!
//! The driver learns the type of a column when the result has begun, and looks up one that is not built into Postgres
//! on the same connection. If the result is larger than the driver's buffers, the answer to that query never arrives.
//! So before a statement that may have such a column, another one is sent that returns its columns ([`Asked`]); the
//! driver caches the types for the connection. The statement itself is then sent unnamed, as any other.
//!
//! No answer is kept: the type of a column may change while the process runs, and the driver does not say which
//! connection, and so which database, a client is of.

use std::borrow::Cow;

use postgres::error::{ErrorPosition, SqlState};
use postgres::{Column, Row};

use crate::Error;
use crate::query::{Asked, Statement, changed, checked, of_columns};

/// How often a statement is prepared, if another client of a proxy has left its name in use.
pub(crate) const TRIES: usize = 5;

/// What is sent before a statement.
pub(crate) enum Question {
    Nothing,
    /// The statement itself is prepared.
    Preparation,
    /// Another statement, with the same parameters.
    Columns(String),
}

pub(crate) fn question(statement: &Statement) -> Question {
    match statement.asked() {
        Asked::No => Question::Nothing,
        Asked::Prepared | Asked::Change { .. } => Question::Preparation,
        Asked::Query { length } => Question::Columns(of_columns(statement.sql(), length)),
    }
}

/// The statement to be sent, by the columns of its preparation.
pub(crate) fn prepared<'s>(statement: &'s Statement, answer: &postgres::Statement) -> Cow<'s, str> {
    by_columns(statement, answer.columns())
}

/// The statement to be sent, by the row that has its columns.
pub(crate) fn answered<'s>(statement: &'s Statement, answer: &[Row]) -> Cow<'s, str> {
    by_columns(statement, answer.first().map_or(&[], Row::columns))
}

fn by_columns<'s>(statement: &'s Statement, columns: &[Column]) -> Cow<'s, str> {
    checked(statement.sql(), statement.asked(), columns)
}

/// Adds to the error why a lookup fails behind a proxy, and what to do.
pub(crate) fn failed(error: postgres::Error) -> Error {
    let is_lost = error.code() == Some(&SqlState::INVALID_SQL_STATEMENT_NAME) || is_taken(&error);
    let error = Error::from(error);
    if !is_lost {
        return error;
    }
    error.while_doing("asking for the type of a column").help(
        "behind a proxy that pools transactions, read columns whose types are not built into Postgres in a \
         transaction, or cast them: `column::text`; pgbouncer tracks prepared statements if \
         `max_prepared_statements` is set",
    )
}

/// Is the statement's name in use? The driver then tries another name.
pub(crate) fn is_taken(error: &postgres::Error) -> bool {
    error.code() == Some(&SqlState::DUPLICATE_PSTATEMENT)
}

/// Explains that the columns are no longer what they were when they were looked up.
#[expect(clippy::ptr_arg, reason = "an owned text is one with a check")]
pub(crate) fn refused(sent: &Cow<'_, str>, error: postgres::Error) -> Error {
    let codes = [
        SqlState::DATATYPE_MISMATCH,
        SqlState::CANNOT_COERCE,
        SqlState::UNDEFINED_FUNCTION,
        SqlState::INVALID_COLUMN_REFERENCE,
    ];
    let server = error.as_db_error();
    // Without a position in the statement, the error is of a function that it calls.
    let is_changed = matches!(sent, Cow::Owned(_))
        && server.is_some_and(|server| {
            codes.contains(server.code()) && matches!(server.position(), Some(ErrorPosition::Original(_)))
        });
    let error = Error::from(error);
    if is_changed { changed(error) } else { error }
}
