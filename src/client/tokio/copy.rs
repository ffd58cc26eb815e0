//! COPY on async clients.

use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream as _;
use futures_sink::Sink;
use tokio_postgres::{CopyInSink, CopyOutStream};

use super::Client;
use super::change::Executes;
use crate::client::cached::Cached;
use crate::query::{CopyIn, Frames, New, Outgoing};
use crate::row::Row;
use crate::{Error, Result};

/// A client that can COPY. It prepares a named statement for a short time, so that behind a proxy that pools by
/// transaction it must be used in a transaction.
pub trait CopyClient: Client {
    /// Prepares a statement, for the types of its columns.
    ///
    /// # Errors
    ///
    /// A database error.
    fn prepare(&self, sql: &str) -> impl Future<Output = Result<tokio_postgres::Statement>> + Send;

    /// Begins a `COPY … TO STDOUT`.
    ///
    /// # Errors
    ///
    /// A database error.
    fn copy_out(&self, sql: &str) -> impl Future<Output = Result<CopyOutStream>> + Send;

    /// Begins a `COPY … FROM STDIN`.
    ///
    /// # Errors
    ///
    /// A database error.
    fn copy_in(&self, sql: &str) -> impl Future<Output = Result<CopyInSink<Bytes>>> + Send;
}

macro_rules! copies {
    ($($(#[$attribute:meta])* $client:ty: |$this:ident| $inner:expr;)*) => {$(
        $(#[$attribute])*
        impl CopyClient for $client {
            copies!(@functions |$this| $inner);
        }
    )*};
    (@functions |$this:ident| $inner:expr) => {
        async fn prepare(&self, sql: &str) -> Result<tokio_postgres::Statement> {
            let $this = self;
            Ok($inner.prepare(sql).await?)
        }

        async fn copy_out(&self, sql: &str) -> Result<CopyOutStream> {
            let $this = self;
            Ok($inner.copy_out(sql).await?)
        }

        async fn copy_in(&self, sql: &str) -> Result<CopyInSink<Bytes>> {
            let $this = self;
            Ok($inner.copy_in(sql).await?)
        }
    };
}

copies! {
    tokio_postgres::Client: |this| this;
    tokio_postgres::Transaction<'_>: |this| this;
    Cached<tokio_postgres::Client>: |this| this.get_ref();
    Cached<tokio_postgres::Transaction<'_>>: |this| this.get_ref();
    /// A pool's connection.
    #[cfg(feature = "deadpool")]
    deadpool_postgres::Client: |this| (***this);
    /// A transaction on a pool's connection.
    #[cfg(feature = "deadpool")]
    deadpool_postgres::Transaction<'_>: |this| (**this);
}

/// A pool's connection.
#[cfg(feature = "bb8")]
impl<T> CopyClient for bb8_postgres::bb8::PooledConnection<'_, bb8_postgres::PostgresConnectionManager<T>>
where
    T: tokio_postgres::tls::MakeTlsConnect<tokio_postgres::Socket> + Clone + Send + Sync + 'static,
    T::Stream: Send + Sync,
    T::TlsConnect: Send,
    <T::TlsConnect as tokio_postgres::tls::TlsConnect<tokio_postgres::Socket>>::Future: Send,
{
    copies!(@functions |this| (**this));
}

impl<C: CopyClient + ?Sized> CopyClient for &C {
    fn prepare(&self, sql: &str) -> impl Future<Output = Result<tokio_postgres::Statement>> + Send {
        (**self).prepare(sql)
    }

    fn copy_out(&self, sql: &str) -> impl Future<Output = Result<CopyOutStream>> + Send {
        (**self).copy_out(sql)
    }

    fn copy_in(&self, sql: &str) -> impl Future<Output = Result<CopyInSink<Bytes>>> + Send {
        (**self).copy_in(sql)
    }
}

/// Rows of a binary COPY as they arrive, decoded without being copied: a `futures` stream, with a method `next`. It
/// ends after the last row and after the first error of the server.
#[must_use = "rows that are not read are thrown away"]
pub struct Copied<T> {
    /// None after the end.
    messages: Option<Pin<Box<CopyOutStream>>>,
    /// The message that was read last.
    message: Bytes,
    frames: Frames,
    of: PhantomData<fn() -> T>,
}

pub(super) async fn copy_out<R: for<'a> Row<'a>, C: CopyClient + ?Sized>(
    plain: Result<String>,
    copy: impl FnOnce(&[postgres::Column]) -> Result<String> + Send,
    db: &C,
) -> Result<Copied<R>> {
    let statement = db.prepare(&plain?).await?;
    crate::Columns::<R>::by_position(statement.columns())?;
    let messages = db.copy_out(&copy(statement.columns())?).await?;
    Ok(Copied {
        messages: Some(Box::pin(messages)),
        message: Bytes::new(),
        frames: Frames::new(statement),
        of: PhantomData,
    })
}

impl<T> Copied<T> {
    /// The next row as a struct that may borrow from it, until the one after it is asked for; `None` is the end.
    ///
    /// # Errors
    ///
    /// As the items of the stream.
    pub async fn next_as<'a, U: Row<'a>>(&'a mut self) -> Option<Result<U>> {
        let start = poll_fn(|context| self.poll(context)).await?;
        Some(start.and_then(|start| self.frames.read(&self.message[start..])))
    }

    /// Advances to the next row, and returns where in its message the cells begin.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<usize>>> {
        let next = ready!(self.poll_message(context));
        if !matches!(next, Some(Ok(_))) {
            self.messages = None;
        }
        Poll::Ready(next)
    }

    fn poll_message(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<usize>>> {
        loop {
            let Some(messages) = &mut self.messages else { return Poll::Ready(None) };
            self.message = match ready!(messages.as_mut().poll_next(context)) {
                Some(Ok(message)) => message,
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(self.frames.end().err().map(Err)),
            };
            match self.frames.cells(&self.message) {
                Ok(None) => {}
                Ok(Some(cells)) => return Poll::Ready(Some(Ok(self.message.len() - cells.len()))),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl<T: for<'a> Row<'a>> Copied<T> {
    /// The next row; `None` is the end.
    ///
    /// # Errors
    ///
    /// As the items of the stream.
    pub async fn next(&mut self) -> Option<Result<T>> {
        self.next_as::<T>().await
    }
}

impl<T: for<'a> Row<'a>> futures_core::Stream for Copied<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let start = ready!(self.poll(context));
        Poll::Ready(start.map(|start| self.frames.read(&self.message[start?..])))
    }
}

impl<I, N, C> Executes<C> for CopyIn<I>
where
    I: Iterator<Item = N> + Send,
    N: New + Send,
    C: CopyClient + ?Sized,
{
    async fn execute_on(mut self, db: &C) -> Result<u64> {
        let Some(first) = self.rows.next() else { return Ok(0) };
        let mut out = Outgoing::new(&first, self.parents_unchecked)?;
        out.types(db.prepare(&out.select()).await?.columns())?;
        let mut sink = Box::pin(db.copy_in(&out.copy()).await?);
        for row in std::iter::once(first).chain(self.rows) {
            if out.row(&row)? {
                send(sink.as_mut(), out.take().freeze()).await.map_err(|error| out.explain(error))?;
            }
        }
        out.end();
        send(sink.as_mut(), out.take().freeze()).await.map_err(|error| out.explain(error))?;
        sink.as_mut().finish().await.map_err(|error| out.explain(error.into()))
    }
}

async fn send(mut sink: Pin<&mut CopyInSink<Bytes>>, bytes: Bytes) -> Result<()> {
    poll_fn(|context| sink.as_mut().poll_ready(context)).await?;
    sink.start_send(bytes).map_err(Error::from)
}
