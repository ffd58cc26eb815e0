//! Large schemas: what must not grow with them.

use std::path::PathBuf;

use feedstock::Migrations;
use feedstock::internals::diff::Hints;
use feedstock::internals::inspect::{Scope, inspect};
use feedstock::internals::plan::{Options, Plan};
use feedstock::internals::prove::{Scratch, is_proven, work_out};
use feedstock::internals::source::{Source, Sources};
use postgres::Client;

use crate::{pipeline, support};

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

/// Statements past the number that one transaction may have: several of them build the schema.
#[test]
fn a_schema_of_many_statements_is_rebuilt_as_it_was() {
    let empty = pipeline::build(&Source::Empty).unwrap();
    let large = pipeline::built("large.sql", &tables(120)).unwrap();
    assert_eq!(large.schema.tables.len(), 120);
    let plan = pipeline::arrives(&empty, &large, &Hints::default(), &Options::default());
    assert!(plan.steps().count() > 400, "{}", plan.steps().count());
}

/// What was read from a database in which only the plan's statements had been run needs no other proof; whatever else
/// is said, of the plan, of its files or of the schema, does.
#[test]
fn the_first_plan_is_proven_by_the_canonical_form_of_what_it_builds() {
    let scratch = Scratch::start(None).unwrap();
    let scope = Scope::default();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("all.sql");
    let sql = "CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a; -- one';
        CREATE VIEW v AS SELECT f(1) AS one;";
    std::fs::write(&path, format!("{}{sql}", tables(3))).unwrap();
    let sources = Sources { scratch: &scratch, models: None, schema_dir: directory.path(), scope: &scope };
    let empty = sources.build(&Source::Empty).unwrap();
    let wanted = sources.build_wanted(&Source::File(path), &empty.schema).unwrap();
    let worked_out = |wanted| {
        let (hints, options) = (Hints::default(), Options::default());
        work_out(&scratch, &empty.database, &empty.schema, wanted, &hints, &options, &scope).unwrap()
    };
    let plan = worked_out(&wanted);
    let files = |sql: String| Migrations::from_files([("V1__all.sql".to_owned(), sql)]).unwrap();
    let proven = |scratch: &Scratch, plan: &Plan, sql: String, wanted| {
        is_proven(scratch, plan, &files(sql), wanted).unwrap()
    };
    assert!(proven(&scratch, &plan, plan.sql(), &wanted));

    let longer = plan.sql().replacen("character varying(20)", "character varying(21)", 1);
    assert_ne!(longer, plan.sql());
    assert!(!proven(&scratch, &plan, longer, &wanted));
    assert!(!proven(&scratch, &plan, plan.sql() + "DROP VIEW v;", &wanted));
    let isolated = format!("-- feedstock: isolation serializable\n{}", plan.sql());
    assert!(!proven(&scratch, &plan, isolated, &wanted));
    let mut other = wanted.clone();
    other.tables.pop_last();
    assert!(!proven(&scratch, &plan, plan.sql(), &other));
    let mut shorter = plan.clone();
    shorter.files[0].steps.pop();
    assert!(!proven(&scratch, &shorter, shorter.sql(), &wanted));
    assert!(!proven(&Scratch::start(None).unwrap(), &plan, plan.sql(), &wanted));
}
