//! Indexes: another definition is another index.

use super::{Change, Changes, comment, each, rebuild};
use crate::schema::{Constraint, Id, Index, Name, Schema};

pub(super) fn diff(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    each(&current.indexes, &wanted.indexes, changes, |name| Id::Index(name.clone()), both);
}

fn both(found: &Index, want: &Index, changes: &mut Changes) {
    let id = Id::Index(want.name.clone());
    let what = |index: &Index| (index.table.clone(), index.unique, index.definition.clone());
    if what(found) != what(want) {
        rebuild(id, changes);
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
        let Some(definition) = wanted.constraint(table, name).and_then(index_of) else { continue };
        let same = |index: &&Index| {
            index.unique
                && index.table == *table
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

/// The definition of the index that a key or unique constraint makes.
fn index_of(constraint: &Constraint) -> Option<String> {
    let core = constraint.parts().core;
    let rest = core.strip_prefix("PRIMARY KEY ").or(core.strip_prefix("UNIQUE "))?;
    Some(match rest.strip_prefix("NULLS NOT DISTINCT ") {
        Some(rest) => format!("USING btree {rest} NULLS NOT DISTINCT"),
        None => format!("USING btree {rest}"),
    })
}
