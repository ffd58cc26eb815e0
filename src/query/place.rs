//! The order in which all transactions lock tables, so that they do not deadlock.

use std::cmp::Reverse;

use crate::model::{Declared, OnSoftDelete, RelationKind};

/// A table's position in the order.
pub(crate) type Place = (Reverse<usize>, (&'static str, &'static str));

/// A table's position, wherever a change or a deletion begins. Tables from which a deletion reaches more tables are
/// first, so that a parent is locked before its children; then the order is by name.
pub(crate) fn place(declared: &'static Declared) -> Place {
    (Reverse(below(declared).len()), name(declared))
}

/// The table, and the tables that a deletion of its rows can reach.
pub(crate) fn below(declared: &'static Declared) -> Vec<&'static Declared> {
    let mut reached = vec![declared];
    let mut at = 0;
    while let Some(table) = reached.get(at).copied() {
        let followed = table.relations.iter().filter(|relation| {
            relation.kind == RelationKind::HasMany && relation.on_soft_delete != OnSoftDelete::Ignore
        });
        for child in followed.map(|relation| (relation.target)()) {
            if !reached.iter().any(|other| name(other) == name(child)) {
                reached.push(child);
            }
        }
        at += 1;
    }
    reached
}

/// Identifies a table: its schema and name.
pub(crate) fn name(declared: &Declared) -> (&'static str, &'static str) {
    (declared.schema.unwrap_or("public"), declared.table)
}
