//! `new NAME`

use super::context::Context;
use super::history::{HistoryArguments, SearchPathArgument};
use super::{Answer, Values, say, status};
use crate::migration::write::{self, NewFile};
use crate::migration::{Header, Migration, Migrations, Part};
use crate::plan::{Plan, Refusal};
use crate::prove::{is_proven, prove, work_out};
use crate::runner::State;
use crate::server::Server;
use crate::source::Source;
use crate::{Error, Result};

#[derive(clap::Args)]
pub(super) struct Verb {
    /// What the migration does, in letters, digits and underscores: add_prompt_hash
    name: String,
    /// Makes an empty file with a header, for SQL written by hand
    #[arg(long)]
    sql: bool,
    #[command(flatten)]
    search_path: SearchPathArgument,
    #[command(flatten)]
    values: Values,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    check_name(&verb.name)?;
    let migrations = context.migrations()?;
    migrations.verify_chain()?;
    migrations.verify_statements()?;
    refuse_edited(context, &migrations)?;
    if verb.sql {
        return by_hand(context, &migrations, &verb.name);
    }
    let scratch = context.scratch(&verb.search_path, &[])?;
    let sources = context.sources(&scratch);
    if says_nothing(context, &verb.values) && sources.are_known_to_be_alike(&migrations)? {
        return Ok(nothing_to_do(context));
    }
    context.step("replaying the migrations …");
    let current = sources.migrations(&migrations)?;
    context.step("building the models …");
    let wanted = sources.build_wanted(&Source::Models, &current.schema)?;
    let options = context.plan_options(&verb.values, &wanted)?;
    let mut plan = work_out(
        &scratch,
        &current.database,
        &current.schema,
        &wanted,
        &sources.hints(&Source::Models)?,
        &options,
        &context.scope,
    )?;
    if plan.is_empty() {
        return Ok(nothing_to_do(context));
    }
    context.write_names(&scratch, &mut plan, &verb.search_path)?;
    context.measure(&scratch, &current.database, &mut plan, &options)?;
    if !plan.refusals.is_empty() {
        return Err(refused(&plan.refusals));
    }
    let existed = !current.schema.tables.is_empty();
    let files = files(context, &migrations, &verb.name, &plan, existed)?;
    context.step("proving the plan …");
    let proven = &read(&files)?;
    let is_first = migrations.iter().next().is_none() && !scratch.has_base();
    if !is_first || !is_proven(&scratch, &plan, proven, &wanted)? {
        prove(&scratch, &current.database, &current.schema, &plan, proven, &wanted, &context.scope)?;
    }
    context.done();
    write(context, &files)?;
    context.say(summary(&plan));
    Ok(Answer::Yes)
}

/// Does the command line say nothing of a plan? What it says is wrong where no schema has such a column.
fn says_nothing(context: &Context, values: &Values) -> bool {
    let Values { fill, using, stats_from, .. } = values;
    fill.is_empty() && using.is_empty() && stats_from.is_none() && context.global.allow.is_empty()
}

fn nothing_to_do(context: &Context) -> Answer {
    context.done();
    context.say("nothing to do: the migrations build what the models say");
    Answer::Yes
}

/// On top of a file that was edited after a database applied it, nothing is proven for that database. One that stands
/// in the environment may be out of reach; where none is named, it is the project's own, if there is one.
fn refuse_edited(context: &Context, migrations: &Migrations) -> Result<()> {
    if context.global.database_url.is_none() && !Server::has_data(&context.config.project) {
        return Ok(());
    }
    let status = match context.history(migrations, &HistoryArguments::default()) {
        Err(error) if !context.global.names_database => {
            let whose = match context.global.database_url {
                Some(_) => "of DATABASE_URL",
                None => "of the project's own Postgres",
            };
            say::warning(&format!("the history {whose} cannot be compared with the files: {error}"));
            return Ok(());
        }
        status => status?,
    };
    let (wrong, gone): (Vec<_>, Vec<_>) =
        status::wrong(&status).cloned().partition(|entry| entry.state == State::Edited);
    if !gone.is_empty() {
        say::warning(&format!("the database is ahead of the files:{}", status::lines(gone.into_iter())));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong = status::lines(wrong.into_iter());
    Err(Error::file(format!("the files are not what the database has applied:{wrong}"))
        .help("applied files are immutable: restore them (git log -p), then run `new` for the change"))
}

/// refinery reads only such names.
fn check_name(name: &str) -> Result<()> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if !name.is_empty() && name.chars().all(fits) {
        return Ok(());
    }
    Err(Error::usage(format!("`{name}` cannot be the name of a migration"))
        .help("use letters, digits and underscores: add_prompt_hash"))
}

fn refused(refusals: &[Refusal]) -> Error {
    let lines: Vec<String> = refusals.iter().map(|refusal| format!("\n{refusal}")).collect();
    Error::refused(format!(
        "nothing was written: these changes must be acknowledged or answered{}",
        lines.concat()
    ))
}

/// The plan's files, each with its header and chained to the one before it. Where no table existed, no lock is worth a
/// word.
fn files(
    context: &Context,
    migrations: &Migrations,
    name: &str,
    plan: &Plan,
    existed: bool,
) -> Result<Vec<NewFile>> {
    let of = plan.files.len();
    let mut parent = migrations.last().map(Migration::as_parent);
    let mut files = Vec::new();
    for (at, (version, part)) in (migrations.next_version()..).zip(&plan.files).enumerate() {
        let told = part.told()?;
        let header = Header {
            notes: [made_from(context)].into_iter().chain(told.notes).collect(),
            measured: if existed { part.lines() } else { Vec::new() },
            parent,
            part: (of > 1).then_some(Part { number: at as u32 + 1, of: of as u32 }),
            ..told
        };
        let sql = part.sql();
        let file =
            NewFile { version, digits: migrations.digits(), name: name.to_owned(), header, sql }.sealed();
        parent = Some(file.as_parent());
        files.push(file);
    }
    Ok(files)
}

/// The files as they will be read once they are written.
fn read(files: &[NewFile]) -> Result<Migrations> {
    Migrations::from_files(files.iter().map(|file| (file.file_name(), file.text())))
}

fn made_from(context: &Context) -> String {
    let models = context.models.as_deref().unwrap_or_default();
    let mut crates: Vec<&str> = models.iter().filter_map(|model| model.module.split("::").next()).collect();
    crates.sort_unstable();
    crates.dedup();
    let version = env!("CARGO_PKG_VERSION");
    let models = say::count(models.len(), "model");
    format!(
        "Made by Feedstock {version} from the {models} of {}, and proven on a scratch database.",
        crates.join(", ")
    )
}

fn by_hand(context: &Context, migrations: &Migrations, name: &str) -> Result<Answer> {
    let header = Header {
        notes: vec!["Written by hand. Say here what it does and why.".to_owned()],
        parent: migrations.last().map(Migration::as_parent),
        ..Header::default()
    };
    let file = NewFile {
        version: migrations.next_version(),
        digits: migrations.digits(),
        name: name.to_owned(),
        header,
        sql: String::new(),
    };
    write(context, &[file])?;
    Ok(Answer::Yes)
}

fn write(context: &Context, files: &[NewFile]) -> Result<()> {
    let paths = write::write(&context.config.migrations, files)?;
    let lines: String = paths.iter().map(|path| format!("{}\n", path.display())).collect();
    say::result(&lines)
}

fn summary(plan: &Plan) -> String {
    let warnings = plan.steps().flat_map(|step| &step.hazards).map(|hazard| format!("\n  {hazard}"));
    let hazards: String = warnings.collect();
    format!(
        "written and proven: {}; read it, commit it, then: apply{hazards}",
        say::count(plan.steps().count(), "statement")
    )
}
