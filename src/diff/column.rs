//! Columns of a table that stays. Their order is no difference.

use super::{Change, Changes, ColumnChange, comment, recreate};
use crate::ddl::column;
use crate::schema::{COLUMN_PROPERTIES, Column, Id, Name, Table};

pub(super) fn diff(found: &Table, want: &Table, changes: &mut Changes) {
    let id = |column: &Column| Id::Column(want.name.clone(), column.name.clone());
    for column in found.columns.iter().filter(|column| want.column(&column.name).is_none()) {
        changes.insert(Change::Drop(id(column)));
    }
    for column in &want.columns {
        match found.column(&column.name) {
            Some(found) => both(&want.name, found, column, changes),
            None => {
                changes.insert(Change::Create(id(column)));
            }
        }
    }
}

/// The differences of a column that is on both sides.
pub(super) fn both(table: &Name, found: &Column, want: &Column, changes: &mut Changes) {
    let id = Id::Column(table.clone(), want.name.clone());
    // A stored expression cannot be changed in place, and one cannot be put on a column that has none; a virtual one
    // cannot become values.
    if (want.generated.is_some() || found.is_virtual()) && found.generated != want.generated {
        recreate(id, changes);
        return;
    }
    comment(id, &found.comment, &want.comment, changes);
    let mut change = |what: ColumnChange, differs: bool| {
        if differs {
            changes.insert(Change::Column(table.clone(), want.name.clone(), what));
        }
    };
    let type_differs = found.data_type != want.data_type || found.collation != want.collation;
    let default_differs = found.default != want.default;
    // The old default may have no cast to the new type. One that reads the same for both has one.
    let default_moves = type_differs && default_differs && found.default.is_some();
    change(ColumnChange::DropDefault, default_moves || (found.default.is_some() && want.default.is_none()));
    change(ColumnChange::SetDefault, want.default.is_some() && (default_differs || default_moves));
    change(ColumnChange::DropExpression, found.generated.is_some() && want.generated.is_none());
    change(ColumnChange::Type, type_differs);
    change(ColumnChange::DropNotNull, found.not_null && !want.not_null);
    let renamed = || column::not_null_renamed(table, found, want).is_some();
    change(ColumnChange::NotNullName, !want.not_null_inherited && renamed());
    change(ColumnChange::SetNotNull, !found.not_null && want.not_null);
    match (&found.identity, &want.identity) {
        (Some(_), None) => change(ColumnChange::DropIdentity, true),
        (None, Some(_)) => change(ColumnChange::AddIdentity, true),
        (Some(found), Some(want)) => {
            // A sequence whose name cannot be given to it is left over, and seen by the proof.
            let differs = column::set_identity(found, want).is_some() || found.sequence != want.sequence;
            change(ColumnChange::SetIdentity, differs);
        }
        (None, None) => {}
    }
    for (at, property) in COLUMN_PROPERTIES.iter().enumerate() {
        let is_lost = type_differs && property.lost_with_type && property.of(want).is_some();
        change(ColumnChange::Property(at), is_lost || property.of(found) != property.of(want));
    }
}
