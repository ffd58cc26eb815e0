//! Rows: every type there and back, by position, by name and borrowed, and what is said when they do not fit.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use feedstock::types::BytesMut;
use feedstock::types::{BoxError, SqlType, Type};
use feedstock::{Columns, Json, JsonText, Model, Param, PgEnum, Row, TextEnum, Value, rows};
use postgres::types::ToSql;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::support;

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
enum Mood {
    Calm,
    #[pg_enum(rename = "très gaie")]
    Gay,
}

#[derive(Debug, Clone, Copy, PartialEq, TextEnum)]
enum Stage {
    Draft,
    InPrint,
}

#[derive(Debug, Clone, PartialEq, Value)]
struct Isbn(String);

/// A foreign type in all but name: no impl of ours can be written for it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Seconds(std::time::Duration);

/// Speaks for it in the database.
#[derive(Debug, Value)]
struct Millis(i64);

impl From<Millis> for Seconds {
    fn from(Millis(millis): Millis) -> Self {
        Seconds(std::time::Duration::from_millis(millis.unsigned_abs()))
    }
}

/// Written by hand.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Angle(f64);

impl Value for Angle {
    const TYPE: SqlType = SqlType::named("double precision");

    fn accepts(ty: &Type) -> bool {
        *ty == Type::FLOAT8
    }

    fn decode(ty: &Type, raw: &[u8]) -> Result<Self, BoxError> {
        <f64 as Value>::decode(ty, raw).map(Angle)
    }

    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
        Value::encode(&self.0, ty, out)
    }

    fn text(&self) -> String {
        Value::text(&self.0)
    }
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "kinds")]
struct Kinds {
    #[model(primary_key)]
    id: i64,
    yes: bool,
    small: i16,
    medium: i32,
    single: f32,
    double: f64,
    text: String,
    #[model(sql_type = "varchar(40)")]
    varchar: String,
    bytes: Vec<u8>,
    date: NaiveDate,
    time: NaiveTime,
    at: NaiveDateTime,
    moment: DateTime<Utc>,
    uuid: Uuid,
    decimal: Decimal,
    json: serde_json::Value,
    typed: Json<Vec<i32>>,
    #[model(sql_type = "json")]
    plain_json: Json<Vec<i32>>,
    json_text: JsonText<Vec<String>>,
    mood: Mood,
    stage: Stage,
    isbn: Isbn,
    angle: Angle,
    numbers: Vec<i32>,
    gaps: Vec<Option<String>>,
    blobs: Vec<Vec<u8>>,
    moods: Vec<Mood>,
    stages: Vec<Stage>,
    maybe_text: Option<String>,
    maybe_mood: Option<Mood>,
    maybe_numbers: Option<Vec<i64>>,
}

impl Kinds {
    fn full() -> Self {
        let day = NaiveDate::from_ymd_opt(2026, 1, 27).unwrap();
        Kinds {
            id: i64::MAX,
            yes: true,
            small: i16::MIN,
            medium: i32::MIN,
            single: 0.1,
            double: -0.1,
            text: "雨夜 'O''Hara' \\ 🌊".to_owned(),
            varchar: "第一集".to_owned(),
            bytes: vec![0, 39, 92, 255],
            date: day,
            time: NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap(),
            at: day.and_hms_micro_opt(12, 0, 0, 123_456).unwrap(),
            moment: day.and_hms_opt(12, 0, 41).unwrap().and_utc(),
            uuid: Uuid::from_u128(7),
            decimal: "12345678901234.5670".parse().unwrap(),
            json: serde_json::json!({"a": [1, null, "x"]}),
            typed: Json(vec![1, 2]),
            plain_json: Json(vec![3]),
            json_text: JsonText::from_text("not-json"),
            mood: Mood::Gay,
            stage: Stage::InPrint,
            isbn: Isbn("978".to_owned()),
            angle: Angle(1.5),
            numbers: vec![1, -2, 3],
            gaps: vec![Some("a,\"b\" \\".to_owned()), None, Some("NULL".to_owned()), Some(String::new())],
            blobs: vec![vec![], vec![0, 1]],
            moods: vec![Mood::Calm, Mood::Gay],
            stages: vec![Stage::Draft],
            maybe_text: Some(String::new()),
            maybe_mood: Some(Mood::Calm),
            maybe_numbers: Some(vec![]),
        }
    }

    fn empty() -> Self {
        Kinds {
            id: 1,
            numbers: vec![],
            gaps: vec![],
            blobs: vec![],
            moods: vec![],
            stages: vec![],
            maybe_text: None,
            maybe_mood: None,
            maybe_numbers: None,
            ..Self::full()
        }
    }

    /// Every value as the driver binds it, where it can, and else through [`Param`].
    fn insert(&self, client: &mut postgres::Client) {
        let parameters: [&(dyn ToSql + Sync); 31] = [
            &self.id,
            &self.yes,
            &self.small,
            &self.medium,
            &self.single,
            &self.double,
            &self.text,
            &self.varchar,
            &self.bytes,
            &self.date,
            &self.time,
            &self.at,
            &self.moment,
            &self.uuid,
            &self.decimal,
            &self.json,
            &self.typed,
            &self.plain_json,
            &self.json_text,
            &self.mood,
            &self.stage,
            &self.isbn,
            &Param(&self.angle),
            &self.numbers,
            &self.gaps,
            &self.blobs,
            &self.moods,
            &self.stages,
            &self.maybe_text,
            &self.maybe_mood,
            &self.maybe_numbers,
        ];
        client.execute(&Self::insert_sql(), &parameters).unwrap();
    }

    /// The same, all of it through [`Param`].
    fn insert_as_params(&self, client: &mut postgres::Client) {
        let parameters: [&(dyn ToSql + Sync); 31] = [
            &Param(&self.id),
            &Param(&self.yes),
            &Param(&self.small),
            &Param(&self.medium),
            &Param(&self.single),
            &Param(&self.double),
            &Param(&self.text),
            &Param(&self.varchar),
            &Param(&self.bytes),
            &Param(&self.date),
            &Param(&self.time),
            &Param(&self.at),
            &Param(&self.moment),
            &Param(&self.uuid),
            &Param(&self.decimal),
            &Param(&self.json),
            &Param(&self.typed),
            &Param(&self.plain_json),
            &Param(&self.json_text),
            &Param(&self.mood),
            &Param(&self.stage),
            &Param(&self.isbn),
            &Param(&self.angle),
            &Param(&self.numbers),
            &Param(&self.gaps),
            &Param(&self.blobs),
            &Param(&self.moods),
            &Param(&self.stages),
            &Param(&self.maybe_text),
            &Param(&self.maybe_mood),
            &Param(&self.maybe_numbers),
        ];
        client.execute(&Self::insert_sql(), &parameters).unwrap();
    }

    fn insert_sql() -> String {
        let places = (1..=31).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ");
        format!("INSERT INTO {} ({}) VALUES ({places})", Self::TABLE, Self::COLUMNS)
    }
}

#[test]
fn every_type_goes_there_and_back() {
    let mut db = support::tables(&feedstock::models![Kinds]);
    let (full, empty) = (Kinds::full(), Kinds::empty());
    full.insert(&mut db.client);
    empty.insert_as_params(&mut db.client);
    let found = db.client.query(&format!("{} ORDER BY id", Kinds::select()), &[]).unwrap();
    let by_position: Vec<_> = found.iter().map(|row| Kinds::from_row(row).unwrap()).collect();
    assert_eq!(by_position, [empty, full]);
    assert_eq!(rows::<Kinds>(&found).unwrap(), by_position);
    db.client.execute("DELETE FROM kinds", &[]).unwrap();
    Kinds::full().insert_as_params(&mut db.client);
    let row = db.client.query_one(&Kinds::select(), &[]).unwrap();
    assert_eq!(Kinds::from_row(&row).unwrap(), Kinds::full());
    // The driver's own reading knows the derived types too.
    assert_eq!(row.get::<_, Mood>("mood"), Mood::Gay);
    assert_eq!(row.get::<_, Vec<Stage>>("stages"), [Stage::Draft]);
    assert_eq!(row.get::<_, Isbn>("isbn"), Isbn("978".to_owned()));
    assert_eq!(row.get::<_, JsonText<Vec<String>>>("json_text").as_str(), "not-json");
}

/// The literals of defaults, as Postgres reads them.
#[test]
fn a_literal_is_the_value() {
    use feedstock::types::Field;
    let mut db = support::tables(&feedstock::models![Kinds]);
    for kinds in [Kinds::full(), Kinds::empty()] {
        macro_rules! literals {
            ($($field:ident)*) => { [$(Field::literal(&kinds.$field)),*].join(", ") };
        }
        let values = literals! {
            id yes small medium single double text varchar bytes date time at moment uuid decimal json typed
            plain_json json_text mood stage isbn angle numbers gaps blobs moods stages maybe_text maybe_mood
            maybe_numbers
        };
        db.client.execute(&format!("INSERT INTO kinds ({}) VALUES ({values})", Kinds::COLUMNS), &[]).unwrap();
        let row = db.client.query_one(&format!("{} AND id = $1", Kinds::select()), &[&kinds.id]).unwrap();
        assert_eq!(Kinds::from_row(&row).unwrap(), kinds);
    }
}

/// The four that a mapper must keep apart.
#[test]
fn json_in_text_is_never_lost() {
    let mut db = support::database("json_text");
    let client = &mut db.client;
    let found = client
        .query(
            "VALUES (1, NULL::text), (2, ''), (3, '[]'), (4, ' [ \"a\" ]'), (5, 'not-json') ORDER BY 1",
            &[],
        )
        .unwrap();
    #[derive(Row)]
    struct Kept {
        #[row(rename = "column2")]
        images: Option<JsonText<Vec<String>>>,
    }
    let kept: Vec<Kept> = rows(&found).unwrap();
    let texts: Vec<_> = kept.iter().map(|row| row.images.as_ref().map(JsonText::as_str)).collect();
    assert_eq!(texts, [None, Some(""), Some("[]"), Some(" [ \"a\" ]"), Some("not-json")]);
    let parsed: Vec<_> = kept[1..4].iter().map(|row| row.images.as_ref().unwrap().parse().unwrap()).collect();
    assert_eq!(parsed, [None, Some(vec![]), Some(vec!["a".to_owned()])]);
    let error = kept[4].images.as_ref().unwrap().parse().unwrap_err();
    assert!(error.is_decode(), "{error}");
    for row in &kept {
        let back = client.query_one("SELECT $1::text", &[&row.images]).unwrap();
        assert_eq!(back.get::<_, Option<&str>>(0), row.images.as_ref().map(JsonText::as_str));
    }
}

#[derive(Debug, PartialEq, Row)]
struct Borrowed<'a, T> {
    name: &'a str,
    bytes: Option<&'a [u8]>,
    words: Vec<&'a str>,
    #[row(rename = "how many")]
    count: T,
    #[row(skip)]
    seen: bool,
}

#[test]
fn rows_borrow_from_the_result_and_may_be_generic() {
    let mut db = support::database("borrowed");
    let client = &mut db.client;
    let statement = client
        .prepare("SELECT 2::int8 AS \"how many\", 'more', 'x'::text AS name, NULL::bytea AS bytes, '{a,b}'::text[] AS words")
        .unwrap();
    let columns = Columns::<Borrowed<i64>>::by_name(statement.columns()).unwrap();
    let row = client.query_one(&statement, &[]).unwrap();
    let wanted = Borrowed { name: "x", bytes: None, words: vec!["a", "b"], count: 2, seen: false };
    assert_eq!(columns.row(&row).unwrap(), wanted);
    let row = client.query_one("SELECT 'y'::varchar, '\\x01'::bytea, '{}'::text[], 3::int4", &[]).unwrap();
    let wanted = Borrowed { name: "y", bytes: Some(&[1]), words: vec![], count: 3_i32, seen: false };
    assert_eq!(Borrowed::from_row(&row).unwrap(), wanted);
}

#[derive(Debug, Row)]
#[expect(dead_code)]
struct Track {
    #[row(rename = "ms")]
    length: i64,
}

#[derive(Debug, Model)]
struct Film {
    #[model(primary_key)]
    id: i32,
    #[model(with = Millis)]
    length: Seconds,
    #[model(with = Millis)]
    credits: Option<Seconds>,
}

#[test]
fn a_twin_borrows_what_its_model_owns() {
    #[derive(Model)]
    #[model(table = "twins", borrowed)]
    struct Book {
        #[model(primary_key)]
        id: i32,
        title: String,
        #[model(rename = "blurb")]
        summary: Option<std::string::String>,
        cover: Vec<u8>,
        stage: Stage,
        #[model(with = Millis)]
        length: Seconds,
    }

    let mut db = support::tables(&feedstock::models![Book]);
    let insert = "INSERT INTO twins (title, blurb, cover, stage, length) \
                  VALUES ('雨夜', NULL, '\\x00ff', 'in_print', 1500), ('x', '', '', 'draft', 0)";
    db.client.execute(insert, &[]).unwrap();
    let found = db.client.query(&(Book::select() + " ORDER BY id"), &[]).unwrap();
    let columns = Columns::<BookRef>::by_position(found[0].columns()).unwrap();
    let first = columns.row(&found[0]).unwrap();
    let title: &str = first.title;
    assert_eq!((first.id, title, first.summary, first.cover), (1, "雨夜", None, &[0, 255][..]));
    assert_eq!(
        (first.stage, first.length),
        (Stage::InPrint, Seconds(std::time::Duration::from_millis(1500)))
    );
    assert_eq!(columns.row(&found[1]).unwrap().summary, Some(""));
    let raw: &str = found[0].get("title");
    assert_eq!(title.as_ptr(), raw.as_ptr(), "nothing was copied");
}

#[test]
fn a_foreign_type_is_spoken_for() {
    assert_eq!(Film::DECLARED.columns[1].ty, i64::TYPE);
    assert!(!Film::DECLARED.columns[1].nullable && Film::DECLARED.columns[2].nullable);
    let mut db = support::tables(&feedstock::models![Film]);
    db.client.execute("INSERT INTO film VALUES (1, 1500, NULL), (2, 1, 2500)", &[]).unwrap();
    let found = db.client.query(&format!("{} ORDER BY id", Film::select()), &[]).unwrap();
    let films: Vec<Film> = rows(&found).unwrap();
    let millis = |seconds: Seconds| seconds.0.as_millis();
    assert_eq!(films.iter().map(|film| millis(film.length)).collect::<Vec<_>>(), [1500, 1]);
    assert_eq!(films.iter().map(|film| film.credits.map(millis)).collect::<Vec<_>>(), [None, Some(2500)]);
    assert_eq!(films[1].id, 2);
}

#[test]
fn domains_are_read_as_what_they_are_over() {
    let mut db = support::database("domains");
    let client = &mut db.client;
    client
        .batch_execute(
            "CREATE DOMAIN word AS text; CREATE DOMAIN long_word AS word CHECK (length(VALUE) > 3)",
        )
        .unwrap();
    #[derive(Debug, PartialEq, Row)]
    struct Words {
        one: String,
        all: Vec<String>,
    }
    let row =
        client.query_one("SELECT 'abcd'::long_word AS one, ARRAY['abcde']::long_word[] AS all", &[]).unwrap();
    let words = Words { one: "abcd".to_owned(), all: vec!["abcde".to_owned()] };
    assert_eq!(Words::from_row(&row).unwrap(), words);
    let back = client
        .query_one(
            "SELECT $1::long_word::text, $2::long_word[]::text",
            &[&Param(&words.one), &Param(&words.all)],
        )
        .unwrap();
    assert_eq!((back.get(0), back.get(1)), ("abcd", "{abcde}"));
}

fn said<T: std::fmt::Debug>(result: feedstock::Result<T>) -> String {
    let error = result.unwrap_err();
    assert!(error.is_decode());
    error.to_string()
}

#[test]
fn what_does_not_fit_is_named() {
    let mut db = support::database("misfits");
    let client = &mut db.client;
    let mut one = |sql: &str| client.query_one(sql, &[]).unwrap();
    let film = |row: &postgres::Row| said(Film::from_row(row));
    #[derive(Debug, Row)]
    #[expect(dead_code)]
    struct Staged {
        stage: Option<Stage>,
        list: Vec<Json<i32>>,
    }
    let staged = "SELECT 'generating'::text AS stage, '{}'::jsonb[] AS list";
    let listed = "SELECT ARRAY['1', '\"a\"']::jsonb[] AS list, 'draft'::text AS stage";
    let all = [
        film(&one("SELECT 1 AS id, NULL::int8 AS length, NULL::int8 AS credits")),
        film(&one("SELECT 1 AS id, 2 AS length, NULL::int8 AS credits")),
        film(&one("SELECT 1 AS id")),
        film(&one("SELECT 1 AS id, NULL::int8 AS credits, 2::int8 AS length")),
        said(rows::<Film>(&[one("SELECT 1 AS id, 2::int8 AS length")])),
        said(rows::<Film>(&[one("SELECT 1 AS id, 2::int8 AS length, 3::int8 AS credits, 4 AS id")])),
        said(Track::from_row(&one("SELECT 'x'::text"))),
        said(Track::from_row(&one("SELECT 1::int8, 2::int8"))),
        said(Staged::from_row(&one(staged))),
        said(rows::<Staged>(&[one(listed)])),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_row_of_another_statement_is_refused() {
    let mut db = support::database("another");
    let client = &mut db.client;
    let columns = Columns::<Track>::by_position(client.prepare("SELECT 1::int8").unwrap().columns()).unwrap();
    let row = client.query_one("SELECT 1::int8, 2", &[]).unwrap();
    insta::assert_snapshot!(said(columns.row(&row)));
}

/// Postgres' own text of a value is what a literal must hold, to the ends of a type's range.
#[test]
fn times_far_away_keep_their_place() {
    let mut db = support::database("far_away");
    let client = &mut db.client;
    for (year, text) in
        [(1, "0001-01-27"), (0, "0001-01-27 BC"), (-4712, "4713-01-27 BC"), (12026, "12026-01-27")]
    {
        let day = NaiveDate::from_ymd_opt(year, 1, 27).unwrap();
        let literal = Value::literal(&day);
        let row = client.query_one(&format!("SELECT {literal}::date, {literal}::date::text"), &[]).unwrap();
        assert_eq!((row.get::<_, NaiveDate>(0), row.get::<_, &str>(1)), (day, text));
    }
}
