//! Named statements that are kept for their connection.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Error;
use crate::query::{Bound, Statement};
use crate::row::Seen;
use crate::types::Type;

/// A client that prepares each statement once and keeps it by name: one round trip from the second time on, and as
/// little work for the client as with a statement that was prepared by hand.
///
/// It is opt-in, since a named statement belongs to its connection: a direct one, one that is pooled by session, or one
/// behind a proxy that tracks prepared statements. Statements are identified by their text and the types of their
/// parameters. If there are more than [`Cached::CAPACITY`] (or the number given to [`Cached::with_capacity`]), the
/// least recently used one is closed.
///
/// When a migration has changed the table of a statement, the server refuses it once ("cached plan must not change
/// result type"); it is then prepared and sent again. If that is impossible, since the error aborted the transaction or
/// a blocking client is streaming the rows, the error is returned and the next attempt prepares the statement again.
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
    pub(super) client: C,
    pub(super) prepared: Arc<Mutex<Prepared>>,
}

/// The statements of one connection.
pub(super) struct Prepared {
    statements: Vec<Named>,
    capacity: usize,
    /// Counts up with each use.
    clock: u64,
}

struct Named {
    sql: Cow<'static, str>,
    types: Box<[Type]>,
    statement: postgres::Statement,
    /// The Rust types that its columns were checked for.
    seen: Arc<Seen>,
    used: u64,
}

impl<C> Cached<C> {
    /// The number of statements that [`Cached::new`] keeps.
    pub const CAPACITY: usize = 100;

    /// Keeps up to [`Cached::CAPACITY`] statements for the client's connection.
    pub fn new(client: C) -> Self {
        Self::with_capacity(client, Self::CAPACITY)
    }

    /// Keeps up to this many statements, at least one.
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

    /// The client itself. The prepared statements are closed, unless a transaction still uses them.
    pub fn into_inner(self) -> C {
        self.client
    }

    /// Closes all prepared statements.
    pub fn clear(&self) {
        self.lock().statements.clear();
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Prepared> {
        // The list is valid after each single operation, so also after a panic.
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
    pub fn find(&mut self, statement: &Statement) -> Option<postgres::Statement> {
        let named = self.statements.iter_mut().find(|named| named.is(statement))?;
        self.clock += 1;
        named.used = self.clock;
        statement.see(named.seen.clone());
        Some(named.statement.clone())
    }

    pub fn keep(&mut self, statement: &Statement, prepared: postgres::Statement) {
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

    pub fn forget(&mut self, statement: &Statement) {
        self.statements.retain(|named| !named.is(statement));
    }
}

impl Named {
    /// Comparing is faster than hashing: the lengths of two statements nearly always differ, and a static text is at
    /// the same address each time.
    fn is(&self, statement: &Statement) -> bool {
        let (kept, asked) = (&*self.sql, statement.sql());
        (std::ptr::eq(kept, asked) || kept == asked)
            && self.types.iter().eq(statement.values().map(Bound::ty))
    }
}

/// Has the table of the statement changed (0A000), or has the server dropped the statement (26000, after DISCARD ALL)?
pub(super) fn is_stale(error: &Error) -> bool {
    matches!(error.sqlstate(), Some("0A000" | "26000"))
}

/// The error to report of a statement that was refused twice: the first one, if the second only says that the first has
/// aborted the transaction.
pub(super) fn reported(first: Error, again: Error) -> Error {
    if again.sqlstate() == Some("25P02") { first } else { again }
}
