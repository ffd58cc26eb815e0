//! Indexes: another definition is another index.

use super::{Change, Changes, comment, each, rebuild};
use crate::schema::{Id, Index, Schema};

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
