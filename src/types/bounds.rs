//! Requirements of a model's options on the types of columns, as traits with messages.

use super::{Field, NotNull};

/// The types of a primary key's columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    label = "a primary key is never NULL",
    note = "write the type without `Option`"
)]
pub trait Key {}

impl<T: NotNull> Key for T {}

/// The types of columns that may be NULL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is never NULL, and `set_null` would make it so",
    label = "this column cannot be set to NULL",
    note = "make the field an `Option`, or choose `cascade` or `restrict`"
)]
pub trait Nullable {}

impl<T: NotNull> Nullable for Option<T> {}

/// The types of a version column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot count the changes of a row",
    label = "not a counter",
    note = "`version` is for an `i32` or `i64`, never NULL"
)]
pub trait Version {}

impl Version for i32 {}

impl Version for i64 {}

/// The type of a column, and the type that it is compared with: `T` for a column of `T` or `Option<T>`.
pub trait Comparable: Field {
    /// The type without `Option`.
    type Plain: NotNull;
}

impl<T: NotNull> Comparable for T {
    type Plain = T;
}

impl<T: NotNull> Comparable for Option<T> {
    type Plain = T;
}
