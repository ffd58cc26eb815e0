//! Files and history compared: edited, missing, out of order, and histories that others wrote.

use std::hash::{Hash, Hasher};

use feedstock::runner::{self, Event, History, How, State};
use refinery_core::Runner;

use super::harness::Bench;

const ONE: (&str, &str) = ("V1__one.sql", "create table one ();\n");
const TWO: (&str, &str) = ("V2__two.sql", "create table two ();\n");
const THREE: (&str, &str) = ("V3__three.sql", "create table three ();\n");

#[test]
fn an_edited_file_is_an_error_before_anything_runs() {
    let bench = Bench::new(&[ONE, TWO]);
    bench.apply().unwrap();
    bench.write(&[("V1__one.sql", "create table one (a int);\n"), THREE]);
    bench.refused(&["V1__one.sql is not the file that was applied", "git log -p"]);
    assert_eq!(bench.states(), "V1 edited, V2 applied, V3 pending");
    assert!(!bench.exists("three"));
    bench.write(&[ONE]);
    bench.apply().unwrap();
    assert_eq!(bench.recorded(), [1, 2, 3]);
}

#[test]
fn a_renamed_file_is_an_edited_one() {
    let bench = Bench::new(&[ONE]);
    bench.apply().unwrap();
    bench.remove("V1__one.sql");
    bench.write(&[("V1__uno.sql", ONE.1)]);
    bench.refused(&["V1__uno.sql is not the file that was applied", "under its old name"]);
}

#[test]
fn a_missing_file_is_an_error_before_anything_runs() {
    let bench = Bench::new(&[ONE, TWO]);
    bench.apply().unwrap();
    bench.remove("V2__two.sql");
    bench.write(&[THREE]);
    bench.refused(&["V2__two was applied", "its file is missing"]);
    assert_eq!(bench.states(), "V1 applied, V2 missing, V3 pending");
    assert!(!bench.exists("three"));
}

#[test]
fn out_of_order_is_an_error_unless_it_is_allowed() {
    let bench = Bench::new(&[ONE, THREE]);
    bench.apply().unwrap();
    bench.write(&[TWO, ("V4__four.sql", "create table four ();")]);
    bench.refused(&["V2__two.sql is out of order: V3 is applied already", "--allow-out-of-order"]);
    assert_eq!(bench.states(), "V1 applied, V2 out of order, V3 applied, V4 pending");
    assert_eq!(bench.recorded(), [1, 3]);
    let options = with!(bench.options(), allow_out_of_order: true);
    let (report, told) = bench.apply_telling(&options);
    assert_eq!(report.unwrap().applied.len(), 2);
    assert!(told.contains(&"V2__two is out of order, as allowed".to_owned()), "{told:?}");
    assert_eq!(bench.recorded(), [1, 2, 3, 4]);
}

/// Allowing one thing does not allow another.
#[test]
fn out_of_order_does_not_allow_a_missing_file() {
    let bench = Bench::new(&[ONE, THREE]);
    bench.apply().unwrap();
    bench.remove("V1__one.sql");
    bench.write(&[TWO]);
    let options = with!(bench.options(), allow_out_of_order: true);
    bench.refused_with(&options, &["V1__one was applied", "its file is missing"]);
}

#[test]
fn line_ends_do_not_change_a_file() {
    let bench = Bench::new(&[("V1__one.sql", "create table one ();\r\n-- two\r\n")]);
    bench.apply().unwrap();
    bench.write(&[("V1__one.sql", "create table one ();\n-- two\n")]);
    bench.apply().unwrap();
    assert_eq!(bench.states(), "V1 applied");
}

/// refinery's checksum with 32-bit versions, which is its default.
fn checksum_int4(name: &str, version: i32, sql: &str) -> u64 {
    let mut hasher = siphasher::sip::SipHasher13::new();
    name.hash(&mut hasher);
    version.hash(&mut hasher);
    sql.hash(&mut hasher);
    hasher.finish()
}

fn history_of_another(bench: &Bench, version_type: &str, rows: &[(i64, &str, u64)]) {
    bench.execute(&format!(
        "create table refinery_schema_history (version {version_type} primary key, name varchar(255), \
         applied_on varchar(255), checksum varchar(255))"
    ));
    for (version, name, checksum) in rows {
        bench.execute(&format!(
            "insert into refinery_schema_history values ({version}, '{name}', '2024-05-01T10:00:00.123456Z', '{checksum}')"
        ));
    }
}

#[test]
fn a_history_of_a_crlf_checkout_is_verified_the_old_way() {
    let crlf = ONE.1.replace('\n', "\r\n");
    let theirs = refinery_core::Migration::unapplied("V1__one", &crlf).unwrap().checksum();
    for text in [ONE.1, crlf.as_str()] {
        let bench = Bench::new(&[("V1__one.sql", text), TWO]);
        history_of_another(&bench, "int8", &[(1, "one", theirs)]);
        assert_eq!(bench.apply().unwrap().applied.len(), 1);
        assert_eq!(bench.states(), "V1 applied, V2 applied");
        assert!(!bench.exists("one"));
    }
}

#[test]
fn a_history_with_int4_versions_is_verified_the_old_way() {
    let bench = Bench::new(&[ONE, TWO, THREE]);
    let crlf = TWO.1.replace('\n', "\r\n");
    let rows = [(1, "one", checksum_int4("one", 1, ONE.1)), (2, "two", checksum_int4("two", 2, &crlf))];
    history_of_another(&bench, "int4", &rows);
    assert_eq!(bench.states(), "V1 applied, V2 applied, V3 pending");
    assert_eq!(bench.apply().unwrap().applied.len(), 1);
    assert_eq!(bench.states(), "V1 applied, V2 applied, V3 applied");
    // And an edit is still seen.
    bench.write(&[("V1__one.sql", "create table uno ();")]);
    bench.refused(&["V1__one.sql is not the file that was applied"]);
}

/// What we write, refinery itself reads and finds unchanged.
#[test]
fn refinery_verifies_what_we_recorded() {
    let bench = Bench::new(&[("V1__one.sql", "create table one ();\r\n"), TWO]);
    bench.apply().unwrap();
    let files =
        [("V1__one", ONE.1), TWO].map(|(name, sql)| refinery_core::Migration::unapplied(name, sql).unwrap());
    let applied = Runner::new(&files).get_applied_migrations(&mut bench.client()).unwrap();
    assert_eq!(applied, files);
    assert!(applied.iter().all(|migration| migration.applied_on().is_some()));
}

#[test]
fn a_history_of_any_name_and_schema_works() {
    for table in ["it's \"my\" history; drop table one", "Ünïcode %s $1 \\", "select"] {
        let bench = Bench::new(&[ONE]);
        bench.execute("create schema \"a.b \"\"c\"\"\"");
        let history = with!(History::default(), schema: "a.b \"c\"".into(), table: table.into());
        let options = with!(bench.options(), history);
        assert_eq!(bench.apply_with(&options).unwrap().applied.len(), 1);
        assert_eq!(bench.apply_with(&options).unwrap().applied.len(), 0);
        bench.write(&[TWO]);
        let status = runner::status(&mut bench.client(), &bench.migrations(), &options).unwrap();
        assert_eq!(status.in_state(State::Applied).count(), 1);
        let row = bench.client();
        let mut row = row;
        let found: String = row
            .query_one("select c.relname from pg_class c join pg_namespace n on n.oid = relnamespace where nspname = $1 and relkind = 'r'", &[&"a.b \"c\""])
            .unwrap()
            .get(0);
        assert_eq!(found, table);
        assert!(!bench.exists("public.refinery_schema_history"));
    }
}

#[test]
fn a_history_that_lies_elsewhere_is_not_begun_again() {
    let bench = Bench::new(&[ONE]);
    bench.execute("create schema app");
    let options = with!(bench.options(), history: with!(History::default(), schema: "app".into()));
    bench.apply_with(&options).unwrap();
    let name: String = bench.one("select current_database()::text");
    bench.execute(&format!("alter database {name} set search_path = app"));
    bench.refused(&["finds one in \"app\".\"refinery_schema_history\"", "name its schema: app"]);
}

#[test]
fn a_history_that_is_not_refinerys_is_an_error_and_not_a_panic() {
    let bench = Bench::new(&[ONE]);
    history_of_another(&bench, "int8", &[]);
    bench.execute("insert into refinery_schema_history values (1, 'one', 'yesterday', 'abc')");
    bench.refused(&["`abc` as the checksum of version 1"]);
    bench.execute("update refinery_schema_history set checksum = '1'");
    bench.write(&[TWO]);
    bench.refused(&["is not the file that was applied (yesterday)"]);
    let checksum = refinery_core::Migration::unapplied("V1__one", ONE.1).unwrap().checksum();
    bench.execute(&format!("update refinery_schema_history set checksum = '{checksum}'"));
    bench.refused(&["`yesterday` as the time of version 1"]);
}

#[test]
fn status_reads_only() {
    let bench = Bench::new(&[ONE]);
    assert_eq!(bench.states(), "V1 pending");
    assert!(!bench.exists("refinery_schema_history"));
    // Not even where it could not write.
    let mut client = bench.client();
    client.batch_execute("set default_transaction_read_only = on").unwrap();
    runner::status(&mut client, &bench.migrations(), &bench.options()).unwrap();
    // And beside a running one.
    bench.write(&[("V1__one.sql", "create table one (); select pg_sleep(1);")]);
    let mut running = bench.child("");
    running.until("statement 2");
    assert_eq!(bench.states(), "V1 pending");
    running.finish();
    assert_eq!(bench.states(), "V1 applied");
}

#[test]
fn to_a_version_fake_and_dry_run() {
    let bench = Bench::new(&[ONE, TWO, THREE]);
    let dry = with!(bench.options(), dry_run: true);
    let report = bench.apply_with(&dry).unwrap();
    assert_eq!(report.applied.iter().map(|applied| applied.how).collect::<Vec<_>>(), [How::Would; 3]);
    assert!(!bench.exists("refinery_schema_history"));
    let to = |version| with!(bench.options(), to: Some(version));
    assert_eq!(bench.apply_with(&with!(to(2), dry_run: true)).unwrap().applied.len(), 2);
    bench.apply_with(&to(1)).unwrap();
    assert_eq!(bench.states(), "V1 applied, V2 pending, V3 pending");
    let report = bench.apply_with(&with!(to(2), fake: true)).unwrap();
    assert_eq!(report.applied[0].how, How::Faked);
    assert_eq!(bench.states(), "V1 applied, V2 applied, V3 pending");
    assert_eq!((bench.exists("one"), bench.exists("two")), (true, false));
    let error =
        bench.refused_with(&to(9), &["there is no migration of version 9", "the newest is V3__three"]);
    assert_eq!(error.exit_status(), 2);
    bench.apply_with(&with!(bench.options(), fake: true)).unwrap();
    assert!(!bench.exists("three"));
    assert!(bench.status().is_current());
}

/// A role that may only read and write the history can start a service that has nothing to apply.
#[test]
fn nothing_to_apply_needs_no_right_to_create() {
    let bench = Bench::new(&[ONE]);
    bench.apply().unwrap();
    bench.execute(
        "do $$ begin create role service login; exception when duplicate_object then end $$; \
         grant select on refinery_schema_history to service",
    );
    let mut config: postgres::Config = bench.url.parse().unwrap();
    let mut client = config.user("service").connect(postgres::NoTls).unwrap();
    let report = feedstock::apply(&mut client, &bench.migrations()).unwrap();
    assert!(report.applied.is_empty());
}

/// Somebody who does not take the lock, such as a plain refinery, may apply a file while its turn comes.
#[test]
fn what_another_runner_records_meanwhile_is_not_run() {
    let concurrently = "-- feedstock: no-transaction\ncreate index concurrently i on t (n);";
    for (text, fake) in [("select nextval('ran');", false), (concurrently, false), ("select 1;", true)] {
        let bench = Bench::new(&[("V1__first.sql", text)]);
        bench.execute("create sequence ran; create table t (n int)");
        let options = with!(bench.options(), fake);
        let mut client = bench.client();
        let result = runner::apply(&mut client, &bench.migrations(), &options, &mut |event| {
            if let Event::Pending { .. } = event {
                let row = "insert into refinery_schema_history values \
                    (1, 'first', '2026-01-01T00:00:00Z', '1')";
                bench.execute(row);
            }
        });
        let error = result.unwrap_err();
        assert!(error.message().ends_with("V1__first was applied by another runner just now"), "{error}");
        assert!(error.to_string().contains("make sure that every deployment migrates through Feedstock"));
        // Not even what no rollback takes back.
        assert!(!bench.one::<bool>("select is_called from ran"), "{text}");
        assert!(!bench.exists("i"), "{text}");
        assert_eq!(bench.recorded(), [1]);
    }
}
