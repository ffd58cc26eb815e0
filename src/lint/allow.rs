//! What is acknowledged: `--allow RULE:object`, `-- feedstock: allow RULE:object (reason)`, and the hazards that `new`
//! wrote at the top of a file.

use std::collections::BTreeSet;

use super::proven::hazards;
use super::{Seen, Settings, find, nearest};
use crate::migration::{Allow as Directive, Migration};
use crate::plan::Allow;
use crate::report::{Acknowledged, Finding, Place, Position, Source};
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
pub(super) fn acknowledge(migration: &Migration, settings: &Settings<'_>, findings: &mut [Finding]) {
    let is_proven = migration.is_proven();
    let told: BTreeSet<String> = hazards(migration)
        .filter(|_| is_proven)
        .map(|(rule, object, _)| format!("{rule}:{object}"))
        .collect();
    for finding in findings {
        let object = finding.object.clone().unwrap_or_default();
        let mut allows = migration.header.allows.iter();
        let in_file = allows
            .find(|allow| covers(allow, finding))
            .map(|allow| Acknowledged { in_file: true, reason: allow.reason.clone() });
        let reason = || Some("`new` said it at the top of the file".to_owned());
        let key = finding.key();
        let written = told.contains(&key).then(|| Acknowledged { in_file: true, reason: reason() });
        let given = settings
            .options
            .allow
            .covers(&finding.rule, &object)
            .then_some(Acknowledged { in_file: false, reason: None });
        finding.acknowledged = in_file.or(written).or(given);
    }
}

/// Is this finding what a line of the file allows? Also under another tool's name for the rule, the rule of a project,
/// and with the schema `public` written out.
fn covers(allow: &Directive, finding: &Finding) -> bool {
    let rule = find(&allow.rule).map_or(allow.rule.as_str(), |rule| rule.name);
    let plain = |object: &str| object.strip_prefix("public.").unwrap_or(object).to_owned();
    rule == finding.rule && plain(&allow.object) == plain(finding.object.as_deref().unwrap_or_default())
}

/// What is wrong with the directives of a file.
pub(super) fn wrong(
    migration: &Migration,
    findings: &[Finding],
    settings: &Settings<'_>,
    all_ran: bool,
) -> Vec<Finding> {
    // What `new` writes it also checks.
    if migration.is_proven() {
        return Vec::new();
    }
    let severity_of = |rule: &str| {
        let own = find(rule).and_then(|rule| rule.severity);
        (settings.severity)(rule, &migration.file).unwrap_or(own)
    };
    let mut wrong = Vec::new();
    for allow in &migration.header.allows {
        let written = format!("{}:{}", allow.rule, allow.object);
        let place = place_of(migration, allow);
        let mut say = |rule: &'static str, message: String, help: Option<String>| {
            let Some(severity) = severity_of(rule) else { return };
            let mut finding = Finding::new(rule, severity, message, Source::Text);
            finding.place = Some(place.clone());
            finding.object = Some(written.clone());
            finding.help = help.or_else(|| find(rule).map(|rule| rule.help().to_owned()));
            wrong.push(finding);
        };
        let known = find(&allow.rule);
        if known.is_none() && !settings.own.iter().any(|own| own.name == allow.rule) {
            let message = format!("`feedstock: allow {written}`: there is no rule `{}`", allow.rule);
            say("unknown-rule", message, Some(meant(&allow.rule)));
            continue;
        }
        let is_used = findings.iter().any(|finding| covers(allow, finding));
        // A rule that is off, one that plans say, and a statement that was not run: nobody knows.
        let is_off = known.is_some_and(|rule| severity_of(rule.name).is_none());
        let is_of_plans = known.is_some_and(|rule| matches!(rule.seen, Seen::Plans));
        let is_known = !is_off && !is_of_plans && all_ran;
        if !is_used && is_known {
            let message = format!("`feedstock: allow {written}` allows what no statement of the file does");
            say("unused-allow", message, None);
        } else if is_used && allow.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
            let message = format!("`feedstock: allow {written}` does not say why");
            say("allow-without-reason", message, None);
        }
    }
    wrong
}

/// The line of a directive.
fn place_of(migration: &Migration, allow: &Directive) -> Place {
    let mut lines = (1..).zip(migration.sql.lines());
    let line = lines.find(|(_, line)| {
        let directive = line.trim_start().trim_start_matches('-').trim().strip_prefix("feedstock:");
        directive
            .is_some_and(|it| it.trim().strip_prefix("allow ").is_some_and(|what| is_of(what.trim(), allow)))
    });
    let Some((number, text)) = line else { return Place::of_file(&migration.file) };
    let column = text.chars().take_while(|char| char.is_whitespace()).count() + 1;
    let start = Some(Position { line: number, column });
    let end = Some(Position { line: number, column: text.trim_end().chars().count() + 1 });
    Place { file: migration.file.clone(), start, end }
}

fn is_of(what: &str, allow: &Directive) -> bool {
    Directive::parse(what).is_ok_and(|it| it == *allow)
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
