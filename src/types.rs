//! The Postgres types of Rust types, and the conversion of values.
//!
//! A value is read exactly, or reading fails; and it is written exactly, with one exception: chrono counts nanoseconds
//! and Postgres microseconds, so that a time is truncated to microseconds when it is written. To compare a time with
//! the one that is read back, truncate it before: `trunc_subsecs(6)` of chrono's `SubsecRound`.
//!
//! [`Value`] is the trait to implement for a type of your own; arrays, `Option` and rows follow from it. It is not
//! implemented for all types with the driver's `ToSql` and `FromSql`, since then nobody could implement it for such a
//! type without a conflict.
//!
//! ```
//! use feedstock::types::{BoxError, BytesMut, SqlType, Type, Value};
//!
//! /// Degrees, stored as `double precision`.
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

/// The error of a value that could not be decoded or encoded.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A type whose values are stored in one column, and are never NULL.
///
/// `#[derive(Value)]`, `#[derive(PgEnum)]` and `#[derive(TextEnum)]` implement it; the example above does so
/// by hand.
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
    /// The identity column of a primary key of this type; `None` has no identity.
    const IDENTITY: Option<Identity> = None;

    /// Can values be read from and written to this type? It is never a domain, but its base type.
    fn accepts(ty: &Type) -> bool;

    /// Decodes a value from Postgres's binary format of an accepted type. The result must equal the value in the
    /// column: a value that the Rust type cannot represent exactly is an error, since saving the row would change it.
    ///
    /// # Errors
    ///
    /// The bytes are no value of the type, or the Rust type cannot represent it. The message needs no column name: the
    /// caller adds it.
    fn decode(ty: &Type, raw: &[u8]) -> Result<Self, BoxError>;

    /// Appends the value in Postgres's binary format of an accepted type.
    ///
    /// # Errors
    ///
    /// Postgres cannot store the value (a year out of range, a text that contains a NUL character).
    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError>;

    /// The value in Postgres's text format: `draft`, `7.5`, `2026-01-27 12:00:00`. It is used for defaults, and for the
    /// literals of filters in a statement that cannot have parameters (`copy_out`).
    fn text(&self) -> String;

    /// The value as an SQL literal, without a cast.
    fn literal(&self) -> String {
        crate::ident::literal(&Value::text(self))
    }
}

/// A [`Value`], or an array of values: the types of columns, without NULL.
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
    /// The identity column of a primary key of this type.
    const IDENTITY: Option<Identity>;

    /// Can values be written to this type?
    fn accepts(ty: &Type) -> bool;

    /// Appends the value in Postgres's binary format.
    ///
    /// # Errors
    ///
    /// As [`Value::encode`].
    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError>;

    /// The value as an SQL literal, without a cast.
    fn literal(&self) -> String;

    /// The value in Postgres's text format.
    fn text(&self) -> String;

    /// Converts a value from binary to text format.
    ///
    /// # Errors
    ///
    /// As [`Value::decode`].
    fn text_of(ty: &Type, raw: &[u8]) -> Result<String, BoxError>;
}

/// The types of fields of a model: a [`Value`], an array of values (`Vec<T>`, `Vec<Option<T>>`), or an `Option` of
/// either for a column that may be NULL.
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
    /// The identity column of a primary key of this type.
    const IDENTITY: Option<Identity>;

    /// Can values be written to this type?
    fn accepts(ty: &Type) -> bool;

    /// Appends the value in Postgres's binary format; nothing for NULL.
    ///
    /// # Errors
    ///
    /// As [`Value::encode`].
    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError>;

    /// The value as an SQL literal, without a cast.
    fn literal(&self) -> String;

    /// The value in Postgres's text format; `None` is NULL.
    fn text(&self) -> Option<String>;

    /// Converts a value that is not NULL from binary to text format.
    ///
    /// # Errors
    ///
    /// As [`Value::decode`].
    fn text_of(ty: &Type, raw: &[u8]) -> Result<String, BoxError>;
}

/// The types of fields of a row: those of a model's fields, and types that borrow from the result (`&'a str`,
/// `&'a [u8]`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    label = "no Postgres type is read as this",
    note = "rows hold values (`feedstock::types::Value`), arrays and `Option`s of them, `&'a str` and `&'a [u8]`",
    note = "uuid, JSON and decimals are features of feedstock: `uuid`, `json`, `decimal`"
)]
pub trait Decode<'a>: Sized {
    /// Can values be read from this type?
    fn reads(ty: &Type) -> bool;

    /// Decodes a value from Postgres's binary format; `None` is NULL.
    ///
    /// # Errors
    ///
    /// As [`Value::decode`]; and if the value is NULL and the field is no `Option`.
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

/// The base type of a domain, also of a domain over a domain.
pub(crate) fn base(mut ty: &Type) -> &Type {
    while let Kind::Domain(inner) = ty.kind() {
        ty = inner;
    }
    ty
}

/// The error of a NULL in a field that is no `Option`.
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
