//! Indexes and keys that go, and what they did that nothing does from then on.

use std::collections::BTreeSet;

use super::Hazard;
use crate::ddl::constraint::index_definition;
use crate::diff::Change;
use crate::plan::context::Context;
use crate::schema::{Constraint, Id, Index, Name, Table};

/// The indexes and keys of other columns too that go along with a column, said with the first one that goes.
pub(in crate::plan) fn taken_along(context: &Context<'_>, table: &Name, column: &str) -> Vec<Hazard> {
    let gone = Id::Column(table.clone(), column.to_owned());
    let goes = |id: &Id| context.has(&Change::Drop(id.clone()));
    let is_missed = |id: &Id| {
        let of = || context.current.dependencies.of(id).filter(|on| matches!(on, Id::Column(..)));
        let is_only_key = match id {
            Id::Constraint(_, name) => {
                let both = [context.current, context.wanted];
                let [found, want] = both.map(|it| it.tables.get(table).and_then(Table::primary_key));
                found.is_some_and(|key| key.name == *name) && want.is_none()
            }
            _ => false,
        };
        !goes(id) && of().find(|on| goes(on)) == Some(&gone) && (is_only_key || of().any(|on| !goes(on)))
    };
    let along = context.current.dependencies.on(&gone).filter(|id| is_missed(id));
    along
        .flat_map(|id| match id {
            Id::Index(name) => {
                let slow = drop_index(context, name).filter(|_| !rest_is_indexed(context, id));
                [slow, drop_unique_index(context, name)]
            }
            Id::Constraint(table, name) => [drop_unique(context, table, name), None],
            _ => [None, None],
        })
        .flatten()
        .collect()
}

/// Has another index all columns of this one that stay?
fn rest_is_indexed(context: &Context<'_>, index: &Id) -> bool {
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

/// An index that goes while nothing else begins with its columns.
pub(in crate::plan) fn drop_index(context: &Context<'_>, name: &Name) -> Option<Hazard> {
    // An invalid one serves no query.
    let gone = context.current.indexes.get(name).filter(|index| index.valid)?;
    let other = |index: &Index| index.table == gone.table && serves(&index.definition, &gone.definition);
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

/// A key that goes while nothing else keeps its columns unique.
pub(in crate::plan) fn drop_unique(context: &Context<'_>, table: &Name, name: &str) -> Option<Hazard> {
    let gone = context.current.constraint(table, name).and_then(index_definition)?;
    if context.wanted.constraint(table, name).and_then(index_definition).is_some() {
        return None;
    }
    let index = Name::new(&table.schema, name);
    no_longer_unique(context, table, &gone, &index)
}

/// The same of an index.
pub(in crate::plan) fn drop_unique_index(context: &Context<'_>, name: &Name) -> Option<Hazard> {
    let gone = context.current.indexes.get(name).filter(|index| index.unique && index.valid)?;
    let want = context.wanted.indexes.get(name);
    if want.is_some_and(|want| want.unique) {
        return None;
    }
    no_longer_unique(context, &gone.table, &gone.definition, name)
}

/// The same of what keeps columns unique by an index of this name and definition.
fn no_longer_unique(context: &Context<'_>, table: &Name, gone: &str, name: &Name) -> Option<Hazard> {
    let want = context.wanted.tables.get(table)?;
    let by_key =
        want.constraints.values().any(|key| index_definition(key).is_some_and(|found| found == gone));
    let by_index = |index: &Index| index.unique && index.table == *table && index.definition == gone;
    let message = "two rows may be alike from here on, and ON CONFLICT of its columns fails";
    (!by_key && !context.wanted.indexes.values().any(by_index))
        .then(|| Hazard::warns("drop-unique", name, message))
}

/// Does an index do for queries what another one did? `USING btree (a, b)` does so for `USING btree (a)`.
fn serves(index: &str, other: &str) -> bool {
    let Some(columns) = other.strip_suffix(')') else { return index == other };
    // What follows the columns may be that it holds fewer rows.
    let rest = index.strip_prefix(columns);
    rest.is_some_and(|rest| !rest.contains(" WHERE ") && (rest == ")" || rest.starts_with(", ")))
}
