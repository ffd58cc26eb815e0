//! `verify [URL…]`

use super::context::{Context, Target};
use super::history::{HistoryArguments, SearchPathArgument};
use super::output::Outputs;
use super::{Answer, diff, say, status};
use crate::Result;
use crate::diff::{Hints, unsupported};
use crate::migration::Migrations;
use crate::plan::{Allow, Options, Plan};
use crate::prove::Scratch;
use crate::report::{Check, Finding, Format, Report, Severity, Source as Seen};
use crate::schema::Schema;
use crate::source::Source;

#[derive(clap::Args)]
pub(super) struct Verb {
    /// The databases, which are only read [default: --database-url, else the project's own]
    #[arg(value_name = "URL")]
    databases: Vec<String>,
    #[command(flatten)]
    history: HistoryArguments,
    #[command(flatten)]
    search_path: SearchPathArgument,
    #[command(flatten)]
    outputs: Outputs,
}

/// A database that was compared with the files that it has applied.
pub(super) struct Verified {
    /// The database, without its password.
    database: String,
    /// The version that it records last; `None` where it records none.
    version: Option<i64>,
    /// The number of files that it records.
    applied: usize,
    /// The files that it records and that are missing or edited, a sentence each. Then nothing is compared.
    wrong: Vec<String>,
    difference: Difference,
}

/// The difference of a database from what files build.
#[derive(Default)]
pub(super) struct Difference {
    /// What the role of the connection may not see.
    unseen: Vec<String>,
    /// What is there on one side alone, and no SQL of ours can change.
    strange: Vec<String>,
    /// What makes the database into what the files build.
    plan: Plan,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    verb.outputs.insist()?;
    let migrations = context.insist_on_migrations().and_then(|()| context.migrations());
    let migrations = migrations.inspect_err(|error| verb.outputs.failed(context, "verify", error))?;
    let mut report = Report::default();
    let (mut text, mut failed, mut differs, mut scratch) = (String::new(), None, false, None);
    for url in urls(context, &verb)? {
        let verified = context.database_at(url.as_deref()).and_then(|mut target| {
            verified(context, &migrations, &verb.history, &verb.search_path, &mut target, &mut scratch)
        });
        match verified {
            Ok(verified) => {
                differs |= !verified.is_good();
                text += &verified.text();
                report.checks.push(verified.check());
            }
            // The others are verified all the same.
            Err(error) => {
                let name = url.map_or_else(|| "the database".to_owned(), |url| Source::Live(url).to_string());
                let findings = Finding::of_error("failed", &error);
                report.checks.push(Check { name: name.clone(), message: None, findings });
                if let Some(first) = failed.replace(error.while_doing(name)) {
                    context.done();
                    say::error(&first);
                }
            }
        }
    }
    context.done();
    report.failed = failed.is_some();
    verb.outputs.write(context, &report, |format| (format == Format::Human).then(|| Ok(text.clone())))?;
    match failed {
        Some(error) => Err(error),
        None if differs => Ok(Answer::No),
        None => Ok(Answer::Yes),
    }
}

/// The databases that are named; `None` is the project's own.
fn urls(context: &Context, verb: &Verb) -> Result<Vec<Option<String>>> {
    if verb.databases.is_empty() {
        return Ok(vec![context.global.database_url.clone()]);
    }
    context.refuse(&["database_url"], "verify URL")?;
    verb.databases.iter().try_for_each(|url| crate::connect::validate(url))?;
    Ok(verb.databases.iter().cloned().map(Some).collect())
}

/// `scratch` is kept for the next database.
pub(super) fn verified(
    context: &Context,
    migrations: &Migrations,
    history: &HistoryArguments,
    search_path: &SearchPathArgument,
    target: &mut Target,
    scratch: &mut Option<Scratch>,
) -> Result<Verified> {
    let recorded = context.history_of(target, migrations, history)?;
    let live = Source::Live(target.url.clone());
    let applied = migrations.only(|migration| recorded.is_applied(migration.version));
    let versions = recorded.entries.iter().map(|entry| entry.version);
    let mut verified = Verified {
        database: live.to_string(),
        version: versions.filter(|version| recorded.is_applied(*version)).max(),
        applied: applied.len(),
        wrong: status::wrong(&recorded).map(status::sentence).collect(),
        difference: Difference::default(),
    };
    if verified.wrong.is_empty() {
        let scratch: &Scratch = match scratch {
            Some(scratch) => scratch,
            None => scratch.insert(context.scratch(search_path, &[&live])?),
        };
        verified.difference = difference(context, scratch, &live, &applied, search_path)?;
    }
    Ok(verified)
}

/// Compares a live database with what files build.
pub(super) fn difference(
    context: &Context,
    scratch: &Scratch,
    live: &Source,
    files: &Migrations,
    search_path: &SearchPathArgument,
) -> Result<Difference> {
    let sources = context.sources(scratch);
    context.step(&format!("building what {} build …", say::count(files.len(), "migration")));
    let mut wanted = sources.migrations(files)?.schema;
    context.step(&format!("building {live} …"));
    let mut current = sources.build(live)?;
    let (unseen, strange) = set_aside(&mut current.schema, &mut wanted);
    let options = Options {
        allow: Allow::new(["all".to_owned()]),
        without_models: true,
        offline_ok: context.config.offline_ok,
        small_table: context.config.small_table,
        ..Options::default()
    };
    let hints = Hints::default();
    let plan = diff::planned(context, scratch, &current, &wanted, &hints, &options, search_path)?;
    Ok(Difference { unseen, strange, plan })
}

/// Takes what cannot be compared out of both schemas. Returns what the role of the connection may not see, and what is
/// there on one side alone.
fn set_aside(current: &mut Schema, wanted: &mut Schema) -> (Vec<String>, Vec<String>) {
    let is_unseen = |line: &String| line.ends_with(UNSEEN);
    let (unseen, known): (Vec<String>, Vec<String>) =
        std::mem::take(&mut current.unsupported).into_iter().partition(is_unseen);
    current.unsupported = known;
    // With all rights it would be an object.
    wanted.objects.retain(|_, object| !unseen.iter().any(|line| line.contains(&object.address)));
    let strange = unsupported(current, wanted);
    current.unsupported.clear();
    wanted.unsupported.clear();
    (unseen, strange)
}

/// The end of what a schema says of an object whose definition the role of the connection may not read.
const UNSEEN: &str = ", which only a superuser and that role may read";

impl Difference {
    pub(super) fn is_none(&self) -> bool {
        self.strange.is_empty() && self.plan.is_empty() && self.plan.refusals.is_empty()
    }

    /// The answer for people, if `same` says what the database is or is not.
    pub(super) fn text(&self, database: &str, same: &str) -> String {
        let mut text = if self.is_none() {
            format!("ok    {database} is {same}\n")
        } else if self.plan.is_empty() {
            format!("FAIL  {database} is not {same}\n")
        } else {
            let what = say::count(self.plan.steps().count(), "statement");
            let sql = diff::text(&self.plan);
            format!("FAIL  {database} is not {same}; {what} would make it so:\n\n{sql}\n")
        };
        self.strange.iter().for_each(|what| text += &format!("      differs, change it by hand: {what}\n"));
        self.unseen.iter().for_each(|what| text += &format!("      not seen: {what}\n"));
        text
    }
}

impl Verified {
    pub(super) fn is_good(&self) -> bool {
        self.wrong.is_empty() && self.difference.is_none()
    }

    /// `V7 (7 migrations)`
    fn recorded(&self) -> String {
        match self.version {
            Some(version) => format!("V{version} ({})", say::count(self.applied, "migration")),
            None => "an empty database: it records no migration".to_owned(),
        }
    }

    pub(super) fn text(&self) -> String {
        if self.wrong.is_empty() {
            return self.difference.text(&self.database, &self.recorded());
        }
        let lines: String = self.wrong.iter().map(|sentence| format!("      {sentence}\n")).collect();
        format!("FAIL  {} cannot be compared with its files:\n{lines}", self.database)
    }

    fn check(&self) -> Check {
        let drift = |message: String| Finding::new("drift", Severity::Error, message, Seen::Catalog);
        let Difference { unseen, strange, plan } = &self.difference;
        let mut findings: Vec<Finding> = self.wrong.iter().chain(strange).cloned().map(drift).collect();
        for step in plan.steps() {
            let mut finding = drift(format!("{} is not what the migrations build", step.about));
            finding.object = Some(step.about.clone());
            finding.rewrite = Some(format!("{};\n", step.sql));
            findings.push(finding);
        }
        let mut message = self.recorded();
        unseen.iter().for_each(|what| message += &format!("; not seen: {what}"));
        Check { name: self.database.clone(), message: Some(message), findings }
    }
}
