//! Checks that a value has all that its JSON text contains. Postgres stores numbers of any length and, in `json`,
//! duplicate keys; and a struct ignores fields that it does not have.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, de::DeserializeOwned};

use crate::types::{BoxError, Unheld};

/// Parses a JSON text; `keys` says whether it may have duplicate keys.
pub fn read<T: Serialize + DeserializeOwned>(json: &[u8], keys: bool) -> Result<T, BoxError> {
    if keys {
        serde_json::from_slice::<Unique>(json).map_err(refused)?;
    }
    let mut lost = None;
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = serde_ignored::deserialize(&mut reader, |path| {
        lost.get_or_insert_with(|| path.to_string());
    });
    let value = value.and_then(|value| reader.end().map(|()| value)).map_err(refused)?;
    if let Some(path) = lost {
        return Err(Unheld::error(
            format!("the JSON has `{path}`, which the type leaves out, so that `save` would lose it"),
            AS_WHOLE,
        ));
    }
    let doubtful: Vec<&str> = numbers(json).filter(|number| is_doubtful(number)).collect();
    if !doubtful.is_empty() {
        check(&doubtful, &value)?;
    }
    Ok(value)
}

/// If a number was rounded, the serialized value has a number near to it, but not the number itself. If `T` ignored it,
/// the serialized value has neither.
#[cold]
fn check<T: Serialize>(doubtful: &[&str], value: &T) -> Result<(), BoxError> {
    let written = serde_json::to_vec(value)?;
    let written: HashMap<Number, &str> =
        numbers(&written).filter_map(|number| Some((Number::of(number)?, number))).collect();
    for number in doubtful {
        let is_there = Number::of(number).is_some_and(|exact| written.contains_key(&exact));
        if !is_there && written.values().any(|other| is_near(number, other)) {
            return Err(Unheld::error(format!("the number {number} in the JSON would be rounded"), AS_TEXT));
        }
    }
    Ok(())
}

/// Can one number be the other after rounding, in any number type?
fn is_near(one: &str, other: &str) -> bool {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => (one - other).abs() <= one.abs() * 1e-6,
        _ => false,
    }
}

const AS_WHOLE: &str = "give the type that field, or one that takes all others, `#[serde(flatten)] others: \
    serde_json::Map<String, serde_json::Value>`; or make `{column}` a `serde_json::Value`, which has every value";

const AS_TEXT: &str =
    "read it as text, which keeps every number and key: `{column}::text` into a `String` or a `JsonText`";

fn refused(error: serde_json::Error) -> BoxError {
    let message = error.to_string();
    let is_ours = message.starts_with(TWICE) || message.starts_with("number out of range");
    if is_ours { Unheld::error(message, AS_TEXT) } else { error.into() }
}

/// The texts of all numbers outside of strings.
fn numbers(json: &[u8]) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            match json.get(at)? {
                b'"' => at = after_string(json, at + 1),
                b'-' | b'0'..=b'9' => {
                    let from = at;
                    while json
                        .get(at)
                        .is_some_and(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'))
                    {
                        at += 1;
                    }
                    return std::str::from_utf8(&json[from..at]).ok();
                }
                _ => at += 1,
            }
        }
    })
}

fn after_string(json: &[u8], mut at: usize) -> usize {
    while let Some(byte) = json.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    at
}

/// Can a float round this number? Not with at most 15 digits.
fn is_doubtful(number: &str) -> bool {
    number.len() > 15 && number.bytes().filter(u8::is_ascii_digit).count() > 15 || number.contains(['e', 'E'])
}

/// A number in normal form: its digits without leading and trailing zeros, and the position of the decimal point.
#[derive(PartialEq, Eq, Hash)]
struct Number {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Number {
    fn of(text: &str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{part}");
        let digits = all.trim_start_matches('0').trim_end_matches('0');
        if digits.is_empty() {
            return Some(Number { negative: false, digits: String::new(), exponent: 0 });
        }
        let zeros = all.len() - all.trim_end_matches('0').len();
        let shift = i64::try_from(zeros).ok()? - i64::try_from(part.len()).ok()?;
        Some(Number {
            negative,
            digits: digits.to_owned(),
            exponent: exponent.parse::<i64>().ok()?.checked_add(shift)?,
        })
    }
}

/// Any JSON without duplicate keys.
struct Unique;

const TWICE: &str = "the key ";

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Unique)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Unique, A::Error> {
        while elements.next_element::<Unique>()?.is_some() {}
        Ok(Unique)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Unique, A::Error> {
        let mut keys = HashSet::new();
        while let Some((key, _)) = entries.next_entry::<String, Unique>()? {
            if keys.contains(&key) {
                return Err(A::Error::custom(format_args!(
                    "{TWICE}`{key}` occurs twice in an object of the JSON"
                )));
            }
            keys.insert(key);
        }
        Ok(Unique)
    }
}

/// Does the text contain an escaped NUL character? `jsonb` cannot store one.
pub fn has_nul(json: &[u8]) -> bool {
    let mut at = 0;
    while at < json.len() {
        if json[at] != b'\\' {
            at += 1;
        } else if json[at..].starts_with(br"\u0000") {
            return true;
        } else {
            at += 2;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn outcome<T: Serialize + DeserializeOwned>(json: &str, keys: bool) -> String {
        read::<T>(json.as_bytes(), keys).map_or_else(|error| error.to_string(), |_| "read".to_owned())
    }

    #[test]
    fn numbers_are_kept_or_refused() {
        for json in [
            "0.1",
            "1.10",
            "-0",
            "1e2",
            "100000000000000000000",
            "18446744073709551615",
            "0.30000000000000004",
            r#"{"12345678901234567890.123": "\"12345678901234567890.123"}"#,
            "[1e-7, 1.5e300]",
        ] {
            assert_eq!(outcome::<Value>(json, true), "read", "{json}");
        }
        for json in [
            "12345678901234567890.123",
            "[0.1234567890123456789]",
            "123456789012345678901",
            "1.0000000000000000001",
        ] {
            assert!(outcome::<Value>(json, false).ends_with("in the JSON would be rounded"), "{json}");
        }
        assert!(outcome::<Value>("1e400", false).starts_with("number out of range"));
        assert_eq!(outcome::<Vec<u128>>("[123456789012345678901]", false), "read");
        assert!(outcome::<f64>("9007199254740993", false).ends_with("would be rounded"));
    }

    /// Floats are written with up to 17 digits, and read exactly.
    #[test]
    fn floats_are_read_as_they_were_written() {
        let mut state = 7_u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let float = f64::from_bits(state);
            if float.is_finite() {
                let json = serde_json::to_vec(&[float]).unwrap();
                assert_eq!(read::<[f64; 1]>(&json, false).unwrap(), [float]);
                assert_eq!(read::<Value>(&json, false).unwrap()[0].as_f64(), Some(float));
            }
        }
    }

    #[test]
    fn what_a_type_leaves_out_is_refused() {
        #[derive(Serialize, serde::Deserialize)]
        struct Light {
            lumen: i32,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            colour: Option<String>,
        }

        #[derive(Serialize, serde::Deserialize)]
        struct Open {
            lumen: i32,
            #[serde(flatten)]
            others: serde_json::Map<String, Value>,
        }

        for json in [r#"{"lumen": 1}"#, r#"{"colour": "red", "lumen": 1}"#] {
            assert_eq!(outcome::<Light>(json, false), "read");
        }
        let more = r#"{"lumen": 1, "lamp": {"lumen": 2}}"#;
        assert!(outcome::<Light>(more, false).starts_with("the JSON has `lamp`, which"));
        let deep = r#"[{"a": {"lumen": 1}}, {"b": {"lumen": 1, "x": null}}]"#;
        let deep = outcome::<Vec<HashMap<String, Option<Light>>>>(deep, false);
        assert!(deep.starts_with("the JSON has `1.b.?.x`, which"), "{deep}");
        assert_eq!(outcome::<Open>(more, false), "read");
        assert_eq!(outcome::<Value>(more, false), "read");
        assert!(outcome::<Light>(r#"{"lumen": 1} 2"#, false).starts_with("trailing characters"));
    }

    #[test]
    fn keys_that_stand_twice_are_refused() {
        assert!(
            outcome::<Value>(r#"{"a": [{"b": 1, "b": 2}]}"#, true).starts_with("the key `b` occurs twice")
        );
        assert_eq!(outcome::<Value>(r#"{"a": {"a": 1}, "b": {"a": null}}"#, true), "read");
        assert!(has_nul(br#""\u0000""#) && !has_nul(br#""\\u0000""#));
    }
}
