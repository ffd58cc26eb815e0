//! Columns that have become another type than the model says, which no program can know before it asks: `citext` is
//! cast to text, and of the others the server refuses the statement before rows come. Each on a fresh connection,
//! with more rows than all buffers hold.

use std::sync::OnceLock;

use feedstock::query::Filter;
use feedstock::{Json, Model, Result};

use super::{in_time, support};

/// Some 8 MB.
const ROWS: usize = 4_000;

#[derive(Debug, Clone, Model)]
#[model(table = "drift", has_many(children: Child, by = drift_id))]
pub struct Drift {
    #[model(primary_key)]
    pub id: i32,
    pub number: i32,
    pub price: Option<rust_decimal::Decimal>,
    pub flag: Option<bool>,
    pub at: Option<chrono::DateTime<chrono::Utc>>,
    pub day: Option<chrono::NaiveDate>,
    pub hour: Option<chrono::NaiveTime>,
    pub bytes: Option<Vec<u8>>,
    pub json: Option<Json<Vec<i32>>>,
    pub uuid: Option<uuid::Uuid>,
    pub list: Option<Vec<i32>>,
    pub text: String,
    pub maybe: Option<String>,
    pub names: Option<Vec<Option<String>>>,
    pub payload: String,
}

/// A child, to be loaded.
#[derive(Debug, Clone, Model)]
#[model(table = "drift_children")]
pub struct Child {
    #[model(primary_key)]
    pub id: i32,
    #[model(belongs_to = Drift)]
    pub drift_id: i32,
    pub number: i32,
    pub text: String,
    pub payload: String,
}

const COLUMNS: [(&str, &str); 13] = [
    ("number", "7"),
    ("price", "1.5"),
    ("flag", "true"),
    ("at", "'2026-01-01 00:00:00+00'::timestamptz"),
    ("day", "'2026-01-01'::date"),
    ("hour", "'10:00'::time"),
    ("bytes", "'x'::bytea"),
    ("json", "'[1]'::jsonb"),
    ("uuid", "'00000000-0000-0000-0000-000000000000'::uuid"),
    ("list", "'{1}'::integer[]"),
    ("text", "'t'::text"),
    ("maybe", "'t'::text"),
    ("names", "'{t}'::text[]"),
];

const TYPES: [&str; 9] = [
    "'calm'::mood",
    "'calm'::own_mood",
    "'Citext'::citext",
    "'a.b'::ltree",
    "'a=>b'::hstore",
    "ROW(1, 'n')::place",
    "'[calm,loud]'::mood_range",
    "'{calm}'::mood[]",
    "'{1}'::size[]",
];

const SCHEMA: &str = "
CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION hstore;
CREATE TYPE mood AS ENUM ('calm', 'loud');
CREATE TYPE place AS (x integer, name citext);
CREATE TYPE mood_range AS RANGE (subtype = mood);
CREATE DOMAIN own_mood AS mood;
CREATE DOMAIN size AS integer;
CREATE DOMAIN own_text AS text;
CREATE TABLE base (id integer PRIMARY KEY, payload text NOT NULL);
INSERT INTO base SELECT i, repeat('x', 2000) FROM generate_series(1, 4000) AS i;
";

/// `drift` and `drift_children` in a schema, with one column replaced.
fn schema(name: &str, column: &str, value: &str) -> String {
    let columns =
        COLUMNS.map(|(of, ordinary)| format!("{} AS {of}", if of == column { value } else { ordinary }));
    let of = |column: &str| {
        let at = COLUMNS.iter().position(|(name, _)| *name == column).unwrap();
        columns[at].clone()
    };
    format!(
        "CREATE SCHEMA {name};
         CREATE VIEW {name}.drift AS SELECT id, {}, payload FROM public.base;
         CREATE VIEW {name}.drift_children AS SELECT id, 1 AS drift_id, {}, {}, payload FROM public.base;",
        columns.join(", "),
        of("number"),
        of("text"),
    )
}

/// The database, where each schema has one column of another type than the model says.
fn url() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        let mut db = support::database("drifted types");
        db.client.batch_execute(SCHEMA).unwrap();
        for (at, (column, _)) in COLUMNS.iter().enumerate() {
            for (number, value) in TYPES.iter().enumerate() {
                db.client.batch_execute(&schema(&format!("s{at}_{number}"), column, value)).unwrap();
            }
        }
        for (name, column, value) in [
            ("as_said", "", ""),
            ("domain", "number", "7::size"),
            ("text_domain", "text", "'t'::own_text"),
            ("narrow", "number", "7::smallint"),
            ("wide", "number", "7::bigint"),
            ("text_json", "json", "'[1]'::json"),
            ("short", "text", "'t'::varchar(5)"),
            ("padded", "text", "'t'::char(5)"),
            ("short_list", "names", "'{t}'::varchar[]"),
            ("own_list", "names", "'{t}'::citext[]"),
            ("bytes", "text", "'t'::bytea"),
        ] {
            db.client.batch_execute(&schema(name, column, value)).unwrap();
        }
        let url = db.url.clone();
        std::mem::forget(db);
        url
    })
}

fn config(schema: &str) -> tokio_postgres::Config {
    let mut config: tokio_postgres::Config = url().parse().unwrap();
    config.options(format!("-csearch_path={schema},public"));
    config
}

/// A connection that has seen no type.
fn fresh(schema: &str) -> postgres::Client {
    postgres::Config::from(config(schema)).connect(postgres::NoTls).unwrap()
}

async fn awaited(schema: &str) -> tokio_postgres::Client {
    let (client, connection) = config(schema).connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn in_runtime(test: impl AsyncFnOnce()) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test());
}

/// What is text is read, and of everything else the column is named.
fn check(column: &str, value: &str, rows: Result<usize>) {
    let is_read = ["text", "maybe"].contains(&column) && value.ends_with("::citext");
    match rows {
        Ok(count) => assert!(is_read && count == ROWS, "{column} {value}: {count} rows"),
        Err(error) => {
            let said = format!("`Drift`, column `{column}` (number ");
            assert!(!is_read && error.is_decode(), "{column} {value}: {error}");
            assert!(error.to_string().contains(&said), "{column} {value}: {error}");
        }
    }
}

fn each(test: impl Fn(&str, &str, &str) + Send + Clone + 'static) {
    url();
    for (at, (column, _)) in COLUMNS.iter().enumerate() {
        for (number, value) in TYPES.iter().enumerate() {
            let (schema, test) = (format!("s{at}_{number}"), test.clone());
            in_time(&format!("{column} as {value}"), move || test(&schema, column, value));
        }
    }
}

#[test]
fn any_column_of_any_type_of_its_own() {
    use feedstock::blocking::Run;

    each(|schema, column, value| {
        check(column, value, Drift::query().all(&mut fresh(schema)).map(|rows| rows.len()));
    });
}

#[test]
fn any_column_of_any_type_of_its_own_awaited() {
    use feedstock::tokio::Run;

    each(|schema, column, value| {
        in_runtime(async || {
            let rows = Drift::query().all(&awaited(schema).await).await;
            check(column, value, rows.map(|rows| rows.len()));
        });
    });
}

/// `number` as an enum, `text` as `citext`.
const OTHERS: [(&str, &str); 2] = [("s0_0", "number"), ("s10_2", "text")];

/// Rows, or a refusal that names the column.
fn is_known<T>(column: &str, result: Result<T>, count: impl FnOnce(T) -> usize) {
    match (column, result) {
        ("text", result) => assert_eq!(count(result.unwrap()), ROWS),
        (_, Ok(rows)) => panic!("{} rows", count(rows)),
        (_, Err(error)) => {
            assert!(
                error.is_decode() && error.to_string().contains(&format!("column `{column}`")),
                "{error}"
            );
        }
    }
}

#[test]
fn every_ending() {
    use feedstock::blocking::Run;

    url();
    for (schema, column) in OTHERS {
        in_time("every ending", move || {
            is_known(column, Drift::query().fetch(&mut fresh(schema)), |rows| rows.len());
            let mut client = fresh(schema);
            let stream = Drift::query().stream(&mut client).and_then(|rows| rows.collect::<Result<Vec<_>>>());
            is_known(column, stream, |rows| rows.len());
            let mut client = fresh(schema);
            let mut transaction = client.transaction().unwrap();
            let update =
                Drift::update().set(Drift::PAYLOAD.to("y".repeat(2000))).filter(Filter::everything());
            is_known(column, update.all(&mut transaction), |rows| rows.len());
            drop(transaction);
            let parents = Drift::query().filter(Drift::ID.eq(1)).all(&mut fresh("as_said")).unwrap();
            is_known(column, Drift::CHILDREN.load(&parents, &mut fresh(schema)), |rows| rows[0].len());
            let first = Drift::query().order_by(Drift::ID.asc()).first(&mut fresh(schema));
            is_known(column, first, |row| row.map_or(0, |_| ROWS));
            is_known(column, Drift::find(7).one(&mut fresh(schema)), |_| ROWS);
            let one = Drift::query().one(&mut fresh(schema)).unwrap_err();
            assert!(if column == "text" { one.is_too_many() } else { one.is_decode() }, "{one}");
        });
    }
}

#[test]
fn every_ending_awaited() {
    use feedstock::tokio::Run;

    url();
    for (schema, column) in OTHERS {
        in_time("every ending", move || {
            in_runtime(async || {
                is_known(column, Drift::query().fetch(&awaited(schema).await).await, |rows| rows.len());
                let stream = async {
                    let mut stream = Drift::query().stream(&awaited(schema).await).await?;
                    let mut count = 0;
                    while let Some(row) = stream.next().await {
                        row?;
                        count += 1;
                    }
                    Ok(count)
                };
                is_known(column, stream.await, |count| count);
                let mut client = awaited(schema).await;
                let transaction = client.transaction().await.unwrap();
                let update =
                    Drift::update().set(Drift::PAYLOAD.to("y".repeat(2000))).filter(Filter::everything());
                is_known(column, update.all(&transaction).await, |rows| rows.len());
                drop(transaction);
                let parents =
                    Drift::query().filter(Drift::ID.eq(1)).all(&awaited("as_said").await).await.unwrap();
                let children = Drift::CHILDREN.load(&parents, &awaited(schema).await).await;
                is_known(column, children, |rows| rows[0].len());
                let first = Drift::query().order_by(Drift::ID.asc()).first(&awaited(schema).await).await;
                is_known(column, first, |row| row.map_or(0, |_| ROWS));
            });
        });
    }
}

#[test]
fn through_pools() {
    use feedstock::tokio::Run;

    url();
    for (schema, column) in OTHERS {
        in_time("pools", move || {
            in_runtime(async || {
                let config = config(schema);
                let manager = deadpool_postgres::Manager::new(config.clone(), tokio_postgres::NoTls);
                let pool = deadpool_postgres::Pool::builder(manager).max_size(1).build().unwrap();
                is_known(column, Drift::query().all(&pool.get().await.unwrap()).await, |rows| rows.len());
                let manager = bb8_postgres::PostgresConnectionManager::new(config, tokio_postgres::NoTls);
                let pool = bb8_postgres::bb8::Pool::builder().max_size(1).build(manager).await.unwrap();
                is_known(column, Drift::query().all(&pool.get().await.unwrap()).await, |rows| rows.len());
            });
        });
    }
}

/// Another type of Postgres' own is read where the field can be, and else refused as ever.
#[test]
fn types_that_come_with_postgres() {
    use feedstock::blocking::Run;

    url();
    in_time("types that come with postgres", || {
        for schema in
            ["as_said", "domain", "text_domain", "text_json", "short", "padded", "short_list", "own_list"]
        {
            let rows =
                Drift::query().all(&mut fresh(schema)).unwrap_or_else(|error| panic!("{schema}: {error}"));
            assert_eq!(rows.len(), ROWS, "{schema}");
        }
        for (schema, ty) in [("narrow", "smallint"), ("wide", "bigint")] {
            let error = Drift::query().all(&mut fresh(schema)).unwrap_err().to_string();
            assert!(error.contains(&format!("the column is `{ty}`, the field `i32`")), "{error}");
        }
        for error in [
            Drift::query().all(&mut fresh("bytes")).unwrap_err(),
            Drift::find(7).one(&mut fresh("bytes")).unwrap_err(),
        ] {
            assert!(error.is_decode() && error.to_string().contains("column `text`"), "{error}");
        }
    });
}

/// The planner leaves the condition out: the plan is that of the column alone.
#[test]
fn the_condition_costs_no_plan() {
    use feedstock::query::Rows;

    let mut client = fresh("as_said");
    let query = || Drift::query().order_by(Drift::ID.asc());
    let sql = query().rows(None).unwrap().sql().to_owned();
    assert!(sql.contains(" OR ARRAY["), "{sql}");
    let one = Drift::find(7).rows(None).unwrap();
    assert!(!one.sql().contains("CASE"), "{}", one.sql());
    let plan: Vec<String> = client
        .query(&format!("EXPLAIN (VERBOSE, COSTS OFF) {sql}"), &[])
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    let plan = plan.join("\n");
    assert!(plan.contains("Output: base.id, "), "{plan}");
    assert!(!plan.contains("CASE") && plan.contains("base_pkey"), "{plan}");
}
