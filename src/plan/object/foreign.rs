//! Foreign tables, servers and user mappings.

use crate::plan::context::Context;
use crate::plan::hazard::Hazard;
use crate::schema::{Id, Name, Property};

/// The options of something new whose values are not read.
pub(super) fn placeholders(context: &Context<'_>, id: &Id) -> impl Iterator<Item = Hazard> {
    let parts = context.wanted.objects.get(id).into_iter().flat_map(|object| &object.parts);
    parts.filter_map(|part| placeholder(id, &part.property))
}

/// An option whose value is not read: the plan writes another one.
pub(super) fn placeholder(id: &Id, property: &Property) -> Option<Hazard> {
    let Property::Placeholder(option) = property else { return None };
    let message =
        format!("the value of option {option} is not read: replace 'set by hand' once this is applied");
    Some(Hazard::warns("secret-option", id, &message))
}

/// A foreign table is dropped; something else may take its name.
pub(super) fn drop_hazard(context: &Context<'_>, name: &Name) -> Hazard {
    let taken = context.wanted.tables.contains_key(name)
        || Id::views(name).iter().any(|id| context.wanted.objects.contains_key(id));
    let message = if taken {
        "something else takes its place; its rows stay where they are"
    } else {
        "a program that reads it fails; its rows stay where they are"
    };
    Hazard::warns("drop-foreign-table", name, message)
}
