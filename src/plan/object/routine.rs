//! Functions, procedures and aggregates.

use std::collections::BTreeSet;

use crate::plan::context::Context;
use crate::plan::hazard::Hazard;
use crate::schema::{Id, Schema};

/// A function that is created again and returns another type.
pub(super) fn other_result(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let Id::Routine(_, address) = id else { return None };
    let result = |schema: &Schema| schema.objects.get(id)?.details.result.clone();
    let (found, want) = (result(context.current)?, result(context.wanted)?);
    let message = format!("returns {want}, no longer {found}: a program that calls it may fail");
    (found != want).then(|| Hazard::warns("changed-function", address, &message))
}

/// A function whose body changes, while values that were computed with it are stored.
pub(super) fn changed(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let Id::Routine(_, address) = id else { return None };
    let (mut waiting, mut seen) = (vec![id.clone()], BTreeSet::new());
    while let Some(next) = waiting.pop() {
        let on = context.current.dependencies.on(&next).filter(|on| seen.insert((*on).clone()));
        // A function that is written in SQL may call it.
        waiting.extend(on.filter(|on| matches!(on, Id::Routine(..))).cloned());
    }
    let keeps = |on: &&Id| match on {
        Id::Index(_) | Id::Constraint(..) => true,
        Id::View(word, _) => word == "MATERIALIZED VIEW",
        Id::Default(table, column) => context.current.is_generated(table, column),
        _ => false,
    };
    let kept: Vec<String> = seen.iter().filter(keeps).map(ToString::to_string).collect();
    let message =
        format!("what was computed with it stays as it was until it is made again: {}", kept.join(", "));
    (!kept.is_empty()).then(|| Hazard::warns("changed-function", address, &message))
}
