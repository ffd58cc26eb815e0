//! Filters: the SQL that they are, and what they find.

use feedstock::Model;
use feedstock::blocking::Run;
use feedstock::query::{Filter, Rows, not, sql};
use images::{Asset, Drama, ImageGeneration, Status};

use super::dramas;

/// What stands after `WHERE` in the statement, for all rows or the live ones.
fn condition(filter: Filter<ImageGeneration>) -> String {
    let query = ImageGeneration::query().with_deleted().filter(filter);
    let sql = query.rows(None).unwrap().sql().to_owned();
    sql.split_once(" WHERE ").map_or_else(String::new, |(_, condition)| condition.to_owned())
}

#[test]
fn comparisons_are_quoted_and_bound() {
    use ImageGeneration as I;
    for (filter, expected) in [
        (I::ID.eq(1), r#""id" = $1"#),
        (I::STEPS.ne(30), r#""steps" <> $1"#),
        (I::CFG_SCALE.lt(7.5), r#""cfg_scale" < $1"#),
        (I::PROVIDER.ge("m"), r#""provider" >= $1"#),
        (I::ID.between(1, 9), r#""id" BETWEEN $1 AND $2"#),
        (I::ID.one_of([1, 2, 3]), r#""id" = ANY ($1)"#),
        (I::ID.one_of([0_i32; 0]), "false"),
        (I::PROVIDER.one_of(["openai", "upload"]), r#""provider" = ANY ($1)"#),
        (I::TASK_ID.is_null(), r#""task_id" IS NULL"#),
        (I::TASK_ID.is_not_null(), r#""task_id" IS NOT NULL"#),
        (I::PROMPT.ilike("%O'Hara%"), r#""prompt" ILIKE $1"#),
        (I::STATUS.eq(Status::Failed), r#""status" = 'failed'"#),
        (I::STATUS.one_of([Status::Pending, Status::Failed]), r#""status" IN ('pending', 'failed')"#),
        (Filter::everything(), "true"),
    ] {
        assert_eq!(condition(filter), expected);
    }
}

#[test]
fn precedence_is_what_the_calls_say() {
    use ImageGeneration as I;
    let (a, b, c) = (|| I::ID.eq(1), || I::ID.eq(2), || I::ID.eq(3));
    for (filter, expected) in [
        (a().and(b()).or(c()), r#""id" = $1 AND "id" = $2 OR "id" = $3"#),
        (a().and(b().or(c())), r#""id" = $1 AND ("id" = $2 OR "id" = $3)"#),
        (a().or(b()).and(c()), r#"("id" = $1 OR "id" = $2) AND "id" = $3"#),
        (!a().or(b()), r#"NOT ("id" = $1 OR "id" = $2)"#),
        (not(a()).and(b()), r#"NOT ("id" = $1) AND "id" = $2"#),
        (a().and(Filter::any_of([b()])), r#""id" = $1 AND "id" = $2"#),
        (a().and(Filter::all_of([Filter::any_of([b(), c()])])), r#""id" = $1 AND ("id" = $2 OR "id" = $3)"#),
        (a().and(sql("x OR y = $1 OR z = $1", (5,))), r#""id" = $1 AND (x OR y = $2 OR z = $2)"#),
        (sql("x = $2 -- $1\n AND y = $1 --", (1, 2)), "(x = $2 -- $1\n AND y = $1 --\n)"),
    ] {
        assert_eq!(condition(filter), expected);
    }
    // A filter beside another is an AND, whatever is in it.
    let query = I::query().filter(a().or(b())).filter(c());
    let text = query.rows(None).unwrap().sql().to_owned();
    assert!(
        text.ends_with(r#" WHERE "deleted_at" IS NULL AND ("id" = $1 OR "id" = $2) AND "id" = $3"#),
        "{text}"
    );
}

#[test]
fn placeholders_and_values_must_match() {
    for (text, message) in [
        ("x = $2", "`x = $2` has the placeholder $2, and 1 values were given"),
        ("x = '$1'", "`x = '$1'` has no placeholder $1 for the value that was given"),
    ] {
        let error = ImageGeneration::query().filter(sql(text, (1,))).rows(None).unwrap_err();
        assert!(error.is_usage());
        assert_eq!(error.message(), message);
    }
}

#[test]
fn filters_find_what_they_say() {
    use ImageGeneration as I;
    let mut db = dramas("filters");
    let mut found = |filter: Filter<I>| {
        let rows = I::query().filter(filter).order_by(I::ID.asc()).all(&mut db.client).unwrap();
        super::ids(&rows)
    };
    assert_eq!(found(I::STATUS.eq(Status::Pending)), [1004, 1007]);
    assert_eq!(found(I::STATUS.one_of([Status::Pending, Status::Processing])), [1003, 1004, 1007]);
    assert_eq!(found(I::STORYBOARD_ID.is_null()), [1003, 1007]);
    assert_eq!(found(I::STORYBOARD_ID.eq(101)), [1001, 1002]);
    assert_eq!(found(I::STORYBOARD_ID.ne(101)), [1004, 1005]);
    assert_eq!(found(not(I::STORYBOARD_ID.eq(101))), [1004, 1005]);
    assert_eq!(found(I::SEED.eq(i32::MAX)), [1002]);
    assert_eq!(found(I::CFG_SCALE.between(7.0, 8.0)), [1002]);
    assert_eq!(found(I::PROMPT.like("%\"O'Hara's\" sign; 50\\% fog")), [1002]);
    assert_eq!(found(I::PROMPT.ilike("%LIGHTHOUSE 🌊")), [1004]);
    assert_eq!(found(I::PROVIDER.one_of(["openai", "upload"])), [1001, 1004, 1005]);
    assert_eq!(found(I::ID.one_of([1001, 1006, 1007])), [1001, 1007]);
    assert_eq!(found(I::ID.one_of([0_i32; 0])), [0; 0]);
    let day = I::CREATED_AT.lt("2026-01-26T00:00:00".parse::<chrono::NaiveDateTime>().unwrap());
    assert_eq!(found(day), [1005, 1007]);
    assert_eq!(found(sql("length(prompt) < $1 AND provider = $2", (6, "gemini".to_owned()))), [1007]);
    assert_eq!(found(I::PROVIDER.eq("'; DROP TABLE image_generations; --")), [0; 0]);
    let images = I::query().only_deleted().all(&mut db.client).unwrap();
    assert_eq!(super::ids(&images), [1006]);
    assert_eq!(I::query().with_deleted().count(&mut db.client).unwrap(), 7);
}

#[test]
fn nulls_stand_where_they_were_asked_to() {
    let mut db = dramas("nulls");
    let mut first = |order| {
        let asset = Asset::query().order_by(order).order_by(Asset::ID.asc()).first(&mut db.client);
        asset.unwrap().unwrap().id
    };
    assert_eq!(first(Asset::DRAMA_ID.asc()), 501);
    assert_eq!(first(Asset::DRAMA_ID.asc().nulls_first()), 503);
    assert_eq!(first(Asset::DRAMA_ID.desc()), 503);
    assert_eq!(first(Asset::DRAMA_ID.desc().nulls_last()), 501);
    assert_eq!(Drama::query().only_deleted().one(&mut db.client).unwrap().title, "旧城往事");
}

mod types {
    use feedstock::{Json, Model, PgEnum};

    #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
    pub enum Mood {
        Calm,
        #[pg_enum(rename = "it's loud")]
        Loud,
    }

    #[derive(Debug, PartialEq, Model)]
    pub struct Scene {
        #[model(primary_key)]
        pub id: i64,
        pub mood: Option<Mood>,
        pub moods: Vec<Mood>,
        pub tags: Vec<String>,
        pub light: Json<Vec<i32>>,
        pub metadata: Option<serde_json::Value>,
        #[model(sql_type = "json")]
        pub notes: Json<Vec<String>>,
        pub price: rust_decimal::Decimal,
        pub key: uuid::Uuid,
        pub r#type: Option<Vec<u8>>,
    }
}

fn expected(id: i64) -> types::Scene {
    types::Scene {
        id,
        mood: Some(types::Mood::Loud),
        moods: vec![types::Mood::Calm, types::Mood::Loud],
        tags: Vec::new(),
        light: feedstock::Json(vec![3]),
        metadata: None,
        notes: feedstock::Json(Vec::new()),
        price: rust_decimal::Decimal::TWO,
        key: uuid::Uuid::nil(),
        r#type: None,
    }
}

#[test]
fn enums_json_and_arrays_are_compared_as_what_they_are() {
    use types::{Mood, Scene};
    let mut db = crate::support::database("types");
    let setup = "CREATE TYPE mood AS ENUM ('calm', 'it''s loud');
         CREATE TABLE scene (id bigint PRIMARY KEY, mood mood, moods mood[] NOT NULL, tags text[] NOT NULL,
             light jsonb NOT NULL, metadata jsonb, notes json NOT NULL, price numeric NOT NULL, key uuid NOT NULL,
             type bytea);
         INSERT INTO scene VALUES
             (1, 'calm', '{calm}', '{a,b}', '[1,2]', '{\"a\": {\"b\": 1}}', '[\"x\"]', 1.10,
              '00000000-0000-0000-0000-000000000001', '\\x00ff'),
             (2, 'it''s loud', '{calm,it''s loud}', '{}', '[3]', NULL, '[]', 2,
              '00000000-0000-0000-0000-000000000002', NULL);";
    db.client.batch_execute(setup).unwrap();
    let mut found = |filter| {
        let rows = Scene::query().filter(filter).order_by(Scene::ID.asc()).all(&mut db.client).unwrap();
        rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(found(Scene::MOOD.eq(Mood::Loud)), [2]);
    assert_eq!(found(Scene::MOOD.one_of([Mood::Calm, Mood::Loud])), [1, 2]);
    assert_eq!(found(Scene::MOODS.eq(vec![Mood::Calm, Mood::Loud])), [2]);
    assert_eq!(found(Scene::TAGS.eq(vec!["a".to_owned(), "b".to_owned()])), [1]);
    assert_eq!(found(Scene::LIGHT.contains(&serde_json::json!([2]))), [1]);
    assert_eq!(found(Scene::METADATA.contains(&serde_json::json!({"a": {"b": 1}}))), [1]);
    assert_eq!(found(Scene::NOTES.contains(&serde_json::json!(["x"]))), [1]);
    assert_eq!(
        found(
            Scene::PRICE.between(rust_decimal::Decimal::ONE, "1.5".parse::<rust_decimal::Decimal>().unwrap())
        ),
        [1]
    );
    assert_eq!(found(Scene::KEY.one_of([uuid::Uuid::from_u128(2)])), [2]);
    assert_eq!(found(Scene::TYPE.eq(vec![0, 255])), [1]);
    assert_eq!(found(sql("mood = $1", (Mood::Loud,))), [2]);
    assert_eq!(found(sql("moods = $1", (vec![Mood::Calm],))), [1]);
    let scene = Scene::query().filter(Scene::ID.eq(2)).one(&mut db.client).unwrap();
    assert_eq!(scene, Scene { key: uuid::Uuid::from_u128(2), ..expected(2) });
}
