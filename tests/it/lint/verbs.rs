//! `lint`, `explain`, `stats`, and what `check` judges.

use std::process::Command;

use serde_json::Value;

use crate::cli::{Ended, Project};
use crate::support;

/// Three files: two tables, an index under a lock, a column that goes.
fn project() -> Project {
    let project = Project::new();
    project.write(
        "migrations/V1__tables.sql",
        "CREATE TABLE users (id bigint PRIMARY KEY, name text, email text);\n\
         CREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint);\n",
    );
    project.write("migrations/V2__index.sql", "CREATE INDEX posts_user ON posts (user_id);\n");
    project.write("migrations/V3__gone.sql", "ALTER TABLE users DROP COLUMN name;\n");
    project
}

/// The findings in short: `V3__gone.sql:1 drop-column:users.name`.
fn found(ended: &Ended) -> Vec<String> {
    let lines = ended.out.lines().filter(|line| line.starts_with("migrations/") || line.contains(".sql:"));
    lines
        .map(|line| {
            let (place, rest) = line.split_once(": ").unwrap();
            let mut place = place.rsplit('/').next().unwrap().split(':');
            let key = rest.rsplit_once('[').map_or(rest, |(_, key)| key.trim_end_matches(']'));
            format!("{}:{} {key}", place.next().unwrap(), place.next().unwrap_or_default())
        })
        .collect()
}

fn lint(project: &Project, arguments: &[&str]) -> Ended {
    project.run(&[&["lint", "--format", "concise"], arguments].concat())
}

const INDEX: &str = "V2__index.sql:1 scan-under-lock:posts";
const COLUMN: &str = "V3__gone.sql:1 drop-column:users.name";

#[test]
fn which_files_are_judged() {
    let project = project();
    assert_eq!(found(&lint(&project, &[]).is(1)), [COLUMN], "the last one");
    assert_eq!(found(&lint(&project, &["--since", "1"]).is(1)), [INDEX, COLUMN]);
    assert_eq!(found(&lint(&project, &["--all"]).is(0)), [""; 0], "all tables are new then");
    assert_eq!(found(&lint(&project, &["migrations/V2__index.sql"]).is(1)), [INDEX]);
    lint(&project, &["--since", "3"]).is(0);

    // What this database has not applied.
    let database = support::database("which_files_are_judged");
    let url = database.url.as_str();
    project.run(&["apply", "--to", "2", "--database-url", url]).is(0);
    assert_eq!(found(&lint(&project, &["--database-url", url]).is(1)), [COLUMN]);

    // A file that is no migration yet.
    project.write("draft.sql", "DROP TABLE posts;\n");
    assert_eq!(found(&lint(&project, &["draft.sql"]).is(1)), ["draft.sql:1 drop-table:posts"]);
}

/// Files that begin with an empty database are judged by what they leave behind, at the statement that brought it.
#[test]
fn what_is_left_in_the_end_has_its_place() {
    let project = Project::new();
    let files = [
        // Fixed by the next one, left, dropped by the last one.
        "CREATE TABLE fixed (id integer, at timetz);\nCREATE TABLE left_so (id bigint);\nCREATE TABLE gone (id bigint);",
        "ALTER TABLE fixed ADD PRIMARY KEY (id), DROP COLUMN at;\nALTER TABLE fixed ALTER id TYPE bigint;",
        // Built from parts of its name.
        "DO $$ BEGIN EXECUTE 'CREATE TABLE ' || 'bu' || 'ilt (id bigint PRIMARY KEY, at timetz)'; END $$;",
        // Indexes that Postgres names; the first one becomes needless by the second one, two files later.
        "CREATE TABLE \"Odd.Name\" (id bigint PRIMARY KEY, a integer, b integer);\nCREATE INDEX ON \"Odd.Name\" (a);",
        "CREATE TABLE keyed (id bigint PRIMARY KEY);\nALTER TABLE keyed DROP CONSTRAINT keyed_pkey;",
        "SELECT 1;\nCREATE INDEX ON \"Odd.Name\" (a, b);",
        "DROP TABLE gone;\nALTER TABLE left_so RENAME TO renamed;",
        // Fails, and the next one is judged all the same.
        "SELECT 1/0;\nCREATE FUNCTION lent() RETURNS integer SECURITY DEFINER LANGUAGE sql AS 'SELECT 1';",
    ];
    for (number, text) in (1..).zip(files) {
        project.write(&format!("migrations/V{number}__f.sql"), &format!("{text}\n"));
    }
    let mut places = found(&lint(&project, &["--all", "--fail-on", "never"]).is(0));
    places.sort();
    let wanted = [
        "V3__f.sql:1 timetz-column:built.at",
        "V5__f.sql:2 table-without-key:keyed",
        "V6__f.sql:2 covered-index:Odd.Name_a_idx",
        "V7__f.sql:2 table-without-key:renamed",
        "V8__f.sql:1 fails",
        "V8__f.sql:2 security-definer-search-path:lent()",
    ];
    assert_eq!(places, wanted);
}

#[test]
fn what_git_does_not_have_is_judged() {
    let project = project();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]);
        let output = git.args(arguments).current_dir(project.directory.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", "migrations/V1__tables.sql"]);
    git(&["commit", "-q", "-m", "one"]);
    // One that is committed later, and one that is not.
    git(&["add", "migrations/V2__index.sql"]);
    git(&["commit", "-q", "-m", "two"]);
    assert_eq!(found(&lint(&project, &["--base", "HEAD~1"]).is(1)), [INDEX, COLUMN]);
    assert_eq!(found(&lint(&project, &["--base", "HEAD"]).is(1)), [COLUMN]);
    lint(&project, &["--base", "nowhere"]).is(2).says("git does not know what differs from `nowhere`");
    lint(&project, &["--base", "--output=x"]).is(2);
}

#[test]
fn findings_are_acknowledged_or_do_not_fail() {
    let project = project();
    lint(&project, &["--fail-on", "never"]).is(0);
    lint(&project, &["--allow", "drop-column:users.name"]).is(0);
    lint(&project, &["--allow", "ban-drop-column:users.name"]).is(0);
    lint(&project, &["--allow", "drop-colum:users.name"]).is(2).says("did you mean `drop-column`?");
    let text = |allow: &str| format!("-- feedstock: allow {allow}\nALTER TABLE users DROP COLUMN name;\n");
    project.write("migrations/V3__gone.sql", &text("drop-column:users.name (unused since May)"));
    assert_eq!(found(&lint(&project, &[]).is(0)), [""; 0]);
    project.write("migrations/V3__gone.sql", &text("drop-column:users.name"));
    let key = "V3__gone.sql:1 allow-without-reason:drop-column:users.name";
    assert_eq!(found(&lint(&project, &["--fail-on", "note"]).is(1)), [key]);
    project.write("migrations/V3__gone.sql", &text("drop-column:users.email (a mistake)"));
    let ended = lint(&project, &[]).is(1);
    assert!(ended.out.contains("[unused-allow:drop-column:users.email]"), "{}", ended.out);
}

#[test]
fn a_project_says_how_bad_it_is() {
    let project = project();
    let severity = |said: &str| project.write("feedstock.toml", &format!("[lint.severity]\n{said}\n"));
    severity("drop-column = 'off'");
    lint(&project, &[]).is(0);
    severity("drop-column = 'note'");
    lint(&project, &[]).is(0);
    severity("drop-colum = 'note'");
    lint(&project, &[]).is(2).says("did you mean `drop-column`?");
    severity("drop-column = 'bad'");
    lint(&project, &[]).is(2).says("error, warning, note or off");
    let path = "[[lint.paths]]\npath = 'migrations/V3__gone.sql'\nseverity = { drop-column = 'off' }";
    severity(path);
    assert_eq!(found(&lint(&project, &["--since", "1"]).is(1)), [INDEX]);
    project.write("feedstock.toml", "[lint]\nsince = 2\n");
    assert_eq!(found(&lint(&project, &[]).is(1)), [COLUMN]);
    project.write("feedstock.toml", "[lint]\nsinse = 2\n");
    lint(&project, &[]).is(4).says("unknown field `sinse`");
}

#[test]
fn a_team_has_rules_of_its_own() {
    let project = project();
    project.write("feedstock.toml", "");
    project.write(
        "lint/tenant-column.sql",
        "SELECT c.oid::regclass, 'it has no column tenant_id' FROM pg_class c\n\
         WHERE c.relkind = 'r' AND c.oid >= 16384 AND c.relnamespace = 'public'::regnamespace\n\
         AND NOT EXISTS (SELECT FROM feedstock_before.pg_class o WHERE o.oid = c.oid)\n\
         AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')\n",
    );
    project.write(
        "migrations/V3__gone.sql",
        "SELECT 1;\nCREATE TABLE a (id bigint PRIMARY KEY, tenant_id bigint);\nCREATE TABLE b (id bigint PRIMARY KEY);\n",
    );
    assert_eq!(found(&lint(&project, &[]).is(1)), ["V3__gone.sql:3 tenant-column:b"]);
    // It only reads, and its mistakes are errors.
    project.write("lint/tenant-column.sql", "DELETE FROM public.users RETURNING 'a', 'b'\n");
    lint(&project, &[]).is(4).says("tenant-column.sql fails").says("read-only transaction");
    std::fs::rename(
        project.directory.path().join("lint/tenant-column.sql"),
        project.directory.path().join("lint/drop-column.sql"),
    )
    .unwrap();
    lint(&project, &[]).is(4).says("there is a rule `drop-column` already");
}

#[test]
fn a_table_that_is_known_to_be_small_is_a_note() {
    let project = project();
    let mut database = support::database("a_table_that_is_known_to_be_small");
    database
        .client
        .batch_execute("CREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint); ANALYZE")
        .unwrap();
    let stats = project.run(&["stats", &database.url]).is(0);
    project.write("stats.json", &stats.out);
    let judged = |more: &[&str]| lint(&project, &[&["migrations/V2__index.sql"], more].concat());
    judged(&[]).is(1);
    judged(&["--stats-from", "stats.json"]).is(0);
    judged(&["--stats-from", &database.url]).is(0);
    judged(&["--stats-from", "stats.json", "--small-table", "0"]).is(1);
    project.write("stats.json", "[]");
    judged(&["--stats-from", "stats.json"]).is(4).says("write it with `stats URL`");
}

#[test]
fn a_file_may_forget_what_is_prepared() {
    let project = project();
    project.write(
        "migrations/V3__gone.sql",
        "ALTER TABLE users ADD COLUMN a text;\nDEALLOCATE ALL;\nALTER TABLE users DROP COLUMN name;\n",
    );
    assert_eq!(found(&lint(&project, &[]).is(1)), ["V3__gone.sql:3 drop-column:users.name"]);
}

#[test]
fn what_was_not_measured_is_said() {
    let project = project();
    project.write("migrations/V3__gone.sql", "SELECT 1;\nCREATE EXTENSION nowhere_at_all;\n");
    let ended = lint(&project, &[]).is(0);
    assert!(ended.out.contains("1 of 2 statements measured; 1 not: "), "{}", ended.out);
    lint(&project, &["--require-measured"]).is(1);
    project.write("migrations/V3__gone.sql", "SELECT 1/0;\n");
    assert_eq!(found(&lint(&project, &[]).is(1)), ["V3__gone.sql:1 fails"]);
}

#[test]
fn programs_read_it() {
    let project = project();
    let ended = project.run(&["lint", "--format", "json"]).is(1);
    let json: Value = serde_json::from_str(&ended.out).unwrap();
    let finding = &json["findings"][0];
    assert_eq!((&json["ok"], &finding["rule"]), (&Value::from(false), &Value::from("drop-column")));
    assert_eq!(finding["place"]["start"]["line"], 1);
    assert_eq!((&finding["statement"], &finding["source"]), (&Value::from(1), &Value::from("catalog")));
    assert_eq!(json["coverage"]["measured"], 1);
    // The same input, the same bytes.
    assert_eq!(project.run(&["lint", "--format", "json"]).is(1).out, ended.out);
}

#[test]
fn check_judges_what_is_new() {
    let project = project();
    project.run(&["check"]).is(1).says("drop-column:users.name");
    project.run(&["check", "--fail-on", "never"]).is(0);
    project.run(&["check", "--since", "3"]).is(0);
    project.run(&["check", "--allow", "drop-column:users.name"]).is(0);
    // By default a warning is said, and fails `lint` alone.
    project.write("migrations/V3__gone.sql", "CREATE TABLE t (id bigint);\n");
    project.run(&["check"]).is(0).says("table-without-key:t");
    project.run(&["check", "--fail-on", "warning"]).is(1);
    lint(&project, &[]).is(1);
}

#[test]
fn files_that_cannot_be_read_have_rules_too() {
    let project = project();
    project.write("migrations/V4__a.sql", "SELECT 1;\nCOMMIT;\nSELECT 2;\n");
    project.write("migrations/V5__b.sql", "CREATE INDEX CONCURRENTLY i ON posts (id);\n");
    let ended = lint(&project, &[]).is(1);
    assert!(ended.out.contains("0 of 4 statements measured; 4 not: "), "{}", ended.out);
    let found = found(&ended);
    assert_eq!(found, ["V4__a.sql:2 transaction-control", "V5__b.sql:1 not-in-a-transaction"]);
}

#[test]
fn a_rule_is_explained() {
    let project = Project::new();
    project.run(&["explain", "drop-column"]).is(0).says("# drop-column");
    project.run(&["explain", "ban-drop-column"]).is(0).says("# drop-column");
    project.run(&["explain", "drop-column:images.size"]).is(0).says("# drop-column");
    project.run(&["explain", "prefer-robust-stmts"]).is(0).says("no rule here, since");
    project.run(&["explain"]).is(0).says("drop-column").says("scan-under-lock");
    project.run(&["explain", "drop-colum"]).is(2).says("did you mean `drop-column`?");
}
