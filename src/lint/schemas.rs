//! What a file changes in the schema: the hazards of the plan from the schema before it to the one after it.
//!
//! What is dropped and created again in one file is no loss, so the file as a whole is looked at; a hazard stands at the
//! statement that has it too. A rename ends what is looked at together, since it changes the names and texts of others.

use super::{File, Found, find};
use crate::diff::is_there;
use crate::plan::{Allow, Hazard, Options, hazards};
use crate::report::Source;
use crate::schema::{EnumType, Id, Schema};

use super::rule::Seen;

pub(super) fn findings(file: &File<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut from = 0;
    for at in 0..file.ran.len() {
        let renamed = renames(file, at);
        if !renamed.is_empty() || !file.ran[at].renamed.is_empty() {
            found.extend(of_part(file, from, at));
            found.extend(renamed);
            from = at + 1;
        }
    }
    found.extend(of_part(file, from, file.ran.len()));
    found
}

/// The findings about the statements from `from` on, up to the one before `to`.
fn of_part(file: &File<'_>, from: usize, to: usize) -> Vec<Found> {
    if from == to {
        return Vec::new();
    }
    let (before, after) = (file.before_statement(from), &file.ran[to - 1].after);
    if before == after {
        return Vec::new();
    }
    let options = options(file);
    let whole = of_change(before, after, &options);
    if whole.is_empty() {
        return Vec::new();
    }
    // The statement that has it too; else the last one that changes anything.
    let each: Vec<Vec<(Hazard, Option<Id>)>> =
        (from..to).map(|at| of_change(file.before_statement(at), &file.ran[at].after, &options)).collect();
    let last = (from..to).rev().find(|at| file.before_statement(*at) != &file.ran[*at].after);
    let mut found = Vec::new();
    for (hazard, id) in whole {
        if !concerns(file, &hazard, id.as_ref()) {
            continue;
        }
        let same =
            |(other, _): &(Hazard, Option<Id>)| other.rule == hazard.rule && other.object == hazard.object;
        let at = each.iter().rposition(|hazards| hazards.iter().any(same)).map(|at| from + at).or(last);
        let is_small = false;
        found.push(Found {
            is_small,
            ..Found::new(hazard.rule, at, &hazard.object, &hazard.message, Source::Catalog)
        });
    }
    found
}

fn options(file: &File<'_>) -> Options {
    Options {
        allow: Allow::new(["all".to_owned()]),
        offline_ok: true,
        without_models: true,
        sizes: file.options.sizes.clone(),
        small_table: file.options.small_table,
        ..Options::default()
    }
}

fn of_change(before: &Schema, after: &Schema, options: &Options) -> Vec<(Hazard, Option<Id>)> {
    if before == after {
        return Vec::new();
    }
    let all = hazards(before, after, options).into_iter();
    all.filter(|(hazard, _)| find(hazard.rule).is_some_and(|rule| matches!(rule.seen, Seen::Schemas)))
        .collect()
}

/// Is it about something that was there before the first file, or a rule about what a file adds?
fn concerns(file: &File<'_>, hazard: &Hazard, id: Option<&Id>) -> bool {
    if hazard.rule == "unindexed-foreign-key" {
        return true;
    }
    match id {
        Some(id) => match id.table() {
            Some(table) => {
                file.start.tables.contains_key(table)
                    || Id::views(table).iter().any(|view| is_there(view, file.start))
            }
            None => is_there(id, file.start) || is_there(id, file.before),
        },
        None => true,
    }
}

/// The names that a statement changes, as far as programs use them.
fn renames(file: &File<'_>, at: usize) -> Vec<Found> {
    let ran = &file.ran[at];
    let mut found = Vec::new();
    let mut say = |rule, old: String, new: String| {
        let message = format!("it is called {new} now: a program that still uses the old name fails");
        found.push(Found::new(rule, Some(at), old, message, Source::Catalog));
    };
    for (old, new) in &ran.renamed {
        match (old, new) {
            (Id::Table(old), Id::Table(new)) if file.start.tables.contains_key(old) => {
                say("rename-table", old.to_string(), new.to_string());
            }
            (Id::View(_, old_name), Id::View(_, new)) if is_there(old, file.start) => {
                say("rename-table", old_name.to_string(), new.to_string());
            }
            (Id::Column(table, old), Id::Column(_, new))
                if old != new && file.start.tables.contains_key(table) =>
            {
                say("rename-column", format!("{table}.{old}"), new.clone());
            }
            (Id::Enum(_) | Id::Type(..) | Id::Sequence(_) | Id::Routine(..) | Id::Namespace(_), _)
                if is_there(old, file.start) =>
            {
                say("rename-object", old.to_string(), new.to_string());
            }
            _ => {}
        }
    }
    let labels = file
        .before_statement(at)
        .enums
        .values()
        .filter_map(|old| Some((old, ran.after.enums.get(&old.name)?)));
    let is_renamed =
        |old: &EnumType, new: &EnumType| old.labels.len() == new.labels.len() && old.labels != new.labels;
    for (old, new) in
        labels.filter(|(old, new)| is_renamed(old, new) && file.start.enums.contains_key(&old.name))
    {
        let pairs = old.labels.iter().zip(&new.labels).filter(|(old, new)| old != new);
        pairs.for_each(|(from, to)| say("rename-enum-value", format!("{}.{from}", old.name), to.clone()));
    }
    found
}
