//! What the proof of a plan sees since its scratch tables have rows.

use feedstock::internals::diff::Hints;
use feedstock::internals::inspect::Scope;
use feedstock::internals::plan::{Options, Plan};
use feedstock::internals::prove::prove;
use feedstock::internals::schema::Name;
use feedstock::internals::source::Built;
use feedstock::migration::Migrations;

use crate::pipeline::{allow_all, built, proven, worked_out};
use crate::support;

/// Proves that a file, in place of the plan's own, makes one state into the other.
fn proven_as(from: &Built, to: &Built, plan: &Plan, sql: &str) -> Result<(), String> {
    let files = Migrations::from_files([("V1__plan.sql".to_owned(), sql.to_owned())]).unwrap();
    let (scratch, scope) = (support::scratch(), Scope::default());
    prove(scratch, &from.database, &from.schema, plan, &files, &to.schema, &scope)
        .map_err(|error| error.to_string())
}

fn plan(from: &Built, to: &Built) -> Plan {
    worked_out(from, to, &Hints::default(), &allow_all()).unwrap()
}

fn with_fill(table: &str, column: &str, value: &str) -> Options {
    let fill = [((Name::new("public", table), column.to_owned()), value.to_owned())].into();
    Options { fill, ..allow_all() }
}

/// Nobody runs the function in an empty table.
#[test]
fn a_function_that_comes_too_late() {
    let from =
        "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN public.g($1); END';
                CREATE TABLE t (id integer PRIMARY KEY);";
    let g = "CREATE FUNCTION g(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';";
    for change in [
        "ALTER TABLE t ADD COLUMN a integer GENERATED ALWAYS AS (f(id)) STORED;",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (f(id) > 0);",
        "CREATE INDEX t_f ON t (f(id));",
    ] {
        let (from, to) =
            (built("from.sql", from).unwrap(), built("to.sql", &[from, g, change].concat()).unwrap());
        let plan = plan(&from, &to);
        proven(&from, &to, &plan).unwrap();
        proven_as(&from, &to, &plan, &format!("SET check_function_bodies = off; {g} {change}")).unwrap();
        let error = proven_as(&from, &to, &plan, &format!("{change} {g}")).unwrap_err();
        assert!(error.contains("function public.g(integer) does not exist"), "{change}: {error}");
    }
}

/// A value that breaks a check is no row's fault.
#[test]
fn a_value_that_breaks_a_check() {
    let from = "CREATE TABLE t (id integer PRIMARY KEY, a integer);";
    let old = "CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL CHECK (a > 0));";
    let new = "CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer NOT NULL CHECK (b > 0));";
    for (to, column) in [(old, "a"), (new, "b")] {
        let (from, to) = (built("from.sql", from).unwrap(), built("to.sql", to).unwrap());
        let proven = |value| {
            let plan = worked_out(&from, &to, &Hints::default(), &with_fill("t", column, value)).unwrap();
            proven(&from, &to, &plan)
        };
        proven("1").unwrap();
        let error = proven("0").unwrap_err();
        assert!(error.contains(&format!("t_{column}_check")), "{error}");
    }
}

/// What another row would not do says nothing about the plan: two that are alike, NULL, a value of another type.
#[test]
fn what_depends_on_the_rows_is_a_hazard() {
    for (from, to) in [
        ("CREATE TABLE t (a integer);", "CREATE TABLE t (a integer NOT NULL);"),
        ("CREATE TABLE t (a boolean);", "CREATE TABLE t (a boolean, UNIQUE NULLS NOT DISTINCT (a));"),
        ("CREATE TABLE t (a jsonb);", "CREATE TABLE t (a integer);"),
        ("CREATE TABLE t (a integer);", "CREATE TABLE t (a integer CHECK (a * a = 2));"),
        (
            "CREATE TABLE o (id integer PRIMARY KEY); CREATE TABLE t (a integer);",
            "CREATE TABLE o (id integer PRIMARY KEY); CREATE TABLE t (a integer REFERENCES o);",
        ),
    ] {
        let (from, to) = (built("from.sql", from).unwrap(), built("to.sql", to).unwrap());
        let using = [((Name::new("public", "t"), "a".to_owned()), "a::text::integer".to_owned())].into();
        let plan = worked_out(&from, &to, &Hints::default(), &Options { using, ..allow_all() }).unwrap();
        proven(&from, &to, &plan).unwrap();
    }
}

/// Tables of every sort that get rows, and some that take none.
const TABLES: &str = r#"
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE TYPE pair AS (a integer, b text);
    CREATE DOMAIN positive AS integer NOT NULL CHECK (VALUE > 10);
    CREATE DOMAIN code AS text CHECK (VALUE ~ '^[A-Z]{2}$' OR VALUE = 'AB');
    CREATE TABLE scalars (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b boolean NOT NULL, t text NOT NULL,
        v varchar(3) NOT NULL, n numeric(3, 3) NOT NULL, d date NOT NULL, ts timestamptz NOT NULL,
        ti time NOT NULL, i interval NOT NULL, u uuid NOT NULL, j jsonb NOT NULL, x xml NOT NULL,
        by bytea NOT NULL, bi bit(3) NOT NULL, vb varbit NOT NULL, ip inet NOT NULL, net cidr NOT NULL,
        mac macaddr NOT NULL, mac8 macaddr8 NOT NULL, p point NOT NULL, l line NOT NULL, s lseg NOT NULL,
        bo box NOT NULL, pa path NOT NULL, po polygon NOT NULL, c circle NOT NULL, lsn pg_lsn NOT NULL,
        tv tsvector NOT NULL, tq tsquery NOT NULL, m money NOT NULL, o oid NOT NULL, r regclass NOT NULL);
    CREATE TABLE made (
        a mood NOT NULL, b pair NOT NULL, c positive, d code NOT NULL, e positive[] NOT NULL, f text[] NOT NULL,
        g int4range NOT NULL, h datemultirange NOT NULL, i mood[] NOT NULL, k tstzrange[] NOT NULL,
        twice integer GENERATED ALWAYS AS (c * 2) STORED);
    CREATE TABLE checked (
        id integer PRIMARY KEY CHECK (id > 100), status text NOT NULL CHECK (status IN ('open', 'done')),
        done timestamp, amount numeric NOT NULL CHECK (amount BETWEEN 5 AND 9),
        mail text NOT NULL CHECK (mail LIKE '%@%'),
        zip text NOT NULL CHECK (length(zip) = 5), CHECK (status <> 'done' OR done IS NOT NULL));
    CREATE TABLE "Parent" (a integer, "B" text, PRIMARY KEY (a, "B"));
    CREATE TABLE child (id bigserial PRIMARY KEY, b text NOT NULL, a integer NOT NULL,
        up bigint NOT NULL REFERENCES child,
        other integer UNIQUE REFERENCES checked, FOREIGN KEY (a, b) REFERENCES "Parent" ON DELETE CASCADE);
    CREATE TABLE whole (at date NOT NULL, region text NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE part PARTITION OF whole FOR VALUES FROM ('2030-01-01') TO ('2031-01-01') PARTITION BY LIST (region);
    CREATE TABLE leaf PARTITION OF part FOR VALUES IN ('eu', 'us');
    CREATE TABLE refuses (id integer);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''never''; END';
    CREATE TRIGGER refuse BEFORE INSERT ON refuses FOR EACH ROW EXECUTE FUNCTION refuse();
    CREATE TABLE impossible (id integer NOT NULL CHECK (id > 3 AND id < 2));
    CREATE TABLE hen (id integer PRIMARY KEY, egg integer NOT NULL);
    CREATE TABLE egg (id integer PRIMARY KEY, hen integer NOT NULL REFERENCES hen);
    ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg;
    CREATE TABLE stuck (id integer);
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); END';
    CREATE TRIGGER wait BEFORE INSERT ON stuck FOR EACH ROW EXECUTE FUNCTION wait();
"#;

#[test]
fn rows_are_made_where_they_can_be() {
    let tables = [
        "scalars",
        "made",
        "checked",
        "\"Parent\"",
        "child",
        "leaf",
        "refuses",
        "impossible",
        "hen",
        "stuck",
    ];
    let of = |name: &&str| if *name == "leaf" { "whole".to_owned() } else { (*name).to_owned() };
    let change: String =
        tables.iter().map(|name| format!("ALTER TABLE {} ADD COLUMN new integer;", of(name))).collect();
    let from = built("from.sql", TABLES).unwrap();
    let to = built("to.sql", &format!("{TABLES}{change}")).unwrap();
    let plan = plan(&from, &to);
    let counts: Vec<String> = tables
        .iter()
        .map(|name| format!("format('%s %s', '{name}', (SELECT count(*) FROM {name}))"))
        .collect();
    let check = format!(
        "DO $$ BEGIN RAISE EXCEPTION '%', concat_ws(', ', {}) USING ERRCODE = '42P01'; END $$;",
        counts.join(", ")
    );
    let error = proven_as(&from, &to, &plan, &check).unwrap_err();
    let rows = "scalars 2, made 2, checked 2, \"Parent\" 2, child 2, leaf 2, refuses 0, impossible 0, hen 0, stuck 0";
    assert!(error.contains(rows), "{error}");
    proven_as(&from, &to, &plan, &change).unwrap();
}

/// What a trigger does when rows come is no part of the plan.
#[test]
fn a_trigger_that_makes_a_table_is_no_difference() {
    let text = "CREATE TABLE t (id integer);
                CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN CREATE TABLE IF NOT EXISTS made (id integer); RETURN NEW; END';
                CREATE TRIGGER f BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();";
    let from = built("from.sql", text).unwrap();
    let to = built("to.sql", &format!("{text} ALTER TABLE t ADD COLUMN a integer")).unwrap();
    proven(&from, &to, &plan(&from, &to)).unwrap();
}

/// Rows come to some tables at a time. A trigger that ends the session leaves those that came before, and an error that
/// is theirs is not the plan's.
#[test]
fn a_trigger_that_ends_the_session_leaves_rows_behind() {
    let tables: String = (0..60)
        .map(|number| format!("CREATE TABLE t_{number:02} (id integer PRIMARY KEY, b text NOT NULL);"))
        .collect();
    let text = format!(
        "{tables} CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END';
         CREATE TRIGGER f BEFORE INSERT ON t_59 FOR EACH ROW EXECUTE FUNCTION f();"
    );
    let columns: String = (0..60).map(|number| format!("ALTER TABLE t_{number:02} ADD c integer;")).collect();
    let from = built("from.sql", &text).unwrap();
    let to = built("to.sql", &format!("{text} {columns} ALTER TABLE t_00 ADD UNIQUE (b);")).unwrap();
    proven(&from, &to, &plan(&from, &to)).unwrap();
}
