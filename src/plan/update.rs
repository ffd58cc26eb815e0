//! An `UPDATE` of a whole table in one transaction, and what is in its way.
//!
//! Rules on UPDATE would do something else than give rows a value: they are off meanwhile. Only a lock keeps clients
//! away until they are on again, so that such a table takes the direct way. What is deferred is checked at once, since
//! no `ALTER TABLE` could follow before it is.

use std::collections::BTreeSet;

use super::Step;
use super::context::Context;
use super::hazard::Hazard;
use crate::ddl;
use crate::diff::Change;
use crate::ident::ident;
use crate::schema::{Constraint, Id, Name, Object};

/// Has the table, or one that inherits from it, a rule that stands in the way of a value for its rows?
pub(super) fn meets_rules(context: &Context<'_>, table: &Name) -> bool {
    let tables = [table].into_iter().chain(context.kept.heirs(table));
    tables.into_iter().any(|table| of_update(context, table).next().is_some())
}

/// The update without the table's rules. Those of tables that inherit do not see it.
pub(super) fn steps(context: &Context<'_>, table: &Name, update: Step) -> Vec<Step> {
    let about = update.about.clone();
    let rules: Vec<_> = of_update(context, table).collect();
    let alter = |what: &str, name: &str| {
        Step::new(&about, format!("ALTER TABLE {} {what} RULE {}", ddl::name(table), ident(name)))
    };
    let off = rules.iter().map(|(name, _)| {
        let message = "is off while rows get a value; others wait for the table";
        alter("DISABLE", name).hazard(Hazard::warns("skips-rule", format!("{table}.{name}"), message))
    });
    let at_once = defers(context, table).then(|| Step::new(&about, "SET CONSTRAINTS ALL IMMEDIATE"));
    let on = rules.iter().map(|(name, want)| match want.afterwards.first() {
        Some(mode) => Step::new(&about, &*mode.does),
        None => alter("ENABLE", name),
    });
    off.chain(at_once).chain([update]).chain(on).collect()
}

/// Has the table, or another one of its family, what is checked at the end of a transaction only?
fn defers(context: &Context<'_>, table: &Name) -> bool {
    let kept = &context.kept;
    let family = [table].into_iter().chain(kept.ancestors(table)).chain(kept.heirs(table));
    let family: BTreeSet<&Name> = family.collect();
    let both = || [context.current, context.wanted].into_iter();
    let is_meant = |of: &Name, key: &Constraint| {
        let concerned = family.contains(of) || key.references.as_ref().is_some_and(|to| family.contains(to));
        concerned && key.definition.contains(" INITIALLY DEFERRED")
    };
    let keys = || both().flat_map(|schema| schema.tables.values());
    keys().any(|of| of.constraints.values().any(|key| is_meant(&of.name, key)))
        || both()
            .flat_map(|schema| family.iter().flat_map(|of| schema.objects_on("TRIGGER", of)))
            .any(|(_, trigger)| trigger.definition.contains(" INITIALLY DEFERRED "))
}

/// The rules on UPDATE that the table keeps, as they shall be. One that goes, or is made, is not there meanwhile.
fn of_update<'a>(context: &'a Context<'_>, table: &'a Name) -> impl Iterator<Item = (&'a str, &'a Object)> {
    context.wanted.objects_on("RULE", table).filter(|(_, want)| {
        let Some(found) = context.current.objects.get(&want.id) else { return false };
        let sees_it = [found, *want].into_iter().any(|rule| is_of_update(rule) && is_on(rule));
        sees_it && !context.has(&Change::Drop(want.id.clone()))
    })
}

/// Is this a rule on UPDATE that is made? It is not to see what rows get before it.
pub(super) fn is_new_rule(context: &Context<'_>, id: &Id) -> bool {
    matches!(id, Id::On(word, ..) if word == "RULE")
        && context.wanted.objects.get(id).is_some_and(is_of_update)
        && context.has(&Change::Create(id.clone()))
}

/// Postgres writes the event on the line behind the name.
fn is_of_update(rule: &Object) -> bool {
    rule.definition
        .split_once(" AS\n")
        .is_some_and(|(_, rest)| rest.trim_start().starts_with("ON UPDATE TO "))
}

/// A rule that is not as it comes is off, on for replicas, or on always.
fn is_on(rule: &Object) -> bool {
    rule.afterwards.iter().all(|mode| mode.does.contains(" ENABLE ALWAYS RULE "))
}
