//! The transaction of a deletion or restore. The algorithms are async functions over a [`Session`], so that they are
//! written once for blocking and async clients.

use std::future::Future;

use super::Work;
use crate::query::{Statement, Writer};
use crate::{Error, Result};

/// A connection, on which only this deletion or restore sends statements.
pub trait Session {
    /// Sends a statement, and reads its result to the end.
    fn send(&mut self, statement: &Statement) -> impl Future<Output = Result<Answer>> + Send;

    /// Sends a statement without waiting for its result, or ignores its result and any error.
    fn send_unread(&mut self, statement: &Statement);
}

/// The result of a statement.
pub struct Answer {
    pub rows: Vec<postgres::Row>,
    pub changed: u64,
}

/// The value of a `SELECT count(*)`.
pub fn count(answer: &Answer) -> Result<u64> {
    let row = answer.rows.first().ok_or_else(|| Error::database("the server returned no row for a count"))?;
    Ok(u64::try_from(row.try_get::<_, i64>(0)?).unwrap_or(0))
}

/// How many times a transaction is tried that is ended by a deadlock or finds its rows changed. There is no delay
/// between attempts: the next one waits for the locks of the other side of the deadlock, which continues at once.
const TRIES: usize = 4;

impl Work {
    /// Carries out the work, in a transaction if it needs one.
    pub(crate) async fn carry_out<T: Session>(&self, session: &mut T) -> Result<u64> {
        if let Some(statement) = self.alone() {
            return Ok(session.send(&statement?).await.map_err(|error| self.explain(error))?.changed);
        }
        let mut tries = 1;
        loop {
            let transaction = Transaction::begin(session).await?;
            match self.run(transaction.session, tries >= TRIES).await {
                Ok(Some(count)) => return transaction.keep().await.map(|()| count),
                // This releases the locks.
                Ok(None) => transaction.undo().await,
                Err(error) => {
                    let own = transaction.own;
                    transaction.undo().await;
                    if !own || error.sqlstate() != Some("40P01") || tries >= TRIES {
                        return Err(self.explain(error));
                    }
                }
            }
            tries += 1;
        }
    }
}

/// A transaction of our own, or a savepoint in the caller's.
struct Transaction<'t, T: Session> {
    session: &'t mut T,
    own: bool,
    /// The statement that undoes it, if this is dropped before the end, as a future may be.
    undo: Option<&'static str>,
}

const TO_SAVEPOINT: &str = "ROLLBACK TO SAVEPOINT feedstock_soft_delete";

impl<'t, T: Session> Transaction<'t, T> {
    /// Begins a savepoint, or a transaction if the server reports that there is none.
    async fn begin(session: &'t mut T) -> Result<Self> {
        let mut this = Transaction { session, own: false, undo: Some(TO_SAVEPOINT) };
        match this.run("SAVEPOINT feedstock_soft_delete").await {
            Ok(_) => this.check_isolation().await?,
            Err(error) if error.sqlstate() == Some("25P01") => {
                (this.own, this.undo) = (true, Some("ROLLBACK"));
                this.run("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
            }
            Err(error) => {
                this.undo = None;
                return Err(error);
            }
        }
        Ok(this)
    }

    /// Refuses a transaction with one snapshot for all its statements: after waiting for a lock, the next statement
    /// would not see the rows that the other transaction committed.
    async fn check_isolation(&mut self) -> Result<()> {
        let answer = self.run("SELECT current_setting('transaction_isolation')").await?;
        let level: String = answer.rows.first().map_or(Ok(String::new()), |row| row.try_get(0))?;
        // Postgres treats READ UNCOMMITTED as READ COMMITTED.
        if ["read uncommitted", "read committed"].contains(&level.as_str()) {
            return Ok(());
        }
        let message = format!(
            "the transaction is {}, in which a cascade would miss the rows that it waited for",
            level.to_uppercase()
        );
        Err(Error::usage(message)
            .help("begin it as READ COMMITTED, or give the client itself and no transaction"))
    }

    async fn keep(mut self) -> Result<()> {
        let end = if self.own { "COMMIT" } else { "RELEASE SAVEPOINT feedstock_soft_delete" };
        self.undo = None;
        self.run(end).await.map(|_| ())
    }

    /// Rolls back. An error of this is ignored, in favour of the one that caused it.
    async fn undo(mut self) {
        let Some(undo) = self.undo else { return };
        let done = self.run(undo).await;
        self.undo = None;
        if done.is_ok() && !self.own {
            let _ = self.run("RELEASE SAVEPOINT feedstock_soft_delete").await;
        }
    }

    async fn run(&mut self, sql: &'static str) -> Result<Answer> {
        self.session.send(&command(sql)?).await
    }
}

impl<T: Session> Drop for Transaction<'_, T> {
    fn drop(&mut self) {
        if let Some(Ok(undo)) = self.undo.take().map(command) {
            self.session.send_unread(&undo);
        }
    }
}

/// A statement without parameters. It is unnamed, so that it is sent at the first poll, without being prepared before.
fn command(sql: &'static str) -> Result<Statement> {
    let mut out = Writer::default();
    out.push(sql);
    Ok(out.finish()?.unnamed())
}
