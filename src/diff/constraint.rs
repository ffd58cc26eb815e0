//! Constraints of a table that stays: another definition is another constraint.

use super::{Change, Changes, comment, each, rebuild};
use crate::schema::{Constraint, Id, Name, Table};

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
        } else if old == new {
            rebuild(new, changes);
        } else {
            changes.insert(Change::Drop(old));
            changes.insert(Change::Create(new));
        }
    };
    each(&found.constraints, &want.constraints, changes, any, both);
}
