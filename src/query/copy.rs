//! `COPY` in its binary format, for blocking and async clients alike.

mod cells;
mod incoming;

use postgres::Column;

use super::run::Rows;
use super::select::Query;
use crate::ident::{ident, qualified};
use crate::row::{Columns, Row, Seen};
use crate::types::BoxError;
use crate::{Error, Model, Result};

pub(crate) use cells::Copying;
pub use incoming::CopyIn;
pub(crate) use incoming::Outgoing;

/// Builders whose rows can be read by `COPY (…) TO STDOUT`: a query.
pub trait CopiesOut: Rows {
    /// The query without parameters and without casts of its columns.
    ///
    /// # Errors
    ///
    /// As [`Rows::rows`], and a usage error for hand-written SQL with parameters and for values without a literal form.
    fn plain(&self) -> Result<String>;

    /// The COPY statement for columns of these types.
    ///
    /// # Errors
    ///
    /// As [`CopiesOut::plain`].
    fn copy(&self, columns: &[Column]) -> Result<String>;
}

impl<M: Model> CopiesOut for Query<M> {
    fn plain(&self) -> Result<String> {
        self.clone().literal(None)
    }

    /// A COPY does not report the types of its columns. The casts ensure the types that were checked, even if a
    /// migration changed a column meanwhile.
    fn copy(&self, columns: &[Column]) -> Result<String> {
        let cast = |column: &Column| {
            let ty = column.type_();
            format!("{}::{}", ident(column.name()), qualified(ty.schema(), ty.name()))
        };
        let columns = columns.iter().map(cast).collect::<Vec<_>>().join(", ");
        Ok(format!("COPY ({}) TO STDOUT (FORMAT binary)", self.clone().literal(Some(&columns))?))
    }
}

/// Reads the messages of a binary COPY; the server sends one for each row.
pub(crate) struct Frames {
    statement: postgres::Statement,
    seen: Seen,
    started: bool,
    ended: bool,
    /// The number of rows so far.
    rows: u64,
}

impl Frames {
    /// For rows with the columns of this statement.
    pub fn new(statement: postgres::Statement) -> Self {
        Frames { statement, seen: Seen::new(), started: false, ended: false, rows: 0 }
    }

    /// The cells of the row in a message; `None` for a message without a row.
    pub fn cells<'a>(&mut self, message: &'a [u8]) -> Result<Option<&'a [u8]>> {
        self.split(message).map_err(|error| Error::database("COPY sent what is no row").because(error))
    }

    fn split<'a>(&mut self, mut message: &'a [u8]) -> Result<Option<&'a [u8]>, BoxError> {
        if !self.started {
            message = after_header(message)?;
            self.started = true;
        }
        if message.is_empty() {
            return Ok(None);
        }
        let (count, cells) = message.split_first_chunk::<2>().ok_or("a row is cut short")?;
        match i16::from_be_bytes(*count) {
            _ if self.ended => Err("there is more after the end".into()),
            -1 => {
                self.ended = true;
                Ok(None)
            }
            count if usize::try_from(count) == Ok(self.statement.columns().len()) => {
                self.rows += 1;
                Ok(Some(cells))
            }
            count => Err(format!("a row has {count} cells").into()),
        }
    }

    /// Decodes a row; names and types are checked at the first one.
    pub fn read<'a, T: Row<'a>>(&self, cells: &'a [u8]) -> Result<T> {
        Columns::seen(self.statement.columns(), &self.seen)?
            .copied(cells)
            .map_err(|error| error.in_row(self.rows))
    }

    /// Checks that the trailer has arrived; without it the COPY was interrupted.
    pub fn end(&self) -> Result<()> {
        if self.ended { Ok(()) } else { Err(Error::database("COPY ended before its last row")) }
    }
}

/// Checks the header (signature, flags, an extension with its length), and returns what follows.
fn after_header(message: &[u8]) -> Result<&[u8], BoxError> {
    let rest = message.strip_prefix(SIGNATURE).ok_or("it does not begin as the binary format does")?;
    let (flags, rest) = rest.split_first_chunk::<4>().ok_or("the header is cut short")?;
    if *flags != [0; 4] {
        return Err(format!("the flags {flags:?} are not known").into());
    }
    let (length, rest) = rest.split_first_chunk::<4>().ok_or("the header is cut short")?;
    let length = usize::try_from(u32::from_be_bytes(*length))?;
    Ok(rest.get(length..).ok_or("the header is cut short")?)
}

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
