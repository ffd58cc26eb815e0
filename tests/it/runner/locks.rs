//! Locks that are not to be had soon: rolled back, said who has them, tried again, given up in the end.

use std::thread;
use std::time::{Duration, Instant};

use feedstock::runner::{self, Event};
use postgres::NoTls;

use super::harness::Bench;
use crate::support::eventually;

fn bench() -> Bench {
    let bench = Bench::new(&[("V1__table.sql", "create table t (a int); create table tries (a int);")]);
    bench.apply().unwrap();
    bench.write(&[("V2__alter.sql", "insert into tries values (1);\nalter table t add b int;\n")]);
    bench
}

/// A connection that reads the table and stays in its transaction.
fn holder(bench: &Bench) -> postgres::Client {
    let mut config: postgres::Config = bench.url.parse().unwrap();
    let mut holder = config.application_name("a report").connect(NoTls).unwrap();
    holder.batch_execute("begin; select count(*) from t").unwrap();
    holder
}

#[test]
fn a_lock_timeout_rolls_back_says_who_blocks_and_is_tried_again() {
    let bench = bench();
    let (mut holder, mut told) = (Some(holder(&bench)), Vec::new());
    let result = runner::apply(&mut bench.client(), &bench.migrations(), &bench.options(), &mut |event| {
        told.push(event.to_string());
        if let Event::Retrying { .. } = event {
            holder = None;
        }
    });
    assert_eq!(result.unwrap().applied.len(), 1);
    let retry = told.iter().find(|line| line.contains("did not get its lock")).expect("a retry is told");
    for part in [
        "V2__alter: line 2",
        "(attempt 1 of 10)",
        "application a report",
        "idle in transaction for",
        "select count(*) from t",
    ] {
        assert!(retry.contains(part), "{retry}\n  lacks: {part}");
    }
    assert_eq!(bench.one::<i64>("select count(*) from tries"), 1, "an attempt that failed left something");
    assert_eq!(bench.recorded(), [1, 2]);
}

/// The third try works: a sequence counts across attempts that were rolled back.
#[test]
fn an_attempt_that_is_repeated_says_why() {
    for (code, reason) in
        [("40001", "could not be serialized"), ("40P01", "deadlock"), ("55P03", "did not get its lock")]
    {
        let bench = Bench::new(&[("V1__tries.sql", "create sequence tries;")]);
        bench.apply().unwrap();
        let fails = format!(
            "create table a ();\ndo $$ begin if nextval('tries') < 3 then raise sqlstate '{code}'; end if; end $$;"
        );
        bench.write(&[("V2__fails.sql", &fails)]);
        let (result, told) = bench.apply_telling(&bench.options());
        assert_eq!(result.unwrap().applied.len(), 1);
        let retries: Vec<&String> = told.iter().filter(|line| line.contains("(attempt ")).collect();
        assert_eq!(retries.len(), 2, "{told:#?}");
        for retry in retries {
            assert!(
                retry.contains("V2__fails: line 2 ") && retry.contains(reason),
                "{retry}\n  lacks: {reason}"
            );
            assert_eq!(retry.contains("its lock"), code == "55P03", "{retry}");
        }
    }
}

#[test]
fn attempts_are_bounded() {
    let bench = bench();
    let holder = holder(&bench);
    let options = with!(bench.options(), attempts: 2);
    let error = bench.refused_with(
        &options,
        &[
            "V2__alter: statement 2 of 2 failed after 2 attempts",
            "nothing of it is applied",
            "blocked by pid",
            "V2__alter.sql:2:1",
        ],
    );
    assert_eq!(error.sqlstate(), Some("55P03"));
    assert_eq!((bench.recorded(), bench.one::<i64>("select count(*) from tries")), (vec![1], 0));
    drop(holder);
    bench.apply().unwrap();
}

/// A service that only has its one connection gets the same retries, and hears less.
#[test]
fn without_a_second_connection_less_is_said() {
    let bench = bench();
    let holder = holder(&bench);
    let options = with!(bench.options(), attempts: 2, monitor: None);
    let error = bench.refused_with(&options, &["failed after 2 attempts", "SQLSTATE 55P03"]);
    assert!(!error.to_string().contains("blocked by"), "{error}");
    let refuses = feedstock::runner::Monitor::new(|| Err(feedstock::Error::database("no more connections")));
    let options = with!(bench.options(), attempts: 1, monitor: Some(refuses));
    bench.refused_with(&options, &["V2__alter: statement 2 of 2 failed;", "SQLSTATE 55P03"]);
    drop(holder);
}

/// Whoever comes after a statement that waits queues behind it; the time-out is for them.
#[test]
fn others_are_held_up_no_longer_than_the_lock_timeout() {
    let bench = bench();
    let holder = holder(&bench);
    let options = with!(bench.options(), attempts: 2);
    let slowest = thread::scope(|scope| {
        let applying = scope.spawn(|| bench.apply_with(&options).unwrap_err());
        let mut reader = bench.client();
        let mut slowest = Duration::ZERO;
        while !applying.is_finished() {
            let begun = Instant::now();
            reader.batch_execute("select count(*) from t").unwrap();
            slowest = slowest.max(begun.elapsed());
        }
        slowest
    });
    drop(holder);
    let timeout = options.lock_timeout;
    assert!(slowest > timeout / 4, "the reader never queued: {slowest:?}");
    assert!(slowest < timeout * 3, "the reader was held up for {slowest:?}");
}

#[test]
fn two_that_wait_for_each_other_are_tried_again() {
    let bench = Bench::new(&[("V1__tables.sql", "create table a (); create table b ();")]);
    bench.apply().unwrap();
    // It wants the second table when the other, who has that one, waits for the first.
    let locked = |what: &str| {
        format!(
            "exists (select from pg_locks where {what} and database = \
             (select oid from pg_database where datname = current_database()))"
        )
    };
    let text = format!(
        "lock table a; do $$ begin while {} and not {} loop perform pg_sleep(0.01); end loop; end $$;\nlock table b;",
        locked("relation = 'b'::regclass"),
        locked("relation = 'a'::regclass and not granted"),
    );
    bench.write(&[("V2__lock.sql", &text)]);
    let options = with!(bench.options(), lock_timeout: Duration::from_secs(20));
    let mut other = bench.client();
    // The one who has waited for deadlock_timeout is the one who is cancelled: the runner.
    other.batch_execute("set deadlock_timeout = '20s'; begin; lock table b").unwrap();
    let (result, told) = thread::scope(|scope| {
        scope.spawn(|| {
            eventually("the runner has the first table", || {
                bench.one(&format!("select {}", locked("relation = 'a'::regclass and granted")))
            });
            other.batch_execute("lock table a; commit").unwrap();
        });
        bench.apply_telling(&options)
    });
    result.unwrap();
    assert!(told.iter().any(|line| line.contains("line 2 was ended to resolve a deadlock")), "{told:#?}");
    assert_eq!(bench.recorded(), [1, 2]);
}
