//! Typed columns and their comparisons.

use std::marker::PhantomData;

use super::filter::{Filter, Node, Params, Piece};
use super::order::{Key, Order};
use super::update::Set;
use super::wire::{Bound, Wire};
use crate::Model;
use crate::types::{Comparable, Field, NotNull, Nullable};

/// A column of `M` whose field is a `T`: `ImageGeneration::DRAMA_ID`.
///
/// Comparisons take values of the column's type only. For a column that may be NULL they take `T` and not `Option<T>`,
/// since nothing is equal to NULL; use [`Column::is_null`]. As in SQL, a comparison with NULL is neither true nor
/// false, so that [`Column::ne`] does not match NULL either.
///
/// Values are parameters. Only the values of enums are literals, so that Postgres can use a partial index with
/// `WHERE status IN ('pending', 'processing')` for a prepared statement.
pub struct Column<M, T> {
    name: &'static str,
    of: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M, T> std::fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Column").field(&self.name).finish()
    }
}

impl<M, T> Column<M, T> {
    /// A column by its name in the database; the derive calls this.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        Column { name, of: PhantomData }
    }

    /// The name in the database, unquoted.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<M: Model, T: Comparable> Column<M, T> {
    /// `column = value`
    pub fn eq(self, value: impl Operand<T::Plain>) -> Filter<M> {
        self.compare(" = ", value)
    }

    /// `column <> value`; it does not match NULL.
    pub fn ne(self, value: impl Operand<T::Plain>) -> Filter<M> {
        self.compare(" <> ", value)
    }

    /// `column < value`
    pub fn lt(self, value: impl Operand<T::Plain>) -> Filter<M> {
        self.compare(" < ", value)
    }

    /// `column <= value`
    pub fn le(self, value: impl Operand<T::Plain>) -> Filter<M> {
        self.compare(" <= ", value)
    }

    /// `column > value`
    pub fn gt(self, value: impl Operand<T::Plain>) -> Filter<M> {
        self.compare(" > ", value)
    }

    /// `column >= value`
    pub fn ge(self, value: impl Operand<T::Plain>) -> Filter<M> {
        self.compare(" >= ", value)
    }

    /// `column BETWEEN low AND high`, both included.
    pub fn between(self, low: impl Operand<T::Plain>, high: impl Operand<T::Plain>) -> Filter<M> {
        let (low, high) = (self.value(low), self.value(high));
        self.test([Piece::Static(" BETWEEN "), low, Piece::Static(" AND "), high])
    }

    /// `column = ANY (values)`, one parameter for any number of values; for enums `IN ('a', 'b')`. Without values it
    /// matches no row.
    pub fn one_of<V: Operand<T::Plain>>(self, values: impl IntoIterator<Item = V>) -> Filter<M> {
        let values: Vec<T::Plain> = values.into_iter().map(Operand::operand).collect();
        if values.is_empty() {
            return Filter::any_of([]);
        }
        let wire = self.wire();
        match wire.array.clone().filter(|_| !is_enum::<T>()) {
            Some(array) => {
                let cast = wire.cast.as_ref().map(|cast| format!("{cast}[]"));
                let list =
                    super::array::bound(&wire.ty, array, cast, &values).of(self.name, M::DECLARED.model);
                let list = Piece::Bound(list);
                self.test([Piece::Static(" = ANY ("), list, Piece::Static(")")])
            }
            None => {
                let mut pieces = vec![Piece::Static(" IN (")];
                for (at, value) in values.iter().enumerate() {
                    pieces.push(Piece::Static(if at > 0 { ", " } else { "" }));
                    pieces.push(self.piece(value));
                }
                pieces.push(Piece::Static(")"));
                self.test(pieces)
            }
        }
    }

    /// `column IS NULL`
    pub fn is_null(self) -> Filter<M> {
        self.test([Piece::Static(" IS NULL")])
    }

    /// `column IS NOT NULL`
    pub fn is_not_null(self) -> Filter<M> {
        self.test([Piece::Static(" IS NOT NULL")])
    }

    /// `ORDER BY column`, which puts NULLs last.
    pub fn asc(self) -> Order<M> {
        Order::new(self.name, T::NULLABLE, false)
    }

    /// `ORDER BY column DESC`, which puts NULLs first.
    pub fn desc(self) -> Order<M> {
        Order::new(self.name, T::NULLABLE, true)
    }

    /// The column's value in the last row of a page, for [`Query::after`](super::Query::after).
    pub fn at(self, value: T) -> Key<M> {
        Key::new(self.name, self.bound(&value))
    }

    /// In an update: `column = value`.
    pub fn to(self, value: impl Operand<T::Plain>) -> Set<M> {
        let value = value.operand();
        let set = Set::to(self.name, self.piece(&value));
        // A label is a literal; `restrict_deleted_parent` needs the value of a foreign key.
        if is_enum::<T>() { set.with_key(self.over(&value)) } else { set }
    }

    /// In [`OnConflict::do_update`](super::OnConflict::do_update): the value of the row that could not be inserted,
    /// `column = EXCLUDED.column`.
    pub fn to_excluded(self) -> Set<M> {
        Set::to_excluded(self.name)
    }

    /// In an update: `column = NULL`.
    pub fn to_null(self) -> Set<M>
    where
        T: Nullable,
    {
        Set::to(self.name, Piece::Static("NULL"))
    }

    /// In an update: `column = (expression)`, with hand-written SQL as in [`sql`](super::sql):
    /// `to_sql("view_count + $1", (1,))`.
    pub fn to_sql(self, expression: impl Into<String>, params: impl Params) -> Set<M> {
        Set::to_sql(self.name, expression.into(), params)
    }

    /// The value as a parameter of this column's type.
    #[doc(hidden)]
    pub fn bound(self, value: &T) -> Bound {
        self.over(value)
    }

    fn over<V: Field>(self, value: &V) -> Bound {
        Bound::over(self.wire(), value).of(self.name, M::DECLARED.model)
    }

    fn compare(self, operator: &'static str, value: impl Operand<T::Plain>) -> Filter<M> {
        let value = self.value(value);
        Filter::of(Node::Test(vec![Piece::Name(self.name), Piece::Static(operator), value]))
    }

    fn value(self, value: impl Operand<T::Plain>) -> Piece {
        self.piece(&value.operand())
    }

    fn piece(self, value: &T::Plain) -> Piece {
        if is_enum::<T>() {
            return Piece::Text(NotNull::literal(value));
        }
        Piece::Bound(self.over(value))
    }

    pub(crate) fn wire(self) -> Wire {
        Wire::of_column::<T>(|| M::DECLARED.columns.iter().find(|column| column.name == self.name))
    }

    /// The column, followed by the pieces.
    pub(crate) fn test(self, after: impl IntoIterator<Item = Piece>) -> Filter<M> {
        Filter::of(Node::Test([Piece::Name(self.name)].into_iter().chain(after).collect()))
    }
}

/// Texts.
impl<M: Model, T: Comparable<Plain = String>> Column<M, T> {
    /// `column LIKE pattern`: `%` matches any text, `_` any character, a backslash escapes them.
    pub fn like(self, pattern: impl Operand<String>) -> Filter<M> {
        self.compare(" LIKE ", pattern)
    }

    /// `column ILIKE pattern`: [`Column::like`], case-insensitive.
    pub fn ilike(self, pattern: impl Operand<String>) -> Filter<M> {
        self.compare(" ILIKE ", pattern)
    }
}

/// JSON.
#[cfg(feature = "json")]
impl<M: Model, T: Comparable<Plain: IsJson>> Column<M, T> {
    /// `column @> value`: the column's JSON contains this one. On a `jsonb` column a GIN index supports it.
    pub fn contains(self, value: &serde_json::Value) -> Filter<M> {
        self.test([Piece::Static("::jsonb @> "), Piece::Bound(Bound::new(value))])
    }
}

/// Rust types of `jsonb` and `json` columns.
#[cfg(feature = "json")]
pub trait IsJson {}

#[cfg(feature = "json")]
impl IsJson for serde_json::Value {}

#[cfg(feature = "json")]
impl<T> IsJson for crate::Json<T> {}

/// Is the type an enum, whose labels are known at compile time?
pub(crate) fn is_enum<T: Field>() -> bool {
    T::TYPE.dimensions == 0 && (T::TYPE.pg_enum.is_some() || T::TYPE.labels.is_some())
}

/// A value that a column of `T` is compared with: a `T`, and for texts also a `&str`.
#[diagnostic::on_unimplemented(
    message = "a column of `{T}` cannot be compared with `{Self}`",
    label = "not a `{T}`",
    note = "a column that may be NULL is compared with what is in its `Option`; NULL is asked for with `is_null()`"
)]
pub trait Operand<T> {
    /// The value.
    fn operand(self) -> T;
}

impl<T> Operand<T> for T {
    fn operand(self) -> T {
        self
    }
}

impl Operand<String> for &str {
    fn operand(self) -> String {
        self.to_owned()
    }
}

impl Operand<String> for &String {
    fn operand(self) -> String {
        self.clone()
    }
}
