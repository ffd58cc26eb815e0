//! The binary forms that most cells have, read without asking the type again: it was checked once a statement.

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

/// Texts of extensions (`ltree`) have a version in front, which the driver knows.
#[inline]
pub fn string(ty: &Type, raw: &[u8]) -> Result<String, BoxError> {
    str(ty, raw).map(str::to_owned)
}

/// As [`string`], where it stands.
#[inline]
pub fn str<'a>(ty: &Type, raw: &'a [u8]) -> Result<&'a str, BoxError> {
    match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME => utf8(raw).map_err(BoxError::from),
        _ => FromSql::from_sql(ty, raw),
    }
}

/// What the standard library says, sooner: it looks at short texts byte by byte.
#[inline]
pub fn utf8(raw: &[u8]) -> Result<&str, Utf8Error> {
    // A text that begins with another letter is not looked through for ASCII.
    if raw.first().is_none_or(u8::is_ascii)
        && let Ok(text) = AsciiStr::from_ascii(raw)
    {
        return Ok(text.as_str());
    }
    simdutf8::basic::from_utf8(raw).or_else(|_| std::str::from_utf8(raw))
}

/// Is there no NUL in a text that is to be written?
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

    /// Every length around the blocks that texts are checked in, with what is no ASCII and what is no UTF-8 anywhere.
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
