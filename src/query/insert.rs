//! `INSERT` of one row or of any number, in one statement.

use std::marker::PhantomData;

use super::given::{Given, GivenColumn, New};
use super::run::{Changes, Ending, Rows};
use super::statement::{Statement, Writer};
use crate::ident::{ident, idents, literal};
use crate::model::DeclaredDefault;
use crate::{Error, Model, Result};

/// New rows, made by [`Model::insert`] and [`Model::insert_many`]. The endings that give rows give them as the database
/// has them, defaults and all, in the order in which they were given (`RETURNING`).
///
/// One row is `INSERT INTO … VALUES ($1, …)`. Many rows are `INSERT INTO … SELECT … FROM unnest($1, $2, …)`, one array
/// a column, so that the number of rows is not limited by that of parameters. A column that no row gives is left
/// out; where some rows give a column and others leave it to its default, the model's default stands in their place.
pub struct Insert<M> {
    given: Given,
    many: bool,
    of: PhantomData<fn() -> M>,
}

impl<M: Model> Insert<M> {
    pub(crate) fn one<N: New<Model = M>>(row: &N) -> Self {
        let mut given = Given::new(M::DECLARED, N::COLUMNS, false);
        given.row(row);
        Insert { given, many: false, of: PhantomData }
    }

    pub(crate) fn many<N: New<Model = M>>(rows: impl IntoIterator<Item = N>) -> Self {
        let mut given = Given::new(M::DECLARED, N::COLUMNS, true);
        for row in rows {
            given.row(&row);
        }
        Insert { given, many: true, of: PhantomData }
    }

    fn statement(mut self, returning: bool) -> Result<Statement> {
        if let Some(error) = self.given.failed.take() {
            return Err(error);
        }
        let mut out = Writer::default();
        if self.given.rows == 0 {
            // Nothing to insert is no mistake, and no row.
            out.push("SELECT ").push(M::COLUMNS).push(" FROM ").push(M::TABLE).push(" WHERE false");
            return out.finish();
        }
        let columns: Vec<_> = self.given.columns.iter().filter(|column| column.is_given()).collect();
        out.push("INSERT INTO ").push(M::TABLE);
        if !columns.is_empty() {
            let names: Vec<_> = columns.iter().map(|column| column.declared.name).collect();
            out.push(" (").push(&idents(&names)).push(")");
        }
        match (columns.is_empty(), self.many) {
            (true, false) => out.push(" DEFAULT VALUES").push(""),
            (true, true) => out.push(&format!(" SELECT FROM generate_series(1, {})", self.given.rows)),
            (false, false) => values(&columns, &mut out),
            (false, true) => unnest::<M>(&columns, &mut out)?,
        };
        if returning {
            out.push(" RETURNING ").push(M::COLUMNS);
        }
        out.finish()
    }
}

/// ` VALUES ($1, $2)`: a column that is left to its default is not in the list.
fn values<'w>(columns: &[&GivenColumn], out: &'w mut Writer) -> &'w mut Writer {
    for (at, bound) in columns.iter().filter_map(|column| column.single()).enumerate() {
        out.push(if at > 0 { ", " } else { " VALUES (" }).bind(bound);
    }
    out.push(")")
}

/// ` SELECT … FROM unnest(…)`
fn unnest<'w, M: Model>(columns: &[&GivenColumn], out: &'w mut Writer) -> Result<&'w mut Writer> {
    out.push(" SELECT ");
    for (at, column) in columns.iter().enumerate() {
        let cast = column.cast().map_or_else(String::new, |cast| format!("::{cast}"));
        let value = format!("v{at}{cast}");
        let or_default = match column.is_mixed() {
            true => format!("CASE WHEN g{at} THEN {value} ELSE {} END", default::<M>(column)?),
            false => value,
        };
        out.push(if at > 0 { ", " } else { "" }).push(&or_default);
    }
    out.push(" FROM unnest(");
    let mut names = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        out.push(if at > 0 { ", " } else { "" }).bind(column.array());
        names.push(format!("v{at}"));
        if column.is_mixed() {
            out.push(", ").bind(column.flags());
            names.push(format!("g{at}"));
        }
    }
    Ok(out.push(&format!(") AS new ({})", names.join(", "))))
}

/// What `DEFAULT` would be, which a SELECT cannot say.
fn default<M: Model>(column: &GivenColumn) -> Result<String> {
    let (name, ty) = (column.declared.name, column.sql_type());
    match column.declared.default {
        Some(DeclaredDefault::Sql(sql)) => Ok(format!("({sql})::{ty}")),
        Some(DeclaredDefault::Literal(literal)) => Ok(format!("{}::{ty}", literal())),
        None if column.declared.identity.is_some() => {
            Ok(format!("nextval(pg_get_serial_sequence({}, {}))::{ty}", literal(M::TABLE), literal(name)))
        }
        None => Err(Error::usage(format!("`{}` has no default for {}", M::DECLARED.model, ident(name)))
            .help("give every row a value, or give the column a default")),
    }
}

impl<M> Ending for Insert<M> {}

impl<M: Model> Rows for Insert<M> {
    type Row = M;

    fn rows(self, _: Option<u64>) -> Result<Statement> {
        self.statement(true)
    }
}

impl<M: Model> Changes for Insert<M> {
    fn change(self) -> Result<Statement> {
        self.statement(false)
    }
}
