//! `COPY` in its binary format: what blocking and async clients have in common.

pub(crate) mod blocking;
mod incoming;
#[cfg(feature = "tokio-postgres")]
pub(crate) mod tokio;

use postgres::Column;

use super::run::Rows;
use super::select::Query;
use crate::ident::{ident, qualified};
use crate::row::{Columns, Row, Seen};
use crate::types::BoxError;
use crate::{Error, Model, Result};

pub use incoming::CopyIn;
pub(crate) use incoming::{Copying, Outgoing};

/// What can be read by `COPY (…) TO STDOUT`: a query.
pub trait CopiesOut: Rows {
    /// The query without parameters, its columns as the model has them.
    ///
    /// # Errors
    ///
    /// As [`Rows::rows`], and a usage error for hand-written SQL with parameters and for what has no literal.
    fn plain(&self) -> Result<String>;

    /// The statement, once the types of the columns are known.
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

    /// COPY does not say what its columns are. The casts do nothing, unless a column got another type in between: what
    /// arrives is what was checked in any case.
    fn copy(&self, columns: &[Column]) -> Result<String> {
        let cast = |column: &Column| {
            let ty = column.type_();
            format!("{}::{}", ident(column.name()), qualified(ty.schema(), ty.name()))
        };
        let columns = columns.iter().map(cast).collect::<Vec<_>>().join(", ");
        Ok(format!("COPY ({}) TO STDOUT (FORMAT binary)", self.clone().literal(Some(&columns))?))
    }
}

/// Takes the messages of a binary COPY apart: the server sends one a row.
pub(crate) struct Frames {
    statement: postgres::Statement,
    seen: Seen,
    started: bool,
    ended: bool,
    /// How many rows there were.
    rows: u64,
}

impl Frames {
    /// For rows with the columns of this statement.
    pub fn new(statement: postgres::Statement) -> Self {
        Frames { statement, seen: Seen::new(), started: false, ended: false, rows: 0 }
    }

    /// The cells of the row in a message; `None` where it holds no row.
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

    /// A row from its cells; names and types are checked with the first.
    pub fn read<'a, T: Row<'a>>(&self, cells: &'a [u8]) -> Result<T> {
        Columns::seen(self.statement.columns(), &self.seen)?
            .copied(cells)
            .map_err(|error| error.in_row(self.rows))
    }

    /// Has the last row arrived? A COPY that ends before was broken off.
    pub fn end(&self) -> Result<()> {
        if self.ended { Ok(()) } else { Err(Error::database("COPY ended before its last row")) }
    }
}

/// Signature, flags and the length of an extension.
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
