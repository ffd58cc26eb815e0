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
            if statement.transaction_control().is_some() {
                finding.rule = "transaction-control".into();
            } else if statement.outside_transaction().is_some() {
                finding.rule = "not-in-a-transaction".into();
            }
        }
    }
    findings
}
