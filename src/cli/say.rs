//! What people read: results go to standard output, everything else to standard error.

use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::{Error, Result};

const BOLD_RED: &str = "\u{1b}[1;31m";
const YELLOW: &str = "\u{1b}[33m";
const RESET: &str = "\u{1b}[0m";

/// An error, on standard error.
pub(super) fn error(error: &Error) {
    anstream::eprintln!("{BOLD_RED}error{RESET}: {error}");
}

/// Something to know, on standard error.
pub(super) fn warning(text: &str) {
    anstream::eprintln!("{YELLOW}warning{RESET}: {text}");
}

/// A result, on standard output. A reader that has seen enough is no error.
pub(super) fn result(text: &str) -> Result<()> {
    match anstream::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::file("standard output cannot be written to").because(error))
        }
        _ => Ok(()),
    }
}

/// A result as JSON, indented.
pub(super) fn json(value: &impl serde::Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::file("no JSON").because(error))?;
    result(&(text + "\n"))
}

/// `1 table`, `2 tables`
pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// A line at the bottom of the terminal that says what is being done; nothing where nobody looks.
pub(super) fn progress(visible: bool) -> ProgressBar {
    if !visible || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
