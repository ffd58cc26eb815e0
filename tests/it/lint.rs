//! Findings about migrations.

mod field;
mod pages;
pub mod plans;
mod verbs;

use feedstock::Error;
use feedstock::internals::inspect::Scope;
use feedstock::internals::lint::{OwnRule, Settings, SoftDeleted, lint, wrong_files};
use feedstock::internals::plan::Options;
use feedstock::internals::report::{Coverage, Finding, Report, Severity};
use feedstock::internals::source::{Built, Sources};
use feedstock::migration::Migrations;

use crate::support;

/// What is there before the files that are judged.
fn built(setup: &Migrations, scope: &Scope) -> Result<Built, Error> {
    let sources = Sources { scratch: support::scratch(), models: None, schema_dir: "none".as_ref(), scope };
    sources.migrations(setup)
}

/// What a page says beside its SQL.
#[derive(Default)]
struct More {
    /// A rule that is off elsewhere.
    on: Option<&'static str>,
    /// What models declare.
    soft_deleted: Vec<SoftDeleted>,
}

/// Judges the files, with their texts, after the first `known` of them. What cannot be read is a finding too.
fn judged(
    files: &[(String, String)],
    known: i64,
    own: &[OwnRule],
    more: &More,
) -> Result<(Vec<Finding>, Coverage), String> {
    let text_of = |name: &str| files.iter().find(|(file, _)| file == name).map(|(_, text)| text.clone());
    let migrations = match Migrations::from_files(files.iter().cloned()) {
        Ok(migrations) => migrations,
        Err(error) => return Ok((wrong_files(&error, text_of), Coverage::default())),
    };
    let mut findings = Vec::new();
    if let Err(error) = migrations.verify_chain().and_then(|()| migrations.verify_statements()) {
        findings = Finding::of_error("wrong-history", &error);
    }
    let (scope, options) = (Scope::default(), Options::default());
    let built =
        built(&migrations.up_to(known), &scope).map_err(|error| format!("the setup fails: {error}"))?;
    let new: Vec<_> = migrations.iter().filter(|migration| migration.version > known).collect();
    let severity = |rule: &str, _: &str| (Some(rule) == more.on).then_some(Some(Severity::Warning));
    let soft_deleted = &more.soft_deleted;
    let settings = Settings { scope: &scope, options: &options, severity: &severity, own, soft_deleted };
    let Report { checks, coverage, .. } = lint(support::scratch(), &built.database, &new, &settings)
        .map_err(|error| format!("it cannot be judged: {error}"))?;
    findings.extend(checks.into_iter().flat_map(|check| check.findings));
    findings.retain(Finding::is_open);
    Ok((findings, coverage.unwrap_or_default()))
}

/// What the models do not allow is found among files that begin with an empty database too.
#[test]
fn what_models_do_not_allow_has_its_place() {
    let file = |version, text: &str| (format!("V{version}__f.sql"), text.to_owned());
    let files = [
        file(1, "CREATE TABLE users (id bigint PRIMARY KEY, email text, deleted_at timestamptz);\n"),
        file(2, "SELECT 1;\nALTER TABLE users ADD UNIQUE (email);\n"),
        file(3, "CREATE UNIQUE INDEX gone ON users (email);\nDROP INDEX gone;\n"),
    ];
    let soft_deleted = SoftDeleted {
        table: feedstock::internals::schema::Name::new("public", "users"),
        column: "deleted_at".to_owned(),
        with_deleted: Vec::new(),
    };
    let more = More { on: None, soft_deleted: vec![soft_deleted] };
    let (found, _) = judged(&files, 0, &[], &more).unwrap();
    let places: Vec<_> = found
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref().unwrap();
            (place.file.as_str(), place.start.unwrap().line, finding.key())
        })
        .collect();
    assert_eq!(places, [("V2__f.sql", 2, "unique-of-deleted-rows:users.users_email_key".to_owned())]);
}
