//! `preflight`

use std::time::Duration;

use super::context::Context;
use super::history::{HistoryArguments, SearchPathArgument, time, version};
use super::output::Outputs;
use super::{Answer, say, status};
use crate::Result;
use crate::migration::Migrations;
use crate::preflight::{self, Answer as Rows, Condition};
use crate::report::{Check, Finding, Format, Place, Position, Report, Severity, Source as Seen};
use crate::source::Source;

#[derive(clap::Args)]
pub(super) struct Verb {
    /// Only what is pending up to this version
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    /// How long one question to the database may take: 90s, 10min
    #[arg(long, value_name = "TIME", default_value = "60s")]
    timeout: String,
    #[command(flatten)]
    history: HistoryArguments,
    #[command(flatten)]
    search_path: SearchPathArgument,
    #[command(flatten)]
    outputs: Outputs,
}

/// What is known of the pending files.
pub(super) struct Flight {
    pending: Migrations,
    answers: Vec<(Condition, Rows)>,
    waits: Vec<String>,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    verb.outputs.insist()?;
    let flight = fly(context, &verb).inspect_err(|error| {
        context.done();
        verb.outputs.failed(context, "preflight", error);
    })?;
    context.done();
    let report = flight.report();
    let text = flight.text(context.global.verbose);
    verb.outputs.write(context, &report, |format| (format == Format::Human).then(|| Ok(text.clone())))?;
    Ok(if flight.failing().next().is_some() { Answer::No } else { Answer::Yes })
}

fn fly(context: &Context, verb: &Verb) -> Result<Flight> {
    let timeout = time("--timeout", &verb.timeout)?.max(Duration::from_millis(1));
    let to = verb.to.as_deref().map(|text| version("--to", text)).transpose()?;
    asked(context, to, timeout, &verb.history, &verb.search_path)
}

/// How long one question may take where nobody says it.
pub(super) const TIMEOUT: Duration = Duration::from_secs(60);

/// Asks the database about what is pending.
pub(super) fn asked(
    context: &Context,
    to: Option<i64>,
    timeout: Duration,
    history: &HistoryArguments,
    search_path: &SearchPathArgument,
) -> Result<Flight> {
    context.insist_on_migrations()?;
    let migrations = context.migrations()?;
    let mut target = context.database()?;
    let recorded = context.history_of(&mut target, &migrations, history)?;
    status::insist_on_files(&recorded)?;
    let applied = migrations.only(|migration| recorded.is_applied(migration.version));
    let pending = migrations.only(|migration| {
        !recorded.is_applied(migration.version) && to.is_none_or(|to| migration.version <= to)
    });
    let live = Source::Live(target.url.clone());
    let scratch = context.scratch(search_path, &[&live])?;
    context.step("running what is pending on a scratch copy …");
    let built = context.sources(&scratch).migrations(&applied)?;
    let files: Vec<_> = pending.iter().collect();
    let conditions = preflight::conditions(&scratch, &built.database, &files, &context.scope)?;
    context.step("asking the database …");
    let path = search_path.schemas(&context.config);
    let answers = preflight::ask(&mut target.client, &conditions, &path, timeout)?;
    let waits = preflight::waits(&mut target.client)?;
    Ok(Flight { pending, answers: conditions.into_iter().zip(answers).collect(), waits })
}

impl Flight {
    pub(super) fn failing(&self) -> impl Iterator<Item = (&Condition, u64, &[String])> {
        self.answers.iter().filter_map(|(condition, answer)| match answer {
            Rows::Rows(rows, keys) => Some((condition, *rows, &keys[..])),
            Rows::Fine | Rows::Unknown(_) => None,
        })
    }

    fn unknown(&self) -> impl Iterator<Item = (&Condition, &str)> {
        self.answers.iter().filter_map(|(condition, answer)| match answer {
            Rows::Unknown(why) => Some((condition, why.as_str())),
            Rows::Fine | Rows::Rows(..) => None,
        })
    }

    pub(super) fn text(&self, all: bool) -> String {
        let mut text = String::new();
        for (condition, rows, keys) in self.failing() {
            text += &format!("FAIL  {}\n", sentence(condition, rows));
            text += &format!(
                "      keys: {}{}\n",
                keys.join(", "),
                if rows > keys.len() as u64 { ", …" } else { "" }
            );
            condition.query().iter().for_each(|query| text += &format!("      see them: {query}\n"));
            text += &format!("      {}\n", advice(condition));
        }
        for (condition, why) in self.unknown() {
            text += &format!("?     {}: not asked: {why}\n", about(condition));
        }
        self.waits.iter().for_each(|wait| text += &format!("wait  {wait}\n"));
        let asked = self.answers.len() - self.unknown().count();
        let questions = say::count(asked, "question");
        let files = say::count(self.pending.len(), "pending migration");
        let failing = self.failing().count();
        if all {
            let fine = self.answers.iter().filter(|(_, answer)| *answer == Rows::Fine);
            fine.for_each(|(condition, _)| text += &format!("ok    {}\n", about(condition)));
        }
        text += &match failing {
            0 => format!("{files}, {questions} to the rows: nothing is in their way\n"),
            _ => format!("{files}, {questions} to the rows: {failing} would fail\n"),
        };
        text
    }

    fn report(&self) -> Report {
        let check = |file: &str| {
            let finding = |condition: &Condition, severity, message: String| {
                let mut finding = Finding::new("rows", severity, message, Seen::Catalog);
                let (line, column) = condition.place;
                let start = Some(Position { line, column });
                finding.place = Some(Place { file: file.to_owned(), start, end: None });
                finding.object = Some(condition.object.clone());
                finding.help = Some(advice(condition).to_owned());
                finding
            };
            let failing = self.failing().filter(|(condition, ..)| condition.file == file);
            let failing = failing.map(|(condition, rows, keys)| {
                let mut finding = finding(condition, Severity::Error, sentence(condition, rows));
                finding.evidence = vec![format!("keys: {}", keys.join(", "))];
                finding.evidence.extend(condition.query());
                finding
            });
            let unknown = self.unknown().filter(|(condition, _)| condition.file == file);
            let unknown = unknown.map(|(condition, why)| {
                finding(condition, Severity::Note, format!("{}: not asked: {why}", about(condition)))
            });
            Check { name: file.to_owned(), message: None, findings: failing.chain(unknown).collect() }
        };
        Report { checks: self.pending.iter().map(|file| check(&file.file)).collect(), ..Report::default() }
    }
}

/// `V7__a.sql:3 unique public.users_email_key`
fn about(condition: &Condition) -> String {
    format!("{}:{}: {} {}", condition.file, condition.place.0, condition.kind, condition.object)
}

fn sentence(condition: &Condition, rows: u64) -> String {
    format!(
        "{}: in {}, {}",
        about(condition),
        say::count(usize::try_from(rows).unwrap_or(usize::MAX), "row"),
        condition.message
    )
}

/// What to begin with.
fn advice(condition: &Condition) -> &'static str {
    match condition.kind.as_str() {
        "not-null" | "value" => {
            "give them a value before: new --fill TABLE.COLUMN=EXPR, or UPDATE in a file of its own"
        }
        "unique" | "exclusion" => "keep one of each: DELETE or UPDATE the others in a file before",
        "foreign-key" => {
            "DELETE them, set the column to NULL, or insert what they refer to, in a file before"
        }
        "type" => {
            "say how the old value becomes a new one: new --using TABLE.COLUMN=EXPR, or UPDATE them before"
        }
        "partition" => "move them: INSERT them into the table that is for them, and DELETE them here",
        _ => "UPDATE or DELETE them in a file before",
    }
}
