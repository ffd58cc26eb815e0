//! Checks that a value has all that its JSON text contains. Postgres stores numbers of any length and, in `json`,
//! duplicate keys; and a struct ignores fields that it does not have.

use std::collections::{HashMap, HashSet};
use std::fmt;

use chrono::{DateTime, NaiveDateTime};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, de::DeserializeOwned};

use super::leaves::Leaves;
use crate::types::{BoxError, Unheld};

/// Parses a JSON text of any form; `keys` says whether it may have duplicate keys.
pub fn read_any(json: &[u8], keys: bool) -> Result<serde_json::Value, BoxError> {
    let value = parse(json, keys)?;
    // It can lose nothing but the digits of a number.
    if Leaves::of(json).any(|leaf| !leaf.starts_with('"') && is_doubtful(leaf)) {
        check(json, &value)?;
    }
    Ok(value)
}

/// Parses a JSON text into a type, which must hold all of it; `keys` says whether it may have duplicate keys.
pub fn read<T: Serialize + DeserializeOwned>(json: &[u8], keys: bool) -> Result<T, BoxError> {
    let value = parse(json, keys)?;
    check(json, &value)?;
    Ok(value)
}

fn parse<T: DeserializeOwned>(json: &[u8], keys: bool) -> Result<T, BoxError> {
    if keys {
        serde_json::from_slice::<Unique>(json).map_err(refused)?;
    }
    serde_json::from_slice(json).map_err(refused)
}

/// An error if the value, written as JSON, does not have each number, text and boolean of the JSON that it was read
/// from. Names of fields are not compared, since `#[serde(alias)]` may change them, and neither are nulls.
fn check<T: Serialize>(json: &[u8], value: &T) -> Result<(), BoxError> {
    let written = serde_json::to_vec(value)?;
    if Leaves::of(json).eq(Leaves::of(&written)) {
        return Ok(());
    }
    let mut there: HashMap<Content, usize> = HashMap::new();
    for leaf in Leaves::of(&written) {
        *there.entry(Content::of(leaf)).or_default() += 1;
    }
    let mut leaves = Leaves::of(json);
    while let Some(leaf) = leaves.next() {
        match there.get_mut(&Content::of(leaf)) {
            Some(number) if *number > 0 => *number -= 1,
            _ => return Err(lost(leaf, &leaves.path(), &written)),
        }
    }
    Ok(())
}

#[cold]
fn lost(text: &str, path: &str, written: &[u8]) -> BoxError {
    let mut leaves = Leaves::of(written);
    let mut instead = None;
    while let Some(leaf) = leaves.next() {
        if leaves.path() == path {
            instead = Some(leaf);
        }
    }
    let at = if path.is_empty() { String::new() } else { format!(" at `{path}`") };
    match instead {
        Some(other) if is_near(text, other) => {
            Unheld::error(format!("the number {text}{at} in the JSON would be rounded to {other}"), AS_TEXT)
        }
        Some(other) => Unheld::error(
            format!("the type makes {other} of {text}{at} in the JSON, so that `save` would change it"),
            AS_ANY,
        ),
        None => Unheld::error(
            format!("the JSON has {text}{at}, which the type leaves out, so that `save` would lose it"),
            AS_WHOLE,
        ),
    }
}

/// Can one number be the other after rounding, in any number type?
fn is_near(one: &str, other: &str) -> bool {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => (one - other).abs() <= (one.abs() * 1e-6).max(f64::from(f32::MIN_POSITIVE)),
        _ => false,
    }
}

/// A number, text or boolean, however it is written: a number may become a text and a text a number, a time may have
/// another offset, and a UUID other letters.
#[derive(PartialEq, Eq, Hash)]
enum Content {
    Number(Number),
    Time(i64),
    Text(String),
}

impl Content {
    fn of(leaf: &str) -> Self {
        let text = if leaf.starts_with('"') {
            serde_json::from_str(leaf).unwrap_or_else(|_| leaf.to_owned())
        } else {
            leaf.to_owned()
        };
        let is_number =
            text.parse::<f64>().is_ok() && text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if is_number && let Some(number) = Number::of(&text) {
            return Content::Number(number);
        }
        let at = DateTime::parse_from_rfc3339(&text).map(|at| at.to_utc().naive_utc());
        if let Ok(at) = at.or_else(|_| text.parse::<NaiveDateTime>()) {
            return Content::Time(at.and_utc().timestamp_micros());
        }
        Content::Text(text.to_ascii_lowercase())
    }
}

const AS_ANY: &str =
    "make `{column}` a `serde_json::Value`, which has every value, or correct how the type is written";

const AS_WHOLE: &str = "give the type that field, or one that takes all others, `#[serde(flatten)] others: \
    serde_json::Map<String, serde_json::Value>`; or make `{column}` a `serde_json::Value`, which has every value";

const AS_TEXT: &str =
    "read it as text, which keeps every number and key: `{column}::text` into a `String` or a `JsonText`";

fn refused(error: serde_json::Error) -> BoxError {
    let message = error.to_string();
    let is_ours = message.starts_with(TWICE) || message.starts_with("number out of range");
    if is_ours { Unheld::error(message, AS_TEXT) } else { error.into() }
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

    fn any(json: &str, keys: bool) -> String {
        read_any(json.as_bytes(), keys).map_or_else(|error| error.to_string(), |_| "read".to_owned())
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
            assert_eq!(any(json, true), "read", "{json}");
        }
        for json in [
            "12345678901234567890.123",
            "[0.1234567890123456789]",
            "123456789012345678901",
            "1.0000000000000000001",
        ] {
            assert!(any(json, false).contains("in the JSON would be rounded to "), "{json}");
        }
        assert!(any("1e400", false).starts_with("number out of range"));
        assert_eq!(outcome::<Vec<u128>>("[123456789012345678901]", false), "read");
        assert!(outcome::<f64>("9007199254740993", false).contains("would be rounded to "));
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
        let left_out = outcome::<Light>(more, false);
        assert!(
            left_out.starts_with("the JSON has 2 at `lamp.lumen`, which the type leaves out"),
            "{left_out}"
        );
        let deep = r#"[{"a": {"lumen": 1}}, {"b": {"lumen": 1, "x": [null, "y"]}}]"#;
        let deep = outcome::<Vec<HashMap<String, Option<Light>>>>(deep, false);
        assert!(deep.starts_with(r#"the JSON has "y" at `1.b.x.1`, which"#), "{deep}");
        assert_eq!(outcome::<Open>(more, false), "read");
        assert_eq!(outcome::<Value>(more, false), "read");
        assert!(outcome::<Light>(r#"{"lumen": 1} 2"#, false).starts_with("trailing characters"));
    }

    #[derive(Serialize, serde::Deserialize)]
    struct A {
        a: i32,
    }

    #[derive(Serialize, serde::Deserialize)]
    struct Flat {
        #[serde(flatten)]
        a: A,
    }

    #[derive(Serialize, serde::Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Point { x: i32 },
        Text(String),
    }

    #[derive(Serialize, serde::Deserialize)]
    #[serde(tag = "t")]
    enum Tagged {
        X { a: i32 },
    }

    #[derive(Serialize, serde::Deserialize)]
    enum Letter {
        A,
        #[serde(other)]
        Other,
    }

    #[derive(Serialize, serde::Deserialize)]
    struct Secret {
        a: i32,
        #[serde(skip_serializing, rename = "w")]
        _w: i32,
    }

    #[test]
    fn no_form_of_a_type_hides_a_loss() {
        let left_out = "the type leaves out";
        let rounded = "would be rounded to";
        for (outcome, expected) in [
            (outcome::<Flat>(r#"{"a": 1}"#, false), "read"),
            (outcome::<Flat>(r#"{"a": 1, "b": 2}"#, false), left_out),
            (outcome::<Untagged>(r#"{"x": 1}"#, false), "read"),
            (outcome::<Untagged>(r#"{"x": 1, "y": 2}"#, false), left_out),
            (outcome::<Tagged>(r#"{"a": 1, "t": "X"}"#, false), "read"),
            (outcome::<Tagged>(r#"{"a": 1, "b": 2, "t": "X"}"#, false), left_out),
            (outcome::<Letter>(r#""A""#, false), "read"),
            (outcome::<Letter>(r#""B""#, false), r#"the type makes "Other" of "B" in the JSON"#),
            (outcome::<Secret>(r#"{"a": 1, "w": 2}"#, false), left_out),
            (outcome::<HashSet<i32>>("[1, 2]", false), "read"),
            (outcome::<HashSet<i32>>("[1, 1, 1]", false), left_out),
            (outcome::<std::time::Duration>(r#"{"secs": 1, "nanos": 5}"#, false), "read"),
            (
                outcome::<std::time::Duration>(r#"{"secs": 1, "nanos": 1500000000}"#, false),
                "makes 2 of 1 at `secs`",
            ),
            (outcome::<Vec<f32>>("[0.1, 1.5, 16777216, 1e30]", false), "read"),
            (outcome::<f32>("16777217", false), rounded),
            (outcome::<f32>("0.123456789", false), rounded),
            (outcome::<f32>("1e-50", false), rounded),
            (outcome::<HashMap<String, f32>>(r#"{"a": 1e-50}"#, false), rounded),
        ] {
            assert!(outcome.contains(expected), "{outcome}; expected {expected}");
        }
    }

    #[test]
    fn what_is_only_written_otherwise_is_read() {
        #[derive(Serialize, serde::Deserialize)]
        struct Renamed {
            #[serde(alias = "colour", skip_serializing_if = "Option::is_none")]
            color: Option<String>,
            #[serde(default)]
            size: i32,
        }

        for json in [r#"{"colour": "red"}"#, r#"{"color": null}"#, r#"{"size": 2, "color": "blue"}"#] {
            assert_eq!(outcome::<Renamed>(json, false), "read", "{json}");
        }
        let times = r#"["2024-01-01T08:00:00+08:00", "2024-01-01T00:00:00.000Z"]"#;
        assert_eq!(outcome::<Vec<Instant>>(times, false), "read");
        assert_eq!(outcome::<Vec<String>>(r#"["\u00e9", "\/", "\ud83c\udf0a"]"#, true), "read");
        assert_eq!(outcome::<HashMap<u32, bool>>(r#"{"7": true, "1": false}"#, false), "read");
    }

    /// An instant that is always written in UTC.
    struct Instant(DateTime<chrono::Utc>);

    impl<'de> Deserialize<'de> for Instant {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            DateTime::parse_from_rfc3339(&text).map(|at| Instant(at.to_utc())).map_err(D::Error::custom)
        }
    }

    impl Serialize for Instant {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(&self.0.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        }
    }

    #[test]
    fn keys_that_stand_twice_are_refused() {
        assert!(any(r#"{"a": [{"b": 1, "b": 2}]}"#, true).starts_with("the key `b` occurs twice"));
        assert_eq!(any(r#"{"a": {"a": 1}, "b": {"a": null}}"#, true), "read");
        assert!(has_nul(br#""\u0000""#) && !has_nul(br#""\\u0000""#));
    }
}
