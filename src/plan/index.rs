//! Indexes that do not belong to a constraint: how they are created, replaced and dropped, directly and concurrently.

use std::collections::BTreeSet;

use super::context::Context;
use super::facts::is_referred_to;
use super::hazard::Hazard;
use super::lock::lock_root;
use super::new_object;
use super::stage::{Stage, Stages};
use super::step::Step;
use super::swap::{name_is_freed_early, takes_place_of_part};
use crate::ddl::constraint::index_definition;
use crate::ddl::{self, index};
use crate::diff::Change;
use crate::ident::incoming;
use crate::schema::{Constraint, Id, Index, Name};
use crate::sql::in_brackets;

pub(super) fn create(context: &Context<'_>, name: &Name) -> Stages {
    let Some(want) = context.wanted.indexes.get(name) else { return Stages::of(Vec::new()) };
    let id = Id::Index(name.clone());
    online(context, &id, want).unwrap_or_else(|| Stages::direct(direct(context, &id, want)))
}

pub(super) fn drop(context: &Context<'_>, name: &Name) -> Stages {
    let id = Id::Index(name.clone());
    // A constraint of a partition that is a part of the index does not go with it otherwise.
    let has_constraint = context
        .gone_parts
        .iter()
        .any(|(part, whole)| *whole == id && !context.current.indexes.contains_key(part));
    let cascade = if has_constraint { " CASCADE" } else { "" };
    let step = Step::new(&id, ddl::drop(&id, context.current) + cascade)
        .with(drop_hazard(context, name))
        .with(drop_unique_hazard(context, name));
    let has_online_way = |table: &Name| context.in_use(table) && !context.current.is_partitioned(table);
    let in_use = context.current.indexes.get(name).is_some_and(|index| has_online_way(&index.table));
    let made_again = context.has(&Change::Create(id.clone()));
    if !in_use || made_again || is_referred_to(context, &id) {
        return Stages::direct(vec![step]);
    }
    Stages::of(vec![Stage::alone(Step { sql: index::drop_concurrently(name), ..step })])
}

/// The statistics targets of an index's expressions.
pub(super) fn set_statistics(context: &Context<'_>, name: &Name) -> Vec<Step> {
    let id = Id::Index(name.clone());
    let both = context.current.indexes.get(name).zip(context.wanted.indexes.get(name));
    let statements = both.map(|(found, want)| index::set_statistics(&found.statistics, want));
    statements.unwrap_or_default().into_iter().map(|sql| Step::new(&id, sql)).collect()
}

/// The links to the partitions that have no part of an index `ON ONLY` their parent: attached later, they would get
/// one.
pub(super) fn after_links(context: &Context<'_>, name: &Name) -> Vec<Id> {
    let index = context.wanted.indexes.get(name).filter(|index| context.wanted.is_on_only(index));
    let Some(index) = index else { return Vec::new() };
    let partitions = context.wanted.tables.values().filter(|table| table.parents.contains(&index.table));
    partitions.map(|table| Id::Link(table.name.clone(), index.table.clone())).collect()
}

/// `CREATE INDEX`.
fn direct(context: &Context<'_>, id: &Id, want: &Index) -> Vec<Step> {
    let is_whole = context.wanted.is_partitioned(&want.table);
    let locks = (!is_whole && context.in_use(&want.table)).then(|| {
        let message = "others wait for the table while the index is built";
        Hazard::warns("no-online-way", &want.name, message)
    });
    new_object::create(context, id, unique_hazard(context, want).into_iter().chain(locks))
}

/// `CREATE INDEX CONCURRENTLY`, and a swap of names where it takes the place of another index; nothing where the direct
/// way is as good, or the only one.
fn online(context: &Context<'_>, id: &Id, want: &Index) -> Option<Stages> {
    if !context.in_use(&want.table) {
        return None;
    }
    if context.wanted.is_on_only(want) {
        return None;
    }
    if context.wanted.is_partitioned(&want.table) {
        // It attaches the indexes that its partitions have by then, and reads nothing.
        let lock = lock_root(context, &want.table, "SHARE");
        return Some(Stages::direct(lock.into_iter().chain(direct(context, id, want)).collect()));
    }
    let old = context.swaps.get(id);
    // A unique index that was in the way of something must be back before anybody writes.
    if want.unique && old.is_none() && name_is_freed_early(context, id) {
        return None;
    }
    if old.is_none() && !takes_place_of_part(context, id) {
        let build = build(context, id, &want.name.name, want);
        return Some(Stages::of(vec![build, Stage::transaction(settings(context, want))]));
    }
    let schema = &want.name.schema;
    let new = Name::new(schema, incoming(&want.name.name, |name| context.is_relation(schema, name)));
    let mut swap = Vec::new();
    let mut stages = vec![build(context, id, &new.name, want)];
    match old {
        Some(old) if old == id && !is_referred_to(context, old) => {
            let drop = Step::new(id, index::drop_concurrently(&want.name));
            stages.push(Stage::alone(drop.with(drop_unique_hazard(context, &want.name))));
        }
        old => swap.extend(old.map(|old| Step::new(id, ddl::drop(old, context.current)))),
    }
    swap.push(Step::new(id, index::rename(&new, &want.name)));
    swap.extend(settings(context, want));
    stages.push(Stage::transaction(swap));
    let last = stages.len() - 1;
    let stages = Stages::of(stages).settled_by(last);
    Some(Stages { touches: 1, ..stages })
}

fn build(context: &Context<'_>, id: &Id, name: &str, want: &Index) -> Stage {
    let step = Step::new(id, index::create_concurrently(name, &want.table, want.unique, &want.definition));
    Stage::alone(step.with(unique_hazard(context, want)))
}

/// The statements after CREATE INDEX: statistics targets, comments.
fn settings(context: &Context<'_>, want: &Index) -> Vec<Step> {
    let id = Id::Index(want.name.clone());
    let targets = index::set_statistics(&[], want).into_iter().map(|sql| Step::new(&id, sql));
    targets.chain(new_object::follow_ups(context, &id)).collect()
}

/// A unique index of a table that has rows.
fn unique_hazard(context: &Context<'_>, want: &Index) -> Option<Hazard> {
    let has_rows = context.current.tables.contains_key(&want.table);
    (want.unique && has_rows).then(|| Hazard::warns("add-unique", &want.name, "fails if two rows are alike"))
}

/// An index is dropped, and no other one begins with its columns.
pub(super) fn drop_hazard(context: &Context<'_>, name: &Name) -> Option<Hazard> {
    // An invalid one serves no query.
    let gone = context.current.indexes.get(name).filter(|index| index.valid)?;
    let other = |index: &Index| index.table == gone.table && serves(index, gone);
    let replaced = context.wanted.indexes.values().any(other);
    let again = context
        .wanted
        .indexes
        .get(name)
        .filter(|it| it.table == gone.table && context.has(&Change::Create(Id::Index(name.clone()))));
    let message = match again {
        None if !replaced => "queries that used it become slow",
        // A unique one is back before the transaction ends.
        Some(again)
            if !again.unique
                && context.in_use(&gone.table)
                && !context.current.is_partitioned(&gone.table) =>
        {
            "queries that use it are slow until it is built again"
        }
        _ => return None,
    };
    Some(Hazard::warns("drop-index", name, message))
}

/// A unique index is dropped, and nothing else keeps its columns unique.
pub(super) fn drop_unique_hazard(context: &Context<'_>, name: &Name) -> Option<Hazard> {
    let gone = context.current.indexes.get(name).filter(|index| index.unique && index.valid)?;
    let want = context.wanted.indexes.get(name);
    if want.is_some_and(|want| want.unique) {
        return None;
    }
    no_longer_unique(context, &gone.table, &gone.definition, name)
}

/// The index of this name and definition is dropped: does another one keep its columns unique?
pub(super) fn no_longer_unique(
    context: &Context<'_>,
    table: &Name,
    gone: &str,
    name: &Name,
) -> Option<Hazard> {
    let want = context.wanted.tables.get(table)?;
    let by_key =
        want.constraints.values().any(|key| index_definition(key).is_some_and(|found| found == gone));
    let by_index = |index: &Index| index.unique && index.table == *table && index.definition == gone;
    let message = "two rows may be alike from here on, and ON CONFLICT of its columns fails";
    (!by_key && !context.wanted.indexes.values().any(by_index))
        .then(|| Hazard::warns("drop-unique", name, message))
}

/// Has another index all columns of this one that are not dropped?
pub(super) fn rest_is_indexed(context: &Context<'_>, index: &Id) -> bool {
    let is_column = |on: &&Id| matches!(on, Id::Column(..));
    let rest: BTreeSet<&Id> = context
        .current
        .dependencies
        .of(index)
        .filter(is_column)
        .filter(|on| !context.has(&Change::Drop((*on).clone())))
        .collect();
    let is_index = |on: &&Id| match on {
        Id::Index(_) => true,
        Id::Constraint(table, name) => {
            context.wanted.constraint(table, name).is_some_and(Constraint::has_index)
        }
        _ => false,
    };
    let on_first = rest.first().into_iter().flat_map(|column| context.wanted.dependencies.on(column));
    on_first.filter(is_index).any(|other| rest.is_subset(&context.wanted.dependencies.of(other).collect()))
}

/// Can queries use an index in place of another one? `USING btree (a, b)` in place of `USING btree (a)`.
fn serves(index: &Index, other: &Index) -> bool {
    let (method, keys) = in_brackets(&index.definition);
    let (other_method, other_keys) = in_brackets(&other.definition);
    let begins_alike = method == other_method && keys.starts_with(&other_keys);
    index.definition == other.definition || (begins_alike && !index.partial && !other.partial)
}
