//! A table in the statements of a deletion: its key as text, its stamp, its parents.

use crate::Result;
use crate::ident::{ident, idents};
use crate::model::{Declared, DeclaredColumn, OnSoftDelete, RelationKind};
use crate::query::{Bound, Statement, Writer, type_name};

/// The key of a row, each column as text, since all types have a text form.
pub type Key = Vec<String>;

#[derive(Clone, Copy)]
pub struct Table(pub &'static Declared);

/// A foreign key column to a table with soft delete.
#[derive(Clone, Copy)]
pub struct Parent {
    pub column: &'static str,
    pub table: Table,
}

impl Table {
    /// Identifies the table, and orders it among others.
    pub fn name(self) -> (&'static str, &'static str) {
        (self.0.schema.unwrap_or("public"), self.0.table)
    }

    pub fn is(self, other: Table) -> bool {
        self.name() == other.name()
    }

    /// The table's name in SQL.
    pub fn sql(self) -> String {
        let schema = self.0.schema.map_or_else(String::new, |schema| format!("{}.", ident(schema)));
        schema + &ident(self.0.table)
    }

    pub fn key(self) -> &'static [&'static str] {
        self.0.primary_key.map_or(&[][..], |key| key.columns)
    }

    /// The type of a column in SQL.
    pub fn type_of(self, column: &str) -> String {
        let Some(column) = self.column(column) else { return "text".to_owned() };
        // `serial` is `integer` with a default.
        let written = column.sql_type.filter(|written| !written.to_ascii_lowercase().contains("serial"));
        written.map_or_else(|| type_name(column.ty), str::to_owned)
    }

    /// The type of the key. Relations exist only to keys of one column.
    pub fn key_type(self) -> String {
        self.key().first().map_or_else(String::new, |column| self.type_of(column))
    }

    /// ` AND "deleted_at" IS NULL`, or nothing without soft delete.
    pub fn and_live(self) -> String {
        self.0.soft_delete.map_or_else(String::new, |column| format!(" AND {} IS NULL", ident(column)))
    }

    /// The soft-delete column.
    pub fn deleted_at(self) -> String {
        self.0.soft_delete.map_or_else(|| "NULL".to_owned(), ident)
    }

    /// Is the stamp a `timestamptz`? It is then read and written in UTC, whatever the session's time zone is.
    pub fn has_zone(self) -> bool {
        let column = self.0.soft_delete.map_or_else(String::new, |column| self.type_of(column));
        let column = column.to_ascii_lowercase();
        column.contains("timestamptz") || column.contains("with time zone")
    }

    /// The current time, as a stamp.
    pub fn now(self) -> &'static str {
        if self.has_zone() { "clock_timestamp()" } else { "clock_timestamp() AT TIME ZONE 'utc'" }
    }

    /// The stamp as a `timestamp`.
    pub fn stamp(self) -> String {
        let column = self.deleted_at();
        if self.has_zone() { format!("({column} AT TIME ZONE 'utc')") } else { column }
    }

    /// The foreign key columns to tables with soft delete.
    pub fn parents(self) -> Vec<Parent> {
        let belongs = self.0.relations.iter().filter(|relation| relation.kind == RelationKind::BelongsTo);
        let parents = belongs
            .map(|relation| Parent { column: relation.column, table: Table((relation.target)()) })
            .filter(|parent| parent.table.0.soft_delete.is_some() && parent.table.key().len() == 1);
        let mut parents: Vec<Parent> = parents.collect();
        parents.dedup_by_key(|parent| parent.column);
        parents
    }

    /// The relations that a deletion follows, each with the table of the rows that refer to this one.
    pub fn children(self) -> impl Iterator<Item = (Table, &'static str, &'static str, OnSoftDelete)> {
        let many = self.0.relations.iter().filter(|relation| {
            relation.kind == RelationKind::HasMany && relation.on_soft_delete != OnSoftDelete::Ignore
        });
        many.map(|relation| {
            (Table((relation.target)()), relation.column, relation.name, relation.on_soft_delete)
        })
    }

    /// `SELECT key, more FROM table`, followed by what `tail` writes.
    pub fn select(self, more: &str, tail: impl FnOnce(&mut Writer)) -> Result<Statement> {
        self.write_select(more, tail).finish()
    }

    /// The same, with `ORDER BY key FOR UPDATE`.
    pub fn lock(self, more: &str, tail: impl FnOnce(&mut Writer)) -> Result<Statement> {
        let mut out = self.write_select(more, tail);
        out.push(" ORDER BY ").push(&idents(self.key())).push(" FOR UPDATE");
        out.finish()
    }

    fn write_select(self, more: &str, tail: impl FnOnce(&mut Writer)) -> Writer {
        let mut out = Writer::default();
        for (at, column) in self.key().iter().enumerate() {
            // With the column's name as its alias, ORDER BY would sort by the text.
            let between = if at > 0 { ", " } else { "SELECT " };
            out.push(between).push(&format!("{}::text AS \"key {at}\"", ident(column)));
        }
        out.push(more).push(" FROM ").push(&self.sql());
        tail(&mut out);
        out
    }

    /// The key of a row that [`Table::lock`] found.
    pub fn key_of(self, row: &postgres::Row) -> Result<Key> {
        (0..self.key().len()).map(|at| Ok(row.try_get(at)?)).collect()
    }

    /// Writes the condition that a row has one of these keys.
    pub fn write_keys(self, keys: &[Key], out: &mut Writer) {
        let columns = self.key();
        let column_of = |at: usize| keys.iter().map(|key| key[at].clone()).collect::<Vec<_>>();
        if let [column] = columns {
            return any(column, &self.type_of(column), &column_of(0), out);
        }
        out.push("(").push(&idents(columns)).push(") IN (SELECT * FROM unnest(");
        for (at, column) in columns.iter().enumerate() {
            out.push(if at > 0 { ", " } else { "" });
            array(&self.type_of(column), &column_of(at), out);
        }
        out.push("))");
    }

    fn column(self, name: &str) -> Option<&'static DeclaredColumn> {
        self.0.columns.iter().find(|column| column.name == name)
    }
}

/// `"column" = ANY ($1::text[]::type[])`
pub fn any(column: &str, ty: &str, values: &[String], out: &mut Writer) {
    out.push(&ident(column)).push(" = ANY (");
    array(ty, values, out);
    out.push(")");
}

/// `$1::text[]::type[]`
pub fn array(ty: &str, values: &[String], out: &mut Writer) {
    out.bind(Bound::new(&values.to_vec())).push("::text[]::").push(ty).push("[]");
}
