//! The order of changes: what is dropped first, what depends on what, what comes last.

use std::collections::BTreeSet;

use super::change::{When, nodes};
use super::context::Context;
use super::graph::{creations, drops};
use super::link;
use super::object::is_new_rule;
use super::stage::{Node, Stages};
use super::step::Step;
use crate::diff::Change;
use crate::schema::Id;

/// All that is to be done, in an order that works if it is done in one go.
pub(super) struct Ordered {
    /// New labels of enums: what uses them must be in a later transaction.
    pub(super) labels: Vec<Step>,
    /// Statements that come before all others.
    pub(super) preamble: Vec<Step>,
    /// Drops that must come before a creation or change.
    pub(super) early: Vec<Node>,
    /// Creations and changes, each with the positions of those that it waits for.
    pub(super) main: Vec<(Node, BTreeSet<usize>)>,
    /// Drops that nothing waits for.
    pub(super) late: Vec<Node>,
}

pub(super) fn ordered(context: &Context<'_>) -> Ordered {
    let mut nodes = nodes(context);
    let goes = |id: &Id| context.has(&Change::Drop(id.clone()));
    let mut take = |when| nodes.remove(&when).unwrap_or_default();
    let late = take(When::Late);
    let waits = |link: &Node| late.iter().any(|node| blocks_attach(&node.id, &link.id, context));
    let (last, soon): (Vec<Node>, Vec<Node>) = take(When::Attach).into_iter().partition(waits);
    let mut main = take(When::Main);
    for node in &mut main {
        node.after.extend(columns_before(context, &node.id));
    }
    main.extend(soon);
    let preamble = [When::First, When::BeforeDetach, When::Detach].map(&mut take);
    let after = [When::AfterAttach, When::Last].map(&mut take);
    Ordered {
        labels: steps(take(When::Label)).collect(),
        preamble: steps(preamble.into_iter().flatten()).collect(),
        early: drops(take(When::Early), context.current, goes),
        main: creations(&main, context.wanted, &context.options.order),
        late: drops(late, context.current, goes)
            .into_iter()
            .chain(in_order_of_parents(last, context).into_iter().map(|node| at_once(node, context)))
            .chain(after.into_iter().flatten())
            .collect(),
    }
}

fn steps(nodes: impl IntoIterator<Item = Node>) -> impl Iterator<Item = Step> {
    nodes.into_iter().flat_map(|node| node.stages.list).flat_map(|stage| stage.steps)
}

/// Must this be dropped before the table is attached? It is a part of one of both tables, or a partition in its place.
fn blocks_attach(dropped: &Id, link: &Id, context: &Context<'_>) -> bool {
    let Id::Link(child, parent) = link else { return false };
    match dropped {
        Id::Table(table) => {
            context.current.tables.get(table).is_some_and(|table| table.parents.contains(parent))
        }
        dropped => dropped.table().is_some_and(|table| table == child || table == parent),
    }
}

fn in_order_of_parents(mut links: Vec<Node>, context: &Context<'_>) -> Vec<Node> {
    links.sort_by_key(|node| match &node.id {
        Id::Link(table, from) => {
            let parents = context.wanted.tables.get(table).map(|table| &table.parents);
            let at = parents.and_then(|parents| parents.iter().position(|parent| parent == from));
            (Some(table.clone()), at)
        }
        _ => (None, None),
    });
    links
}

/// What comes last comes in one transaction.
fn at_once(node: Node, context: &Context<'_>) -> Node {
    match &node.id {
        Id::Link(table, from) => Node { stages: Stages::direct(link::direct(context, table, from)), ..node },
        _ => node,
    }
}

/// The columns that change before a replica identity, whose index must have columns without NULL, and before a new
/// rule, which would fire when they get values.
fn columns_before(context: &Context<'_>, id: &Id) -> Vec<Id> {
    let (Id::Setting(what, table, _) | Id::On(what, table, _)) = id else { return Vec::new() };
    let is_meant = what == "replica identity" || is_new_rule(context, id);
    let found = context.wanted.tables.get(table).filter(|_| is_meant);
    let columns = found.into_iter().flat_map(|table| &table.columns);
    let required = columns.filter(|column| column.not_null || column.default.is_some());
    required.map(|column| Id::Column(table.clone(), column.name.clone())).collect()
}
