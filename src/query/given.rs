//! The values of new rows, column by column, as the derive's `New…` structs give them.

use super::array::Elements;
use super::copy::Copying;
use super::wire::{Bound, Wire, type_name};
use crate::model::{Declared, DeclaredColumn};
use crate::types::{Field, Type};
use crate::{Error, Model};

/// A row to be inserted: the derive's `New…` struct of a model.
pub trait New {
    /// The model.
    type Model: Model;
    /// The columns in the order in which [`New::put`] gives them, without generated ones.
    const COLUMNS: &'static [&'static str];

    /// Gives every column's value, or that it is the default.
    fn put(&self, out: &mut Given);
}

/// The values of any number of new rows.
pub struct Given {
    pub(crate) columns: Vec<GivenColumn>,
    pub(crate) rows: usize,
    pub(crate) failed: Option<Error>,
    /// The rows are written for COPY, instead of into `columns`.
    pub(crate) copy: Option<Copying>,
    model: &'static str,
    next: usize,
    many: bool,
}

/// The values of one column.
pub(crate) struct GivenColumn {
    pub declared: &'static DeclaredColumn,
    pub wire: Option<Wire>,
    elements: Elements,
    /// Whether each row gives a value; if not, its element is NULL.
    flags: Vec<bool>,
    /// The elements are sent as text, since their type has no known array type.
    text: bool,
}

impl Given {
    pub(crate) fn new(declared: &'static Declared, columns: &[&str], many: bool) -> Self {
        let columns = declared.columns.iter().filter(|column| columns.contains(&column.name));
        let column = |declared: &'static DeclaredColumn| GivenColumn {
            declared,
            wire: None,
            elements: Elements::default(),
            flags: Vec::new(),
            text: false,
        };
        let (columns, model) = (columns.map(column).collect(), declared.model);
        Given { columns, rows: 0, failed: None, copy: None, model, next: 0, many }
    }

    pub(crate) fn copying(copy: Copying) -> Self {
        Given { columns: Vec::new(), rows: 0, failed: None, copy: Some(copy), model: "", next: 0, many: true }
    }

    pub(crate) fn row(&mut self, row: &impl New) {
        self.next = 0;
        self.rows += 1;
        row.put(self);
    }

    /// The next column's value.
    pub fn value<T: Field>(&mut self, value: &T) {
        self.put(Some(value));
    }

    /// The next column's value; `None` is its default.
    pub fn maybe<T: Field>(&mut self, value: &Option<T>) {
        self.put(value.as_ref());
    }

    fn put<T: Field>(&mut self, value: Option<&T>) {
        let (many, at) = (self.many, self.next);
        self.next += 1;
        if let Some(copy) = &mut self.copy {
            if let Err(error) = copy.put(at, value) {
                self.failed.get_or_insert(error);
            }
            return;
        }
        let column = &mut self.columns[at];
        if let Err(error) = column.put(value, many) {
            let (name, model) = (column.declared.name, self.model);
            let error =
                Error::usage(format!("the value for `{name}` of `{model}` cannot be written")).because(error);
            // With many rows, the error names the row.
            let error = if many { error.while_doing(format_args!("row {}", self.rows)) } else { error };
            self.failed.get_or_insert(error);
        }
    }
}

impl GivenColumn {
    fn put<T: Field>(&mut self, value: Option<&T>, many: bool) -> Result<(), crate::types::BoxError> {
        if self.wire.is_none() {
            let wire = Wire::of_column::<T>(|| Some(self.declared));
            self.text = (many && wire.array.is_none()) || wire.is_text_of::<T>();
            self.wire = Some(wire);
        }
        self.flags.push(value.is_some());
        match (value, &self.wire) {
            (Some(value), Some(wire)) if !self.text => self.elements.push(&wire.ty, value),
            (Some(value), _) => self.elements.push(&Type::TEXT, &value.text()),
            (None, _) => self.elements.push(&Type::TEXT, &None::<String>),
        }
    }

    /// Does any row give a value?
    pub fn is_given(&self) -> bool {
        self.flags.contains(&true)
    }

    /// Do some rows give a value, and others not?
    pub fn is_mixed(&self) -> bool {
        self.is_given() && self.flags.contains(&false)
    }

    /// The value of the only row; `None` is the default.
    pub fn single(&self) -> Option<Bound> {
        let wire = self.wire.clone().filter(|_| self.is_given())?;
        Some(Bound::raw(wire.ty, wire.cast, self.elements.first().map(Into::into), no_text))
    }

    /// The distinct values that are not NULL.
    pub fn keys(&self) -> Vec<Bound> {
        let (ty, cast) = match &self.wire {
            Some(wire) if !self.text => (wire.ty.clone(), wire.cast.clone()),
            _ => (Type::TEXT, Some(self.sql_type())),
        };
        let mut seen = std::collections::HashSet::new();
        let new = self.elements.iter().flatten().filter(|raw| seen.insert(*raw));
        new.map(|raw| Bound::raw(ty.clone(), cast.clone(), Some(raw.into()), no_text)).collect()
    }

    /// All values in one array.
    pub fn array(&self) -> Bound {
        match self.wire.as_ref().and_then(|wire| Some((&wire.ty, wire.array.clone()?))) {
            Some((element, array)) => self.elements.finish(element, array, None, no_text),
            None => self.elements.finish(&Type::TEXT, Type::TEXT_ARRAY, None, no_text),
        }
    }

    /// The type that an element of the array is cast to before it is stored.
    pub fn cast(&self) -> Option<String> {
        let cast = self.wire.as_ref().and_then(|wire| wire.cast.clone());
        if self.text { Some(self.sql_type()) } else { cast }
    }

    /// The column's type in SQL.
    pub fn sql_type(&self) -> String {
        self.declared.sql_type.map_or_else(|| type_name(self.declared.ty), str::to_owned)
    }

    /// Whether each row gives a value, as a parameter.
    pub fn flags(&self) -> Bound {
        Bound::new(&self.flags)
    }
}

/// A new value is never written as a literal.
fn no_text(_: &Type, _: &[u8]) -> Result<String, crate::types::BoxError> {
    Err("a new value has no text".into())
}
