//! Findings about migrations that people write: each file is run, statement by statement, on a copy of what is there
//! before it, and judged by what Postgres did and by the schema before and after it.
//!
//! The rules are one list (`rule.rs`), each with its page in `rules/`. The hazards of a plan have the same names.

mod affected;
mod all_rows;
mod allow;
mod catalog;
mod failed;
mod from_nothing;
mod measured;
mod models;
mod proven;
mod rewrite;
mod rule;
mod schemas;
mod text;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::Result;
use crate::inspect::Scope;
use crate::migration::Migration;
use crate::plan::Options;
use crate::prove::{Database, Observer, Ran, Scratch};
use crate::report::{Check, Coverage, Finding, Missing, Place, Position, Report, Severity, Source};
use crate::schema::{Id, Schema};
use crate::sql::Statement;

pub use allow::allow;
pub use catalog::OwnRule;
pub use models::SoftDeleted;
pub use rule::{RULES, Rule, Seen, find, nearest, not_needed};
pub use text::wrong_files;

/// How files are judged.
pub struct Settings<'a> {
    /// What is looked at.
    pub scope: &'a Scope,
    /// The sizes of tables that are known, and what was acknowledged on the command line.
    pub options: &'a Options,
    /// The severity of a rule in a file, where that is not the rule's own; `None` is off.
    pub severity: &'a dyn Fn(&str, &str) -> Option<Option<Severity>>,
    /// The rules of the project.
    pub own: &'a [OwnRule],
    /// The tables whose models declare soft delete.
    pub soft_deleted: &'a [SoftDeleted],
}

/// A file that was run.
struct File<'a> {
    migration: &'a Migration,
    statements: &'a [Statement<'a>],
    ran: &'a [Ran],
    /// The schema before the first of all files.
    start: &'a Schema,
    /// The schema before this one.
    before: &'a Arc<Schema>,
    /// What the files before it renamed: the old names and the new ones, in order.
    renamed: &'a [(Id, Id)],
    options: &'a Options,
}

/// Something found, before it is known what the project thinks of it.
struct Found {
    rule: Cow<'static, str>,
    /// The place of the statement in the file; `None` where it is about the file as a whole.
    at: Option<usize>,
    object: Option<String>,
    message: String,
    source: Source,
    /// Is it known that the table is small?
    is_small: bool,
    rewrite: Option<String>,
    evidence: Vec<String>,
}

impl Found {
    fn new(
        rule: impl Into<Cow<'static, str>>,
        at: Option<usize>,
        object: impl ToString,
        message: impl Into<String>,
        source: Source,
    ) -> Self {
        Found {
            rule: rule.into(),
            at,
            object: Some(object.to_string()),
            message: message.into(),
            source,
            is_small: false,
            rewrite: None,
            evidence: Vec::new(),
        }
    }

    fn is_of_catalog(&self) -> bool {
        find(&self.rule).is_some_and(|rule| matches!(rule.seen, Seen::Catalog(_)))
    }
}

/// Runs `files` on a copy of `database`, which holds what is there before them and has no connections, and judges them.
///
/// # Errors
/// The server fails. What is wrong with a file is a finding.
pub fn lint(
    scratch: &Scratch,
    database: &Database,
    files: &[&Migration],
    settings: &Settings<'_>,
) -> Result<Report> {
    let mut report = Report { coverage: Some(Coverage::default()), ..Report::default() };
    let copy = scratch.clone_of(database)?;
    let observer = Observer::open(scratch, &copy, settings.scope)?;
    let start = Arc::clone(observer.schema());
    let found_in = if start.is_empty() {
        let first = (&copy, observer.without_looking());
        from_nothing::findings(scratch, database, first, files, settings, &mut report.coverage)?
    } else {
        let (mut found_in, all_rows) = one_by_one(&copy, observer, files, settings, &mut report.coverage)?;
        for (number, found) in all_rows.findings(scratch, database, files, settings.scope)? {
            found_in[number].push(found);
        }
        found_in
    };
    // What was run is forgotten by now, so that memory does not grow with the number of files.
    for (migration, found) in files.iter().zip(found_in) {
        let statements = migration.statements()?;
        let (ran, before, renamed, options) = (&[], &start, &[], settings.options);
        let file = File { migration, statements: &statements, ran, start: &start, before, renamed, options };
        let missing = report.coverage.iter().flat_map(|coverage| &coverage.missing);
        let all_ran = missing.map(|it| &it.place.file).all(|name| *name != migration.file);
        let findings = file.judged(found, settings, all_ran);
        if findings.iter().any(|finding| finding.place.is_some()) {
            report.texts.insert(migration.file.clone(), migration.sql.clone());
        }
        report.checks.push(Check { name: migration.file.clone(), message: None, findings });
    }
    Ok(report)
}

/// Runs files and looks at what each statement does. Returns the findings of each file.
fn one_by_one(
    copy: &Database,
    mut observer: Observer<'_>,
    files: &[&Migration],
    settings: &Settings<'_>,
    coverage: &mut Option<Coverage>,
) -> Result<(Vec<Vec<Found>>, all_rows::Candidates)> {
    let questions = catalog::Question::all(settings.own);
    let (ours, of_project) = catalog::Question::by_origin(&questions);
    let all = &ours | &of_project;
    // What `new` wrote is judged by the rules of the project alone.
    let is_asked = !settings.own.is_empty() || files.iter().any(|migration| !migration.is_proven());
    let mut catalog = is_asked.then(|| catalog::Catalog::open(copy)).transpose()?;
    let mut all_rows = all_rows::Candidates::default();
    let mut found_in: Vec<Vec<Found>> = Vec::new();
    let start = Arc::clone(observer.schema());
    let mut renamed: Vec<(Id, Id)> = Vec::new();
    for (number, migration) in files.iter().enumerate() {
        let statements = migration.statements()?;
        let before = Arc::clone(observer.schema());
        if let Some(catalog) = &mut catalog {
            catalog.remember()?;
        }
        let ran = observer.file(migration)?;
        let options = settings.options;
        let file = File {
            migration,
            statements: &statements,
            ran: &ran,
            start: &start,
            before: &before,
            renamed: &renamed,
            options,
        };
        let mut found = measured::findings(&file);
        if migration.is_proven() {
            proven::complete(migration, &mut found);
        } else {
            found.extend(schemas::findings(&file));
            found.extend(models::findings(&file, settings.soft_deleted));
            found.extend(text::findings(&file));
            once(&mut found);
            rewrite::add(&file, &mut found);
            all_rows.add(number, &file, &found);
        }
        if let Some(catalog) = catalog.as_mut().filter(|_| !Arc::ptr_eq(&before, observer.schema())) {
            let asked = if migration.is_proven() { &of_project } else { &all };
            for (question, object, message) in catalog.answers(&questions, asked)? {
                let mut answer = questions[question].found(&object, message);
                let named = answer.object.as_deref().unwrap_or_default();
                answer.at = catalog::statement_of(&file, &answer.rule, named);
                found.push(answer);
            }
        }
        for found in found.iter_mut().filter(|found| found.source == Source::Measured) {
            found.evidence = found.at.map(|at| measured::evidence(&ran[at])).unwrap_or_default();
        }
        found_in.push(found);
        file.count(coverage);
        renamed.extend(ran.iter().flat_map(|ran| ran.renamed.iter().cloned()));
    }
    if let Some(catalog) = &mut catalog
        && files.len() > 1
        && found_in.iter().flatten().any(Found::is_of_catalog)
    {
        let left = catalog.answers_in_the_end(&questions, &ours)?.into_iter();
        let key = |found: &Found| (found.rule.to_string(), found.object.clone().unwrap_or_default());
        let left: BTreeSet<(String, String)> = left
            .map(|(question, object, message)| key(&questions[question].found(&object, message)))
            .collect();
        found_in
            .iter_mut()
            .for_each(|found| found.retain(|it| !it.is_of_catalog() || left.contains(&key(it))));
    }
    Ok((found_in, all_rows))
}

/// Leaves out that nobody can read a materialized view where the finding that it is built anew says so.
fn once(found: &mut Vec<Found>) {
    let rebuilt = found.iter().filter(|found| found.rule == "rebuild-view");
    let rebuilt: Vec<Option<String>> = rebuilt.map(|found| found.object.clone()).collect();
    found.retain(|found| found.rule != "block-reads" || !rebuilt.contains(&found.object));
}

impl File<'_> {
    /// The findings, with what the rules, the project and the file itself say about them.
    fn judged(&self, found: Vec<Found>, settings: &Settings<'_>, all_ran: bool) -> Vec<Finding> {
        let file = &self.migration.file;
        let mut findings = Vec::new();
        for found in found {
            let rule = find(&found.rule);
            let own = rule.and_then(|rule| rule.severity);
            let Some(severity) = (settings.severity)(&found.rule, file).unwrap_or(own) else { continue };
            let severity = if found.is_small { Severity::Note } else { severity };
            let mut finding = Finding::new(found.rule.clone(), severity, found.message.clone(), found.source);
            finding.place = Some(self.place(found.at));
            finding.statement = found.at.map(|at| at + 1);
            finding.object = found.object.clone();
            finding.help = rule.map(|rule| rule.help().to_owned());
            finding.rewrite = found.rewrite;
            finding.evidence = found.evidence;
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
        allow::acknowledge(self.migration, settings, &mut findings);
        findings.extend(allow::wrong(self.migration, &findings, settings, all_ran));
        findings.sort_by(|a, b| (&a.place, &a.rule, &a.object).cmp(&(&b.place, &b.rule, &b.object)));
        findings
    }

    /// The place of a statement.
    fn place(&self, at: Option<usize>) -> Place {
        let Some(statement) = at.and_then(|at| self.statements.get(at)) else {
            return Place::of_file(&self.migration.file);
        };
        let (line, column) = crate::sql::line_and_column(&self.migration.sql, statement.range.end);
        Place {
            file: self.migration.file.clone(),
            start: Some(Position { line: statement.line, column: statement.column }),
            end: Some(Position { line, column }),
        }
    }

    fn count(&self, coverage: &mut Option<Coverage>) {
        let Some(coverage) = coverage else { return };
        coverage.statements += self.statements.len();
        for (at, ran) in self.ran.iter().enumerate() {
            match &ran.failed {
                None => coverage.measured += 1,
                Some(error) => {
                    let reason = failed::reason(error);
                    coverage.missing.push(Missing { place: self.place(Some(at)), reason });
                }
            }
        }
    }

    /// The schema before a statement.
    fn before_statement(&self, at: usize) -> &Arc<Schema> {
        if at == 0 { self.before } else { &self.ran[at - 1].after }
    }
}
