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

use postgres::RowIter;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{ToSql, Type};

use super::ask;
use super::cached::{attempt, told};
use super::copy::CopiesOut;
pub use super::copy::blocking::{Copied, CopyClient};
use super::delete::HardDeletes;
use super::fetch::Fetched;
use super::relation::Relation;
use super::run::{Changes, Ending, Reader, Rows, Sealed, Totals, changed, refusal, value};
use super::statement::Statement;
use crate::soft_delete::{self, Deletes, Verb};
use crate::{Error, Result};

/// What a statement can be sent to.
///
/// A statement is one round trip. What a model reads as text is cast to it (enums, `citext`, domains), and a column
/// that has become another type that does not come with Postgres is refused by the server, before any row comes.
///
/// Of a type that only a hand-written `Value` reads, and in `sql!`, the driver asks for the types before the rows come:
/// one more round trip for a text that the process sends for the first time, and each time where a type does not come
/// with Postgres; the first time on a connection, up to three more for each of those types. Behind a proxy that pools
/// transactions this wants a transaction. A text of `sql!` whose columns were all of types that come with Postgres is
/// not asked about again: where a migration gives one of them a type of its own while the process runs (`text` becomes
/// `citext`), cast it in the text (`email::text`), send it through [`Cached`](crate::Cached), or restart the process.
///
/// Implement it for a pool's connection or a client of your own; it is one line where
/// there is a `postgres::Client` inside.
///
/// ```
/// use feedstock::{blocking::Client, query::Statement};
///
/// /// Says what it sends.
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
    /// Sends the statement and gives its rows as they arrive.
    ///
    /// # Errors
    ///
    /// A database error.
    fn send(&mut self, statement: &Statement) -> Result<RowIter<'_>>;

    /// Sends the statement and gives all its rows at once. Where a driver has a way of its own, it is cheaper than row
    /// after row.
    ///
    /// # Errors
    ///
    /// A database error.
    fn send_all(&mut self, statement: &Statement) -> Result<Vec<postgres::Row>> {
        Ok(self.send(statement)?.collect()?)
    }

    /// Sends a statement whose rows nobody reads, and says how many rows it changed. The driver does not look at what
    /// the rows would be.
    ///
    /// # Errors
    ///
    /// A database error.
    fn send_change(&mut self, statement: &Statement) -> Result<u64> {
        let mut rows = self.send(statement)?;
        while rows.next()?.is_some() {}
        Ok(rows.rows_affected().unwrap_or(0))
    }

    /// Would a statement that was refused be taken now? [`Cached`](crate::Cached) prepares one anew when its table has
    /// changed; most clients have nothing to change.
    fn try_again(&mut self, _statement: &Statement, _refused: &crate::Error) -> bool {
        false
    }
}

macro_rules! unnamed {
    ($($client:ty),*) => {$(
        /// One round trip, unnamed: safe behind any proxy. A statement that may give a type which does not come with
        /// Postgres, and which is not cast, takes one more: see [`Client`].
        impl Client for $client {
            fn send(&mut self, statement: &Statement) -> Result<RowIter<'_>> {
                ask(statement, || self.prepare_typed(statement.sql(), &statement.types()))?;
                Ok(self.query_typed_raw(statement.sql(), statement.params())?)
            }

            fn send_all(&mut self, statement: &Statement) -> Result<Vec<postgres::Row>> {
                ask(statement, || self.prepare_typed(statement.sql(), &statement.types()))?;
                Ok(self.query_typed(statement.sql(), &typed(statement))?)
            }

            fn send_change(&mut self, statement: &Statement) -> Result<u64> {
                Ok(self.execute_typed(statement.sql(), &typed(statement))?)
            }
        }
    )*};
}

unnamed!(postgres::Client, postgres::Transaction<'_>);

/// Lets the driver ask for the types of the columns, where it may have to.
fn ask(
    statement: &Statement,
    mut prepare: impl FnMut() -> Result<postgres::Statement, postgres::Error>,
) -> Result<()> {
    if !ask::is_due(statement) {
        return Ok(());
    }
    let mut prepared = prepare();
    for _ in 1..ask::TRIES {
        match prepared {
            Err(error) if ask::is_taken(&error) => prepared = prepare(),
            _ => break,
        }
    }
    ask::answered(statement, prepared.map_err(ask::failed)?.columns());
    Ok(())
}

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

/// The endings: each sends one statement.
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
    fn all<C: Client + ?Sized>(self, db: &mut C) -> Result<Vec<Self::Row>>
    where
        Self: Rows,
    {
        let statement = self.rows(None)?;
        attempt(db, &statement, |rows, statement| Stream::new(rows, statement).collect())
            .map_err(|error| explained(db, &statement, error))
    }

    /// The first row; a query says `LIMIT 1`. A change that would touch more than one row is not made.
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
            // To the end, where the server may say that the statement failed.
            let (first, more) = ends(rows)?;
            Reader::new(statement).first(first, more)
        })
        .map_err(|error| explained(db, &statement, error))
    }

    /// The only row; a query says `LIMIT 2`. A change that would touch more than one row is not made.
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
    /// As all endings; what goes wrong at a row is that item of the iterator.
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

    /// How many rows the filters find, whatever `limit`, `offset` and `after` say: `SELECT count(*)`.
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

    /// Do the filters find any row? `SELECT EXISTS (…)`
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

    /// Changes rows without reading them back, and says how many.
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
    /// As all endings, but that nothing is decoded yet.
    fn fetch<C: Client + ?Sized>(self, db: &mut C) -> Result<Fetched>
    where
        Self: Rows,
    {
        let statement = self.rows(None)?;
        let rows = match db.send_all(&statement) {
            Err(first) if db.try_again(&statement, &first) => {
                db.send_all(&statement).map_err(|again| told(first, again))
            }
            rows => rows,
        };
        let rows = rows.map_err(|error| explained(db, &statement, error))?;
        rows.first().map_or(Ok(()), |first| refusal(statement.meaning(), first))?;
        Ok(Fetched::of(rows))
    }

    /// The rows one after another by `COPY (SELECT …) TO STDOUT (FORMAT binary)`: the fastest way to read many.
    ///
    /// COPY has no parameters: the values of filters stand in the statement as quoted and cast literals. The statement
    /// is prepared first without COPY, which tells the columns' types.
    ///
    /// # Errors
    ///
    /// As all endings; a usage error for hand-written SQL with parameters. What goes wrong at a row is that item of the
    /// iterator.
    fn copy_out<C: CopyClient + ?Sized>(self, db: &mut C) -> Result<Copied<'_, Self::Row>>
    where
        Self: CopiesOut,
    {
        super::copy::blocking::copy_out(&self, db)
    }

    /// What a relation gives for each of these rows, in their order, in one statement:
    /// `ImageGeneration::ASSETS.load(&images, db)`. For no rows nothing is sent.
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

    /// Marks live rows as deleted, with all that goes with them; the number of rows deleted, in all tables. See
    /// [`soft_delete`].
    ///
    /// # Errors
    ///
    /// As all endings; [`Error::is_restricted`](crate::Error::is_restricted) when a relation keeps them.
    fn soft_delete<C: Client + ?Sized>(self, db: &mut C) -> Result<u64>
    where
        Self: Deletes,
    {
        soft_delete::blocking(db, &self.work(Verb::SoftDelete)?)
    }

    /// Brings deleted rows back, with all that went by the same deletion; the number of rows, in all tables.
    ///
    /// # Errors
    ///
    /// As all endings; [`Error::is_parent_deleted`](crate::Error::is_parent_deleted) and
    /// [`Error::is_taken`](crate::Error::is_taken), when nothing was changed.
    fn restore<C: Client + ?Sized>(self, db: &mut C) -> Result<u64>
    where
        Self: Deletes,
    {
        soft_delete::blocking(db, &self.work(Verb::Restore)?)
    }

    /// Really deletes the rows that the query finds: `DELETE FROM table WHERE …`; the number of rows of this table.
    ///
    /// Deleted rows are among them where the query says `with_deleted` or `only_deleted`, or names its row by its key
    /// (`find`, `itself`).
    ///
    /// # Errors
    ///
    /// As all endings; [`Error::is_restricted`](crate::Error::is_restricted) when a foreign key keeps them.
    fn purge<C: Client + ?Sized>(self, db: &mut C) -> Result<u64>
    where
        Self: Deletes,
    {
        soft_delete::blocking(db, &self.work(Verb::Purge)?)
    }

    /// Deletes the rows that the query finds, of a model without soft delete: `DELETE FROM table WHERE …`; the number
    /// of rows of this table. Where a model has soft delete, it is [`Run::soft_delete`] or [`Run::purge`].
    ///
    /// # Errors
    ///
    /// As all endings; [`Error::is_restricted`](crate::Error::is_restricted) when a foreign key keeps them.
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

/// What [`Run::execute`] is for: whatever [`Changes`] rows, and [`CopyIn`](super::CopyIn).
pub trait Executes<C: ?Sized>: Sealed {
    /// Changes the rows, and says how many.
    ///
    /// # Errors
    ///
    /// As all endings.
    fn execute_on(self, db: &mut C) -> Result<u64>;
}

impl<S: Changes, C: Client + ?Sized> Executes<C> for S {
    fn execute_on(self, db: &mut C) -> Result<u64> {
        count_changes(db, &self.change()?)
    }
}

fn count_changes<C: Client + ?Sized>(db: &mut C, statement: &Statement) -> Result<u64> {
    sent_changes(db, statement).map_err(|error| explained(db, statement, error))
}

fn sent_changes<C: Client + ?Sized>(db: &mut C, statement: &Statement) -> Result<u64> {
    if statement.meaning().refused.is_none() {
        let count = match db.send_change(statement) {
            Err(first) if db.try_again(statement, &first) => {
                db.send_change(statement).map_err(|again| told(first, again))
            }
            count => count,
        }?;
        return changed(statement, None, Some(count));
    }
    attempt(db, statement, |mut rows, statement| {
        let mut last = None;
        while let Some(row) = rows.next()? {
            last = Some(row);
        }
        changed(statement, last.as_ref(), rows.rows_affected())
    })
}

/// Says what a refusal means, for which the server may be asked once more.
fn explained<C: Client + ?Sized>(db: &mut C, statement: &Statement, error: Error) -> Error {
    let error = statement.explain(error);
    let Some(question) = statement.question(&error) else { return error };
    let answer = db.send(&question).and_then(|mut rows| value(rows.next()?.as_ref()));
    statement.answered(error, answer.ok())
}

/// Rows as they arrive; after the last one and after an error of the server's there are no more.
#[must_use = "rows that are not read are thrown away"]
pub struct Stream<'c, T> {
    /// None at the end: the driver takes a statement that is asked once more for a closed connection.
    rows: Option<RowIter<'c>>,
    reader: Reader<T>,
    /// What the server's refusal means.
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
