//! The order of steps: what goes first, what depends on what, what goes last.

use std::collections::{BTreeMap, BTreeSet};

use super::Step;
use super::steps::{self, Context};
use crate::diff::{Change, ColumnChange};
use crate::schema::{ConstraintKind, Dependencies, Id, Name, Schema};

/// New enum labels, and then everything else in an order that works.
pub(super) fn ordered(context: &Context<'_>) -> (Vec<Step>, Vec<Step>) {
    let mut labels = Vec::new();
    let (mut early, mut main, mut late) = (Vec::new(), Vec::new(), Vec::new());
    let (mut cut, mut links) = (Vec::new(), Vec::new());
    let attached = attached(context.wanted);
    let indexes = indexes_by_table(context.wanted);
    let mut columns: BTreeMap<Id, Vec<&Change>> = BTreeMap::new();
    for change in context.changes {
        match change {
            Change::AddLabels(name) => labels.extend(steps::add_labels(context, name)),
            Change::Drop(id @ Id::Link(..)) => cut.extend(steps::drop(context, id)),
            Change::Create(Id::Link(table, from)) => links.push(link_node(context, &indexes, table, from)),
            Change::Drop(Id::Sequence(name)) if steps::becomes_identity(context, name) => {}
            Change::Drop(id) => {
                let node = Node::new(id.clone(), steps::drop(context, id));
                if goes_early(id, context) { early.push(node) } else { late.push(node) }
            }
            Change::Column(
                table,
                column,
                what
                @ (ColumnChange::DropDefault | ColumnChange::DropIdentity | ColumnChange::DropExpression),
            ) if *what != ColumnChange::DropIdentity
                || steps::becomes_serial(context, table, column).is_none() =>
            {
                let id = Id::Default(table.clone(), column.clone());
                early.push(Node::new(id, steps::column(context, table, column, *what)));
            }
            Change::Column(table, column, _) => {
                columns.entry(Id::Column(table.clone(), column.clone())).or_default().push(change);
            }
            Change::ReplaceType(id) => {
                let [before, after] = steps::replace_type(context, id);
                main.push(Node::new(id.clone(), before));
                late.push(Node::new(id.clone(), after));
            }
            Change::SequenceOwner(name) => main.push(owner_node(context, name)),
            change => {
                let (id, steps) = steps::other(context, change);
                let after = attached.get(&id).cloned().unwrap_or_default();
                main.push(Node { after, ..Node::new(id, steps) });
            }
        }
    }
    for (id, changes) in columns {
        // The changes of a column come sorted in the order in which they are made.
        let each = changes.into_iter().flat_map(|change| match change {
            Change::Column(table, column, what) => steps::column(context, table, column, *what),
            _ => Vec::new(),
        });
        main.push(Node::new(id, each.collect()));
    }
    let waits = |link: &Node| late.iter().any(|node| stands_in_the_way(&node.id, &link.id, context));
    let (last, soon): (Vec<Node>, Vec<Node>) = links.into_iter().partition(waits);
    main.extend(soon);
    let mut steps = steps::preamble(context);
    steps.extend(cut);
    steps.extend(drops(early, context.current));
    steps.extend(creations(main, context.wanted));
    steps.extend(drops(late, context.current));
    steps.extend(in_order_of_parents(last, context));
    (labels, steps)
}

/// The parts of each index of a partitioned table, which come first: the whole finds them, and makes none itself.
fn attached(schema: &Schema) -> BTreeMap<Id, Vec<Id>> {
    let indexes = schema.indexes.values();
    let indexes = indexes.map(|index| (Id::Index(index.name.clone()), index.attached_to.as_ref()));
    let tables = schema.tables.values();
    let constraints = tables.flat_map(|table| {
        let each = table.constraints.values();
        each.map(|found| (found.id(&table.name), found.attached_to.as_ref()))
    });
    let mut parts: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (part, whole) in indexes.chain(constraints) {
        if let Some(whole) = whole.and_then(|whole| schema.index_id(whole)) {
            parts.entry(whole).or_default().push(part);
        }
    }
    parts
}

/// A table becomes one of another once both are what they shall be.
fn link_node(context: &Context<'_>, indexes: &Indexes<'_>, table: &Name, from: &Name) -> Node {
    let id = Id::Link(table.clone(), from.clone());
    let whole = |name: &Name| {
        let mut parts = parts(&Id::Table(name.clone()), context.wanted, Some(indexes));
        parts.retain(|part| !matches!(part, Id::ForeignKey(..) | Id::Trigger(..)));
        parts
    };
    // Parents come in an order.
    let parents = context.wanted.tables.get(table).into_iter().flat_map(|table| &table.parents);
    let before = parents.take_while(|parent| *parent != from);
    let before = before.map(|parent| Id::Link(table.clone(), parent.clone()));
    let after = whole(table).into_iter().chain(whole(from)).chain(before).collect();
    Node { after, ..Node::new(id.clone(), steps::create(context, &id)) }
}

/// Is this, which goes last, a part of what a link joins, or in its place?
fn stands_in_the_way(dropped: &Id, link: &Id, context: &Context<'_>) -> bool {
    let Id::Link(child, parent) = link else { return false };
    match dropped {
        Id::Table(table) => {
            context.current.tables.get(table).is_some_and(|table| table.parents.contains(parent))
        }
        dropped => dropped.table().is_some_and(|table| table == child || table == parent),
    }
}

fn in_order_of_parents(mut links: Vec<Node>, context: &Context<'_>) -> Vec<Step> {
    links.sort_by_key(|node| match &node.id {
        Id::Link(table, from) => {
            let parents = context.wanted.tables.get(table).map(|table| &table.parents);
            let at = parents.and_then(|parents| parents.iter().position(|parent| parent == from));
            (Some(table.clone()), at)
        }
        _ => (None, None),
    });
    links.into_iter().flat_map(|node| node.steps).collect()
}

/// Steps that stay together, and the object that they are about.
struct Node {
    id: Id,
    /// Is the object there once the steps have run? Not so of what can only follow it.
    settles: bool,
    /// What it waits for besides the dependencies of `id`.
    after: Vec<Id>,
    steps: Vec<Step>,
}

impl Node {
    fn new(id: Id, steps: Vec<Step>) -> Self {
        Node { id, settles: true, after: Vec::new(), steps }
    }
}

/// `OWNED BY` comes after the column, the column's default after the sequence.
fn owner_node(context: &Context<'_>, name: &Name) -> Node {
    let owner = context.wanted.sequences.get(name).and_then(|found| found.owned_by.clone());
    let after = owner.map(|(table, column)| Id::Column(table, column));
    let id = Id::Sequence(name.clone());
    Node {
        settles: false,
        after: after.into_iter().chain([id.clone()]).collect(),
        steps: steps::sequence_owner(context, name),
        id,
    }
}

/// What stands in the way of other changes, or must make room for one of the same name.
fn goes_early(id: &Id, context: &Context<'_>) -> bool {
    let made_again = context.has(&Change::Create(id.clone()));
    let light = matches!(
        id,
        Id::Index(_)
            | Id::Constraint(..)
            | Id::ForeignKey(..)
            | Id::Trigger(..)
            | Id::View(..)
            | Id::Default(..)
    );
    made_again || light || context.room.contains(id)
}

/// Dependents before what they depend on, by the current schema.
fn drops(nodes: Vec<Node>, current: &Schema) -> Vec<Step> {
    let graph = Graph::new(&nodes, current, true);
    let mut order = graph.sorted(&nodes, |cycle| break_cycle(cycle, current));
    order.reverse();
    order.into_iter().flatten().collect()
}

/// What an object depends on before the object, by the wanted schema.
fn creations(nodes: Vec<Node>, wanted: &Schema) -> Vec<Step> {
    Graph::new(&nodes, wanted, false).sorted(&nodes, |_| Vec::new()).into_iter().flatten().collect()
}

/// What refers to each other loses its foreign keys before the first of it is dropped.
fn break_cycle(cycle: &[&Node], current: &Schema) -> Vec<Step> {
    let indexes = indexes_by_table(current);
    let parts: Vec<BTreeSet<Id>> =
        cycle.iter().map(|node| parts(&node.id, current, Some(&indexes)).into_iter().collect()).collect();
    let all: BTreeSet<&Id> = parts.iter().flatten().collect();
    let elsewhere = |own: &BTreeSet<Id>, id: &Id| !own.contains(id) && all.contains(id);
    let keys = parts.iter().flat_map(|own| {
        own.iter().filter(move |id| {
            matches!(id, Id::ForeignKey(..)) && current.dependencies.of(id).any(|on| elsewhere(own, on))
        })
    });
    let keys: BTreeSet<&Id> = keys.collect();
    keys.into_iter().map(|id| Step::new(id, crate::ddl::drop(id, current))).collect()
}

/// Which node waits for which.
struct Graph {
    waits_for: Vec<BTreeSet<usize>>,
}

impl Graph {
    /// `dropped`: a table goes with its foreign keys, indexes and triggers; it comes without them.
    fn new(nodes: &[Node], schema: &Schema, dropped: bool) -> Self {
        let mut settles: BTreeMap<Id, usize> = BTreeMap::new();
        let indexes = dropped.then(|| indexes_by_table(schema));
        let parts: Vec<Vec<Id>> =
            nodes.iter().map(|node| parts(&node.id, schema, indexes.as_ref())).collect();
        for (at, parts) in parts.iter().enumerate().filter(|(at, _)| nodes[*at].settles) {
            for part in parts {
                settles.entry(part.clone()).or_insert(at);
            }
        }
        let waits_for = nodes.iter().zip(&parts).enumerate().map(|(at, (node, parts))| {
            let dependencies = parts.iter().flat_map(|part| carriers(part, &schema.dependencies));
            let needed = dependencies.chain(node.after.iter().cloned());
            needed.filter_map(|id| settles.get(&id).copied()).filter(|other| *other != at).collect()
        });
        Graph { waits_for: waits_for.collect() }
    }

    /// The steps of each node, each after those that it waits for; the smallest `Id` first where it is free.
    /// In a circle the smallest goes first, and `circle` says what must happen before everything.
    fn sorted(mut self, nodes: &[Node], circle: impl Fn(&[&Node]) -> Vec<Step>) -> Vec<Vec<Step>> {
        let mut left: BTreeSet<(&Id, usize)> =
            nodes.iter().enumerate().map(|(at, node)| (&node.id, at)).collect();
        let mut free: BTreeSet<(&Id, usize)> =
            left.iter().copied().filter(|(_, at)| self.waits_for[*at].is_empty()).collect();
        let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
        for (at, waits_for) in self.waits_for.iter().enumerate() {
            waits_for.iter().for_each(|other| waiting[*other].push(at));
        }
        let mut order = Vec::new();
        let mut before = Vec::new();
        while let Some(first) = left.first().copied() {
            let next = free.pop_first().unwrap_or_else(|| {
                if before.is_empty() {
                    let nodes: Vec<&Node> = left.iter().map(|(_, at)| &nodes[*at]).collect();
                    before = circle(&nodes);
                }
                first
            });
            left.remove(&next);
            for at in std::mem::take(&mut waiting[next.1]) {
                self.waits_for[at].remove(&next.1);
                let node = (&nodes[at].id, at);
                if self.waits_for[at].is_empty() && left.contains(&node) {
                    free.insert(node);
                }
            }
            order.push(nodes[next.1].steps.clone());
        }
        // Drops are reversed: what is last here runs first.
        order.push(before);
        order
    }
}

/// The indexes of each table.
type Indexes<'a> = BTreeMap<&'a Name, Vec<&'a Name>>;

fn indexes_by_table(schema: &Schema) -> Indexes<'_> {
    let mut indexes = Indexes::new();
    for index in schema.indexes.values() {
        indexes.entry(&index.table).or_default().push(&index.name);
    }
    indexes
}

/// The objects that come and go with this one. With `indexes` it goes, and a table takes them along.
fn parts(id: &Id, schema: &Schema, indexes: Option<&Indexes<'_>>) -> Vec<Id> {
    let dropped = indexes.is_some();
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
            if let Some(indexes) = indexes {
                let own = indexes.get(name).into_iter().flatten();
                parts.extend(own.map(|index| Id::Index((*index).clone())));
                let triggers = schema.objects.range(Id::Trigger(name.clone(), String::new())..);
                let own = triggers
                    .map(|(id, _)| id)
                    .take_while(|id| matches!(id, Id::Trigger(on, _) if on == name));
                parts.extend(own.cloned());
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
