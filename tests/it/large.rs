//! Large schemas: what must not grow with them.

use std::path::PathBuf;

use feedstock::internals::inspect::{Scope, inspect};
use postgres::Client;

use crate::support;

/// A schema with as many tables, each with keys, indexes, a check, a comment and a serial column.
fn tables(count: usize) -> String {
    let table = |number: usize| {
        format!(
            "CREATE TABLE table_{number} (id serial PRIMARY KEY, parent integer REFERENCES table_{number}, \
             name varchar(20) NOT NULL UNIQUE CHECK (name <> ''), mood mood_{number}); \
             COMMENT ON TABLE table_{number} IS 'one'; CREATE INDEX ON table_{number} (name) WHERE id > 0;"
        )
    };
    (0..count).map(|number| format!("CREATE TYPE mood_{number} AS ENUM ('sad');{}", table(number))).collect()
}

/// How many statements an inspection sends, by the server's own log.
fn queries(client: &mut Client) -> usize {
    let row = client.query_one("SELECT current_setting('data_directory'), pg_backend_pid()", &[]).unwrap();
    let (data, pid): (String, i32) = (row.get(0), row.get(1));
    client.batch_execute("SET log_statement = 'all'").unwrap();
    inspect(client, &Scope::default()).unwrap();
    client.batch_execute("RESET log_statement").unwrap();
    let log = std::fs::read_to_string(PathBuf::from(data).with_file_name("log")).unwrap();
    let own = format!("[{pid}] LOG:  execute ");
    log.lines().filter(|line| line.contains(&own)).count()
}

#[test]
fn an_inspection_is_at_most_twenty_queries_whatever_the_size() {
    let counts = [1, 60].map(|count| {
        let mut db = support::database("large");
        db.client.batch_execute(&tables(count)).unwrap();
        queries(&mut db.client)
    });
    assert_eq!(counts[0], counts[1]);
    assert!((5..=20).contains(&counts[0]), "{} queries", counts[0]);
}
