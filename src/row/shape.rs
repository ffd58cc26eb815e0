//! The columns that a struct is read from. They are checked once for each statement.

use postgres::Column;
use postgres::types::{Kind, Type};

use crate::types::{BoxError, Decode, Null, NullElement, Unheld, UnknownLabel, base, sql_name};
use crate::{Error, Result};

/// The columns that a struct is read from.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The struct's name.
    pub name: &'static str,
    /// Must the columns have the fields' names when they are matched by position? True for a model.
    pub named: bool,
    /// One field for each column, in order.
    pub fields: &'static [ShapeField],
}

/// A column that a field is read from.
#[derive(Debug, Clone, Copy)]
pub struct ShapeField {
    /// The column's name.
    pub name: &'static str,
    /// The field's type as written in the struct.
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
    /// Checks the columns by position.
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

    /// The index of the field's column.
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
            sql_name(column.type_()),
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
        if cause.is::<NullElement>() {
            return Error::decode(format!(
                "{place}: an element of the array is NULL, and those of `{}` cannot be",
                field.rust
            ))
            .help(format!(
                "make the field `{}`, or leave the NULLs out: `array_remove({}, NULL)`",
                of_options(field.rust),
                field.name
            ));
        }
        let help = help(field, ty, &cause);
        Error::decode(format!("{place}: a `{}` that is no `{}`", column_type(ty, &cause), field.rust))
            .because(cause)
            .help(help)
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

/// The type in the database, from which an enum is read as text.
fn column_type(ty: &Type, cause: &BoxError) -> String {
    match (cause.downcast_ref().and_then(|unknown: &UnknownLabel| unknown.ty), ty.kind()) {
        (Some(name), Kind::Array(_)) => format!("{name}[]"),
        (Some(name), _) => name.to_owned(),
        (None, _) => sql_name(ty),
    }
}

/// What to do about a value that could not be read.
fn help(field: &ShapeField, ty: &Type, cause: &BoxError) -> String {
    if let Some(unheld) = cause.downcast_ref::<Unheld>() {
        return unheld.help_for(field.name);
    }
    if let Some(unknown) = cause.downcast_ref::<UnknownLabel>() {
        return format!(
            "add a variant with the label `{}` to the enum, or change the rows that have it",
            unknown.label
        );
    }
    let element = match ty.kind() {
        Kind::Array(member) => base(member),
        _ => ty,
    };
    let more = match *element {
        Type::JSON | Type::JSONB => ": `serde_json::Value` takes any jsonb, `JsonText` any text",
        Type::TEXT | Type::VARCHAR | Type::BPCHAR => ": `String` and `JsonText` take any text",
        _ => "",
    };
    format!("change the row, or the field's type{more}")
}

/// `Option<Vec<Option<i32>>>` for `Option<Vec<i32>>`.
fn of_options(rust: &str) -> String {
    let Some((before, rest)) = rust.split_once("Vec<") else { return format!("Vec<Option<{rust}>>") };
    let mut depth = 1;
    let end = rest.find(|letter| {
        depth += match letter {
            '<' => 1,
            '>' => -1,
            _ => 0,
        };
        depth == 0
    });
    let (element, after) = rest.split_at(end.unwrap_or(rest.len()));
    format!("{before}Vec<Option<{element}>{after}")
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
