//! `baseline [VERSION]`

use super::context::Context;
use super::history::{HistoryArguments, SearchPathArgument, version};
use super::{Answer, apply, say, status, verify};
use crate::runner::{self, State};
use crate::source::Source;
use crate::{Error, Result};

#[derive(clap::Args)]
pub(super) struct Verb {
    /// The version that the database has [default: that of the last file]
    #[arg(value_name = "VERSION")]
    version: Option<String>,
    #[command(flatten)]
    history: HistoryArguments,
    #[command(flatten)]
    search_path: SearchPathArgument,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    context.insist_on_migrations()?;
    let migrations = context.migrations()?;
    let said = verb.version.as_deref().map(|text| version("baseline", text)).transpose()?;
    let Some(version) = said.or_else(|| migrations.last().map(|last| last.version)) else {
        let directory = context.config.migrations.display();
        return Err(Error::usage(format!("{directory} has no migrations")).help(
            "write what the database has as its first one: inspect postgres://… prints it, new --sql NAME makes the \
             file",
        ));
    };
    if migrations.get(version).is_none() {
        return Err(
            Error::usage(format!("there is no migration V{version}")).help("name the version of a file")
        );
    }
    let mut target = context.database()?;
    let recorded = context.history_of(&mut target, &migrations, &verb.history)?;
    status::insist_on_files(&recorded)?;
    let is_left = |version: i64| !recorded.is_applied(version);
    if !migrations.iter().any(|migration| migration.version <= version && is_left(migration.version)) {
        say::result(&format!("nothing to record: the database has every migration up to V{version}\n"))?;
        return Ok(Answer::Yes);
    }
    let newer =
        recorded.entries.iter().filter(|entry| entry.state == State::Applied && entry.version > version);
    if let Some(newer) = newer.map(|entry| entry.version).max() {
        return Err(Error::usage(format!("the database records V{newer}, which is later than V{version}"))
            .help(format!("baseline V{newer}, or a later version")));
    }
    let live = Source::Live(target.url.clone());
    let files = migrations.up_to(version);
    let scratch = context.scratch(&verb.search_path, &[&live])?;
    let difference = verify::difference(context, &scratch, &live, &files, &verb.search_path)?;
    drop(scratch);
    context.done();
    let same = format!("what {} build, up to V{version}", say::count(files.len(), "migration"));
    if !difference.is_none() {
        say::result(&say::without_secrets(&difference.text(&live.to_string(), &same)))?;
        say::result("nothing was recorded\n")?;
        return Ok(Answer::No);
    }
    let mut options = context.run_options(&target);
    (options.to, options.fake) = (Some(version), true);
    options.allow_out_of_order = true;
    verb.history.set(&context.config, &mut options);
    let report = runner::apply(&mut target.client, &migrations, &options, &mut |_| {})?;
    say::result(&say::without_secrets(&difference.text(&live.to_string(), &same)))?;
    say::result(&apply::text(&report, false, options.to, &migrations))?;
    Ok(Answer::Yes)
}
