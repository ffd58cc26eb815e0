//! Binary COPY both ways, and the literals that filters become in it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use feedstock::query::{Filter, Query, sql};
use feedstock::{Json, JsonText, Model, PgEnum, TextEnum};
use images::{ImageGeneration as I, NewImageGeneration, Status};

use super::{awaited, dramas, ids};
use crate::support::{self, TestDb};

#[test]
fn a_query_is_copied_out() {
    use feedstock::blocking::Run;

    let mut db = dramas("copy_out");
    let page = || I::query().filter(I::DRAMA_ID.eq(1)).order_by(I::CREATED_AT.desc()).order_by(I::ID.desc());
    let rows = page().all(&mut db.client).unwrap();
    let copied: Vec<I> = page().copy_out(&mut db.client).unwrap().map(Result::unwrap).collect();
    assert_eq!(copied, rows);
    let one: Vec<_> =
        page().limit(2).offset(1).copy_out(&mut db.client).unwrap().map(Result::unwrap).collect();
    assert_eq!(ids(&one), ids(&rows[1..3]));
    let last = &rows[0];
    let next = page().after([I::CREATED_AT.at(last.created_at), I::ID.at(last.id)]);
    let next: Vec<_> = next.copy_out(&mut db.client).unwrap().map(Result::unwrap).collect();
    assert_eq!(next, rows[1..]);
    let some = I::query().filter(I::ID.one_of([1001, 1003])).filter(I::STATUS.one_of([Status::Completed]));
    let mut transaction = db.client.transaction().unwrap();
    let locked = some.clone().for_update().copy_out(&mut transaction).unwrap().count();
    assert_eq!(locked, some.all(&mut transaction).unwrap().len());
    assert_eq!(I::query().filter(I::ID.gt(9999)).copy_out(&mut transaction).unwrap().count(), 0);
    // Half of it is left unread, and the connection is in order.
    assert!(I::query().copy_out(&mut transaction).unwrap().next().unwrap().is_ok());
    assert_eq!(page().count(&mut transaction).unwrap(), 4);
    drop(transaction);
    let mut cached = feedstock::Cached::new(db.client);
    assert_eq!(page().copy_out(&mut cached).unwrap().count(), 4);

    awaited(&db.url, async |client| copied_out(client, page, rows).await);
}

async fn copied_out(client: tokio_postgres::Client, page: impl Fn() -> Query<I>, rows: Vec<I>) {
    use feedstock::tokio::Run;
    let mut copied = page().copy_out(&client).await.unwrap();
    let mut all = Vec::new();
    while let Some(row) = copied.next().await {
        all.push(row.unwrap());
    }
    assert_eq!(all, rows);
    assert!(copied.next().await.is_none());
    let client = feedstock::Cached::new(client);
    assert!(page().copy_out(&client).await.unwrap().next().await.unwrap().is_ok());
    assert_eq!(page().count(&client).await.unwrap(), 4);
}

#[test]
fn what_copy_cannot_say_is_refused() {
    use feedstock::blocking::Run;

    let mut db = dramas("copy_refused");
    let raw = I::query().filter(sql("length(prompt) > $1", (1,))).copy_out(&mut db.client).err().unwrap();
    assert!(raw.is_usage(), "{raw}");
    assert_eq!(raw.message(), "`length(prompt) > $1` has values, and COPY has no parameters");
    let plain = I::query().filter(sql("length(prompt) > 1 -- all", ()));
    assert_eq!(plain.copy_out(&mut db.client).unwrap().count(), 6);
    let nul = I::query().filter(I::PROMPT.eq("a\0b")).copy_out(&mut db.client).err().unwrap();
    assert!(nul.is_usage(), "{nul}");
    let divided = I::query().filter(sql("1 / (id - 1003) <> 7", ())).order_by(I::ID.asc());
    let error = divided.copy_out(&mut db.client).unwrap().find_map(Result::err).unwrap();
    assert_eq!(error.sqlstate(), Some("22012"));
    assert_eq!(I::query().count(&mut db.client).unwrap(), 6);
    db.client.batch_execute("ALTER TABLE image_generations ALTER steps TYPE bigint").unwrap();
    let error = I::query().copy_out(&mut db.client).err().unwrap();
    assert!(error.message().contains("column `steps` (number 11): the column is `bigint`"), "{error}");
}

mod kinds {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
    #[pg_enum(schema = "public", name = "the weather")]
    pub enum Weather {
        Dry,
        #[pg_enum(rename = "it's \\ wet")]
        Wet,
    }

    #[derive(Debug, Clone, Copy, PartialEq, TextEnum)]
    pub enum Mood {
        #[text_enum(rename = "it's \\ fine")]
        Fine,
        Bad,
    }

    /// A column of each kind.
    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Kind {
        #[model(primary_key)]
        pub id: i64,
        pub yes: bool,
        pub small: i16,
        pub number: i32,
        pub big: i64,
        pub single: f32,
        pub double: f64,
        pub text: String,
        #[model(sql_type = "varchar(40)")]
        pub varying: String,
        pub bytes: Vec<u8>,
        pub day: NaiveDate,
        pub hour: NaiveTime,
        pub at: NaiveDateTime,
        pub moment: DateTime<Utc>,
        pub uuid: uuid::Uuid,
        pub decimal: rust_decimal::Decimal,
        pub weather: Weather,
        pub mood: Mood,
        pub document: Json<Vec<String>>,
        pub note: JsonText<Vec<i32>>,
        pub numbers: Vec<i32>,
        pub texts: Vec<Option<String>>,
        pub forecast: Vec<Weather>,
        pub missing: Option<String>,
        #[model(default = "none")]
        pub defaulted: Option<String>,
        #[model(generated = "id * 2")]
        pub twice: i64,
    }
}

use kinds::{Kind, Mood, NewKind, Weather};

/// Texts that end a literal where quoting is wrong.
const HOSTILE: [&str; 12] = [
    "",
    "'",
    "''; DROP TABLE kinds; --",
    "\\",
    "\\'",
    "\\'; DROP TABLE kinds; --",
    "'\\'' OR true --",
    "$1 $$ $x$ {\"a\",NULL}",
    "\u{201c}雨\u{2019} \u{1f327}\\",
    "a\nb\r\tc",
    "\\x41 \\u0027 \\047",
    "E'\\' || 'x'",
];

fn kind(at: usize) -> NewKind {
    let text = HOSTILE[at % HOSTILE.len()].to_owned();
    let floats = [0.1, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN, 5e-324, 1e15];
    let even = at.is_multiple_of(2);
    let days = [(2026, 1, 27), (1, 1, 1), (0, 2, 29), (-43, 3, 15), (12026, 12, 31), (1582, 10, 10)];
    let (year, month, day) = days[at % days.len()];
    let day = NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let time = NaiveTime::from_hms_micro_opt(23, 59, 59, [0, 999_999, 1][at % 3]).unwrap();
    NewKind {
        missing: even.then(|| text.clone()),
        ..NewKind::new(
            even,
            [i16::MIN, i16::MAX, 0][at % 3],
            [i32::MIN, i32::MAX, -1][at % 3],
            [i64::MIN, i64::MAX, 7][at % 3],
            [0.1_f32, f32::NAN, f32::NEG_INFINITY, f32::MIN_POSITIVE][at % 4],
            floats[at % floats.len()],
            text.clone(),
            text.clone(),
            [vec![], vec![0, 39, 92, 255], text.clone().into_bytes()][at % 3].clone(),
            day,
            time,
            day.and_time(time),
            day.and_time(time).and_utc(),
            uuid::Uuid::from_u128(u128::MAX / (at as u128 + 1)),
            ["0", "-0.00001", "79228162514264337593543950335"][at % 3].parse().unwrap(),
            [Weather::Dry, Weather::Wet][at % 2],
            [Mood::Fine, Mood::Bad][at % 2],
            Json(vec![text.clone()]),
            JsonText::from_text(text.clone()),
            [vec![], vec![i32::MIN, 0]][at % 2].clone(),
            vec![Some(text), None, Some("NULL".to_owned())],
            vec![Weather::Wet, Weather::Dry],
        )
    }
}

fn kinds_db(rows: usize) -> TestDb {
    use feedstock::blocking::Run;
    let mut db = support::tables(&feedstock::models![Kind]);
    assert_eq!(Kind::copy_in((0..rows).map(kind)).execute(&mut db.client).unwrap(), rows as u64);
    db
}

/// Comparisons of every column with the values of one row; `=` of JSON text and of what is no number aside.
fn same(row: &Kind) -> Vec<(&'static str, Filter<Kind>)> {
    let row = row.clone();
    vec![
        ("yes", Kind::YES.eq(row.yes)),
        ("small", Kind::SMALL.eq(row.small)),
        ("number", Kind::NUMBER.eq(row.number)),
        ("number between", Kind::NUMBER.between(row.number, row.number)),
        ("number one_of", Kind::NUMBER.one_of([row.number])),
        ("big", Kind::BIG.eq(row.big)),
        ("single", Kind::SINGLE.eq(row.single)),
        ("double", Kind::DOUBLE.eq(row.double)),
        ("text", Kind::TEXT.eq(row.text.clone())),
        ("text one_of", Kind::TEXT.one_of([row.text.clone(), "another".to_owned()])),
        ("varying", Kind::VARYING.eq(row.varying)),
        ("bytes", Kind::BYTES.eq(row.bytes.clone())),
        ("bytes one_of", Kind::BYTES.one_of([row.bytes])),
        ("day", Kind::DAY.eq(row.day)),
        ("hour", Kind::HOUR.eq(row.hour)),
        ("at", Kind::AT.eq(row.at)),
        ("at one_of", Kind::AT.one_of([row.at])),
        ("moment", Kind::MOMENT.eq(row.moment)),
        ("uuid", Kind::UUID.eq(row.uuid)),
        ("decimal", Kind::DECIMAL.eq(row.decimal)),
        ("weather", Kind::WEATHER.eq(row.weather)),
        ("weather one_of", Kind::WEATHER.one_of([row.weather])),
        ("mood", Kind::MOOD.eq(row.mood)),
        ("document", Kind::DOCUMENT.eq(row.document)),
        ("note", Kind::NOTE.eq(row.note)),
        ("numbers", Kind::NUMBERS.eq(row.numbers)),
        ("texts", Kind::TEXTS.eq(row.texts)),
        ("forecast", Kind::FORECAST.eq(row.forecast)),
    ]
}

#[test]
fn every_type_goes_round_and_its_literal_finds_it() {
    use feedstock::blocking::Run;

    let mut db = kinds_db(24);
    let rows = Kind::query().order_by(Kind::ID.asc()).all(&mut db.client).unwrap();
    let copied: Vec<_> = Kind::query()
        .order_by(Kind::ID.asc())
        .copy_out(&mut db.client)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    // NaN is not itself.
    assert_eq!(format!("{copied:?}"), format!("{rows:?}"));
    for (at, row) in rows.iter().enumerate() {
        let given = kind(at);
        assert_eq!((&row.text, &row.bytes, row.at), (&given.text, &given.bytes, given.at));
        assert_eq!((&row.texts, &row.forecast, row.weather), (&given.texts, &given.forecast, given.weather));
        assert_eq!((row.double.to_bits(), row.decimal), (given.double.to_bits(), given.decimal));
        assert_eq!(row.defaulted.as_deref(), Some("none"));
    }
    for conforming in ["on", "off"] {
        db.client
            .batch_execute(&format!(
                "SET standard_conforming_strings = {conforming}; SET escape_string_warning = off"
            ))
            .unwrap();
        for row in &rows {
            for (name, filter) in same(row) {
                let query = Kind::query().filter(filter).order_by(Kind::ID.asc());
                let bound: Vec<i64> =
                    query.clone().all(&mut db.client).unwrap().iter().map(|row| row.id).collect();
                let literal: Vec<i64> =
                    query.copy_out(&mut db.client).unwrap().map(|found| found.unwrap().id).collect();
                assert!(bound.contains(&row.id), "{name} of {row:?} with a parameter");
                assert_eq!(literal, bound, "{name} of {row:?}");
            }
        }
    }
}

fn image(at: i32) -> NewImageGeneration {
    NewImageGeneration::new(1, "openai".to_owned(), format!("number {at}"))
}

#[test]
fn a_hundred_thousand_rows_are_copied_in() {
    use feedstock::blocking::Run;

    let mut db = dramas("copy_in");
    assert_eq!(
        I::copy_in((0..100_000).map(image)).parents_unchecked().execute(&mut db.client).unwrap(),
        100_000
    );
    assert_eq!(I::query().count(&mut db.client).unwrap(), 100_006);
    let last = I::query().filter(I::PROMPT.eq("number 99999")).one(&mut db.client).unwrap();
    assert_eq!((last.status, last.steps, last.id), (Status::Pending, None, 101_007));
    assert_eq!(
        I::copy_in(std::iter::empty::<NewImageGeneration>())
            .parents_unchecked()
            .execute(&mut db.client)
            .unwrap(),
        0
    );
    let mut transaction = db.client.transaction().unwrap();
    let given = NewImageGeneration { status: Some(Status::Failed), steps: Some(7), ..image(1) };
    assert_eq!(I::copy_in([given]).parents_unchecked().execute(&mut transaction).unwrap(), 1);
    let failed = I::query().filter(I::STEPS.eq(7)).one(&mut transaction).unwrap();
    assert_eq!(failed.status, Status::Failed);
    // A whole row can be copied, with its key.
    let whole = I { id: 900_000, ..failed };
    assert_eq!(I::copy_in([whole.clone()]).parents_unchecked().execute(&mut transaction).unwrap(), 1);
    assert_eq!(I::find(900_000).one(&mut transaction).unwrap(), whole);
    transaction.rollback().unwrap();
    assert_eq!(I::query().count(&mut db.client).unwrap(), 100_006);

    awaited(&db.url, copied_in);
}

async fn copied_in(client: tokio_postgres::Client) {
    use feedstock::tokio::Run;
    let copied = I::copy_in((0..10_000).map(image)).parents_unchecked().execute(&client).await.unwrap();
    assert_eq!(copied, 10_000);
    let client = feedstock::Cached::new(client);
    let twice = I::copy_in([image(0)]).parents_unchecked().execute(&client);
    assert_eq!(twice.await.unwrap(), 1);
    let mixed = (0..3).map(|n| NewImageGeneration { id: (n == 2).then_some(5), ..image(n) });
    assert!(I::copy_in(mixed).parents_unchecked().execute(&client).await.unwrap_err().is_usage());
    let lost = NewImageGeneration { drama_id: 99, ..image(1) };
    assert_eq!(
        I::copy_in([lost]).parents_unchecked().execute(&client).await.unwrap_err().sqlstate(),
        Some("23503")
    );
    assert_eq!(I::query().count(&client).await.unwrap(), 110_007);
    let spawned =
        tokio::spawn(
            async move { I::copy_in([image(0)]).parents_unchecked().execute(&client).await.unwrap() },
        );
    assert_eq!(spawned.await.unwrap(), 1);
}

#[test]
fn a_copy_that_cannot_be_stores_nothing() {
    use feedstock::blocking::Run;

    let mut db = dramas("copy_in_refused");
    let mixed = (0..50_000).map(|n| NewImageGeneration {
        steps: Some(n),
        id: (n == 49_999).then_some(5),
        ..image(n)
    });
    let refused = I::copy_in([image(1)]).execute(&mut db.client).unwrap_err();
    assert!(refused.is_usage() && refused.to_string().contains("parents_unchecked"), "{refused}");
    let error = I::copy_in(mixed).parents_unchecked().execute(&mut db.client).unwrap_err();
    assert!(error.is_usage());
    assert_eq!(
        error.message(),
        "row 50000 of `ImageGeneration`: it gives `id` a value, and the first row leaves it to its default"
    );
    assert_eq!(I::query().count(&mut db.client).unwrap(), 6);
    let lost = NewImageGeneration { drama_id: 99, ..image(1) };
    assert_eq!(
        I::copy_in([lost]).parents_unchecked().execute(&mut db.client).unwrap_err().sqlstate(),
        Some("23503")
    );
    let nul = NewImageGeneration { size: Some("a\0b".to_owned()), ..image(1) };
    let error = I::copy_in([nul]).parents_unchecked().execute(&mut db.client).unwrap_err();
    assert!(error.is_usage());
    assert_eq!(error.message(), "row 1 of `ImageGeneration`: the value for `size` cannot be written");
    assert_eq!(I::query().count(&mut db.client).unwrap(), 6);
    db.client.batch_execute("ALTER TABLE image_generations ALTER steps TYPE bigint").unwrap();
    let error = I::copy_in([NewImageGeneration { steps: Some(1), ..image(1) }])
        .parents_unchecked()
        .execute(&mut db.client)
        .unwrap_err();
    assert!(
        error.message().starts_with("`ImageGeneration`, column `steps`: the column is `bigint`"),
        "{error}"
    );

    let nothing = nothing::Mark::copy_in([nothing::NewMark::new()]).execute(&mut db.client).unwrap_err();
    assert_eq!(nothing.message(), "the rows of `Mark` leave every column to its default");
}

#[test]
fn a_model_that_tests_its_parents_is_not_copied() {
    use feedstock::blocking::Run;

    let mut db = support::database("copy_restricted");
    let refused = parents::Child::copy_in([parents::NewChild::new(1)]).execute(&mut db.client).unwrap_err();
    assert!(refused.is_usage(), "{refused}");
    assert_eq!(refused.message(), "`Child` has `restrict_deleted_parent`, which COPY cannot check");
}

mod parents {
    use chrono::NaiveDateTime;

    #[derive(Debug, feedstock::Model)]
    #[model(soft_delete = deleted_at)]
    pub struct Parent {
        #[model(primary_key)]
        pub id: i32,
        pub deleted_at: Option<NaiveDateTime>,
    }

    #[derive(Debug, feedstock::Model)]
    pub struct Child {
        #[model(primary_key)]
        pub id: i32,
        #[model(belongs_to = Parent, restrict_deleted_parent)]
        pub parent_id: i32,
    }
}

mod nothing {
    #[derive(Debug, PartialEq, feedstock::Model)]
    pub struct Mark {
        #[model(primary_key)]
        pub id: i32,
        #[model(default = "none")]
        pub note: Option<String>,
    }
}

#[test]
fn pools_copy() {
    use feedstock::tokio::Run;

    let db = dramas("copy_pools");
    let config: tokio_postgres::Config = db.url.parse().unwrap();
    awaited(&db.url, async |_client| {
        let manager = deadpool_postgres::Manager::new(config.clone(), tokio_postgres::NoTls);
        let pool = deadpool_postgres::Pool::builder(manager).max_size(1).build().unwrap();
        let mut pooled = pool.get().await.unwrap();
        assert_eq!(I::copy_in([image(1)]).parents_unchecked().execute(&pooled).await.unwrap(), 1);
        let transaction = pooled.transaction().await.unwrap();
        assert!(I::query().copy_out(&transaction).await.unwrap().next().await.unwrap().is_ok());
        drop(transaction);

        let manager = bb8_postgres::PostgresConnectionManager::new(config.clone(), tokio_postgres::NoTls);
        let pool = bb8_postgres::bb8::Pool::builder().max_size(1).build(manager).await.unwrap();
        let pooled = pool.get().await.unwrap();
        assert_eq!(I::copy_in([image(1)]).parents_unchecked().execute(&pooled).await.unwrap(), 1);
        assert!(I::query().copy_out(&pooled).await.unwrap().next().await.unwrap().is_ok());
    });
}
