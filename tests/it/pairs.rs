//! Random pairs of schemas: planned with everything allowed, applied, judged by `pg_dump`, nothing left to do; and
//! what rows keep of their columns is as it was.
//!
//! A hundred pairs, always the same; `FEEDSTOCK_PAIRS=500` tries that many others, and `FEEDSTOCK_SEED` says which:
//! a failure names its own.

mod objects;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime};

use feedstock::internals::diff::Hints;
use feedstock::internals::prove::Database;
use feedstock::internals::schema::{Name, Schema};
use feedstock::internals::source::Built;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::pipeline::{allow_all, apply, built, proven, same_dump, worked_out};
use crate::support;

/// How many tables there were to put a row into, and how many of them took it.
static TABLES: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

/// Fewer tables than that say nothing about their share.
const ENOUGH: u64 = 100;

/// Most of the work is the server's.
const THREADS: usize = 3;

/// After so many pairs a long run says how far it is, and a failure says itself at once.
const PROGRESS: u64 = 500;

#[test]
fn pairs() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let (given, seed) = (number("FEEDSTOCK_PAIRS"), number("FEEDSTOCK_SEED"));
    let now = || SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() * 100_000;
    let first = seed.unwrap_or_else(|| if given.is_some() { now() } else { 0 });
    let last = first + given.unwrap_or(100);
    let started = Instant::now();
    let (next, done) = (AtomicU64::new(first), AtomicU64::new(0));
    let failures = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= last {
                        break;
                    }
                    let (from, to) = pair(seed);
                    let one = AssertUnwindSafe(|| arrives(&from, &to));
                    let result = catch_unwind(one).unwrap_or_else(|panic| {
                        Err(panic.downcast_ref::<String>().cloned().unwrap_or("panicked".to_owned()))
                    });
                    if let Err(why) = result {
                        println!("FEEDSTOCK_PAIRS=1 FEEDSTOCK_SEED={seed} fails");
                        let text = format!("{why}\n\n-- from\n{from}\n-- to\n{to}");
                        failures.lock().unwrap().insert(seed, text);
                    }
                    let so_far = done.fetch_add(1, Ordering::Relaxed) + 1;
                    if so_far % PROGRESS == 0 {
                        let fail = failures.lock().unwrap().len();
                        println!("{so_far} pairs in {:.0?}, {fail} fail", started.elapsed());
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    let [tables, filled] = TABLES.each_ref().map(|count| count.load(Ordering::Relaxed));
    let pairs = last - first;
    println!(
        "{pairs} pairs in {:.0?}, {} fail; {filled} of {tables} tables had a row",
        started.elapsed(),
        failures.len()
    );
    let report: String = failures
        .iter()
        .take(10)
        .map(|(seed, why)| format!("\n=== FEEDSTOCK_PAIRS=1 FEEDSTOCK_SEED={seed}\n{why}\n"))
        .collect();
    assert!(failures.is_empty(), "{report}");
    let share = filled * 100 / tables.max(1);
    assert!(tables < ENOUGH || share >= 90, "only {filled} of {tables} tables had a row that could be lost");
}

/// The pair that a seed stands for.
fn pair(seed: u64) -> (String, String) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (schema(), schema()).new_tree(&mut runner).unwrap().current()
}

fn arrives(from: &str, to: &str) -> Result<(), String> {
    let (from, to) = (built("from.sql", from)?, built("to.sql", to)?);
    let options = feedstock::internals::plan::Options { fill: fill(&to.schema), ..allow_all() };
    let plan = worked_out(&from, &to, &Hints::default(), &options)?;
    let judge = || {
        if !plan.refusals.iter().all(|refusal| options.allow.covers(refusal.rule, &refusal.object)) {
            return Err(format!("refused: {:?}", plan.refusals));
        }
        proven(&from, &to, &plan)?;
        rows_stay(&from, &to, |result| {
            apply(result, &plan)?;
            same_dump(result, &to.database)
        })
    };
    judge().map_err(|why| format!("{why}\n\n-- plan\n{}", plan.script()))
}

/// A value for each column that has to be filled.
fn fill(schema: &Schema) -> BTreeMap<(Name, String), String> {
    let columns =
        schema.tables.values().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let filled = columns.filter_map(|(table, column)| {
        let value = VALUES.iter().find(|(name, _)| *name == column.name)?.1;
        Some(((table.name.clone(), column.name.clone()), format!("'{value}'")))
    });
    filled.collect()
}

/// Puts a row into every table, changes the database, and looks at the rows again.
fn rows_stay(
    from: &Built,
    to: &Built,
    change: impl FnOnce(&Database) -> Result<(), String>,
) -> Result<(), String> {
    let database = support::scratch().clone_of(&from.database).unwrap();
    let before = {
        let mut client = database.client().unwrap();
        // Parents of foreign keys may come later; a partition has its rows from the whole.
        let tables = || from.schema.tables.values().filter(|table| table.bound.is_none());
        let later = tables().filter(|table| !may_refer(table));
        for table in later.chain(tables().filter(|table| may_refer(table))) {
            let known = VALUES.iter().filter(|(name, _)| {
                table
                    .column(name)
                    .is_some_and(|column| column.generated.is_none() && column.identity.is_none())
            });
            let (names, values): (Vec<_>, Vec<_>) =
                known.map(|(name, value)| (ident(name), format!("'{value}'"))).unzip();
            let into = qualified(&table.name.schema, &table.name.name);
            let sql = if names.is_empty() {
                format!("INSERT INTO {into} DEFAULT VALUES")
            } else {
                format!("INSERT INTO {into} ({}) VALUES ({})", names.join(", "), values.join(", "))
            };
            // Some tables take no such row; those that a plan must carry along do.
            let took = u64::from(client.batch_execute(&sql).is_ok());
            TABLES
                .iter()
                .zip([1, took])
                .for_each(|(count, more)| _ = count.fetch_add(more, Ordering::Relaxed));
        }
        contents(&mut client, &from.schema, &to.schema)
    };
    change(&database)?;
    let after = contents(&mut database.client().unwrap(), &from.schema, &to.schema);
    if before == after { Ok(()) } else { Err(format!("rows were {before:?}\nand are {after:?}")) }
}

fn may_refer(table: &feedstock::internals::schema::Table) -> bool {
    table.constraints.values().any(|found| found.references.is_some())
}

/// The rows of the tables that are on both sides, of the columns that stay what they are.
fn contents(client: &mut postgres::Client, from: &Schema, to: &Schema) -> BTreeMap<Name, Vec<String>> {
    let mut contents = BTreeMap::new();
    for (name, table) in &from.tables {
        // A table that becomes a partitioned one is made anew, and says so.
        let alike = |other: &&feedstock::internals::schema::Table| other.partition_by == table.partition_by;
        let Some(other) = to.tables.get(name).filter(alike) else { continue };
        let stays = |column: &&feedstock::internals::schema::Column| {
            other.column(&column.name).is_some_and(|other| {
                other.data_type == column.data_type && other.generated.is_none() && column.generated.is_none()
            })
        };
        let columns: Vec<String> = table
            .columns
            .iter()
            .filter(stays)
            .map(|column| format!("{}::text", ident(&column.name)))
            .collect();
        let columns = [vec!["'row'".to_owned()], columns].concat().join(", ");
        let sql = format!(
            "SELECT ROW({columns})::text FROM ONLY {} ORDER BY 1",
            qualified(&name.schema, &name.name)
        );
        let rows = client.query(&sql, &[]).unwrap();
        contents.insert(name.clone(), rows.iter().map(|row| row.get(0)).collect());
    }
    contents
}

/// What rows hold: every check allows it, and every type can take it.
const VALUES: [(&str, &str); 7] = [
    ("during", "[2024-01-01,2024-02-01)"),
    ("id", "5"),
    ("name", "a"),
    ("amount", "5"),
    ("at", "2024-01-01"),
    ("mood", "sad"),
    ("moods", "{sad}"),
];

/// The columns that a table may have, each with types of which any can become any other.
const COLUMNS: [(&str, &[(&str, &str)]); 6] = [
    ("id", &[("integer", "1"), ("bigint", "2"), ("numeric", "3")]),
    ("name", &[("text", "'a'"), ("varchar", "'b'"), ("varchar(20)", "'b'")]),
    ("amount", &[("integer", "0"), ("numeric(10,2)", "1.5"), ("double precision", "2")]),
    ("at", &[("timestamp", "now()"), ("timestamptz", "now()"), ("date", "'2024-01-01'")]),
    ("mood", &[("mood", "'sad'")]),
    ("moods", &[("mood[]", "'{sad}'")]),
];

/// What may be put on a table, and the columns that it needs. `{t}` is the table.
const EXTRAS: [(&str, &[&str]); 14] = [
    ("ALTER TABLE {t} ADD CHECK (id > 0)", &["id"]),
    ("ALTER TABLE {t} ADD CHECK (id > 1 OR amount < 9)", &["id", "amount"]),
    ("ALTER TABLE {t} ADD CHECK (name IN ('a', 'b'))", &["name"]),
    ("ALTER TABLE {t} ADD CHECK (mood = 'sad')", &["mood"]),
    ("ALTER TABLE {t} ADD UNIQUE (name)", &["name"]),
    ("ALTER TABLE {t} ADD UNIQUE (amount, name) DEFERRABLE", &["amount", "name"]),
    ("CREATE INDEX {t}_i ON {t} (name)", &["name"]),
    ("CREATE INDEX {t}_i ON {t} (lower(name), amount DESC)", &["name", "amount"]),
    ("CREATE UNIQUE INDEX {t}_j ON {t} (at) WHERE amount > 1", &["at", "amount"]),
    ("CREATE INDEX {t}_j ON {t} (mood) WHERE mood = 'sad'", &["mood"]),
    ("CREATE VIEW {t}_v AS SELECT name, amount FROM {t}", &["name", "amount"]),
    ("CREATE VIEW {t}_v AS SELECT * FROM {t} WHERE mood = 'sad'", &["mood"]),
    ("ALTER TABLE {t} ADD double integer GENERATED ALWAYS AS (id * 2) STORED", &["id"]),
    ("COMMENT ON COLUMN {t}.name IS 'its name'", &["name"]),
];

/// A table as text, and the type of its key.
#[derive(Debug, Clone)]
struct Table {
    columns: String,
    key: Option<&'static str>,
    extras: Vec<&'static str>,
    refers_to: Option<usize>,
}

fn schema() -> impl Strategy<Value = String> {
    let labels = subsequence(vec!["glad", "ok", "so so"], 0..=3).prop_shuffle();
    let tables = proptest::collection::vec(proptest::option::weighted(0.8, table()), 3);
    (labels, tables, objects::objects())
        .prop_map(|(labels, tables, objects)| text(&labels, &tables) + &objects)
}

fn table() -> impl Strategy<Value = Table> {
    let columns = subsequence((0..COLUMNS.len()).collect::<Vec<_>>(), 1..=COLUMNS.len()).prop_shuffle();
    let properties = proptest::collection::vec((any::<u8>(), any::<bool>(), any::<bool>()), COLUMNS.len());
    let extras = subsequence(EXTRAS.to_vec(), 0..=5);
    let key = select(vec!["", " PRIMARY KEY", " GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", " UNIQUE"]);
    (columns, properties, extras, key, proptest::option::of(0..3usize)).prop_map(
        |(columns, properties, extras, key, refers_to)| {
            let mut found = Table { columns: String::new(), key: None, extras: Vec::new(), refers_to };
            let names: Vec<&str> = columns.iter().map(|&at| COLUMNS[at].0).collect();
            for (&at, (which, not_null, default)) in columns.iter().zip(properties) {
                let (name, types) = COLUMNS[at];
                let (data_type, value) = types[usize::from(which) % types.len()];
                let key = if name == "id" { key } else { "" };
                let identity = key.contains("IDENTITY");
                let data_type = if identity && data_type == "numeric" { "smallint" } else { data_type };
                if !key.is_empty() {
                    found.key = Some(data_type);
                }
                let not_null = if not_null { " NOT NULL" } else { "" };
                let default = if default && !identity { format!(" DEFAULT {value}") } else { String::new() };
                let comma = if found.columns.is_empty() { "" } else { ", " };
                write!(found.columns, "{comma}{name} {data_type}{not_null}{default}{key}").unwrap();
            }
            let mut named: Vec<&str> = Vec::new();
            for (extra, needs) in extras {
                // Two of one name would not go together.
                let name = extra.split(" ON ").next().unwrap_or(extra);
                let name = name.split(" AS ").next().unwrap_or(name);
                let taken = name.starts_with("CREATE") && named.contains(&name.rsplit(' ').next().unwrap());
                if needs.iter().all(|column| names.contains(column)) && !taken {
                    named.push(name.rsplit(' ').next().unwrap());
                    found.extras.push(extra);
                }
            }
            // A view of all columns comes after the last of them.
            found.extras.sort_by_key(|extra| extra.starts_with("CREATE VIEW"));
            found
        },
    )
}

fn text(labels: &[&str], tables: &[Option<Table>]) -> String {
    let labels: Vec<String> = labels.iter().chain(&["sad"]).map(|label| format!("'{label}'")).collect();
    let mut text = format!("CREATE TYPE mood AS ENUM ({});\n", labels.join(", "));
    for (at, table) in tables.iter().enumerate().filter_map(|(at, table)| Some((at, table.as_ref()?))) {
        let key = table.refers_to.and_then(|to| tables[to].as_ref()?.key);
        let reference = key.map(|data_type| format!(", other {data_type}")).unwrap_or_default();
        writeln!(text, "CREATE TABLE t{at} ({}{reference});", table.columns).unwrap();
        for extra in &table.extras {
            writeln!(text, "{};", extra.replace("{t}", &format!("t{at}"))).unwrap();
        }
    }
    for (at, table) in tables.iter().enumerate().filter_map(|(at, table)| Some((at, table.as_ref()?))) {
        if let Some(to) = table.refers_to.filter(|to| tables[*to].as_ref().is_some_and(|it| it.key.is_some()))
        {
            writeln!(text, "ALTER TABLE t{at} ADD FOREIGN KEY (other) REFERENCES t{to} (id);").unwrap();
        }
    }
    text
}

fn ident(name: &str) -> String {
    format!("\"{name}\"")
}

fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", ident(schema), ident(name))
}
