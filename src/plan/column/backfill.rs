//! Backfills: a value for the rows that have none, in batches.

use crate::plan::context::Context;
use crate::plan::facts::hides_rows;
use crate::plan::fill::{Fill, Value};
use crate::plan::stage::Stage;
use crate::plan::step::Step;
use crate::schema::{Id, Name};

use super::hazards::fill_hazards;

pub(super) use crate::plan::fill::Until;

/// A stage for each table that has rows: a partitioned one has none, and those that inherit have pages of their own.
pub(super) fn stages<'a>(
    context: &'a Context<'_>,
    table: &'a Name,
    column: &'a str,
    expression: &'a str,
    until: Until,
) -> impl Iterator<Item = Stage> + 'a {
    let tables = [table].into_iter().chain(context.kept.heirs(table));
    let own_rows = tables.filter(|table| !context.wanted.is_partitioned(table));
    own_rows.map(move |part| {
        let id = Id::Column(part.clone(), column.to_owned());
        let data_type = context.wanted.column(part, column).map(|it| it.data_type.clone());
        let value = Value {
            column: column.to_owned(),
            expression: expression.to_owned(),
            data_type: data_type.unwrap_or_default(),
        };
        let fill = Fill {
            table: part.clone(),
            known_as: table.name.clone(),
            has_heirs: !context.kept.children(part).is_empty(),
            has_policies: hides_rows(context, part),
            columns: vec![value],
            until,
        };
        Stage::alone(Step::fill(&id, fill).with(fill_hazards(context, part, column)))
    })
}
