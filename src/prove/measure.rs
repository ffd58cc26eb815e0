//! Measures the effect of statements on existing relations: locks, rewrites, scans. SQL text is not parsed, so a `DO`
//! block or a function is measured like any other statement.
//!
//! * **One clone per plan, one transaction per statement.** A lock that a transaction holds already does not show
//!   again, so each statement runs in a transaction of its own. The locks of the whole file are then the union: they
//!   are held until its end.
//! * **Empty tables suffice.** Postgres begins a sequential scan where it would read a table, even if it has no rows:
//!   to validate a constraint, to build an index, to rewrite. Invented rows would violate the checks that are measured.
//!   One thing does not show: without referencing rows, the table that a foreign key references is not read; with rows,
//!   the planner decides how much of it is.
//! * **Statements that cannot run in a transaction** are watched by a second session while a third one blocks them: see
//!   `watch.rs`.

pub(super) mod meter;
mod session;
pub(super) mod watch;

use std::collections::{BTreeMap, BTreeSet};

use self::meter::Seen;
use self::session::Session;
use super::{Database, Scratch};
use crate::plan::{Held, Lock, Locks, Measured, Mode, Plan, Relation};
use crate::{Error, Result};

/// Statements that run in one transaction, or each outside of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The statements, in order.
    pub statements: Vec<String>,
    /// Do they run in one transaction?
    pub in_transaction: bool,
}

/// The result of a measurement.
#[derive(Debug, Default)]
pub struct Measurements {
    /// By batch and statement; shorter than the input if a statement failed.
    pub batches: Vec<Vec<Measured>>,
    /// The statement that failed; the later ones are not measured.
    pub failure: Option<Failure>,
}

/// A statement that failed.
#[derive(Debug)]
pub struct Failure {
    /// The number of its batch, from 0.
    pub batch: usize,
    /// Its number in the batch, from 0.
    pub statement: usize,
    /// The server's error.
    pub error: Error,
}

/// Runs `batches` on a copy of `database`, and measures the effect of each statement on existing relations. `database`
/// must have no connections; it is copied, not changed.
///
/// # Errors
/// The server fails. A failed statement is no error: it ends the measuring, and is part of the result. In an empty
/// database nothing is run.
pub fn measure(scratch: &Scratch, database: &Database, batches: &[Batch]) -> Result<Measurements> {
    let mut together = BTreeSet::new();
    loop {
        let found = attempt(scratch, database, batches, &together)?;
        match found.failure.as_ref().map(|failure| failure.batch) {
            // Some statements need what an earlier one created for its transaction: a temporary table, a cursor, a
            // role.
            Some(batch) if batches[batch].in_transaction && together.insert(batch) => {}
            _ => return Ok(found),
        }
    }
}

/// Measures the steps of a plan; [`Plan::take`] adds the result to it.
///
/// # Errors
/// The server fails.
pub fn measure_plan(scratch: &Scratch, database: &Database, plan: &Plan) -> Result<Measurements> {
    let batches = plan.files.iter().map(|file| Batch {
        statements: file.steps.iter().map(|step| step.sql.clone()).collect(),
        in_transaction: file.steps.iter().all(|step| step.in_transaction),
    });
    measure(scratch, database, &batches.collect::<Vec<_>>())
}

/// `together`: the batches that run in one transaction each. There, a lock that an earlier statement took counts for
/// that statement only.
fn attempt(
    scratch: &Scratch,
    database: &Database,
    batches: &[Batch],
    together: &BTreeSet<usize>,
) -> Result<Measurements> {
    let copy = scratch.clone_of(database)?;
    let mut session = Session::open(scratch, &copy)?;
    let mut found = Measurements::default();
    if session.is_empty() {
        let nothing = |batch: &Batch| vec![Measured::nothing(batch.in_transaction); batch.statements.len()];
        found.batches = batches.iter().map(nothing).collect();
        return Ok(found);
    }
    for (at, batch) in batches.iter().enumerate() {
        let mut seen = Vec::new();
        let result = run(&mut session, batch, together.contains(&at), &mut seen);
        let statement = seen.len();
        found.batches.push(measured(seen, batch.in_transaction));
        if let Err(error) = result {
            found.failure = Some(Failure { batch: at, statement, error });
            break;
        }
    }
    Ok(found)
}

fn run(session: &mut Session<'_>, batch: &Batch, together: bool, seen: &mut Vec<Seen>) -> Result<()> {
    if together {
        return session.together(&batch.statements, seen);
    }
    for sql in &batch.statements {
        seen.push(if batch.in_transaction { session.alone(sql)? } else { session.outside(sql)? });
    }
    session.end_of_file()
}

/// The measurements by name, each with the locks that the file's transaction holds by then.
pub(super) fn measured(seen: Vec<Seen>, in_transaction: bool) -> Vec<Measured> {
    let mut held = Held::default();
    let mut called: BTreeMap<u32, Relation> = BTreeMap::new();
    seen.into_iter()
        .map(|seen| {
            if !in_transaction {
                held = Held::default();
            }
            for (oid, (relation, mode)) in &seen.locks {
                held.take(Lock { relation: relation.clone(), mode: *mode });
                called.insert(*oid, relation.clone());
            }
            let locks = Locks { own: by_name(&seen.locks), cumulative: held.clone() };
            for (oid, relation) in seen.renamed {
                if let Some(before) = called.insert(oid, relation.clone()) {
                    held.rename(&before, relation);
                }
            }
            Measured {
                locks,
                rewrites: seen.rewrites.into_iter().collect(),
                scans: seen.scans.into_iter().collect(),
                in_transaction: seen.in_transaction,
            }
        })
        .collect()
}

fn by_name(locks: &BTreeMap<u32, (Relation, Mode)>) -> Vec<Lock> {
    let mut locks: Vec<Lock> =
        locks.values().map(|(relation, mode)| Lock { relation: relation.clone(), mode: *mode }).collect();
    locks.sort();
    locks
}
