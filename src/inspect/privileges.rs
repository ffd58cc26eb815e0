//! Who may do what.

use std::collections::BTreeSet;

use postgres::Row;

use super::{Address, Reader};
use crate::schema::{Creates, DefaultPrivileges, Grant, Id, Privileges};

pub(super) fn privilege(reader: &mut Reader<'_>, row: &Row) {
    let object = (reader.class(row.get(0)), row.get(1));
    let Some(id) = reader.holder(object, row.get(2)) else { return };
    let new = || Privileges { on: id.clone(), grants: BTreeSet::new() };
    reader.schema.privileges.entry(id.clone()).or_insert_with(new).grants.extend(grants(row, 3));
}

pub(super) fn default_privilege(reader: &mut Reader<'_>, row: &Row) {
    let of = Creates { role: row.get(0), schema: row.get(1), objects: row.get(2) };
    if of.schema.as_ref().is_some_and(|schema| !reader.scope.manages(schema)) {
        return;
    }
    let new = || DefaultPrivileges { of: of.clone(), grants: BTreeSet::new() };
    reader.schema.default_privileges.entry(of.clone()).or_insert_with(new).grants.extend(grants(row, 3));
}

/// A role, whether it was taken away, whether it may be passed on, and the privileges, in four columns.
fn grants(row: &Row, column: usize) -> Vec<Grant> {
    let privileges: Vec<String> = row.get(column + 3);
    let grant = |privilege| Grant {
        grantee: row.get(column),
        revoked: row.get(column + 1),
        grantable: row.get(column + 2),
        privilege,
    };
    privileges.into_iter().map(grant).collect()
}

impl Reader<'_> {
    /// What the privileges are on: what was found, a column of it, or the sequence of an identity.
    fn holder(&self, object: Address, column: Option<String>) -> Option<Id> {
        let Some(found) = self.found.objects.get(&object) else {
            return self.found.identities.get(&object.1).map(|name| Id::Sequence(name.clone()));
        };
        Some(match (found, column) {
            (Id::Table(of) | Id::View(_, of), Some(column)) => Id::Column(of.clone(), column),
            _ => found.clone(),
        })
    }
}
