//! What a file leaves in its session: nothing that the next file, or the caller, could see.

use std::time::Duration;

use feedstock::runner;

use super::harness::Bench;
use crate::cli::Project;
use crate::support;

/// One of everything that a session can hold.
const EVERYTHING: &str = "create table t (id serial, a int);
insert into t (a) values (1);
create temporary table temporary_t (a int);
create temporary view temporary_v as select 1;
create type pg_temp.temporary_e as enum ('a');
create function pg_temp.temporary_f() returns int language sql as 'select 1';
prepare \"My statement\" as select 1;
declare held cursor with hold for select 1;
listen \"a channel\";
select pg_advisory_lock(7), pg_advisory_lock(-8), pg_advisory_lock(-8), pg_advisory_lock(1, -2), pg_advisory_lock_shared(9);
set my.setting = 'x';
set work_mem = '5MB';
";

/// Statements that work only in a session that ran [`EVERYTHING`].
const RELYING: &[&str] = &[
    "insert into temporary_t values (1)",
    "execute \"My statement\"",
    "fetch held",
    "select temporary_f()",
    "select currval('t_id_seq')",
];

/// How much of that there is.
const LEFT: &str = "select concat_ws(', ',
    (select string_agg(name, ' ') from pg_prepared_statements where from_sql),
    (select string_agg(name, ' ') from pg_cursors where is_holdable),
    (select string_agg(c, ' ') from pg_listening_channels() c),
    (select string_agg(refobjid::regnamespace::text, ' ') from pg_depend
        where refclassid = 'pg_namespace'::regclass and refobjid = pg_my_temp_schema()),
    (select string_agg(objid::text, ' ') from pg_locks
        where locktype = 'advisory' and pid = pg_backend_pid() and objid::int8 in (7, 4294967288, 4294967294, 9)),
    nullif(current_setting('my.setting', true), ''),
    (select setting from pg_settings where name = 'work_mem' and source = 'session'))";

#[test]
fn nothing_reaches_the_next_file_or_the_caller() {
    let look = format!("insert into seen {LEFT};");
    let bench = Bench::new(&[
        ("V1__seen.sql", &format!("create table seen (what text);{look}")),
        ("V2__everything.sql", EVERYTHING),
        ("V3__look.sql", &look),
        ("V4__everything.sql", &EVERYTHING.replace("create table t ", "create table t4 ")),
        ("V5__look.sql", &format!("-- feedstock: backfill\ndo $$ begin {look} end $$;")),
    ]);
    let mut client = bench.client();
    runner::apply(&mut client, &bench.migrations(), &bench.options(), &mut |_| {}).unwrap();
    assert_eq!(bench.one::<Vec<String>>("select array_agg(what) from seen"), ["", "", ""]);
    assert_eq!(client.query_one(LEFT, &[]).unwrap().get::<_, String>(0), "");
    // In the file itself they are there.
    bench.write(&[(
        "V6__both.sql",
        &format!("{}{look}", EVERYTHING.replace("create table t ", "create table t6 ")),
    )]);
    bench.apply().unwrap();
    let left: String = bench.one("select what from seen order by length(what) desc limit 1");
    // A channel is listened to from the commit on.
    for part in ["My statement", "held", "pg_temp", "7", "x", "5120"] {
        assert!(left.contains(part), "{left}\n  lacks: {part}");
    }
}

/// A file that relies on another one's session fails when they are applied together, as it would when they are not.
#[test]
fn a_file_that_relies_on_what_another_left_fails_at_once() {
    for relying in RELYING.iter().chain(&["select lastval()"]) {
        let bench =
            Bench::new(&[("V1__everything.sql", EVERYTHING), ("V2__relying.sql", &format!("{relying};"))]);
        bench.refused(&["V2__relying: statement 1 of 1 failed"]);
        assert_eq!(bench.recorded(), [1], "{relying}");
    }
}

#[test]
fn what_the_caller_has_in_its_session_stays() {
    let bench = Bench::new(&[
        ("V1__everything.sql", EVERYTHING),
        ("V2__more.sql", "create temporary table own (a int);"),
    ]);
    let mut client = bench.client();
    client
        .batch_execute(
            "create temporary table mine (a int); prepare mine as select 1; declare mine cursor with hold for select 1; \
             listen mine; select pg_advisory_lock(77)",
        )
        .unwrap();
    let statement = client.prepare("select 42").unwrap();
    runner::apply(&mut client, &bench.migrations(), &bench.options(), &mut |_| {}).unwrap();
    assert_eq!(client.query_one(&statement, &[]).unwrap().get::<_, i32>(0), 42);
    client.batch_execute("insert into mine values (1); execute mine; fetch mine").unwrap();
    let channels: Vec<String> =
        client.query_one("select array_agg(c) from pg_listening_channels() c", &[]).unwrap().get(0);
    assert_eq!(channels, ["mine"]);
    let unlocked = client.query_one("select pg_advisory_unlock(77), pg_advisory_unlock(7)", &[]).unwrap();
    assert_eq!((unlocked.get(0), unlocked.get(1)), (true, false));
    for gone in [
        "select from temporary_t",
        "select from own",
        "execute \"My statement\"",
        "select pg_temp.temporary_f()",
    ] {
        client.batch_execute(gone).expect_err(gone);
    }
}

/// A prepared statement survives the rollback of an attempt.
#[test]
fn a_second_attempt_finds_nothing_of_the_first() {
    let bench = Bench::new(&[("V1__t.sql", "create table t (a int);")]);
    bench.apply().unwrap();
    bench.write(&[("V2__lock.sql", "prepare p as select 1; select pg_advisory_lock(7); lock t;")]);
    let mut holder = bench.client();
    holder.batch_execute("begin; lock t").unwrap();
    let (result, told) = std::thread::scope(|scope| {
        let run = scope.spawn(|| bench.apply_telling(&bench.options()));
        std::thread::sleep(Duration::from_millis(900));
        drop(holder);
        run.join().unwrap()
    });
    assert!(told.iter().any(|line| line.contains("trying again")), "{told:#?}");
    assert_eq!(result.unwrap().applied.len(), 1);
}

#[test]
fn a_file_that_fails_leaves_the_caller_nothing() {
    let bench =
        Bench::new(&[("V1__bad.sql", "prepare p as select 1; select pg_advisory_lock(7); select nope;")]);
    let mut client = bench.client();
    runner::apply(&mut client, &bench.migrations(), &bench.options(), &mut |_| {}).unwrap_err();
    assert_eq!(client.query_one(LEFT, &[]).unwrap().get::<_, String>(0), "");
}

/// What works in `check` works in `apply`, in one run and in two.
#[test]
fn check_replays_each_file_as_a_run_of_its_own() {
    for relying in RELYING {
        let project = Project::new();
        project.write("migrations/V1__everything.sql", EVERYTHING);
        project.write("migrations/V2__relying.sql", &format!("{relying};"));
        let ended = project.run(&["check"]).is(1);
        assert!(
            ended.out.contains("FAIL  replay") && ended.out.contains("V2__relying.sql:1:"),
            "{}",
            ended.out
        );
        let database = support::database("relying");
        project.run(&["apply", "--database-url", &database.url]).is(4);
        // As in a run of its own.
        project.run(&["apply", "--database-url", &database.url]).is(4);
    }
}
