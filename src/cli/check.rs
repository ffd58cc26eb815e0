//! `check`: for CI.

use super::context::Context;
use super::history::{HistoryArguments, SearchPathArgument};
use super::lint::{self, FailOn, Judging};
use super::output::Outputs;
use super::{Answer, rebase, say, status};
use crate::migration::Migrations;
use crate::plan::Options;
use crate::prove::{Scratch, work_out};
use crate::report::{Check, Finding, Report, Severity, Source as Seen};
use crate::runner::{Entry, State};
use crate::source::{Built, Source};
use crate::{Error, Result};

#[derive(clap::Args)]
pub(super) struct Verb {
    #[command(flatten)]
    search_path: SearchPathArgument,
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    outputs: Outputs,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    verb.outputs.insist()?;
    let report = report(context, &verb).inspect_err(|error| {
        context.done();
        verb.outputs.failed(context, "check", error);
    })?;
    context.done();
    verb.outputs.write(context, &report, |_| None)?;
    Ok(verb.judging.answer(&report, FailOn::Error))
}

/// A check that has its answer.
fn check(name: &'static str, answer: std::result::Result<String, Error>) -> Check {
    let (message, findings) = match answer {
        Ok(message) => (message, Vec::new()),
        Err(error) => (error.to_string(), Finding::of_error(name, &error)),
    };
    Check { name: name.to_owned(), message: Some(message), findings }
}

fn report(context: &Context, verb: &Verb) -> Result<Report> {
    let mut report = Report::default();
    verb.judging.insist(context)?;
    report.checks = checks(context, verb, &mut report)?;
    Ok(report)
}

fn checks(context: &Context, verb: &Verb, report: &mut Report) -> Result<Vec<Check>> {
    // Without models there is nothing to compare the migrations with: that is an error, and not a good result.
    let models = context.models.is_some();
    let migrations = match answer(context.insist_on_named_migrations().and_then(|()| context.migrations()))? {
        Ok(migrations) => migrations,
        Err(error) => {
            let error = rebase::judged(context, &verb.search_path)?.unwrap_or(error);
            return Ok(vec![check("files", Err(error))]);
        }
    };
    let files = say::count(migrations.len(), "file");
    let mut checks = vec![
        check("files", Ok(format!("{files} in {}", context.config.migrations.display()))),
        check("history", history(context, verb, &migrations)?),
    ];
    if context.global.names_database {
        context.step("reading the database's history …");
        checks.push(check("database", applied(context, &migrations)?));
    }
    let scratch = context.scratch(&verb.search_path, &[])?;
    if let Some(role) = scratch.superuser_of_url()? {
        say::warning(&format!(
            "what the files say runs with all rights of {role}, a superuser of the scratch server: name a role there \
             that has CREATEDB and nothing more"
        ));
    }
    context.step("replaying the migrations …");
    match answer(context.sources(&scratch).migrations(&migrations))? {
        Ok(built) => {
            let tables = say::count(built.schema.tables.len(), "table");
            checks.push(check("replay", Ok(format!("builds {tables}"))));
            if models && checks.iter().all(Check::is_good) {
                checks.push(compare(context, &scratch, &built)?);
            }
            if checks.iter().all(Check::is_good) {
                let new = verb.judging.selection.of(context, &migrations)?;
                let found =
                    lint::judge(context, &scratch, &migrations, &new, &verb.judging.options(context)?)?;
                (report.coverage, report.texts) = (found.coverage, found.texts);
                checks.extend(found.checks.into_iter().filter(|check| !check.findings.is_empty()));
            }
        }
        Err(error) => checks.push(check("replay", Err(error))),
    }
    Ok(checks)
}

fn history(
    context: &Context,
    verb: &Verb,
    migrations: &Migrations,
) -> Result<std::result::Result<String, Error>> {
    Ok(match answer(migrations.verify_chain().and_then(|()| migrations.verify_statements()))? {
        Ok(()) => Ok("linear, parents and statements intact".to_owned()),
        Err(error) => Err(rebase::judged(context, &verb.search_path)?.unwrap_or(error)),
    })
}

/// Compares the files with those that the database has applied. The database is only read.
fn applied(context: &Context, migrations: &Migrations) -> Result<std::result::Result<String, Error>> {
    let status = context.history(migrations, &HistoryArguments::default())?;
    let is_wrong = |entry: &&Entry| matches!(entry.state, State::Edited | State::Missing | State::OutOfOrder);
    let wrong = status::lines(status.entries.iter().filter(is_wrong).cloned());
    if wrong.is_empty() {
        let count = |state| status.in_state(state).count();
        let (applied, pending) = (count(State::Applied), count(State::Pending));
        return Ok(Ok(format!("{applied} applied as the files are, {pending} pending")));
    }
    Ok(Err(Error::file(format!("the files are not what the database has applied:{wrong}")).help(
        "applied files are immutable: restore them (git log -p), and put changes into a new migration above all others",
    )))
}

/// A file with errors is a result of the check; an error of the server is not.
fn answer<T>(result: Result<T>) -> Result<std::result::Result<T, Error>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(error) if error.is_file() || error.is_refused() || error.place().is_some() => Ok(Err(error)),
        Err(error) => Err(error),
    }
}

fn compare(context: &Context, scratch: &Scratch, current: &Built) -> Result<Check> {
    context.step("comparing with the models …");
    let sources = context.sources(scratch);
    let wanted = sources.build_wanted(&Source::Models, &current.schema)?;
    let hints = sources.hints(&Source::Models)?;
    let (scope, options) = (&context.scope, Options::default());
    let plan = work_out(scratch, &current.database, &current.schema, &wanted, &hints, &options, scope);
    let plan = match plan {
        Err(error) if error.is_refused() => return Ok(check("models", Err(error))),
        plan => plan?,
    };
    if plan.is_empty() {
        return Ok(check("models", Ok("the migrations build the models' schema".to_owned())));
    }
    let sql = plan.sql();
    let steps: String =
        sql.lines().filter(|line| !line.is_empty()).map(|line| format!("\n    {line}")).collect();
    let message = "the migrations do not build the models' schema";
    let mut finding = Finding::new("models", Severity::Error, message, Seen::Models);
    finding.help = Some("`new NAME` writes what is missing".to_owned());
    finding.rewrite = Some(sql);
    Ok(Check {
        name: "models".to_owned(),
        message: Some(format!("{message}; `new NAME` would write:{steps}")),
        findings: vec![finding],
    })
}
