//! Enums: labels are added in place; a label that is gone or has moved makes the type anew.

use super::{Change, Changes, comment, each, recreate};
use crate::schema::{EnumType, Id, Schema};

pub(super) fn diff(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    each(&current.enums, &wanted.enums, changes, |name| Id::Enum(name.clone()), both);
}

fn both(found: &EnumType, want: &EnumType, changes: &mut Changes) {
    let kept: Vec<&String> = want.labels.iter().filter(|label| found.labels.contains(label)).collect();
    if kept.into_iter().ne(&found.labels) {
        recreate(Id::Enum(want.name.clone()), changes);
        return;
    }
    comment(Id::Enum(want.name.clone()), &found.comment, &want.comment, changes);
    if found.labels != want.labels {
        changes.insert(Change::AddLabels(want.name.clone()));
    }
}
