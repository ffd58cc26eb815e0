//! Files that somebody else wrote: what they can do to the machine, and what they leave on a server that is named.

use std::path::Path;
use std::process::Command;

use feedstock::internals::inspect::Scope;
use feedstock::internals::prove::{ReplayAs, Scratch};
use feedstock::internals::source::{Source, Sources};

use crate::cli::{Ended, Project};
use crate::support;

/// Runs the binary on a private server of its own.
fn private(project: &Project, arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedstock"));
    command.args(arguments).current_dir(project.directory.path());
    command.env_remove("FEEDSTOCK_SCRATCH_URL").env_remove("DATABASE_URL").env_remove("FEEDSTOCK_REPLAY_AS");
    Ended::from(command.output().unwrap())
}

/// What needs a superuser is an error at its place, and has no effect.
#[test]
fn a_hostile_file_runs_no_program_and_opens_no_file() {
    let trace = tempfile::tempdir().unwrap();
    let trace = trace.path().join("trace");
    let trace = trace.display();
    for hostile in [
        format!("COPY (SELECT 1) TO PROGRAM 'touch {trace}'"),
        format!("DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch {trace}'''; END $$"),
        format!("COPY (SELECT 1) TO '{trace}'"),
        format!("SELECT lo_export(lo_creat(-1), '{trace}')"),
        "CREATE TABLE t (line text);\nCOPY t FROM '/etc/passwd'".to_owned(),
        "SELECT pg_read_file('/etc/passwd')".to_owned(),
        "SELECT pg_ls_dir('/')".to_owned(),
        "CREATE FUNCTION f() RETURNS integer LANGUAGE c AS '/tmp/evil', 'f'".to_owned(),
        "CREATE FUNCTION f(text) RETURNS text LANGUAGE internal AS 'pg_read_file_all'".to_owned(),
        "LOAD '/tmp/evil'".to_owned(),
        "CREATE ROLE evil SUPERUSER".to_owned(),
        "ALTER ROLE CURRENT_USER SUPERUSER".to_owned(),
        format!(
            "GRANT pg_execute_server_program TO CURRENT_USER;\nCOPY (SELECT 1) TO PROGRAM 'touch {trace}'"
        ),
        "GRANT feedstock TO CURRENT_USER".to_owned(),
        "SET SESSION AUTHORIZATION feedstock".to_owned(),
        "SET ROLE feedstock".to_owned(),
        "CREATE CAST (bytea AS text) WITHOUT FUNCTION".to_owned(),
        "UPDATE pg_catalog.pg_authid SET rolsuper = true".to_owned(),
        // What the superuser runs for the owner runs nothing else.
        format!(
            "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
                 COPY (SELECT 1) TO PROGRAM 'touch {trace}'; END $$;
             CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();
             ALTER EVENT TRIGGER e ENABLE ALWAYS;
             CREATE EVENT TRIGGER other ON ddl_command_end EXECUTE FUNCTION f()"
        ),
        format!(
            "CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
                 COPY (SELECT 1) TO PROGRAM 'touch {trace}'; RETURN 1; END $$;
             ALTER FUNCTION f() OWNER TO feedstock;
             SELECT f()"
        ),
        "CREATE SCHEMA evil;
         CREATE FUNCTION evil.dblink_connect(text) RETURNS text LANGUAGE sql RETURN '';
         CREATE EXTENSION dblink SCHEMA evil"
            .to_owned(),
    ] {
        let project = Project::new();
        project.write("migrations/V1__hostile.sql", &format!("{hostile};\n"));
        let ended = private(&project, &["check"]);
        assert_eq!(ended.status, 1, "{hostile}\n{}{}", ended.out, ended.err);
        assert!(ended.out.contains("V1__hostile.sql:"), "{hostile}\n{}", ended.out);
        // A `.sql` file is run in another way.
        project.write("one.sql", &format!("{hostile};\n"));
        let ended = private(&project, &["inspect", "one.sql"]);
        assert_ne!(ended.status, 0, "{hostile}\n{}", ended.out);
        assert!(!Path::new(&trace.to_string()).exists(), "{hostile}");
    }
}

#[test]
fn what_only_a_superuser_may_is_said_with_the_way_to_trust_the_files() {
    let project = Project::new();
    project.write("migrations/V1__cast.sql", "\nCREATE CAST (bytea AS text) WITHOUT FUNCTION;\n");
    private(&project, &["check"]).is(1).says("V1__cast.sql:2:1").says("--replay-as superuser");
    private(&project, &["check", "--replay-as", "superuser"]).is(0);
    // One that is kept goes back too.
    private(&project, &["check"]).is(1);
}

/// What histories do every day needs no trust.
#[test]
fn everyday_histories_need_no_superuser() {
    let project = Project::new();
    for (name, text) in [
        (
            "V1__roles.sql",
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN CREATE ROLE app LOGIN; END IF;
             END $$;
             CREATE ROLE reader NOLOGIN;
             GRANT reader TO app;
             CREATE SCHEMA ext;
             CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA ext;
             CREATE EXTENSION pg_trgm SCHEMA ext;
             CREATE EXTENSION IF NOT EXISTS plpgsql;
             COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';
             ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA public GRANT SELECT ON TABLES TO reader;",
        ),
        (
            "V2__tables.sql",
            "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
             ALTER TABLE t OWNER TO app;
             CREATE FUNCTION f(integer, text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
                 RETURN $2; END $$;
             ALTER FUNCTION f(integer, text) OWNER TO app;
             ALTER TABLE t DISABLE TRIGGER ALL;
             SET LOCAL session_replication_role = replica;
             INSERT INTO t (name) VALUES ('a');
             COMMENT ON SCHEMA public IS 'all of it';
             GRANT USAGE ON SCHEMA public TO reader;
             REVOKE CREATE ON SCHEMA public FROM PUBLIC;",
        ),
        (
            "V3__more.sql",
            "ALTER TABLE t ADD COLUMN n integer NOT NULL DEFAULT 0;
             CREATE INDEX t_name ON t USING gin (name ext.gin_trgm_ops);
             CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'elsewhere', dbname 'd');
             CREATE PUBLICATION everything FOR ALL TABLES;
             SET ROLE app;
             ALTER TABLE t ADD COLUMN m integer;
             RESET ROLE;",
        ),
        (
            "V4__event.sql",
            "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$;
             CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION e();
             COMMENT ON EVENT TRIGGER e IS 'nothing';",
        ),
    ] {
        project.write(&format!("migrations/{name}"), text);
    }
    let first = private(&project, &["inspect", "migrations"]);
    assert_eq!(first.status, 0, "{}", first.err);
    let trusted = private(&project, &["inspect", "migrations", "--replay-as", "superuser"]);
    assert_eq!((trusted.status, &trusted.err), (0, &first.err));
    assert_eq!(trusted.out, first.out, "both replays build the same");
    // From what was kept, and anew.
    private(&project, &["check"]).is(0).says("replay: builds 1 table");
    project.write("migrations/V5__more.sql", "CREATE TABLE u (id integer);\n");
    private(&project, &["check"]).is(0).says("replay: builds 2 tables");
}

fn role_exists(name: &str) -> bool {
    let mut database = support::database("roles");
    database
        .client
        .query_one("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", &[&name])
        .unwrap()
        .get(0)
}

#[test]
fn a_role_that_a_replay_makes_goes_with_it_on_a_users_server() {
    let project = Project::new();
    let role = format!("made_by_replay_{}", std::process::id());
    for (kind, sql) in [
        ("plain", format!("CREATE ROLE {role} NOLOGIN")),
        ("user", format!("CREATE USER {role}")),
        ("in a block", format!("DO $$ BEGIN CREATE ROLE {role}; END $$")),
        ("with a member", format!("CREATE ROLE {role}; GRANT pg_read_all_data TO {role}")),
    ] {
        project.write(
            "migrations/V1__role.sql",
            &format!("{sql};\nCREATE TABLE t (id integer);\nGRANT SELECT ON t TO {role};\n"),
        );
        for _ in 0..2 {
            let ended = project.run(&["check"]);
            assert_eq!(ended.status, 0, "{kind}\n{}{}", ended.out, ended.err);
            assert!(!role_exists(&role), "{kind}");
        }
        if kind == "in a block" {
            // A second database of the same run has the role already, which a block has to ask.
            continue;
        }
        project.write("one.sql", &project.read("migrations/V1__role.sql"));
        project.run(&["diff", "--from", "one.sql", "--to", "migrations", "--exit-code"]).is(0);
        assert!(!role_exists(&role), "{kind}");
    }
    // Twice in one history is what it is on every database.
    project.write("migrations/V1__role.sql", &format!("CREATE ROLE {role};\n"));
    project.write("migrations/V2__role.sql", &format!("CREATE ROLE {role};\n"));
    project.run(&["check"]).is(1).says("V2__role.sql:1:1").says("already exists");
    assert!(!role_exists(&role));
}

#[test]
fn nothing_else_of_a_users_server_is_changed() {
    let other = support::database("other");
    let role = format!("not_of_replays_{}", std::process::id());
    let mut client = feedstock::internals::connect::connect(&other.url).unwrap();
    client.batch_execute(&format!("CREATE ROLE {role}")).unwrap();
    let name = other.database.name().to_owned();
    for (sql, said) in [
        (format!("DROP ROLE {role}"), role.as_str()),
        (format!("ALTER ROLE {role} SET search_path TO evil"), role.as_str()),
        (format!("ALTER ROLE {role} CREATEDB"), role.as_str()),
        (format!("GRANT pg_read_all_data TO {role}"), role.as_str()),
        (format!("DO $$ BEGIN ALTER ROLE {role} RENAME TO {role}_other; END $$"), role.as_str()),
        ("ALTER ROLE ALL SET search_path TO evil".to_owned(), "settings of"),
        ("ALTER DATABASE postgres SET search_path TO evil".to_owned(), "postgres"),
        ("COMMENT ON ROLE feedstock IS 'evil'".to_owned(), "comment on role feedstock"),
        (
            "DO $$ BEGIN EXECUTE 'CREATE SUBSCRIPTION s CONNECTION ''host=h'' PUBLICATION p WITH (connect = false)'; \
             END $$"
                .to_owned(),
            "subscription s",
        ),
        (
            "CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p WITH (connect = false)".to_owned(),
            "SUBSCRIPTION",
        ),
    ] {
        let project = Project::new();
        project.write("migrations/V1__shared.sql", &format!("CREATE TABLE t (id integer);\n{sql};\n"));
        let ended = project.run(&["check"]);
        assert_eq!(ended.status, 1, "{sql}\n{}{}", ended.out, ended.err);
        assert!(ended.out.to_uppercase().contains(&said.to_uppercase()), "{sql}\n{}", ended.out);
        project.write("one.sql", &format!("{sql};\n"));
        project.run(&["inspect", "one.sql"]).is(4).says("whole scratch server");
    }
    for sql in [
        "ALTER SYSTEM SET work_mem = '1GB'",
        "CREATE DATABASE left_behind",
        "CREATE TABLESPACE s LOCATION '/tmp'",
    ] {
        let project = Project::new();
        project.write("one.sql", &format!("{sql};\n"));
        project.run(&["inspect", "one.sql"]).is(4).says("whole scratch server").says("one.sql:1:1");
    }
    let rows = client
        .query_one(
            "SELECT count(*) FROM pg_roles WHERE rolname = $1 AND NOT rolcreatedb AND rolconfig IS NULL",
            &[&role],
        )
        .unwrap();
    assert_eq!(rows.get::<_, i64>(0), 1);
    client.batch_execute(&format!("DROP ROLE {role}")).unwrap();
    drop(name);
}

/// A session that holds a scratch database, but not in it, keeps nobody for long.
#[test]
fn a_scratch_database_that_is_held_is_left_within_a_bound_and_that_is_said() {
    static SAID: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
    let mut server = support::database("holder");
    let scratch = Scratch::start(Some(&server.url)).unwrap();
    scratch.telling(|text| SAID.lock().unwrap().push(text.to_owned()));
    let database = scratch.database().unwrap();
    let name = database.name().to_owned();
    server.client.batch_execute(&format!("BEGIN; COMMENT ON DATABASE {name} IS 'held'")).unwrap();
    let begun = std::time::Instant::now();
    drop(database);
    assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{:?}", begun.elapsed());
    let said = SAID.lock().unwrap().join("\n");
    assert!(said.contains(&name) && said.contains("(feedstock, holder,"), "{said}");
    server.client.batch_execute("ROLLBACK").unwrap();
    drop(scratch);
    support::eventually("the next run drops it", || {
        drop(Scratch::start(Some(&server.url)).unwrap());
        let found = server.client.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&name]).unwrap();
        found.is_none()
    });
}

#[test]
fn both_kinds_of_replays_go_on_beside_each_other() {
    let owner = support::server().beside(ReplayAs::Owner).unwrap();
    let user = |scratch: &Scratch| -> String {
        let database = scratch.database().unwrap();
        let mut client = database.client().unwrap();
        client.query_one("SELECT current_user::text", &[]).unwrap().get(0)
    };
    assert_eq!(
        (user(&owner), user(support::server())),
        ("feedstock_owner".to_owned(), "feedstock".to_owned())
    );
}

/// A program that only starts a scratch server gets the careful way as well.
#[test]
fn a_library_replays_as_the_owner_unless_it_says_otherwise() {
    let trace = tempfile::tempdir().unwrap();
    let (trace, file) = (trace.path().join("trace"), trace.path().join("hostile.sql"));
    std::fs::write(&file, format!("COPY (SELECT 1) TO PROGRAM 'touch {}';\n", trace.display())).unwrap();
    let scratch = Scratch::start(None).unwrap();
    let scope = Scope::default();
    let sources = Sources { scratch: &scratch, models: None, schema_dir: Path::new("none"), scope: &scope };
    let error = sources.build(&Source::File(file)).err().expect("it is refused");
    assert_eq!(error.sqlstate(), Some("42501"), "{error}");
    assert!(!trace.exists());
}

/// Both sources of one run make it, in a block that does not look whether it is there.
#[test]
fn a_role_of_a_block_is_made_by_two_sources_of_one_run() {
    let project = Project::new();
    let block = "DO $$ BEGIN\n  CREATE ROLE twice_in_a_run NOLOGIN;\n  CREATE TABLE t (a int);\nEND $$;\n\
                 GRANT SELECT ON t TO twice_in_a_run;\n";
    project.write("migrations/V1__role.sql", block);
    project.write("wanted.sql", &format!("{block}CREATE TABLE u (a int);\n"));
    let ended = private(&project, &["diff", "--from", "migrations", "--to", "wanted.sql"]).is(0);
    assert!(ended.out.contains("CREATE TABLE public.u") && !ended.out.contains("GRANT"), "{}", ended.out);
    private(&project, &["diff", "--exit-code", "--from", "migrations", "--to", "migrations"]).is(0);
    // Twice in one history is a mistake of that history.
    project.write("migrations/V2__again.sql", "DO $$ BEGIN CREATE ROLE twice_in_a_run; END $$;\n");
    private(&project, &["inspect", "migrations"]).is(4).says("V2__again.sql:1:1").says("already exists");
}
