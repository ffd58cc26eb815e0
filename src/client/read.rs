//! Reads what the server answered, for blocking and async clients alike.

use std::sync::Arc;

use crate::query::{Meaning, Statement};
use crate::row::{Columns, Row, Seen, is_null};
use crate::{Error, Result};

/// Reads the rows of one statement as they arrive; names and types are checked at the first row.
pub(crate) struct Reader<T> {
    columns: Option<Columns<T>>,
    seen: Option<Arc<Seen>>,
    meaning: Meaning,
    by_name: bool,
    /// The number of rows read so far.
    rows: u64,
}

impl<T: for<'a> Row<'a>> Reader<T> {
    /// A reader for the rows of a statement that was sent.
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

    /// The first row, if there is any; a change returns one row at most.
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

/// Checks whether the first row reports that the statement did nothing.
pub(crate) fn refusal(meaning: Meaning, first: &postgres::Row) -> Result<()> {
    match meaning.refused {
        Some(refused) if is_null(first) => Err(refused()),
        _ => Ok(()),
    }
}

/// The number of rows that a completed statement changed; `last` is its last row, if it returned any.
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

/// The only row, of a `T`. It is not decoded yet, since moving a struct of many fields is expensive.
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

/// The value that `SELECT count(*)` or `SELECT EXISTS` returns.
pub(crate) fn value<T: for<'a> postgres::types::FromSql<'a>>(row: Option<&postgres::Row>) -> Result<T> {
    let row = row.ok_or_else(|| Error::database("the server returned no row for an aggregate"))?;
    Ok(row.try_get(0)?)
}
