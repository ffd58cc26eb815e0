//! What waits for what: steps that stay together, sorted by what depends on what.

use std::collections::{BTreeMap, BTreeSet};

use super::Step;
use super::stage::Stages;
use crate::schema::{ConstraintKind, Dependencies, Id, Schema};

/// The stages of a change, and the object that it is about.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) id: Id,
    /// Is the object there once the stages have run? Not so of what can only follow it.
    pub(super) settles: bool,
    /// What it waits for besides the dependencies of `id`.
    pub(super) after: Vec<Id>,
    pub(super) stages: Stages,
}

impl Node {
    pub(super) fn new(id: Id, steps: Vec<Step>) -> Self {
        Self::staged(id, Stages::direct(steps))
    }

    pub(super) fn staged(id: Id, stages: Stages) -> Self {
        Node { id, settles: true, after: Vec::new(), stages }
    }
}

/// Dependents before what they depend on, by the current schema.
pub(super) fn drops(nodes: Vec<Node>, current: &Schema) -> Vec<Node> {
    let (mut order, first) =
        Graph::new(&nodes, current, true).sorted(&nodes, |cycle| break_cycle(cycle, current));
    order.reverse();
    first.into_iter().chain(order.into_iter().map(|at| nodes[at].clone())).collect()
}

/// What an object depends on before the object, by the wanted schema; each with the places of those that it waits
/// for.
pub(super) fn creations(nodes: &[Node], wanted: &Schema) -> Vec<(Node, BTreeSet<usize>)> {
    let graph = Graph::new(nodes, wanted, false);
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

/// What refers to each other loses its foreign keys before the first of it is dropped.
fn break_cycle(cycle: &[&Node], current: &Schema) -> Vec<Node> {
    let parts: Vec<BTreeSet<Id>> =
        cycle.iter().map(|node| parts(&node.id, current, true).into_iter().collect()).collect();
    let elsewhere =
        |own: &BTreeSet<Id>, id: &Id| !own.contains(id) && parts.iter().any(|others| others.contains(id));
    let keys = parts.iter().flat_map(|own| {
        own.iter().filter(move |id| {
            matches!(id, Id::ForeignKey(..)) && current.dependencies.of(id).any(|on| elsewhere(own, on))
        })
    });
    let keys: BTreeSet<&Id> = keys.collect();
    let drop = |id: &Id| Node::new(id.clone(), vec![Step::new(id, crate::ddl::drop(id, current))]);
    keys.into_iter().map(drop).collect()
}

/// Which node waits for which.
struct Graph {
    waits_for: Vec<BTreeSet<usize>>,
}

impl Graph {
    /// `dropped`: a table goes with its foreign keys, indexes and triggers; it comes without them.
    fn new(nodes: &[Node], schema: &Schema, dropped: bool) -> Self {
        let mut settles: BTreeMap<Id, usize> = BTreeMap::new();
        let parts: Vec<Vec<Id>> = nodes.iter().map(|node| parts(&node.id, schema, dropped)).collect();
        for (at, parts) in parts.iter().enumerate().filter(|(at, _)| nodes[*at].settles) {
            for part in parts {
                settles.entry(part.clone()).or_insert(at);
            }
        }
        let mut waits_for = vec![BTreeSet::new(); nodes.len()];
        for (at, (node, parts)) in nodes.iter().zip(&parts).enumerate() {
            let dependencies = parts.iter().flat_map(|part| carriers(part, &schema.dependencies));
            let needed = dependencies.chain(node.after.iter().cloned());
            for other in needed.filter_map(|id| settles.get(&id).copied()).filter(|other| *other != at) {
                // A column that is also inherited cannot go before the parent's has gone.
                let inherits = is_inherited(&node.id, &nodes[other].id, schema);
                let (first, then) = if dropped && inherits { (at, other) } else { (other, at) };
                waits_for[then].insert(first);
            }
        }
        Graph { waits_for }
    }

    /// The places of the nodes, each after those that it waits for; the smallest `Id` first where it is free.
    /// In a circle the smallest goes first, and `circle` says what must happen before everything.
    fn sorted(mut self, nodes: &[Node], circle: impl Fn(&[&Node]) -> Vec<Node>) -> (Vec<usize>, Vec<Node>) {
        let mut left: BTreeSet<(&Id, usize)> =
            nodes.iter().enumerate().map(|(at, node)| (&node.id, at)).collect();
        let mut order = Vec::new();
        let mut before = Vec::new();
        while let Some(first) = left.first().copied() {
            let free = left.iter().copied().find(|(_, at)| self.waits_for[*at].is_empty());
            let next = free.unwrap_or_else(|| {
                if before.is_empty() {
                    let nodes: Vec<&Node> = left.iter().map(|(_, at)| &nodes[*at]).collect();
                    before = circle(&nodes);
                }
                first
            });
            left.remove(&next);
            for waits in &mut self.waits_for {
                waits.remove(&next.1);
            }
            order.push(next.1);
        }
        (order, before)
    }
}

/// Is this a column that comes from that one?
fn is_inherited(id: &Id, from: &Id, schema: &Schema) -> bool {
    let (Id::Column(child, name), Id::Column(parent, of)) = (id, from) else { return false };
    name == of && schema.tables.get(child).is_some_and(|table| table.parents.contains(parent))
}

/// The objects that come and go with this one.
pub(super) fn parts(id: &Id, schema: &Schema, dropped: bool) -> Vec<Id> {
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
            if dropped {
                let indexes = schema.indexes.values().filter(|index| index.table == *name);
                parts.extend(indexes.map(|index| Id::Index(index.name.clone())));
                parts.extend(
                    schema.objects.keys().filter(|id| matches!(id, Id::On(_, on, _) if on == name)).cloned(),
                );
            }
        }
        _ => {}
    }
    parts
}

/// What `id` needs, and the table of a column that it needs.
fn carriers<'a>(id: &'a Id, dependencies: &'a Dependencies) -> impl Iterator<Item = Id> + 'a {
    dependencies.of(id).flat_map(|on| {
        let table = on.table().map(|table| Id::Table(table.clone()));
        [Some(on.clone()), table].into_iter().flatten()
    })
}
