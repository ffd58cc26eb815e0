//! Signals to the verbs that work on scratch databases: nothing runs on, and nothing is left on a server that is named.

use std::time::Duration;

use super::harness::Bench;
use super::program::Program;
use crate::support::{self, default_signals, eventually};

/// What ending may take on a busy machine.
const SOON: Duration = Duration::from_secs(10);

/// A verb on the tests' server, played as one that the user names.
fn start(arguments: &[&str], bench: &Bench) -> Program {
    let server = support::server().server().expect("a private server");
    let mut command = default_signals::command(env!("CARGO_BIN_EXE_feedstock"));
    command.args(arguments).arg("-v").arg("--migrations").arg(bench.dir());
    command.env_remove("DATABASE_URL").env("FEEDSTOCK_SCRATCH_URL", server.url("postgres"));
    Program::start(command, &[])
}

/// What a process has on the server: sessions that are at work in its databases, and the databases.
fn left(bench: &Bench, id: u32) -> (i64, i64) {
    let of = format!("like 'feedstock\\_scratch\\_{id}\\_%'");
    let active = format!("select count(*) from pg_stat_activity where datname {of} and state = 'active'");
    (bench.one(&active), bench.one(&format!("select count(*) from pg_database where datname {of}")))
}

#[test]
fn a_replay_is_cancelled_and_its_databases_go() {
    let verbs: [(&[&str], &str, i32); 4] = [
        (&["check"], "INT", 130),
        (&["new", "later"], "TERM", 143),
        (&["diff", "--from", "migrations", "--to", "empty"], "HUP", 129),
        (&["inspect", "migrations"], "TERM", 143),
    ];
    for (arguments, signal, status) in verbs {
        let bench = Bench::new(&[("V1__slow.sql", "create table t ();\nselect pg_sleep(600);")]);
        let mut program = start(arguments, &bench);
        let id = program.id();
        eventually("it replays", || left(&bench, id).0 > 0);
        program.signal(signal);
        assert_eq!(program.ends_within(SOON), Some(status), "{arguments:?}: {}", program.said);
        assert_eq!(left(&bench, id), (0, 0), "{arguments:?}: {}", program.said);
        program.says(&[&format!("interrupted: SIG{signal}")]);
        assert!(!program.said.contains("still there"), "{}", program.said);
    }
}

/// A database that is only read: there too nothing waits on for a client that has gone.
#[test]
fn what_reads_a_live_database_is_cancelled() {
    for signal in ["INT", "TERM"] {
        let bench = Bench::new(&[("V1__t.sql", "create table t ();")]);
        bench.apply().unwrap();
        let mut holder = bench.client();
        holder.batch_execute("begin; lock table pg_description in access exclusive mode").unwrap();
        let mut program = start(&["diff", "--from", &bench.url, "--to", "empty"], &bench);
        let waits = "select exists (select from pg_locks where not granted and database = \
                     (select oid from pg_database where datname = current_database()))";
        eventually("it reads", || bench.one(waits));
        program.signal(signal);
        let status = if signal == "INT" { 130 } else { 143 };
        assert_eq!(program.ends_within(SOON), Some(status), "{}", program.said);
        bench.is_quiet(1, SOON);
    }
}
