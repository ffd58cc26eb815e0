//! `explain RULE`

use super::{Answer, say};
use crate::lint::{RULES, find, nearest, not_needed};
use crate::{Error, Result};

#[derive(clap::Args)]
pub(super) struct Verb {
    /// The rule, or the name that another tool has for it; without one, all rules are listed
    rule: Option<String>,
}

pub(super) fn run(verb: &Verb) -> Result<Answer> {
    let Some(name) = &verb.rule else {
        let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
        let line = |rule: &crate::lint::Rule| format!("{:width$}  {}\n", rule.name, rule.meaning());
        say::result(&RULES.iter().map(line).collect::<String>())?;
        return Ok(Answer::Yes);
    };
    // As it stands in an output: `drop-column:images.size`.
    let rule = name.split(':').next().unwrap_or_default();
    match find(rule) {
        Some(rule) => {
            say::result(rule.page)?;
            Ok(Answer::Yes)
        }
        None if not_needed(rule).is_some() => {
            say::result(&format!("{rule}: no rule here, since {}.\n", not_needed(rule).unwrap_or_default()))?;
            Ok(Answer::Yes)
        }
        None => Err(Error::usage(format!("there is no rule `{rule}`")).help(match nearest(rule) {
            Some(near) => format!("did you mean `{}`?", near.name),
            None => "`explain` without a name lists them".to_owned(),
        })),
    }
}
