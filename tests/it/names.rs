//! How a plan writes names, and in which order its tables come.

use feedstock::internals::diff::Hints;
use feedstock::internals::plan::Options;
use feedstock::internals::schema::Name;
use feedstock::{Model, models};

use crate::cli::Project;
use crate::pipeline::{built, proven, worked_out};

const TO: &str = r#"
    CREATE SCHEMA other;
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE FUNCTION lower(mood) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''';
    CREATE TABLE "user" (id integer PRIMARY KEY, mood mood DEFAULT 'ok', moods mood[]);
    CREATE TABLE other.t (u integer REFERENCES "user", low text GENERATED ALWAYS AS (public.lower('ok'::mood)) STORED);
    CREATE INDEX user_mood ON "user" (mood);
    CREATE VIEW v AS SELECT u.id FROM "user" u JOIN other.t ON t.u = u.id;
    COMMENT ON TABLE "user" IS 'public.user';
"#;

#[test]
fn the_schema_is_left_out_where_it_is_alone_on_the_path() {
    let project = Project::new();
    project.write("to.sql", TO);
    let diff = ["diff", "--from", "empty", "--to", "to.sql"];
    let whole = project.run(&diff).is(0).says(r#"CREATE TABLE public."user" ("#).out;
    project.write("feedstock.toml", "[sql]\nqualify = false\n");
    let short = project.run(&diff).is(0).out;
    for part in [
        r#"CREATE TABLE "user" ("#,
        "    mood mood DEFAULT 'ok'::mood,",
        "    moods mood[],",
        "CREATE TABLE other.t (",
        // Postgres's own function of that name would come first.
        "public.lower('ok'::mood)",
        r#"REFERENCES "user"(id)"#,
        r#"CREATE INDEX user_mood ON "user" USING btree (mood)"#,
        r#"COMMENT ON TABLE "user" IS 'public.user'"#,
    ] {
        assert!(short.contains(part), "no {part} in\n{short}");
    }
    // What is written so builds the same.
    project.write("short.sql", &short);
    project.run(&["diff", "--from", "short.sql", "--to", "to.sql", "--exit-code"]).is(0);
    // With another schema on the path a name could mean that one's object.
    let both = ["diff", "--from", "empty", "--to", "to.sql", "--search-path", "public,other"];
    assert_eq!(project.run(&both).is(0).out, whole);
    project.write("feedstock.toml", "[sql]\nqualifies = false\n");
    project.run(&diff).is(4).says("expected `qualify`");
}

#[test]
fn a_backfill_is_written_without_the_schema_too() {
    let project = Project::new();
    project.write("feedstock.toml", "[sql]\nqualify = false\n");
    project.write("from.sql", "CREATE TABLE t (a integer);");
    project.write("to.sql", "CREATE TABLE t (a integer, b uuid DEFAULT gen_random_uuid());");
    let plan = project.run(&["diff", "--from", "from.sql", "--to", "to.sql"]).is(0);
    let plan = plan.says("UPDATE t SET b = gen_random_uuid()").says("ALTER TABLE t ADD COLUMN b uuid;");
    assert_eq!(plan.out.matches("public.").count(), 1, "{}", plan.out);
    plan.says("pg_relation_size('public.t')");
}

/// First of all.
#[derive(Model)]
pub struct Zebra {
    #[model(primary_key)]
    pub id: i32,
}

/// Behind it.
#[derive(Model)]
pub struct Ape {
    #[model(primary_key)]
    pub id: i32,
}

#[test]
fn tables_come_in_the_order_of_their_models() {
    let tables: Vec<&str> = models![Zebra, Ape].declared().unwrap().iter().map(|it| it.table).collect();
    assert_eq!(tables, ["zebra", "ape"]);
    // Those of a crate come in the order of their lines.
    let entries = || feedstock::__private::inventory::iter::<feedstock::__private::Entry>.into_iter();
    let line = |table| entries().find(|entry| entry.declared.table == table).unwrap().line;
    assert!(line("zebra") < line("ape"), "{} {}", line("zebra"), line("ape"));

    let text =
        "CREATE TABLE ape (id integer PRIMARY KEY, bee integer); CREATE TABLE bee (id integer PRIMARY KEY);
                CREATE TABLE cow (id integer); CREATE TABLE zebra (id integer);
                ALTER TABLE ape ADD FOREIGN KEY (bee) REFERENCES bee;";
    let (from, to) = (built("from.sql", "").unwrap(), built("to.sql", text).unwrap());
    let order = |names: &[&str]| {
        let order = names.iter().map(|name| Name::new("public", *name)).collect();
        let options = Options { order, ..Options::default() };
        let plan = worked_out(&from, &to, &Hints::default(), &options).unwrap();
        proven(&from, &to, &plan).unwrap();
        let tables = plan.steps().filter_map(|step| step.about.strip_prefix("table "));
        tables.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(order(&["zebra", "cow", "ape", "bee"]), ["zebra", "cow", "bee", "ape"]);
    assert_eq!(order(&["zebra"]), ["zebra", "bee", "ape", "cow"]);
    assert_eq!(order(&[]), ["bee", "ape", "cow", "zebra"]);
}
