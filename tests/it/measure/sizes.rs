//! Sizes of the tables of a live database, which is only read.

use feedstock::internals::schema::Name;
use feedstock::internals::source::sizes;

use crate::cli::Project;
use crate::support::{self, TestDb};

const TABLES: &str = "
    CREATE TABLE small (id integer PRIMARY KEY, n integer);
    CREATE TABLE large (id integer PRIMARY KEY, n integer);
";

/// 200 rows in one table, 15 MB in the other, and nothing that may be written.
fn live() -> TestDb {
    let mut db = support::database("live");
    db.client
        .batch_execute(&format!(
            "{TABLES}
             INSERT INTO small SELECT n, n FROM generate_series(1, 200) AS n;
             INSERT INTO large SELECT n, n FROM generate_series(1, 250000) AS n;
             CREATE TABLE parted (id integer, kind integer) PARTITION BY LIST (kind);
             CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
             CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
             INSERT INTO parted SELECT n, 1 + n % 2 FROM generate_series(1, 1000) AS n;
             ANALYZE;
             CREATE SCHEMA later;
             CREATE TABLE later.unknown (id integer);
             DO $$ BEGIN
                 EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database());
             END $$"
        ))
        .unwrap();
    db
}

/// The URL of a role that may do nothing but connect.
fn as_nobody(db: &mut TestDb, role: &str) -> String {
    db.client
        .batch_execute(&format!(
            "SET default_transaction_read_only = off; DROP ROLE IF EXISTS {role};
             CREATE ROLE {role} LOGIN PASSWORD 'hunter2'"
        ))
        .unwrap();
    let (_, rest) = db.url.split_once('@').unwrap();
    format!("postgres://{role}:hunter2@{rest}")
}

#[test]
fn sizes_need_no_right_and_write_nothing() {
    let mut db = live();
    let url = as_nobody(&mut db, "sizes_need_no_right");
    let mut nobody = feedstock::internals::connect::connect(&url).unwrap();
    let refused = nobody.batch_execute("SELECT FROM small").unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "42501");
    let found = sizes(&url).unwrap();
    let size = |schema: &str, name: &str| found[&Name::new(schema, name)];
    assert_eq!(size("public", "small").rows, Some(200));
    assert_eq!(size("public", "large").rows, Some(250_000));
    assert!(size("public", "large").bytes > 10 << 20, "{}", size("public", "large"));
    let bytes: i64 = db.client.query_one("SELECT pg_total_relation_size('large')", &[]).unwrap().get(0);
    assert_eq!(size("public", "large").bytes, bytes.unsigned_abs());
    // A parent is its partitions.
    assert_eq!(size("public", "parted").rows, Some(1000));
    assert_eq!(
        size("public", "parted").bytes,
        size("public", "parted_1").bytes + size("public", "parted_2").bytes
    );
    assert_eq!((size("later", "unknown").rows, size("later", "unknown").bytes), (None, 0));
    assert!(!found.keys().any(|name| name.schema.starts_with("pg_")));
}

#[test]
fn a_table_that_is_locked_is_no_endless_wait() {
    let mut db = live();
    let url = db.url.clone();
    let mut transaction = db.client.build_transaction().read_only(false).start().unwrap();
    transaction.batch_execute("LOCK TABLE small IN ACCESS EXCLUSIVE MODE").unwrap();
    let error = sizes(&url).unwrap_err();
    assert!(error.to_string().contains("a table is locked against reads"), "{error}");
}

#[test]
fn the_command_line_weighs_hazards_by_size_and_shows_no_password() {
    let mut db = live();
    let url = as_nobody(&mut db, "the_command_line_weighs");
    let project = Project::new();
    project.write("from.sql", TABLES);
    project.write("to.sql", &TABLES.replace("n integer", "n bigint"));
    let diff = |more: &[&str]| {
        let arguments = [&["diff", "--from", "from.sql", "--to", "to.sql"], more].concat();
        project.run(&arguments).is(0).out
    };
    assert!(diff(&[]).contains("-- hazard rewrite-table:small: "));
    let sized = diff(&["--stats-from", &url]);
    assert!(!sized.contains("rewrite-table:small"), "{sized}");
    assert!(sized.contains("written anew, about 250,000 rows, 14 MB;"), "{sized}");
    assert!(!diff(&["--stats-from", &url, "--small-table", "1GB"]).contains("hazard rewrite-table"));
    project.write("feedstock.toml", "small_table = '1GB'\n");
    assert!(!diff(&["--stats-from", &url]).contains("hazard rewrite-table"));
    project.write("feedstock.toml", "");

    let mut nowhere = url.clone();
    nowhere.insert_str(nowhere.find('?').unwrap(), "_none");
    let failed =
        project.run(&["diff", "--from", "from.sql", "--to", "to.sql", "--stats-from", &nowhere]).is(4);
    assert!(failed.err.contains("sizes from postgres://the_command_line_weighs"), "{}", failed.err);
    assert!(!failed.err.contains("hunter2"), "{}", failed.err);
    project
        .run(&["diff", "--from", "from.sql", "--to", "to.sql", "--small-table", "much"])
        .is(2)
        .says("write a number and kB, MB, GB or TB");
}
