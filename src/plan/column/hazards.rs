//! Hazards of columns that are created, backfilled, required or dropped.

use crate::diff::Change;
use crate::plan::constraint;
use crate::plan::context::Context;
use crate::plan::facts::hides_rows;
use crate::plan::hazard::Hazard;
use crate::plan::index;
use crate::schema::{Column, Id, Name, Object, Table};

/// `SET NOT NULL` without a value for the rows that have NULL.
pub(super) fn null_hazard(table: &Name, column: &str) -> Hazard {
    let object = format!("{table}.{column}");
    let message = format!("fails if a row has NULL; to fill such rows: --fill {object}='…'");
    Hazard::warns("set-not-null", object, &message)
}

/// A default that may be NULL for a row, while the backfill takes NULL as "has no value yet".
pub(super) fn null_default_hazard(table: &Name, column: &str) -> Hazard {
    let message =
        "its rows get the default in batches, which fails if it is NULL for one; if it may be: --offline-ok";
    Hazard::warns("null-default", format!("{table}.{column}"), message)
}

/// A column that every program must write from now on, where that is so.
pub(in crate::plan) fn required_hazard(table: &Name, column: &Column) -> Option<Hazard> {
    let message = "a program that does not write it fails from here on";
    column
        .needs_value()
        .then(|| Hazard::warns("required-column", format!("{table}.{}", column.name), message))
}

/// Hazards of an UPDATE of all rows: policies that hide some, triggers that fire.
pub(super) fn fill_hazards(context: &Context<'_>, table: &Name, column: &str) -> Vec<Hazard> {
    let policies = hides_rows(context, table).then(|| {
        let message = "row security is forced on it: fails unless the role that applies it has BYPASSRLS";
        Hazard::warns("row-security", table, message)
    });
    // One that goes is gone by then, and one that comes may be there.
    let triggers = context.wanted.objects_on("TRIGGER", table);
    let firing = triggers.filter(|(_, found)| fires(found, column));
    let firing = firing.map(|(name, _)| {
        let message = "runs for every row that gets a value; one that keeps a row as it is makes this fail";
        Hazard::warns("fires-trigger", format!("{table}.{name}"), message)
    });
    policies.into_iter().chain(firing).collect()
}

/// Does the trigger fire when this column is written?
fn fires(trigger: &Object, column: &str) -> bool {
    let columns = &trigger.details.update_of;
    trigger.details.on_update && columns.as_ref().is_none_or(|of| of.iter().any(|name| name == column))
}

/// The indexes and keys of other columns too that go along with a column, said with the first one that goes.
pub(super) fn taken_along(context: &Context<'_>, table: &Name, column: &str) -> Vec<Hazard> {
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
                let slow = index::drop_hazard(context, name).filter(|_| !index::rest_is_indexed(context, id));
                [slow, index::drop_unique_hazard(context, name)]
            }
            Id::Constraint(table, name) => [constraint::drop_unique_hazard(context, table, name), None],
            _ => [None, None],
        })
        .flatten()
        .collect()
}
