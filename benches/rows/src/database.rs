//! A private Postgres that holds the table, filled.

use feedstock::internals::connect::connect;
use feedstock::internals::server::Server;

use crate::Result;

/// The migration that makes the tables.
const TABLES: &str = include_str!("../../../migrations/V0001__create_image_tables.sql");

/// The sample rows, for the dramas and the storyboards.
const SAMPLES: &str = include_str!("../../../images/examples/sample_rows.sql");

/// The rows that are measured: $1 is how many.
const ROWS: &str = include_str!("fill.sql");

/// The id of the first row.
pub const FIRST: i32 = 2001;

/// A filled database, there as long as this value.
pub struct Filled(Server);

impl Filled {
    /// A copy of it for a workload, and its URL.
    pub fn copy(&self, workload: &str) -> Result<String> {
        let create = format!("CREATE DATABASE \"{workload}\" TEMPLATE filled");
        connect(&self.0.url("postgres"))?.batch_execute(&create)?;
        Ok(self.0.url(workload))
    }

    /// As the server writes it in `server_version_num`: 150012 is 15.12.
    pub fn version(&self) -> u32 {
        self.0.version()
    }
}

/// Starts the server and fills the table with so many rows, whose ids count from [`FIRST`].
pub fn start(rows: i32) -> Result<Filled> {
    let server = Server::scratch()?;
    connect(&server.url("postgres"))?.batch_execute("CREATE DATABASE filled TEMPLATE template0")?;
    let mut client = connect(&server.url("filled"))?;
    client.batch_execute(TABLES)?;
    client.batch_execute(SAMPLES)?;
    client.execute(ROWS, &[&rows])?;
    client.batch_execute("DELETE FROM image_generations WHERE id <= 2000")?;
    // Our inserts look whether the parents are live.
    client.batch_execute("UPDATE dramas SET deleted_at = NULL; UPDATE storyboards SET deleted_at = NULL")?;
    client.batch_execute("VACUUM ANALYZE")?;
    Ok(Filled(server))
}
