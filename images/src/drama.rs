use chrono::NaiveDateTime;
use feedstock::{JsonText, Model};

use crate::{Asset, DramaStatus, Episode, ImageGeneration};

/// A short drama. Beside the columns with defaults, which are NOT NULL here, as in the original.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "dramas", soft_delete = deleted_at)]
// What a drama has goes with it, and comes back with it.
#[model(has_many(episodes: Episode, by = drama_id, on_soft_delete = cascade))]
#[model(has_many(images: ImageGeneration, by = drama_id, on_soft_delete = cascade))]
#[model(has_many(assets: Asset, by = drama_id, on_soft_delete = cascade))]
pub struct Drama {
    /// The drama.
    #[model(primary_key)]
    pub id: i32,
    /// What it is called.
    #[model(sql_type = "varchar")]
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// Its genre, an open set.
    #[model(sql_type = "varchar")]
    pub genre: Option<String>,
    /// The style that its images are drawn in.
    #[model(sql_type = "varchar", default = "realistic")]
    pub style: String,
    /// How many episodes are planned.
    #[model(default = 1)]
    pub total_episodes: i32,
    /// How long all episodes are together, in seconds.
    #[model(default = 0)]
    pub total_duration: i32,
    /// How far it is.
    #[model(sql_type = "varchar", default = DramaStatus::Draft)]
    pub status: DramaStatus,
    /// The address of its cover.
    #[model(sql_type = "varchar")]
    pub thumbnail: Option<String>,
    /// A JSON array of words.
    pub tags: Option<JsonText<Vec<String>>>,
    /// A JSON object, for what has no column yet.
    pub metadata: Option<JsonText<serde_json::Value>>,
    /// When it was made, UTC.
    #[model(created_at)]
    pub created_at: NaiveDateTime,
    /// When it was last changed, UTC.
    #[model(updated_at)]
    pub updated_at: NaiveDateTime,
    /// When it was deleted, UTC; NULL is live.
    pub deleted_at: Option<NaiveDateTime>,
}
