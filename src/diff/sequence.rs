//! Sequences that are not an identity's.

use super::{Change, Changes, comment, each};
use crate::schema::{Id, Schema, Sequence};

pub(super) fn diff(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    each(&current.sequences, &wanted.sequences, changes, |name| Id::Sequence(name.clone()), both);
    for (name, want) in &wanted.sequences {
        if !current.sequences.contains_key(name) && want.owned_by.is_some() {
            changes.insert(Change::SequenceOwner(name.clone()));
        }
    }
}

fn both(found: &Sequence, want: &Sequence, changes: &mut Changes) {
    let id = Id::Sequence(want.name.clone());
    comment(id.clone(), &found.comment, &want.comment, changes);
    if found.options != want.options {
        changes.insert(Change::SequenceOptions(want.name.clone()));
    }
    if found.owned_by != want.owned_by {
        changes.insert(Change::SequenceOwner(want.name.clone()));
    }
    if found.unlogged != want.unlogged {
        changes.insert(Change::Persistence(id));
    }
}
