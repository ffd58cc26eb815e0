//! [`Cached`] as an async client.

use tokio_postgres::RowStream;

use super::Client;
use crate::client::cached::{Cached, is_stale, reported};
use crate::query::Statement;
use crate::{Error, Result};

macro_rules! cached {
    ($($client:ty),*) => {$(
        impl Client for Cached<$client> {
            async fn send(&self, statement: &Statement) -> Result<RowStream> {
                if statement.is_unnamed() {
                    return self.client.send(statement).await;
                }
                let kept = self.lock().find(statement);
                let Some(prepared) = kept else { return self.prepare_and_send(statement).await };
                let first = match self.client.query_raw(&prepared, statement.values()).await {
                    Ok(rows) => return Ok(rows),
                    Err(error) => Error::from(error),
                };
                if !is_stale(&first) {
                    return Err(first);
                }
                self.lock().forget(statement);
                self.prepare_and_send(statement).await.map_err(|again| reported(first, again))
            }
        }

        impl Cached<$client> {
            async fn prepare_and_send(&self, statement: &Statement) -> Result<RowStream> {
                let prepared = self.client.prepare_typed(statement.sql(), &statement.types()).await?;
                self.lock().keep(statement, prepared.clone());
                Ok(self.client.query_raw(&prepared, statement.values()).await?)
            }

            /// Begins a transaction (a savepoint inside of one) that shares the statements.
            ///
            /// # Errors
            ///
            /// A database error.
            pub async fn transaction(&mut self) -> Result<Cached<tokio_postgres::Transaction<'_>>> {
                Ok(Cached { client: self.client.transaction().await?, prepared: self.prepared.clone() })
            }
        }
    )*};
}

cached!(tokio_postgres::Client, tokio_postgres::Transaction<'_>);

impl Cached<tokio_postgres::Transaction<'_>> {
    /// Commits.
    ///
    /// # Errors
    ///
    /// A database error.
    pub async fn commit(self) -> Result<()> {
        Ok(self.client.commit().await?)
    }

    /// Rolls back, as dropping it does.
    ///
    /// # Errors
    ///
    /// A database error.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.client.rollback().await?)
    }
}
