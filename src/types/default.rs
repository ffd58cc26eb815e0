//! The values that `default =` takes.

use super::{Field, NotNull};

/// A Rust value that is the default of a column of type `F`: the column's own type, its inner type when the
/// column may be NULL, and `"…"` for a `String`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{F}` cannot have a default of type `{Self}`",
    label = "not a `{F}`",
    note = "write a value of the field's own type, or SQL: `default = sql(\"…\")`"
)]
pub trait DefaultFor<F> {
    /// The SQL literal.
    fn default_literal(self) -> String;
}

impl<F: Field> DefaultFor<F> for F {
    fn default_literal(self) -> String {
        self.literal()
    }
}

impl<F: NotNull> DefaultFor<Option<F>> for F {
    fn default_literal(self) -> String {
        NotNull::literal(&self)
    }
}

impl DefaultFor<String> for &str {
    fn default_literal(self) -> String {
        crate::ident::literal(self)
    }
}

impl DefaultFor<Option<String>> for &str {
    fn default_literal(self) -> String {
        crate::ident::literal(self)
    }
}
