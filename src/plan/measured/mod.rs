//! Measurements: the locks, rewrites and scans of a statement, as Postgres reported them.

pub(super) mod blocking;
pub(super) mod lines;

use std::fmt;

use rpds::RedBlackTreeMapSync;
use serde::{Serialize, Serializer};

use crate::schema::Name;

/// The measurement of one statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// The locks on relations that existed before.
    pub locks: Locks,
    /// The relations that were rewritten, by name.
    pub rewrites: Vec<Relation>,
    /// The relations of which a sequential scan was begun, by name.
    pub scans: Vec<Relation>,
    /// Did it run in a transaction?
    pub in_transaction: bool,
}

/// The strongest lock on each relation, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Locks {
    /// The locks of the statement alone.
    pub own: Vec<Lock>,
    /// All locks that the transaction holds after the statement: locks are kept until it ends.
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

    /// Who waits for a lock that blocks writes, as messages say it.
    pub(crate) fn locked_out(self) -> &'static str {
        if self.blocks_reads() { "nobody can read or write it" } else { "nobody can write to it" }
    }

    /// Does it block `INSERT`, `UPDATE` and `DELETE`? (Postgres 15, table 13.2)
    pub fn blocks_writes(self) -> bool {
        self >= Mode::ShareLock
    }

    /// What the mode blocks, in words.
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
}
