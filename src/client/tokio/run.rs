//! The endings.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream as _;
use tokio_postgres::RowStream;

use super::change::{Executes, count_changes};
use super::copy::{Copied, CopyClient, copy_out};
use super::send::{explained, next, sent_each, sent_ends};
use super::{Client, soft_delete};
use crate::Result;
use crate::client::read::{Reader, refusal, value};
use crate::query::{CopiesOut, Ending, Fetched, HardDeletes, Relation, Rows, Statement, Totals};
use crate::soft_delete::{Deletes, Verb};

/// The future that an ending returns. It is boxed and named, since with `impl Future` the compiler reports a type that
/// is no client three times.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// The endings: each sends one statement. Their futures are `Send`.
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
    fn all<'a, C: Client + ?Sized>(self, db: &'a C) -> Answer<'a, Vec<Self::Row>>
    where
        Self: Rows<Row: Send>,
    {
        let statement = self.rows(None);
        Box::pin(async move {
            let statement = statement?;
            let (mut all, mut reader) = (Vec::new(), Reader::new(&statement));
            let take = |row| reader.read(&row).map(|row| all.push(row));
            let taken = sent_each(db, &statement, take).await;
            explained(db, &statement, taken).await?;
            Ok(all)
        })
    }

    /// The first row; a query is sent with `LIMIT 1`. A change that would affect more than one row is not made.
    ///
    /// # Errors
    ///
    /// As all endings; of a change [`Error::is_too_many`](crate::Error::is_too_many).
    fn first<'a, C: Client + ?Sized>(self, db: &'a C) -> Answer<'a, Option<Self::Row>>
    where
        Self: Rows<Row: Send>,
    {
        let statement = self.rows(Some(1));
        Box::pin(async move {
            let statement = statement?;
            // Reads to the end, since the server may report an error after the first row.
            let ends = sent_ends(db, &statement).await;
            let (first, more) = explained(db, &statement, ends).await?;
            Reader::new(&statement).first(first, more)
        })
    }

    /// The only row; a query is sent with `LIMIT 2`. A change that would affect more than one row is not made.
    ///
    /// # Errors
    ///
    /// As all endings; [`Error::is_not_found`](crate::Error::is_not_found) when there is none,
    /// [`Error::is_too_many`](crate::Error::is_too_many) when there are more.
    fn one<'a, C: Client + ?Sized>(self, db: &'a C) -> Answer<'a, Self::Row>
    where
        Self: Rows<Row: Send>,
    {
        let statement = self.rows(Some(2));
        Box::pin(async move {
            let statement = statement?;
            let ends = sent_ends(db, &statement).await;
            let (first, more) = explained(db, &statement, ends).await?;
            Reader::new(&statement).only(first, more)
        })
    }

    /// The rows one after another, in constant memory.
    ///
    /// # Errors
    ///
    /// As all endings; an error in a row is that item of the stream.
    fn stream<'a, C: Client + ?Sized>(self, db: &'a C) -> Answer<'a, Stream<Self::Row>>
    where
        Self: Rows<Row: Send>,
    {
        let statement = self.rows(None);
        Box::pin(open(db, statement))
    }

    /// The number of rows that match the filters, without `limit`, `offset` and `after`: `SELECT count(*)`.
    ///
    /// # Errors
    ///
    /// As all endings.
    fn count<'a, C: Client + ?Sized>(self, db: &'a C) -> Answer<'a, i64>
    where
        Self: Totals,
    {
        let statement = self.total();
        Box::pin(async move { value(next(&mut Box::pin(db.send(&statement?).await?)).await?.as_ref()) })
    }

    /// Does any row match the filters? `SELECT EXISTS (…)`
    ///
    /// # Errors
    ///
    /// As all endings.
    fn exists<'a, C: Client + ?Sized>(self, db: &'a C) -> Answer<'a, bool>
    where
        Self: Totals,
    {
        let statement = self.existence();
        Box::pin(async move { value(next(&mut Box::pin(db.send(&statement?).await?)).await?.as_ref()) })
    }

    /// Changes rows without reading them back, and returns their number.
    ///
    /// # Errors
    ///
    /// As all endings.
    fn execute<'a, C: ?Sized>(self, db: &'a C) -> Answer<'a, u64>
    where
        Self: Executes<C> + 'a,
    {
        Box::pin(self.execute_on(db))
    }

    /// All rows as the server sent them, for structs that borrow from them.
    ///
    /// # Errors
    ///
    /// As all endings, without decode errors, since nothing is decoded yet.
    fn fetch<'a, C: Client + ?Sized>(self, db: &'a C) -> Answer<'a, Fetched>
    where
        Self: Rows,
    {
        let statement = self.rows(None);
        Box::pin(async move {
            let statement = statement?;
            let mut fetched = Fetched::default();
            let take = |row| {
                refusal(statement.meaning(), &row)?;
                fetched.push(row);
                Ok(())
            };
            let taken = sent_each(db, &statement, take).await;
            explained(db, &statement, taken).await?;
            Ok(fetched)
        })
    }

    /// The rows one after another by `COPY (SELECT …) TO STDOUT (FORMAT binary)`: the fastest way to read many.
    ///
    /// COPY has no parameters: the values of filters are written into the statement as quoted and cast literals. The
    /// statement is first prepared without COPY, to learn the types of its columns.
    ///
    /// # Errors
    ///
    /// As all endings; a usage error for hand-written SQL with parameters. An error in a row is that item of the
    /// stream.
    fn copy_out<'a, C: CopyClient + ?Sized>(self, db: &'a C) -> Answer<'a, Copied<Self::Row>>
    where
        Self: CopiesOut + Send + 'a,
    {
        let plain = self.plain();
        Box::pin(copy_out(plain, move |columns| self.copy(columns), db))
    }

    /// The related rows of each of these rows, in their order, by one statement: `ImageGeneration::ASSETS.load(&images,
    /// db)`. For no rows nothing is sent.
    ///
    /// # Errors
    ///
    /// As all endings.
    fn load<'a, C: Client + ?Sized>(self, rows: &[Self::Of], db: &'a C) -> Answer<'a, Vec<Self::Loaded>>
    where
        Self: Relation<Target: Send>,
    {
        let loading = self.loading(rows);
        Box::pin(async move {
            let loading = loading?;
            let mut found = loading.nothing();
            if let Some(statement) = loading.statement() {
                let taken = sent_each(db, statement, |row| loading.take(&row, &mut found)).await;
                taken.map_err(|error| statement.explain(error))?;
            }
            Ok(found.rows.into_iter().map(Self::loaded).collect())
        })
    }

    /// As [`blocking::Run::soft_delete`](crate::blocking::Run::soft_delete). The client is borrowed exclusively, since
    /// statements that other tasks send on it meanwhile would become part of the transaction. When the future is
    /// dropped before it completes, the transaction is rolled back.
    ///
    /// # Errors
    ///
    /// As there.
    fn soft_delete<'a, C: Client + ?Sized>(self, db: &'a mut C) -> Answer<'a, u64>
    where
        Self: Deletes,
    {
        Box::pin(soft_delete::carry_out(&*db, self.work(Verb::SoftDelete)))
    }

    /// As [`blocking::Run::restore`](crate::blocking::Run::restore). The client is borrowed exclusively, as by
    /// [`Run::soft_delete`].
    ///
    /// # Errors
    ///
    /// As there.
    fn restore<'a, C: Client + ?Sized>(self, db: &'a mut C) -> Answer<'a, u64>
    where
        Self: Deletes,
    {
        Box::pin(soft_delete::carry_out(&*db, self.work(Verb::Restore)))
    }

    /// As [`blocking::Run::purge`](crate::blocking::Run::purge).
    ///
    /// # Errors
    ///
    /// As there.
    fn purge<'a, C: Client + ?Sized>(self, db: &'a mut C) -> Answer<'a, u64>
    where
        Self: Deletes,
    {
        Box::pin(soft_delete::carry_out(&*db, self.work(Verb::Purge)))
    }

    /// As [`blocking::Run::delete`](crate::blocking::Run::delete).
    ///
    /// # Errors
    ///
    /// As there.
    fn delete<'a, C: Client + ?Sized>(self, db: &'a C) -> Answer<'a, u64>
    where
        Self: HardDeletes,
    {
        let statement = self.deletion();
        Box::pin(async move { count_changes(db, &statement?).await.map_err(Self::explain) })
    }
}

impl<E: Ending> Run for E {}

async fn open<C: Client + ?Sized, T: for<'a> crate::Row<'a>>(
    db: &C,
    statement: Result<Statement>,
) -> Result<Stream<T>> {
    let statement = statement?;
    let rows = db.send(&statement).await.map_err(|error| statement.explain_alone(error))?;
    let reader = Reader::new(&statement);
    Ok(Stream { rows: Some(Box::pin(rows)), reader, statement: statement.without_values() })
}

/// Rows as they arrive: a `futures` stream, with a method `next` for those who do not use that crate. It ends after the
/// last row and after the first error of the server.
#[must_use = "rows that are not read are thrown away"]
pub struct Stream<T> {
    /// None after the end: the driver reports a closed connection when it is polled once more.
    rows: Option<Pin<Box<RowStream>>>,
    reader: Reader<T>,
    /// Explains errors of the server.
    statement: Statement,
}

impl<T: for<'a> crate::Row<'a>> Stream<T> {
    /// The next row; `None` is the end.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|context| self.poll(context)).await.map(|row| self.reader.read(&row?))
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<postgres::Row>>> {
        let Some(rows) = &mut self.rows else { return Poll::Ready(None) };
        let row = ready!(rows.as_mut().poll_next(context));
        if !matches!(row, Some(Ok(_))) {
            self.rows = None;
        }
        Poll::Ready(row.map(|row| row.map_err(|error| self.statement.explain_alone(error.into()))))
    }
}

impl<T: for<'a> crate::Row<'a>> futures_core::Stream for Stream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let row = ready!(self.poll(context));
        Poll::Ready(row.map(|row| self.reader.read(&row?)))
    }
}
