//! Who may do what. What is made again gets its privileges from its creation.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Changes, ColumnChange};
use crate::schema::{Grant, Id, Name, Schema};

pub(super) fn diff(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    let identities = LazyCell::new(|| identities(wanted));
    let both: BTreeSet<&Id> = current.privileges.keys().chain(wanted.privileges.keys()).collect();
    for id in both {
        let differs =
            current.grants(id) != wanted.grants(id) || !lost_with_table(id, current, wanted).is_empty();
        if differs && stays(id, wanted, &identities) && !is_made(id, changes, &identities) {
            changes.insert(Change::Privileges(id.clone()));
        }
    }
    let keys = current.default_privileges.keys().chain(wanted.default_privileges.keys());
    for of in keys {
        let gone = of.schema.as_ref().is_some_and(|schema| !wanted.namespaces.contains_key(schema));
        let rebuilt = of
            .schema
            .as_ref()
            .is_some_and(|schema| changes.contains(&Change::Create(Id::Namespace(schema.clone()))));
        let (found, want) = (current.default_privileges.get(of), wanted.default_privileges.get(of));
        if !gone && (found != want || rebuilt) {
            changes.insert(Change::DefaultPrivileges(of.clone()));
        }
    }
}

/// REVOKE on a table revokes on its columns too.
pub(crate) fn lost_with_table(id: &Id, current: &Schema, wanted: &Schema) -> BTreeSet<Grant> {
    let Id::Column(table, _) = id else { return BTreeSet::new() };
    let on_table = |schema: &Schema| {
        let ids = Id::views(table).into_iter().chain([Id::Table(table.clone())]);
        ids.flat_map(|id| schema.grants(&id)).collect::<BTreeSet<Grant>>()
    };
    let (found, want) = (on_table(current), on_table(wanted));
    let taken: Vec<&Grant> = found.difference(&want).collect();
    let same = |grant: &Grant| {
        let alike = |gone: &&Grant| {
            gone.grantee == grant.grantee
                && (gone.privilege == "ALL" || grant.privilege == "ALL" || gone.privilege == grant.privilege)
        };
        taken.iter().any(alike)
    };
    wanted.grants(id).into_iter().filter(same).collect()
}

/// The column that each identity's sequence belongs to.
fn identities(schema: &Schema) -> BTreeMap<&Name, Id> {
    let columns = schema.tables.values().flat_map(|table| {
        table.columns.iter().filter_map(|column| {
            let id = Id::Column(table.name.clone(), column.name.clone());
            Some((&column.identity.as_ref()?.sequence, id))
        })
    });
    columns.collect()
}

fn stays(id: &Id, wanted: &Schema, identities: &BTreeMap<&Name, Id>) -> bool {
    match id {
        Id::Namespace(name) => wanted.namespaces.contains_key(name),
        Id::Enum(name) => wanted.enums.contains_key(name),
        Id::Table(name) => wanted.tables.contains_key(name),
        Id::Sequence(name) => wanted.sequences.contains_key(name) || identities.contains_key(name),
        Id::Column(table, column) => {
            wanted.column(table, column).is_some()
                || Id::views(table).iter().any(|view| wanted.objects.contains_key(view))
        }
        _ => wanted.objects.contains_key(id),
    }
}

/// Is it made by another change, which gives it its privileges?
fn is_made(id: &Id, changes: &Changes, identities: &BTreeMap<&Name, Id>) -> bool {
    let created = |id: Id| changes.contains(&Change::Create(id));
    if created(id.clone()) || changes.contains(&Change::ReplaceType(id.clone())) {
        return true;
    }
    match id {
        Id::Column(table, _) => {
            created(Id::Table(table.clone())) || Id::views(table).into_iter().any(created)
        }
        Id::Sequence(name) => match identities.get(name) {
            Some(of @ Id::Column(table, column)) => {
                let added = Change::Column(table.clone(), column.clone(), ColumnChange::AddIdentity);
                changes.contains(&added) || is_made(of, changes, identities)
            }
            _ => false,
        },
        _ => false,
    }
}
