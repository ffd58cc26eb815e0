//! Statements that could not be run. One that needs what this machine does not have, or rows that are elsewhere, was
//! not measured; any other fails everywhere.

use super::{File, Found};
use crate::Error;
use crate::report::Source;

/// The finding of a statement that fails everywhere; none of one that was not measured.
pub(super) fn failed(file: &File<'_>, at: usize, error: &Error) -> Option<Found> {
    // What is not installed, not supported here, or needs more rights than a replay has.
    const OF_THIS_MACHINE: [&str; 5] = ["58P01", "0A000", "42501", "XX000", "53100"];
    // A row that is not there: what raises an exception by itself, misses a row, NULL for its value, a foreign key.
    const OF_THE_ROWS: [&str; 6] = ["P0001", "P0002", "P0004", "23502", "23503", "22004"];
    let not_here = |error: &Error| {
        // One that is refused before it runs has no code.
        let Some(code) = error.sqlstate() else { return true };
        OF_THIS_MACHINE.contains(&code)
            || OF_THE_ROWS.contains(&code)
            || (code == "42704" && reason(error).starts_with("tablespace "))
    };
    let earlier = file.ran[..at].iter().any(|ran| ran.failed.as_ref().is_some_and(not_here));
    if not_here(error) || earlier {
        return None;
    }
    // It is one of the few that fail although each statement is right by itself.
    if error.sqlstate() == Some("55P04") {
        let message =
            "it uses a value that the same transaction has added to an enum, which Postgres refuses";
        let new = Found::new("uses-new-enum-value", Some(at), "", message, Source::Measured);
        return Some(Found { object: None, ..new });
    }
    let in_transaction = !file.migration.header.no_transaction;
    let rule = match error.sqlstate().unwrap_or_default() {
        "25001" if in_transaction => "not-in-a-transaction",
        "2D000" if in_transaction => "transaction-control",
        _ => "fails",
    };
    let message = format!("it fails: {}", reason(error));
    Some(Found { object: None, ..Found::new(rule, Some(at), "", message, Source::Measured) })
}

/// Why a statement failed, in a line: what the server says, without its hint.
pub(super) fn reason(error: &Error) -> String {
    let causes = error.causes();
    let of_server = causes.iter().find_map(|cause| cause.trim().strip_prefix("the server says: "));
    let last = || causes.last().map_or(error.message(), String::as_str).trim();
    of_server.unwrap_or_else(last).lines().next().unwrap_or_default().to_owned()
}
