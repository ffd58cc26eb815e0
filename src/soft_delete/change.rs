//! The statement that changes all rows, after they were locked.

use super::table::{Key, Table, any};
use crate::Result;
use crate::ident::ident;
use crate::query::{Statement, Writer};

/// A change of some rows of a table.
pub struct Change {
    pub table: Table,
    pub keys: Vec<Key>,
    pub deleted_at: Stamp,
    /// The foreign keys that become NULL, if they refer to certain rows.
    pub detached: Vec<Detached>,
}

/// What to do with the soft-delete column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// Set it to the CTE `stamp`.
    Set,
    /// Set it to NULL.
    Clear,
    /// Do not change it.
    Leave,
}

pub struct Detached {
    pub column: &'static str,
    pub parent: Table,
    pub keys: Vec<String>,
}

/// `WITH …, change_0 AS (UPDATE …), … SELECT` the number of rows that were deleted or restored. There is one UPDATE for
/// each table and kind of change, of different rows, since a row that two UPDATEs of one statement match is changed by
/// one of them only.
pub fn statement(mut out: Writer, changes: &[Change]) -> Result<Statement> {
    for (at, change) in changes.iter().enumerate() {
        out.push(if at > 0 { ", " } else { "" }).push(&format!("change_{at} AS ("));
        change.write(&mut out);
        out.push(" RETURNING 1)");
    }
    out.push(" SELECT 0::bigint");
    for (at, _) in changes.iter().enumerate().filter(|(_, change)| change.deleted_at != Stamp::Leave) {
        out.push(&format!(" + (SELECT count(*) FROM change_{at})"));
    }
    out.finish()
}

impl Change {
    fn write(&self, out: &mut Writer) {
        let mut comma = " SET ";
        out.push("UPDATE ").push(&self.table.sql());
        let deleted_at = match self.deleted_at {
            Stamp::Set => Some(" = (SELECT at FROM stamp)"),
            Stamp::Clear => Some(" = NULL"),
            Stamp::Leave => None,
        };
        if let Some(value) = deleted_at {
            out.push(comma).push(&self.table.deleted_at()).push(value);
            comma = ", ";
        }
        for detached in &self.detached {
            let column = ident(detached.column);
            out.push(comma).push(&column).push(" = CASE WHEN ");
            any(detached.column, &detached.parent.key_type(), &detached.keys, out);
            out.push(" THEN NULL ELSE ").push(&column).push(" END");
            comma = ", ";
        }
        write_marks(self.table, out);
        out.push(" WHERE ");
        self.table.write_keys(&self.keys, out);
    }
}

/// Sets the columns that every update sets: `updated_at` and the version.
pub fn write_marks(table: Table, out: &mut Writer) {
    if let Some((column, now)) = table.0.updated_at {
        out.push(", ").push(&ident(column)).push(" = ").push(now);
    }
    if let Some(column) = table.0.version.map(ident) {
        out.push(", ").push(&column).push(" = ").push(&column).push(" + 1");
    }
}
