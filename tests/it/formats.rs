//! `--format FORMAT[=PATH]`: the same result for people and for programs, in one run.

use std::process::Command;

use serde_json::Value;

use crate::cli::{Ended, Project};
use crate::support;

/// Two files that are wrong, one of them in its second line.
fn wrong() -> Project {
    let project = Project::new();
    project.write("migrations/V1__one.sql", "CREATE TABLE t (id integer);\n");
    project.write("migrations/V2__two.sql", "CREATE TABLE u (id integer);\nCOMMIT;\nCREATE TABLE v ();\n");
    project.write("migrations/v3_three.sql", "SELECT 1;\n");
    project
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn one_run_writes_many_formats() {
    let project = wrong();
    let formats = ["json", "github", "gitlab", "sarif", "junit", "markdown", "concise", "human"];
    let paths: Vec<String> = formats.iter().map(|format| format!("{format}=out.{format}")).collect();
    let mut arguments = vec!["check", "--format", "human"];
    arguments.extend(paths.iter().flat_map(|path| ["--format", path]));
    let ended = project.run(&arguments).is(1);
    assert_eq!(project.read("out.human"), ended.out);

    let places = |format: &str| project.read(&format!("out.{format}"));
    let found = json(&places("json"));
    let findings = found["findings"].as_array().unwrap();
    let at: Vec<_> = findings
        .iter()
        .map(|finding| {
            (finding["place"]["file"].as_str().unwrap(), finding["place"]["start"]["line"].as_u64())
        })
        .collect();
    assert_eq!(at, [("migrations/V2__two.sql", Some(2)), ("migrations/v3_three.sql", Some(1))]);
    assert_eq!((&found["ok"], &found["checks"][0]["check"]), (&Value::Bool(false), &Value::from("files")));
    for format in ["github", "gitlab", "sarif", "junit", "markdown", "concise"] {
        let text = places(format);
        assert!(
            text.contains("migrations/V2__two.sql") && text.contains("migrations/v3_three.sql"),
            "{format}: {text}"
        );
    }
    assert_eq!(places("concise").lines().count(), 2);
    assert!(places("concise").starts_with("migrations/V2__two.sql:2:1: error: "), "{}", places("concise"));
}

#[test]
fn formats_that_cannot_be_written_are_wrong_usage_before_anything_runs() {
    let project = wrong();
    project.run(&["check", "--format", "json", "--format", "human"]).is(2).says("give all but one a file");
    project.run(&["check", "--format", "json=no/such/out.json"]).is(2).says("there is no directory no/such");
    project.run(&["check", "--format", "xml"]).is(2).says("the formats are human, text, json, github");
    project.run(&["check", "--format", "json="]).is(2).says("after the `=` a file is named");
}

#[test]
fn paths_begin_at_the_root_of_the_repository() {
    let project = Project::new();
    project.write(".git/HEAD", "");
    project.write("db/migrations/V1__one.sql", "CREATE TABLE t (id integer);\nCOMMIT;\nSELECT 1;\n");
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedstock"));
    command.args(["check", "--format", "concise"]).current_dir(project.directory.path().join("db"));
    let ended = Ended::from(command.output().unwrap()).is(1);
    assert!(ended.out.starts_with("db/migrations/V1__one.sql:2:1: error: "), "{}", ended.out);
}

#[test]
fn github_gets_a_summary_of_the_step_too() {
    let project = wrong();
    project.write("summary.md", "before\n");
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedstock"));
    command.args(["check", "--format", "github"]);
    command.env("GITHUB_STEP_SUMMARY", project.directory.path().join("summary.md"));
    let ended = project.finish(command).is(1);
    assert!(ended.out.starts_with("::error file=migrations/V2__two.sql,line=2,"), "{}", ended.out);
    let summary = project.read("summary.md");
    assert!(summary.starts_with("before\n## Feedstock: not good\n"), "{summary}");
}

#[test]
fn an_error_is_told_in_the_format_that_was_asked_for_and_without_secrets() {
    let project = Project::new();
    project.write("migrations/V1__one.sql", "CREATE TABLE t (id integer);\n");
    let url = "postgres://u:S3cr3t@127.0.0.1:1/db";
    let ended = project.run(&["check", "--database-url", url, "--format", "json"]).is(4);
    let found = json(&ended.out);
    assert_eq!((&found["ok"], &found["findings"][0]["rule"]), (&Value::Bool(false), &Value::from("failed")));
    assert!(!ended.out.contains("S3cr3t") && !ended.err.contains("S3cr3t"), "{}{}", ended.out, ended.err);
    let ended = project.run(&["check", "--database-url", url, "--format", "sarif"]).is(4);
    assert_eq!(json(&ended.out)["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn diff_tells_its_hazards_and_what_is_allowed() {
    let project = Project::new();
    project.write("old.sql", "CREATE TABLE t (id integer, a text);\n");
    project.write("new.sql", "CREATE TABLE t (id integer);\n");
    let diff = |more: &[&str]| {
        project.run(&[&["diff", "--from", "old.sql", "--to", "new.sql"], more].concat()).is(0)
    };
    let text = diff(&["--format", "github"]).out;
    assert!(text.starts_with("::error title=drop-column%3At.a::"), "{text}");
    let sarif = json(&diff(&["--allow", "drop-column:t.a", "--format", "sarif"]).out);
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["suppressions"][0]["kind"]),
        (&Value::from("drop-column"), &Value::from("external"))
    );
    // The formats that it had are as they were.
    assert!(json(&diff(&["--format", "json"]).out)["files"].is_array());
    assert!(diff(&["--format", "text"]).out.contains("DROP COLUMN"));
}

#[test]
fn status_has_a_test_case_for_each_migration() {
    let project = Project::new();
    let database = support::database("status_formats");
    project.write("migrations/V1__one.sql", "CREATE TABLE t (id integer);\n");
    let with = |arguments: &[&str]| project.run(&[&["--database-url", &database.url], arguments].concat());
    with(&["apply"]).is(0);
    project.write("migrations/V1__one.sql", "CREATE TABLE t (id bigint);\n");
    project.write("migrations/V2__two.sql", "CREATE TABLE u ();\n");
    let xml = with(&["status", "--format", "junit"]).is(1).out;
    let document = roxmltree::Document::parse(&xml).unwrap();
    let count = |tag: &str| document.descendants().filter(|node| node.has_tag_name(tag)).count();
    assert_eq!((count("testcase"), count("failure")), (2, 1), "{xml}");
}

/// A file that has everything that a format may trip over: quotes, brackets, markup, letters of other alphabets, a
/// secret, a finding that is acknowledged, and a statement that may not be run.
#[test]
fn what_lint_finds_is_valid_in_every_format() {
    let project = Project::new();
    project.write(
        "migrations/V1__one.sql",
        "CREATE TABLE \"a]]>&<b>'%0A::\" (id bigint PRIMARY KEY, \"größe|`x`\" text, gone text, name text);\n",
    );
    project.write(
        "migrations/V2__two.sql",
        "-- feedstock: allow drop-column:a]]>&<b>'%0A::.gone (nobody reads it ]]> & <script>)\n\
         ALTER TABLE \"a]]>&<b>'%0A::\" DROP COLUMN gone;\r\n\
         ALTER TABLE \"a]]>&<b>'%0A::\" DROP COLUMN \"größe|`x`\";\n\
         CREATE INDEX ON \"a]]>&<b>'%0A::\" (name); -- '::error::' \u{1b}[31m\n\
         CREATE SUBSCRIPTION s CONNECTION 'host=h password=S3cr3t' PUBLICATION p WITH (connect = false);\n",
    );
    let formats = ["json", "github", "gitlab", "sarif", "junit", "markdown", "concise", "human"];
    let paths: Vec<String> = formats.iter().map(|format| format!("{format}=out.{format}")).collect();
    let mut arguments = vec!["lint"];
    arguments.extend(paths.iter().flat_map(|path| ["--format", path]));
    project.run(&arguments).is(1);
    let of = |format: &str| project.read(&format!("out.{format}"));

    for format in formats {
        let text = of(format);
        assert!(text.contains("V2__two.sql"), "{format}: {text}");
        assert!(!text.contains("S3cr3t") && !text.contains('\u{1b}'), "{format}: {text}");
    }
    let found = json(&of("json"));
    let schema: Value = serde_json::from_str(include_str!("../../src/docs/report.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&found).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let coverage = &found["coverage"];
    assert_eq!((&coverage["statements"], &coverage["measured"]), (&Value::from(4), &Value::from(3)));
    assert_eq!(coverage["missing"][0]["place"]["start"]["line"], 5, "{coverage}");
    let findings = found["findings"].as_array().unwrap();
    let rules: Vec<&str> = findings.iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
    assert_eq!(rules.iter().filter(|rule| **rule == "drop-column").count(), 2, "{rules:?}");
    assert!(rules.contains(&"scan-under-lock") && !rules.contains(&"fails"), "{rules:?}");
    let acknowledged = findings.iter().filter(|finding| !finding["acknowledged"].is_null());
    assert_eq!(acknowledged.count(), 1);

    let sarif = json(&of("sarif"));
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.iter().filter(|result| result["suppressions"][0]["kind"] == "inSource").count(), 1);
    assert_eq!(sarif["runs"][0]["columnKind"], "unicodeCodePoints");
    let xml = of("junit");
    let document = roxmltree::Document::parse(&xml).unwrap();
    assert_eq!(document.descendants().filter(|node| node.has_tag_name("failure")).count(), 1, "{xml}");
    let gitlab = json(&of("gitlab"));
    let issues = gitlab.as_array().unwrap().iter();
    let prints: Vec<&str> = issues.map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.iter().collect::<std::collections::BTreeSet<_>>().len(), prints.len());
}
