//! Views and materialized views.

use crate::plan::change_type;
use crate::plan::context::Context;
use crate::plan::hazard::Hazard;
use crate::schema::{Attribute, Id, Name};

/// A view is dropped; something else may take its name.
pub(super) fn drop_hazard(context: &Context<'_>, name: &Name) -> Hazard {
    let [view, materialized] = Id::views(name).map(|id| context.wanted.objects.contains_key(&id));
    let message = if context.wanted.tables.contains_key(name) {
        "a table without rows takes its place"
    } else if view {
        "a view takes its place, whose query runs whenever it is read"
    } else if materialized {
        "a materialized view takes its place, which is as old as its last refresh"
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
