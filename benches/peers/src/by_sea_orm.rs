//! sea-orm, on a pool of one connection.

use images::ImageGeneration;
use rows::{ROWS_OF_A_STATEMENT, Run};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectOptions, Database, Set, Statement, TransactionTrait};

#[derive(Clone, Debug, PartialEq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)")]
pub enum Status {
    #[sea_orm(string_value = "pending")]
    Pending,
    #[sea_orm(string_value = "processing")]
    Processing,
    #[sea_orm(string_value = "completed")]
    Completed,
    #[sea_orm(string_value = "failed")]
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

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "image_generations")]
pub struct Model {
    #[sea_orm(primary_key)]
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
    created_at: DateTime,
    updated_at: DateTime,
    completed_at: Option<DateTime>,
    deleted_at: Option<DateTime>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

rows::digest!(Model);

pub fn select(run: &mut Run) -> rows::Result {
    let runtime = rows::runtime()?;
    let client = runtime.block_on(connect(run))?;
    run.measure(|sum| {
        sum.add(&runtime.block_on(Entity::find().all(&client))?);
        Ok(())
    })
}

pub fn by_key(run: &mut Run) -> rows::Result {
    let runtime = rows::runtime()?;
    let client = runtime.block_on(connect(run))?;
    run.measure(|sum| {
        runtime.block_on(async {
            for id in run.keys() {
                let image = Entity::find_by_id(id).one(&client).await?;
                sum.add([&image.ok_or("there is no such row")?]);
            }
            Ok(())
        })
    })
}

pub fn insert_many(run: &mut Run) -> rows::Result {
    let runtime = rows::runtime()?;
    let client = runtime.block_on(connect(run))?;
    let backend = runtime.block_on(async {
        let row = client
            .query_one_raw(Statement::from_string(
                client.get_database_backend(),
                "SELECT pg_backend_pid() AS pid",
            ))
            .await?;
        row.ok_or(DbErr::RecordNotFound("the backend".to_owned()))?.try_get("", "pid")
    })?;
    rows::round(run, backend, new, |mut rows| {
        runtime.block_on(async {
            let transaction = client.begin().await?;
            while !rows.is_empty() {
                let some: Vec<ActiveModel> = rows.drain(..rows.len().min(ROWS_OF_A_STATEMENT)).collect();
                Entity::insert_many(some).exec_without_returning(&transaction).await?;
            }
            Ok(transaction.commit().await?)
        })
    })
}

fn new(row: ImageGeneration) -> ActiveModel {
    let status = match row.status {
        images::Status::Pending => Status::Pending,
        images::Status::Processing => Status::Processing,
        images::Status::Completed => Status::Completed,
        images::Status::Failed => Status::Failed,
    };
    ActiveModel {
        id: ActiveValue::NotSet,
        storyboard_id: Set(row.storyboard_id),
        drama_id: Set(row.drama_id),
        provider: Set(row.provider),
        prompt: Set(row.prompt),
        negative_prompt: Set(row.negative_prompt),
        model: Set(row.model),
        size: Set(row.size),
        quality: Set(row.quality),
        style: Set(row.style),
        steps: Set(row.steps),
        cfg_scale: Set(row.cfg_scale),
        seed: Set(row.seed),
        image_url: Set(row.image_url),
        minio_url: Set(row.minio_url),
        local_path: Set(row.local_path),
        status: Set(status),
        task_id: Set(row.task_id),
        error_msg: Set(row.error_msg),
        width: Set(row.width),
        height: Set(row.height),
        reference_images: Set(row.reference_images.map(|json| json.as_str().to_owned())),
        created_at: Set(row.created_at),
        updated_at: Set(row.updated_at),
        completed_at: Set(row.completed_at),
        deleted_at: Set(row.deleted_at),
    }
}

async fn connect(run: &Run) -> rows::Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(&run.url);
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}
