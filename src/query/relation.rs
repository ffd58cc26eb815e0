//! Relations between models, which the derive declares as constants: loads related rows by one query.

use std::collections::HashMap;
use std::marker::PhantomData;

use super::column::Column;
use super::filter::{Filter, Node, Piece};
use super::keys;
use super::order::Order;
use super::run::{Ending, Rows, Sealed};
use super::select::Query;
use super::statement::Statement;
use super::wire::Bound;
use crate::ident::ident;
use crate::model::{Keyed, Model};
use crate::row::{Columns, Row, bytes};
use crate::types::Comparable;
use crate::{Error, Result};

/// The rows of `C` that refer to a row of `P`: `ImageGeneration::ASSETS`.
///
/// `load` returns the children of any number of rows, a `Vec<C>` for each, in the order of the rows. It sends one
/// statement, and none for no rows: `SELECT columns FROM assets WHERE deleted_at IS NULL AND image_gen_id = ANY ($1)
/// ORDER BY id`. Without `order_by` the children of a row are ordered by their primary key.
///
/// ```no_run
/// # use feedstock::Model;
/// # #[derive(Model)]
/// # #[model(has_many(assets: Asset, by = image_id))]
/// # struct Image { #[model(primary_key)] id: i32 }
/// # #[derive(Model)]
/// # struct Asset { #[model(primary_key)] id: i32, #[model(belongs_to = Image)] image_id: i32, url: String }
/// use feedstock::blocking::Run;
///
/// # fn demo(client: &mut postgres::Client) -> feedstock::Result<()> {
/// let images = Image::query().order_by(Image::ID.asc()).all(client)?;
/// let assets: Vec<Vec<Asset>> = Image::ASSETS.load(&images, client)?;
/// let pictures = Image::ASSETS.filter(Asset::URL.like("%.png")).load(&images, client)?;
/// // For one row it is a query as any other.
/// let count = Image::ASSETS.of(&images[0]).count(client)?;
/// # Ok(()) }
/// ```
#[must_use = "a relation sends nothing: end it with `load` or `of`"]
pub struct HasMany<P, C> {
    /// The foreign key column of `C`.
    by: &'static str,
    /// The key of a row.
    key: fn(&P) -> Vec<Bound>,
    children: Query<C>,
}

/// The row of `P` that a row of `C` refers to: `ImageGeneration::DRAMA`.
///
/// `load` returns the parents of any number of rows, an `Option<P>` for each, in the order of the rows. It sends one
/// statement, and none if all foreign keys are NULL: `SELECT columns FROM dramas WHERE deleted_at IS NULL AND id = ANY
/// ($1)`. A parent of several rows is returned for each of them. A soft-deleted one is `None`, unless
/// [`BelongsTo::with_deleted`] is called.
#[must_use = "a relation sends nothing: end it with `load` or `of`"]
pub struct BelongsTo<C, P> {
    /// The foreign key of a row; `None` is NULL.
    reference: fn(&C) -> Bound,
    parents: Query<P>,
}

impl<P: Keyed, C: Model> HasMany<P, C> {
    /// The derive calls this, and checks the column.
    #[doc(hidden)]
    pub const fn new(by: &'static str) -> Self {
        HasMany { by, key: P::own_key, children: Query::new() }
    }

    /// A query for the rows that refer to this one.
    pub fn of(self, row: &P) -> Query<C> {
        let (by, key) = (self.by, (self.key)(row));
        self.children.test(equal(by, key))
    }

    /// Adds a condition on the children.
    pub fn filter(self, filter: Filter<C>) -> Self {
        HasMany { children: self.children.filter(filter), ..self }
    }

    /// The order of each row's children; called again, it adds a further column.
    pub fn order_by(self, order: Order<C>) -> Self {
        HasMany { children: self.children.order_by(order), ..self }
    }

    /// Loads soft-deleted children as well.
    pub fn with_deleted(self) -> Self {
        HasMany { children: self.children.with_deleted(), ..self }
    }

    /// Loads soft-deleted children only.
    pub fn only_deleted(self) -> Self {
        HasMany { children: self.children.only_deleted(), ..self }
    }
}

impl<C: Model, P: Keyed> BelongsTo<C, P> {
    /// The derive calls this; the column's type is the key's, or an `Option` of it.
    #[doc(hidden)]
    pub const fn new<F>(_: Column<C, F>, reference: fn(&C) -> Bound) -> Self
    where
        F: RefersTo<P::Key>,
    {
        BelongsTo { reference, parents: Query::new() }
    }

    /// A query for the row that this one refers to. If the foreign key is NULL, it finds no row.
    pub fn of(self, row: &C) -> Query<P> {
        let reference = (self.reference)(row);
        self.parents.test(equal(key_column::<P>(), vec![reference]))
    }

    /// Adds a condition on the parents; parents that do not match are `None`.
    pub fn filter(self, filter: Filter<P>) -> Self {
        BelongsTo { parents: self.parents.filter(filter), ..self }
    }

    /// Loads soft-deleted parents as well.
    pub fn with_deleted(self) -> Self {
        BelongsTo { parents: self.parents.with_deleted(), ..self }
    }

    /// Loads soft-deleted parents only.
    pub fn only_deleted(self) -> Self {
        BelongsTo { parents: self.parents.only_deleted(), ..self }
    }
}

/// The types of a foreign key column for a key of type `K`.
#[diagnostic::on_unimplemented(
    message = "a column of the type `{Self}` cannot refer to a key of the type `{Key}`",
    label = "another type than the key",
    note = "a column that refers has the type of the other model's primary key, or an `Option` of it"
)]
pub trait RefersTo<Key> {}

#[diagnostic::do_not_recommend]
impl<Key, F: Comparable<Plain = Key>> RefersTo<Key> for F {}

/// The type of a column that does not exist. The macro reports that; this type avoids further errors.
#[doc(hidden)]
#[derive(Debug)]
pub struct Missing;

#[diagnostic::do_not_recommend]
impl<Key> RefersTo<Key> for Missing {}

#[diagnostic::do_not_recommend]
impl crate::types::Nullable for Missing {}

/// Builders that can be loaded for rows: a relation.
pub trait Relation: Ending {
    /// The rows for which others are loaded.
    type Of;
    /// The rows that are loaded.
    type Target: for<'a> Row<'a> + 'static;
    /// The result for each row: a list, or an optional row.
    type Loaded;

    /// The statement, and the rows to which its results belong.
    ///
    /// # Errors
    ///
    /// A usage error for a key that cannot be encoded.
    fn loading(self, rows: &[Self::Of]) -> Result<Loading<Self::Target>>;

    /// The result for a row, from the rows that belong to it.
    fn loaded(rows: Vec<Self::Target>) -> Self::Loaded;
}

impl<P, C> Sealed for HasMany<P, C> {}

impl<P: Keyed, C: Model> Relation for HasMany<P, C> {
    type Of = P;
    type Target = C;
    type Loaded = Vec<C>;

    fn loading(self, rows: &[P]) -> Result<Loading<C>> {
        // A relation has one foreign key column, so that the key is one value.
        let keys = rows.iter().map(|row| (self.key)(row).remove(0)).collect();
        Loading::new(self.children.or_by_key(), self.by, keys)
    }

    fn loaded(rows: Vec<C>) -> Vec<C> {
        rows
    }
}

impl<C, P> Sealed for BelongsTo<C, P> {}

impl<C: Model, P: Keyed> Relation for BelongsTo<C, P> {
    type Of = C;
    type Target = P;
    type Loaded = Option<P>;

    fn loading(self, rows: &[C]) -> Result<Loading<P>> {
        Loading::new(self.parents, key_column::<P>(), rows.iter().map(self.reference).collect())
    }

    fn loaded(mut rows: Vec<P>) -> Option<P> {
        rows.pop()
    }
}

/// A statement that loads related rows, and the rows to which its results belong.
#[must_use = "what is loaded is sent by an ending"]
pub struct Loading<T> {
    statement: Option<Statement>,
    /// The index of each distinct key, by its bytes.
    numbers: HashMap<Vec<u8>, usize>,
    /// For each key, the indexes of the rows that have it.
    places: Vec<Vec<usize>>,
    from: Cell,
    /// The number of rows for which others are loaded.
    rows: usize,
    of: PhantomData<fn() -> T>,
}

/// The rows loaded so far, for each row.
pub(crate) struct Found<T> {
    columns: Option<Columns<T>>,
    /// The number of rows that have arrived.
    arrived: u64,
    pub rows: Vec<Vec<T>>,
}

/// The cell of a loaded row from which the key is read.
#[derive(Clone, Copy)]
enum Cell {
    /// The key itself.
    Key(usize),
    /// The indexes of the keys that it is equal to, from 1.
    Numbers(usize),
}

impl<T: Model> Loading<T> {
    fn new(query: Query<T>, name: &str, of_rows: Vec<Bound>) -> Result<Self> {
        let (at, column) = keys::column(T::DECLARED, name);
        let (mut numbers, mut places) = (HashMap::<Vec<u8>, usize>::new(), Vec::<Vec<usize>>::new());
        let rows = of_rows.len();
        let mut distinct = Vec::new();
        for (place, key) in of_rows.into_iter().enumerate() {
            let Some(bytes) = key.bytes()? else { continue };
            match numbers.get(bytes) {
                Some(number) => places[*number].push(place),
                None => {
                    numbers.insert(bytes.to_vec(), places.len());
                    places.push(vec![place]);
                    distinct.push(key);
                }
            }
        }
        let from = Cell::Key(at);
        let mut loading = Loading { statement: None, numbers, places, from, rows, of: PhantomData };
        if let Some(first) = distinct.first() {
            let mut query = query;
            let array = || keys::array(&distinct, &column);
            if !keys::are_their_bytes(first, &column) {
                loading.from = Cell::Numbers(T::DECLARED.columns.len());
                query =
                    query.select_more(around(", array_positions(", array()?, &format!(", {})", ident(name))));
            }
            let test = around(&format!("{} = ANY (", ident(name)), array()?, ")");
            loading.statement = Some(query.test(Node::Test(test)).rows(None)?);
        }
        Ok(loading)
    }
}

impl<T: for<'a> Row<'a>> Loading<T> {
    /// The statement; `None` if there is no key.
    pub(crate) fn statement(&self) -> Option<&Statement> {
        self.statement.as_ref()
    }

    /// No loaded row for any row.
    pub(crate) fn nothing(&self) -> Found<T> {
        Found { columns: None, arrived: 0, rows: (0..self.rows).map(|_| Vec::new()).collect() }
    }

    /// Adds a row. If several rows refer to it, it is decoded for each of them.
    pub(crate) fn take(&self, row: &postgres::Row, found: &mut Found<T>) -> Result<()> {
        let columns = match &found.columns {
            Some(columns) => columns,
            None => found.columns.insert(Columns::by_name(row.columns())?),
        };
        found.arrived += 1;
        for number in numbers(row, self.from, &self.numbers)? {
            for place in self.places.get(number).into_iter().flatten() {
                let child = columns.row(row).map_err(|error| error.in_row(found.arrived))?;
                found.rows[*place].push(child);
            }
        }
        Ok(())
    }
}

/// The indexes of the keys that the row belongs to.
fn numbers(row: &postgres::Row, from: Cell, known: &HashMap<Vec<u8>, usize>) -> Result<Vec<usize>> {
    let unknown = || Error::decode("a loaded row does not say whose it is");
    match from {
        Cell::Key(at) => {
            let raw = bytes(row, at).ok_or_else(unknown)?;
            Ok(raw.and_then(|raw| known.get(raw)).copied().into_iter().collect())
        }
        Cell::Numbers(at) => {
            let numbers: Vec<i32> = row.try_get(at).map_err(|error| unknown().because(error))?;
            Ok(numbers.into_iter().filter_map(|number| usize::try_from(number - 1).ok()).collect())
        }
    }
}

/// `"image_gen_id" = $1`, which matches nothing if the value is NULL.
fn equal(column: &str, key: Vec<Bound>) -> Node {
    let mut pieces = vec![Piece::Text(format!("{} = ", ident(column)))];
    pieces.extend(key.into_iter().map(Piece::Bound));
    Node::Test(pieces)
}

fn around(before: &str, mut pieces: Vec<Piece>, after: &str) -> Vec<Piece> {
    pieces.insert(0, Piece::Text(before.to_owned()));
    pieces.push(Piece::Text(after.to_owned()));
    pieces
}

/// The column of the key; relations exist only to keys of one column.
fn key_column<P: Keyed>() -> &'static str {
    P::DECLARED.primary_key.and_then(|key| key.columns.first().copied()).unwrap_or_default()
}
