//! Migrations whose traces can be counted: what is lost, what is done twice and what is not recorded shows.
//!
//! A file in a transaction leaves one row in `ledger`, one table, and adds one to some rows of `data`. A file outside
//! of one changes the catalog, or fills a column whose rows count how often they were filled. `data` holds the
//! checksums of its own rows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use postgres::Client;
use tempfile::TempDir;

use super::random::Random;

/// The rows of `data`.
const ROWS: i64 = 1000;
/// The rows of each partition.
const OF_A_PARTITION: i64 = 10;

/// A project's directory, and what its migrations leave.
pub struct Workload {
    project: TempDir,
    files: Vec<(i64, Kind)>,
}

/// What a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Base,
    Table,
    CreateIndex,
    DropIndex,
    Reindex,
    AddValue,
    Detach,
    Backfill,
}

const OTHERS: [Kind; 6] =
    [Kind::CreateIndex, Kind::DropIndex, Kind::Reindex, Kind::AddValue, Kind::Detach, Kind::Backfill];

impl Workload {
    /// Each kind of statement outside a transaction once, and twice as many files in one, in a random order.
    pub fn new(random: &mut Random) -> Self {
        let mut kinds: Vec<Kind> = OTHERS.into_iter().chain([Kind::Table; 8]).collect();
        random.mix(&mut kinds);
        let files: Vec<(i64, Kind)> = [Kind::Base]
            .into_iter()
            .chain(kinds)
            .enumerate()
            .map(|(at, kind)| (at as i64 + 1, kind))
            .collect();
        let project = project(&[]);
        for (version, kind) in &files {
            let path = project.path().join(format!("migrations/V{version}__{}.sql", kind.name()));
            fs::write(path, text(*version, *kind, &files)).unwrap();
        }
        Workload { project, files }
    }

    /// The directory to run in.
    pub fn project(&self) -> &Path {
        self.project.path()
    }

    /// The newest version.
    pub fn last(&self) -> i64 {
        self.files.len() as i64
    }

    /// The versions that the history has.
    pub fn recorded(&self, client: &mut Client) -> Vec<i64> {
        recorded(client)
    }

    /// What is wrong with a database, wherever a run was broken off.
    pub fn wrong(&self, client: &mut Client) -> Vec<String> {
        let recorded: BTreeSet<i64> = recorded(client).into_iter().collect();
        let mut wrong = Vec::new();
        let expected: BTreeSet<i64> = (1..=recorded.len() as i64).collect();
        if recorded != expected {
            wrong.push(format!("the history has {recorded:?}"));
        }
        if !exists(client, "ledger") {
            if !recorded.is_empty() {
                wrong.push("recorded and not applied: V1".to_owned());
            }
            return wrong;
        }
        if recorded.is_empty() {
            wrong.push("applied and not recorded: V1".to_owned());
            return wrong;
        }
        for (version, kind) in &self.files {
            let state = match recorded.len() as i64 + 1 - version {
                1.. => State::Recorded,
                0 => State::Next,
                _ => State::Later,
            };
            wrong.extend(kind.wrong(client, *version, state));
        }
        wrong.extend(self.lost(client, &recorded));
        wrong
    }

    /// What is wrong with a database to which all was applied.
    pub fn incomplete(&self, client: &mut Client) -> Vec<String> {
        let mut wrong = self.wrong(client);
        let recorded = recorded(client).len();
        if recorded != self.files.len() {
            wrong.push(format!("{recorded} of {} files are recorded", self.files.len()));
        }
        let invalid = "SELECT count(*) FROM pg_index WHERE NOT (indisvalid AND indisready AND indislive)";
        if one(client, invalid) != 0 {
            wrong.push("an invalid index is left".to_owned());
        }
        let leftovers = "SELECT count(*) FROM pg_class WHERE relname ~ '_cc(new|old)[0-9]*$'";
        if one(client, leftovers) != 0 {
            wrong.push("a leftover of REINDEX CONCURRENTLY stays".to_owned());
        }
        wrong
    }

    fn lost(&self, client: &mut Client, recorded: &BTreeSet<i64>) -> Vec<String> {
        let mut wrong = Vec::new();
        let intact = one(
            client,
            "SELECT count(*) FROM data WHERE sum = md5(body) AND body = repeat(md5(id::text), 4)",
        );
        if intact != ROWS {
            wrong.push(format!("lost: {intact} of {ROWS} rows of `data` are intact"));
        }
        let tables =
            self.files.iter().filter(|(version, kind)| *kind == Kind::Table && recorded.contains(version));
        let expected: i64 =
            tables.map(|(version, _)| (1..=ROWS).filter(|id| id % 7 == version % 7).count() as i64).sum();
        let touched = one(client, "SELECT coalesce(sum(touched), 0) FROM data");
        if touched != expected {
            wrong.push(format!("the rows of `data` were touched {touched} times, not {expected}"));
        }
        let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = \
             (SELECT oid FROM pg_database WHERE datname = current_database())";
        if one(client, locks) != 0 {
            wrong.push("the runner's lock is still held".to_owned());
        }
        wrong
    }
}

/// A directory with migrations and settings that do not wait long.
pub fn project(files: &[(&str, &str)]) -> TempDir {
    let project = tempfile::tempdir().unwrap();
    fs::create_dir(project.path().join("migrations")).unwrap();
    fs::write(
        project.path().join("feedstock.toml"),
        "lock_timeout = \"300ms\"\nmax_wait = \"20s\"\nrunner_wait = \"2min\"\n",
    )
    .unwrap();
    for (name, text) in files {
        fs::write(project.path().join("migrations").join(name), text).unwrap();
    }
    project
}

/// The versions that a history has; none where there is no history.
pub fn recorded(client: &mut Client) -> Vec<i64> {
    if !exists(client, "refinery_schema_history") {
        return Vec::new();
    }
    let rows = client.query("SELECT version::int8 FROM refinery_schema_history ORDER BY 1", &[]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Is there a relation of this name?
pub fn exists(client: &mut Client, relation: &str) -> bool {
    client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&relation]).unwrap().get(0)
}

/// Waits until a query that counts something finds it. Does it, within the bound?
pub fn until(client: &mut Client, query: &str, bound: Duration) -> bool {
    let deadline = Instant::now() + bound;
    while one(client, query) == 0 {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

/// The one number that a query gives.
pub fn one(client: &mut Client, query: &str) -> i64 {
    client.query_one(&format!("SELECT ({query})::int8"), &[]).unwrap().get(0)
}

/// Where a file stands when a run is broken off.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Recorded,
    /// It may have been begun.
    Next,
    Later,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Base => "base",
            Kind::Table => "table",
            Kind::CreateIndex => "create_index",
            Kind::DropIndex => "drop_index",
            Kind::Reindex => "reindex",
            Kind::AddValue => "add_value",
            Kind::Detach => "detach",
            Kind::Backfill => "backfill",
        }
    }

    fn wrong(self, client: &mut Client, v: i64, state: State) -> Option<String> {
        let recorded = state == State::Recorded;
        // What is done before it is recorded may be done, of the file that comes next.
        let agrees = |done: bool| if recorded { done } else { !done || state == State::Next };
        let good = match self {
            Kind::Base => one(client, "SELECT count(*) FROM ledger WHERE file = 1") == 1,
            Kind::Table => {
                let rows = one(client, &format!("SELECT count(*) FROM ledger WHERE file = {v}"));
                rows == i64::from(recorded) && exists(client, &format!("t{v}")) == recorded
            }
            Kind::CreateIndex => {
                let valid = format!(
                    "SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid = to_regclass('i{v}')"
                );
                agrees(one(client, &valid) == 1)
            }
            Kind::DropIndex => agrees(!exists(client, &format!("d{v}"))),
            Kind::Reindex => {
                let valid = format!(
                    "SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid = to_regclass('r{v}')"
                );
                one(client, &valid) == 1
            }
            Kind::AddValue => {
                let labels = format!("SELECT count(*) FROM pg_enum WHERE enumlabel = 'value {v}'");
                agrees(one(client, &labels) == 1)
            }
            Kind::Detach => {
                let attached =
                    format!("SELECT count(*) FROM pg_inherits WHERE inhrelid = to_regclass('p{v}')");
                let rows = one(client, &format!("SELECT count(*) FROM p{v}"));
                rows == OF_A_PARTITION && agrees(one(client, &attached) == 0)
            }
            Kind::Backfill => {
                let filled =
                    one(client, &format!("SELECT count(*) FROM data WHERE b{v} = id * {v} AND n{v} = 1"));
                let empty =
                    one(client, &format!("SELECT count(*) FROM data WHERE b{v} IS NULL AND n{v} = 0"));
                filled + empty == ROWS && agrees(filled > 0) && (!recorded || filled == ROWS)
            }
        };
        (!good).then(|| {
            let state = match state {
                State::Recorded => "recorded, and done not at all or not once",
                State::Next => "not recorded, and neither done nor left half done as it may be",
                State::Later => "its turn has not come, and something of it is there",
            };
            format!("V{v}__{}: {state}", self.name())
        })
    }
}

fn text(v: i64, kind: Kind, files: &[(i64, Kind)]) -> String {
    match kind {
        Kind::Base => base(files),
        Kind::Table => format!(
            "CREATE TABLE t{v} (id integer);\nUPDATE data SET touched = touched + 1 WHERE id % 7 = {};\n\
             SELECT pg_sleep(0.003);\nINSERT INTO ledger VALUES ({v});\n",
            v % 7
        ),
        Kind::CreateIndex => alone(format!("CREATE INDEX CONCURRENTLY i{v} ON data (body, sum)")),
        Kind::DropIndex => alone(format!("DROP INDEX CONCURRENTLY d{v}")),
        Kind::Reindex => alone(format!("REINDEX INDEX CONCURRENTLY r{v}")),
        Kind::AddValue => alone(format!("ALTER TYPE mood ADD VALUE 'value {v}'")),
        Kind::Detach => alone(format!("ALTER TABLE parts DETACH PARTITION p{v} CONCURRENTLY")),
        Kind::Backfill => {
            backfill(&format!("b{v} = id * {v}, n{v} = n{v} + 1"), &format!("b{v}"), 100, 0.002)
        }
    }
}

/// A file that fills `column` of `data` in batches, until no row is left that another transaction had locked.
pub fn backfill(set: &str, column: &str, batch: usize, pause: f64) -> String {
    format!(
        "-- feedstock: backfill
DO $$ BEGIN
    LOOP
        UPDATE data SET {set} WHERE id IN
            (SELECT id FROM data WHERE {column} IS NULL LIMIT {batch} FOR NO KEY UPDATE SKIP LOCKED);
        COMMIT;
        EXIT WHEN NOT EXISTS (SELECT FROM data WHERE {column} IS NULL);
        PERFORM pg_sleep({pause});
    END LOOP;
END $$;
"
    )
}

fn alone(statement: String) -> String {
    format!("-- feedstock: no-transaction\n{statement};\n")
}

/// What the others change.
fn base(files: &[(i64, Kind)]) -> String {
    let of = |kind: Kind| files.iter().filter(move |file| file.1 == kind).map(|file| file.0);
    let columns: String =
        of(Kind::Backfill).map(|v| format!(", b{v} integer, n{v} integer NOT NULL DEFAULT 0")).collect();
    let indexes: String = of(Kind::DropIndex)
        .map(|v| format!("CREATE INDEX d{v} ON data (sum);\n"))
        .chain(of(Kind::Reindex).map(|v| format!("CREATE INDEX r{v} ON data (sum);\n")))
        .collect();
    let partitions: String = of(Kind::Detach)
        .map(|v| {
            let (from, to) = (v * OF_A_PARTITION, (v + 1) * OF_A_PARTITION);
            format!(
                "CREATE TABLE p{v} PARTITION OF parts FOR VALUES FROM ({from}) TO ({to});\n\
                 INSERT INTO parts SELECT n FROM generate_series({from}, {}) AS n;\n",
                to - 1
            )
        })
        .collect();
    format!(
        "CREATE TABLE ledger (file integer NOT NULL);\n\
         CREATE TABLE data (id integer PRIMARY KEY, body text NOT NULL, sum text NOT NULL, \
         touched integer NOT NULL DEFAULT 0{columns});\n\
         INSERT INTO data (id, body, sum) SELECT n, b, md5(b) FROM generate_series(1, {ROWS}) AS n, \
         LATERAL (SELECT repeat(md5(n::text), 4)) AS of(b);\n\
         CREATE TYPE mood AS ENUM ('first');\n\
         CREATE TABLE parts (id integer NOT NULL) PARTITION BY RANGE (id);\n\
         {partitions}{indexes}INSERT INTO ledger VALUES (1);\n"
    )
}
