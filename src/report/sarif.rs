//! SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::finding::{Coverage, Finding, Place, Report, sorted};
use super::json;
use super::paths::Paths;

/// The name by which paths refer to the root of the repository.
const ROOT: &str = "%SRCROOT%";

pub(super) fn write(report: &Report, paths: &Paths) -> String {
    let rules: Vec<&str> =
        report.findings().map(|finding| &*finding.rule).collect::<BTreeSet<_>>().into_iter().collect();
    let checks = report.checks.iter().flat_map(|check| sorted(check.findings.iter()));
    let results: Vec<Value> = checks.map(|finding| result(finding, &rules, paths)).collect();
    let notifications: Vec<Value> =
        report.coverage.iter().flat_map(|coverage| notifications(coverage, paths)).collect();
    let descriptors: Vec<Value> = rules.iter().map(|rule| json!({ "id": rule })).collect();
    json::text(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "feedstock",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": descriptors,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": !report.failed, "toolExecutionNotifications": notifications }],
            "results": results,
        }],
    }))
}

fn result(finding: &Finding, rules: &[&str], paths: &Paths) -> Value {
    let mut text = finding.message.clone();
    text.extend(finding.help.iter().map(|help| format!("\n{help}")));
    text.extend(finding.rewrite.iter().map(|rewrite| format!("\n\n{rewrite}")));
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rules.binary_search(&&*finding.rule).ok(),
        "level": finding.severity,
        "message": { "text": text },
        "partialFingerprints": { "feedstock/v1": finding.key() },
    });
    if let Some(place) = &finding.place {
        result["locations"] = json!([{ "physicalLocation": location(place, paths) }]);
    }
    if let Some(object) = &finding.object {
        result["properties"] = json!({ "object": object, "evidence": finding.evidence });
    }
    if let Some(known) = &finding.acknowledged {
        let mut suppression = json!({ "kind": if known.in_file { "inSource" } else { "external" } });
        if let Some(reason) = &known.reason {
            suppression["justification"] = json!(reason);
        }
        result["suppressions"] = json!([suppression]);
    }
    result
}

fn location(place: &Place, paths: &Paths) -> Value {
    let uri = paths.uri(&place.file);
    // A file outside of the repository has a path of its own.
    let artifact = if uri.starts_with('/') {
        json!({ "uri": format!("file://{uri}") })
    } else {
        json!({ "uri": uri, "uriBaseId": ROOT })
    };
    let mut location = json!({ "artifactLocation": artifact });
    if let Some(start) = place.start {
        let mut region = json!({ "startLine": start.line, "startColumn": start.column });
        if let Some(end) = place.end {
            region["endLine"] = json!(end.line);
            region["endColumn"] = json!(end.column);
        }
        location["region"] = region;
    }
    location
}

/// How much was measured, and for each statement that was not, why.
fn notifications(coverage: &Coverage, paths: &Paths) -> Vec<Value> {
    let mut all = vec![json!({ "level": "note", "message": { "text": coverage.sentence() } })];
    all.extend(coverage.missing.iter().map(|missing| {
        json!({
            "level": "warning",
            "message": { "text": format!("not measured: {}", missing.reason) },
            "locations": [{ "physicalLocation": location(&missing.place, paths) }],
        })
    }));
    all
}
