//! Endings for blocking clients: `postgres::Client`, `postgres::Transaction`, and whatever implements [`Client`].
//!
//! ```no_run
//! # #[derive(feedstock::Model)] struct Image { #[model(primary_key)] id: i32, width: i32 }
//! use feedstock::{Model, blocking::Run};
//!
//! # fn demo(client: &mut postgres::Client) -> feedstock::Result<()> {
//! let wide = Image::query().filter(Image::WIDTH.gt(1000)).all(client)?;
//!
//! let mut transaction = client.transaction()?;
//! let next = Image::query().order_by(Image::ID.asc()).skip_locked().first(&mut transaction)?;
//! transaction.commit()?;
//! # Ok(()) }
//! ```

mod cached;
mod change;
mod copy;
mod run;
mod send;
mod soft_delete;

use std::borrow::Cow;

use postgres::RowIter;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{ToSql, Type};

use super::ask::{self, Question};
use crate::Result;
use crate::query::Statement;

pub use change::Executes;
pub use copy::{Copied, CopyClient};
pub use run::{Run, Stream};

/// A connection that statements are sent to.
///
/// A statement takes one round trip. Columns that a model reads as text (enums, `citext`, domains) are cast to text. If
/// a column has meanwhile got another type that is not built into Postgres, the server refuses the statement before it
/// sends any row.
///
/// Rows of `sql!` take two round trips, since nobody knows their types beforehand: the first one looks up the columns
/// and executes nothing, the second one has the statement with a check of their types, so that the server refuses it
/// before it executes anything if a migration has changed one of them in between. Columns whose Rust type has a
/// hand-written `Value` take two as well. If one of the types is not built into Postgres, there are up to four more for
/// each such type, the first time on a connection; behind a proxy that pools by transaction, this works only in a
/// transaction, and without one the column must be cast (`email::text`). [`Cached`](crate::Cached) takes one round trip
/// from the second time on. `execute` always takes one, as do `SHOW` and `EXPLAIN`.
///
/// Only the lookup for a hand-written statement that changes rows, or that is no query (`CALL`, `FETCH`), and for
/// hand-written `Value`s is a named statement, closed at once.
///
/// Implement it for a pool's connection or a client of your own: one line, if it wraps a `postgres::Client`.
///
/// ```
/// use feedstock::{blocking::Client, query::Statement};
///
/// /// Prints each statement.
/// struct Loud(postgres::Client);
///
/// impl Client for Loud {
///     fn send(&mut self, statement: &Statement) -> feedstock::Result<postgres::RowIter<'_>> {
///         println!("{}", statement.sql());
///         self.0.send(statement)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no blocking client",
    label = "nothing can be sent to this",
    note = "give `&mut` of a `postgres::Client`, of its `Transaction`, or of what implements \
            `feedstock::blocking::Client`; take a connection from a pool first",
    note = "async clients are for `feedstock::tokio::Run`"
)]
pub trait Client {
    /// Sends the statement and returns its rows as they arrive.
    ///
    /// # Errors
    ///
    /// A database error.
    fn send(&mut self, statement: &Statement) -> Result<RowIter<'_>>;

    /// Sends the statement and returns all its rows at once. A driver's own function for this is faster than reading
    /// one row after another.
    ///
    /// # Errors
    ///
    /// A database error.
    fn send_all(&mut self, statement: &Statement) -> Result<Vec<postgres::Row>> {
        Ok(self.send(statement)?.collect()?)
    }

    /// Sends a statement whose rows nobody reads, and returns the number of rows that it changed. The driver does not
    /// look at the columns of the rows.
    ///
    /// # Errors
    ///
    /// A database error.
    fn send_change(&mut self, statement: &Statement) -> Result<u64> {
        let mut rows = self.send(statement)?;
        while rows.next()?.is_some() {}
        Ok(rows.rows_affected().unwrap_or(0))
    }

    /// Prepares the client for sending a refused statement again, and returns whether that may help.
    /// [`Cached`](crate::Cached) forgets a prepared statement whose table has changed; most clients return `false`.
    fn try_again(&mut self, _statement: &Statement, _refused: &crate::Error) -> bool {
        false
    }
}

macro_rules! unnamed {
    ($($client:ty),*) => {$(
        /// One round trip, with an unnamed statement: safe behind any proxy. Rows of `sql!`, and columns of
        /// hand-written `Value`s, take one more: see [`Client`].
        impl Client for $client {
            fn send(&mut self, statement: &Statement) -> Result<RowIter<'_>> {
                let sql = self.ask(statement)?;
                self.query_typed_raw(&sql, statement.params()).map_err(|error| ask::refused(&sql, error))
            }

            fn send_all(&mut self, statement: &Statement) -> Result<Vec<postgres::Row>> {
                let sql = self.ask(statement)?;
                self.query_typed(&sql, &typed(statement)).map_err(|error| ask::refused(&sql, error))
            }

            fn send_change(&mut self, statement: &Statement) -> Result<u64> {
                Ok(self.execute_typed(statement.sql(), &typed(statement))?)
            }
        }

        impl Asks for $client {
            fn ask<'s>(&mut self, statement: &'s Statement) -> Result<Cow<'s, str>> {
                let sql = match ask::question(statement) {
                    Question::Nothing => return Ok(statement.sql().into()),
                    Question::Columns(sql) => sql,
                    Question::Preparation => {
                        let mut prepared = self.prepare_typed(statement.sql(), &statement.types());
                        for _ in 1..ask::TRIES {
                            match prepared {
                                Err(error) if ask::is_taken(&error) => {
                                    prepared = self.prepare_typed(statement.sql(), &statement.types());
                                }
                                _ => break,
                            }
                        }
                        return Ok(ask::prepared(statement, &prepared.map_err(ask::failed)?));
                    }
                };
                let rows = self.query_typed(&sql, &typed(statement)).map_err(ask::failed)?;
                Ok(ask::answered(statement, &rows))
            }
        }
    )*};
}

/// A client whose driver looks up the types of columns.
trait Asks {
    /// Makes the driver look up the types of the columns, if it may not know them, and returns the statement's text.
    fn ask<'s>(&mut self, statement: &'s Statement) -> Result<Cow<'s, str>>;
}

unnamed!(postgres::Client, postgres::Transaction<'_>);

/// The parameters as the driver's `query_typed` takes them.
fn typed(statement: &Statement) -> Vec<(&(dyn ToSql + Sync), Type)> {
    statement.params().map(|(bound, ty)| (bound as &(dyn ToSql + Sync), ty)).collect()
}

impl<C: Client + ?Sized> Client for &mut C {
    fn send(&mut self, statement: &Statement) -> Result<RowIter<'_>> {
        (**self).send(statement)
    }

    fn send_all(&mut self, statement: &Statement) -> Result<Vec<postgres::Row>> {
        (**self).send_all(statement)
    }

    fn send_change(&mut self, statement: &Statement) -> Result<u64> {
        (**self).send_change(statement)
    }

    fn try_again(&mut self, statement: &Statement, refused: &crate::Error) -> bool {
        (**self).try_again(statement, refused)
    }
}
