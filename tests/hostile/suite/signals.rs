//! Ctrl-C, SIGTERM and SIGHUP while a run works or waits.

use std::time::{Duration, Instant};

use postgres::Client;
use tempfile::TempDir;

use super::cluster::Database;
use super::process::{Ended, Run};
use super::trial::Trial;
use super::workload::{self, Workload, backfill, exists, one, project, until};
use super::{BOUND, complete};

/// How long a run may take to end after a signal, the cancellation on the server included.
const TO_END: Duration = Duration::from_secs(5);

/// How long the server may work after the run has ended.
const ON_THE_SERVER: Duration = Duration::from_secs(3);

/// What the run is at when the signal comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Statement,
    Concurrently,
    Backfill,
    LockOfAClient,
    LockOfARunner,
    AnyMoment,
    /// In a statement whose server process answers nobody: a second signal is needed.
    StoppedServer,
}

const PLACES: [At; 7] = [
    At::Statement,
    At::Concurrently,
    At::Backfill,
    At::LockOfAClient,
    At::LockOfARunner,
    At::AnyMoment,
    At::StoppedServer,
];

/// The signals, and the numbers that a shell adds to 128.
const SIGNALS: [(&str, i32); 3] = [("INT", 2), ("TERM", 15), ("HUP", 1)];

const BASE: &str = "CREATE TABLE ledger (file integer NOT NULL);\n\
     CREATE TABLE data (id integer PRIMARY KEY, b integer, n integer NOT NULL DEFAULT 0);\n\
     INSERT INTO data SELECT n FROM generate_series(1, 1000) AS n;\nINSERT INTO ledger VALUES (1);\n";

/// One signal.
pub fn round(trial: &mut Trial<'_>, round: usize) -> usize {
    let (at, signal) = (PLACES[round % PLACES.len()], SIGNALS[round / PLACES.len() % SIGNALS.len()]);
    trial.phase(format!("SIG{} at {at:?}", signal.0));
    trial.count(signal.0);
    match at {
        At::AnyMoment => at_any_moment(trial, signal),
        At::StoppedServer => stopped_server(trial, signal),
        _ => at_a_place(trial, at, signal),
    }
    1
}

fn at_any_moment(trial: &mut Trial<'_>, signal: (&'static str, i32)) {
    let workload = Workload::new(&mut trial.random);
    let database = trial.world.cluster.database();
    let usual = trial.world.usual();
    let after = trial.random.time(usual);
    trial.phase(format!("SIG{} after {after:?}", signal.0));
    let mut run = Run::apply(workload.project(), &database.url());
    std::thread::sleep(after.saturating_sub(run.age()));
    let before_the_end = run.runs();
    run.signal(signal.0);
    let ended = run.wait(trial, TO_END);
    let mut client = database.client();
    // Before the handler is there the system's own is, and nothing is begun.
    let is_early = ended.signal == Some(signal.1) && !exists(&mut client, "refinery_schema_history");
    if before_the_end && ended.status != Some(0) && !is_early && !is_right(&ended, signal) {
        trial.wrong(format!("it ends with {}:\n{}", ended.how(), ended.text));
    }
    super::server_has_stopped(trial, &database, ON_THE_SERVER);
    trial.all_wrong(workload.wrong(&mut client));
    super::tells_the_truth(trial, &ended, &workload.recorded(&mut client));
    drop(client);
    complete(trial, &workload, &database);
}

fn at_a_place(trial: &mut Trial<'_>, at: At, signal: (&'static str, i32)) {
    let database = trial.world.cluster.database();
    let project = project_of(at);
    let mut holder = database.client();
    let first = project_of_base();
    Run::apply(first.path(), &database.url()).wait(trial, BOUND).must_be_good(trial, "the first file");
    let other = hold(at, &mut holder, &database, &project);
    let run = Run::apply(project.path(), &database.url());
    if !reached(at, &database) {
        trial.wrong(format!("the run does not come to {at:?}: {}", trial.world.cluster.activity()));
    }
    let begun = Instant::now();
    run.signal(signal.0);
    let ended = run.wait(trial, TO_END);
    trial.took(begun.elapsed());
    if !is_right(&ended, signal) {
        trial.wrong(format!(
            "it ends with {} instead of status {}:\n{}",
            ended.how(),
            128 + signal.1,
            ended.text
        ));
    }
    if at != At::LockOfARunner && !ended.names(2) {
        trial.wrong(format!("it does not say where it stands:\n{}", ended.text));
    }
    if !ended.text.contains("run again") && !ended.text.contains("run `apply` again") {
        trial.wrong(format!("it does not say what to do:\n{}", ended.text));
    }
    if let Some(other) = other {
        other.wait_after_signal(trial);
    } else {
        super::server_has_stopped(trial, &database, ON_THE_SERVER);
    }
    if at == At::Backfill {
        let filled = one(&mut holder, "SELECT count(*) FROM data WHERE n > 0");
        std::thread::sleep(Duration::from_millis(300));
        if one(&mut holder, "SELECT count(*) FROM data WHERE n > 0") != filled {
            trial.wrong("the backfill goes on on the server");
        }
    }
    let recorded = workload::recorded(&mut holder);
    if recorded != [1] {
        trial.wrong(format!("the history has {recorded:?}"));
    }
    super::tells_the_truth(trial, &ended, &recorded);
    if exists(&mut holder, "t2") || one(&mut holder, "SELECT count(*) FROM ledger") != 1 {
        trial.wrong("something of the file is there");
    }
    let _ = holder.batch_execute("ROLLBACK");
    std::fs::write(project.path().join("migrations/V2__next.sql"), quick(at)).unwrap();
    super::next_run_completes(trial, &database, project.path(), |client| is_complete(at, client));
}

/// The server cannot confirm that it has stopped: the second signal ends the run at once.
fn stopped_server(trial: &mut Trial<'_>, signal: (&'static str, i32)) {
    let database = trial.world.cluster.database();
    let project = project_of(At::StoppedServer);
    let mut run = Run::apply(project.path(), &database.url());
    if !reached(At::StoppedServer, &database) {
        trial.wrong(format!("the run does not come to its statement: {}", trial.world.cluster.activity()));
    }
    let processes = database.processes();
    signal_server(&processes, "-STOP");
    run.signal(signal.0);
    let by_itself = run.ends_within(Duration::from_millis(700));
    let begun = Instant::now();
    run.signal(signal.0);
    let ended = run.wait(trial, Duration::from_secs(2));
    trial.took(begun.elapsed());
    signal_server(&processes, "-CONT");
    if by_itself {
        trial.wrong(format!("it does not wait for the server:\n{}", ended.text));
    }
    if !is_right(&ended, signal) {
        trial.wrong(format!(
            "it ends with {} instead of status {}:\n{}",
            ended.how(),
            128 + signal.1,
            ended.text
        ));
    }
    if !ended.text.contains(&format!("SIG{}", signal.0)) {
        trial.wrong(format!("it does not name the signal:\n{}", ended.text));
    }
    super::server_has_stopped(trial, &database, ON_THE_SERVER);
    let mut client = database.client();
    let recorded = workload::recorded(&mut client);
    if recorded != [1] || exists(&mut client, "t2") {
        trial.wrong(format!("the history has {recorded:?}"));
    }
    std::fs::write(project.path().join("migrations/V2__next.sql"), quick(At::StoppedServer)).unwrap();
    super::next_run_completes(trial, &database, project.path(), |client| {
        is_complete(At::StoppedServer, client)
    });
}

fn signal_server(processes: &[i32], signal: &str) {
    let processes = processes.iter().map(ToString::to_string);
    let _ = std::process::Command::new("kill").arg(signal).args(processes).status();
}

fn project_of_base() -> TempDir {
    project(&[("V1__base.sql", BASE)])
}

/// What is right: the status that a shell makes of the signal.
fn is_right(ended: &Ended, signal: (&str, i32)) -> bool {
    ended.status == Some(128 + signal.1)
}

/// The file in which the run is at work for a long time.
fn project_of(at: At) -> TempDir {
    let text = match at {
        At::Statement | At::LockOfARunner | At::StoppedServer => {
            "LOCK TABLE data IN ACCESS EXCLUSIVE MODE;\nCREATE TABLE t2 ();\nINSERT INTO ledger VALUES (2);\n\
             SELECT pg_sleep(30);\n"
        }
        At::Backfill => &backfill("b = id, n = n + 1", "b", 2, 0.05),
        At::Concurrently | At::LockOfAClient | At::AnyMoment => &quick(at),
    };
    project(&[("V1__base.sql", BASE), ("V2__next.sql", text)])
}

/// The same without the time that it takes.
fn quick(at: At) -> String {
    match at {
        At::Concurrently => {
            "-- feedstock: no-transaction\nCREATE INDEX CONCURRENTLY i2 ON data (b, n);\n".to_owned()
        }
        At::Backfill => backfill("b = id, n = n + 1", "b", 200, 0.0),
        _ => {
            "CREATE TABLE t2 ();\nLOCK TABLE data IN ACCESS EXCLUSIVE MODE;\nINSERT INTO ledger VALUES (2);\n"
                .to_owned()
        }
    }
}

/// Another runner, at work in the file for which this one waits.
struct Other(Run);

impl Other {
    /// It was not signalled, and is at work; it is ended the hard way.
    fn wait_after_signal(mut self, trial: &mut Trial<'_>) {
        if !self.0.runs() {
            trial.wrong("the runner that was at work has ended as well");
        }
        self.0.signal("TERM");
        let ended = self.0.wait(trial, TO_END);
        if ended.status == Some(0) {
            trial.wrong("the runner that was at work says that it is done");
        }
    }
}

/// Makes the run wait, where it is to wait for somebody.
fn hold(at: At, holder: &mut Client, database: &Database<'_>, project: &TempDir) -> Option<Other> {
    match at {
        At::Concurrently => {
            holder.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM ledger").unwrap()
        }
        At::LockOfAClient => holder.batch_execute("BEGIN; LOCK TABLE data IN ACCESS EXCLUSIVE MODE").unwrap(),
        At::LockOfARunner => {
            let other = Run::apply(project.path(), &database.url());
            reached(At::Statement, database);
            return Some(Other(other));
        }
        _ => {}
    }
    None
}

/// Waits until the run is where the signal is to meet it.
fn reached(at: At, database: &Database<'_>) -> bool {
    let mut admin = database.client();
    let condition = match at {
        At::Statement | At::StoppedServer => "query ~ 'pg_sleep' AND wait_event = 'PgSleep'",
        At::Backfill => "query ~ 'LOOP' AND (SELECT count(*) FROM data WHERE n > 0) > 4",
        At::Concurrently => "query ~ 'CONCURRENTLY' AND wait_event_type = 'Lock'",
        At::LockOfAClient => "query ~ 'LOCK TABLE' AND wait_event_type = 'Lock'",
        // The one that waits asks for the lock again and again.
        At::LockOfARunner => "query ~ 'advisory'",
        At::AnyMoment => "true",
    };
    let query = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND usename = 'deployer' AND {condition}"
    );
    until(&mut admin, &query, Duration::from_secs(10))
}

fn is_complete(at: At, client: &mut Client) -> bool {
    workload::recorded(client) == [1, 2]
        && match at {
            At::Concurrently => {
                one(
                    client,
                    "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('i2') AND indisvalid",
                ) == 1
                    && one(client, "SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0
            }
            At::Backfill => one(client, "SELECT count(*) FROM data WHERE b = id AND n = 1") == 1000,
            _ => exists(client, "t2") && one(client, "SELECT count(*) FROM ledger WHERE file = 2") == 1,
        }
}
