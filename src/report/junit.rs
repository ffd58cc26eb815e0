//! JUnit's XML: a test case for each thing that was looked at, passes included.

use quick_junit::{NonSuccessKind, Report as Xml, TestCase, TestCaseStatus, TestSuite};

use super::finding::{Check, Finding, Report, sorted};
use super::paths::Paths;

pub(super) fn write(report: &Report, paths: &Paths) -> String {
    let mut suite = TestSuite::new("feedstock");
    suite.add_test_cases(report.checks.iter().map(|check| case(check, paths)));
    if let Some(coverage) = &report.coverage {
        suite.set_system_out(coverage.sentence());
    }
    let mut xml = Xml::new("feedstock");
    xml.add_test_suite(suite);
    // Only a writer can fail, and a text does not.
    xml.to_string().unwrap_or_default()
}

fn case(check: &Check, paths: &Paths) -> TestCase {
    let open: Vec<&Finding> = sorted(check.findings.iter().filter(|finding| finding.is_open()));
    let text: String = open.iter().map(|finding| told(finding, paths)).collect();
    let mut case = if check.is_good() {
        TestCase::new(check.name.as_str(), TestCaseStatus::success())
    } else {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let first = open.first();
        status.set_message(first.map_or("", |finding| finding.message.as_str()));
        status.set_type(first.map_or("", |finding| &*finding.rule));
        status.set_description(text.as_str());
        TestCase::new(check.name.as_str(), status)
    };
    case.set_classname("feedstock");
    if check.is_good() && !text.is_empty() {
        case.set_system_out(text);
    }
    case
}

/// A finding and what to do about it, in lines.
fn told(finding: &Finding, paths: &Paths) -> String {
    let place = finding.place.as_ref().map(|place| {
        let at = place.start.map(|start| format!(":{}:{}", start.line, start.column)).unwrap_or_default();
        format!("{}{at}: ", paths.of(&place.file))
    });
    let mut text = format!(
        "{}{}: {} [{}]\n",
        place.unwrap_or_default(),
        finding.severity,
        finding.message,
        finding.key()
    );
    text.extend(finding.help.iter().map(|help| format!("  help: {help}\n")));
    text.extend(finding.rewrite.iter().flat_map(|sql| sql.lines()).map(|line| format!("  {line}\n")));
    text
}
