//! What a step may do to data and to running programs.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::context::Context;
use super::steps::held_before;
use crate::ddl::constraint::index_definition;
use crate::diff::Change;
use crate::schema::{Column, Constraint, ConstraintKind, Id, Index, Name, Table};

/// Something to know before a step runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hazard {
    /// Its rule: `drop-column`.
    pub rule: &'static str,
    /// The object: `image_generations.size`.
    pub object: String,
    /// What may happen.
    pub message: String,
    /// Is it refused until it is acknowledged?
    pub destructive: bool,
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hazard {}:{}: {}", self.rule, self.object, self.message)
    }
}

impl Hazard {
    pub(super) fn destroys(rule: &'static str, object: impl ToString, message: &str) -> Self {
        Hazard { rule, object: object.to_string(), message: message.to_owned(), destructive: true }
    }

    pub(super) fn warns(rule: &'static str, object: impl ToString, message: &str) -> Self {
        Hazard { rule, object: object.to_string(), message: message.to_owned(), destructive: false }
    }

    pub(super) fn rename(what: &str, from: impl ToString) -> Self {
        let rule = match what {
            "table" => "rename-table",
            "label" => "rename-enum-value",
            _ => "rename-column",
        };
        Self::warns(rule, from, "a program that still uses the old name fails")
    }
}

/// What can fail on rows, which a proof on an empty database cannot see.
pub(super) fn of_rows(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let has_rows = |table: &Name| context.current.tables.contains_key(table);
    match id {
        Id::Constraint(table, name) | Id::ForeignKey(table, name) if has_rows(table) => {
            if held_before(context, table, name) {
                return None;
            }
            let want = context.wanted.constraint(table, name)?;
            // What is not valid is not checked.
            want.parts().valid.then(|| of_constraint(table, want))
        }
        Id::Link(table, from) if has_rows(table) => {
            let want = context.wanted.tables.get(table)?;
            let Some(bound) = &want.bound else { return remains_own(context, want, from) };
            let message = format!("fails if a row is not {}, or {from} has such rows elsewhere", said(bound));
            Some(Hazard::warns("attach-partition", table, &message))
        }
        Id::Index(name) => {
            let index = context.wanted.indexes.get(name)?;
            (index.unique && has_rows(&index.table))
                .then(|| Hazard::warns("add-unique", name, "fails if two rows are alike"))
        }
        _ => None,
    }
}

/// What a table has before it inherits is its own and inherited, which nothing takes back.
fn remains_own(context: &Context<'_>, table: &Table, from: &Name) -> Option<Hazard> {
    let parent = context.wanted.tables.get(from)?;
    let kept = |column: &str| {
        let parents = context.kept.parents(&table.name).iter();
        parents.into_iter().any(|parent| context.wanted.column(parent, column).is_some())
    };
    let columns = table.columns.iter().filter(|found| !found.local && !kept(&found.name));
    let names = columns.filter(|found| parent.column(&found.name).is_some()).map(|found| &found.name);
    let names: Vec<&str> = names.map(String::as_str).collect();
    let message = format!("{} of it remain if {from} loses them: they were there before", names.join(", "));
    (!names.is_empty()).then(|| Hazard::warns("remains-own", &table.name, &message))
}

/// A partition's bound, as a sentence goes on.
fn said(bound: &str) -> String {
    match bound.strip_prefix("FOR VALUES ") {
        Some(values) => format!("within {values}"),
        None => "for the default partition".to_owned(),
    }
}

/// How a constraint can fail on rows.
pub(super) fn of_constraint(table: &Name, constraint: &Constraint) -> Hazard {
    let object = format!("{table}.{}", constraint.name);
    match constraint.kind {
        ConstraintKind::ForeignKey => {
            Hazard::warns("add-foreign-key", object, "fails if a row refers to nothing")
        }
        ConstraintKind::Check => Hazard::warns("add-check", object, "fails if a row breaks it"),
        _ => Hazard::warns("add-unique", object, "fails if two rows are alike"),
    }
}

/// What only a lock that keeps everybody off can build or check, on a table that is in use. Of an index of a
/// partitioned table its parts say it.
pub(super) fn no_online_way(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let is_whole = |table: &Name| context.wanted.is_partitioned(table);
    let (table, object, needs_lock) = match id {
        Id::Constraint(table, name) => {
            let want = context.wanted.constraint(table, name)?;
            // That of a partitioned table takes those of its partitions, where one can be made for them before.
            let reads = !is_whole(table) || index_definition(want).is_none();
            (table, format!("{table}.{name}"), want.has_index() && reads)
        }
        Id::ForeignKey(table, name) => {
            let reads = context.wanted.constraint(table, name)?.parts().valid;
            (table, format!("{table}.{name}"), reads && is_whole(table))
        }
        Id::Index(name) => {
            let table = &context.wanted.indexes.get(name)?.table;
            (table, name.to_string(), !is_whole(table))
        }
        _ => return None,
    };
    let work = match id {
        Id::ForeignKey(..) => "others wait for the table while its rows are checked",
        _ => "others wait for the table while the index is built",
    };
    (needs_lock && context.in_use(table)).then(|| Hazard::warns("no-online-way", object, work))
}

/// `VALIDATE CONSTRAINT` of a table that is in use.
pub(super) fn long_validation(table: &Name) -> Hazard {
    Hazard::warns("long-validation", table, "reads every row; nobody waits for it, and it may take its time")
}

/// `SET NOT NULL`, and nobody said what to do about NULL.
pub(super) fn null_in_a_row(table: &Name, column: &str) -> Hazard {
    let object = format!("{table}.{column}");
    let message = format!("fails if a row has NULL; to fill such rows: --fill {object}='…'");
    Hazard::warns("set-not-null", object, &message)
}

/// A default that may be NULL for a row, though rows without a value are known by that.
pub(super) fn null_default(table: &Name, column: &str) -> Hazard {
    let message =
        "its rows get the default in batches, which fails if it is NULL for one; if it may be: --offline-ok";
    Hazard::warns("null-default", format!("{table}.{column}"), message)
}

/// A column that every program must write from now on.
pub(super) fn required_column(table: &Name, column: &Column) -> Option<Hazard> {
    let message = "a program that does not write it fails from here on";
    must_be_filled(column)
        .then(|| Hazard::warns("required-column", format!("{table}.{}", column.name), message))
}

/// Does row security apply to the table's owner too? A value for its rows would reach only those that he sees.
pub(super) fn hides_rows(context: &Context<'_>, table: &Name) -> bool {
    let found = context.current.tables.get(table);
    found.is_some_and(|table| table.row_security && table.force_row_security)
}

/// What it means to the rest that all rows of a table are written.
pub(super) fn of_filling(context: &Context<'_>, table: &Name, column: &str) -> Vec<Hazard> {
    let policies = hides_rows(context, table).then(|| {
        let message = "row security is forced on it: fails unless the role that applies it has BYPASSRLS";
        Hazard::warns("row-security", table, message)
    });
    // One that goes is gone by then, and one that comes may be there.
    let triggers = context.wanted.objects.iter().filter_map(|(id, found)| {
        let Id::On(word, of, name) = id else { return None };
        let fires = word == "TRIGGER" && of == table && is_of_update(&found.definition, name, column);
        let message = "runs for every row that gets a value; one that keeps a row as it is makes this fail";
        fires.then(|| Hazard::warns("fires-trigger", format!("{table}.{name}"), message))
    });
    policies.into_iter().chain(triggers).collect()
}

/// Does the trigger run when this column is written? Postgres writes its events before the table.
fn is_of_update(definition: &str, name: &str, column: &str) -> bool {
    let events = definition.split_once(name).and_then(|(_, rest)| rest.split_once(" ON "));
    let Some((events, _)) = events else { return false };
    match events.split_once(" UPDATE OF ") {
        Some((_, columns)) => columns.contains(column),
        None => events.contains(" UPDATE"),
    }
}

/// An index that goes while nothing else begins with its columns.
pub(super) fn drop_index(context: &Context<'_>, name: &Name) -> Option<Hazard> {
    let gone = context.current.indexes.get(name)?;
    let other = |index: &Index| index.table == gone.table && serves(&index.definition, &gone.definition);
    let replaced = context.wanted.indexes.values().any(other);
    let made_again = context.has(&Change::Create(Id::Index(name.clone())));
    (!replaced && !made_again).then(|| Hazard::warns("drop-index", name, "queries that used it become slow"))
}

/// A function that says something else from here on, while what was computed with it is kept.
pub(super) fn changed_function(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let Id::Routine(_, address) = id else { return None };
    let (mut waiting, mut seen) = (vec![id.clone()], BTreeSet::new());
    while let Some(next) = waiting.pop() {
        let on = context.current.dependencies.on(&next).filter(|on| seen.insert((*on).clone()));
        // A function that is written in SQL may call it.
        waiting.extend(on.filter(|on| matches!(on, Id::Routine(..))).cloned());
    }
    let keeps = |on: &&Id| match on {
        Id::Index(_) | Id::Constraint(..) => true,
        Id::View(word, _) => word == "MATERIALIZED VIEW",
        Id::Default(table, column) => context.current.is_generated(table, column),
        _ => false,
    };
    let kept: Vec<String> = seen.iter().filter(keeps).map(ToString::to_string).collect();
    let message =
        format!("what was computed with it stays as it was until it is made again: {}", kept.join(", "));
    (!kept.is_empty()).then(|| Hazard::warns("changed-function", address, &message))
}

/// The identities of a table that is made anew: its partitions keep their rows, and the numbers of these.
pub(super) fn identity_restarts<'a>(
    context: &'a Context<'_>,
    table: &'a Name,
) -> impl Iterator<Item = Hazard> + 'a {
    let columns = context.wanted.tables.get(table).into_iter().flat_map(|want| &want.columns);
    let numbered = columns.filter(|want| {
        let found = context.current.column(table, &want.name);
        want.identity.is_some() && found.is_some_and(|found| found.identity.is_some())
    });
    let message = "begins at its start again, and may give a number that a row has: set its sequence by hand";
    numbered.map(move |want| Hazard::warns("identity-restarts", format!("{table}.{}", want.name), message))
}

/// A key that goes while nothing else keeps its columns unique.
pub(super) fn drop_unique(context: &Context<'_>, table: &Name, name: &str) -> Option<Hazard> {
    let gone = context.current.constraint(table, name).and_then(index_definition)?;
    if context.wanted.constraint(table, name).and_then(index_definition).is_some() {
        return None;
    }
    let index = Name::new(&table.schema, name);
    no_longer_unique(context, table, &gone, &index)
}

/// The same of an index.
pub(super) fn drop_unique_index(context: &Context<'_>, name: &Name) -> Option<Hazard> {
    let gone = context.current.indexes.get(name).filter(|index| index.unique)?;
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

/// Does a new column leave existing rows without a value that it must have?
pub(super) fn must_be_filled(column: &Column) -> bool {
    column.not_null && column.default.is_none() && column.generated.is_none() && column.identity.is_none()
}
