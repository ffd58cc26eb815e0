//! The directory of migrations, without a database.

mod errors;

use std::fs;
use std::path::Path;

use feedstock::internals::migration::{NewFile, write};
use feedstock::migration::{Allow, Header, Migrations, Parent, Part};

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

#[track_caller]
fn refused(files: &[(&str, &str)], message: &str) -> feedstock::Error {
    let dir = directory(files);
    let error = Migrations::read(dir.path()).expect_err(message);
    assert!(error.to_string().contains(message), "{error}\n  lacks: {message}");
    assert!(error.is_file(), "{error:?}");
    error
}

#[test]
fn files_come_in_the_order_of_their_versions() {
    let dir = directory(&[
        ("V10__ten.sql", "select 10;"),
        ("V9__nine.sql", "select 9;"),
        ("V0__zero.sql", "select 0;"),
        ("V9__nine.sql~", "backup"),
        (".V9__nine.sql.swp", "backup"),
        (".#V9__x-y.sql", "lock of an editor"),
        ("#V9__x-y.sql#", "autosave"),
        ("V9__nine.sql.orig", "backup"),
        ("README.md", "read me"),
    ]);
    let found = Migrations::read(dir.path()).unwrap();
    let names: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["V0__zero", "V9__nine", "V10__ten"]);
    assert_eq!(found.next_version(), 11);
    assert_eq!(found.up_to(9).len(), 2);
    assert_eq!(found.get(9).unwrap().file_name(), "V9__nine.sql");
}

#[test]
fn misnamed_files_are_errors() {
    for name in [
        "V1__a-b.sql",
        "V1_a.sql",
        "V1__.sql",
        "V__a.sql",
        "v1__a.sql",
        "V1.2__a.sql",
        "V1__a.SQL",
        "V1__a.b.sql",
        "1__a.sql",
        "notes.sql",
        "V99999999999999999999__a.sql",
    ] {
        refused(&[("V1__good.sql", "select 1;"), (name, "select 1;")], &format!("{name} is not named like"));
    }
    refused(&[("U1__a.sql", "select 1;")], "give it a V");
    refused(&[("V1__a.rs", "fn migration() {}")], "is a migration in Rust");
    let dir = directory(&[]);
    fs::create_dir(dir.path().join("more")).unwrap();
    fs::write(dir.path().join("more/V1__a.sql"), "select 1;").unwrap();
    let error = Migrations::read(dir.path()).unwrap_err();
    assert!(error.to_string().contains("is in a subdirectory"), "{error}");
    let error = Migrations::read(Path::new("/nowhere/at/all")).unwrap_err();
    assert!(error.to_string().contains("/nowhere/at/all cannot be read"), "{error}");
}

#[test]
fn what_we_accept_refinery_accepts() {
    for name in ["V1__a", "V007__b", "V9223372036854775807__größe_2"] {
        refinery_core::parse_migration_name(name).unwrap();
        Migrations::from_files([(format!("{name}.sql"), "select 1".to_owned())]).unwrap();
    }
}

#[test]
fn duplicate_versions_are_errors() {
    let error = refused(&[("V2__a.sql", "select 1;"), ("V02__b.sql", "select 2;")], "are both version 2");
    assert!(error.to_string().contains("V02__b.sql") && error.to_string().contains("V2__a.sql"), "{error}");
}

#[test]
fn headers_are_read_and_written_alike() {
    let header = with!(
        Header::default(),
        notes: vec!["Made from the models of images.".into(), "part of a plan".into()],
        measured: vec![
            "lock: ShareUpdateExclusiveLock on t (blocks neither reads nor writes)".into(),
            "scans: t".into(),
        ],
        parent: Some(Parent { version: 6, sha256: "0a".repeat(32) }),
        part: Some(Part { number: 1, of: 2 }),
        no_transaction: true,
        allows: vec![
            Allow {
                rule: "drop-column".into(),
                object: "t.size".into(),
                reason: Some("unused (May)".into()),
            },
            Allow { rule: "drop-table".into(), object: "s.t".into(), reason: None },
        ]
    );
    let file = NewFile {
        version: 7,
        name: "a".into(),
        header: header.clone(),
        sql: "create index concurrently i on t (a);\n".into(),
    };
    let text = file.text();
    assert_eq!(
        text,
        format!(
            "-- Made from the models of images.\n-- part of a plan\n\
             -- lock: ShareUpdateExclusiveLock on t (blocks neither reads nor writes)\n-- scans: t\n-- parent: V6 sha256:{}\n-- part 1 of 2\n\
             -- feedstock: no-transaction\n-- feedstock: allow drop-column:t.size (unused (May))\n\
             -- feedstock: allow drop-table:s.t\n\ncreate index concurrently i on t (a);\n",
            "0a".repeat(32)
        )
    );
    let read = Migrations::from_files([(file.file_name(), text)]).unwrap();
    assert_eq!(read.get(7).unwrap().header, header);
}

#[test]
fn directives_that_would_be_passed_over_are_errors() {
    let error =
        refused(&[("V1__a.sql", "-- top\n\n  -- feedstock: no-transactions\n")], "is not a directive");
    assert_eq!(error.place().map(|place| (place.line, place.column)), Some((3, 3)));
    refused(&[("V1__a.sql", "-- feedstock: allow everything\n")], "does not say what is allowed");
    refused(&[("V1__a.sql", "-- feedstock: allow a:b (why\n")], "does not say what is allowed");
    refused(&[("V1__a.sql", "-- parent: V6\n")], "is not a parent");
    let late = refused(
        &[("V1__a.sql", "select 1;\n-- feedstock: no-transaction\n")],
        "is below the first statement",
    );
    assert_eq!(late.place().map(|place| place.line), Some(2));
    let text = "select '\n-- feedstock: not-a-comment\n';";
    Migrations::from_files([("V1__a.sql".to_owned(), text.to_owned())]).unwrap();
}

#[test]
fn transactions_in_a_file_are_errors() {
    let error = refused(&[("V1__a.sql", "select 1;\n  COMMIT;\n")], "COMMIT is not allowed in a migration");
    assert_eq!(error.place().map(|place| (place.line, place.column)), Some((2, 3)));
    for control in ["begin", "start transaction", "rollback", "end", "abort", "savepoint a", "release a"] {
        refused(&[("V1__a.sql", control)], "is not allowed in a migration");
    }
}

#[test]
fn concurrently_needs_the_directive_and_a_file_of_its_own() {
    let create = "create index concurrently i on t (a);";
    let error = refused(&[("V1__a.sql", create)], "cannot run inside a transaction");
    assert!(error.to_string().contains("-- feedstock: no-transaction"), "{error}");
    refused(&[("V1__a.sql", "vacuum t;")], "no migration can hold it: VACUUM leaves nothing");
    let directive = |sql: &str| format!("-- feedstock: no-transaction\n{sql}");
    refused(&[("V1__a.sql", &directive(&format!("{create}{create}")))], "with 2 statements");
    refused(&[("V1__a.sql", &directive(""))], "with 0 statements");
    let error = refused(&[("V1__a.sql", &directive("\nselect 1;"))], "runs inside a transaction");
    assert_eq!(error.place().map(|place| place.line), Some(3));
    refused(&[("V1__a.sql", &directive("vacuum t"))], "VACUUM leaves nothing");
    let dir = directory(&[("V1__a.sql", &directive(create))]);
    assert!(Migrations::read(dir.path()).unwrap().get(1).unwrap().header.no_transaction);
}

#[test]
fn line_ends_are_normalised() {
    let dir = directory(&[("V1__a.sql", "select 1;\r\nselect 2;\r\n")]);
    let lf = directory(&[("V1__a.sql", "select 1;\nselect 2;\n")]);
    let (crlf, lf) = (Migrations::read(dir.path()).unwrap(), Migrations::read(lf.path()).unwrap());
    assert_eq!(crlf.get(1).unwrap().sql, lf.get(1).unwrap().sql);
    assert_eq!(crlf.get(1).unwrap().sha256(), lf.get(1).unwrap().sha256());
}

#[test]
fn the_chain_of_parents_is_verified() {
    let one = "select 1;\n";
    let sha = Migrations::from_files([("V1__a.sql".to_owned(), one.to_owned())]).unwrap();
    let sha = sha.get(1).unwrap().sha256();
    let two = format!("-- parent: V1 sha256:{sha}\nselect 2;\n");
    let chain = |files: &[(&str, &str)]| {
        let files: Vec<_> =
            files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Migrations::from_files(files).unwrap().verify_chain()
    };
    chain(&[("V1__a.sql", one), ("V2__b.sql", &two)]).unwrap();
    chain(&[("V1__a.sql", "select 1;\r\n"), ("V2__b.sql", &two)]).unwrap();
    chain(&[("V1__a.sql", one), ("V2__b.sql", "select 2;")]).unwrap();
    for (files, message) in [
        (&[("V1__a.sql", "select 3;\n"), ("V2__b.sql", two.as_str())][..], "which was edited since"),
        (&[("V2__b.sql", two.as_str())][..], "whose file is missing"),
        (
            &[("V1__a.sql", one), ("V2__c.sql", "select 1;"), ("V3__b.sql", two.as_str())][..],
            "but V2 (V2__c.sql) now comes before it",
        ),
    ] {
        let error = chain(files).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
}

fn part(version: i64, number: u32, of: u32) -> NewFile {
    let header = with!(Header::default(), part: Some(Part { number, of }));
    NewFile { version, name: format!("part_{number}"), header, sql: format!("select {version};") }
}

#[test]
fn files_of_one_change_are_written_whole_or_not() {
    let dir = directory(&[("V1__a.sql", "select 1;")]);
    let paths = write(dir.path(), &[part(2, 1, 2), part(3, 2, 2)]).unwrap();
    assert_eq!(paths, [dir.path().join("V2__part_1.sql"), dir.path().join("V3__part_2.sql")]);
    assert_eq!(Migrations::read(dir.path()).unwrap().len(), 3);
    // Drafts are gone.
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
    // What a crash between the two leaves.
    fs::remove_file(&paths[0]).unwrap();
    let error = Migrations::read(dir.path()).unwrap_err();
    assert!(error.to_string().contains("part 1 of 2 is not version 2"), "{error}");
}

#[test]
fn nothing_is_overwritten() {
    let dir = directory(&[("V2__part_1.sql", "mine")]);
    let error = write(dir.path(), &[part(2, 1, 1)]).unwrap_err();
    assert!(error.to_string().contains("both version 2"), "{error}");
    assert_eq!(fs::read_to_string(dir.path().join("V2__part_1.sql")).unwrap(), "mine");
    let error = write(dir.path(), &[NewFile { name: "a-b".into(), ..part(3, 1, 1) }]).unwrap_err();
    assert!(error.to_string().contains("not named like a migration"), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}
