//! Indexes: another definition is another index.

use std::collections::BTreeMap;

use super::{Change, Changes, comment, each, recreate};
use crate::ddl::constraint::index_definition;
use crate::schema::{Id, Index, Name, Schema};

pub(super) fn diff(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    let both = |found: &Index, want: &Index, changes: &mut Changes| {
        both(found, want, wanted.is_partitioned(&want.table), changes);
    };
    each(&current.indexes, &wanted.indexes, changes, |name| Id::Index(name.clone()), both);
    // One that lacks parts takes those that it gets only when it is made.
    let before: BTreeMap<Id, Id> = current.index_parts().collect();
    for (part, whole) in wanted.index_parts() {
        let Id::Index(name) = &whole else { continue };
        let lacks_parts = wanted.indexes.get(name).is_some_and(|index| wanted.is_on_only(index));
        if lacks_parts && current.indexes.contains_key(name) && before.get(&part) != Some(&whole) {
            recreate(whole, changes);
        }
    }
}

/// `partitioned`: is it an index of a partitioned table?
fn both(found: &Index, want: &Index, partitioned: bool, changes: &mut Changes) {
    let id = Id::Index(want.name.clone());
    let what = |index: &Index| (index.table.clone(), index.unique, index.definition.clone());
    // Nothing takes an index out of the parent's but to make it again.
    let leaves = found.attached_to.is_some() && found.attached_to != want.attached_to;
    // Nor does anything give a valid index back what an invalid one lacks, but to make it again.
    let lacks = if partitioned { found.valid != want.valid } else { !found.valid && want.valid };
    if what(found) != what(want) || leaves || lacks {
        recreate(id, changes);
        return;
    }
    comment(id, &found.comment, &want.comment, changes);
    if found.statistics != want.statistics {
        changes.insert(Change::IndexStatistics(want.name.clone()));
    }
}

/// A new constraint takes over the unique index that does the same and would go.
pub(super) fn become_constraints(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    let new: Vec<Id> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Create(id @ Id::Constraint(..)) if !changes.contains(&Change::Drop(id.clone())) => {
                Some(id)
            }
            _ => None,
        })
        .cloned()
        .collect();
    for id in new {
        let Id::Constraint(table, name) = &id else { continue };
        let Some(definition) = wanted.constraint(table, name).and_then(index_definition) else { continue };
        let same = |index: &&Index| {
            index.unique
                && index.valid
                && index.table == *table
                && !is_in_a_tree(index, current)
                && index.definition == definition
                && changes.contains(&Change::Drop(Id::Index(index.name.clone())))
                && !changes.contains(&Change::Create(Id::Index(index.name.clone())))
        };
        let Some(index) = current.indexes.values().find(same) else { continue };
        changes.remove(&Change::Drop(Id::Index(index.name.clone())));
        changes.remove(&Change::Create(id.clone()));
        changes.insert(Change::UseIndex(id.clone(), index.name.clone()));
        if let Some(want) = wanted.constraint(table, name) {
            let named = Id::Index(Name::new(&table.schema, name));
            comment(named, &index.comment, &want.index_comment, changes);
            comment(id.clone(), &None, &want.comment, changes);
        }
    }
}

/// Postgres makes no constraint of an index of a partitioned table, or of a part of one.
fn is_in_a_tree(index: &Index, current: &Schema) -> bool {
    index.attached_to.is_some() || current.is_partitioned(&index.table)
}

/// The parts of a partitioned table's index go with it and cannot go without it.
pub(super) fn follow(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    let parts: Vec<(Id, Id)> = current.index_parts().collect();
    let goes = |id: &Id, changes: &Changes| changes.contains(&Change::Drop(id.clone()));
    let table_goes = |id: &Id, changes: &Changes| {
        let table = match id {
            Id::Index(name) => current.indexes.get(name).map(|index| &index.table),
            id => id.table(),
        };
        table.is_some_and(|table| goes(&Id::Table(table.clone()), changes))
    };
    let is_wanted = |id: &Id| match id {
        Id::Index(name) => wanted.indexes.contains_key(name),
        Id::Constraint(table, name) => wanted.constraint(table, name).is_some(),
        _ => false,
    };
    let mut before = None;
    while before != Some(changes.len()) {
        before = Some(changes.len());
        for (part, whole) in &parts {
            if goes(whole, changes) && !table_goes(part, changes) && is_wanted(part) {
                changes.insert(Change::Create(part.clone()));
            }
            let alone = goes(part, changes) && !table_goes(part, changes) && !goes(whole, changes);
            if alone && is_wanted(whole) {
                recreate(whole.clone(), changes);
            }
        }
    }
    // A part may have parts itself, so that all are found before one is left out.
    let along: Vec<&Id> =
        parts.iter().filter(|(_, whole)| goes(whole, changes)).map(|(part, _)| part).collect();
    for part in along {
        changes.remove(&Change::Drop(part.clone()));
    }
}
