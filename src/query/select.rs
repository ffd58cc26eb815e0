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

/// A query for rows of `M`, made by [`Model::query`] and sent by the endings of [`blocking::Run`](crate::blocking::Run)
/// or `feedstock::tokio::Run`.
///
/// It finds live rows only, unless [`Query::with_deleted`] or [`Query::only_deleted`] is called. The soft-delete test
/// and the values of enums are literals in the statement, so that Postgres can use partial indexes.
///
/// The statement is `SELECT columns FROM table WHERE … ORDER BY … LIMIT … OFFSET … FOR UPDATE`, with
/// the clauses that were asked for.
#[must_use = "a query sends nothing: end it with `all`, `one`, `first`, `count` or another ending"]
pub struct Query<M> {
    /// The key of the row, and the cache of the texts of queries by key.
    key: Option<(&'static ByKey, Vec<Bound>)>,
    scope: Scope,
    /// SQL that is selected after the columns.
    more: Vec<Piece>,
    orders: Vec<By>,
    after: Option<Vec<At>>,
    limit: Option<u64>,
    offset: Option<u64>,
    lock: Option<Lock>,
    of: PhantomData<fn() -> M>,
}

/// The filters, and whether live or deleted rows are found.
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

/// The texts of a model's queries by key. They do not depend on the key, so each is written once and kept.
#[derive(Debug)]
pub struct ByKey([OnceLock<String>; 9]);

impl ByKey {
    /// An empty cache.
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

    /// Was `only_deleted` called?
    pub fn is_only_deleted(&self) -> bool {
        self.deleted == Deleted::Only
    }

    /// Undoes `with_deleted` and `only_deleted`.
    pub fn without_deleted(&mut self) {
        self.deleted = Deleted::Without;
    }

    /// ` WHERE …`, or nothing. The soft-delete test comes first.
    pub fn write<M: Model>(self, out: &mut Writer) {
        self.write_of(M::DECLARED, out);
    }

    /// [`Scope::write`], in a form to which ` AND …` can be added.
    pub fn write_and<M: Model>(self, out: &mut Writer) {
        self.write_inside(M::DECLARED, Inside::And, out);
    }

    /// [`Scope::write`] for a model that is known by its declaration.
    pub fn write_of(self, declared: &'static Declared, out: &mut Writer) {
        self.write_inside(declared, Inside::Brackets, out);
    }

    fn write_inside(self, declared: &'static Declared, inside: Inside, out: &mut Writer) {
        let test = match (declared.soft_delete, self.deleted) {
            (Some(column), Deleted::Without) => Some((column, " IS NULL")),
            (Some(column), Deleted::Only) => Some((column, " IS NOT NULL")),
            (None, _) | (_, Deleted::With) => None,
        };
        // A model without soft delete has no deleted rows.
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
    /// This is `const`, since a relation is a constant and contains a query.
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

    /// Does it find a row by its key?
    pub(crate) fn is_by_key(&self) -> bool {
        self.key.is_some()
    }

    /// Turns the key into one of the filters.
    fn settle(&mut self) {
        if let Some((_, values)) = self.key.take() {
            self.scope.filters.insert(0, Filter::<M>::key(&values).node);
        }
    }

    /// Is there a key and nothing else? Then the text is taken from the cache.
    fn kept(&self, at_most: Option<u64>) -> Option<&'static OnceLock<String>> {
        let (texts, _) = self.key.as_ref()?;
        let plain = self.scope.filters.is_empty()
            && (self.more.is_empty() && self.orders.is_empty() && self.after.is_none())
            && (self.limit.is_none() && self.offset.is_none() && self.lock.is_none());
        if plain { texts.text(self.scope.deleted, at_most) } else { None }
    }

    /// Adds a condition: rows must match all filters.
    pub fn filter(mut self, filter: Filter<M>) -> Self {
        self.scope.filter(filter.node);
        self
    }

    /// `ORDER BY`; called again, it adds a further column.
    pub fn order_by(mut self, order: Order<M>) -> Self {
        self.orders.push(order.by);
        self
    }

    /// `LIMIT`: at most this many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.limit = Some(rows);
        self
    }

    /// `OFFSET`: skips this many rows. The server reads the skipped rows, too; with [`Query::after`] it does not.
    pub fn offset(mut self, rows: u64) -> Self {
        self.offset = Some(rows);
        self
    }

    /// The page after the row with these values of the columns of `order_by`, in their order (keyset pagination).
    ///
    /// Rows that are inserted meanwhile do not shift the pages, so that no row is returned twice. If the columns can be
    /// equal in two rows, the ending returns a usage error: add the primary key to `order_by`.
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

    /// Finds soft-deleted rows as well.
    pub fn with_deleted(mut self) -> Self {
        self.scope.with_deleted();
        self
    }

    /// Finds soft-deleted rows only.
    pub fn only_deleted(mut self) -> Self {
        self.scope.only_deleted();
        self
    }

    /// `FOR UPDATE`: locks the rows until the transaction ends, and waits for rows that other transactions have locked.
    pub fn for_update(mut self) -> Self {
        self.lock = Some(Lock::Wait);
        self
    }

    /// `FOR UPDATE SKIP LOCKED`: locks the rows, and skips those that other transactions have locked, for job queues.
    pub fn skip_locked(mut self) -> Self {
        self.lock = Some(Lock::SkipLocked);
        self
    }

    /// Adds a condition: rows must match all filters.
    pub(crate) fn test(mut self, node: Node) -> Self {
        self.scope.filter(node);
        self
    }

    /// Selects a further column, which only the caller knows how to read.
    pub(crate) fn select_more(mut self, column: Vec<Piece>) -> Self {
        self.more = column;
        self
    }

    /// Orders by the primary key, if there is no order yet.
    pub(crate) fn or_by_key(mut self) -> Self {
        if self.orders.is_empty() {
            let key = M::DECLARED.primary_key.map_or(&[][..], |key| key.columns);
            self.orders = key.iter().map(|column| Order::<M>::new(column, false, false).by).collect();
        }
        self
    }

    /// The filters, and whether live or deleted rows are found. For `verb` the query must have nothing else.
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
            // The limit of an ending is constant, and therefore a literal.
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
                Ok(Statement::of(text, values).with_asked(super::output::asked::<M>()))
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
    /// The statement with literals in place of parameters, which COPY does not have.
    pub(crate) fn literal(self, columns: Option<&str>) -> Result<String> {
        Ok(self.write(columns, None, Writer::literal())?.into_sql())
    }

    /// `columns` is the select list; `None` is that of the model.
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
