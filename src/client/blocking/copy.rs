//! COPY on blocking clients.

use std::io::{BufRead, Write};

use postgres::{CopyInWriter, CopyOutReader};

use super::Client;
use super::change::Executes;
use crate::client::cached::Cached;
use crate::query::{CopiesOut, CopyIn, Frames, New, Outgoing};
use crate::row::Row;
use crate::{Error, Result};

/// A client that can COPY. It prepares a named statement for a short time, so that behind a proxy that pools by
/// transaction it must be used in a transaction.
pub trait CopyClient: Client {
    /// Prepares a statement, for the types of its columns.
    ///
    /// # Errors
    ///
    /// A database error.
    fn prepare(&mut self, sql: &str) -> Result<postgres::Statement>;

    /// Begins a `COPY … TO STDOUT`.
    ///
    /// # Errors
    ///
    /// A database error.
    fn copy_out(&mut self, sql: &str) -> Result<CopyOutReader<'_>>;

    /// Begins a `COPY … FROM STDIN`.
    ///
    /// # Errors
    ///
    /// A database error.
    fn copy_in(&mut self, sql: &str) -> Result<CopyInWriter<'_>>;
}

macro_rules! copies {
    ($($client:ty: |$this:ident| $inner:expr;)*) => {$(
        impl CopyClient for $client {
            fn prepare(&mut self, sql: &str) -> Result<postgres::Statement> {
                let $this = self;
                Ok($inner.prepare(sql)?)
            }

            fn copy_out(&mut self, sql: &str) -> Result<CopyOutReader<'_>> {
                let $this = self;
                Ok($inner.copy_out(sql)?)
            }

            fn copy_in(&mut self, sql: &str) -> Result<CopyInWriter<'_>> {
                let $this = self;
                Ok($inner.copy_in(sql)?)
            }
        }
    )*};
}

copies! {
    postgres::Client: |this| this;
    postgres::Transaction<'_>: |this| this;
    Cached<postgres::Client>: |this| this.get_mut();
    Cached<postgres::Transaction<'_>>: |this| this.get_mut();
}

impl<C: CopyClient + ?Sized> CopyClient for &mut C {
    fn prepare(&mut self, sql: &str) -> Result<postgres::Statement> {
        (**self).prepare(sql)
    }

    fn copy_out(&mut self, sql: &str) -> Result<CopyOutReader<'_>> {
        (**self).copy_out(sql)
    }

    fn copy_in(&mut self, sql: &str) -> Result<CopyInWriter<'_>> {
        (**self).copy_in(sql)
    }
}

/// Rows of a binary COPY as they arrive, decoded without being copied. The iterator ends after the last row and after
/// the first error of the server.
#[must_use = "rows that are not read are thrown away"]
pub struct Copied<'c, T> {
    /// None after the end.
    reader: Option<CopyOutReader<'c>>,
    frames: Frames,
    /// The length of the message that was read last.
    read: usize,
    of: std::marker::PhantomData<fn() -> T>,
}

pub(super) fn copy_out<'c, Q: CopiesOut, C: CopyClient + ?Sized>(
    query: &Q,
    db: &'c mut C,
) -> Result<Copied<'c, Q::Row>> {
    let statement = db.prepare(&query.plain()?)?;
    crate::Columns::<Q::Row>::by_position(statement.columns())?;
    let reader = db.copy_out(&query.copy(statement.columns())?)?;
    Ok(Copied { reader: Some(reader), frames: Frames::new(statement), read: 0, of: std::marker::PhantomData })
}

impl<T> Copied<'_, T> {
    /// The next row as a struct that may borrow from it, until the one after it is asked for; `None` is the end.
    ///
    /// # Errors
    ///
    /// As the items of the iterator.
    pub fn next_as<'a, U: Row<'a>>(&'a mut self) -> Option<Result<U>> {
        let start = match self.advance().transpose()? {
            Ok(start) => start,
            Err(error) => {
                self.reader = None;
                return Some(Err(error));
            }
        };
        match self.reader.as_mut()?.fill_buf() {
            Ok(message) => Some(self.frames.read(&message[start..])),
            Err(error) => Some(Err(driver(error))),
        }
    }

    /// Advances to the next row, and returns where in its message the cells begin.
    fn advance(&mut self) -> Result<Option<usize>> {
        while let Some(reader) = &mut self.reader {
            reader.consume(std::mem::take(&mut self.read));
            let message = reader.fill_buf().map_err(driver)?;
            self.read = message.len();
            if message.is_empty() {
                self.reader = None;
                self.frames.end()?;
            } else if let Some(cells) = self.frames.cells(message)? {
                return Ok(Some(message.len() - cells.len()));
            }
        }
        Ok(None)
    }
}

impl<T: for<'a> Row<'a>> Iterator for Copied<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        self.next_as::<T>()
    }
}

impl<I: Iterator<Item: New>, C: CopyClient + ?Sized> Executes<C> for CopyIn<I> {
    fn execute_on(mut self, db: &mut C) -> Result<u64> {
        let Some(first) = self.rows.next() else { return Ok(0) };
        let mut out = Outgoing::new(&first, self.parents_unchecked)?;
        out.types(db.prepare(&out.select())?.columns())?;
        let mut writer = db.copy_in(&out.copy())?;
        for row in std::iter::once(first).chain(self.rows) {
            if out.row(&row)? {
                writer.write_all(&out.take()).map_err(driver).map_err(|error| out.explain(error))?;
            }
        }
        out.end();
        writer.write_all(&out.take()).map_err(driver).map_err(|error| out.explain(error))?;
        writer.finish().map_err(|error| out.explain(error.into()))
    }
}

/// The driver's error inside of the IO error that its readers and writers return.
fn driver(error: std::io::Error) -> Error {
    match error.downcast::<postgres::Error>() {
        Ok(error) => error.into(),
        Err(error) => Error::database("the connection failed").because(error),
    }
}
