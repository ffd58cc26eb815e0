//! `COPY … FROM STDIN`: new rows in the binary format.

use postgres::Column;

use super::SIGNATURE;
use crate::ident::idents;
use crate::query::given::{Given, New};
use crate::query::run::Sealed;
use crate::query::taken;
use crate::types::{BytesMut, Field, IsNull, Type, base, sql_name};
use crate::{Error, Model, Result};

/// New rows by binary COPY, made by [`Model::copy_in`] and ended by `execute`, which says how many there were.
///
/// Any iterator, in constant memory, and the fastest way into a table. It is
/// `COPY table (columns) FROM STDIN (FORMAT binary)`; the types of the columns are asked for first. A type that is
/// changed in that moment is noticed by its length at best: where migrations may run meanwhile, copy inside of a
/// transaction. All rows are stored or none.
///
/// The first row decides which columns are given. A column that it leaves to its default is left out, and the
/// database's own default is stored; COPY cannot say DEFAULT for some rows only, so that a row which differs from the
/// first in this ends the COPY with an error.
#[must_use = "COPY sends nothing: end it with `execute`"]
pub struct CopyIn<I> {
    pub(crate) rows: I,
    pub(crate) parents_unchecked: bool,
}

impl<I: Iterator<Item: New>> CopyIn<I> {
    pub(crate) fn new(rows: I) -> Self {
        CopyIn { rows, parents_unchecked: false }
    }

    /// For a model with `restrict_deleted_parent`, whose rows COPY cannot hold back: copies them all the same. That no
    /// parent is deleted, now or meanwhile, is then the caller's to know; foreign keys hold as ever.
    pub fn parents_unchecked(self) -> Self {
        CopyIn { parents_unchecked: true, ..self }
    }
}

impl<I: Iterator<Item: New>> Sealed for CopyIn<I> {}

/// Rows on their way.
pub(crate) struct Outgoing {
    given: Given,
    model: &'static str,
    table: &'static str,
    /// Deleted rows may be in the way.
    unique: Option<Box<taken::Given>>,
}

/// What [`Given`] does with the values of a COPY.
pub(crate) struct Copying {
    columns: Vec<CopyColumn>,
    /// The first row is only looked at.
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

impl Outgoing {
    /// Looks at the first row.
    ///
    /// # Errors
    ///
    /// A usage error when COPY cannot store such rows.
    pub fn new<N: New>(first: &N, parents_unchecked: bool) -> Result<Self> {
        let declared = N::Model::DECLARED;
        let restricted = declared.relations.iter().any(|relation| relation.restrict_deleted_parent);
        if restricted && !parents_unchecked {
            let message =
                format!("`{}` takes no rows below deleted ones, which COPY cannot test", declared.model);
            return Err(Error::usage(message).help(
                "say `insert_many`, which can, or `parents_unchecked` where no parent can be a deleted one",
            ));
        }
        let columns = N::COLUMNS.iter().map(|name| CopyColumn::new(name)).collect();
        let mut given = Given::copying(Copying { columns, probing: true, out: BytesMut::new() });
        given.row(first);
        let unique = taken::Given::of::<N::Model>(Vec::new(), String::new());
        let outgoing = Outgoing { given, model: declared.model, table: N::Model::TABLE, unique };
        if outgoing.names().is_empty() {
            let message = format!("the rows of `{}` leave every column to its default", declared.model);
            return Err(Error::usage(message).help("COPY needs a column: give one, or say `insert_many`"));
        }
        Ok(outgoing)
    }

    /// What tells the types of the columns that are given.
    pub fn select(&self) -> String {
        format!("SELECT {} FROM {}", idents(&self.names()), self.table)
    }

    /// The statement.
    pub fn copy(&self) -> String {
        format!("COPY {} ({}) FROM STDIN (FORMAT binary)", self.table, idents(&self.names()))
    }

    fn names(&self) -> Vec<&'static str> {
        let given = self.given.copy.iter().flat_map(|copy| &copy.columns).filter(|column| column.given);
        given.map(|column| column.name).collect()
    }

    /// Takes note of the types.
    ///
    /// # Errors
    ///
    /// A usage error when a value cannot be written as its column's type.
    pub fn types(&mut self, columns: &[Column]) -> Result<()> {
        let Some(copy) = &mut self.given.copy else { return Ok(()) };
        for (column, found) in copy.columns.iter_mut().filter(|column| column.given).zip(columns) {
            column.ty = base(found.type_()).clone();
            if !(column.accepts)(&column.ty) {
                let (name, ty) = (column.name, sql_name(found.type_()));
                let message = format!(
                    "`{}`, column `{name}`: the column is `{ty}`, and `{}` cannot be written as it",
                    self.model, column.rust
                );
                return Err(
                    Error::usage(message).help("bring the table and the model together by a migration")
                );
            }
        }
        copy.probing = false;
        copy.out.extend_from_slice(SIGNATURE);
        copy.out.extend_from_slice(&[0; 8]);
        Ok(())
    }

    /// Adds a row, and says whether there is enough to be sent.
    ///
    /// # Errors
    ///
    /// A usage error when a value cannot be written, or the row gives other columns than the first one.
    pub fn row<N: New>(&mut self, row: &N) -> Result<bool> {
        let count = self.names_count();
        if let Some(copy) = &mut self.given.copy {
            copy.out.extend_from_slice(&count.to_be_bytes());
        }
        self.given.row(row);
        match self.given.failed.take() {
            Some(error) => {
                Err(error.while_doing(format_args!("row {} of `{}`", self.given.rows - 1, self.model)))
            }
            None => Ok(self.given.copy.as_ref().is_some_and(|copy| copy.out.len() >= ENOUGH)),
        }
    }

    fn names_count(&self) -> i16 {
        let given = self.given.copy.iter().flat_map(|copy| &copy.columns).filter(|column| column.given);
        i16::try_from(given.count()).unwrap_or(i16::MAX)
    }

    /// Says what the server's refusal means.
    pub fn explain(&self, error: Error) -> Error {
        match &self.unique {
            Some(unique) => unique.answered(error, None),
            None => error,
        }
    }

    /// What is to be sent now.
    pub fn take(&mut self) -> BytesMut {
        self.given.copy.as_mut().map(|copy| copy.out.split()).unwrap_or_default()
    }

    /// Adds the end.
    pub fn end(&mut self) {
        if let Some(copy) = &mut self.given.copy {
            copy.out.extend_from_slice(&(-1_i16).to_be_bytes());
        }
    }
}

/// Larger messages cost the server nothing, and smaller ones cost both sides more of them.
const ENOUGH: usize = 32 * 1024;

impl CopyColumn {
    fn new(name: &'static str) -> Self {
        CopyColumn { name, given: false, ty: Type::UNKNOWN, accepts: |_| false, rust: "" }
    }
}

impl Copying {
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
}

impl CopyColumn {
    #[cold]
    fn mixed(&self) -> Error {
        let (this, first) = if self.given { ("leaves", "gives") } else { ("gives", "leaves") };
        let to = |verb| if verb == "leaves" { "to its default" } else { "a value" };
        let message =
            format!("it {this} `{}` {}, and the first row {first} it {}", self.name, to(this), to(first));
        Error::usage(message)
            .help("COPY cannot say DEFAULT: give every row a value or none, or say `insert_many`; nothing was stored")
    }
}

/// A cell: its length stands in front of it and is known only after it was written; -1 is NULL.
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
