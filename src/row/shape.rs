//! What a struct is read from, checked once a statement, and what is said when it does not fit.

use postgres::Column;
use postgres::types::Type;

use crate::types::{BoxError, Decode, Null, base};
use crate::{Error, Result};

/// Types that come with Postgres, and are read as nothing that other types are read as.
static SCALARS: [Type; 15] = [
    Type::BOOL,
    Type::INT2,
    Type::INT4,
    Type::INT8,
    Type::FLOAT4,
    Type::FLOAT8,
    Type::NUMERIC,
    Type::DATE,
    Type::TIME,
    Type::TIMESTAMP,
    Type::TIMESTAMPTZ,
    Type::UUID,
    Type::BYTEA,
    Type::JSON,
    Type::JSONB,
];

/// The columns that a struct is read from.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The struct's name.
    pub name: &'static str,
    /// Must the columns have the fields' names when they are read by position? True of a model.
    pub named: bool,
    /// One field a column, in order.
    pub fields: &'static [ShapeField],
}

/// A column that a field is read from.
#[derive(Debug, Clone, Copy)]
pub struct ShapeField {
    /// The column's name.
    pub name: &'static str,
    /// The field's type as it stands in the struct.
    pub rust: &'static str,
    /// Can the field be read from this type?
    pub reads: fn(&Type) -> bool,
}

impl ShapeField {
    /// A field of type `T`.
    pub const fn of<'a, T: Decode<'a>>(name: &'static str, rust: &'static str) -> Self {
        ShapeField { name, rust, reads: T::reads }
    }
}

impl Shape {
    /// May the driver have to ask for the type of a column that a field is read from? Not of a number or a time; of a
    /// text (`citext`), of an array (of a domain) and of what is not known here.
    pub(crate) fn may_be_asked(&self) -> bool {
        self.fields.iter().any(|field| !SCALARS.iter().any(|ty| (field.reads)(ty)))
    }

    /// Do the columns fit by position?
    pub(super) fn check(&self, columns: &[Column]) -> Result<()> {
        if columns.len() != self.fields.len() {
            return Err(self.wrong_width(columns));
        }
        for (at, (field, column)) in self.fields.iter().zip(columns).enumerate() {
            if self.named && field.name != column.name() {
                return Err(self.wrong_name(field, column, at));
            }
            self.check_type(field, column, at)?;
        }
        Ok(())
    }

    /// Where the field's column stands.
    pub(super) fn find(&self, field: &ShapeField, columns: &[Column]) -> Result<usize> {
        let mut found = columns.iter().enumerate().filter(|(_, column)| column.name() == field.name);
        let Some((at, column)) = found.next() else { return Err(self.missing(field, columns)) };
        if let Some((again, _)) = found.next() {
            return Err(self.twice(field, at, again));
        }
        self.check_type(field, column, at)?;
        Ok(at)
    }

    fn check_type(&self, field: &ShapeField, column: &Column, at: usize) -> Result<()> {
        if (field.reads)(base(column.type_())) { Ok(()) } else { Err(self.wrong_type(field, column, at)) }
    }

    #[cold]
    pub(super) fn wrong_width(&self, columns: &[Column]) -> Error {
        let error = Error::decode(format!(
            "the row has {}, `{}` has {}",
            count(columns.len(), "column"),
            self.name,
            count(self.fields.len(), "field")
        ));
        self.help_positions(error)
    }

    #[cold]
    fn wrong_name(&self, field: &ShapeField, column: &Column, at: usize) -> Error {
        let error = Error::decode(format!(
            "column {} of the row is `{}`, of `{}` it is `{}`",
            at + 1,
            column.name(),
            self.name,
            field.name
        ));
        self.help_positions(error)
    }

    fn help_positions(&self, error: Error) -> Error {
        let Shape { name, named, .. } = self;
        if *named {
            error
                .help(format!("select `{name}::COLUMNS`, or match by name with `Columns::<{name}>::by_name`"))
        } else {
            error.help(format!(
                "select the fields in their order, or match by name with `Columns::<{name}>::by_name`"
            ))
        }
    }

    #[cold]
    fn missing(&self, field: &ShapeField, columns: &[Column]) -> Error {
        let there =
            columns.iter().map(|column| format!("`{}`", column.name())).collect::<Vec<_>>().join(", ");
        Error::decode(format!("the query gives no column `{}`, which `{}` needs", field.name, self.name))
            .help(format!(
                "select it, or give an expression that name with `AS {}`; there are: {}",
                field.name,
                if there.is_empty() { "none" } else { &there }
            ))
    }

    #[cold]
    fn twice(&self, field: &ShapeField, at: usize, again: usize) -> Error {
        Error::decode(format!(
            "the query gives `{}` twice (columns {} and {}), `{}` needs it once",
            field.name,
            at + 1,
            again + 1,
            self.name
        ))
        .help("give one of them another name with `AS`, or select one table's columns only")
    }

    #[cold]
    fn wrong_type(&self, field: &ShapeField, column: &Column, at: usize) -> Error {
        let Shape { name, .. } = self;
        Error::decode(format!(
            "{}: the column is `{}`, the field `{}`",
            self.place(field, at),
            column.type_().name(),
            field.rust
        ))
        .help(format!("change the field of `{name}`, or cast in the query: `{}::…`", field.name))
    }

    #[cold]
    pub(super) fn unreadable(&self, field: &ShapeField, ty: &Type, at: usize, cause: BoxError) -> Error {
        let place = self.place(field, at);
        if cause.is::<Null>() {
            return Error::decode(format!("{place}: the value is NULL, and `{}` cannot be", field.rust)).help(format!(
                "make the field `Option<{}>`, or leave such rows out of the query (a LEFT JOIN makes NULLs too)",
                field.rust
            ));
        }
        let found = ty.name();
        Error::decode(format!("{place}: a `{found}` that is no `{}`", field.rust)).because(cause).help(
            "change the row, or the field's type: `String` and `JsonText` take any text, `serde_json::Value` any jsonb",
        )
    }

    #[cold]
    pub(super) fn another_statement(&self, columns: usize, expected: usize) -> Error {
        Error::decode(format!(
            "the row has {}, the statement that `{}` was matched with has {expected}",
            count(columns, "column"),
            self.name
        ))
        .help("match `Columns` with the columns of the statement that the row comes from")
    }

    fn place(&self, field: &ShapeField, at: usize) -> String {
        format!("`{}`, column `{}` (number {})", self.name, field.name, at + 1)
    }
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
