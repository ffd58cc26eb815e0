//! sqlx, with texts as queries and structs for rows. It keeps statements by name.

use chrono::NaiveDateTime;
use rows::image::SELECT;
use rows::{Result, Run};
use sqlx::{Connection, PgConnection};

#[derive(sqlx::Type)]
#[sqlx(type_name = "varchar", rename_all = "lowercase")]
enum Status {
    Pending,
    Processing,
    Completed,
    Failed,
}

impl rows::image::Digest for Status {
    fn digest(&self, hasher: &mut impl std::hash::Hasher) {
        let status = match self {
            Status::Pending => images::Status::Pending,
            Status::Processing => images::Status::Processing,
            Status::Completed => images::Status::Completed,
            Status::Failed => images::Status::Failed,
        };
        status.digest(hasher);
    }
}

#[derive(sqlx::FromRow)]
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
    let runtime = rows::runtime()?;
    let mut client = runtime.block_on(PgConnection::connect(&run.url))?;
    run.measure(|sum| {
        let images: Vec<Image> = runtime.block_on(sqlx::query_as(SELECT).fetch_all(&mut client))?;
        sum.add(&images);
        Ok(())
    })
}

pub fn by_key(run: &mut Run) -> Result {
    const BY_KEY: &str = rows::image::BY_KEY;
    let runtime = rows::runtime()?;
    let mut client = runtime.block_on(PgConnection::connect(&run.url))?;
    run.measure(|sum| {
        runtime.block_on(async {
            for id in run.keys() {
                let image: Image = sqlx::query_as(BY_KEY).bind(id).fetch_one(&mut client).await?;
                sum.add([&image]);
            }
            Ok(())
        })
    })
}
