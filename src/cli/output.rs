//! `--format FORMAT[=PATH]`: a report, as text on standard output or in files, in as many forms as are asked for.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::context::Context;
use super::say;
use crate::report::{self, Check, Finding, Format, Paths, Report};
use crate::{Error, Result};

/// The formats by their names; `text` is what the verbs without findings call it.
const FORMATS: &[(&str, Format)] = &[
    ("human", Format::Human),
    ("text", Format::Human),
    ("json", Format::Json),
    ("github", Format::Github),
    ("gitlab", Format::Gitlab),
    ("sarif", Format::Sarif),
    ("junit", Format::Junit),
    ("markdown", Format::Markdown),
    ("concise", Format::Concise),
];

/// The file that GitHub shows as the summary of a step.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

#[derive(clap::Args)]
pub(super) struct Outputs {
    /// How the result is printed: human, json, github, gitlab, sarif, junit, markdown or concise; with =PATH it is
    /// written to that file. May be given several times
    #[arg(long, value_name = "FORMAT[=PATH]", default_value = "human")]
    format: Vec<Output>,
}

#[derive(Debug, Clone)]
struct Output {
    format: Format,
    path: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) => {
                (name, Some(PathBuf::from(path)).filter(|path| !path.as_os_str().is_empty()))
            }
            None => (text, None),
        };
        if text.ends_with('=') {
            return Err("after the `=` a file is named: sarif=feedstock.sarif".to_owned());
        }
        let format = FORMATS.iter().find(|(known, _)| *known == name).map(|(_, format)| *format);
        let names = || FORMATS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        Ok(Output { format: format.ok_or_else(|| format!("the formats are {}", names()))?, path })
    }
}

impl Outputs {
    /// An error if they cannot all be written. This is asked before the work, which may take long.
    pub(super) fn insist(&self) -> Result<()> {
        if self.format.iter().filter(|output| output.path.is_none()).count() > 1 {
            return Err(Error::usage("two formats go to standard output")
                .help("give all but one a file: --format human --format sarif=feedstock.sarif"));
        }
        let directories = self.format.iter().filter_map(|output| output.path.as_ref()?.parent());
        for directory in directories.filter(|directory| !directory.as_os_str().is_empty()) {
            if !directory.is_dir() {
                return Err(Error::usage(format!("there is no directory {}", directory.display()))
                    .help("create it first"));
            }
        }
        Ok(())
    }

    /// Writes the report in all formats; `own` gives the text of those in which the verb has one of its own. With
    /// `--quiet`, people are told what is not good alone.
    pub(super) fn write(
        &self,
        context: &Context,
        report: &Report,
        own: impl Fn(Format) -> Option<Result<String>>,
    ) -> Result<()> {
        let paths = paths(context)?;
        for Output { format, path } in &self.format {
            let write = |report: &Report| {
                say::without_secrets(&report::write(report, *format, &paths, path.is_none()))
            };
            let text = match own(*format) {
                Some(text) => text?,
                None if *format == Format::Human && context.global.quiet => {
                    let mut bad = report.clone();
                    bad.checks.retain(|check| !check.is_good());
                    write(&bad)
                }
                None => write(report),
            };
            match path {
                Some(path) => save(path, &text)?,
                None => say::result(&text)?,
            }
        }
        let summary = std::env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty());
        if self.format.iter().any(|output| output.format == Format::Github)
            && let Some(path) = summary
        {
            append(Path::new(&path), &say::without_secrets(&report::step_summary(report, &paths)))?;
        }
        Ok(())
    }

    /// The same for an error that ended everything: programs read it where they would have read the result. People read
    /// it on standard error.
    pub(super) fn failed(&self, context: &Context, verb: &str, error: &Error) {
        let check =
            Check { name: verb.to_owned(), message: None, findings: Finding::of_error("failed", error) };
        let report = Report { checks: vec![check], failed: true, ..Report::default() };
        let outputs = self.format.iter().filter(|output| output.format != Format::Human).cloned().collect();
        if let Err(second) = (Outputs { format: outputs }).write(context, &report, |_| None) {
            say::error(&second);
        }
    }
}

fn paths(context: &Context) -> Result<Paths> {
    let here = std::env::current_dir()
        .map_err(|error| Error::file("the working directory cannot be read").because(error))?;
    Ok(Paths::new(&here, &context.config.project))
}

fn save(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|error| cannot_be_written(path, error))
}

fn append(path: &Path, text: &str) -> Result<()> {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| cannot_be_written(path, error))
}

fn cannot_be_written(path: &Path, error: std::io::Error) -> Error {
    Error::file(format!("{} cannot be written", path.display())).because(error)
}
