//! Objects that are their text: replaced where Postgres can, else made again.

use super::{Change, Changes, comment, each, rebuild};
use crate::schema::{Object, Schema};

pub(super) fn diff(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    each(&current.objects, &wanted.objects, changes, Clone::clone, both);
}

fn both(found: &Object, want: &Object, changes: &mut Changes) {
    let same = found.definition == want.definition && found.afterwards == want.afterwards;
    if !same && (want.replaces.is_none() || found.replaces != want.replaces) {
        rebuild(want.id.clone(), changes);
        return;
    }
    if !same {
        changes.insert(Change::Replace(want.id.clone()));
    }
    comment(want.id.clone(), &found.comment, &want.comment, changes);
}
