//! Packs stages into as few files as possible.
//!
//! In rounds: what is quick and waits for nothing shares one transaction; then come the statements that run alone,
//! a file each; then all validations share one, since their locks stop neither readers nor writers, and a file each
//! would only be more to wait for. Drops come as late as they can, so that nothing is unprotected for longer than it
//! takes to replace it.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::facts::{ends, may_take};
use super::file::File;
use super::graph::{along, parts};
use super::group::{Group, Groups};
use super::object::{functions_unchecked, is_new_rule};
use super::order::Ordered;
use super::stage::{Kind, Node, Stage};
use super::step::{Step, Work};
use super::types;
use crate::diff::Change;
use crate::ident::literal;
use crate::schema::{Constraint, ConstraintKind, Id, Name, Table};

pub(super) fn files(context: &Context<'_>, ordered: Ordered) -> Vec<File> {
    let Ordered { labels, preamble, early, main, late } = ordered;
    let nodes = early.iter().chain(main.iter().map(|(node, _)| node)).chain(&late);
    let groups = Groups::of(context, nodes);
    let mut sheets = Sheets::default();
    let places = place_main(&main, &groups, context, &mut sheets);
    let last = place_late(&late, &main, &places, &groups, &mut sheets);
    place_early(&early, last, &main, &places, &groups, context, &mut sheets);
    if !preamble.is_empty() {
        let first = sheets.transaction_until(Some(0), &None);
        sheets.put(first, (Phase::Before, 0), preamble);
    }
    with_labels(context, labels, sheets.list.into_iter().map(|sheet| sheet.file()).collect())
}

/// The number by which a sheet is known while others come before it.
type Key = usize;

/// A file that is being filled.
struct Sheet {
    key: Key,
    kind: Kind,
    /// Whose changes it takes, where it is a transaction.
    group: Group,
    items: Vec<((Phase, usize), Vec<Step>)>,
}

/// The order within a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Before,
    Early,
    Main,
    Late,
}

impl Sheet {
    /// Is it a transaction for changes of this group? What locks no table in use may share any.
    fn takes(&self, group: &Group) -> bool {
        self.kind == Kind::Transaction && (group.is_none() || self.group == *group)
    }

    /// Is it a backfill, and may this one be a part of it?
    fn takes_along(&self, step: &Step) -> bool {
        let mut joined = joined(self.items.iter().map(|(_, steps)| steps.clone()));
        joined.len() == 1 && joined[0].fill.is_some() && joined[0].join(step)
    }

    fn file(mut self) -> File {
        self.items.sort_by_key(|(place, _)| *place);
        if self.kind == Kind::Validation {
            // Nothing of it waits for another: what reads one table is one statement.
            let table = |steps: &[Step]| steps.first()?.id.as_ref()?.table().cloned();
            self.items.sort_by_cached_key(|(_, steps)| table(steps));
        }
        let mut steps = joined(self.items.into_iter().map(|(_, steps)| steps));
        let mut locked = BTreeSet::new();
        steps.retain(|step| step.work != Work::Lock || locked.insert(step.sql.clone()));
        File { steps: functions_unchecked(&steps).into_iter().chain(steps).collect() }
    }
}

/// One after the other; in one statement, where that spares a pass over a table: what follows each other and changes
/// the types of its columns, computes new ones, gives values or validates.
fn joined(items: impl Iterator<Item = Vec<Step>>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut open: Option<usize> = None;
    for mut item in items {
        let joins = |at: usize| item.first().is_some_and(|first| steps[at].join(first));
        if open.is_some_and(joins) {
            item.remove(0);
        } else {
            open = item.iter().position(Step::may_be_joined).map(|at| steps.len() + at);
        }
        steps.extend(item);
    }
    steps
}

#[derive(Default)]
struct Sheets {
    list: Vec<Sheet>,
    next: Key,
}

impl Sheets {
    fn insert(&mut self, at: usize, kind: Kind, group: Group) -> Key {
        self.next += 1;
        self.list.insert(at, Sheet { key: self.next, kind, group, items: Vec::new() });
        self.next
    }

    fn push(&mut self, kind: Kind, group: Group) -> Key {
        self.insert(self.list.len(), kind, group)
    }

    fn at(&self, key: Key) -> usize {
        self.list.iter().position(|sheet| sheet.key == key).unwrap_or_default()
    }

    fn put(&mut self, key: Key, place: (Phase, usize), steps: Vec<Step>) {
        let at = self.at(key);
        self.list[at].items.push((place, steps));
    }

    /// The last transaction up to a place that takes the group's changes, or a new one there.
    fn transaction_until(&mut self, limit: Option<usize>, group: &Group) -> Key {
        let end = limit.map_or(self.list.len(), |limit| (limit + 1).min(self.list.len()));
        let found = self.list[..end].iter().rfind(|sheet| sheet.takes(group));
        match found {
            Some(sheet) => sheet.key,
            None => self.insert(limit.unwrap_or(end).min(end), Kind::Transaction, group.clone()),
        }
    }
}

/// The sheets of each node's stages.
type Places = Vec<Vec<Key>>;

fn place_main(
    nodes: &[(Node, BTreeSet<usize>)],
    groups: &Groups<'_>,
    context: &Context<'_>,
    sheets: &mut Sheets,
) -> Places {
    let groups = nodes.iter().map(|(node, _)| groups.get(node)).collect();
    let mut rounds = Rounds { nodes, groups, context, places: vec![Vec::new(); nodes.len()], sheets };
    while !rounds.is_done() {
        rounds.transaction();
        rounds.alone();
        if rounds.may_validate() {
            rounds.validations();
        }
    }
    rounds.places
}

struct Rounds<'a> {
    nodes: &'a [(Node, BTreeSet<usize>)],
    /// The group of each node.
    groups: Vec<Group>,
    context: &'a Context<'a>,
    places: Places,
    sheets: &'a mut Sheets,
}

impl<'a> Rounds<'a> {
    fn is_done(&self) -> bool {
        (0..self.nodes.len()).all(|node| self.next(node).is_none())
    }

    /// The stage of a node that is not placed yet.
    fn next(&self, node: usize) -> Option<&'a Stage> {
        self.nodes[node].0.stages.list.get(self.places[node].len())
    }

    /// Can its next stage run now, and is it of this kind?
    fn is_ready(&self, node: usize, kind: Kind) -> bool {
        self.next(node).is_some_and(|stage| stage.kind == kind)
            && self.nodes[node].1.iter().all(|other| self.is_far_enough(*other, node))
    }

    fn is_far_enough(&self, other: usize, node: usize) -> bool {
        let (waiting, stages) = (&self.nodes[node].0, &self.nodes[other].0.stages);
        let (placed, last) = (self.places[node].len(), waiting.stages.last());
        let is_own = matches!(waiting.id, Id::Index(_) | Id::Constraint(..) | Id::ForeignKey(..));
        let is_key = matches!(&waiting.id, Id::Constraint(table, name)
            if self.context.wanted.constraint(table, name).is_some_and(Constraint::has_index));
        let is_rule = is_new_rule(self.context, &waiting.id);
        let needed = if (is_key && placed == last)
            || is_rule
            || matches!(waiting.id, Id::Link(..) | Id::Setting(..))
        {
            // A primary key or a replica identity wants its columns without NULL by then, a partition is as its
            // parent, and a rule is not to see the values.
            stages.last()
        } else if is_own && !self.context.is_made_again(&waiting.id) {
            stages.filled
        } else {
            stages.exists
        };
        self.places[other].len() > needed.min(stages.last()) || stages.list.is_empty()
    }

    fn place(&mut self, node: usize, key: Key) {
        let Some(stage) = self.next(node) else { return };
        self.sheets.put(key, (Phase::Main, node), stage.steps.clone());
        self.places[node].push(key);
    }

    fn transaction(&mut self) {
        let mut open: BTreeMap<Group, Key> = BTreeMap::new();
        // Each waits only for those before it: what is placed frees nothing that was passed.
        for node in 0..self.nodes.len() {
            while self.is_ready(node, Kind::Transaction) {
                let group = self.groups[node].clone();
                let earliest = self.after_those_before(node);
                let found = open.get(&group).copied().filter(|key| self.sheets.at(*key) >= earliest);
                let key = found.unwrap_or_else(|| self.sheets.push(Kind::Transaction, group.clone()));
                open.insert(group, key);
                self.place(node, key);
            }
        }
    }

    /// The place of the last sheet with a stage of those that a node waits for.
    fn after_those_before(&self, node: usize) -> usize {
        let keys = self.nodes[node].1.iter().flat_map(|other| &self.places[*other]);
        keys.map(|key| self.sheets.at(*key)).max().unwrap_or_default()
    }

    /// The stages of one change follow each other; backfills of the same rows are one pass.
    fn alone(&mut self) {
        let first = self.sheets.list.len();
        for node in 0..self.nodes.len() {
            while self.is_ready(node, Kind::Alone) {
                let key = self.shared_pass(node, first);
                let key = key.unwrap_or_else(|| self.sheets.push(Kind::Alone, None));
                self.place(node, key);
            }
        }
    }

    /// A backfill from that place on that takes a node's backfill along.
    fn shared_pass(&self, node: usize, first: usize) -> Option<Key> {
        let step = self.next(node)?.steps.first().filter(|step| step.fill.is_some())?;
        let others = self.nodes[node].1.iter().flat_map(|other| &self.places[*other]);
        let before = others.chain(&self.places[node]).map(|key| self.sheets.at(*key) + 1);
        let from = before.max().unwrap_or_default().max(first);
        let sheets = self.sheets.list.get(from..)?;
        sheets.iter().find(|sheet| sheet.takes_along(step)).map(|sheet| sheet.key)
    }

    /// Validations that nothing follows wait for the others.
    fn may_validate(&self) -> bool {
        let followed = |node: usize| {
            self.is_ready(node, Kind::Validation)
                && self.nodes[node].0.stages.last() > self.places[node].len()
        };
        let nodes = 0..self.nodes.len();
        nodes.clone().any(followed) || !nodes.into_iter().any(|node| self.is_ready(node, Kind::Transaction))
    }

    fn validations(&mut self) {
        let ready: Vec<usize> =
            (0..self.nodes.len()).filter(|node| self.is_ready(*node, Kind::Validation)).collect();
        if ready.is_empty() {
            return;
        }
        let key = self.sheets.push(Kind::Validation, None);
        for node in ready {
            self.place(node, key);
        }
    }
}

/// Places the final drops after everything that may still use their objects; returns the first of their sheets.
fn place_late(
    late: &[Node],
    main: &[(Node, BTreeSet<usize>)],
    places: &Places,
    groups: &Groups<'_>,
    sheets: &mut Sheets,
) -> Option<Key> {
    let stages = main.iter().zip(places).flat_map(|((node, _), keys)| node.stages.list.iter().zip(keys));
    // A validation needs nothing that goes.
    let before = stages.filter(|(stage, _)| stage.kind != Kind::Validation).map(|(_, key)| sheets.at(*key));
    let mut from = before.max().unwrap_or_default();
    let mut first = None;
    for (at, node) in late.iter().enumerate() {
        let group = groups.get(node);
        let found = sheets.list.iter().skip(from).rfind(|sheet| sheet.takes(&group)).map(|sheet| sheet.key);
        let key = found.unwrap_or_else(|| sheets.push(Kind::Transaction, group));
        // The next one may depend on this one.
        from = sheets.at(key);
        first = first.or(Some(key));
        for stage in &node.stages.list {
            sheets.put(key, (Phase::Late, at), stage.steps.clone());
        }
    }
    first
}

/// Places early drops just before the change that needs them.
fn place_early(
    early: &[Node],
    late: Option<Key>,
    main: &[(Node, BTreeSet<usize>)],
    places: &Places,
    groups: &Groups<'_>,
    context: &Context<'_>,
    sheets: &mut Sheets,
) {
    let along = along(context.current);
    let mut placed: Vec<(BTreeSet<Id>, Key)> = Vec::new();
    // Dependents are dropped before the objects that they depend on.
    for (at, node) in early.iter().enumerate().rev() {
        let needs = context.needs(&node.id);
        let touched = main.iter().zip(places).filter_map(|((other, _), keys)| {
            if may_take(context, &other.id, &node.id) {
                return keys.first().copied();
            }
            let key = keys.get(other.stages.touches)?;
            let is_touched = needs.contains(&other.id)
                || has_its_name(context, &node.id, &other.id)
                || has_its_index_name(context, &node.id, &other.id)
                || is_linked(context, &node.id, &other.id)
                || fires_while_filled(&node.id, other)
                || ends(context, &node.id).any(|end| {
                    other.id == Id::Table(end.clone()) && context.has(&Change::Persistence(other.id.clone()))
                });
            is_touched.then_some(*key)
        });
        let carried = placed.iter().filter(|(parts, _)| !parts.is_disjoint(&needs)).map(|(_, key)| *key);
        let keys: Vec<Key> = touched.chain(carried).chain(late).collect();
        let limit = keys.into_iter().map(|key| sheets.at(key)).min();
        let limit = if is_dropped_first(context, &node.id) { Some(0) } else { limit };
        for stage in &node.stages.list {
            let key = match stage.kind {
                Kind::Alone => sheets.insert(limit.unwrap_or(sheets.list.len()), Kind::Alone, None),
                _ => sheets.transaction_until(limit, &groups.get(node)),
            };
            sheets.put(key, (Phase::Early, at), stage.steps.clone());
            placed.push((parts(&node.id, context.current, Some(&along)).into_iter().collect(), key));
        }
    }
}

/// Must it be dropped before anything is created? A name that something new takes may be needed anywhere.
fn is_dropped_first(context: &Context<'_>, id: &Id) -> bool {
    let drops_identity = matches!(id, Id::Default(table, column)
        if context.current.column(table, column).is_some_and(|found| found.identity.is_some()));
    (context.room.contains(id) && !gives_its_name(context, id)) || drops_identity
}

/// Is it an index whose name a key of the same table takes? It is dropped only when the key is ready.
fn gives_its_name(context: &Context<'_>, id: &Id) -> bool {
    let Id::Index(name) = id else { return false };
    let index = context.current.indexes.get(name);
    index.is_some_and(|index| {
        context.has(&Change::Create(Id::Constraint(index.table.clone(), name.name.clone())))
    })
}

/// Is it a part of a table that is attached, or of its new parent? Both must match by then.
fn is_linked(context: &Context<'_>, gone: &Id, new: &Id) -> bool {
    let Id::Link(child, parent) = new else { return false };
    let table = match gone {
        Id::Index(name) => context.current.indexes.get(name).map(|index| &index.table),
        _ => gone.table(),
    };
    table.is_some_and(|table| table == child || table == parent)
}

/// Is it a trigger or a rule of a table whose rows get values? A dropped one must be gone before the backfill, or it
/// would fire.
fn fires_while_filled(gone: &Id, other: &Node) -> bool {
    let (Id::On(word, table, _), Id::Column(_, column)) = (gone, &other.id) else { return false };
    let part = Id::Column(table.clone(), column.clone());
    let fills = |step: &Step| step.work == Work::Fill && step.id.as_ref() == Some(&part);
    let fires = matches!(word.as_str(), "TRIGGER" | "RULE");
    fires && other.stages.list.iter().flat_map(|stage| &stage.steps).any(fills)
}

/// Does a new object take the name of this index, or of one of its partitions' indexes?
fn has_its_index_name(context: &Context<'_>, gone: &Id, new: &Id) -> bool {
    let goes_with =
        |name: &Name| context.gone_parts.get(name) == Some(gone) || gone.index_name().as_ref() == Some(name);
    let key = match new {
        Id::Constraint(table, name) if is_primary(context.wanted.constraint(table, name)) => {
            let own = context.current.tables.get(table).and_then(Table::primary_key);
            own.map(|own| Name::new(&table.schema, &own.name))
        }
        _ => None,
    };
    new.index_name().iter().chain(&key).any(goes_with)
}

/// Does a new constraint have the name of this dropped one, or are both the primary key?
fn has_its_name(context: &Context<'_>, gone: &Id, new: &Id) -> bool {
    let (
        Id::Constraint(table, name) | Id::ForeignKey(table, name),
        Id::Constraint(of, other) | Id::ForeignKey(of, other),
    ) = (gone, new)
    else {
        return false;
    };
    let both_primary = is_primary(context.current.constraint(table, name))
        && is_primary(context.wanted.constraint(of, other));
    table == of && (name == other || both_primary)
}

fn is_primary(found: Option<&Constraint>) -> bool {
    found.is_some_and(|found| found.kind == ConstraintKind::PrimaryKey)
}

/// A new label of an enum can be used only after its transaction.
fn with_labels(context: &Context<'_>, labels: Vec<Step>, mut files: Vec<File>) -> Vec<File> {
    if labels.is_empty() {
        return files;
    }
    let new = types::new_labels(context);
    // Also within a longer literal, that of an array or a row.
    let within = |sql: &str, label: &str| sql.split('\'').skip(1).step_by(2).any(|text| text.contains(label));
    let uses =
        |step: &Step| new.iter().any(|label| step.sql.contains(&literal(label)) || within(&step.sql, label));
    match files.first_mut().filter(|first| first.is_quick() && !first.steps.iter().any(uses)) {
        Some(first) => first.steps.splice(..0, labels).for_each(drop),
        None => files.insert(0, File { steps: labels }),
    }
    files
}
