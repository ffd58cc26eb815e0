//! Each format is read by a reader that is none of ours, or by the rules that its owner documents.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::finding::{Coverage, Missing};
use super::*;

/// What XML, Markdown and workflow commands have to escape.
const ODD: &str = "100 % <b>]]>&\u{1}: a,b\n`c` | @d \u{1f600}";

fn at(file: &str, line: usize, column: usize, end: (usize, usize)) -> Place {
    let end = Position { line: end.0, column: end.1 };
    Place { file: file.to_owned(), start: Some(Position { line, column }), end: Some(end) }
}

fn finding(rule: &'static str, severity: Severity, message: &str, place: Place) -> Finding {
    let mut finding = Finding::new(rule, severity, message, Source::Measured);
    finding.place = Some(place);
    finding
}

fn report() -> Report {
    let file = "migrations/V3__größe.sql";
    let mut locked = finding("add-unique", Severity::Error, "writers of users wait", at(file, 2, 1, (3, 16)));
    locked.object = Some("users.email".to_owned());
    locked.statement = Some(2);
    locked.help = Some("build the index concurrently first".to_owned());
    locked.rewrite = Some("CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);".to_owned());
    locked.evidence = vec!["AccessExclusiveLock on public.users".to_owned()];
    let odd = finding("drop-column", Severity::Warning, ODD, at(file, 4, 5, (4, 9)));
    let mut known = finding("drop-table", Severity::Error, "old goes", at(file, 5, 1, (5, 15)));
    known.acknowledged = Some(Acknowledged { in_file: true, reason: Some("unused since <May>".to_owned()) });
    let whole = Finding::new("models", Severity::Error, "the models differ", Source::Models);
    let check = |name: &str, message: Option<&str>, findings| Check {
        name: name.to_owned(),
        message: message.map(str::to_owned),
        findings,
    };
    let text = "-- é\nALTER TABLE users\n  ADD UNIQUE (email);\nx 'ÄÖ';\nDROP TABLE old;\n";
    Report {
        checks: vec![
            check("history", Some("linear"), Vec::new()),
            check(file, None, vec![odd, known, locked]),
            check("models", Some("the models differ"), vec![whole]),
        ],
        coverage: Some(Coverage {
            statements: 4,
            measured: 3,
            missing: vec![Missing {
                place: at(file, 4, 1, (4, 8)),
                reason: "extension postgis is not installed here".to_owned(),
            }],
        }),
        failed: false,
        texts: BTreeMap::from([(file.to_owned(), text.to_owned())]),
    }
}

/// Run in a directory below the root of a repository.
fn written(report: &Report, format: Format) -> String {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join(".git")).unwrap();
    let here = root.path().join("my db");
    let text = write(report, format, &Paths::new(&here, &here), false);
    assert_eq!(text, write(report, format, &Paths::new(&here, &here), false));
    assert!(!text.contains(root.path().to_str().unwrap()), "{text}");
    text
}

/// As many findings as a directory may have.
fn many(number: usize) -> Report {
    let one = |at_line: usize| {
        let severity = Severity::ALL[at_line % 3];
        finding("prefer-x", severity, "it could be better", at("a.sql", at_line + 1, 1, (at_line + 1, 4)))
    };
    let findings = (0..number).map(one).collect();
    Report { checks: vec![Check { name: "a.sql".to_owned(), message: None, findings }], ..Report::default() }
}

fn is_valid(schema: &Value, value: &str) {
    let value: Value = serde_json::from_str(value).unwrap();
    let validator = jsonschema::validator_for(schema).unwrap();
    let wrong: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{value:#}");
}

#[test]
fn json_is_what_its_published_schema_says() {
    let schema = serde_json::from_str(include_str!("../docs/report.schema.json")).unwrap();
    for report in [Report::default(), report(), many(40)] {
        is_valid(&schema, &written(&report, Format::Json));
    }
    let json: Value = serde_json::from_str(&written(&report(), Format::Json)).unwrap();
    assert_eq!(json["findings"][0]["place"]["file"], "my db/migrations/V3__größe.sql");
    assert_eq!(json["ok"], false);
}

/// The schema that OASIS publishes, which the crate `serde-sarif` has in it.
fn sarif_schema() -> Value {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let text = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    // Two of its patterns are no regular expressions: a bracket is closed that was never opened.
    for name in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][name]["properties"]["language"];
        assert!(language.as_object_mut().unwrap().remove("pattern").is_some());
    }
    schema
}

#[test]
fn sarif_is_what_oasis_says() {
    let schema = sarif_schema();
    let mut failed = report();
    failed.failed = true;
    for report in [Report::default(), report(), failed, many(40)] {
        is_valid(&schema, &written(&report, Format::Sarif));
    }
    // The schema is one that can fail.
    let broken = written(&report(), Format::Sarif).replace("\"startLine\": 2", "\"startLine\": 0");
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::from_str(&broken).unwrap()));

    let sarif: Value = serde_json::from_str(&written(&report(), Format::Sarif)).unwrap();
    let run = &sarif["runs"][0];
    let location = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "my%20db/migrations/V3__gr%C3%B6%C3%9Fe.sql");
    let suppressed: Vec<&Value> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|result| result["suppressions"].is_array())
        .map(|result| &result["suppressions"][0])
        .collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["justification"], "unused since <May>");
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().len(), 2);
}

#[test]
fn junit_is_xml_whatever_the_texts_hold() {
    let xml = written(&report(), Format::Junit);
    let document = roxmltree::Document::parse(&xml).unwrap();
    let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    let names: Vec<&str> = cases.iter().map(|case| case.attribute("name").unwrap()).collect();
    assert_eq!(names, ["history", "migrations/V3__größe.sql", "models"]);
    let failures: Vec<_> = document.descendants().filter(|node| node.has_tag_name("failure")).collect();
    assert_eq!(failures.len(), 2);
    assert!(failures[0].text().unwrap().contains("100 % <b>]]>&: a,b"), "{xml}");
    assert!(!failures[0].text().unwrap().contains("old goes"), "{xml}");
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
    assert_eq!((suite.attribute("tests"), suite.attribute("failures")), (Some("3"), Some("2")));
}

/// A workflow command, as GitHub's runner reads it.
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

fn commands(text: &str) -> Vec<Command> {
    let message = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let property = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",");
        text.replace("%25", "%")
    };
    let command = |line: &str| {
        let (head, text) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (name, rest) = head.split_once(' ').unwrap_or((head, ""));
        let properties = rest.split(',').filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap();
            (key.to_owned(), property(value))
        });
        Command { name: name.to_owned(), properties: properties.collect(), message: message(text) }
    };
    text.lines().map(command).collect()
}

#[test]
fn github_gets_annotations_the_worst_first() {
    let found = commands(&written(&report(), Format::Github));
    let names: Vec<&str> = found.iter().map(|command| command.name.as_str()).collect();
    assert_eq!(names, ["error", "error", "warning", "notice"]);
    let locked = &found[1].properties;
    assert_eq!(locked["file"], "my db/migrations/V3__größe.sql");
    assert_eq!((locked["line"].as_str(), locked["endLine"].as_str()), ("2", "3"));
    assert!(!locked.contains_key("col"));
    assert_eq!((found[2].properties["col"].as_str(), found[2].properties["endColumn"].as_str()), ("5", "9"));
    assert_eq!(found[2].message, ODD);
    assert_eq!(
        found[3].message,
        "2 errors, 1 warning; 1 acknowledged\n\
         3 of 4 statements measured; 1 not: extension postgis is not installed here"
    );
}

#[test]
fn github_is_told_how_many_it_does_not_show() {
    let found = commands(&written(&many(100), Format::Github));
    let of = |name: &str| found.iter().filter(|command| command.name == name).count();
    assert_eq!((of("error"), of("warning"), of("notice")), (10, 10, 10));
    let last = found.last().unwrap();
    assert_eq!(
        last.message,
        "24 more errors, 23 more warnings, 24 more notes than GitHub shows at once: see the log\n\
         34 errors, 33 warnings, 33 notes"
    );
}

#[test]
fn gitlab_gets_the_fields_that_it_documents() {
    let issues =
        |report: &Report| -> Vec<Value> { serde_json::from_str(&written(report, Format::Gitlab)).unwrap() };
    let found = issues(&report());
    assert_eq!(found.len(), 3);
    for issue in &found {
        assert!(issue["description"].is_string() && issue["check_name"].is_string());
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap())
        );
        assert!(
            issue["location"]["path"].is_string() && issue["location"]["lines"]["begin"].as_u64() >= Some(1)
        );
    }
    let fingerprints = |issues: &[Value]| -> Vec<String> {
        issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    // Many that are alike are told apart, and lines that move change nothing.
    let before = fingerprints(&issues(&many(30)));
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), 30);
    let mut moved = many(30);
    for finding in &mut moved.checks[0].findings {
        finding.place.as_mut().unwrap().start.as_mut().unwrap().line += 7;
    }
    assert_eq!(fingerprints(&issues(&moved)), before);
}

#[test]
fn markdown_fits_into_a_comment() {
    let text = written(&many(3000), Format::Markdown);
    assert!(text.chars().count() < 65_536 && text.len() > 60_000, "{}", text.len());
    assert!(text.ends_with(
        "are left out, since there is no room for them here.\n\n1000 errors, 1000 warnings, 1000 notes.\n"
    ));
    let root = Path::new("/");
    let summary = step_summary(&many(30_000), &Paths::new(root, root));
    assert!(summary.len() < 1 << 20 && summary.len() > 1_000_000, "{}", summary.len());

    let text = written(&report(), Format::Markdown);
    assert!(text.contains("100 % &lt;b>\\]\\]>&amp;"), "{text}");
    let mut fenced = report();
    fenced.checks[2].findings[0].rewrite = Some("SELECT '```';".to_owned());
    assert!(written(&fenced, Format::Markdown).contains("````sql\nSELECT '```';\n````\n"));
}

#[test]
fn concise_is_a_line_a_finding() {
    let text = written(&report(), Format::Concise);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!(lines[0], "error: the models differ [models]");
    assert_eq!(
        lines[1],
        "my db/migrations/V3__größe.sql:2:1: error: writers of users wait [add-unique:users.email]"
    );
}

#[test]
fn people_see_the_lines() {
    insta::assert_snapshot!(written(&report(), Format::Human));
}
