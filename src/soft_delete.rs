//! Soft delete: deleted rows stay in their table and come back when asked for, with all that went with them.
//!
//! A column says when a row was deleted; NULL is a live row. Every query leaves deleted rows out. What the deletion of
//! a row does to the rows that refer to it, the parent says, once for each relation:
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
//! // By key, by row, by filter; the answer is how many rows were deleted, in all tables.
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
//! // For good: the rows that a query finds, here the deleted ones; a row that is named by its key, deleted or not.
//! Shot::query().filter(Shot::DRAMA_ID.eq(2)).only_deleted().purge(client)?;
//! shot.itself().purge(client)?;
//! # Ok(()) }
//! ```
//!
//! # What goes with a row
//!
//! * `cascade`: live rows that refer to it go too, to any depth, and come back with it.
//! * `set_null`: live rows that stay refer to nothing afterwards. This is not undone by restoring. A row that was
//!   deleted before its parent loses the link when it is restored below a parent that is deleted.
//! * `restrict`: while live rows refer to it and do not go themselves, nothing is deleted:
//!   [`Error::is_restricted`](crate::Error::is_restricted).
//! * `ignore`, which need not be said: they stay as they are.
//!
//! A row that goes by one relation is not kept or detached by another. What foreign keys say of `ON DELETE` is for
//! [`purge`](crate::blocking::Run::purge) alone.
//!
//! # Restoring
//!
//! All rows that one deletion took bear one stamp, which differs from that of every row below them that was deleted
//! before. Restoring brings back the rows that were asked for and, by `cascade` relations, those below them with their
//! stamp. Each other parent of such a row, by a `belongs_to` of a model with soft delete, must be live, or the whole is
//! refused: [`Error::is_parent_deleted`](crate::Error::is_parent_deleted). Where a live row has the values of a unique
//! by now, it is refused too: [`Error::is_taken`](crate::Error::is_taken). In both cases nothing was changed.
//!
//! # What is sent
//!
//! * `soft_delete` with no relation to look at: one `UPDATE`. `purge`: one `DELETE`.
//! * Else one transaction: for each table, parents first, one `SELECT … ORDER BY key FOR UPDATE` of the rows that go,
//!   left out where there can be none; then one statement that reads the clock and updates all tables.
//! * `restore`: one transaction as well. The roots' parents are read and held (`FOR SHARE`) before the rows are locked.
//!
//! Every row that changes is updated as any update does it: `updated_at` is set, the version counted up.
//!
//! The transaction is the caller's where there is one (a savepoint in it, so that a refusal leaves it usable), and
//! else one of our own, `READ COMMITTED`. Which of the two, only the server knows: `SAVEPOINT` is sent first, and where
//! there is no transaction the server's log has an error for it. In a caller's transaction of another isolation level
//! nothing is done and a usage error given: rows that were waited for would be missed.
//!
//! Tables are locked in one order, wherever a deletion begins, so that two of them wait for each other and do not
//! deadlock. With locks of others, within a table that refers to itself, and in a circle of tables, a deadlock is
//! possible (40P01): in a transaction of our own everything is then done again, up to four times all in all; in a
//! caller's it is the caller's error.
//!
//! # On async clients
//!
//! The endings borrow the client for themselves (`&mut`), since on a shared one the statements of other tasks would
//! become part of the transaction. A future that is dropped half-way is rolled back; the statement that was on its way
//! runs to its end first, so that a wait for a lock goes on until then: cancel it, or set `lock_timeout`.
//!
//! # Limits
//!
//! * Rows that are inserted below a deleted parent are the inserter's: `restrict_deleted_parent` catches them.
//! * In a cascade the soft-delete columns have one type, `timestamp` or `timestamptz`, to the microsecond.
//! * The stamp and restoring look for deleted children by the column that refers. An index of live rows alone does not
//!   help there: where many rows are deleted, have one that covers them.
//! * Keys are compared by their text in restoring: where equal keys can be written otherwise (`citext`) and are, the
//!   restore is refused as below a deleted row.
//! * Keys travel as text, all of those that go: a deletion of a million rows takes the memory for them.

mod change;
mod delete;
mod parents;
mod restore;
mod table;
mod tables;
mod talk;

use crate::model::SoftDelete;
use crate::query::{Ending, Query, Scope, Statement, Writer, kept};
use crate::{Error, Result};
use table::Table;
use tables::Tables;
use talk::Talk;
#[cfg(feature = "tokio-postgres")]
pub(crate) use talk::awaited;
pub(crate) use talk::blocking;

/// What can be soft-deleted, restored and purged: a query of a model with [`SoftDelete`].
pub trait Deletes: Ending {
    /// What is to be done, ready to be carried out.
    ///
    /// # Errors
    ///
    /// A usage error when the query was told things that do not go together.
    #[doc(hidden)]
    fn work(self, verb: Verb) -> Result<Work>;
}

/// What is done to rows.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Live rows become deleted ones.
    SoftDelete,
    /// Deleted rows become live ones.
    Restore,
    /// Rows are gone for good.
    Purge,
}

/// Rows, and what is to be done to them.
#[must_use = "nothing is deleted until it is carried out"]
#[doc(hidden)]
pub struct Work {
    verb: Verb,
    roots: Roots,
    tables: Tables,
}

/// The rows that were asked for.
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
            // Whoever names a row means it, deleted or not; a filter finds what it finds in a query.
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
    /// The statement, where one is enough.
    fn alone(&self) -> Option<Result<Statement>> {
        match self.verb {
            Verb::SoftDelete => self.tables.links.is_empty().then(|| delete::alone(&self.roots)),
            Verb::Restore => None,
            Verb::Purge => Some(self.roots.purge()),
        }
    }

    /// Does it; `None` is to be begun again, which the `last` try never asks for.
    async fn run<T: Talk>(&self, talk: &mut T, last: bool) -> Result<Option<u64>> {
        match self.verb {
            Verb::Restore => restore::restore(talk, &self.roots, &self.tables, last).await,
            Verb::SoftDelete | Verb::Purge => delete::delete(talk, &self.roots, &self.tables).await.map(Some),
        }
    }

    /// Says in the models' words what the server refused.
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
                    "restoring `{root}` changes nothing: a live `{}` has the values already that `{constraint}` allows \
                     once",
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

    /// The rows' keys and more, locked.
    fn lock(&self, more: &str) -> Result<Statement> {
        self.table.lock(more, |out| self.write(out))
    }

    /// The same, not locked.
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
