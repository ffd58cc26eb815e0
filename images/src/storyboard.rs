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
    /// The shot.
    #[model(primary_key)]
    pub id: i32,
    /// The episode that it belongs to, and goes with.
    #[model(belongs_to = Episode, on_delete = cascade, restrict_deleted_parent)]
    pub episode_id: i32,
    /// The scene that it plays in; scenes have no model here.
    pub scene_id: Option<i32>,
    /// Its place in the episode, from 1.
    pub storyboard_number: i32,
    /// What it is called.
    #[model(sql_type = "varchar")]
    pub title: Option<String>,
    /// What is seen.
    pub description: Option<String>,
    /// Where it plays.
    #[model(sql_type = "varchar")]
    pub location: Option<String>,
    /// The time of day.
    #[model(sql_type = "varchar")]
    pub time: Option<String>,
    /// What is said.
    pub dialogue: Option<String>,
    /// What is done.
    pub action: Option<String>,
    /// The mood.
    #[model(sql_type = "varchar")]
    pub atmosphere: Option<String>,
    /// The prompt of its images.
    pub image_prompt: Option<String>,
    /// The prompt of its video.
    pub video_prompt: Option<String>,
    /// Who is in it, a JSON array.
    pub characters: Option<JsonText<serde_json::Value>>,
    /// How long it is, in seconds.
    #[model(default = 0)]
    pub duration: i32,
    /// The address of the image that was chosen for it.
    #[model(sql_type = "varchar")]
    pub composed_image: Option<String>,
    /// The address of its video.
    #[model(sql_type = "varchar")]
    pub video_url: Option<String>,
    /// How far it is.
    #[model(sql_type = "varchar", default = Status::Pending)]
    pub status: Status,
    /// When it was made, UTC.
    #[model(created_at)]
    pub created_at: NaiveDateTime,
    /// When it was last changed, UTC.
    #[model(updated_at)]
    pub updated_at: NaiveDateTime,
    /// When it was deleted, UTC; NULL is live.
    pub deleted_at: Option<NaiveDateTime>,
}
