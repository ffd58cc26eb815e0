//! `numeric` as `Decimal`, with all its digits.

use postgres::types::ToSql;
use rust_decimal::Decimal;

use super::unheld::Unheld;
use super::{BoxError, BytesMut, Type};

/// The largest coefficient: 96 bits.
const LARGEST: u128 = (1 << 96) - 1;

const NEGATIVE: u16 = 0x4000;
const SPECIAL: u16 = 0xC000;

/// The exact value with its scale: `1.10` stays `1.10`. Trailing zeros are dropped if they do not fit; any other digit
/// that does not fit is an error.
pub fn decode(_: &Type, raw: &[u8]) -> Result<Decimal, BoxError> {
    let (head, groups) = raw.split_first_chunk::<8>().ok_or("a numeric that is cut short")?;
    let [count, weight, sign, shown] = [0, 2, 4, 6].map(|at| u16::from_be_bytes([head[at], head[at + 1]]));
    if sign & SPECIAL == SPECIAL {
        return Err(special(sign));
    }
    let (groups, rest) = groups.as_chunks::<2>();
    if groups.len() != usize::from(count) || !rest.is_empty() {
        return Err("a numeric of another length than it says".into());
    }
    // Groups of four decimal digits; `weight` is the power of 10,000 of the first one.
    let after_point = i32::from(count) - i32::from(weight.cast_signed()) - 1;
    digits(groups, after_point)
        .and_then(|digits| fit(digits, 4 * after_point.max(0).unsigned_abs(), u32::from(shown)))
        .and_then(|(digits, scale)| Decimal::try_from_i128_with_scale(digits.cast_signed(), scale).ok())
        .map(|mut value| {
            value.set_sign_negative(sign & NEGATIVE != 0 && !value.is_zero());
            value
        })
        .ok_or_else(too_fine)
}

/// The coefficient: all digits as one integer.
fn digits(groups: &[[u8; 2]], after_point: i32) -> Option<u128> {
    let mut digits: u128 = 0;
    for group in groups {
        digits = digits.checked_mul(10_000)?.checked_add(u128::from(u16::from_be_bytes(*group)))?;
    }
    if after_point >= 0 || digits == 0 {
        return Some(digits);
    }
    digits.checked_mul(10_u128.checked_pow(4 * after_point.unsigned_abs())?)
}

/// Adds trailing zeros up to the scale, if they fit.
fn fit(mut digits: u128, mut scale: u32, shown: u32) -> Option<(u128, u32)> {
    if digits == 0 {
        return Some((0, shown.min(Decimal::MAX_SCALE)));
    }
    while scale > shown && digits.is_multiple_of(10) {
        (digits, scale) = (digits / 10, scale - 1);
    }
    while scale > Decimal::MAX_SCALE || (digits > LARGEST && scale > 0) {
        if !digits.is_multiple_of(10) {
            return None;
        }
        (digits, scale) = (digits / 10, scale - 1);
    }
    while scale < shown.min(Decimal::MAX_SCALE) && digits <= LARGEST / 10 {
        (digits, scale) = (digits * 10, scale + 1);
    }
    (digits <= LARGEST).then_some((digits, scale))
}

/// As the driver does, except that zero keeps its scale.
pub fn encode(value: &Decimal, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
    if value.is_zero() {
        let scale = u16::try_from(value.scale())?;
        out.extend_from_slice([0, 0, 0, scale].map(u16::to_be_bytes).as_flattened());
        return Ok(());
    }
    ToSql::to_sql(value, ty, out).map(drop)
}

#[cold]
fn special(sign: u16) -> BoxError {
    let name = match sign {
        0xD000 => "Infinity",
        0xF000 => "-Infinity",
        _ => "NaN",
    };
    Unheld::error(
        format!("the number is {name}, which `Decimal` does not have"),
        "store NULL in its place, or read it as text, which has every value: `{column}::text` into a `String`",
    )
}

#[cold]
fn too_fine() -> BoxError {
    Unheld::error(
        "the number has more digits than `Decimal` holds, which is 28 of them, and it would be rounded",
        "read it as text, which has every value: `{column}::text` into a `String`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(groups: &[u16], weight: i16, sign: u16, shown: u16) -> Result<String, String> {
        let count = u16::try_from(groups.len()).unwrap();
        let words = [&[count, weight.cast_unsigned(), sign, shown][..], groups].concat();
        let raw: Vec<u8> = words.into_iter().flat_map(u16::to_be_bytes).collect();
        decode(&Type::NUMERIC, &raw).map(|value| value.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn digits_are_kept_or_refused() {
        assert_eq!(numeric(&[1, 1000], 0, 0, 2).unwrap(), "1.10");
        assert_eq!(numeric(&[], 0, 0, 2).unwrap(), "0.00");
        assert_eq!(numeric(&[12, 3400], 1, NEGATIVE, 0).unwrap(), "-123400");
        assert_eq!(numeric(&[1], -7, 0, 28).unwrap(), "0.0000000000000000000000000001");
        // Trailing zeros that do not fit.
        assert_eq!(numeric(&[1, 5000], 0, 0, 40).unwrap(), "1.5000000000000000000000000000");
        assert!(numeric(&[1], -10, 0, 40).unwrap_err().contains("more digits"));
        assert!(numeric(&[1], 11, 0, 0).unwrap_err().contains("more digits"));
        assert!(numeric(&[1], i16::MAX, 0, 0).unwrap_err().contains("more digits"));
        assert!(numeric(&[1], i16::MIN, 0, 16383).unwrap_err().contains("more digits"));
        assert!(numeric(&[], 0, 0xC000, 0).unwrap_err().contains("NaN"));
        assert!(numeric(&[], 0, 0xF000, 0).unwrap_err().contains("-Infinity"));
        assert!(decode(&Type::NUMERIC, &[0, 1, 0, 0]).is_err());
        let largest = Decimal::MAX;
        let mut out = BytesMut::new();
        encode(&largest, &Type::NUMERIC, &mut out).unwrap();
        assert_eq!(decode(&Type::NUMERIC, &out).unwrap(), largest);
    }
}
