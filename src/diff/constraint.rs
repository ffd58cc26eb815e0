//! Constraints of a table that stays: another definition is another constraint.

use super::{Change, Changes, comment, each, recreate};
use crate::schema::{Constraint, ConstraintKind, Id, Name, Table};

pub(super) fn diff(found: &Table, want: &Table, changes: &mut Changes) {
    let id = |table: &Table, name: &String| {
        table.constraints.get(name).map(|constraint| constraint.id(&table.name))
    };
    let any = |name: &String| id(found, name).or(id(want, name)).unwrap_or(Id::Table(want.name.clone()));
    let both = |found: &Constraint, constraint: &Constraint, changes: &mut _| {
        let (old, new) = (found.id(&want.name), constraint.id(&want.name));
        if follows(found) || follows(constraint) {
            inherited(found, constraint, changes, (old, new));
            return;
        }
        if found.attached_to.is_some() && found.attached_to != constraint.attached_to {
            recreate(new, changes);
        } else if found.definition == constraint.definition {
            comment(new, &found.comment, &constraint.comment, changes);
            let index = Id::Index(Name::new(&want.name.schema, &constraint.name));
            comment(index, &found.index_comment, &constraint.index_comment, changes);
        } else if in_place(found, constraint, changes, &new) {
            comment(new, &found.comment, &constraint.comment, changes);
        } else if old == new {
            recreate(new, changes);
        } else {
            changes.insert(Change::Drop(old));
            changes.insert(Change::Create(new));
        }
    };
    let mut own = Changes::new();
    each(&found.constraints, &want.constraints, &mut own, any, both);
    own.retain(|change| match change {
        // The parents bring it, and take it away.
        Change::Create(Id::Constraint(_, name) | Id::ForeignKey(_, name)) => {
            !want.constraints.get(name).is_some_and(follows)
        }
        Change::Drop(Id::Constraint(_, name) | Id::ForeignKey(_, name)) => {
            !found.constraints.get(name).is_some_and(follows)
        }
        _ => true,
    });
    changes.extend(own);
    let comments = want.constraints.values().filter(|new| follows(new) && new.comment.is_some());
    let new = comments.filter(|new| !found.constraints.contains_key(&new.name));
    changes.extend(new.map(|new| Change::Comment(new.id(&want.name))));
}

/// Is there nothing but what the parents say? An index that is a part of the parent's is made by itself, so that
/// it has the name that it should have.
fn follows(constraint: &Constraint) -> bool {
    constraint.inherited && !constraint.local && constraint.attached_to.is_none()
}

/// One of the two, or both, come from the parents.
fn inherited(found: &Constraint, want: &Constraint, changes: &mut Changes, (old, new): (Id, Id)) {
    match (follows(found), follows(want)) {
        (true, true) => comment(new, &found.comment, &want.comment, changes),
        // It goes with the parents', or becomes the table's own as well.
        (true, false) => _ = changes.insert(Change::Create(new)),
        // It becomes a part of the parents' if it is the same, and has no index.
        (false, _) if found.definition == want.definition && !found.has_index() => {}
        (false, _) => _ = changes.insert(Change::Drop(old)),
    }
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
    // One that comes to be enforced reads every row at once, unless it is a new one.
    if old.enforced != new.enforced {
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
