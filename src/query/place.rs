//! The one order in which everybody locks tables, so that nobody waits for another in a circle.

use std::cmp::Reverse;

use crate::model::{Declared, OnSoftDelete, RelationKind};

/// Where a table stands in the order.
pub(crate) type Place = (Reverse<usize>, (&'static str, &'static str));

/// A table's place, wherever a change or a deletion begins: from which a deletion reaches more tables comes first, so
/// that a parent comes before its children; then by name.
pub(crate) fn place(declared: &'static Declared) -> Place {
    (Reverse(below(declared).len()), name(declared))
}

/// The table, and those that a deletion of its rows can reach.
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

/// What tells a table from the others: its schema and name.
pub(crate) fn name(declared: &Declared) -> (&'static str, &'static str) {
    (declared.schema.unwrap_or("public"), declared.table)
}
