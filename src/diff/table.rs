//! Tables: their own properties, their columns, their constraints.

use super::{Change, Changes, column, comment, constraint, each};
use crate::schema::{ConstraintKind, Id, Schema, Table};

pub(super) fn diff(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    each(&current.tables, &wanted.tables, changes, |name| Id::Table(name.clone()), both);
    for (name, table) in wanted.tables.iter().filter(|(name, _)| !current.tables.contains_key(name)) {
        let keys = table.constraints.values().filter(|found| found.kind == ConstraintKind::ForeignKey);
        changes.extend(keys.map(|key| Change::Create(key.id(name))));
    }
}

fn both(found: &Table, want: &Table, changes: &mut Changes) {
    let id = Id::Table(want.name.clone());
    comment(id.clone(), &found.comment, &want.comment, changes);
    if found.unlogged != want.unlogged {
        changes.insert(Change::Persistence(id));
    }
    if found.options != want.options {
        changes.insert(Change::TableOptions(want.name.clone()));
    }
    if (found.row_security, found.force_row_security) != (want.row_security, want.force_row_security) {
        changes.insert(Change::RowSecurity(want.name.clone()));
    }
    column::diff(found, want, changes);
    constraint::diff(found, want, changes);
}
