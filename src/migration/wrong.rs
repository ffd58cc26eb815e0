//! The errors of migration files, reported all at once: a directory may have hundreds.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{Error, Result};

/// An error of a file.
pub(super) struct Wrong {
    file: String,
    error: Error,
}

impl Wrong {
    pub fn new(file: impl AsRef<Path>, error: Error) -> Self {
        Wrong { file: file.as_ref().display().to_string(), error }
    }

    /// The error as a line that begins with the place.
    fn line(&self) -> String {
        let place = self.error.place();
        let place = place.map(|at| format!("{}:{}:{}: ", at.file, at.line, at.column)).unwrap_or_default();
        let cause =
            std::error::Error::source(&self.error).map(|cause| format!(": {cause}")).unwrap_or_default();
        format!("\n  {place}{}{cause}", self.error.message())
    }

    /// The error, at the start of its file where it has no place of its own.
    fn placed(self) -> Error {
        if self.error.place().is_some() { self.error } else { self.error.at(self.file, 1, 1) }
    }
}

/// One error with all of them; a single one stays as it is.
pub(super) fn none_or_all(mut wrong: Vec<Wrong>) -> Result<()> {
    if wrong.len() < 2 {
        return wrong.pop().map_or(Ok(()), |wrong| Err(wrong.error));
    }
    let files: BTreeSet<&str> = wrong.iter().map(|wrong| wrong.file.as_str()).collect();
    let files = if files.len() == 1 { "1 file".to_owned() } else { format!("{} files", files.len()) };
    let lines: String = wrong.iter().map(Wrong::line).collect();
    let mut advice: Vec<&str> = Vec::new();
    for text in wrong.iter().filter_map(|wrong| wrong.error.advice()) {
        if !advice.contains(&text) {
            advice.push(text);
        }
    }
    let error = Error::file(format!("{} errors in {files}{lines}", wrong.len()));
    let error = if advice.is_empty() { error } else { error.help(advice.join("\n  help: ")) };
    Err(error.of(wrong.into_iter().map(Wrong::placed).collect()))
}
