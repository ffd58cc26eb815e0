//! Changes that Postgres refuses in any order of statements, each with a way around.

use std::collections::BTreeSet;

use super::held::columns_with;
use super::{Change, ColumnChange, Links, is_made_again};
use crate::schema::{Id, Name, Schema};

/// The changes that no plan makes, a line each.
pub(crate) fn impossible(current: &Schema, wanted: &Schema, changes: &[Change]) -> Vec<String> {
    let made_again = |id: &Id| is_made_again(changes, id);
    let links = Links::of(current.tables.values());
    let mut lines = BTreeSet::new();
    for change in changes {
        for rows in rewritten(&links, wanted, change, made_again) {
            let stays =
                |id: &Id| matches!(id, Id::Column(table, column) if wanted.column(table, column).is_some());
            lines.extend(columns_with(current, &rows).into_iter().filter(stays).map(|holder| {
                format!(
                    "{}, and {holder} holds rows of {rows}, which Postgres does not convert: give {holder} another \
                     type before, such as jsonb, or drop it",
                    in_words(change)
                )
            }));
        }
    }
    lines.into_iter().collect()
}

fn in_words(change: &Change) -> String {
    match change {
        Change::Column(table, column, _) => format!("column {table}.{column} changes its type"),
        Change::Create(id @ Id::Column(..)) => format!("{id} comes with values"),
        Change::Create(id) => format!("{id} is made again"),
        Change::Persistence(id) => format!("{id} becomes logged or unlogged"),
        change => change.to_string(),
    }
}

/// A table and all that inherits from it.
fn family<'a>(links: &'a Links, table: &'a Name) -> impl Iterator<Item = &'a Name> {
    [table].into_iter().chain(links.heirs(table))
}

/// The tables and views whose rows a change rewrites.
pub(super) fn rewritten(
    links: &Links,
    wanted: &Schema,
    change: &Change,
    made_again: impl Fn(&Id) -> bool,
) -> Vec<Id> {
    let table = match change {
        Change::Column(table, _, ColumnChange::Type) => table,
        Change::Create(Id::Column(table, column)) => {
            let filled = wanted.column(table, column).is_some_and(|new| {
                new.default.is_some()
                    || new.identity.is_some()
                    || (new.generated.is_some() && !new.is_virtual())
            });
            if !filled {
                return Vec::new();
            }
            table
        }
        Change::Persistence(Id::Table(table)) => table,
        Change::Create(id @ (Id::Table(_) | Id::View(..))) if made_again(id) => return vec![id.clone()],
        _ => return Vec::new(),
    };
    family(links, table).map(|name| Id::Table(name.clone())).collect()
}
