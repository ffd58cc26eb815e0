//! What is seen in the text of a file alone, since it cannot be seen in what was run.

use super::{File, Found};
use crate::Error;
use crate::report::{Finding, Source};
use crate::sql::{self, long_names};

pub(super) fn findings(file: &File<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, statement) in file.statements.iter().enumerate() {
        for name in long_names(statement.text) {
            let message = format!("it is {} bytes long, and Postgres keeps the first 63", name.len());
            found.push(Found::new("truncated-name", Some(at), name, message, Source::Text));
        }
    }
    found
}

/// What is wrong with files that cannot be read as migrations. `text_of` reads a file.
pub fn wrong_files(error: &Error, text_of: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let mut findings = Finding::of_error("wrong-file", error);
    for finding in &mut findings {
        let Some(place) = &finding.place else { continue };
        let Some(text) = text_of(&place.file) else { continue };
        let (statements, _) = sql::scan(&place.file, &text);
        let at = place.start.map(|start| (start.line, start.column));
        if let Some(statement) = statements.iter().find(|it| Some((it.line, it.column)) == at) {
            let words = sql::words(&statement.text.replace(['(', ')', ','], " "));
            if statement.transaction_control().is_some() {
                finding.rule = "transaction-control".into();
            } else if is_full(&words) {
                finding.rule = "rewrite-table".into();
                finding.message = format!(
                    "nobody can read or write the table while all of it is written anew; {}",
                    finding.message
                );
            } else if statement.outside_transaction().is_some() && !runs_outside(&text) {
                finding.rule = "not-in-a-transaction".into();
            }
        }
    }
    findings
}

/// `VACUUM FULL`, and `VACUUM (ANALYZE, FULL)` without its brackets.
fn is_full(words: &[String]) -> bool {
    words.first().is_some_and(|word| word == "VACUUM") && words.iter().any(|word| word == "FULL")
}

/// Does the file say that it runs without a transaction?
fn runs_outside(text: &str) -> bool {
    let comments = text.lines().map(|line| line.trim_start().trim_start_matches('-').trim());
    let mut directives = comments.filter_map(|comment| comment.strip_prefix("feedstock:"));
    directives.any(|directive| matches!(directive.trim(), "no-transaction" | "backfill"))
}
