//! `lint [FILE…]`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::context::Context;
use super::history::{HistoryArguments, SearchPathArgument};
use super::output::Outputs;
use super::{Answer, say};
use crate::config;
use crate::lint::{self, OwnRule, Settings, SoftDeleted};
use crate::migration::{Migration, Migrations};
use crate::model::Declared;
use crate::plan::Options;
use crate::prove::Scratch;
use crate::report::{Check, Coverage, Finding, Missing, Place, Position, Report, Severity};
use crate::runner::State;
use crate::schema::Name;
use crate::{Error, Result, sql, text_file};

#[derive(clap::Args)]
pub(super) struct Verb {
    /// The files; without any, those that the options below choose, else the last migration with all its parts
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    search_path: SearchPathArgument,
    #[command(flatten)]
    outputs: Outputs,
}

/// How migrations are judged.
#[derive(clap::Args)]
pub(super) struct Judging {
    #[command(flatten)]
    pub(super) selection: Selection,
    /// The least severity that makes the exit status 1: `warning` by default, and `error` of `check`
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// A statement that could not be measured here makes the exit status 1
    #[arg(long)]
    require_measured: bool,
    /// A file that `stats` wrote, or a database from whose statistics the sizes of tables are taken; it is only read
    #[arg(long, env = "FEEDSTOCK_STATS_FROM", hide_env_values = true, value_name = "URL|FILE")]
    stats_from: Option<String>,
    /// Up to how many bytes a table is small, for example 8MB
    #[arg(long, value_name = "SIZE", value_parser = crate::config::size)]
    small_table: Option<u64>,
}

/// Which migrations are new.
#[derive(clap::Args, Default)]
pub(super) struct Selection {
    /// The migrations after this version
    #[arg(long, value_name = "VERSION", conflicts_with_all = ["base", "all"])]
    since: Option<i64>,
    /// The migrations that are not in this commit of git, or differ from it
    #[arg(long, value_name = "GITREF", conflicts_with = "all")]
    base: Option<String>,
    /// All migrations
    #[arg(long)]
    all: bool,
}

/// The severities that make the exit status 1.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    fn includes(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity == Severity::Error,
            FailOn::Warning => severity <= Severity::Warning,
            FailOn::Note => true,
            FailOn::Never => false,
        }
    }
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    verb.outputs.insist()?;
    let report = work(context, &verb).inspect_err(|error| {
        context.done();
        verb.outputs.failed(context, "lint", error);
    })?;
    context.done();
    verb.outputs.write(context, &report, |_| None)?;
    Ok(verb.judging.answer(&report, FailOn::Warning))
}

impl Judging {
    /// Is the report good?
    pub(super) fn answer(&self, report: &Report, by_default: FailOn) -> Answer {
        let fail_on = self.fail_on.unwrap_or(by_default);
        let findings = report.checks.iter().flat_map(|check| &check.findings);
        let fails = findings.filter(|finding| finding.is_open()).any(|it| fail_on.includes(it.severity));
        let unmeasured = report.coverage.as_ref().is_some_and(|coverage| !coverage.missing.is_empty());
        if fails || (self.require_measured && unmeasured) { Answer::No } else { Answer::Yes }
    }

    /// A usage error, if something that the command line or the project says has no meaning.
    pub(super) fn insist(&self, context: &Context) -> Result<()> {
        lint::allow(context.global.allow.iter().cloned())?;
        own_rules_and_severities(context).map(drop)
    }

    /// What is known and acknowledged.
    pub(super) fn options(&self, context: &Context) -> Result<Options> {
        Ok(Options {
            allow: lint::allow(context.global.allow.iter().cloned())?,
            sizes: context.sizes_from(self.stats_from.as_deref())?,
            small_table: self.small_table.or(context.config.small_table),
            ..Options::default()
        })
    }
}

/// The project's own rules, and what it says about the severity of all of them.
fn own_rules_and_severities(context: &Context) -> Result<(Vec<OwnRule>, Severities)> {
    let config = &context.config.lint;
    let own = config.directory.as_deref().map(own_rules).transpose()?.unwrap_or_default();
    let severities = Severities::of(config, &own)?;
    Ok((own, severities))
}

fn work(context: &Context, verb: &Verb) -> Result<Report> {
    verb.judging.insist(context)?;
    context.insist_on_named_migrations()?;
    let (named, others) = named(context, &verb.files)?;
    let migrations = match context.migrations() {
        Ok(migrations) => migrations,
        Err(error) => return wrong_files(&error),
    };
    let migrations = match migrations.with_loose(others) {
        Ok(migrations) => migrations,
        Err(error) => return wrong_files(&error),
    };
    let new: Vec<&Migration> = if verb.files.is_empty() {
        verb.judging.selection.of(context, &migrations)?
    } else {
        migrations.iter().filter(|it| named.iter().any(|path| is_file(path, it))).collect()
    };
    let scratch = context.scratch(&verb.search_path, &[])?;
    judge(context, &scratch, &migrations, &new, &verb.judging.options(context)?)
}

/// Judges `new`, after all files before it.
pub(super) fn judge(
    context: &Context,
    scratch: &Scratch,
    migrations: &Migrations,
    new: &[&Migration],
    options: &Options,
) -> Result<Report> {
    let mut report = Report::default();
    if let Err(error) = migrations.verify_chain().and_then(|()| migrations.verify_statements()) {
        report.checks.push(check("history", Finding::of_error("wrong-history", &error)));
    }
    let (Some(first), Some(last)) = (new.first(), new.last()) else {
        let message = Some("there is no file to look at".to_owned());
        report.checks.push(Check { name: "files".to_owned(), message, findings: Vec::new() });
        return Ok(report);
    };
    context.step("replaying the migrations before …");
    let before = migrations.up_to(first.version - 1);
    let built = match context.sources(scratch).migrations(&before) {
        Ok(built) => built,
        Err(error) if error.is_file() || error.place().is_some() => {
            report.checks.push(check("replay", Finding::of_error("fails", &error)));
            return Ok(report);
        }
        Err(error) => return Err(error),
    };
    context.step(&format!("running {} …", say::count(new.len(), "file")));
    let files: Vec<&Migration> =
        migrations.iter().filter(|it| it.version >= first.version && it.version <= last.version).collect();
    let (own, severities) = own_rules_and_severities(context)?;
    let severity = |rule: &str, file: &str| severities.of_rule(rule, file);
    let soft_deleted: Vec<SoftDeleted> =
        context.models.iter().flatten().filter_map(|it| soft_deleted(it)).collect();
    let settings = Settings {
        scope: &context.scope,
        options,
        severity: &severity,
        own: &own,
        soft_deleted: &soft_deleted,
    };
    let mut found = lint::lint(scratch, &built.database, &files, &settings)?;
    found.checks.retain(|check| new.iter().any(|migration| migration.file == check.name));
    report.checks.extend(found.checks);
    Ok(Report { checks: report.checks, ..found })
}

/// What a model declares about deleted rows.
fn soft_deleted(model: &Declared) -> Option<SoftDeleted> {
    let with_deleted = model.uniques.iter().filter(|unique| !unique.live);
    Some(SoftDeleted {
        table: Name::new(model.schema.unwrap_or("public"), model.table),
        column: model.soft_delete?.to_owned(),
        with_deleted: with_deleted
            .map(|unique| unique.columns.iter().map(|column| (*column).to_owned()).collect())
            .collect(),
    })
}

fn check(name: &str, findings: Vec<Finding>) -> Check {
    Check { name: name.to_owned(), message: None, findings }
}

/// Files by their names.
type Texts = Vec<(String, String)>;

/// The paths of the named files, and the texts of those that are not in the directory of migrations.
fn named(context: &Context, files: &[PathBuf]) -> Result<(Vec<PathBuf>, Texts)> {
    let directory = context.config.migrations.canonicalize().ok();
    let (mut named, mut others) = (Vec::new(), Vec::new());
    for file in files {
        let path = file
            .canonicalize()
            .map_err(|error| Error::file(format!("{} cannot be read", file.display())).because(error))?;
        if path.parent().map(Path::to_owned) != directory {
            others.push((file.display().to_string(), text_file::read(file)?));
        }
        named.push(path);
    }
    Ok((named, others))
}

fn is_file(path: &Path, migration: &Migration) -> bool {
    Path::new(&migration.file).canonicalize().is_ok_and(|file| file == path)
}

impl Selection {
    /// The migrations that are new: after a version, or not applied, or not in a commit, or the last one.
    pub(super) fn of<'a>(&self, context: &Context, migrations: &'a Migrations) -> Result<Vec<&'a Migration>> {
        let all = migrations.iter();
        if self.all {
            return Ok(all.collect());
        }
        if let Some(since) = self.since.or(context.config.lint.since.filter(|_| self.base.is_none())) {
            return Ok(all.filter(|migration| migration.version > since).collect());
        }
        if let Some(base) = &self.base {
            let changed = changed_since(base, &context.config.migrations)?;
            return Ok(all.filter(|it| changed.iter().any(|path| is_file(path, it))).collect());
        }
        if context.global.names_database {
            let status = context.history(migrations, &HistoryArguments::default())?;
            let pending: Vec<i64> = status.in_state(State::Pending).map(|entry| entry.version).collect();
            return Ok(all.filter(|migration| pending.contains(&migration.version)).collect());
        }
        let Some(last) = migrations.last() else { return Ok(Vec::new()) };
        let parts = last.header.part.map_or(1, |part| i64::from(part.number));
        Ok(all.filter(|migration| migration.version > last.version - parts).collect())
    }
}

/// The files of a directory that git says differ from a commit, or does not know.
fn changed_since(base: &str, directory: &Path) -> Result<Vec<PathBuf>> {
    let git = |arguments: &[&str]| -> Result<String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(directory)
            .args(arguments)
            .output()
            .map_err(|error| Error::file("git cannot be run, which --base needs").because(error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(Error::usage(format!("git does not know what differs from `{base}`: {said}"))
            .help("name a commit that is here: in CI, fetch the target branch with its history"))
    };
    if base.starts_with('-') {
        return Err(Error::usage(format!("`{base}` is not a commit")));
    }
    let root = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?.trim());
    let from = git(&["merge-base", base, "HEAD"])?;
    let changed = git(&["diff", "--name-only", "-z", "--diff-filter=d", from.trim(), "--", "."])?;
    let unknown = git(&["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", "."])?;
    let paths = changed.split('\0').chain(unknown.split('\0')).filter(|path| !path.is_empty());
    Ok(paths.map(|path| root.join(path)).filter_map(|path| path.canonicalize().ok()).collect())
}

/// What is wrong with files that cannot be read as migrations.
fn wrong_files(error: &Error) -> Result<Report> {
    let text_of = |file: &str| text_file::read_with_lf(Path::new(file)).ok();
    let findings = lint::wrong_files(error, text_of);
    let files: BTreeSet<&str> =
        findings.iter().filter_map(|finding| Some(finding.place.as_ref()?.file.as_str())).collect();
    // Nothing was run.
    let mut coverage = Coverage::default();
    for (file, text) in files.into_iter().filter_map(|file| Some((file, text_of(file)?))) {
        let (statements, _) = sql::scan(file, &text);
        coverage.statements += statements.len();
        let reason = "the files are to be corrected before they can be run";
        let missing = statements.iter().map(|statement| {
            let (line, column) = (statement.line, statement.column);
            let start = Some(Position { line, column });
            Missing { place: Place { start, ..Place::of_file(file) }, reason: reason.to_owned() }
        });
        coverage.missing.extend(missing);
    }
    Ok(Report { checks: vec![check("files", findings)], coverage: Some(coverage), ..Report::default() })
}

/// The rules of the project: `lint/*.sql`.
fn own_rules(directory: &Path) -> Result<Vec<OwnRule>> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(directory)
        .map_err(|error| Error::file(format!("{} cannot be read", directory.display())).because(error))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if lint::find(&name).is_some() {
                return Err(Error::file(format!("{}: there is a rule `{name}` already", path.display()))
                    .help("give the file another name"));
            }
            Ok(OwnRule { name, file: path.display().to_string(), sql: text_file::read_with_lf(&path)? })
        })
        .collect()
}

/// What the project says about the severity of rules.
struct Severities {
    everywhere: BTreeMap<String, Option<Severity>>,
    /// The same of files and directories.
    paths: Vec<(PathBuf, BTreeMap<String, Option<Severity>>)>,
    /// The rules of the project.
    own: Vec<String>,
}

impl Severities {
    fn of(config: &config::Lint, own: &[OwnRule]) -> Result<Self> {
        let own: Vec<String> = own.iter().map(|rule| rule.name.clone()).collect();
        let read = |said: &BTreeMap<String, String>| -> Result<BTreeMap<String, Option<Severity>>> {
            said.iter().map(|(rule, severity)| Ok((known(rule, &own)?, parsed(rule, severity)?))).collect()
        };
        let paths = config.paths.iter().map(|of| Ok((of.path.clone(), read(&of.severity)?)));
        Ok(Severities { everywhere: read(&config.severity)?, paths: paths.collect::<Result<_>>()?, own })
    }

    /// `None` where nothing is said.
    fn of_rule(&self, rule: &str, file: &str) -> Option<Option<Severity>> {
        let file = Path::new(file).canonicalize().unwrap_or_else(|_| file.into());
        let is_within = |path: &Path| path.canonicalize().is_ok_and(|path| file.starts_with(path));
        let of_path = self.paths.iter().rev().filter(|(path, _)| is_within(path));
        let said =
            of_path.filter_map(|(_, said)| said.get(rule)).next().or_else(|| self.everywhere.get(rule));
        // A rule of the project has no severity of its own.
        let own = || self.own.iter().any(|own| own == rule).then_some(Some(Severity::Warning));
        said.copied().or_else(own)
    }
}

/// The rule's own name.
fn known(rule: &str, own: &[String]) -> Result<String> {
    if own.iter().any(|own| own == rule) {
        return Ok(rule.to_owned());
    }
    match lint::find(rule) {
        Some(known) => Ok(known.name.to_owned()),
        None => {
            let error =
                Error::usage(format!("{}: [lint] names a rule `{rule}` that does not exist", config::FILE));
            Err(match lint::nearest(rule) {
                Some(near) => error.help(format!("did you mean `{}`?", near.name)),
                None => error.help("`explain` lists the rules"),
            })
        }
    }
}

fn parsed(rule: &str, severity: &str) -> Result<Option<Severity>> {
    if severity == "off" {
        return Ok(None);
    }
    let found = Severity::ALL.into_iter().find(|known| known.to_string() == severity);
    found.map(Some).ok_or_else(|| {
        Error::usage(format!("{}: `{severity}` is not a severity of `{rule}`", config::FILE))
            .help("write error, warning, note or off")
    })
}
