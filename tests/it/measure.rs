//! What is measured, against what `pg_locks` says; and what follows from it.

mod hazards;
mod sizes;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use feedstock::internals::plan::{Lock, Measured, Mode, Relation, measured_lines};
use feedstock::internals::prove::{Batch, Database, Measurements, measure};
use postgres::Client;

use crate::support;

const TABLES: &str = "
    CREATE TABLE dramas (id integer PRIMARY KEY, title text);
    CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(10));
    CREATE INDEX images_size ON images (size);
    CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
    CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
    CREATE TABLE jobs_2 (id integer, kind integer);
    CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;
    CREATE MATERIALIZED VIEW sizes AS SELECT id FROM images;
    CREATE INDEX sizes_size ON sizes (id);
    CREATE SCHEMA audit;
    CREATE TABLE audit.log (id integer);
";

fn in_transaction(statements: &[&str]) -> Batch {
    Batch { statements: statements.iter().map(ToString::to_string).collect(), in_transaction: true }
}

fn outside(statement: &str) -> Batch {
    Batch { statements: vec![statement.to_owned()], in_transaction: false }
}

/// A database that holds the tables, without connections.
fn tables() -> &'static Database {
    static TABLES_ONCE: OnceLock<Database> = OnceLock::new();
    TABLES_ONCE.get_or_init(|| {
        let database = support::server().database().unwrap();
        database.client().unwrap().batch_execute(TABLES).unwrap();
        database
    })
}

fn measurements(batches: &[Batch]) -> Measurements {
    measure(support::server(), tables(), batches).unwrap()
}

/// What one batch does, which works.
#[track_caller]
fn measured(batch: Batch) -> Vec<Measured> {
    let mut found = measurements(&[batch]);
    assert!(found.failure.is_none(), "{:?}", found.failure);
    found.batches.remove(0)
}

fn names(relations: &[Relation]) -> Vec<String> {
    relations.iter().map(|relation| relation.name.to_string()).collect()
}

/// `images AccessExclusiveLock`
fn said<'a>(locks: impl IntoIterator<Item = &'a Lock>) -> Vec<String> {
    locks.into_iter().map(|lock| format!("{} {}", lock.relation.name, lock.mode)).collect()
}

/// The strongest lock on each relation that is there, as a transaction that runs the statement finds it in `pg_locks`.
fn held_by_hand(client: &mut Client, statement: &str) -> Vec<String> {
    let names: BTreeMap<u32, String> = client
        .query(
            "SELECT oid, CASE WHEN relkind = 't' OR relname LIKE 'pg_toast%' THEN 'pg_toast.' ELSE '' END \
                || CASE relnamespace::regnamespace::text WHEN 'audit' THEN 'audit.' ELSE '' END || relname \
                FROM pg_class WHERE oid >= 16384",
            &[],
        )
        .unwrap()
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    let mut transaction = client.transaction().unwrap();
    transaction.batch_execute(statement).unwrap();
    let locks = transaction
        .query(
            "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'",
            &[],
        )
        .unwrap();
    let mut strongest: BTreeMap<&str, Mode> = BTreeMap::new();
    for row in &locks {
        let Some(name) = names.get(&row.get::<_, u32>(0)) else { continue };
        let mode = Mode::of_name(row.get(1)).unwrap();
        let found = strongest.entry(name).or_insert(mode);
        *found = (*found).max(mode);
    }
    strongest.iter().map(|(name, mode)| format!("{name} {mode}")).collect()
}

fn lines(steps: &[Measured]) -> Vec<String> {
    measured_lines(&steps.iter().collect::<Vec<_>>())
}

#[test]
fn locks_are_those_of_pg_locks() {
    let by_hand = support::server().clone_of(tables()).unwrap();
    let mut client = by_hand.client().unwrap();
    for statement in [
        "CREATE INDEX ON images (drama_id)",
        "CREATE TABLE tags (drama_id integer REFERENCES dramas)",
        "CREATE VIEW v AS SELECT * FROM images",
        "CREATE TRIGGER t BEFORE UPDATE ON images FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "ALTER TABLE images ADD COLUMN a integer",
        "ALTER TABLE images ADD COLUMN a timestamptz DEFAULT clock_timestamp()",
        "ALTER TABLE images ALTER COLUMN prompt TYPE text",
        "ALTER TABLE images ALTER COLUMN size TYPE bigint",
        "ALTER TABLE images ALTER COLUMN size SET NOT NULL",
        "ALTER TABLE images ADD FOREIGN KEY (drama_id) REFERENCES dramas",
        "ALTER TABLE images ADD FOREIGN KEY (drama_id) REFERENCES dramas NOT VALID",
        "ALTER TABLE images ADD CHECK (size > 0) NOT VALID",
        "ALTER TABLE images SET (fillfactor = 80)",
        "ALTER TABLE jobs ATTACH PARTITION jobs_2 FOR VALUES IN (2)",
        "ALTER TABLE jobs ADD COLUMN a integer",
        "COMMENT ON TABLE images IS 'x'",
        "DROP TABLE dramas",
        "REFRESH MATERIALIZED VIEW sizes",
        "UPDATE images SET size = 1",
        "LOCK TABLE audit.log IN EXCLUSIVE MODE",
        "SELECT 1",
    ] {
        let found = measured(in_transaction(&[statement])).remove(0);
        let mut locks = said(&found.locks.own);
        locks.sort();
        let mut expected = held_by_hand(&mut client, statement);
        expected.sort();
        assert_eq!(locks, expected, "{statement}");
        assert!(found.locks.own.iter().eq(found.locks.cumulative.iter()), "{statement}");
        assert!(found.in_transaction);
    }
}

#[test]
fn what_is_read_from_end_to_end_shows_on_empty_tables() {
    let scans = |statements: &[&str]| names(&measured(in_transaction(statements)).pop().unwrap().scans);
    for (statement, expected) in [
        ("CREATE INDEX ON images (drama_id)", vec!["images"]),
        ("ALTER TABLE images ADD UNIQUE (size)", vec!["images"]),
        ("ALTER TABLE images ADD CHECK (size > 0)", vec!["images"]),
        ("ALTER TABLE images ADD CHECK (size > 0) NOT VALID", vec![]),
        ("ALTER TABLE images ALTER COLUMN size SET NOT NULL", vec!["images"]),
        ("ALTER TABLE images ADD FOREIGN KEY (drama_id) REFERENCES dramas", vec!["images"]),
        ("ALTER TABLE images ADD FOREIGN KEY (drama_id) REFERENCES dramas NOT VALID", vec![]),
        ("ALTER TABLE images ALTER COLUMN size TYPE bigint", vec!["images"]),
        ("ALTER TABLE images ALTER COLUMN prompt TYPE text", vec![]),
        ("ALTER TABLE images ADD COLUMN a integer DEFAULT 1", vec![]),
        ("ALTER TABLE images DROP COLUMN prompt", vec![]),
        ("ALTER TABLE jobs ATTACH PARTITION jobs_2 FOR VALUES IN (2)", vec!["jobs_2", "jobs_other"]),
        ("UPDATE audit.log SET id = 1", vec!["audit.log"]),
    ] {
        assert_eq!(scans(&[statement]), expected, "{statement}");
    }
    let add = |what: &str| format!("ALTER TABLE images ADD CONSTRAINT c {what} NOT VALID");
    for what in ["CHECK (size > 0)", "FOREIGN KEY (drama_id) REFERENCES dramas"] {
        let validated = [&add(what), "ALTER TABLE images VALIDATE CONSTRAINT c"];
        assert_eq!(scans(&validated), ["images"], "{what}");
    }
    // The scan of the statement before is not that of the next, nor is it lost for being the second one.
    let twice = measured(in_transaction(&[
        "CREATE INDEX ON images (drama_id)",
        "CREATE INDEX ON dramas (title)",
        "CREATE INDEX ON images (drama_id, size)",
    ]));
    let found: Vec<Vec<String>> = twice.iter().map(|it| names(&it.scans)).collect();
    assert_eq!(found, [["images"], ["dramas"], ["images"]]);
    assert_eq!(
        scans(&["CREATE INDEX ON images (drama_id)", "ALTER TABLE images ADD COLUMN a integer"]),
        [""; 0]
    );
}

#[test]
fn a_rewrite_tells_the_table_from_its_indexes_and_long_values() {
    let rewrites = |statement| names(&measured(in_transaction(&[statement])).remove(0).rewrites);
    assert_eq!(
        rewrites("ALTER TABLE images ALTER COLUMN size TYPE bigint"),
        ["images", "images_pkey", "images_size"]
    );
    // Postgres keeps the index of a column whose values stay as they are, and makes another of one that sorts anew.
    assert_eq!(rewrites("ALTER TABLE images ALTER COLUMN prompt TYPE text"), [""; 0]);
    let found = measured(in_transaction(&[
        "CREATE INDEX dramas_title ON dramas (title)",
        "ALTER TABLE dramas ALTER COLUMN title TYPE text COLLATE \"POSIX\"",
        "ALTER TABLE dramas ADD COLUMN at timestamptz DEFAULT clock_timestamp()",
    ]));
    // An index that the file has made is nothing that existed before.
    assert_eq!(names(&found[1].rewrites), [""; 0]);
    let kinds: Vec<_> =
        found[2].rewrites.iter().map(|it| serde_json::to_value(it.kind).unwrap().to_string()).collect();
    assert_eq!(kinds, ["\"toast\"", "\"toast\"", "\"table\"", "\"index\""], "{:?}", found[2].rewrites);
    assert!(found[2].rewrites.iter().skip(1).all(|it| it.of.as_ref().is_none_or(|of| of.name == "dramas")));
    assert_eq!(lines(&found[2..])[1], "rewrites: dramas, index dramas_pkey");
    assert_eq!(rewrites("REINDEX INDEX images_size"), ["images_size"]);
    assert_eq!(rewrites("TRUNCATE audit.log"), ["audit.log"]);
}

#[test]
fn a_block_of_code_is_seen_through() {
    let found = measured(in_transaction(&["
        DO $$ BEGIN
            EXECUTE 'ALTER TABLE ' || 'ima' || 'ges ADD CHECK (size > 0)';
            PERFORM 1 FROM dramas FOR UPDATE;
        END $$"]));
    let tables = lines(&found);
    assert_eq!(
        tables,
        [
            "lock: AccessExclusiveLock on images (blocks reads and writes), while dramas, images are read",
            "lock: RowShareLock on dramas (blocks neither reads nor writes)",
            "scans: dramas, images",
        ]
    );
}

#[test]
fn own_and_cumulative_differ() {
    let found = measured(in_transaction(&[
        "ALTER TABLE dramas ADD COLUMN a integer",
        "ALTER TABLE dramas SET (fillfactor = 80)",
        "ALTER TABLE dramas RENAME TO plays",
        "COMMENT ON TABLE audit.log IS 'x'",
    ]));
    fn tables<'a>(locks: impl Iterator<Item = &'a Lock>) -> Vec<String> {
        said(locks.filter(|lock| lock.relation.of.is_none()))
    }
    let own: Vec<_> = found.iter().map(|it| tables(it.locks.own.iter())).collect();
    assert_eq!(
        own,
        [
            ["dramas AccessExclusiveLock"],
            // The mode that the transaction holds already hides it; a transaction of its own does not.
            ["dramas ShareUpdateExclusiveLock"],
            ["dramas AccessExclusiveLock"],
            ["audit.log ShareUpdateExclusiveLock"],
        ]
    );
    assert_eq!(tables(found[1].locks.cumulative.iter()), ["dramas AccessExclusiveLock"]);
    assert_eq!(
        lines(&found),
        [
            "lock: AccessExclusiveLock on plays (blocks reads and writes)",
            "lock: ShareUpdateExclusiveLock on audit.log (blocks neither reads nor writes) from statement 4 on",
        ]
    );
}

#[test]
fn the_next_file_begins_with_nothing_held() {
    let found = measurements(&[
        in_transaction(&["CREATE TABLE new (id integer)", "ALTER TABLE dramas ADD COLUMN a integer"]),
        outside("CREATE INDEX CONCURRENTLY i ON images (drama_id)"),
        in_transaction(&[
            "COMMENT ON TABLE new IS 'made by this plan'",
            "ALTER TABLE images RENAME TO pictures",
        ]),
        in_transaction(&["COMMENT ON TABLE pictures IS 'x'"]),
    ]);
    assert!(found.failure.is_none(), "{:?}", found.failure);
    let cumulative: Vec<Vec<String>> =
        found.batches.iter().map(|batch| said(batch.last().unwrap().locks.cumulative.iter())).collect();
    assert_eq!(cumulative[0], ["dramas AccessExclusiveLock"]);
    assert_eq!(cumulative[1], ["images ShareUpdateExclusiveLock"]);
    assert_eq!(cumulative[2], ["images AccessExclusiveLock"]);
    assert_eq!(cumulative[3], ["pictures ShareUpdateExclusiveLock"]);
}

#[test]
fn what_no_transaction_may_hold_is_watched() {
    for (statement, locks, rewrites, scans) in [
        (
            "CREATE INDEX CONCURRENTLY i ON images (drama_id)",
            vec!["images ShareUpdateExclusiveLock"],
            vec![],
            vec!["images"],
        ),
        (
            "DROP INDEX CONCURRENTLY images_size",
            vec!["images ShareUpdateExclusiveLock", "images_size ShareUpdateExclusiveLock"],
            vec![],
            vec![],
        ),
        (
            "REINDEX INDEX CONCURRENTLY images_size",
            vec!["images ShareUpdateExclusiveLock", "images_size ShareUpdateExclusiveLock"],
            vec!["images_size"],
            vec!["images"],
        ),
        // Its two transactions lock the partition differently; the second lock is what it waits for.
        (
            "ALTER TABLE jobs DETACH PARTITION jobs_1 CONCURRENTLY",
            vec!["jobs ShareUpdateExclusiveLock", "jobs_1 AccessExclusiveLock"],
            vec![],
            vec![],
        ),
        (
            "DROP INDEX CONCURRENTLY sizes_size",
            vec!["sizes ShareUpdateExclusiveLock", "sizes_size ShareUpdateExclusiveLock"],
            vec![],
            vec![],
        ),
        // Two tables, each in transactions of the block's own.
        (
            "DO $$ BEGIN
                LOOP UPDATE images SET size = 1 WHERE size IS NULL; EXIT WHEN NOT FOUND; COMMIT; END LOOP;
                COMMIT;
                DELETE FROM audit.log;
            END $$",
            vec!["audit.log RowExclusiveLock", "images RowExclusiveLock"],
            vec![],
            // The index on `size` finds the others.
            vec!["audit.log"],
        ),
        // Short, and waiting for nobody: the first lock that it asks for is seen all the same.
        ("VACUUM images", vec!["images ShareUpdateExclusiveLock"], vec![], vec![]),
    ] {
        let batch = if statement.starts_with("ALTER") {
            // The default partition stands in the way.
            let mut found = measurements(&[in_transaction(&["DROP TABLE jobs_other"]), outside(statement)]);
            assert!(found.failure.is_none(), "{:?}", found.failure);
            found.batches.remove(1)
        } else {
            measured(outside(statement))
        };
        assert_eq!(said(&batch[0].locks.own), locks, "{statement}");
        assert_eq!(names(&batch[0].rewrites), rewrites, "{statement}");
        assert_eq!(names(&batch[0].scans), scans, "{statement}");
        assert!(!batch[0].in_transaction, "{statement}");
    }
    // What could run in a transaction is measured in one.
    let found = measured(outside("ALTER TABLE images ADD COLUMN a integer"));
    assert_eq!(said(&found[0].locks.own), ["images AccessExclusiveLock"]);
    assert!(!found[0].in_transaction);
}

#[test]
fn what_a_file_sets_holds_to_its_end() {
    let found = measurements(&[
        in_transaction(&[
            "SET LOCAL search_path = audit",
            "ALTER TABLE log ADD COLUMN a integer",
            "RESET search_path",
        ]),
        in_transaction(&["ALTER TABLE log ADD COLUMN b integer"]),
    ]);
    assert_eq!(said(&found.batches[0][1].locks.own), ["audit.log AccessExclusiveLock"]);
    let failed = found.failure.unwrap();
    assert_eq!((failed.batch, failed.statement), (1, 0));
    assert_eq!(failed.error.sqlstate(), Some("42P01"), "{}", failed.error);
    assert!(found.batches[1].is_empty());
}

#[test]
fn statements_that_need_each_other_are_measured_together() {
    let found = measured(in_transaction(&[
        "CREATE TEMP TABLE sizes_now ON COMMIT DROP AS SELECT size FROM images",
        "INSERT INTO images (id, size) SELECT 1, size FROM sizes_now",
        "ALTER TABLE images ADD COLUMN a integer",
    ]));
    let tables: Vec<Vec<String>> = found.iter().map(|it| said(&it.locks.own)).collect();
    assert!(tables[1].contains(&"images RowExclusiveLock".to_owned()), "{tables:?}");
    assert!(tables[2].contains(&"images AccessExclusiveLock".to_owned()), "{tables:?}");
}
