//! Soft delete.

mod change;
mod delete;
mod parents;
mod restore;
mod table;
mod tables;
mod talk;

use crate::model::SoftDelete;
use crate::query::{Ending, Query, Scope, Statement, Writer};
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
    SoftDelete,
    Restore,
    Purge,
}

/// Rows, and what is to be done to them.
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
        let mut scope = self.into_scope(verb.name())?;
        match verb {
            Verb::SoftDelete if scope.is_only_deleted() => {
                let message = format!("`soft_delete` of deleted rows of `{}`", M::DECLARED.model);
                return Err(Error::usage(message)
                    .help("leave `only_deleted` out: rows that are deleted already keep their stamp"));
            }
            Verb::SoftDelete => scope.without_deleted(),
            Verb::Restore => scope.only_deleted(),
            Verb::Purge if !scope.is_only_deleted() => scope.with_deleted(),
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

    async fn run<T: Talk>(&self, talk: &mut T) -> Result<u64> {
        match self.verb {
            Verb::Restore => restore::restore(talk, &self.roots, &self.tables).await,
            Verb::SoftDelete | Verb::Purge => delete::delete(talk, &self.roots, &self.tables).await,
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
                let message = format!(
                    "rows of `{root}` are not purged, since rows of `{table}` refer to them (`{constraint}`)"
                );
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
