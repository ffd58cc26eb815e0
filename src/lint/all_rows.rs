//! One statement that changes or deletes all rows of a table. On an empty table nothing of it is seen, so the files
//! that have such a statement are run again on a copy that has rows.

use std::collections::{BTreeMap, BTreeSet};

use super::affected::{BACKFILL, is_read, rows_changed, whole};
use super::{File, Found};
use crate::inspect::Scope;
use crate::migration::Migration;
use crate::plan::{Kind, Lock};
use crate::prove::{Database, Observer, Scratch};
use crate::report::Source;
use crate::schema::Name;
use crate::{Result, sql};

/// Statements that may change all rows of a table.
#[derive(Default)]
pub(super) struct Candidates {
    /// By the file's number and the statement's place.
    tables: BTreeMap<(usize, usize), Vec<Candidate>>,
}

struct Candidate {
    table: Name,
    /// How a finding names it: the table that its partitions are of.
    whole: Name,
    is_small: bool,
    /// A table that the transaction keeps locked meanwhile.
    under: Option<Name>,
    /// Does the statement read all of it?
    is_read: bool,
    /// Was this said already?
    is_said: bool,
}

impl Candidates {
    pub(super) fn add(&mut self, number: usize, file: &File<'_>, found: &[Found]) {
        // A plan knows what it does.
        if file.migration.is_proven() {
            return;
        }
        for (at, ran) in file.ran.iter().enumerate() {
            if ran.failed.is_some() {
                continue;
            }
            let words = sql::words(file.statements[at].text);
            let is_dml = match words.first().map(String::as_str) {
                Some("UPDATE" | "DELETE" | "MERGE" | "WITH" | "DO" | "CALL" | "SELECT" | "EXECUTE") => true,
                Some("INSERT") => words.iter().any(|word| word == "CONFLICT"),
                _ => false,
            };
            let tables = rows_changed(file, at).filter(|_| is_dml);
            let candidates: Vec<Candidate> = tables
                .map(|table| Candidate {
                    whole: whole(file, at, &table).clone(),
                    is_small: file.options.is_small(&table),
                    under: locked_before(file, at),
                    is_read: is_read(ran, &table),
                    is_said: found.iter().any(|it| it.rule == BACKFILL && it.at == Some(at)),
                    table,
                })
                .collect();
            if !candidates.is_empty() {
                self.tables.insert((number, at), candidates);
            }
        }
    }

    /// Runs the files again, with rows, and returns what changes all of them: the file's number, and the finding.
    pub(super) fn findings(
        self,
        scratch: &Scratch,
        database: &Database,
        files: &[&Migration],
        scope: &Scope,
    ) -> Result<Vec<(usize, Found)>> {
        let Some((last, _)) = self.tables.keys().next_back() else { return Ok(Vec::new()) };
        let copy = scratch.clone_of(database)?;
        let mut observer = Observer::open(scratch, &copy, scope)?;
        let tables: BTreeSet<Name> = self.tables.values().flatten().map(|it| it.table.clone()).collect();
        observer.with_rows_in(tables);
        let mut found = Vec::new();
        for (number, migration) in files.iter().enumerate().take(last + 1) {
            let ran = observer.file(migration)?;
            let statements = migration.statements()?;
            for ((_, at), tables) in self.tables.range((number, 0)..(number + 1, 0)) {
                for it in tables {
                    // A table that took no row, or a statement that fails on the rows: its text decides.
                    let seen = ran[*at].changed.get(&it.table).copied().filter(|_| ran[*at].failed.is_none());
                    let all = seen.unwrap_or_else(|| it.is_read && has_no_where(statements[*at].text));
                    if !all || it.is_said {
                        continue;
                    }
                    let (rule, message) = match &it.under {
                        Some(locked) => (
                            BACKFILL,
                            format!("its rows are changed while the transaction keeps {locked} locked"),
                        ),
                        None => ("change-all-rows", ALL_ROWS.to_owned()),
                    };
                    let new = Found::new(rule, Some(*at), &it.whole, message, Source::Measured);
                    let is_it = |(file, it): &(usize, Found)| {
                        *file == number && (it.at, &it.rule, &it.object) == (new.at, &new.rule, &new.object)
                    };
                    if !found.iter().any(is_it) {
                        found.push((number, Found { is_small: it.is_small, ..new }));
                    }
                }
            }
        }
        Ok(found)
    }
}

const ALL_ROWS: &str = "one statement changes all its rows, and keeps them locked until the transaction ends";

/// A table that an earlier statement of the file has locked for all others.
fn locked_before(file: &File<'_>, at: usize) -> Option<Name> {
    let (before, end) = (&file.ran[at.checked_sub(1)?].measured.locks.cumulative, &file.ran.last()?.after);
    let is_used = |lock: &&Lock| {
        let is_table = matches!(lock.relation.kind, Kind::Table | Kind::PartitionedTable);
        is_table && lock.mode.blocks_writes() && end.tables.contains_key(&lock.relation.name)
    };
    before.iter().find(is_used).map(|lock| lock.relation.name.clone())
}

fn has_no_where(text: &str) -> bool {
    let words = sql::words(text);
    let first = words.first().map(String::as_str);
    matches!(first, Some("UPDATE" | "DELETE")) && !words.iter().any(|word| word == "WHERE")
}
