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
    /// Identifier of the drama.
    #[model(primary_key)]
    pub id: i32,
    /// Title.
    #[model(sql_type = "varchar")]
    pub title: String,
    /// Description of the story.
    pub description: Option<String>,
    /// Genre, an open set.
    #[model(sql_type = "varchar")]
    pub genre: Option<String>,
    /// Visual style of its images.
    #[model(sql_type = "varchar", default = "realistic")]
    pub style: String,
    /// Number of planned episodes.
    #[model(default = 1)]
    pub total_episodes: i32,
    /// Duration of all episodes together, in seconds.
    #[model(default = 0)]
    pub total_duration: i32,
    /// Progress of the drama.
    #[model(sql_type = "varchar", default = DramaStatus::Draft)]
    pub status: DramaStatus,
    /// URL of its cover.
    #[model(sql_type = "varchar")]
    pub thumbnail: Option<String>,
    /// Tags, a JSON array of strings.
    pub tags: Option<JsonText<Vec<String>>>,
    /// Further properties, a JSON object.
    pub metadata: Option<JsonText<serde_json::Value>>,
    /// Time of creation, UTC.
    #[model(created_at)]
    pub created_at: NaiveDateTime,
    /// Time of the last change, UTC.
    #[model(updated_at)]
    pub updated_at: NaiveDateTime,
    /// Time of deletion, UTC; NULL is live.
    pub deleted_at: Option<NaiveDateTime>,
}
