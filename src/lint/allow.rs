//! What is acknowledged: `--allow RULE:object`, `-- feedstock: allow RULE:object (reason)`, and the hazards that `new`
//! wrote at the top of a file.

use super::{Settings, find, nearest};
use crate::migration::Migration;
use crate::plan::Allow;
use crate::report::{Acknowledged, Finding, Place, Severity, Source};
use crate::{Error, Result};

/// The acknowledgements of a command line, under the names that we have for the rules.
///
/// # Errors
/// One that is not `all` and names no rule, with the rule that was probably meant.
pub fn allow(given: impl IntoIterator<Item = String>) -> Result<Allow> {
    let given: Result<Vec<String>> = given.into_iter().map(|allow| canonical(&allow)).collect();
    given.map(Allow::new)
}

fn canonical(allow: &str) -> Result<String> {
    if allow == "all" {
        return Ok(allow.to_owned());
    }
    let (rule, object) = allow.split_once(':').map_or((allow, None), |(rule, object)| (rule, Some(object)));
    let Some(known) = find(rule) else {
        return Err(Error::usage(format!("--allow {allow}: there is no rule `{rule}`")).help(meant(rule)));
    };
    match object {
        Some(object) => Ok(format!("{}:{object}", known.name)),
        None => Err(Error::usage(format!("--allow {allow}: the object is missing"))
            .help(format!("write it as the refusal does: --allow {rule}:object"))),
    }
}

fn meant(rule: &str) -> String {
    match nearest(rule) {
        Some(near) => format!("did you mean `{}`?", near.name),
        None => "write it as the refusal does: --allow RULE:object".to_owned(),
    }
}

/// Marks the findings that are acknowledged.
pub(super) fn acknowledge(migration: &Migration, on_command_line: &Allow, findings: &mut [Finding]) {
    let told = hazards_of_header(migration);
    for finding in findings {
        let object = finding.object.clone().unwrap_or_default();
        let allows = migration.header.allows.iter();
        let in_file = allows
            .filter(|allow| {
                find(&allow.rule).is_some_and(|rule| rule.name == finding.rule) && allow.object == object
            })
            .map(|allow| Acknowledged { in_file: true, reason: allow.reason.clone() })
            .next();
        let reason = || Some("`new` said it at the top of the file".to_owned());
        let key = finding.key();
        let written = told.contains(&key.as_str()).then(|| Acknowledged { in_file: true, reason: reason() });
        let given = on_command_line
            .covers(&finding.rule, &object)
            .then_some(Acknowledged { in_file: false, reason: None });
        finding.acknowledged = in_file.or(written).or(given);
    }
}

/// The hazards that `new` wrote at the top of a file that it proved: `drop-column:images.size`.
fn hazards_of_header(migration: &Migration) -> Vec<&str> {
    if !migration.is_proven() {
        return Vec::new();
    }
    let notes = migration.header.notes.iter();
    notes.filter_map(|note| note.strip_prefix("hazard ")?.split(": ").next()).collect()
}

/// What is wrong with the directives of a file.
pub(super) fn wrong(migration: &Migration, findings: &[Finding], settings: &Settings<'_>) -> Vec<Finding> {
    // What `new` writes it also checks.
    if migration.is_proven() {
        return Vec::new();
    }
    let mut wrong = Vec::new();
    let mut say = |rule: &'static str, object: String, message: String, help: Option<String>| {
        let own = find(rule).and_then(|rule| rule.severity);
        let severity: Option<Severity> = (settings.severity)(rule, &migration.file).unwrap_or(own);
        let Some(severity) = severity else { return };
        let mut finding = Finding::new(rule, severity, message, Source::Text);
        finding.place = Some(Place::of_file(&migration.file));
        finding.object = Some(object);
        finding.help = help.or_else(|| find(rule).map(|rule| rule.help().to_owned()));
        wrong.push(finding);
    };
    for allow in &migration.header.allows {
        let written = format!("{}:{}", allow.rule, allow.object);
        let Some(rule) = find(&allow.rule) else {
            let message = format!("`feedstock: allow {written}`: there is no rule `{}`", allow.rule);
            say("unknown-rule", written, message, Some(meant(&allow.rule)));
            continue;
        };
        let is_used =
            findings.iter().any(|finding| finding.key() == format!("{}:{}", rule.name, allow.object));
        if !is_used {
            let message = format!("`feedstock: allow {written}` allows what no statement of the file does");
            say("unused-allow", written, message, None);
        } else if allow.reason.is_none() {
            let message = format!("`feedstock: allow {written}` does not say why");
            say("allow-without-reason", written, message, None);
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_rule_that_exists_is_acknowledged() {
        let allow = |text: &str| allow([text.to_owned()]).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(allow("all"), Ok(()));
        assert_eq!(allow("drop-column:images.size"), Ok(()));
        assert_eq!(canonical("ban-drop-column:images.size").unwrap(), "drop-column:images.size");
        for (text, says) in [
            ("drop-colum:images.size", "did you mean `drop-column`?"),
            ("drop-column", "--allow drop-column:object"),
            ("images.size", "--allow RULE:object"),
        ] {
            let error = allow(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
