//! What a statement did when it was run: locks, rewrites and scans of relations that were there before the first file.

use super::all_rows::changed_tables;
use super::{File, Found};
use crate::plan::{Hazard, Kind, Lock, Measured, Mode, Options, Relation, measured_hazards, measured_lines};
use crate::prove::Ran;
use crate::report::Source;
use crate::schema::{Id, Name};

/// What was measured of a statement, a line each.
pub(super) fn evidence(ran: &Ran) -> Vec<String> {
    measured_lines(&[&ran.measured])
}

pub(super) fn findings(file: &File<'_>) -> Vec<Found> {
    let measured: Vec<Measured> = file.ran.iter().map(|ran| ran.measured.clone()).collect();
    let known = measured_hazards(&measured, file.options);
    let mut found: Vec<Found> = Vec::new();
    for (at, hazard) in measured_hazards(&measured, &Options::default()) {
        let is_known = |(other, it): &(usize, Hazard)| {
            *other == at && it.object == hazard.object && it.rule == hazard.rule
        };
        let is_small = !known.iter().any(is_known);
        let new = |rule: &'static str, object: &str, message: &str| Found {
            is_small,
            ..Found::new(rule, Some(at), object, message, Source::Measured)
        };
        match what_else(file, at, &hazard) {
            Else::Nothing => found.push(new(hazard.rule, &hazard.object, &hazard.message)),
            Else::Same => {}
            Else::Truncated => {
                let message = "all its rows are removed at once, while nobody can read or write it";
                found.push(new("truncate-table", &hazard.object, message));
            }
            Else::Refreshed => {
                let message = "nobody can read it until its query has filled it again";
                found.push(new("rebuild-view", &hazard.object, message));
            }
            Else::Backfill(table) => {
                // Once a statement.
                if !found.iter().any(|it| it.rule == BACKFILL && it.at == Some(at)) {
                    let message =
                        format!("its rows are changed while the transaction keeps {} locked", hazard.object);
                    found.push(new(BACKFILL, &table.to_string(), &message));
                }
            }
        }
    }
    for (at, ran) in file.ran.iter().enumerate() {
        found.extend(of_statement(file, at, ran));
    }
    found
}

const BACKFILL: &str = "backfill-with-ddl";

/// What a hazard is, where it is not what the plan's own statements would do.
enum Else {
    Nothing,
    /// Another finding of the statement says it.
    Same,
    Truncated,
    Refreshed,
    /// The table whose rows are changed.
    Backfill(Name),
}

fn what_else(file: &File<'_>, at: usize, hazard: &Hazard) -> Else {
    let ran = &file.ran[at];
    let unchanged = file.before_statement(at) == &ran.after || **file.before_statement(at) == *ran.after;
    let is_it = |relation: &&Relation| relation.name.to_string() == hazard.object;
    if hazard.rule == "rewrite-table" {
        let kind = ran.measured.rewrites.iter().find(is_it).map(|relation| relation.kind);
        return match kind {
            Some(Kind::MaterializedView) => Else::Refreshed,
            _ if unchanged && ran.emptied.iter().any(|name| name.to_string() == hazard.object) => {
                Else::Truncated
            }
            _ => Else::Nothing,
        };
    }
    if unchanged
        && ran.measured.rewrites.is_empty()
        && !ran.measured.locks.own.iter().any(|lock| lock.mode.blocks_writes())
    {
        if let Some(table) = changed_tables(file, at).into_iter().next() {
            return Else::Backfill(table);
        }
    }
    let takes = |lock: &&Lock| lock.relation.name.to_string() == hazard.object && lock.mode.blocks_writes();
    let is_blocked = matches!(hazard.rule, "block-reads" | "block-writes");
    if is_blocked && ran.measured.locks.own.iter().any(|lock| takes(&lock)) {
        Else::Same
    } else {
        Else::Nothing
    }
}

fn of_statement(file: &File<'_>, at: usize, ran: &Ran) -> Vec<Found> {
    if let Some(error) = &ran.failed {
        return failed(file, at, error).into_iter().collect();
    }
    let (before, after) = (file.before_statement(at), &ran.after);
    let mut found = Vec::new();
    let own = &ran.measured.locks.own;
    // Dropped without CONCURRENTLY, and not with its table.
    for (name, index) in &before.indexes {
        let dropped = !after.indexes.contains_key(name)
            && after.tables.contains_key(&index.table)
            && file.start.tables.contains_key(&index.table)
            && file.start.indexes.contains_key(name);
        let locked = own.iter().any(|lock| lock.relation.name == index.table && lock.mode.blocks_reads());
        let renamed = ran.renamed.iter().any(|(old, _)| *old == Id::Index(name.clone()));
        if dropped && locked && !renamed && !goes_with_column(file, at, index) {
            let message =
                format!("nobody can read or write {} while its index {name} is dropped", index.table);
            let is_small = file.options.is_small(&index.table);
            found.push(Found {
                is_small,
                rewrite: Some(format!(
                    "-- feedstock: no-transaction\nDROP INDEX CONCURRENTLY {};\n",
                    crate::ddl::name(name)
                )),
                ..Found::new("drop-index-under-lock", Some(at), name, message, Source::Measured)
            });
        }
    }
    found.extend(locked_for_nothing(file, at, ran));
    found
}

/// Is the index dropped with one of its columns, so that the lock is the column's?
fn goes_with_column(file: &File<'_>, at: usize, index: &crate::schema::Index) -> bool {
    let columns = |schema: &crate::schema::Schema| {
        schema.tables.get(&index.table).map_or(0, |table| table.columns.len())
    };
    columns(file.before_statement(at)) != columns(&file.ran[at].after)
}

/// A lock that no change of the table needs.
fn locked_for_nothing(file: &File<'_>, at: usize, ran: &Ran) -> Vec<Found> {
    let measured = &ran.measured;
    if !measured.rewrites.is_empty() || !measured.scans.is_empty() {
        return Vec::new();
    }
    if **file.before_statement(at) != *ran.after {
        return Vec::new();
    }
    let held = measured.locks.own.iter().filter(|lock| {
        lock.mode.blocks_writes()
            && matches!(lock.relation.kind, Kind::Table | Kind::PartitionedTable | Kind::View)
    });
    let needed = |table: &Relation| {
        file.ran[at + 1..].iter().any(|later| {
            later.measured.locks.cumulative.mode(table).is_some()
                && (!later.measured.rewrites.is_empty() || **file.before_statement(at) != *later.after)
        })
    };
    held.filter(|lock| !needed(&lock.relation))
        .map(|lock| {
            let message = format!(
                "{} although the statement changes nothing of it",
                if lock.mode == Mode::AccessExclusiveLock {
                    "nobody can read or write it"
                } else {
                    "nobody can write to it"
                }
            );
            let is_small = file.options.is_small(&lock.relation.name);
            Found {
                is_small,
                ..Found::new("strong-lock", Some(at), &lock.relation.name, message, Source::Measured)
            }
        })
        .collect()
}

/// A statement that cannot be run here for a reason of this machine was not measured; any other fails everywhere.
fn failed(file: &File<'_>, at: usize, error: &crate::Error) -> Option<Found> {
    // What is not installed, not supported here, or needs more rights than a replay has.
    const OF_THIS_MACHINE: [&str; 5] = ["58P01", "0A000", "42501", "XX000", "53100"];
    let not_here = |error: &crate::Error| OF_THIS_MACHINE.contains(&error.sqlstate().unwrap_or_default());
    let earlier = file.ran[..at].iter().any(|ran| ran.failed.as_ref().is_some_and(not_here));
    if not_here(error) || earlier || error.is_refused() {
        return None;
    }
    // It is one of the few that fail although each statement is right by itself.
    if error.sqlstate() == Some("55P04") {
        let message =
            "it uses a value that the same transaction has added to an enum, which Postgres refuses";
        let new = Found::new("uses-new-enum-value", Some(at), "", message, Source::Measured);
        return Some(Found { object: None, ..new });
    }
    let message = format!("it fails: {}", reason(error));
    Some(Found { object: None, ..Found::new("fails", Some(at), "", message, Source::Measured) })
}

/// Why a statement failed, in a line.
pub(super) fn reason(error: &crate::Error) -> String {
    let causes = error.causes();
    let said = causes.last().map_or(error.message(), String::as_str).trim();
    said.strip_prefix("the server says: ").unwrap_or(said).lines().next().unwrap_or_default().to_owned()
}
