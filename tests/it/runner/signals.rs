//! Signals: the server is told to stop, what stands is said, and a second signal does not wait.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use feedstock::runner::{self, Cancel};

use super::bouncer::Bouncer;
use super::harness::Bench;
use super::program::Program;
use super::proxy::{Act, Proxy};
use crate::support::eventually;

const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

/// What ending may take on a busy machine.
const SOON: Duration = Duration::from_secs(5);

fn waits_for_a_lock(bench: &Bench) -> bool {
    bench.one(
        "select exists (select from pg_locks where not granted and (database is null or database = \
         (select oid from pg_database where datname = current_database())))",
    )
}

/// Where a run is when the signal comes: its files, the environment, what it is at, and what it says at its end.
struct Phase {
    name: &'static str,
    file: &'static str,
    environment: &'static [(&'static str, &'static str)],
    at: &'static str,
    says: &'static [&'static str],
}

const PHASES: [Phase; 5] = [
    Phase {
        name: "a statement of a transaction",
        file: "create table a ();\nselect pg_sleep(60);",
        environment: &[],
        at: "statement 2 of 2",
        says: &["V2__b: statement 2 of 2 failed", "nothing of it is applied", "57014", "run again to go on"],
    },
    Phase {
        name: "a statement that waits for its lock",
        file: "alter table t add c int;",
        environment: &[("FEEDSTOCK_LOCK_TIMEOUT", "60s")],
        at: "V2__b has been waiting",
        says: &["V2__b: statement 1 of 1 failed", "nothing of it is applied"],
    },
    Phase {
        name: "a pause before the next attempt",
        file: "alter table t add c int;",
        environment: &[("FEEDSTOCK_LOCK_TIMEOUT", "50ms")],
        at: "(attempt 5 of 10)",
        says: &["V2__b"],
    },
    Phase {
        name: "a concurrent build",
        file: "-- feedstock: no-transaction\ncreate index concurrently i on t (b);",
        environment: &[],
        at: "V2__b has been waiting",
        says: &["V2__b failed", "it is not recorded"],
    },
    Phase {
        name: "a backfill",
        file: "-- feedstock: backfill\ndo $$ begin loop insert into filled values (1); commit; \
               perform pg_sleep(0.02); end loop; end $$;",
        environment: &[],
        at: "statement 1 of 1",
        says: &["V2__b failed", "it is not recorded"],
    },
];

fn phase(phase: &Phase, signal: &str, status: i32) {
    let bench = Bench::new(&[("V1__t.sql", "create table t (b int); create table filled (n int);")]);
    bench.apply().unwrap();
    bench.write(&[("V2__b.sql", phase.file)]);
    let mut holder = bench.client();
    holder.batch_execute("begin; insert into t values (1)").unwrap();
    let mut program = Program::apply(&bench, &bench.url, phase.environment);
    program.until(phase.at);
    thread::sleep(Duration::from_millis(300));
    program.signal(signal);
    let ended = program.ends_within(SOON);
    assert_eq!(ended, Some(status), "{}: {}", phase.name, program.said);
    bench.is_quiet(1, SOON);
    program.says(phase.says);
    program.says(&["interrupted", &format!("SIG{signal}"), "nothing was applied before it in this run"]);
    assert_eq!(bench.recorded(), [1], "{}", phase.name);
    assert_eq!(bench.runner(), None);
    let filled: i64 = bench.one("select count(*) from filled");
    thread::sleep(Duration::from_millis(100));
    assert_eq!(bench.one::<i64>("select count(*) from filled"), filled, "the backfill goes on");
    drop(holder);
    if !phase.file.contains("loop") && !phase.file.contains("sleep") {
        bench.apply().unwrap();
        assert_eq!(bench.recorded(), [1, 2], "{}", phase.name);
    }
}

#[test]
fn the_first_signal_cancels_on_the_server_in_every_phase() {
    thread::scope(|scope| {
        for (at, of) in PHASES.iter().enumerate() {
            let (signal, status) = SIGNALS[at % 3];
            scope.spawn(move || phase(of, signal, status));
        }
    });
}

#[test]
fn each_signal_has_its_exit_status() {
    for (signal, status) in SIGNALS {
        phase(&PHASES[0], signal, status);
    }
}

#[test]
fn a_wait_for_another_runner_ends() {
    let bench = Bench::new(&[("V1__slow.sql", "select pg_sleep(60);")]);
    let mut first = Program::apply(&bench, &bench.url, &[]);
    first.until("statement 1 of 1");
    let mut second = Program::apply(&bench, &bench.url, &[]);
    second.until("another runner is at work");
    second.signal("TERM");
    assert_eq!(second.ends_within(SOON), Some(143));
    second.says(&["interrupted", "interrupted while waiting for another runner; nothing was applied"]);
    first.signal("INT");
    assert_eq!(first.ends_within(SOON), Some(130));
    bench.is_quiet(0, SOON);
}

#[test]
fn what_was_applied_before_is_said() {
    let bench = Bench::new(&[("V1__a.sql", "create table a ();"), ("V2__b.sql", "select pg_sleep(60);")]);
    let mut program = Program::apply(&bench, &bench.url, &[]);
    program.until("V2__b: statement 1 of 1");
    thread::sleep(Duration::from_millis(200));
    program.signal("INT");
    assert_eq!(program.ends_within(SOON), Some(130));
    program.says(&["nothing of it is applied", "applied before it in this run: V1__a", "V2__b.sql:1:1"]);
    assert_eq!(bench.recorded(), [1]);
}

#[test]
fn a_wait_for_a_locked_history_ends() {
    for (timeout, at) in [("60s", None), ("50ms", Some("the history is locked (attempt 3"))] {
        let bench = Bench::new(&[("V1__a.sql", "create table a ();")]);
        bench.apply().unwrap();
        bench.write(&[("V2__b.sql", "create table b ();")]);
        let mut holder = bench.client();
        holder.batch_execute("begin; lock table refinery_schema_history").unwrap();
        let mut program = Program::apply(&bench, &bench.url, &[("FEEDSTOCK_LOCK_TIMEOUT", timeout)]);
        match at {
            Some(at) => program.until(at),
            None => eventually("it waits", || waits_for_a_lock(&bench)),
        }
        program.signal("INT");
        assert_eq!(program.ends_within(SOON), Some(130), "{}", program.said);
        program.says(&[
            "interrupted: the run has waited for the history",
            "nothing was applied",
            "blocked by pid",
        ]);
        program.says(&["lock table refinery_schema_history", "help: run again"]);
        drop(holder);
        assert_eq!(bench.recorded(), [1]);
    }
}

/// A file that goes on in spite of the signal is the last one, and what stands is said.
#[test]
fn a_file_that_catches_the_cancellation_is_the_last_one() {
    let catches =
        "do $$ begin begin perform pg_sleep(60); exception when query_canceled then null; end; end $$;";
    for (later, says) in [(true, "1 file after it is not applied"), (false, "no file is left")] {
        let bench = Bench::new(&[("V1__catches.sql", catches)]);
        if later {
            bench.write(&[("V2__later.sql", "create table later ();")]);
        }
        let mut program = Program::apply(&bench, &bench.url, &[]);
        program.until("statement 1 of 1");
        thread::sleep(Duration::from_millis(300));
        program.signal("INT");
        assert_eq!(program.ends_within(SOON), Some(130), "{}", program.said);
        program.says(&[
            "interrupted: V1__catches ran to its end after the run was asked to stop, and is applied",
        ]);
        program.says(&[says, "help: "]);
        assert_eq!(bench.recorded(), [1]);
        assert!(!bench.exists("later"));
    }
}

/// The server never answers: the first signal is waited on, and the second is not.
#[test]
fn a_second_signal_ends_at_once() {
    let bench = Bench::new(&[("V1__a.sql", "select pg_sleep(61);")]);
    let proxy =
        Proxy::start(
            &bench.url,
            |_, message| {
                if message.contains("pg_sleep(61)") { Act::Stall } else { Act::Pass }
            },
        );
    let mut program = Program::apply(&bench, &proxy.url, &[]);
    program.until("statement 1 of 1");
    thread::sleep(Duration::from_millis(200));
    program.signal("INT");
    program.until("SIGINT: cancelling");
    thread::sleep(Duration::from_millis(500));
    assert!(!program.has_ended(), "the first signal does not wait:\n{}", program.said);
    program.signal("INT");
    assert_eq!(program.ends_within(Duration::from_secs(2)), Some(130));
}

#[test]
fn a_server_that_does_not_answer_is_waited_for_within_a_bound() {
    let bench = Bench::new(&[("V1__a.sql", "select pg_sleep(61);")]);
    let proxy =
        Proxy::start(
            &bench.url,
            |_, message| {
                if message.contains("pg_sleep(61)") { Act::Stall } else { Act::Pass }
            },
        );
    let mut program = Program::apply(&bench, &proxy.url, &[]);
    program.until("statement 1 of 1");
    program.signal("TERM");
    assert_eq!(program.ends_within(Duration::from_secs(25)), Some(143));
    program.says(&["did not confirm within 15 s", "V1__a: statement 1 of 1, line 1", "pg_stat_activity"]);
}

/// The two ways to the server: a query on a second connection, and a request of the protocol. One is enough.
#[test]
fn one_way_to_cancel_is_enough() {
    for lost in ["cancel", "startup"] {
        let bench = Bench::new(&[("V1__a.sql", "select pg_sleep(60);")]);
        let proxy =
            Proxy::start(
                &bench.url,
                move |number, message| {
                    if number > 0 && message == lost { Act::Stall } else { Act::Pass }
                },
            );
        let mut program = Program::apply(&bench, &proxy.url, &[]);
        program.until("statement 1 of 1");
        thread::sleep(Duration::from_millis(200));
        program.signal("INT");
        assert_eq!(program.ends_within(SOON), Some(130), "{lost}: {}", program.said);
        let busy = "select count(*) from pg_stat_activity where datname = current_database() and state = 'active' \
                    and pid <> pg_backend_pid()";
        assert_eq!(bench.one::<i64>(busy), 0);
    }
}

#[test]
fn through_a_pool_in_session_mode() {
    let bench = Bench::new(&[("V1__a.sql", "select pg_sleep(60);")]);
    let bouncer = Bouncer::start(&bench.url, "session", 3);
    let mut program = Program::apply(&bench, &bouncer.url, &[]);
    program.until("statement 1 of 1");
    thread::sleep(Duration::from_millis(200));
    program.signal("INT");
    assert_eq!(program.ends_within(SOON), Some(130), "{}", program.said);
    let busy = "select count(*) from pg_stat_activity where datname = current_database() and state = 'active' \
                and pid <> pg_backend_pid()";
    assert_eq!(bench.one::<i64>(busy), 0);
}

/// Nobody tells the server: it looks for its client by itself.
#[test]
fn kill_9_ends_the_statement_too() {
    thread::scope(|scope| {
        for of in PHASES.iter().filter(|phase| !phase.name.contains("pause")) {
            scope.spawn(move || {
                let bench =
                    Bench::new(&[("V1__t.sql", "create table t (b int); create table filled (n int);")]);
                bench.apply().unwrap();
                bench.write(&[("V2__b.sql", of.file)]);
                let mut holder = bench.client();
                holder.batch_execute("begin; insert into t values (1)").unwrap();
                let mut program = Program::apply(&bench, &bench.url, of.environment);
                program.until(of.at);
                program.signal("KILL");
                assert_eq!(program.ends_within(SOON), None);
                bench.is_quiet(1, Duration::from_secs(10));
                assert_eq!(bench.recorded(), [1]);
            });
        }
    });
}

#[test]
fn a_signal_that_was_ignored_from_the_start_stays_ignored() {
    let bench = Bench::new(&[("V1__a.sql", "select pg_sleep(2);")]);
    let mut command = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_feedstock");
    command.args([
        "-c",
        "trap '' HUP; exec \"$@\"",
        "sh",
        program,
        "apply",
        "-v",
        "--database-url",
        &bench.url,
    ]);
    command.arg("--migrations").arg(bench.dir());
    let mut program = Program::start(command, &[]);
    program.until("statement 1 of 1");
    program.signal("HUP");
    assert_eq!(program.ends_within(Duration::from_secs(10)), Some(0), "{}", program.said);
    assert_eq!(bench.recorded(), [1]);
}

#[test]
fn a_library_cancels_by_a_handle_and_goes_on_with_its_connection() {
    for file in ["select pg_sleep(60);", "-- feedstock: backfill\ndo $$ begin perform pg_sleep(60); end $$;"]
    {
        let bench = Bench::new(&[("V1__a.sql", file)]);
        let cancel = Cancel::new();
        // Without a second connection as well.
        let options = with!(bench.options(), cancel: cancel.clone(), monitor: None);
        let mut client = bench.client();
        let begun = Instant::now();
        let error = thread::scope(|scope| {
            scope.spawn(|| {
                eventually("it runs", || {
                    bench.one(
                        "select exists (select from pg_stat_activity where state = 'active' and \
                         query like '%pg_sleep(60)%' and pid <> pg_backend_pid() and datname = current_database())",
                    )
                });
                cancel.cancel();
            });
            runner::apply(&mut client, &bench.migrations(), &options, &mut |_| {}).unwrap_err()
        });
        assert!(begun.elapsed() < Duration::from_secs(20));
        assert!(error.is_interrupted() && error.to_string().starts_with("interrupted: "), "{error}");
        assert_eq!(error.exit_status(), 130);
        assert_eq!(client.query_one("select 1", &[]).unwrap().get::<_, i32>(0), 1);
        assert_eq!(bench.runner(), None, "the lock is given back");
        // What was stopped stays stopped.
        let again = runner::apply(&mut client, &bench.migrations(), &options, &mut |_| {}).unwrap_err();
        assert!(again.is_interrupted(), "{again}");
        assert!(!waits_for_a_lock(&bench));
    }
}
