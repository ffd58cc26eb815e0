//! Measurements in words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Kind, Measured, Mode, Relation};
use crate::schema::Name;

/// What the statements of a file do to relations that existed before, a line each; none where nothing was measured.
pub fn of_file(steps: &[&Measured]) -> Vec<String> {
    if steps.is_empty() {
        return Vec::new();
    }
    let all = |relations: fn(&Measured) -> &Vec<Relation>| -> Vec<Relation> {
        let all: BTreeSet<_> = steps.iter().flat_map(|step| relations(step)).cloned().collect();
        all.into_iter().collect()
    };
    let mut lines = lock_table(steps);
    if lines.is_empty() {
        lines.push("lock: none on what existed before".to_owned());
    }
    lines.extend(work_lines(&all(|it| &it.rewrites), &all(|it| &it.scans)));
    lines
}

/// The locks that the transaction of a file takes, a line for each mode and each statement from which on it is held:
/// `lock: ShareRowExclusiveLock on dramas, images (blocks writes) from statement 2 on`. The strongest come first. Locks
/// as of any `SELECT` are left out, and those on the parts of a table that is locked itself.
fn lock_table(steps: &[&Measured]) -> Vec<String> {
    let Some(last) = steps.last() else { return Vec::new() };
    let held = &last.locks.cumulative;
    let with_parts = [Kind::Table, Kind::PartitionedTable, Kind::MaterializedView];
    let is_locked = |table: &Name| {
        let as_kind = |kind| held.mode(&Relation { name: table.clone(), kind, of: None });
        with_parts.into_iter().filter_map(as_kind).any(is_shown)
    };
    let mut lines: BTreeMap<(Reverse<Mode>, usize), Vec<String>> = BTreeMap::new();
    for lock in held.iter().filter(|lock| is_shown(lock.mode)) {
        let Relation { name, kind, of } = &lock.relation;
        if *kind != Kind::CompositeType && !of.as_ref().is_some_and(is_locked) {
            let is_held = |step: &&Measured| step.locks.cumulative.mode(&lock.relation) >= Some(lock.mode);
            let from = steps.iter().position(is_held).unwrap_or_default();
            // A statement that does not take it shows the new name of a table that was locked and renamed before.
            let takes = steps[from].locks.own.iter().any(|own| own.relation == lock.relation);
            let from = if takes { from } else { 0 };
            lines.entry((Reverse(lock.mode), from)).or_default().push(name.to_string());
        }
    }
    let line = |((Reverse(mode), from), names): ((Reverse<Mode>, usize), Vec<String>)| {
        let from_statement =
            if from > 0 { format!(" from statement {} on", from + 1) } else { String::new() };
        let work = work_after(&steps[from..]).map(|work| format!(", {work}")).unwrap_or_default();
        let work = if mode.blocks_writes() { work } else { String::new() };
        format!("lock: {mode} on {} ({}){from_statement}{work}", names.join(", "), mode.blocks())
    };
    lines.into_iter().map(line).collect()
}

/// Locks as of any `SELECT` are not shown.
fn is_shown(mode: Mode) -> bool {
    mode > Mode::AccessShareLock
}

/// The work that goes on while a lock is held: `while images is rewritten`.
fn work_after(steps: &[&Measured]) -> Option<String> {
    let named = |of: fn(&Measured) -> &Vec<Relation>| -> BTreeSet<String> {
        let all =
            steps.iter().flat_map(|step| of(step)).filter(|it| !it.is_part() && it.kind != Kind::Sequence);
        all.map(|it| it.name.to_string()).collect()
    };
    let (rewritten, read) = (named(|step| &step.rewrites), named(|step| &step.scans));
    let part = |names: Vec<String>, done: &str| {
        let is = if names.len() == 1 { "is" } else { "are" };
        (!names.is_empty()).then(|| format!("{} {is} {done}", names.join(", ")))
    };
    let read = read.difference(&rewritten).cloned().collect();
    let parts: Vec<String> = [part(rewritten.into_iter().collect(), "rewritten"), part(read, "read")]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| format!("while {}", parts.join(" and ")))
}

/// `rewrites: images, 3 indexes of images`, `scans: images`
fn work_lines(rewrites: &[Relation], scans: &[Relation]) -> Vec<String> {
    let mut lines = Vec::new();
    for (word, relations) in [("rewrites", rewrites), ("scans", scans)] {
        let mut said: Vec<String> = relations
            .iter()
            .filter(|it| !it.is_part() && it.kind != Kind::Sequence)
            .map(|it| it.name.to_string())
            .collect();
        let mut indexes: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
        for relation in relations.iter().filter(|relation| relation.kind == Kind::Index) {
            indexes.entry(relation.of.as_ref().unwrap_or(&relation.name)).or_default().push(&relation.name);
        }
        said.extend(indexes.into_iter().map(|(table, indexes)| match indexes[..] {
            [one] => format!("index {one}"),
            _ => format!("{} indexes of {table}", indexes.len()),
        }));
        if !said.is_empty() {
            lines.push(format!("{word}: {}", said.join(", ")));
        }
    }
    lines
}
