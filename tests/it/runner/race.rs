//! Runners at the same time: each file once.

use std::time::Duration;

use super::harness::{Bench, Running};

#[test]
fn eight_processes_apply_each_file_once() {
    let mut files: Vec<(String, String)> =
        vec![("V1__table.sql".into(), "create table t (file int);".into())];
    files.extend((2..12).map(|version| {
        (format!("V{version}__rows.sql"), format!("insert into t values ({version}); select pg_sleep(0.01);"))
    }));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let bench = Bench::new(&files);
    let mut racers: Vec<Running> = (0..8).map(|_| bench.child("")).collect();
    let said: Vec<String> = racers.iter_mut().map(Running::finish).collect();
    let winners = said.iter().filter(|said| said.contains("applied 11\n")).count();
    let others = said.iter().filter(|said| said.contains("applied 0\n")).count();
    assert_eq!((winners, others), (1, 7), "{said:#?}");
    assert_eq!(bench.recorded(), (1..12).collect::<Vec<i64>>());
    let rows: Vec<i32> = bench.one("select array_agg(file order by file) from t");
    assert_eq!(rows, (2..12).collect::<Vec<i32>>(), "a data migration ran twice");
}

#[test]
fn eight_processes_build_one_index() {
    let bench = Bench::new(&[
        ("V1__table.sql", "create table t as select generate_series(1, 20000) as a;"),
        ("V2__index.sql", "-- feedstock: no-transaction\ncreate index concurrently i on t (a);"),
    ]);
    let mut racers: Vec<Running> = (0..8).map(|_| bench.child("")).collect();
    racers.iter_mut().for_each(|racer| drop(racer.finish()));
    assert!(bench.one::<bool>("select indisvalid from pg_index where indexrelid = 'i'::regclass"));
    assert_eq!(bench.recorded(), [1, 2]);
}

/// Polling, not waiting inside a transaction: a runner that waits must not be what a concurrent build waits for.
#[test]
fn a_waiting_runner_does_not_block_a_concurrent_build() {
    let bench = Bench::new(&[
        ("V1__table.sql", "create table t (a int); insert into t values (1);"),
        ("V2__slow.sql", "select pg_sleep(1);"),
        ("V3__index.sql", "-- feedstock: no-transaction\ncreate index concurrently i on t (a);"),
    ]);
    let mut first = bench.child("");
    first.until("V2__slow …");
    let mut second = bench.child("");
    second.until("another runner is at work");
    first.finish();
    assert!(second.finish().contains("applied 0\n"));
    assert_eq!(bench.recorded(), [1, 2, 3]);
}

#[test]
fn the_wait_for_another_runner_is_bounded_and_says_who() {
    let bench = Bench::new(&[("V1__slow.sql", "select pg_sleep(20);")]);
    let mut first = bench.child("");
    first.until("statement 1");
    let pid = bench.runner().unwrap();
    let options = with!(bench.options(), runner_wait: Duration::from_millis(300));
    bench.refused_with(
        &options,
        &["another runner has held the lock", &format!("held by pid {pid}"), "select pg_sleep(20)"],
    );
    bench.execute(&format!("select pg_terminate_backend({pid})"));
}

/// Two histories in one database have nothing to do with each other.
#[test]
fn another_history_is_another_lock() {
    let bench = Bench::new(&[("V1__slow.sql", "select pg_sleep(20);")]);
    let mut first = bench.child("");
    first.until("statement 1");
    let other = Bench::at(bench.url.clone(), &[("V1__a.sql", "create table a ();")]);
    let mut options = with!(other.options(), runner_wait: Duration::ZERO);
    options.history.table = "other_history".into();
    assert_eq!(other.apply_with(&options).unwrap().applied.len(), 1);
    bench.execute(&format!("select pg_terminate_backend({})", bench.runner().unwrap()));
}
