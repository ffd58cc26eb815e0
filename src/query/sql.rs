//! Hand-written statements, as [`sql!`](crate::sql!) makes them.

use std::marker::PhantomData;

use super::asked::Asked;
use super::column::{Column, is_enum};
use super::relation::Missing;
use super::run::{Changes, Rows, Sealed, exceeded};
use super::statement::{Statement, Writer};
use super::wire::Bound;
use crate::model::DeclaredColumn;
use crate::types::Field;
use crate::{Error, Model, Result, Row};

/// A hand-written statement, made by [`sql!`](crate::sql!). Its ending is `execute`, or, after [`Sql::read_as`], any
/// ending that returns rows.
#[must_use = "a statement of `sql!` sends nothing: end it with `execute`, or with `read_as` and `all` or `one`"]
pub struct Sql {
    out: Writer,
    /// The data-modifying statement, if there is one.
    main: Option<Main>,
}

/// A statement that changes rows, at the top level or in its WITH.
struct Main {
    /// The position in the text after its WITH.
    at: usize,
    with: bool,
    /// Does it return rows?
    returns: bool,
}

/// A hand-written statement whose rows are read as `T`, columns matched by name.
#[must_use = "a statement of `sql!` sends nothing: end it with `all`, `one` or `first`"]
pub struct SqlRows<T> {
    sql: Sql,
    of: PhantomData<fn() -> T>,
}

impl Sql {
    /// Reads the rows as `T`, a `#[derive(Row)]` or a model. Columns are matched by name, in any order; columns
    /// without a field are ignored.
    pub fn read_as<T>(self) -> SqlRows<T> {
        SqlRows { sql: self, of: PhantomData }
    }
}

/// The functions that the macro's expansion calls. Without an alias, columns are not qualified, and the condition of a
/// table is qualified with its name.
#[doc(hidden)]
impl Sql {
    pub fn text(text: &'static str) -> Self {
        let mut out = Writer::default();
        out.push(text);
        Sql { out, main: None }
    }

    pub fn and(mut self, text: &'static str) -> Self {
        self.out.push(text);
        self
    }

    /// The statement changes rows, and begins here, after its WITH.
    pub fn changes(mut self, with: bool, returns: bool) -> Self {
        self.main = Some(Main { at: self.out.length(), with, returns });
        self
    }

    /// The live rows of a table, as a subquery: in an outer join, a test in WHERE would also remove rows without a
    /// match. Postgres plans the subquery as the table with one more condition.
    pub fn live<M: Model>(mut self, alias: &'static str) -> Self {
        if M::DECLARED.soft_delete.is_none() {
            return self.table::<M>(alias);
        }
        self.out
            .push("(SELECT * FROM ")
            .push(M::TABLE)
            .push(" WHERE ")
            .push(M::LIVE)
            .push(") AS ")
            .name(alias);
        self
    }

    /// A table with all its rows, or the table that is changed.
    pub fn table<M: Model>(mut self, alias: &'static str) -> Self {
        self.out.push(M::TABLE);
        if !alias.is_empty() {
            self.out.push(" AS ").name(alias);
        }
        self
    }

    /// After a WHERE: the condition of live rows, and an opening parenthesis for the rest.
    pub fn live_and<M: Model>(mut self, alias: &'static str) -> Self {
        self.out.push(" ");
        if M::DECLARED.soft_delete.is_some() {
            self = self.target_is_live::<M>(alias);
            self.out.push(" AND ");
        }
        self.and("(")
    }

    /// A WHERE with the condition of live rows, if the statement has none.
    pub fn where_live<M: Model>(mut self, alias: &'static str) -> Self {
        if M::DECLARED.soft_delete.is_some() {
            self.out.push(" WHERE ");
            self = self.target_is_live::<M>(alias);
            self.out.push(" ");
        }
        self
    }

    fn target_is_live<M: Model>(mut self, alias: &'static str) -> Self {
        if alias.is_empty() {
            self.out.push(M::TABLE).push(".").push(M::LIVE);
            return self;
        }
        self.is_live::<M>(alias)
    }

    /// All columns of a model.
    pub fn columns<M: Model>(mut self, alias: &'static str) -> Self {
        for (at, column) in M::DECLARED.columns.iter().enumerate() {
            self.out.push(if at > 0 { ", " } else { "" });
            self = self.column(alias, column.name);
        }
        self
    }

    /// The condition of live rows.
    pub fn is_live<M: Model>(self, alias: &'static str) -> Self {
        match M::DECLARED.soft_delete {
            Some(column) => self.column(alias, column).and(" IS NULL"),
            None => self.and("true"),
        }
    }

    /// One column.
    pub fn column(mut self, alias: &str, column: &str) -> Self {
        if !alias.is_empty() {
            self.out.name(alias).push(".");
        }
        self.out.name(column);
        self
    }

    /// A value.
    pub fn value(mut self, value: &impl Argument) -> Self {
        value.write(&mut self.out);
        self
    }
}

/// A value in [`sql!`](crate::sql!): of any type that a model's field can have, or a `&str`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in SQL",
    label = "no value of Postgres",
    note = "values are what a model's field may be, arrays and `Option`s of it, and `&str`; of a reference write \
            `{{*value}}`"
)]
pub trait Argument {
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "written by this module alone")]
    fn write(&self, out: &mut Writer);
}

/// A parameter, or a literal for the label of an enum, as in filters, so that Postgres can use partial indexes.
impl<T: Field> Argument for T {
    #[expect(private_interfaces, reason = "written by this module alone")]
    fn write(&self, out: &mut Writer) {
        if is_enum::<T>() {
            out.push(&self.literal());
        } else {
            out.bind(Bound::new(self));
        }
    }
}

impl Argument for &str {
    #[expect(private_interfaces, reason = "written by this module alone")]
    fn write(&self, out: &mut Writer) {
        out.bind(Bound::new(&(*self).to_owned()));
    }
}

impl Sealed for Sql {}

impl Changes for Sql {
    fn change(self) -> Result<Statement> {
        self.out.finish()
    }
}

impl<T> Sealed for SqlRows<T> {}

impl<T: for<'a> Row<'a> + 'static> Rows for SqlRows<T> {
    type Row = T;

    fn rows(self, at_most: Option<u64>) -> Result<Statement> {
        let Sql { mut out, main } = self.sql;
        match main {
            Some(Main { returns: false, .. }) => {
                let message = "a statement that changes rows and gives none back is read as rows";
                return Err(Error::usage(message).help("add `RETURNING …` to it, or end it with `execute`"));
            }
            Some(Main { at, with, .. }) if at_most.is_some() => {
                one_row_at_most(at, with, &mut out);
                return Ok(out.finish()?.by_name().with_asked(Asked::Prepared));
            }
            _ => {}
        }
        let statement = out.finish()?.by_name();
        let asked = Asked::of(statement.sql(), main.map(|main| (main.at, main.with)));
        Ok(statement.with_asked(asked))
    }
}

/// Wraps a statement so that it fails if it returns a second row, which undoes its changes: a cast of a text fails, by
/// which [`Statement::explain`] recognises the error.
fn one_row_at_most(at: usize, with: bool, out: &mut Writer) {
    out.insert(at, if with { ", " } else { "WITH " }, "\"feedstock rows\" AS (");
    out.push(
        "\n) SELECT * FROM \"feedstock rows\" WHERE CASE WHEN (SELECT count(*) FROM \"feedstock rows\") < 2 THEN true \
         ELSE ('feedstock: ' || (SELECT count(*) FROM \"feedstock rows\") || ' rows')::boolean END",
    );
    out.meaning.exceeded = Some(|| exceeded("a statement of `sql!`"));
}

/// Reports a column that does not exist as a compile error, with the columns that exist.
#[doc(hidden)]
#[track_caller]
pub const fn unknown_column<M: Model>(alias: &str, column: &str, place: &str) -> Column<M, ()> {
    let declared = M::DECLARED;
    if declared.model.is_empty() {
        // The derive has reported an error.
        return Column::new("");
    }
    let mut message = Message::new();
    message.push("`");
    message.push(declared.model);
    message.push("` (alias `");
    message.push(alias);
    message.push("`)");
    message.has_no(declared.columns, column);
    message.push(" (");
    message.push(place);
    message.push(")");
    panic!("{}", message.text())
}

/// Reports the column of a `has_many` that does not exist as a compile error.
#[doc(hidden)]
pub const fn missing_column<M: Model>(column: &str) -> Column<M, Missing> {
    let declared = M::DECLARED;
    if declared.model.is_empty() {
        // The derive has reported an error.
        return Column::new("");
    }
    let mut message = Message::new();
    message.push("`");
    message.push(declared.model);
    message.push("`");
    message.has_no(declared.columns, column);
    panic!("{}", message.text())
}

/// A text that is composed at compile time.
struct Message {
    bytes: [u8; 1024],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Message { bytes: [0; 1024], length: 0 }
    }

    /// Text beyond the capacity is omitted.
    const fn push(&mut self, text: &str) {
        let text = text.as_bytes();
        if self.length + text.len() > self.bytes.len() {
            return;
        }
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.length + at] = text[at];
            at += 1;
        }
        self.length += text.len();
    }

    /// ` has no column …`, and the columns that exist.
    const fn has_no(&mut self, columns: &[DeclaredColumn], wanted: &str) {
        self.push(" has no column `");
        self.push(wanted);
        self.push("`");
        if let Some(near) = nearest(columns, wanted) {
            self.push("; did you mean `");
            self.push(near);
            self.push("`?");
            return;
        }
        let mut at = 0;
        while at < columns.len() {
            self.push(if at == 0 { "; it has `" } else { "`, `" });
            self.push(columns[at].name);
            at += 1;
        }
        self.push("`");
    }

    const fn text(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "there is no such column",
        }
    }
}

/// The column with the most similar name, if it is similar enough.
const fn nearest(columns: &[DeclaredColumn], wanted: &str) -> Option<&'static str> {
    let (mut found, mut least) = (None, wanted.len() / 3 + 1);
    let mut at = 0;
    while at < columns.len() {
        let name = columns[at].name;
        let far = distance(wanted.as_bytes(), name.as_bytes());
        if far <= least && far < wanted.len() {
            // Of equally similar names, the first.
            least = far.saturating_sub(1);
            found = Some(name);
        }
        at += 1;
    }
    found
}

/// The edit distance: insertions, deletions, substitutions and swaps of adjacent characters.
const fn distance(one: &[u8], other: &[u8]) -> usize {
    const LONGEST: usize = 64;
    if one.len() >= LONGEST || other.len() >= LONGEST {
        return usize::MAX;
    }
    let mut rows = [[0; LONGEST]; LONGEST];
    let mut row = 0;
    while row <= one.len() {
        let mut column = 0;
        while column <= other.len() {
            rows[row][column] = if row == 0 || column == 0 {
                row + column
            } else {
                let same = one[row - 1] == other[column - 1];
                let mut least = rows[row - 1][column - 1] + if same { 0 } else { 1 };
                least = smaller(least, smaller(rows[row - 1][column], rows[row][column - 1]) + 1);
                let swapped = row > 1
                    && column > 1
                    && one[row - 1] == other[column - 2]
                    && one[row - 2] == other[column - 1];
                if swapped { smaller(least, rows[row - 2][column - 2] + 1) } else { least }
            };
            column += 1;
        }
        row += 1;
    }
    rows[one.len()][other.len()]
}

const fn smaller(one: usize, other: usize) -> usize {
    if one < other { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_column_is_found() {
        const COLUMNS: [DeclaredColumn; 4] = [
            DeclaredColumn::of::<i32>("id", None),
            DeclaredColumn::of::<String>("title", None),
            DeclaredColumn::of::<i32>("drama_id", None),
            DeclaredColumn::of::<i32>("tile", None),
        ];
        for (wanted, found) in [
            ("titel", Some("title")),
            ("tite", Some("title")),
            ("dramaid", Some("drama_id")),
            ("i", None),
            ("xd", Some("id")),
            ("created", None),
            ("", None),
        ] {
            assert_eq!(nearest(&COLUMNS, wanted), found, "{wanted}");
        }
    }
}
