//! Typed queries against a real server, on the models and sample rows of the crate `images`.

mod cached;
mod conflicts;
mod copy;
mod deletes;
mod executors;
mod fetch;
mod filters;
mod hostile;
mod inserts;
mod limits;
mod literals;
mod pages;
mod parents;
mod relations;
mod saves;
mod taken;
mod unknown;
mod whole;
mod written;
mod written_changes;

use postgres::Client;

use crate::support::{self, TestDb};

/// A database with the image tables and the sample rows.
fn dramas(name: &str) -> TestDb {
    let mut db = support::database(name);
    db.client.batch_execute(include_str!("../../migrations/V0001__create_image_tables.sql")).unwrap();
    db.client.batch_execute(include_str!("../../images/examples/sample_rows.sql")).unwrap();
    db
}

/// Runs async code on a connection of its own.
fn awaited<F: Future<Output = ()>>(url: &str, test: impl FnOnce(tokio_postgres::Client) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        test(client).await;
        connection.await.unwrap().unwrap();
    });
}

/// What a query finds, by id.
fn ids(rows: &[images::ImageGeneration]) -> Vec<i32> {
    rows.iter().map(|row| row.id).collect()
}

/// The plan of a statement, as text.
fn explain(client: &mut Client, execute: &str) -> String {
    let rows = client.query(&format!("EXPLAIN (COSTS OFF) {execute}"), &[]).unwrap();
    rows.iter().map(|row| format!("{}\n", row.get::<_, String>(0))).collect()
}
