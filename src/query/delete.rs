//! `DELETE` of the rows that a query finds.

use super::run::Ending;
use super::select::Query;
use super::statement::{Statement, Writer};
use crate::model::HardDelete;
use crate::{Error, Result};

/// Builders that can `delete`: a query of a model without soft delete.
///
/// On a model with soft delete [`soft_delete`](crate::blocking::Run::soft_delete) marks the rows as deleted, and
/// [`purge`](crate::blocking::Run::purge) removes them from the table.
pub trait HardDeletes: Ending {
    /// `DELETE FROM table WHERE …`
    ///
    /// # Errors
    ///
    /// A usage error when the query's calls contradict each other.
    #[doc(hidden)]
    fn deletion(self) -> Result<Statement>;

    /// Explains an error of the server with the model's names.
    #[doc(hidden)]
    fn explain(error: Error) -> Error;
}

impl<M: HardDelete> HardDeletes for Query<M> {
    fn deletion(self) -> Result<Statement> {
        let scope = self.into_scope("delete")?;
        let mut out = Writer::default();
        out.push("DELETE FROM ").push(M::TABLE);
        scope.write::<M>(&mut out);
        out.finish()
    }

    fn explain(error: Error) -> Error {
        match error.server().filter(|server| server.code().code() == "23503") {
            Some(server) => {
                let message = kept("deleted", M::DECLARED.model, server);
                Error::restricted(message)
                    .because(error)
                    .help("delete those first, or let them refer to another row")
            }
            None => error,
        }
    }
}

/// The message for a foreign key violation: which table's rows refer to those that should be deleted.
pub(crate) fn kept(verb: &str, model: &str, server: &postgres::error::DbError) -> String {
    let (table, constraint) = (server.table().unwrap_or_default(), server.constraint().unwrap_or_default());
    format!("rows of `{model}` are not {verb}, since rows of `{table}` refer to them (`{constraint}`)")
}
