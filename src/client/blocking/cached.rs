//! [`Cached`] as a blocking client.

use postgres::RowIter;
use postgres::types::ToSql;

use super::Client;
use crate::client::cached::{Cached, is_stale};
use crate::query::Statement;
use crate::{Error, Result};

macro_rules! cached {
    ($($client:ty),*) => {$(
        impl Client for Cached<$client> {
            fn send(&mut self, statement: &Statement) -> Result<RowIter<'_>> {
                if statement.is_unnamed() {
                    return self.client.send(statement);
                }
                let prepared = self.prepared(statement)?;
                Ok(self.client.query_raw(&prepared, statement.values())?)
            }

            fn send_all(&mut self, statement: &Statement) -> Result<Vec<postgres::Row>> {
                let prepared = self.prepared(statement)?;
                let values: Vec<_> = statement.values().map(|value| value as &(dyn ToSql + Sync)).collect();
                Ok(self.client.query(&prepared, &values)?)
            }

            fn try_again(&mut self, statement: &Statement, refused: &Error) -> bool {
                let again = is_stale(refused) && self.lock().find(statement).is_some();
                if again {
                    self.lock().forget(statement);
                }
                again
            }
        }

        impl Cached<$client> {
            fn prepared(&mut self, statement: &Statement) -> Result<postgres::Statement> {
                let kept = self.lock().find(statement);
                if let Some(prepared) = kept {
                    return Ok(prepared);
                }
                let prepared = self.client.prepare_typed(statement.sql(), &statement.types())?;
                self.lock().keep(statement, prepared.clone());
                Ok(prepared)
            }

            /// Begins a transaction (a savepoint inside of one) that shares the statements.
            ///
            /// # Errors
            ///
            /// A database error.
            pub fn transaction(&mut self) -> Result<Cached<postgres::Transaction<'_>>> {
                Ok(Cached { client: self.client.transaction()?, prepared: self.prepared.clone() })
            }
        }
    )*};
}

cached!(postgres::Client, postgres::Transaction<'_>);

impl Cached<postgres::Transaction<'_>> {
    /// Commits.
    ///
    /// # Errors
    ///
    /// A database error.
    pub fn commit(self) -> Result<()> {
        Ok(self.client.commit()?)
    }

    /// Rolls back, as dropping it does.
    ///
    /// # Errors
    ///
    /// A database error.
    pub fn rollback(self) -> Result<()> {
        Ok(self.client.rollback()?)
    }
}
