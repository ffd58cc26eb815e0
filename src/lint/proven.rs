//! Files that `new` wrote and proved, as long as their statements are those. Its plan has said what they change, and
//! the models what they add; what is left to judge are their locks.

use super::Found;
use crate::migration::Migration;
use crate::report::Source;

/// The rules of what is measured that a plan says by itself.
const OF_PLANS: [&str; 6] =
    ["block-reads", "block-writes", "fails", "rebuild-view", "rewrite-table", "scan-under-lock"];

/// Leaves what a plan says of its locks, and adds the hazards at the top of the file.
pub(super) fn complete(migration: &Migration, found: &mut Vec<Found>) {
    let told: Vec<(&str, &str, &str)> = hazards(migration).collect();
    // Where a plan says that there is no other way, it does not say what the one way does.
    let has_no_other_way = |object: Option<&str>| {
        told.iter().any(|(rule, of, _)| *rule == "no-online-way" && Some(*of) == object)
    };
    found.retain(|found| {
        OF_PLANS.contains(&&*found.rule)
            && !(found.rule == "scan-under-lock" && has_no_other_way(found.object.as_deref()))
    });
    for (rule, object, message) in told {
        if !found.iter().any(|found| found.rule == rule && found.object.as_deref() == Some(object)) {
            found.push(Found::new(rule.to_owned(), None, object, message, Source::History));
        }
    }
}

/// The hazards that the file tells: the rule, the object, what may happen.
pub(super) fn hazards(migration: &Migration) -> impl Iterator<Item = (&str, &str, &str)> {
    migration.header.notes.iter().filter_map(|note| {
        let (rule, rest) = note.strip_prefix("hazard ")?.split_once(':')?;
        let (object, message) = rest.split_once(": ")?;
        Some((rule, object, message))
    })
}
