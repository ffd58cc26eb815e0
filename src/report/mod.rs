//! What was looked at and what was found, told to people and to programs: one report, eight formats.
//!
//! The same report gives the same bytes. Paths are relative to the root of the repository, with `/`, wherever the
//! command was run.

mod finding;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod paths;
mod sarif;

pub use finding::{
    Acknowledged, Check, Coverage, Finding, Missing, Place, Position, Report, Severity, Source,
};
pub use paths::Paths;

/// The most bytes that GitHub takes as the summary of a step.
const STEP_SUMMARY: usize = 1 << 20;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// One object, for programs; its JSON Schema is `src/docs/report.schema.json`.
    Json,
    /// Workflow commands of GitHub, which become annotations.
    Github,
    /// GitLab's report of code quality.
    Gitlab,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit's XML.
    Junit,
    /// For a comment on a pull request.
    Markdown,
    /// A line a finding: `path:line:column: error: … [rule]`.
    Concise,
}

/// The report as a text. `colour` is for terminals, and for [`Format::Human`] alone.
pub fn write(report: &Report, format: Format, paths: &Paths, colour: bool) -> String {
    match format {
        Format::Human => human::write(report, colour),
        Format::Json => json::write(report, paths),
        Format::Github => github::write(report, paths),
        Format::Gitlab => gitlab::write(report, paths),
        Format::Sarif => sarif::write(report, paths),
        Format::Junit => junit::write(report, paths),
        Format::Markdown => markdown::write(report, paths, markdown::COMMENT),
        Format::Concise => human::concise(report, paths),
    }
}

/// The summary of a step on GitHub.
pub fn step_summary(report: &Report, paths: &Paths) -> String {
    markdown::write(report, paths, STEP_SUMMARY)
}

#[cfg(test)]
mod tests;
