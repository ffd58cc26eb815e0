//! How a file is run: one transaction with its row in the history, one statement an execute.

use feedstock::runner::How;

use super::harness::Bench;

#[test]
fn files_are_applied_in_order_and_recorded_once() {
    let bench = Bench::new(&[
        ("V10__ten.sql", "insert into t select count(*) from t;"),
        ("V2__two.sql", "insert into t values (7);\r\ninsert into t values (8);\r\n"),
        ("V1__one.sql", "create table t (a int);"),
    ]);
    let report = bench.apply().unwrap();
    let versions: Vec<i64> = report.applied.iter().map(|applied| applied.version).collect();
    assert_eq!(versions, [1, 2, 10]);
    assert!(report.applied.iter().all(|applied| applied.how == How::Ran), "{report:?}");
    assert_eq!(bench.recorded(), [1, 2, 10]);
    assert_eq!(bench.one::<Vec<i32>>("select array_agg(a order by a) from t"), [2, 7, 8]);
    assert!(bench.apply().unwrap().applied.is_empty());
    assert!(bench.status().is_current());
}

#[test]
fn a_failing_statement_in_the_middle_says_where_and_leaves_nothing_of_its_file() {
    let bench = Bench::new(&[
        ("V1__good.sql", "create table a (x int);"),
        (
            "V2__bad.sql",
            "-- é\ncreate table b (x int);\n\ninsert into b values (1);\n  insert into b\n    select 'é', nope from a;\ncreate table c ();\n",
        ),
        ("V3__later.sql", "create table d ();"),
    ]);
    let error = bench.refused(&[
        "V2__bad: statement 3 of 4 failed",
        "nothing of it is applied; applied before it in this run: V1__good",
        "V2__bad.sql:6:17",
        "column \"nope\" does not exist",
        "SQLSTATE 42703",
    ]);
    assert_eq!(error.sqlstate(), Some("42703"));
    assert_eq!(error.place().map(|place| (place.line, place.column)), Some((6, 17)));
    assert_eq!(error.exit_status(), 4);
    assert_eq!((bench.exists("a"), bench.exists("b"), bench.exists("d")), (true, false, false));
    assert_eq!(bench.recorded(), [1]);
    // Mended, it goes on from there.
    bench.write(&[("V2__bad.sql", "create table b (x int);")]);
    assert_eq!(bench.apply().unwrap().applied.len(), 2);
    assert_eq!(bench.recorded(), [1, 2, 3]);
}

#[test]
fn the_servers_detail_and_hint_are_passed_on() {
    let bench = Bench::new(&[("V1__a.sql", "create table a (x int unique);\nselect lowwer('a');")]);
    bench.refused(&[
        "V1__a.sql:2:8",
        "SQLSTATE 42883",
        "hint: No function matches",
        "nothing was applied before it",
    ]);
    bench.write(&[("V1__a.sql", "create table a (x int unique);\n insert into a values (1), (1);")]);
    bench.refused(&["V1__a.sql:2:2", "SQLSTATE 23505", "detail: Key (x)=(1) already exists"]);
    bench.write(&[
        ("V1__a.sql", "create type e as enum ('a');"),
        ("V2__b.sql", "alter type e add value 'b'; select 'b'::e;"),
    ]);
    bench.refused(&["V2__b", "SQLSTATE 55P04", "split the file"]);
}

#[test]
fn a_constraint_that_fails_at_the_commit_applies_nothing() {
    let bench = Bench::new(&[(
        "V1__a.sql",
        "create table a (x int primary key deferrable initially deferred); insert into a values (1), (1);",
    )]);
    bench.refused(&["V1__a failed at its commit", "SQLSTATE 23505"]);
    assert!(!bench.exists("a"));
    assert!(bench.recorded().is_empty());
}

/// A trigger may raise any code; what failed is told by where it failed.
#[test]
fn what_fails_at_the_commit_is_told_from_the_history() {
    let trigger = |table: &str, when: &str, code: &str| {
        format!(
            "create function f() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = \
             '{code}'; end $$; create constraint trigger c after insert on {table} deferrable initially {when} \
             for each row execute function f();"
        )
    };
    for code in ["42501", "57014", "55P03", "23505", "25006", "XX001"] {
        let deferred = trigger("d", "deferred", code);
        let bench = Bench::new(&[(
            "V1__a.sql",
            &format!("create table d (a int);\n{deferred}\ninsert into d values (1);"),
        )]);
        let options = with!(bench.options(), attempts: 2);
        let (result, told) = bench.apply_telling(&options);
        let error = result.unwrap_err().to_string();
        assert!(error.contains("V1__a failed at its commit") && error.contains(code), "{error}");
        assert!(!error.contains("cannot be written"), "{error}");
        let retried = told.iter().any(|line| line.contains("V1__a: its transaction did not get its lock"));
        assert_eq!(retried, code == "55P03", "{told:#?}");
        assert!(!told.iter().any(|line| line.contains("line 0")), "{told:#?}");

        let bench = Bench::new(&[("V1__a.sql", "create table a ();")]);
        bench.apply().unwrap();
        bench.execute(&trigger("refinery_schema_history", "immediate", code));
        bench.write(&[("V2__b.sql", "create table b ();")]);
        let error = bench.refused_with(&options, &["V2__b failed", "history", "cannot be written", code]);
        assert!(!error.to_string().contains("at its commit"), "{error}");
        assert_eq!(bench.recorded(), [1]);
    }
}

/// The text that the server sees in a statement is that statement alone.
#[test]
fn each_statement_is_sent_by_itself() {
    let bench = Bench::new(&[(
        "V1__a.sql",
        "create table seen (query text); insert into seen select current_query();\ninsert into seen select current_query();",
    )]);
    bench.apply().unwrap();
    assert_eq!(
        bench.one::<Vec<String>>("select array_agg(query) from seen"),
        ["insert into seen select current_query()", "insert into seen select current_query()"]
    );
}

/// With `standard_conforming_strings` off the server ends a string elsewhere than the file's reader, who then
/// takes the COMMIT for a piece of text.
#[test]
fn a_smuggled_commit_is_found_out() {
    let bench = Bench::new(&[(
        "V1__a.sql",
        "create table a (); set standard_conforming_strings = off; select 'a\\''; commit; --';",
    )]);
    bench.refused(&["V1__a ended its transaction itself", "not recorded"]);
    assert!(bench.recorded().is_empty());
}

#[test]
fn what_a_file_sets_does_not_reach_the_next_one_or_the_caller() {
    let bench = Bench::new(&[
        (
            "V1__dump.sql",
            "select pg_catalog.set_config('search_path', '', false); set statement_timeout = 7000; set role other; \
             set client_min_messages = error; create table public.mine ();",
        ),
        (
            "V2__next.sql",
            "create table settings as select current_setting('search_path') as path, \
          current_setting('statement_timeout') as timeout, current_setting('lock_timeout') as lock, current_user::text as who;",
        ),
    ]);
    let role: String = bench.one("select current_user::text");
    bench.execute("do $$ begin create role other; exception when duplicate_object then end $$");
    bench.execute("grant create on schema public to other");
    let mut client = bench.client();
    client
        .batch_execute("set search_path = pg_temp, public; set lock_timeout = 1234; set work_mem = '5MB'")
        .unwrap();
    let before = "select string_agg(name || '=' || setting, ' ' order by name) from pg_settings";
    let before_run: String = client.query_one(before, &[]).unwrap().get(0);
    feedstock::runner::apply(&mut client, &bench.migrations(), &bench.options(), &mut |_| {}).unwrap();
    let after_run: String = client.query_one(before, &[]).unwrap().get(0);
    assert_eq!(before_run, after_run);
    assert_eq!(client.query_one("select current_user::text", &[]).unwrap().get::<_, String>(0), role);
    let row = bench.client().query_one("select path, timeout, lock, who from settings", &[]).unwrap();
    let row: Vec<String> = (0..4).map(|column| row.get(column)).collect();
    assert_eq!(row, ["\"public\"", "0", "400ms", role.as_str()]);
    let owner: String = bench.one("select relowner::regrole::text from pg_class where relname = 'mine'");
    assert_eq!(owner, "other");
    assert_eq!(bench.runner(), None, "the lock is given back");
}

#[test]
fn a_role_and_a_search_path_can_be_asked_for() {
    let bench = Bench::new(&[("V1__a.sql", "create table a ();")]);
    bench.execute(
        "do $$ begin create role builder; exception when duplicate_object then end $$; \
         create schema \"My Schema\"; grant all on schema \"My Schema\", public to builder",
    );
    let options = with!(
        bench.options(),
        role: Some("builder".into()),
        search_path: vec!["My Schema".into(), "public".into()]
    );
    bench.apply_with(&options).unwrap();
    let owner: String =
        bench.one("select relowner::regrole::text from pg_class where oid = '\"My Schema\".a'::regclass");
    assert_eq!(owner, "builder");
}

#[test]
fn a_service_applies_in_one_call() {
    let bench = Bench::new(&[("V1__a.sql", "create table a ();")]);
    let report = feedstock::apply(&mut bench.client(), &bench.migrations()).unwrap();
    assert_eq!(report.applied.len(), 1);
    static EMBEDDED: feedstock::Embedded = feedstock::Embedded::new(
        "/nowhere",
        &[("V1__a.sql", "create table a ();"), ("V2__b.sql", "create table b ();")],
        true,
    );
    assert_eq!(feedstock::apply(&mut bench.client(), &EMBEDDED).unwrap().applied.len(), 1);
    assert!(bench.exists("b"));
}

#[test]
fn a_file_runs_at_the_isolation_that_it_asks_for() {
    let said = "insert into levels select current_setting('transaction_isolation'), count(*) from levels;";
    let bench = Bench::new(&[
        ("V1__table.sql", "create table levels (level text, before int);"),
        ("V2__a.sql", said),
        ("V3__b.sql", &format!("-- feedstock: isolation serializable\n{said}")),
        ("V4__c.sql", &format!("set transaction isolation level repeatable read;\n{said}")),
        ("V5__d.sql", &format!("begin isolation level serializable; {said} commit;")),
        ("V6__e.sql", &format!("BEGIN;\n{said}\nCOMMIT;\n")),
        ("V7__f.sql", &format!("-- feedstock: isolation read-committed\n{said}")),
        // In a session of its own each would be the default of what follows.
        (
            "V8__g.sql",
            &format!("set session characteristics as transaction isolation level serializable;\n{said}"),
        ),
        ("V9__h.sql", &format!("set default_transaction_isolation to 'repeatable read';\n{said}")),
        ("V10__i.sql", said),
    ]);
    bench.execute("do $$ begin execute format('alter database %I set default_transaction_isolation = %L', current_database(), 'read committed'); end $$");
    bench.apply().unwrap();
    assert_eq!(
        bench.one::<Vec<String>>("select array_agg(level order by before) from levels"),
        [
            "read committed",
            "serializable",
            "repeatable read",
            "serializable",
            "read committed",
            "read committed",
            "serializable",
            "repeatable read",
            "read committed"
        ]
    );
    assert_eq!(bench.recorded(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
}

/// What the pair in the file says is what is done: the file and its row in the history are one transaction.
#[test]
fn a_file_in_begin_and_commit_is_one_transaction_with_its_row() {
    let bench = Bench::new(&[("V1__a.sql", "BEGIN;\ncreate table a ();\nselect nope;\nCOMMIT;\n")]);
    bench.refused(&["statement 2 of 2 failed", "V1__a.sql:3:8", "nothing of it is applied"]);
    assert!(!bench.exists("a"));
    bench.write(&[("V1__a.sql", "BEGIN;\ncreate table a ();\nCOMMIT;\n")]);
    bench.apply().unwrap();
    assert_eq!(bench.recorded(), [1]);
    // refinery's checksum is that of the whole text.
    let text = "BEGIN;\ncreate table a ();\nCOMMIT;\n";
    let file = refinery_core::Migration::unapplied("V1__a", text).unwrap();
    let checksum: String = bench.one("select checksum from refinery_schema_history");
    assert_eq!(checksum, file.checksum().to_string());
}

/// What the server could not serialize is tried again, as a lock that was not to be had is.
#[test]
fn a_serialization_failure_is_tried_again() {
    let bench = Bench::new(&[("V1__table.sql", "create table t (a int); insert into t values (1);")]);
    bench.apply().unwrap();
    bench.write(&[(
        "V2__update.sql",
        "-- feedstock: isolation serializable\nselect from t; select pg_sleep(2); update t set a = a + 10;",
    )]);
    let (result, told) = std::thread::scope(|scope| {
        let run = scope.spawn(|| bench.apply_telling(&bench.options()));
        let sleeps = "select exists (select from pg_stat_activity where datname = current_database() \
                      and state = 'active' and query like 'select pg_sleep(2)%')";
        crate::support::eventually("the file has its snapshot", || bench.one(sleeps));
        bench.execute("update t set a = a + 1");
        run.join().unwrap()
    });
    assert_eq!(result.unwrap().applied.len(), 1, "{told:#?}");
    assert!(told.iter().any(|line| line.contains("trying again")), "{told:#?}");
    assert_eq!(bench.one::<i32>("select a from t"), 12);
}
