//! What a role, a database or a server has set reaches nothing that we write.

use crate::cli::{Ended, Project};
use crate::support;

/// Settings that change how texts are read, written or built, or that end a session.
const ODD: &[(&str, &str)] = &[
    ("search_path", "'pg_catalog, odd'"),
    ("statement_timeout", "'1ms'"),
    ("lock_timeout", "'1ms'"),
    ("idle_in_transaction_session_timeout", "'1ms'"),
    ("default_transaction_read_only", "on"),
    ("default_transaction_isolation", "'serializable'"),
    ("default_transaction_deferrable", "on"),
    ("quote_all_identifiers", "on"),
    ("DateStyle", "'SQL, DMY'"),
    ("IntervalStyle", "'sql_standard'"),
    ("TimeZone", "'Asia/Kathmandu'"),
    ("extra_float_digits", "'-15'"),
    ("bytea_output", "'escape'"),
    ("xmlbinary", "'hex'"),
    ("xmloption", "'document'"),
    ("standard_conforming_strings", "off"),
    ("backslash_quote", "'off'"),
    ("array_nulls", "off"),
    ("transform_null_equals", "on"),
    ("client_min_messages", "'debug5'"),
    ("row_security", "off"),
    ("check_function_bodies", "off"),
    ("default_toast_compression", "'lz4'"),
    ("default_tablespace", "'nowhere'"),
    ("temp_tablespaces", "'nowhere'"),
    ("lo_compat_privileges", "on"),
    ("session_replication_role", "'replica'"),
    ("log_statement", "'all'"),
    ("password_encryption", "'md5'"),
    ("plpgsql.variable_conflict", "'use_column'"),
    ("work_mem", "'64kB'"),
    ("enable_seqscan", "off"),
    ("synchronous_commit", "off"),
    ("role", "'odd_weak'"),
];

/// Whatever of it is written in another way under the settings, is seen.
const SCHEMA: &str = r#"
    CREATE SCHEMA odd;
    CREATE TABLE odd.t (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT '2020-03-01 12:00:00+00',
        day date NOT NULL DEFAULT '2020-02-01',
        span interval NOT NULL DEFAULT '1 year -2 days 03:04:05',
        ratio double precision NOT NULL DEFAULT (0.1::double precision + 0.2::double precision),
        share real DEFAULT '0.1'::real,
        bytes bytea NOT NULL DEFAULT '\x00ff41'::bytea,
        path text NOT NULL DEFAULT 'a\b',
        numbers integer[] DEFAULT ARRAY[1, NULL],
        document xml DEFAULT '<a/>',
        note text CHECK (note = NULL OR note <> 'a\b')
    );
    CREATE TABLE t (id integer REFERENCES odd.t (id), name text COLLATE "C");
    CREATE VIEW v AS SELECT t.id, '2020-03-01 12:00:00+00'::timestamptz AS at FROM t WHERE t.name = 'a\b';
    CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT id FROM public.t';
    CREATE INDEX t_name ON t (name) WHERE name <> 'a\b';
    CREATE POLICY p ON t USING (name = 'a\b');
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE TYPE mood AS ENUM ('a\b', 'c');
    COMMENT ON TABLE t IS 'a\b';
"#;

struct Odd {
    role: String,
    /// The server as the odd role.
    url: String,
}

/// The settings that this server knows: it may be built without a way of compression.
fn known(client: &mut postgres::Client) -> Vec<(&'static str, &'static str)> {
    let has = "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'";
    let has_lz4: bool = client.query_one(has, &[]).unwrap().get(0);
    ODD.iter().copied().filter(|(_, value)| has_lz4 || !value.contains("lz4")).collect()
}

/// A login of the test's server with all of it.
fn odd(server: &mut support::TestDb, name: &str, more: &str) -> Odd {
    let role = format!("odd_{name}_{}", std::process::id());
    let client = &mut server.client;
    client
        .batch_execute(&format!(
            "SET client_min_messages TO error;
             DO $$ BEGIN CREATE ROLE odd_weak; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;
             CREATE ROLE {role} LOGIN {more}; GRANT odd_weak TO {role}"
        ))
        .unwrap();
    for (setting, value) in known(client) {
        client.batch_execute(&format!("ALTER ROLE {role} SET {setting} TO {value}")).unwrap();
    }
    let url = server.url.replace("feedstock@", &format!("{role}@"));
    Odd { role, url }
}

fn drop_role(server: &mut support::TestDb, odd: &Odd) {
    server.client.batch_execute(&format!("DROP OWNED BY {0}; DROP ROLE {0}", odd.role)).unwrap();
}

#[track_caller]
fn same(one: &Ended, other: &Ended) {
    assert_eq!((one.status, &one.out, &one.err), (other.status, &other.out, &other.err));
}

#[test]
fn a_live_database_reads_the_same_for_every_role() {
    let mut server = support::database("odd_live");
    server.client.batch_execute(SCHEMA).unwrap();
    let project = Project::new();
    let plain = project.run(&["inspect", &server.url]).is(0);
    for (name, rights) in [("super", "SUPERUSER"), ("poor", "")] {
        let odd = odd(&mut server, name, rights);
        same(&project.run(&["inspect", &odd.url]), &plain);
        project.run(&["diff", "--from", &odd.url, "--to", &server.url, "--exit-code"]).is(0);
        drop_role(&mut server, &odd);
    }
    // The same of a database.
    let name = server.database.name().to_owned();
    for (setting, value) in known(&mut server.client).into_iter().filter(|(setting, _)| *setting != "role") {
        server.client.batch_execute(&format!("ALTER DATABASE {name} SET {setting} TO {value}")).unwrap();
    }
    same(&project.run(&["inspect", &server.url]), &plain);
}

#[test]
fn a_replay_builds_the_same_for_every_role() {
    let mut server = support::database("odd_scratch");
    let project = Project::new();
    project.write("migrations/V1__all.sql", SCHEMA);
    // What a file resets is not what the role has set.
    project.write(
        "migrations/V2__reset.sql",
        "RESET ALL;\nSET search_path TO DEFAULT;\nCREATE TABLE u (at timestamptz DEFAULT '2020-03-01 12:00:00');\n",
    );
    project.write("wanted.sql", &format!("{SCHEMA}\nALTER TABLE odd.t ALTER COLUMN id TYPE integer;\n"));
    let runs: &[&[&str]] = &[
        &["inspect", "migrations"],
        &["check"],
        &["diff", "--from", "migrations", "--to", "wanted.sql"],
        &["diff", "--from", "wanted.sql", "--to", "migrations", "--exit-code"],
    ];
    let plain: Vec<Ended> = runs.iter().map(|arguments| project.run(arguments)).collect();
    for (name, rights) in [("replay_super", "SUPERUSER"), ("replay_poor", "CREATEDB")] {
        let odd = odd(&mut server, name, rights);
        for (arguments, plain) in runs.iter().zip(&plain) {
            let with = [&["--scratch-url", odd.url.as_str()][..], arguments].concat();
            let ended = project.run(&with);
            assert_eq!(
                (ended.status, &ended.out),
                (plain.status, &plain.out),
                "{arguments:?}\n{}",
                ended.err
            );
        }
        drop_role(&mut server, &odd);
    }
}
