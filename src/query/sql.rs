//! Hand-written statements, as [`sql!`](crate::sql!) makes them.

use std::marker::PhantomData;

use super::column::{Column, is_enum};
use super::run::{Changes, Ending, Rows};
use super::statement::{Statement, Writer};
use super::wire::Bound;
use crate::types::Field;
use crate::{Model, Result, Row};

/// A hand-written statement, made by [`sql!`](crate::sql!): ended with `execute`, or with [`Sql::read_as`] and any
/// ending that gives rows.
#[must_use]
pub struct Sql(Writer);

/// A hand-written statement whose rows are read as `T`, by name.
#[must_use]
pub struct SqlRows<T> {
    sql: Sql,
    of: PhantomData<fn() -> T>,
}

impl Sql {
    /// Reads the rows as `T`, a `#[derive(Row)]` or a model. Columns are matched by name, in any order; there may be
    /// more of them than fields.
    pub fn read_as<T>(self) -> SqlRows<T>
    where
        T: for<'a> Row<'a> + 'static,
    {
        SqlRows { sql: self, of: PhantomData }
    }
}

/// What the macro expands to.
#[doc(hidden)]
impl Sql {
    pub fn text(text: &'static str) -> Self {
        let mut out = Writer::default();
        out.push(text);
        Sql(out)
    }

    pub fn and(mut self, text: &'static str) -> Self {
        self.0.push(text);
        self
    }

    /// The live rows of a table, in whatever place of a join: the test stands inside, and in no WHERE that would drop
    /// the rows of an outer join. Postgres plans it as the table with one more condition.
    pub fn live<M: Model>(mut self, alias: &'static str) -> Self {
        if M::DECLARED.soft_delete.is_none() {
            return self.table::<M>(alias);
        }
        self.0.push("(SELECT * FROM ").push(M::TABLE).push(" WHERE ").push(M::LIVE).push(") AS ").name(alias);
        self
    }

    /// All rows of a table.
    pub fn table<M: Model>(mut self, alias: &'static str) -> Self {
        self.0.push(M::TABLE).push(" AS ").name(alias);
        self
    }

    /// All columns.
    pub fn columns<M: Model>(mut self, alias: &'static str) -> Self {
        for (at, column) in M::DECLARED.columns.iter().enumerate() {
            self.0.push(if at > 0 { ", " } else { "" }).name(alias).push(".").name(column.name);
        }
        self
    }

    /// The condition of a live row.
    pub fn is_live<M: Model>(mut self, alias: &'static str) -> Self {
        match M::DECLARED.soft_delete {
            Some(column) => self.0.name(alias).push(".").name(column).push(" IS NULL"),
            None => self.0.push("true"),
        };
        self
    }

    /// One column.
    pub fn column<M, T>(mut self, alias: &'static str, column: Column<M, T>) -> Self {
        self.0.name(alias).push(".").name(column.name());
        self
    }

    /// A value.
    pub fn value(mut self, value: &impl Argument) -> Self {
        value.write(&mut self.0);
        self
    }
}

/// A value that stands in [`sql!`](crate::sql!): what a model's field may be, or a `&str`.
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

/// A parameter; the labels of enums are literals, as in filters, so that partial indexes can be used.
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

impl Ending for Sql {}

impl Changes for Sql {
    fn change(self) -> Result<Statement> {
        self.0.finish()
    }
}

impl<T> Ending for SqlRows<T> {}

impl<T: for<'a> Row<'a> + 'static> Rows for SqlRows<T> {
    type Row = T;

    fn rows(self, _: Option<u64>) -> Result<Statement> {
        Ok(self.sql.0.finish()?.by_name().asked(T::SHAPE.may_be_asked()))
    }
}
