//! What a step may do to data and to running programs.

use std::fmt;

use serde::Serialize;

use super::context::Context;
use super::steps::held_before;
use crate::diff::Change;
use crate::schema::{Column, Constraint, ConstraintKind, Id, Index, Name};

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
            let bound = context.wanted.tables.get(table)?.bound.as_ref()?;
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
            let has_index = context.wanted.constraint(table, name)?.has_index();
            (table, format!("{table}.{name}"), has_index && !is_whole(table))
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

/// A column that every program must write from now on.
pub(super) fn required_column(table: &Name, column: &Column) -> Option<Hazard> {
    let message = "a program that does not write it fails from here on";
    must_be_filled(column)
        .then(|| Hazard::warns("required-column", format!("{table}.{}", column.name), message))
}

/// An index that goes while nothing else begins with its columns.
pub(super) fn drop_index(context: &Context<'_>, name: &Name) -> Option<Hazard> {
    let gone = context.current.indexes.get(name)?;
    let other = |index: &Index| index.table == gone.table && serves(&index.definition, &gone.definition);
    let replaced = context.wanted.indexes.values().any(other);
    let made_again = context.has(&Change::Create(Id::Index(name.clone())));
    (!replaced && !made_again).then(|| Hazard::warns("drop-index", name, "queries that used it become slow"))
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
