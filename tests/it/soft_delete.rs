//! Soft delete in SQL alone, against a real server: what holds under concurrency, and which short ways do
//! not.
//!
//! The statements are the files of `soft_delete/`, and `algorithm` is the order that they are sent in.

pub mod algorithm;
mod api;
mod api_race;
mod cases;
mod clients;
mod hostile;
mod keys;
mod models;
mod naive;
mod peers;
mod race;
mod steps;

use std::thread::{JoinHandle, spawn};

use postgres::{Client, NoTls, Transaction};

use crate::support::{TestDb, database, eventually};
use algorithm::{Outcome, Rows, Rule, ask, run, sql};

/// The tables, and dramas 1 and 2.
pub fn dramas(name: &str) -> TestDb {
    let mut db = database(name);
    db.client.batch_execute(&sql("schema")).unwrap();
    for id in [1, 2] {
        run(&mut db.client, "seed", &[&id]).unwrap();
    }
    db
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

fn delete(client: &mut Client, roots: &Rows, rule: Rule) -> Outcome {
    alone(client, |tx| algorithm::delete(tx, roots, rule).unwrap())
}

fn restore(client: &mut Client, roots: &Rows, rule: Rule) -> Outcome {
    alone(client, |tx| algorithm::restore(tx, roots, rule).unwrap())
}

/// How many live rows stand below a deleted parent.
pub fn orphans(client: &mut Client) -> i64 {
    ask(client, "orphans", &[]).unwrap()[0].get(0)
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

/// What the server says of an error: its SQLSTATE.
fn state(error: &postgres::Error) -> &str {
    error.code().map_or("", |code| code.code())
}
