//! Markdown for a comment on a pull request, and for the summary of a step.

use std::fmt::Write as _;

use super::finding::{Check, Finding, Report, sorted};
use super::paths::Paths;

/// The most characters that GitHub takes as a comment.
pub(super) const COMMENT: usize = 65_536;

/// What is kept for the last lines.
const END: usize = 1_000;

/// A report of at most `limit` bytes; what does not fit is counted.
pub(super) fn write(report: &Report, paths: &Paths, limit: usize) -> String {
    let bad = !report.checks.iter().all(Check::is_good);
    let mut text = format!("## Feedstock: {}\n", if bad { "not good" } else { "good" });
    let mut parts: Vec<String> = Vec::new();
    if !report.checks.is_empty() {
        let rows: String = report.checks.iter().map(row).collect();
        parts.push(format!("\n| check | | |\n| --- | --- | --- |\n{rows}"));
    }
    parts.extend(report.open().into_iter().map(|finding| part(finding, paths)));
    let known: Vec<String> = sorted(report.findings())
        .into_iter()
        .filter_map(|finding| Some((finding, finding.acknowledged.as_ref()?)))
        .map(|(finding, known)| {
            let reason =
                known.reason.as_ref().map(|reason| format!(": {}", plain(reason))).unwrap_or_default();
            format!("- `{}`{reason}\n", finding.key())
        })
        .collect();
    if !known.is_empty() {
        parts.push(format!("\nAcknowledged:\n\n{}", known.concat()));
    }
    let mut left_out = 0;
    for part in &parts {
        if left_out == 0 && text.len() + part.len() + END <= limit {
            text += part;
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let _ = write!(text, "\n{left_out} more parts are left out, since there is no room for them here.\n");
    }
    let coverage = report.coverage.as_ref().map(|coverage| format!(" {}.", plain(&coverage.sentence())));
    let coverage = coverage.filter(|coverage| coverage.len() < END / 2).unwrap_or_default();
    let _ = write!(text, "\n{}.{coverage}\n", capital(&report.summary()));
    text
}

fn row(check: &Check) -> String {
    let mark = if check.is_good() { "ok" } else { "**failed**" };
    // What failed is told below.
    let seen =
        check.message.as_ref().filter(|_| check.is_good()).map(|message| cell(message)).unwrap_or_default();
    format!("| {} | {mark} | {seen} |\n", cell(&check.name))
}

fn part(finding: &Finding, paths: &Paths) -> String {
    let mut text = format!("\n#### {}: {}\n\n", finding.severity, plain(&finding.message));
    if let Some(place) = &finding.place {
        let line = place.start.map(|start| format!(":{}", start.line)).unwrap_or_default();
        let _ = writeln!(text, "`{}{line}`, rule `{}`", paths.of(&place.file), finding.key());
    } else {
        let _ = writeln!(text, "rule `{}`", finding.key());
    }
    for seen in &finding.evidence {
        let _ = writeln!(text, "- {}", plain(seen));
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(text, "\n{}", plain(help));
    }
    if let Some(rewrite) = &finding.rewrite {
        let _ = write!(text, "\n{}", code(rewrite));
    }
    text
}

/// A block of SQL; its fence is longer than any within it.
fn code(sql: &str) -> String {
    let mut fence = "```".to_owned();
    while sql.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}sql\n{}\n{fence}\n", sql.trim_end())
}

/// A text that Markdown shows as it is.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for char in text.chars() {
        match char {
            '<' => plain += "&lt;",
            '&' => plain += "&amp;",
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '@' => plain.extend(['\\', char]),
            char => plain.push(char),
        }
    }
    plain
}

/// The same in a cell of a table.
fn cell(text: &str) -> String {
    plain(text).lines().map(str::trim).collect::<Vec<_>>().join("<br>")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
