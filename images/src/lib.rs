//! The models of an AI short-drama platform's images.
//!
//! A *drama* has *episodes*; an episode is cut into *storyboards* (shots); each shot gets AI *image generations*; a
//! finished image can be imported into the *asset* library.
//!
//! All five tables are soft-deleted by `deleted_at`; their times are UTC without a zone. Where a column of the
//! original tables had a default on the client's side, here the database has it and the column is NOT NULL: what a
//! raw INSERT leaves out is then a value, and never a NULL that status filters miss and that sorts first.

mod asset;
mod drama;
mod episode;
mod image_generation;
mod status;
mod storyboard;

pub use asset::{Asset, NewAsset};
pub use drama::{Drama, NewDrama};
pub use episode::{Episode, NewEpisode};
pub use image_generation::{ImageGeneration, ImageGenerationRef, NewImageGeneration};
pub use status::{DramaStatus, Status};
pub use storyboard::{NewStoryboard, Storyboard};
