//! The order of rows, and the position in that order at which a page begins.

use std::marker::PhantomData;

use super::filter::{Node, Piece};
use super::wire::Bound;
use crate::ident::ident;
use crate::model::Declared;
use crate::{Error, Result};

/// One column of an `ORDER BY`, made by [`Column::asc`](super::Column::asc) and [`Column::desc`](super::Column::desc).
#[must_use = "give it to `order_by`"]
pub struct Order<M> {
    pub(crate) by: By,
    of: PhantomData<fn() -> M>,
}

/// An [`Order`] without the type of its model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct By {
    column: &'static str,
    nullable: bool,
    descending: bool,
    /// `NULLS FIRST` or `NULLS LAST`; `None` is Postgres's default.
    nulls_first: Option<bool>,
}

/// A column's value in the last row of a page, made by [`Column::at`](super::Column::at).
#[must_use = "give it to `after`"]
pub struct Key<M> {
    pub(crate) at: At,
    of: PhantomData<fn() -> M>,
}

#[derive(Debug, Clone)]
pub(crate) struct At {
    column: &'static str,
    value: Bound,
}

impl<M> Order<M> {
    pub(crate) fn new(column: &'static str, nullable: bool, descending: bool) -> Self {
        Order { by: By { column, nullable, descending, nulls_first: None }, of: PhantomData }
    }

    /// `NULLS FIRST`
    pub fn nulls_first(mut self) -> Self {
        self.by.nulls_first = Some(true);
        self
    }

    /// `NULLS LAST`
    pub fn nulls_last(mut self) -> Self {
        self.by.nulls_first = Some(false);
        self
    }
}

impl<M> Key<M> {
    pub(crate) fn new(column: &'static str, value: Bound) -> Self {
        Key { at: At { column, value }, of: PhantomData }
    }
}

impl By {
    pub fn column(&self) -> &'static str {
        self.column
    }

    /// `"created_at" DESC`, with `NULLS FIRST` or `NULLS LAST` if it was given.
    pub fn sql(&self) -> String {
        let direction = if self.descending { " DESC" } else { "" };
        let nulls = match self.nulls_first {
            Some(true) => " NULLS FIRST",
            Some(false) => " NULLS LAST",
            None => "",
        };
        format!("{}{direction}{nulls}", ident(self.column))
    }

    fn nulls_are_first(&self) -> bool {
        self.nulls_first.unwrap_or(self.descending)
    }
}

/// The rows that are sorted after a row with these values.
///
/// If no column can be NULL and all have the same direction, this is a comparison of rows, for which Postgres can use
/// an index; otherwise it is written out column by column.
///
/// # Errors
///
/// A usage error when the values are not of the order's columns, or when several rows can be equal in the order: a page
/// would then leave out some of them.
pub(crate) fn after(declared: &Declared, orders: &[By], keys: Vec<At>) -> Result<Node> {
    let (ordered, given) = (names(orders.iter().map(|by| by.column)), names(keys.iter().map(|at| at.column)));
    if ordered != given {
        let message = format!("the order is by {ordered}, and `after` got {given}");
        return Err(Error::usage(message).help("give `after` the columns of `order_by`, in their order"));
    }
    if !is_unique(declared, orders) {
        let message = format!("several rows of `{}` can be equal by {ordered}", declared.model);
        let help =
            "add the primary key to `order_by` and to `after`: a page would leave out rows that are equal";
        return Err(Error::usage(message).help(help));
    }
    let one_way = orders.iter().all(|by| by.descending == orders[0].descending);
    if one_way && orders.iter().all(|by| !by.nullable) {
        return Ok(row_comparison(orders, keys));
    }
    Ok(written_out(orders, &keys))
}

fn names<'a>(columns: impl Iterator<Item = &'a str>) -> String {
    let columns = columns.map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
    if columns.is_empty() { "nothing".to_owned() } else { columns }
}

/// Does the order contain a whole primary key, or a unique constraint of columns that cannot be NULL?
fn is_unique(declared: &Declared, orders: &[By]) -> bool {
    let whole = |columns: &[&str]| {
        let held = |column: &&str| orders.iter().any(|by| by.column == *column && !by.nullable);
        columns.iter().all(held)
    };
    let key = declared.primary_key.is_some_and(|key| whole(key.columns));
    let full = declared.uniques.iter().filter(|unique| !unique.live && unique.predicate.is_none());
    key || full.into_iter().any(|unique| whole(unique.columns))
}

/// `("created_at", "id") < ($1, $2)`
fn row_comparison(orders: &[By], keys: Vec<At>) -> Node {
    let columns = orders.iter().map(|by| ident(by.column)).collect::<Vec<_>>().join(", ");
    let operator = if orders[0].descending { "<" } else { ">" };
    let mut pieces = vec![Piece::Text(format!("({columns}) {operator} ("))];
    for (at, key) in keys.into_iter().enumerate() {
        pieces.push(Piece::Text(if at > 0 { ", " } else { "" }.to_owned()));
        pieces.push(Piece::Bound(key.value));
    }
    pieces.push(Piece::Text(")".to_owned()));
    Node::Test(pieces)
}

/// Greater in the first column, or equal in it and greater in the second, and so on.
fn written_out(orders: &[By], keys: &[At]) -> Node {
    let steps = orders.iter().zip(keys).enumerate().map(|(at, (by, key))| {
        let mut all: Vec<_> = orders.iter().zip(keys).take(at).map(|(by, key)| same(by, key)).collect();
        all.push(beyond(by, key));
        Node::All(all)
    });
    Node::Any(steps.collect())
}

fn same(by: &By, key: &At) -> Node {
    if key.value.is_null() { test(by, " IS NULL", None) } else { test(by, " = ", Some(key)) }
}

fn beyond(by: &By, key: &At) -> Node {
    match (key.value.is_null(), by.nulls_are_first()) {
        (true, true) => test(by, " IS NOT NULL", None),
        (true, false) => Node::Any(Vec::new()),
        (false, nulls_first) => {
            let further = test(by, if by.descending { " < " } else { " > " }, Some(key));
            let nulls_follow = by.nullable && !nulls_first;
            if nulls_follow { Node::Any(vec![further, test(by, " IS NULL", None)]) } else { further }
        }
    }
}

fn test(by: &By, operator: &str, key: Option<&At>) -> Node {
    let text = Piece::Text(format!("{}{operator}", ident(by.column)));
    Node::Test([text].into_iter().chain(key.map(|key| Piece::Bound(key.value.clone()))).collect())
}
