//! Values within other values: of a domain in an array, of a table in a column of its row type.

use std::collections::BTreeSet;

use super::{Change, Changes, recreate};
use crate::schema::data_type::is_array;
use crate::schema::{Afterwards, Id, Object, Property, Schema};

/// The columns that hold values of a type within others: in arrays, ranges, composite types and rows. Of a table or
/// view: its rows.
pub(super) fn columns_with(current: &Schema, id: &Id) -> BTreeSet<Id> {
    let is_array = |id: &Id| match id {
        Id::Column(table, column) => {
            current.column(table, column).is_some_and(|found| is_array(&found.data_type))
        }
        id => current.objects.get(id).is_some_and(|found| found.details.has_array),
    };
    let mut found = BTreeSet::new();
    let mut waiting = vec![(id.clone(), !matches!(id, Id::Type(..)))];
    let mut seen = BTreeSet::new();
    while let Some(next) = waiting.pop() {
        if !seen.insert(next.clone()) {
            continue;
        }
        let (on, within) = next;
        for dependent in current.dependencies.on(&on) {
            match dependent {
                // A column of a partition key depends on its own table.
                Id::Column(table, _) if matches!(&on, Id::Table(itself) if itself == table) => {}
                Id::Column(table, _) => {
                    if within || is_array(dependent) {
                        found.insert(dependent.clone());
                    }
                    waiting.push((Id::Table(table.clone()), true));
                }
                Id::Type(_, word) => {
                    waiting.push((dependent.clone(), within || word != "DOMAIN" || is_array(dependent)));
                }
                _ => {}
            }
        }
    }
    found
}

/// Does the domain ask for more than it did, of values that are there?
pub(super) fn asks_for_more(found: &Object, want: &Object) -> bool {
    let asks = |new: &Afterwards| {
        matches!(new.property, Property::NotNull | Property::Check { valid: true, .. })
            && !found.afterwards.iter().any(|old| old.does == new.does)
    };
    matches!(&want.id, Id::Type(_, word) if word == "DOMAIN") && want.afterwards.iter().any(asks)
}

/// Postgres looks only at columns of the domain itself: where others hold values of it, it is made anew.
pub(super) fn domains(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    let stays = |id: &Id| matches!(id, Id::Column(table, column) if wanted.column(table, column).is_some());
    let replaced: Vec<Id> = stricter(current, wanted, changes.iter())
        .filter(|id| columns_with(current, id).iter().any(stays))
        .cloned()
        .collect();
    for id in replaced {
        changes.remove(&Change::Afterwards(id.clone()));
        changes.remove(&Change::Comment(id.clone()));
        recreate(id, changes);
    }
}

/// The domains that ask for more in place.
pub(super) fn stricter<'a>(
    current: &Schema,
    wanted: &Schema,
    changes: impl Iterator<Item = &'a Change>,
) -> impl Iterator<Item = &'a Id> {
    changes.filter_map(|change| match change {
        Change::Afterwards(id) => {
            let (found, want) = current.objects.get(id).zip(wanted.objects.get(id))?;
            asks_for_more(found, want).then_some(id)
        }
        _ => None,
    })
}
