//! diesel, on its own client. It keeps statements by name.

use chrono::NaiveDateTime;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgConnection, PgValue};
use diesel::prelude::*;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Integer, Text};
use images::ImageGeneration;
use rows::{ROWS_OF_A_STATEMENT, Result, Run};

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

#[derive(Debug, FromSqlRow, AsExpression)]
#[diesel(sql_type = Text)]
struct Status(images::Status);

impl FromSql<Text, Pg> for Status {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Status(rows::image::status(std::str::from_utf8(value.as_bytes())?)?))
    }
}

impl ToSql<Text, Pg> for Status {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Text, Pg>::to_sql(rows::image::label(self.0), &mut out.reborrow())
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

#[derive(Insertable)]
#[diesel(table_name = image_generations)]
struct NewImage {
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

fn new(row: ImageGeneration) -> NewImage {
    NewImage {
        storyboard_id: row.storyboard_id,
        drama_id: row.drama_id,
        provider: row.provider,
        prompt: row.prompt,
        negative_prompt: row.negative_prompt,
        model: row.model,
        size: row.size,
        quality: row.quality,
        style: row.style,
        steps: row.steps,
        cfg_scale: row.cfg_scale,
        seed: row.seed,
        image_url: row.image_url,
        minio_url: row.minio_url,
        local_path: row.local_path,
        status: Status(row.status),
        task_id: row.task_id,
        error_msg: row.error_msg,
        width: row.width,
        height: row.height,
        reference_images: row.reference_images.map(|json| json.as_str().to_owned()),
        created_at: row.created_at,
        updated_at: row.updated_at,
        completed_at: row.completed_at,
        deleted_at: row.deleted_at,
    }
}

pub fn insert_many(run: &mut Run) -> Result {
    let mut client = PgConnection::establish(&run.url)?;
    let backend = diesel::select(diesel::dsl::sql::<Integer>("pg_backend_pid()")).get_result(&mut client)?;
    rows::round(run, backend, new, |rows| {
        client.transaction(|client| {
            for rows in rows.chunks(ROWS_OF_A_STATEMENT) {
                diesel::insert_into(dsl::image_generations).values(rows).execute(client)?;
            }
            Ok(())
        })
    })
}
