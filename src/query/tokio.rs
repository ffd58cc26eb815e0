//! Endings for async clients: `tokio_postgres::Client` and `Transaction`, the pools behind the features `deadpool` and
//! `bb8`, and whatever implements [`Client`]. The names are those of [`blocking`](crate::blocking).
//!
//! ```no_run
//! # #[derive(feedstock::Model)] struct Image { #[model(primary_key)] id: i32, width: i32 }
//! use feedstock::{Model, tokio::Run};
//!
//! # async fn demo(client: &tokio_postgres::Client) -> feedstock::Result<()> {
//! let wide = Image::query().filter(Image::WIDTH.gt(1000)).all(client).await?;
//! # Ok(()) }
//! ```

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use futures_core::Stream as _;
use tokio_postgres::RowStream;
use tokio_postgres::types::{ToSql, Type};

use super::ask;
use super::copy::CopiesOut;
pub use super::copy::tokio::{Copied, CopyClient};
use super::delete::HardDeletes;
use super::fetch::Fetched;
use super::relation::Relation;
use super::run::{Changes, Ending, Reader, Rows, Sealed, Totals, changed, refusal, value};
use super::statement::Statement;
use crate::Result;
use crate::soft_delete::{self, Deletes, Verb};

/// What a statement can be sent to. Implement it for a pool's connection or a client of your own; it is one line where
/// there is a `tokio_postgres::Client` inside.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no async client",
    label = "nothing can be sent to this",
    note = "give `&` of a `tokio_postgres::Client`, of its `Transaction`, or of a pool's connection: \
            `&pool.get().await?`",
    note = "blocking clients are for `feedstock::blocking::Run`"
)]
pub trait Client: Sync {
    /// Sends the statement and gives its rows as they arrive.
    ///
    /// # Errors
    ///
    /// A database error.
    fn send(&self, statement: &Statement) -> impl Future<Output = Result<RowStream>> + Send;

    /// Sends a statement whose rows nobody reads, and says how many rows it changed. The driver does not look at what
    /// the rows would be.
    ///
    /// # Errors
    ///
    /// A database error.
    fn send_change(&self, statement: &Statement) -> impl Future<Output = Result<u64>> + Send {
        async move {
            let mut rows = Box::pin(self.send(statement).await?);
            while next(&mut rows).await?.is_some() {}
            Ok(rows.rows_affected().unwrap_or(0))
        }
    }
}

macro_rules! unnamed {
    ($($client:ty),*) => {$(
        /// One round trip, unnamed: safe behind any proxy. A statement that may give a type which does not come with
        /// Postgres, and which is not cast, takes one more: see [`blocking::Client`](crate::blocking::Client).
        impl Client for $client {
            async fn send(&self, statement: &Statement) -> Result<RowStream> {
                if ask::is_due(statement) {
                    // Lets the driver ask for the types of the columns.
                    let types = statement.types();
                    let mut prepared = self.prepare_typed(statement.sql(), &types).await;
                    for _ in 1..ask::TRIES {
                        match prepared {
                            Err(error) if ask::is_taken(&error) => {
                                prepared = self.prepare_typed(statement.sql(), &types).await;
                            }
                            _ => break,
                        }
                    }
                    ask::answered(statement, prepared.map_err(ask::failed)?.columns());
                }
                Ok(self.query_typed_raw(statement.sql(), statement.params()).await?)
            }

            async fn send_change(&self, statement: &Statement) -> Result<u64> {
                let params: Vec<(&(dyn ToSql + Sync), Type)> =
                    statement.params().map(|(bound, ty)| (bound as &(dyn ToSql + Sync), ty)).collect();
                Ok(self.execute_typed(statement.sql(), &params).await?)
            }
        }
    )*};
}

unnamed!(tokio_postgres::Client, tokio_postgres::Transaction<'_>);

/// A pool's connection.
#[cfg(feature = "deadpool")]
impl Client for deadpool_postgres::Client {
    async fn send(&self, statement: &Statement) -> Result<RowStream> {
        Client::send(&***self, statement).await
    }

    async fn send_change(&self, statement: &Statement) -> Result<u64> {
        Client::send_change(&***self, statement).await
    }
}

/// A transaction on a pool's connection.
#[cfg(feature = "deadpool")]
impl Client for deadpool_postgres::Transaction<'_> {
    async fn send(&self, statement: &Statement) -> Result<RowStream> {
        Client::send(&**self, statement).await
    }

    async fn send_change(&self, statement: &Statement) -> Result<u64> {
        Client::send_change(&**self, statement).await
    }
}

/// A pool's connection.
#[cfg(feature = "bb8")]
impl<T> Client for bb8_postgres::bb8::PooledConnection<'_, bb8_postgres::PostgresConnectionManager<T>>
where
    T: tokio_postgres::tls::MakeTlsConnect<tokio_postgres::Socket> + Clone + Send + Sync + 'static,
    T::Stream: Send + Sync,
    T::TlsConnect: Send,
    <T::TlsConnect as tokio_postgres::tls::TlsConnect<tokio_postgres::Socket>>::Future: Send,
{
    async fn send(&self, statement: &Statement) -> Result<RowStream> {
        Client::send(&**self, statement).await
    }

    async fn send_change(&self, statement: &Statement) -> Result<u64> {
        Client::send_change(&**self, statement).await
    }
}

impl<C: Client + ?Sized> Client for &C {
    fn send(&self, statement: &Statement) -> impl Future<Output = Result<RowStream>> + Send {
        (**self).send(statement)
    }

    fn send_change(&self, statement: &Statement) -> impl Future<Output = Result<u64>> + Send {
        (**self).send_change(statement)
    }
}

/// What an ending gives, to be awaited. It has a name and a box, since of `impl Future` the compiler says three times
/// what it has to say of a client that is none.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// The endings: each sends one statement. Their futures can be sent to another thread.
///
/// # Errors
///
/// Every ending gives a usage error, and sends nothing, when the builder was told things that do not go together; a
/// database error when the server refuses the statement ([`Error::sqlstate`](crate::Error::sqlstate) tells why); a
/// decode error when a row is not what the struct says.
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

    /// The first row; a query says `LIMIT 1`. A change that would touch more than one row is not made.
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
            // To the end, where the server may say that the statement failed.
            let ends = sent_ends(db, &statement).await;
            let (first, more) = explained(db, &statement, ends).await?;
            Reader::new(&statement).first(first, more)
        })
    }

    /// The only row; a query says `LIMIT 2`. A change that would touch more than one row is not made.
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
    /// As all endings; what goes wrong at a row is that item of the stream.
    fn stream<'a, C: Client + ?Sized>(self, db: &'a C) -> Answer<'a, Stream<Self::Row>>
    where
        Self: Rows<Row: Send>,
    {
        let statement = self.rows(None);
        Box::pin(open(db, statement))
    }

    /// How many rows the filters find, whatever `limit`, `offset` and `after` say: `SELECT count(*)`.
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

    /// Do the filters find any row? `SELECT EXISTS (…)`
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

    /// Changes rows without reading them back, and says how many.
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
    /// As all endings, but that nothing is decoded yet.
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
    /// COPY has no parameters: the values of filters stand in the statement as quoted and cast literals. The statement
    /// is prepared first without COPY, which tells the columns' types.
    ///
    /// # Errors
    ///
    /// As all endings; a usage error for hand-written SQL with parameters. What goes wrong at a row is that item of the
    /// stream.
    fn copy_out<'a, C: CopyClient + ?Sized>(self, db: &'a C) -> Answer<'a, Copied<Self::Row>>
    where
        Self: CopiesOut + Send + 'a,
    {
        let plain = self.plain();
        Box::pin(super::copy::tokio::copy_out(plain, move |columns| self.copy(columns), db))
    }

    /// What a relation gives for each of these rows, in their order, in one statement:
    /// `ImageGeneration::ASSETS.load(&images, db)`. For no rows nothing is sent.
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

    /// As [`blocking::Run::soft_delete`](crate::blocking::Run::soft_delete). The client is borrowed for itself, since
    /// what others sent on it meanwhile would be part of the transaction. When the future is dropped half-way, the
    /// transaction is rolled back.
    ///
    /// # Errors
    ///
    /// As there.
    fn soft_delete<'a, C: Client + ?Sized>(self, db: &'a mut C) -> Answer<'a, u64>
    where
        Self: Deletes,
    {
        Box::pin(soft_delete::awaited(&*db, self.work(Verb::SoftDelete)))
    }

    /// As [`blocking::Run::restore`](crate::blocking::Run::restore), on a client that is borrowed as for
    /// [`Run::soft_delete`].
    ///
    /// # Errors
    ///
    /// As there.
    fn restore<'a, C: Client + ?Sized>(self, db: &'a mut C) -> Answer<'a, u64>
    where
        Self: Deletes,
    {
        Box::pin(soft_delete::awaited(&*db, self.work(Verb::Restore)))
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
        Box::pin(soft_delete::awaited(&*db, self.work(Verb::Purge)))
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

/// What [`Run::execute`] is for: whatever [`Changes`] rows, and [`CopyIn`](super::CopyIn).
pub trait Executes<C: ?Sized>: Sealed {
    /// Changes the rows, and says how many.
    ///
    /// # Errors
    ///
    /// As all endings.
    fn execute_on(self, db: &C) -> impl Future<Output = Result<u64>> + Send;
}

impl<S: Changes, C: Client + ?Sized> Executes<C> for S {
    fn execute_on(self, db: &C) -> impl Future<Output = Result<u64>> + Send {
        let statement = self.change();
        async move { count_changes(db, &statement?).await }
    }
}

async fn count_changes<C: Client + ?Sized>(db: &C, statement: &Statement) -> Result<u64> {
    let counted = sent_changes(db, statement).await;
    explained(db, statement, counted).await
}

async fn sent_changes<C: Client + ?Sized>(db: &C, statement: &Statement) -> Result<u64> {
    if statement.meaning().refused.is_none() {
        return changed(statement, None, Some(db.send_change(statement).await?));
    }
    let mut rows = Box::pin(db.send(statement).await?);
    let mut last = None;
    while let Some(row) = next(&mut rows).await? {
        last = Some(row);
    }
    changed(statement, last.as_ref(), rows.rows_affected())
}

async fn open<C: Client + ?Sized, T: for<'a> crate::Row<'a>>(
    db: &C,
    statement: Result<Statement>,
) -> Result<Stream<T>> {
    let statement = statement?;
    let rows = db.send(&statement).await.map_err(|error| statement.explain_alone(error))?;
    let reader = Reader::new(&statement);
    Ok(Stream { rows: Some(Box::pin(rows)), reader, statement: statement.without_values() })
}

/// All rows that have arrived are taken at once: to await each of them costs a quarter more.
async fn each(
    mut rows: Pin<&mut RowStream>,
    mut take: impl FnMut(postgres::Row) -> Result<()>,
) -> Result<()> {
    poll_fn(|context| {
        loop {
            match ready!(rows.as_mut().poll_next(context)) {
                Some(Ok(row)) => take(row)?,
                Some(Err(error)) => return Poll::Ready(Err(error.into())),
                None => return Poll::Ready(Ok(())),
            }
        }
    })
    .await
}

/// Says what a refusal means, for which the server may be asked once more.
async fn explained<C: Client + ?Sized, T>(db: &C, statement: &Statement, result: Result<T>) -> Result<T> {
    let error = match result {
        Ok(value) => return Ok(value),
        Err(error) => statement.explain(error),
    };
    let Some(question) = statement.question(&error) else { return Err(error) };
    let answer = match sent_ends(db, &question).await {
        Ok((row, _)) => value(row.as_ref()),
        Err(error) => Err(error),
    };
    Err(statement.answered(error, answer.ok()))
}

async fn sent_each<C: Client + ?Sized>(
    db: &C,
    statement: &Statement,
    take: impl FnMut(postgres::Row) -> Result<()>,
) -> Result<()> {
    each(pin!(db.send(statement).await?), take).await
}

/// Sends the statement; its first row, and whether there are more.
async fn sent_ends<C: Client + ?Sized>(
    db: &C,
    statement: &Statement,
) -> Result<(Option<postgres::Row>, bool)> {
    ends(pin!(db.send(statement).await?)).await
}

/// The first row, and whether there are more.
async fn ends(rows: Pin<&mut RowStream>) -> Result<(Option<postgres::Row>, bool)> {
    let (mut first, mut more) = (None, false);
    each(rows, |row| {
        if first.is_none() {
            first = Some(row)
        } else {
            more = true
        }
        Ok(())
    })
    .await?;
    Ok((first, more))
}

async fn next(rows: &mut Pin<Box<RowStream>>) -> Result<Option<postgres::Row>> {
    Ok(poll_fn(|context| rows.as_mut().poll_next(context)).await.transpose()?)
}

/// Rows as they arrive: a `futures` stream, with a `next` of its own for those who have no such crate. After the last
/// row and after an error of the server's there are no more.
#[must_use = "rows that are not read are thrown away"]
pub struct Stream<T> {
    /// None at the end: the driver takes a statement that is asked once more for a closed connection.
    rows: Option<Pin<Box<RowStream>>>,
    reader: Reader<T>,
    /// What the server's refusal means.
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
