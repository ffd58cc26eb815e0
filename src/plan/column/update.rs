//! An `UPDATE` of a whole table in one transaction, and what is in its way.
//!
//! Rules on UPDATE would do something else than give rows a value: they are off meanwhile. Only a lock keeps clients
//! away until they are on again, so that such a table takes the direct way. What is deferred is checked at once, since
//! no `ALTER TABLE` could follow before it is.

use std::collections::BTreeSet;

use crate::ddl;
use crate::ident::quote_ident;
use crate::plan::context::Context;
use crate::plan::hazard::Hazard;
use crate::plan::object::rules_on_update;
use crate::plan::step::{Step, Work};
use crate::schema::{Constraint, Id, Name};

/// Has the table, or a child, a rule on UPDATE that would change a backfill?
pub(super) fn meets_rules(context: &Context<'_>, table: &Name) -> bool {
    let tables = [table].into_iter().chain(context.kept.heirs(table));
    tables.into_iter().any(|table| rules_on_update(context, table).next().is_some())
}

/// The UPDATE with the table's rules switched off. Rules of child tables do not apply to it.
pub(super) fn steps(context: &Context<'_>, table: &Name, column: &str, update: String) -> Vec<Step> {
    let id = Id::Column(table.clone(), column.to_owned());
    let rules: Vec<_> = rules_on_update(context, table).collect();
    let alter = |what: &str, name: &str| {
        Step::new(&id, format!("ALTER TABLE {} {what} RULE {}", ddl::name(table), quote_ident(name)))
    };
    let off = rules.iter().map(|(name, _)| {
        let message = "is off while rows get a value; others wait for the table";
        alter("DISABLE", name).hazard(Hazard::warns("skips-rule", format!("{table}.{name}"), message))
    });
    let at_once = defers(context, table).then(|| Step::new(&id, "SET CONSTRAINTS ALL IMMEDIATE"));
    let on = rules.iter().map(|(name, want)| match want.afterwards.first() {
        Some(mode) => Step::new(&id, &*mode.does),
        None => alter("ENABLE", name),
    });
    off.chain(at_once).chain([Step::new(&id, update).doing(Work::Fill)]).chain(on).collect()
}

/// Has the table, or another one of its family, a constraint that is checked at the end of a transaction?
fn defers(context: &Context<'_>, table: &Name) -> bool {
    let kept = &context.kept;
    let family = [table].into_iter().chain(kept.ancestors(table)).chain(kept.heirs(table));
    let family: BTreeSet<&Name> = family.collect();
    let both = || [context.current, context.wanted].into_iter();
    let is_meant = |of: &Name, key: &Constraint| {
        let concerned = family.contains(of) || key.references.as_ref().is_some_and(|to| family.contains(to));
        concerned && key.is_initially_deferred()
    };
    let keys = || both().flat_map(|schema| schema.tables.values());
    keys().any(|of| of.constraints.values().any(|key| is_meant(&of.name, key)))
        || both()
            .flat_map(|schema| family.iter().flat_map(|of| schema.objects_on("TRIGGER", of)))
            .any(|(_, trigger)| trigger.details.initially_deferred)
}
