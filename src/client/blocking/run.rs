//! The endings.

use postgres::RowIter;
use postgres::fallible_iterator::FallibleIterator;

use super::change::{Executes, count_changes};
use super::copy::{Copied, CopyClient, copy_out};
use super::send::{attempt, explained};
use super::{Client, soft_delete};
use crate::Result;
use crate::client::cached::reported;
use crate::client::read::{Reader, refusal, value};
use crate::query::{CopiesOut, Ending, Fetched, HardDeletes, Relation, Rows, Statement, Totals};
use crate::soft_delete::{Deletes, Verb};

/// The endings: each sends one statement.
///
/// # Errors
///
/// Every ending returns a usage error, and sends nothing, when the builder's calls contradict each other; a database
/// error when the server refuses the statement ([`Error::sqlstate`](crate::Error::sqlstate) tells why); a decode error
/// when a row does not match the struct.
pub trait Run: Ending {
    /// All rows, each decoded as it arrives.
    ///
    /// # Errors
    ///
    /// As all endings.
    fn all<C: Client + ?Sized>(self, db: &mut C) -> Result<Vec<Self::Row>>
    where
        Self: Rows,
    {
        let statement = self.rows(None)?;
        attempt(db, &statement, |rows, statement| Stream::new(rows, statement).collect())
            .map_err(|error| explained(db, &statement, error))
    }

    /// The first row; a query is sent with `LIMIT 1`. A change that would affect more than one row is not made.
    ///
    /// # Errors
    ///
    /// As all endings; of a change [`Error::is_too_many`](crate::Error::is_too_many).
    fn first<C: Client + ?Sized>(self, db: &mut C) -> Result<Option<Self::Row>>
    where
        Self: Rows,
    {
        let statement = self.rows(Some(1))?;
        attempt(db, &statement, |rows, statement| {
            // Reads to the end, since the server may report an error after the first row.
            let (first, more) = ends(rows)?;
            Reader::new(statement).first(first, more)
        })
        .map_err(|error| explained(db, &statement, error))
    }

    /// The only row; a query is sent with `LIMIT 2`. A change that would affect more than one row is not made.
    ///
    /// # Errors
    ///
    /// As all endings; [`Error::is_not_found`](crate::Error::is_not_found) when there is none,
    /// [`Error::is_too_many`](crate::Error::is_too_many) when there are more.
    fn one<C: Client + ?Sized>(self, db: &mut C) -> Result<Self::Row>
    where
        Self: Rows,
    {
        let statement = self.rows(Some(2))?;
        attempt(db, &statement, |rows, statement| {
            let (first, more) = ends(rows)?;
            Reader::new(statement).only(first, more)
        })
        .map_err(|error| explained(db, &statement, error))
    }

    /// The rows one after another, in constant memory.
    ///
    /// # Errors
    ///
    /// As all endings; an error in a row is that item of the iterator.
    fn stream<C: Client + ?Sized>(self, db: &mut C) -> Result<Stream<'_, Self::Row>>
    where
        Self: Rows,
    {
        let statement = self.rows(None)?;
        match db.send(&statement) {
            Ok(rows) => {
                let reader = Reader::new(&statement);
                Ok(Stream { rows: Some(rows), reader, statement: Some(statement.without_values()) })
            }
            Err(error) => Err(statement.explain_alone(error)),
        }
    }

    /// The number of rows that match the filters, without `limit`, `offset` and `after`: `SELECT count(*)`.
    ///
    /// # Errors
    ///
    /// As all endings.
    fn count<C: Client + ?Sized>(self, db: &mut C) -> Result<i64>
    where
        Self: Totals,
    {
        attempt(db, &self.total()?, |mut rows, _| value(rows.next()?.as_ref()))
    }

    /// Does any row match the filters? `SELECT EXISTS (…)`
    ///
    /// # Errors
    ///
    /// As all endings.
    fn exists<C: Client + ?Sized>(self, db: &mut C) -> Result<bool>
    where
        Self: Totals,
    {
        attempt(db, &self.existence()?, |mut rows, _| value(rows.next()?.as_ref()))
    }

    /// Changes rows without reading them back, and returns their number.
    ///
    /// # Errors
    ///
    /// As all endings.
    fn execute<C: ?Sized>(self, db: &mut C) -> Result<u64>
    where
        Self: Executes<C>,
    {
        self.execute_on(db)
    }

    /// All rows as the server sent them, for structs that borrow from them.
    ///
    /// # Errors
    ///
    /// As all endings, without decode errors, since nothing is decoded yet.
    fn fetch<C: Client + ?Sized>(self, db: &mut C) -> Result<Fetched>
    where
        Self: Rows,
    {
        let statement = self.rows(None)?;
        let rows = match db.send_all(&statement) {
            Err(first) if db.try_again(&statement, &first) => {
                db.send_all(&statement).map_err(|again| reported(first, again))
            }
            rows => rows,
        };
        let rows = rows.map_err(|error| explained(db, &statement, error))?;
        rows.first().map_or(Ok(()), |first| refusal(statement.meaning(), first))?;
        Ok(Fetched::of(rows))
    }

    /// The rows one after another by `COPY (SELECT …) TO STDOUT (FORMAT binary)`: the fastest way to read many.
    ///
    /// COPY has no parameters: the values of filters are written into the statement as quoted and cast literals. The
    /// statement is first prepared without COPY, to learn the types of its columns.
    ///
    /// # Errors
    ///
    /// As all endings; a usage error for hand-written SQL with parameters. An error in a row is that item of the
    /// iterator.
    fn copy_out<C: CopyClient + ?Sized>(self, db: &mut C) -> Result<Copied<'_, Self::Row>>
    where
        Self: CopiesOut,
    {
        copy_out(&self, db)
    }

    /// The related rows of each of these rows, in their order, by one statement: `ImageGeneration::ASSETS.load(&images,
    /// db)`. For no rows nothing is sent.
    ///
    /// # Errors
    ///
    /// As all endings.
    fn load<C: Client + ?Sized>(self, rows: &[Self::Of], db: &mut C) -> Result<Vec<Self::Loaded>>
    where
        Self: Relation,
    {
        let loading = self.loading(rows)?;
        let found = match loading.statement() {
            None => loading.nothing(),
            Some(statement) => attempt(db, statement, |mut arriving, _| {
                let mut found = loading.nothing();
                while let Some(row) = arriving.next()? {
                    loading.take(&row, &mut found)?;
                }
                Ok(found)
            })
            .map_err(|error| statement.explain(error))?,
        };
        Ok(found.rows.into_iter().map(Self::loaded).collect())
    }

    /// Marks live rows as deleted, and those that their relations cascade to; returns the number of rows in all tables.
    /// See [`feedstock::soft_delete`](crate::soft_delete).
    ///
    /// # Errors
    ///
    /// As all endings; [`Error::is_restricted`](crate::Error::is_restricted) when a `restrict` relation refers to them.
    fn soft_delete<C: Client + ?Sized>(self, db: &mut C) -> Result<u64>
    where
        Self: Deletes,
    {
        soft_delete::carry_out(db, &self.work(Verb::SoftDelete)?)
    }

    /// Makes deleted rows live again, with all rows of the same deletion; returns the number of rows in all tables.
    ///
    /// # Errors
    ///
    /// As all endings; [`Error::is_parent_deleted`](crate::Error::is_parent_deleted) and
    /// [`Error::is_taken`](crate::Error::is_taken); nothing is changed then.
    fn restore<C: Client + ?Sized>(self, db: &mut C) -> Result<u64>
    where
        Self: Deletes,
    {
        soft_delete::carry_out(db, &self.work(Verb::Restore)?)
    }

    /// Removes the rows that the query finds from the table: `DELETE FROM table WHERE …`; returns the number of rows of
    /// this table.
    ///
    /// Soft-deleted rows are included if the query has `with_deleted` or `only_deleted`, or selects its row by key
    /// (`find`, `itself`).
    ///
    /// # Errors
    ///
    /// As all endings; [`Error::is_restricted`](crate::Error::is_restricted) when a foreign key refers to them.
    fn purge<C: Client + ?Sized>(self, db: &mut C) -> Result<u64>
    where
        Self: Deletes,
    {
        soft_delete::carry_out(db, &self.work(Verb::Purge)?)
    }

    /// Deletes the rows that the query finds: `DELETE FROM table WHERE …`; returns the number of rows of this table. It
    /// is for models without soft delete; the others have [`Run::soft_delete`] and [`Run::purge`].
    ///
    /// # Errors
    ///
    /// As all endings; [`Error::is_restricted`](crate::Error::is_restricted) when a foreign key refers to them.
    fn delete<C: Client + ?Sized>(self, db: &mut C) -> Result<u64>
    where
        Self: HardDeletes,
    {
        count_changes(db, &self.deletion()?).map_err(Self::explain)
    }
}

impl<E: Ending> Run for E {}

/// The first row, and whether there are more.
fn ends(mut rows: RowIter<'_>) -> Result<(Option<postgres::Row>, bool)> {
    let (first, mut more) = (rows.next()?, false);
    if first.is_some() {
        while rows.next()?.is_some() {
            more = true;
        }
    }
    Ok((first, more))
}

/// Rows as they arrive. The iterator ends after the last row and after the first error of the server.
#[must_use = "rows that are not read are thrown away"]
pub struct Stream<'c, T> {
    /// None after the end: the driver reports a closed connection when it is polled once more.
    rows: Option<RowIter<'c>>,
    reader: Reader<T>,
    /// Explains errors of the server.
    statement: Option<Statement>,
}

impl<'c, T: for<'a> crate::Row<'a>> Stream<'c, T> {
    fn new(rows: RowIter<'c>, statement: &Statement) -> Self {
        Stream { rows: Some(rows), reader: Reader::new(statement), statement: None }
    }
}

impl<T> Stream<'_, T> {
    fn row(&mut self) -> Result<Option<postgres::Row>> {
        let Some(rows) = &mut self.rows else { return Ok(None) };
        let row = rows.next();
        if !matches!(row, Ok(Some(_))) {
            self.rows = None;
        }
        row.map_err(|error| match &self.statement {
            Some(statement) => statement.explain_alone(error.into()),
            None => error.into(),
        })
    }
}

impl<T: for<'a> crate::Row<'a>> Iterator for Stream<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        self.row().transpose().map(|row| self.reader.read(&row?))
    }
}
