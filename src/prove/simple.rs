//! Queries by the simple protocol: one message, and nothing prepared that a file could have deallocated.

use postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use crate::Result;

/// The rows of all queries of a text.
pub(super) fn rows(client: &mut Client, sql: &str) -> Result<Vec<SimpleQueryRow>> {
    let messages = client.simple_query(sql)?;
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    Ok(rows.collect())
}

/// The number in a column of a row; `None` where it is NULL.
pub(super) fn number<T: std::str::FromStr>(row: &SimpleQueryRow, column: usize) -> Option<T> {
    row.get(column)?.parse().ok()
}
