use chrono::NaiveDateTime;
use feedstock::Model;

use crate::{Drama, DramaStatus, Storyboard};

/// An episode of a drama. Among the live episodes of a drama each number is there once.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "episodes", soft_delete = deleted_at)]
#[model(unique(drama_id, episode_number))]
#[model(has_many(storyboards: Storyboard, by = episode_id, on_soft_delete = cascade))]
pub struct Episode {
    /// Identifier of the episode.
    #[model(primary_key)]
    pub id: i32,
    /// The drama; deleting it deletes the episode.
    #[model(belongs_to = Drama, on_delete = cascade, restrict_deleted_parent)]
    pub drama_id: i32,
    /// Number within the drama, from 1.
    pub episode_number: i32,
    /// Title.
    #[model(sql_type = "varchar")]
    pub title: String,
    /// Script.
    pub script_content: Option<String>,
    /// Summary of the episode.
    pub description: Option<String>,
    /// Duration in seconds.
    #[model(default = 0)]
    pub duration: i32,
    /// Progress of the episode.
    #[model(sql_type = "varchar", default = DramaStatus::Draft)]
    pub status: DramaStatus,
    /// URL of the finished video.
    #[model(sql_type = "varchar")]
    pub video_url: Option<String>,
    /// URL of its cover.
    #[model(sql_type = "varchar")]
    pub thumbnail: Option<String>,
    /// Time of creation, UTC.
    #[model(created_at)]
    pub created_at: NaiveDateTime,
    /// Time of the last change, UTC.
    #[model(updated_at)]
    pub updated_at: NaiveDateTime,
    /// Time of deletion, UTC; NULL is live.
    pub deleted_at: Option<NaiveDateTime>,
}
