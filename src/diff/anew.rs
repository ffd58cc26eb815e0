//! Tables that are recreated, since no ALTER TABLE makes the one into the other.

use std::collections::BTreeSet;

use super::{Change, Changes, ColumnChange};
use crate::schema::{Id, Name, Schema, Table};

/// Those whose partition keys read otherwise.
pub(super) fn by_text(current: &Schema, wanted: &Schema) -> BTreeSet<Name> {
    let differs = |found: &&Table| {
        wanted.tables.get(&found.name).is_some_and(|want| want.partition_by != found.partition_by)
    };
    current.tables.values().filter(differs).map(|found| found.name.clone()).collect()
}

/// Those whose partition keys are in the way: Postgres changes nothing that one is made of.
pub(super) fn in_the_way(current: &Schema, wanted: &Schema, changes: &Changes) -> BTreeSet<Name> {
    let goes = |id: &Id| {
        changes.contains(&Change::Drop(id.clone())) || changes.contains(&Change::ReplaceType(id.clone()))
    };
    let stays = |found: &&Table| wanted.tables.contains_key(&found.name) && found.partition_by.is_some();
    let is_in_the_way = |found: &&Table| {
        let itself = Id::Table(found.name.clone());
        let retyped = found.columns.iter().any(|column| {
            let change = Change::Column(found.name.clone(), column.name.clone(), ColumnChange::Type);
            let id = Id::Column(found.name.clone(), column.name.clone());
            // Only the columns of a partition key depend on their table.
            changes.contains(&change) && current.dependencies.of(&id).any(|on| *on == itself)
        });
        let used = |on: &&Id| match on {
            Id::Type(name, _) => found.of_type.as_ref() != Some(name),
            on => matches!(on, Id::Other(..) | Id::Routine(..)),
        };
        retyped || current.dependencies.of(&itself).filter(used).any(goes)
    };
    let tables = current.tables.values().filter(stays).filter(is_in_the_way);
    tables.map(|found| found.name.clone()).collect()
}
