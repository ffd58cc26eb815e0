//! Clients: what sends a builder's statement and reads the answer.
//!
//! [`blocking`] and `tokio` have the same names and the same files: `run` has the endings, `change` counts changed
//! rows, `copy` is COPY, `cached` sends named statements, `send` explains refusals, and `soft_delete` carries out what
//! the room of that name has written for any client.

mod ask;
pub mod blocking;
mod cached;
mod read;
#[cfg(feature = "tokio-postgres")]
pub mod tokio;

pub use cached::Cached;
