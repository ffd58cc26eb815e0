//! The one statement that changes the rows, after all of them are locked.

use super::table::{Key, Table, any};
use crate::Result;
use crate::ident::ident;
use crate::query::{Statement, Writer};

/// What happens to some rows of a table.
pub struct Change {
    pub table: Table,
    pub keys: Vec<Key>,
    pub deleted_at: Stamp,
    /// Links that become NULL where they refer to one of these rows.
    pub detached: Vec<Detached>,
}

/// What becomes of the stamp.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// It is set to what the statement calls `stamp`.
    Set,
    /// It is taken away.
    Clear,
    /// It stays.
    Leave,
}

pub struct Detached {
    pub column: &'static str,
    pub parent: Table,
    pub keys: Vec<String>,
}

/// `WITH …, change_0 AS (UPDATE …), … SELECT` how many rows got or lost a stamp. One UPDATE a table and fate: rows
/// that two of them would touch are lost to one.
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

/// What every update does: the time of it, and the version.
pub fn write_marks(table: Table, out: &mut Writer) {
    if let Some((column, now)) = table.0.updated_at {
        out.push(", ").push(&ident(column)).push(" = ").push(now);
    }
    if let Some(column) = table.0.version.map(ident) {
        out.push(", ").push(&column).push(" = ").push(&column).push(" + 1");
    }
}
