//! Soft delete: deleted rows stay in their table, and can be restored with all rows that were deleted with them.
//!
//! A column has the time at which a row was deleted; it is NULL in a live row. Queries do not find deleted rows. For
//! each relation, the parent declares what its deletion does to the rows that refer to it:
//!
//! ```no_run
//! use chrono::NaiveDateTime;
//! use feedstock::{Model, blocking::Run};
//!
//! #[derive(Model)]
//! #[model(soft_delete = deleted_at)]
//! #[model(has_many(shots: Shot, by = drama_id, on_soft_delete = cascade))]
//! struct Drama {
//!     #[model(primary_key)]
//!     id: i32,
//!     deleted_at: Option<NaiveDateTime>,
//! }
//!
//! #[derive(Model)]
//! #[model(soft_delete = deleted_at, unique(drama_id, number))]
//! struct Shot {
//!     #[model(primary_key)]
//!     id: i32,
//!     #[model(belongs_to = Drama)]
//!     drama_id: i32,
//!     number: i32,
//!     deleted_at: Option<NaiveDateTime>,
//! }
//!
//! # fn demo(client: &mut postgres::Client) -> feedstock::Result<()> {
//! // By key, by row, by filter. The result is the number of deleted rows in all tables.
//! let rows = Drama::find(1).soft_delete(client)?;
//! let shot = Shot::find(7).one(client)?;
//! shot.itself().soft_delete(client)?;
//! Shot::query().filter(Shot::NUMBER.gt(100)).soft_delete(client)?;
//!
//! assert_eq!(Drama::find(1).soft_delete(client)?, 0, "it is deleted already");
//! assert_eq!(Drama::find(1).restore(client)?, rows, "all that went with it, and nothing else");
//! match shot.itself().restore(client) {
//!     Err(error) if error.is_taken() => println!("another shot has its number by now: {error}"),
//!     Err(error) if error.is_parent_deleted() => println!("its drama is deleted: {error}"),
//!     other => println!("{} rows", other?),
//! }
//! // `purge` removes rows from the table: those that a query finds, here only deleted ones, or a row that is selected
//! // by key, deleted or not.
//! Shot::query().filter(Shot::DRAMA_ID.eq(2)).only_deleted().purge(client)?;
//! shot.itself().purge(client)?;
//! # Ok(()) }
//! ```
//!
//! # Rows that refer to a deleted row
//!
//! * `cascade`: live rows that refer to it are deleted too, to any depth, and restored with it.
//! * `set_null`: the foreign keys of live rows that refer to it become NULL. A restore does not undo this. If such a
//!   row was deleted before its parent, its foreign key becomes NULL when it is restored while the parent is deleted.
//! * `restrict`: if live rows refer to it that are not deleted themselves, nothing is deleted:
//!   [`Error::is_restricted`](crate::Error::is_restricted).
//! * `ignore`, the default: they are not changed.
//!
//! A row that one relation deletes is not restricted or changed by another one. `ON DELETE` of foreign keys only
//! applies to [`purge`](crate::blocking::Run::purge).
//!
//! # Restoring
//!
//! All rows of one deletion have the same stamp, the value of their soft-delete column. It differs from the stamps of
//! rows below them that were deleted before. A restore makes the selected rows live and, by `cascade` relations, the
//! rows below them that have the same stamp. All their other parents, by a `belongs_to` of a model with soft delete,
//! must be live; otherwise the error is [`Error::is_parent_deleted`](crate::Error::is_parent_deleted). If a live row
//! has meanwhile got the same values of a unique constraint, the error is [`Error::is_taken`](crate::Error::is_taken).
//! In both cases nothing is changed.
//!
//! # Statements
//!
//! * `soft_delete` of a model without relations that it follows: one `UPDATE`. `purge`: one `DELETE`.
//! * Any other `soft_delete`: one transaction. For each table, parents first, one `SELECT … ORDER BY key FOR UPDATE` of
//!   the rows to be deleted, if there can be any; then one statement that reads the clock and updates all tables.
//! * `restore`: also one transaction. The parents of the selected rows are locked (`FOR SHARE`) before the rows.
//!
//! As by any update, `updated_at` is set and the version is incremented in each changed row.
//!
//! If the client is in a transaction, the statements run in a savepoint of it, so that it is usable after an error;
//! otherwise in a transaction of their own, `READ COMMITTED`. Only the server knows which is the case: `SAVEPOINT` is
//! sent first, and without a transaction it is logged by the server as an error. In a transaction of another isolation
//! level nothing is done, and the error is a usage error: the statements would not see rows that were committed while
//! they waited for locks.
//!
//! Tables are locked in the same order wherever a deletion begins, so that concurrent deletions wait and do not
//! deadlock. Deadlocks (40P01) are still possible with locks of other statements, within a table that refers to itself,
//! and in a circle of tables. A transaction of its own is then repeated, up to four attempts in total; in a transaction
//! of the caller the error is returned.
//!
//! # On async clients
//!
//! The endings borrow the client exclusively (`&mut`), since on a shared client the statements of other tasks would
//! become part of the transaction. If the future is dropped before it completes, the transaction is rolled back. The
//! server first completes the current statement, which may be waiting for a lock: cancel it, or set `lock_timeout`.
//!
//! # Limits
//!
//! * Rows that are inserted with a deleted parent are not prevented by this module, but by `restrict_deleted_parent`.
//! * In a cascade all soft-delete columns must have the same type, `timestamp` or `timestamptz`, in microseconds.
//! * Deletions and restores look up deleted children by the foreign key column. A partial index of live rows does not
//!   help there: if there are many deleted rows, create an index that includes them.
//! * A restore compares keys by their text: if a foreign key equals the key of its parent, but has another text
//!   (`citext`), the restore is refused as if the parent were deleted.
//! * All keys of deleted rows are sent as text: a deletion of a million rows needs the memory for their keys.

mod change;
mod delete;
mod parents;
mod restore;
mod table;
mod tables;
mod transaction;

use crate::model::SoftDelete;
use crate::query::{Ending, Query, Scope, Statement, Writer, kept};
use crate::{Error, Result};
use table::Table;
use tables::Tables;
pub(crate) use transaction::{Answer, Session};

/// Builders that can be soft-deleted, restored and purged: a query of a model with [`SoftDelete`].
pub trait Deletes: Ending {
    /// The work, ready to be carried out.
    ///
    /// # Errors
    ///
    /// A usage error when the query's calls contradict each other.
    #[doc(hidden)]
    fn work(self, verb: Verb) -> Result<Work>;
}

/// The change of the rows.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Mark live rows as deleted.
    SoftDelete,
    /// Make deleted rows live.
    Restore,
    /// Remove rows from the table.
    Purge,
}

/// Rows, and the change to be made.
#[must_use = "nothing is deleted until it is carried out"]
#[doc(hidden)]
pub struct Work {
    verb: Verb,
    roots: Roots,
    tables: Tables,
}

/// The rows that the query finds.
struct Roots {
    table: Table,
    scope: Scope,
}

impl<M: SoftDelete> Deletes for Query<M> {
    fn work(self, verb: Verb) -> Result<Work> {
        let by_key = self.is_by_key();
        let mut scope = self.into_scope(verb.name())?;
        match verb {
            Verb::SoftDelete if scope.is_only_deleted() => {
                let message = format!("`soft_delete` of deleted rows of `{}`", M::DECLARED.model);
                return Err(Error::usage(message)
                    .help("leave `only_deleted` out: rows that are deleted already keep their stamp"));
            }
            Verb::SoftDelete => scope.without_deleted(),
            Verb::Restore => scope.only_deleted(),
            // A row that is selected by key is purged whether it is deleted or not; filters find live rows, as in a
            // query.
            Verb::Purge if by_key && !scope.is_only_deleted() => scope.with_deleted(),
            Verb::Purge => {}
        }
        let roots = Roots { table: Table(M::DECLARED), scope };
        Ok(Work { verb, roots, tables: Tables::below(M::DECLARED)? })
    }
}

impl Verb {
    fn name(self) -> &'static str {
        match self {
            Verb::SoftDelete => "soft_delete",
            Verb::Restore => "restore",
            Verb::Purge => "purge",
        }
    }
}

impl Work {
    /// The statement, if one is enough.
    fn alone(&self) -> Option<Result<Statement>> {
        match self.verb {
            Verb::SoftDelete => self.tables.links.is_empty().then(|| delete::alone(&self.roots)),
            Verb::Restore => None,
            Verb::Purge => Some(self.roots.purge()),
        }
    }

    /// Makes the change. `None` means that it must be tried again, which the `last` attempt never returns.
    async fn run<T: Session>(&self, session: &mut T, last: bool) -> Result<Option<u64>> {
        match self.verb {
            Verb::Restore => restore::restore(session, &self.roots, &self.tables, last).await,
            Verb::SoftDelete | Verb::Purge => {
                delete::delete(session, &self.roots, &self.tables).await.map(Some)
            }
        }
    }

    /// Explains an error of the server with the models' names.
    fn explain(&self, error: Error) -> Error {
        let Some(server) = error.server() else { return error };
        let named = |table: &str| {
            let known = self.tables.list.iter().find(|known| known.0.table == table);
            known.map_or_else(|| table.to_owned(), |known| known.0.model.to_owned())
        };
        let table = server.table().unwrap_or_default();
        let constraint = server.constraint().unwrap_or_default();
        let root = self.roots.table.0.model;
        match (self.verb, server.code().code()) {
            (Verb::Restore, "23505") => {
                let message = format!(
                    "`{root}` is not restored: a live `{}` already has the values that `{constraint}` allows once",
                    named(table)
                );
                Error::taken(message).because(error).help("change or delete the live one, then restore")
            }
            (Verb::Purge, "23503") => {
                let message = kept("purged", root, server);
                Error::restricted(message)
                    .because(error)
                    .help("purge those first; soft-deleted ones count too")
            }
            _ => error,
        }
    }
}

impl Roots {
    /// ` WHERE …`
    fn write(&self, out: &mut Writer) {
        self.scope.clone().write_of(self.table.0, out);
    }

    /// Locks the rows, and selects their keys and `more`.
    fn lock(&self, more: &str) -> Result<Statement> {
        self.table.lock(more, |out| self.write(out))
    }

    /// The same, without locks.
    fn select(&self, more: &str) -> Result<Statement> {
        self.table.select(more, |out| self.write(out))
    }

    fn purge(&self) -> Result<Statement> {
        let mut out = Writer::default();
        out.push("DELETE FROM ").push(&self.table.sql());
        self.write(&mut out);
        out.finish()
    }
}
