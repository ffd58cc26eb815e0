//! Proof under fire: writers, readers and a slow report work on a table while a plan is applied by the guarded
//! runner. No client sees an error, nobody waits for longer than the runner waits for a lock, and no row is lost.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use feedstock::internals::diff::Hints;
use feedstock::internals::plan::Options;
use feedstock::internals::prove::Database;
use feedstock::internals::schema::Name;
use feedstock::internals::source::{Built, Source};
use postgres::{Client, NoTls};

use crate::pipeline::{self, build, worked_out};
use crate::runner::harness::Bench;
use crate::support;

/// How long the runner waits for a lock, and others behind it.
const LOCK_TIMEOUT: Duration = Duration::from_millis(400);

/// What a statement may take besides: a client's own turn, and that of the server's process, on two cores that
/// other tests use as well. The direct way holds everybody up for as long as `slow` takes for all rows, more than
/// three seconds.
const SLACK: Duration = Duration::from_millis(1200);

/// Rows at the beginning.
const ROWS: i64 = 3000;

/// One at a time: they would disturb each other's clocks.
static ALONE: Mutex<()> = Mutex::new(());

const BASE: &str = "CREATE TABLE parents (id bigint PRIMARY KEY);
CREATE TABLE t (id bigint PRIMARY KEY, a bigint, n bigint, parent bigint, pad text);
CREATE FUNCTION slow(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS
    $$BEGIN PERFORM pg_sleep(0.0011); RETURN $1; END$$;
";

/// The same with partitions, on two levels.
const PARTITIONED: &str = "CREATE TABLE parents (id bigint PRIMARY KEY);
CREATE TABLE t (id bigint PRIMARY KEY, a bigint, n bigint, parent bigint, pad text) PARTITION BY RANGE (id);
CREATE TABLE t_new PARTITION OF t DEFAULT;
CREATE TABLE t_old PARTITION OF t FOR VALUES FROM (0) TO (10000) PARTITION BY HASH (id);
CREATE TABLE t_old_0 PARTITION OF t_old FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE t_old_1 PARTITION OF t_old FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE FUNCTION slow(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS
    $$BEGIN PERFORM pg_sleep(0.0011); RETURN $1; END$$;
";

/// How a client writes a row.
const INSERT: &str = "INSERT INTO t VALUES ({id}, {id}, 0, 1 + {id} % 10, 'new')";

/// A program that knows both versions of the table: it writes the new column as soon as there is one.
const INSERT_INTO_BOTH: &str = "DO $$BEGIN
    LOCK TABLE t IN ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b') THEN
        EXECUTE 'INSERT INTO t (id, a, n, parent, b) VALUES ({id}, {id}, 0, 1, {id})';
    ELSE
        INSERT INTO t VALUES ({id}, {id}, 0, 1, 'new');
    END IF;
END$$";

struct Fire<'a> {
    base: &'a str,
    from: &'a str,
    to: &'a str,
    fill: Option<(&'a str, &'a str)>,
    insert: &'a str,
    offline_ok: bool,
}

impl Default for Fire<'_> {
    fn default() -> Self {
        Fire { base: BASE, from: "", to: "", fill: None, insert: INSERT, offline_ok: false }
    }
}

/// What the clients met.
struct Burnt {
    /// The longest that a statement took.
    stall: Duration,
    /// How many statements there were while the plan was applied.
    statements: usize,
    bench: Bench,
    /// Held for its `Drop`.
    _database: Database,
}

#[test]
fn an_index() {
    online(&Fire { to: "CREATE INDEX i ON t (slow(a));", ..Fire::default() });
}

#[test]
fn a_unique_constraint() {
    online(&Fire { to: "ALTER TABLE t ADD UNIQUE (a, id);", ..Fire::default() });
}

#[test]
fn a_foreign_key() {
    online(&Fire { to: "ALTER TABLE t ADD FOREIGN KEY (parent) REFERENCES parents;", ..Fire::default() });
}

#[test]
fn a_check() {
    online(&Fire { to: "ALTER TABLE t ADD CHECK (slow(id) > 0);", ..Fire::default() });
}

#[test]
fn no_more_null() {
    online(&Fire { to: "ALTER TABLE t ALTER a SET NOT NULL;", ..Fire::default() });
}

#[test]
fn a_filled_column() {
    let burnt = online(&Fire {
        to: "ALTER TABLE t ADD b bigint NOT NULL;",
        fill: Some(("b", "slow(id)")),
        insert: INSERT_INTO_BOTH,
        ..Fire::default()
    });
    assert_eq!(burnt.bench.one::<i64>("SELECT count(*) FROM t WHERE b IS DISTINCT FROM id"), 0);
}

#[test]
fn a_volatile_default() {
    let burnt = online(&Fire {
        to: "ALTER TABLE t ADD b uuid NOT NULL DEFAULT gen_random_uuid();",
        insert: "INSERT INTO t (id, a, n, parent) VALUES ({id}, {id}, 0, 1)",
        ..Fire::default()
    });
    assert_eq!(burnt.bench.one::<i64>("SELECT count(*) - count(DISTINCT b) FROM t"), 0);
}

#[test]
fn an_index_of_a_partitioned_table() {
    online(&Fire { base: PARTITIONED, to: "CREATE INDEX i ON t (slow(a));", ..Fire::default() });
}

#[test]
fn a_key_of_a_partitioned_table() {
    online(&Fire {
        base: PARTITIONED,
        to: "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (id, a);",
        ..Fire::default()
    });
}

#[test]
fn a_filled_column_of_a_partitioned_table() {
    let burnt = online(&Fire {
        base: PARTITIONED,
        to: "ALTER TABLE t ADD b bigint NOT NULL;",
        fill: Some(("b", "slow(t.id)")),
        insert: INSERT_INTO_BOTH,
        ..Fire::default()
    });
    assert_eq!(burnt.bench.one::<i64>("SELECT count(*) FROM t WHERE b IS DISTINCT FROM id"), 0);
}

#[test]
fn an_index_that_goes() {
    online(&Fire { from: "CREATE INDEX i ON t (a);", ..Fire::default() });
}

#[test]
fn the_direct_way_holds_everybody_up() {
    let fire = Fire { to: "CREATE INDEX i ON t (slow(a));", offline_ok: true, ..Fire::default() };
    let burnt = burn(&fire);
    assert!(burnt.stall > LOCK_TIMEOUT + SLACK, "nobody was held up: {:?}", burnt.stall);
}

/// Applies the plan under fire, and demands that nobody noticed.
fn online(fire: &Fire<'_>) -> Burnt {
    let burnt = burn(fire);
    println!("{} statements, the slowest took {:?}", burnt.statements, burnt.stall);
    assert!(burnt.stall < LOCK_TIMEOUT + SLACK, "a client was held up for {:?}", burnt.stall);
    assert!(burnt.statements > 50, "only {} statements: that is no fire", burnt.statements);
    burnt
}

fn burn(fire: &Fire<'_>) -> Burnt {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let built = |more: &str| pipeline::built("schema.sql", &format!("{}{more}", fire.base)).unwrap();
    let (from, to) = (built(fire.from), built(fire.to));
    let fill =
        fire.fill.map(|(column, value)| ((Name::new("public", "t"), column.to_owned()), value.to_owned()));
    let options =
        Options { fill: fill.into_iter().collect(), offline_ok: fire.offline_ok, ..Options::default() };
    let plan = worked_out(&from, &to, &Hints::default(), &options).unwrap();
    assert!(plan.refusals.is_empty(), "{:?}", plan.refusals);

    let database = support::server().clone_of(&from.database).unwrap();
    let mut client = database.client().unwrap();
    let seed = format!(
        "INSERT INTO parents SELECT generate_series(1, 10);
         INSERT INTO t SELECT n, n, 0, 1 + n % 10, repeat('x', 500) FROM generate_series(1, {ROWS}) AS n;"
    );
    client.batch_execute(&seed).unwrap();
    let bench = Bench::at(database.url().to_owned(), &[]);
    for (at, file) in plan.files.iter().enumerate() {
        let text = format!("{}{}", file.header().render(), file.sql());
        bench.write(&[(&format!("V{}__part.sql", at + 1), &text)]);
    }
    let runner_options = with!(bench.options(), lock_timeout: LOCK_TIMEOUT, attempts: 60);

    let over = AtomicBool::new(false);
    let (applied, clients) = thread::scope(|scope| {
        let writers: Vec<_> = (1..=2)
            .map(|number| {
                scope.spawn({
                    let (bench, over) = (&bench, &over);
                    move || write(bench, number, fire.insert, over)
                })
            })
            .collect();
        let readers: Vec<_> = (0..2).map(|_| scope.spawn(|| read(&bench, &over))).collect();
        let report = scope.spawn(|| report(&bench, &over));
        // Everybody is at work before the plan begins, and for a moment after it.
        thread::sleep(Duration::from_millis(300));
        let applied = bench.apply_with(&runner_options);
        thread::sleep(Duration::from_millis(200));
        over.store(true, Ordering::Relaxed);
        report.join().unwrap();
        let clients: Vec<Met> =
            writers.into_iter().chain(readers).map(|client| client.join().unwrap()).collect();
        (applied, clients)
    });
    applied.unwrap_or_else(|error| panic!("{error}"));
    for met in &clients {
        assert!(met.error.is_none(), "a client met an error: {}", met.error.as_deref().unwrap_or_default());
    }
    nothing_is_lost(&mut client, &clients);
    let left = worked_out(&live(&bench.url), &to, &Hints::default(), &Options::default()).unwrap();
    let left: Vec<&str> = left.steps().map(|step| step.sql.as_str()).collect();
    assert!(left.iter().all(|sql| sql.contains("refinery_schema_history")), "{left:#?}");
    drop(client);
    Burnt {
        stall: clients.iter().map(|met| met.slowest).max().unwrap(),
        statements: clients.iter().map(|met| met.statements).sum(),
        bench,
        _database: database,
    }
}

fn live(url: &str) -> Built {
    build(&Source::Live(url.to_owned())).unwrap()
}

/// What a client met, and which rows it knows to be there, or gone.
#[derive(Default)]
struct Met {
    slowest: Duration,
    statements: usize,
    error: Option<String>,
    inserted: BTreeSet<i64>,
    deleted: BTreeSet<i64>,
}

impl Met {
    /// Runs a statement; was it done?
    fn run(&mut self, client: &mut Client, sql: &str) -> bool {
        let begun = Instant::now();
        let result = client.batch_execute(sql);
        self.slowest = self.slowest.max(begun.elapsed());
        self.statements += 1;
        if let Err(error) = &result {
            self.error.get_or_insert_with(|| format!("{sql}: {error:?}"));
        }
        result.is_ok()
    }
}

fn connect(bench: &Bench) -> Client {
    Client::connect(&bench.url, NoTls).unwrap()
}

/// Inserts, changes and deletes, each row by its number.
fn write(bench: &Bench, number: i64, insert: &str, over: &AtomicBool) -> Met {
    let mut client = connect(bench);
    let mut met = Met::default();
    for round in 1.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let id = number * 1_000_000 + round;
        if met.run(&mut client, &insert.replace("{id}", &id.to_string())) {
            met.inserted.insert(id);
        }
        let old = 1 + (round * 37 + number * 11) % ROWS;
        met.run(&mut client, &format!("UPDATE t SET n = n + 1 WHERE id = {old}"));
        // Two rows in one transaction, in order, or the clients would deadlock among themselves.
        let other = 1 + (round * 61) % ROWS;
        met.run(
            &mut client,
            &format!(
                "BEGIN; UPDATE t SET pad = 'y' WHERE id = {}; UPDATE t SET pad = 'z' \
             WHERE id = {}; COMMIT",
                old.min(other),
                old.max(other)
            ),
        );
        let gone = round * 10 + number;
        if round % 5 == 0 && gone <= ROWS && met.run(&mut client, &format!("DELETE FROM t WHERE id = {gone}"))
        {
            met.deleted.insert(gone);
        }
        thread::sleep(Duration::from_millis(4));
    }
    met
}

fn read(bench: &Bench, over: &AtomicBool) -> Met {
    let mut client = connect(bench);
    let mut met = Met::default();
    while !over.load(Ordering::Relaxed) {
        met.run(&mut client, "SELECT id, n FROM t WHERE id BETWEEN 100 AND 120");
        met.run(&mut client, "SELECT count(*) FROM parents JOIN t ON t.parent = parents.id WHERE t.id < 50");
        thread::sleep(Duration::from_millis(4));
    }
    met
}

/// A report that holds its lock for longer than the runner waits, again and again.
fn report(bench: &Bench, over: &AtomicBool) {
    let mut client = connect(bench);
    while !over.load(Ordering::Relaxed) {
        client.batch_execute("BEGIN; SELECT count(*) FROM t; SELECT count(*) FROM parents").unwrap();
        thread::sleep(LOCK_TIMEOUT * 2);
        client.batch_execute("COMMIT").unwrap();
        thread::sleep(LOCK_TIMEOUT);
    }
}

/// Every row that was inserted and not deleted is there, and no other.
fn nothing_is_lost(client: &mut Client, clients: &[Met]) {
    let rows = client.query("SELECT id FROM t", &[]).unwrap();
    let found: BTreeSet<i64> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(found.len(), rows.len(), "a row is there twice");
    let mut expected: BTreeSet<i64> = (1..=ROWS).collect();
    for met in clients {
        expected.extend(&met.inserted);
        expected.retain(|id| !met.deleted.contains(id));
    }
    assert_eq!(found, expected);
}
