//! Which Rust type stands for which Postgres type.
//!
//! A value is read exactly or not at all, and written as it is, with one exception: chrono counts nanoseconds and
//! Postgres microseconds, so that what a time has below a microsecond is cut when it is written. A time that is to be
//! equal to what comes back is cut before: `trunc_subsecs(6)` of chrono's `SubsecRound`.
//!
//! [`Value`] is the one trait to implement for a type of your own; arrays, `Option` and rows follow from it. It
//! is not laid over the driver's `ToSql` and `FromSql`, since then nobody could implement it for a foreign type
//! without conflict.
//!
//! ```
//! use feedstock::types::{BoxError, BytesMut, SqlType, Type, Value};
//!
//! /// Degrees, kept as `double precision`.
//! #[derive(Debug, Clone, Copy, PartialEq)]
//! struct Angle(f64);
//!
//! impl Value for Angle {
//!     const TYPE: SqlType = SqlType::named("double precision");
//!
//!     fn accepts(ty: &Type) -> bool {
//!         *ty == Type::FLOAT8
//!     }
//!
//!     fn decode(ty: &Type, raw: &[u8]) -> Result<Self, BoxError> {
//!         <f64 as Value>::decode(ty, raw).map(Angle)
//!     }
//!
//!     fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
//!         Value::encode(&self.0, ty, out)
//!     }
//!
//!     fn text(&self) -> String {
//!         Value::text(&self.0)
//!     }
//! }
//!
//! /// Nullable columns and arrays of it need nothing more.
//! #[derive(feedstock::Model)]
//! struct Sight {
//!     #[model(primary_key)]
//!     id: i64,
//!     #[model(default = Angle(90.0))]
//!     bearing: Angle,
//!     corrections: Option<Vec<Angle>>,
//! }
//!
//! use feedstock::Model;
//! assert_eq!(Sight::DECLARED.columns[1].ty.name, "double precision");
//! assert_eq!(Sight::DECLARED.columns[2].ty.dimensions, 1);
//! assert!(Sight::DECLARED.columns[2].nullable);
//! ```

mod array;
mod bounds;
#[cfg(feature = "decimal")]
mod decimal;
mod default;
#[cfg(feature = "json")]
mod json;
#[doc(hidden)]
pub mod labels;
mod name;
mod param;
mod read;
mod scalars;
mod time;
mod unheld;

pub use bytes::BytesMut;
pub use postgres::types::{IsNull, Kind, Type};

pub use crate::model::{Identity, SqlType};
pub use array::Element;
pub(crate) use array::text_of;
pub use bounds::{Comparable, Key, Nullable, Version};
pub use default::DefaultFor;
#[cfg(feature = "json")]
pub use json::{Json, JsonText};
pub use labels::Labels;
pub(crate) use name::sql_name;
pub use param::Param;
pub use time::{DeletedAt, Timestamp};
pub(crate) use unheld::{NullElement, Unheld, UnknownLabel};

/// Why a value could not be read or written.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A type whose values stand in one column and are never NULL.
///
/// `#[derive(Value)]`, `#[derive(PgEnum)]` and `#[derive(TextEnum)]` implement it; the example above does it by
/// hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a single value of Postgres",
    label = "Feedstock does not know which type this is",
    note = "derive `Value` (a newtype), `PgEnum` or `TextEnum` for it, implement `feedstock::types::Value` by hand, \
            or name a type that has one with `#[model(with = …)]`",
    note = "uuid, JSON and decimals are features of feedstock: `uuid`, `json`, `decimal`"
)]
pub trait Value: Sized {
    /// The column's type.
    const TYPE: SqlType;
    /// What a primary key of this type counts with; `None` does not count by itself.
    const IDENTITY: Option<Identity> = None;

    /// Can a value be read from and written to this type? Domains were replaced by what they are over.
    fn accepts(ty: &Type) -> bool;

    /// A value from Postgres' binary form of an accepted type. What it gives is what the column has: a value that the
    /// type cannot hold exactly is an error, since a row that is saved would change it.
    ///
    /// # Errors
    ///
    /// The bytes are no value of the type, or the value does not fit: what is wrong, without the column's name,
    /// which whoever reads the row adds.
    fn decode(ty: &Type, raw: &[u8]) -> Result<Self, BoxError>;

    /// Appends Postgres' binary form of an accepted type.
    ///
    /// # Errors
    ///
    /// Postgres has no such value (a year that it does not know, text with a zero byte): what is wrong with it.
    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError>;

    /// The value as Postgres reads it from text: `draft`, `7.5`, `2026-01-27 12:00:00`. Defaults are made of it, and
    /// the literals of a filter where a statement cannot have parameters (`copy_out`).
    fn text(&self) -> String;

    /// The value as a literal of SQL, without a cast.
    fn literal(&self) -> String {
        crate::ident::literal(&Value::text(self))
    }
}

/// A [`Value`], or an array: what may stand in a column, without NULL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Postgres type",
    label = "Feedstock does not know which column this is",
    note = "derive `Value` (a newtype), `PgEnum` or `TextEnum` for it, implement `feedstock::types::Value` by hand, \
            or name a type that has one with `#[model(with = …)]`",
    note = "uuid, JSON and decimals are features of feedstock: `uuid`, `json`, `decimal`"
)]
pub trait NotNull: Sized {
    /// The column's type.
    const TYPE: SqlType;
    /// What a primary key of this type counts with.
    const IDENTITY: Option<Identity>;

    /// Can a value be written to this type?
    fn accepts(ty: &Type) -> bool;

    /// Appends Postgres' binary form.
    ///
    /// # Errors
    ///
    /// As [`Value::encode`].
    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError>;

    /// The value as a literal of SQL, without a cast.
    fn literal(&self) -> String;

    /// The value as Postgres reads it from text.
    fn text(&self) -> String;

    /// The same of a value in its binary form.
    ///
    /// # Errors
    ///
    /// As [`Value::decode`].
    fn text_of(ty: &Type, raw: &[u8]) -> Result<String, BoxError>;
}

/// What a field of a model may be: a [`Value`], an array of them (`Vec<T>`, `Vec<Option<T>>`), or an `Option` of
/// either, which is a column that may be NULL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Postgres type",
    label = "Feedstock does not know which column this is",
    note = "derive `Value` (a newtype), `PgEnum` or `TextEnum` for it, implement `feedstock::types::Value` by hand, \
            or name a type that has one with `#[model(with = …)]`",
    note = "uuid, JSON and decimals are features of feedstock: `uuid`, `json`, `decimal`"
)]
pub trait Field: Sized {
    /// The column's type.
    const TYPE: SqlType;
    /// May the column be NULL?
    const NULLABLE: bool;
    /// What a primary key of this type counts with.
    const IDENTITY: Option<Identity>;

    /// Can a value be written to this type?
    fn accepts(ty: &Type) -> bool;

    /// Appends Postgres' binary form, nothing for NULL.
    ///
    /// # Errors
    ///
    /// As [`Value::encode`].
    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError>;

    /// The value as a literal of SQL, without a cast.
    fn literal(&self) -> String;

    /// The value as Postgres reads it from text; `None` is NULL.
    fn text(&self) -> Option<String>;

    /// The same of a value in its binary form, which is not NULL.
    ///
    /// # Errors
    ///
    /// As [`Value::decode`].
    fn text_of(ty: &Type, raw: &[u8]) -> Result<String, BoxError>;
}

/// What a field of a row may be: everything that a model's field may be, and what borrows from the result
/// (`&'a str`, `&'a [u8]`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    label = "no Postgres type is read as this",
    note = "rows hold values (`feedstock::types::Value`), arrays and `Option`s of them, `&'a str` and `&'a [u8]`",
    note = "uuid, JSON and decimals are features of feedstock: `uuid`, `json`, `decimal`"
)]
pub trait Decode<'a>: Sized {
    /// Can a value be read from this type?
    fn reads(ty: &Type) -> bool;

    /// A value from Postgres' binary form; `None` is NULL.
    ///
    /// # Errors
    ///
    /// As [`Value::decode`]; and NULL, where the field is no `Option`.
    fn read(ty: &Type, raw: Option<&'a [u8]>) -> Result<Self, BoxError>;
}

impl<T: Value> NotNull for T {
    const TYPE: SqlType = <T as Value>::TYPE;
    const IDENTITY: Option<Identity> = <T as Value>::IDENTITY;

    fn accepts(ty: &Type) -> bool {
        <T as Value>::accepts(ty)
    }

    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
        Value::encode(self, ty, out)
    }

    fn literal(&self) -> String {
        Value::literal(self)
    }

    fn text(&self) -> String {
        Value::text(self)
    }

    fn text_of(ty: &Type, raw: &[u8]) -> Result<String, BoxError> {
        <T as Value>::decode(ty, raw).map(|value| Value::text(&value))
    }
}

impl<T: NotNull> Field for T {
    const TYPE: SqlType = <T as NotNull>::TYPE;
    const NULLABLE: bool = false;
    const IDENTITY: Option<Identity> = <T as NotNull>::IDENTITY;

    fn accepts(ty: &Type) -> bool {
        <T as NotNull>::accepts(ty)
    }

    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        NotNull::encode(self, ty, out).map(|()| IsNull::No)
    }

    fn literal(&self) -> String {
        NotNull::literal(self)
    }

    fn text(&self) -> Option<String> {
        Some(NotNull::text(self))
    }

    fn text_of(ty: &Type, raw: &[u8]) -> Result<String, BoxError> {
        <T as NotNull>::text_of(ty, raw)
    }
}

impl<T: NotNull> Field for Option<T> {
    const TYPE: SqlType = <T as NotNull>::TYPE;
    const NULLABLE: bool = true;
    const IDENTITY: Option<Identity> = None;

    fn accepts(ty: &Type) -> bool {
        <T as NotNull>::accepts(ty)
    }

    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        match self {
            Some(value) => NotNull::encode(value, ty, out).map(|()| IsNull::No),
            None => Ok(IsNull::Yes),
        }
    }

    fn literal(&self) -> String {
        self.as_ref().map_or_else(|| "NULL".to_owned(), NotNull::literal)
    }

    fn text(&self) -> Option<String> {
        self.as_ref().map(NotNull::text)
    }

    fn text_of(ty: &Type, raw: &[u8]) -> Result<String, BoxError> {
        <T as NotNull>::text_of(ty, raw)
    }
}

impl<'a, T: Value> Decode<'a> for T {
    fn reads(ty: &Type) -> bool {
        <T as Value>::accepts(ty)
    }

    fn read(ty: &Type, raw: Option<&'a [u8]>) -> Result<Self, BoxError> {
        <T as Value>::decode(ty, raw.ok_or_else(null)?)
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Option<T> {
    fn reads(ty: &Type) -> bool {
        T::reads(ty)
    }

    fn read(ty: &Type, raw: Option<&'a [u8]>) -> Result<Self, BoxError> {
        match raw {
            Some(_) => T::read(ty, raw).map(Some),
            None => Ok(None),
        }
    }
}

impl<'a> Decode<'a> for &'a str {
    fn reads(ty: &Type) -> bool {
        <String as Value>::accepts(ty)
    }

    #[inline]
    fn read(ty: &Type, raw: Option<&'a [u8]>) -> Result<Self, BoxError> {
        read::str(ty, raw.ok_or_else(null)?)
    }
}

impl<'a> Decode<'a> for &'a [u8] {
    fn reads(ty: &Type) -> bool {
        *ty == Type::BYTEA
    }

    fn read(_: &Type, raw: Option<&'a [u8]>) -> Result<Self, BoxError> {
        raw.ok_or_else(null)
    }
}

/// The type that a domain is over, through any number of domains.
pub(crate) fn base(mut ty: &Type) -> &Type {
    while let Kind::Domain(inner) = ty.kind() {
        ty = inner;
    }
    ty
}

/// The cell is NULL and the field cannot say so.
#[derive(Debug)]
pub(crate) struct Null;

impl std::fmt::Display for Null {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the value is NULL")
    }
}

impl std::error::Error for Null {}

#[cold]
fn null() -> BoxError {
    Box::new(Null)
}
