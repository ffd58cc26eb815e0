use chrono::NaiveDateTime;
use feedstock::Model;

use crate::{Drama, DramaStatus, Storyboard};

/// An episode of a drama. Among the live episodes of a drama each number is there once.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "episodes", soft_delete = deleted_at)]
#[model(unique(drama_id, episode_number))]
#[model(has_many(storyboards: Storyboard, by = episode_id, on_soft_delete = cascade))]
pub struct Episode {
    /// The episode.
    #[model(primary_key)]
    pub id: i32,
    /// The drama that it belongs to, and goes with.
    #[model(belongs_to = Drama, on_delete = cascade, restrict_deleted_parent)]
    pub drama_id: i32,
    /// Its place in the drama, from 1.
    pub episode_number: i32,
    /// What it is called.
    #[model(sql_type = "varchar")]
    pub title: String,
    /// The script.
    pub script_content: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// How long it is, in seconds.
    #[model(default = 0)]
    pub duration: i32,
    /// How far it is.
    #[model(sql_type = "varchar", default = DramaStatus::Draft)]
    pub status: DramaStatus,
    /// The address of the finished video.
    #[model(sql_type = "varchar")]
    pub video_url: Option<String>,
    /// The address of its cover.
    #[model(sql_type = "varchar")]
    pub thumbnail: Option<String>,
    /// When it was made, UTC.
    #[model(created_at)]
    pub created_at: NaiveDateTime,
    /// When it was last changed, UTC.
    #[model(updated_at)]
    pub updated_at: NaiveDateTime,
    /// When it was deleted, UTC; NULL is live.
    pub deleted_at: Option<NaiveDateTime>,
}
