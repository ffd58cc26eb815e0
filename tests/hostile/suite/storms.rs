//! Clients that take and hold locks that are in a run's way, for as long as it applies.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::cluster::Database;
use super::process::Run;
use super::random::Random;
use super::trial::Trial;
use super::workload::{Workload, exists, project};
use super::{BOUND, complete};

/// Clients of a storm.
const CLIENTS: usize = 6;
/// How long the longest of them holds its locks.
const HELD: Duration = Duration::from_millis(150);
/// How long a client may wait behind the run, beside the others: the run's `lock_timeout` is 300 ms.
const CLIENT_WAITS: Duration = Duration::from_secs(3);
/// How long a run may take in a storm: ten attempts, with pauses of up to ten seconds between them.
const IN_A_STORM: Duration = Duration::from_secs(120);

/// What a client takes.
const LOCKS: &[&str] = &[
    "SELECT count(*) FROM data",
    "UPDATE data SET body = body WHERE id = 7",
    "LOCK TABLE data IN SHARE MODE",
    "LOCK TABLE data IN ACCESS EXCLUSIVE MODE",
    "SELECT * FROM parts LIMIT 1",
    "LOCK TABLE parts IN SHARE ROW EXCLUSIVE MODE",
    "SELECT * FROM data WHERE id < 50 FOR UPDATE",
];

/// One run in a storm. It completes, or says who was in its way; afterwards a run completes it.
pub fn round(trial: &mut Trial<'_>, round: usize) -> usize {
    if round % 4 == 3 {
        return the_history(trial);
    }
    let workload = Workload::new(&mut trial.random);
    let database = trial.world.cluster.database();
    trial.phase(format!("{CLIENTS} clients hold locks for up to {HELD:?}"));
    let (over, waits) = (AtomicBool::new(false), Mutex::new(Waits::default()));
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let random = Random::new(trial.world.seed, "storm", round * CLIENTS + number);
            let (database, over, waits) = (&database, &over, &waits);
            scope.spawn(move || client(database, random, over, waits));
        }
        let ended = Run::apply(workload.project(), &database.url()).wait(trial, IN_A_STORM);
        over.store(true, Ordering::SeqCst);
        trial.took(ended.took);
        trial.count(if ended.status == Some(0) { "completed" } else { "gave way" });
        if ended.status != Some(0) {
            ended.must_be_a_failure(trial, "the run");
            let says_who = ended.text.contains("blocked by") || ended.text.contains("55P03");
            if !says_who && !ended.text.contains("40P01") {
                trial.wrong(format!("it does not say who was in its way:\n{}", ended.text));
            }
        }
        if ended.text.contains("attempt") || ended.text.contains("again") {
            trial.count("tried again");
        }
        let recorded = workload.recorded(&mut database.client());
        super::tells_the_truth(trial, &ended, &recorded);
    });
    let waits = waits.into_inner().unwrap();
    trial.count_many("locks taken by clients", waits.taken);
    trial.count_many("deadlocks", waits.deadlocks);
    if waits.longest > CLIENT_WAITS {
        trial.wrong(format!("a client waited for {:.1?}", waits.longest));
    }
    trial.took(waits.longest);
    trial.all_wrong(waits.failures);
    super::server_has_stopped(trial, &database, BOUND);
    trial.all_wrong(workload.wrong(&mut database.client()));
    complete(trial, &workload, &database);
    1
}

/// A client locks the history and does not let go: the run gives up by itself, and says who holds it.
fn the_history(trial: &mut Trial<'_>) -> usize {
    trial.phase("a client holds the lock of the history");
    let workload = Workload::new(&mut trial.random);
    let database = trial.world.cluster.database();
    let first = project(&[("V1__base.sql", "SELECT 1;\n")]);
    Run::apply(first.path(), &database.url()).wait(trial, BOUND).must_be_good(trial, "a first file");
    let mut holder = database.client();
    holder.batch_execute("DELETE FROM refinery_schema_history").unwrap();
    holder.batch_execute("BEGIN; LOCK TABLE refinery_schema_history IN ACCESS EXCLUSIVE MODE").unwrap();
    let ended = Run::apply(workload.project(), &database.url()).wait(trial, IN_A_STORM);
    trial.took(ended.took);
    ended.must_be_a_failure(trial, "the run");
    if !ended.text.contains("refinery_schema_history") {
        trial.wrong(format!("it does not say what it waited for:\n{}", ended.text));
    }
    holder.batch_execute("ROLLBACK").unwrap();
    drop(holder);
    trial.count("history held");
    complete(trial, &workload, &database);
    1
}

#[derive(Default)]
struct Waits {
    taken: usize,
    deadlocks: usize,
    longest: Duration,
    failures: Vec<String>,
}

fn client(database: &Database<'_>, mut random: Random, over: &AtomicBool, waits: &Mutex<Waits>) {
    let mut client = database.client();
    while !over.load(Ordering::SeqCst) {
        if !exists(&mut client, "data") {
            thread::sleep(Duration::from_millis(5));
            continue;
        }
        let (held, lock) = (random.time(HELD), random.one(LOCKS));
        let begun = Instant::now();
        let taken = client.batch_execute(&format!("BEGIN; {lock}"));
        let waited = begun.elapsed();
        thread::sleep(held);
        let committed = taken.and_then(|()| client.batch_execute("COMMIT"));
        let mut waits = waits.lock().unwrap();
        waits.longest = waits.longest.max(waited);
        match committed {
            Ok(()) => waits.taken += 1,
            Err(error) => {
                match error.code().map(postgres::error::SqlState::code) {
                    Some("40P01") => waits.deadlocks += 1,
                    _ => waits.failures.push(format!("a client fails at {lock}: {error}")),
                }
                drop(waits);
                let _ = client.batch_execute("ROLLBACK");
            }
        }
        thread::sleep(random.time(HELD));
    }
}
