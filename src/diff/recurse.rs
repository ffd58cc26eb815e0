//! Changes that Postgres propagates to child tables are not repeated for the children.

use super::links::Links;
use super::{Change, Changes, ColumnChange, column};
use crate::schema::{COLUMN_PROPERTIES, Column, Id, Name, Schema};

/// Does this change of a column reach every child of the table, because each is to become alike? Otherwise the
/// table is changed alone.
pub(crate) fn recurses(
    kept: &Links,
    wanted: &Schema,
    table: &Name,
    column: &str,
    what: ColumnChange,
) -> bool {
    let want = wanted.column(table, column);
    let alike = |heir: &Column| match what {
        ColumnChange::DropDefault | ColumnChange::SetDefault => {
            want.is_some_and(|want| want.default == heir.default)
        }
        // Postgres does not do it to a partitioned table alone.
        ColumnChange::DropNotNull | ColumnChange::SetNotNull => {
            wanted.is_partitioned(table) || want.is_some_and(|want| want.not_null == heir.not_null)
        }
        ColumnChange::Property(at) => {
            want.is_some_and(|want| COLUMN_PROPERTIES[at].of(want) == COLUMN_PROPERTIES[at].of(heir))
        }
        // A child must follow; and nothing of an identity is inherited.
        ColumnChange::NotNullName
        | ColumnChange::Type
        | ColumnChange::DropExpression
        | ColumnChange::DropIdentity
        | ColumnChange::AddIdentity
        | ColumnChange::SetIdentity => true,
    };
    kept.heirs(table).into_iter().filter_map(|heir| wanted.column(heir, column)).all(alike)
}

/// Does a column go from its table alone, since a child that only inherits it keeps it?
pub(crate) fn goes_alone(
    kept: &Links,
    current: &Schema,
    wanted: &Schema,
    table: &Name,
    column: &str,
) -> bool {
    let goes = wanted.column(table, column).is_none();
    let keeps = |child: &Name| {
        current.column(child, column).is_some_and(|found| !found.local)
            && wanted.column(child, column).is_some()
    };
    goes && kept.children(table).iter().any(keeps)
}

/// Leaves out what reaches a table from its parents, and adds what must then be done otherwise. The schemas are
/// those in which only `kept` links hold.
pub(super) fn fold(current: &Schema, wanted: &Schema, kept: &Links, changes: &mut Changes) {
    let all = changes.clone();
    for change in &all {
        let Some((table, name)) = column_of(change) else { continue };
        let inherited = |schema: &Schema| schema.column(table, name).is_some_and(|column| column.inherited);
        let comes =
            kept.ancestors(table).into_iter().any(|from| all.contains(&of_column(change, from, name)));
        let reaches = match change {
            Change::Drop(_) => {
                let alone = |from: &Name| goes_alone(kept, current, wanted, from, name);
                let only_inherited = current.column(table, name).is_some_and(|found| !found.local);
                inherited(current) && only_inherited && !kept.parents(table).iter().any(alone)
            }
            Change::Create(_) => inherited(wanted),
            Change::Column(_, _, ColumnChange::Type | ColumnChange::DropExpression) => {
                inherited(current) && inherited(wanted)
            }
            _ => false,
        };
        if !comes || !reaches {
            continue;
        }
        changes.remove(change);
        if matches!(change, Change::Create(_)) {
            otherwise_than_added(wanted, kept, &all, (table, name), changes);
        }
    }
    let all = changes.clone();
    let reaches = |table: &Name, name: &str, what: ColumnChange| {
        kept.ancestors(table).into_iter().any(|from| {
            all.contains(&Change::Column(from.clone(), name.to_owned(), what))
                && recurses(kept, wanted, from, name, what)
        })
    };
    for change in &all {
        match change {
            Change::Column(table, name, what)
                if reaches(table, name, *what) && !outlives(current, table, name, *what) =>
            {
                changes.remove(change);
            }
            Change::Column(table, name, ColumnChange::DropNotNull) => {
                keep_not_null(wanted, kept, (table, name), changes);
            }
            _ => {}
        }
    }
}

fn column_of(change: &Change) -> Option<(&Name, &str)> {
    match change {
        Change::Create(Id::Column(table, name))
        | Change::Drop(Id::Column(table, name))
        | Change::Column(table, name, _) => Some((table, name)),
        _ => None,
    }
}

/// The same change of another table's column.
fn of_column(change: &Change, table: &Name, name: &str) -> Change {
    let column = || Id::Column(table.clone(), name.to_owned());
    match change {
        Change::Create(_) => Change::Create(column()),
        Change::Column(_, _, what) => Change::Column(table.clone(), name.to_owned(), *what),
        _ => Change::Drop(column()),
    }
}

/// A column that a table gets from its parents, where it is to be otherwise than they have it.
fn otherwise_than_added(
    wanted: &Schema,
    kept: &Links,
    all: &Changes,
    (table, name): (&Name, &str),
    changes: &mut Changes,
) {
    let adds = |from: &&&Name| all.contains(&Change::Create(Id::Column((**from).clone(), name.to_owned())));
    let ancestors = kept.ancestors(table);
    let added = ancestors.iter().rfind(adds).and_then(|from| wanted.column(from, name));
    if let Some((added, want)) = added.zip(wanted.column(table, name)) {
        let added = Column { identity: None, comment: None, ..added.clone() };
        column::both(table, &added, want, changes);
    }
}

/// Does a child stay as it is although the change reaches it? Since Postgres 18 it does where the column was declared
/// NOT NULL on it too.
fn outlives(current: &Schema, table: &Name, name: &str, what: ColumnChange) -> bool {
    let declared = |found: &Column| found.local && found.not_null_inherited;
    what == ColumnChange::DropNotNull && current.column(table, name).is_some_and(declared)
}

/// A child that keeps its NOT NULL gets it again, by its own name.
fn keep_not_null(wanted: &Schema, kept: &Links, (table, name): (&Name, &str), changes: &mut Changes) {
    if recurses(kept, wanted, table, name, ColumnChange::DropNotNull) {
        let keeps = |heir: &&Name| wanted.column(heir, name).is_some_and(|column| column.not_null);
        for heir in kept.heirs(table).into_iter().filter(keeps) {
            let change = |what| Change::Column(heir.clone(), name.to_owned(), what);
            changes.remove(&change(ColumnChange::NotNullName));
            changes.insert(change(ColumnChange::SetNotNull));
        }
    }
}
