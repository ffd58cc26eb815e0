//! SQL that does the same and keeps nobody waiting: the plan that `new` would make.

use super::{File, Found};
use crate::diff::diff;
use crate::plan::{Allow, Options, plan};

pub(super) fn add(file: &File<'_>, found: &mut [Found]) {
    let has_another = |found: &&mut Found| {
        found.rewrite.is_none() && matches!(&*found.rule, "scan-under-lock" | "rewrite-table")
    };
    for found in found.iter_mut().filter(has_another) {
        let Some(at) = found.at.filter(|at| file.ran[*at].renamed.is_empty()) else { continue };
        let (before, after) = (file.before_statement(at), &file.ran[at].after);
        let options = Options { allow: Allow::new(["all".to_owned()]), ..Options::default() };
        let safe = plan(before, after, &diff(before, after), &options);
        let is_another = safe.files.len() > 1 || safe.steps().any(|step| !step.in_transaction);
        if safe.refusals.is_empty() && is_another {
            found.rewrite = Some(safe.script());
        }
    }
}
