//! Measures what statements do to relations that are there: locks, rewrites, scans. No text is interpreted, so that
//! what a `DO` block or a function does is seen like everything else.
//!
//! * **One clone a plan, one transaction a statement.** A mode that a transaction holds already does not show again, so
//!   what a statement takes by itself is seen only in a transaction of its own. What its file's transaction holds by
//!   then is the union: locks are kept until the end.
//! * **Empty tables suffice.** Postgres begins a sequential scan where it would read a table, however many rows are in
//!   it: to validate a constraint, to build an index, to rewrite. Rows made up for the purpose would break the very
//!   checks that are to be watched. One thing does not show: with no row that refers, the table to which a foreign key
//!   refers is not read; with rows, the planner decides whether all of it is.
//! * **What no transaction may hold is watched** by a second session, while a third holds it up: see `watch.rs`.

mod session;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use self::session::{Seen, Session};
use super::{Database, Scratch};
use crate::plan::{Held, Lock, Locks, Measured, Mode, Plan, Relation};
use crate::{Error, Result};

/// Statements that run in one transaction, or each outside of any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The statements, in order.
    pub statements: Vec<String>,
    /// Do they run in one transaction?
    pub in_transaction: bool,
}

/// What was measured.
#[derive(Debug, Default)]
pub struct Measurements {
    /// By batch and statement; shorter than what was asked where something failed.
    pub batches: Vec<Vec<Measured>>,
    /// The statement that failed, after which nothing was measured.
    pub failure: Option<Failure>,
}

/// A statement that failed.
#[derive(Debug)]
pub struct Failure {
    /// Its batch, from 0.
    pub batch: usize,
    /// Its place in the batch, from 0.
    pub statement: usize,
    /// Why.
    pub error: Error,
}

/// Runs `batches` after what `database` holds, and says what each statement does to the relations that are there.
/// `database` has no connections; it is copied, not changed.
///
/// # Errors
/// The server fails. A statement that fails is no error: it ends the measuring, and is part of the result. Where no
/// relation exists before, there is nothing to run.
pub fn measure(scratch: &Scratch, database: &Database, batches: &[Batch]) -> Result<Measurements> {
    let mut together = BTreeSet::new();
    loop {
        let found = attempt(scratch, database, batches, &together)?;
        match found.failure.as_ref().map(|failure| failure.batch) {
            // Some statements need what is gone after their transaction: a temporary table, a cursor, a role.
            Some(batch) if batches[batch].in_transaction && together.insert(batch) => {}
            _ => return Ok(found),
        }
    }
}

/// Measures the steps of a plan; [`Plan::take`] makes the result part of it.
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

/// `together`: the batches whose statements cannot run apart. Of them a mode that the transaction holds already cannot
/// be told from one that a statement takes again, and is not its own.
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

/// By name, with what the transaction of the file holds by then.
fn measured(seen: Vec<Seen>, in_transaction: bool) -> Vec<Measured> {
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
