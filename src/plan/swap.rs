//! Swaps: a new index or constraint is built under a temporary name while the old one stays in use, and then takes its
//! place.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::facts::{ends, is_referred_to};
use crate::ddl::{constraint, index};
use crate::diff::{Change, ColumnChange};
use crate::schema::data_type::reads_alike;
use crate::schema::{ConstraintKind, Id, Index, Name, Schema, Table};

/// The new objects that are built beside an old one, each with that.
pub(super) fn swaps(context: &Context<'_>) -> BTreeMap<Id, Id> {
    let created = context.changes.iter().filter_map(|change| match change {
        Change::Create(id) => Some(id),
        _ => None,
    });
    let swaps = created.filter_map(|id| Some((id.clone(), replaced(context, id)?)));
    without_rivals(context, swaps.collect())
}

/// The old object whose place a new one takes: the new one is built first, under another name if need be, and then they
/// swap. Only where nothing else changes the old one until then.
fn replaced(context: &Context<'_>, id: &Id) -> Option<Id> {
    let old = predecessor(context, id)?;
    let has_online_way = match id {
        Id::Index(name) => {
            let new = context.wanted.indexes.get(name)?;
            let unchanged = context.current.indexes.get(name).is_some_and(|found| {
                let same = |index: &Index| (index.table.clone(), index.unique, index.definition.clone());
                found.valid && same(found) == same(new)
            });
            let is_whole = context.wanted.is_partitioned(&new.table);
            context.in_use(&new.table) && !is_whole && (old != *id || !unchanged)
        }
        Id::Constraint(table, name) | Id::ForeignKey(table, name) => {
            let want = context.wanted.constraint(table, name)?;
            let unchanged = context.current.constraint(table, name).map(|found| &found.definition);
            let possible = match want.kind {
                ConstraintKind::Check => want.parts().valid,
                ConstraintKind::Exclude => false,
                _ if context.wanted.is_partitioned(table) => false,
                ConstraintKind::ForeignKey => want.parts().valid,
                _ => constraint::index_definition(want).is_some(),
            };
            context.in_use(table) && possible && unchanged != Some(&want.definition)
        }
        _ => false,
    };
    let outlives = |table: &Name, column: &str| outlives_new_type(context, &old, id, table, column);
    let is_disturbed = context.is_disturbed_but_by(&old, outlives);
    (has_online_way && !is_disturbed && !must_go_first(context, &old)).then_some(old)
}

/// Does an index, a key or a check stay while a column of it changes its type, so that the new one can be built before
/// it goes? Postgres then makes it again by itself from its text. It can where both types are texts; else where the
/// column is a plain key of both the old and the new index, and so has an order before and after.
fn outlives_new_type(context: &Context<'_>, old: &Id, new: &Id, table: &Name, column: &str) -> bool {
    let both = context.current.column(table, column).zip(context.wanted.column(table, column));
    let Some((found, want)) = both else { return false };
    if found.generated.is_some() || want.generated.is_some() || is_referred_to(context, old) {
        return false;
    }
    let is_key = |id: &Id, schema: &Schema| match id {
        Id::Index(name) => schema.indexes.get(name).is_some_and(|index| index::is_plain_key(index, column)),
        Id::Constraint(table, name) => {
            let key =
                schema.constraint(table, name).filter(|key| constraint::index_definition(key).is_some());
            key.is_some_and(|key| key.columns.iter().any(|name| name == column))
        }
        _ => false,
    };
    let are_texts = reads_alike(&found.data_type, "text") && reads_alike(&want.data_type, "text");
    (are_texts && !matches!(old, Id::ForeignKey(..)))
        || (is_key(old, context.current) && is_key(new, context.wanted))
}

/// Must the old one be dropped before the new one is valid? Its columns get values that it may forbid, or its table is
/// dropped early.
fn must_go_first(context: &Context<'_>, old: &Id) -> bool {
    let is_filled = |on: &Id| match on {
        Id::Column(table, column) => {
            context.fill_of(table, column).is_some()
                && context.has(&Change::Column(table.clone(), column.clone(), ColumnChange::SetNotNull))
        }
        _ => false,
    };
    // A table that is dropped early takes its keys along; and both tables of a foreign key must be logged, or both
    // unlogged.
    let changes_early = |table: &Name| {
        let table = Id::Table(table.clone());
        context.room.contains(&table)
            || context.is_made_again(&table)
            || context.has(&Change::Persistence(table))
    };
    context.current.dependencies.of(old).any(is_filled) || ends(context, old).any(changes_early)
}

/// The dropped object that has the name, or is the primary key, that this one becomes.
fn predecessor(context: &Context<'_>, id: &Id) -> Option<Id> {
    let goes = |id: &Id| context.has(&Change::Drop(id.clone()));
    if goes(id) {
        return Some(id.clone());
    }
    match id {
        Id::Index(name) => {
            let table = context.wanted.indexes.get(name)?.table.clone();
            let other = Id::Constraint(table, name.name.clone());
            (goes(&other) && context.current.constraint_of_index(name).is_some()).then_some(other)
        }
        Id::Constraint(table, name) => {
            let want = context.wanted.constraint(table, name)?;
            let index = Name::new(&table.schema, name);
            let same = context.current.indexes.get(&index).is_some_and(|found| found.table == *table);
            if want.has_index() && same && goes(&Id::Index(index.clone())) {
                return Some(Id::Index(index));
            }
            let key = context.current.tables.get(table)?.primary_key();
            key.filter(|_| want.kind == ConstraintKind::PrimaryKey).map(|key| key.id(table)).filter(goes)
        }
        _ => None,
    }
}

/// Where two new things want the place of one, or a new primary key takes the place of something else than the old one,
/// nobody swaps: the old ones go first.
fn without_rivals(context: &Context<'_>, mut swaps: BTreeMap<Id, Id>) -> BTreeMap<Id, Id> {
    let mut contested: BTreeSet<Id> = BTreeSet::new();
    let mut claimed: BTreeSet<&Id> = BTreeSet::new();
    for old in swaps.values() {
        if !claimed.insert(old) {
            contested.insert(old.clone());
        }
    }
    for change in context.changes {
        let Change::Create(new @ Id::Constraint(table, name)) = change else { continue };
        let [old, key] = [context.current, context.wanted]
            .map(|schema| schema.tables.get(table).and_then(Table::primary_key));
        if key.is_none_or(|key| key.name != *name) {
            continue;
        }
        let old = old.map(|old| old.id(table)).filter(|old| context.has(&Change::Drop(old.clone())));
        if old.is_some() && swaps.get(new) != old.as_ref() {
            contested.extend(old.into_iter().chain(swaps.get(new).cloned()));
        }
    }
    swaps.retain(|_, old| !contested.contains(old));
    swaps
}

/// Has an index this name that is dropped together with the partitioned index of which it is a part?
pub(super) fn takes_place_of_part(context: &Context<'_>, id: &Id) -> bool {
    let whole = id.index_name().and_then(|name| context.gone_parts.get(&name));
    whole.is_some_and(|whole| !context.is_disturbed(whole))
}

/// Is the object that has this name dropped before something else can change?
pub(super) fn name_is_freed_early(context: &Context<'_>, id: &Id) -> bool {
    let whole = id.index_name().and_then(|name| context.gone_parts.get(&name));
    context.has(&Change::Drop(id.clone())) || whole.is_some_and(|whole| context.is_disturbed(whole))
}
