//! The order of changes: dependents go before what they depend on is dropped, and come after it is created.

use std::collections::{BTreeMap, BTreeSet};

use super::stage::Node;
use super::step::{Step, Verb};
use crate::schema::{ConstraintKind, Dependencies, Id, Name, Schema};

/// Dependents before what they depend on, by the current schema.
///
/// `goes` knows the foreign keys that another change drops.
pub(super) fn drops(nodes: Vec<Node>, current: &Schema, goes: impl Fn(&Id) -> bool) -> Vec<Node> {
    let (mut order, first) =
        Graph::new(&nodes, current, true).sorted(&nodes, |cycle| break_cycle(cycle, current, &goes));
    order.reverse();
    first.into_iter().chain(order.into_iter().map(|at| nodes[at].clone())).collect()
}

/// What an object depends on before the object, by the wanted schema; each with the places of those that it waits
/// for.
pub(super) fn creations(nodes: &[Node], wanted: &Schema, order: &[Name]) -> Vec<(Node, BTreeSet<usize>)> {
    let graph = Graph { places: by_references(wanted, order), ..Graph::new(nodes, wanted, false) };
    let waits_for = graph.waits_for.clone();
    let (order, _) = graph.sorted(nodes, |_| Vec::new());
    let place: BTreeMap<usize, usize> = order.iter().enumerate().map(|(place, at)| (*at, place)).collect();
    let earlier = |at: &usize| {
        let places = waits_for[*at].iter().filter_map(|other| place.get(other)).copied();
        // In a circle somebody comes first and waits for nobody.
        places.filter(|other| *other < place[at]).collect()
    };
    order.iter().map(|at| (nodes[*at].clone(), earlier(at))).collect()
}

/// Drops of the foreign keys between objects that depend on each other in a circle.
fn break_cycle(cycle: &[&Node], current: &Schema, goes: impl Fn(&Id) -> bool) -> Vec<Node> {
    let along = along(current);
    let parts: Vec<BTreeSet<Id>> =
        cycle.iter().map(|node| parts(&node.id, current, Some(&along)).into_iter().collect()).collect();
    let all: BTreeSet<&Id> = parts.iter().flatten().collect();
    let elsewhere = |own: &BTreeSet<Id>, id: &Id| !own.contains(id) && all.contains(id);
    let keys = parts.iter().flat_map(|own| {
        own.iter().filter(move |id| {
            matches!(id, Id::ForeignKey(..)) && current.dependencies.of(id).any(|on| elsewhere(own, on))
        })
    });
    // Those of partitions are dropped with that of their parent.
    let is_part = |id: &Id| match id {
        Id::ForeignKey(table, name) => current.constraint(table, name).is_some_and(|key| key.inherited),
        _ => false,
    };
    let keys: BTreeSet<&Id> = keys.filter(|id| !is_part(id) && !goes(id)).collect();
    let drop = |id: &Id| {
        let step = Step { verb: Verb::Drop, ..Step::new(id, crate::ddl::drop(id, current)) };
        Node::new(id.clone(), vec![step])
    };
    keys.into_iter().map(drop).collect()
}

/// Which node waits for which.
struct Graph {
    waits_for: Vec<BTreeSet<usize>>,
    /// The places of tables that are created.
    places: BTreeMap<Name, usize>,
}

impl Graph {
    /// `dropped`: a table goes with its foreign keys, indexes and triggers; it comes without them.
    fn new(nodes: &[Node], schema: &Schema, dropped: bool) -> Self {
        let mut settles: BTreeMap<Id, usize> = BTreeMap::new();
        let along = dropped.then(|| along(schema));
        let parts: Vec<Vec<Id>> = nodes.iter().map(|node| parts(&node.id, schema, along.as_ref())).collect();
        let settling = || nodes.iter().zip(&parts).enumerate().filter(|(_, (node, _))| node.settles);
        // A change of a column itself takes precedence over one of its table.
        for (at, (node, _)) in settling() {
            settles.entry(node.id.clone()).or_insert(at);
        }
        for (at, (_, parts)) in settling() {
            for part in parts {
                settles.entry(part.clone()).or_insert(at);
            }
        }
        let mut waits_for = vec![BTreeSet::new(); nodes.len()];
        for (at, (node, parts)) in nodes.iter().zip(&parts).enumerate() {
            let dependencies = parts.iter().flat_map(|part| carriers(part, &schema.dependencies));
            let mut needed: Vec<Id> = dependencies.chain(node.after.iter().cloned()).collect();
            if !dropped {
                let inherited = [&node.id].into_iter().chain(&needed).flat_map(|id| inherited(id, schema));
                needed.extend(inherited.collect::<Vec<_>>());
            }
            for other in needed.iter().filter_map(|id| settles.get(id).copied()).filter(|other| *other != at)
            {
                // A column that is also inherited cannot go before the parent's has gone.
                let inherits = is_inherited(&node.id, &nodes[other].id, schema);
                let (first, then) = if dropped && inherits { (at, other) } else { (other, at) };
                waits_for[then].insert(first);
            }
        }
        Graph { waits_for, places: BTreeMap::new() }
    }

    /// The places of the nodes, each after those that it waits for; the smallest [`Key`] first where it is free, but
    /// columns of a table that may share a statement follow each other.
    /// In a circle the smallest goes first, and `circle` says what must happen before everything.
    fn sorted(mut self, nodes: &[Node], circle: impl Fn(&[&Node]) -> Vec<Node>) -> (Vec<usize>, Vec<Node>) {
        let key = |at: usize| Key::of(&nodes[at], at, &self.places);
        let mut left: BTreeSet<Key<'_>> = (0..nodes.len()).map(key).collect();
        let mut free: BTreeSet<Key<'_>> =
            left.iter().copied().filter(|key| self.waits_for[key.at].is_empty()).collect();
        let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
        for (at, waits_for) in self.waits_for.iter().enumerate() {
            waits_for.iter().for_each(|other| waiting[*other].push(at));
        }
        let mut order = Vec::new();
        let mut before = Vec::new();
        let mut last: Option<Key<'_>> = None;
        while let Some(first) = left.first().copied() {
            let joins = last.and_then(|last| sibling(last, nodes, &free));
            let next = joins.or_else(|| free.first().copied()).unwrap_or_else(|| {
                if before.is_empty() {
                    let nodes: Vec<&Node> = left.iter().map(|key| &nodes[key.at]).collect();
                    before = circle(&nodes);
                }
                first
            });
            free.remove(&next);
            left.remove(&next);
            last = Some(next);
            for at in std::mem::take(&mut waiting[next.at]) {
                self.waits_for[at].remove(&next.at);
                let node = key(at);
                if self.waits_for[at].is_empty() && left.contains(&node) {
                    free.insert(node);
                }
            }
            order.push(next.at);
        }
        (order, before)
    }
}

/// The order of nodes where nothing else decides: by their objects, but tables by their references, and new routines
/// before whatever may run them: the body of one may call another, which `pg_depend` does not know.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    /// Before routines, a new routine, a table, behind tables.
    class: u8,
    place: usize,
    id: &'a Id,
    at: usize,
}

impl<'a> Key<'a> {
    fn of(node: &'a Node, at: usize, places: &BTreeMap<Name, usize>) -> Self {
        let id = &node.id;
        let (class, place) = match id {
            Id::Table(name) => (2, places.get(name).copied().unwrap_or_default()),
            Id::Routine(..) if node.creates() => (1, 0),
            Id::Namespace(_)
            | Id::Extension(_)
            | Id::Enum(_)
            | Id::Type(..)
            | Id::Other(..)
            | Id::Sequence(_) => (0, 0),
            _ => (3, 0),
        };
        Key { class, place, id, at }
    }
}

/// The places of tables when each comes after those that it refers to, as far as they are no circle; else in the order
/// of their models, and then by name.
fn by_references(schema: &Schema, order: &[Name]) -> BTreeMap<Name, usize> {
    let rank: BTreeMap<&Name, usize> = order.iter().zip(0..).collect();
    let rank = |name: &Name| rank.get(name).copied().unwrap_or(usize::MAX);
    let mut places = BTreeMap::new();
    let mut entered = BTreeSet::new();
    let mut starts: Vec<&Name> = schema.tables.keys().collect();
    starts.sort_by_key(|name| rank(name));
    for start in starts {
        // Each with whether all that it refers to has been looked at.
        let mut waiting = vec![(start, false)];
        while let Some((name, done)) = waiting.pop() {
            if done {
                let next = places.len();
                places.entry(name.clone()).or_insert(next);
            } else if entered.insert(name)
                && let Some(table) = schema.tables.get(name)
            {
                waiting.push((name, true));
                let references = table.constraints.values().filter_map(|key| key.references.as_ref());
                let mut references: Vec<&Name> = references.collect();
                references.sort_by_key(|name| (rank(name), *name));
                waiting.extend(references.into_iter().rev().map(|to| (to, false)));
            }
        }
    }
    places
}

/// The next free column of the same table, where both may share a statement.
fn sibling<'a>(last: Key<'a>, nodes: &[Node], free: &BTreeSet<Key<'a>>) -> Option<Key<'a>> {
    let (true, Id::Column(table, _)) = (nodes[last.at].stages.may_join(), last.id) else { return None };
    let is_column = |key: &&Key<'_>| matches!(key.id, Id::Column(of, _) if of == table);
    let mut columns = free.range(Key { at: 0, ..last }..).take_while(is_column);
    columns.find(|key| nodes[key.at].stages.may_join()).copied()
}

/// The columns of parents and their parents from which a column comes.
fn inherited(id: &Id, schema: &Schema) -> Vec<Id> {
    let Id::Column(table, column) = id else { return Vec::new() };
    let parents = schema.tables.get(table).into_iter().flat_map(|table| &table.parents);
    let columns = parents.map(|parent| Id::Column(parent.clone(), column.clone()));
    columns.flat_map(|id| [vec![id.clone()], inherited(&id, schema)].concat()).collect()
}

/// Is this a column that comes from that one?
fn is_inherited(id: &Id, from: &Id, schema: &Schema) -> bool {
    let (Id::Column(child, name), Id::Column(parent, of)) = (id, from) else { return false };
    name == of && schema.tables.get(child).is_some_and(|table| table.parents.contains(parent))
}

/// The objects that DROP TABLE drops along, besides columns and constraints: indexes, triggers, policies.
pub(super) type Along<'a> = BTreeMap<&'a Name, Vec<Id>>;

pub(super) fn along(schema: &Schema) -> Along<'_> {
    let indexes = schema.indexes_by_table().into_iter();
    let ids = |names: Vec<&Name>| names.into_iter().map(|name| Id::Index(name.clone())).collect();
    let mut along: Along<'_> = indexes.map(|(table, names)| (table, ids(names))).collect();
    for id in schema.objects.keys() {
        if let Id::On(_, table, _) = id {
            along.entry(table).or_default().push(id.clone());
        }
    }
    along
}

/// The objects that come and go with this one. With `along` it goes, and a table takes what is in there along.
pub(super) fn parts(id: &Id, schema: &Schema, along: Option<&Along<'_>>) -> Vec<Id> {
    let dropped = along.is_some();
    let mut parts = vec![id.clone()];
    match id {
        Id::Column(table, column) => {
            parts.push(Id::Default(table.clone(), column.clone()));
            if dropped {
                let constraints =
                    schema.tables.get(table).into_iter().flat_map(|table| table.constraints.values());
                let own = constraints.filter(|found| found.columns.contains(column));
                parts.extend(own.map(|constraint| constraint.id(table)));
            }
        }
        Id::Table(name) => {
            for column in schema.tables.get(name).iter().flat_map(|table| &table.columns) {
                parts.push(Id::Column(name.clone(), column.name.clone()));
                parts.push(Id::Default(name.clone(), column.name.clone()));
            }
            let constraints =
                schema.tables.get(name).into_iter().flat_map(|table| table.constraints.values());
            let own = constraints.filter(|found| dropped || found.kind != ConstraintKind::ForeignKey);
            parts.extend(own.map(|constraint| constraint.id(name)));
            parts.extend(along.and_then(|along| along.get(name)).into_iter().flatten().cloned());
        }
        _ => {}
    }
    parts
}

/// The objects that `id` depends on, and the tables of the columns among them.
fn carriers<'a>(id: &'a Id, dependencies: &'a Dependencies) -> impl Iterator<Item = Id> + 'a {
    dependencies.of(id).flat_map(|on| {
        let table = on.table().map(|table| Id::Table(table.clone()));
        [Some(on.clone()), table].into_iter().flatten()
    })
}
