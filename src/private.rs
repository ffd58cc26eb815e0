//! The items that the expansion of derives uses. They change without notice, so nobody else should use them.

pub use std::convert::{From, Into};
pub use std::default::Default;
pub use std::fmt::Debug;
pub use std::module_path;
pub use std::option::Option::{self, None, Some};
pub use std::primitive::{bool, str, u8};
pub use std::result::Result::{self, Err};
pub use std::string::String;
pub use std::vec;
pub use std::vec::Vec;

pub use feedstock_macros::models;
pub use inventory;
pub use postgres::types::{FromSql, IsNull, ToSql, to_sql_checked};

pub use crate::model::*;
pub use crate::models::{Entry, Source, crate_of};
use crate::query::RefersTo;
pub use crate::query::{
    BelongsTo, Bound, ByKey, Column, Filter, Given, HasMany, Missing, New, missing_column,
};
pub use crate::row::{Cells, Row, Shape, ShapeField, held};
pub use crate::types::labels;
pub use crate::types::{BoxError, BytesMut, Decode, Field, Labels, Timestamp, Type, Value};
use crate::types::{DefaultFor, DeletedAt, Key, Nullable, Version};

/// The declaration of the model `M`, as a function pointer.
pub fn declared<M: Model>() -> &'static Declared {
    M::DECLARED
}

/// A Rust default as an SQL literal; the bound reports a wrong type at the user's token.
pub fn default_literal<F, D: DefaultFor<F>>(value: D) -> String {
    value.default_literal()
}

/// The soft-delete column, which must be an `Option` of a time.
pub const fn deleted_at<T: DeletedAt>(column: &'static str) -> &'static str {
    column
}

/// A column of the primary key, which must never be NULL.
pub const fn key<T: Key>(column: &'static str) -> &'static str {
    column
}

/// A column of a foreign key with ON DELETE SET NULL.
pub const fn nullable<T: Nullable>() {}

/// The column that every update increments.
pub const fn version<T: Version>(column: &'static str) -> &'static str {
    column
}

/// The column of `C` that refers to a row of `P`.
pub const fn many<P: Keyed, C: Model, T: RefersTo<P::Key>>(column: Column<C, T>) -> &'static str {
    column.name()
}

/// Rows that are deleted with their parent.
pub const fn cascades<P: SoftDelete, C: SoftDelete>() -> OnSoftDelete {
    OnSoftDelete::Cascade
}

/// Rows whose foreign key becomes NULL.
pub const fn sets_null<P: SoftDelete, C: Keyed, T: Nullable>(_: Column<C, T>) -> OnSoftDelete {
    OnSoftDelete::SetNull
}

/// Rows that prevent the deletion of their parent.
pub const fn restricts<P: SoftDelete, C: Keyed>() -> OnSoftDelete {
    OnSoftDelete::Restrict
}

/// `restrict_deleted_parent`: the parent must have soft delete.
pub const fn deletable<P: SoftDelete>() -> bool {
    true
}

/// An identity column that was declared.
pub const fn identity<T: Field>(identity: Identity) -> Identity {
    assert!(
        T::IDENTITY.is_some(),
        "an identity column is an `i16`, `i32` or `i64` that is not NULL: leave `identity` out"
    );
    identity
}
