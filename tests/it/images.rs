//! The image models on the migration that was written from them: the sample rows, what is asked of them, and what the
//! database refuses.

use feedstock::{JsonText, Migrations, Model, rows};
use images::{Asset, ImageGeneration};
use postgres::Client;

use crate::support::{self, TestDb};

/// The migrated database with the sample rows, put in twice as the demo does.
fn sample() -> TestDb {
    let mut db = support::database("images");
    let migrations = Migrations::read(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap();
    feedstock::apply(&mut db.client, &migrations).unwrap();
    for _ in 0..2 {
        db.client.batch_execute(include_str!("../../images/examples/sample_rows.sql")).unwrap();
    }
    db
}

fn ids(client: &mut Client, rest: &str) -> Vec<i32> {
    let query = format!("{} {rest}", ImageGeneration::select());
    let found = client.query(&query, &[]).unwrap();
    rows::<ImageGeneration>(&found).unwrap().iter().map(|image| image.id).collect()
}

#[test]
fn the_sample_rows_give_the_expected_answers() {
    let mut db = sample();
    let client = &mut db.client;
    assert_eq!(ids(client, "AND drama_id = 1 ORDER BY created_at DESC, id DESC"), [1003, 1002, 1001, 1005]);
    let latest = "AND storyboard_id = 101 AND status = 'completed' ORDER BY created_at DESC, id DESC LIMIT 1";
    assert_eq!(ids(client, latest), [1001]);
    let on_deleted_shots = "AND storyboard_id IN (SELECT id FROM storyboards WHERE deleted_at IS NOT NULL)";
    assert_eq!(ids(client, on_deleted_shots), [1005]);
    let under_deleted_dramas = "AND drama_id IN (SELECT id FROM dramas WHERE deleted_at IS NOT NULL)";
    assert_eq!(ids(client, under_deleted_dramas), [1007]);
    assert_eq!(ids(client, "AND status = 'pending' ORDER BY id"), [1004, 1007]);
    let assets = client.query(&format!("{} AND image_gen_id = 1001", Asset::select()), &[]).unwrap();
    let assets: Vec<i32> = rows::<Asset>(&assets).unwrap().iter().map(|asset| asset.id).collect();
    assert_eq!(assets, [501]);
}

#[test]
fn json_in_text_is_what_was_written() {
    let mut db = sample();
    let query = format!("SELECT {} FROM image_generations ORDER BY id", ImageGeneration::COLUMNS);
    let found = db.client.query(&query, &[]).unwrap();
    let images = rows::<ImageGeneration>(&found).unwrap();
    let texts: Vec<Option<&str>> =
        images.iter().map(|image| image.reference_images.as_ref().map(JsonText::as_str)).collect();
    let two = r#"["https://cdn.example/a.png","图/参考 1.png"]"#;
    assert_eq!(texts, [None, Some(two), Some("[]"), None, None, Some("not-json"), None]);
}

#[test]
fn soft_delete_hides_and_restoring_brings_back() {
    let mut db = sample();
    let client = &mut db.client;
    let set =
        |value: &str| format!("UPDATE {} SET deleted_at = {value} WHERE id = 1001", ImageGeneration::TABLE);
    client.batch_execute(&set("clock_timestamp() AT TIME ZONE 'utc'")).unwrap();
    assert_eq!(ids(client, "AND drama_id = 1 ORDER BY created_at DESC, id DESC"), [1003, 1002, 1005]);
    client.batch_execute(&set("NULL")).unwrap();
    assert_eq!(ids(client, "AND drama_id = 1 ORDER BY created_at DESC, id DESC"), [1003, 1002, 1001, 1005]);
}

#[test]
fn what_a_raw_insert_left_behind_upstream_is_refused() {
    let mut db = sample();
    let insert = "INSERT INTO image_generations (drama_id, provider, prompt";
    for (statement, sqlstate) in [
        // A row without a time, one without a status, one of an unknown status, and an asset of no image.
        (format!("{insert}, created_at) VALUES (2, 'openai', 'x', NULL)"), "23502"),
        (format!("{insert}, status) VALUES (3, 'gemini', 'x', NULL)"), "23502"),
        (format!("{insert}, status) VALUES (1, 'openai', 'x', 'generating')"), "23514"),
        (
            "INSERT INTO assets (drama_id, name, type, url, image_gen_id) VALUES (1, 'x', 'image', 'x', 999999)"
                .to_owned(),
            "23503",
        ),
        // A second live episode of one number.
        ("INSERT INTO episodes (drama_id, episode_number, title) VALUES (1, 1, 'x')".to_owned(), "23505"),
    ] {
        let error = db.client.batch_execute(&statement).unwrap_err();
        assert_eq!(error.code().unwrap().code(), sqlstate, "{statement}");
    }
}

#[test]
fn the_binding_table_has_its_columns() {
    let mut db = sample();
    let found = db.client.query(
        "SELECT column_name::text || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END \
         FROM information_schema.columns WHERE table_name = 'image_generations' ORDER BY ordinal_position",
        &[],
    );
    let columns: Vec<String> = found.unwrap().iter().map(|row| row.get(0)).collect();
    let nullable = |name: &str, of: &str| format!("{name} {of}");
    let varchar = |name: &str| nullable(name, "character varying");
    let integer = |name: &str| nullable(name, "integer");
    let time = |name: &str| nullable(name, "timestamp without time zone");
    let text = |name: &str| nullable(name, "text");
    let required = |column: String| column + " NOT NULL";
    assert_eq!(
        columns,
        [
            required(integer("id")),
            integer("storyboard_id"),
            required(integer("drama_id")),
            required(varchar("provider")),
            required(text("prompt")),
            text("negative_prompt"),
            varchar("model"),
            varchar("size"),
            varchar("quality"),
            varchar("style"),
            integer("steps"),
            nullable("cfg_scale", "double precision"),
            integer("seed"),
            varchar("image_url"),
            varchar("minio_url"),
            varchar("local_path"),
            required(varchar("status")),
            varchar("task_id"),
            text("error_msg"),
            integer("width"),
            integer("height"),
            text("reference_images"),
            required(time("created_at")),
            required(time("updated_at")),
            time("completed_at"),
            time("deleted_at"),
        ]
    );
}
