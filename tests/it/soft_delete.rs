//! Soft delete against a real server: what one session sees, what two see that meet, and what holds when many race.
//!
//! The tables are those of `schema.sql`, over which the models are laid.

mod api;
mod api_race;
mod cases;
mod clients;
mod hostile;
mod keys;
mod models;
mod peers;

use std::path::Path;
use std::thread::{JoinHandle, spawn};

use postgres::{Client, NoTls, Row, Transaction};

use crate::support::{TestDb, database, eventually};

/// The tables, and dramas 1 and 2.
pub fn dramas(name: &str) -> TestDb {
    let mut db = database(name);
    db.client.batch_execute(&sql("schema")).unwrap();
    for id in [1, 2] {
        seed(&mut db.client, id);
    }
    db
}

/// A statement of this directory.
fn sql(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/soft_delete").join(name);
    std::fs::read_to_string(path.with_extension("sql")).unwrap()
}

fn ask(client: &mut Client, name: &str) -> Vec<Row> {
    client.query(&sql(name), &[]).unwrap()
}

/// A drama with what is below it.
pub fn seed(client: &mut Client, id: i32) {
    client.execute(&sql("seed"), &[&id]).unwrap();
}

pub fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

/// One transaction with one thing in it, committed.
pub fn alone<T>(client: &mut Client, work: impl FnOnce(&mut Transaction) -> T) -> T {
    let mut tx = client.transaction().unwrap();
    let result = work(&mut tx);
    tx.commit().unwrap();
    result
}

/// How many live rows stand below a deleted parent.
pub fn orphans(client: &mut Client) -> i64 {
    ask(client, "orphans")[0].get(0)
}

/// One value, as text.
pub fn one(client: &mut Client, query: &str) -> String {
    let query = format!("SELECT coalesce(({query})::text, 'NULL')");
    client.query_one(&query, &[]).unwrap().get(0)
}

/// Every row of the three tables as text, to see what changed.
fn everything(client: &mut Client) -> String {
    one(
        client,
        "SELECT string_agg(row, E'\n' ORDER BY row) FROM (SELECT 'd' || d::text FROM drama d UNION ALL \
         SELECT 's' || s::text FROM storyboard s UNION ALL \
         SELECT 'i' || i::text FROM image i) all_rows (row)",
    )
}

/// Polls a future until its session waits for a lock, and drops it then.
pub async fn dropped_when_it_waits(url: &str, future: impl Future) {
    let url = url.to_owned();
    let waits = tokio::task::spawn_blocking(move || {
        let mut client = connect(&url);
        let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity \
                     WHERE datname = current_database() AND wait_event_type = 'Lock')";
        eventually("it waits for a lock", || client.query_one(waits, &[]).unwrap().get(0));
    });
    let (mut future, mut waits) = (std::pin::pin!(future), std::pin::pin!(waits));
    std::future::poll_fn(|context| {
        assert!(future.as_mut().poll(context).is_pending(), "it does not wait");
        waits.as_mut().poll(context)
    })
    .await
    .unwrap();
}

/// Does this on a connection of its own, and goes on here once it waits for a lock.
pub fn waiting<T: Send + 'static>(
    db: &mut TestDb,
    work: impl FnOnce(&mut Client) -> T + Send + 'static,
) -> JoinHandle<T> {
    let mut client = connect(&db.url);
    let pid: i32 = client.query_one("SELECT pg_backend_pid()", &[]).unwrap().get(0);
    let handle = spawn(move || work(&mut client));
    eventually("it waits for a lock", || {
        db.client.query_one("SELECT cardinality(pg_blocking_pids($1)) > 0", &[&pid]).unwrap().get(0)
    });
    handle
}
