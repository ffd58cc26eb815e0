//! Who inherits from whom.

use std::collections::BTreeMap;

use crate::schema::{Constraint, ConstraintKind, Id, Name, Schema, Table};

/// Gives each table its parents, and notes that what is inherited cannot be without what it comes from.
///
/// `tables` and `parents` go by object identifier. A parent that is not looked at is said to be unsupported.
pub(super) fn links(schema: &mut Schema, tables: &BTreeMap<u32, Name>, parents: &BTreeMap<u32, Vec<u32>>) {
    for (oid, name) in tables {
        if let Some(table) = schema.tables.get_mut(name) {
            let parents = parents.get(oid).into_iter().flatten();
            table.parents = parents.filter_map(|parent| tables.get(parent).cloned()).collect();
        }
    }
    let mut edges = Vec::new();
    for child in schema.tables.values() {
        let parents = child.parents.iter().filter_map(|parent| schema.tables.get(parent));
        edges.extend(parents.flat_map(|parent| inherited(child, parent)));
    }
    for (from, to) in edges {
        schema.dependencies.add(from, to);
    }
}

/// The parts of `child` that come from `parent`, each with the part that it comes from.
fn inherited(child: &Table, parent: &Table) -> Vec<(Id, Id)> {
    let column = |of: &Table, name: &String| Id::Column(of.name.clone(), name.clone());
    let shared = child.columns.iter().filter(|found| parent.column(&found.name).is_some());
    let columns = shared.map(|found| (column(child, &found.name), column(parent, &found.name)));
    let own = child.constraints.values();
    let constraints = own.filter(|found| found.inherited && found.attached_to.is_none()).filter_map(|own| {
        // A check has the parent's name, what is made for a partition one of its own.
        let same = |from: &&Constraint| match own.kind {
            ConstraintKind::Check => from.name == own.name,
            kind => from.kind == kind && from.definition == own.definition,
        };
        let from = parent.constraints.values().find(same)?;
        Some((own.id(&child.name), from.id(&parent.name)))
    });
    columns.chain(constraints).collect()
}
