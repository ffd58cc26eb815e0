//! Backfills: killed in the middle and run again, rows that others hold, what is no backfill.

use std::time::Duration;

use feedstock::internals::diff::Hints;
use feedstock::internals::plan::Options as PlanOptions;
use feedstock::internals::schema::Name;
use feedstock::migration::Migrations;

use super::harness::{Bench, OwnServer};
use crate::pipeline::{built, text, worked_out};
use crate::support::eventually;

/// Rows of which only three fit on a page, a trigger that counts how often each is changed, and a function that
/// takes its time for each.
const TABLE: &str = "create table t (id int primary key, pad text not null, changed int not null default 0);
alter table t alter pad set storage plain;
create function slow(int) returns int language plpgsql as $$ begin perform pg_sleep(0.002); return $1; end $$;
create function counted() returns trigger language plpgsql as
    $$ begin new.changed := old.changed + 1; return new; end $$;
create trigger count before update on t for each row execute function counted();
";

const ROWS: &str = "insert into t select n, repeat('x', 2000) from generate_series(1, 1500) as n;\n";

/// The files that a plan has for a column of `t` that is filled from its row.
fn files() -> Vec<(String, String)> {
    let from = built("from.sql", TABLE).unwrap();
    let to = built("to.sql", &format!("{TABLE}alter table t add b int not null;\n")).unwrap();
    let fill = ((Name::new("public", "t"), "b".to_owned()), "slow(id)".to_owned());
    let options = PlanOptions { fill: [fill].into(), ..PlanOptions::default() };
    let plan = worked_out(&from, &to, &Hints::default(), &options).unwrap();
    plan.files.iter().enumerate().map(|(at, file)| (format!("V{}__fill.sql", at + 2), text(file))).collect()
}

fn prepare(bench: Bench) -> Bench {
    bench.write(&[("V1__table.sql", &format!("{TABLE}{ROWS}"))]);
    bench.apply().unwrap();
    let files = files();
    assert_eq!(files.len(), 6, "{files:#?}");
    assert!(files[1].1.starts_with("-- feedstock: backfill\n"), "{}", files[1].1);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    bench.write(&files);
    bench
}

/// How many rows have their value.
const FILLED: &str = "select count(b) from t";

fn is_complete(bench: &Bench) {
    assert_eq!(bench.one::<i64>("select count(*) from t where b = id and changed = 1"), 1500);
    assert_eq!(bench.recorded(), [1, 2, 3, 4, 5, 6, 7]);
    assert!(bench.one::<bool>("select attnotnull from pg_attribute where attname = 'b'"));
    assert!(!bench.one::<bool>("select exists (select from pg_constraint where conname like 'feedstock%')"));
}

#[test]
fn killed_client_and_server_process_it_goes_on_with_what_is_left() {
    let bench = prepare(Bench::new(&[]));
    let mut child = bench.child("none");
    eventually("a batch is committed", || {
        bench.exists("t")
            && bench.one::<bool>("select exists (select from pg_attribute where attname = 'b')")
            && bench.one::<i64>(FILLED) > 0
    });
    let runner = bench.runner().expect("the runner holds its lock");
    child.kill();
    assert!(bench.one::<bool>(&format!("select pg_terminate_backend({runner}, 10000)")));
    let filled: i64 = bench.one(FILLED);
    assert!((1..1500).contains(&filled), "killed too late or too early: {filled}");
    assert_eq!(bench.recorded(), [1, 2]);
    bench.apply().unwrap();
    // The trigger counted: no row was filled twice.
    is_complete(&bench);
}

#[test]
fn a_slow_value_makes_small_batches() {
    let bench = prepare(Bench::new(&[]));
    bench.apply().unwrap();
    is_complete(&bench);
    // Three rows a page, each of which takes 2 ms: 16 pages take 96 ms at the least, and may still be followed by
    // twice as many; those take longer than 100 ms on any machine, and a batch of 64 pages never comes.
    let largest: i64 =
        bench.one("select max(n) from (select count(*) as n from t group by xmin::text) as batches");
    assert!(largest <= 96, "{largest} rows were locked at once");
}

#[test]
fn killed_with_the_whole_server_it_goes_on_with_what_is_left() {
    let server = OwnServer::start();
    let bench = prepare(Bench::at(server.database("fill"), &[]));
    let mut child = bench.child("none");
    eventually("a batch is committed", || {
        bench.one::<bool>("select exists (select from pg_attribute where attname = 'b')")
            && bench.one::<i64>(FILLED) > 0
    });
    // As when a client's machine is gone: every session ends at once.
    bench.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()");
    child.kill();
    let filled: i64 = bench.one(FILLED);
    assert!((1..1500).contains(&filled), "killed too late or too early: {filled}");
    bench.apply().unwrap();
    is_complete(&bench);
}

#[test]
fn rows_that_others_hold_are_not_waited_for_and_come_last() {
    let bench = prepare(Bench::new(&[]));
    bench.apply_with(&with!(bench.options(), to: Some(4))).unwrap();
    bench.execute("alter table t disable trigger count");
    bench.execute(
        "alter table t drop constraint feedstock_new_b_not_null; update t set b = null where id <= 5",
    );
    bench.execute("alter table t enable trigger count");
    let mut holder = bench.client();
    holder.batch_execute("begin; select from t where id = 3 for update").unwrap();
    let options = with!(bench.options(), attempts: 1, to: Some(5));
    let error =
        bench.refused_with(&options, &["rows of t that need a value are locked by others", "V5__fill"]);
    assert_eq!(error.sqlstate(), Some("55P03"));
    assert_eq!(bench.one::<i64>("select count(*) from t where b is null"), 1, "the others have theirs");
    drop(holder);
    bench.apply_with(&options).unwrap();
    assert_eq!(bench.one::<i64>(FILLED), 1500);
}

#[test]
fn a_table_that_is_locked_is_waited_for_no_longer_than_the_bound() {
    let bench = prepare(Bench::new(&[]));
    bench.apply_with(&with!(bench.options(), to: Some(2))).unwrap();
    let mut holder = bench.client();
    holder.batch_execute("begin; lock table t").unwrap();
    let options = with!(bench.options(), attempts: 2, lock_timeout: Duration::from_millis(200));
    let begun = std::time::Instant::now();
    let (result, told) = bench.apply_telling(&options);
    let error = result.unwrap_err();
    assert_eq!(error.sqlstate(), Some("55P03"), "{error}");
    assert!(error.to_string().contains("blocked by pid"), "{error}");
    assert!(told.iter().any(|line| line.contains("did not get its lock")), "{told:#?}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    drop(holder);
    bench.apply().unwrap();
    is_complete(&bench);
}

#[test]
fn a_value_that_is_null_is_an_error_that_names_the_column() {
    let bench = prepare(Bench::new(&[]));
    let text = files().remove(1).1.replace("slow(id)", "nullif(id, 700)");
    bench.write(&[("V3__fill.sql", &text)]);
    let error = bench.refused(&["the value for t.b is NULL for a row"]);
    assert_eq!(error.sqlstate(), Some("22004"));
    assert_eq!(bench.recorded(), [1, 2]);
}

#[test]
fn a_backfill_of_ones_own_is_taken_and_nothing_else_is() {
    let own = "-- feedstock: backfill\ncall fill_in();\n";
    let bench = Bench::new(&[
        (
            "V1__table.sql",
            "create table t (a int); insert into t values (null), (null);
             create procedure fill_in() language plpgsql as
             $$ begin update t set a = 1 where a is null; commit; end $$;",
        ),
        ("V2__own.sql", own),
    ]);
    bench.apply().unwrap();
    assert_eq!(bench.one::<i64>("select count(a) from t"), 2);
    let refused = |text: &str, part: &str| {
        let file = ("V1__x.sql".to_owned(), text.to_owned());
        let error = Migrations::from_files([file]).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    };
    refused("-- feedstock: backfill\nupdate t set a = 1;", "is a DO block or a CALL");
    refused("-- feedstock: backfill\ncall a(); call b();", "exactly one");
    refused("-- feedstock: no-transaction\ndo $$ begin commit; end $$;", "runs inside a transaction");
}
