//! What Postgres did when a statement ran, as data and in words.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rpds::RedBlackTreeMapSync;
use serde::{Serialize, Serializer};

use super::File;
use crate::schema::Name;

/// What Postgres did when a statement ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// The locks on relations that existed before.
    pub locks: Locks,
    /// What was written anew, by name.
    pub rewrites: Vec<Relation>,
    /// The relations of which a sequential scan was begun, by name.
    pub scans: Vec<Relation>,
    /// Did it run in a transaction?
    pub in_transaction: bool,
}

/// The strongest lock on each relation, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Locks {
    /// What the statement takes by itself.
    pub own: Vec<Lock>,
    /// What the transaction of its file holds by then: locks are kept until it ends.
    pub cumulative: Held,
}

/// The locks that a transaction holds, one a relation. Each statement's are nearly those of the one before it, and
/// share them: a copy costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held(RedBlackTreeMapSync<Relation, Lock>);

impl Held {
    /// By relation.
    pub fn iter(&self) -> impl Iterator<Item = &Lock> {
        self.0.values()
    }

    /// The mode on a relation.
    pub fn mode(&self, relation: &Relation) -> Option<Mode> {
        self.0.get(relation).map(|lock| lock.mode)
    }

    /// Takes a lock; of two on one relation the stronger one is held.
    pub fn take(&mut self, lock: Lock) {
        if self.mode(&lock.relation).is_none_or(|mode| mode < lock.mode) {
            self.0.insert_mut(lock.relation.clone(), lock);
        }
    }

    /// A relation that is called otherwise from here on.
    pub fn rename(&mut self, from: &Relation, to: Relation) {
        if let Some(mode) = self.mode(from) {
            self.0.remove_mut(from);
            self.take(Lock { relation: to, mode });
        }
    }
}

impl Serialize for Held {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// A lock on a relation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Lock {
    /// The relation.
    #[serde(flatten)]
    pub relation: Relation,
    /// How strong it is.
    pub mode: Mode,
}

/// A relation that existed before, under the name that it had when the statement ran.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Relation {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub kind: Kind,
    /// The table of an index or of a toast table.
    pub of: Option<Name>,
}

/// The kinds of relations, in Postgres's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An ordinary table, or a partition.
    Table,
    /// The parent of partitions, which holds no rows itself.
    PartitionedTable,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A table on another server.
    ForeignTable,
    /// A sequence.
    Sequence,
    /// An index.
    Index,
    /// The table that holds a table's long values, or its index.
    Toast,
    /// A composite type.
    CompositeType,
}

/// The modes of a lock on a relation, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "PascalCase")]
pub enum Mode {
    /// What `SELECT` takes.
    AccessShareLock,
    /// What `SELECT … FOR UPDATE` takes.
    RowShareLock,
    /// What `INSERT`, `UPDATE` and `DELETE` take.
    RowExclusiveLock,
    /// What `VACUUM` and `CREATE INDEX CONCURRENTLY` take.
    ShareUpdateExclusiveLock,
    /// What `CREATE INDEX` takes.
    ShareLock,
    /// What `CREATE TRIGGER` takes.
    ShareRowExclusiveLock,
    /// What `REFRESH MATERIALIZED VIEW CONCURRENTLY` takes.
    ExclusiveLock,
    /// What most forms of `ALTER TABLE` take.
    AccessExclusiveLock,
}

impl Mode {
    /// All of them, the weakest first.
    pub const ALL: [Mode; 8] = [
        Mode::AccessShareLock,
        Mode::RowShareLock,
        Mode::RowExclusiveLock,
        Mode::ShareUpdateExclusiveLock,
        Mode::ShareLock,
        Mode::ShareRowExclusiveLock,
        Mode::ExclusiveLock,
        Mode::AccessExclusiveLock,
    ];

    /// The mode of a name as `pg_locks` has it.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.to_string() == name)
    }

    /// Does it block `SELECT`?
    pub fn blocks_reads(self) -> bool {
        self == Mode::AccessExclusiveLock
    }

    /// Does it block `INSERT`, `UPDATE` and `DELETE`? (Postgres 15, table 13.2)
    pub fn blocks_writes(self) -> bool {
        self >= Mode::ShareLock
    }

    /// What programs cannot do meanwhile.
    fn blocks(self) -> &'static str {
        if self.blocks_reads() {
            "blocks reads and writes"
        } else if self.blocks_writes() {
            "blocks writes"
        } else {
            "blocks neither reads nor writes"
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Relation {
    /// Is it a part of a table, of which people speak by the table's name?
    fn is_part(&self) -> bool {
        matches!(self.kind, Kind::Index | Kind::Toast)
    }
}

impl Measured {
    /// A statement that touched nothing that existed before.
    pub fn nothing(in_transaction: bool) -> Self {
        Measured { locks: Locks::default(), rewrites: Vec::new(), scans: Vec::new(), in_transaction }
    }

    /// What is said before a statement, a line each. Locks as of any `SELECT` are not said, nor those on the parts of
    /// a table that is locked itself.
    pub fn lines(&self) -> Vec<String> {
        let Locks { own, cumulative } = &self.locks;
        let own_mode = |it: &Relation| {
            let at = own.binary_search_by(|lock| lock.relation.cmp(it));
            at.ok().map(|at| own[at].mode)
        };
        let mut lines = lock_lines("lock", own.iter(), own_mode, usize::MAX);
        let above = cumulative.iter().filter(|lock| lock.mode.blocks_writes());
        let above = above.filter(|lock| Some(lock.mode) > own_mode(&lock.relation));
        lines.extend(lock_lines("still held", above, |it| cumulative.mode(it), STILL_HELD));
        lines.extend(work_lines(&self.rewrites, &self.scans));
        if !self.in_transaction {
            lines.push("runs outside of a transaction".to_owned());
        }
        lines
    }
}

impl File {
    /// What the file as a whole does to relations that existed before, a line each; none where it was not measured.
    pub fn lines(&self) -> Vec<String> {
        let measured: Vec<&Measured> = self.steps.iter().filter_map(|step| step.measured.as_ref()).collect();
        let Some(last) = measured.last() else { return Vec::new() };
        let all = |relations: fn(&Measured) -> &Vec<Relation>| -> Vec<Relation> {
            let all: BTreeSet<_> =
                measured.iter().flat_map(|measured| relations(measured)).cloned().collect();
            all.into_iter().collect()
        };
        let held = &last.locks.cumulative;
        let mut lines = lock_lines("lock", held.iter(), |it| held.mode(it), usize::MAX);
        if lines.is_empty() {
            lines.push("lock: none on what existed before".to_owned());
        }
        lines.extend(work_lines(&all(|it| &it.rewrites), &all(|it| &it.scans)));
        lines
    }
}

/// Of more relations than these a statement names only how many are still held: the head of the file has them all.
const STILL_HELD: usize = 8;

/// Locks as of any `SELECT` are not said.
fn is_said(mode: Mode) -> bool {
    mode > Mode::AccessShareLock
}

/// `lock: ShareRowExclusiveLock on dramas, images (blocks writes)`, a line a mode, the strongest first, with at most so
/// many names. The locks come by name; what is a part of a table that has one itself, by `mode_on`, is not said.
fn lock_lines<'a>(
    word: &str,
    locks: impl Iterator<Item = &'a Lock>,
    mode_on: impl Fn(&Relation) -> Option<Mode>,
    most: usize,
) -> Vec<String> {
    let with_parts = [Kind::Table, Kind::PartitionedTable, Kind::MaterializedView];
    let is_locked = |table: &Name| {
        let as_kind = |kind| mode_on(&Relation { name: table.clone(), kind, of: None });
        with_parts.into_iter().filter_map(as_kind).any(is_said)
    };
    let mut by_mode: BTreeMap<Mode, Vec<&Name>> = BTreeMap::new();
    for lock in locks.filter(|lock| is_said(lock.mode)) {
        let Relation { name, kind, of } = &lock.relation;
        if *kind != Kind::CompositeType && !of.as_ref().is_some_and(is_locked) {
            by_mode.entry(lock.mode).or_default().push(name);
        }
    }
    let line = |(mode, names): (Mode, Vec<&Name>)| {
        let said: Vec<String> = names.iter().take(most).map(|name| name.to_string()).collect();
        let more = match names.len() - said.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{word}: {mode} on {}{more} ({})", said.join(", "), mode.blocks())
    };
    by_mode.into_iter().rev().map(line).collect()
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
