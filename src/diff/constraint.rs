//! Constraints of a table that stays: another definition is another constraint.

use super::{Change, Changes, comment, each, rebuild};
use crate::schema::{Constraint, ConstraintKind, Id, Name, Table};

pub(super) fn diff(found: &Table, want: &Table, changes: &mut Changes) {
    let id = |table: &Table, name: &String| {
        table.constraints.get(name).map(|constraint| constraint.id(&table.name))
    };
    let any = |name: &String| id(found, name).or(id(want, name)).unwrap_or(Id::Table(want.name.clone()));
    let both = |found: &Constraint, constraint: &Constraint, changes: &mut _| {
        let (old, new) = (found.id(&want.name), constraint.id(&want.name));
        if found.definition == constraint.definition {
            comment(new, &found.comment, &constraint.comment, changes);
            let index = Id::Index(Name::new(&want.name.schema, &constraint.name));
            comment(index, &found.index_comment, &constraint.index_comment, changes);
        } else if in_place(found, constraint, changes, &new) {
            comment(new, &found.comment, &constraint.comment, changes);
        } else if old == new {
            rebuild(new, changes);
        } else {
            changes.insert(Change::Drop(old));
            changes.insert(Change::Create(new));
        }
    };
    each(&found.constraints, &want.constraints, changes, any, both);
}

/// Changes what Postgres can change about a constraint that exists, if there is nothing else.
fn in_place(found: &Constraint, want: &Constraint, changes: &mut Changes, id: &Id) -> bool {
    let (old, new) = (found.parts(), want.parts());
    let loses_validity = old.valid && !new.valid;
    let deferrability = old.deferrability != new.deferrability;
    let is_key = found.kind == ConstraintKind::ForeignKey;
    if found.kind != want.kind || old.core != new.core || loses_validity || (deferrability && !is_key) {
        return false;
    }
    if deferrability {
        changes.insert(Change::Deferrability(id.clone()));
    }
    if old.valid != new.valid {
        changes.insert(Change::Validate(id.clone()));
    }
    true
}
