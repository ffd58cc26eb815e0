//! The command line as scripts see it: what it prints, and the status with which it ends.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support;

/// A project in a directory of its own, with the test process's scratch server.
pub struct Project {
    pub directory: TempDir,
}

/// How a run ended.
pub struct Ended {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Project {
    pub fn new() -> Self {
        Project { directory: tempfile::tempdir().unwrap() }
    }

    /// Runs the binary without models.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedstock"));
        command.args(arguments);
        self.finish(command)
    }

    /// Runs a prepared command here.
    pub fn finish(&self, mut command: Command) -> Ended {
        let server = support::server().server().expect("a private server");
        let output = command
            .current_dir(self.directory.path())
            .env_remove("DATABASE_URL")
            .env("FEEDSTOCK_SCRATCH_URL", server.url("postgres"))
            .output()
            .unwrap();
        Ended::from(output)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.directory.path().join(path)).unwrap()
    }

    pub fn files(&self, directory: &str) -> Vec<String> {
        let directory = self.directory.path().join(directory);
        if !directory.exists() {
            return Vec::new();
        }
        let names = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Ended {
            status: output.status.code().expect("it ends by itself"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    #[track_caller]
    pub fn is(self, status: i32) -> Self {
        assert_eq!(self.status, status, "\n{}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn says(self, what: &str) -> Self {
        assert!(
            self.out.contains(what) || self.err.contains(what),
            "no {what:?} in\n{}\n{}",
            self.out,
            self.err
        );
        self
    }
}

const ONE: &str = "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20) CHECK (name IN ('a', 'b')));\n";

#[test]
fn wrong_usage_is_status_2() {
    let project = Project::new();
    project.run(&["bogus"]).is(2);
    project.run(&["diff", "--from", "empty"]).is(2);
    project.run(&["diff", "--from", "nonsense", "--to", "empty"]).is(2).says("a source is one of");
    project.run(&["diff", "--from", "models", "--to", "empty"]).is(2).says("has no models");
    project.run(&["new", "a-b"]).is(2).says("letters, digits and underscores");
    project
        .run(&["diff", "--from", "empty", "--to", "empty", "--fill", "t.c"])
        .is(2)
        .says("--fill table.column=");
    project.run(&["inspect", "migrations@9"]).is(2).says("no migration V9");
    project.run(&["--help"]).is(0).says("Usage:");
}

#[test]
fn diff_prints_the_plan_and_nothing_else() {
    let project = Project::new();
    project.write("one.sql", ONE);
    project.write("other.sql", "CREATE TABLE t (id integer PRIMARY KEY);\n");
    let same = project.run(&["diff", "--from", "one.sql", "--to", "one.sql", "--exit-code"]).is(0);
    assert_eq!((same.out.as_str(), same.err.as_str()), ("", ""));
    let less = project.run(&["diff", "--from", "one.sql", "--to", "other.sql"]).is(0);
    assert_eq!(
        less.out,
        "-- drops column t.name\n\
         -- hazard drop-column:t.name: the column and its values are lost\n\
         -- lock: AccessExclusiveLock on t (blocks reads and writes)\n\n\
         BEGIN;\n\n\
         ALTER TABLE public.t DROP COLUMN name;\n\n\
         COMMIT;\n"
    );
    project.run(&["diff", "--from", "one.sql", "--to", "other.sql", "--exit-code"]).is(1);
    let json = project.run(&["diff", "--from", "empty", "--to", "one.sql", "--format", "json"]).is(0);
    let plan: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(plan["files"][0]["steps"][0]["about"], "table t");
    assert_eq!(plan["refusals"], serde_json::json!([]));
}

/// Here an event trigger takes part, which the one who drew up `other.sql` did not think of.
#[test]
fn a_plan_that_does_not_arrive_says_so() {
    let project = Project::new();
    let trigger = "CREATE FUNCTION stamp() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
            ALTER TABLE IF EXISTS b ADD COLUMN IF NOT EXISTS stamped_at timestamptz;
        END $$;
        CREATE EVENT TRIGGER stamp ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION stamp();";
    project.write("one.sql", &format!("CREATE TABLE a (id integer);\n{trigger}"));
    project.write(
        "other.sql",
        &format!("CREATE TABLE a (id integer);\nCREATE TABLE b (id integer);\n{trigger}"),
    );
    let diff = project.run(&["diff", "--from", "one.sql", "--to", "other.sql"]).is(3);
    let said = "-- unproven:plan: after the plan the schema still differs: column ";
    assert!(diff.out.starts_with(said) && diff.out.contains("stamped_at"), "{}", diff.out);
    let diff = project.run(&["diff", "--from", "one.sql", "--to", "other.sql", "--format", "json"]).is(3);
    let plan: serde_json::Value = serde_json::from_str(&diff.out).unwrap();
    assert_eq!(plan["refusals"][0]["rule"], "unproven");
}

#[test]
fn diff_says_what_was_measured_as_json() {
    let project = Project::new();
    project.write("one.sql", ONE);
    project.write("other.sql", &ONE.replace("id integer", "id bigint"));
    let json = project.run(&["diff", "--from", "one.sql", "--to", "other.sql", "--format", "json"]).is(0);
    let plan: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let step = &plan["files"][0]["steps"][0];
    let table =
        serde_json::json!({ "name": { "schema": "public", "name": "t" }, "kind": "table", "of": null });
    let mut lock = table.clone();
    lock["mode"] = "AccessExclusiveLock".into();
    let locks = &step["measured"]["locks"];
    for locks in [&locks["own"], &locks["cumulative"]] {
        assert!(locks.as_array().unwrap().contains(&lock), "{json}", json = json.out);
    }
    let index = serde_json::json!({
        "name": { "schema": "public", "name": "t_pkey" },
        "kind": "index",
        "of": { "schema": "public", "name": "t" },
    });
    assert_eq!(step["measured"]["rewrites"], serde_json::json!([table, index]));
    assert_eq!(step["measured"]["scans"], serde_json::json!([table]));
    assert_eq!(step["measured"]["in_transaction"], true);
    let rules: Vec<_> = step["hazards"].as_array().unwrap().iter().map(|it| &it["rule"]).collect();
    assert_eq!(rules, ["change-type", "rewrite-table"]);
    assert_eq!(plan["refusals"][0]["rule"], "rewrite-table");
}

#[test]
fn what_cannot_be_measured_is_said() {
    let project = Project::new();
    project.write("one.sql", "CREATE TABLE t (id integer, s text);\n");
    project.write("other.sql", "CREATE TABLE t (id integer, n integer, s integer);\n");
    let diff = project.run(&["diff", "--from", "one.sql", "--to", "other.sql"]).is(3);
    assert!(diff.err.contains("the measuring ends here: column t.s"), "{}", diff.err);
    assert!(
        diff.out.contains("-- lock: AccessExclusiveLock on t (blocks reads and writes)\n\nBEGIN;\n"),
        "{}",
        diff.out
    );
    assert!(diff.out.contains("(SQLSTATE 42804); hint: You might"), "{}", diff.out);
    let statement = "\nALTER TABLE public.t ALTER COLUMN s TYPE integer;";
    assert!(diff.out.contains(statement), "{}", diff.out);
    assert!(
        diff.out.contains(
            "may be changed\n-- hazard fails:column t.s: it failed when it was tried: the database"
        ),
        "{}",
        diff.out
    );
}

#[test]
fn every_conversion_that_is_needed_is_asked_for_at_once() {
    let project = Project::new();
    project.write(
        "one.sql",
        "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (a text, b boolean, c mood, d integer);\n",
    );
    project.write(
        "other.sql",
        "CREATE TYPE feeling AS ENUM ('ok'); CREATE TABLE t (a uuid, b integer, c feeling, d bigint);\n",
    );
    let diff = project.run(&["diff", "--from", "one.sql", "--to", "other.sql"]).is(3);
    for option in ["t.a='a::uuid'", "t.b='b::text::integer'", "t.c='c::text::public.feeling'"] {
        assert!(diff.out.contains(&format!("help: say how: --using {option}\n")), "{option}\n{}", diff.out);
    }
    assert!(!diff.out.contains("--using t.d"), "{}", diff.out);
    let arguments = ["diff", "--from", "one.sql", "--to", "other.sql", "--using", "t.a=a::uuid"];
    let said = ["--using", "t.b=b::int", "--using", "t.c=c::text::public.feeling"];
    project.run(&[&arguments[..], &said[..]].concat()).is(0);
}

#[test]
fn a_needed_value_stands_in_a_comment_of_diff() {
    let project = Project::new();
    project.write("one.sql", "CREATE TABLE t (id integer);\n");
    project.write("other.sql", "CREATE TABLE t (id integer, n integer NOT NULL);\n");
    let diff = project.run(&["diff", "--from", "one.sql", "--to", "other.sql"]).is(0);
    assert!(diff.out.starts_with("-- needs-fill:t.n: "), "{}", diff.out);
    let filled =
        project.run(&["diff", "--from", "one.sql", "--to", "other.sql", "--fill", "t.n=id + 1"]).is(0);
    assert!(filled.out.contains("UPDATE public.t SET n = id + 1\n"), "{}", filled.out);
    assert!(
        filled.out.contains("-- file 2 of 6, outside a transaction, in batches: fills column t.n\n"),
        "{}",
        filled.out
    );
    let arguments =
        ["diff", "--from", "one.sql", "--to", "other.sql", "--fill", "t.n=id + 1", "--offline-ok"];
    let offline = project.run(&arguments).is(0);
    assert!(offline.out.contains("UPDATE public.t SET n = id + 1;\n"), "{}", offline.out);
}

#[test]
fn a_rename_without_models_is_said_on_the_command_line() {
    let project = Project::new();
    let old = "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (id integer, a text, m mood);\n";
    let new = "CREATE TYPE feeling AS ENUM ('fine'); CREATE TABLE u (id integer, b text, m feeling);\n";
    project.write("old.sql", old);
    project.write("new.sql", new);
    let diff = |more: &[&str]| {
        let arguments = ["diff", "--from", "old.sql", "--to", "new.sql"];
        project.run(&[&arguments[..], more].concat())
    };
    let refused = diff(&[]).is(0);
    assert!(refused.out.contains("hazard drop-table:t"), "{}", refused.out);
    let said =
        ["--rename", "t=u", "--rename", "t.a=b", "--rename", "mood=feeling", "--rename", "mood.ok=fine"];
    let renamed = diff(&said).is(0);
    let statements: Vec<&str> = renamed.out.lines().filter(|line| line.ends_with(';')).collect();
    assert_eq!(
        statements,
        [
            "BEGIN;",
            "ALTER TABLE public.t RENAME TO u;",
            "ALTER TYPE public.mood RENAME TO feeling;",
            "ALTER TYPE public.feeling RENAME VALUE 'ok' TO 'fine';",
            "ALTER TABLE public.u RENAME COLUMN a TO b;",
            "COMMIT;",
        ]
    );
    diff(&["--rename", "t.x=y"]).is(2).says("the current schema has no column t.x");
    diff(&["--rename", "v=u"]).is(2).says("the current schema has no table, enum, column or label v");
    diff(&["--rename", "t"]).is(2).says("--rename table.column=new");
    diff(&["--allow", "drop-tabel:t"]).is(2).says("did you mean `drop-table`?");
    project.write(
        "column.sql",
        "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (id integer, b text, m mood);\n",
    );
    let column = project.run(&["diff", "--from", "old.sql", "--to", "column.sql", "--format", "json"]).is(0);
    assert!(column.out.contains("if a became b: --rename t.a=b"), "{}", column.out);
}

#[test]
fn a_value_for_nothing_is_said_and_one_for_no_column_is_status_2() {
    let project = Project::new();
    project.write("one.sql", "CREATE TABLE t (id integer NOT NULL);");
    project.write("other.sql", "CREATE TABLE t (id integer NOT NULL, n integer);");
    let diff = |to, what: [&str; 2]| {
        project.run(&[&["diff", "--from", "one.sql", "--to", to][..], &what[..]].concat())
    };
    diff("other.sql", ["--fill", "t.n=1"]).is(0).says("warning: --fill t.n is not used: ");
    diff("other.sql", ["--using", "t.id=1"]).is(0).says("warning: --using t.id is not used: ");
    diff("other.sql", ["--fill", "t.m=1"]).is(2).says("the wanted schema has no column t.m");
    // What was done stays said in a script.
    let ended = diff("one.sql", ["--fill", "t.id=1"]).is(0);
    assert_eq!(ended.err, "");
}

#[test]
fn what_is_unsupported_is_said_and_status_3() {
    let project = Project::new();
    project.write("one.sql", "CREATE TYPE t;\n");
    project.run(&["diff", "--from", "empty", "--to", "one.sql"]).is(3).says("unsupported: shell type");
    project.run(&["diff", "--from", "one.sql", "--to", "one.sql"]).is(0);
}

#[test]
fn only_what_is_managed_is_looked_at() {
    let project = Project::new();
    project.write("one.sql", "CREATE TABLE t (id integer);\n");
    project.write(
        "two.sql",
        "CREATE TABLE t (id integer);\n\
         CREATE TABLE spatial_ref_sys (id integer);\n\
         REVOKE INSERT ON spatial_ref_sys FROM CURRENT_USER;\n\
         CREATE SCHEMA audit;\n\
         CREATE TYPE audit.kind AS ENUM ('a');\n\
         CREATE TABLE audit.log (kind audit.kind, at text) PARTITION BY LIST (kind);\n\
         CREATE TYPE audit.shell;\n\
         CREATE FUNCTION audit.f() RETURNS integer LANGUAGE sql RETURN 1;\n",
    );
    project.run(&["diff", "--from", "one.sql", "--to", "two.sql"]).is(3);
    project.write("feedstock.toml", "managed = ['public']\nignore = ['spatial_ref_sys']\n");
    project.run(&["diff", "--from", "one.sql", "--to", "two.sql", "--exit-code"]).is(0);
    project.write("feedstock.toml", "managd = ['public']\n");
    project.run(&["check"]).is(4).says("feedstock.toml:1:1");
}

#[test]
fn a_broken_file_is_status_4_with_its_place() {
    let project = Project::new();
    project.write("one.sql", "CREATE TABLE t (id integer);\n\nCREATE TABEL u ();\n");
    project.run(&["inspect", "one.sql"]).is(4).says("one.sql:3:8").says("SQLSTATE 42601");
    project.run(&["inspect", "none.sql"]).is(4).says("none.sql");
    project.write("two.sql", "\\connect other\n");
    project.run(&["inspect", "two.sql"]).is(4).says("two.sql:1:1");
}

#[test]
fn a_dump_is_read_as_it_is() {
    let project = Project::new();
    let database = support::database("dump");
    let mut client = feedstock::internals::connect::connect(&database.url).unwrap();
    client.batch_execute(ONE).unwrap();
    let dump = format!("\\restrict abc\n{}\\unrestrict abc\n", support::pg_dump(&database.url));
    project.write("dump.sql", &dump);
    project.run(&["diff", "--from", "dump.sql", "--to", &database.url, "--exit-code"]).is(0);
}

#[test]
fn inspect_prints_what_builds_the_same() {
    let project = Project::new();
    project.write("one.sql", ONE);
    let inspected = project.run(&["inspect", "one.sql"]).is(0);
    project.write("again.sql", &inspected.out);
    project.run(&["diff", "--from", "one.sql", "--to", "again.sql", "--exit-code"]).is(0);
    let json = project.run(&["inspect", "one.sql", "--format", "json"]).is(0);
    let schema: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(schema["tables"][0]["columns"][1]["data_type"], "character varying(20)");
}

#[test]
fn apply_and_status_on_a_database_that_is_named() {
    let project = Project::new();
    let database = support::database("apply");
    let url = format!("{}&password=hunter2", database.url);
    project.write("migrations/V1__one.sql", ONE);
    project.write("migrations/V2__two.sql", "ALTER TABLE t ADD COLUMN n integer;\n");
    let with = |arguments: &[&str]| project.run(&[&["--database-url", &url], arguments].concat());
    with(&["status"]).is(0).says("pending");
    with(&["apply", "--dry-run"]).is(0).says("2 migrations pending");
    with(&["apply", "--to", "1"]).is(0).says("V1__one.sql: applied");
    with(&["apply"]).is(0).says("1 migration applied");
    with(&["apply"]).is(0).says("nothing to apply");
    let status = with(&["status", "--format", "json"]).is(0);
    let lines: serde_json::Value = serde_json::from_str(&status.out).unwrap();
    assert_eq!(lines[1]["state"], "applied");
    // What was applied is what the files build.
    project.run(&["diff", "--from", "migrations", "--to", &url, "--exit-code"]).is(0);
    project.run(&["diff", "--from", "migrations@1", "--to", "migrations", "--exit-code"]).is(1);

    project.write("migrations/V2__two.sql", "ALTER TABLE t ADD COLUMN m integer;\n");
    with(&["status"]).is(1).says("edited");
    let failed = with(&["apply"]).is(4).says("V2__two.sql");
    assert!(!failed.err.contains("hunter2"));
}

#[test]
fn an_edited_or_missing_file_is_seen_by_every_verb_that_sees_the_database() {
    let project = Project::new();
    let database = support::database("edited");
    let with = |arguments: &[&str]| project.run(&[&["--database-url", &database.url], arguments].concat());
    let check = || with(&["check", "--fail-on", "error"]);
    project.write("migrations/V1__one.sql", ONE);
    project.write("migrations/V2__two.sql", "ALTER TABLE t ADD COLUMN n integer;\n");
    check().is(0).says("database: 0 applied as the files are, 2 pending");
    with(&["apply"]).is(0);
    check().is(0).says("database: 2 applied as the files are, 0 pending");
    // The newest file, of which no other one has the checksum.
    project.write("migrations/V2__two.sql", "ALTER TABLE t ADD COLUMN m integer;\n");
    project.run(&["check"]).is(0);
    check().is(1).says("FAIL  database").says("V2__two.sql is not the file that was applied");
    with(&["status"]).is(1).says("edited");
    with(&["status", "--format", "json"]).is(1).says("edited");
    with(&["new", "more", "--sql"]).is(4).says("V2__two.sql is not the file that was applied");
    let mut new = Command::new(env!("CARGO_BIN_EXE_feedstock"));
    new.args(["new", "more", "--sql"]).env("DATABASE_URL", &database.url);
    let output = new.current_dir(project.directory.path()).output().unwrap();
    Ended::from(output).is(4).says("V2__two.sql is not the file that was applied");
    assert_eq!(project.files("migrations"), ["V1__one.sql", "V2__two.sql"]);
    // What nobody can reach is no reason where nobody named it here.
    new = Command::new(env!("CARGO_BIN_EXE_feedstock"));
    new.args(["new", "more", "--sql"]).env("DATABASE_URL", "postgres://someone:hunter2@127.0.0.1:1/none");
    let ended =
        Ended::from(new.current_dir(project.directory.path()).output().unwrap()).is(0).says("127.0.0.1");
    assert!(!ended.err.contains("hunter2"), "{}", ended.err);
    std::fs::remove_file(project.directory.path().join("migrations/V3__more.sql")).unwrap();
    std::fs::remove_file(project.directory.path().join("migrations/V2__two.sql")).unwrap();
    check().is(1).says("V2__two was applied").says("its file is missing");
    with(&["status"]).is(1).says("missing");
    project.write("migrations/V2__two.sql", "ALTER TABLE t ADD COLUMN n integer;\n");
    with(&["status"]).is(0);
    check().is(0);
    // In the middle.
    project.write("migrations/V4__four.sql", "CREATE TABLE u ();\n");
    with(&["apply"]).is(0);
    project.write("migrations/V3__three.sql", "CREATE TABLE v ();\n");
    check().is(1).says("V3__three.sql is not applied, although a later one is");
}

#[test]
fn a_database_that_the_environment_names_is_not_checked() {
    let project = Project::new();
    let mut check = Command::new(env!("CARGO_BIN_EXE_feedstock"));
    check.args(["check"]).env("DATABASE_URL", "postgres://someone@127.0.0.1:1/none");
    let server = support::server().server().unwrap();
    check.env("FEEDSTOCK_SCRATCH_URL", server.url("postgres")).current_dir(project.directory.path());
    Ended::from(check.output().unwrap()).is(0);
    project.run(&["check", "--database-url", "postgres://someone@127.0.0.1:1/none"]).is(4).says("127.0.0.1");
}

/// Each verb with each option of all verbs.
#[test]
fn an_option_that_a_verb_does_not_use_is_status_2() {
    let project = Project::new();
    let database = support::database("options");
    let scratch = support::server().server().unwrap().url("postgres");
    let verbs: [(&[&str], &[&str]); 7] = [
        (&["new", "name"], &["database-url", "scratch-url", "replay-as", "schema", "allow"]),
        (&["apply"], &["database-url"]),
        (&["status"], &["database-url"]),
        (&["diff", "--from", "empty", "--to", "empty"], &["scratch-url", "replay-as", "allow"]),
        (&["check"], &["database-url", "scratch-url", "replay-as", "schema", "allow"]),
        (&["lint"], &["database-url", "scratch-url", "replay-as", "schema", "allow"]),
        (&["inspect", "empty"], &["scratch-url", "replay-as"]),
    ];
    let options = [
        ("database-url", database.url.as_str()),
        ("scratch-url", &scratch),
        ("replay-as", "owner"),
        ("schema", "schema"),
        ("allow", "drop-column:t.c"),
    ];
    for (verb, uses) in verbs {
        for (option, value) in options {
            let flag = format!("--{option}");
            // The option of all verbs stands before or behind the verb.
            for arguments in [[&[flag.as_str(), value][..], verb].concat(), [verb, &[&flag, value]].concat()]
            {
                let ended = project.run(&arguments);
                let refused = ended.err.contains(&format!("`{}", verb[0]))
                    && ended.err.contains(&format!("` does not use {flag}"));
                assert_eq!(refused, !uses.contains(&option), "{arguments:?}\n{}", ended.err);
                assert!(!refused || ended.status == 2, "{arguments:?}: {}", ended.status);
            }
        }
    }
    for option in [["--fill", "t.c=1"], ["--using", "t.c=1"], ["--small-table", "1MB"], ["--allow", "a:b"]] {
        project.run(&["new", "name", "--sql", option[0], option[1]]).is(2).says("`new --sql` does not use");
    }
    project.run(&["new", "name", "--sql", "--offline-ok"]).is(2).says("--offline-ok");
    for source in ["empty", database.url.as_str()] {
        project.run(&["inspect", source, "--search-path", "a"]).is(2).says("does not use --search-path");
        project.run(&["inspect", source, "--schema", "schema"]).is(2).says("does not use --schema");
    }
    project.write("one.sql", ONE);
    project.run(&["inspect", "one.sql", "--search-path", "public"]).is(0);
    for call in ["--fake", "--dry-run"] {
        let refused = ["apply", call, "--max-wait", "1s", "--migrations", "."];
        project.run(&refused).is(2).says(&format!("`apply {call}` does not use --max-wait"));
    }
    assert!(project.files("migrations").is_empty());
}

#[test]
fn a_directory_that_is_named_and_missing_is_status_4() {
    let project = Project::new();
    for call in [
        &["inspect", "migrations"][..],
        &["inspect", "migrations@0"],
        &["diff", "--from", "migrations", "--to", "empty"],
        &["diff", "--from", "empty", "--to", "migrations"],
    ] {
        project.run(call).is(0);
        project.run(&[call, &["--migrations", "nosuch"]].concat()).is(4).says("nosuch, does not exist");
    }
    project.run(&["check", "--schema", "nosuch"]).is(4).says("--schema nosuch does not exist");
}

#[test]
fn what_only_psql_knows_is_said_with_its_place() {
    let project = Project::new();
    let database = support::database("psql");
    project.write("a.sql", "select 1;\n  \\echo hi\n");
    project.run(&["inspect", "a.sql"]).is(4).says("a.sql:2:3").says("`\\echo` is a command of psql");
    project.write("migrations/V1__a.sql", "select 1 as x \\gset\n");
    project.write("migrations/V2__b.sql", "create table t ();\n\t\\i x.sql\ncopy t to stdout;\n");
    for call in [&["check"][..], &["apply", "--database-url", &database.url]] {
        let ended = project.run(call);
        for part in
            ["3 errors in 2 files", "V1__a.sql:1:15: `\\gset`", "V2__b.sql:2:2: `\\i`", "V2__b.sql:3:1: COPY"]
        {
            assert!(
                (ended.out.clone() + &ended.err).contains(part),
                "{}{}\n  lacks: {part}",
                ended.out,
                ended.err
            );
        }
    }
}

#[test]
fn a_server_that_does_not_answer_is_status_4_without_the_password() {
    let project = Project::new();
    let url = "postgres://someone:hunter2@127.0.0.1:1/none";
    let ended = project.run(&["--database-url", url, "status"]).is(4).says("127.0.0.1");
    assert!(!ended.err.contains("hunter2"), "{}", ended.err);
}

#[test]
fn check_finds_what_is_wrong_with_the_files() {
    let project = Project::new();
    project.run(&["check"]).is(0).says("0 files");
    project.write("migrations/V1__one.sql", ONE);
    project.run(&["new", "by_hand", "--sql"]).is(0).says("V2__by_hand.sql");
    assert!(project.read("migrations/V2__by_hand.sql").contains("-- parent: V1 sha256:"));
    project.run(&["check"]).is(0).says("replay: builds 1 table");
    project.write("migrations/V1__one.sql", "CREATE TABLE u ();\n");
    project.run(&["check"]).is(1).says("FAIL  history").says("V2__by_hand.sql");
    project.write("migrations/V1__one.sql", ONE);
    project.write("migrations/V3__a-b.sql", "SELECT 1;\n");
    project.run(&["check"]).is(1).says("FAIL  files").says("V3__a-b.sql");
    std::fs::remove_file(project.directory.path().join("migrations/V3__a-b.sql")).unwrap();
    project.write("migrations/V3__broken.sql", "ALTER TABLE t DROP COLUMN none;\n");
    project.run(&["check"]).is(1).says("FAIL  replay").says("V3__broken.sql:1:");
}

#[test]
fn without_a_database_a_private_one_is_used_and_kept() {
    let project = Project::new();
    project.write("migrations/V1__one.sql", ONE);
    project.run(&["apply"]).is(0).says("this project's own Postgres").says("1 migration applied");
    project.run(&["status"]).is(0).says("applied");
    project.run(&["apply"]).is(0).says("nothing to apply");
    // `new` looks at it as it would at one that is named.
    project.write("migrations/V1__one.sql", "CREATE TABLE u ();\n");
    project.run(&["new", "two", "--sql"]).is(4).says("not what the database has applied").says("V1__one.sql");
    project.write("migrations/V1__one.sql", ONE);
    project.run(&["new", "two", "--sql"]).is(0).says("V2__two.sql");
    assert!(Path::new(project.directory.path()).join("migrations").exists());
}
