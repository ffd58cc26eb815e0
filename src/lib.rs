#![doc = include_str!("docs/tutorial.md")]
// Says at each item which feature it needs, where docs.rs builds this.
#![cfg_attr(docsrs, feature(doc_cfg))]

// The derives' expansion names `::feedstock`, in our own tests too.
extern crate self as feedstock;

mod client;
mod error;
#[cfg_attr(not(feature = "cli"), allow(dead_code))]
mod ident;
pub mod model;
mod models;
pub mod query;
mod row;
pub mod soft_delete;
#[cfg(feature = "migrate")]
mod text_file;
#[cfg(feature = "migrate")]
mod text_settings;
pub mod types;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
mod config;
#[cfg(feature = "cli")]
mod connect;
#[cfg(feature = "cli")]
mod ddl;
#[cfg(feature = "cli")]
mod diff;
#[cfg(feature = "cli")]
mod inspect;
#[cfg(feature = "cli")]
mod interrupt;
#[cfg(feature = "cli")]
mod lint;
#[cfg(feature = "cli")]
mod pin;
#[cfg(feature = "cli")]
mod plan;
#[cfg(feature = "cli")]
mod preflight;
#[cfg(feature = "cli")]
mod prove;
#[cfg(feature = "cli")]
mod report;
#[cfg(feature = "cli")]
mod schema;
#[cfg(feature = "cli")]
mod server;
#[cfg(feature = "cli")]
mod source;

#[cfg(feature = "migrate")]
pub mod migration;
#[cfg(feature = "migrate")]
pub mod runner;
#[cfg(feature = "migrate")]
mod sql;

#[cfg(feature = "tokio-postgres")]
pub use client::tokio;
pub use client::{Cached, blocking};
pub use error::{Error, Place, Result};
#[doc = include_str!("docs/model.md")]
pub use feedstock_macros::Model;
#[doc = include_str!("docs/pg_enum.md")]
pub use feedstock_macros::PgEnum;
#[doc = include_str!("docs/row.md")]
pub use feedstock_macros::Row;
#[doc = include_str!("docs/text_enum.md")]
pub use feedstock_macros::TextEnum;
#[doc = include_str!("docs/value.md")]
pub use feedstock_macros::Value;
#[cfg(feature = "migrate")]
pub use feedstock_macros::embed;
pub use feedstock_macros::sql;
#[cfg(feature = "migrate")]
pub use migration::{Embedded, Migrations};
pub use model::{Keyed, Model, SoftDelete};
pub use models::Models;
pub use row::{Cells, Columns, Row, Shape, ShapeField, rows};
#[cfg(feature = "migrate")]
pub use runner::apply_pending as apply;
#[cfg(feature = "json")]
pub use types::{Json, JsonText};
pub use types::{Labels, Param, Value};

#[cfg(feature = "migrate")]
#[doc(hidden)]
pub mod internals;

/// What the derives' expansion names; not for anyone else.
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
