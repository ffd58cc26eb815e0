//! A connection that is lost: what stands is said, and what is unknown is said to be unknown.

use std::sync::atomic::{AtomicBool, Ordering};

use feedstock::runner::{self, Monitor, Options};
use postgres::{Client, NoTls};

use super::harness::Bench;
use super::proxy::{Act, Proxy};

fn apply(proxy: &Proxy, bench: &Bench, options: &Options) -> feedstock::Error {
    let mut client = Client::connect(&proxy.url, NoTls).unwrap();
    runner::apply(&mut client, &bench.migrations(), options, &mut |_| {}).expect_err("the connection is lost")
}

fn bench() -> Bench {
    Bench::new(&[("V1__a.sql", "create table a ();"), ("V2__b.sql", "create table b ();")])
}

#[track_caller]
fn says(error: &feedstock::Error, parts: &[&str]) {
    for part in parts {
        assert!(error.to_string().contains(part), "{error}\n  lacks: {part}");
    }
}

#[test]
fn a_commit_whose_answer_is_lost_is_looked_up() {
    for (act, stands, exists) in [
        (Act::CutAfter, "it is applied and recorded, as another connection found out", true),
        (Act::Cut, "nothing of it is applied, as another connection found out", false),
    ] {
        let bench = bench();
        bench.apply_with(&with!(bench.options(), to: Some(1))).unwrap();
        let proxy = commit_of(&bench, "V2", act);
        let error = apply(&proxy, &bench, &bench.options());
        says(
            &error,
            &["the connection was lost while V2__b was committing", stands, "nothing was applied before it"],
        );
        assert_eq!(bench.exists("b"), exists);
        assert_eq!(bench.recorded().contains(&2), exists);
        bench.apply().unwrap();
        assert_eq!(bench.recorded(), [1, 2]);
    }
}

#[test]
fn without_another_connection_it_is_unknown_and_the_next_run_finds_out() {
    for (act, applied) in [(Act::CutAfter, 0), (Act::Cut, 1)] {
        let bench = bench();
        bench.apply_with(&with!(bench.options(), to: Some(1))).unwrap();
        let proxy = commit_of(&bench, "V2", act);
        let error = apply(&proxy, &bench, &with!(bench.options(), monitor: None));
        says(
            &error,
            &[
                "was lost while V2__b was committing",
                "it is unknown whether it is applied",
                "the next run finds out",
            ],
        );
        assert!(!error.to_string().contains("nothing of it is applied"), "{error}");
        assert_eq!(bench.apply().unwrap().applied.len(), applied);
    }
}

/// As when the whole server is out of reach: the second connection does not answer either, and nothing hangs.
#[test]
fn a_server_that_is_out_of_reach_leaves_it_unknown() {
    let bench = bench();
    let proxy = commit_of(&bench, "V2", Act::Cut);
    let silent = Proxy::start(&bench.url, |_, _| Act::Stall);
    let monitor = Some(Monitor::from_config(silent.url.parse().unwrap()));
    let begun = std::time::Instant::now();
    let error = apply(&proxy, &bench, &with!(bench.options(), monitor));
    says(&error, &["V2__b", "it is unknown whether it is applied", "applied before it in this run: V1__a"]);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}

/// The row of an index that is built: the statement is done, and it is the record that is unknown.
#[test]
fn the_record_of_a_statement_outside_a_transaction_is_looked_up_as_well() {
    let bench = Bench::new(&[
        ("V1__a.sql", "create table a (b int);"),
        ("V2__i.sql", "-- feedstock: no-transaction\ncreate index concurrently i on a (b);"),
    ]);
    bench.apply_with(&with!(bench.options(), to: Some(1))).unwrap();
    let proxy = commit_of(&bench, "V2", Act::CutAfter);
    let error = apply(&proxy, &bench, &bench.options());
    says(&error, &["V2__i was committing", "it is applied and recorded"]);
    assert_eq!(bench.recorded(), [1, 2]);
}

/// The commit of the transaction that writes a version's row into the history.
fn commit_of(bench: &Bench, version: &'static str, act: Act) -> Proxy {
    let written = AtomicBool::new(false);
    let row = format!("SELECT {},", version.trim_start_matches('V'));
    Proxy::start(&bench.url, move |number, message| {
        if message.contains("INSERT INTO \"public\".\"refinery_schema_history\" ") && message.contains(&row) {
            written.store(true, Ordering::SeqCst);
        }
        if number == 0 && message == "COMMIT" && written.load(Ordering::SeqCst) { act } else { Act::Pass }
    })
}

#[test]
fn between_two_files_the_failure_names_the_one_that_was_to_come_and_what_was_applied() {
    for at in ["BEGIN", "INSERT INTO", "create table b"] {
        let bench = bench();
        let proxy = Proxy::start(&bench.url, {
            let first = AtomicBool::new(false);
            move |number, message| {
                let now = first.load(Ordering::SeqCst) && message.contains(at);
                if message.contains("create table a") {
                    first.store(true, Ordering::SeqCst);
                }
                // Not the row of the first file.
                let of_the_first = at == "INSERT INTO" && message.contains("SELECT 1,");
                if number == 0 && now && !of_the_first { Act::Cut } else { Act::Pass }
            }
        });
        let error = apply(&proxy, &bench, &bench.options());
        says(&error, &["V2__b", "nothing of it is applied", "applied before it in this run: V1__a"]);
        assert_eq!(bench.recorded(), [1], "{at}");
    }
}

#[test]
fn of_many_earlier_files_the_number_is_said() {
    let files: Vec<(String, String)> =
        (1..=30).map(|version| (format!("V{version}__f.sql"), "select 1;".to_owned())).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let bench = Bench::new(&files);
    bench.write(&[("V31__bad.sql", "select 1/0;")]);
    let error =
        bench.refused(&["V31__bad", "applied before it in this run: 30 migrations, the last of them V30__f"]);
    assert!(!error.to_string().contains("V7__f"), "{error}");
}
