//! Every type with its whole domain: what SQL has written and a model reads is, saved and copied, what SQL had written;
//! or it is refused, and the refusal says where and what to do.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use feedstock::blocking::Run;
use feedstock::{Json, JsonText, Model, PgEnum, TextEnum};
use postgres::Client;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::support::{self, TestDb};

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
#[pg_enum(name = "mood")]
pub enum Mood {
    Calm,
    Loud,
}

#[derive(Debug, Clone, Copy, PartialEq, TextEnum)]
pub enum Stage {
    Draft,
    Done,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "whole")]
pub struct Whole {
    #[model(primary_key)]
    pub id: i32,
    pub yes: Option<bool>,
    pub small: Option<i16>,
    pub medium: Option<i32>,
    pub big: Option<i64>,
    pub single: Option<f32>,
    pub double: Option<f64>,
    pub number: Option<Decimal>,
    #[model(sql_type = "numeric(40,20)")]
    pub fixed: Option<Decimal>,
    pub text: Option<String>,
    #[model(sql_type = "varchar(20)")]
    pub varchar: Option<String>,
    #[model(sql_type = "char(5)")]
    pub padded: Option<String>,
    pub bytes: Option<Vec<u8>>,
    pub day: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub at: Option<NaiveDateTime>,
    pub moment: Option<DateTime<Utc>>,
    pub uuid: Option<Uuid>,
    pub json: Option<serde_json::Value>,
    #[model(sql_type = "json")]
    pub plain: Option<serde_json::Value>,
    pub typed: Option<Json<Vec<f64>>>,
    pub json_text: Option<JsonText<Vec<i32>>>,
    pub mood: Option<Mood>,
    pub stage: Option<Stage>,
    pub numbers: Option<Vec<i32>>,
    pub gaps: Option<Vec<Option<i32>>>,
    pub decimals: Option<Vec<Decimal>>,
    pub days: Option<Vec<Option<NaiveDate>>>,
    pub times: Option<Vec<NaiveTime>>,
    pub texts: Option<Vec<Option<String>>>,
    pub moods: Option<Vec<Mood>>,
    pub jsons: Option<Vec<serde_json::Value>>,
}

const SCHEMA: &str = "
CREATE TYPE mood AS ENUM ('calm', 'loud', 'odd');
CREATE TABLE whole (id integer PRIMARY KEY, yes boolean, small smallint, medium integer, big bigint, single real,
    double double precision, number numeric, fixed numeric(40,20), text text, varchar varchar(20), padded char(5),
    bytes bytea, day date, time time, at timestamp, moment timestamptz, uuid uuid, json jsonb, plain json, typed jsonb,
    json_text text, mood mood, stage text, numbers integer[], gaps integer[], decimals numeric[], days date[],
    times time[], texts text[], moods mood[], jsons jsonb[]);
";

/// What is kept, as SQL writes it.
const KEPT: &[(&str, &[&str])] = &[
    ("yes", &["true", "false"]),
    ("small", &["-32768", "32767", "0"]),
    ("medium", &["-2147483648", "2147483647"]),
    ("big", &["-9223372036854775808", "9223372036854775807"]),
    ("single", &["NaN", "Infinity", "-Infinity", "-0", "1.1754944e-38", "1e-45", "3.4028235e38", "0.1"]),
    ("double", &["NaN", "Infinity", "-Infinity", "-0", "5e-324", "1.7976931348623157e308", "0.1"]),
    (
        "number",
        &[
            "0",
            "0.00",
            "1.10",
            "-1.1",
            "1.1000",
            "100000",
            "79228162514264337593543950335",
            "0.0000000000000000000000000001",
            "-7.9228162514264337593543950335",
            "12345678901234.5670",
            "10000000000000000000000000000",
            "1e20",
            "0.0001",
        ],
    ),
    ("fixed", &["1.5", "0", "12345678.00000000000000000001"]),
    ("text", &["", " ", "a\u{1}b", "雨夜 🌊", "\u{feff}x\u{200d}", "\u{10ffff}", "'\\\"", "a\r\nb", "NULL"]),
    ("varchar", &["", "x  ", "第一集"]),
    ("padded", &["", "a", "a b", "abcde"]),
    ("bytes", &["\\x", "\\x00", "\\x00ff5c27"]),
    ("day", &["4714-11-24 BC", "0001-01-01 BC", "0001-01-01", "2000-02-29", "9999-12-31", "262142-12-31"]),
    ("time", &["00:00", "23:59:59.999999", "12:00:00.000001"]),
    (
        "at",
        &[
            "4714-11-24 00:00:00 BC",
            "1999-12-31 23:59:59.999999",
            "2000-01-01",
            "262142-12-31 23:59:59.999999",
        ],
    ),
    (
        "moment",
        &["4714-11-24 00:00:00+00 BC", "2026-01-01 12:00:00.000001+05:30", "262142-12-31 23:59:59.999999+00"],
    ),
    ("uuid", &["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]),
    (
        "json",
        &[
            "null",
            "1",
            "0.1",
            "1.10",
            "18446744073709551615",
            "-9223372036854775808",
            "1e20",
            "[1, {\"a\": null}]",
            "\"\\u00e9\\\\u0000\"",
            "{\"a\": 1, \"b\": [true, \"x\"]}",
            "123456789.123456",
        ],
    ),
    ("plain", &["null", " [1, 2] ", "{\"b\": 1, \"a\": 2}", "\"\\ud83c\\udf0a\"", "1.0"]),
    ("typed", &["[]", "[0.1, 1e300, 3]", "[0.30000000000000004]"]),
    ("json_text", &["", "[]", "not-json", " [1e400] "]),
    ("mood", &["calm", "loud"]),
    ("stage", &["draft", "done"]),
    ("numbers", &["{}", "{1,-2}", "{2147483647}"]),
    ("gaps", &["{}", "{NULL}", "{1,NULL,3}"]),
    ("decimals", &["{}", "{1.10,0.00}"]),
    ("days", &["{NULL,2000-01-01}"]),
    ("times", &["{00:00,23:59:59.999999}"]),
    ("texts", &["{NULL,\"NULL\",\"\",\"a,b\\\"\"}"]),
    ("moods", &["{}", "{loud,calm}"]),
    ("jsons", &["{1,\"[null]\"}"]),
];

/// What a field's type does not hold, and what the refusal says: the value, and what to do.
const REFUSED: &[(&str, &[&str], &str, &str)] = &[
    (
        "number",
        &[
            "1e-40",
            "123456789012345678901234567890",
            "79228162514264337593543950336",
            "1e30",
            "0.12345678901234567890123456789",
            "-1e-29",
        ],
        "more digits than `Decimal` holds",
        "number::text",
    ),
    ("number", &["NaN"], "NaN", "number::text"),
    ("number", &["Infinity", "-Infinity"], "Infinity", "NULL in its place"),
    ("fixed", &["12345678901234567890.12345678901234567891"], "more digits", "fixed::text"),
    ("day", &["infinity", "-infinity"], "infinity, which `NaiveDate` does not have", "NULL in its place"),
    ("day", &["5874897-12-31", "262143-01-01"], "year", "day::text"),
    ("time", &["24:00"], "24:00:00, which `NaiveTime` does not have", "time::text"),
    ("at", &["infinity", "-infinity"], "infinity, which `NaiveDateTime` does not have", "NULL in its place"),
    ("at", &["294276-12-31 23:59:59.999999", "262143-01-01"], "year", "at::text"),
    (
        "moment",
        &["infinity", "-infinity"],
        "infinity, which `DateTime<Utc>` does not have",
        "NULL in its place",
    ),
    ("moment", &["294276-12-31 23:59:59.999999+00"], "year", "moment::text"),
    (
        "json",
        &["12345678901234567890.123", "{\"a\": [0.1234567890123456789]}", "36893488147419103233"],
        "would be rounded",
        "json::text",
    ),
    ("json", &["1e400"], "number", "json::text"),
    ("plain", &["{\"a\": 1, \"a\": 2}"], "the key `a` occurs twice", "plain::text"),
    ("plain", &["[1.00000000000000000001]"], "would be rounded", "plain::text"),
    ("typed", &["[9007199254740993]"], "9007199254740993 at `0` in the JSON would be rounded", "typed::text"),
    ("mood", &["odd"], "`odd` is none of `calm`, `loud`", "add a variant with the label `odd`"),
    ("stage", &["lost"], "`lost` is none of `draft`, `done`", "add a variant with the label `lost`"),
    (
        "numbers",
        &["{1,NULL}"],
        "an element of the array is NULL",
        "make the field `Option<Vec<Option<i32>>>`",
    ),
    ("numbers", &["[0:1]={1,2}", "[2:2]={1}"], "begins with the element", "numbers::text"),
    ("numbers", &["{{1,2},{3,4}}"], "2 dimensions", "numbers::text"),
    ("gaps", &["[-1:0]={1,2}"], "begins with the element -1", "gaps::text"),
    ("decimals", &["{1,1e-40}"], "more digits", "decimals::text"),
    (
        "decimals",
        &["{NULL}"],
        "an element of the array is NULL",
        "make the field `Option<Vec<Option<Decimal>>>`",
    ),
    ("days", &["{infinity}"], "infinity", "days::text"),
    ("times", &["{24:00}"], "24:00:00", "times::text"),
    ("moods", &["{calm,odd}"], "`odd`", "add a variant"),
    ("moods", &["{NULL}"], "NULL", "make the field `Option<Vec<Option<Mood>>>`"),
    ("jsons", &["{1e400}"], "number", "jsons::text"),
];

fn whole(name: &str) -> TestDb {
    let mut db = support::database(name);
    db.client.batch_execute(SCHEMA).unwrap();
    db
}

/// Stores a value as SQL writes it.
fn store(client: &mut Client, column: &str, value: &str) {
    let value = value.replace('\'', "''");
    client
        .batch_execute(&format!(
            "SET standard_conforming_strings = on; TRUNCATE whole;
             INSERT INTO whole (id, {column}) VALUES (1, '{value}')"
        ))
        .unwrap_or_else(|error| panic!("{column} {value}: {error:?}"));
}

/// The rows that differ from the first one in the column: JSON by what it means, and others as SQL shows them too.
fn differing(client: &mut Client, column: &str) -> Vec<String> {
    let is_json = matches!(column, "json" | "plain" | "typed" | "jsons");
    let shown = if column == "jsons" {
        "jsonb[]"
    } else if is_json {
        "jsonb"
    } else {
        "text"
    };
    let sql = format!(
        "SELECT id || ': ' || coalesce(w.{column}::text, 'NULL') FROM whole AS w
         WHERE w.{column}::{shown} IS DISTINCT FROM (SELECT f.{column}::{shown} FROM whole AS f WHERE f.id = 1)"
    );
    client.query(&sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
}

/// Reads, saves and copies the row; what else could come of it than it was.
fn round_trip(client: &mut Client, column: &str) -> Vec<String> {
    // The first stays as SQL has written it.
    client.batch_execute(&format!("INSERT INTO whole (id, {column}) SELECT 2, {column} FROM whole")).unwrap();
    let read = Whole::find(2).one(client).unwrap();
    assert_eq!(read.save().execute(client).unwrap(), 1);
    let row = |id| Whole { id, ..read.clone() };
    Whole::insert(row(3)).execute(client).unwrap();
    Whole::insert_many([row(4), row(5)]).execute(client).unwrap();
    let copied: Vec<Whole> =
        Whole::query().filter(Whole::ID.eq(2)).copy_out(client).unwrap().map(Result::unwrap).collect();
    Whole::copy_in(copied.into_iter().map(|row| Whole { id: 6, ..row })).execute(client).unwrap();
    let fetched = Whole::query().filter(Whole::ID.eq(6)).fetch(client).unwrap();
    Whole::insert(Whole { id: 7, ..fetched.all::<Whole>().unwrap().remove(0) }).execute(client).unwrap();
    differing(client, column)
}

#[test]
fn what_is_read_is_saved_as_it_was() {
    let mut db = whole("kept");
    for (column, values) in KEPT {
        for value in *values {
            store(&mut db.client, column, value);
            let differing = round_trip(&mut db.client, column);
            assert!(differing.is_empty(), "{column} {value:?} became {differing:?}");
        }
    }
}

#[test]
fn what_no_field_holds_is_refused_by_name() {
    let mut db = whole("refused");
    for (column, values, cause, help) in REFUSED {
        for value in *values {
            store(&mut db.client, column, value);
            let client = &mut db.client;
            let streamed = Whole::query().stream(client).unwrap().next().unwrap().unwrap_err();
            let copied = Whole::query().copy_out(client).unwrap().next().unwrap().unwrap_err();
            let mut errors = vec![
                streamed,
                copied,
                Whole::find(1).one(client).unwrap_err(),
                Whole::query().all(client).unwrap_err(),
                Whole::query().fetch(client).unwrap().all::<Whole>().unwrap_err(),
            ];
            let set = Whole::update().set(Whole::YES.to(true)).filter(Whole::ID.eq(1));
            errors.push(set.one(client).unwrap_err());
            for error in errors {
                assert!(error.is_decode(), "{error}");
                let said = error.to_string();
                for part in ["`Whole`, column `", column, cause, "help: ", help] {
                    assert!(said.contains(part), "{column} {value}: no {part:?} in\n{said}");
                }
                assert!(!said.contains("`_"), "{said}");
            }
        }
    }
    let many = Whole::query().all(&mut db.client).unwrap_err();
    assert!(many.message().starts_with("row 1: "), "{many}");
}

/// Numbers of any length, with the point anywhere: each is kept or refused, and refused only where it must be.
#[test]
fn random_numbers_are_kept_or_refused() {
    let mut db = whole("random");
    let mut state = 7_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut kept, mut refused) = (0, 0);
    for _ in 0..300 {
        let length = 1 + random(34);
        let digits: String = (0..length)
            .map(|_| if random(3) == 0 { '0' } else { char::from(b'0' + random(10) as u8) })
            .collect();
        let sign = if random(2) == 0 { "-" } else { "" };
        let value = format!("{sign}{digits}e-{}", random(40));
        store(&mut db.client, "number", &value);
        match Whole::find(1).one(&mut db.client) {
            Ok(row) => {
                kept += 1;
                let differing = round_trip(&mut db.client, "number");
                // Zeros at the end that are more than a `Decimal` has.
                let equal =
                    "SELECT count(*) FROM whole WHERE number <> (SELECT number FROM whole WHERE id = 1)";
                let unequal: i64 = db.client.query_one(equal, &[]).unwrap().get(0);
                let scale = "SELECT scale(number) FROM whole WHERE id = 1";
                let scale: i32 = db.client.query_one(scale, &[]).unwrap().get(0);
                assert_eq!(unequal, 0, "{value} {row:?}");
                let room =
                    row.number.unwrap().scale() == 28 || row.number.unwrap().mantissa().abs() > 1 << 92;
                assert!(differing.is_empty() || (scale > 0 && room), "{value} became {differing:?}");
            }
            Err(error) => {
                refused += 1;
                assert!(error.is_decode() && error.to_string().contains("more digits"), "{value}: {error}");
                let fits = value.trim_start_matches('-').parse::<f64>().unwrap();
                let significant = digits.trim_matches('0').len();
                let most = "SELECT scale(trim_scale(number)) FROM whole WHERE id = 1";
                let scale: i32 = db.client.query_one(most, &[]).unwrap().get(0);
                assert!(significant > 28 || scale > 28 || fits > 7.9e28, "{value} would have fitted");
            }
        }
    }
    assert!(kept > 100 && refused > 30, "{kept} kept, {refused} refused");
}

/// A text with a NUL, wherever it is written.
#[test]
fn what_postgres_cannot_have_names_its_column() {
    let mut db = whole("nul");
    let client = &mut db.client;
    let nul = || "a\0b".to_owned();
    store(client, "text", "x");
    let mut row = Whole::find(1).one(client).unwrap();
    row.text = Some(nul());
    let of = |row: &Whole, id| Whole { id, ..row.clone() };
    let mut errors = vec![
        row.save().execute(client).unwrap_err(),
        Whole::insert(of(&row, 2)).execute(client).unwrap_err(),
        Whole::insert_many([of(&row, 2), of(&row, 3)]).execute(client).unwrap_err(),
        Whole::update().set(Whole::TEXT.to(nul())).filter(Whole::ID.eq(1)).execute(client).unwrap_err(),
        Whole::query().filter(Whole::TEXT.eq(nul())).all(client).unwrap_err(),
        Whole::query().filter(Whole::TEXT.like(nul())).count(client).unwrap_err(),
        Whole::query().filter(Whole::TEXT.one_of([nul()])).all(client).unwrap_err(),
    ];
    for error in errors.drain(..) {
        let said = error.to_string();
        assert!(error.is_usage(), "{said}");
        assert!(said.contains("the value for `text` of `Whole` cannot be written"), "{said}");
        assert!(said.contains("it has a NUL in it"), "{said}");
    }
    let copied = Whole::copy_in([of(&row, 2)]).execute(client).unwrap_err().to_string();
    assert!(copied.contains("of `Whole`") && copied.contains("`text`") && copied.contains("NUL"), "{copied}");
    let sql = feedstock::sql!("SELECT {nul()} AS id").execute(client).unwrap_err();
    assert!(sql.is_usage() && sql.to_string().contains("NUL"), "{sql}");
    row.text = None;
    row.json = Some(serde_json::json!({"a": nul()}));
    let json = row.save().execute(client).unwrap_err().to_string();
    assert!(json.contains("the value for `json` of `Whole`") && json.contains("a NUL"), "{json}");
    row.json = None;
    row.texts = Some(vec![Some(nul())]);
    let array = row.save().execute(client).unwrap_err().to_string();
    assert!(array.contains("the value for `texts` of `Whole`"), "{array}");
    row.texts = None;
    row.time = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000);
    assert!(row.save().execute(client).unwrap_err().to_string().contains("leap second"));
    // Nothing of it was sent.
    assert_eq!(Whole::find(1).one(client).unwrap().text.as_deref(), Some("x"));
}

/// Types are called as SQL calls them.
#[test]
fn a_wrong_type_is_called_by_its_name() {
    #[derive(Debug, feedstock::Row)]
    struct Wrong {
        #[expect(dead_code, reason = "never read")]
        numbers: Vec<i64>,
    }

    let mut db = whole("names");
    store(&mut db.client, "numbers", "{1}");
    let rows =
        feedstock::sql!("SELECT numbers FROM whole").read_as::<Wrong>().all(&mut db.client).unwrap_err();
    assert!(rows.message().ends_with("the column is `integer[]`, the field `Vec<i64>`"), "{rows}");
}

/// A struct that passes over fields which the JSON has would lose them when its row is saved.
#[test]
fn json_with_more_than_its_type_is_refused() {
    #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Light {
        lumen: i32,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "lamps")]
    struct Lamp {
        #[model(primary_key)]
        id: i32,
        light: Json<Light>,
        note: String,
    }

    let mut db = support::database("lamps");
    let client = &mut db.client;
    client
        .batch_execute(
            "CREATE TABLE lamps (id integer PRIMARY KEY, light jsonb NOT NULL, note text NOT NULL);
             INSERT INTO lamps VALUES (1, '{\"lumen\": 1}', 'a'), (2, '{\"lumen\": 1, \"bulb\": {\"watt\": 5}}', 'b')",
        )
        .unwrap();
    let kept = Lamp { note: "c".to_owned(), ..Lamp::find(1).one(client).unwrap() };
    assert_eq!(kept.save().one(client).unwrap(), kept);
    let error = Lamp::query().order_by(Lamp::ID.asc()).all(client).unwrap_err();
    assert!(error.is_decode(), "{error}");
    let said = error.to_string();
    for part in
        ["row 2", "`Lamp`, column `light`", "the JSON has 5 at `bulb.watt`", "`#[serde(flatten)] others: "]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
}

/// Postgres has microseconds: what is finer is cut, and so a filter finds what was written.
#[test]
fn what_is_finer_than_microseconds_is_cut() {
    let mut db = whole("nanoseconds");
    let client = &mut db.client;
    store(client, "text", "x");
    let at = NaiveDate::from_ymd_opt(2026, 1, 27).unwrap().and_hms_nano_opt(12, 0, 0, 1_999).unwrap();
    let row = Whole {
        at: Some(at),
        moment: Some(at.and_utc()),
        time: Some(at.time()),
        ..Whole::find(1).one(client).unwrap()
    };
    let saved = row.save().one(client).unwrap();
    let cut = at.date().and_hms_nano_opt(12, 0, 0, 1_000).unwrap();
    assert_eq!((saved.at, saved.moment, saved.time), (Some(cut), Some(cut.and_utc()), Some(cut.time())));
    let found = || {
        Whole::query()
            .filter(Whole::AT.eq(at))
            .filter(Whole::MOMENT.eq(at.and_utc()))
            .filter(Whole::TIME.eq(at.time()))
    };
    assert_eq!(found().count(client).unwrap(), 1);
    assert_eq!(found().copy_out(client).unwrap().count(), 1);
}
