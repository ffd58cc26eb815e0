//! Sixty migrations that hurt and sixty that do not, as they are written in the field: `benches/lint/`.

use feedstock::internals::report::Severity;

use super::{More, judged};

/// A migration: its number and title, the rules of which one is expected, its files.
struct Migration {
    title: String,
    rules: Vec<String>,
    files: Vec<String>,
}

fn read(name: &str) -> String {
    std::fs::read_to_string(format!("{}/benches/lint/{name}.sql", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The migrations of a file, each under a line `-- 7: what it does [the rules]`.
fn migrations(text: &str) -> Vec<Migration> {
    let mut all: Vec<Migration> = Vec::new();
    for line in text.lines() {
        let number =
            line.strip_prefix("-- ").and_then(|line| line.split_once(": ")).map(|(number, _)| number);
        if number.is_some_and(|number| number.parse::<u32>().is_ok()) {
            let (title, rules) = line[3..].trim_end_matches(']').split_once(" [").unwrap_or((&line[3..], ""));
            let rules = rules.split(", ").filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
            all.push(Migration { title: title.to_owned(), rules, files: vec![String::new()] });
        } else if let Some(last) = all.last_mut() {
            match last.files.last_mut() {
                Some(file) if line != "-- next file" => *file += &format!("{line}\n"),
                _ => last.files.push(String::new()),
            }
        }
    }
    all
}

/// What is found in a migration: the findings that are not acknowledged, in short. Of one that hurts nobody a note may
/// be said, which fails nothing.
fn found(migration: &Migration) -> Result<Vec<String>, String> {
    let mut files = vec![("V1__setup.sql".to_owned(), read("setup"))];
    files.extend(
        (2..).zip(&migration.files).map(|(version, text)| (format!("V{version}__it.sql"), text.clone())),
    );
    let (findings, coverage) = judged(&files, 1, &[], &More::default())?;
    let may_fail = |rule: &String| matches!(rule.as_str(), "fails" | "uses-new-enum-value");
    if !coverage.missing.is_empty() && !migration.rules.iter().any(may_fail) {
        return Err(coverage.sentence());
    }
    let failing = findings.iter().filter(|it| it.severity != Severity::Note || !migration.rules.is_empty());
    Ok(failing.map(|finding| finding.key()).collect())
}

/// Judges all of them, four at a time.
fn all(name: &str) -> Vec<(Migration, Result<Vec<String>, String>)> {
    let mut migrations: Vec<Option<Migration>> = migrations(&read(name)).into_iter().map(Some).collect();
    assert_eq!(migrations.len(), 60, "{name}");
    let mut done = Vec::new();
    for some in migrations.chunks_mut(4) {
        std::thread::scope(|scope| {
            let running: Vec<_> = some
                .iter_mut()
                .filter_map(Option::take)
                .map(|migration| {
                    scope.spawn(move || {
                        let found = found(&migration);
                        (migration, found)
                    })
                })
                .collect();
            done.extend(running.into_iter().map(|thread| thread.join().unwrap()));
        });
    }
    done
}

#[test]
fn what_hurts_is_found() {
    let mut missed = Vec::new();
    for (migration, found) in all("bad") {
        let is_expected =
            |key: &String| migration.rules.iter().any(|rule| key.split(':').next() == Some(rule));
        match found {
            Ok(found) if found.iter().any(is_expected) => {}
            other => missed.push(format!("{}: {other:?}", migration.title)),
        }
    }
    assert!(missed.is_empty(), "{} are missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn what_hurts_nobody_is_not_said() {
    let wrong = all("good").into_iter().filter(|(_, found)| found.as_ref() != Ok(&Vec::new()));
    let wrong: Vec<String> = wrong.map(|(it, found)| format!("{}: {found:?}", it.title)).collect();
    assert!(wrong.is_empty(), "{} are false alarms:\n{}", wrong.len(), wrong.join("\n"));
}
