//! What a step may do to data and to running programs.

mod indexes;
mod programs;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::Step;
use super::context::Context;
use super::steps::held_before;
use crate::ddl::constraint::index_definition;
use crate::diff::Change;
use crate::schema::{Column, Constraint, ConstraintKind, Id, Name, SequenceOptions, Table};

pub(super) use indexes::{drop_index, drop_unique, drop_unique_index, taken_along};
pub(super) use programs::{
    change_type, changed_function, drop_view, of_collation, of_policy, of_row_security, other_result,
    rebuilt_view, revoked,
};

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
        Id::Link(table, from) => {
            let want = context.wanted.tables.get(table)?;
            let Some(bound) = &want.bound else { return remains_own(context, want, from) };
            let values = said(bound);
            let default = default_partition(context, from).filter(|default| *default != table);
            let message = match (has_rows(table), default) {
                (true, Some(default)) => format!("fails if a row is not {values}, or one of {default} is"),
                (true, None) => format!("fails if a row is not {values}"),
                (false, Some(default)) => {
                    format!("fails if a row of {default} is {values}: move such rows first")
                }
                (false, None) => return None,
            };
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

/// The partition that has the rows of no other one, and had rows before.
fn default_partition<'a>(context: &Context<'a>, whole: &Name) -> Option<&'a Name> {
    let is_default = |table: &&Name| {
        let found = context.wanted.tables.get(table);
        found.is_some_and(|it| it.bound.as_deref() == Some("DEFAULT") && it.parents.contains(whole))
    };
    context.current.tables.keys().find(is_default)
}

/// What it means that a table is one of another one no longer, for good.
pub(super) fn of_cut(context: &Context<'_>, table: &Name, from: &Name) -> Option<Hazard> {
    let child = context.current.tables.get(table).filter(|it| it.parents.contains(from))?;
    let comes_back = context.has(&Change::Create(Id::Link(table.clone(), from.clone())));
    if comes_back {
        return None;
    }
    if child.bound.is_none() {
        return Some(Hazard::warns("no-inherit", table, &format!("{from} has the rows no longer")));
    }
    let wholes = context.with_ancestors(from);
    let refers =
        |key: &Constraint| !key.inherited && key.references.as_ref().is_some_and(|to| wholes.contains(&to));
    let tables = context.current.tables.values();
    let referring: Vec<String> =
        tables.filter(|it| it.constraints.values().any(refers)).map(|it| it.name.to_string()).collect();
    let mut message = format!("{from} has the rows no longer");
    if !referring.is_empty() {
        message += &format!("; fails if a row of {} refers to one of its rows", referring.join(" or "));
    }
    Some(Hazard::warns("detach-partition", table, &message))
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

/// What the steps of a file say of the same object in the same words is said once.
pub(super) fn say_once(steps: &mut [Step]) {
    let mut said = BTreeSet::new();
    for step in steps {
        step.hazards.retain(|it| said.insert((it.rule, it.object.clone(), it.message.clone())));
    }
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
    let triggers = context.wanted.objects_on("TRIGGER", table);
    let firing = triggers.filter(|(name, found)| is_of_update(&found.definition, name, column));
    let firing = firing.map(|(name, _)| {
        let message = "runs for every row that gets a value; one that keeps a row as it is makes this fail";
        Hazard::warns("fires-trigger", format!("{table}.{name}"), message)
    });
    policies.into_iter().chain(firing).collect()
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

/// A sequence that may be beyond its new bounds.
pub(super) fn narrow_sequence(
    object: impl ToString,
    found: &SequenceOptions,
    want: &SequenceOptions,
) -> Option<Hazard> {
    let above = (want.max < found.max).then(|| format!("above {}", want.max));
    let below = (want.min > found.min).then(|| format!("below {}", want.min));
    let beyond: Vec<String> = above.into_iter().chain(below).collect();
    let message = format!("fails if its last number is {}", beyond.join(" or "));
    (!beyond.is_empty()).then(|| Hazard::warns("narrow-sequence", object, &message))
}

/// What is no longer written to the log.
pub(super) fn unlogged(id: &Id) -> Option<Hazard> {
    let (name, message) = match id {
        Id::Table(name) => (name, "a crash empties it, and standbys do not have its rows"),
        Id::Sequence(name) => (name, "after a crash it begins again, with numbers that were given before"),
        _ => return None,
    };
    Some(Hazard::warns("unlogged", name, message))
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

/// Does a new column leave existing rows without a value that it must have?
pub(super) fn must_be_filled(column: &Column) -> bool {
    column.not_null && column.default.is_none() && column.generated.is_none() && column.identity.is_none()
}
