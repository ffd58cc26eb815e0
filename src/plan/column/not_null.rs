//! `SET NOT NULL` of a table that is in use, in stages.

use super::backfill::{self, Until};
use crate::ddl;
use crate::ident::{passing, quote_ident};
use crate::plan::constraint::{long_validation, validation};
use crate::plan::context::Context;
use crate::plan::hazard::Hazard;
use crate::plan::stage::Stage;
use crate::plan::step::Step;
use crate::schema::{Id, Name};

/// The stages after which a column has no NULL and allows none.
pub(super) fn filled(
    context: &Context<'_>,
    table: &Name,
    column: &str,
    fill: &str,
    required: Option<Hazard>,
) -> Vec<Stage> {
    let mut all: Vec<Stage> = backfill::stages(context, table, column, fill, Until::OncePassed).collect();
    all.extend(stages(context, table, column, Some(fill), Hazards { required, null: None }));
    all
}

/// The hazards of a column that no longer allows NULL.
#[derive(Default)]
pub(super) struct Hazards {
    /// Programs that do not write it.
    pub(super) required: Option<Hazard>,
    /// Rows that have NULL.
    pub(super) null: Option<Hazard>,
}

/// `SET NOT NULL` that keeps nobody waiting: a check that is not valid, the last pass of the backfill, the validation.
/// The check comes before the last pass, after which no new NULL can come: few rows are left by then, so that hardly
/// any program that changes an old row fails on it.
pub(super) fn stages(
    context: &Context<'_>,
    table: &Name,
    column: &str,
    fill: Option<&str>,
    hazards: Hazards,
) -> Vec<Stage> {
    let id = Id::Column(table.clone(), column.to_owned());
    let check = passing(&format!("{column}_not_null"), |name| context.is_constraint(table, name));
    let (quoted_table, quoted) = (ddl::name(table), quote_ident(&check));
    let add = format!(
        "ALTER TABLE {quoted_table} ADD CONSTRAINT {quoted} CHECK ({} IS NOT NULL) NOT VALID",
        quote_ident(column)
    );
    let validate = validation(&id, table, &check).with(hazards.null).hazard(long_validation(table));
    let mut stages = vec![Stage::transaction(vec![Step::new(&id, add).with(hazards.required)])];
    stages.extend(
        fill.into_iter().flat_map(|fill| backfill::stages(context, table, column, fill, Until::NoneLeft)),
    );
    stages.push(Stage::validation(validate));
    // The check that holds spares it the reading.
    let set = context.set_not_null(table, column);
    let drop = format!("ALTER TABLE {quoted_table} DROP CONSTRAINT {quoted}");
    let last = set.into_iter().chain([drop]).map(|sql| Step::new(&id, sql));
    stages.push(Stage::transaction(last.collect()));
    stages
}
