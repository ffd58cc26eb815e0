//! `status`

use comfy_table::{Table, presets};

use super::context::Context;
use super::history::HistoryArguments;
use super::{Answer, Format, FormatArgument, say};
use crate::Result;
use crate::runner::{self, Entry, Status};

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
    let mut target = context.database()?;
    let mut options = super::apply::options(context, &target)?;
    verb.history.say(context, &mut options);
    let status = runner::status(&mut target.client, &migrations, &options)?;
    match verb.format.format {
        Format::Json => say::json(&status.entries.iter().map(Line::new).collect::<Vec<_>>())?,
        Format::Text => say::result(&text(&status))?,
    }
    Ok(Answer::Yes)
}

/// An entry as JSON has it.
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
