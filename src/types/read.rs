//! The binary forms that most cells have, read without asking the type again: it was checked once a statement.

use chrono::{DateTime, NaiveDateTime};
use postgres::types::FromSql;

use super::{BoxError, Type};

macro_rules! numbers {
    ($($ty:ident)*) => {$(
        #[inline]
        pub fn $ty(_: &Type, raw: &[u8]) -> Result<$ty, BoxError> {
            match raw.try_into() {
                Ok(bytes) => Ok($ty::from_be_bytes(bytes)),
                Err(_) => Err(wrong_length(stringify!($ty), raw.len())),
            }
        }
    )*};
}

numbers! { i16 i32 i64 f32 f64 }

#[cold]
fn wrong_length(name: &str, length: usize) -> BoxError {
    format!("{length} bytes are no {name}").into()
}

/// Texts of extensions (`ltree`) have a version in front, which the driver knows.
#[inline]
pub fn string(ty: &Type, raw: &[u8]) -> Result<String, BoxError> {
    str(ty, raw).map(str::to_owned)
}

/// As [`string`], where it stands.
#[inline]
pub fn str<'a>(ty: &Type, raw: &'a [u8]) -> Result<&'a str, BoxError> {
    match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME => match std::str::from_utf8(raw) {
            Ok(text) => Ok(text),
            Err(error) => Err(error.into()),
        },
        _ => FromSql::from_sql(ty, raw),
    }
}

/// Microseconds since 2000; what chrono cannot hold (`infinity`) is the driver's error.
#[inline]
pub fn timestamp(ty: &Type, raw: &[u8]) -> Result<NaiveDateTime, BoxError> {
    let since_1970 = i64(ty, raw)?.checked_add(MICROSECONDS_TO_2000);
    match since_1970.and_then(DateTime::from_timestamp_micros) {
        Some(at) => Ok(at.naive_utc()),
        None => FromSql::from_sql(ty, raw),
    }
}

const MICROSECONDS_TO_2000: i64 = 946_684_800_000_000;
