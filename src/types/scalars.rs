//! The types of the standard library, chrono, uuid and rust_decimal: one line for each type.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use postgres::types::{FromSql, IsNull, ToSql};

#[cfg(feature = "decimal")]
use super::decimal;
#[cfg(feature = "json")]
use super::json;
use super::read;
use super::time::{self, date_text, datetime_text, time_text};
use super::{BoxError, BytesMut, Identity, SqlType, Type, Value};

/// Implements [`Value`] by the driver's `ToSql`, and `FromSql` for rare types, with the SQL name and the literals.
macro_rules! values {
    ($($ty:ty = $name:literal, $decode:path, $encode:path, $text:expr, $literal:ident, $identity:expr;)*) => {$(
        impl Value for $ty {
            const TYPE: SqlType = SqlType::named($name);
            const IDENTITY: Option<Identity> = $identity;

            fn accepts(ty: &Type) -> bool {
                <$ty as FromSql>::accepts(ty)
            }

            #[inline]
            fn decode(ty: &Type, raw: &[u8]) -> Result<Self, BoxError> {
                $decode(ty, raw)
            }

            fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
                $encode(self, ty, out)
            }

            fn text(&self) -> String {
                let text: fn(&$ty) -> String = $text;
                text(self)
            }

            fn literal(&self) -> String {
                $literal(&self.text())
            }
        }
    )*};
}

values! {
    bool = "boolean", driver, write, bool::to_string, bare, None;
    i16 = "smallint", read::i16, write, i16::to_string, bare, COUNTS;
    i32 = "integer", read::i32, write, i32::to_string, bare, COUNTS;
    i64 = "bigint", read::i64, write, i64::to_string, bare, COUNTS;
    f32 = "real", read::f32, write, |v| float_text(f64::from(*v), format!("{v:?}")), finite, None;
    f64 = "double precision", read::f64, write, |v| float_text(*v, format!("{v:?}")), finite, None;
    String = "text", read::string, text, String::clone, quoted, None;
    Vec<u8> = "bytea", driver, write, |v| bytes_text(v), quoted, None;
    NaiveDate = "date", time::date, write, date_text, quoted, None;
    NaiveTime = "time", time::time, time::write_time, time_text, quoted, None;
    NaiveDateTime = "timestamp", time::timestamp, write, |v| datetime_text(v, ""), quoted, None;
    DateTime<Utc> = "timestamptz", time::timestamptz, write, |v| datetime_text(&v.naive_utc(), "+00"), quoted, None;
}

#[cfg(feature = "uuid")]
values! {
    uuid::Uuid = "uuid", driver, write, uuid::Uuid::to_string, quoted, None;
}

#[cfg(feature = "decimal")]
values! {
    rust_decimal::Decimal = "numeric", decimal::decode, decimal::encode, rust_decimal::Decimal::to_string, bare, None;
}

#[cfg(feature = "json")]
values! {
    serde_json::Value = "jsonb", json::any, json::write, serde_json::Value::to_string, quoted, None;
}

/// Encodes as the driver does.
fn write<T: ToSql>(value: &T, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
    value.to_sql(ty, out).map(|_: IsNull| ())
}

/// Refuses a NUL character, which Postgres cannot store: its own error would not name the column.
#[inline]
fn text(value: &String, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
    read::no_nul(value)?;
    write(value, ty, out)
}

/// Decodes as the driver does.
fn driver<'a, T: FromSql<'a>>(ty: &Type, raw: &'a [u8]) -> Result<T, BoxError> {
    T::from_sql(ty, raw)
}

/// BY DEFAULT and not ALWAYS, so that rows with known keys (a restore, a test, a copy) can be inserted.
const COUNTS: Option<Identity> = Some(Identity::ByDefault);

fn bare(text: &str) -> String {
    text.to_owned()
}

fn quoted(text: &str) -> String {
    crate::ident::literal(text)
}

/// `NaN` and the infinities must be quoted in SQL.
fn finite(text: &str) -> String {
    if text.ends_with(|last: char| last.is_ascii_digit()) { bare(text) } else { quoted(text) }
}

/// Rust's shortest text that is parsed to the same bits. Postgres parses it, too, except for the infinities.
fn float_text(value: f64, shortest: String) -> String {
    if value.is_infinite() { if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned() } else { shortest }
}

fn bytes_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 + 2 * bytes.len());
    text.push_str("\\x");
    for byte in bytes {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_what_postgres_reads() {
        assert_eq!(Value::literal(&-5_i32), "-5");
        assert_eq!(Value::literal(&true), "true");
        assert_eq!(Value::literal(&1.5_f64), "1.5");
        assert_eq!(Value::literal(&1e300_f64), "1e300");
        assert_eq!(Value::literal(&0.1_f32), "0.1");
        assert_eq!(Value::literal(&f64::NAN), "'NaN'");
        assert_eq!(Value::literal(&f32::NEG_INFINITY), "'-Infinity'");
        assert_eq!(Value::literal(&"it's".to_owned()), "'it''s'");
        assert_eq!(Value::literal(&vec![0_u8, 255]), r"E'\\x00ff'");
    }
}
