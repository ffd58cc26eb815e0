//! Decodes rows, columns matched by position or by name; they are matched once for each statement.

mod shape;

use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use postgres::Column;
use postgres::types::{FromSql, Type};

use crate::types::{BoxError, Decode, base};
use crate::{Error, Result};

pub use shape::{Shape, ShapeField};

/// A struct that can be read from a row: `#[derive(Model)]` or `#[derive(Row)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from rows",
    label = "no rows are read as this",
    note = "give the struct `#[derive(feedstock::Row)]`, or `#[derive(feedstock::Model)]` where it is a table"
)]
pub trait Row<'a>: Sized {
    /// The columns that the struct is read from.
    const SHAPE: &'static Shape;

    /// Reads the columns at the cursor. Feedstock calls it after the types were checked against [`Row::SHAPE`]. The
    /// cursor remembers a cell that cannot be read.
    fn from_cells(cells: &mut Cells<'a, '_>) -> Option<Self>;

    /// Reads one row, columns matched by position: as many as fields, in the order of the fields. For a model the names
    /// must match, too, so that a `SELECT *` from a table whose columns have another order is an error.
    ///
    /// This checks names and types for each row; [`Columns`] checks them once for a statement.
    ///
    /// # Errors
    ///
    /// A decode error that names the struct, the column, the Postgres type and the Rust type.
    fn from_row(row: &'a postgres::Row) -> Result<Self> {
        Columns::<Self>::by_position(row.columns())?.row(row)
    }
}

/// The columns of a statement, matched once with the fields of `T`. Reading its rows then needs no further lookup of
/// names or check of types.
///
/// ```no_run
/// use feedstock::{Columns, Row};
///
/// #[derive(Row)]
/// struct Total<'a> {
///     provider: &'a str,
///     images: i64,
/// }
///
/// # fn demo(client: &mut postgres::Client) -> feedstock::Result<()> {
/// let statement = client.prepare("SELECT count(*) AS images, provider FROM image_generations GROUP BY provider")?;
/// let columns = Columns::<Total>::by_name(statement.columns())?;
/// for row in &client.query(&statement, &[])? {
///     let total = columns.row(row)?;
///     println!("{}: {}", total.provider, total.images);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Columns<T> {
    /// The index of each field's column; `None` is by position.
    map: Option<Box<[usize]>>,
    /// The type that each field is read from; for a domain, its base type.
    types: Arc<[Type]>,
    /// The number of columns of the statement.
    width: usize,
    of: PhantomData<fn() -> T>,
}

impl<T> Columns<T> {
    /// Matches columns by name, in any order. The statement may have further columns.
    ///
    /// # Errors
    ///
    /// A decode error when a field's column is missing, exists twice, or has a type that the field cannot be read from.
    pub fn by_name<'a>(columns: &[Column]) -> Result<Self>
    where
        T: Row<'a>,
    {
        let map: Box<[_]> =
            T::SHAPE.fields.iter().map(|field| T::SHAPE.find(field, columns)).collect::<Result<_>>()?;
        let types = map.iter().map(|at| base(columns[*at].type_()).clone()).collect();
        Ok(Columns { map: Some(map), types, width: columns.len(), of: PhantomData })
    }

    /// Matches columns by position: see [`Row::from_row`].
    ///
    /// # Errors
    ///
    /// A decode error when there are more or fewer columns than fields, or a column has a type that its field cannot be
    /// read from, or (for a model) another name.
    pub fn by_position<'a>(columns: &[Column]) -> Result<Self>
    where
        T: Row<'a>,
    {
        T::SHAPE.check(columns)?;
        let types = columns.iter().map(|column| base(column.type_()).clone()).collect();
        Ok(Columns { map: None, types, width: columns.len(), of: PhantomData })
    }

    /// As [`Columns::by_position`], for a statement that is sent repeatedly: it is checked the first time.
    pub(crate) fn seen<'a>(columns: &[Column], seen: &Seen) -> Result<Self>
    where
        T: Row<'a>,
    {
        match seen.get() {
            Some((shape, types)) if std::ptr::eq(*shape, T::SHAPE) => {
                Ok(Columns { map: None, types: types.clone(), width: columns.len(), of: PhantomData })
            }
            _ => {
                let checked = Self::by_position(columns)?;
                // If another struct is read from the same statement, the cache keeps the first one.
                let _ = seen.set((T::SHAPE, checked.types.clone()));
                Ok(checked)
            }
        }
    }

    /// Reads a row of the statement that the columns are from.
    ///
    /// # Errors
    ///
    /// A decode error when a cell is NULL and its field is no `Option`, when the field's type cannot represent the
    /// value, or when the row is of another statement.
    pub fn row<'a>(&self, row: &'a postgres::Row) -> Result<T>
    where
        T: Row<'a>,
    {
        if row.len() != self.width {
            return Err(T::SHAPE.another_statement(row.len(), self.width));
        }
        let source = match self.map.as_deref() {
            None => Source::Row(row),
            Some(map) => Source::Mapped(row, map),
        };
        Cells::new(source, &self.types).read()
    }

    /// Reads a row of binary COPY, from the bytes after the number of its cells.
    pub(crate) fn copied<'a>(&self, row: &'a [u8]) -> Result<T>
    where
        T: Row<'a>,
    {
        Cells::new(Source::Copied(row), &self.types).read()
    }
}

/// The struct that a prepared statement was checked for, and the types of its columns.
pub(crate) type Seen = OnceLock<(&'static Shape, Arc<[Type]>)>;

/// All rows of a hand-written query, columns matched by name.
///
/// # Errors
///
/// As [`Columns::by_name`] and [`Columns::row`].
pub fn rows<'a, T: Row<'a>>(rows: &'a [postgres::Row]) -> Result<Vec<T>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let columns = Columns::<T>::by_name(first.columns())?;
    rows.iter().map(|row| columns.row(row)).collect()
}

/// A cursor over the cells of one row.
///
/// It remembers the first cell that could not be read; the row is then an error. Testing once for each row, and not for
/// each cell, is less than half of the code to compile.
pub struct Cells<'a, 'm> {
    source: Source<'a, 'm>,
    /// The types of the fields' columns, domains replaced by their base types.
    types: &'m [Type],
    next: usize,
    failed: Option<Failed>,
}

/// The source of the cells.
#[derive(Clone, Copy)]
enum Source<'a, 'm> {
    /// A row of the driver, its cells in the order of the fields.
    Row(&'a postgres::Row),
    /// A row of the driver, with the index of each field's cell.
    Mapped(&'a postgres::Row, &'m [usize]),
    /// A row of binary COPY: the bytes that were not read yet.
    Copied(&'a [u8]),
}

/// A cell that could not be read.
struct Failed {
    field: usize,
    cause: BoxError,
}

impl<'a, 'm> Cells<'a, 'm> {
    fn new(source: Source<'a, 'm>, types: &'m [Type]) -> Self {
        Cells { source, types, next: 0, failed: None }
    }

    /// The next cell; `None` if it could not be read.
    pub fn take<T: Decode<'a>>(&mut self) -> Option<T> {
        let field = self.next;
        let raw = self.bytes();
        match T::read(&self.types[field], raw) {
            Ok(value) => Some(value),
            Err(cause) => self.fail(field, cause),
        }
    }

    /// The bytes of the next cell; `None` is NULL, or a row that ends too early, which is remembered. It is not
    /// generic, so that the driver's code is inlined once only.
    #[inline(never)]
    fn bytes(&mut self) -> Option<&'a [u8]> {
        let field = self.next;
        self.next += 1;
        let (row, at) = match &mut self.source {
            Source::Row(row) => (*row, field),
            Source::Mapped(row, map) => (*row, map[field]),
            Source::Copied(rest) => {
                return copied(rest).unwrap_or_else(|| self.fail(field, "the row is cut short".into()));
            }
        };
        // The number of cells was checked before, so that the cheaper `get` cannot panic.
        let Raw(raw) = row.get(at);
        raw
    }

    /// Were all cells so far read without an error?
    pub fn is_fine(&self) -> bool {
        self.failed.is_none()
    }

    #[cold]
    fn fail<T>(&mut self, field: usize, cause: BoxError) -> Option<T> {
        self.failed.get_or_insert(Failed { field, cause });
        None
    }

    fn read<T: Row<'a>>(mut self) -> Result<T> {
        match T::from_cells(&mut self) {
            // A cell that ends too early looks like NULL to the caller.
            Some(row) if self.is_fine() => Ok(row),
            _ => Err(self.error(T::SHAPE)),
        }
    }

    #[cold]
    fn error(self, shape: &Shape) -> Error {
        let Some(Failed { field, cause }) = self.failed else {
            return Error::decode(format!(
                "a row of `{}` could not be read, and no cell says why",
                shape.name
            ));
        };
        let (at, ty) = match self.source {
            Source::Row(row) => (field, row.columns()[field].type_()),
            Source::Mapped(row, map) => (map[field], row.columns()[map[field]].type_()),
            Source::Copied(_) => (field, &self.types[field]),
        };
        shape.unreadable(&shape.fields[field], ty, at, cause)
    }
}

/// Is every cell NULL?
pub(crate) fn is_null(row: &postgres::Row) -> bool {
    let mut cells = Cells::new(Source::Row(row), &[]);
    (0..row.len()).all(|_| cells.bytes().is_none())
}

/// The bytes of a cell; `None` if the row has no such cell.
pub(crate) fn bytes(row: &postgres::Row, at: usize) -> Option<Option<&[u8]>> {
    (at < row.len()).then(|| Cells::new(Source::Mapped(row, &[at]), &[]).bytes())
}

/// Splits off a cell: its length (-1 for NULL), and its bytes. `None` is a row that ends too early.
#[inline]
fn copied<'a>(rest: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
        *rest = after;
        return Some(None);
    };
    let (raw, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(Some(raw))
}

/// The value of a cell that was read. The derives call it after [`Cells::is_fine`] returned true.
///
/// # Panics
///
/// The cell was not read.
pub fn held<T>(cell: Option<T>) -> T {
    cell.expect("a cursor that is fine has read every cell")
}

/// The bytes of a cell of any type.
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    #[inline]
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        Ok(Raw(Some(raw)))
    }

    #[inline]
    fn from_sql_null(_: &Type) -> Result<Self, BoxError> {
        Ok(Raw(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
