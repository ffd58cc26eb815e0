//! Conditions and their composition: `and`, `or`, `not`, and hand-written SQL.

use std::marker::PhantomData;
use std::ops::Not;

use super::statement::Writer;
use super::wire::Bound;
use crate::Model;
use crate::ident::ident;
use crate::types::Field;

/// A condition on the rows of `M`.
///
/// Made by the methods of columns ([`Column::eq`](super::Column::eq) and others) and by [`sql`]. Parentheses are
/// written where precedence requires them.
#[must_use = "give it to `filter`"]
pub struct Filter<M> {
    pub(crate) node: Node,
    of: PhantomData<fn() -> M>,
}

/// A [`Filter`] without the type of its model.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// A comparison, which needs no parentheses.
    Test(Vec<Piece>),
    /// Hand-written SQL, which gets parentheses.
    Raw(String, Vec<Bound>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

/// A part of a comparison.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Text(String),
    /// Text that is known at compile time.
    Static(&'static str),
    /// A name, which is quoted when it is written.
    Name(&'static str),
    Bound(Bound),
}

/// Hand-written SQL as a condition, in parentheses. Its placeholders are `$1`, `$2`, … for the values in their order;
/// in the statement they are renumbered.
///
/// ```no_run
/// # use feedstock::query::sql;
/// # #[derive(feedstock::Model)] struct Image { #[model(primary_key)] id: i32, prompt: String }
/// # use feedstock::{Model, blocking::Run};
/// # fn demo(client: &mut postgres::Client) -> feedstock::Result<()> {
/// let long = Image::query().filter(sql("length(prompt) > $1", (100_i32,))).all(client)?;
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// The ending returns a usage error, and sends nothing, when placeholders and values do not match.
pub fn sql<M>(sql: impl Into<String>, params: impl Params) -> Filter<M> {
    Filter::of(Node::Raw(sql.into(), params.bounds()))
}

/// `NOT (…)`: the rows for which the condition is false, and not NULL.
pub fn not<M>(filter: Filter<M>) -> Filter<M> {
    !filter
}

impl<M> Filter<M> {
    pub(crate) fn of(node: Node) -> Self {
        Filter { node, of: PhantomData }
    }

    /// Every row.
    pub fn everything() -> Self {
        Self::of(Node::All(Vec::new()))
    }

    /// Both.
    pub fn and(self, other: Filter<M>) -> Self {
        Self::all_of([self, other])
    }

    /// One of the two, or both.
    pub fn or(self, other: Filter<M>) -> Self {
        Self::any_of([self, other])
    }

    /// All of them; every row when there are none.
    pub fn all_of(filters: impl IntoIterator<Item = Filter<M>>) -> Self {
        Self::of(Node::All(filters.into_iter().map(|filter| filter.node).collect()))
    }

    /// At least one of them; no row when there are none.
    pub fn any_of(filters: impl IntoIterator<Item = Filter<M>>) -> Self {
        Self::of(Node::Any(filters.into_iter().map(|filter| filter.node).collect()))
    }
}

impl<M: Model> Filter<M> {
    /// The row whose primary key has these values, in the key's order.
    pub(crate) fn key(values: &[Bound]) -> Self {
        let columns = M::DECLARED.primary_key.map_or(&[][..], |key| key.columns);
        let test = |(column, value): (&&str, &Bound)| {
            Node::Test(vec![Piece::Text(format!("{} = ", ident(column))), Piece::Bound(value.clone())])
        };
        Self::of(Node::All(columns.iter().zip(values).map(test).collect()))
    }
}

impl<M> Clone for Filter<M> {
    fn clone(&self) -> Self {
        Self::of(self.node.clone())
    }
}

impl<M> std::fmt::Debug for Filter<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.node.fmt(f)
    }
}

impl<M> Not for Filter<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self::of(Node::Not(Box::new(self.node)))
    }
}

impl Node {
    /// Writes the condition; `inside` is what surrounds it.
    pub fn write(self, out: &mut Writer, inside: Inside) {
        match self {
            Node::Test(pieces) => write_pieces(pieces, out),
            Node::Raw(sql, params) => {
                // A comment at the end would include the parenthesis.
                out.push("(");
                out.splice(&sql, params);
                out.push(if sql.contains("--") { "\n)" } else { ")" });
            }
            Node::All(nodes) => write_list(nodes, out, Inside::And, inside),
            Node::Any(nodes) => write_list(nodes, out, Inside::Or, inside),
            Node::Not(node) => {
                out.push("NOT (");
                node.write(out, Inside::Brackets);
                out.push(")");
            }
        }
    }
}

/// What surrounds a condition.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inside {
    Brackets,
    And,
    Or,
}

pub(crate) fn write_pieces(pieces: Vec<Piece>, out: &mut Writer) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push(&text),
            Piece::Static(text) => out.push(text),
            Piece::Name(name) => out.name(name),
            Piece::Bound(bound) => out.bind(bound),
        };
    }
}

fn write_list(mut nodes: Vec<Node>, out: &mut Writer, list: Inside, around: Inside) {
    if nodes.len() == 1 {
        return nodes.remove(0).write(out, around);
    }
    let (between, empty) = if list == Inside::And { (" AND ", "true") } else { (" OR ", "false") };
    if nodes.is_empty() {
        out.push(empty);
        return;
    }
    // AND has precedence over OR, so that only an OR inside of an AND needs parentheses.
    let brackets = list == Inside::Or && around == Inside::And;
    out.push(if brackets { "(" } else { "" });
    for (at, node) in nodes.into_iter().enumerate() {
        out.push(if at > 0 { between } else { "" });
        node.write(out, list);
    }
    out.push(if brackets { ")" } else { "" });
}

/// The values for hand-written SQL: a tuple of fields' values, `()` for none, or a list of [`Bound`].
pub trait Params {
    /// The values, encoded.
    fn bounds(self) -> Vec<Bound>;
}

impl Params for Vec<Bound> {
    fn bounds(self) -> Vec<Bound> {
        self
    }
}

impl Params for () {
    fn bounds(self) -> Vec<Bound> {
        Vec::new()
    }
}

macro_rules! params {
    ($($name:ident $at:tt),+) => {
        impl<$($name: Field),+> Params for ($($name,)+) {
            fn bounds(self) -> Vec<Bound> {
                vec![$(Bound::new(&self.$at)),+]
            }
        }
    };
}

params!(A 0);
params!(A 0, B 1);
params!(A 0, B 1, C 2);
params!(A 0, B 1, C 2, D 3);
params!(A 0, B 1, C 2, D 3, E 4);
params!(A 0, B 1, C 2, D 3, E 4, F 5);
