//! [`Change`]s -> files of [`Step`]s: in what order, with which statements, where a transaction must end, and
//! what is refused. No IO.
//!
//! Locks are measured, not guessed: a proof watches what the steps do, and [`Plan::take`] makes it part of the plan.

mod change;
mod change_type;
mod column;
mod constraint;
mod context;
mod facts;
mod family;
mod file;
mod files;
mod fill;
mod graph;
mod group;
mod hazard;
mod index;
mod link;
mod lock;
mod measured;
mod new_object;
mod not_null_name;
mod object;
mod options;
mod order;
mod privilege;
mod refusal;
mod rename;
mod sequence;
mod size;
mod stage;
mod step;
mod swap;
mod table;
mod types;

use std::collections::BTreeMap;

use crate::diff::{Change, ColumnChange, Rename, diff};
use crate::schema::{Column, Id, Name, Schema};
use crate::sql::expression;

use context::Context;

pub use file::{File, Plan};
pub use hazard::Hazard;
pub use measured::blocking::of_file as measured_hazards;
pub use measured::lines::of_file as measured_lines;
pub use measured::{Held, Kind, Lock, Locks, Measured, Mode, Relation};
pub use options::{Allow, Options};
pub use refusal::Refusal;
pub use size::{SMALL_TABLE, Size};
pub use step::Step;

/// Orders `changes` and writes each as SQL. `current` and `wanted` are the schemas that the changes were worked out
/// from.
///
/// A table of `current` may be in use: what would keep its users waiting takes several files, unless
/// [`Options::offline_ok`]. A table that is made by the plan itself is used by nobody yet.
pub fn plan(current: &Schema, wanted: &Schema, changes: &[Change], options: &Options) -> Plan {
    let wanted = &*not_null_name::named(current, wanted);
    let context = Context::new(current, wanted, changes, options);
    let swaps = swap::swaps(&context);
    let context = context.with_swaps(swaps);
    let mut files = files::files(&context, order::ordered(&context));
    files.iter_mut().for_each(File::say_hazards_once);
    files.iter_mut().flat_map(|file| &mut file.steps).for_each(Step::escape_cr);
    let refusals = refusal::refusals(&context, files.iter().flat_map(|file| &file.steps));
    Plan { files, refusals, unused: unused(&context), constants: constants(&context) }
}

/// The columns to whose rows the plan gives one value: that of `--fill`, or a new one's default. Is the column new?
fn constants(context: &Context<'_>) -> BTreeMap<(Name, String), bool> {
    let new = context.changes.iter().filter_map(|change| match change {
        Change::Create(Id::Column(table, column)) => Some((table, column)),
        _ => None,
    });
    let new = new.filter(|(table, column)| {
        let is_constant = |want: &Column| {
            want.generated.is_none()
                && want.identity.is_none()
                && want.default.as_deref().is_none_or(expression::is_literal)
        };
        context.fill_of(table, column).is_none()
            && context.wanted.column(table, column).is_some_and(is_constant)
    });
    let new = new.map(|(table, column)| ((table.clone(), column.clone()), true));
    let filled = context.options.fill.iter().filter(|(_, fill)| expression::is_literal(fill));
    let filled = filled.map(|(of, _)| {
        let (table, column) = of;
        let is_new = context.has(&Change::Create(Id::Column(table.clone(), column.clone())));
        (of.clone(), is_new)
    });
    new.chain(filled).collect()
}

/// The values and conversions that are said of columns that need none.
fn unused(context: &Context<'_>) -> Vec<String> {
    let changes = |(table, column): &(Name, String), what| {
        context.has(&Change::Column(table.clone(), column.clone(), what))
    };
    let is_new = |(table, column): &(Name, String)| {
        let is_filled = context.wanted.column(table, column).is_some_and(Column::needs_value);
        is_filled && context.has(&Change::Create(Id::Column(table.clone(), column.clone())))
    };
    let fill = context.options.fill.keys();
    let fill = fill.filter(|of| !changes(of, ColumnChange::SetNotNull) && !is_new(of)).map(|(table, column)| {
        format!(
            "--fill {table}.{column} is not used: only rows of a table that was there get a value, in a column \
             that becomes NOT NULL, or comes so without a default"
        )
    });
    let using = context.options.using.keys().filter(|of| !changes(of, ColumnChange::Type));
    let using = using
        .map(|(table, column)| format!("--using {table}.{column} is not used: its type does not change"));
    fill.chain(using).collect()
}

/// The hazards of the change from one schema to the other, each with the object that its statement is about.
pub fn hazards(current: &Schema, wanted: &Schema, options: &Options) -> Vec<(Hazard, Option<Id>)> {
    let plan = plan(current, wanted, &diff(current, wanted), options);
    let steps = plan.files.into_iter().flat_map(|file| file.steps);
    steps.flat_map(|Step { hazards, id, .. }| hazards.into_iter().map(move |it| (it, id.clone()))).collect()
}

/// The statements of `renames`.
pub fn rename_steps(renames: &[Rename]) -> Vec<Step> {
    renames.iter().flat_map(rename::steps).collect()
}
