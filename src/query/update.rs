//! `UPDATE` of chosen columns.

use std::marker::PhantomData;

use super::filter::{Filter, Node, Params, Piece};
use super::run::{Changes, Ending, Rows};
use super::select::Scope;
use super::statement::{Statement, Writer};
use crate::ident::ident;
use crate::{Error, Model, Result};

/// A change of the rows that a filter finds, made by [`Model::update`].
///
/// `UPDATE table SET … WHERE …`, with `RETURNING` where rows are asked for. Rows that are soft-deleted are left out
/// as in a query. The column that is marked `updated_at` is set to the present by the statement itself, unless it is
/// set by name. Without a filter nothing is sent: `filter(Filter::everything())` says that all rows are meant.
pub struct Update<M> {
    scope: Scope,
    sets: Vec<(&'static str, Node)>,
    of: PhantomData<fn() -> M>,
}

/// What a column becomes, made by [`Column::to`](super::Column::to) and its neighbours.
pub struct Set<M> {
    column: &'static str,
    value: Node,
    of: PhantomData<fn() -> M>,
}

impl<M> Set<M> {
    pub(crate) fn to(column: &'static str, value: Piece) -> Self {
        Set { column, value: Node::Test(vec![value]), of: PhantomData }
    }

    pub(crate) fn to_sql(column: &'static str, sql: String, params: impl Params) -> Self {
        Set { column, value: Node::Raw(sql, params.bounds()), of: PhantomData }
    }
}

impl<M: Model> Update<M> {
    pub(crate) fn new() -> Self {
        Update { scope: Scope::default(), sets: Vec::new(), of: PhantomData }
    }

    /// What a column becomes; said again, a further column.
    #[must_use]
    pub fn set(mut self, set: Set<M>) -> Self {
        self.sets.push((set.column, set.value));
        self
    }

    /// Only rows for which this is true, too.
    #[must_use]
    pub fn filter(mut self, filter: Filter<M>) -> Self {
        self.scope.filter(filter.node);
        self
    }

    /// Deleted rows as well.
    #[must_use]
    pub fn with_deleted(mut self) -> Self {
        self.scope.with_deleted();
        self
    }

    /// Deleted rows alone.
    #[must_use]
    pub fn only_deleted(mut self) -> Self {
        self.scope.only_deleted();
        self
    }

    fn check(&self) -> Result<()> {
        let model = M::DECLARED.model;
        if self.sets.is_empty() {
            return Err(Error::usage(format!("an update of `{model}` sets nothing")).help("say `set`"));
        }
        for (at, (column, _)) in self.sets.iter().enumerate() {
            if self.sets[..at].iter().any(|(before, _)| before == column) {
                return Err(Error::usage(format!("an update of `{model}` sets `{column}` twice"))
                    .help("leave one of them out"));
            }
        }
        if !self.scope.is_filtered() {
            return Err(Error::usage(format!("an update of `{model}` has no filter"))
                .help("where all rows are meant, say `filter(Filter::everything())`"));
        }
        Ok(())
    }

    fn statement(self, returning: bool) -> Result<Statement> {
        self.check()?;
        let stamp = M::UPDATED_AT.filter(|(column, _)| self.sets.iter().all(|(set, _)| set != column));
        let mut out = Writer::default();
        out.push("UPDATE ").push(M::TABLE);
        for (at, (column, value)) in self.sets.into_iter().enumerate() {
            out.push(if at > 0 { ", " } else { " SET " }).push(&ident(column)).push(" = ");
            value.write(&mut out, super::filter::Inside::Brackets);
        }
        if let Some((column, now)) = stamp {
            out.push(", ").push(&ident(column)).push(" = ").push(now);
        }
        self.scope.write::<M>(&mut out);
        if returning {
            out.push(" RETURNING ").push(M::COLUMNS);
        }
        out.finish()
    }
}

impl<M> Ending for Update<M> {}

impl<M: Model> Rows for Update<M> {
    type Row = M;

    fn rows(self, _: Option<u64>) -> Result<Statement> {
        self.statement(true)
    }
}

impl<M: Model> Changes for Update<M> {
    fn change(self) -> Result<Statement> {
        self.statement(false)
    }
}
