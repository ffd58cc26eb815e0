//! `LOCK TABLE`.

use super::context::Context;
use super::step::{Step, Work};
use crate::ddl;
use crate::schema::{Id, Name};

/// Locks the root of a partitioned table. Clients lock a partitioned table before its partitions: a statement that
/// locks several levels in another order could deadlock with them.
pub(super) fn lock_root(context: &Context<'_>, table: &Name, mode: &str) -> Option<Step> {
    let root = *context.kept.ancestors(table).last()?;
    let sql = format!("LOCK TABLE ONLY {} IN {mode} MODE", ddl::name(root));
    Some(Step::new(Id::Table(root.clone()), sql).doing(Work::Lock))
}
