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
    /// The asset.
    #[model(primary_key)]
    pub id: i32,
    /// The drama; NULL is an asset for all dramas.
    #[model(belongs_to = Drama, on_delete = cascade, restrict_deleted_parent)]
    pub drama_id: Option<i32>,
    /// What it is called.
    #[model(sql_type = "varchar")]
    pub name: String,
    /// What it shows.
    #[model(sql_type = "varchar")]
    pub description: Option<String>,
    /// What it is: image, video or audio.
    #[model(sql_type = "varchar")]
    pub r#type: String,
    /// Where it is filed.
    #[model(sql_type = "varchar")]
    pub category: Option<String>,
    /// Its address.
    #[model(sql_type = "varchar")]
    pub url: String,
    /// The address of its small image.
    #[model(sql_type = "varchar")]
    pub thumbnail_url: Option<String>,
    /// The path of the local copy, relative.
    #[model(sql_type = "varchar")]
    pub local_path: Option<String>,
    /// In bytes.
    pub file_size: Option<i32>,
    /// Its media type, such as image/png.
    #[model(sql_type = "varchar")]
    pub mime_type: Option<String>,
    /// In pixels.
    pub width: Option<i32>,
    /// In pixels.
    pub height: Option<i32>,
    /// How long it is, in seconds.
    pub duration: Option<f64>,
    /// The file's format, such as png.
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
    /// How often it was looked at.
    #[model(default = 0)]
    pub view_count: i32,
    /// When it was added, UTC.
    #[model(created_at)]
    pub created_at: NaiveDateTime,
    /// When it was last changed, UTC.
    #[model(updated_at)]
    pub updated_at: NaiveDateTime,
    /// When it was deleted, UTC; NULL is live.
    pub deleted_at: Option<NaiveDateTime>,
}
