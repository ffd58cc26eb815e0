//! Whether the rows of a live database allow what is pending.

use std::time::Duration;

use feedstock::internals::inspect::Scope;
use feedstock::internals::preflight::{Answer, ask, conditions};
use feedstock::internals::source::Sources;
use feedstock::migration::Migrations;

use crate::cli::Project;
use crate::support;

const TABLES: &str = "\
CREATE TYPE mood AS ENUM ('good', 'bad', 'odd');
CREATE DOMAIN short AS text;
CREATE TABLE orgs (id bigint PRIMARY KEY, region text NOT NULL, UNIQUE (id, region));
CREATE TABLE users (
    id bigint PRIMARY KEY,
    email text NOT NULL,
    name text,
    age integer NOT NULL,
    mood mood NOT NULL,
    feeling text NOT NULL,
    code varchar(20) NOT NULL,
    amount numeric(10, 3) NOT NULL,
    number text NOT NULL,
    large bigint NOT NULL,
    document text NOT NULL,
    day text NOT NULL,
    org_id bigint,
    region text,
    during int4range NOT NULL,
    word short
);
CREATE TABLE keyless (a integer, b integer);
CREATE TABLE logs (id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE logs_rest PARTITION OF logs DEFAULT;
CREATE TABLE logs_old (id bigint NOT NULL, day date NOT NULL);
CREATE TABLE empty (id bigint, name text);
CREATE TABLE animals (id bigint, name text);
CREATE TABLE cats () INHERITS (animals);
";

/// Ten users.
const ROWS: &str = "\
INSERT INTO orgs VALUES (1, 'eu'), (2, 'us');
INSERT INTO users
SELECT n, CASE WHEN n IN (3, 4) THEN 'same@x' WHEN n IN (5, 6) THEN 'Case@x' WHEN n = 7 THEN 'case@x'
               ELSE n || '@x' END,
       CASE WHEN n > 3 THEN 'n' || n END, CASE WHEN n <= 2 THEN -1 ELSE n END,
       CASE WHEN n = 9 THEN 'odd' ELSE 'good' END::mood, CASE WHEN n IN (1, 2, 3) THEN 'sad' ELSE 'bad' END,
       CASE WHEN n = 10 THEN 'fifteen letters' ELSE 'c' END, CASE WHEN n < 5 THEN 12345.678 ELSE 1.5 END,
       CASE WHEN n IN (1, 8) THEN 'x' || n ELSE n::text END, CASE WHEN n IN (2, 3) THEN 9000000000 ELSE n END,
       CASE WHEN n = 6 THEN '{' ELSE '{}' END, CASE WHEN n = 6 THEN '2025-02-30' ELSE '2025-02-01' END,
       CASE WHEN n IN (1, 2, 3) THEN 7 WHEN n = 4 THEN NULL ELSE 1 END, CASE WHEN n = 5 THEN 'us' ELSE 'eu' END,
       int4range(10 * n, 10 * n + CASE WHEN n = 4 THEN 15 ELSE 5 END),
       CASE WHEN n = 10 THEN NULL ELSE repeat('w', n) END
FROM generate_series(1, 10) AS n;
INSERT INTO keyless VALUES (1, 1), (1, 1), (NULL, 2), (NULL, 2), (3, 3);
INSERT INTO logs VALUES (1, '2025-01-01'), (2, '2026-01-01'), (3, '2026-02-01');
INSERT INTO logs_old VALUES (1, '2024-05-01'), (2, '2023-05-01'), (3, '2024-06-01');
INSERT INTO animals VALUES (1, 'a'), (2, 'b');
INSERT INTO cats VALUES (1, 'a'), (7, NULL);
";

/// The kind, the object, and the number of rows.
type Failing = (&'static str, &'static str, u64);

/// A file that fails on the rows, what demands it, and the number of rows that a query by hand counts.
const FAILING: &[(&str, &[Failing])] = &[
    ("ALTER TABLE users ALTER COLUMN name SET NOT NULL", &[("not-null", "users.name", 3)]),
    ("ALTER TABLE users ADD COLUMN x integer NOT NULL", &[("value", "users.x", 10)]),
    ("ALTER TABLE users ADD CONSTRAINT old CHECK (age > 0)", &[("check", "users.old", 2)]),
    (
        "ALTER TABLE users ADD CONSTRAINT old CHECK (age > 0) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT old",
        &[("check", "users.old", 2)],
    ),
    (
        "ALTER TABLE users ADD CONSTRAINT c CHECK (name IS NOT NULL) NOT VALID; \
         ALTER TABLE users VALIDATE CONSTRAINT c; \
         ALTER TABLE users ALTER name SET NOT NULL; ALTER TABLE users DROP CONSTRAINT c",
        &[("check", "users.c", 3)],
    ),
    ("CREATE UNIQUE INDEX u ON users (email)", &[("unique", "u", 4)]),
    (
        "-- feedstock: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY u ON users (email)",
        &[("unique", "u", 4)],
    ),
    ("ALTER TABLE users ADD CONSTRAINT u UNIQUE (email)", &[("unique", "u", 4)]),
    ("CREATE UNIQUE INDEX u ON users (lower(email))", &[("unique", "u", 5)]),
    ("CREATE UNIQUE INDEX u ON users (email) WHERE age > 4", &[("unique", "u", 2)]),
    ("ALTER TABLE users ADD UNIQUE (org_id, region)", &[("unique", "users_org_id_region_key", 8)]),
    ("CREATE UNIQUE INDEX u ON keyless (a)", &[("unique", "u", 2)]),
    ("CREATE UNIQUE INDEX u ON keyless (a) NULLS NOT DISTINCT", &[("unique", "u", 4)]),
    (
        "ALTER TABLE keyless ADD PRIMARY KEY (a, b)",
        &[("not-null", "keyless.a", 2), ("unique", "keyless_pkey", 2)],
    ),
    (
        "ALTER TABLE users ADD FOREIGN KEY (org_id) REFERENCES orgs",
        &[("foreign-key", "users.users_org_id_fkey", 3)],
    ),
    (
        "ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (org_id) REFERENCES orgs NOT VALID; \
         ALTER TABLE users VALIDATE CONSTRAINT f",
        &[("foreign-key", "users.f", 3)],
    ),
    (
        "ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (org_id, region) REFERENCES orgs (id, region)",
        &[("foreign-key", "users.f", 4)],
    ),
    (
        "ALTER TABLE users ADD CONSTRAINT e EXCLUDE USING gist (during WITH &&)",
        &[("exclusion", "users.e", 2)],
    ),
    (
        "ALTER TABLE users ADD CONSTRAINT e EXCLUDE USING gist (during WITH &&) WHERE (age > 3)",
        &[("exclusion", "users.e", 2)],
    ),
    (
        "ALTER TABLE users ALTER COLUMN number TYPE integer USING number::integer",
        &[("type", "users.number", 2)],
    ),
    ("ALTER TABLE users ALTER large TYPE integer", &[("type", "users.large", 2)]),
    ("ALTER TABLE users ALTER COLUMN code TYPE varchar(10)", &[("type", "users.code", 1)]),
    ("ALTER TABLE users ALTER COLUMN amount TYPE numeric(5, 2)", &[("type", "users.amount", 4)]),
    (
        "ALTER TABLE users ALTER COLUMN document TYPE jsonb USING (document)::jsonb",
        &[("type", "users.document", 1)],
    ),
    ("ALTER TABLE users ALTER COLUMN day SET DATA TYPE date USING day::date", &[("type", "users.day", 1)]),
    ("ALTER TABLE users ALTER feeling TYPE mood USING feeling::mood", &[("type", "users.feeling", 3)]),
    (
        "ALTER TYPE mood RENAME TO mood_old; CREATE TYPE mood AS ENUM ('good', 'bad'); \
         ALTER TABLE users ALTER COLUMN mood TYPE mood USING mood::text::mood; DROP TYPE mood_old",
        &[("type", "users.mood", 1)],
    ),
    ("ALTER DOMAIN short ADD CONSTRAINT s CHECK (length(VALUE) < 8)", &[("domain", "users.word", 2)]),
    ("ALTER DOMAIN short SET NOT NULL", &[("domain", "users.word", 1)]),
    (
        "CREATE DOMAIN tiny AS text CHECK (length(VALUE) < 10); ALTER TABLE users ALTER COLUMN code TYPE tiny",
        &[("domain", "users.code", 1)],
    ),
    (
        "ALTER TABLE logs ATTACH PARTITION logs_old FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        &[("partition", "logs_old", 1)],
    ),
    (
        "CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        &[("partition", "logs_rest", 2)],
    ),
    ("ALTER TABLE animals ADD CHECK (id < 5)", &[("check", "animals.animals_id_check", 1)]),
    ("ALTER TABLE animals ALTER COLUMN name SET NOT NULL", &[("not-null", "animals.name", 1)]),
    (
        "DO $$ BEGIN EXECUTE format('CREATE UNIQUE INDEX u ON %I (email)', 'users'); END $$",
        &[("unique", "u", 4)],
    ),
    (
        "CREATE FUNCTION old(age integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; \
         ALTER TABLE users ALTER COLUMN name SET NOT NULL, ADD CHECK (age > 0)",
        &[("not-null", "users.name", 3), ("check", "users.users_age_check", 2)],
    ),
];

/// A file that the rows allow.
const HARMLESS: &[&str] = &[
    "ALTER TABLE users ALTER COLUMN age SET NOT NULL, ADD CHECK (age > -2)",
    "ALTER TABLE users ADD COLUMN x integer NOT NULL DEFAULT 0",
    "ALTER TABLE users ADD COLUMN x integer",
    "ALTER TABLE empty ADD COLUMN x integer NOT NULL",
    "ALTER TABLE empty ALTER COLUMN name SET NOT NULL, ADD PRIMARY KEY (id), ADD UNIQUE (name), ADD CHECK (id > 5)",
    "ALTER TABLE users ADD CHECK (name <> '')",
    "ALTER TABLE users ADD CONSTRAINT old CHECK (age > 0) NOT VALID",
    "ALTER TABLE users ADD FOREIGN KEY (org_id) REFERENCES orgs NOT VALID",
    "CREATE UNIQUE INDEX u ON users (email, id)",
    "CREATE UNIQUE INDEX u ON users (email) WHERE age IN (8, 9)",
    "CREATE UNIQUE INDEX u ON users (name)",
    "CREATE UNIQUE INDEX u ON users ((age + id))",
    "CREATE INDEX i ON users (email)",
    "ALTER TABLE users ADD CONSTRAINT e EXCLUDE USING gist (during WITH =)",
    "ALTER TABLE users ADD CONSTRAINT e EXCLUDE USING gist (during WITH &&) WHERE (id > 5)",
    "ALTER TABLE users ALTER COLUMN age TYPE bigint",
    "ALTER TABLE users ALTER COLUMN code TYPE varchar(15)",
    "ALTER TABLE users ALTER COLUMN code TYPE text, ALTER COLUMN amount TYPE numeric(12, 3)",
    "ALTER TABLE users ALTER COLUMN age TYPE smallint",
    "ALTER TABLE users ALTER COLUMN number TYPE integer \
     USING coalesce(substring(number FROM '^[0-9]+$'), '0')::integer",
    "ALTER TABLE users ALTER COLUMN id TYPE text USING id::text",
    "ALTER TYPE mood ADD VALUE 'new'",
    "ALTER TABLE users ALTER mood TYPE text USING mood::text",
    "ALTER TABLE users DROP COLUMN name, DROP COLUMN age",
    "ALTER TABLE users RENAME COLUMN name TO full_name",
    "ALTER TABLE users ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY, \
     ADD COLUMN l text GENERATED ALWAYS AS (lower(name)) STORED",
    "CREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, UNIQUE (user_id), \
     CHECK (id > 0))",
    "ALTER DOMAIN short ADD CONSTRAINT s CHECK (length(VALUE) < 11)",
    "ALTER TABLE logs ATTACH PARTITION logs_old FOR VALUES FROM ('2023-01-01') TO ('2025-01-01')",
    "CREATE TABLE logs_2027 PARTITION OF logs FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
    "CREATE VIEW v AS SELECT id FROM users; COMMENT ON TABLE users IS 'people'",
    "ALTER TABLE users ADD FOREIGN KEY (id) REFERENCES users",
    "ALTER TABLE animals ADD PRIMARY KEY (id), ADD UNIQUE (name), ADD CHECK (id < 5) NO INHERIT",
    "ALTER TABLE animals ADD FOREIGN KEY (id) REFERENCES orgs",
];

/// What an earlier statement makes true, or makes at all, cannot be asked.
const NOT_ASKED: &[(&str, &str)] = &[
    (
        "UPDATE users SET name = '' WHERE name IS NULL; ALTER TABLE users ALTER COLUMN name SET NOT NULL",
        "an earlier statement changes rows of the table",
    ),
    (
        "DELETE FROM users WHERE id = 4; CREATE UNIQUE INDEX u ON users (email)",
        "an earlier statement changes rows of the table",
    ),
    (
        "ALTER TABLE users RENAME COLUMN name TO full_name; ALTER TABLE users ALTER COLUMN full_name SET NOT NULL",
        "the column public.users.full_name is still called name",
    ),
    (
        "ALTER TABLE users RENAME TO people; ALTER TABLE people ALTER COLUMN name SET NOT NULL",
        "public.people is still called public.users",
    ),
    (
        "ALTER TABLE users ADD COLUMN x integer; ALTER TABLE users ALTER COLUMN x SET NOT NULL",
        "the column public.users.x exists only from an earlier statement on",
    ),
    (
        "CREATE TABLE places (id bigint PRIMARY KEY); ALTER TABLE users ADD FOREIGN KEY (org_id) REFERENCES places",
        "public.places exists only from an earlier statement on",
    ),
    (
        "CREATE FUNCTION is_old(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; \
         ALTER TABLE users ADD CHECK (is_old(age))",
        "function public.is_old(integer) does not exist",
    ),
];

/// The live database, and the answers to what a file demands.
fn judged(url: &str, text: &str) -> Result<Vec<(String, String, Answer)>, String> {
    let said = |error: feedstock::Error| error.to_string();
    let files = [
        ("V1__tables.sql".to_owned(), TABLES.to_owned()),
        ("V2__pending.sql".to_owned(), format!("{text};\n")),
    ];
    let migrations = Migrations::from_files(files).map_err(said)?;
    let scope = Scope::default();
    let sources =
        Sources { scratch: support::scratch(), models: None, schema_dir: "none".as_ref(), scope: &scope };
    let built = sources.migrations(&migrations.up_to(1)).map_err(said)?;
    let pending: Vec<_> = migrations.iter().skip(1).collect();
    let found = conditions(support::scratch(), &built.database, &pending, &scope).map_err(said)?;
    let mut client = feedstock::internals::connect::connect(url).map_err(said)?;
    let path = ["public".to_owned()];
    let answers = ask(&mut client, &found, &path, Duration::from_secs(30)).map_err(said)?;
    Ok(found.into_iter().zip(answers).map(|(it, answer)| (it.kind, it.object, answer)).collect())
}

fn live() -> crate::support::TestDb {
    let mut live = support::database("preflight");
    live.client.batch_execute(&format!("{TABLES}{ROWS}")).unwrap();
    live
}

#[test]
fn what_fails_on_the_rows_is_known_before() {
    let live = live();
    let mut wrong = Vec::new();
    for (text, expected) in FAILING {
        let found = match judged(&live.url, text) {
            Ok(found) => found,
            Err(error) => {
                wrong.push(format!("{text}\n{error}"));
                continue;
            }
        };
        let failing = found.iter().filter_map(|(kind, object, answer)| match answer {
            Answer::Rows(rows, keys) => {
                assert!(!keys.is_empty() && keys.len() as u64 <= (*rows).min(5), "{text}: {keys:?}");
                Some((kind.as_str(), object.as_str(), *rows))
            }
            _ => None,
        });
        let mut failing: Vec<_> = failing.collect();
        failing.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        // It is true: the statement fails there.
        let mut client = feedstock::internals::connect::connect(&live.url).unwrap();
        let is_concurrent = text.contains("CONCURRENTLY");
        let run = if is_concurrent { text.replace(" CONCURRENTLY", "") } else { (*text).to_owned() };
        let fails = client.batch_execute(&format!("BEGIN; {run}; ROLLBACK")).is_err();
        if failing != expected || !fails {
            wrong.push(format!("{text}\nexpected {expected:?}, it fails: {fails}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn what_the_rows_allow_is_not_said() {
    let live = live();
    let mut wrong = Vec::new();
    for text in HARMLESS {
        let mut client = feedstock::internals::connect::connect(&live.url).unwrap();
        client.batch_execute(&format!("BEGIN; {text}; ROLLBACK")).unwrap();
        match judged(&live.url, text) {
            Ok(found) if found.iter().all(|(_, _, answer)| *answer == Answer::Fine) => {}
            found => wrong.push(format!("{text}\n{found:?}")),
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn what_cannot_be_asked_is_said() {
    let live = live();
    let mut wrong = Vec::new();
    for (text, why) in NOT_ASKED {
        let found = judged(&live.url, text);
        let is_said = found.as_ref().is_ok_and(|found| {
            found.iter().any(|(_, _, answer)| *answer == Answer::Unknown((*why).to_owned()))
                && !found.iter().any(|(_, _, answer)| matches!(answer, Answer::Rows(..)))
        });
        if !is_said {
            wrong.push(format!("{text}\n{found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

/// A project whose second file is pending.
fn project(pending: &str) -> (Project, support::TestDb) {
    let project = Project::new();
    project.write("migrations/V1__tables.sql", TABLES);
    let mut live = support::database("preflight_of_a_project");
    project.run(&["apply", "--database-url", &live.url]).is(0);
    live.client.batch_execute(ROWS).unwrap();
    project.write("migrations/V2__pending.sql", pending);
    (project, live)
}

#[test]
fn the_verb_names_the_statement_the_rows_and_their_keys() {
    let pending = "ALTER TABLE users ADD COLUMN note text;\nALTER TABLE users ALTER COLUMN name SET NOT NULL;\n\
                   ALTER TABLE users RENAME COLUMN age TO years;\nALTER TABLE users ADD CHECK (years > 0);\n";
    let (project, mut live) = project(pending);
    let ended = project.run(&["preflight", "--database-url", &live.url]).is(1);
    let wanted = "\
FAIL  migrations/V2__pending.sql:2: not-null users.name: in 3 rows, it is NULL
      keys: (1), (2), (3)
      see them: SELECT t.* FROM public.users AS t WHERE t.name IS NULL;
      give them a value before: new --fill TABLE.COLUMN=EXPR, or UPDATE in a file of its own
?     migrations/V2__pending.sql:4: check users.users_years_check: not asked: the column public.users.years is still called age
1 pending migration, 1 question to the rows: 1 would fail
";
    assert_eq!(ended.out, wanted);
    // No value of a row is shown, and programs read it too.
    let ended = project.run(&["preflight", "--database-url", &live.url, "--format", "json"]).is(1);
    let json: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(json["findings"][0]["rule"], "rows", "{json}");
    assert_eq!(json["findings"][0]["place"]["start"]["line"], 2, "{json}");

    live.client.batch_execute("UPDATE users SET name = '' WHERE name IS NULL").unwrap();
    let ended = project.run(&["preflight", "--database-url", &live.url]).is(0);
    assert!(ended.out.ends_with("nothing is in their way\n"), "{}", ended.out);
    project.run(&["apply", "--database-url", &live.url]).says("users_years_check");
}

#[test]
fn it_reads_with_few_rights_and_writes_nothing() {
    let (project, mut live) =
        project("ALTER TABLE users ALTER COLUMN name SET NOT NULL, ALTER large TYPE integer;\n");
    let role = "preflight_reader";
    live.client
        .batch_execute(&format!(
            "CREATE ROLE {role} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}; \
             ALTER ROLE {role} SET default_transaction_read_only TO on; ALTER ROLE {role} SET search_path TO nowhere; \
             ALTER ROLE {role} SET statement_timeout TO '1ms'"
        ))
        .unwrap();
    let soon = || std::thread::sleep(Duration::from_secs(2));
    soon();
    let before = support::written(&live.url);
    let as_reader = live.url.replace("feedstock@", &format!("{role}@"));
    assert!(as_reader.contains(role), "{as_reader}");
    let ended = project.run(&["preflight", "--database-url", &as_reader]).is(1);
    assert!(ended.out.contains("in 3 rows") && ended.out.contains("in 2 rows"), "{}", ended.out);
    assert!(ended.out.contains("the sessions of other roles are not shown to this one"), "{}", ended.out);
    soon();
    assert_eq!(support::written(&live.url), before);

    // Rows that it may not read are said.
    live.client.batch_execute(&format!("REVOKE SELECT ON users FROM {role}")).unwrap();
    let ended = project.run(&["preflight", "--database-url", &as_reader]).is(0);
    assert!(ended.out.contains("not asked: permission denied for table users"), "{}", ended.out);
    live.client
        .batch_execute(&format!(
            "GRANT SELECT ON users TO {role}; ALTER TABLE users ENABLE ROW LEVEL SECURITY"
        ))
        .unwrap();
    let ended = project.run(&["preflight", "--database-url", &as_reader]).is(0);
    assert!(ended.out.contains("not asked: query would be affected by row-level security"), "{}", ended.out);
}

#[test]
fn what_would_be_waited_for_is_said() {
    let (project, live) = project("CREATE TABLE more (id bigint);\n");
    let mut other = feedstock::internals::connect::connect(&live.url).unwrap();
    other.batch_execute("BEGIN; SELECT * FROM users").unwrap();
    std::thread::sleep(Duration::from_secs(6));
    let ended = project.run(&["preflight", "--database-url", &live.url]).is(0);
    let wait = "wait  the session ";
    assert!(ended.out.contains(wait) && ended.out.contains(", and does nothing in it"), "{}", ended.out);
    drop(other);
}

/// A question that takes too long has no answer, and the others have.
#[test]
fn a_question_has_a_bound() {
    let (project, mut live) = project(
        "ALTER TABLE users ADD CHECK (age > 0 OR pg_sleep(1)::text = ''), ALTER COLUMN name SET NOT NULL;\n",
    );
    live.client.batch_execute("UPDATE users SET age = -1").unwrap();
    let ended = project.run(&["preflight", "--database-url", &live.url, "--timeout", "2s"]).is(1);
    assert!(ended.out.contains("not asked: it takes longer than 2 s"), "{}", ended.out);
    assert!(ended.out.contains("not-null users.name: in 3 rows"), "{}", ended.out);
    project.run(&["preflight", "--database-url", &live.url, "--timeout", "soon"]).is(2);
}

#[test]
fn apply_asks_first_and_verifies_afterwards() {
    let (project, mut live) = project("ALTER TABLE users ALTER COLUMN name SET NOT NULL;\n");
    let apply = |more: &[&str], url: &str| project.run(&[&["apply", "--database-url", url], more].concat());
    let ended = apply(&["--preflight"], &live.url).is(1);
    assert!(ended.out.contains("in 3 rows") && ended.out.ends_with("nothing was applied\n"), "{}", ended.out);
    project.run(&["status", "--database-url", &live.url]).is(0).says("pending");
    live.client.batch_execute("UPDATE users SET name = '' WHERE name IS NULL").unwrap();
    let ended = apply(&["--preflight", "--verify"], &live.url).is(0);
    assert!(ended.out.contains("V2__pending.sql: applied in"), "{}", ended.out);
    assert!(ended.out.contains("\nok    ") && ended.out.contains(" is V2 (2 migrations)"), "{}", ended.out);

    // Something else was done by hand meanwhile.
    live.client.batch_execute("ALTER TABLE users ADD COLUMN extra text").unwrap();
    let ended = apply(&["--verify"], &live.url).is(1);
    assert!(
        ended.out.contains("nothing to apply") && ended.out.contains("DROP COLUMN extra"),
        "{}",
        ended.out
    );
    project.run(&["apply", "--database-url", &live.url, "--schema", "schema"]).is(2);
}
