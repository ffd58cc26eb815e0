//! Files of two branches in one directory: `check` judges them, `rebase` puts one behind the others.

use crate::cli::Project;
use crate::support;

const TABLES: &str = "\
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE users (id bigint PRIMARY KEY, name text, email text DEFAULT '');
CREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint, title text);
CREATE VIEW names AS SELECT id, name FROM users;
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
";

/// Two files, in whatever order.
const COMMUTE: &[(&str, &str)] = &[
    ("ALTER TABLE users ADD COLUMN a text", "ALTER TABLE posts ADD COLUMN b text"),
    ("ALTER TABLE users ADD COLUMN a text", "ALTER TABLE users ADD COLUMN b text"),
    ("CREATE TABLE a (id bigint PRIMARY KEY)", "CREATE TABLE b (id bigint PRIMARY KEY)"),
    (
        "CREATE INDEX posts_user ON posts (user_id)",
        "ALTER TABLE posts ADD FOREIGN KEY (user_id) REFERENCES users",
    ),
    ("ALTER TABLE users DROP COLUMN email", "ALTER TABLE users ALTER COLUMN name SET NOT NULL"),
    ("ALTER TYPE mood ADD VALUE 'odd'", "CREATE TABLE days (day date PRIMARY KEY, mood mood)"),
    (
        "CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 2 - 1'",
        "COMMENT ON TABLE users IS 'x'",
    ),
    ("UPDATE users SET name = ''", "ALTER TABLE posts ALTER COLUMN title SET DEFAULT ''"),
    ("CREATE VIEW titles AS SELECT title FROM posts", "GRANT SELECT ON users TO PUBLIC"),
    ("ALTER TABLE users ADD CHECK (name <> '')", "ALTER TABLE users ADD UNIQUE (email)"),
];

/// Two files of which the order decides, and the name of what both touch.
const CLASH: &[(&str, &str, &str)] = &[
    (
        "ALTER TABLE users ALTER COLUMN email SET DEFAULT 'a'",
        "ALTER TABLE users ALTER COLUMN email SET DEFAULT 'b'",
        "email",
    ),
    ("ALTER TABLE users DROP COLUMN email", "ALTER TABLE users ALTER COLUMN email SET NOT NULL", "email"),
    ("ALTER TABLE users RENAME TO people", "ALTER TABLE users ADD COLUMN a text", "users"),
    ("ALTER TABLE users ADD COLUMN a text", "ALTER TABLE users ADD COLUMN a integer", "\"a\""),
    (
        "CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 2'",
        "CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 3'",
        "one",
    ),
    ("CREATE TABLE a (id integer)", "CREATE TABLE a (id bigint)", "\"a\""),
    ("DROP TABLE posts", "CREATE INDEX posts_user ON posts (user_id)", "posts"),
    (
        "ALTER TABLE users ALTER COLUMN email TYPE varchar(10)",
        "ALTER TABLE users ALTER COLUMN email TYPE varchar(20)",
        "email",
    ),
    ("COMMENT ON TABLE users IS 'a'", "COMMENT ON TABLE users IS 'b'", "users"),
    ("ALTER TYPE mood ADD VALUE 'a'", "ALTER TYPE mood ADD VALUE 'b'", "mood"),
];

/// A project with two files of version 2, both with V1 as their parent.
fn project(one: &str, two: &str) -> Project {
    let project = Project::new();
    project.write("migrations/V1__tables.sql", TABLES);
    let sha256 = sha256_of(TABLES);
    let text = |sql: &str| format!("-- 26 words\n-- parent: V1 sha256:{sha256}\n\n{sql};\n");
    project.write("migrations/V2__one.sql", &text(one));
    project.write("migrations/V2__two.sql", &text(two));
    project
}

fn sha256_of(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn branches_that_commute_need_a_number() {
    for (one, two) in COMMUTE {
        let project = project(one, two);
        let ended = project.run(&["check"]).is(1);
        let both = "migrations/V2__one.sql and migrations/V2__two.sql are both version 2";
        assert!(ended.out.contains(both), "{}", ended.out);
        let advice = "both orders build the same schema: `rebase migrations/V2__two.sql`";
        assert!(ended.out.contains(advice), "{one}; {two}: {}", ended.out);
        let ended = project.run(&["rebase", "migrations/V2__two.sql"]).is(0);
        assert!(ended.out.contains("migrations/V2__two.sql is migrations/V3__two.sql now"), "{}", ended.out);
        assert_eq!(project.files("migrations"), ["V1__tables.sql", "V2__one.sql", "V3__two.sql"]);
        let text = project.read("migrations/V3__two.sql");
        assert!(
            text.starts_with("-- 26 words\n-- parent: V2 sha256:")
                && text.ends_with(&format!("\n\n{two};\n"))
        );
        project.run(&["check", "--fail-on", "never"]).is(0).says("linear, parents and statements intact");
        let ended = project.run(&["rebase", "migrations/V3__two.sql"]).is(0);
        assert!(ended.out.starts_with("nothing to do"), "{}", ended.out);
    }
}

#[test]
fn branches_that_clash_are_named() {
    for (one, two, name) in CLASH {
        let project = project(one, two);
        let ended = project.run(&["check"]).is(1);
        assert!(
            ended.out.contains("are both version 2") && ended.out.contains(name),
            "{one}; {two}: {}",
            ended.out
        );
        assert!(!ended.out.contains("both orders build the same"), "{one}; {two}: {}", ended.out);
        let ended = project.run(&["rebase", "migrations/V2__two.sql"]).is(3);
        assert!(ended.err.contains(name), "{one}; {two}: {}", ended.err);
        assert_eq!(project.files("migrations"), ["V1__tables.sql", "V2__one.sql", "V2__two.sql"]);
    }
}

/// Who gives one of them another number by hand is told what is missing, by `check` and by `apply`.
#[test]
fn a_parent_that_is_another_file_is_said() {
    let project = project(COMMUTE[0].0, COMMUTE[0].1);
    let text = project.read("migrations/V2__two.sql");
    project.write("migrations/V3__two.sql", &text);
    std::fs::remove_file(project.directory.path().join("migrations/V2__two.sql")).unwrap();
    let database = support::database("a_parent_that_is_another_file");
    let ended = project.run(&["apply", "--database-url", &database.url]).is(4);
    assert!(ended.err.contains("`rebase V3__two.sql` puts it behind all others"), "{}", ended.err);
    let ended = project.run(&["check"]).is(1);
    assert!(ended.out.contains("are of two branches: they follow the same file"), "{}", ended.out);
    project.run(&["rebase", "migrations/V3__two.sql"]).is(0);
    project.run(&["check"]).is(0);
    project.run(&["apply", "--database-url", &database.url]).is(0);
}

/// A change of several files moves as one, with what follows it; what a database has applied stays.
#[test]
fn all_parts_of_a_change_move_and_none_that_is_applied() {
    let project = project(COMMUTE[0].0, COMMUTE[0].1);
    std::fs::remove_file(project.directory.path().join("migrations/V2__two.sql")).unwrap();
    // The branch: a change in two parts, and one file more.
    let mut parent = (1, sha256_of(TABLES));
    for (version, name, part, sql) in [
        (2, "parts", "-- part 1 of 2\n", "ALTER TABLE posts ADD COLUMN a text"),
        (3, "parts", "-- part 2 of 2\n", "ALTER TABLE posts ADD COLUMN b text"),
        (4, "later", "", "ALTER TABLE posts ADD COLUMN c text"),
    ] {
        let text = format!("-- parent: V{} sha256:{}\n{part}\n{sql};\n", parent.0, parent.1);
        project.write(&format!("migrations/V{version}__{name}.sql"), &text);
        parent = (version, sha256_of(&text));
    }
    let ended = project.run(&["rebase", "migrations/V3__parts.sql"]).is(0);
    assert_eq!(ended.out.lines().count(), 4, "{}", ended.out);
    assert_eq!(
        project.files("migrations"),
        ["V1__tables.sql", "V2__one.sql", "V3__parts.sql", "V4__parts.sql", "V5__later.sql"]
    );
    project.run(&["check"]).is(0);

    let database = support::database("all_parts_of_a_change_move");
    project.run(&["apply", "--to", "2", "--database-url", &database.url]).is(0);
    project.write("migrations/V2__three.sql", "ALTER TABLE users ADD COLUMN d text;\n");
    let ended = project.run(&["rebase", "migrations/V2__one.sql", "--database-url", &database.url]).is(3);
    assert!(ended.err.contains("may not move: the database has applied it"), "{}", ended.err);
    project.run(&["rebase", "migrations/V2__three.sql", "--database-url", &database.url]).is(0);
    project.run(&["apply", "--database-url", &database.url]).is(0);
    project.run(&["rebase", "V9__none.sql"]).is(2).says("there is no file V9__none.sql");
}
