//! What of Postgres's catalogs is read, and by what. A catalog that nobody has thought of is a failure.

use std::collections::BTreeSet;
use std::path::Path;

use feedstock::internals::inspect::{Scope, inspect};
use feedstock::internals::plan::Options;
use feedstock::internals::prove::{Scratch, emit, prove, work_out};
use feedstock::internals::source::{Source, Sources};

use crate::support;

/// Read into a `Schema`. The catalogs are those of Postgres 14 to 18.
const READ: &str = "aggregate am amop amproc attrdef attribute cast class collation constraint conversion default_acl \
    depend enum event_trigger extension foreign_data_wrapper foreign_server foreign_table index inherits language namespace opclass operator opfamily policy proc publication publication_namespace \
    publication_rel range rewrite sequence statistic_ext transform trigger ts_config ts_config_map ts_dict ts_parser ts_template type user_mapping";

/// Said where they hold anything.
const SAID: &str = "init_privs seclabel subscription";

/// Parts of what is read or said, which functions of Postgres's own read.
const PART: &str = "description partitioned_table subscription_rel";

/// Of the whole cluster, or data.
const ELSEWHERE: &str = "auth_members authid database db_role_setting largeobject largeobject_metadata parameter_acl \
    replication_origin shdepend shdescription shseclabel statistic statistic_ext_data tablespace";

#[test]
fn every_catalog_is_read_or_said() {
    let mut database = support::database("catalogs");
    let query = "SELECT substr(relname, 4) FROM pg_class \
                 WHERE relkind = 'r' AND relnamespace = 'pg_catalog'::regnamespace";
    let there: BTreeSet<String> =
        database.client.query(query, &[]).unwrap().iter().map(|row| row.get(0)).collect();
    let known: BTreeSet<&str> =
        [READ, SAID, PART, ELSEWHERE].iter().flat_map(|names| names.split(' ')).collect();
    let unknown: Vec<&String> = there.iter().filter(|name| !known.contains(name.as_str())).collect();
    assert!(unknown.is_empty(), "nobody has thought of {unknown:?}");

    let (mut read, mut said) = (String::new(), String::new());
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/inspect")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let to = if path.ends_with("unsupported.sql") { &mut said } else { &mut read };
            *to += &std::fs::read_to_string(&path).unwrap();
        }
    }
    let names_it = |text: &str, name: &str| {
        let words = text.split(|char: char| !char.is_alphanumeric() && char != '_');
        words.into_iter().any(|word| word == format!("pg_{name}"))
    };
    for (names, text) in [(READ, &read), (SAID, &said)] {
        let missing: Vec<&str> = names.split(' ').filter(|name| !names_it(text, name)).collect();
        assert!(missing.is_empty(), "{missing:?} is not looked at");
    }
}

/// What cannot be built from its text, each on its own; and what is said about it.
const UNSUPPORTED: [(&str, &str); 13] = [
    ("CREATE TYPE shell", "shell type public.shell"),
    (
        "CREATE EXTENSION postgres_fdw; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO pg_monitor",
        "privileges on foreign-data wrapper postgres_fdw of an extension",
    ),
    (
        "CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1); \
         CREATE PUBLICATION p FOR TABLE t, t_1 WHERE (a > 0) WITH (publish_via_partition_root)",
        "row filter of partition public.t_1 in publication p",
    ),
    ("CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler", "access method heap2"),
    (
        "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE t () USING heap2",
        "access method heap2 of public.t",
    ),
    (
        "CREATE TABLE t (); REVOKE SELECT ON t FROM CURRENT_USER",
        "the owner of table public.t may not: SELECT",
    ),
    ("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM CURRENT_USER", "may not: EXECUTE"),
    (
        "CREATE EXTENSION pg_trgm; GRANT EXECUTE ON FUNCTION show_trgm(text) TO pg_monitor",
        "privileges on function public.show_trgm(text) of an extension",
    ),
    ("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC", "privileges on language plpgsql"),
    (
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY); COMMENT ON SEQUENCE t_a_seq IS 'it'",
        "comment on sequence",
    ),
    (
        "CREATE TABLE t (a int PRIMARY KEY REFERENCES t); ALTER TABLE t DISABLE TRIGGER ALL",
        "foreign key that is not enforced on public.t: t_a_fkey D",
    ),
    (
        "CREATE EXTENSION pg_trgm; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; \
         ALTER FUNCTION f() DEPENDS ON EXTENSION pg_trgm",
        "function public.f() depends on extension pg_trgm",
    ),
    (
        "CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1); \
         ALTER TABLE ONLY t ADD CONSTRAINT u UNIQUE (a)",
        "constraint u of public.t, which not every partition has",
    ),
];

#[test]
fn what_is_not_understood_is_said() {
    for (sql, line) in UNSUPPORTED {
        let mut database = support::database("unsupported");
        database.client.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        let said = inspect(&mut database.client, &Scope::default()).unwrap().unsupported;
        assert!(said.iter().any(|found| found.contains(line)), "{sql}: {said:?}");
    }
}

/// What needs a foreign server to be there.
const FOREIGN: &str = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;";

/// Two of a kind and a name that are not alike, each with the first version that knows them.
const UNLIKE: [(u32, &str, &str); 19] = [
    (14, "CREATE PUBLICATION p", "CREATE PUBLICATION p WITH (publish = 'insert')"),
    (14, "CREATE PUBLICATION p", "CREATE PUBLICATION p FOR ALL TABLES"),
    (14, "CREATE PUBLICATION p", "CREATE PUBLICATION p WITH (publish_via_partition_root)"),
    (14, "CREATE PUBLICATION p", "CREATE TABLE t (); CREATE PUBLICATION p FOR TABLE t"),
    (15, "CREATE PUBLICATION p", "CREATE PUBLICATION p FOR TABLES IN SCHEMA public"),
    (
        15,
        "CREATE TABLE t (a int, b int); CREATE PUBLICATION p FOR TABLE t",
        "CREATE TABLE t (a int, b int); CREATE PUBLICATION p FOR TABLE t (b)",
    ),
    (
        15,
        "CREATE TABLE t (a int); CREATE PUBLICATION p FOR TABLE t WHERE (a > 1)",
        "CREATE TABLE t (a int); CREATE PUBLICATION p FOR TABLE t WHERE (a > 2)",
    ),
    (18, "CREATE PUBLICATION p", "CREATE PUBLICATION p WITH (publish_generated_columns = stored)"),
    (14, "CREATE FOREIGN DATA WRAPPER w", "CREATE FOREIGN DATA WRAPPER w OPTIONS (a 'b')"),
    (
        14,
        FOREIGN,
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s TYPE 't' VERSION '1' FOREIGN DATA WRAPPER w",
    ),
    (14, FOREIGN, "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (a 'b')"),
    (14, "{foreign} ALTER SERVER s OPTIONS (a 'b')", "{foreign} ALTER SERVER s OPTIONS (a 'c')"),
    (14, FOREIGN, "{foreign} CREATE USER MAPPING FOR PUBLIC SERVER s"),
    (
        14,
        "{foreign} CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (a 'b')",
        "{foreign} CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (a 'b', c 'd')",
    ),
    (14, "{foreign} CREATE FOREIGN TABLE f () SERVER s", "{foreign} CREATE FOREIGN TABLE f (a int) SERVER s"),
    (
        14,
        "{foreign} CREATE FOREIGN TABLE f (a int) SERVER s",
        "{foreign} CREATE FOREIGN TABLE f (a int OPTIONS (a 'b')) SERVER s",
    ),
    (
        14,
        "{foreign} CREATE FOREIGN TABLE f () SERVER s",
        "{foreign} CREATE FOREIGN TABLE f () SERVER s OPTIONS (a 'b')",
    ),
    (
        14,
        "CREATE LANGUAGE l HANDLER plpgsql_call_handler",
        "CREATE TRUSTED LANGUAGE l HANDLER plpgsql_call_handler",
    ),
    (
        15,
        "CREATE UNLOGGED TABLE t (a int GENERATED ALWAYS AS IDENTITY)",
        "CREATE UNLOGGED TABLE t (a int GENERATED ALWAYS AS IDENTITY); ALTER SEQUENCE t_a_seq SET LOGGED",
    ),
];

#[test]
fn what_is_not_alike_differs() {
    let read = |sql: &str| {
        let sql = sql.replace("{foreign}", FOREIGN);
        let mut database = support::database("unlike");
        database.client.batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        let schema = inspect(&mut database.client, &Scope::default()).unwrap();
        (schema.objects, schema.unsupported)
    };
    for (since, one, other) in UNLIKE {
        if support::server().version() / 10_000 >= since {
            assert_ne!(read(one), read(other), "{one}, {other}");
        }
    }
}

/// Secrets of what is foreign: in a schema of another server, in text, in JSON, and in a plan.
#[test]
fn no_secret_of_what_is_foreign_is_read() {
    let setup = |value: &str| {
        let mut database = support::database("secrets");
        let sql = format!(
            "CREATE FOREIGN DATA WRAPPER w;
             CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'there', api_key '{value}');
             CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (\"user\" 'guest', password '{value}', pin '{value}');
             CREATE USER MAPPING FOR pg_monitor SERVER s OPTIONS (password '{value}');
             CREATE FOREIGN TABLE f (a int) SERVER s OPTIONS (auth_token '{value}');
             CREATE SUBSCRIPTION s CONNECTION 'password={value}' PUBLICATION p
                 WITH (connect = false, slot_name = NONE);"
        );
        for statement in sql.split_inclusive(';') {
            database.client.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        }
        let schema = inspect(&mut database.client, &Scope::default()).unwrap();
        // A database with a subscription cannot be dropped.
        database.client.batch_execute("DROP SUBSCRIPTION s").unwrap();
        (database, schema)
    };
    let ((one_database, one), (_other_database, other)) = (setup("hunter2"), setup("swordfish"));
    let json = serde_json::to_string(&one).unwrap();
    for text in [emit(&one), json, format!("{one:?}")] {
        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains("password") && text.contains("pin") && text.contains("set by hand"), "{text}");
        assert!(text.contains("guest") && text.contains("there"), "{text}");
    }
    assert_eq!(one, other, "values that are not read are no difference");

    // On a scratch server that runs as no superuser every mapping is whole too.
    let scratch = Scratch::start(None).unwrap();
    let scope = Scope::default();
    let sources = Sources { scratch: &scratch, models: None, schema_dir: Path::new("none"), scope: &scope };
    let trusted = scratch.beside(feedstock::internals::prove::ReplayAs::Superuser).unwrap();
    let sources_of_a_superuser =
        Sources { scratch: &trusted, models: None, schema_dir: Path::new("none"), scope: &scope };
    let url = Source::Live(one_database.url.clone());
    assert!(sources.build(&url).is_err(), "a wrapper of its own needs a superuser");
    let built = sources_of_a_superuser.build(&url).unwrap();
    assert!(emit(&built.schema).contains("FOR pg_monitor SERVER s OPTIONS (password 'set by hand')"));
}

/// A role that may not see the options of a user mapping does not take them for none.
#[test]
fn what_a_role_may_not_see_of_a_mapping_is_said() {
    let mut live = support::database("mappings");
    live.client
        .batch_execute(
            "CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
             CREATE USER MAPPING FOR pg_monitor SERVER s OPTIONS (user 'u', password 'hunter2');
             CREATE USER MAPPING FOR pg_signal_backend SERVER s OPTIONS (user 'v');
             GRANT USAGE ON FOREIGN SERVER s TO pg_signal_backend; SET ROLE pg_signal_backend",
        )
        .unwrap();
    let schema = inspect(&mut live.client, &Scope::default()).unwrap();
    let line =
        "options of user mapping FOR pg_monitor SERVER s, which only a superuser and that role may read";
    assert_eq!(schema.unsupported, [line]);
    assert!(
        emit(&schema).contains("FOR pg_signal_backend SERVER s OPTIONS (\"user\" 'v')"),
        "its own is seen"
    );
    live.client.batch_execute("RESET ROLE").unwrap();
    let schema = inspect(&mut live.client, &Scope::default()).unwrap();
    assert_eq!(schema.unsupported, Vec::<String>::new());
}

/// Roles that a live database names and the scratch server has never heard of.
#[test]
fn roles_are_made_where_they_are_missing() {
    let mut live = support::database("roles");
    live.client
        .batch_execute(
            r#"CREATE ROLE "unheard of" NOLOGIN; CREATE ROLE unheard_of_too NOLOGIN;
               CREATE TABLE t (a integer);
               CREATE POLICY p ON t TO unheard_of_too USING (true);
               GRANT SELECT ON t TO "unheard of" WITH GRANT OPTION;
               ALTER DEFAULT PRIVILEGES FOR ROLE unheard_of_too GRANT SELECT ON TABLES TO "unheard of";"#,
        )
        .unwrap();
    let scratch = Scratch::start(None).unwrap();
    let scope = Scope::default();
    let sources = Sources { scratch: &scratch, models: None, schema_dir: Path::new("none"), scope: &scope };
    let built = sources.build(&Source::Live(live.url.clone())).unwrap();
    let text = emit(&built.schema);
    assert!(text.contains(r#"GRANT SELECT ON TABLE public.t TO "unheard of" WITH GRANT OPTION"#), "{text}");

    let empty = sources.build(&Source::Empty).unwrap();
    let plan = work_out(
        &scratch,
        &empty.database,
        &empty.schema,
        &built.schema,
        &feedstock::internals::diff::Hints::default(),
        &Options::default(),
        &scope,
    )
    .unwrap();
    assert_eq!(plan.sql(), text);
    let files = [("V1__all.sql".to_owned(), plan.sql())];
    let files = feedstock::migration::Migrations::from_files(files).unwrap();
    prove(&scratch, &empty.database, &empty.schema, &plan, &files, &built.schema, &scope).unwrap();
}
