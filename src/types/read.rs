//! Decoders of the most frequent types. They do not check the column's type, which was checked once for the statement.

use std::str::Utf8Error;

use ascii::AsciiStr;
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

/// The texts of some extensions (`ltree`) begin with a version, which the driver handles.
#[inline]
pub fn string(ty: &Type, raw: &[u8]) -> Result<String, BoxError> {
    str(ty, raw).map(str::to_owned)
}

/// As [`string`], borrowed.
#[inline]
pub fn str<'a>(ty: &Type, raw: &'a [u8]) -> Result<&'a str, BoxError> {
    match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME => utf8(raw).map_err(BoxError::from),
        _ => FromSql::from_sql(ty, raw),
    }
}

/// The same result as of the standard library, which is slower for short texts.
#[inline]
pub fn utf8(raw: &[u8]) -> Result<&str, Utf8Error> {
    // A text that does not begin with an ASCII character is not searched for others.
    if raw.first().is_none_or(u8::is_ascii)
        && let Ok(text) = AsciiStr::from_ascii(raw)
    {
        return Ok(text.as_str());
    }
    simdutf8::basic::from_utf8(raw).or_else(|_| std::str::from_utf8(raw))
}

/// Checks that a text contains no NUL character.
#[inline]
pub fn no_nul(text: &str) -> Result<(), BoxError> {
    if text.as_bytes().contains(&0) { Err(nul()) } else { Ok(()) }
}

#[cold]
fn nul() -> BoxError {
    "it has a NUL in it, which no text of Postgres can have: leave it out, or keep it as `Vec<u8>` in a `bytea`".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths around the block size, with characters that are not ASCII and bytes that are not UTF-8 at each position.
    #[test]
    fn utf8_is_what_the_standard_library_says() {
        let inside: [&[u8]; 8] = [
            b"",
            "\u{e9}".as_bytes(),
            "雨".as_bytes(),
            "🌊".as_bytes(),
            b"\xff",
            b"\xe9\x9b",
            b"\xed\xa0\x80",
            b"\0",
        ];
        for length in 0..140 {
            for inside in inside {
                for at in [0, length / 2, length] {
                    let raw = [&vec![b'a'; at][..], inside, &vec![b'z'; length - at]].concat();
                    assert_eq!(utf8(&raw), std::str::from_utf8(&raw), "{raw:?}");
                }
            }
        }
    }
}
