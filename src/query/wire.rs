//! How values are sent: the type of a parameter, and the type that it is cast to.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;

use postgres::types::{IsNull, ToSql};

use crate::ident::{ident, literal, qualified};
use crate::model::{DeclaredColumn, SqlType};
use crate::types::{BoxError, BytesMut, Field, Type};

/// How the values of a Rust type are sent.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    /// The type of the parameter; with `unknown` the cast decides.
    pub ty: Type,
    /// The type of an array of them, if it is known.
    pub array: Option<Type>,
    /// The type that the parameter is cast to, in SQL.
    pub cast: Option<String>,
}

/// A name in SQL, the type, and its array type.
pub(crate) type Known = (&'static str, Type, Type);

pub(crate) static KNOWN: [Known; 21] = [
    ("boolean", Type::BOOL, Type::BOOL_ARRAY),
    ("smallint", Type::INT2, Type::INT2_ARRAY),
    ("integer", Type::INT4, Type::INT4_ARRAY),
    ("bigint", Type::INT8, Type::INT8_ARRAY),
    ("real", Type::FLOAT4, Type::FLOAT4_ARRAY),
    ("double precision", Type::FLOAT8, Type::FLOAT8_ARRAY),
    ("text", Type::TEXT, Type::TEXT_ARRAY),
    ("bytea", Type::BYTEA, Type::BYTEA_ARRAY),
    ("date", Type::DATE, Type::DATE_ARRAY),
    ("time", Type::TIME, Type::TIME_ARRAY),
    ("timestamp", Type::TIMESTAMP, Type::TIMESTAMP_ARRAY),
    ("timestamptz", Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY),
    ("uuid", Type::UUID, Type::UUID_ARRAY),
    ("numeric", Type::NUMERIC, Type::NUMERIC_ARRAY),
    ("jsonb", Type::JSONB, Type::JSONB_ARRAY),
    ("json", Type::JSON, Type::JSON_ARRAY),
    ("interval", Type::INTERVAL, Type::INTERVAL_ARRAY),
    ("inet", Type::INET, Type::INET_ARRAY),
    ("cidr", Type::CIDR, Type::CIDR_ARRAY),
    ("oid", Type::OID, Type::OID_ARRAY),
    ("varchar", Type::VARCHAR, Type::VARCHAR_ARRAY),
];

impl Wire {
    /// How the values of `T` are sent. The OID of an enum is not known, so its labels are sent as text.
    pub fn of<T: Field>() -> Self {
        const { by_name(T::TYPE) }
            .map_or_else(|| Self::find(T::TYPE, T::accepts), |at| Self::known(at, T::TYPE))
    }

    /// As [`Wire::of`], with a cast if the column's type has no implicit cast from text (`citext`).
    pub fn of_column<T: Field>(column: impl FnOnce() -> Option<&'static DeclaredColumn>) -> Self {
        let mut wire = Self::of::<T>();
        if wire.cast.is_none()
            && matches!(wire.ty, Type::TEXT | Type::TEXT_ARRAY)
            && let Some(column) = column()
        {
            wire.cast = own_cast(&wire.ty, column);
        }
        wire
    }

    /// As one of the types that are known by name.
    fn known(at: usize, sql: SqlType) -> Self {
        let (_, ty, array) = &KNOWN[at];
        let cast = sql.pg_enum.is_some().then(|| type_name(sql));
        if sql.dimensions > 0 {
            return Wire { ty: array.clone(), array: None, cast };
        }
        Wire { ty: ty.clone(), array: Some(array.clone()), cast }
    }

    /// As a type that `T` accepts; without one the cast decides.
    #[cold]
    fn find(sql: SqlType, accepts: fn(&Type) -> bool) -> Self {
        let accepted = |known: &Known| accepts(if sql.dimensions > 0 { &known.2 } else { &known.1 });
        match KNOWN.iter().position(accepted) {
            Some(at) => Self::known(at, sql),
            // A binary array contains the OID of its element type. It is not known, so the array is sent as text.
            None if sql.dimensions > 0 => Wire { ty: Type::TEXT, array: None, cast: Some(type_name(sql)) },
            None => Wire { ty: Type::UNKNOWN, array: None, cast: Some(type_name(sql)) },
        }
    }

    /// Are the values arrays that are sent as text?
    pub fn is_text_of<T: Field>(&self) -> bool {
        T::TYPE.dimensions > 0 && self.ty == Type::TEXT
    }
}

/// The cast for a column whose type has no implicit cast from text.
pub(crate) fn own_cast(ty: &Type, column: &DeclaredColumn) -> Option<String> {
    let written = column.sql_type.filter(|_| [Type::TEXT, Type::TEXT_ARRAY].contains(ty))?;
    if is_padded(written) {
        let dimensions = written.matches('[').count();
        return Some(format!("bpchar{}", "[]".repeat(dimensions)));
    }
    (!is_text(written)).then(|| written.to_owned())
}

/// The array type of a type, if it is known.
pub(crate) fn array_of(ty: &Type) -> Option<Type> {
    KNOWN.iter().find(|known| known.1 == *ty).map(|known| known.2.clone())
}

/// The known type of this name, determined at compile time. The OID of an enum is not known, so its labels are sent as
/// text.
const fn by_name(sql: SqlType) -> Option<usize> {
    let name = if sql.pg_enum.is_some() { "text" } else { sql.name };
    let mut at = 0;
    while at < KNOWN.len() {
        if equal(KNOWN[at].0.as_bytes(), name.as_bytes()) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The same, for a type that is built into Postgres.
pub(crate) const fn known(sql: SqlType) -> Option<&'static Known> {
    match by_name(sql) {
        Some(at) => Some(&KNOWN[at]),
        None => None,
    }
}

pub(crate) const fn equal(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// For these, comparisons and assignments accept text; a cast to `varchar(20)` would truncate the value.
fn is_text(sql: &str) -> bool {
    let sql = sql.trim().to_ascii_lowercase();
    ["text", "varchar", "character varying"].iter().any(|name| sql.starts_with(name))
}

/// `character(n)`: compared as `text`, its padding would be significant, and Postgres could not use an index of the
/// column. The length is omitted, since a cast to it would truncate the value.
fn is_padded(sql: &str) -> bool {
    let sql = sql.trim().to_ascii_lowercase();
    let name = sql.split(['(', '[']).next().unwrap_or_default().trim_end();
    ["char", "character", "bpchar", "pg_catalog.bpchar"].contains(&name)
}

/// The type in SQL.
pub(crate) fn type_name(sql: SqlType) -> String {
    let name = match sql.pg_enum {
        Some(declared) => {
            let schema = declared.schema.map_or_else(String::new, |schema| format!("{}.", ident(schema)));
            format!("{schema}{}", ident(declared.name))
        }
        None => sql.name.to_owned(),
    };
    name + &"[]".repeat(usize::from(sql.dimensions))
}

/// A value for a placeholder, in Postgres's binary format.
#[derive(Debug, Clone)]
pub struct Bound {
    ty: Type,
    cast: Option<String>,
    raw: Result<Option<Written>, Arc<Unwritten>>,
    /// Converts the bytes into text, for a literal in place of the placeholder.
    text: Text,
}

/// Why a value could not be encoded, and its column and model, if they are known.
#[derive(Debug, Clone)]
struct Unwritten {
    of: Option<(&'static str, &'static str)>,
    cause: String,
}

impl Unwritten {
    fn because(cause: &BoxError) -> Arc<Self> {
        Arc::new(Unwritten { of: None, cause: cause.to_string() })
    }

    fn error(&self) -> crate::Error {
        let what = self.of.map_or_else(
            || "a value cannot be written".to_owned(),
            |(column, model)| format!("the value for `{column}` of `{model}` cannot be written"),
        );
        crate::Error::usage(what).because(self.cause.as_str())
    }
}

/// Converts a value in binary format into text.
pub(crate) type Text = fn(&Type, &[u8]) -> Result<String, BoxError>;

impl Bound {
    /// A value of any type that a field can have.
    pub fn new<T: Field>(value: &T) -> Self {
        Self::over(Wire::of::<T>(), value)
    }

    /// A value that is sent as `wire` says.
    pub(crate) fn over<T: Field>(wire: Wire, value: &T) -> Self {
        let raw = Written::by(|out| match wire.is_text_of::<T>() {
            true => value.text().encode(&wire.ty, out),
            false => value.encode(&wire.ty, out),
        });
        let raw = raw.map_err(|error| Unwritten::because(&error));
        Bound { ty: wire.ty, cast: wire.cast, raw, text: T::text_of }
    }

    /// Adds the column and model to the error of a value that could not be encoded.
    pub(crate) fn of(mut self, column: &'static str, model: &'static str) -> Self {
        if let Err(unwritten) = &self.raw {
            self.raw = Err(Arc::new(Unwritten { of: Some((column, model)), cause: unwritten.cause.clone() }));
        }
        self
    }

    /// The error of a value that could not be encoded.
    pub(crate) fn failure(&self) -> Option<crate::Error> {
        self.raw.as_ref().err().map(|unwritten| unwritten.error())
    }

    /// A value in binary format; `None` is NULL.
    pub(crate) fn raw(ty: Type, cast: Option<String>, raw: Option<BytesMut>, text: Text) -> Self {
        Bound { ty, cast, raw: Ok(raw.map(Written::Long)), text }
    }

    /// A value that could not be encoded; sending it returns the error.
    pub(crate) fn failed(ty: Type, error: &BoxError) -> Self {
        Bound {
            ty,
            cast: None,
            raw: Err(Unwritten::because(error)),
            text: |_, _| Err("there is no value".into()),
        }
    }

    /// The value as a literal: quoted, and cast to the type that the placeholder would have.
    ///
    /// # Errors
    ///
    /// A usage error for a value that cannot be encoded, and for a text that contains a NUL character.
    pub(crate) fn literal(&self) -> crate::Result<String> {
        let text = match &self.raw {
            Ok(Some(raw)) => (self.text)(&self.ty, raw).map(Some).map_err(|error| error.to_string()),
            Ok(None) => Ok(None),
            Err(unwritten) => return Err(unwritten.error()),
        };
        let literal = match text {
            Ok(Some(text)) if text.contains('\0') => {
                return Err(crate::Error::usage(
                    "a text with a NUL character cannot be written into a statement",
                )
                .help("Postgres stores no NUL in a text, so that no row has it: leave the comparison out"));
            }
            Ok(Some(text)) => literal(&text),
            Ok(None) => "NULL".to_owned(),
            Err(message) => return Err(crate::Error::usage("a value cannot be written").because(message)),
        };
        Ok(match &self.cast {
            Some(cast) => format!("{literal}::{cast}"),
            None => format!("{literal}::{}", qualified("pg_catalog", self.ty.name())),
        })
    }

    /// The type of the parameter.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// The type that the placeholder is cast to, if any.
    pub(crate) fn cast(&self) -> Option<&str> {
        self.cast.as_deref()
    }

    /// The bytes; `None` is NULL.
    ///
    /// # Errors
    ///
    /// A usage error for a value that could not be encoded.
    pub(crate) fn bytes(&self) -> crate::Result<Option<&[u8]>> {
        match &self.raw {
            Ok(raw) => Ok(raw.as_deref()),
            Err(unwritten) => Err(unwritten.error()),
        }
    }

    /// Is it NULL?
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.raw, Ok(None))
    }
}

/// The bytes of a value. Short ones, as of most keys, are not allocated.
#[derive(Debug, Clone)]
enum Written {
    Short(u8, [u8; SHORT]),
    Long(BytesMut),
}

/// The length of a UUID.
const SHORT: usize = 16;

thread_local! {
    /// A buffer in which values are encoded before their length is known.
    static SCRATCH: Cell<BytesMut> = Cell::default();
}

impl Written {
    /// The encoded value; `None` is NULL.
    fn by(write: impl FnOnce(&mut BytesMut) -> Result<IsNull, BoxError>) -> Result<Option<Self>, BoxError> {
        // A value that encodes another one, and a thread that is ending, use a new buffer.
        let mut out = SCRATCH.try_with(Cell::take).unwrap_or_default();
        let is_null = write(&mut out)?;
        if matches!(is_null, IsNull::No) && out.len() > SHORT {
            return Ok(Some(Written::Long(out)));
        }
        let mut short = [0; SHORT];
        let written = match is_null {
            IsNull::Yes => None,
            IsNull::No => {
                short[..out.len()].copy_from_slice(&out);
                Some(Written::Short(out.len() as u8, short))
            }
        };
        out.clear();
        let _ = SCRATCH.try_with(|scratch| scratch.set(out));
        Ok(written)
    }
}

impl Deref for Written {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Written::Short(length, bytes) => &bytes[..usize::from(*length)],
            Written::Long(bytes) => bytes,
        }
    }
}

impl ToSql for Bound {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        match &self.raw {
            Ok(Some(raw)) => {
                out.extend_from_slice(raw);
                Ok(IsNull::No)
            }
            Ok(None) => Ok(IsNull::Yes),
            Err(unwritten) => Err(unwritten.cause.as_str().into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        self.to_sql(ty, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Value;

    /// Encodes another value while it is being encoded.
    struct Nested(String);

    impl Value for Nested {
        const TYPE: SqlType = SqlType::named("text");

        fn accepts(ty: &Type) -> bool {
            *ty == Type::TEXT
        }

        fn decode(_: &Type, _: &[u8]) -> Result<Self, BoxError> {
            Err("only written".into())
        }

        fn encode(&self, _: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
            out.extend_from_slice(b"<");
            let inner = Bound::new(&self.0);
            out.extend_from_slice(inner.bytes()?.unwrap_or_default());
            out.extend_from_slice(b">");
            Ok(())
        }

        fn text(&self) -> String {
            self.0.clone()
        }
    }

    #[test]
    fn values_of_any_length_are_bound_as_they_are() {
        for length in 0..40 {
            let text = "x".repeat(length);
            assert_eq!(Bound::new(&text).bytes().unwrap(), Some(text.as_bytes()));
            let nested = Bound::new(&Nested(text.clone()));
            assert_eq!(nested.bytes().unwrap(), Some(format!("<{text}>").as_bytes()));
            assert_eq!(Bound::new(&None::<String>).bytes().unwrap(), None);
        }
    }

    #[test]
    fn a_value_that_cannot_be_written_leaves_nothing_behind() {
        assert!(Bound::new(&Refused).bytes().is_err());
        assert_eq!(Bound::new(&7_i32).bytes().unwrap(), Some(&[0, 0, 0, 7][..]));
    }

    /// Writes some bytes, and then fails.
    struct Refused;

    impl Value for Refused {
        const TYPE: SqlType = SqlType::named("text");

        fn accepts(ty: &Type) -> bool {
            *ty == Type::TEXT
        }

        fn decode(_: &Type, _: &[u8]) -> Result<Self, BoxError> {
            Err("never".into())
        }

        fn encode(&self, _: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
            out.extend_from_slice(b"half");
            Err("no".into())
        }

        fn text(&self) -> String {
            String::new()
        }
    }
}
