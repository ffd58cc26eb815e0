//! The sizes of the tables of a live database.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::connect::{Environment, redacted};
use crate::pin::{cancelled_at_a_signal, connect_pinned};
use crate::plan::Size;
use crate::schema::Name;
use crate::{Error, Result, text_file};

/// The sizes of tables as a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stats {
    tables: Vec<Table>,
}

/// A table and how large it is.
#[derive(Serialize, Deserialize)]
struct Table {
    #[serde(flatten)]
    name: Name,
    #[serde(flatten)]
    size: Size,
}

impl From<BTreeMap<Name, Size>> for Stats {
    fn from(sizes: BTreeMap<Name, Size>) -> Self {
        Stats { tables: sizes.into_iter().map(|(name, size)| Table { name, size }).collect() }
    }
}

/// The sizes of the tables of a database that is named, or those in a file that has them as [`Stats`].
///
/// # Errors
/// As of [`sizes`]; or the file holds something else.
pub fn sizes_from(from: &str) -> Result<BTreeMap<Name, Size>> {
    let path = Path::new(from);
    if !path.is_file() {
        return sizes(from);
    }
    let stats: Stats = serde_json::from_str(&text_file::read_with_lf(path)?).map_err(|error| {
        Error::file(format!("{} does not hold the sizes of tables", path.display()))
            .because(error)
            .help("write it with `stats URL`")
    })?;
    Ok(stats.tables.into_iter().map(|Table { name, size }| (name, size)).collect())
}

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
