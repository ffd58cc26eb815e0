//! Live databases: what a scratch server would never hold, and what their state does to a plan.

use std::path::{Path, PathBuf};

use feedstock::internals::diff::Hints;
use feedstock::internals::inspect::Scope;
use feedstock::internals::plan::Plan;
use feedstock::internals::source::{Built, Live, Source, Sources};

use crate::pipeline::{allow_all, apply, arrives, build, proven, worked_out};
use crate::support::{self, TestDb};

/// A database that holds what `sql` builds; each of `outside` runs by itself, and may fail.
fn live(sql: &str, outside: &[&str]) -> TestDb {
    let mut database = support::database("live");
    database.client.batch_execute(sql).unwrap();
    for statement in outside {
        let _ = database.client.batch_execute(statement);
    }
    database
}

fn read(database: &TestDb) -> Built {
    build(&Source::Live(database.url.clone())).unwrap()
}

/// The plan from one to the other, proven, and applied to the live database itself: nothing is left then.
fn settled(from: &TestDb, to: &TestDb) -> Plan {
    let (current, wanted) = (read(from), read(to));
    let plan = worked_out(&current, &wanted, &Hints::default(), &allow_all()).unwrap();
    proven(&current, &wanted, &plan).unwrap();
    plan
}

fn sql(plan: &Plan) -> Vec<&str> {
    plan.steps().map(|step| step.sql.as_str()).collect()
}

const TWICE: &str = "CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 1), (1, 2)";

#[test]
fn an_invalid_index_is_built_again_or_dropped() {
    let broken = live(
        TWICE,
        &[
            "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
            "CREATE UNIQUE INDEX CONCURRENTLY gone ON t (a, (a + 0))",
        ],
    );
    let whole = live("CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX i ON t (a)", &[]);
    let current = read(&broken);
    assert_eq!(current.schema.unsupported, Vec::<String>::new());
    assert!(current.schema.indexes.values().all(|index| !index.valid), "{:?}", current.schema.indexes);
    let plan = settled(&broken, &whole);
    assert_eq!(
        sql(&plan),
        [
            "CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_i ON public.t USING btree (a)",
            "DROP INDEX CONCURRENTLY public.i",
            "ALTER INDEX public.feedstock_new_i RENAME TO i",
            "DROP INDEX CONCURRENTLY public.gone",
        ]
    );
    // What never worked is missed by nobody.
    assert!(plan.refusals.is_empty(), "{:?}", plan.refusals);
    let hazards: Vec<&str> = plan.steps().flat_map(|step| &step.hazards).map(|it| it.rule).collect();
    assert_eq!(hazards, ["add-unique"]);

    // The plan works where the index is invalid, too.
    let mut client = broken.database.client().unwrap();
    client.batch_execute("DELETE FROM t WHERE b = 2").unwrap();
    drop(client);
    apply(&broken.database, &plan).unwrap();
    assert!(settled(&broken, &whole).is_empty());
}

#[test]
fn an_invalid_index_on_both_sides_is_no_difference() {
    let [one, other] = [(); 2].map(|()| live(TWICE, &["CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)"]));
    assert!(settled(&one, &other).is_empty());
}

/// A partitioned table, two partitions, and an index `ON ONLY` it.
const ON_ONLY: &str = "CREATE TABLE t (a int, b int) PARTITION BY LIST (a); \
     CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2); \
     CREATE INDEX i ON ONLY t (b);";
const PART: &str = "CREATE INDEX t_1_i ON t_1 (b); ALTER INDEX i ATTACH PARTITION t_1_i;";

#[test]
fn an_index_on_only_a_partitioned_table_is_made_as_it_is() {
    let all = [ON_ONLY.to_owned(), format!("{ON_ONLY}{PART}")];
    let all = all.map(|sql| read(&live(&sql, &[])));
    let empty = build(&Source::Empty).unwrap();
    for one in &all {
        assert!(arrives(one, one, &Hints::default(), &allow_all()).is_empty());
        arrives(&empty, one, &Hints::default(), &allow_all());
    }
    let [without, with] = &all;
    arrives(without, with, &Hints::default(), &allow_all());
    arrives(with, without, &Hints::default(), &allow_all());
}

#[test]
fn a_default_of_null_is_no_default() {
    let columns = "a varchar(9)NULL, b numeric(3, 1)NULL, c bit(3)NULL, d char(3)NULL, e timestamp(3)NULL, f text[]NULL";
    let said = live(&format!("CREATE TABLE t ({})", columns.replace("NULL", " DEFAULT NULL")), &[]);
    let unsaid = live(&format!("CREATE TABLE t ({})", columns.replace("NULL", "")), &[]);
    assert!(settled(&said, &unsaid).is_empty());
    assert!(settled(&unsaid, &said).is_empty());
    // It takes a domain's own away.
    let domain = "CREATE DOMAIN d AS int DEFAULT 5; CREATE TABLE t (a d";
    let (with, without) = (live(&format!("{domain} DEFAULT NULL)"), &[]), live(&format!("{domain})"), &[]));
    assert!(!settled(&with, &without).is_empty());
}

/// What stands beside the schemas of the cases, and is left alone.
const BESIDE: &str = "CREATE SCHEMA beside; \
     CREATE TABLE beside.one (id int PRIMARY KEY, v varchar(9) DEFAULT 'x' CHECK (v IN ('x', 'y'))); \
     CREATE TABLE beside.other (id int REFERENCES beside.one, n int GENERATED ALWAYS AS IDENTITY); \
     CREATE INDEX ON beside.other (n) WHERE n > 5; CREATE VIEW beside.v AS SELECT * FROM beside.one; \
     CREATE FUNCTION beside.f(beside.one) RETURNS text LANGUAGE sql AS 'SELECT $1.v';";

/// One of so many cases is tried.
const ONE_OF: usize = 31;

#[test]
fn what_differs_gives_the_plan_that_the_whole_gives() {
    let scope = Scope::default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .flat_map(|kind| std::fs::read_dir(kind.unwrap().path()).unwrap().map(|file| file.unwrap().path()))
        .collect();
    files.sort();
    let mut plans = 0;
    for file in files.iter().step_by(ONE_OF) {
        let text = std::fs::read_to_string(file).unwrap();
        let Some([from, to]) = both(&text) else { continue };
        let sources = Sources {
            scratch: support::server(),
            models: None,
            schema_dir: Path::new("schema"),
            scope: &scope,
        };
        let databases = [from, to].map(|sql| {
            let mut database = support::database("beside");
            database.client.batch_execute(BESIDE).unwrap();
            // What this version does not know is no case of it.
            database.client.batch_execute(sql).ok().map(|()| database)
        });
        let [Some(from), Some(to)] = databases else { continue };
        let whole = support::as_superuser(|| {
            worked_out(&read(&from), &read(&to), &Hints::default(), &allow_all()).map(|plan| plan.sql())
        });
        let [here, there] = [&from, &to].map(|database| Live::read(&database.url, &scope).unwrap());
        let compared = sources.compare(here, there).unwrap();
        let part = support::as_superuser(|| {
            let wanted =
                Built { schema: compared.wanted, database: sources.build(&Source::Empty).unwrap().database };
            let plan = worked_out(&compared.current, &wanted, &Hints::default(), &allow_all())?;
            proven(&compared.current, &wanted, &plan)?;
            Ok(plan.sql())
        });
        assert_eq!(part, whole, "{}", file.display());
        let has_other = compared.current.schema.tables.keys().any(|name| name.name == "other");
        assert!(!has_other || part == Ok(String::new()), "{}", file.display());
        plans += 1;
    }
    assert!(plans > 8, "{plans} plans");
}

/// The schemas of a case.
fn both(text: &str) -> Option<[&str; 2]> {
    let (_, rest) = text.split_once("\n-- from\n")?;
    let (from, rest) = rest.split_once("\n-- to\n")?;
    let end = ["\n-- rows\n", "\n-- then\n", "\n-- refused\n", "\n-- plan"];
    let end = end.iter().filter_map(|line| rest.find(line)).min()?;
    Some([from, &rest[..end]])
}

/// The index is invalid as long as the session waits for older transactions.
#[test]
fn an_index_that_is_being_built_is_not_dropped() {
    let live = live("CREATE TABLE t (a int); ", &[]);
    let mut old = live.database.client().unwrap();
    old.batch_execute("BEGIN; INSERT INTO t VALUES (1)").unwrap();
    let mut builder = live.database.client().unwrap();
    let cancel = builder.cancel_token();
    let building = std::thread::spawn(move || builder.batch_execute("CREATE INDEX CONCURRENTLY i ON t (a)"));
    let mut watcher = live.database.client().unwrap();
    let is_there = "SELECT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid)";
    let waits = std::time::Instant::now();
    while !watcher.query_one(is_there, &[]).unwrap().get::<_, bool>(0) {
        assert!(waits.elapsed().as_secs() < 60, "the index does not come");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let error = build(&Source::Live(live.url.clone())).err().unwrap();
    assert!(error.contains("the index i is being built concurrently by the session"), "{error}");
    // Once nobody builds it, it is a failed one.
    cancel.cancel_query(postgres::NoTls).unwrap();
    building.join().unwrap().unwrap_err();
    old.batch_execute("ROLLBACK").unwrap();
    let found = read(&live);
    assert!(!found.schema.indexes.values().find(|index| index.name.name == "i").unwrap().valid);
}
