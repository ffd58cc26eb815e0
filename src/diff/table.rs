//! Tables: their own properties, their columns, their constraints.

use std::collections::BTreeSet;

use super::{Change, Changes, column, comment, constraint, each, recreate};
use crate::ddl::twins::is_made_later;
use crate::schema::{Constraint, ConstraintKind, Id, Name, Schema, Table};

/// `whole`: the wanted schema with all its links, by which its tables are made.
pub(super) fn diff(
    current: &Schema,
    wanted: &Schema,
    whole: &Schema,
    anew: &BTreeSet<Name>,
    changes: &mut Changes,
) {
    each(
        &current.tables,
        &wanted.tables,
        changes,
        |name| Id::Table(name.clone()),
        |found, want, changes| {
            if anew.contains(&want.name) {
                recreate(Id::Table(want.name.clone()), changes);
            } else {
                both(found, want, changes);
            }
        },
    );
    let is_new = |want: &Table| anew.contains(&want.name) || !current.tables.contains_key(&want.name);
    let owned = wanted.sequences.values().filter(|sequence| {
        let owner = sequence.owned_by.as_ref().and_then(|(owner, _)| wanted.tables.get(owner));
        owner.is_some_and(is_new) && current.sequences.contains_key(&sequence.name)
    });
    changes.extend(owned.map(|sequence| Change::SequenceOwner(sequence.name.clone())));
    for (name, table) in wanted.tables.iter().filter(|(_, want)| is_new(want)) {
        let is_made_later = |key: &Constraint| {
            let table = whole.tables.get(name);
            table.is_some_and(|table| {
                table.constraints.get(&key.name).is_some_and(|key| is_made_later(key, table, whole))
            })
        };
        let keys = table.constraints.values();
        let keys = keys.filter(|key| key.kind == ConstraintKind::ForeignKey || is_made_later(key));
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
