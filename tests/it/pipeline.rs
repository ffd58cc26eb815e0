//! Schema to schema: worked out, applied, compared by `pg_dump`, and worked out again.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use feedstock::internals::diff::Hints;
use feedstock::internals::inspect::Scope;
use feedstock::internals::plan::{Allow, File, Options, Plan};
use feedstock::internals::prove::{Database, prove_plan, work_out};
use feedstock::internals::source::{Built, Source, Sources};

use crate::support;

/// Builds a source.
pub fn build(source: &Source) -> Result<Built, String> {
    let scope = Scope::default();
    let sources =
        Sources { scratch: support::scratch(), models: None, schema_dir: Path::new("schema"), scope: &scope };
    sources.build(source).map_err(|error| error.to_string())
}

/// Builds what a text says; errors name it as a file of that name.
pub fn built(name: &str, text: &str) -> Result<Built, String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, text).unwrap();
    build(&Source::File(path))
}

/// A file of a plan as the runner reads it.
pub fn text(file: &File) -> String {
    format!("{}{}", file.header().render(), file.sql())
}

/// Works the plan out.
pub fn worked_out(from: &Built, to: &Built, hints: &Hints, options: &Options) -> Result<Plan, String> {
    let scope = Scope::default();
    work_out(support::scratch(), &from.database, &from.schema, &to.schema, hints, options, &scope)
        .map_err(|error| error.to_string())
}

/// Proves a plan.
pub fn proven(from: &Built, to: &Built, plan: &Plan) -> Result<(), String> {
    prove_plan(support::scratch(), &from.database, &from.schema, plan, &to.schema, &Scope::default())
        .map_err(|error| error.to_string())
}

/// Applies a plan.
pub fn apply(database: &Database, plan: &Plan) -> Result<(), String> {
    let mut client = database.client().unwrap();
    plan.files.iter().try_for_each(|file| {
        let text = match &file.steps[..] {
            [step] if !step.in_transaction => step.sql.clone(),
            _ => format!("BEGIN;{};COMMIT;RESET ALL", file.sql()),
        };
        client.batch_execute(&text).map_err(|error| format!("{error:?}"))
    })
}

/// Works the plan out, proves it, and lets `pg_dump` judge what it built.
pub fn arrives(from: &Built, to: &Built, hints: &Hints, options: &Options) -> Plan {
    let plan = worked_out(from, to, hints, options).unwrap();
    let judge = || {
        proven(from, to, &plan)?;
        let result = support::scratch().clone_of(&from.database).unwrap();
        apply(&result, &plan)?;
        same_dump(&result, &to.database)
    };
    judge().unwrap_or_else(|why| panic!("{why}\n\n{}", plan.sql()));
    plan
}

/// Compares what `pg_dump` says, column order aside; if need be after both were loaded from their own dumps.
pub fn same_dump(result: &Database, wanted: &Database) -> Result<(), String> {
    let (one, other) = (dump(result), dump(wanted));
    if one == other {
        return Ok(());
    }
    let (one, other) = (settled(one), settled(other));
    if one == other {
        return Ok(());
    }
    let lines = |one: &str, other: &str| {
        let other: BTreeSet<&str> = other.lines().collect();
        one.lines().filter(|line| !other.contains(line)).map(|line| format!("  {line}\n")).collect::<String>()
    };
    Err(format!(
        "pg_dump differs; only in the result:\n{}only in what is wanted:\n{}",
        lines(&one, &other),
        lines(&other, &one)
    ))
}

/// Loads a dump and dumps that, until it repeats.
fn settled(mut text: String) -> String {
    for _ in 0..4 {
        let database = support::server().database().unwrap();
        load(&database, &text);
        let again = dump(&database);
        if again == text {
            return text;
        }
        text = again;
    }
    panic!("pg_dump does not settle");
}

fn load(database: &Database, text: &str) {
    let server = support::server().server().unwrap();
    let mut psql = server
        .command("psql")
        .args(["-qX", "-v", "ON_ERROR_STOP=1", "-d", database.url()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    psql.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(psql.wait().unwrap().success());
}

/// `pg_dump` with the columns of each table in alphabetical order.
fn dump(database: &Database) -> String {
    let text = support::pg_dump(database.url());
    let mut lines = Vec::new();
    let mut body: Option<Vec<String>> = None;
    for line in text.lines() {
        match &mut body {
            Some(columns) if line.starts_with(')') => {
                columns.sort();
                lines.push(columns.join(",\n"));
                lines.push(line.to_owned());
                body = None;
            }
            Some(columns) => columns.push(line.trim_end_matches(',').to_owned()),
            None => {
                lines.push(line.to_owned());
                let table = line.starts_with("CREATE TABLE") || line.starts_with("CREATE UNLOGGED TABLE");
                body = (table && line.ends_with('(')).then(Vec::new);
            }
        }
    }
    // Privileges stand in the order in which they were granted.
    let privilege = |line: &String| {
        ["GRANT ", "REVOKE ", "ALTER DEFAULT PRIVILEGES "].iter().any(|word| line.starts_with(word))
    };
    lines.chunk_by_mut(|one, other| privilege(one) && privilege(other)).for_each(<[String]>::sort);
    lines.join("\n") + "\n"
}

/// Everything acknowledged.
pub fn allow_all() -> Options {
    Options { allow: Allow::new(["all".to_owned()]), ..Options::default() }
}
