//! Objects that are their text: replaced, or changed by their parts, where Postgres can; else recreated.

use super::{Change, Changes, comment, each, recreate};
use crate::schema::{Object, Schema};

pub(super) fn diff(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    each(&current.objects, &wanted.objects, changes, Clone::clone, both);
}

fn both(found: &Object, want: &Object, changes: &mut Changes) {
    if found.definition != want.definition {
        if want.beyond(found).is_none() {
            recreate(want.id.clone(), changes);
            return;
        }
        let in_parts = !found.parts.is_empty() || !want.parts.is_empty();
        let change = if in_parts { Change::Afterwards } else { Change::Replace };
        changes.insert(change(want.id.clone()));
    }
    if found.afterwards != want.afterwards {
        changes.insert(Change::Afterwards(want.id.clone()));
    }
    comment(want.id.clone(), &found.comment, &want.comment, changes);
}
