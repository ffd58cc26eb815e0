//! `check`: for CI.

use super::context::Context;
use super::history::{HistoryArguments, SearchPathArgument};
use super::{Answer, Format, FormatArgument, say, status};
use crate::Result;
use crate::migration::Migrations;
use crate::plan::Options;
use crate::prove::{Scratch, work_out};
use crate::runner::{Entry, State};
use crate::source::{Built, Source};

#[derive(clap::Args)]
pub(super) struct Verb {
    #[command(flatten)]
    search_path: SearchPathArgument,
    #[command(flatten)]
    format: FormatArgument,
}

/// The result of one check.
#[derive(serde::Serialize)]
struct Finding {
    check: &'static str,
    ok: bool,
    message: String,
}

impl Finding {
    fn new(check: &'static str, result: std::result::Result<String, String>) -> Self {
        let ok = result.is_ok();
        Finding { check, ok, message: say::shown(&result.unwrap_or_else(|message| message)) }
    }
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    let findings = findings(context, &verb)?;
    context.done();
    match verb.format.format {
        Format::Json => say::json(&findings)?,
        Format::Text => {
            for Finding { check, ok, message } in &findings {
                let mark = if *ok { "ok  " } else { "FAIL" };
                if !ok || !context.global.quiet {
                    say::result(&format!("{mark}  {check}: {message}\n"))?;
                }
            }
        }
    }
    Ok(if findings.iter().all(|finding| finding.ok) { Answer::Yes } else { Answer::No })
}

fn findings(context: &Context, verb: &Verb) -> Result<Vec<Finding>> {
    // Without models there is nothing to compare the migrations with: that is an error, and not a good result.
    let models = context.models.is_some();
    let migrations = match answer(context.insist_on_named_migrations().and_then(|()| context.migrations()))? {
        Ok(migrations) => migrations,
        Err(message) => return Ok(vec![Finding::new("files", Err(message))]),
    };
    let files = say::count(migrations.len(), "file");
    let mut findings = vec![
        Finding::new("files", Ok(format!("{files} in {}", context.config.migrations.display()))),
        Finding::new(
            "history",
            answer(migrations.verify_chain().and_then(|()| migrations.verify_statements()))?
                .map(|()| "linear, parents and statements intact".to_owned()),
        ),
    ];
    if context.global.names_database {
        context.step("reading the database's history …");
        findings.push(Finding::new("database", applied(context, &migrations)?));
    }
    let scratch = context.scratch(&verb.search_path)?;
    if let Some(role) = scratch.superuser_of_url()? {
        say::warning(&format!(
            "what the files say runs with all rights of {role}, a superuser of the scratch server: name a role there \
             that has CREATEDB and nothing more"
        ));
    }
    context.step("replaying the migrations …");
    let built = answer(context.sources(&scratch).migrations(&migrations))?;
    let tables = |built: &Built| format!("builds {}", say::count(built.schema.tables.len(), "table"));
    findings.push(Finding::new("replay", built.as_ref().map(tables).map_err(Clone::clone)));
    if let Ok(built) = built
        && models
        && findings.iter().all(|finding| finding.ok)
    {
        findings.push(Finding::new("models", compare(context, &scratch, &built)?));
    }
    Ok(findings)
}

/// Compares the files with those that the database has applied. The database is only read.
fn applied(context: &Context, migrations: &Migrations) -> Result<std::result::Result<String, String>> {
    let status = context.history(migrations, &HistoryArguments::default())?;
    let is_wrong = |entry: &&Entry| matches!(entry.state, State::Edited | State::Missing | State::OutOfOrder);
    let wrong = status::lines(status.entries.iter().filter(is_wrong).cloned());
    if wrong.is_empty() {
        let count = |state| status.in_state(state).count();
        let (applied, pending) = (count(State::Applied), count(State::Pending));
        return Ok(Ok(format!("{applied} applied as the files are, {pending} pending")));
    }
    Ok(Err(format!(
        "the files are not what the database has applied:{wrong}\n  help: applied files are immutable: restore them \
         (git log -p), and put changes into a new migration above all others"
    )))
}

/// A file with errors is a result of the check; an error of the server is not.
fn answer<T>(result: Result<T>) -> Result<std::result::Result<T, String>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(error) if error.is_file() || error.is_refused() || error.place().is_some() => {
            Ok(Err(error.to_string()))
        }
        Err(error) => Err(error),
    }
}

fn compare(
    context: &Context,
    scratch: &Scratch,
    current: &Built,
) -> Result<std::result::Result<String, String>> {
    context.step("comparing with the models …");
    let sources = context.sources(scratch);
    let wanted = sources.build_wanted(&Source::Models, &current.schema)?;
    let hints = sources.hints(&Source::Models)?;
    let (scope, options) = (&context.scope, Options::default());
    let plan = work_out(scratch, &current.database, &current.schema, &wanted, &hints, &options, scope);
    let plan = match plan {
        Err(error) if error.is_refused() => return Ok(Err(error.to_string())),
        plan => plan?,
    };
    if plan.is_empty() {
        return Ok(Ok("the migrations build the models' schema".to_owned()));
    }
    let sql = plan.sql();
    let steps: String =
        sql.lines().filter(|line| !line.is_empty()).map(|line| format!("\n    {line}")).collect();
    Ok(Err(format!("the migrations do not build the models' schema; `new NAME` would write:{steps}")))
}
