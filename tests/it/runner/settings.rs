//! Round trips, the history's row, and the settings that are not the run's own.

use std::thread;
use std::time::{Duration, Instant};

use feedstock::runner::{self, Event};

use super::harness::Bench;
use super::proxy::Proxy;

/// A round trip each for the beginning, each statement, the row in the history, and the COMMIT.
#[test]
fn a_file_costs_three_round_trips_beside_its_statements() {
    let trips = |files: usize| {
        let files: Vec<(String, String)> = (1..=files)
            .map(|version| (format!("V{version}__f.sql"), format!("create table t{version} ();\nselect 1;")))
            .collect();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let bench = Bench::new(&files);
        let proxy = Proxy::counting(&bench.url);
        let mut client = postgres::Client::connect(&proxy.url, postgres::NoTls).unwrap();
        let options = with!(bench.options(), monitor: None);
        runner::apply(&mut client, &bench.migrations(), &options, &mut |_| {}).unwrap();
        proxy.round_trips()
    };
    let (one, many) = (trips(1), trips(41));
    assert_eq!(many - one, 40 * (2 + 3));
    assert!(one <= 25, "a run of one file takes {one} round trips");
}

#[test]
fn a_row_that_does_not_reach_the_history_applies_nothing() {
    for thief in [
        "create rule thief as on insert to refinery_schema_history do instead nothing",
        "create function thief() returns trigger language plpgsql as $$ begin return null; end $$; \
         create trigger thief before insert on refinery_schema_history for each row execute function thief()",
        "create function thief() returns trigger language plpgsql as \
         $$ begin delete from refinery_schema_history where version = new.version; return null; end $$; \
         create trigger thief after insert on refinery_schema_history for each row execute function thief()",
        "create table elsewhere (like refinery_schema_history); create rule thief as on insert to \
         refinery_schema_history do instead insert into elsewhere values (new.*)",
    ] {
        let bench = Bench::new(&[("V1__a.sql", "create table a ();")]);
        bench.apply().unwrap();
        bench.execute(thief);
        bench.write(&[
            ("V2__b.sql", "create table b ();"),
            ("V3__i.sql", "-- feedstock: backfill\ndo $$ begin null; end $$;"),
        ]);
        bench.refused(&["V2__b", "its row is not in the history", "nothing of it is applied"]);
        assert!(!bench.exists("b"), "{thief}");
        assert_eq!(bench.recorded(), [1]);
    }
}

/// Somebody has the history, when it is read and when it is written: it is said who, tried again, and bounded.
#[test]
fn a_history_that_is_locked_is_waited_for_within_a_bound() {
    let bench = Bench::new(&[("V1__a.sql", "create table a ();")]);
    bench.apply().unwrap();
    let mut holder = bench.client();
    holder.batch_execute("begin; lock table refinery_schema_history").unwrap();
    let options = with!(bench.options(), attempts: 2, lock_timeout: Duration::from_millis(200));
    let begun = Instant::now();
    bench.refused_with(&options, &["the history", "is locked, after 2 attempts", "blocked by pid", "55P03"]);
    let status = runner::status(&mut bench.client(), &bench.migrations(), &options).unwrap_err();
    assert_eq!(status.sqlstate(), Some("55P03"), "{status}");
    let dry_run = bench.apply_with(&with!(options.clone(), dry_run: true)).unwrap_err();
    for error in [status, dry_run] {
        for part in ["\"refinery_schema_history\" is locked", "blocked by pid", "help: end what blocks it"] {
            assert!(error.to_string().contains(part), "{error}\n  lacks: {part}");
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let (result, told) = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(700));
            holder.batch_execute("commit").unwrap();
        });
        bench.apply_telling(&with!(options.clone(), attempts: 10))
    });
    result.unwrap();
    let said = told.iter().find(|line| line.contains("the history is locked")).expect("it is said");
    assert!(said.contains("lock table refinery_schema_history"), "{said}");
}

#[test]
fn a_history_that_is_locked_against_writers_is_tried_again() {
    for file in ["create table b ();", "-- feedstock: no-transaction\ncreate index concurrently i on a (b);"]
    {
        let bench = Bench::new(&[("V1__a.sql", "create table a (b int);")]);
        bench.apply().unwrap();
        bench.write(&[("V2__b.sql", file)]);
        let mut holder = bench.client();
        holder.batch_execute("begin; lock table refinery_schema_history in share mode").unwrap();
        let options = with!(bench.options(), lock_timeout: Duration::from_millis(200));
        let (mut holder, mut again) = (Some(holder), 0);
        runner::apply(&mut bench.client(), &bench.migrations(), &options, &mut |event| {
            if let Event::Retrying { .. } = event {
                (holder, again) = (None, again + 1);
            }
        })
        .unwrap();
        assert!(again > 0, "it has waited for the lock");
        assert_eq!(bench.recorded(), [1, 2]);
    }
}

/// What a DBA set for the role counts, unless the run says otherwise.
#[test]
fn the_roles_own_statement_timeout_counts() {
    for file in ["select pg_sleep(3);", "-- feedstock: backfill\ndo $$ begin perform pg_sleep(3); end $$;"] {
        let bench = Bench::new(&[("V1__slow.sql", file)]);
        let database: String = bench.one("select current_database()::text");
        bench.execute(&format!("alter database {database} set statement_timeout = '400ms'"));
        let error = bench.refused(&["V1__slow", "statement timeout", "57014"]);
        assert!(!error.is_interrupted(), "{error}");
        let unbounded = with!(bench.options(), statement_timeout: Some(Duration::ZERO));
        bench.apply_with(&unbounded).unwrap();
    }
}

/// Values of a database that read or write texts in another way.
const OTHER_TEXTS: [(&str, &str); 12] = [
    ("array_nulls", "off"),
    ("backslash_quote", "off"),
    ("bytea_output", "escape"),
    ("DateStyle", "'SQL, DMY'"),
    ("extra_float_digits", "-5"),
    ("IntervalStyle", "sql_standard"),
    ("quote_all_identifiers", "on"),
    ("standard_conforming_strings", "off"),
    ("TimeZone", "'Asia/Tokyo'"),
    ("transform_null_equals", "on"),
    ("xmlbinary", "hex"),
    ("xmloption", "document"),
];

/// What `check` proves with Postgres's own defaults is what is applied, in a transaction and outside of one.
#[test]
fn texts_mean_the_same_whatever_the_database_sets() {
    let of_a_file = "create table t (a text[] default '{NULL,a}', b int check (b = null), c date default '01/02/2026', \
                     d timestamptz default '2026-01-01 00:00', e interval default '-1 2:00', f text default 'a\\b');\n\
                     create table said as select (1.0::float8 / 3)::text as x, decode('ff', 'hex')::text as y, \
                     pg_get_viewdef('information_schema.information_schema_catalog_name'::regclass) as z;";
    let of_a_backfill = "do $$ begin create table if not exists u (a text[] default '{NULL}', b int check (b = null)); commit; end $$;";
    let read = |bench: &Bench| -> String {
        let mut client = bench.client();
        client
            .batch_execute(
                "set array_nulls = on; set datestyle = iso; set intervalstyle = postgres; set timezone = utc; \
                 set quote_all_identifiers = off; set standard_conforming_strings = on",
            )
            .unwrap();
        let row = client.query_one(
            "select concat_ws(E'\\n', (select string_agg(pg_get_expr(adbin, adrelid), E'\\n' order by adrelid, adnum) \
             from pg_attrdef), (select string_agg(pg_get_constraintdef(oid), E'\\n' order by oid) from pg_constraint \
             where conrelid in ('t'::regclass, to_regclass('u'))), (select concat_ws(' ', x, y, z) from said))",
            &[],
        );
        row.unwrap().get(0)
    };
    let bench = |others: bool| {
        let backfill = format!("-- feedstock: backfill\n{of_a_backfill}");
        let bench = Bench::new(&[("V1__t.sql", of_a_file), ("V2__u.sql", &backfill)]);
        let database: String = bench.one("select current_database()::text");
        for (name, value) in OTHER_TEXTS.iter().filter(|_| others) {
            bench.execute(&format!("alter database {database} set {name} = {value}"));
        }
        bench
    };
    let (plain, other, by_hand) = (bench(false), bench(true), bench(true));
    plain.apply().unwrap();
    other.apply().unwrap();
    by_hand.execute(of_a_file);
    assert_eq!(read(&plain), read(&other));
    assert_ne!(read(&plain), read(&by_hand), "the settings change nothing");
    // What the database sets is in effect again, as far as the caller sees.
    let mut client = other.client();
    runner::apply(&mut client, &other.migrations(), &other.options(), &mut |_| {}).unwrap();
    let zone: String = client.query_one("select current_setting('TimeZone')", &[]).unwrap().get(0);
    assert_eq!(zone, "Asia/Tokyo");
}

/// Where something is stored is the owner's choice.
#[test]
fn what_the_owner_sets_for_storage_and_country_stays() {
    let bench = Bench::new(&[(
        "V1__a.sql",
        "create table said as select current_setting('row_security') as a, current_setting('lc_monetary') as b, \
         current_setting('default_toast_compression') as c, current_setting('default_text_search_config') as d;",
    )]);
    let database: String = bench.one("select current_database()::text");
    for setting in
        ["row_security = off", "lc_monetary = 'C.UTF-8'", "default_text_search_config = 'pg_catalog.german'"]
    {
        bench.execute(&format!("alter database {database} set {setting}"));
    }
    bench.apply().unwrap();
    assert_eq!(
        bench.one::<String>("select concat_ws(' ', a, b, d) from said"),
        "off C.UTF-8 pg_catalog.german"
    );
}

#[test]
fn a_read_only_role_is_told_what_to_do() {
    for with_history in [false, true] {
        let bench = Bench::new(&[("V1__a.sql", "create table a ();")]);
        if with_history {
            bench.apply().unwrap();
            bench.write(&[("V2__b.sql", "create table b ();")]);
        }
        let database: String = bench.one("select current_database()::text");
        bench.execute(&format!("alter database {database} set default_transaction_read_only = on"));
        bench.refused(&[
            "25006",
            "help: ",
            "RESET default_transaction_read_only",
            "target_session_attrs=read-write",
        ]);
    }
}

#[test]
fn a_short_time_out_of_the_role_does_not_hide_who_has_the_history() {
    let bench = Bench::new(&[("V1__a.sql", "create table a ();")]);
    bench.apply().unwrap();
    let database: String = bench.one("select current_database()::text");
    bench.execute(&format!("alter database {database} set statement_timeout = '700ms'"));
    let mut holder = bench.client();
    holder.batch_execute("begin; lock table refinery_schema_history").unwrap();
    let options = with!(bench.options(), attempts: 2, lock_timeout: Duration::from_millis(1200));
    bench.refused_with(&options, &["is locked, after 2 attempts", "blocked by pid", "help: "]);
    let status = runner::status(&mut bench.client(), &bench.migrations(), &options).unwrap_err();
    assert!(status.to_string().contains("blocked by pid"), "{status}");
}

/// The files of the rows would run again.
#[test]
fn a_file_that_removes_rows_of_the_history_is_not_applied() {
    for remove in [
        "delete from refinery_schema_history where version = 1",
        "delete from refinery_schema_history",
        "truncate refinery_schema_history",
        "do $$ begin delete from refinery_schema_history; end $$",
    ] {
        let bench = Bench::new(&[("V1__a.sql", "create table a ();")]);
        bench.apply().unwrap();
        bench.write(&[("V2__b.sql", &format!("create table b ();\n{remove};"))]);
        bench.refused(&[
            "V2__b",
            "removes rows from the history",
            "nothing of it is applied",
            "help: take that out",
        ]);
        assert!(!bench.exists("b"), "{remove}");
        assert_eq!(bench.recorded(), [1], "{remove}");
    }
}

#[test]
fn a_seed_of_one_file_is_not_that_of_the_next() {
    let bench = Bench::new(&[
        ("V1__seed.sql", "select setseed(0.5);"),
        ("V2__random.sql", "create table r as select random() as x;"),
    ]);
    bench.apply().unwrap();
    let mut client = bench.client();
    client.batch_execute("select setseed(0.5)").unwrap();
    let of_the_seed: f64 = client.query_one("select random()", &[]).unwrap().get(0);
    assert_ne!(bench.one::<f64>("select x from r"), of_the_seed);
}
