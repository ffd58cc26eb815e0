//! The order of steps: what goes first, what depends on what, what goes last.

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Context, ends, may_take};
use super::graph::{Along, Node, along, creations, drops, parts};
use super::{Step, column, online, privilege, sequence, steps, types, update};
use crate::ddl;
use crate::ddl::twins::Twins;
use crate::diff::{Change, ColumnChange};
use crate::schema::{Constraint, Id, Name, Schema, Table};

/// All that is to be done, in an order that works if it is done in one go.
pub(super) struct Ordered {
    /// New labels of enums: what uses them must be in a later transaction.
    pub(super) labels: Vec<Step>,
    /// What must be done before anything else.
    pub(super) preamble: Vec<Step>,
    /// What is in the way of something.
    pub(super) early: Vec<Node>,
    /// What is made or changed, each with the places of those that it waits for.
    pub(super) main: Vec<(Node, BTreeSet<usize>)>,
    /// What is dropped for good.
    pub(super) late: Vec<Node>,
}

pub(super) fn ordered(context: &Context<'_>) -> Ordered {
    let mut labels = Vec::new();
    let (mut early, mut main, mut late) = (Vec::new(), Vec::new(), Vec::new());
    let (mut keys, mut cut) = (Vec::new(), Vec::new());
    let (mut links, mut defaults) = (Vec::new(), Vec::new());
    let mut taken_over = Vec::new();
    let mut said = Vec::new();
    let left = left(context);
    let attached = attached(context.wanted);
    let along = along(context.wanted);
    let twins = Twins::of(context.wanted);
    let mut columns: BTreeMap<Id, Vec<ColumnChange>> = BTreeMap::new();
    let replaced: BTreeSet<&Id> = context.swaps.values().collect();
    for change in context.changes {
        match change {
            Change::AddLabels(name) => labels.extend(types::add_labels(context, name)),
            Change::Drop(id @ Id::Link(..)) => cut.push(steps::drop(context, id)),
            Change::Create(Id::Link(table, from)) => {
                links.push(link_node(context, &along, &twins, table, from))
            }
            Change::Drop(Id::Sequence(name)) if sequence::becomes_identity(context, name) => {}
            Change::Drop(id) if replaced.contains(id) => {}
            // Before the rows that it refers to leave with a partition.
            Change::Drop(id @ Id::ForeignKey(..))
                if ends(context, id).nth(1).is_some_and(|to| left.contains(to)) =>
            {
                keys.push(steps::drop(context, id));
            }
            Change::Drop(id) => {
                let stages = online::drop(context, id, steps::drop(context, id));
                let node = Node::staged(id.clone(), stages);
                if goes_early(id, context) { early.push(node) } else { late.push(node) }
            }
            Change::Column(
                table,
                column,
                what
                @ (ColumnChange::DropDefault | ColumnChange::DropIdentity | ColumnChange::DropExpression),
            ) if *what != ColumnChange::DropIdentity
                || sequence::becomes_serial(context, table, column).is_none() =>
            {
                let id = Id::Default(table.clone(), column.clone());
                early.push(Node::new(id, column::change(context, table, column, *what)));
            }
            Change::Column(table, column, what) => {
                columns.entry(Id::Column(table.clone(), column.clone())).or_default().push(*what);
            }
            Change::ReplaceType(id) => {
                let [before, after] = types::replace_type(context, id);
                let calls_gone = |on: &Id| context.has(&Change::Drop(on.clone())) && goes_early(on, context);
                if context.current.dependencies.of(id).any(calls_gone) {
                    early.push(Node::new(id.clone(), types::let_go(context, id)));
                }
                main.push(Node::new(id.clone(), before));
                late.push(Node::new(id.clone(), after));
            }
            // What is made before them must not have them.
            Change::DefaultPrivileges(of) => defaults.extend(privilege::defaults(context, of)),
            Change::SequenceOwner(name) => main.push(owner_node(context, name)),
            Change::Validate(id) => main.push(Node::staged(id.clone(), online::validate(context, id))),
            Change::Create(id @ Id::Sequence(name)) if sequence::outlives_its_table(context, name) => {
                taken_over.extend(steps::create(context, id));
            }
            Change::Create(id) => {
                let node = match online::create(context, id) {
                    Some(stages) => Node::staged(id.clone(), stages),
                    None => Node::new(id.clone(), steps::create(context, id)),
                };
                let parts = attached.get(id).into_iter().flatten().cloned();
                let mut after = after_swaps(context, id);
                after.extend(parts);
                after.extend(twins.before(id).iter().cloned());
                after.extend(alike_key_of_parent(context, id));
                after.extend(links_of_parts(context, id));
                main.push(Node { after, ..node });
            }
            Change::Comment(id) if comes_with_link(context, id) => said.push(comment_node(context, id)),
            Change::Comment(id) => main.push(comment_node(context, id)),
            change => {
                let (id, steps) = steps::other(context, change);
                let after = persistence_after(context, change);
                main.push(Node { after, ..Node::new(id, steps) });
            }
        }
    }
    for (id, changes) in columns {
        // The changes of a column come sorted in the order in which they are made.
        if let Id::Column(table, column) = &id {
            let stages = column::stages(context, table, column, &changes);
            let null = changes.contains(&ColumnChange::DropNotNull);
            let after = if null { keys_that_let_go(context, table, column) } else { Vec::new() };
            main.push(Node { after, ..Node::staged(id, stages) });
        }
    }
    for node in &mut main {
        node.after.extend(columns_before(context, &node.id));
    }
    let waits = |link: &Node| late.iter().any(|node| stands_in_the_way(&node.id, &link.id, context));
    let (last, soon): (Vec<Node>, Vec<Node>) = links.into_iter().partition(waits);
    main.extend(soon);
    Ordered {
        labels,
        preamble: steps::preamble(context).into_iter().chain(taken_over).chain(keys).chain(cut).collect(),
        early: drops(early, context.current),
        main: creations(&main, context.wanted),
        late: drops(late, context.current)
            .into_iter()
            .chain(in_order_of_parents(last, context))
            .chain(said)
            .chain((!defaults.is_empty()).then(|| Node::new(Id::Namespace(String::new()), defaults)))
            .collect(),
    }
}

/// The parts of each index of a partitioned table, which come first: the whole finds them, and makes none itself.
fn attached(schema: &Schema) -> BTreeMap<Id, Vec<Id>> {
    let mut parts: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (part, whole) in schema.index_parts() {
        parts.entry(whole).or_default().push(part);
    }
    parts
}

/// A table becomes one of another once both are what they shall be.
fn link_node(context: &Context<'_>, along: &Along<'_>, twins: &Twins, table: &Name, from: &Name) -> Node {
    let id = Id::Link(table.clone(), from.clone());
    let whole = |name: &Name| {
        let mut parts = parts(&Id::Table(name.clone()), context.wanted, Some(along));
        let lacks_parts = |part: &Id| match part {
            Id::Index(name) => {
                context.wanted.indexes.get(name).is_some_and(|index| context.wanted.is_on_only(index))
            }
            _ => false,
        };
        let follows = |part: &Id| twins.follows_link(part) || lacks_parts(part);
        parts.retain(|part| !matches!(part, Id::ForeignKey(..) | Id::On(..)) && !follows(part));
        parts
    };
    // Parents come in an order.
    let parents = context.wanted.tables.get(table).into_iter().flat_map(|table| &table.parents);
    let before = parents.take_while(|parent| *parent != from);
    let before = before.map(|parent| Id::Link(table.clone(), parent.clone()));
    let after = whole(table).into_iter().chain(whole(from)).chain(before).collect();
    let steps = steps::create(context, &id);
    Node { after, ..Node::new(id, steps) }
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

/// `OWNED BY` comes after the column, the column's default after the sequence.
fn owner_node(context: &Context<'_>, name: &Name) -> Node {
    let owner = context.wanted.sequences.get(name).and_then(|found| found.owned_by.clone());
    let after = owner.map(|(table, column)| Id::Column(table, column));
    let id = Id::Sequence(name.clone());
    Node {
        settles: false,
        after: after.into_iter().chain([id.clone()]).collect(),
        ..Node::new(id, sequence::owner(context, name))
    }
}

/// What takes the place of keys that a foreign key would take as long as they are there.
fn after_swaps(context: &Context<'_>, id: &Id) -> Vec<Id> {
    if !matches!(id, Id::ForeignKey(..)) {
        return Vec::new();
    }
    let swaps = context.swaps.iter().filter(|(new, old)| *new != id && may_take(context, id, old));
    swaps.map(|(new, _)| new.clone()).collect()
}

/// The link to the parent, where this is a foreign key of a partition that the parent's would take for its own.
fn alike_key_of_parent(context: &Context<'_>, id: &Id) -> Option<Id> {
    let Id::ForeignKey(name, key) = id else { return None };
    let table = context.wanted.tables.get(name).filter(|table| table.bound.is_some())?;
    let key = table.constraints.get(key).filter(|key| !key.inherited)?;
    let parent = context.wanted.tables.get(table.parents.first()?)?;
    let is_alike = |of: &Constraint| of.kind == key.kind && of.parts().core == key.parts().core;
    parent.constraints.values().any(is_alike).then(|| Id::Link(name.clone(), parent.name.clone()))
}

/// What makes partitions of the table of an index that lacks parts: they would get them.
fn links_of_parts(context: &Context<'_>, id: &Id) -> Vec<Id> {
    let Id::Index(name) = id else { return Vec::new() };
    let index = context.wanted.indexes.get(name).filter(|index| context.wanted.is_on_only(index));
    let Some(index) = index else { return Vec::new() };
    let parts = context.wanted.tables.values().filter(|table| table.parents.contains(&index.table));
    parts.map(|table| Id::Link(table.name.clone(), index.table.clone())).collect()
}

/// The tables that change before this one, where foreign keys join them: no logged table may refer to an unlogged one.
fn persistence_after(context: &Context<'_>, change: &Change) -> Vec<Id> {
    let Change::Persistence(Id::Table(name)) = change else { return Vec::new() };
    let Some(found) = context.current.tables.get(name) else { return Vec::new() };
    let refers =
        |from: &Table, to: &Name| from.constraints.values().any(|key| key.references.as_ref() == Some(to));
    let others = context.current.tables.values().filter(|other| other.name != *name);
    let first =
        others.filter(|other| if found.unlogged { refers(found, &other.name) } else { refers(other, name) });
    first.map(|other| Id::Table(other.name.clone())).collect()
}

/// A column of a primary key or a replica identity may not be NULL: what takes their place comes first.
fn keys_that_let_go(context: &Context<'_>, table: &Name, column: &str) -> Vec<Id> {
    let had = |old: &Id| match old {
        Id::Constraint(of, name) => context
            .current
            .constraint(of, name)
            .is_some_and(|key| of == table && key.columns.iter().any(|part| part == column)),
        _ => false,
    };
    let swaps = context.swaps.iter().filter(|(_, old)| had(old)).map(|(new, _)| new.clone());
    let identity = context.changes.iter().filter_map(|change| match change {
        Change::Create(id @ Id::Setting(what, of, _)) | Change::Replace(id @ Id::Setting(what, of, _)) => {
            (what == "replica identity" && of == table).then(|| id.clone())
        }
        _ => None,
    });
    swaps.chain(identity).collect()
}

/// The index that is a replica identity has columns without NULL by then; a rule is not to see that they get values.
fn columns_before(context: &Context<'_>, id: &Id) -> Vec<Id> {
    let (Id::Setting(what, table, _) | Id::On(what, table, _)) = id else { return Vec::new() };
    let is_meant = what == "replica identity" || update::is_new_rule(context, id);
    let found = context.wanted.tables.get(table).filter(|_| is_meant);
    let columns = found.into_iter().flat_map(|table| &table.columns);
    let required = columns.filter(|column| column.not_null || column.default.is_some());
    required.map(|column| Id::Column(table.clone(), column.name.clone())).collect()
}

/// A comment comes after its object, or that of an index after the constraint that took the index.
fn comment_node(context: &Context<'_>, id: &Id) -> Node {
    let mut after = vec![id.clone()];
    if let Id::Index(name) = id {
        let key = context.wanted.constraint_of_index(name);
        after.extend(key.map(|(table, key)| key.id(table)));
    }
    let step = Step::new(id, ddl::comment_on(id, context.wanted));
    Node { settles: false, after, ..Node::new(id.clone(), vec![step]) }
}

/// Is this, or the index behind it, made when a table is joined to its parent, or the parent to another one?
fn comes_with_link(context: &Context<'_>, id: &Id) -> bool {
    let found = match id {
        Id::Constraint(table, name) | Id::ForeignKey(table, name) => {
            context.wanted.constraint(table, name).map(|found| (table, found))
        }
        Id::Index(name) => context.wanted.constraint_of_index(name),
        _ => None,
    };
    let Some((table, _)) = found.filter(|(_, found)| found.comes_with_link()) else { return false };
    let parent = |of: &&Name| context.wanted.tables.get(*of)?.parents.first();
    let mut above = std::iter::successors(Some(table), parent);
    above.any(|of| parent(&of).is_some_and(|parent| !context.kept.has(of, parent)))
}

/// The tables that one leaves, and those above them.
fn left<'a>(context: &'a Context<'_>) -> BTreeSet<&'a Name> {
    let links = context.changes.iter().filter_map(|change| match change {
        Change::Drop(Id::Link(_, from)) => Some(from),
        _ => None,
    });
    links.flat_map(|from| context.with_ancestors(from)).collect()
}

/// What stands in the way of other changes, or must make room for one of the same name.
fn goes_early(id: &Id, context: &Context<'_>) -> bool {
    let made_again = context.has(&Change::Create(id.clone()));
    let light = matches!(
        id,
        Id::Index(_)
            | Id::Constraint(..)
            | Id::ForeignKey(..)
            | Id::On(..)
            | Id::Setting(..)
            | Id::EventTrigger(_)
            | Id::View(..)
            | Id::Default(..)
    );
    made_again || light || context.room.contains(id)
}
