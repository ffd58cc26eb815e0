//! Renames: those that the models say, and those that follow from them.

use std::collections::BTreeMap;

use crate::schema::{Constraint, Id, Index, Name, Schema};

/// The renames that models say with `renamed_from`, each from its old to its new name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// Tables.
    pub tables: Vec<(Name, Name)>,
    /// Columns: the table by its new name, the old name, the new name.
    pub columns: Vec<(Name, String, String)>,
    /// Enum types.
    pub enums: Vec<(Name, Name)>,
    /// Labels: the enum by its new name, the old label, the new label.
    pub labels: Vec<(Name, String, String)>,
}

/// Something that keeps its contents and gets another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rename {
    /// A table, sequence, index or enum, perhaps into another schema.
    Relation(Id, Name),
    /// A column or constraint of a table.
    Part(Id, String),
    /// A label of an enum.
    Label(Name, String, String),
}

/// The renames to carry out next on the way from `current` to `wanted`; empty when there are none left.
///
/// A rename changes the text of what refers to it, and only Postgres can say how: carry these out, inspect
/// again, and ask again.
pub fn renames(current: &Schema, wanted: &Schema, hints: &Hints) -> Vec<Rename> {
    let passes = [tables_and_types, labels, columns, |current: &Schema, wanted: &Schema, _: &Hints| {
        let mut names = constraints(current, wanted);
        names.extend(indexes(current, wanted));
        names.extend(sequences(current, wanted));
        names
    }];
    passes
        .iter()
        .map(|pass| pass(current, wanted, hints))
        .find(|renames| !renames.is_empty())
        .unwrap_or_default()
}

fn tables_and_types(current: &Schema, wanted: &Schema, hints: &Hints) -> Vec<Rename> {
    let tables = hints.tables.iter().filter(|(from, to)| moves(&current.tables, &wanted.tables, from, to));
    let enums = hints.enums.iter().filter(|(from, to)| moves(&current.enums, &wanted.enums, from, to));
    tables
        .map(|(from, to)| Rename::Relation(Id::Table(from.clone()), to.clone()))
        .chain(enums.map(|(from, to)| Rename::Relation(Id::Enum(from.clone()), to.clone())))
        .collect()
}

/// Is there something only under the old name here, and only under the new name there?
fn moves<V>(current: &BTreeMap<Name, V>, wanted: &BTreeMap<Name, V>, from: &Name, to: &Name) -> bool {
    current.contains_key(from)
        && !current.contains_key(to)
        && wanted.contains_key(to)
        && !wanted.contains_key(from)
}

fn labels(current: &Schema, wanted: &Schema, hints: &Hints) -> Vec<Rename> {
    let has = |schema: &Schema, of: &Name, label: &String| {
        schema.enums.get(of).is_some_and(|found| found.labels.contains(label))
    };
    let moves = |(of, from, to): &&(Name, String, String)| {
        has(current, of, from) && !has(current, of, to) && has(wanted, of, to) && !has(wanted, of, from)
    };
    let rename =
        |(of, from, to): &(Name, String, String)| Rename::Label(of.clone(), from.clone(), to.clone());
    hints.labels.iter().filter(moves).map(rename).collect()
}

fn columns(current: &Schema, wanted: &Schema, hints: &Hints) -> Vec<Rename> {
    let has = |schema: &Schema, table: &Name, column: &str| schema.column(table, column).is_some();
    let moves = |(table, from, to): &&(Name, String, String)| {
        has(current, table, from)
            && !has(current, table, to)
            && has(wanted, table, to)
            && !has(wanted, table, from)
    };
    let rename = |(table, from, to): &(Name, String, String)| {
        Rename::Part(Id::Column(table.clone(), from.clone()), to.clone())
    };
    hints.columns.iter().filter(moves).map(rename).collect()
}

/// Constraints that differ in nothing but the name.
fn constraints(current: &Schema, wanted: &Schema) -> Vec<Rename> {
    let mut renames = Vec::new();
    for (name, want) in &wanted.tables {
        let Some(found) = current.tables.get(name) else { continue };
        let gone = found.constraints.values().filter(|old| !want.constraints.contains_key(&old.name));
        let new = want.constraints.values().filter(|new| !found.constraints.contains_key(&new.name));
        let same =
            |old: &Constraint, new: &Constraint| (old.kind, &old.definition) == (new.kind, &new.definition);
        for (old, new) in pairs(gone, new, same) {
            renames.push(Rename::Part(old.id(name), new.name.clone()));
        }
    }
    renames
}

/// Indexes that differ in nothing but the name.
fn indexes(current: &Schema, wanted: &Schema) -> Vec<Rename> {
    let gone = current.indexes.values().filter(|old| !wanted.indexes.contains_key(&old.name));
    let new = wanted.indexes.values().filter(|new| !current.indexes.contains_key(&new.name));
    let same = |old: &Index, new: &Index| {
        let what = |index: &Index| {
            (index.table.clone(), index.unique, index.definition.clone(), index.statistics.clone())
        };
        what(old) == what(new)
    };
    pairs(gone, new, same)
        .map(|(old, new)| Rename::Relation(Id::Index(old.name.clone()), new.name.clone()))
        .collect()
}

/// Sequences that belong to the same column, be it an identity or a serial.
fn sequences(current: &Schema, wanted: &Schema) -> Vec<Rename> {
    let taken = |name: &Name| current.sequences.contains_key(name) || current.tables.contains_key(name);
    let owned = wanted.sequences.values().filter(|want| want.owned_by.is_some() && !taken(&want.name));
    let serials = owned.filter_map(|want| {
        let old = current.sequences.values().find(|old| old.owned_by == want.owned_by)?;
        let moves = !wanted.sequences.contains_key(&old.name);
        moves.then(|| Rename::Relation(Id::Sequence(old.name.clone()), want.name.clone()))
    });
    let columns =
        wanted.tables.values().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let identities = columns.filter_map(|(table, column)| {
        let want = &column.identity.as_ref()?.sequence;
        let old = &current.column(&table.name, &column.name)?.identity.as_ref()?.sequence;
        let moves = old != want && !taken(want);
        moves.then(|| Rename::Relation(Id::Sequence(old.clone()), want.clone()))
    });
    serials.chain(identities).collect()
}

/// Pairs each old one with the first new one that is the same and still free.
fn pairs<'a, T: 'a>(
    old: impl Iterator<Item = &'a T>,
    new: impl Iterator<Item = &'a T>,
    same: impl Fn(&T, &T) -> bool,
) -> impl Iterator<Item = (&'a T, &'a T)> {
    let mut free: Vec<&T> = new.collect();
    old.filter_map(move |old| {
        let at = free.iter().position(|new| same(old, new))?;
        Some((old, free.remove(at)))
    })
}
