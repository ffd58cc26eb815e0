//! The plan from one schema to another, and the proof that it arrives.

use postgres::Client;

use super::canonical::{canonical, canonical_like, is_read_from, names_unsupported};
use super::rows::Rows;
use super::{Database, Scratch, run};
use crate::diff::{Hints, diff, impossible, renames, unsupported};
use crate::inspect::{Scope, inspect};
use crate::migration::Migrations;
use crate::plan::{File, Options, Plan, Step, plan, rename_steps};
use crate::schema::Schema;
use crate::{Error, Result};

/// Renames disturb each other at most this often; more is a circle.
const RENAME_PASSES: usize = 8;

/// Works out what makes `current` into `wanted`, both canonical. `database` holds the current state and has no
/// connections; it is copied, not changed.
///
/// # Errors
/// Refused, where one side has what cannot be represented and the other has not.
pub fn work_out(
    scratch: &Scratch,
    database: &Database,
    current: &Schema,
    wanted: &Schema,
    hints: &Hints,
    options: &Options,
    scope: &Scope,
) -> Result<Plan> {
    let lines = unsupported(current, wanted);
    if !lines.is_empty() {
        return Err(by_hand("there is what Feedstock cannot plan yet", &lines));
    }
    let (renamed, current) = rename(scratch, database, current, wanted, hints, scope)?;
    let changes = diff(&current, wanted);
    let lines = impossible(&current, wanted, &changes);
    if !lines.is_empty() {
        return Err(by_hand("there is what no plan can do, since something stands in the way", &lines));
    }
    let mut plan = plan(&current, wanted, &changes, options);
    plan.prepend(renamed);
    Ok(plan)
}

fn by_hand(what: &str, lines: &[String]) -> Error {
    names_unsupported(what, lines).help("change it with a migration written by hand: new --sql NAME")
}

/// Carries the renames out on a copy and inspects it: only Postgres knows what they change in other texts.
fn rename(
    scratch: &Scratch,
    database: &Database,
    current: &Schema,
    wanted: &Schema,
    hints: &Hints,
    scope: &Scope,
) -> Result<(Vec<Step>, Schema)> {
    let mut steps = Vec::new();
    let mut schema = current.clone();
    let mut copy: Option<(Database, Client)> = None;
    for _ in 0..RENAME_PASSES {
        let found = renames(&schema, wanted, hints);
        if found.is_empty() {
            break;
        }
        let (database, client) = match &mut copy {
            Some(copy) => copy,
            None => {
                let database = scratch.clone_of(database)?;
                let client = database.client()?;
                copy.insert((database, client))
            }
        };
        let next = rename_steps(&found);
        for step in &next {
            let done = run::with_roles(scratch, client, |client| {
                client.batch_execute(&step.sql).map_err(Error::from)
            });
            let done = match done {
                Err(error) if run::is_denied(&error) && scratch.replays_as_owner() => {
                    run::Session::open(scratch, database)?.text(&step.sql)
                }
                done => done,
            };
            done.map_err(|error| {
                Error::refused(format!("{} cannot be renamed or moved", step.about)).because(error)
            })?;
        }
        steps.extend(next);
        schema = canonical(scratch, inspect(client, scope)?, scope)?;
    }
    // The copy's connection must go before the copy.
    drop(copy.map(|(database, client)| (client, database)));
    Ok((steps, schema))
}

/// Proves that `files`, the text of `plan`, applied after what `database` holds, give exactly `wanted`, and that
/// nothing is then left to do. `current` is what `database` holds, which has no connections; it is copied, not changed.
/// The copy has rows where they can be made: see `rows.rs`.
///
/// # Errors
/// Refused: a statement fails, or the result differs.
pub fn prove(
    scratch: &Scratch,
    database: &Database,
    current: &Schema,
    plan: &Plan,
    files: &Migrations,
    wanted: &Schema,
    scope: &Scope,
) -> Result<()> {
    let mut rows = Rows::of(current, wanted, plan);
    loop {
        let (found, has_rows) = applied(scratch, database, rows, files, scope)?;
        let result = canonical_like(scratch, found, wanted, scope)?;
        let mut left = unsupported(&result, wanted);
        left.extend(renames(&result, wanted, &Hints::default()).iter().map(|rename| rename.to_string()));
        left.extend(diff(&result, wanted).iter().map(|change| change.to_string()));
        if left.is_empty() {
            return Ok(());
        }
        if !has_rows {
            let message = format!("after the plan the schema still differs: {}", left.join(", "));
            let help =
                "this is a defect of Feedstock: please report it with both schemas; nothing was written";
            return Err(Error::refused(message).help(help));
        }
        // A trigger may have made objects when the rows came.
        rows = Rows::none(current, wanted, plan);
    }
}

/// What a copy of the database is after the files, and whether it has rows; where invented rows may be what they fail
/// on, with fewer.
fn applied(
    scratch: &Scratch,
    database: &Database,
    mut rows: Rows<'_>,
    files: &Migrations,
    scope: &Scope,
) -> Result<(Schema, bool)> {
    loop {
        let copy = scratch.clone_of(database)?;
        let has_rows = rows.put(&copy);
        let mut session = run::Session::open(scratch, &copy)?;
        match files.iter().try_for_each(|file| session.migration(file)) {
            Ok(()) => {
                return match rows.wrong_value() {
                    Some(wrong) => Err(wrong),
                    None => Ok((inspect(&mut session.client, scope)?, has_rows)),
                };
            }
            Err(error) if !has_rows => return Err(refused(error)),
            Err(error) => match rows.fewer(&error) {
                Some(fewer) => rows = fewer,
                None => return Err(refused(error)),
            },
        }
    }
}

/// Have these files, the first of a project, already been run on an empty database, from which `wanted` was read? The
/// canonical form of `wanted` was read from a database in which only its own text had been run. Where the plan is that
/// text, statement by statement, and so are the files, it is proven already.
///
/// # Errors
/// A file cannot be split.
pub fn is_proven(scratch: &Scratch, plan: &Plan, files: &Migrations, wanted: &Schema) -> Result<bool> {
    let in_one_transaction = plan.files.len() == 1 && plan.steps().all(|step| step.in_transaction);
    let mut steps = plan.steps().map(|step| step.sql.as_str());
    for file in files.iter() {
        let statements = file.statements()?;
        if file.header.no_transaction || file.isolation.is_some() {
            return Ok(false);
        }
        if !statements.iter().all(|statement| steps.next() == Some(statement.text)) {
            return Ok(false);
        }
    }
    Ok(in_one_transaction && steps.next().is_none() && is_read_from(scratch, plan, wanted))
}

/// As [`prove`], of a plan that has not become files.
///
/// # Errors
/// As of [`prove`].
pub fn prove_plan(
    scratch: &Scratch,
    database: &Database,
    current: &Schema,
    plan: &Plan,
    wanted: &Schema,
    scope: &Scope,
) -> Result<()> {
    let file = |(file, version): (&File, u32)| {
        (format!("V{version}__plan.sql"), file.header().render() + &file.sql())
    };
    let files = Migrations::from_files(plan.files.iter().zip(1..).map(file))?;
    prove(scratch, database, current, plan, &files, wanted, scope)
}

/// What fails on an empty database, or on any rows, is no migration. What Postgres asks for is passed on.
fn refused(error: Error) -> Error {
    let cast = error.sqlstate() == Some("42804");
    let refused =
        Error::refused("the plan fails on the scratch database; nothing was written").because(error);
    if cast {
        refused.help("say how the old values become new ones: --using table.column='expression'")
    } else {
        refused
    }
}
