//! One JSON object; `src/docs/report.schema.json` says what is in it.

use serde::Serialize;

use super::finding::{Check, Coverage, Finding, Place, Report, sorted};
use super::paths::Paths;

/// The version of the object's form. A field that is added leaves it as it is.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Object<'a> {
    version: u32,
    ok: bool,
    checks: Vec<Checked<'a>>,
    findings: Vec<Found<'a>>,
    coverage: Option<Coverage>,
}

#[derive(Serialize)]
struct Checked<'a> {
    check: &'a str,
    ok: bool,
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct Found<'a> {
    check: &'a str,
    #[serde(flatten)]
    finding: Finding,
}

pub(super) fn write(report: &Report, paths: &Paths) -> String {
    let rename = |place: &mut Place| place.file = paths.of(&place.file);
    let checks = report.checks.iter().map(|check| Checked {
        check: &check.name,
        ok: check.is_good(),
        message: check.message.as_deref(),
    });
    let mut coverage = report.coverage.clone();
    coverage
        .iter_mut()
        .flat_map(|coverage| &mut coverage.missing)
        .for_each(|missing| rename(&mut missing.place));
    text(&Object {
        version: VERSION,
        ok: report.checks.iter().all(Check::is_good),
        checks: checks.collect(),
        findings: report.checks.iter().flat_map(|check| found(check, paths)).collect(),
        coverage,
    })
}

fn found<'a>(check: &'a Check, paths: &Paths) -> Vec<Found<'a>> {
    let found = |finding: &Finding| {
        let mut finding = finding.clone();
        finding.place.iter_mut().for_each(|place| place.file = paths.of(&place.file));
        Found { check: &check.name, finding }
    };
    sorted(check.findings.iter()).into_iter().map(found).collect()
}

/// A value as indented JSON. Nothing of ours has keys that are no texts, which is all that could fail.
pub(super) fn text(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}")) + "\n"
}
