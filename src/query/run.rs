//! What the builders have in common, so that blocking and async endings are the same few lines.

use std::sync::Arc;

use super::statement::{Meaning, Statement};
use crate::row::{Columns, Row, Seen, is_null};
use crate::{Error, Result};

/// What the endings of `Run` are for; which of them, the traits below say. The builders of this crate have endings, and
/// nothing else can: new ones may come.
pub trait Ending: Sized + Sealed {}

impl<B: Sealed> Ending for B {}

/// A builder of this crate.
pub trait Sealed {}

/// What gives rows: a query, and whatever says `RETURNING`.
pub trait Rows: Ending {
    /// A row.
    type Row: for<'a> Row<'a> + 'static;

    /// The statement; `at_most` is how many rows the caller looks at: a query leaves out the rest, and a change of more
    /// than one row is then not made.
    ///
    /// # Errors
    ///
    /// A usage error when the builder was told things that do not go together.
    fn rows(self, at_most: Option<u64>) -> Result<Statement>;
}

/// What can be counted: a query.
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

/// What changes rows: an insert, an update.
pub trait Changes: Ending {
    /// The statement without `RETURNING`.
    ///
    /// # Errors
    ///
    /// As [`Rows::rows`].
    fn change(self) -> Result<Statement>;
}

/// Reads the rows of one statement as they arrive; names and types are checked with the first.
pub(crate) struct Reader<T> {
    columns: Option<Columns<T>>,
    seen: Option<Arc<Seen>>,
    meaning: Meaning,
    by_name: bool,
    /// How many rows were read.
    rows: u64,
}

impl<T: for<'a> Row<'a>> Reader<T> {
    /// For the rows of a statement that was sent.
    pub fn new(statement: &Statement) -> Self {
        let (seen, meaning) = (statement.seen(), statement.meaning());
        Reader { columns: None, seen, meaning, by_name: statement.is_by_name(), rows: 0 }
    }

    pub fn read(&mut self, row: &postgres::Row) -> Result<T> {
        let columns = match &self.columns {
            Some(columns) => columns,
            None => {
                refusal(self.meaning, row)?;
                let columns = match &self.seen {
                    _ if self.by_name => Columns::by_name(row.columns())?,
                    Some(seen) => Columns::seen(row.columns(), seen)?,
                    None => Columns::by_position(row.columns())?,
                };
                self.columns.insert(columns)
            }
        };
        self.rows += 1;
        columns.row(row).map_err(|error| error.in_row(self.rows))
    }

    /// The only row.
    pub fn only(&mut self, first: Option<postgres::Row>, second: bool) -> Result<T> {
        self.check_limit(second)?;
        match (&first, self.meaning.absent) {
            (Some(row), _) => refusal(self.meaning, row)?,
            (None, Some(absent)) => return Err(absent()),
            (None, None) => {}
        }
        self.read(&only::<T>(first, second)?)
    }

    /// The first row, if there is any; of a change it is the only one.
    pub fn first(&mut self, first: Option<postgres::Row>, second: bool) -> Result<Option<T>> {
        self.check_limit(second)?;
        first.map(|row| self.read(&row)).transpose()
    }

    fn check_limit(&self, second: bool) -> Result<()> {
        match self.meaning.exceeded {
            Some(exceeded) if second => Err(exceeded()),
            _ => Ok(()),
        }
    }
}

/// A change of more rows than its ending gives, which was not made.
pub(crate) fn exceeded(what: &str) -> Error {
    Error::too_many(format!("{what} would change more than one row, and nothing was changed"))
        .help("`one` and `first` change one row at most: filter by a key, or end with `all` or `execute`")
}

/// Does the first row say that nothing was done?
pub(crate) fn refusal(meaning: Meaning, first: &postgres::Row) -> Result<()> {
    match meaning.refused {
        Some(refused) if is_null(first) => Err(refused()),
        _ => Ok(()),
    }
}

/// How many rows a statement changed, which has come to its end: `last` is its last row, if it gave any.
pub(crate) fn changed(
    statement: &Statement,
    last: Option<&postgres::Row>,
    affected: Option<u64>,
) -> Result<u64> {
    let meaning = statement.meaning();
    let count = match (meaning.refused, last) {
        (Some(refused), Some(row)) => {
            let count: Option<i64> = row.try_get(0)?;
            count.and_then(|count| u64::try_from(count).ok()).ok_or_else(refused)?
        }
        _ => affected.unwrap_or(0),
    };
    match meaning.absent {
        Some(absent) if count == 0 => Err(absent()),
        _ => Ok(count),
    }
}

/// The only row of a `T`. It is not read yet: a struct of many fields is dear to hand around.
fn only<T: for<'a> Row<'a>>(first: Option<postgres::Row>, second: bool) -> Result<postgres::Row> {
    match (first, second) {
        (Some(row), false) => Ok(row),
        (None, _) => Err(Error::not_found(format!("there is no such row of `{}`", T::SHAPE.name))
            .help("where the row may be missing, `first` gives an `Option`")),
        (Some(_), true) => {
            Err(Error::too_many(format!("there is more than one such row of `{}`", T::SHAPE.name))
                .help("filter by a key, or take the `first` of an order"))
        }
    }
}

/// The one value of a row that a count or an EXISTS gives.
pub(crate) fn value<T: for<'a> postgres::types::FromSql<'a>>(row: Option<&postgres::Row>) -> Result<T> {
    let row = row.ok_or_else(|| Error::database("the server gave no row for an aggregate"))?;
    Ok(row.try_get(0)?)
}
