//! Annotated Rust structs in, proven Postgres migrations out.
//!
//! # Two halves
//!
//! What a service links: [`model`], types and rows. What a developer, a CI job or a deploy job runs: everything
//! behind the features `migrate` and `cli`.

// The derives' expansion names `::feedstock`, in our own tests too.
extern crate self as feedstock;

mod error;
#[cfg_attr(not(feature = "migrate"), allow(dead_code))]
mod ident;
pub mod model;

#[cfg(feature = "cli")]
pub mod schema;

#[cfg(feature = "migrate")]
pub mod migration;
#[cfg(feature = "migrate")]
pub mod runner;
#[cfg(feature = "migrate")]
pub mod sql;

pub use error::{Error, Place, Result};
#[cfg(feature = "migrate")]
pub use feedstock_macros::embed;
#[cfg(feature = "migrate")]
pub use migration::{Embedded, Migrations};
#[cfg(feature = "migrate")]
pub use runner::apply_pending as apply;
