//! `COPY … FROM STDIN`: new rows in the binary format.

use postgres::Column;

use super::Copying;
use crate::ident::idents;
use crate::query::given::{Given, New};
use crate::query::run::Sealed;
use crate::query::taken;
use crate::types::BytesMut;
use crate::{Error, Model, Result};

/// New rows by binary COPY, made by [`Model::copy_in`] and ended by `execute`, which returns the number of rows.
///
/// This is the fastest way to insert rows, from any iterator, in constant memory. All rows are stored or none. It is
/// `COPY table (columns) FROM STDIN (FORMAT binary)`, sent after the types of the columns were looked up. If a
/// migration changes a type between the two, wrong values may be stored: if migrations can run meanwhile, copy in a
/// transaction.
///
/// The first row determines the columns. A column that it leaves to its default is omitted, and the default of the
/// table is stored. COPY has no DEFAULT for single rows, so that a row that gives other columns than the first one ends
/// the COPY with an error.
#[must_use = "COPY sends nothing: end it with `execute`"]
pub struct CopyIn<I> {
    pub(crate) rows: I,
    pub(crate) parents_unchecked: bool,
}

impl<I: Iterator<Item: New>> CopyIn<I> {
    pub(crate) fn new(rows: I) -> Self {
        CopyIn { rows, parents_unchecked: false }
    }

    /// Allows COPY for a model with `restrict_deleted_parent`, whose parents it cannot check. The caller must know that
    /// no parent is deleted, before or during the COPY; foreign keys are checked as always.
    pub fn parents_unchecked(self) -> Self {
        CopyIn { parents_unchecked: true, ..self }
    }
}

impl<I: Iterator<Item: New>> Sealed for CopyIn<I> {}

/// The rows of a [`CopyIn`] while they are sent.
pub(crate) struct Outgoing {
    given: Given,
    model: &'static str,
    table: &'static str,
    /// Explains a unique violation by a soft-deleted row.
    unique: Option<Box<taken::Given>>,
}

impl Outgoing {
    /// Learns from the first row which columns are given.
    ///
    /// # Errors
    ///
    /// A usage error when COPY cannot store such rows.
    pub fn new<N: New>(first: &N, parents_unchecked: bool) -> Result<Self> {
        let declared = N::Model::DECLARED;
        let restricted = declared.relations.iter().any(|relation| relation.restrict_deleted_parent);
        if restricted && !parents_unchecked {
            let message =
                format!("`{}` has `restrict_deleted_parent`, which COPY cannot check", declared.model);
            return Err(Error::usage(message)
                .help("use `insert_many`, or `parents_unchecked` if no parent can be deleted"));
        }
        let mut given = Given::copying(Copying::new(N::COLUMNS));
        given.row(first);
        let unique = taken::Given::of::<N::Model>(Vec::new(), String::new());
        let outgoing = Outgoing { given, model: declared.model, table: N::Model::TABLE, unique };
        if outgoing.names().is_empty() {
            let message = format!("the rows of `{}` leave every column to its default", declared.model);
            return Err(Error::usage(message).help("COPY needs a column: give one, or use `insert_many`"));
        }
        Ok(outgoing)
    }

    /// A SELECT of the columns that are given, from which their types are learned.
    pub fn select(&self) -> String {
        format!("SELECT {} FROM {}", idents(&self.names()), self.table)
    }

    /// `COPY … FROM STDIN`
    pub fn copy(&self) -> String {
        format!("COPY {} ({}) FROM STDIN (FORMAT binary)", self.table, idents(&self.names()))
    }

    fn names(&self) -> Vec<&'static str> {
        self.given.copy.as_ref().map(Copying::names).unwrap_or_default()
    }

    /// Sets the columns' types.
    ///
    /// # Errors
    ///
    /// A usage error when a value cannot be written as its column's type.
    pub fn types(&mut self, columns: &[Column]) -> Result<()> {
        self.given.copy.as_mut().map_or(Ok(()), |copy| copy.begin(self.model, columns))
    }

    /// Adds a row, and returns whether there are enough bytes for a message.
    ///
    /// # Errors
    ///
    /// A usage error when a value cannot be written, or the row gives other columns than the first one.
    pub fn row<N: New>(&mut self, row: &N) -> Result<bool> {
        if let Some(copy) = &mut self.given.copy {
            copy.begin_row();
        }
        self.given.row(row);
        match self.given.failed.take() {
            Some(error) => {
                Err(error.while_doing(format_args!("row {} of `{}`", self.given.rows - 1, self.model)))
            }
            None => Ok(self.given.copy.as_ref().is_some_and(Copying::is_enough)),
        }
    }

    /// Explains an error of the server.
    pub fn explain(&self, error: Error) -> Error {
        match &self.unique {
            Some(unique) => unique.answered(error, None),
            None => error,
        }
    }

    /// The bytes to be sent now.
    pub fn take(&mut self) -> BytesMut {
        self.given.copy.as_mut().map(Copying::take).unwrap_or_default()
    }

    /// Adds the trailer.
    pub fn end(&mut self) {
        if let Some(copy) = &mut self.given.copy {
            copy.end();
        }
    }
}
