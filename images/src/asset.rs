use chrono::NaiveDateTime;
use feedstock::Model;

use crate::{Drama, ImageGeneration};

/// A file of the library: an image, a video or a sound, of a drama or of all. The columns with defaults are NOT
/// NULL here.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "assets", soft_delete = deleted_at)]
// The page of a drama's assets, newest first.
#[model(index(drama_id, created_at.desc(), live))]
// The assets of an image.
#[model(index(image_gen_id, live, where = "image_gen_id IS NOT NULL"))]
pub struct Asset {
    /// Identifier of the asset.
    #[model(primary_key)]
    pub id: i32,
    /// The drama; NULL is an asset for all dramas.
    #[model(belongs_to = Drama, on_delete = cascade, restrict_deleted_parent)]
    pub drama_id: Option<i32>,
    /// Name.
    #[model(sql_type = "varchar")]
    pub name: String,
    /// Description of the content.
    #[model(sql_type = "varchar")]
    pub description: Option<String>,
    /// Kind: image, video or audio.
    #[model(sql_type = "varchar")]
    pub r#type: String,
    /// Category.
    #[model(sql_type = "varchar")]
    pub category: Option<String>,
    /// URL.
    #[model(sql_type = "varchar")]
    pub url: String,
    /// URL of the thumbnail.
    #[model(sql_type = "varchar")]
    pub thumbnail_url: Option<String>,
    /// Relative path of the local copy.
    #[model(sql_type = "varchar")]
    pub local_path: Option<String>,
    /// Size in bytes.
    pub file_size: Option<i32>,
    /// Media type, such as image/png.
    #[model(sql_type = "varchar")]
    pub mime_type: Option<String>,
    /// Width in pixels.
    pub width: Option<i32>,
    /// Height in pixels.
    pub height: Option<i32>,
    /// Duration in seconds.
    pub duration: Option<f64>,
    /// Format of the file, such as png.
    #[model(sql_type = "varchar")]
    pub format: Option<String>,
    /// The image that it was imported from.
    #[model(belongs_to = ImageGeneration, on_delete = set_null, restrict_deleted_parent)]
    pub image_gen_id: Option<i32>,
    /// The video that it was imported from; videos have no model here.
    pub video_gen_id: Option<i32>,
    /// 1 is a favourite.
    #[model(default = 0)]
    pub is_favorite: i32,
    /// Number of views.
    #[model(default = 0)]
    pub view_count: i32,
    /// Time of creation, UTC.
    #[model(created_at)]
    pub created_at: NaiveDateTime,
    /// Time of the last change, UTC.
    #[model(updated_at)]
    pub updated_at: NaiveDateTime,
    /// Time of deletion, UTC; NULL is live.
    pub deleted_at: Option<NaiveDateTime>,
}
