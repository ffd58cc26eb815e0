//! A second connection that does not answer costs what it would have said, and nothing else.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use feedstock::runner::{self, Monitor, Options};

use super::bouncer::Bouncer;
use super::harness::Bench;
use super::proxy::{Act, Proxy};

/// What a run may take on a busy machine beside its statements, and far less than a connection that never answers.
const BUSY: Duration = Duration::from_secs(4);

fn stalling(bench: &Bench, at: &'static str) -> Options {
    let proxy =
        Proxy::start(&bench.url, move |_, message| if message.contains(at) { Act::Stall } else { Act::Pass });
    with!(bench.options(), monitor: Some(Monitor::from_config(proxy.url.parse().unwrap())))
}

/// Where the second connection stalls: while it opens, and in the middle of its first question.
const PLACES: [&str; 2] = ["startup", "pg_blocking_pids"];

#[test]
fn a_finished_statement_does_not_wait_for_the_second_connection() {
    for place in PLACES {
        for text in [
            "create table a (); select pg_sleep(1);",
            "-- feedstock: backfill\ndo $$ begin perform pg_sleep(1); end $$;",
        ] {
            let bench = Bench::new(&[("V1__a.sql", text)]);
            let begun = Instant::now();
            bench.apply_with(&stalling(&bench, place)).unwrap();
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(1) + BUSY, "stalls at {place}: {took:?}");
            assert_eq!(bench.recorded(), [1]);
        }
    }
}

#[test]
fn a_wait_is_bounded_and_tried_again_without_the_second_connection() {
    for place in PLACES {
        let bench = Bench::new(&[("V1__a.sql", "alter table t add b int;")]);
        bench.execute("create table t (a int)");
        let mut holder = bench.client();
        holder.batch_execute("begin; select count(*) from t").unwrap();
        let options = with!(stalling(&bench, place), attempts: 2);
        let begun = Instant::now();
        let error = bench.refused_with(&options, &["statement 1 of 1 failed after 2 attempts", "55P03"]);
        assert!(begun.elapsed() < Duration::from_secs(2) + BUSY, "{place}: {:?}", begun.elapsed());
        assert!(!error.to_string().contains("blocked by"), "{error}");
    }
}

/// The whole program, whose connections all lead through the proxy.
#[test]
fn the_program_ends_although_its_second_connection_never_answers() {
    for place in PLACES {
        let bench = Bench::new(&[("V1__a.sql", "create table a (); select pg_sleep(1);")]);
        let proxy = Proxy::start(&bench.url, move |number, message| {
            if number > 0 && message.contains(place) { Act::Stall } else { Act::Pass }
        });
        let begun = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_feedstock"))
            .args(["apply", "--database-url", &proxy.url, "--migrations"])
            .arg(bench.dir())
            .current_dir("/")
            .status()
            .unwrap();
        assert!(status.success());
        assert!(begun.elapsed() < Duration::from_secs(1) + BUSY, "{place}: {:?}", begun.elapsed());
        assert_eq!(bench.recorded(), [1]);
    }
}

/// The second connection gets no server process for as long as the first has it.
#[test]
fn a_pool_of_one_connection_takes_no_longer_than_the_statements() {
    let files = [
        ("V1__a.sql", "create table a (b int); select pg_sleep(0.6);"),
        ("V2__index.sql", "-- feedstock: no-transaction\ncreate index concurrently i on a (b);"),
        ("V3__fill.sql", "-- feedstock: backfill\ndo $$ begin perform pg_sleep(0.6); end $$;"),
    ];
    for mode in ["session", "transaction"] {
        let bench = Bench::new(&files);
        let bouncer = Bouncer::start(&bench.url, mode, 1);
        let begun = Instant::now();
        let result = thread::scope(|scope| {
            let applying = scope.spawn(|| {
                let monitor = Some(Monitor::from_config(bouncer.url.parse().unwrap()));
                let options = with!(bench.options(), monitor);
                runner::apply(&mut bouncer.client(), &bench.migrations(), &options, &mut |_| {})
            });
            applying.join().unwrap()
        });
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(3) + BUSY, "{mode}: {took:?}");
        match mode {
            "session" => assert_eq!(result.unwrap().applied.len(), 3),
            // One server process is as good as a session for a transaction, and for nothing else.
            _ => assert!(result.is_ok_and(|report| report.applied.len() == 3) || bench.recorded() == [1]),
        }
    }
}

/// Who blocks a statement is asked ever more rarely, up to once in a second.
#[test]
fn a_long_statement_is_not_asked_about_all_the_time() {
    let bench = Bench::new(&[("V1__a.sql", "select pg_sleep(2.5);")]);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let proxy = Proxy::start(&bench.url, move |_, message| {
        count.fetch_add(usize::from(message.contains("pg_blocking_pids")), Ordering::Relaxed);
        Act::Pass
    });
    let monitor = Some(Monitor::from_config(proxy.url.parse().unwrap()));
    bench.apply_with(&with!(bench.options(), monitor: monitor)).unwrap();
    // After 0.15, 0.45, 1.05 and 2.05 s; fewer on a busy machine.
    assert!((1..=4).contains(&asked.load(Ordering::Relaxed)), "{asked:?}");
}
