//! The tables whose rows a statement may change, and the table that a finding names for a partition.

use std::collections::BTreeSet;

use super::File;
use crate::plan::{Kind, Mode};
use crate::prove::Ran;
use crate::schema::Name;

/// The rule about rows that are changed while the transaction keeps a table locked.
pub(super) const BACKFILL: &str = "backfill-with-ddl";

/// The table that a partition belongs to, where the statement is about all of it.
pub(super) fn whole<'a>(file: &'a File<'_>, at: usize, table: &'a Name) -> &'a Name {
    let own = &file.ran[at].measured.locks.own;
    let mut whole = table;
    for schema in [file.before_statement(at), &file.ran[at].after] {
        while let Some([parent]) =
            schema.tables.get(whole).filter(|it| it.bound.is_some()).map(|it| &it.parents[..])
        {
            // Attached or detached, it is about the partition.
            let mode = own.iter().find(|lock| lock.relation.name == *parent).map(|lock| lock.mode);
            let of_partition = own.iter().find(|lock| lock.relation.name == *table).map(|lock| lock.mode);
            if mode.is_none() || mode < of_partition {
                break;
            }
            whole = parent;
        }
    }
    whole
}

/// The tables that a statement reads and whose rows it may change.
pub(super) fn changed_tables(file: &File<'_>, at: usize) -> Vec<Name> {
    rows_changed(file, at).filter(|table| is_read(&file.ran[at], table)).collect()
}

/// The tables whose rows a statement may change: `INSERT`, `UPDATE`, `DELETE` and `MERGE` take this lock, unless an
/// earlier one of the file has.
pub(super) fn rows_changed<'a>(file: &'a File<'_>, at: usize) -> impl Iterator<Item = Name> + 'a {
    let of = |at: usize| file.ran[at].measured.locks.own.iter();
    let earlier = (0..at).flat_map(of).filter(|lock| lock.mode == Mode::RowExclusiveLock);
    let now = of(at).filter(|lock| lock.mode >= Mode::RowExclusiveLock);
    let changed = now.chain(earlier).filter(|lock| lock.relation.kind == Kind::Table);
    let names: BTreeSet<Name> = changed.map(|lock| lock.relation.name.clone()).collect();
    names.into_iter()
}

/// Does a statement read a table from end to end?
pub(super) fn is_read(ran: &Ran, table: &Name) -> bool {
    ran.measured.scans.iter().any(|relation| relation.name == *table)
}
