//! Statements and answers, and the transaction around them. The algorithms are written once, as async functions: on a
//! blocking client every answer is there when it is asked for.

use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use postgres::fallible_iterator::FallibleIterator;

use super::Work;
use crate::query::{Statement, Writer, blocking};
use crate::{Error, Result};

/// Sends statements one after another.
pub trait Talk {
    /// Sends one and waits for all of its answer.
    fn ask(&mut self, statement: &Statement) -> impl Future<Output = Result<Answer>> + Send;

    /// Sends one without waiting for its answer.
    fn tell(&mut self, statement: &Statement);
}

/// What the server answered.
pub struct Answer {
    pub rows: Vec<postgres::Row>,
    pub changed: u64,
}

/// How many rows a statement counted.
pub fn count(answer: &Answer) -> Result<u64> {
    let row = answer.rows.first().ok_or_else(|| Error::database("the server gave no row for a count"))?;
    Ok(u64::try_from(row.try_get::<_, i64>(0)?).unwrap_or(0))
}

/// Carries it out on a blocking client.
pub fn blocking<C: blocking::Client + ?Sized>(db: &mut C, work: &Work) -> Result<u64> {
    let mut talk = Blocking(db);
    let future = pin!(carry_out(&mut talk, work));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("nothing here waits for anything but an answer, and each is ready"),
    }
}

struct Blocking<'c, C: ?Sized>(&'c mut C);

impl<C: blocking::Client + ?Sized> Talk for Blocking<'_, C> {
    fn ask(&mut self, statement: &Statement) -> impl Future<Output = Result<Answer>> + Send {
        ready(answer(self.0, statement))
    }

    fn tell(&mut self, statement: &Statement) {
        // Who tells is on the way out with an error already.
        let _ = answer(self.0, statement);
    }
}

fn answer<C: blocking::Client + ?Sized>(db: &mut C, statement: &Statement) -> Result<Answer> {
    let mut iterator = db.send(statement)?;
    let mut rows = Vec::new();
    while let Some(row) = iterator.next()? {
        rows.push(row);
    }
    Ok(Answer { rows, changed: iterator.rows_affected().unwrap_or(0) })
}

/// Carries it out on an async client, on which nobody else may speak meanwhile.
#[cfg(feature = "tokio-postgres")]
pub async fn awaited<C: crate::query::tokio::Client + ?Sized>(db: &C, work: Result<Work>) -> Result<u64> {
    carry_out(&mut Awaited(db), &work?).await
}

#[cfg(feature = "tokio-postgres")]
struct Awaited<'c, C: ?Sized>(&'c C);

#[cfg(feature = "tokio-postgres")]
impl<C: crate::query::tokio::Client + ?Sized> Talk for Awaited<'_, C> {
    async fn ask(&mut self, statement: &Statement) -> Result<Answer> {
        use futures_core::Stream;

        let mut stream = Box::pin(self.0.send(statement).await?);
        let mut rows = Vec::new();
        while let Some(row) = std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await {
            rows.push(row?);
        }
        Ok(Answer { rows, changed: stream.rows_affected().unwrap_or(0) })
    }

    fn tell(&mut self, statement: &Statement) {
        // The driver queues a statement at the first poll, before anything that is sent afterwards.
        let future = pin!(self.0.send(statement));
        let _ = future.poll(&mut Context::from_waker(Waker::noop()));
    }
}

/// How often is tried what a deadlock ended or a change overtook, all in all. The other side of a deadlock goes on at
/// once and holds its locks, for which the next try waits: there is nothing to gain by waiting before it.
const TRIES: usize = 4;

/// Does the work, in a transaction where it needs one.
async fn carry_out<T: Talk>(talk: &mut T, work: &Work) -> Result<u64> {
    if let Some(statement) = work.alone() {
        return Ok(talk.ask(&statement?).await.map_err(|error| work.explain(error))?.changed);
    }
    let mut tries = 1;
    loop {
        let transaction = Transaction::begin(talk).await?;
        match work.run(transaction.talk, tries >= TRIES).await {
            Ok(Some(count)) => return transaction.keep().await.map(|()| count),
            // Which gives the locks back.
            Ok(None) => transaction.undo().await,
            Err(error) => {
                let own = transaction.own;
                transaction.undo().await;
                if !own || error.sqlstate() != Some("40P01") || tries >= TRIES {
                    return Err(work.explain(error));
                }
            }
        }
        tries += 1;
    }
}

/// A transaction of our own, or a savepoint in the caller's.
struct Transaction<'t, T: Talk> {
    talk: &'t mut T,
    own: bool,
    /// What undoes it when this is dropped half-way, as a future may be.
    undo: Option<&'static str>,
}

const TO_SAVEPOINT: &str = "ROLLBACK TO SAVEPOINT feedstock_soft_delete";

impl<'t, T: Talk> Transaction<'t, T> {
    /// What the client is in, only the server knows: a savepoint can be made in a transaction alone.
    async fn begin(talk: &'t mut T) -> Result<Self> {
        let mut this = Transaction { talk, own: false, undo: Some(TO_SAVEPOINT) };
        match this.say("SAVEPOINT feedstock_soft_delete").await {
            Ok(_) => this.check_isolation().await?,
            Err(error) if error.sqlstate() == Some("25P01") => {
                (this.own, this.undo) = (true, Some("ROLLBACK"));
                this.say("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
            }
            Err(error) => {
                this.undo = None;
                return Err(error);
            }
        }
        Ok(this)
    }

    /// What was waited for must be seen by the statement after the locks, which a snapshot of the whole transaction
    /// hides.
    async fn check_isolation(&mut self) -> Result<()> {
        let answer = self.say("SELECT current_setting('transaction_isolation')").await?;
        let level: String = answer.rows.first().map_or(Ok(String::new()), |row| row.try_get(0))?;
        // Postgres does the first of them as the second.
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
        self.say(end).await.map(|_| ())
    }

    /// The error that led here says more than one of these could.
    async fn undo(mut self) {
        let Some(undo) = self.undo else { return };
        let done = self.say(undo).await;
        self.undo = None;
        if done.is_ok() && !self.own {
            let _ = self.say("RELEASE SAVEPOINT feedstock_soft_delete").await;
        }
    }

    async fn say(&mut self, sql: &'static str) -> Result<Answer> {
        self.talk.ask(&command(sql)?).await
    }
}

impl<T: Talk> Drop for Transaction<'_, T> {
    fn drop(&mut self) {
        if let Some(Ok(undo)) = self.undo.take().map(command) {
            self.talk.tell(&undo);
        }
    }
}

/// Unnamed, since a client that had to prepare it first would not have sent it with the first poll.
fn command(sql: &'static str) -> Result<Statement> {
    let mut out = Writer::default();
    out.push(sql);
    Ok(out.finish()?.unnamed())
}
