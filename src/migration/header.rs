//! The comments at the top of a migration, read and written.

use std::fmt;

use super::Isolation;
use crate::sql;
use crate::{Error, Result};

/// The comments at the top of a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The description, and other comments that people wrote there.
    pub notes: Vec<String>,
    /// The measured locks, rewrites and scans of its statements: `lock: AccessExclusiveLock on …`.
    pub measured: Vec<String>,
    /// The parent: the migration after which this one was proven.
    pub parent: Option<Parent>,
    /// The part, of a change that takes several files.
    pub part: Option<Part>,
    /// Does the one statement of this file run outside a transaction?
    pub no_transaction: bool,
    /// Does that statement end its own transactions, and can it be run again from its start at any time?
    pub backfill: bool,
    /// The isolation level of the file's transaction.
    pub isolation: Option<Isolation>,
    /// The hazards that were acknowledged.
    pub allows: Vec<Allow>,
}

/// `-- parent: V6 sha256:…`, with the checksum of the parent's text with LF line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// The parent's version.
    pub version: i64,
    /// The checksum: 64 hexadecimal digits, in lower case.
    pub sha256: String,
}

/// `-- part 2 of 3`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The number of this part, from 1.
    pub number: u32,
    /// The number of parts.
    pub of: u32,
}

/// `-- feedstock: allow RULE:object (reason)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// The rule, as in `--allow RULE:object`.
    pub rule: String,
    /// The object for which it is allowed.
    pub object: String,
    /// The reason.
    pub reason: Option<String>,
}

/// The prefixes of the lines about measured effects.
const MEASURED: [&str; 3] = ["lock: ", "rewrites: ", "scans: "];

/// The prefix of the comment that has the checksum of the statements.
const STATEMENTS: &str = "statements: sha256:";

impl Header {
    /// The comment lines, each with a line end; empty if there are none.
    pub fn render(&self) -> String {
        let mut lines: Vec<String> = self.notes.iter().map(|note| format!("-- {note}")).collect();
        lines.extend(self.measured.iter().map(|line| format!("-- {line}")));
        if let Some(Parent { version, sha256 }) = &self.parent {
            lines.push(format!("-- parent: V{version} sha256:{sha256}"));
        }
        if let Some(Part { number, of }) = self.part {
            lines.push(format!("-- part {number} of {of}"));
        }
        if self.backfill {
            lines.push("-- feedstock: backfill".to_owned());
        } else if self.no_transaction {
            lines.push("-- feedstock: no-transaction".to_owned());
        }
        lines.extend(self.isolation.map(|isolation| format!("-- feedstock: isolation {isolation}")));
        lines.extend(self.allows.iter().map(|allow| format!("-- feedstock: allow {allow}")));
        // A name may contain line ends.
        let one_line = |line: &String| line.trim_end().replace(['\r', '\n'], " ");
        lines.iter().map(|line| one_line(line) + "\n").collect()
    }

    /// The checksum of the proven statements, if `new` wrote the file.
    pub(super) fn statements(&self) -> Option<&str> {
        let mut found = self.notes.iter().filter_map(|note| note.strip_prefix(STATEMENTS));
        found.find(|text| is_sha256(text))
    }

    /// Sets the checksum of the statements of a file's text.
    pub(super) fn seal(&mut self, text: &str) {
        self.notes.push(format!("{STATEMENTS}{}", statements_sha256(text)));
    }

    /// Reads the header, which ends at the first line that is neither blank nor a `--` comment; also returns its
    /// errors.
    pub(super) fn parse(file: &str, text: &str) -> (Self, Vec<Error>) {
        let (mut header, mut errors) = (Header::default(), Vec::new());
        let length = lines_of_header(text);
        for (index, line) in text.lines().take(length).enumerate() {
            let comment = line.trim_start().trim_start_matches('-').trim();
            let column = line.chars().take_while(|char| char.is_whitespace()).count() + 1;
            errors.extend(header.take(comment).err().map(|error| error.at(file, index + 1, column)));
        }
        if header.no_transaction && header.isolation.is_some() {
            errors.push(
                Error::file(format!("{file} sets an isolation level, but does not run in a transaction"))
                    .help("remove one of the two directives"),
            );
        }
        errors.extend(late_directives(file, text, length));
        (header, errors)
    }

    fn take(&mut self, comment: &str) -> Result<()> {
        if let Some(directive) = comment.strip_prefix("feedstock:") {
            return self.take_directive(directive.trim());
        }
        if let Some(parent) = comment.strip_prefix("parent:") {
            self.parent = Some(Parent::parse(parent.trim())?);
        } else if let Some(part) = comment.strip_prefix("part ").and_then(Part::parse) {
            self.part = Some(part);
        } else if MEASURED.iter().any(|start| comment.starts_with(start)) {
            self.measured.push(comment.to_owned());
        } else if !comment.is_empty() {
            self.notes.push(comment.to_owned());
        }
        Ok(())
    }

    fn take_directive(&mut self, directive: &str) -> Result<()> {
        match directive.split_once(' ').unwrap_or((directive, "")) {
            ("no-transaction", "") => self.no_transaction = true,
            ("backfill", "") => {
                self.backfill = true;
                self.no_transaction = true;
            }
            ("isolation", level) => {
                let isolation = Isolation::parse(level.trim()).ok_or_else(|| {
                    Error::file(format!("`{}` is not an isolation level", level.trim()))
                        .help("write serializable, repeatable-read or read-committed")
                })?;
                self.isolation = Some(isolation);
            }
            ("allow", what) => self.allows.push(Allow::parse(what.trim())?),
            _ => {
                return Err(Error::file(format!("`feedstock: {directive}` is not a directive")).help(
                    "the directives are `no-transaction`, `backfill`, `isolation LEVEL` and \
                     `allow RULE:object (reason)`",
                ));
            }
        }
        Ok(())
    }
}

/// The number of lines before the first that is neither blank nor a `--` comment.
fn lines_of_header(text: &str) -> usize {
    let is_header = |line: &str| line.trim().is_empty() || line.trim_start().starts_with("--");
    text.lines().take_while(|line| is_header(line)).count()
}

/// The checksum of the text below the header, without blanks around it.
pub(super) fn statements_sha256(text: &str) -> String {
    let below: Vec<&str> = text.lines().skip(lines_of_header(text)).collect();
    super::sha256(below.join("\n").trim())
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A directive below the header would have no effect, so it is an error.
fn late_directives(file: &str, text: &str, header: usize) -> Vec<Error> {
    let mut errors = Vec::new();
    for (comment, line, column) in sql::line_comments(text) {
        let directive = comment.trim_start_matches('-').trim();
        if line > header && directive.starts_with("feedstock:") {
            errors.push(
                Error::file(format!("`{directive}` is below the first statement"))
                    .at(file, line, column)
                    .help("directives belong to the comment lines at the very top of the file"),
            );
        }
    }
    errors
}

impl Parent {
    fn parse(text: &str) -> Result<Self> {
        let parsed = text.split_once(" sha256:").and_then(|(version, sha256)| {
            let version = version.trim().strip_prefix('V')?.parse().ok()?;
            is_sha256(sha256).then(|| Parent { version, sha256: sha256.to_lowercase() })
        });
        parsed.ok_or_else(|| {
            Error::file(format!("`parent: {text}` is not a parent"))
                .help("the form is `parent: V6 sha256:` and 64 hexadecimal digits")
        })
    }
}

impl Part {
    /// Parses `2 of 3`; anything else is a comment that happens to begin with "part".
    fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.split_once(" of ")?;
        Some(Part { number: number.trim().parse().ok()?, of: of.trim().parse().ok()? })
    }
}

impl Allow {
    /// `drop-column:image_generations.size (unused since May)`, as after `--allow`.
    ///
    /// # Errors
    ///
    /// Anything that does not have the form `RULE:object`, with an optional reason in parentheses.
    pub fn parse(text: &str) -> Result<Self> {
        let (what, reason) = match text.split_once(" (") {
            Some((what, reason)) => (what, reason.strip_suffix(')').map(str::to_owned)),
            None => (text, None),
        };
        let closed = reason.is_some() || !text.contains(" (");
        match what.trim().split_once(':') {
            Some((rule, object)) if closed && !rule.is_empty() && !object.is_empty() => {
                Ok(Allow { rule: rule.to_owned(), object: object.to_owned(), reason })
            }
            _ => Err(Error::file(format!("`allow {text}` does not say what is allowed"))
                .help("the form is `allow RULE:object (reason)`: allow drop-column:image_generations.size")),
        }
    }
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.rule, self.object)?;
        self.reason.as_ref().map_or(Ok(()), |reason| write!(f, " ({reason})"))
    }
}
