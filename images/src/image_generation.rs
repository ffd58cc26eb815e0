use chrono::NaiveDateTime;
use feedstock::{JsonText, Model};

use crate::{Asset, Drama, Status, Storyboard};

/// An image that a provider was asked to make.
///
/// `status`, `created_at` and `updated_at` may be NULL in the original tables, whose defaults are set by the client;
/// here they are NOT NULL with the same defaults in the database. `id` counts by identity in place of a serial.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "image_generations", soft_delete = deleted_at, borrowed)]
#[model(has_many(assets: Asset, by = image_gen_id, on_soft_delete = cascade))]
// The list of a drama, newest first, and its total.
#[model(index(drama_id, created_at.desc(), id.desc(), live))]
// The latest image of each shot, and detaching the images of a shot.
#[model(index(storyboard_id, live, where = "storyboard_id IS NOT NULL"))]
// What was in flight when the service stopped.
#[model(index(status, id.asc(), live, where = "status IN ('pending', 'processing')"))]
// The provider calls back with its task, whether the image is live or not.
#[model(index(task_id, where = "task_id IS NOT NULL"))]
pub struct ImageGeneration {
    /// The image.
    #[model(primary_key)]
    pub id: i32,
    /// The shot; NULL is an image for no shot, or one whose shot was made anew.
    #[model(belongs_to = Storyboard, on_delete = set_null, restrict_deleted_parent)]
    pub storyboard_id: Option<i32>,
    /// The drama that it belongs to, and goes with.
    #[model(belongs_to = Drama, on_delete = cascade, restrict_deleted_parent)]
    pub drama_id: i32,
    /// Who makes it: openai, midjourney, stable_diffusion, and whoever comes next; an open set.
    #[model(sql_type = "varchar")]
    pub provider: String,
    /// What it shall show.
    pub prompt: String,
    /// What it shall not show.
    pub negative_prompt: Option<String>,
    /// The provider's name of the model.
    #[model(sql_type = "varchar")]
    pub model: Option<String>,
    /// Width and height as they were asked for, such as 1024x1024.
    #[model(sql_type = "varchar")]
    pub size: Option<String>,
    /// The quality that was asked for, such as standard or hd.
    #[model(sql_type = "varchar")]
    pub quality: Option<String>,
    /// The style that was asked for.
    #[model(sql_type = "varchar")]
    pub style: Option<String>,
    /// How many sampling steps.
    pub steps: Option<i32>,
    /// How closely to follow the prompt.
    pub cfg_scale: Option<f64>,
    /// The random seed, 32 bits.
    pub seed: Option<i32>,
    /// The provider's address, which often expires; may be a data URI, too long for an index.
    #[model(sql_type = "varchar")]
    pub image_url: Option<String>,
    /// The address of the copy in the object store.
    #[model(sql_type = "varchar")]
    pub minio_url: Option<String>,
    /// The path of the local copy, relative.
    #[model(sql_type = "varchar")]
    pub local_path: Option<String>,
    /// How far it is.
    #[model(sql_type = "varchar", default = Status::Pending)]
    pub status: Status,
    /// The provider's job, when it works asynchronously.
    #[model(sql_type = "varchar")]
    pub task_id: Option<String>,
    /// Why it failed.
    pub error_msg: Option<String>,
    /// In pixels.
    pub width: Option<i32>,
    /// In pixels.
    pub height: Option<i32>,
    /// A JSON array of addresses and paths, as text.
    pub reference_images: Option<JsonText<Vec<String>>>,
    /// When it was asked for, UTC.
    #[model(created_at)]
    pub created_at: NaiveDateTime,
    /// When it was last changed, UTC.
    #[model(updated_at)]
    pub updated_at: NaiveDateTime,
    /// When it was completed, UTC; set on success only.
    pub completed_at: Option<NaiveDateTime>,
    /// When it was deleted, UTC; NULL is live.
    pub deleted_at: Option<NaiveDateTime>,
}
