//! GitLab's report of code quality: <https://docs.gitlab.com/ci/testing/code_quality/>.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::finding::{Finding, Report, Severity};
use super::json;
use super::paths::Paths;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub(super) fn write(report: &Report, paths: &Paths) -> String {
    let mut before: BTreeMap<String, usize> = BTreeMap::new();
    let issues: Vec<Issue> =
        report.open().into_iter().map(|finding| issue(finding, paths, &mut before)).collect();
    json::text(&issues)
}

fn issue(finding: &Finding, paths: &Paths, before: &mut BTreeMap<String, usize>) -> Issue {
    let path = finding.place.as_ref().map_or_else(|| ".".to_owned(), |place| paths.of(&place.file));
    // GitLab follows an issue from one run to the next by its fingerprint: lines move, and of several that are alike
    // each has its own.
    let alike = format!("{}\0{path}\0{}", finding.key(), finding.message);
    let number = before.entry(alike.clone()).or_default();
    *number += 1;
    let digest = Sha256::digest(format!("{alike}\0{number}"));
    let start = finding.place.as_ref().and_then(|place| place.start);
    let begin = start.map_or(1, |start| start.line);
    let end = finding.place.as_ref().and_then(|place| place.end).map_or(begin, |end| end.line);
    let help = finding.help.as_ref().map(|help| format!(". {help}")).unwrap_or_default();
    Issue {
        description: finding.message.clone() + &help,
        check_name: finding.rule.clone().into_owned(),
        fingerprint: digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect(),
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: Location { path, lines: Lines { begin, end } },
    }
}
