//! Queries by the simple protocol: one round trip, text results.
//!
//! The runner uses no prepared statements: behind a pooling proxy they would be missing after a change of the server
//! process, and then the runner's own check has to report that, not error 26000.

use postgres::{Client, SimpleQueryMessage};

type Row = Vec<Option<String>>;

/// The rows of all queries of a text, one after the other. The queries run in one transaction, and in one exchange.
pub(super) fn rows(client: &mut Client, sql: &str) -> Result<Vec<Row>, postgres::Error> {
    Ok(results(client, sql)?.into_iter().flatten().collect())
}

/// The rows of the last query of a text.
pub(super) fn last_rows(client: &mut Client, sql: &str) -> Result<Vec<Row>, postgres::Error> {
    Ok(results(client, sql)?.pop().unwrap_or_default())
}

/// The rows of each query of a text; an empty list for a query without rows.
pub(super) fn results(client: &mut Client, sql: &str) -> Result<Vec<Vec<Row>>, postgres::Error> {
    let (mut results, mut current) = (Vec::new(), Vec::new());
    for message in client.simple_query(sql)? {
        match message {
            SimpleQueryMessage::Row(row) => {
                current.push((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect());
            }
            SimpleQueryMessage::CommandComplete(_) => results.push(std::mem::take(&mut current)),
            _ => {}
        }
    }
    Ok(results)
}

/// The first row of a query, NULL as an empty string; empty if there is none.
pub(super) fn row(client: &mut Client, sql: &str) -> Result<Vec<String>, postgres::Error> {
    let first = rows(client, sql)?.into_iter().next().unwrap_or_default();
    Ok(first.into_iter().map(Option::unwrap_or_default).collect())
}

/// The last row of a text of several queries, NULL as an empty string; empty if there is none.
pub(super) fn last_row(client: &mut Client, sql: &str) -> Result<Vec<String>, postgres::Error> {
    let last = last_rows(client, sql)?.pop().unwrap_or_default();
    Ok(last.into_iter().map(Option::unwrap_or_default).collect())
}

/// The boolean that a query returns.
pub(super) fn truth(client: &mut Client, sql: &str) -> Result<bool, postgres::Error> {
    Ok(row(client, sql)?.first().is_some_and(|value| value == "t"))
}
