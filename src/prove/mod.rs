//! Scratch databases, where plans are proven before anybody may believe them.

mod scratch;

pub use scratch::{Database, Scratch};
