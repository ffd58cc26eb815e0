//! Row security policies.

use crate::plan::context::Context;
use crate::plan::hazard::Hazard;
use crate::schema::{Id, Object, Schema};

/// A policy that is dropped, changes, or takes rows from others.
pub(super) fn hazard(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let Id::On(word, table, name) = id else { return None };
    let holds = |schema: &Schema| schema.tables.get(table).is_some_and(|table| table.row_security);
    if word != "POLICY" || !holds(context.current) || !holds(context.wanted) {
        return None;
    }
    let restricts = |policy: &Object| policy.details.restrictive;
    let (rule, message) = match (context.current.objects.get(id), context.wanted.objects.get(id)) {
        (Some(found), None) if restricts(found) => {
            ("drop-policy", "rows that it hid can be seen and written")
        }
        (Some(_), None) => ("drop-policy", "rows that only it allowed can no longer be seen or written"),
        (Some(found), Some(want)) if found.definition != want.definition => {
            ("changed-policy", "other rows than before can be seen and written")
        }
        (None, Some(want)) if restricts(want) => {
            ("add-policy", "rows that it does not allow can no longer be seen or written")
        }
        _ => return None,
    };
    Some(Hazard::warns(rule, format!("{table}.{name}"), message))
}
