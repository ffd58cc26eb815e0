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

/// A change of the rows that a filter finds, made by [`Model::update`].
///
/// `UPDATE table SET … WHERE …`, with `RETURNING` where rows are asked for. Rows that are soft-deleted are left out
/// as in a query. The column that is marked `updated_at` is set to the present by the statement itself, unless it is
/// set by name, and so the column that is marked `version` is counted up. Without a filter nothing is sent:
/// `filter(Filter::everything())` says that all rows are meant.
///
/// A column with `restrict_deleted_parent` is set below live parents only: [`Error::is_parent_deleted`].
#[must_use = "an update sends nothing: end it with `execute`, `all` or `one`"]
pub struct Update<M> {
    scope: Scope,
    sets: Vec<SetColumn>,
    of: PhantomData<fn() -> M>,
}

/// What a column becomes, made by [`Column::to`](super::Column::to) and its neighbours.
#[must_use = "give it to `set` or `do_update`"]
pub struct Set<M> {
    pub(crate) set: SetColumn,
    of: PhantomData<fn() -> M>,
}

/// What a column of whatever table becomes.
#[derive(Debug, Clone)]
pub(crate) struct SetColumn {
    pub column: &'static str,
    pub value: Node,
    /// The value as a key, where it stands as a literal.
    key: Option<Bound>,
    /// It is what the row has that was refused.
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
    /// The parent that the column then refers to, if it is given here.
    ///
    /// # Errors
    ///
    /// A usage error for an expression, whose value is known too late.
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

/// ` SET "a" = $1, "b" = $2`, with what the statement sets by itself: the time of the change, and the count of changes,
/// for which `count` is how the row's own column is called.
///
/// It gives the values that are known before the statement is sent.
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

    /// What a column becomes; said again, a further column.
    pub fn set(mut self, set: Set<M>) -> Self {
        self.sets.push(set.set);
        self
    }

    /// Only rows for which this is true, too.
    pub fn filter(mut self, filter: Filter<M>) -> Self {
        self.scope.filter(filter.node);
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

    fn check(&self) -> Result<()> {
        let model = M::DECLARED.model;
        if self.sets.is_empty() {
            return Err(Error::usage(format!("an update of `{model}` sets nothing")).help("say `set`"));
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
        // The same condition stands twice, its parameters once.
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

/// Is each column set once?
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
