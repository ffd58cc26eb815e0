//! What the derives' expansion names: nobody else should, since it changes without notice.

pub use std::convert::Into;
pub use std::default::Default;
pub use std::fmt::Debug;
pub use std::module_path;
pub use std::option::Option::{self, None, Some};
pub use std::primitive::{bool, str, u8};
pub use std::result::Result::{self, Err};
pub use std::string::String;

pub use feedstock_macros::models;
pub use inventory;
pub use postgres::types::{FromSql, IsNull, ToSql, to_sql_checked};

pub use crate::model::*;
pub use crate::models::{Entry, Source, crate_of};
pub use crate::query::{Column, Given, New};
pub use crate::row::{Cells, Row, Shape, ShapeField, held};
pub use crate::types::labels;
pub use crate::types::{BoxError, BytesMut, Decode, Field, Labels, Timestamp, Type, Value};
use crate::types::{DefaultFor, DeletedAt, Key, Nullable};

/// What the model `M` says, for tables of function pointers.
pub fn declared<M: Model>() -> &'static Declared {
    M::DECLARED
}

/// A Rust default as a literal of SQL; the bound says at the user's token what does not fit.
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

/// A column that ON DELETE SET NULL empties.
pub const fn nullable<T: Nullable>() {}

/// An identity that was asked for.
pub const fn identity<T: Field>(identity: Identity) -> Identity {
    assert!(
        T::IDENTITY.is_some(),
        "an identity column is an `i16`, `i32` or `i64` that is not NULL: leave `identity` out"
    );
    identity
}
