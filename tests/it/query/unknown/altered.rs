//! Columns that get another type while the program runs, and databases of one program in which they have different
//! ones. Every read is on a fresh connection, with more rows than all buffers hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use feedstock::query::SqlRows;
use feedstock::{Cached, Model, Result, Row, sql};
use postgres::{Client, NoTls};

use super::{Mood, in_time, support};
use crate::runner::proxy::{Act, Proxy};

/// Some 5 MB.
const ROWS: usize = 2_500;

const SCHEMA: &str = "
CREATE EXTENSION citext; CREATE EXTENSION ltree;
CREATE TYPE mood AS ENUM ('calm', 'loud');
CREATE TYPE pair AS (mood mood, name citext);
CREATE DOMAIN own_mood AS mood;
CREATE TABLE notes (id integer PRIMARY KEY, name text NOT NULL, mood mood NOT NULL, size integer NOT NULL,
    pad text NOT NULL);
INSERT INTO notes SELECT i, 'calm', 'calm', 1, repeat('x', 2000) FROM generate_series(1, 2500) AS i;
";

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "notes")]
pub struct Note {
    #[model(primary_key)]
    pub id: i32,
    pub name: String,
    pub mood: Mood,
    pub pad: String,
}

#[derive(Debug, PartialEq, Row)]
struct Named {
    id: i32,
    size: i32,
    name: String,
    pad: String,
}

#[derive(Debug, PartialEq, Row)]
struct Feeling {
    id: i32,
    mood: Mood,
    pad: String,
}

fn named() -> SqlRows<Named> {
    sql!("SELECT id, size, name, pad FROM notes ORDER BY notes.id").read_as()
}

fn of_model() -> SqlRows<Named> {
    sql!("SELECT {n.id}, n.size, {n.name}, {n.pad} FROM {Note n} WHERE {n.id} > {0_i32}; -- all").read_as()
}

fn feeling() -> SqlRows<Feeling> {
    sql!("WITH few AS (SELECT * FROM notes) SELECT few.* FROM few").read_as()
}

fn changed() -> SqlRows<Named> {
    sql!("WITH few AS (SELECT 1) UPDATE notes SET pad = pad RETURNING *;").read_as()
}

fn database(name: &str) -> support::TestDb {
    let mut db = support::database(name);
    db.client.batch_execute(SCHEMA).unwrap();
    db
}

fn alter(url: &str, sql: &str) {
    Client::connect(url, NoTls).unwrap().batch_execute(sql).unwrap();
}

/// A way to read all rows of a statement, on a fresh connection; it gives their number.
type Way<T> = fn(&str, SqlRows<T>) -> Result<usize>;

fn fresh(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

/// Each ending that returns all rows, of blocking and async clients.
fn ways<T: for<'a> Row<'a> + Send + 'static>() -> [Way<T>; 6] {
    use feedstock::blocking;
    use feedstock::tokio::Run;

    [
        |url, rows| Ok(blocking::Run::all(rows, &mut fresh(url))?.len()),
        |url, rows| Ok(blocking::Run::fetch(rows, &mut fresh(url))?.len()),
        |url, rows| Ok(blocking::Run::stream(rows, &mut fresh(url))?.collect::<Result<Vec<_>>>()?.len()),
        |url, rows| on_tokio(url, async |client| Ok(rows.all(&client).await?.len())),
        |url, rows| on_tokio(url, async |client| Ok(rows.fetch(&client).await?.len())),
        |url, rows| {
            on_tokio(url, async |client| {
                let (mut rows, mut count) = (rows.stream(&client).await?, 0);
                while let Some(row) = rows.next().await {
                    row?;
                    count += 1;
                }
                Ok(count)
            })
        },
    ]
}

fn on_tokio<T>(url: &str, read: impl AsyncFnOnce(tokio_postgres::Client) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        read(client).await
    })
}

/// The same, and in a transaction, and prepared by name.
fn each_way<T: for<'a> Row<'a> + Send + 'static>(
    url: &str,
    statement: fn() -> SqlRows<T>,
) -> Vec<Result<usize>> {
    use feedstock::blocking::Run;

    let mut results: Vec<_> = ways().into_iter().map(|way| way(url, statement())).collect();
    let mut client = fresh(url);
    results.push(statement().all(&mut client.transaction().unwrap()).map(|rows| rows.len()));
    results.push(statement().all(&mut Cached::new(fresh(url))).map(|rows| rows.len()));
    results
}

fn all_rows(what: &str, results: Vec<Result<usize>>) {
    for (at, result) in results.into_iter().enumerate() {
        assert_eq!(result.unwrap_or_else(|error| panic!("{what}, {at}: {error}")), ROWS, "{what}, {at}");
    }
}

/// Nobody remembers which types the columns had, on another connection or in another database.
#[test]
fn between_two_reads_and_in_two_databases() {
    let (db, other) = (database("altered"), database("altered too"));
    let url = db.url.clone();
    in_time("between two reads", move || {
        let everything = |url: &str, what: &str| {
            all_rows(what, each_way(url, named));
            all_rows(what, each_way(url, of_model));
            all_rows(what, each_way(url, feeling));
        };
        everything(&url, "as ever");
        everything(&other.url, "in another database");
        alter(&url, "ALTER TABLE notes ALTER name TYPE citext");
        everything(&url, "citext");
        everything(&other.url, "in a database where it is text");
        alter(
            &url,
            "ALTER TYPE mood RENAME TO old_mood; CREATE TYPE mood AS ENUM ('calm', 'loud', 'sad');
             ALTER TABLE notes ALTER mood TYPE mood USING mood::text::mood",
        );
        everything(&url, "another enum of that name");
        for (ty, using) in [("mood", "'calm'"), ("pair", "ROW('calm', 'n')"), ("mood[]", "'{calm}'")] {
            alter(&url, &format!("ALTER TABLE notes ALTER name TYPE {ty} USING {using}::{ty}"));
            for (at, result) in each_way(&url, named).into_iter().enumerate() {
                // Rows that are fetched are not read.
                match result {
                    Err(error) => {
                        let message = error.to_string();
                        assert!(
                            error.is_decode() && message.contains("column `name`"),
                            "{ty}, {at}: {message}"
                        )
                    }
                    Ok(rows) => assert!(rows == ROWS && [1, 4].contains(&at), "{ty}, {at}: {rows}"),
                }
            }
        }
        drop((db, other));
    });
}

/// Runs SQL on another connection when a client sends this text for the first time.
fn meanwhile(url: &str, sent: &'static str, sql: &'static str) -> Proxy {
    let (direct, is_done) = (url.to_owned(), AtomicBool::new(false));
    Proxy::start(url, move |_, text| {
        if text.contains(sent) && !is_done.swap(true, Ordering::SeqCst) {
            alter(&direct, sql);
        }
        Act::Pass
    })
}

const AGAIN: &str = "ALTER TYPE mood RENAME TO old_mood; CREATE TYPE mood AS ENUM ('calm', 'loud');
    ALTER TABLE notes ALTER mood TYPE mood USING mood::text::mood; DROP TYPE old_mood CASCADE;
    CREATE DOMAIN own_mood AS mood";

/// Reads in each way, while `sql` changes the table between the lookup and the rows, and afterwards once more.
fn altered<T: for<'a> Row<'a> + Send + 'static>(
    sent: &'static str,
    sql: &'static str,
    back: &str,
    statement: fn() -> SqlRows<T>,
    check: impl Fn(Result<usize>, &str),
) {
    let db = database("meanwhile");
    for (at, way) in ways().into_iter().enumerate() {
        let proxy = meanwhile(&db.url, sent, sql);
        check(way(&proxy.url, statement()), &format!("{sql}, {at}"));
        alter(&db.url, back);
        assert_eq!(way(&proxy.url, statement()).unwrap(), ROWS, "{sql}, {at}");
    }
}

fn is_refused(result: Result<usize>, what: &str) {
    let error = result.expect_err(what);
    let message = error.to_string();
    assert!(error.is_database(), "{what}: {message}");
    assert!(message.contains("changed its type while it was sent"), "{what}: {message}");
    assert!(message.contains("help: nothing was read or changed: send it again"), "{what}: {message}");
}

fn is_read(result: Result<usize>, what: &str) {
    assert_eq!(result.unwrap_or_else(|error| panic!("{what}: {error}")), ROWS, "{what}");
}

#[test]
fn between_the_lookup_and_the_rows() {
    in_time("between the lookup and the rows", || {
        let back = "ALTER TABLE notes ALTER size TYPE integer USING 1";
        for sql in [
            "ALTER TABLE notes ALTER size TYPE numeric",
            "ALTER TABLE notes ALTER size TYPE bigint",
            "ALTER TABLE notes ALTER size TYPE ltree USING 'a'",
        ] {
            altered("SELECT c1", sql, back, named, is_refused);
        }
        altered("CASE WHEN pg_typeof", AGAIN, "", feeling, is_refused);
        altered("AS (\nUPDATE", "ALTER TABLE notes ALTER size TYPE bigint", back, changed, is_refused);
    });
}

/// What has become `citext` or an enum since the lookup is read as the text that it was.
#[test]
fn text_is_text() {
    in_time("text is text", || {
        for sql in [
            "ALTER TABLE notes ALTER name TYPE citext",
            "ALTER TABLE notes ALTER name TYPE mood USING name::mood",
        ] {
            altered("SELECT c1", sql, "ALTER TABLE notes ALTER name TYPE text", named, is_read);
        }
    });
}

/// Every read ends, whatever it meets.
#[test]
fn while_rows_are_read() {
    let db = database("while");
    in_time("while rows are read", move || {
        let (url, is_over) = (db.url.clone(), Arc::new(AtomicBool::new(false)));
        let altering = {
            let (url, is_over) = (url.clone(), Arc::clone(&is_over));
            std::thread::spawn(move || {
                let mut times = 0;
                while !is_over.load(Ordering::SeqCst) {
                    alter(&url, "ALTER TABLE notes ALTER name TYPE citext, ALTER size TYPE bigint");
                    alter(&url, "ALTER TABLE notes ALTER name TYPE text, ALTER size TYPE integer");
                    alter(&url, AGAIN);
                    times += 1;
                }
                times
            })
        };
        let mut read = 0;
        for _ in 0..8 {
            for (named, feeling) in ways().into_iter().zip(ways()) {
                for result in
                    [named(&url, self::named()), named(&url, of_model()), feeling(&url, self::feeling())]
                {
                    match result {
                        Ok(rows) => read += usize::from(rows == ROWS),
                        Err(error) => assert!(error.is_decode() || error.is_database(), "{error}"),
                    }
                }
            }
            let notes = feedstock::blocking::Run::all(Note::query(), &mut fresh(&url));
            assert!(notes.map_or_else(|error| error.is_database(), |notes| notes.len() == ROWS));
        }
        is_over.store(true, Ordering::SeqCst);
        let times: usize = altering.join().unwrap();
        assert!(times > 2 && read > 20, "altered {times} times, read {read} times");
    });
}
