//! Types that the driver has to ask for, before rows come.
//!
//! The driver learns the type of a result's column when the result has begun, and asks for one that does not come with
//! Postgres on the same connection: behind a result that is larger than its buffers the answer never arrives. So a
//! statement that may have such a column is prepared for a moment first, which gives its columns and no rows; what the
//! driver was told it keeps for the connection. The statement itself is sent unnamed as ever.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use postgres::Column;
use postgres::error::SqlState;
use postgres::types::Type;

use super::statement::Statement;
use crate::Error;

/// Texts whose columns were found to have types that come with Postgres: they are not prepared again.
static PLAIN: Mutex<Option<HashSet<Box<str>>>> = Mutex::new(None);

/// More texts than a program has; where one makes them up, they are forgotten and asked for again.
const MANY: usize = 10_000;

/// How often a name is tried that another client of a proxy's connection left behind.
pub(crate) const TRIES: usize = 5;

/// Must the statement be prepared before it is sent?
pub(crate) fn is_due(statement: &Statement) -> bool {
    if !statement.is_asked() {
        return false;
    }
    let texts = PLAIN.lock().unwrap_or_else(PoisonError::into_inner);
    !texts.as_ref().is_some_and(|texts| texts.contains(statement.sql()))
}

/// Takes note of the columns.
pub(crate) fn answered(statement: &Statement, columns: &[Column]) {
    if columns.iter().any(|column| Type::from_oid(column.type_().oid()).is_none()) {
        return;
    }
    let mut texts = PLAIN.lock().unwrap_or_else(PoisonError::into_inner);
    let texts = texts.get_or_insert_default();
    if texts.len() >= MANY {
        texts.clear();
    }
    texts.insert(statement.sql().into());
}

/// What is to be done where it could not be asked for.
pub(crate) fn failed(error: postgres::Error) -> Error {
    let is_lost = error.code() == Some(&SqlState::INVALID_SQL_STATEMENT_NAME) || is_taken(&error);
    let error = Error::from(error);
    if !is_lost {
        return error;
    }
    error.while_doing("asking for the type of a column").help(
        "behind a proxy that pools transactions, read columns of types that do not come with Postgres inside of a \
         transaction, or cast them: `column::text`; pgbouncer keeps track of statements where \
         `max_prepared_statements` is set",
    )
}

/// Is the name of the statement taken, so that the next one may not be?
pub(crate) fn is_taken(error: &postgres::Error) -> bool {
    error.code() == Some(&SqlState::DUPLICATE_PSTATEMENT)
}
