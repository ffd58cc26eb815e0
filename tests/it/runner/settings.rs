//! Round trips, the history's row, and the settings that are not the run's own.

use std::thread;
use std::time::{Duration, Instant};

use feedstock::runner::{self, Event};

use super::harness::Bench;
use super::proxy::Proxy;

/// A round trip each for the beginning, each statement, the row in the history, and the COMMIT.
#[test]
fn a_file_costs_three_round_trips_beside_its_statements() {
    let trips = |files: usize| {
        let files: Vec<(String, String)> = (1..=files)
            .map(|version| (format!("V{version}__f.sql"), format!("create table t{version} ();\nselect 1;")))
            .collect();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let bench = Bench::new(&files);
        let proxy = Proxy::counting(&bench.url);
        let mut client = postgres::Client::connect(&proxy.url, postgres::NoTls).unwrap();
        let options = with!(bench.options(), monitor: None);
        runner::apply(&mut client, &bench.migrations(), &options, &mut |_| {}).unwrap();
        proxy.round_trips()
    };
    let (one, many) = (trips(1), trips(41));
    assert_eq!(many - one, 40 * (2 + 3));
    assert!(one <= 25, "a run of one file takes {one} round trips");
}

#[test]
fn a_row_that_does_not_reach_the_history_applies_nothing() {
    for thief in [
        "create rule thief as on insert to refinery_schema_history do instead nothing",
        "create function thief() returns trigger language plpgsql as $$ begin return null; end $$; \
         create trigger thief before insert on refinery_schema_history for each row execute function thief()",
        "create function thief() returns trigger language plpgsql as \
         $$ begin delete from refinery_schema_history where version = new.version; return null; end $$; \
         create trigger thief after insert on refinery_schema_history for each row execute function thief()",
        "create table elsewhere (like refinery_schema_history); create rule thief as on insert to \
         refinery_schema_history do instead insert into elsewhere values (new.*)",
    ] {
        let bench = Bench::new(&[("V1__a.sql", "create table a ();")]);
        bench.apply().unwrap();
        bench.execute(thief);
        bench.write(&[
            ("V2__b.sql", "create table b ();"),
            ("V3__i.sql", "-- feedstock: backfill\ndo $$ begin null; end $$;"),
        ]);
        bench.refused(&["V2__b", "its row is not in the history", "nothing of it is applied"]);
        assert!(!bench.exists("b"), "{thief}");
        assert_eq!(bench.recorded(), [1]);
    }
}

/// Somebody has the history, when it is read and when it is written: it is said who, tried again, and bounded.
#[test]
fn a_history_that_is_locked_is_waited_for_within_a_bound() {
    let bench = Bench::new(&[("V1__a.sql", "create table a ();")]);
    bench.apply().unwrap();
    let mut holder = bench.client();
    holder.batch_execute("begin; lock table refinery_schema_history").unwrap();
    let options = with!(bench.options(), attempts: 2, lock_timeout: Duration::from_millis(200));
    let begun = Instant::now();
    bench.refused_with(&options, &["the history", "is locked, after 2 attempts", "blocked by pid", "55P03"]);
    let status = runner::status(&mut bench.client(), &bench.migrations(), &options).unwrap_err();
    assert_eq!(status.sqlstate(), Some("55P03"), "{status}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let (result, told) = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(700));
            holder.batch_execute("commit").unwrap();
        });
        bench.apply_telling(&with!(options.clone(), attempts: 10))
    });
    result.unwrap();
    let said = told.iter().find(|line| line.contains("the history is locked")).expect("it is said");
    assert!(said.contains("lock table refinery_schema_history"), "{said}");
}

#[test]
fn a_history_that_is_locked_against_writers_is_tried_again() {
    for file in ["create table b ();", "-- feedstock: no-transaction\ncreate index concurrently i on a (b);"]
    {
        let bench = Bench::new(&[("V1__a.sql", "create table a (b int);")]);
        bench.apply().unwrap();
        bench.write(&[("V2__b.sql", file)]);
        let mut holder = bench.client();
        holder.batch_execute("begin; lock table refinery_schema_history in share mode").unwrap();
        let options = with!(bench.options(), lock_timeout: Duration::from_millis(200));
        let (mut holder, mut again) = (Some(holder), 0);
        runner::apply(&mut bench.client(), &bench.migrations(), &options, &mut |event| {
            if let Event::Retrying { .. } = event {
                (holder, again) = (None, again + 1);
            }
        })
        .unwrap();
        assert!(again > 0, "it has waited for the lock");
        assert_eq!(bench.recorded(), [1, 2]);
    }
}

/// What a DBA set for the role counts, unless the run says otherwise.
#[test]
fn the_roles_own_statement_timeout_counts() {
    for file in ["select pg_sleep(3);", "-- feedstock: backfill\ndo $$ begin perform pg_sleep(3); end $$;"] {
        let bench = Bench::new(&[("V1__slow.sql", file)]);
        let database: String = bench.one("select current_database()::text");
        bench.execute(&format!("alter database {database} set statement_timeout = '400ms'"));
        let error = bench.refused(&["V1__slow", "statement timeout", "57014"]);
        assert!(!error.is_interrupted(), "{error}");
        let unbounded = with!(bench.options(), statement_timeout: Some(Duration::ZERO));
        bench.apply_with(&unbounded).unwrap();
    }
}
