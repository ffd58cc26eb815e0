//! Named statements that are kept for their connection.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::statement::Statement;
use crate::row::Seen;
use crate::types::Type;
use crate::{Error, Result};

/// A client that prepares each statement once and keeps it by name: one round trip from the second time on, and no
/// more work for the client than with a statement that was prepared by hand.
///
/// Opt-in, since named statements belong to their connection: it must be a direct one, pooled by sessions, or behind a
/// proxy that tracks them. Statements are told apart by their text and their parameters' types; of more than
/// [`Cached::CAPACITY`] (or what [`Cached::with_capacity`] says) the one that was used longest ago is closed.
///
/// When a table changed under a statement, the server refuses it once ("cached plan must not change result type"); it
/// is then prepared anew and sent again. Where that cannot be, since the refusal ended the transaction or the rows are
/// being streamed by a blocking client, the error is given and the next try prepares anew.
///
/// ```no_run
/// # #[derive(feedstock::Model)] struct Image { #[model(primary_key)] id: i32, width: i32 }
/// use feedstock::{Cached, Model, blocking::Run};
///
/// # fn demo(client: postgres::Client) -> feedstock::Result<()> {
/// let mut client = Cached::new(client);
/// for id in 1..100 {
///     let image = Image::query().filter(Image::ID.eq(id)).first(&mut client)?;
/// }
/// let mut transaction = client.transaction()?;
/// Image::update().set(Image::WIDTH.to(10)).filter(Image::ID.eq(1)).execute(&mut transaction)?;
/// transaction.commit()?;
/// # Ok(()) }
/// ```
pub struct Cached<C> {
    client: C,
    prepared: Arc<Mutex<Prepared>>,
}

/// The statements of one connection.
struct Prepared {
    statements: Vec<Named>,
    capacity: usize,
    /// Counts up with each use.
    clock: u64,
}

struct Named {
    sql: Cow<'static, str>,
    types: Box<[Type]>,
    statement: postgres::Statement,
    /// What its columns were found to fit.
    seen: Arc<Seen>,
    used: u64,
}

impl<C> Cached<C> {
    /// How many statements are kept unless it is said otherwise.
    pub const CAPACITY: usize = 100;

    /// Keeps up to [`Cached::CAPACITY`] statements for the client's connection.
    pub fn new(client: C) -> Self {
        Self::with_capacity(client, Self::CAPACITY)
    }

    /// Keeps up to so many statements, one at least.
    pub fn with_capacity(client: C, capacity: usize) -> Self {
        let prepared = Prepared { statements: Vec::new(), capacity: capacity.max(1), clock: 0 };
        Cached { client, prepared: Arc::new(Mutex::new(prepared)) }
    }

    /// The client itself.
    pub fn get_ref(&self) -> &C {
        &self.client
    }

    /// The client itself.
    pub fn get_mut(&mut self) -> &mut C {
        &mut self.client
    }

    /// The client itself. The statements that were kept are closed, unless a transaction still has them.
    pub fn into_inner(self) -> C {
        self.client
    }

    /// Closes all statements that were kept.
    pub fn clear(&self) {
        self.lock().statements.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Prepared> {
        // Whatever a panic left behind is a list of statements that are prepared.
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Deref for Cached<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.client
    }
}

impl<C> DerefMut for Cached<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.client
    }
}

impl Prepared {
    fn find(&mut self, statement: &Statement) -> Option<postgres::Statement> {
        let named = self.statements.iter_mut().find(|named| named.is(statement))?;
        self.clock += 1;
        named.used = self.clock;
        statement.see(named.seen.clone());
        Some(named.statement.clone())
    }

    fn keep(&mut self, statement: &Statement, prepared: postgres::Statement) {
        self.forget(statement);
        if self.statements.len() >= self.capacity {
            let oldest = self.statements.iter().enumerate().min_by_key(|(_, named)| named.used);
            let at = oldest.map_or(0, |(at, _)| at);
            self.statements.swap_remove(at);
        }
        self.clock += 1;
        self.statements.push(Named {
            sql: statement.text(),
            types: statement.types().into(),
            statement: prepared,
            seen: Arc::default(),
            used: self.clock,
        });
    }

    fn forget(&mut self, statement: &Statement) {
        self.statements.retain(|named| !named.is(statement));
    }
}

impl Named {
    /// The lengths differ nearly always, so that this is cheaper than any hash of the text; and texts that are written
    /// once stand where they stood.
    fn is(&self, statement: &Statement) -> bool {
        let (kept, asked) = (&*self.sql, statement.sql());
        (std::ptr::eq(kept, asked) || kept == asked)
            && self.types.iter().eq(statement.values().map(super::Bound::ty))
    }
}

/// The table changed under the statement (0A000), or the server does not know it any more (26000, after DISCARD ALL).
fn is_stale(error: &Error) -> bool {
    matches!(error.sqlstate(), Some("0A000" | "26000"))
}

/// What ends a refused statement: when trying again found the transaction ended by the refusal, that one tells more.
pub(super) fn told(first: Error, again: Error) -> Error {
    if again.sqlstate() == Some("25P02") { first } else { again }
}

mod blocking {
    use postgres::RowIter;
    use postgres::types::ToSql;

    use super::{Cached, is_stale};
    use crate::query::blocking::Client;
    use crate::query::statement::Statement;
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
}

#[cfg(feature = "tokio-postgres")]
mod tokio {
    use tokio_postgres::RowStream;

    use super::{Cached, is_stale, told};
    use crate::query::statement::Statement;
    use crate::query::tokio::Client;
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
                    self.prepare_and_send(statement).await.map_err(|again| told(first, again))
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
}

/// Sends a statement and reads what it gives, once more where the client says that this helps.
pub(super) fn attempt<C: super::blocking::Client + ?Sized, T>(
    db: &mut C,
    statement: &Statement,
    read: impl Fn(postgres::RowIter<'_>, &Statement) -> Result<T>,
) -> Result<T> {
    let first = match db.send(statement) {
        Ok(rows) => return read(rows, statement),
        Err(error) => error,
    };
    if !db.try_again(statement, &first) {
        return Err(first);
    }
    match db.send(statement) {
        Ok(rows) => read(rows, statement),
        Err(again) => Err(told(first, again)),
    }
}
