//! Typed queries: columns make filters, filters make statements, and a client ends them.
//!
//! A builder knows nothing of clients. It is ended by [`blocking::Run`] on `&mut` client or transaction, or by
//! `tokio::Run` (feature `tokio-postgres`) on `&` client, transaction or a pool's connection; the endings have the same
//! names. Identifiers are always quoted and values always parameters; what stands in a statement as a literal is the
//! soft-delete test and the labels of enums, which are known when the program is compiled.

mod array;
mod ask;
pub mod blocking;
mod cached;
mod column;
mod conflict;
mod copy;
mod delete;
mod fetch;
mod filter;
mod given;
mod insert;
mod keys;
mod order;
mod output;
mod parents;
mod place;
mod placeholder;
mod relation;
mod run;
mod save;
mod select;
mod sql;
mod statement;
mod taken;
#[cfg(feature = "tokio-postgres")]
pub mod tokio;
mod update;
mod wire;

pub use self::sql::{Argument, Sql, SqlRows};
#[doc(hidden)]
pub use self::sql::{missing_column, unknown_column};
pub use cached::Cached;
#[cfg(feature = "json")]
pub use column::IsJson;
pub use column::{Column, Operand};
pub use conflict::{ConflictTarget, OnConflict};
pub use copy::{CopiesOut, CopyIn};
pub use delete::HardDeletes;
pub(crate) use delete::kept;
pub use fetch::Fetched;
pub use filter::{Filter, Params, not, sql};
pub use given::{Given, New};
pub use insert::Insert;
pub use order::{Key, Order};
pub(crate) use place::{Place, below, place};
pub use relation::{BelongsTo, HasMany, Loading, Missing, RefersTo, Relation};
pub use run::{Changes, Ending, Rows, Totals};
pub use save::Save;
pub use select::{ByKey, Query};
pub use statement::Statement;
pub use update::{Set, Update};
pub use wire::Bound;
pub(crate) use {select::Scope, statement::Writer, wire::type_name};
