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
             CREATE FUNCTION back(text, integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN true; END $$;
             ALTER TABLE ONLY public.t DISABLE TRIGGER ALL;
             CREATE OPERATOR public.=== (leftarg = text, rightarg = integer, function = back);
             ALTER OPERATOR public.=== (text, integer) OWNER TO app;
             CREATE AGGREGATE public.total(integer) (sfunc = int4pl, stype = integer);
             ALTER AGGREGATE public.total(integer) OWNER TO app;
             CREATE TYPE public.mood AS ENUM ('glad');
             ALTER TYPE public.mood OWNER TO app;
             CREATE DOMAIN d AS character varying(10)[];
             ALTER DOMAIN d OWNER TO app;
             CREATE FUNCTION g(a character varying[], OUT b timestamp with time zone) LANGUAGE plpgsql AS $$ BEGIN
                 b := now(); END $$;
             ALTER FUNCTION public.g(a character varying[], OUT b timestamp with time zone) OWNER TO app;
             CREATE TEXT SEARCH CONFIGURATION words (PARSER = default);
             ALTER TEXT SEARCH CONFIGURATION words OWNER TO app;
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
             ALTER PUBLICATION everything SET (publish = 'insert');
             COMMENT ON PUBLICATION everything IS 'all';
             ALTER EXTENSION pg_trgm UPDATE;
             ALTER EXTENSION pg_trgm SET SCHEMA public;
             COMMENT ON EXTENSION pg_trgm IS $$similar 'texts'$$;
             CREATE EXTENSION hstore;
             DROP EXTENSION IF EXISTS hstore, ltree CASCADE;
             SET ROLE app;
             ALTER TABLE t ADD COLUMN m integer;
             RESET ROLE;",
        ),
        (
            "V4__event.sql",
            "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$;
             CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE')
                 EXECUTE FUNCTION public.e();
             ALTER EVENT TRIGGER e DISABLE;
             ALTER EVENT TRIGGER e ENABLE;
             CREATE EVENT TRIGGER f ON sql_drop EXECUTE PROCEDURE e();
             DROP EVENT TRIGGER f;
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

/// The superuser lends its rights for one command; what files have made before must not get them.
#[test]
fn no_right_that_is_lent_is_used_for_more() {
    let trace = tempfile::tempdir().unwrap();
    let trace = trace.path().join("trace");
    let event = format!(
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
             BEGIN COPY (SELECT 1) TO PROGRAM 'touch {0}'; EXCEPTION WHEN OTHERS THEN NULL; END; END $$;
         CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
        trace.display()
    );
    let evil = format!(
        "CREATE FUNCTION evil() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN
             COPY (SELECT 1) TO PROGRAM 'touch {}'; RETURN 1; END $$;",
        trace.display()
    );
    let export =
        format!("DO $$ BEGIN PERFORM lo_export(lo_from_bytea(0, 'x'), '{}'); END $$", trace.display());
    for (hostile, passes) in [
        // The script of a trusted extension runs as the superuser: the trigger does not fire there.
        (format!("{event};\nCREATE EXTENSION hstore"), true),
        (format!("{event};\nDO $$ BEGIN CREATE EXTENSION hstore; END $$"), false),
        (format!("{event};\nALTER EVENT TRIGGER e ENABLE ALWAYS;\nCREATE EXTENSION hstore"), false),
        (
            format!(
                "{event};\nALTER EVENT TRIGGER e ENABLE REPLICA;\nSET session_replication_role TO replica;\n\
                 DO $$ BEGIN CREATE EXTENSION hstore; END $$"
            ),
            false,
        ),
        // What guards that stays, and stays the first.
        (format!("{event};\nALTER EVENT TRIGGER \" feedstock guard\" RENAME TO z"), false),
        (format!("{event};\nALTER EVENT TRIGGER e RENAME TO \" \""), false),
        (
            format!(
                "{event};\nDROP EVENT TRIGGER \" feedstock guard\";\n\
                 DO $$ BEGIN CREATE EXTENSION hstore; END $$"
            ),
            false,
        ),
        (
            format!(
                "{event};\nALTER EVENT TRIGGER \" feedstock guard\" DISABLE;\n\
                 DO $$ BEGIN CREATE EXTENSION hstore; END $$"
            ),
            false,
        ),
        // A temporary table hides nothing from what is asked.
        (
            format!(
                "CREATE TEMPORARY TABLE pg_event_trigger (evtname name, evtevent name, evtenabled \"char\", \
                 evttags text[], evtfoid oid);\n{event};\nALTER EVENT TRIGGER e ENABLE ALWAYS;\n\
                 CREATE EXTENSION postgres_fdw"
            ),
            false,
        ),
        // What belongs to the superuser stays there.
        (format!("ALTER FUNCTION pg_catalog.lo_export(oid, text) OWNER TO app;\n{export}"), false),
        ("ALTER FUNCTION lo_import(text) OWNER TO app;\nSELECT lo_import('/etc/passwd')".to_owned(), false),
        ("ALTER FUNCTION pg_read_file(text) OWNER TO app;\nSELECT pg_read_file('/etc/passwd')".to_owned(), false),
        ("ALTER SCHEMA pg_catalog OWNER TO app".to_owned(), false),
        ("ALTER SCHEMA information_schema OWNER TO app".to_owned(), false),
        ("ALTER TABLE pg_catalog.pg_authid OWNER TO app".to_owned(), false),
        ("ALTER LANGUAGE internal OWNER TO app".to_owned(), false),
        ("ALTER DATABASE postgres OWNER TO app".to_owned(), false),
        ("ALTER TABLESPACE pg_default OWNER TO app".to_owned(), false),
        ("CREATE EXTENSION dblink;\nALTER FUNCTION dblink_connect_u(text) OWNER TO app".to_owned(), false),
        // A function does not become one of Postgres's own as a member of an extension, nor is it passed over there.
        (
            "CREATE EXTENSION hstore;\nCREATE FUNCTION format(text, integer) RETURNS text LANGUAGE sql RETURN '';\n\
             ALTER EXTENSION hstore ADD FUNCTION format(text, integer);\nALTER EXTENSION hstore SET SCHEMA pg_catalog"
                .to_owned(),
            false,
        ),
        (
            "CREATE EXTENSION hstore;\nCREATE FUNCTION evil(text, integer) RETURNS text LANGUAGE sql RETURN '';\n\
             ALTER EXTENSION hstore ADD FUNCTION evil(text, integer);\nCREATE EXTENSION postgres_fdw"
                .to_owned(),
            false,
        ),
        // A command that only begins and ends like one that is lent.
        (
            format!(
                "CREATE SCHEMA disable;\nCREATE TABLE disable.trigger (c integer, \"all\" integer);\n\
                 INSERT INTO disable.trigger VALUES (1, 1);\n{evil}\n\
                 ALTER TABLE disable.trigger ALTER COLUMN c TYPE bigint USING evil() + disable.trigger.all"
            ),
            false,
        ),
        (
            format!(
                "CREATE SCHEMA owner;\nCREATE TABLE owner.\"to\" (app integer);\nINSERT INTO owner.to VALUES (1);\n\
                 {evil}\nALTER TABLE owner.to ALTER COLUMN app TYPE bigint USING evil() + owner.to.app"
            ),
            false,
        ),
        (format!("{evil}\nCREATE PUBLICATION p FOR ALL TABLES WITH (publish = (SELECT evil()))"), false),
        // Nothing is added to an extension with other rights than the owner's, and nothing gets into pg_catalog with it.
        (
            "CREATE EXTENSION hstore;\nCREATE SCHEMA update;\nALTER EXTENSION hstore ADD SCHEMA update;\n\
             ALTER EXTENSION hstore ADD FUNCTION pg_catalog.update(text)"
                .to_owned(),
            false,
        ),
        (
            format!(
                "CREATE EXTENSION hstore;\n\
                 CREATE FUNCTION evil(oid, regclass) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
                     BEGIN COPY (SELECT 1) TO PROGRAM 'touch {0}'; EXCEPTION WHEN OTHERS THEN NULL; END;
                     RETURN $1::text = ($2::oid)::text; END $$;\n\
                 CREATE OPERATOR public.= (leftarg = oid, rightarg = regclass, function = evil);\n\
                 ALTER EXTENSION hstore ADD OPERATOR public.= (oid, regclass);\n\
                 ALTER EXTENSION hstore SET SCHEMA pg_catalog",
                trace.display()
            ),
            false,
        ),
        (
            "CREATE EXTENSION hstore;\nCREATE DOMAIN public.name AS text;\n\
             ALTER EXTENSION hstore ADD DOMAIN public.name;\nALTER EXTENSION hstore SET SCHEMA information_schema"
                .to_owned(),
            false,
        ),
        // An event trigger of the files stays theirs as a member of an extension.
        (
            format!(
                "CREATE EXTENSION hstore;\n{event};\nALTER EVENT TRIGGER e RENAME TO update;\n\
                 ALTER EXTENSION hstore ADD EVENT TRIGGER update;\nCREATE EXTENSION citext"
            ),
            false,
        ),
        // For Postgres a carriage return ends a line, and a string goes on behind it.
        (
            format!(
                "COMMENT ON EXTENSION plpgsql IS E'a'\r'\\'b'; COPY (SELECT 1) TO PROGRAM $a$touch {}$a$ --'",
                trace.display()
            ),
            false,
        ),
        ("COMMENT ON EXTENSION plpgsql IS 'a'\n'b'".to_owned(), false),
        // Where rights are lent, Postgres and Feedstock find the same end of a literal: this is one comment.
        (
            format!(
                "SET standard_conforming_strings TO off;\n\
                 COMMENT ON EXTENSION plpgsql IS 'a\\''; COPY (SELECT 1) TO PROGRAM $$touch {}$$; --'",
                trace.display()
            ),
            true,
        ),
        ("CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p WITH (connect = false)".to_owned(), false),
        ("ALTER ROLE CURRENT_USER SET session_preload_libraries TO '/tmp/evil'".to_owned(), false),
        ("ALTER SYSTEM SET archive_command TO 'id'".to_owned(), false),
        ("REASSIGN OWNED BY feedstock TO CURRENT_USER".to_owned(), false),
        (
            "CREATE EXTENSION file_fdw;\nCREATE SERVER s FOREIGN DATA WRAPPER file_fdw;\n\
             CREATE FOREIGN TABLE t (line text) SERVER s OPTIONS (filename '/etc/passwd')"
                .to_owned(),
            false,
        ),
    ] {
        let project = Project::new();
        project.write("migrations/V1__hostile.sql", &format!("{hostile};\n"));
        let ended = private(&project, &["check"]);
        assert_eq!(ended.status == 0, passes, "{hostile}\n{}{}", ended.out, ended.err);
        assert!(!trace.exists(), "{hostile}");
        project.write("one.sql", &format!("{hostile};\n"));
        let ended = private(&project, &["inspect", "one.sql"]);
        assert_eq!(ended.status == 0, passes, "{hostile}\n{}{}", ended.out, ended.err);
        assert!(!ended.out.contains("guard"), "{}", ended.out);
        assert!(!trace.exists(), "{hostile}");
    }
}

/// A file is one transaction in a replay too, whatever rights its statements need: what it has prepared, its temporary
/// tables, its settings and the time stay.
#[test]
fn a_statement_that_needs_other_rights_does_not_end_the_transaction() {
    for header in ["", "-- feedstock: isolation serializable\n"] {
        let project = Project::new();
        project.write(
            "migrations/V1__one.sql",
            &format!(
                "{header}PREPARE pp AS SELECT 1;
                 CREATE TABLE b (a integer, made timestamptz DEFAULT now());
                 CREATE TEMPORARY TABLE w ON COMMIT DROP AS SELECT 1 AS a;
                 SET LOCAL my.x = '1';
                 DECLARE c CURSOR FOR SELECT 1;
                 INSERT INTO b VALUES (0);
                 ALTER TABLE b OWNER TO app;
                 EXECUTE pp;
                 FETCH c;
                 INSERT INTO b SELECT a FROM w;
                 CREATE ROLE maker;
                 CREATE TABLE z (a integer);
                 ALTER TABLE z OWNER TO maker;
                 SET LOCAL ROLE maker;
                 ALTER TABLE z ADD b integer;
                 RESET ROLE;
                 CREATE EXTENSION postgres_fdw;
                 CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
                 ALTER SERVER s OPTIONS (ADD host 'h');
                 ALTER SCHEMA public OWNER TO app;
                 DO $$ BEGIN
                     IF current_setting('my.x') <> '1' OR (SELECT count(DISTINCT made) FROM b) <> 1
                        OR (SELECT min(made) FROM b) <> now() THEN RAISE 'not one transaction'; END IF;
                 END $$;\n"
            ),
        );
        let ended = private(&project, &["check"]);
        assert_eq!(ended.status, 0, "{header}{}{}", ended.out, ended.err);
        project.write("migrations/V1__one.sql", "PREPARE pp AS SELECT 1;\nLOAD '/tmp/evil';\n");
        private(&project, &["check"]).is(1).says("V1__one.sql:2:1").says("42501");
    }
}

/// A statement that commits by itself cannot be undone, so it is refused if it would change the server.
#[test]
fn what_no_rollback_undoes_is_not_done_on_a_users_server() {
    let other = support::database("shared");
    let mut client = feedstock::internals::connect::connect(&other.url).unwrap();
    let role = format!("before_replays_{}", std::process::id());
    client
        .batch_execute(&format!("CREATE ROLE {role}; GRANT CONNECT ON DATABASE postgres TO {role}"))
        .unwrap();
    let state = "SELECT (SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = $1), \
                 (SELECT datacl::text FROM pg_database WHERE datname = 'postgres'), \
                 (SELECT count(*) FROM pg_replication_slots WHERE slot_name LIKE 'of_replay%'), \
                 (SELECT count(*) FROM pg_replication_origin WHERE roname LIKE 'of_replay%'), \
                 (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'of_replay%')";
    let mut look = || {
        let row = client.query_one(state, &[&role]).unwrap();
        let counts: Vec<i64> = (2..5).map(|at| row.get(at)).collect();
        (row.get::<_, bool>(0), row.get::<_, String>(1), counts)
    };
    let before = look();
    assert_eq!((before.0, &before.2), (true, &vec![0; 3]));
    for (hostile, said) in [
        ("DO $$ BEGIN EXECUTE 'create role of_replay_r'; COMMIT; END $$".to_owned(), "CREATE ROLE"),
        (format!("ALTER ROLE {role} PASSWORD 'qq'"), "password"),
        (format!("DO $$ BEGIN EXECUTE 'ALTER ROLE {role} PASSWORD ''qq'''; END $$"), "password"),
        (format!("GRANT TEMPORARY ON DATABASE postgres TO {role}"), "database postgres"),
        (format!("DROP OWNED BY {role}"), "database postgres"),
        ("GRANT SET ON PARAMETER log_lock_waits TO PUBLIC".to_owned(), "parameter log_lock_waits"),
        ("SELECT pg_create_physical_replication_slot('of_replay_s')".to_owned(), "pg_create_physical"),
        ("SELECT pg_replication_origin_create('of_replay_o')".to_owned(), "pg_replication_origin"),
        ("COMMENT ON DATABASE postgres IS 'evil'".to_owned(), "comment on database postgres"),
    ] {
        if hostile.contains("PARAMETER") && support::server().version() < 150_000 {
            // There are no such privileges.
            continue;
        }
        for header in ["", "-- feedstock: backfill\n"] {
            if !header.is_empty() && !hostile.starts_with("DO") {
                // A backfill is a block or a call.
                continue;
            }
            let project = Project::new();
            project.write("migrations/V1__shared.sql", &format!("{header}{hostile};\n"));
            let ended = project.run(&["check"]);
            assert_eq!(ended.status, 1, "{header}{hostile}\n{}{}", ended.out, ended.err);
            if !(header.is_empty() && hostile.contains("COMMIT;")) {
                assert!(ended.out.contains(said), "{header}{hostile}\n{}", ended.out);
            }
            assert_eq!(look(), before, "{header}{hostile}");
        }
    }
    let project = Project::new();
    project.write(
        "migrations/V1__p.sql",
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN CREATE ROLE of_replay_r; COMMIT; END $$;\n",
    );
    project.write("migrations/V2__call.sql", "-- feedstock: backfill\nCALL p();\n");
    project.run(&["check"]).is(1).says("CREATE ROLE").says("V2__call.sql:2:1");
    assert_eq!(look(), before);
    // What looks harmless and is not, is at least said.
    let project = Project::new();
    let hidden = "DO $$ BEGIN EXECUTE 'create ' || 'ro' || 'le of_replay_hidden'; COMMIT; END $$;\n";
    project.write("migrations/V1__shared.sql", &format!("-- feedstock: backfill\n{hidden}"));
    project.run(&["check"]).is(1).says("role of_replay_hidden");
    client.batch_execute("DROP ROLE of_replay_hidden").unwrap();
    // A backfill in batches goes on.
    let project = Project::new();
    project.write("migrations/V1__t.sql", "CREATE TABLE t (a integer);\n");
    project.write(
        "migrations/V2__fill.sql",
        "-- feedstock: backfill\nDO $$ BEGIN UPDATE t SET a = 1; COMMIT; UPDATE t SET a = 2; COMMIT; END $$;\n",
    );
    project.run(&["check"]).is(0);
    client.batch_execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}

/// A server that is named by a role that creates databases and roles, and is no superuser.
fn as_a_role(project: &Project, url: &str, role: &str, arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedstock"));
    command.args(arguments).current_dir(project.directory.path()).env_remove("DATABASE_URL");
    command.env("FEEDSTOCK_SCRATCH_URL", url.replacen("//feedstock@", &format!("//{role}@"), 1));
    Ended::from(command.output().unwrap())
}

/// Only a superuser sees passwords, so nobody else can tell whose an UPDATE of `pg_authid` has set.
#[test]
fn no_password_is_set_on_a_users_server_by_a_role_that_cannot_see_it() {
    let server = support::database("passwords");
    let mut client = feedstock::internals::connect::connect(&server.url).unwrap();
    let number = std::process::id();
    let (maker, victim, decoy) =
        (format!("maker_{number}"), format!("victim_{number}"), format!("decoy_{number}"));
    client
        .batch_execute(&format!(
            "CREATE ROLE {maker} LOGIN CREATEDB CREATEROLE; CREATE ROLE {victim};
             GRANT {victim} TO {maker} WITH ADMIN OPTION"
        ))
        .unwrap();
    let mut has_password = |role: &str| -> bool {
        let ask = "SELECT rolpassword IS NOT NULL FROM pg_authid WHERE rolname = $1";
        client.query_one(ask, &[&role]).unwrap().get(0)
    };
    let hidden =
        |role: &str| format!("DO $$ BEGIN EXECUTE 'alter ro' || 'le {role} pass' || 'word ''x'''; END $$");
    for (sql, status) in [
        (hidden(&victim), 1),
        (hidden(&maker), 1),
        (format!("CREATE ROLE {decoy}; {}", hidden(&victim)), 1),
        (format!("CREATE ROLE {decoy}; {}", hidden(&maker)), 1),
        (format!("CREATE ROLE {decoy}; ALTER ROLE {decoy} LOGIN"), 1),
        (format!("CREATE ROLE {decoy} LOGIN PASSWORD 'x'; COMMENT ON ROLE {decoy} IS 'x'"), 0),
    ] {
        let project = Project::new();
        project.write("migrations/V1__role.sql", &format!("{sql};\n"));
        let ended = as_a_role(&project, &server.url, &maker, &["check"]);
        assert_eq!(ended.status, status, "{sql}\n{}{}", ended.out, ended.err);
        if status == 1 {
            assert!(ended.out.contains("the password of another role"), "{}", ended.out);
        }
        assert!(!has_password(&victim) && !has_password(&maker), "{sql}");
        // In two transactions of one run.
        if let Some((create, rest)) = sql.split_once("; ").filter(|(create, _)| create.starts_with("CREATE"))
        {
            project.write("migrations/V1__role.sql", &format!("{create};\n"));
            project.write("migrations/V2__role.sql", &format!("{rest};\n"));
            let ended = as_a_role(&project, &server.url, &maker, &["check"]);
            assert_eq!(ended.status, status, "{sql}\n{}{}", ended.out, ended.err);
            assert!(!has_password(&victim) && !has_password(&maker), "{sql}");
        }
        assert!(!role_exists(&decoy), "{sql}");
    }
    client.batch_execute(&format!("DROP OWNED BY {maker}; DROP ROLE {victim}; DROP ROLE {maker}")).unwrap();
}

#[test]
fn a_scratch_database_that_files_made_a_template_is_dropped() {
    let mut server = support::database("template");
    let scratch = Scratch::start(Some(&server.url)).unwrap();
    let database = scratch.database().unwrap();
    let name = database.name().to_owned();
    let mut client = database.client().unwrap();
    client.batch_execute(&format!("ALTER DATABASE {name} IS_TEMPLATE true")).unwrap();
    drop(database);
    let found = server.client.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&name]).unwrap();
    assert!(found.is_none());
}

/// Roles that run programs and open files are there, since extensions grant them something, and cannot be had.
#[test]
fn the_roles_of_the_machine_are_there_and_cannot_be_granted() {
    let trace = tempfile::tempdir().unwrap();
    let trace = trace.path().join("trace");
    let project = Project::new();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedstock"));
        command.args(arguments).current_dir(project.directory.path()).env("FEEDSTOCK_CACHE", "on");
        command.env_remove("FEEDSTOCK_SCRATCH_URL").env_remove("DATABASE_URL");
        Ended::from(command.output().unwrap())
    };
    if support::server().version() >= 150_000 {
        project.write("migrations/V1__wal.sql", "CREATE EXTENSION pg_walinspect;\n");
        run(&["check"]).is(0);
    }
    // What files were trusted with once is no longer there for others on the same server.
    project.write(
        "migrations/V1__wal.sql",
        "CREATE ROLE trusted; GRANT pg_execute_server_program TO trusted; CREATE ROLE dba SUPERUSER; \
         CREATE ROLE admins; GRANT dba TO admins;\n",
    );
    run(&["check", "--replay-as", "superuser"]).is(0);
    let copy = format!("COPY (SELECT 1) TO PROGRAM 'touch {}'", trace.display());
    for hostile in [
        format!("SET ROLE trusted;\n{copy}"),
        format!("GRANT trusted TO CURRENT_USER;\n{copy}"),
        format!("DO $$ BEGIN GRANT trusted TO CURRENT_USER; {copy}; END $$"),
        format!("GRANT admins TO CURRENT_USER;\nSET ROLE dba;\n{copy}"),
        format!("SET ROLE admins;\nSET ROLE dba;\n{copy}"),
        format!("GRANT pg_execute_server_program TO trusted;\nGRANT trusted TO CURRENT_USER;\n{copy}"),
        format!("SET ROLE pg_execute_server_program;\n{copy}"),
        format!(
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN {copy}; END $$;\n\
             ALTER FUNCTION f() OWNER TO pg_execute_server_program;\nSELECT f()"
        ),
        "ALTER ROLE pg_execute_server_program NOSUPERUSER".to_owned(),
    ] {
        project.write("migrations/V1__wal.sql", &format!("{hostile};\n"));
        let ended = run(&["check"]);
        assert_eq!(ended.status, 1, "{hostile}\n{}{}", ended.out, ended.err);
        assert!(!trace.exists(), "{hostile}");
    }
}

/// What a link in the project leads to is no file of the project, and no message may show it.
#[test]
fn a_link_out_of_the_project_is_not_read() {
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("V1__secret.sql");
    std::fs::write(&secret, "hunter2 is the password\n").unwrap();
    for (link, target, arguments) in [
        ("migrations/V1__x.sql", secret.as_path(), ["check", "--format=human"]),
        ("migrations/V1__x.sql", secret.as_path(), ["inspect", "migrations"]),
        ("migrations", elsewhere.path(), ["check", "--format=human"]),
        ("migrations", elsewhere.path(), ["inspect", "migrations"]),
        ("schema/base/x.sql", secret.as_path(), ["inspect", "migrations"]),
        ("schema/base", elsewhere.path(), ["inspect", "migrations"]),
        ("feedstock.toml", secret.as_path(), ["check", "--format=human"]),
    ] {
        let project = Project::new();
        if link.starts_with("schema") {
            project.write("feedstock.toml", "managed = ['public']\n");
        }
        let link = project.directory.path().join(link);
        if link.is_dir() {
            std::fs::remove_dir_all(&link).unwrap();
        }
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, &link).unwrap();
        let ended = private(&project, &arguments);
        let said = format!("{}{}", ended.out, ended.err);
        assert_ne!(ended.status, 0, "{}: {said}", link.display());
        assert!(said.contains("leads out of the project by a link"), "{}: {said}", link.display());
        assert!(!said.contains("hunter2"), "{said}");
    }
    // Within the project a link is as good as a file.
    let project = Project::new();
    project.write("sql/one.sql", "CREATE TABLE t (id integer);\n");
    project.write("sql/V2__two.sql", "CREATE TABLE u (id integer);\n");
    project.write("migrations/V3__three.sql", "CREATE TABLE v (id integer);\n");
    let root = project.directory.path();
    std::os::unix::fs::symlink("../sql/one.sql", root.join("migrations/V1__one.sql")).unwrap();
    std::os::unix::fs::symlink(root.join("sql/V2__two.sql"), root.join("migrations/V2__two.sql")).unwrap();
    private(&project, &["check"]).is(0).says("replay: builds 3 tables");
    std::fs::remove_file(root.join("migrations/V1__one.sql")).unwrap();
    std::fs::rename(root.join("sql/one.sql"), root.join("migrations/V1__one.sql")).unwrap();
    std::fs::rename(root.join("migrations"), root.join("sql/files")).unwrap();
    std::os::unix::fs::symlink("sql/files", root.join("migrations")).unwrap();
    for directory in ["migrations", "migrations/", "./sql/files"] {
        private(&project, &["check", "--migrations", directory]).is(0).says("replay: builds 3 tables");
    }
    for (from, directory) in [("migrations", "."), ("sql/files", "../files")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedstock"));
        command.args(["check", "--migrations", directory]).current_dir(root.join(from));
        command.env_remove("FEEDSTOCK_SCRATCH_URL").env_remove("DATABASE_URL");
        Ended::from(command.output().unwrap()).is(0).says("replay: builds 3 tables");
    }
}
