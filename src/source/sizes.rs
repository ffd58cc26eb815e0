//! The sizes of the tables of a live database.

use std::collections::BTreeMap;

use crate::connect::{Environment, redacted};
use crate::pin::{cancelled_at_a_signal, connect_pinned};
use crate::plan::Size;
use crate::schema::Name;
use crate::{Error, Result};

/// Reads the sizes of the tables of a database: one query in a read-only transaction, over `pg_class` and the
/// statistics, which needs no right on any table. The numbers of rows are those of the last `ANALYZE` or `VACUUM`.
///
/// # Errors
/// The database cannot be reached, or a table is locked against reads for more than two seconds.
pub fn sizes(url: &str) -> Result<BTreeMap<Name, Size>> {
    read(url).map_err(|error| error.while_doing(format!("sizes from {}", redacted(url))))
}

fn read(url: &str) -> Result<BTreeMap<Name, Size>> {
    let environment = Environment::of_process();
    let mut client = connect_pinned(url, &environment)?;
    let _cancelled = cancelled_at_a_signal(&client, url, &environment);
    let mut transaction = client.build_transaction().read_only(true).start()?;
    transaction.batch_execute("SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '30s'")?;
    let rows = transaction.query(include_str!("sizes.sql"), &[]).map_err(|error| {
        let locked = error.code() == Some(&postgres::error::SqlState::LOCK_NOT_AVAILABLE);
        let error = Error::database("the sizes of the tables cannot be read").because(error);
        if locked {
            error.help("a table is locked against reads: try again, or leave --stats-from out")
        } else {
            error
        }
    })?;
    transaction.rollback()?;
    let size = |row: postgres::Row| {
        let (rows, bytes): (Option<i64>, i64) = (row.get(2), row.get(3));
        let size = Size { rows: rows.map(i64::unsigned_abs), bytes: bytes.unsigned_abs() };
        (Name::new(row.get::<_, String>(0), row.get::<_, String>(1)), size)
    };
    Ok(rows.into_iter().map(size).collect())
}
