//! Values that a column may have and a Rust type has not: an error, never another value.

use std::fmt;

use super::BoxError;

/// A value that the field's type cannot hold.
#[derive(Debug)]
pub(crate) struct Unheld {
    /// What the value is, as a sentence's end: `the date is infinity`.
    what: String,
    /// What can be done, with `{column}` for the column.
    help: &'static str,
}

impl Unheld {
    #[cold]
    pub fn error(what: impl Into<String>, help: &'static str) -> BoxError {
        Box::new(Unheld { what: what.into(), help })
    }

    /// What can be done for a column of this name.
    pub fn help_for(&self, column: &str) -> String {
        self.help.replace("{column}", column)
    }
}

impl fmt::Display for Unheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Unheld {}

/// An element of an array is NULL, and the elements' type cannot say so.
#[derive(Debug)]
pub(crate) struct NullElement;

impl fmt::Display for NullElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element of the array is NULL")
    }
}

impl std::error::Error for NullElement {}

/// A label that the Rust enum does not have.
#[derive(Debug)]
pub(crate) struct UnknownLabel {
    pub label: String,
    pub known: &'static [&'static str],
}

impl fmt::Display for UnknownLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
        write!(f, "`{}` is none of {known}", self.label)
    }
}

impl std::error::Error for UnknownLabel {}
