//! `status`

use comfy_table::{Table, presets};

use super::context::Context;
use super::history::HistoryArguments;
use super::output::Outputs;
use super::{Answer, say};
use crate::report::{Check, Finding, Format, Place, Report, Severity, Source};
use crate::runner::{Entry, State, Status};
use crate::{Error, Result};

#[derive(clap::Args)]
pub(super) struct Verb {
    #[command(flatten)]
    outputs: Outputs,
    #[command(flatten)]
    history: HistoryArguments,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    verb.outputs.insist()?;
    let status = read(context, &verb).inspect_err(|error| verb.outputs.failed(context, "status", error))?;
    let report = report(context, &status);
    verb.outputs.write(context, &report, |format| match format {
        Format::Human => Some(Ok(text(&status))),
        Format::Json => Some(say::json(&status.entries.iter().map(Line::new).collect::<Vec<_>>())),
        _ => None,
    })?;
    Ok(if wrong(&status).next().is_some() { Answer::No } else { Answer::Yes })
}

fn read(context: &Context, verb: &Verb) -> Result<Status> {
    context.insist_on_named_migrations()?;
    let migrations = context.migrations()?;
    context.history(&migrations, &verb.history)
}

/// A check for each migration.
fn report(context: &Context, status: &Status) -> Report {
    let check = |entry: &Entry| {
        let finding = wrong_finding(context, entry);
        let message = finding.is_none().then(|| entry.state.to_string());
        Check { name: name(entry), message, findings: finding.into_iter().collect() }
    };
    Report { checks: status.entries.iter().map(check).collect(), ..Report::default() }
}

fn wrong_finding(context: &Context, entry: &Entry) -> Option<Finding> {
    let (rule, severity) = match entry.state {
        State::Edited => ("edited", Severity::Error),
        State::Missing => ("missing", Severity::Error),
        State::OutOfOrder => ("out-of-order", Severity::Warning),
        State::Applied | State::Pending => return None,
    };
    let mut finding = Finding::new(rule, severity, sentence(entry), Source::History);
    let file = entry.file.as_ref().map(|file| context.config.migrations.join(file));
    finding.place = file.map(|file| Place::of_file(file.display().to_string()));
    finding.help = Some("applied files are immutable: restore them (git log -p)".to_owned());
    Some(finding)
}

fn name(entry: &Entry) -> String {
    entry.file.clone().unwrap_or_else(|| format!("V{}__{}", entry.version, entry.name))
}

/// The state of a migration: `V7__a.sql is pending`
pub(super) fn sentence(entry: &Entry) -> String {
    let what = match entry.state {
        State::Edited => "is not the file that was applied",
        State::Missing => "was applied, but its file is missing",
        State::OutOfOrder => "is not applied, although a later one is",
        State::Applied => "is applied",
        State::Pending => "is pending",
    };
    let when = entry.applied_on.as_ref().map(|time| format!(" ({time})")).unwrap_or_default();
    format!("{} {what}{when}", name(entry))
}

/// The states that `apply` refuses whatever the flags: a file that differs from the applied one, or is missing.
pub(super) fn wrong(status: &Status) -> impl Iterator<Item = &Entry> {
    status.entries.iter().filter(|entry| matches!(entry.state, State::Edited | State::Missing))
}

/// An error, if a file differs from the applied one, or is missing.
pub(super) fn insist_on_files(status: &Status) -> Result<()> {
    if wrong(status).next().is_none() {
        return Ok(());
    }
    let wrong = lines(wrong(status).cloned());
    Err(Error::file(format!("the history of the database is not that of the files:{wrong}"))
        .help("restore these files (git log -p), or name another directory"))
}

/// A line for each file that differs from the applied one, as text of an error.
pub(super) fn lines(entries: impl Iterator<Item = Entry>) -> String {
    entries.map(|entry| format!("\n    {}", sentence(&entry))).collect()
}

/// An entry in JSON.
#[derive(serde::Serialize)]
struct Line<'a> {
    version: i64,
    name: &'a str,
    state: String,
    file: Option<&'a str>,
    applied_on: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn new(entry: &'a Entry) -> Self {
        Line {
            version: entry.version,
            name: &entry.name,
            state: entry.state.to_string(),
            file: entry.file.as_deref(),
            applied_on: entry.applied_on.as_deref(),
        }
    }
}

fn text(status: &Status) -> String {
    if status.entries.is_empty() {
        return "there are no migrations, neither as files nor in the database\n".to_owned();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["version", "name", "state", "applied on (UTC)"]);
    for entry in &status.entries {
        let applied_on = entry.applied_on.clone().unwrap_or_default();
        table.add_row([
            format!("V{}", entry.version),
            entry.name.clone(),
            entry.state.to_string(),
            applied_on,
        ]);
    }
    table.lines().map(|line| format!("{}\n", line.trim())).collect()
}
