//! JSON: [`Json`] in a `jsonb` column, [`JsonText`] in a text column.

mod exact;

use std::fmt;
use std::marker::PhantomData;

use postgres::types::{FromSql, IsNull, ToSql, to_sql_checked};
use serde::{Serialize, de::DeserializeOwned};

use super::{BoxError, BytesMut, SqlType, Type, Value};
use crate::{Error, Result};

/// A Rust value in a `jsonb` column (or a `json` one, with `sql_type = "json"`).
///
/// Reading a row fails when the column's JSON is not a `T`, has a number that would be rounded, (in a `json` column) a
/// key twice, or a field that `T` leaves out, since `save` would then lose it. A struct keeps fields that it does not
/// know in `#[serde(flatten)] others: serde_json::Map<String, serde_json::Value>`. Where rows may hold anything, use
/// `serde_json::Value` or [`JsonText`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Json<T>(pub T);

impl<T: Serialize + DeserializeOwned> Value for Json<T> {
    const TYPE: SqlType = SqlType::named("jsonb");

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::JSONB | Type::JSON)
    }

    fn decode(ty: &Type, raw: &[u8]) -> Result<Self, BoxError> {
        exact(ty, raw).map(Json)
    }

    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
        write(&self.0, ty, out)
    }

    /// A value that serde cannot write as JSON (a map whose keys are not strings) panics, with serde's reason: this
    /// is called for defaults when a schema is made, never while a row is written.
    fn text(&self) -> String {
        serde_json::to_string(&self.0).expect("the default can be written as JSON")
    }
}

/// What a column has, or an error where a number of it would be rounded, or a key is there twice.
pub(super) fn exact<T: Serialize + DeserializeOwned>(ty: &Type, raw: &[u8]) -> Result<T, BoxError> {
    exact::read(json_bytes(ty, raw)?, *ty == Type::JSON)
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

/// `jsonb` comes with the version of its binary form in front.
fn json_bytes<'a>(ty: &Type, raw: &'a [u8]) -> Result<&'a [u8], BoxError> {
    match raw {
        [1, rest @ ..] if *ty == Type::JSONB => Ok(rest),
        [version, ..] if *ty == Type::JSONB => Err(format!("version {version} of jsonb is not known").into()),
        _ => Ok(raw),
    }
}

/// JSON kept as text in a `text` column (or `varchar`, with `sql_type = "varchar"`).
///
/// The text is kept byte for byte, so that NULL (`Option<JsonText<T>>`), `''`, `[]` and malformed text stay four
/// different things, and a row that is read and written back is unchanged. JSON is read when it is asked for.
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
    /// Keeps a text as it is, JSON or not.
    pub fn from_text(text: impl Into<String>) -> Self {
        JsonText { text: text.into(), of: PhantomData }
    }

    /// The text as the column has it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text as the column has it.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Is there nothing but blanks? Then [`JsonText::parse`] gives `None`.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

impl<T: Serialize> JsonText<T> {
    /// Writes a value as JSON.
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
    /// Reads the text as JSON; `None` when there is nothing but blanks.
    ///
    /// # Errors
    ///
    /// A decode error when the text is not JSON, or not of a `T`; [`JsonText::as_str`] still has the text.
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

/// Equal is the same text: `[1]` and `[ 1 ]` are two texts.
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
