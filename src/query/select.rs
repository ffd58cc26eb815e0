//! `SELECT` of whole rows.

use std::marker::PhantomData;
use std::sync::OnceLock;

use super::filter::{Filter, Inside, Node, Piece};
use super::order::{self, At, By, Key, Order};
use super::output::Expected;
use super::run::{Rows, Sealed, Totals};
use super::statement::{Statement, Writer};
use super::wire::Bound;
use crate::model::{Declared, Keyed};
use crate::{Error, Model, Result};

/// A query for rows of `M`, made by [`Model::query`] and ended by [`blocking::Run`](crate::blocking::Run) or its async
/// counterpart `feedstock::tokio::Run`.
///
/// Rows that are soft-deleted are left out unless [`Query::with_deleted`] or [`Query::only_deleted`] is said. That
/// test, like the values of enums, stands in the statement as a literal, for partial indexes.
///
/// The statement is `SELECT columns FROM table WHERE … ORDER BY … LIMIT … OFFSET … FOR UPDATE`, as far as each was
/// asked for.
#[must_use = "a query sends nothing: end it with `all`, `one`, `first`, `count` or another ending"]
pub struct Query<M> {
    /// The key of the row, and where the texts of such queries are kept.
    key: Option<(&'static ByKey, Vec<Bound>)>,
    scope: Scope,
    /// What is selected after the columns.
    more: Vec<Piece>,
    orders: Vec<By>,
    after: Option<Vec<At>>,
    limit: Option<u64>,
    offset: Option<u64>,
    lock: Option<Lock>,
    of: PhantomData<fn() -> M>,
}

/// Which rows: the filters, and what about deleted ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    filters: Vec<Node>,
    deleted: Deleted,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Deleted {
    #[default]
    Without,
    With,
    Only,
}

#[derive(Debug, Clone, Copy)]
enum Lock {
    Wait,
    SkipLocked,
}

/// The texts of a model's queries for one row by its key, which are the same each time: written once and kept.
#[derive(Debug)]
pub struct ByKey([OnceLock<String>; 9]);

impl ByKey {
    /// Nothing was written yet.
    #[doc(hidden)]
    pub const fn new() -> Self {
        ByKey([const { OnceLock::new() }; 9])
    }

    fn text(&self, deleted: Deleted, at_most: Option<u64>) -> Option<&OnceLock<String>> {
        let rows = at_most.unwrap_or(0);
        (rows < 3).then(|| &self.0[deleted as usize * 3 + rows as usize])
    }
}

impl Default for ByKey {
    fn default() -> Self {
        Self::new()
    }
}

impl Scope {
    pub fn filter(&mut self, node: Node) {
        self.filters.push(node);
    }

    pub fn with_deleted(&mut self) {
        self.deleted = Deleted::With;
    }

    pub fn only_deleted(&mut self) {
        self.deleted = Deleted::Only;
    }

    /// Was any filter given?
    pub fn is_filtered(&self) -> bool {
        !self.filters.is_empty()
    }

    /// Were deleted rows asked for, and nothing else?
    pub fn is_only_deleted(&self) -> bool {
        self.deleted == Deleted::Only
    }

    /// As if nothing had been said about deleted rows.
    pub fn without_deleted(&mut self) {
        self.deleted = Deleted::Without;
    }

    /// ` WHERE …`, or nothing. The soft-delete test comes first.
    pub fn write<M: Model>(self, out: &mut Writer) {
        self.write_of(M::DECLARED, out);
    }

    /// [`Scope::write`], after which ` AND …` can follow.
    pub fn write_and<M: Model>(self, out: &mut Writer) {
        self.write_inside(M::DECLARED, Inside::And, out);
    }

    /// [`Scope::write`] of a model that is known by what it says.
    pub fn write_of(self, declared: &'static Declared, out: &mut Writer) {
        self.write_inside(declared, Inside::Brackets, out);
    }

    fn write_inside(self, declared: &'static Declared, inside: Inside, out: &mut Writer) {
        let test = match (declared.soft_delete, self.deleted) {
            (Some(column), Deleted::Without) => Some((column, " IS NULL")),
            (Some(column), Deleted::Only) => Some((column, " IS NOT NULL")),
            (None, _) | (_, Deleted::With) => None,
        };
        // Without soft delete no row is deleted.
        let none = (self.deleted == Deleted::Only && test.is_none()).then(|| Node::Any(Vec::new()));
        let Some((column, is)) = test else {
            let nodes: Vec<_> = self.filters.into_iter().chain(none).collect();
            if !nodes.is_empty() {
                out.push(" WHERE ");
                Node::All(nodes).write(out, inside);
            }
            return;
        };
        out.push(" WHERE ").name(column).push(is);
        for node in self.filters {
            out.push(" AND ");
            node.write(out, Inside::And);
        }
    }
}

impl<M: Model> Query<M> {
    /// Constant, since relations are constants and hold one.
    pub(crate) const fn new() -> Self {
        Query {
            key: None,
            scope: Scope { filters: Vec::new(), deleted: Deleted::Without },
            more: Vec::new(),
            orders: Vec::new(),
            after: None,
            limit: None,
            offset: None,
            lock: None,
            of: PhantomData,
        }
    }

    /// The row with this key.
    pub(crate) fn of_key(values: Vec<Bound>) -> Self
    where
        M: Keyed,
    {
        Query { key: Some((M::by_key(), values)), ..Self::new() }
    }

    /// Is it for the row with a key?
    pub(crate) fn is_by_key(&self) -> bool {
        self.key.is_some()
    }

    /// The key as a filter among the others.
    fn settle(&mut self) {
        if let Some((_, values)) = self.key.take() {
            self.scope.filters.insert(0, Filter::<M>::key(&values).node);
        }
    }

    /// Is there the key and nothing else? Then the text is the same each time, and written once.
    fn kept(&self, at_most: Option<u64>) -> Option<&'static OnceLock<String>> {
        let (texts, _) = self.key.as_ref()?;
        let plain = self.scope.filters.is_empty()
            && (self.more.is_empty() && self.orders.is_empty() && self.after.is_none())
            && (self.limit.is_none() && self.offset.is_none() && self.lock.is_none());
        if plain { texts.text(self.scope.deleted, at_most) } else { None }
    }

    /// Only rows for which this is true, too.
    pub fn filter(mut self, filter: Filter<M>) -> Self {
        self.scope.filter(filter.node);
        self
    }

    /// `ORDER BY`; said again, a further column.
    pub fn order_by(mut self, order: Order<M>) -> Self {
        self.orders.push(order.by);
        self
    }

    /// At most so many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.limit = Some(rows);
        self
    }

    /// Leaves out so many rows first. The server reads them all the same: [`Query::after`] does not.
    pub fn offset(mut self, rows: u64) -> Self {
        self.offset = Some(rows);
        self
    }

    /// The page after the row with these values (keyset paging): the columns of `order_by`, in their order.
    ///
    /// Rows that are inserted meanwhile neither shift the pages nor make a row come twice. An order whose columns can
    /// be equal in two rows is refused when the query is ended: add the primary key to it.
    ///
    /// ```no_run
    /// # #[derive(feedstock::Model)] struct Image { #[model(primary_key)] id: i32, width: i32 }
    /// # use feedstock::{Model, blocking::Run};
    /// # fn demo(client: &mut postgres::Client) -> feedstock::Result<()> {
    /// let page = || Image::query().order_by(Image::WIDTH.desc()).order_by(Image::ID.desc()).limit(20);
    /// let first = page().all(client)?;
    /// if let Some(last) = first.last() {
    ///     let second = page().after([Image::WIDTH.at(last.width), Image::ID.at(last.id)]).all(client)?;
    /// }
    /// # Ok(()) }
    /// ```
    pub fn after(mut self, keys: impl IntoIterator<Item = Key<M>>) -> Self {
        self.after = Some(keys.into_iter().map(|key| key.at).collect());
        self
    }

    /// Deleted rows as well.
    pub fn with_deleted(mut self) -> Self {
        self.scope.with_deleted();
        self
    }

    /// Deleted rows alone.
    pub fn only_deleted(mut self) -> Self {
        self.scope.only_deleted();
        self
    }

    /// `FOR UPDATE`: locks the rows until the transaction ends, and waits for those that others have locked.
    pub fn for_update(mut self) -> Self {
        self.lock = Some(Lock::Wait);
        self
    }

    /// `FOR UPDATE SKIP LOCKED`: leaves out the rows that others have locked, as a queue of work wants it.
    pub fn skip_locked(mut self) -> Self {
        self.lock = Some(Lock::SkipLocked);
        self
    }

    /// Only rows for which this is true, too.
    pub(crate) fn test(mut self, node: Node) -> Self {
        self.scope.filter(node);
        self
    }

    /// A further column, which the reader has to know of.
    pub(crate) fn select_more(mut self, column: Vec<Piece>) -> Self {
        self.more = column;
        self
    }

    /// By the primary key, where no order was asked for.
    pub(crate) fn or_by_key(mut self) -> Self {
        if self.orders.is_empty() {
            let key = M::DECLARED.primary_key.map_or(&[][..], |key| key.columns);
            self.orders = key.iter().map(|column| Order::<M>::new(column, false, false).by).collect();
        }
        self
    }

    /// The filters and what about deleted rows; `verb` is what is done to the rows, for which nothing else makes sense.
    pub(crate) fn into_scope(mut self, verb: &str) -> Result<Scope> {
        self.settle();
        let model = M::DECLARED.model;
        let order = !self.orders.is_empty() || self.after.is_some();
        if order || self.limit.is_some() || self.offset.is_some() || self.lock.is_some() {
            let message = format!("`{verb}` of `{model}` with an order, a limit, an offset or a lock");
            return Err(Error::usage(message).help("leave them out: filters alone say which rows are meant"));
        }
        if !self.scope.is_filtered() {
            return Err(Error::usage(format!("`{verb}` of `{model}` has no filter"))
                .help("where all rows are meant, say `filter(Filter::everything())`"));
        }
        Ok(self.scope)
    }

    fn write_tail(&mut self, at_most: Option<u64>, out: &mut Writer) {
        for (at, by) in self.orders.iter().enumerate() {
            out.push(if at > 0 { ", " } else { " ORDER BY " });
            out.push(&super::output::ordered::<M>(by.column()).unwrap_or_default()).push(&by.sql());
        }
        match (self.limit, at_most) {
            // What an ending says is the same each time, and no parameter.
            (limit, Some(rows)) if limit.is_none_or(|limit| limit > rows) => out.push(" LIMIT ").digits(rows),
            (Some(rows), _) => out.push(" LIMIT ").number(rows),
            (None, _) => out,
        };
        if let Some(rows) = self.offset {
            out.push(" OFFSET ").number(rows);
        }
        match self.lock {
            Some(Lock::Wait) => out.push(" FOR UPDATE"),
            Some(Lock::SkipLocked) => out.push(" FOR UPDATE SKIP LOCKED"),
            None => out,
        };
    }

    fn from(mut self, head: &str, tail: &str) -> Result<Statement> {
        self.settle();
        let mut out = Writer::default();
        out.push(head).push(" FROM ").push(M::TABLE);
        self.scope.write::<M>(&mut out);
        out.push(tail);
        out.finish()
    }
}

impl<M> Sealed for Query<M> {}

impl<M: Model> Rows for Query<M> {
    type Row = M;

    fn rows(self, at_most: Option<u64>) -> Result<Statement> {
        let Some(kept) = self.kept(at_most) else { return self.write_all(at_most) };
        match (kept.get(), self.key) {
            (Some(text), Some((_, values))) => {
                if let Some(error) = values.iter().find_map(Bound::failure) {
                    return Err(error);
                }
                Ok(Statement::of(text, values).asked(super::output::is_asked::<M>()))
            }
            (_, key) => {
                let statement = Query { key, ..self }.write_all(at_most)?;
                let _ = kept.set(statement.sql().to_owned());
                Ok(statement)
            }
        }
    }
}

impl<M: Model> Query<M> {
    fn write_all(self, at_most: Option<u64>) -> Result<Statement> {
        self.write(None, at_most, Writer::with_capacity(M::COLUMNS.len() + M::TABLE.len() + 128))
    }
}

impl<M: Model> Query<M> {
    /// The statement in a text without parameters, values standing as literals: COPY has no parameters.
    pub(crate) fn literal(self, columns: Option<&str>) -> Result<String> {
        Ok(self.write(columns, None, Writer::literal())?.into_sql())
    }

    /// Without columns that are given it is the model's.
    fn write(mut self, columns: Option<&str>, at_most: Option<u64>, mut out: Writer) -> Result<Statement> {
        let is_one = self.key.is_some() || at_most == Some(1);
        self.settle();
        out.push("SELECT ");
        match columns {
            Some(columns) => out.push(columns),
            None => out.outputs::<M>(if is_one { Expected::One } else { Expected::Many }),
        };
        super::filter::write_pieces(std::mem::take(&mut self.more), &mut out);
        out.push(" FROM ").push(M::TABLE);
        if let Some(keys) = self.after.take() {
            self.scope.filter(order::after(M::DECLARED, &self.orders, keys)?);
        }
        std::mem::take(&mut self.scope).write::<M>(&mut out);
        self.write_tail(at_most, &mut out);
        out.finish()
    }
}

impl<M: Model> Totals for Query<M> {
    fn total(self) -> Result<Statement> {
        self.from("SELECT count(*)", "")
    }

    fn existence(self) -> Result<Statement> {
        self.from("SELECT EXISTS (SELECT", ")")
    }
}

impl<M> Clone for Query<M> {
    fn clone(&self) -> Self {
        Query {
            key: self.key.clone(),
            scope: self.scope.clone(),
            more: self.more.clone(),
            orders: self.orders.clone(),
            after: self.after.clone(),
            limit: self.limit,
            offset: self.offset,
            lock: self.lock,
            of: PhantomData,
        }
    }
}
