//! Typed queries: columns make filters, filters make statements, and an ending sends a statement to a client.
//!
//! A builder knows nothing of clients. Its endings are the methods of [`blocking::Run`], which take a `&mut` client or
//! transaction, and of `tokio::Run` (feature `tokio-postgres`), which take a `&` client, transaction or pool's
//! connection; both have the same names. Identifiers are always quoted and values are always parameters. The only
//! literals in a statement are the soft-delete test and the labels of enums, which are known at compile time.

mod array;
mod asked;
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
mod update;
mod wire;

#[cfg(feature = "tokio-postgres")]
pub use crate::client::tokio;
pub use crate::client::{Cached, blocking};

pub use self::sql::{Argument, Sql, SqlRows};
#[doc(hidden)]
pub use self::sql::{missing_column, unknown_column};
pub(crate) use asked::{Asked, changed, checked, of_columns};
#[cfg(feature = "json")]
pub use column::IsJson;
pub use column::{Column, Operand};
pub use conflict::ConflictTarget;
pub use copy::{CopiesOut, CopyIn};
pub(crate) use copy::{Frames, Outgoing};
pub use delete::HardDeletes;
pub(crate) use delete::kept;
pub use fetch::Fetched;
pub use filter::{Filter, Params, not, sql};
pub use given::{Given, New};
pub use insert::{Insert, OnConflict};
pub use order::{Key, Order};
pub(crate) use place::{Place, below, place};
pub use relation::{BelongsTo, HasMany, Loading, Missing, RefersTo, Relation};
pub(crate) use run::Sealed;
pub use run::{Changes, Ending, Rows, Totals};
pub use save::Save;
pub use select::{ByKey, Query};
pub(crate) use statement::Meaning;
pub use statement::Statement;
pub use update::{Set, Update};
pub use wire::Bound;
pub(crate) use {select::Scope, statement::Writer, wire::type_name};
