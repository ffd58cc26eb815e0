//! The 26 columns: what a row adds to a checksum, and the mappers that people write by hand.

use std::hash::Hasher;

use chrono::NaiveDateTime;
use feedstock::JsonText;
use images::{ImageGeneration, ImageGenerationRef, Status};
use postgres::Row;

use crate::Result;

/// The hand-written query.
pub const SELECT: &str = "SELECT id, storyboard_id, drama_id, provider, prompt, negative_prompt, model, size, \
    quality, style, steps, cfg_scale, seed, image_url, minio_url, local_path, status, task_id, error_msg, width, \
    height, reference_images, created_at, updated_at, completed_at, deleted_at FROM image_generations";

/// The hand-written query of one row.
pub const BY_KEY: &str = "SELECT id, storyboard_id, drama_id, provider, prompt, negative_prompt, model, size, \
    quality, style, steps, cfg_scale, seed, image_url, minio_url, local_path, status, task_id, error_msg, width, \
    height, reference_images, created_at, updated_at, completed_at, deleted_at FROM image_generations \
    WHERE id = $1";

/// What stands in a row, whatever type holds it.
pub trait Digest {
    fn digest(&self, hasher: &mut impl Hasher);
}

/// The digest of a struct whose fields are named after the 26 columns.
#[macro_export]
macro_rules! digest {
    ($name:ty) => {
        $crate::digest!(@ $name: id storyboard_id drama_id provider prompt negative_prompt model size quality
            style steps cfg_scale seed image_url minio_url local_path status task_id error_msg width height
            reference_images created_at updated_at completed_at deleted_at);
    };
    (@ $name:ty: $($column:ident)*) => {
        impl $crate::image::Digest for $name {
            fn digest(&self, hasher: &mut impl std::hash::Hasher) {
                $($crate::image::Digest::digest(&self.$column, hasher);)*
            }
        }
    };
}

digest!(ImageGeneration);
digest!(ImageGenerationRef<'_>);

impl<T: Digest> Digest for Option<T> {
    fn digest(&self, hasher: &mut impl Hasher) {
        hasher.write_u8(u8::from(self.is_some()));
        if let Some(value) = self {
            value.digest(hasher);
        }
    }
}

impl Digest for str {
    fn digest(&self, hasher: &mut impl Hasher) {
        hasher.write(self.as_bytes());
        hasher.write_u8(0);
    }
}

impl Digest for &str {
    fn digest(&self, hasher: &mut impl Hasher) {
        str::digest(self, hasher);
    }
}

impl Digest for String {
    fn digest(&self, hasher: &mut impl Hasher) {
        str::digest(self, hasher);
    }
}

impl<T> Digest for JsonText<T> {
    fn digest(&self, hasher: &mut impl Hasher) {
        self.as_str().digest(hasher);
    }
}

impl Digest for Status {
    fn digest(&self, hasher: &mut impl Hasher) {
        label(*self).digest(hasher);
    }
}

impl Digest for i32 {
    fn digest(&self, hasher: &mut impl Hasher) {
        hasher.write_i32(*self);
    }
}

impl Digest for f64 {
    fn digest(&self, hasher: &mut impl Hasher) {
        hasher.write_u64(self.to_bits());
    }
}

impl Digest for NaiveDateTime {
    fn digest(&self, hasher: &mut impl Hasher) {
        hasher.write_i64(self.and_utc().timestamp_micros());
    }
}

/// A status as people read it by hand.
pub fn status(label: &str) -> Result<Status> {
    Ok(match label {
        "pending" => Status::Pending,
        "processing" => Status::Processing,
        "completed" => Status::Completed,
        "failed" => Status::Failed,
        _ => return Err(format!("`{label}` is no status").into()),
    })
}

/// A status as people write it by hand.
pub fn label(status: Status) -> &'static str {
    match status {
        Status::Pending => "pending",
        Status::Processing => "processing",
        Status::Completed => "completed",
        Status::Failed => "failed",
    }
}

/// The hand-written mapper: by index.
pub fn by_index(row: &Row) -> Result<ImageGeneration> {
    Ok(ImageGeneration {
        id: row.try_get(0)?,
        storyboard_id: row.try_get(1)?,
        drama_id: row.try_get(2)?,
        provider: row.try_get(3)?,
        prompt: row.try_get(4)?,
        negative_prompt: row.try_get(5)?,
        model: row.try_get(6)?,
        size: row.try_get(7)?,
        quality: row.try_get(8)?,
        style: row.try_get(9)?,
        steps: row.try_get(10)?,
        cfg_scale: row.try_get(11)?,
        seed: row.try_get(12)?,
        image_url: row.try_get(13)?,
        minio_url: row.try_get(14)?,
        local_path: row.try_get(15)?,
        status: status(row.try_get(16)?)?,
        task_id: row.try_get(17)?,
        error_msg: row.try_get(18)?,
        width: row.try_get(19)?,
        height: row.try_get(20)?,
        reference_images: row.try_get::<_, Option<String>>(21)?.map(JsonText::from_text),
        created_at: row.try_get(22)?,
        updated_at: row.try_get(23)?,
        completed_at: row.try_get(24)?,
        deleted_at: row.try_get(25)?,
    })
}

/// The hand-written mapper: by name.
pub fn by_name(row: &Row) -> Result<ImageGeneration> {
    Ok(ImageGeneration {
        id: row.try_get("id")?,
        storyboard_id: row.try_get("storyboard_id")?,
        drama_id: row.try_get("drama_id")?,
        provider: row.try_get("provider")?,
        prompt: row.try_get("prompt")?,
        negative_prompt: row.try_get("negative_prompt")?,
        model: row.try_get("model")?,
        size: row.try_get("size")?,
        quality: row.try_get("quality")?,
        style: row.try_get("style")?,
        steps: row.try_get("steps")?,
        cfg_scale: row.try_get("cfg_scale")?,
        seed: row.try_get("seed")?,
        image_url: row.try_get("image_url")?,
        minio_url: row.try_get("minio_url")?,
        local_path: row.try_get("local_path")?,
        status: status(row.try_get("status")?)?,
        task_id: row.try_get("task_id")?,
        error_msg: row.try_get("error_msg")?,
        width: row.try_get("width")?,
        height: row.try_get("height")?,
        reference_images: row.try_get::<_, Option<String>>("reference_images")?.map(JsonText::from_text),
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        completed_at: row.try_get("completed_at")?,
        deleted_at: row.try_get("deleted_at")?,
    })
}
