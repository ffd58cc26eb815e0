//! `UPDATE` of chosen columns.

use std::marker::PhantomData;

use super::filter::{Filter, Node, Params, Piece};
use super::output::Expected;
use super::parents::Parents;
use super::run::{Changes, Rows, Sealed, exceeded};
use super::select::Scope;
use super::statement::{Statement, Writer};
use super::taken::Given;
use super::wire::Bound;
use crate::{Error, Model, Result};

/// An update of the rows that a filter finds, made by [`Model::update`].
///
/// `UPDATE table SET … WHERE …`, with `RETURNING` if the ending returns rows. As in a query, soft-deleted rows are not
/// found. The column marked `updated_at` is set to the current time, and the column marked `version` is incremented,
/// unless they are set explicitly. Without a filter the ending returns a usage error; to update all rows, use
/// `filter(Filter::everything())`.
///
/// If a foreign key with `restrict_deleted_parent` is set, the parents must be live: [`Error::is_parent_deleted`].
#[must_use = "an update sends nothing: end it with `execute`, `all` or `one`"]
pub struct Update<M> {
    scope: Scope,
    sets: Vec<SetColumn>,
    of: PhantomData<fn() -> M>,
}

/// A column and its new value, made by [`Column::to`](super::Column::to) and similar methods.
#[must_use = "give it to `set` or `do_update`"]
pub struct Set<M> {
    pub(crate) set: SetColumn,
    of: PhantomData<fn() -> M>,
}

/// A [`Set`] without the type of its model.
#[derive(Debug, Clone)]
pub(crate) struct SetColumn {
    pub column: &'static str,
    pub value: Node,
    /// The value as a parameter, if the statement has it as a literal.
    key: Option<Bound>,
    /// The value is that of `EXCLUDED`.
    pub is_excluded: bool,
}

impl<M> Set<M> {
    fn new(column: &'static str, value: Node) -> Self {
        Set { set: SetColumn { column, value, key: None, is_excluded: false }, of: PhantomData }
    }

    pub(crate) fn to(column: &'static str, value: Piece) -> Self {
        Self::new(column, Node::Test(vec![value]))
    }

    pub(crate) fn to_sql(column: &'static str, sql: String, params: impl Params) -> Self {
        Self::new(column, Node::Raw(sql, params.bounds()))
    }

    pub(crate) fn to_excluded(column: &'static str) -> Self {
        let mut set = Self::new(column, Node::Test(vec![Piece::Static("EXCLUDED."), Piece::Name(column)]));
        set.set.is_excluded = true;
        set
    }

    pub(crate) fn with_key(mut self, key: Bound) -> Self {
        self.set.key = Some(key);
        self
    }
}

impl SetColumn {
    /// The new key of the parent, if it is set to a value.
    ///
    /// # Errors
    ///
    /// A usage error for an expression, whose value is not known before the update.
    pub fn key<M: Model>(&self) -> Result<Option<Bound>> {
        match (&self.key, &self.value) {
            (Some(key), _) => Ok(Some(key.clone())),
            (None, Node::Test(pieces)) => Ok(match &pieces[..] {
                [Piece::Bound(bound)] => Some(bound.clone()),
                _ => None,
            }),
            _ => {
                let (model, column) = (M::DECLARED.model, self.column);
                let message =
                    format!("`{column}` of `{model}` is set to an expression, and its parent must be live");
                Err(Error::usage(message).help(
                    "`restrict_deleted_parent` looks at the parent first: give the column a value with `to`",
                ))
            }
        }
    }
}

/// ` SET "a" = $1, "b" = $2`, followed by the columns marked `updated_at` and `version`. `count` is the prefix by which
/// the old value of the version is qualified.
///
/// Returns the values that are known before the statement is sent.
pub(crate) fn write_sets<M: Model>(
    sets: Vec<SetColumn>,
    count: &str,
    out: &mut Writer,
) -> Vec<(&'static str, String)> {
    let unset = |column: &str| sets.iter().all(|set| set.column != column);
    let stamp = M::UPDATED_AT.filter(|(column, _)| unset(column));
    let version = M::VERSION.filter(|column| unset(column));
    let (mut between, mut given) = (" SET ", Vec::new());
    for set in sets {
        out.push(between).name(set.column).push(" = ");
        let is_known = matches!(&set.value, Node::Test(pieces) if matches!(&pieces[..], [Piece::Bound(_)]));
        let value = out.noted(|out| set.value.write(out, super::filter::Inside::Brackets));
        given.extend(is_known.then_some((set.column, value)));
        between = ", ";
    }
    if let Some((column, now)) = stamp {
        out.push(between).name(column).push(" = ").push(now);
        between = ", ";
    }
    if let Some(column) = version {
        out.push(between).name(column).push(" = ").push(count).name(column).push(" + 1");
    }
    given
}

impl<M: Model> Update<M> {
    pub(crate) fn new() -> Self {
        Update { scope: Scope::default(), sets: Vec::new(), of: PhantomData }
    }

    /// Sets a column; called again, it sets a further column.
    pub fn set(mut self, set: Set<M>) -> Self {
        self.sets.push(set.set);
        self
    }

    /// Adds a condition: rows must match all filters.
    pub fn filter(mut self, filter: Filter<M>) -> Self {
        self.scope.filter(filter.node);
        self
    }

    /// Updates soft-deleted rows as well.
    pub fn with_deleted(mut self) -> Self {
        self.scope.with_deleted();
        self
    }

    /// Updates soft-deleted rows only.
    pub fn only_deleted(mut self) -> Self {
        self.scope.only_deleted();
        self
    }

    fn check(&self) -> Result<()> {
        let model = M::DECLARED.model;
        if self.sets.is_empty() {
            return Err(Error::usage(format!("an update of `{model}` sets nothing")).help("call `set`"));
        }
        check_sets::<M>(&self.sets, "an update")?;
        if let Some(set) = self.sets.iter().find(|set| set.is_excluded) {
            let message = format!("an update of `{model}` sets `{}` to what no row has", set.column);
            return Err(Error::usage(message).help("`to_excluded` is for `on_conflict(…).do_update`"));
        }
        if !self.scope.is_filtered() {
            return Err(Error::usage(format!("an update of `{model}` has no filter"))
                .help("where all rows are meant, say `filter(Filter::everything())`"));
        }
        Ok(())
    }

    fn statement(self, returning: Option<Expected>, limited: bool) -> Result<Statement> {
        self.check()?;
        let Update { mut scope, sets, .. } = self;
        let mut out = Writer::default();
        let parents = Parents::of::<M>(|name| match sets.iter().find(|set| set.column == name) {
            Some(set) => Ok(set.key::<M>()?.into_iter().collect()),
            None => Ok(Vec::new()),
        })?;
        // The condition is written twice, with the same parameters.
        let rows = limited.then(|| out.apart(|out| scope.clone().write_and::<M>(out)));
        parents.at_most_one(rows.clone()).around::<M>(&mut out, returning, |out, held| {
            out.push("UPDATE ").push(M::TABLE);
            let given = write_sets::<M>(sets, "", out);
            out.given = Given::of::<M>(given, String::new());
            match (rows, held) {
                (Some(rows), Some(held)) => {
                    out.push(&rows).push(" AND ").push(held);
                }
                (_, Some(held)) => {
                    scope.filter(Node::Test(vec![Piece::Text(held.to_owned())]));
                    scope.write::<M>(out);
                }
                (_, None) => scope.write::<M>(out),
            }
            Ok(())
        })?;
        if limited {
            out.meaning.exceeded = Some(|| exceeded(&format!("an update of `{}`", M::DECLARED.model)));
        }
        out.finish()
    }
}

/// Checks that no column is set twice.
pub(crate) fn check_sets<M: Model>(sets: &[SetColumn], what: &str) -> Result<()> {
    for (at, SetColumn { column, .. }) in sets.iter().enumerate() {
        if sets[..at].iter().any(|before| before.column == *column) {
            let message = format!("{what} of `{}` sets `{column}` twice", M::DECLARED.model);
            return Err(Error::usage(message).help("leave one of them out"));
        }
    }
    Ok(())
}

impl<M> Sealed for Update<M> {}

impl<M: Model> Rows for Update<M> {
    type Row = M;

    fn rows(self, at_most: Option<u64>) -> Result<Statement> {
        let limited = at_most.is_some();
        self.statement(Some(if limited { Expected::One } else { Expected::Many }), limited)
    }
}

impl<M: Model> Changes for Update<M> {
    fn change(self) -> Result<Statement> {
        self.statement(None, false)
    }
}
