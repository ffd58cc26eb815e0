//! Errors for values of a column that the Rust type cannot represent.

use std::fmt;

use super::BoxError;

/// A value that the field's type cannot represent.
#[derive(Debug)]
pub(crate) struct Unheld {
    /// The value, as a clause: `the date is infinity`.
    what: String,
    /// What to do, with `{column}` for the column's name.
    help: &'static str,
}

impl Unheld {
    #[cold]
    pub fn error(what: impl Into<String>, help: &'static str) -> BoxError {
        Box::new(Unheld { what: what.into(), help })
    }

    /// What to do, for a column of this name.
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

/// A NULL element in an array whose elements are no `Option`.
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
    /// The name of the enum in the database; `None` for labels that are kept as text.
    pub ty: Option<&'static str>,
}

impl fmt::Display for UnknownLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
        write!(f, "`{}` is none of {known}", self.label)
    }
}

impl std::error::Error for UnknownLabel {}
