//! `no-transaction` files: one statement, killed in each of its phases, and the catalog decides.

use std::process::Command;
use std::thread;
use std::time::Duration;

use feedstock::runner::{How, Options};
use postgres::{Client, NoTls};

use super::harness::{Bench, OwnServer, Running};
use crate::support::eventually;

/// A table on which each row takes the index a hundredth of a second.
const TABLE: (&str, &str) = (
    "V1__table.sql",
    "create table t as select generate_series(1, 60) as a;\n\
     create function slow(int) returns int immutable language plpgsql as $$ begin perform pg_sleep(0.01); return $1; end $$;",
);

fn alone(statement: &str) -> String {
    format!("-- feedstock: no-transaction\n{statement};\n")
}

fn bench_with(statement: &str) -> Bench {
    prepare(Bench::new(&[TABLE]), statement)
}

fn prepare(bench: Bench, statement: &str) -> Bench {
    bench.apply().unwrap();
    bench.write(&[("V2__alone.sql", &alone(statement))]);
    bench
}

const CREATE: &str = "create index concurrently i on t (slow(a)) where a > 0";

fn is_valid(bench: &Bench, index: &str) -> Option<bool> {
    let query = format!("select (select indisvalid from pg_index where indexrelid = to_regclass('{index}'))");
    bench.one(&query)
}

#[track_caller]
fn applied(bench: &Bench) -> How {
    let report = bench.apply().unwrap();
    assert_eq!(report.applied.len(), 1, "{report:?}");
    assert_eq!(bench.recorded().last(), Some(&report.applied[0].version));
    report.applied[0].how
}

#[test]
fn a_concurrent_index_is_built_outside_a_transaction() {
    let bench = bench_with(CREATE);
    assert_eq!(applied(&bench), How::Ran);
    assert_eq!(is_valid(&bench, "i"), Some(true));
    assert!(bench.apply().unwrap().applied.is_empty());
}

#[test]
fn each_kind_of_statement_runs_and_is_found_done() {
    let bench = Bench::new(&[(
        "V1__all.sql",
        "create table t (a int, \"B\" text); create index old on t (a);\n\
         create type mood as enum ('a', 'c');\n\
         create table p (a int) partition by list (a); create table p1 partition of p for values in (1);",
    )]);
    bench.apply().unwrap();
    let statements = [
        (
            "create unique index concurrently \"I i\" on t using btree (lower(t.\"B\") text_pattern_ops desc) include (a) with (fillfactor = 70)",
            How::AlreadyDone,
        ),
        ("drop index concurrently old", How::AlreadyDone),
        ("reindex index concurrently \"I i\"", How::Ran),
        ("alter type mood add value 'b' before 'c'", How::AlreadyDone),
        ("alter table p detach partition p1 concurrently", How::AlreadyDone),
    ];
    for (version, (statement, again)) in (2..).zip(statements) {
        bench.write(&[(&format!("V{version}__alone.sql"), &alone(statement))]);
        assert_eq!(applied(&bench), How::Ran, "{statement}");
        // What a crash between the statement and its row leaves.
        bench.execute(&format!("delete from refinery_schema_history where version = {version}"));
        assert_eq!(applied(&bench), again, "{statement}");
    }
    assert_eq!(bench.one::<Vec<String>>("select enum_range(null::mood)::text[]"), ["a", "b", "c"]);
    assert!(!bench.one::<bool>("select exists (select from pg_inherits where inhrelid = 'p1'::regclass)"));
}

/// How far a killed run had come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// The statement is not sent.
    Before,
    /// The index is in the catalog; writers of the table are waited for.
    WaitingForWriters,
    /// Rows are read.
    Building,
    /// The index is built; those who might need the rows it lacks are waited for.
    WaitingForSnapshots,
    /// The index is valid; the history does not have it.
    BeforeHistory,
    /// The history has it.
    AfterHistory,
}

const PHASES: [Phase; 6] = [
    Phase::Before,
    Phase::WaitingForWriters,
    Phase::Building,
    Phase::WaitingForSnapshots,
    Phase::BeforeHistory,
    Phase::AfterHistory,
];

/// Brings a child into a phase; the connection is what it waits for.
fn reach(bench: &Bench, phase: Phase) -> (Running, Option<Client>) {
    let mut holder = bench.client();
    let stop_at = match phase {
        Phase::Before => "statement",
        Phase::BeforeHistory => "done",
        Phase::AfterHistory => "applied",
        Phase::WaitingForWriters => {
            holder.batch_execute("begin; insert into t values (0)").unwrap();
            ""
        }
        Phase::WaitingForSnapshots => {
            holder.batch_execute("begin isolation level repeatable read; select 1").unwrap();
            ""
        }
        Phase::Building => "",
    };
    let mut child = bench.child(stop_at);
    let progress = match phase {
        Phase::WaitingForWriters => "waiting for writers before build",
        Phase::Building => "building index",
        Phase::WaitingForSnapshots => "waiting for old snapshots",
        _ => {
            child.until("stopped");
            return (child, None);
        }
    };
    eventually(progress, || {
        bench.one(&format!(
            "select exists (select from pg_stat_progress_create_index where phase like '{progress}%' \
             and datname = current_database())"
        ))
    });
    (child, Some(holder))
}

#[test]
fn kill_9_of_the_client_in_each_phase_of_a_concurrent_build() {
    for phase in PHASES {
        let bench = bench_with(CREATE);
        let (mut child, holder) = reach(&bench, phase);
        child.kill();
        if let Some(holder) = holder {
            // The server does not know that the client is dead, and goes on when it can.
            assert_eq!(is_valid(&bench, "i"), Some(false), "{phase:?}");
            let next = thread::scope(|scope| {
                let next = scope.spawn(|| bench.apply_telling(&bench.options()));
                thread::sleep(Duration::from_millis(200));
                drop(holder);
                next.join().unwrap()
            });
            let (report, told) = next;
            assert_eq!(report.unwrap().applied[0].how, How::AlreadyDone, "{phase:?}: {told:#?}");
        } else {
            match phase {
                Phase::Before => assert_eq!(applied(&bench), How::Ran),
                Phase::BeforeHistory => assert_eq!(applied(&bench), How::AlreadyDone),
                _ => assert!(bench.apply().unwrap().applied.is_empty()),
            }
        }
        assert_eq!(is_valid(&bench, "i"), Some(true), "{phase:?}");
        assert_eq!(bench.recorded(), [1, 2], "{phase:?}");
    }
}

/// kill -9 of one server process: all others end too, memory is thrown away, the log is replayed.
fn crash_server(bench: &Bench) {
    let pid = bench.runner().unwrap();
    let started: std::time::SystemTime =
        bench.one("select min(backend_start) from pg_stat_activity where backend_type = 'checkpointer'");
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
    eventually("the server is back", || {
        let Ok(mut client) = Client::connect(&bench.url, NoTls) else { return false };
        let query = "select min(backend_start) from pg_stat_activity where backend_type = 'checkpointer'";
        client
            .query_one(query, &[])
            .is_ok_and(|row| row.get::<_, Option<std::time::SystemTime>>(0).is_some_and(|now| now > started))
    });
}

#[test]
fn kill_9_of_the_server_in_each_phase_of_a_concurrent_build() {
    let server = OwnServer::start();
    for (number, phase) in PHASES.into_iter().enumerate() {
        let bench = prepare(Bench::at(server.database(&format!("phase_{number}")), &[TABLE]), CREATE);
        let (child, holder) = reach(&bench, phase);
        crash_server(&bench);
        drop((child, holder));
        let (report, told) = bench.apply_telling(&bench.options());
        let applied: Vec<How> = report.unwrap().applied.iter().map(|applied| applied.how).collect();
        let cleared = told.iter().any(|line| line.contains("dropping the invalid index \"public\".\"i\""));
        let (how, leftover) = match phase {
            Phase::Before => (vec![How::Ran], false),
            Phase::WaitingForWriters | Phase::Building | Phase::WaitingForSnapshots => (vec![How::Ran], true),
            Phase::BeforeHistory => (vec![How::AlreadyDone], false),
            Phase::AfterHistory => (vec![], false),
        };
        assert_eq!((applied, cleared), (how, leftover), "{phase:?}: {told:#?}");
        assert_eq!(is_valid(&bench, "i"), Some(true), "{phase:?}");
        assert_eq!(bench.recorded(), [1, 2], "{phase:?}");
        assert_eq!(bench.one::<i64>("select count(*) from pg_index where indrelid = 't'::regclass"), 1);
    }
}

/// A run that is killed, and its server process with it, while a connection holds it up.
fn killed_while_held_up(bench: &Bench, hold: &str) {
    let mut holder = bench.client();
    holder.batch_execute(hold).unwrap();
    let mut child = bench.child("");
    eventually("the statement waits", || {
        bench.one(
            "select exists (select from pg_locks w join pg_locks l using (pid) where not w.granted \
             and l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database()))",
        )
    });
    let pid = bench.runner().unwrap();
    child.kill();
    bench.execute(&format!("select pg_terminate_backend({pid}, 10000)"));
}

#[test]
fn a_killed_drop_is_finished() {
    let bench = bench_with("drop index concurrently s.i");
    bench.execute("create schema s; create table s.u (a int); create index i on s.u (a)");
    killed_while_held_up(&bench, "begin; select from s.u");
    assert_eq!(is_valid(&bench, "s.i"), Some(false));
    assert_eq!(applied(&bench), How::Ran);
    assert!(!bench.exists("s.i"));
}

#[test]
fn a_killed_detachment_is_finished() {
    let bench = bench_with("alter table p detach partition p1 concurrently");
    bench.execute(
        "create table p (a int) partition by list (a); create table p1 partition of p for values in (1)",
    );
    killed_while_held_up(&bench, "begin; select from p");
    let pending =
        "select coalesce(bool_or(inhdetachpending), false) from pg_inherits where inhrelid = 'p1'::regclass";
    assert!(bench.one::<bool>(pending));
    let (report, told) = bench.apply_telling(&bench.options());
    assert_eq!(report.unwrap().applied[0].how, How::Ran);
    assert!(told.iter().any(|line| line.contains("finishing the detachment of p1")), "{told:#?}");
    assert!(!bench.one::<bool>("select exists (select from pg_inherits where inhrelid = 'p1'::regclass)"));
}

#[test]
fn a_killed_reindex_leaves_nothing_behind() {
    for (hold, runs_again, leftover) in [
        ("begin; insert into t values (0)", true, "_ccnew"),
        // After the swap only readers are waited for, and the new index is in place.
        ("begin; select from t", false, "_ccold"),
    ] {
        let bench = bench_with("reindex index concurrently i");
        bench.execute("create index i on t (a)");
        let file = "select pg_relation_filenode('i')::int8";
        let before: i64 = bench.one(file);
        killed_while_held_up(&bench, hold);
        assert_eq!(is_valid(&bench, &format!("i{leftover}")), Some(false));
        let (report, told) = bench.apply_telling(&bench.options());
        report.unwrap();
        assert!(
            told.iter().any(|line| line.contains(&format!("dropping \"public\".\"i{leftover}\""))),
            "{told:#?}"
        );
        assert_eq!(told.iter().any(|line| line.contains("statement 1 of 1")), runs_again, "{told:#?}");
        assert_ne!(bench.one::<i64>(file), before);
        assert_eq!(bench.one::<i64>("select count(*) from pg_index where indrelid = 't'::regclass"), 1);
        assert_eq!(bench.recorded(), [1, 2]);
    }
}

/// A build that somebody began by hand holds no lock of ours; its invalid index is not a leftover while it lasts.
#[test]
fn an_index_that_somebody_is_building_is_waited_for() {
    let bench = bench_with(CREATE);
    let (report, told) = thread::scope(|scope| {
        scope.spawn(|| bench.client().batch_execute(CREATE).unwrap());
        eventually("the build by hand has begun", || is_valid(&bench, "i") == Some(false));
        bench.apply_telling(&bench.options())
    });
    assert_eq!(report.unwrap().applied[0].how, How::AlreadyDone);
    assert!(
        told.iter().any(|line| line.contains("has been waiting") && line.contains("create index")),
        "{told:#?}"
    );
}

#[test]
fn what_is_not_the_files_own_index_is_never_dropped() {
    let invalid = "update pg_index set indisvalid = false where indexrelid = 'i'::regclass";
    for (exists, message) in [
        ("create index i on t (a)".to_owned(), "with another definition"),
        (format!("create index i on t (a); {invalid}"), "with another definition"),
        (format!("create index i on t (slow(a)) where a > 1; {invalid}"), "with another definition"),
        (format!("create unique index i on t (slow(a)) where a > 0; {invalid}"), "with another definition"),
        (format!("create index i on t (slow(a) desc) where a > 0; {invalid}"), "with another definition"),
        ("create table i ()".to_owned(), "is taken by something else"),
        (
            format!("create table u (like t); create index i on u (slow(a)) where a > 0; {invalid}"),
            "is taken by something else",
        ),
    ] {
        let bench = bench_with(CREATE);
        bench.execute(&exists);
        let oid = bench.one::<u32>("select 'i'::regclass::oid");
        bench.refused(&[message, "V2__alone.sql:2:1"]);
        assert_eq!(bench.one::<u32>("select 'i'::regclass::oid"), oid, "{exists}");
        assert_eq!(bench.recorded(), [1]);
    }
}

/// On a partitioned table an index is invalid until all partitions have theirs: nothing is left over there.
#[test]
fn the_invalid_index_of_a_partitioned_table_is_let_be() {
    let bench = bench_with("create index concurrently i on p (a)");
    bench.execute(
        "create table p (a int) partition by list (a); create table p1 partition of p for values in (1); \
         create index i on only p (a)",
    );
    assert_eq!(is_valid(&bench, "i"), Some(false));
    bench.refused(&["is the index of a partitioned table"]);
    assert!(bench.exists("i"));
}

/// Columns that were dropped, types and defaults of one's own, expressions that name the table.
#[test]
fn a_leftover_is_known_by_what_postgres_makes_of_the_definition() {
    let bench = bench_with(
        "create index concurrently i on \"T\" (b, (\"T\".c || 'x') collate \"C\" nulls first) where c in ('a', 'b')",
    );
    bench.execute(
        "create domain d as text; create table \"T\" (gone int, b d, c varchar(9)); alter table \"T\" drop column gone; \
         create index i on \"T\" (b, (c || 'x') collate \"C\" nulls first) where c in ('a', 'b'); \
         update pg_index set indisvalid = false where indexrelid = 'i'::regclass",
    );
    let (report, told) = bench.apply_telling(&bench.options());
    assert_eq!(report.unwrap().applied[0].how, How::Ran, "{told:#?}");
    assert_eq!(is_valid(&bench, "i"), Some(true));
}

#[test]
fn a_build_that_fails_on_the_rows_is_cleared_away_by_the_next_run() {
    let bench = bench_with("create unique index concurrently i on t (a)");
    bench.execute("insert into t values (1)");
    bench.refused(&["V2__alone failed", "it is not recorded", "SQLSTATE 23505", "V2__alone.sql:2:1"]);
    assert_eq!((bench.recorded(), is_valid(&bench, "i")), (vec![1], Some(false)));
    bench.execute("delete from t where ctid = (select max(ctid) from t where a = 1)");
    assert_eq!(applied(&bench), How::Ran);
    assert_eq!(is_valid(&bench, "i"), Some(true));
}

#[test]
fn the_wait_of_a_concurrent_build_has_a_bound_of_its_own_and_says_for_whom() {
    let bench = bench_with(CREATE);
    let mut config: postgres::Config = bench.url.parse().unwrap();
    let mut holder = config.application_name("the holder").connect(NoTls).unwrap();
    holder.batch_execute("begin; insert into t values (0)").unwrap();
    let options = Options { max_wait: Duration::from_millis(1500), ..bench.options() };
    // Longer than lock_timeout, which is for statements that others queue behind.
    assert!(options.max_wait > options.lock_timeout * 2);
    let begun = std::time::Instant::now();
    let (result, told) = bench.apply_telling(&options);
    let error = result.unwrap_err().to_string();
    assert!(begun.elapsed() >= options.max_wait, "{error}");
    for part in [
        "after it had waited for 1.5 s",
        "application the holder",
        "insert into t values (0)",
        "SQLSTATE 55P03",
    ] {
        assert!(error.contains(part), "{error}\n  lacks: {part}");
    }
    assert!(
        told.iter().any(|line| line.contains("has been waiting") && line.contains("the holder")),
        "{told:#?}"
    );
    drop(holder);
    assert_eq!(applied(&bench), How::Ran);
}

#[test]
fn an_enum_value_in_another_place_is_not_the_files() {
    let bench = bench_with("alter type mood add value 'b' before 'a'");
    bench.execute("create type mood as enum ('a', 'b')");
    bench.refused(&["mood has the value 'b' in another place"]);
}
