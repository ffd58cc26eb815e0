//! Files from other systems: CR LF line ends, a byte order mark, other encodings.

use std::path::Path;

use crate::cli::Project;
use crate::support;

const ONE: &str = "-- Makes the table.\n\
    CREATE TABLE t (id integer PRIMARY KEY, note text DEFAULT 'a\n  b' CHECK (note <> 'x\ny'));\n\
    CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$\nBEGIN\n    RETURN 'a\nb';\nEND $$;\n\
    COMMENT ON TABLE t IS 'one\ntwo';\n";

const TWO: &str = "-- feedstock: no-transaction\nCREATE INDEX CONCURRENTLY i ON t (note);\n";

/// The files of a project as a Windows checkout has them.
fn convert(directory: &Path, with: &dyn Fn(&str) -> String) {
    for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            convert(&entry.path(), with);
        } else {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            std::fs::write(entry.path(), with(&text)).unwrap();
        }
    }
}

fn lf(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

fn crlf(text: &str) -> String {
    lf(text).replace('\n', "\r\n")
}

fn marked(text: &str) -> String {
    format!("\u{feff}{}", crlf(text))
}

#[test]
fn a_project_is_the_same_with_other_line_ends() {
    let project = Project::new();
    project.write("feedstock.toml", "managed = ['public']\n\n# a comment\nlock_timeout = '2s'\n");
    project.write("migrations/V1__one.sql", ONE);
    project.run(&["new", "two", "--sql"]).is(0);
    let header = project.read("migrations/V2__two.sql");
    project.write("migrations/V2__two.sql", &format!("{header}{TWO}"));
    project.run(&["new", "three", "--sql"]).is(0);
    project.write("one.sql", &format!("{ONE}CREATE INDEX i ON t (note);\n"));
    let root = project.directory.path();
    let plain = project.run(&["inspect", "migrations"]).is(0).out;
    let forms: [&dyn Fn(&str) -> String; 3] = [&lf, &crlf, &marked];
    for (number, before) in forms.iter().enumerate() {
        for after in forms {
            let database = support::database("line_ends");
            let with =
                |arguments: &[&str]| project.run(&[&["--database-url", &database.url], arguments].concat());
            convert(root, before);
            with(&["apply", "--to", "2"]).is(0);
            convert(root, after);
            with(&["status"]).is(0).says("pending");
            with(&["check"]).is(0).says("2 applied as the files are, 1 pending");
            with(&["apply"]).is(0).says("1 migration applied");
            with(&["apply"]).is(0).says("nothing to apply");
            assert_eq!(project.run(&["inspect", "migrations"]).is(0).out, plain, "{number}");
            let live = &database.url;
            for (from, to) in [("migrations", live.as_str()), (live, "one.sql"), ("one.sql", "migrations")] {
                project.run(&["diff", "--from", from, "--to", to, "--exit-code"]).is(0);
            }
        }
    }
}

/// Wherever a text can stand that a database holds.
const HOLDS_CR: &str = "
    CREATE TYPE mood AS ENUM (E'a\\r\\nb', E'c\\r');
    CREATE TABLE t (
        id integer PRIMARY KEY,
        note text DEFAULT E'a\\r\\nb' CHECK (note <> E'it''s\\r\\\\n'),
        mood mood DEFAULT E'c\\r',
        made text GENERATED ALWAYS AS (note || E'\\r\\n') STORED
    );
    CREATE TABLE \"a\r\"\"b\\c\" (\"d\r\ne\" integer);
    CREATE TABLE p (k text) PARTITION BY LIST (k);
    CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (E'\\r\\n');
    CREATE FUNCTION f(a text DEFAULT E'\\r') RETURNS text LANGUAGE plpgsql AS E'BEGIN\\r\\n RETURN ''a\\\\''; \\rEND';
    CREATE FUNCTION g() RETURNS text LANGUAGE sql RETURN E'\\r\\n';
    CREATE VIEW v AS SELECT id, E'x\\r\\ny' AS \"x\r\" FROM t WHERE note = E'\\r';
    CREATE INDEX i ON t ((note || E'\\r')) WHERE note <> E'\\r\\n';
    CREATE DOMAIN d AS text DEFAULT E'\\r' CHECK (VALUE <> E'\\r\\n');
    CREATE POLICY y ON t USING (note <> E'\\r');
    CREATE RULE r AS ON DELETE TO t WHERE OLD.note = E'\\r' DO INSTEAD NOTHING;
    CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.note <> E'\\r\\n')
        EXECUTE FUNCTION suppress_redundant_updates_trigger(E'a\\r');
    COMMENT ON TABLE t IS E'one\\r\\ntwo\\r';
    COMMENT ON COLUMN t.note IS E'\\\\one\\r\\n';
";

#[test]
fn what_a_database_holds_is_written_without_a_carriage_return_and_is_exact() {
    let project = Project::new();
    let mut database = support::database("holds_cr");
    // As it is, not as a file.
    database.client.batch_execute(HOLDS_CR).unwrap();
    let live = database.url.as_str();
    let inspected = project.run(&["inspect", live]).is(0).out;
    assert!(!inspected.contains('\r'), "{inspected:?}");
    for form in [&lf as &dyn Fn(&str) -> String, &crlf, &marked] {
        project.write("again.sql", &form(&inspected));
        project.run(&["diff", "--from", "again.sql", "--to", live, "--exit-code"]).is(0);
        project.run(&["diff", "--from", live, "--to", "again.sql", "--exit-code"]).is(0);
        assert_eq!(project.run(&["inspect", "again.sql"]).is(0).out, inspected);
    }
    let diff = project.run(&["diff", "--from", "empty", "--to", live]).is(0).out;
    assert!(!diff.contains('\r') && !diff.contains("unproven"), "{diff}");
    let back = project.run(&["diff", "--from", live, "--to", "empty"]).is(0).out;
    assert!(!back.contains('\r') && !back.contains("unproven"), "{back}");
}

#[test]
fn other_encodings_and_line_ends_are_said() {
    let project = Project::new();
    let utf16 = |text: &str| -> Vec<u8> {
        [0xfeff_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let write = |path: &str, bytes: &[u8]| {
        project.write(path, "");
        std::fs::write(project.directory.path().join(path), bytes).unwrap();
    };
    write("one.sql", &utf16("CREATE TABLE t ();\n"));
    project.run(&["inspect", "one.sql"]).is(4).says("one.sql is UTF-16").says("save it as UTF-8");
    write("one.sql", b"-- a\nCOMMENT ON SCHEMA public IS '\xe4';\n");
    project.run(&["inspect", "one.sql"]).is(4).says("one.sql:2:").says("not UTF-8");
    // As for Postgres, a carriage return ends a comment.
    write("one.sql", b"-- a comment\rCREATE TABLE t ();\n");
    project.run(&["inspect", "one.sql"]).is(0).says("CREATE TABLE");
    write("migrations/V1__one.sql", &utf16("CREATE TABLE t ();\n"));
    project.run(&["check"]).is(1).says("V1__one.sql is UTF-16");
    write("migrations/V1__one.sql", b"SELECT 1;\n");
    write("feedstock.toml", &utf16("managed = ['public']\n"));
    project.run(&["check"]).is(4).says("feedstock.toml is UTF-16");
}

/// Postgres is the judge: it prepares a text of one statement only.
#[test]
fn a_carriage_return_by_itself_ends_a_line_as_it_does_for_postgres() {
    let mut database = support::database("carriage_return");
    let (mut ones, mut several) = (0, 0);
    for between in
        ["\r", " \r ", "\n", "\r\n", " ", "\t", " -- c\r", " -- c\n", "\r-- c\r", " /* c */\r", "\r/* c */"]
    {
        for (first, second) in [
            ("E'a'", "'b\\'; SELECT 2; --'"),
            ("'a'", "'b\\'; SELECT 2; --'"),
            ("E'a'", "'b'"),
            ("U&'a'", "'b\\0041;'"),
            ("E'a' || 'b'", "'b\\'; SELECT 2; --'"),
            ("1 -- c", "; SELECT 2"),
            ("1 /* c */ -- c", "; SELECT 2 --"),
            ("$$a$$", "'b'; SELECT 2"),
        ] {
            let text = format!("SELECT {first}{between}{second}");
            let is_one = match database.client.prepare(&text) {
                Ok(_) => true,
                Err(error) => match error.as_db_error() {
                    Some(error) if error.message().starts_with("cannot insert multiple commands") => false,
                    // It is no statement at all.
                    _ => continue,
                },
            };
            *(if is_one { &mut ones } else { &mut several }) += 1;
            let found = feedstock::internals::sql::split("one.sql", &text).unwrap();
            assert_eq!(found.len() == 1, is_one, "{text:?}: {found:?}");
        }
    }
    assert!(ones > 10 && several > 10, "{ones} and {several}");
}
