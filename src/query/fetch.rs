//! Rows as the server sent them, for structs that borrow from them.

use crate::Result;
use crate::row::{Columns, Row};

/// The rows of a query as the server sent them, returned by `fetch`. Structs that are read from them may borrow their
/// texts and bytes, which saves most allocations.
///
/// ```no_run
/// # #[derive(feedstock::Model)] struct Image { #[model(primary_key)] id: i32, prompt: String }
/// use feedstock::{Model, Row, blocking::Run};
///
/// /// The model's columns, in its order.
/// #[derive(Row)]
/// struct ImageRef<'a> {
///     id: i32,
///     prompt: &'a str,
/// }
///
/// # fn demo(client: &mut postgres::Client) -> feedstock::Result<()> {
/// let images = Image::query().fetch(client)?;
/// for image in images.iter::<ImageRef>() {
///     let image = image?;
///     println!("{}: {}", image.id, image.prompt);
/// }
/// # Ok(()) }
/// ```
#[must_use = "read the rows with `iter` or `all`"]
#[derive(Debug, Clone, Default)]
pub struct Fetched {
    rows: Vec<postgres::Row>,
}

impl Fetched {
    pub(crate) fn of(rows: Vec<postgres::Row>) -> Self {
        Fetched { rows }
    }

    #[cfg(feature = "tokio-postgres")]
    pub(crate) fn push(&mut self, row: postgres::Row) {
        self.rows.push(row);
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Is there no row?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows as the driver's type.
    pub fn rows(&self) -> &[postgres::Row] {
        &self.rows
    }

    /// The rows one after another, their columns matched by position. Types are checked once, at the first row.
    ///
    /// # Errors
    ///
    /// As [`Columns::by_position`] and [`Columns::row`], each as an item.
    pub fn iter<'a, T: Row<'a>>(&'a self) -> Iter<'a, T> {
        Iter { rows: self.rows.iter(), columns: None, read: 0 }
    }

    /// All rows, their columns matched by position.
    ///
    /// # Errors
    ///
    /// As [`Fetched::iter`].
    pub fn all<'a, T: Row<'a>>(&'a self) -> Result<Vec<T>> {
        let mut all = Vec::with_capacity(self.rows.len());
        for row in self.iter() {
            all.push(row?);
        }
        Ok(all)
    }
}

/// Rows that borrow from a [`Fetched`]; made by [`Fetched::iter`].
#[must_use = "rows are read as they are asked for"]
pub struct Iter<'a, T> {
    rows: std::slice::Iter<'a, postgres::Row>,
    columns: Option<Columns<T>>,
    /// The number of rows read so far.
    read: u64,
}

impl<'a, T: Row<'a>> Iterator for Iter<'a, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        let row = self.rows.next()?;
        if self.columns.is_none() {
            match Columns::by_position(row.columns()) {
                Ok(columns) => self.columns = Some(columns),
                Err(error) => {
                    // The types do not match: this is an error of all rows, and is reported once.
                    self.rows = [].iter();
                    return Some(Err(error));
                }
            }
        }
        self.read += 1;
        let read = self.read;
        self.columns.as_ref().map(|columns| columns.row(row).map_err(|error| error.in_row(read)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}
