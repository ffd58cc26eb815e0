//! The traits that say which endings a builder has.

use super::statement::Statement;
use crate::row::Row;
use crate::{Error, Result};

/// A builder with endings, the methods of `Run`; the other traits say which ones. Only the builders of this crate
/// implement it, so that endings can be added later.
pub trait Ending: Sized + Sealed {}

impl<B: Sealed> Ending for B {}

/// A builder of this crate.
pub trait Sealed {}

/// Builders that return rows: a query, and changes with `RETURNING`.
pub trait Rows: Ending {
    /// A row.
    type Row: for<'a> Row<'a> + 'static;

    /// The statement. `at_most` is the number of rows that the ending looks at: a query gets it as its `LIMIT`, and a
    /// change of more than one row is then not made.
    ///
    /// # Errors
    ///
    /// A usage error when the builder's calls contradict each other.
    fn rows(self, at_most: Option<u64>) -> Result<Statement>;
}

/// Builders that can be counted: a query.
pub trait Totals: Rows {
    /// `SELECT count(*) …`
    ///
    /// # Errors
    ///
    /// As [`Rows::rows`].
    fn total(self) -> Result<Statement>;

    /// `SELECT EXISTS (…)`
    ///
    /// # Errors
    ///
    /// As [`Rows::rows`].
    fn existence(self) -> Result<Statement>;
}

/// Builders that change rows: an insert, an update.
pub trait Changes: Ending {
    /// The statement without `RETURNING`.
    ///
    /// # Errors
    ///
    /// As [`Rows::rows`].
    fn change(self) -> Result<Statement>;
}

/// The error for a change that was not made, since it is of more rows than its ending returns.
pub(crate) fn exceeded(what: &str) -> Error {
    Error::too_many(format!("{what} would change more than one row, and nothing was changed"))
        .help("`one` and `first` change one row at most: filter by a key, or end with `all` or `execute`")
}
