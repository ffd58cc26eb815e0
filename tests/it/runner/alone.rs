//! `no-transaction` files: one statement, killed in each of its phases, and the catalog decides.

use std::process::Command;
use std::thread;
use std::time::Duration;

use feedstock::runner::{self, Event, History, How};
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

/// Of each kind of statement one, on what [`OBJECTS`] makes.
const KINDS: [&str; 6] = [
    "create unique index concurrently \"I i\" on t using btree (lower(t.\"B\") text_pattern_ops desc) include (a) \
     with (fillfactor = 70)",
    "drop index concurrently old",
    "reindex index concurrently old",
    "alter type mood add value 'b' before 'c'",
    "alter table p detach partition p1 concurrently",
    "alter table p detach partition p1 finalize",
];

const OBJECTS: &str = "create table t (a int, \"B\" text); create index old on t (a);
create type mood as enum ('a', 'c');
create table p (a int) partition by list (a); create table p1 partition of p for values in (1);";

/// A table with what a statement of [`KINDS`] works on.
fn bench_of_kind(statement: &str) -> Bench {
    let bench = Bench::new(&[("V1__all.sql", OBJECTS)]);
    bench.apply().unwrap();
    if statement.ends_with("finalize") {
        begin_to_detach(&bench);
    }
    bench.write(&[("V2__alone.sql", &alone(statement))]);
    bench
}

/// Leaves the detachment of a partition half done.
fn begin_to_detach(bench: &Bench) {
    let mut holder = bench.client();
    holder.batch_execute("begin; select from p").unwrap();
    let mut other = bench.client();
    other.batch_execute("set lock_timeout = 100").unwrap();
    other.batch_execute("alter table p detach partition p1 concurrently").unwrap_err();
    let pending = "select inhdetachpending from pg_inherits where inhrelid = 'p1'::regclass";
    assert!(bench.one::<bool>(pending));
}

/// A run that is killed at an event, and gone from the server.
fn killed_at(bench: &Bench, event: &str) {
    let mut child = bench.child(event);
    child.until("stopped");
    child.kill();
    eventually("the server notices", || bench.runner().is_none());
}

/// The versions of which an attempt is noted.
fn noted(bench: &Bench) -> Vec<i64> {
    bench.one("select coalesce(array_agg(version), '{}') from refinery_schema_history_attempts")
}

#[test]
fn each_kind_of_statement_runs_and_after_a_crash_the_catalog_says_how_far_it_came() {
    for statement in KINDS {
        for (event, how) in [("none", How::Ran), ("statement", How::Ran), ("done", How::AlreadyDone)] {
            let bench = bench_of_kind(statement);
            let before: u32 = bench.one("select 'old'::regclass::oid");
            if event != "none" {
                killed_at(&bench, event);
                assert_eq!((bench.recorded(), noted(&bench)), (vec![1], vec![2]), "{statement}");
            }
            assert_eq!(applied(&bench), how, "{statement}, killed at {event}");
            assert_eq!((bench.recorded(), noted(&bench)), (vec![1, 2], vec![]), "{statement}");
            assert!(bench.apply().unwrap().applied.is_empty());
            let done: bool = match statement.split(' ').next().unwrap() {
                "create" => is_valid(&bench, "\"I i\"") == Some(true),
                "drop" => !bench.exists("old"),
                "reindex" => bench.one::<u32>("select 'old'::regclass::oid") != before,
                _ if statement.contains("mood") => {
                    bench.one::<Vec<String>>("select enum_range(null::mood)::text[]") == ["a", "b", "c"]
                }
                _ => !bench
                    .one::<bool>("select exists (select from pg_inherits where inhrelid = 'p1'::regclass)"),
            };
            assert!(done, "{statement}, killed at {event}");
        }
    }
}

/// What looks done, or half done, without an attempt of ours is not ours: the server judges, as often as it is tried.
#[test]
fn on_a_first_attempt_the_server_judges() {
    let index = "create index concurrently i on t (a)";
    let invalid = "update pg_index set indisvalid = false where indexrelid = 'i'::regclass";
    let left = format!("create index i on t (a); {invalid}");
    for (before, statement, code, help) in [
        ("", "drop index concurrently ixx", "42704", "names are looked up in \"public\""),
        (
            "create schema s; create table s.u (a int); create index i on s.u (a)",
            "drop index concurrently i",
            "42704",
            "write its schema before it",
        ),
        ("", "drop index concurrently t", "42809", "DROP TABLE"),
        ("create table q (a int)", "alter table p detach partition q concurrently", "42P01", "--fake --to 2"),
        ("", "alter table p detach partition nope concurrently", "42P01", "correct the names"),
        ("", "alter table t detach partition p1 concurrently", "42P17", ""),
        ("", "alter table p detach partition p1 finalize", "55000", ""),
        ("create index i on t (a)", index, "42P07", "write IF NOT EXISTS, or record the file"),
        ("create index i on t (a, \"B\")", index, "42P07", "write IF NOT EXISTS, or record the file"),
        ("create table i ()", index, "42P07", "give the index of the file another name"),
        (&left, index, "42P07", "DROP INDEX CONCURRENTLY \"public\".\"i\", then run again"),
        ("", "create index concurrently i on p (a)", "0A000", "ON ONLY the parent"),
        ("", "create index concurrently i on nope (a)", "42P01", ""),
        ("", "reindex index concurrently nope", "42P01", "correct the name"),
        ("", "alter type mood add value 'a'", "42710", "write IF NOT EXISTS, or record the file"),
        ("", "alter type mood add value 'a' after 'c'", "42710", "write IF NOT EXISTS"),
        ("", "alter type nope add value 'a'", "42704", ""),
    ] {
        let bench = bench_of_kind(statement.trim_end_matches("finalize"));
        bench.write(&[("V2__alone.sql", &alone(statement))]);
        bench.execute(before);
        let dump = |bench: &Bench| -> String {
            bench.one(
                "select string_agg(concat(c.oid, c.relname, c.relkind, i.indisvalid), ' ' order by c.oid) from pg_class c \
                 left join pg_index i on i.indexrelid = c.oid where relnamespace = 'public'::regnamespace \
                 and relname !~ 'refinery'",
            )
        };
        let objects = dump(&bench);
        for attempt in 1..=2 {
            let error = bench.refused(&["V2__alone failed", "it is not recorded", "V2__alone.sql:2:", help]);
            assert_eq!(error.sqlstate(), Some(code), "{statement}, attempt {attempt}: {error}");
            assert_eq!(bench.recorded(), [1], "{statement}");
            assert_eq!(dump(&bench), objects, "{statement}");
        }
    }
}

#[test]
fn a_detachment_that_somebody_else_began_is_theirs_to_finish() {
    let bench = bench_of_kind("alter table p detach partition p1 finalize");
    bench.write(&[("V2__alone.sql", &alone("alter table p detach partition p1 concurrently"))]);
    bench.refused(&["SQLSTATE 55000", "FINALIZE"]);
    bench.refused(&["SQLSTATE 55000", "FINALIZE"]);
    assert_eq!(bench.recorded(), [1]);
}

#[test]
fn if_exists_and_if_not_exists_are_as_postgres_has_them() {
    for (before, statement) in [
        ("", "drop index concurrently if exists ixx"),
        ("create index i on t (a)", "create index concurrently if not exists i on t (a)"),
        ("create index i on t (\"B\")", "create index concurrently if not exists i on t (a)"),
        ("", "alter type mood add value if not exists 'a'"),
        ("", "alter type mood add value if not exists 'c' before 'a'"),
    ] {
        for event in ["none", "statement", "done"] {
            let bench = bench_of_kind(statement);
            bench.execute(before);
            if event != "none" {
                killed_at(&bench, event);
            }
            assert_eq!(applied(&bench), How::Ran, "{statement}, killed at {event}");
            assert_eq!((bench.recorded(), noted(&bench)), (vec![1, 2], vec![]));
        }
    }
    // Postgres passes over an index that is of no use.
    let bench = bench_of_kind("create index concurrently if not exists i on t (a)");
    bench.execute(
        "create index i on t (a); update pg_index set indisvalid = false where indexrelid = 'i'::regclass",
    );
    for _ in 1..=2 {
        bench
            .refused(&["\"public\".\"i\" exists but is invalid", "DROP INDEX CONCURRENTLY \"public\".\"i\""]);
        assert_eq!(bench.recorded(), [1]);
    }
    bench.execute("drop index i");
    assert_eq!(applied(&bench), How::Ran);
    assert_eq!(is_valid(&bench, "i"), Some(true));
}

/// The names are the same, but what had them is not: what was dropped is not dropped again.
#[test]
fn what_got_the_name_of_a_dropped_index_since_is_not_dropped() {
    let bench = bench_of_kind("drop index concurrently old");
    killed_at(&bench, "done");
    bench.execute("create index old on t (\"B\")");
    assert_eq!(applied(&bench), How::AlreadyDone);
    assert!(bench.exists("old"));
}

/// What an attempt at another text left is not looked at with the eyes of this one.
#[test]
fn the_note_of_another_statement_does_not_count() {
    let bench = bench_of_kind("create index concurrently i on t (a)");
    killed_at(&bench, "done");
    bench.write(&[("V2__alone.sql", &alone("create index concurrently i on t (\"B\")"))]);
    bench.refused(&["SQLSTATE 42P07", "is not recorded"]);
    bench.write(&[("V2__alone.sql", &alone("create index concurrently i on t (a)"))]);
    bench.refused(&["SQLSTATE 42P07", "is not recorded"]);
    bench.execute("drop index i");
    assert_eq!(applied(&bench), How::Ran);
}

#[test]
fn what_rebuilds_of_others_left_is_let_be() {
    let bench = bench_of_kind("reindex index concurrently old");
    bench.execute(
        "create index old_ccnew on t (a); update pg_index set indisvalid = false where indexrelid = 'old_ccnew'::regclass",
    );
    killed_at(&bench, "done");
    assert_eq!(applied(&bench), How::AlreadyDone);
    assert_eq!(is_valid(&bench, "old_ccnew"), Some(false));
}

#[test]
fn the_note_lies_beside_the_history_and_the_history_is_as_refinery_made_it() {
    let bench = Bench::new(&[
        ("V1__all.sql", OBJECTS),
        ("V3__fill.sql", "-- feedstock: backfill\ndo $$ begin end $$;"),
    ]);
    bench.apply().unwrap();
    assert!(!bench.exists("refinery_schema_history_attempts"), "there is nothing to note");
    bench.execute("create schema \"a.b \"\"c\"\"\"");
    let table = "x'\"".repeat(21);
    let history = with!(History::default(), schema: "a.b \"c\"".into(), table: table.clone());
    let options = with!(bench.options(), history);
    let other =
        Bench::at(bench.url.clone(), &[("V1__i.sql", &alone("create index concurrently i on t (a)"))]);
    assert_eq!(other.apply_with(&options).unwrap().applied[0].how, How::Ran);
    let tables: Vec<String> =
        bench.one("select array_agg(relname::text order by relname) from pg_class where relnamespace::regnamespace::text ~ 'a.b' and relkind = 'r'");
    assert_eq!(tables.len(), 2, "{tables:?}");
    assert!(tables.contains(&table) && tables.iter().any(|name| name.ends_with("_attempts")), "{tables:?}");
    let columns: Vec<String> = bench.one(
        "select array_agg(attname::text order by attnum) from pg_attribute where attrelid = 'refinery_schema_history'::regclass and attnum > 0",
    );
    assert_eq!(columns, ["version", "name", "applied_on", "checksum"]);
}

#[test]
fn a_file_that_is_recorded_without_being_run_is_noted_no_more() {
    let bench = bench_of_kind("create index concurrently i on t (a)");
    killed_at(&bench, "done");
    assert_eq!(noted(&bench), [2]);
    bench.apply_with(&with!(bench.options(), fake: true)).unwrap();
    assert_eq!((bench.recorded(), noted(&bench)), (vec![1, 2], vec![]));
}

#[test]
fn a_role_that_may_not_create_the_table_of_notes_is_told_what_to_grant() {
    let bench = bench_of_kind("create index concurrently i on u (a)");
    bench.execute(
        "do $$ begin create role notes login; exception when duplicate_object then end $$; \
         create schema app authorization notes; create table app.u (a int); alter table app.u owner to notes; \
         grant select, insert on refinery_schema_history to notes; revoke create on schema public from public, notes",
    );
    let mut config: postgres::Config = bench.url.parse().unwrap();
    let mut client = config.user("notes").connect(NoTls).unwrap();
    let options = with!(bench.options(), search_path: vec!["app".into()]);
    let mut apply =
        || feedstock::runner::apply(&mut client, &bench.migrations(), &options, &mut |_| {}).map(|_| ());
    let error = apply().unwrap_err().to_string();
    for part in [
        "so it was not sent",
        "SQLSTATE 42501",
        "GRANT CREATE ON SCHEMA \"public\"",
        "CREATE TABLE \"public\"",
    ] {
        assert!(error.contains(part), "{error}\n  lacks: {part}");
    }
    assert!(!bench.exists("app.i"));
    // The statements of the message do what it says.
    let advice = error.split_once("once as another role: ").unwrap().1;
    bench.execute(&advice.replace("<role>", "notes"));
    apply().unwrap();
    assert!(bench.exists("app.i"));
    assert_eq!((bench.recorded(), noted(&bench)), (vec![1, 2], vec![]));
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
    assert!(told.iter().any(|line| line.contains("completing the DETACH PARTITION of p1")), "{told:#?}");
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

/// A build that somebody began by hand holds no lock of ours. It is waited for, since the server would end one of two
/// that wait for each other, and then its index is theirs.
#[test]
fn an_index_that_somebody_else_is_building_is_waited_for_and_theirs() {
    for statement in [CREATE, "create index concurrently j on t (a)"] {
        let bench = bench_with(statement);
        let mut holder = bench.client();
        holder.batch_execute("begin; insert into t values (0)").unwrap();
        thread::scope(|scope| {
            scope.spawn(|| bench.client().batch_execute(CREATE).unwrap());
            eventually("the build by hand has begun", || is_valid(&bench, "i") == Some(false));
            let mut child = bench.child("");
            child.until("has been waiting");
            drop(holder);
            if statement == CREATE {
                child.until("SQLSTATE 42P07");
                child.until("write IF NOT EXISTS");
            } else {
                child.until("applied 1");
            }
        });
        assert_eq!(is_valid(&bench, "i"), Some(true));
        assert_eq!(bench.recorded().len(), if statement == CREATE { 1 } else { 2 });
    }
}

/// Each kind of statement that works on a table is not even sent while somebody else works on it in such a way.
#[test]
fn nothing_is_sent_to_a_table_on_which_somebody_else_is_building() {
    for statement in
        ["create index concurrently j on t (a)", "drop index concurrently k", "reindex index concurrently k"]
    {
        let bench = bench_with(statement);
        bench.execute("create index k on t (a)");
        let mut holder = bench.client();
        holder.batch_execute("begin; insert into t values (0)").unwrap();
        thread::scope(|scope| {
            scope.spawn(|| bench.client().batch_execute(CREATE).unwrap());
            eventually("the build by hand has begun", || is_valid(&bench, "i") == Some(false));
            let mut told = Vec::new();
            let mut holder = Some(holder);
            let migrations = bench.migrations();
            let report = runner::apply(&mut bench.client(), &migrations, &bench.options(), &mut |event| {
                if let Event::Waiting { .. } = event {
                    holder = None;
                }
                told.push(event.to_string());
            });
            assert_eq!(report.unwrap().applied.len(), 1);
            let at = |what: &str| told.iter().position(|line| line.contains(what));
            let (waits, sent) = (at("has been waiting"), at("statement 1 of 1"));
            assert!(waits.is_some() && waits < sent, "{statement}: {told:#?}");
        });
    }
}

/// Not even after an attempt of ours that left nothing.
#[test]
fn what_is_not_the_files_own_index_is_never_dropped() {
    let invalid = "update pg_index set indisvalid = false where indexrelid = 'i'::regclass";
    for exists in [
        "create index i on t (a)".to_owned(),
        format!("create index i on t (a); {invalid}"),
        format!("create index i on t (slow(a)) where a > 1; {invalid}"),
        format!("create unique index i on t (slow(a)) where a > 0; {invalid}"),
        format!("create index i on t (slow(a) desc) where a > 0; {invalid}"),
        "create table i ()".to_owned(),
        format!("create table u (like t); create index i on u (slow(a)) where a > 0; {invalid}"),
    ] {
        let bench = bench_with(CREATE);
        killed_at(&bench, "statement");
        bench.execute(&exists);
        let oid = bench.one::<u32>("select 'i'::regclass::oid");
        bench.refused(&["SQLSTATE 42P07", "V2__alone.sql:2:1"]);
        assert_eq!(bench.one::<u32>("select 'i'::regclass::oid"), oid, "{exists}");
        assert_eq!(bench.recorded(), [1]);
    }
}

/// Columns that were dropped, types and defaults of one's own, expressions that name the table.
#[test]
fn a_leftover_is_known_by_what_postgres_makes_of_the_definition() {
    let bench = bench_with(
        "create index concurrently i on \"T\" (b, (\"T\".c || 'x') collate \"C\" nulls first) where c in ('a', 'b')",
    );
    bench.execute(
        "create domain d as text; create table \"T\" (gone int, b d, c varchar(9)); alter table \"T\" drop column gone",
    );
    killed_at(&bench, "statement");
    bench.execute(
        "create index i on \"T\" (b, (c || 'x') collate \"C\" nulls first) where c in ('a', 'b'); \
         update pg_index set indisvalid = false where indexrelid = 'i'::regclass",
    );
    let (report, told) = bench.apply_telling(&bench.options());
    assert_eq!(report.unwrap().applied[0].how, How::Ran, "{told:#?}");
    assert!(told.iter().any(|line| line.contains("dropping the invalid index")), "{told:#?}");
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
    let options = with!(bench.options(), max_wait: Duration::from_millis(1500));
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
