//! What is wrong with files: all of it at once, and nothing that hangs or ends the process.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::{Duration, Instant};

use feedstock::migration::{Isolation, Migrations};

use super::{directory, refused};

#[test]
fn all_that_is_wrong_comes_at_once_with_its_places() {
    let dir = directory(&[
        ("V1__good.sql", "select 1;"),
        ("V1_misnamed.sql", ""),
        ("V2__bad-name.sql", ""),
        ("V01__again.sql", "select 1;"),
        ("V3__control.sql", "select 1;\nbegin;\nselect 2;\n  commit;\nselect 3;"),
        ("V4__index.sql", "create index concurrently i on t (a);"),
        (
            "V5__directives.sql",
            "-- feedstock: on-transaction\n-- feedstock: allow all\nselect 1;\n-- feedstock: backfill\n",
        ),
        (
            "V6__psql.sql",
            "\\i one.sql\n\\i two.sql\ncopy t from stdin;\n1\n\\.\nselect 1;\ncommit;\nselect /* open",
        ),
        ("V7__late.sql", "select 1;\nset transaction isolation level serializable;"),
        ("V8__two.sql", "-- feedstock: no-transaction\nvacuum t; vacuum u;"),
    ]);
    fs::create_dir(dir.path().join("V9__dir.sql")).unwrap();
    fs::write(dir.path().join("V10__latin.sql"), b"select 1;\n-- caf\xe9").unwrap();
    let text = Migrations::read(dir.path()).unwrap_err().to_string();
    let path = |name: &str| dir.path().join(name).display().to_string();
    for (file, rest) in [
        ("V1_misnamed.sql", " is not named like a migration"),
        ("V2__bad-name.sql", " is not named like a migration"),
        ("V3__control.sql", ":2:1: BEGIN is not allowed"),
        ("V3__control.sql", ":4:3: COMMIT is not allowed"),
        ("V4__index.sql", ":1:1: CREATE INDEX CONCURRENTLY cannot run inside a transaction"),
        ("V5__directives.sql", ":1:1: `feedstock: on-transaction` is not a directive"),
        ("V5__directives.sql", ":2:1: `allow all` does not say what is allowed"),
        ("V5__directives.sql", ":4:1: `feedstock: backfill` is below the first statement"),
        ("V6__psql.sql", ":1:1: `\\i` is a command of psql"),
        ("V6__psql.sql", ":2:1: `\\i` is a command of psql"),
        ("V6__psql.sql", ":3:1: COPY … FROM stdin carries data"),
        ("V6__psql.sql", ":7:1: COMMIT is not allowed"),
        ("V6__psql.sql", ":8:8: this comment is never closed"),
        ("V7__late.sql", ":2:1: the isolation level must be set before the transaction's first query"),
        ("V8__two.sql", " is a no-transaction file with 2 statements"),
        ("V9__dir.sql", " is a directory, not a file"),
        ("V10__latin.sql", ":2:7: this is not UTF-8"),
    ] {
        assert!(text.contains(&format!("\n  {}{rest}", path(file))), "{text}\n  lacks: {file}{rest}");
    }
    assert!(
        text.contains(&format!("{} and {} are both version 1", path("V01__again.sql"), path("V1__good.sql"))),
        "{text}"
    );
    assert!(text.starts_with("18 errors in 11 files\n"), "{text}");
    assert_eq!(text.matches("the form is `allow RULE:object").count(), 1, "advice is given once: {text}");
    assert_eq!(text.matches("V<version>__<name>.sql").count(), 1, "advice is given once: {text}");
}

#[test]
fn read_only_is_not_said_to_be_an_isolation_level() {
    let dir = directory(&[("V1__a.sql", "select 1;\nset session characteristics as transaction read only;")]);
    let text = Migrations::read(dir.path()).unwrap_err().to_string();
    assert!(text.contains("V1__a.sql:2:1") && text.contains("READ ONLY would hold for later"), "{text}");
    assert!(!text.contains("isolation"), "{text}");
}

/// An adopter's directory.
#[test]
fn four_hundred_errors_are_four_hundred_lines() {
    let files: Vec<(String, String)> =
        (1..=400).map(|n| (format!("{n}_step.sql"), "select 1;".to_owned())).collect();
    let text = Migrations::from_files(files).unwrap_err().to_string();
    assert!(text.starts_with("400 errors in 400 files\n"), "{text}");
    assert_eq!(text.lines().count(), 402, "{text}");
    assert!(text.contains("\n  400_step.sql is not named like a migration\n"), "{text}");
}

#[test]
fn only_regular_files_are_read() {
    let dir = directory(&[("V1__good.sql", "select 1;")]);
    let at = |name: &str| dir.path().join(name);
    let one = |name: &str, part: &str| {
        let begun = Instant::now();
        let error = Migrations::read(dir.path()).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(part), "{error}\n  lacks: {part}");
        assert!(begun.elapsed() < Duration::from_secs(5));
        fs::remove_file(at(name)).or_else(|_| fs::remove_dir(at(name))).unwrap();
    };
    assert!(Command::new("mkfifo").arg(at("V2__pipe.sql")).status().unwrap().success());
    one("V2__pipe.sql", "is a pipe, a socket or a device, not a file");
    symlink("/dev/zero", at("V2__device.sql")).unwrap();
    one("V2__device.sql", "is a pipe, a socket or a device, not a file");
    let _listener = UnixListener::bind(at("V2__socket.sql")).unwrap();
    one("V2__socket.sql", "is a pipe, a socket or a device, not a file");
    fs::create_dir(at("V3__x.sql")).unwrap();
    one("V3__x.sql", "is a directory, not a file");
    symlink("nowhere", at("V2__link.sql")).unwrap();
    one("V2__link.sql", "cannot be read");
    symlink(dir.path(), at("V2__link.sql")).unwrap();
    one("V2__link.sql", "is a directory, not a file");
    // A link to a file is a file.
    fs::write(at("text"), "select 2;").unwrap();
    symlink("text", at("V2__link.sql")).unwrap();
    assert_eq!(Migrations::read(dir.path()).unwrap().get(2).unwrap().sql, "select 2;");
}

#[test]
fn only_text_is_read() {
    let dir = directory(&[("V1__mark.sql", "\u{feff}-- feedstock: allow a:b\nselect 1;")]);
    let read = Migrations::read(dir.path()).unwrap();
    assert_eq!(read.get(1).unwrap().statements().unwrap()[0].text, "select 1");
    assert_eq!(read.get(1).unwrap().header.allows.len(), 1);
    for (bytes, part, place) in [
        (&b"select 1;\n -- \xff"[..], "this is not UTF-8", Some((2, 5))),
        (b"\xff\xfes\0e\0", "is UTF-16, not UTF-8", None),
        (b"select '\0'", "this is a NUL", Some((1, 9))),
    ] {
        fs::write(dir.path().join("V1__mark.sql"), bytes).unwrap();
        let error = Migrations::read(dir.path()).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert_eq!(error.place().map(|place| (place.line, place.column)), place, "{error}");
    }
}

/// What nests deeper than any stack is read all the same, or is an error; it does not end the process.
#[test]
fn nothing_is_nested_too_deeply() {
    const DEEP: usize = 20_000;
    let nested =
        |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(DEEP), close.repeat(DEEP));
    let expressions = [
        nested("(", "1", ")"),
        nested("array[", "1", "]"),
        nested("case when true then ", "1", " end"),
        nested("not ", "true", ""),
        nested("- ", "1", ""),
        nested("1 + ", "1", ""),
        nested("f(", "1", ")"),
        nested("(select ", "1", ")"),
        nested("/* ", "", " */ 1"),
        format!("1{}", "::int".repeat(DEEP)),
        format!("a{}", ".a".repeat(DEEP)),
        format!("a{}", "[1]".repeat(DEEP)),
        format!("E'a'{}", "\n'b\\'c'".repeat(DEEP)),
        (0..200).map(|n| format!("$a{n}$ ")).collect::<String>()
            + &(0..200).rev().map(|n| format!(" $a{n}$")).collect::<String>(),
    ];
    for (at, expression) in expressions.iter().enumerate() {
        // The first in every statement, the others in some of them.
        let all = if at == 0 { 12 } else { 4 };
        for (directive, statement) in [
            ("", format!("select {expression}")),
            ("", format!("create function f() returns int begin atomic select {expression}; end")),
            ("no-transaction", format!("select {expression}")),
            (
                "no-transaction",
                format!("create index concurrently i on t (({expression})) where {expression}"),
            ),
            ("no-transaction", format!("create index concurrently {expression} on t (a)")),
            ("no-transaction", format!("alter table t alter c set default {expression}")),
            ("", format!("vacuum {expression}")),
            ("no-transaction", format!("drop index concurrently {expression}")),
            ("no-transaction", format!("alter type t add value {expression}")),
            ("no-transaction", format!("reindex index concurrently {expression}")),
            ("backfill", format!("call f({expression})")),
            ("backfill", format!("do {expression}")),
        ]
        .into_iter()
        .take(all)
        {
            let header =
                if directive.is_empty() { String::new() } else { format!("-- feedstock: {directive}\n") };
            let file = ("V1__deep.sql".to_owned(), format!("{header}{statement};\n"));
            let read = Migrations::from_files([file]);
            if directive.is_empty() && !statement.starts_with("vacuum") {
                let read = read.unwrap();
                assert_eq!(read.get(1).unwrap().statements().unwrap()[0].text.len(), statement.len());
            }
        }
    }
}

#[test]
fn the_isolation_is_said_by_a_directive_or_the_first_statement() {
    let isolation = |text: &str| {
        let read = Migrations::from_files([("V1__a.sql".to_owned(), text.to_owned())]);
        read.unwrap().get(1).unwrap().isolation
    };
    let serializable = Some(Isolation::Serializable);
    assert_eq!(isolation("-- feedstock: isolation serializable\nselect 1;"), serializable);
    assert_eq!(isolation("set transaction isolation level serializable; select 1;"), serializable);
    assert_eq!(isolation("begin isolation level serializable; select 1; commit;"), serializable);
    assert_eq!(isolation("-- feedstock: isolation repeatable-read\n"), Some(Isolation::RepeatableRead));
    assert_eq!(isolation("-- feedstock: isolation read-committed\n"), Some(Isolation::ReadCommitted));
    assert_eq!(isolation("select 1;"), None);
    refused(&[("V1__a.sql", "-- feedstock: isolation total\n")], "`total` is not an isolation level");
    refused(&[("V1__a.sql", "set transaction read only; select 1;")], "cannot be read only");
    refused(
        &[(
            "V1__a.sql",
            "-- feedstock: isolation serializable\nset transaction isolation level repeatable read;",
        )],
        "sets the isolation level serializable at its top, and repeatable-read below",
    );
    refused(
        &[(
            "V1__a.sql",
            "-- feedstock: isolation serializable\n-- feedstock: no-transaction\ndrop index concurrently i;",
        )],
        "does not run in a transaction",
    );
}

#[test]
fn a_pair_around_the_whole_file_is_passed_over_and_no_other() {
    let statements = |text: &str| {
        let read = Migrations::from_files([("V1__a.sql".to_owned(), text.to_owned())]).unwrap();
        let migration = read.get(1).unwrap();
        migration.statements().unwrap().len()
    };
    assert_eq!(statements("BEGIN;\nselect 1;\nselect 2;\nCOMMIT;\n"), 2);
    assert_eq!(statements("start transaction; select 1; end transaction;"), 1);
    for text in [
        "begin; select 1; commit; begin; select 2; commit;",
        "begin; select 1; rollback;",
        "begin; select 1; commit; select 2;",
        "select 1; begin; select 2; commit;",
        "begin; savepoint a; commit;",
        "begin; select 1; commit and chain;",
        "-- feedstock: no-transaction\nbegin; drop index concurrently i; commit;",
    ] {
        refused(&[("V1__a.sql", text)], "is not allowed in a migration");
    }
}
