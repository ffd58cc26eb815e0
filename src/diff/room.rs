//! Drops that come before anything is made: what goes has a name that something new takes, or is in the way.

use std::collections::{BTreeMap, BTreeSet};

use super::held::{columns_with, stricter};
use super::impossible::rewritten;
use super::{Change, ColumnChange, Links};
use crate::ddl::column::not_null_constraint;
use crate::schema::{Constraint, Id, Name, Schema};

/// The objects that must be gone before anything is made, though they are not made again.
pub(crate) fn makes_room<'a>(
    current: &Schema,
    wanted: &Schema,
    changes: impl IntoIterator<Item = &'a Change, IntoIter: Clone>,
) -> BTreeSet<Id> {
    let changes = changes.into_iter();
    let (mut made, mut dropped, mut retyped) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut identities, mut required) = (Vec::new(), Vec::new());
    for change in changes.clone() {
        match change {
            Change::Create(id) => _ = made.insert(id),
            Change::Drop(id) => _ = dropped.insert(id),
            Change::ReplaceType(id) => _ = retyped.insert(id),
            Change::Column(table, column, ColumnChange::AddIdentity) => identities.push((table, column)),
            Change::Column(table, column, ColumnChange::SetNotNull) => required.push((table, column)),
            _ => {}
        }
    }
    let gone: BTreeSet<&Id> = dropped.difference(&made).copied().collect();
    if gone.is_empty() {
        return BTreeSet::new();
    }
    let (old, new) = (Owned::of(current), Owned::of(wanted));
    let mut taken: BTreeSet<Taken> = made.iter().flat_map(|id| names(id, &new)).collect();
    taken.extend(identities.iter().filter_map(|(table, column)| {
        let identity = wanted.column(table, column)?.identity.as_ref()?;
        Some(Taken::Relation(identity.sequence.clone()))
    }));
    let links = Links::of(current.tables.values());
    let rows = changes
        .clone()
        .flat_map(|change| rewritten(&links, wanted, change, |id| dropped.contains(id) && made.contains(id)));
    let in_place = stricter(current, wanted, changes.clone()).cloned();
    let held: BTreeSet<Id> = rows.chain(in_place).flat_map(|id| columns_with(current, &id)).collect();
    let holds = |id: &Id| {
        held.contains(id) || matches!(id, Id::Table(_)) && held.iter().any(|held| held.table() == id.table())
    };
    let routines: BTreeSet<&str> = wanted.objects.keys().filter_map(name_of_routine).collect();
    taken.extend(required.iter().filter_map(|(table, column)| not_null(table, column, wanted)));
    let is_made_again = |table: &Name| {
        let table = Id::Table(table.clone());
        dropped.contains(&table) && made.contains(&table)
    };
    let makes_room = |id: &&Id| {
        names(id, &old).iter().any(|name| taken.contains(name))
            || is_overloaded(id, &routines)
            || is_computed(id, current)
            || holds(id)
            || is_called_by_one_of(id, current, &retyped)
            || matches!(id, Id::Table(table) if links.ancestors(table).into_iter().any(is_made_again))
    };
    let mut room: BTreeSet<Id> = gone.iter().filter(|id| makes_room(id)).map(|id| (*id).clone()).collect();
    // Their dependents are dropped before them.
    let mut left: Vec<Id> = room.iter().cloned().collect();
    while let Some(id) = left.pop() {
        let dependents = current.dependencies.on(&id).filter(|dependent| gone.contains(dependent));
        left.extend(dependents.filter(|dependent| room.insert((*dependent).clone())).cloned());
    }
    room
}

/// A name and the space in which only one thing can have it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Taken {
    /// Relations share one space of names a schema.
    Relation(Name),
    /// So do types; each table, view and sequence is one.
    Type(Name),
    /// And so do the constraints of a table, with those that forbid NULL (Postgres 18).
    Constraint(Name, String),
}

/// A schema, and what belongs to each of its tables.
struct Owned<'a> {
    schema: &'a Schema,
    indexes: BTreeMap<&'a Name, Vec<&'a Name>>,
    sequences: BTreeMap<&'a Name, Vec<(&'a str, &'a Name)>>,
}

impl<'a> Owned<'a> {
    fn of(schema: &'a Schema) -> Self {
        let mut sequences = BTreeMap::new();
        for sequence in schema.sequences.values() {
            if let Some((table, column)) = &sequence.owned_by {
                let all = sequences.entry(table).or_insert_with(Vec::new);
                all.push((column.as_str(), &sequence.name));
            }
        }
        Owned { schema, indexes: schema.indexes_by_table(), sequences }
    }
}

/// The names that come and go with an object.
fn names(id: &Id, owned: &Owned<'_>) -> Vec<Taken> {
    let schema = owned.schema;
    match id {
        Id::Sequence(name) | Id::Index(name) => vec![Taken::Relation(name.clone())],
        Id::View(_, name) => vec![Taken::Relation(name.clone()), Taken::Type(name.clone())],
        Id::Type(name, word) if word == "TYPE" => {
            vec![Taken::Relation(name.clone()), Taken::Type(name.clone())]
        }
        Id::Type(_, word) if word == "COLLATION" => Vec::new(),
        Id::Enum(name) | Id::Type(name, _) => vec![Taken::Type(name.clone())],
        Id::Constraint(table, constraint)
            if schema.constraint(table, constraint).is_some_and(Constraint::has_index) =>
        {
            let relation = Taken::Relation(Name::new(&table.schema, constraint));
            vec![relation, Taken::Constraint(table.clone(), constraint.clone())]
        }
        Id::Constraint(table, constraint) | Id::ForeignKey(table, constraint) => {
            vec![Taken::Constraint(table.clone(), constraint.clone())]
        }
        Id::Column(table, column) => {
            let sequences = sequences(table, owned, |of| of == column);
            sequences.into_iter().chain(not_null(table, column, schema)).collect()
        }
        Id::Table(name) => {
            let mut names = vec![Taken::Relation(name.clone()), Taken::Type(name.clone())];
            let keys = schema.tables.get(name).into_iter().flat_map(|table| table.constraints.values());
            names.extend(keys.flat_map(|key| self::names(&key.id(name), owned)));
            let indexes = owned.indexes.get(name).into_iter().flatten();
            names.extend(indexes.map(|index| Taken::Relation((*index).clone())));
            names.extend(sequences(name, owned, |_| true));
            names
        }
        _ => Vec::new(),
    }
}

/// The name of the constraint that forbids NULL in a column.
fn not_null(table: &Name, column: &str, schema: &Schema) -> Option<Taken> {
    let name = not_null_constraint(table, schema.column(table, column)?)?;
    Some(Taken::Constraint(table.clone(), name))
}

/// The sequences of a table's columns.
fn sequences(table: &Name, owned: &Owned<'_>, column: impl Fn(&str) -> bool) -> Vec<Taken> {
    let serials = owned.sequences.get(table).into_iter().flatten().filter(|(of, _)| column(of));
    let columns = owned.schema.tables.get(table).into_iter().flat_map(|table| &table.columns);
    let identities = columns.filter(|found| column(&found.name)).filter_map(|found| found.identity.as_ref());
    serials
        .map(|(_, name)| (*name).clone())
        .chain(identities.map(|identity| identity.sequence.clone()))
        .map(Taken::Relation)
        .collect()
}

/// Does the name of one of these types stand in how it is called? They are soon called otherwise.
fn is_called_by_one_of(id: &Id, current: &Schema, types: &BTreeSet<&Id>) -> bool {
    let by_types = !matches!(id, Id::Table(_) | Id::Column(..));
    by_types && current.dependencies.of(id).any(|on| types.contains(on))
}

/// A generated column stands in the way of what it is computed from, and has nothing that could be lost.
fn is_computed(id: &Id, current: &Schema) -> bool {
    matches!(id, Id::Column(table, column) if current.is_generated(table, column))
}

/// Does another function of this name stay or come? Then a call that reads the same may mean either.
fn is_overloaded(id: &Id, wanted: &BTreeSet<&str>) -> bool {
    name_of_routine(id).is_some_and(|name| wanted.contains(name))
}

fn name_of_routine(id: &Id) -> Option<&str> {
    let Id::Routine(_, address) = id else { return None };
    Some(&address[..end_of_name(address)])
}

/// Where the arguments of a routine begin.
fn end_of_name(address: &str) -> usize {
    let mut quoted = false;
    let bracket = address.char_indices().find(|(_, char)| {
        quoted ^= *char == '"';
        *char == '(' && !quoted
    });
    bracket.map_or(address.len(), |(at, _)| at)
}
