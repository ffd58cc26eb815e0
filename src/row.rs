//! Rows of a result as values: by position, or by name with the indices resolved once a statement.

mod shape;

use std::marker::PhantomData;

use postgres::Column;
use postgres::types::{FromSql, Type};

use crate::types::{BoxError, Decode, base};
use crate::{Error, Result};

pub use shape::{Shape, ShapeField};

/// What `#[derive(Model)]` and `#[derive(Row)]` give a struct: it can be read from a row.
pub trait Row<'a>: Sized {
    /// The columns that the struct is read from.
    const SHAPE: &'static Shape;

    /// Reads the columns at the cursor. Called by Feedstock, once the types were checked against
    /// [`Row::SHAPE`]; a cell that cannot be read is remembered by the cursor.
    fn from_cells(cells: &mut Cells<'a, '_>) -> Option<Self>;

    /// Reads one row by position: as many columns as fields, in the fields' order. Of a model the columns' names must
    /// be the model's too, so that a `SELECT *` over a table in another order is an error and no mix-up.
    ///
    /// Names and types are checked for each row here; [`Columns`] checks them once a statement.
    ///
    /// # Errors
    ///
    /// A decode error that names the struct, the column, the Postgres type and the Rust type.
    fn from_row(row: &'a postgres::Row) -> Result<Self> {
        Self::SHAPE.check(row.columns())?;
        Cells::new(row, None).read()
    }
}

/// A statement's columns, matched once with the fields of `T`; then its rows are read without looking for a name
/// or at a type again.
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
    /// Where each field's column stands; `None` is by position.
    map: Option<Box<[usize]>>,
    /// How many columns the statement has.
    width: usize,
    of: PhantomData<fn() -> T>,
}

impl<T> Columns<T> {
    /// Matches by name. The statement may have more columns and any order.
    ///
    /// # Errors
    ///
    /// A decode error when a field's column is missing, is there twice, or has a type that the field cannot hold.
    pub fn by_name<'a>(columns: &[Column]) -> Result<Self>
    where
        T: Row<'a>,
    {
        let map = T::SHAPE.fields.iter().map(|field| T::SHAPE.find(field, columns)).collect::<Result<_>>()?;
        Ok(Columns { map: Some(map), width: columns.len(), of: PhantomData })
    }

    /// Matches by position: see [`Row::from_row`].
    ///
    /// # Errors
    ///
    /// A decode error when there are more or fewer columns than fields, or a column has a type that its field cannot
    /// hold, or (of a model) another name.
    pub fn by_position<'a>(columns: &[Column]) -> Result<Self>
    where
        T: Row<'a>,
    {
        T::SHAPE.check(columns)?;
        Ok(Columns { map: None, width: columns.len(), of: PhantomData })
    }

    /// Reads a row of the statement whose columns these are.
    ///
    /// # Errors
    ///
    /// A decode error when a cell is NULL and its field is no `Option`, or does not hold what the field's type allows,
    /// or the row is another statement's.
    pub fn row<'a>(&self, row: &'a postgres::Row) -> Result<T>
    where
        T: Row<'a>,
    {
        if row.len() != self.width {
            return Err(T::SHAPE.another_statement(row.len(), self.width));
        }
        Cells::new(row, self.map.as_deref()).read()
    }
}

/// All rows of a hand-written query, by name.
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
/// It remembers the first cell that could not be read; the row is then given up as a whole. One test a row in place
/// of one a cell is less than half of the code to compile.
pub struct Cells<'a, 'm> {
    row: &'a postgres::Row,
    map: Option<&'m [usize]>,
    next: usize,
    failed: Option<Failed>,
}

/// A cell that could not be read.
struct Failed {
    field: usize,
    column: usize,
    cause: BoxError,
}

impl<'a, 'm> Cells<'a, 'm> {
    fn new(row: &'a postgres::Row, map: Option<&'m [usize]>) -> Self {
        Cells { row, map, next: 0, failed: None }
    }

    /// The next cell; `None` when it could not be read.
    pub fn take<T: Decode<'a>>(&mut self) -> Option<T> {
        match self.cell().and_then(|(ty, raw)| T::read(ty, raw)) {
            Ok(value) => Some(value),
            Err(cause) => {
                self.fail(cause);
                None
            }
        }
    }

    /// Could all cells so far be read?
    pub fn is_fine(&self) -> bool {
        self.failed.is_none()
    }

    fn cell(&mut self) -> Result<(&'a Type, Option<&'a [u8]>), BoxError> {
        let at = self.at(self.next);
        self.next += 1;
        let Raw(raw) = self.row.try_get(at)?;
        Ok((base(self.row.columns()[at].type_()), raw))
    }

    fn at(&self, field: usize) -> usize {
        self.map.map_or(field, |map| map[field])
    }

    #[cold]
    fn fail(&mut self, cause: BoxError) {
        let field = self.next - 1;
        let column = self.at(field);
        self.failed.get_or_insert(Failed { field, column, cause });
    }

    fn read<T: Row<'a>>(mut self) -> Result<T> {
        T::from_cells(&mut self).ok_or_else(|| self.error(T::SHAPE))
    }

    #[cold]
    fn error(self, shape: &Shape) -> Error {
        let Some(Failed { field, column, cause }) = self.failed else {
            return Error::decode(format!(
                "a row of `{}` could not be read, and no cell says why",
                shape.name
            ));
        };
        match (shape.fields.get(field), self.row.columns().get(column)) {
            (Some(field), Some(of)) => shape.unreadable(field, of, column, cause),
            _ => shape.wrong_width(self.row.columns()),
        }
    }
}

/// The value of a cell that was read. The derives call it once [`Cells::is_fine`] has said so.
pub fn held<T>(cell: Option<T>) -> T {
    cell.expect("a cursor that is fine has read every cell")
}

/// A cell's bytes, whatever its type.
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        Ok(Raw(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, BoxError> {
        Ok(Raw(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
