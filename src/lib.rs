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
mod models;
mod row;
pub mod types;

#[cfg(feature = "cli")]
pub mod schema;

pub use error::{Error, Place, Result};
pub use feedstock_macros::{Model, PgEnum, Row, TextEnum, Value};
pub use model::Model;
pub use models::Models;
pub use row::{Cells, Columns, Row, Shape, ShapeField, rows};
#[cfg(feature = "json")]
pub use types::{Json, JsonText};
pub use types::{Labels, Param, Value};

/// What the derives' expansion names; not for anyone else.
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
