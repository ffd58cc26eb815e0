//! Real schemas, which are not part of the project: `make corpus CORPUS=DIR`.
//!
//! Each is built from nothing, left alone, and made into each of the others; `pg_dump` judges.
//! `FEEDSTOCK_CORPUS_FILES` names the ones to try.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use feedstock::internals::diff::Hints;
use feedstock::internals::source::{Built, Source};

use crate::pipeline::{allow_all, arrives, build};

/// Does nothing without `FEEDSTOCK_CORPUS`, since the schemas are other people's.
#[test]
fn corpus() {
    let Ok(directory) = std::env::var("FEEDSTOCK_CORPUS") else { return };
    let started = Instant::now();
    let names = names(&directory);
    assert!(!names.is_empty(), "{directory} holds no .sql file");
    let mut built = BTreeMap::from([("empty".to_owned(), build(&Source::Empty).unwrap())]);
    for name in &names {
        let schema = build(&Source::File(Path::new(&directory).join(format!("{name}.sql")))).unwrap();
        println!(
            "{name}: {} tables; unsupported {:?}",
            schema.schema.tables.len(),
            schema.schema.unsupported
        );
        built.insert(name.clone(), schema);
    }
    let pairs: Vec<(&String, &String)> =
        built.keys().flat_map(|from| built.keys().map(move |to| (from, to))).collect();
    let mut failures = BTreeMap::new();
    // One after the other: a database that is being looked at cannot be copied.
    for (from, to) in &pairs {
        let one = || becomes(&built[*from], &built[*to], from == to);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(one)) {
            failures.insert((*from, *to), panic.downcast_ref::<String>().cloned().unwrap_or_default());
        }
    }
    println!("{} plans in {:.0?}, {} fail", pairs.len(), started.elapsed(), failures.len());
    let report: String =
        failures.iter().map(|((from, to), why)| format!("\n=== {from} -> {to}\n{why}\n")).collect();
    assert!(failures.is_empty(), "{report}");
}

fn becomes(from: &Built, to: &Built, same: bool) {
    let plan = arrives(from, to, &Hints::default(), &allow_all());
    assert!(!same || plan.is_empty(), "something is left to do:\n{}", plan.sql());
}

fn names(directory: &str) -> Vec<String> {
    if let Ok(names) = std::env::var("FEEDSTOCK_CORPUS_FILES") {
        return names.split_whitespace().map(str::to_owned).collect();
    }
    let files = std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
    let mut names: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
