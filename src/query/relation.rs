//! Relations between models, as the derive's constants have them: the rows that belong to others, in one query.

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
/// `load` gives those of any number of rows, a `Vec<C>` for each, in the rows' order; it sends one statement, and none
/// for no rows: `SELECT columns FROM assets WHERE deleted_at IS NULL AND image_gen_id = ANY ($1) ORDER BY id`. Without
/// an order of its own the children of a row come by their primary key.
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
/// // Of one row it is a query as any other.
/// let count = Image::ASSETS.of(&images[0]).count(client)?;
/// # Ok(()) }
/// ```
#[must_use = "a relation sends nothing: end it with `load` or `of`"]
pub struct HasMany<P, C> {
    /// The column of `C` that refers.
    by: &'static str,
    /// The key of a row.
    key: fn(&P) -> Vec<Bound>,
    children: Query<C>,
}

/// The row of `P` that a row of `C` refers to: `ImageGeneration::DRAMA`.
///
/// `load` gives those of any number of rows, an `Option<P>` for each, in the rows' order; it sends one statement, and
/// none when no row refers to anything: `SELECT columns FROM dramas WHERE deleted_at IS NULL AND id = ANY ($1)`. A
/// parent that several rows share is there for each of them. A deleted one is `None` unless
/// [`BelongsTo::with_deleted`] is said.
#[must_use = "a relation sends nothing: end it with `load` or `of`"]
pub struct BelongsTo<C, P> {
    /// What a row refers to; NULL is nothing.
    reference: fn(&C) -> Bound,
    parents: Query<P>,
}

impl<P: Keyed, C: Model> HasMany<P, C> {
    /// The derive makes them, and checks the column.
    #[doc(hidden)]
    pub const fn new(by: &'static str) -> Self {
        HasMany { by, key: P::own_key, children: Query::new() }
    }

    /// The rows that refer to this one, as a query to be filtered further and ended.
    pub fn of(self, row: &P) -> Query<C> {
        let (by, key) = (self.by, (self.key)(row));
        self.children.test(equal(by, key))
    }

    /// Only children for which this is true, too.
    pub fn filter(self, filter: Filter<C>) -> Self {
        HasMany { children: self.children.filter(filter), ..self }
    }

    /// The order of each row's children; said again, a further column.
    pub fn order_by(self, order: Order<C>) -> Self {
        HasMany { children: self.children.order_by(order), ..self }
    }

    /// Deleted children as well.
    pub fn with_deleted(self) -> Self {
        HasMany { children: self.children.with_deleted(), ..self }
    }

    /// Deleted children alone.
    pub fn only_deleted(self) -> Self {
        HasMany { children: self.children.only_deleted(), ..self }
    }
}

impl<C: Model, P: Keyed> BelongsTo<C, P> {
    /// The derive makes them; the column's type is the key's, or an `Option` of it.
    #[doc(hidden)]
    pub const fn new<F>(_: Column<C, F>, reference: fn(&C) -> Bound) -> Self
    where
        F: RefersTo<P::Key>,
    {
        BelongsTo { reference, parents: Query::new() }
    }

    /// The row that this one refers to, as a query to be ended; a row that refers to nothing finds nothing.
    pub fn of(self, row: &C) -> Query<P> {
        let reference = (self.reference)(row);
        self.parents.test(equal(key_column::<P>(), vec![reference]))
    }

    /// Only parents for which this is true; others are `None`.
    pub fn filter(self, filter: Filter<P>) -> Self {
        BelongsTo { parents: self.parents.filter(filter), ..self }
    }

    /// Deleted parents as well.
    pub fn with_deleted(self) -> Self {
        BelongsTo { parents: self.parents.with_deleted(), ..self }
    }

    /// Deleted parents alone.
    pub fn only_deleted(self) -> Self {
        BelongsTo { parents: self.parents.only_deleted(), ..self }
    }
}

/// What a column can be that refers to a row with this key.
#[diagnostic::on_unimplemented(
    message = "a column of the type `{Self}` cannot refer to a key of the type `{Key}`",
    label = "another type than the key",
    note = "a column that refers has the type of the other model's primary key, or an `Option` of it"
)]
pub trait RefersTo<Key> {}

#[diagnostic::do_not_recommend]
impl<Key, F: Comparable<Plain = Key>> RefersTo<Key> for F {}

/// The type of a column that is none, which its own message says, and nothing else.
#[doc(hidden)]
#[derive(Debug)]
pub struct Missing;

#[diagnostic::do_not_recommend]
impl<Key> RefersTo<Key> for Missing {}

#[diagnostic::do_not_recommend]
impl crate::types::Nullable for Missing {}

/// What can be loaded for rows that are there: a relation.
pub trait Relation: Ending {
    /// The rows that are there.
    type Of;
    /// A row that is loaded.
    type Target: for<'a> Row<'a> + 'static;
    /// What each row gets: a list, or the one row.
    type Loaded;

    /// The statement, and the places of what it gives.
    ///
    /// # Errors
    ///
    /// A usage error for a key that cannot be written.
    fn loading(self, rows: &[Self::Of]) -> Result<Loading<Self::Target>>;

    /// What a row gets of the rows that are its.
    fn loaded(rows: Vec<Self::Target>) -> Self::Loaded;
}

impl<P, C> Sealed for HasMany<P, C> {}

impl<P: Keyed, C: Model> Relation for HasMany<P, C> {
    type Of = P;
    type Target = C;
    type Loaded = Vec<C>;

    fn loading(self, rows: &[P]) -> Result<Loading<C>> {
        // A relation refers to one column, so that the key is one value.
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

/// Rows on their way to those that they belong to.
#[must_use = "what is loaded is sent by an ending"]
pub struct Loading<T> {
    statement: Option<Statement>,
    /// The number of each distinct key, by its bytes.
    numbers: HashMap<Vec<u8>, usize>,
    /// The places of the rows that have the key of this number.
    places: Vec<Vec<usize>>,
    from: Cell,
    /// How many rows there are to find others for.
    rows: usize,
    of: PhantomData<fn() -> T>,
}

/// What was found so far for each row.
pub(crate) struct Found<T> {
    columns: Option<Columns<T>>,
    /// How many rows have arrived.
    arrived: u64,
    pub rows: Vec<Vec<T>>,
}

/// Which cell says whose a row is.
#[derive(Clone, Copy)]
enum Cell {
    /// The key itself.
    Key(usize),
    /// The numbers of the keys that it is equal to, from 1.
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
    /// What is to be sent, if anything.
    pub(crate) fn statement(&self) -> Option<&Statement> {
        self.statement.as_ref()
    }

    /// Before the first row has arrived.
    pub(crate) fn nothing(&self) -> Found<T> {
        Found { columns: None, arrived: 0, rows: (0..self.rows).map(|_| Vec::new()).collect() }
    }

    /// Takes a row as it arrives. One that several refer to is decoded for each of them.
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

/// The numbers of the keys that the row is of.
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

/// `"image_gen_id" = $1`; a NULL is equal to nothing.
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

/// The only column of the key; a relation refers to no other keys.
fn key_column<P: Keyed>() -> &'static str {
    P::DECLARED.primary_key.and_then(|key| key.columns.first().copied()).unwrap_or_default()
}
