//! The hazards that a measurement shows: what is rewritten or read from end to end while others are locked out.
//!
//! A fact is said once: a rewrite contains its scan, and a table that is itself read is not said again to be blocked.

use std::collections::BTreeSet;

use super::{Held, Kind, Lock, Locks, Measured, Mode, Relation};
use crate::plan::file::Plan;
use crate::plan::hazard::Hazard;
use crate::plan::options::Options;
use crate::plan::refusal::{Refusal, refusal};
use crate::schema::Name;

/// Of more tables than these a message names only how many there are.
const NAMED: usize = 3;

impl Plan {
    /// Takes what was measured, by file and step, and says the hazards that follow from it. What is measured may be
    /// shorter than the plan.
    pub fn take(&mut self, measured: Vec<Vec<Measured>>, options: &Options) {
        for (file, measured) in self.files.iter_mut().zip(measured) {
            for (at, hazard) in of_file(&measured, options) {
                let hazards = &mut file.steps[at].hazards;
                // Where it is said that there is no other way, there is no use in advice.
                if hazard.rule != SCAN || !hazards.iter().any(|hazard| hazard.rule == "no-online-way") {
                    hazards.push(hazard);
                }
            }
            for (step, measured) in file.steps.iter_mut().zip(measured) {
                step.measured = Some(measured);
            }
        }
        for hazard in self.files.iter().flat_map(|file| &file.steps).flat_map(|step| &step.hazards) {
            let said = |refusal: &Refusal| refusal.rule == hazard.rule && refusal.object == hazard.object;
            if hazard.rule == REWRITE && !options.offline_ok && !self.refusals.iter().any(said) {
                self.refusals.extend(refusal(hazard, options));
            }
        }
    }
}

/// The hazards that the measured statements of a file have, each with the place of its statement.
pub fn of_file(measured: &[Measured], options: &Options) -> Vec<(usize, Hazard)> {
    let (mut blocked, mut found) = (BTreeSet::new(), Vec::new());
    for (at, measured) in measured.iter().enumerate() {
        // Of a file it is said once that it blocks a table.
        let is_new = |hazard: &Hazard| {
            !BLOCKED.contains(&hazard.rule) || blocked.insert((hazard.rule, hazard.object.clone()))
        };
        found.extend(work(measured, options).into_iter().filter(is_new).map(|hazard| (at, hazard)));
    }
    found.extend(held_over(measured, |table| !blocked.contains(&(BLOCKED[0], table.to_string()))));
    found
}

const REWRITE: &str = "rewrite-table";

const SCAN: &str = "scan-under-lock";

const BLOCKED: [&str; 2] = ["block-reads", "block-writes"];

/// The hazards of a statement that rewrites or scans tables while others wait for its locks.
fn work(measured: &Measured, options: &Options) -> Vec<Hazard> {
    let large = |relation: &&Relation| holds_rows(relation) && !options.is_small(&relation.name);
    let rewrites: BTreeSet<&Relation> = measured.rewrites.iter().filter(large).collect();
    let scans: BTreeSet<&Relation> =
        measured.scans.iter().filter(large).filter(|it| !rewrites.contains(it)).collect();
    let mut hazards = Vec::new();
    for table in &rewrites {
        let message = format!(
            "{} while all of it is written anew{}; in use, a column is better replaced by a new one, filled in batches",
            Mode::AccessExclusiveLock.locked_out(),
            size(&table.name, options)
        );
        hazards.push(Hazard::destroys(REWRITE, &table.name, &message));
    }
    for table in &scans {
        // Nobody writes to a materialized view.
        let is_written = table.kind != Kind::MaterializedView;
        let keeps_waiting = |mode: &Mode| mode.blocks_reads() || (is_written && mode.blocks_writes());
        let Some(mode) = measured.locks.cumulative.mode(table).filter(keeps_waiting) else { continue };
        let message = format!(
            "{} while all of it is read{}; {}",
            mode.locked_out(),
            size(&table.name, options),
            "an index can be built concurrently, a constraint added NOT VALID and validated in a later file, \
             and a valid check that says the same spares the reading"
        );
        hazards.push(Hazard::warns(SCAN, &table.name, &message));
    }
    let work: Vec<String> = rewrites.iter().chain(&scans).map(|table| table.name.to_string()).collect();
    if !work.is_empty() {
        let worked_on = |lock: &&Lock| rewrites.contains(&lock.relation) || scans.contains(&lock.relation);
        let others = measured.locks.cumulative.iter().filter(|lock| lock.mode.blocks_writes());
        let others = others.filter(|lock| is_used(&lock.relation) && !worked_on(lock));
        let work = format!("{} {} worked on", names(&work), if work.len() == 1 { "is" } else { "are" });
        hazards.extend(others.map(|lock| blocked(lock, &work)));
    }
    hazards
}

/// A table that is locked during the work on another one.
fn blocked(lock: &Lock, work: &str) -> Hazard {
    let rule = BLOCKED[usize::from(!lock.mode.blocks_reads())];
    let message = format!("{} while {work}; do that work in a later file", lock.mode.locked_out());
    Hazard::warns(rule, &lock.relation.name, &message)
}

/// A table that is locked against reads while a later statement may wait for its lock on another one.
fn held_over(measured: &[Measured], is_unsaid: impl Fn(&Name) -> bool) -> Option<(usize, Hazard)> {
    let (at, held, new) = (1..measured.len()).rev().find_map(|at| {
        let (before, now) = (&measured[at - 1].locks.cumulative, &measured[at].locks);
        let held = before.iter().filter(|lock| lock.mode.blocks_reads() && is_used(&lock.relation));
        let held = held.filter(|lock| is_unsaid(&lock.relation.name));
        let (held, new) = (listed(held), listed(new(before, now)));
        (!held.is_empty() && !new.is_empty()).then_some((at, held, new))
    })?;
    let message = format!(
        "nobody can read or write it while this statement waits for its lock on {new}; \
         a file of its own for each table keeps the wait short"
    );
    Some((at, Hazard::warns(BLOCKED[0], held, &message)))
}

/// The locks that the statement has to wait for in addition.
fn new<'a>(before: &'a Held, now: &'a Locks) -> impl Iterator<Item = &'a Lock> {
    let used = |locks: &Held| locks.iter().filter(|lock| is_used(&lock.relation)).count();
    // A table that was renamed meanwhile has another name, but does not count twice.
    let any = used(&now.cumulative) > used(before);
    now.own.iter().filter(move |lock| {
        any && lock.mode >= Mode::ShareUpdateExclusiveLock
            && is_used(&lock.relation)
            && before.mode(&lock.relation).is_none()
    })
}

fn listed<'a>(locks: impl Iterator<Item = &'a Lock>) -> String {
    names(&locks.map(|lock| lock.relation.name.to_string()).collect::<Vec<_>>())
}

/// `, about 200,000,000 rows, 41 GB`
fn size(table: &Name, options: &Options) -> String {
    options.sizes.get(table).map(|size| format!(", {size}")).unwrap_or_default()
}

fn names(names: &[String]) -> String {
    match names {
        [some @ .., last] if names.len() <= NAMED && !some.is_empty() => {
            format!("{} and {last}", some.join(", "))
        }
        some if names.len() > NAMED => {
            format!("{} and {} more", some[..NAMED].join(", "), names.len() - NAMED)
        }
        _ => names.join(", "),
    }
}

fn holds_rows(relation: &Relation) -> bool {
    matches!(relation.kind, Kind::Table | Kind::MaterializedView)
}

/// Do programs name it?
fn is_used(relation: &Relation) -> bool {
    holds_rows(relation) || matches!(relation.kind, Kind::PartitionedTable | Kind::View | Kind::ForeignTable)
}
