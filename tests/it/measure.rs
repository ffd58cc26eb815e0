//! What is measured, against what `pg_locks` says.

use feedstock::plan::{Measured, Mode};
use feedstock::prove::{Batch, Measurements, measure};

use crate::support;

const TABLES: &str = "
    CREATE TABLE dramas (id integer PRIMARY KEY, title text);
    CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(10));
    CREATE INDEX images_size ON images (size);
    CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
    CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
    CREATE MATERIALIZED VIEW sizes AS SELECT size FROM images;
    CREATE INDEX sizes_size ON sizes (size);
";

fn in_transaction(statements: &[&str]) -> Batch {
    Batch { statements: statements.iter().map(ToString::to_string).collect(), in_transaction: true }
}

fn outside(statement: &str) -> Batch {
    Batch { statements: vec![statement.to_owned()], in_transaction: false }
}

fn measurements(tables: &str, batches: &[Batch]) -> Measurements {
    let database = support::server().database().unwrap();
    database.client().unwrap().batch_execute(tables).unwrap();
    measure(support::server(), &database, batches).unwrap()
}

/// What one batch does, which works.
#[track_caller]
fn measured(tables: &str, batch: Batch) -> Vec<Measured> {
    let mut found = measurements(tables, &[batch]);
    assert!(found.failure.is_none(), "{:?}", found.failure);
    found.batches.remove(0)
}

/// `images AccessExclusiveLock`, of tables and views.
fn own(measured: &Measured) -> Vec<String> {
    said(&measured.locks.own)
}

fn said(locks: &[feedstock::plan::Lock]) -> Vec<String> {
    let tables = locks.iter().filter(|lock| lock.relation.of.is_none());
    tables.map(|lock| format!("{} {}", lock.relation.name, lock.mode)).collect()
}

fn names(relations: &[feedstock::plan::Relation]) -> Vec<String> {
    relations.iter().map(|relation| relation.name.to_string()).collect()
}

#[test]
fn concurrent_statements_are_watched() {
    for sql in [
        "CREATE INDEX CONCURRENTLY i ON images (drama_id)",
        "DROP INDEX CONCURRENTLY images_size",
        "REINDEX INDEX CONCURRENTLY images_size",
        "REINDEX TABLE CONCURRENTLY images",
        "ALTER TABLE jobs DETACH PARTITION jobs_1 CONCURRENTLY",
        "CREATE INDEX CONCURRENTLY i ON sizes (size)",
        "DROP INDEX CONCURRENTLY sizes_size",
        "VACUUM FULL images",
        "VACUUM images",
        "ALTER TABLE images ADD COLUMN x integer",
    ] {
        let begun = std::time::Instant::now();
        let m = measured(TABLES, outside(sql)).remove(0);
        println!("{sql}: {:?} {:?}", begun.elapsed(), m.lines());
        for l in &m.locks.own {
            println!("    {} {}", l.relation.name, l.mode);
        }
        println!("    rewrites {:?} scans {:?}", names(&m.rewrites), names(&m.scans));
    }
    let _ = (Mode::ALL, own(&measured(TABLES, in_transaction(&["SELECT 1"])).remove(0)));
}
