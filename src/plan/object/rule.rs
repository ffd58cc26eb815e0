//! Rewrite rules, which see every `UPDATE` of their table.

use crate::diff::Change;
use crate::plan::context::Context;
use crate::schema::{Id, Name, Object, Property};

/// The rules on UPDATE that the table keeps, as wanted. One that is dropped or created is not there during a backfill.
pub(in crate::plan) fn on_update<'a>(
    context: &'a Context<'_>,
    table: &'a Name,
) -> impl Iterator<Item = (&'a str, &'a Object)> {
    context.wanted.objects_on("RULE", table).filter(|(_, want)| {
        let Some(found) = context.current.objects.get(&want.id) else { return false };
        let sees_it = [found, *want].into_iter().any(|rule| rule.details.on_update && is_on(rule));
        sees_it && !context.has(&Change::Drop(want.id.clone()))
    })
}

/// Is this a new rule on UPDATE? It is created after the backfills of its table, or it would fire for them.
pub(in crate::plan) fn is_new(context: &Context<'_>, id: &Id) -> bool {
    matches!(id, Id::On(word, ..) if word == "RULE")
        && context.wanted.objects.get(id).is_some_and(|rule| rule.details.on_update)
        && context.has(&Change::Create(id.clone()))
}

/// A rule that is not as it is created is off, on for replicas, or on always.
fn is_on(rule: &Object) -> bool {
    rule.afterwards.iter().all(|mode| mode.property == Property::EnabledAlways)
}
