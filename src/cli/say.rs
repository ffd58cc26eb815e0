//! What people read: results go to standard output, everything else to standard error.

use std::ffi::OsString;
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::{Error, Result, connect};

const BOLD_RED: &str = "\u{1b}[1;31m";
const YELLOW: &str = "\u{1b}[33m";
const RESET: &str = "\u{1b}[0m";

/// Variables that hold connection strings, or a password.
const VARIABLES: [&str; 4] = ["DATABASE_URL", "FEEDSTOCK_SCRATCH_URL", "FEEDSTOCK_STATS_FROM", "PGPASSWORD"];

/// What a person typed, here or into a variable.
static TYPED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Takes note of what was typed, so that no message repeats a password of it.
pub(super) fn take_note_of(arguments: &[OsString]) {
    let arguments = arguments.iter().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    // The value alone is repeated too.
    let values = arguments.flat_map(|text| {
        let value = text.strip_prefix("--").and_then(|it| it.split_once('=')).map(|it| it.1.to_owned());
        [Some(text), value]
    });
    let variables = VARIABLES.iter().map(|name| std::env::var(name).ok());
    *TYPED.lock().unwrap_or_else(PoisonError::into_inner) = values.chain(variables).flatten().collect();
}

/// A text for people, without what was typed where `is_secret` says so.
fn masked(text: &str, is_secret: fn(&str) -> bool) -> String {
    let typed = TYPED.lock().unwrap_or_else(PoisonError::into_inner);
    connect::without_secrets(text, typed.iter().map(String::as_str).filter(|text| is_secret(text)))
}

/// A result without what was typed where a connection could stand.
pub(super) fn without_secrets(text: &str) -> String {
    masked(text, connect::may_be_a_connection)
}

/// What clap says: wrong usage, on standard error. It repeats what it does not know.
pub(super) fn usage(error: &clap::Error) {
    if error.use_stderr() {
        anstream::eprint!("{}", masked(&error.render().ansi().to_string(), connect::may_hold_a_password));
    } else {
        // A reader that has gone needs neither help nor version.
        let _ = error.print();
    }
}

/// An error, on standard error.
pub(super) fn error(error: &Error) {
    line(&format!("{BOLD_RED}error{RESET}: {error}"));
}

/// Something to know, on standard error.
pub(super) fn warning(text: &str) {
    line(&format!("{YELLOW}warning{RESET}: {text}"));
}

/// A line on standard error.
pub(super) fn line(text: &str) {
    anstream::eprintln!("{}", masked(text, connect::may_be_a_connection));
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

/// A value as JSON, indented.
pub(super) fn json(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::file("no JSON").because(error))?;
    Ok(text + "\n")
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
