//! Consequences of a change: dependent objects are dropped and recreated, and what Postgres
//! drops by itself is not dropped twice.

use std::collections::BTreeSet;

use super::{Change, Changes, ColumnChange, makes_room, recreate};
use crate::schema::{COLUMN_PROPERTIES, Id, Name, Schema};

pub(super) fn complete(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    let mut waiting: Vec<Disturbed> =
        changes.iter().filter_map(|change| disturbed(change, changes)).collect();
    waiting.extend(makes_room(current, wanted, &*changes).into_iter().map(Disturbed::Rebuilt));
    let mut seen = BTreeSet::new();
    while let Some(next) = waiting.pop() {
        if seen.insert(next.clone()) {
            for dependent in next.dependents(current) {
                waiting.extend(take_along(&next, dependent, current, wanted, changes));
            }
        }
    }
    replace_types_in_use(current, changes);
    forget_what_goes_along(current, changes);
    let late: Vec<Id> = late_foreign_keys(current, changes);
    changes.extend(late.into_iter().map(Change::Drop));
}

/// Foreign keys that would go with their table or column, which is later than what they refer to changes.
fn late_foreign_keys(current: &Schema, changes: &Changes) -> Vec<Id> {
    let changes_before = |id: &Id| match id {
        Id::Constraint(..) => {
            changes.contains(&Change::Create(id.clone())) || changes.contains(&Change::Drop(id.clone()))
        }
        Id::Column(table, column) => {
            changes.contains(&Change::Column(table.clone(), column.clone(), ColumnChange::Type))
        }
        _ => false,
    };
    let tables = current.tables.values();
    let keys = tables.flat_map(|table| table.constraints.values().map(|found| found.id(&table.name)));
    keys.filter(|id| matches!(id, Id::ForeignKey(..)) && !is_inherited(id, current))
        .filter(|id| current.dependencies.of(id).any(changes_before))
        .collect()
}

/// A type that columns use cannot be dropped and made again: it makes room for its successor.
fn replace_types_in_use(current: &Schema, changes: &mut Changes) {
    let made_again =
        |id: &Id| matches!(id, Id::Enum(_) | Id::Type(..)) && changes.contains(&Change::Create(id.clone()));
    // A column that goes for good goes last, and uses the type until then.
    let in_use = |id: &Id| current.dependencies.on(id).any(|dependent| matches!(dependent, Id::Column(..)));
    let dropped =
        changes.iter().filter_map(|change| if let Change::Drop(id) = change { Some(id) } else { None });
    let mut replaced: BTreeSet<Id> =
        dropped.clone().filter(|id| made_again(id) && in_use(id)).cloned().collect();
    // The types within such a type stay in use with it.
    while let Some(id) = dropped
        .clone()
        .find(|id| {
            made_again(id)
                && !replaced.contains(id)
                && current.dependencies.on(id).any(|dependent| replaced.contains(dependent))
        })
        .cloned()
    {
        replaced.insert(id);
    }
    for id in replaced {
        changes.remove(&Change::Drop(id.clone()));
        changes.remove(&Change::Create(id.clone()));
        changes.insert(Change::ReplaceType(id));
    }
}

/// An object that is dropped, recreated or retyped during the plan.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Disturbed {
    /// Dropped and made again: nothing may depend on it meanwhile.
    Rebuilt(Id),
    /// A column that changes its type: indexes, keys and checks follow by themselves.
    Retyped(Id),
}

impl Disturbed {
    fn id(&self) -> &Id {
        match self {
            Disturbed::Rebuilt(id) | Disturbed::Retyped(id) => id,
        }
    }

    /// The objects that depend on it or on a part of it.
    fn dependents<'a>(&self, current: &'a Schema) -> Vec<&'a Id> {
        let mut ids = vec![self.id().clone()];
        if let Id::Table(name) = self.id()
            && let Some(table) = current.tables.get(name)
        {
            ids.extend(table.columns.iter().map(|column| Id::Column(name.clone(), column.name.clone())));
            ids.extend(table.constraints.values().map(|constraint| constraint.id(name)));
        }
        ids.iter().flat_map(|id| current.dependencies.on(id)).collect()
    }
}

fn disturbed(change: &Change, changes: &Changes) -> Option<Disturbed> {
    match change {
        // A foreign key reads the same whichever key of its columns it uses.
        Change::Drop(id @ (Id::Constraint(..) | Id::Index(_))) => Some(Disturbed::Rebuilt(id.clone())),
        Change::Drop(id) if changes.contains(&Change::Create(id.clone())) => {
            Some(Disturbed::Rebuilt(id.clone()))
        }
        Change::Column(table, column, ColumnChange::Type) => {
            Some(Disturbed::Retyped(Id::Column(table.clone(), column.clone())))
        }
        _ => None,
    }
}

/// Deals with one object that depends on a disturbed one; gives what that disturbs in turn.
fn take_along(
    next: &Disturbed,
    dependent: &Id,
    current: &Schema,
    wanted: &Schema,
    changes: &mut Changes,
) -> Option<Disturbed> {
    if matches!(next, Disturbed::Rebuilt(Id::Table(table)) if is_made_with(dependent, table)) {
        return None;
    }
    match dependent {
        Id::Column(table, _) | Id::Default(table, _)
            if changes.contains(&Change::Create(Id::Table(table.clone()))) =>
        {
            None
        }
        Id::Column(table, column) => {
            // Its type is made anew.
            let uses_type = matches!(next.id(), Id::Enum(_) | Id::Type(..));
            if !uses_type || !stays(table, column, current, wanted) {
                return None;
            }
            if current.is_generated(table, column) && wanted.is_generated(table, column) {
                // Its values are computed, and cannot be converted.
                recreate(dependent.clone(), changes);
                return Some(Disturbed::Rebuilt(dependent.clone()));
            }
            let mut change = |what| changes.insert(Change::Column(table.clone(), column.clone(), what));
            change(ColumnChange::Type);
            if let Some(want) = wanted.column(table, column) {
                let lost = COLUMN_PROPERTIES
                    .iter()
                    .enumerate()
                    .filter(|(_, property)| property.lost_with_type && property.of(want).is_some());
                lost.for_each(|(at, _)| _ = change(ColumnChange::Property(at)));
            }
            if current.column(table, column).is_some_and(|found| found.default.is_some()) {
                move_default(table, column, wanted, changes);
            }
            Some(Disturbed::Retyped(dependent.clone()))
        }
        Id::Default(table, column) => {
            let itself = Id::Column(table.clone(), column.clone());
            if *next.id() == itself || !stays(table, column, current, wanted) {
                return None;
            }
            if current.is_generated(table, column) && wanted.is_generated(table, column) {
                recreate(itself.clone(), changes);
                return Some(Disturbed::Rebuilt(itself));
            }
            if current.is_generated(table, column) {
                // It becomes plain, which comes before everything else.
                return None;
            }
            move_default(table, column, wanted, changes);
            None
        }
        Id::Constraint(..) | Id::Index(_) | Id::Setting(..) if matches!(next, Disturbed::Retyped(_)) => None,
        // Whatever comes from the parents follows them.
        Id::Constraint(..) | Id::ForeignKey(..) if is_inherited(dependent, current) => None,
        Id::Namespace(_) | Id::Extension(_) | Id::Enum(_) | Id::Sequence(_) | Id::Table(_) => None,
        _ if !exists(dependent, current) || !exists(dependent, wanted) => None,
        _ => {
            changes.remove(&Change::Replace(dependent.clone()));
            changes.remove(&Change::Afterwards(dependent.clone()));
            changes.remove(&Change::Comment(dependent.clone()));
            recreate(dependent.clone(), changes);
            Some(Disturbed::Rebuilt(dependent.clone()))
        }
    }
}

/// Is it said in the statement that makes the table?
fn is_made_with(id: &Id, table: &Name) -> bool {
    matches!(id, Id::Column(..) | Id::Default(..) | Id::Constraint(..)) && id.table() == Some(table)
}

/// Does the constraint come from a parent, which makes it?
fn is_inherited(id: &Id, current: &Schema) -> bool {
    let (Id::Constraint(table, name) | Id::ForeignKey(table, name)) = id else { return false };
    current.constraint(table, name).is_some_and(|found| found.inherited && found.attached_to.is_none())
}

fn stays(table: &Name, column: &str, current: &Schema, wanted: &Schema) -> bool {
    current.column(table, column).is_some() && wanted.column(table, column).is_some()
}

fn move_default(table: &Name, column: &str, wanted: &Schema, changes: &mut Changes) {
    let mut change = |what| changes.insert(Change::Column(table.clone(), column.to_owned(), what));
    change(ColumnChange::DropDefault);
    if wanted.column(table, column).is_some_and(|column| column.default.is_some()) {
        change(ColumnChange::SetDefault);
    }
}

fn exists(id: &Id, schema: &Schema) -> bool {
    match id {
        Id::Constraint(table, name) | Id::ForeignKey(table, name) => {
            schema.constraint(table, name).is_some_and(|found| found.id(table) == *id)
        }
        Id::Index(name) => schema.indexes.contains_key(name),
        _ => schema.objects.contains_key(id),
    }
}

/// A table takes its indexes, triggers and sequences along, a column its indexes, constraints and sequence.
fn forget_what_goes_along(current: &Schema, changes: &mut Changes) {
    let dropped = |id: &Id| changes.contains(&Change::Drop(id.clone()));
    let relation_goes =
        |name: &Name| dropped(&Id::Table(name.clone())) || Id::views(name).iter().any(dropped);
    let made_again = |id: &Id| changes.contains(&Change::Create(id.clone()));
    // A column that is gone for good goes last: too late for what is made again.
    let column_goes = |id: &Id, table: &Name| {
        current.dependencies.of(id).any(|on| {
            matches!(on, Id::Column(of, _) if of == table)
                && dropped(on)
                && (made_again(on) || !made_again(id))
        })
    };
    let goes_along = |id: &Id| match id {
        Id::Index(name) => current
            .indexes
            .get(name)
            .is_some_and(|index| relation_goes(&index.table) || column_goes(id, &index.table)),
        Id::On(_, table, _) if relation_goes(table) => true,
        // What a publication publishes goes with it.
        Id::On(..) | Id::Other(..) if current.objects.get(id).is_some_and(|found| found.drop.is_some()) => {
            current.dependencies.of(id).any(|on| matches!(on, Id::Other(..)) && dropped(on))
        }
        // An index takes its properties along; that it was the replica identity is remembered.
        Id::Setting(what, table, _) => {
            let of_index = |on: &Id| matches!(on, Id::Index(_) | Id::Constraint(..)) && dropped(on);
            relation_goes(table)
                || column_goes(id, table)
                || (what != "replica identity" && current.dependencies.of(id).any(of_index))
        }
        Id::Constraint(table, _) | Id::ForeignKey(table, _) => column_goes(id, table),
        Id::Sequence(name) => {
            current.sequences.get(name).and_then(|found| found.owned_by.as_ref()).is_some_and(
                |(table, column)| relation_goes(table) || dropped(&Id::Column(table.clone(), column.clone())),
            )
        }
        _ => false,
    };
    let forgotten: Vec<Change> = changes
        .iter()
        .filter(|change| match change {
            Change::Drop(id) => goes_along(id),
            // It comes as it shall be.
            Change::Column(table, column, _) => made_again(&Id::Column(table.clone(), column.clone())),
            Change::Comment(id @ Id::Column(..)) => made_again(id),
            _ => false,
        })
        .cloned()
        .collect();
    for change in forgotten {
        changes.remove(&change);
    }
}
