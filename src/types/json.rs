//! JSON: [`Json`] in a `jsonb` column, [`JsonText`] in a text column.

mod exact;
mod leaves;

use std::fmt;
use std::marker::PhantomData;

use postgres::types::{FromSql, IsNull, ToSql, to_sql_checked};
use serde::{Serialize, de::DeserializeOwned};

use super::{BoxError, BytesMut, SqlType, Type, Value};
use crate::{Error, Result};

/// A Rust value in a `jsonb` column (or a `json` one, with `sql_type = "json"`).
///
/// Reading a row fails if the JSON is not a `T`, or if `save` would lose something: a number that `T` would round, a
/// duplicate key (in a `json` column), or a number, text or boolean that `T` does not write again, since it has no such
/// field or makes something else of it. Another order, other names (`#[serde(alias)]`), more fields, missing nulls,
/// and times with another offset are no loss; `save` writes them as `T` does, also if nothing was changed: the elements
/// of a `HashSet` in another order, and in a `json` column no blanks and `0` for `-0`. [`JsonText`] keeps each
/// character, and an `update` sets only the columns that it names. A struct can keep unknown fields in
/// `#[serde(flatten)] others: serde_json::Map<String, serde_json::Value>`. If rows can have any JSON, use
/// `serde_json::Value` or [`JsonText`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Json<T>(pub T);

impl<T: Serialize + DeserializeOwned> Value for Json<T> {
    const TYPE: SqlType = SqlType::named("jsonb");

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::JSONB | Type::JSON)
    }

    fn decode(ty: &Type, raw: &[u8]) -> Result<Self, BoxError> {
        exact::read(json_bytes(ty, raw)?, *ty == Type::JSON).map(Json)
    }

    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
        write(&self.0, ty, out)
    }

    /// Panics with serde's message if serde cannot write the value as JSON (a map whose keys are not strings). This is
    /// called for defaults when a schema is created, and never when a row is written.
    fn text(&self) -> String {
        serde_json::to_string(&self.0).expect("the default can be written as JSON")
    }
}

/// The JSON of a column, or an error if a number would be rounded, or if a key is duplicate.
pub(super) fn any(ty: &Type, raw: &[u8]) -> Result<serde_json::Value, BoxError> {
    exact::read_any(json_bytes(ty, raw)?, *ty == Type::JSON)
}

pub(super) fn write<T: Serialize>(value: &T, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
    let json = serde_json::to_vec(value)?;
    if *ty == Type::JSONB {
        if exact::has_nul(&json) {
            return Err("a text in it has a NUL, which no `jsonb` can have: leave it out".into());
        }
        out.extend_from_slice(&[1]);
    }
    out.extend_from_slice(&json);
    Ok(())
}

/// The binary format of `jsonb` begins with its version.
fn json_bytes<'a>(ty: &Type, raw: &'a [u8]) -> Result<&'a [u8], BoxError> {
    match raw {
        [1, rest @ ..] if *ty == Type::JSONB => Ok(rest),
        [version, ..] if *ty == Type::JSONB => Err(format!("version {version} of jsonb is not known").into()),
        _ => Ok(raw),
    }
}

/// JSON in a `text` column (or `varchar`, with `sql_type = "varchar"`).
///
/// The text is kept unchanged, so that NULL (`Option<JsonText<T>>`), `''`, `[]` and malformed text remain different,
/// and a row that is read and saved does not change. The text is parsed by [`JsonText::parse`] only.
///
/// ```
/// use feedstock::JsonText;
///
/// let images: JsonText<Vec<String>> = JsonText::from_text(r#"["a.png"]"#);
/// assert_eq!(images.parse()?, Some(vec!["a.png".to_owned()]));
///
/// let empty: JsonText<Vec<String>> = JsonText::from_text("");
/// assert_eq!(empty.parse()?, None);
///
/// let broken: JsonText<Vec<String>> = JsonText::from_text("not-json");
/// assert!(broken.parse().unwrap_err().is_decode());
/// assert_eq!(broken.as_str(), "not-json");
///
/// assert_eq!(JsonText::new(&vec!["b.png".to_owned()])?.as_str(), r#"["b.png"]"#);
/// # Ok::<(), feedstock::Error>(())
/// ```
pub struct JsonText<T> {
    text: String,
    of: PhantomData<fn() -> T>,
}

impl<T> JsonText<T> {
    /// Keeps a text unchanged, whether it is JSON or not.
    pub fn from_text(text: impl Into<String>) -> Self {
        JsonText { text: text.into(), of: PhantomData }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Is the text empty or only whitespace? Then [`JsonText::parse`] returns `None`.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

impl<T: Serialize> JsonText<T> {
    /// Serializes a value.
    ///
    /// # Errors
    ///
    /// A decode error when serde cannot write the value as JSON (a map whose keys are not strings).
    pub fn new(value: &T) -> Result<Self> {
        serde_json::to_string(value)
            .map(Self::from_text)
            .map_err(|error| Error::decode("the value cannot be written as JSON").because(error))
    }
}

impl<T: DeserializeOwned> JsonText<T> {
    /// Parses the text; `None` if it is empty or only whitespace.
    ///
    /// # Errors
    ///
    /// A decode error when the text is not JSON or not a `T`; [`JsonText::as_str`] returns the text.
    pub fn parse(&self) -> Result<Option<T>> {
        if self.is_blank() {
            return Ok(None);
        }
        serde_json::from_str(&self.text).map(Some).map_err(|error| {
            Error::decode(format!("the text is not the JSON of a `{}`", std::any::type_name::<T>()))
                .because(error)
                .help("`as_str()` gives the text as it is")
        })
    }
}

impl<T> Value for JsonText<T> {
    const TYPE: SqlType = SqlType::named("text");

    fn accepts(ty: &Type) -> bool {
        <String as Value>::accepts(ty)
    }

    fn decode(ty: &Type, raw: &[u8]) -> Result<Self, BoxError> {
        <String as Value>::decode(ty, raw).map(Self::from_text)
    }

    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
        Value::encode(&self.text, ty, out)
    }

    fn text(&self) -> String {
        self.text.clone()
    }
}

impl<T> Clone for JsonText<T> {
    fn clone(&self) -> Self {
        Self::from_text(self.text.clone())
    }
}

/// Compares the texts: `[1]` and `[ 1 ]` are different.
impl<T> PartialEq for JsonText<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T> Eq for JsonText<T> {}

impl<T> fmt::Debug for JsonText<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JsonText").field(&self.text).finish()
    }
}

impl<T: Serialize + DeserializeOwned + fmt::Debug> ToSql for Json<T> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        Value::encode(self, ty, out).map(|()| IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        <Self as Value>::accepts(ty)
    }

    to_sql_checked!();
}

impl<'a, T: Serialize + DeserializeOwned> FromSql<'a> for Json<T> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        <Self as Value>::decode(ty, raw)
    }

    fn accepts(ty: &Type) -> bool {
        <Self as Value>::accepts(ty)
    }
}

impl<T> ToSql for JsonText<T> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        Value::encode(self, ty, out).map(|()| IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        <Self as Value>::accepts(ty)
    }

    to_sql_checked!();
}

impl<'a, T> FromSql<'a> for JsonText<T> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        <Self as Value>::decode(ty, raw)
    }

    fn accepts(ty: &Type) -> bool {
        <Self as Value>::accepts(ty)
    }
}
