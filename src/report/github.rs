//! Workflow commands of GitHub, which become annotations at the lines of a pull request.
//!
//! GitHub shows ten annotations of a kind for each step and drops the rest without a word. So the worst come first, and
//! what is left over is counted in a last one.

use super::finding::{Coverage, Finding, Report, Severity};
use super::paths::Paths;

/// How many annotations of a kind a step can show.
const SHOWN: usize = 10;

pub(super) fn write(report: &Report, paths: &Paths) -> String {
    let (mut text, mut left_out) = (String::new(), Vec::new());
    let open = report.open();
    for severity in Severity::ALL {
        let of_kind: Vec<&Finding> =
            open.iter().copied().filter(|finding| finding.severity == severity).collect();
        // One notice is kept for the last.
        let room = if severity == Severity::Note { SHOWN - 1 } else { SHOWN };
        text.extend(of_kind.iter().take(room).map(|finding| annotation(finding, paths)));
        let more = of_kind.len().saturating_sub(room);
        if more > 0 {
            left_out.push(format!("{more} more {severity}{}", if more == 1 { "" } else { "s" }));
        }
    }
    let mut last = Vec::new();
    if !left_out.is_empty() {
        last.push(format!("{} than GitHub shows at once: see the log", left_out.join(", ")));
    }
    last.push(report.summary());
    last.extend(report.coverage.as_ref().map(Coverage::sentence));
    text + &command("notice", &[("title", "feedstock".to_owned())], &last.join("\n"))
}

fn annotation(finding: &Finding, paths: &Paths) -> String {
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = &finding.place {
        properties.push(("file", paths.of(&place.file)));
        if let Some(start) = place.start {
            properties.push(("line", start.line.to_string()));
            // Columns count only where an annotation is of one line.
            match place.end {
                Some(end) if end.line == start.line => {
                    properties.push(("col", start.column.to_string()));
                    properties.push(("endColumn", end.column.to_string()));
                }
                Some(end) => properties.push(("endLine", end.line.to_string())),
                None => properties.push(("col", start.column.to_string())),
            }
        }
    }
    properties.push(("title", finding.key()));
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message += &format!("\n{help}");
    }
    if let Some(rewrite) = &finding.rewrite {
        message += &format!("\n\n{rewrite}");
    }
    command(name, &properties, &message)
}

/// `::error file=…,line=3::message`
fn command(name: &str, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", of_property(value))).collect();
    let space = if properties.is_empty() { "" } else { " " };
    format!("::{name}{space}{}::{}\n", properties.join(","), of_message(message))
}

fn of_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn of_property(text: &str) -> String {
    of_message(text).replace(':', "%3A").replace(',', "%2C")
}
