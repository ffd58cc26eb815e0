//! Endings for async clients: `tokio_postgres::Client` and `Transaction`, the pools behind the features `deadpool` and
//! `bb8`, and whatever implements [`Client`]. The names are those of [`blocking`](crate::blocking).
//!
//! ```no_run
//! # #[derive(feedstock::Model)] struct Image { #[model(primary_key)] id: i32, width: i32 }
//! use feedstock::{Model, tokio::Run};
//!
//! # async fn demo(client: &tokio_postgres::Client) -> feedstock::Result<()> {
//! let wide = Image::query().filter(Image::WIDTH.gt(1000)).all(client).await?;
//! # Ok(()) }
//! ```

mod cached;
mod change;
mod copy;
mod run;
mod send;
mod soft_delete;

use std::borrow::Cow;
use std::future::Future;

use tokio_postgres::RowStream;
use tokio_postgres::types::{ToSql, Type};

use super::ask::{self, Question};
use crate::Result;
use crate::query::Statement;
use send::next;

pub use change::Executes;
pub use copy::{Copied, CopyClient};
pub use run::{Answer, Run, Stream};

/// A connection that statements are sent to. Implement it for a pool's connection or a client of your own: one line, if
/// it wraps a `tokio_postgres::Client`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no async client",
    label = "nothing can be sent to this",
    note = "give `&` of a `tokio_postgres::Client`, of its `Transaction`, or of a pool's connection: \
            `&pool.get().await?`",
    note = "blocking clients are for `feedstock::blocking::Run`"
)]
pub trait Client: Sync {
    /// Sends the statement and returns its rows as they arrive.
    ///
    /// # Errors
    ///
    /// A database error.
    fn send(&self, statement: &Statement) -> impl Future<Output = Result<RowStream>> + Send;

    /// Sends a statement whose rows nobody reads, and returns the number of rows that it changed. The driver does not
    /// look at the columns of the rows.
    ///
    /// # Errors
    ///
    /// A database error.
    fn send_change(&self, statement: &Statement) -> impl Future<Output = Result<u64>> + Send {
        async move {
            let mut rows = Box::pin(self.send(statement).await?);
            while next(&mut rows).await?.is_some() {}
            Ok(rows.rows_affected().unwrap_or(0))
        }
    }
}

macro_rules! unnamed {
    ($($client:ty),*) => {$(
        /// One round trip, with an unnamed statement: safe behind any proxy. Rows of `sql!`, and columns of
        /// hand-written `Value`s, take one more: see [`blocking::Client`](crate::blocking::Client).
        impl Client for $client {
            async fn send(&self, statement: &Statement) -> Result<RowStream> {
                let sql = match ask::question(statement) {
                    Question::Nothing => Cow::Borrowed(statement.sql()),
                    Question::Columns(sql) => {
                        let rows = self.query_typed(&sql, &typed(statement)).await.map_err(ask::failed)?;
                        ask::answered(statement, &rows)
                    }
                    Question::Preparation => {
                        let types = statement.types();
                        let mut prepared = self.prepare_typed(statement.sql(), &types).await;
                        for _ in 1..ask::TRIES {
                            match prepared {
                                Err(error) if ask::is_taken(&error) => {
                                    prepared = self.prepare_typed(statement.sql(), &types).await;
                                }
                                _ => break,
                            }
                        }
                        ask::prepared(statement, &prepared.map_err(ask::failed)?)
                    }
                };
                let rows = self.query_typed_raw(&sql, statement.params()).await;
                rows.map_err(|error| ask::refused(&sql, error))
            }

            async fn send_change(&self, statement: &Statement) -> Result<u64> {
                Ok(self.execute_typed(statement.sql(), &typed(statement)).await?)
            }
        }
    )*};
}

unnamed!(tokio_postgres::Client, tokio_postgres::Transaction<'_>);

/// The parameters as the driver's `query_typed` takes them.
fn typed(statement: &Statement) -> Vec<(&(dyn ToSql + Sync), Type)> {
    statement.params().map(|(bound, ty)| (bound as &(dyn ToSql + Sync), ty)).collect()
}

/// A pool's connection.
#[cfg(feature = "deadpool")]
impl Client for deadpool_postgres::Client {
    async fn send(&self, statement: &Statement) -> Result<RowStream> {
        Client::send(&***self, statement).await
    }

    async fn send_change(&self, statement: &Statement) -> Result<u64> {
        Client::send_change(&***self, statement).await
    }
}

/// A transaction on a pool's connection.
#[cfg(feature = "deadpool")]
impl Client for deadpool_postgres::Transaction<'_> {
    async fn send(&self, statement: &Statement) -> Result<RowStream> {
        Client::send(&**self, statement).await
    }

    async fn send_change(&self, statement: &Statement) -> Result<u64> {
        Client::send_change(&**self, statement).await
    }
}

/// A pool's connection.
#[cfg(feature = "bb8")]
impl<T> Client for bb8_postgres::bb8::PooledConnection<'_, bb8_postgres::PostgresConnectionManager<T>>
where
    T: tokio_postgres::tls::MakeTlsConnect<tokio_postgres::Socket> + Clone + Send + Sync + 'static,
    T::Stream: Send + Sync,
    T::TlsConnect: Send,
    <T::TlsConnect as tokio_postgres::tls::TlsConnect<tokio_postgres::Socket>>::Future: Send,
{
    async fn send(&self, statement: &Statement) -> Result<RowStream> {
        Client::send(&**self, statement).await
    }

    async fn send_change(&self, statement: &Statement) -> Result<u64> {
        Client::send_change(&**self, statement).await
    }
}

impl<C: Client + ?Sized> Client for &C {
    fn send(&self, statement: &Statement) -> impl Future<Output = Result<RowStream>> + Send {
        (**self).send(statement)
    }

    fn send_change(&self, statement: &Statement) -> impl Future<Output = Result<u64>> + Send {
        (**self).send_change(statement)
    }
}
