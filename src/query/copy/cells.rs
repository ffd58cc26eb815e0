//! The binary format of COPY, written value by value.

use postgres::Column;

use super::SIGNATURE;
use crate::types::{BytesMut, Field, IsNull, Type, base, sql_name};
use crate::{Error, Result};

/// The bytes of new rows. The first row is put twice: once to learn which columns it gives, and, after
/// [`Copying::begin`], once to be written.
pub(crate) struct Copying {
    columns: Vec<CopyColumn>,
    /// Has [`Copying::begin`] not been called yet?
    probing: bool,
    out: BytesMut,
}

struct CopyColumn {
    name: &'static str,
    given: bool,
    ty: Type,
    accepts: fn(&Type) -> bool,
    rust: &'static str,
}

/// Larger messages are no faster, and smaller ones cost client and server more calls.
const ENOUGH: usize = 32 * 1024;

impl Copying {
    pub fn new(names: &[&'static str]) -> Self {
        let column =
            |name| CopyColumn { name, given: false, ty: Type::UNKNOWN, accepts: |_| false, rust: "" };
        let columns = names.iter().copied().map(column).collect();
        Copying { columns, probing: true, out: BytesMut::new() }
    }

    /// The names of the columns that the first row gives.
    pub fn names(&self) -> Vec<&'static str> {
        self.columns.iter().filter(|column| column.given).map(|column| column.name).collect()
    }

    /// Sets the types of the columns that the first row gives, and writes the header.
    ///
    /// # Errors
    ///
    /// A usage error when a value cannot be written as its column's type.
    pub fn begin(&mut self, model: &str, types: &[Column]) -> Result<()> {
        for (column, found) in self.columns.iter_mut().filter(|column| column.given).zip(types) {
            column.ty = base(found.type_()).clone();
            if !(column.accepts)(&column.ty) {
                let (name, ty) = (column.name, sql_name(found.type_()));
                let message = format!(
                    "`{model}`, column `{name}`: the column is `{ty}`, and `{}` cannot be written as it",
                    column.rust
                );
                return Err(
                    Error::usage(message).help("bring the table and the model together by a migration")
                );
            }
        }
        self.probing = false;
        self.out.extend_from_slice(SIGNATURE);
        self.out.extend_from_slice(&[0; 8]);
        Ok(())
    }

    /// Begins a row: the number of its cells.
    pub fn begin_row(&mut self) {
        let count = self.columns.iter().filter(|column| column.given).count();
        self.out.extend_from_slice(&i16::try_from(count).unwrap_or(i16::MAX).to_be_bytes());
    }

    /// The value of a column; `None` is the default.
    pub fn put<T: Field>(&mut self, at: usize, value: Option<&T>) -> Result<()> {
        let column = &mut self.columns[at];
        if self.probing {
            (column.given, column.accepts) = (value.is_some(), T::accepts);
            column.rust = std::any::type_name::<T>();
            return Ok(());
        }
        match (value, column.given) {
            (Some(value), true) => write(&column.ty, value, &mut self.out).map_err(|error| {
                Error::usage(format!("the value for `{}` cannot be written", column.name)).because(error)
            }),
            (None, false) => Ok(()),
            _ => Err(column.mixed()),
        }
    }

    /// Are there enough bytes for a message?
    pub fn is_enough(&self) -> bool {
        self.out.len() >= ENOUGH
    }

    /// Takes the bytes that have not been sent yet.
    pub fn take(&mut self) -> BytesMut {
        self.out.split()
    }

    /// Writes the trailer.
    pub fn end(&mut self) {
        self.out.extend_from_slice(&(-1_i16).to_be_bytes());
    }
}

impl CopyColumn {
    #[cold]
    fn mixed(&self) -> Error {
        let (this, first) = if self.given { ("leaves", "gives") } else { ("gives", "leaves") };
        let to = |verb| if verb == "leaves" { "to its default" } else { "a value" };
        let message =
            format!("it {this} `{}` {}, and the first row {first} it {}", self.name, to(this), to(first));
        Error::usage(message).help(
            "COPY has no DEFAULT: give every row a value or none, or use `insert_many`; nothing was stored",
        )
    }
}

/// Writes a cell: its length (-1 for NULL), which is known only once the value is written, and the value.
fn write<T: Field>(ty: &Type, value: &T, out: &mut BytesMut) -> Result<(), crate::types::BoxError> {
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    let length = match value.encode(ty, out)? {
        IsNull::Yes => -1,
        IsNull::No => i32::try_from(out.len() - at - 4)?,
    };
    out[at..at + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}
