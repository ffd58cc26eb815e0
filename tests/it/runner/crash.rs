//! kill -9 at random points: nothing applied twice, nothing applied and unrecorded.

use std::time::{Duration, Instant};

use super::harness::Bench;
use crate::support::eventually;

/// Rounds; `FEEDSTOCK_CRASH_ROUNDS` asks for more.
const ROUNDS: usize = 100;
/// Up to so many events are waited for before the child is killed; a file has four.
const EVENTS: u64 = 14;
/// Files of a database; when all are applied a new database begins.
const FILES: usize = 8;

/// Every file leaves one row, whose absence or repetition would show.
fn bench() -> Bench {
    let mut files = vec![("V1__table.sql".to_owned(), "create table t (file int);".to_owned())];
    for version in 2..FILES {
        let text =
            format!("insert into t values ({version}); create table t{version} (); select pg_sleep(0.002);");
        files.push((format!("V{version}__rows.sql"), text));
    }
    let concurrent = "-- feedstock: no-transaction\ncreate index concurrently i on t (file);".to_owned();
    files.push((format!("V{FILES}__index.sql"), concurrent));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Bench::new(&files)
}

/// What a database has must be what its history says, but for the index, which is built before it is recorded.
#[track_caller]
fn check(bench: &Bench) -> usize {
    if !bench.exists("refinery_schema_history") {
        assert!(!bench.exists("t"), "applied without a history");
        return 0;
    }
    let recorded = bench.recorded();
    let rows: Vec<i64> = if bench.exists("t") {
        bench.one("select coalesce(array_agg(file::int8 order by file), '{}') from t")
    } else {
        Vec::new()
    };
    let transactional: Vec<i64> =
        recorded.iter().copied().filter(|version| (2..FILES as i64).contains(version)).collect();
    assert_eq!(rows, transactional, "recorded: {recorded:?}");
    assert_eq!(recorded.contains(&1), bench.exists("t"), "recorded: {recorded:?}");
    if recorded.contains(&(FILES as i64)) {
        assert!(bench.one::<bool>("select indisvalid from pg_index where indexrelid = 'i'::regclass"));
    }
    recorded.len()
}

#[test]
fn kill_9_at_random_points_applies_and_records_together() {
    let asked = std::env::var("FEEDSTOCK_CRASH_ROUNDS").ok();
    let rounds = asked.map_or(ROUNDS, |rounds| rounds.parse().expect("FEEDSTOCK_CRASH_ROUNDS is a number"));
    let begun = Instant::now();
    let (mut killed, mut midway, mut databases, mut round) = (0, 0, 1, 0);
    let mut current = bench();
    // What counts is a child that was killed at its work. A slow machine may let some come to their end before.
    while killed < rounds || midway * 5 < rounds {
        round += 1;
        assert!(
            round <= rounds * 10,
            "of {round} only {killed} were killed at work, {midway} between two files"
        );
        let mut child = current.child("");
        child.events(random(round) % EVENTS);
        // Anywhere between two events.
        std::thread::sleep(Duration::from_micros(random(round + rounds * 10) % 3_000));
        killed += usize::from(!child.has_ended());
        child.kill();
        // The server process of the dead may still be at its last statement; the next runner waits for it.
        eventually("the server notices", || current.runner().is_none());
        let recorded = check(&current);
        midway += usize::from((1..FILES).contains(&recorded));
        if recorded == FILES {
            current = bench();
            databases += 1;
        }
    }
    current.apply().unwrap();
    assert_eq!(check(&current), FILES);
    println!(
        "{round} rounds, {killed} killed while running, {midway} found midway, {databases} databases, {:?}",
        begun.elapsed()
    );
}

/// The same numbers in each run of a round, spread evenly: SplitMix64.
fn random(round: usize) -> u64 {
    let mut z = (round as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
