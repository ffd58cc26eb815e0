//! Rules on UPDATE, which would do something else than give rows a value: they are off meanwhile. Only a lock keeps
//! clients away until they are on again, so that such a table takes the direct way.

use super::Step;
use super::context::Context;
use super::hazard::Hazard;
use crate::ddl;
use crate::diff::Change;
use crate::ident::ident;
use crate::schema::{Id, Name, Object};

/// Has the table, or one that inherits from it, a rule that stands in the way of a value for its rows?
pub(super) fn stands_in_the_way(context: &Context<'_>, table: &Name) -> bool {
    let tables = [table].into_iter().chain(context.kept.heirs(table));
    tables.into_iter().any(|table| of_update(context, table).next().is_some())
}

/// An `UPDATE` of a whole table in one transaction, without its rules. Those of tables that inherit do not see it.
pub(super) fn without(context: &Context<'_>, table: &Name, update: Step) -> Vec<Step> {
    let about = update.about.clone();
    let rules: Vec<_> = of_update(context, table).collect();
    let alter = |what: &str, name: &str| {
        Step::new(&about, format!("ALTER TABLE {} {what} RULE {}", ddl::name(table), ident(name)))
    };
    let off = rules.iter().map(|(name, _)| {
        let message = "is off while rows get a value; others wait for the table";
        alter("DISABLE", name).hazard(Hazard::warns("skips-rule", format!("{table}.{name}"), message))
    });
    let on = rules.iter().map(|(name, want)| match want.afterwards.first() {
        Some(mode) => Step::new(&about, &*mode.does),
        None => alter("ENABLE", name),
    });
    off.chain([update]).chain(on).collect()
}

/// The rules on UPDATE that the table keeps, as they shall be. One that goes, or is made, is not there meanwhile.
fn of_update<'a>(context: &'a Context<'_>, table: &'a Name) -> impl Iterator<Item = (&'a str, &'a Object)> {
    context.wanted.objects.iter().filter_map(move |(id, want)| {
        let Id::On(word, of, name) = id else { return None };
        let found = context.current.objects.get(id).filter(|_| word == "RULE" && of == table)?;
        let sees_it = [found, want].into_iter().any(|rule| is_of_update(rule) && is_on(rule));
        (sees_it && !context.has(&Change::Drop(id.clone()))).then_some((name.as_str(), want))
    })
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
