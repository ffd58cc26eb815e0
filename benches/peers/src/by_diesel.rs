//! diesel, on its own client. It keeps statements by name.

use chrono::NaiveDateTime;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::{Pg, PgConnection, PgValue};
use diesel::prelude::*;
use diesel::sql_types::Text;
use rows::{Result, Run};

use image_generations::dsl;

diesel::table! {
    image_generations (id) {
        id -> Int4,
        storyboard_id -> Nullable<Int4>,
        drama_id -> Int4,
        provider -> Text,
        prompt -> Text,
        negative_prompt -> Nullable<Text>,
        model -> Nullable<Text>,
        size -> Nullable<Text>,
        quality -> Nullable<Text>,
        style -> Nullable<Text>,
        steps -> Nullable<Int4>,
        cfg_scale -> Nullable<Float8>,
        seed -> Nullable<Int4>,
        image_url -> Nullable<Text>,
        minio_url -> Nullable<Text>,
        local_path -> Nullable<Text>,
        status -> Text,
        task_id -> Nullable<Text>,
        error_msg -> Nullable<Text>,
        width -> Nullable<Int4>,
        height -> Nullable<Int4>,
        reference_images -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        completed_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(FromSqlRow)]
struct Status(images::Status);

impl FromSql<Text, Pg> for Status {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Status(rows::image::status(std::str::from_utf8(value.as_bytes())?)?))
    }
}

impl rows::image::Digest for Status {
    fn digest(&self, hasher: &mut impl std::hash::Hasher) {
        self.0.digest(hasher);
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = image_generations, check_for_backend(Pg))]
struct Image {
    id: i32,
    storyboard_id: Option<i32>,
    drama_id: i32,
    provider: String,
    prompt: String,
    negative_prompt: Option<String>,
    model: Option<String>,
    size: Option<String>,
    quality: Option<String>,
    style: Option<String>,
    steps: Option<i32>,
    cfg_scale: Option<f64>,
    seed: Option<i32>,
    image_url: Option<String>,
    minio_url: Option<String>,
    local_path: Option<String>,
    status: Status,
    task_id: Option<String>,
    error_msg: Option<String>,
    width: Option<i32>,
    height: Option<i32>,
    reference_images: Option<String>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    completed_at: Option<NaiveDateTime>,
    deleted_at: Option<NaiveDateTime>,
}

rows::digest!(Image);

pub fn select(run: &mut Run) -> Result {
    let mut client = PgConnection::establish(&run.url)?;
    run.measure(|sum| {
        sum.add(&dsl::image_generations.select(Image::as_select()).load(&mut client)?);
        Ok(())
    })
}

pub fn by_key(run: &mut Run) -> Result {
    let mut client = PgConnection::establish(&run.url)?;
    run.measure(|sum| {
        for id in run.keys() {
            sum.add([&dsl::image_generations.find(id).select(Image::as_select()).first(&mut client)?]);
        }
        Ok(())
    })
}
