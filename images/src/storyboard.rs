use chrono::NaiveDateTime;
use feedstock::{JsonText, Model};

use crate::{Episode, ImageGeneration, Status};

/// A shot of an episode. Among the live shots of an episode each number is there once; the drama is reached through
/// the episode.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "storyboards", soft_delete = deleted_at)]
#[model(unique(episode_id, storyboard_number))]
// An image outlives its shot, whichever way the shot goes: it was paid for, belongs to the drama, and is listed and
// imported there. That the link is not restored is the price.
#[model(has_many(images: ImageGeneration, by = storyboard_id, on_soft_delete = set_null))]
pub struct Storyboard {
    /// Identifier of the shot.
    #[model(primary_key)]
    pub id: i32,
    /// The episode; deleting it deletes the shot.
    #[model(belongs_to = Episode, on_delete = cascade, restrict_deleted_parent)]
    pub episode_id: i32,
    /// The scene; scenes have no model here.
    pub scene_id: Option<i32>,
    /// Number within the episode, from 1.
    pub storyboard_number: i32,
    /// Title.
    #[model(sql_type = "varchar")]
    pub title: Option<String>,
    /// Description of the picture.
    pub description: Option<String>,
    /// Location.
    #[model(sql_type = "varchar")]
    pub location: Option<String>,
    /// Time of day.
    #[model(sql_type = "varchar")]
    pub time: Option<String>,
    /// Dialogue.
    pub dialogue: Option<String>,
    /// Action.
    pub action: Option<String>,
    /// Mood.
    #[model(sql_type = "varchar")]
    pub atmosphere: Option<String>,
    /// Prompt for its images.
    pub image_prompt: Option<String>,
    /// Prompt for its video.
    pub video_prompt: Option<String>,
    /// Characters in it, a JSON array.
    pub characters: Option<JsonText<serde_json::Value>>,
    /// Duration in seconds.
    #[model(default = 0)]
    pub duration: i32,
    /// URL of the chosen image.
    #[model(sql_type = "varchar")]
    pub composed_image: Option<String>,
    /// URL of its video.
    #[model(sql_type = "varchar")]
    pub video_url: Option<String>,
    /// Progress of the shot.
    #[model(sql_type = "varchar", default = Status::Pending)]
    pub status: Status,
    /// Time of creation, UTC.
    #[model(created_at)]
    pub created_at: NaiveDateTime,
    /// Time of the last change, UTC.
    #[model(updated_at)]
    pub updated_at: NaiveDateTime,
    /// Time of deletion, UTC; NULL is live.
    pub deleted_at: Option<NaiveDateTime>,
}
