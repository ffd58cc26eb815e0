//! `status`

use comfy_table::{Table, presets};

use super::context::Context;
use super::history::HistoryArguments;
use super::{Answer, Format, FormatArgument, say};
use crate::Result;
use crate::runner::{Entry, State, Status};

#[derive(clap::Args)]
pub(super) struct Verb {
    #[command(flatten)]
    format: FormatArgument,
    #[command(flatten)]
    history: HistoryArguments,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    context.insist_on_named_migrations()?;
    let migrations = context.migrations()?;
    let status = context.history(&migrations, &verb.history)?;
    match verb.format.format {
        Format::Json => say::json(&status.entries.iter().map(Line::new).collect::<Vec<_>>())?,
        Format::Text => say::result(&text(&status))?,
    }
    Ok(if wrong(&status).next().is_some() { Answer::No } else { Answer::Yes })
}

/// The states that `apply` refuses whatever the flags: a file that differs from the applied one, or is missing.
pub(super) fn wrong(status: &Status) -> impl Iterator<Item = &Entry> {
    status.entries.iter().filter(|entry| matches!(entry.state, State::Edited | State::Missing))
}

/// A line for each file that differs from the applied one, as text of an error.
pub(super) fn lines(entries: impl Iterator<Item = Entry>) -> String {
    let line = |entry: Entry| {
        let name = entry.file.unwrap_or_else(|| format!("V{}__{}", entry.version, entry.name));
        let what = match entry.state {
            State::Edited => "is not the file that was applied",
            State::Missing => "was applied, but its file is missing",
            State::OutOfOrder => "is not applied, although a later one is",
            State::Applied => "is applied",
            State::Pending => "is pending",
        };
        let when = entry.applied_on.map(|time| format!(" ({time})")).unwrap_or_default();
        format!("\n    {name} {what}{when}")
    };
    entries.map(line).collect()
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
