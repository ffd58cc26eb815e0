//! One statement that changes or deletes all rows of a table. On an empty table nothing of it is seen, so the files that
//! have such a statement are run again on a copy that has rows.

use std::collections::{BTreeMap, BTreeSet};

use super::{File, Found};
use crate::inspect::Scope;
use crate::migration::Migration;
use crate::plan::{Kind, Mode, Options};
use crate::prove::{Database, Observer, Scratch};
use crate::report::Source;
use crate::schema::Name;
use crate::{Result, sql};

/// Statements that read a table from end to end and change rows of it.
#[derive(Default)]
pub(super) struct Candidates {
    /// By the file's number and the statement's place: the tables; is it known to be small?
    tables: BTreeMap<(usize, usize), Vec<(Name, bool)>>,
}

impl Candidates {
    pub(super) fn add(&mut self, number: usize, file: &File<'_>) {
        for (at, ran) in file.ran.iter().enumerate() {
            if ran.failed.is_some() || !ran.measured.in_transaction || file.before_statement(at) != &ran.after
            {
                continue;
            }
            let tables: Vec<(Name, bool)> = changed_tables(file, at)
                .into_iter()
                .filter(|table| ran.measured.scans.iter().any(|relation| relation.name == *table))
                .map(|table| (table.clone(), is_small(file.options, &table)))
                .collect();
            if !tables.is_empty() {
                self.tables.insert((number, at), tables);
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
        let tables: BTreeSet<Name> = self.tables.values().flatten().map(|(table, _)| table.clone()).collect();
        observer.with_rows_in(tables);
        let mut found = Vec::new();
        for (number, migration) in files.iter().enumerate().take(last + 1) {
            let ran = observer.file(migration)?;
            let statements = migration.statements()?;
            for ((_, at), tables) in self.tables.range((number, 0)..(number + 1, 0)) {
                for (table, is_small) in tables {
                    // A table that took no row, or a statement that fails on the rows: its text decides.
                    let seen = ran[*at].changed.get(table).copied().filter(|_| ran[*at].failed.is_none());
                    let all =
                        seen.unwrap_or_default() || (seen.is_none() && has_no_where(statements[*at].text));
                    if all {
                        let message = "one statement changes all its rows, and keeps them locked until the transaction ends";
                        let new = Found::new("change-all-rows", Some(*at), table, message, Source::Measured);
                        found.push((number, Found { is_small: *is_small, ..new }));
                    }
                }
            }
        }
        Ok(found)
    }
}

fn is_small(options: &Options, table: &Name) -> bool {
    options.is_small(table)
}

/// The tables whose rows a statement may change: `INSERT`, `UPDATE`, `DELETE` and `MERGE` take this lock.
pub(super) fn changed_tables(file: &File<'_>, at: usize) -> Vec<Name> {
    let own = file.ran[at].measured.locks.cumulative.iter();
    let changed = own.filter(|lock| lock.mode >= Mode::RowExclusiveLock && lock.relation.kind == Kind::Table);
    let reads = |table: &Name| file.ran[at].measured.scans.iter().any(|relation| relation.name == *table);
    changed.map(|lock| lock.relation.name.clone()).filter(reads).collect()
}

fn has_no_where(text: &str) -> bool {
    let words = sql::words(text);
    let first = words.first().map(String::as_str);
    matches!(first, Some("UPDATE" | "DELETE")) && !words.iter().any(|word| word == "WHERE")
}
