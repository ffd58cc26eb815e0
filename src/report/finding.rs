//! A finding: one problem, where it is, how it was seen, and what to do. A report: what was looked at, and what was
//! found.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::Error;

/// How bad a finding is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It fails, loses rows, or makes programs wait or fail.
    Error,
    /// It may.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

/// A position in a text: both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file as messages name it: relative to the working directory where it is below it.
    pub file: String,
    /// Its first character; none where the finding is about the file as a whole.
    pub start: Option<Position>,
    /// The position behind its last character.
    pub end: Option<Position>,
}

impl Place {
    /// A file as a whole.
    pub fn of_file(file: impl Into<String>) -> Self {
        Place { file: file.into(), start: None, end: None }
    }
}

/// Why it may be done all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acknowledged {
    /// Does a directive of the file say so? Otherwise an option of the command line does.
    pub in_file: bool,
    /// The reason that was given.
    pub reason: Option<String>,
}

/// How a finding was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The statement was run on a scratch database, and Postgres reported what it did.
    Measured,
    /// The catalog before and after the statement.
    Catalog,
    /// The text of a file.
    Text,
    /// The models.
    Models,
    /// The history of the migrations.
    History,
}

/// One problem, however many sources saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule: `drop-column`.
    pub rule: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is; none where it is about no file.
    pub place: Option<Place>,
    /// The number of the statement in its file, from 1.
    pub statement: Option<usize>,
    /// The object: `image_generations.size`.
    pub object: Option<String>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// SQL that does the same safely.
    pub rewrite: Option<String>,
    /// How it was seen.
    pub source: Source,
    /// What was seen, each in a line: `AccessExclusiveLock on public.users`.
    pub evidence: Vec<String>,
    /// Set where somebody said that it is known.
    pub acknowledged: Option<Acknowledged>,
}

impl Finding {
    /// A finding with what each of them has.
    pub fn new(
        rule: impl Into<Cow<'static, str>>,
        severity: Severity,
        message: impl Into<String>,
        source: Source,
    ) -> Self {
        Finding {
            rule: rule.into(),
            severity,
            place: None,
            statement: None,
            object: None,
            message: message.into(),
            help: None,
            rewrite: None,
            source,
            evidence: Vec::new(),
            acknowledged: None,
        }
    }

    /// The findings that an error is: one for each that it is made of.
    pub fn of_error(rule: &'static str, error: &Error) -> Vec<Self> {
        if !error.parts().is_empty() {
            return error.parts().iter().flat_map(|part| Self::of_error(rule, part)).collect();
        }
        let source = if error.place().is_some() { Source::Text } else { Source::History };
        let mut finding = Finding::new(rule, Severity::Error, error.message(), source);
        finding.place = error.place().map(|place| Place {
            file: place.file.clone(),
            start: Some(Position { line: place.line, column: place.column }),
            end: None,
        });
        finding.help = error.advice().map(str::to_owned);
        finding.evidence = error.causes();
        vec![finding]
    }

    /// Is it still to be dealt with?
    pub fn is_open(&self) -> bool {
        self.acknowledged.is_none()
    }

    /// `drop-column:image_generations.size`, as `--allow` takes it.
    pub fn key(&self) -> String {
        match &self.object {
            Some(object) => format!("{}:{object}", self.rule),
            None => self.rule.clone().into_owned(),
        }
    }
}

/// What a verb looked at, and what it found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What was looked at, in order, each with what was found.
    pub checks: Vec<Check>,
    /// How much of it was measured, where that was tried.
    pub coverage: Option<Coverage>,
    /// Did an error end it before all was looked at?
    pub failed: bool,
    /// The texts of the files that findings are about, by the file's name in them.
    pub texts: BTreeMap<String, String>,
}

/// Something that was looked at: a file, the history, the models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at: `history`, or a file.
    pub name: String,
    /// What was seen, as people read it; none where the findings say it all.
    pub message: Option<String>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Check {
    /// Is nothing left to be dealt with that is an error?
    pub fn is_good(&self) -> bool {
        !self.findings.iter().any(|finding| finding.is_open() && finding.severity == Severity::Error)
    }
}

/// How much was measured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The statements of all files that were looked at.
    pub statements: usize,
    /// Those that were measured.
    pub measured: usize,
    /// Why the others were not, each with its place.
    pub missing: Vec<Missing>,
}

/// A statement that was not measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Where it is.
    pub place: Place,
    /// Why: `extension postgis is not installed here`.
    pub reason: String,
}

impl Coverage {
    /// `14 of 15 statements measured; 1 not: extension postgis is not installed here`
    pub fn sentence(&self) -> String {
        let Coverage { statements, measured, missing } = self;
        let noun = if *statements == 1 { "statement" } else { "statements" };
        let head = format!("{measured} of {statements} {noun} measured");
        if missing.is_empty() {
            return head;
        }
        let mut reasons: Vec<&str> = missing.iter().map(|missing| missing.reason.as_str()).collect();
        reasons.dedup();
        format!("{head}; {} not: {}", missing.len(), reasons.join("; "))
    }
}

impl Report {
    /// All findings.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.checks.iter().flat_map(|check| &check.findings)
    }

    /// What is still to be dealt with, the worst first, then by place.
    pub(super) fn open(&self) -> Vec<&Finding> {
        sorted(self.findings().filter(|finding| finding.is_open()))
    }

    /// `2 errors, 1 warning`; nothing where nothing is open.
    fn counts(&self) -> Vec<String> {
        let count = |severity| {
            let is_it = |finding: &&Finding| finding.is_open() && finding.severity == severity;
            self.findings().filter(is_it).count()
        };
        let text = |severity| match count(severity) {
            0 => None,
            1 => Some(format!("1 {severity}")),
            number => Some(format!("{number} {severity}s")),
        };
        Severity::ALL.into_iter().filter_map(text).collect()
    }

    /// What stands at the end of an output: how many findings, how many are acknowledged.
    pub(super) fn summary(&self) -> String {
        let counts = self.counts();
        let known = self.findings().filter(|finding| !finding.is_open()).count();
        let open = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
        if known == 0 { open } else { format!("{open}; {known} acknowledged") }
    }
}

/// The worst first, then by place.
pub(super) fn sorted<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<&'a Finding> {
    let mut findings: Vec<&Finding> = findings.collect();
    findings.sort_by_cached_key(|finding| {
        (!finding.is_open(), finding.severity, finding.place.clone(), finding.key())
    });
    findings
}
