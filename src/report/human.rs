//! For people: each finding with the lines that it is about.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::finding::{Finding, Place, Position, Report, Severity, sorted};
use super::paths::Paths;

/// How wide texts at a terminal are.
const WIDTH: usize = 120;

pub(super) fn write(report: &Report, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
    let mut text = String::new();
    for check in &report.checks {
        let mark = if check.is_good() { "ok  " } else { "FAIL" };
        let message = check.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
        text += &format!("{mark}  {}{message}\n", check.name);
        if check.message.is_none() {
            for finding in sorted(check.findings.iter().filter(|finding| finding.is_open())) {
                text += &renderer.render(&groups(finding, report));
                text += "\n\n";
            }
        }
    }
    if report.checks.iter().any(|check| check.message.is_none()) {
        text += &(report.summary() + "\n");
    }
    text.extend(report.coverage.iter().map(|coverage| coverage.sentence() + "\n"));
    text
}

fn groups<'a>(finding: &'a Finding, report: &'a Report) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(&finding.message).id(finding.key());
    let mut group = match &finding.place {
        Some(place) => match report.texts.get(&place.file) {
            Some(text) => {
                let annotation = AnnotationKind::Primary.span(range(text, place));
                Group::with_title(title)
                    .element(Snippet::source(text.as_str()).path(place.file.as_str()).annotation(annotation))
            }
            None => Group::with_title(title).element(annotate_snippets::Origin::path(place.file.as_str())),
        },
        None => Group::with_title(title),
    };
    for seen in &finding.evidence {
        group = group.element(Level::NOTE.message(seen));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help));
    }
    if let Some(rewrite) = &finding.rewrite {
        group = group.element(Level::HELP.message(rewrite));
    }
    vec![group]
}

/// The bytes of a place; of a statement of many lines the first one alone, since its text says no more.
fn range(text: &str, place: &Place) -> std::ops::Range<usize> {
    let Some(start) = place.start else { return 0..0 };
    let from = byte(text, start);
    let to = place.end.map_or(from, |end| byte(text, end)).max(from);
    let line = text[from..].find('\n').map_or(text.len(), |end| from + end);
    from..to.min(line).max(from)
}

fn byte(text: &str, at: Position) -> usize {
    let mut line = 0;
    for _ in 1..at.line {
        line += text[line..].find('\n').map_or(text.len() - line, |end| end + 1);
    }
    let column = text[line..].char_indices().nth(at.column.saturating_sub(1));
    column.map_or(text.len(), |(offset, _)| line + offset)
}

/// A line a finding.
pub(super) fn concise(report: &Report, paths: &Paths) -> String {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut text = String::new();
    for finding in report.open() {
        if let Some(place) = &finding.place {
            text += &format!("{}:", paths.of(&place.file));
            text.extend(place.start.iter().map(|start| format!("{}:{}:", start.line, start.column)));
            text.push(' ');
        }
        text += &format!("{}: {} [{}]\n", finding.severity, one_line(&finding.message), finding.key());
    }
    text.extend(report.coverage.iter().map(|coverage| coverage.sentence() + "\n"));
    text
}
