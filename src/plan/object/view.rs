//! Views and materialized views.

use crate::plan::change_type;
use crate::plan::context::Context;
use crate::plan::hazard::Hazard;
use crate::schema::{Attribute, Id, Name};

/// The view of the live rows of a table that stays is dropped, and with it the table's soft delete.
pub(super) fn soft_delete_hazard(context: &Context<'_>, name: &Name) -> Option<Hazard> {
    let reads = |on: &Id| match on {
        Id::Column(table, column) if live_view(table) == *name => Some((table.clone(), column.clone())),
        _ => None,
    };
    let [view, ..] = Id::views(name);
    let columns: Vec<(Name, String)> = context.current.dependencies.of(&view).filter_map(reads).collect();
    let (table, _) = columns.first().filter(|(table, _)| context.wanted.tables.contains_key(table))?;
    let deleted = columns.iter().find(|(_, column)| column == "deleted_at").map(|(_, column)| column);
    let condition = deleted.map(|column| format!(": DELETE FROM {table} WHERE {column} IS NOT NULL"));
    let message = format!(
        "deleted rows of {table} are live rows from here on; delete them before, if they are not wanted{}",
        condition.unwrap_or_default()
    );
    Some(Hazard::warns("drop-soft-delete", table, &message))
}

/// The name of the view of a table's live rows.
fn live_view(table: &Name) -> Name {
    Name::new(&table.schema, format!("live_{}", table.name))
}

/// A view is dropped; something else may take its name.
pub(super) fn drop_hazard(context: &Context<'_>, name: &Name) -> Hazard {
    let [view, materialized, foreign] = Id::views(name).map(|id| context.wanted.objects.contains_key(&id));
    let message = if context.wanted.tables.contains_key(name) {
        "a table without rows takes its place"
    } else if view {
        "a view takes its place, whose query runs whenever it is read"
    } else if materialized {
        "a materialized view takes its place, which is as old as its last refresh"
    } else if foreign {
        "a foreign table takes its place"
    } else {
        "a program that reads it fails"
    };
    Hazard::warns("drop-view", name, message)
}

/// A view is created again: columns that it loses or has as another type; of a materialized one, the time until it is
/// filled.
pub(super) fn rebuild_hazards(context: &Context<'_>, id: &Id) -> Vec<Hazard> {
    let Id::View(word, name) = id else { return Vec::new() };
    if word == "MATERIALIZED VIEW" {
        let message = "nobody can read it until its query has filled it again";
        return vec![Hazard::warns("rebuild-view", name, message)];
    }
    let both = context.current.objects.get(id).zip(context.wanted.objects.get(id));
    let Some((found, want)) = both else { return Vec::new() };
    let hazard = |column: &Attribute| {
        let object = format!("{name}.{}", column.name);
        match want.details.columns.iter().find(|other| other.name == column.name) {
            Some(to) => change_type::hazard(object, &column.data_type, &to.data_type),
            None => Some(Hazard::warns("drop-column", object, "a program that reads it fails")),
        }
    };
    found.details.columns.iter().filter_map(hazard).collect()
}
