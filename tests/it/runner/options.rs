//! The runner's options on the command line, in the environment and in `feedstock.toml`; directories that hold nothing.

use std::process::Command;

use postgres::Client;

use crate::cli::{Ended, Project};
use crate::support::{self, TestDb};

const ONE: &str = "create table one ();\n";

/// A project with one migration, and a database for it.
fn project() -> (Project, TestDb) {
    let project = Project::new();
    project.write("migrations/V1__one.sql", ONE);
    (project, support::database("options"))
}

fn run(project: &Project, database: &TestDb, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
    let arguments: Vec<&str> = [arguments, &["--database-url", &database.url]].concat();
    run_alone(project, &arguments, environment)
}

fn run_alone(project: &Project, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedstock"));
    command.args(arguments).envs(environment.iter().copied());
    project.finish(command)
}

fn exists(client: &mut Client, relation: &str) -> bool {
    client.query_one("select to_regclass($1) is not null", &[&relation]).unwrap().get(0)
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let (project, database) = project();
    for verb in ["apply", "status"] {
        let ended = run(&project, &database, &[verb, "--migrations", "migration"], &[]).is(4);
        for part in
            ["the directory of migrations, migration, does not exist", "help: name it with --migrations"]
        {
            assert!(ended.err.contains(part), "{verb}: {}", ended.err);
        }
    }
    run(&project, &database, &["apply", "--dry-run", "--migrations", "migration"], &[]).is(4);
    let ended = project.run(&["check", "--migrations", "migration"]).is(1);
    assert!(ended.out.contains("FAIL  files: the directory of migrations"), "{}", ended.out);
    // The working directory itself is one, and is read.
    let ended = run(&project, &database, &["apply", "--migrations", "."], &[]).is(4);
    assert!(ended.err.contains("migrations/V1__one.sql is in a subdirectory"), "{}", ended.err);
    // A file is no directory.
    run(&project, &database, &["apply", "--migrations", "migrations/V1__one.sql"], &[]).is(4);
}

#[test]
fn no_files_where_the_history_has_some_is_an_error() {
    let (project, database) = project();
    project.write("empty/README.md", "nothing here");
    let ended = run(&project, &database, &["apply", "--migrations", "empty"], &[]).is(0);
    assert!(ended.out.contains("nothing to apply: empty has no migrations"), "{}", ended.out);
    run(&project, &database, &["apply"], &[]).is(0);
    for arguments in
        [&["apply", "--migrations", "empty"][..], &["apply", "--migrations", "empty", "--dry-run"]]
    {
        let ended = run(&project, &database, arguments, &[]).is(4);
        assert!(
            ended.err.contains(
                "there are no migrations, but the history \"public\".\"refinery_schema_history\" has 1"
            ),
            "{}",
            ended.err
        );
        assert!(
            ended.err.contains("up to V1__one") && ended.err.contains("is it the right directory"),
            "{}",
            ended.err
        );
    }
    // A service with nothing compiled in.
    let embedded = feedstock::Embedded::new("/nowhere", &[], true);
    let mut client = feedstock::internals::connect::connect(&database.url).unwrap();
    let error = feedstock::apply(&mut client, &embedded).unwrap_err();
    assert!(error.to_string().contains("there are no migrations, but the history"), "{error}");
}

/// Each option in each of the three places.
#[test]
fn history_role_and_search_path_are_options_variables_and_settings() {
    support::server();
    for place in ["flags", "environment", "file"] {
        let (project, mut database) = project();
        project.write(
            "migrations/V2__index.sql",
            "-- feedstock: no-transaction\ncreate index concurrently i on app.u (a);\n",
        );
        project.write("migrations/V1__one.sql", "create table u (a int);\n");
        database
            .client
            .batch_execute(
                "do $$ begin create role migrator; exception when duplicate_object then end $$; \
                 create schema app authorization migrator; create schema \"Log s\" authorization migrator;",
            )
            .unwrap();
        let said = [
            ("history-table", "done"),
            ("history-schema", "Log s"),
            ("role", "migrator"),
            ("search-path", "app,public"),
        ];
        let flags: Vec<String> = said.iter().map(|(name, value)| format!("--{name}={value}")).collect();
        let variables: Vec<(String, &str)> = said
            .iter()
            .map(|(name, value)| (format!("FEEDSTOCK_{}", name.to_uppercase().replace('-', "_")), *value))
            .collect();
        let (mut arguments, mut environment) = (vec!["apply"], Vec::new());
        match place {
            "flags" => arguments.extend(flags.iter().map(String::as_str)),
            "environment" => environment.extend(variables.iter().map(|(name, value)| (name.as_str(), *value))),
            _ => project.write(
                "feedstock.toml",
                "history_table = 'done'\nhistory_schema = 'Log s'\nrole = 'migrator'\nsearch_path = ['app', 'public']\n",
            ),
        }
        run(&project, &database, &arguments, &environment).is(0);
        let client = &mut database.client;
        for relation in ["app.u", "app.i", "\"Log s\".done", "\"Log s\".done_attempts"] {
            assert!(exists(client, relation), "{place}: {relation}");
        }
        assert!(!exists(client, "public.refinery_schema_history"), "{place}");
        let owners = "select array_agg(distinct relowner::regrole::text) from pg_class \
                      where relnamespace in ('app'::regnamespace, '\"Log s\"'::regnamespace)";
        let owners: Vec<String> = client.query_one(owners, &[]).unwrap().get(0);
        assert_eq!(owners, ["migrator"], "{place}");
        arguments[0] = "status";
        arguments.retain(|argument| !argument.contains("search-path"));
        let ended = run(&project, &database, &arguments, &environment).is(0);
        assert_eq!(ended.out.matches("applied").count(), 3, "{place}: {}", ended.out);
        // The history is no part of the schema, wherever it lies.
        let mut inspect = vec!["inspect", &database.url];
        if place == "flags" {
            continue;
        }
        inspect.extend(["--quiet"]);
        let ended = run_alone(&project, &inspect, &environment).is(0);
        assert!(!ended.out.contains("done"), "{place}: {}", ended.out);
    }
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let (project, mut database) = project();
    project.write("feedstock.toml", "history_table = 'of_the_file'\n");
    let of_environment = [("FEEDSTOCK_HISTORY_TABLE", "of_the_environment")];
    run(&project, &database, &["apply", "--fake", "--history-table", "of_the_flag"], &of_environment).is(0);
    run(&project, &database, &["apply", "--fake"], &of_environment).is(0);
    run(&project, &database, &["apply", "--fake"], &[]).is(0);
    for table in ["of_the_flag", "of_the_environment", "of_the_file"] {
        assert!(exists(&mut database.client, table), "{table}");
    }
}

#[test]
fn what_is_not_there_is_said() {
    let (project, database) = project();
    let ended = run(&project, &database, &["apply", "--role", "nobody here"], &[]).is(4);
    assert!(ended.err.contains("role \"nobody here\" does not exist"), "{}", ended.err);
    let ended = run(&project, &database, &["status", "--role", "nobody here"], &[]).is(4);
    assert!(ended.err.contains("role \"nobody here\" does not exist"), "{}", ended.err);
    let ended = run(&project, &database, &["apply", "--history-schema", "no where"], &[]).is(4);
    for part in [
        "there is no schema \"no where\"",
        "nothing was applied",
        "CREATE SCHEMA \"no where\"",
        "--history-schema",
    ] {
        assert!(ended.err.contains(part), "{}\n  lacks: {part}", ended.err);
    }
    run(&project, &database, &["apply", "--history-table", ""], &[]).is(2);
}

/// A replay begins each file as `apply` does: what the database gets is what the verbs see.
#[test]
fn the_search_path_reaches_the_replays() {
    for place in ["flag", "environment", "file"] {
        let (project, database) = project();
        project.write("migrations/V1__one.sql", "create table u (a int);\ncreate schema app;\n");
        project.write(
            "migrations/V2__two.sql",
            "create table t (a int);\ncreate function f() returns bigint language sql as 'select count(*) from t';\n\
             create view v as select f();\n",
        );
        project.write(
            "migrations/V3__three.sql",
            "alter table app.t add b int;\nalter table public.u add b int;\n",
        );
        project.write(
            "migrations/V4__four.sql",
            "-- feedstock: no-transaction\ncreate index concurrently i on t (a);\n",
        );
        let path = "search_path = ['app', 'public']\n";
        let managed = "managed = ['app', 'public']\n";
        project.write("feedstock.toml", &format!("{managed}{}", if place == "file" { path } else { "" }));
        let flag: &[&str] = if place == "flag" { &["--search-path", "app,public"] } else { &[] };
        let variable = [("FEEDSTOCK_SEARCH_PATH", "app,public")];
        let environment: &[(&str, &str)] = if place == "environment" { &variable } else { &[] };
        let with = |arguments: &[&str]| run_alone(&project, &[arguments, flag].concat(), environment);
        with(&["apply", "--database-url", &database.url]).is(0);
        with(&["check"]).is(0).says("replay: builds 2 tables");
        let built = with(&["inspect", "migrations"]).is(0).out;
        let live = run_alone(&project, &["inspect", &database.url], environment);
        assert_eq!(built, live.is(0).out, "{place}");
        assert!(built.contains("app.t (") && built.contains("public.u ("), "{built}");
        with(&["diff", "--exit-code", "--from", &database.url, "--to", "migrations"]).is(0);
        // Its plan is proven with the same path, and means what it says.
        project.write(
            "wanted.sql",
            &format!("{built}CREATE TABLE public.w (a int);\nCREATE TABLE app.w (b int);\n"),
        );
        let plan = with(&["diff", "--from", "migrations", "--to", "wanted.sql"]).is(0);
        assert_eq!(plan.out.matches("CREATE TABLE").count(), 2, "{}\n{}", plan.out, plan.err);
        if place != "file" {
            // What was built with another path is not taken for the same.
            run_alone(&project, &["check"], &[]).is(1).says("FAIL  replay").says("V3__three.sql:1:");
        }
    }
}
