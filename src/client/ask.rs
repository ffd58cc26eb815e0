//! Makes the driver look up the types of columns before rows arrive.
//!
//! The driver learns the type of a column when the result has begun, and looks up one that is not built into Postgres
//! on the same connection. If the result is larger than the driver's buffers, the answer to that query never arrives.
//! So a statement that may have such a column is prepared first, which returns its columns and no rows; the driver
//! caches the types for the connection. The statement itself is then sent unnamed, as any other.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use postgres::Column;
use postgres::error::SqlState;
use postgres::types::Type;

use crate::Error;
use crate::query::Statement;

/// Statements whose columns all have built-in types: they are not prepared again.
static PLAIN: Mutex<Option<HashSet<Box<str>>>> = Mutex::new(None);

/// More statements than a program has. If a program generates more, all are forgotten and looked up again.
const MANY: usize = 10_000;

/// How often a statement is prepared, if another client of a proxy has left its name in use.
pub(crate) const TRIES: usize = 5;

/// Must the statement be prepared before it is sent?
pub(crate) fn is_due(statement: &Statement) -> bool {
    if !statement.is_asked() {
        return false;
    }
    let texts = PLAIN.lock().unwrap_or_else(PoisonError::into_inner);
    !texts.as_ref().is_some_and(|texts| texts.contains(statement.sql()))
}

/// Remembers a statement whose columns all have built-in types.
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
