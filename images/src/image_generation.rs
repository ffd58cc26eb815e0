use chrono::NaiveDateTime;
use feedstock::{JsonText, Model};

use crate::{Asset, Drama, Status, Storyboard};

/// A request to a provider to generate an image.
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
    /// Identifier of the generation.
    #[model(primary_key)]
    pub id: i32,
    /// The shot; NULL is an image for no shot, or for one that was replaced.
    #[model(belongs_to = Storyboard, on_delete = set_null, restrict_deleted_parent)]
    pub storyboard_id: Option<i32>,
    /// The drama; deleting it deletes the generation.
    #[model(belongs_to = Drama, on_delete = cascade, restrict_deleted_parent)]
    pub drama_id: i32,
    /// The provider: openai, midjourney, stable_diffusion and others; an open set.
    #[model(sql_type = "varchar")]
    pub provider: String,
    /// Prompt.
    pub prompt: String,
    /// Negative prompt: what the image must not show.
    pub negative_prompt: Option<String>,
    /// Name of the model at the provider.
    #[model(sql_type = "varchar")]
    pub model: Option<String>,
    /// Requested width and height, such as 1024x1024.
    #[model(sql_type = "varchar")]
    pub size: Option<String>,
    /// Requested quality, such as standard or hd.
    #[model(sql_type = "varchar")]
    pub quality: Option<String>,
    /// Requested style.
    #[model(sql_type = "varchar")]
    pub style: Option<String>,
    /// Number of sampling steps.
    pub steps: Option<i32>,
    /// Guidance scale: how closely to follow the prompt.
    pub cfg_scale: Option<f64>,
    /// Random seed, 32 bits.
    pub seed: Option<i32>,
    /// URL at the provider, which often expires; may be a data URI, too long for an index.
    #[model(sql_type = "varchar")]
    pub image_url: Option<String>,
    /// URL of the copy in the object store.
    #[model(sql_type = "varchar")]
    pub minio_url: Option<String>,
    /// Relative path of the local copy.
    #[model(sql_type = "varchar")]
    pub local_path: Option<String>,
    /// Progress of the generation.
    #[model(sql_type = "varchar", default = Status::Pending)]
    pub status: Status,
    /// Task of the provider, when it works asynchronously.
    #[model(sql_type = "varchar")]
    pub task_id: Option<String>,
    /// Reason of the failure.
    pub error_msg: Option<String>,
    /// Width in pixels.
    pub width: Option<i32>,
    /// Height in pixels.
    pub height: Option<i32>,
    /// Reference images, a JSON array of URLs and paths, as text.
    pub reference_images: Option<JsonText<Vec<String>>>,
    /// Time of the request, UTC.
    #[model(created_at)]
    pub created_at: NaiveDateTime,
    /// Time of the last change, UTC.
    #[model(updated_at)]
    pub updated_at: NaiveDateTime,
    /// Time of completion, UTC; set on success only.
    pub completed_at: Option<NaiveDateTime>,
    /// Time of deletion, UTC; NULL is live.
    pub deleted_at: Option<NaiveDateTime>,
}
