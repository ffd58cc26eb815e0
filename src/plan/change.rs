//! A change -> the stages of its kind, and when in the plan they come. This is the one match over all kinds.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::facts::{ends, goes_early};
use super::graph::along;
use super::stage::{Node, Stages};
use super::step::{Step, Verb};
use super::{column, constraint, index, link, new_object, object, privilege, sequence, table, types};
use crate::ddl;
use crate::ddl::twins::Twins;
use crate::diff::{Change, ColumnChange};
use crate::ident::{literal, quote_ident};
use crate::schema::{Id, Name, Schema};

/// When in the plan the stages of a change come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum When {
    /// New labels of enums: what uses them must be in a later transaction.
    Label,
    /// Before anything else.
    First,
    /// Foreign keys to the rows that a partition takes along when it is detached.
    BeforeDetach,
    /// A partition or child is detached.
    Detach,
    /// It is in the way of something that is created or changed.
    Early,
    /// It is created or changed.
    Main,
    /// A partition or child is attached.
    Attach,
    /// It is dropped for good.
    Late,
    /// A comment on what ATTACH PARTITION creates.
    AfterAttach,
    /// Default privileges: what the plan creates must not have them.
    Last,
}

/// The stages of all changes, each with when they come.
pub(super) fn nodes(context: &Context<'_>) -> BTreeMap<When, Vec<Node>> {
    let attached = attached(context.wanted);
    let along = along(context.wanted);
    let twins = Twins::of(context.wanted);
    let left = left(context);
    let replaced: BTreeSet<&Id> = context.swaps.values().collect();
    let mut columns: BTreeMap<Id, Vec<ColumnChange>> = BTreeMap::new();
    let mut nodes: BTreeMap<When, Vec<Node>> = BTreeMap::new();
    let mut put = |verb: Verb, when, mut node: Node| {
        let steps = node.stages.list.iter_mut().flat_map(|stage| &mut stage.steps);
        steps.for_each(|step| step.verb = verb);
        node.weak = matches!(verb, Verb::Comment | Verb::Grant);
        nodes.entry(when).or_default().push(node);
    };
    let plain = |id: &Id, steps| Node::new(id.clone(), steps);
    let free = sequence::freed(context);
    if !free.is_empty() {
        put(Verb::Change, When::First, Node::new(Id::Namespace(String::new()), free));
    }
    for change in context.changes {
        let verb = verb(change);
        match change {
            Change::AddLabels(name) => {
                put(verb, When::Label, Node::new(Id::Enum(name.clone()), types::add_labels(context, name)));
            }
            Change::Drop(id @ Id::Link(table, from)) => {
                put(verb, When::Detach, plain(id, vec![link::drop(context, table, from)]));
            }
            Change::Create(Id::Link(table, from)) => {
                put(verb, When::Attach, link::create(context, &along, &twins, table, from));
            }
            Change::Drop(Id::Sequence(name)) if sequence::becomes_identity(context, name) => {}
            Change::Drop(id) if replaced.contains(id) => {}
            Change::Drop(id @ Id::ForeignKey(..))
                if ends(context, id).nth(1).is_some_and(|to| left.contains(to)) =>
            {
                put(verb, When::BeforeDetach, plain(id, vec![constraint::drop(context, id)]));
            }
            Change::Drop(id) => {
                let when = if goes_early(context, id) { When::Early } else { When::Late };
                put(verb, when, Node::staged(id.clone(), drop(context, id)));
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
                put(verb, When::Early, Node::new(id, column::change_alone(context, table, column, *what)));
            }
            Change::Column(table, column, what) => {
                columns.entry(Id::Column(table.clone(), column.clone())).or_default().push(*what);
            }
            Change::ReplaceType(id) => {
                let [before, after] = types::replace_type(context, id);
                let calls_dropped =
                    |on: &Id| context.has(&Change::Drop(on.clone())) && goes_early(context, on);
                if context.current.dependencies.of(id).any(calls_dropped) {
                    put(verb, When::Early, plain(id, types::let_go(context, id)));
                }
                put(verb, When::Main, plain(id, before));
                put(verb, When::Late, plain(id, after));
            }
            Change::DefaultPrivileges(of) => {
                let steps = privilege::defaults(context, of);
                if !steps.is_empty() {
                    put(verb, When::Last, Node::new(Id::Namespace(String::new()), steps));
                }
            }
            Change::SequenceOwner(name) => put(verb, When::Main, sequence::owner(context, name)),
            Change::Validate(id) => {
                put(verb, When::Main, Node::staged(id.clone(), constraint::validate(context, id)));
            }
            Change::Create(id @ Id::Sequence(name)) if sequence::outlives_its_table(context, name) => {
                put(verb, When::First, plain(id, sequence::create(context, name)));
            }
            Change::Create(id) => {
                let parts = attached.get(id).into_iter().flatten().cloned();
                let mut after = constraint::after_swaps(context, id);
                after.extend(parts);
                after.extend(twins.before(id).iter().cloned());
                after.extend(constraint::after_link(context, id));
                if let Id::Index(name) = id {
                    after.extend(index::after_links(context, name));
                }
                put(verb, When::Main, Node { after, ..Node::staged(id.clone(), create(context, id)) });
            }
            Change::Comment(id) => {
                let when = if comes_with_link(context, id) { When::AfterAttach } else { When::Main };
                put(verb, when, comment(context, id));
            }
            Change::Persistence(id) => {
                let after = table::persistence_after(context, id);
                put(verb, When::Main, Node { after, ..plain(id, table::persistence(context, id)) });
            }
            Change::Replace(id) => put(verb, When::Main, plain(id, object::replace(context, id))),
            Change::Afterwards(id) => put(verb, When::Main, plain(id, object::afterwards(context, id))),
            Change::Deferrability(id) => put(verb, When::Main, plain(id, constraint::defer(context, id))),
            Change::UseIndex(id, index) => {
                put(verb, When::Main, plain(id, constraint::use_index(context, id, index)));
            }
            Change::IndexStatistics(name) => {
                put(
                    verb,
                    When::Main,
                    Node::new(Id::Index(name.clone()), index::set_statistics(context, name)),
                );
            }
            Change::SequenceOptions(name) => {
                put(verb, When::Main, Node::new(Id::Sequence(name.clone()), sequence::alter(context, name)));
            }
            Change::TableOptions(name) => {
                put(verb, When::Main, Node::new(Id::Table(name.clone()), table::set_options(context, name)));
            }
            Change::RowSecurity(name) => {
                put(verb, When::Main, Node::new(Id::Table(name.clone()), table::row_security(context, name)));
            }
            Change::ExtensionVersion(name) => put(verb, When::Main, update_extension(context, name)),
            Change::Privileges(id) => put(verb, When::Main, plain(id, privilege::change(context, id))),
        }
    }
    for (table, retyped) in column::retyped(context) {
        put(Verb::Analyze, When::Main, column::analyze(table, &retyped));
    }
    for (id, changes) in columns {
        // The changes of a column come sorted in the order in which they are made.
        if let Id::Column(table, name) = &id {
            let stages = column::change(context, table, name, &changes);
            let null = changes.contains(&ColumnChange::DropNotNull);
            let after = if null { column::keys_before_null(context, table, name) } else { Vec::new() };
            put(Verb::Change, When::Main, Node { after, ..Node::staged(id, stages) });
        }
    }
    nodes
}

fn verb(change: &Change) -> Verb {
    match change {
        Change::Create(_) => Verb::Create,
        Change::Drop(_) => Verb::Drop,
        Change::Comment(_) => Verb::Comment,
        Change::Privileges(_) | Change::DefaultPrivileges(_) => Verb::Grant,
        Change::Validate(_) => Verb::Validate,
        _ => Verb::Change,
    }
}

/// The stages that create an object.
fn create(context: &Context<'_>, id: &Id) -> Stages {
    match id {
        Id::Index(name) => index::create(context, name),
        Id::Column(table, name) => column::create(context, table, name),
        Id::Constraint(table, name) | Id::ForeignKey(table, name) => {
            constraint::create(context, id, table, name)
        }
        Id::Sequence(name) => Stages::direct(sequence::create(context, name)),
        Id::View(..) | Id::Routine(..) | Id::On(..) | Id::Other(..) => {
            Stages::direct(object::create(context, id))
        }
        _ => Stages::direct(new_object::create(context, id, None)),
    }
}

/// The stages that drop an object which nothing replaces.
fn drop(context: &Context<'_>, id: &Id) -> Stages {
    let step = match id {
        Id::Index(name) => return index::drop(context, name),
        Id::Table(table) => table::drop(context, table),
        Id::Column(table, name) => column::drop(context, table, name),
        Id::Constraint(..) | Id::ForeignKey(..) => constraint::drop(context, id),
        Id::Sequence(name) => sequence::drop(context, name),
        Id::Enum(name) | Id::Type(name, _) => types::drop(context, id, name),
        Id::Link(table, from) => link::drop(context, table, from),
        Id::View(..) | Id::Routine(..) | Id::On(..) | Id::Other(..) => object::drop(context, id),
        _ => Step::new(id, ddl::drop(id, context.current)),
    };
    Stages::direct(vec![step])
}

/// A comment comes after its object, or that of an index after the constraint that took the index.
fn comment(context: &Context<'_>, id: &Id) -> Node {
    let mut after = vec![id.clone()];
    if let Id::Index(name) = id {
        let key = context.wanted.constraint_of_index(name);
        after.extend(key.map(|(table, key)| key.id(table)));
    }
    let step = Step::new(id, ddl::comment_on(id, context.wanted));
    Node { settles: false, after, ..Node::new(id.clone(), vec![step]) }
}

fn update_extension(context: &Context<'_>, name: &str) -> Node {
    let id = Id::Extension(name.to_owned());
    let version = context.wanted.extensions.get(name).map(|want| literal(&want.version));
    let update = |to| Step::new(&id, format!("ALTER EXTENSION {} UPDATE TO {to}", quote_ident(name)));
    Node::new(id.clone(), version.map(update).into_iter().collect())
}

/// The parts of each index of a partitioned table. They are created first: CREATE INDEX on the whole attaches them, and
/// builds none itself.
fn attached(schema: &Schema) -> BTreeMap<Id, Vec<Id>> {
    let mut parts: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (part, whole) in schema.index_parts() {
        parts.entry(whole).or_default().push(part);
    }
    parts
}

/// Does ATTACH PARTITION, of its table or of one above, create this constraint or the index behind it?
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

/// The tables from which a partition or child is detached, and those above them.
fn left<'a>(context: &'a Context<'_>) -> BTreeSet<&'a Name> {
    let links = context.changes.iter().filter_map(|change| match change {
        Change::Drop(Id::Link(_, from)) => Some(from),
        _ => None,
    });
    links.flat_map(|from| context.with_ancestors(from)).collect()
}
