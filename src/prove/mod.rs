//! Scratch databases, in which plans are worked out and proven.

pub(crate) mod cache;
mod canonical;
mod host;
mod lent;
mod lost;
mod measure;
mod observe;
mod rights;
mod rows;
pub(crate) mod run;
mod scratch;
mod shared;
mod simple;
mod superuser;
mod text;
mod work_out;

pub use canonical::emit;
pub(crate) use canonical::{canonical_in_order, canonical_of, database_of};
pub use measure::{Batch, Failure, Measurements, measure, measure_plan};
pub use observe::{Observer, Ran};
pub use rights::ReplayAs;
pub(crate) use scratch::Base;
pub use scratch::{Database, Scratch};
pub use work_out::{is_proven, prove, prove_plan, work_out};
