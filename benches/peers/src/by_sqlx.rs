//! sqlx, with texts as queries and structs for rows. It keeps statements by name.

use chrono::NaiveDateTime;
use images::ImageGeneration;
use rows::image::SELECT;
use rows::{ROWS_OF_A_STATEMENT, Result, Run};
use sqlx::{Connection, PgConnection, Postgres, QueryBuilder};

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

pub fn insert_many(run: &mut Run) -> Result {
    const INTO: &str = "INSERT INTO image_generations (\
        storyboard_id, drama_id, provider, prompt, negative_prompt, model, size, quality, style, steps, cfg_scale, \
        seed, image_url, minio_url, local_path, status, task_id, error_msg, width, height, reference_images, \
        created_at, updated_at, completed_at, deleted_at) ";
    let runtime = rows::runtime()?;
    let mut client = runtime.block_on(PgConnection::connect(&run.url))?;
    let backend = runtime.block_on(sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut client))?;
    let same = |row: ImageGeneration| row;
    rows::round(run, backend, same, |rows| {
        runtime.block_on(async {
            let mut transaction = client.begin().await?;
            for rows in rows.chunks(ROWS_OF_A_STATEMENT) {
                let mut query = QueryBuilder::<Postgres>::new(INTO);
                query.push_values(rows, |mut values, row| {
                    values
                        .push_bind(row.storyboard_id)
                        .push_bind(row.drama_id)
                        .push_bind(&row.provider)
                        .push_bind(&row.prompt)
                        .push_bind(&row.negative_prompt)
                        .push_bind(&row.model)
                        .push_bind(&row.size)
                        .push_bind(&row.quality)
                        .push_bind(&row.style)
                        .push_bind(row.steps)
                        .push_bind(row.cfg_scale)
                        .push_bind(row.seed)
                        .push_bind(&row.image_url)
                        .push_bind(&row.minio_url)
                        .push_bind(&row.local_path)
                        .push_bind(rows::image::label(row.status))
                        .push_bind(&row.task_id)
                        .push_bind(&row.error_msg)
                        .push_bind(row.width)
                        .push_bind(row.height)
                        .push_bind(row.reference_images.as_ref().map(|json| json.as_str()))
                        .push_bind(row.created_at)
                        .push_bind(row.updated_at)
                        .push_bind(row.completed_at)
                        .push_bind(row.deleted_at);
                });
                query.build().execute(&mut *transaction).await?;
            }
            Ok(transaction.commit().await?)
        })
    })
}
