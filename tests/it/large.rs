//! Large schemas: what must not grow with them.

use std::path::PathBuf;

use feedstock::Migrations;
use feedstock::internals::diff::Hints;
use feedstock::internals::inspect::{Scope, inspect};
use feedstock::internals::plan::{Options, Plan};
use feedstock::internals::prove::{Scratch, is_proven, work_out};
use feedstock::internals::source::{Source, Sources, order_of};
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

/// In an order of its author's, not of the alphabet, in which one refers to one that comes later.
mod ordered {
    use feedstock::Model;

    #[derive(Model)]
    #[model(table = "zebras")]
    pub struct Zebra {
        #[model(primary_key)]
        pub id: i32,
        #[model(belongs_to = Bear)]
        pub bear_id: i32,
    }

    #[derive(Model)]
    #[model(table = "ants")]
    pub struct Ant {
        #[model(primary_key)]
        pub id: i32,
    }

    #[derive(Model)]
    #[model(table = "bears")]
    pub struct Bear {
        #[model(primary_key)]
        pub id: i32,
    }
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

/// New tables come in the order of their models, and so does the text from which the canonical form was read.
#[test]
fn the_first_plan_of_models_is_proven_in_whatever_order_they_are() {
    let scratch = Scratch::start(None).unwrap();
    let scope = Scope::default();
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("before")).unwrap();
    let yaks = "CREATE TABLE yaks (id integer PRIMARY KEY);";
    std::fs::write(directory.path().join("before/yaks.sql"), yaks).unwrap();
    let models = feedstock::models![ordered::Zebra, ordered::Ant, ordered::Bear].declared().unwrap();
    let sources =
        Sources { scratch: &scratch, models: Some(&models), schema_dir: directory.path(), scope: &scope };
    let empty = sources.build(&Source::Empty).unwrap();
    let wanted = sources.build_wanted(&Source::Models, &empty.schema).unwrap();
    let in_order = |order| {
        let options = Options { order, ..Options::default() };
        let hints = Hints::default();
        work_out(&scratch, &empty.database, &empty.schema, &wanted, &hints, &options, &scope).unwrap()
    };
    let tables = |plan: &Plan| -> Vec<String> {
        let created = plan.steps().filter(|step| step.sql.starts_with("CREATE TABLE"));
        created.map(|step| step.about.clone()).collect()
    };
    let proven = |plan: &Plan| {
        let files = Migrations::from_files([("V1__all.sql".to_owned(), plan.sql())]).unwrap();
        is_proven(&scratch, plan, &files, &wanted).unwrap()
    };
    let plan = in_order(order_of(&models));
    assert_eq!(tables(&plan), ["table bears", "table zebras", "table ants", "table yaks"]);
    assert!(proven(&plan));
    let other = in_order(Vec::new());
    assert_eq!(tables(&other), ["table ants", "table bears", "table yaks", "table zebras"]);
    assert!(!proven(&other), "its statements were run in another order");
}

/// Statements that go to the server together fail as if each had been sent by itself.
#[test]
fn the_place_of_an_error_among_many_statements_is_known() {
    let tables = "CREATE TABLE a (id integer);\nCREATE INDEX ON a (id);\n";
    let text =
        format!("{tables}CREATE TABLE b (id integer,\n    name nothing);\nCREATE TABLE c (id integer);\n");
    let error = pipeline::built("many.sql", &text).map(drop).unwrap_err();
    assert!(error.contains("many.sql:4:10") && error.contains("\"nothing\""), "{error}");
    // What the first one lacks is made, and then all of them are there, each once.
    let text = format!("{tables}ALTER TABLE a OWNER TO nobody_yet;\nCOMMENT ON TABLE a IS 'one';\n");
    let built = pipeline::built("many.sql", &text).unwrap();
    assert_eq!((built.schema.tables.len(), built.schema.indexes.len()), (1, 1));
}

/// Replays that run at once on one server make the roles that they lack, while others make and drop databases.
#[test]
fn replays_at_once_make_the_roles_that_they_lack() {
    let failed: Vec<String> = std::thread::scope(|scope| {
        let replay = |at: usize| {
            let mut text = String::new();
            for role in 0..3 {
                text += &format!("CREATE ROLE at_once_said_{at}_{role};\n");
                text += &format!("CREATE TABLE t{role} (id integer);\n");
                text += &format!("ALTER TABLE t{role} OWNER TO at_once_{at}_{role};\n");
                text += &format!("GRANT SELECT ON t{role} TO at_once_of_all_{role};\n");
            }
            pipeline::built("at_once.sql", &text).map(drop).err()
        };
        let all: Vec<_> = (0..6)
            .map(|thread| {
                scope
                    .spawn(move || (0..3).filter_map(|round| replay(10 * thread + round)).collect::<Vec<_>>())
            })
            .collect();
        all.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "{failed:#?}");
}
