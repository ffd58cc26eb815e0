//! The rules of hazards: `drop-column` in `--allow drop-column:image_generations.size`. A new rule is one entry here.

/// A kind of hazard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name, which names the problem.
    pub name: &'static str,
    /// What it says about a statement.
    pub meaning: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

const fn rule(name: &'static str, meaning: &'static str, help: &'static str) -> Rule {
    Rule { name, meaning, help }
}

/// All rules, by name.
pub const RULES: &[Rule] = &[
    rule(
        "add-check",
        "A check is added, or validated, for rows that exist.",
        "Look for rows that break it before; correct them in an earlier migration.",
    ),
    rule(
        "add-foreign-key",
        "A foreign key is added, or validated, for rows that exist.",
        "Look for rows that refer to nothing; delete them, or set the column to NULL, in an earlier migration.",
    ),
    rule(
        "add-policy",
        "A restrictive policy hides rows that could be seen before.",
        "Try the program's queries with the role that it runs as.",
    ),
    rule(
        "add-unique",
        "A unique index or key is built over rows that exist.",
        "Look for duplicates with GROUP BY and HAVING before.",
    ),
    rule(
        "attach-partition",
        "ATTACH PARTITION reads rows to see that they are within the bounds.",
        "Look for rows outside of the bounds, and for rows of the default partition within them.",
    ),
    rule(
        "block-reads",
        "A table cannot be read while work on another one goes on in the same transaction.",
        "Do that work in a file of its own.",
    ),
    rule(
        "block-writes",
        "A table cannot be written while work on another one goes on in the same transaction.",
        "Do that work in a file of its own.",
    ),
    rule(
        "change-collation",
        "The values of a column are compared and sorted otherwise.",
        "Look at queries that rely on the order, and at ranges that are read page by page.",
    ),
    rule(
        "change-type",
        "A program that expects the column's old type may fail.",
        "Deploy a program that reads both types before.",
    ),
    rule(
        "changed-function",
        "A function gives another result, while indexes, checks or generated columns keep old ones.",
        "Rebuild what was computed with it.",
    ),
    rule(
        "changed-policy",
        "A policy allows other rows than before.",
        "Try the program's queries with the role that it runs as.",
    ),
    rule(
        "detach-partition",
        "A partition's rows are no longer rows of the partitioned table.",
        "Look at the queries that read them through the partitioned table.",
    ),
    rule(
        "drop-attribute",
        "An attribute of a composite type is dropped; the values in columns of the type are lost.",
        "Copy the values elsewhere before, if they are still needed.",
    ),
    rule(
        "drop-column",
        "A column and its values are dropped.",
        "Deploy a program that does not read it before; if it was renamed, say renamed_from.",
    ),
    rule(
        "drop-enum-value",
        "A value of an enum is dropped; rows that have it make the change fail.",
        "Change such rows before; if it was renamed, say renamed_from.",
    ),
    rule(
        "drop-foreign-table",
        "A foreign table is dropped. The rows stay where they are.",
        "Deploy a program that does not read it before.",
    ),
    rule("drop-function", "A function is dropped.", "Deploy a program that does not call it before."),
    rule(
        "drop-index",
        "An index is dropped, and no other one begins with its columns.",
        "Look at pg_stat_user_indexes: is it still used?",
    ),
    rule(
        "drop-policy",
        "A policy is dropped.",
        "Try the program's queries with the role that it runs as: other rows are visible.",
    ),
    rule(
        "drop-publication",
        "A publication is dropped, or publishes something no longer.",
        "Look at the subscriptions to it before.",
    ),
    rule("drop-sequence", "A sequence is dropped.", "Deploy a program that does not use it before."),
    rule(
        "drop-soft-delete",
        "A table's soft delete is dropped: its deleted rows are live rows from here on.",
        "Delete them in an earlier migration.",
    ),
    rule(
        "drop-table",
        "A table and its rows are dropped.",
        "Deploy a program that does not use it before; if it was renamed, say renamed_from.",
    ),
    rule("drop-type", "A type is dropped.", "Deploy a program that does not name it before."),
    rule(
        "drop-unique",
        "Nothing keeps the columns unique from here on, and ON CONFLICT of them fails.",
        "Look for ON CONFLICT in the program.",
    ),
    rule("drop-view", "A view is dropped.", "Deploy a program that does not read it before."),
    rule(
        "fails",
        "The statement failed when it was tried on the scratch server.",
        "Read what the server said; the plan cannot be carried out as it stands.",
    ),
    rule(
        "fires-trigger",
        "A trigger fires for every row that gets a value.",
        "See what it does for so many rows; a trigger that keeps a row as it is makes the statement fail.",
    ),
    rule(
        "identity-restarts",
        "The identity of a table that is created anew begins at its start.",
        "Set its sequence with setval after the change.",
    ),
    rule(
        "long-validation",
        "All rows are read; nobody waits for it.",
        "Nothing, but it may take long: do not put it into a deployment that is waited for.",
    ),
    rule(
        "narrow-sequence",
        "A sequence's bounds become narrower than its last value may allow.",
        "Compare with last_value before.",
    ),
    rule(
        "narrow-type",
        "Values may not fit the new type, or may be changed by it.",
        "Look for values that do not fit before; say the conversion with --using.",
    ),
    rule(
        "needs-fill",
        "A new NOT NULL column has no value for rows that exist.",
        "Say it with --fill, or give the column a default.",
    ),
    rule(
        "needs-using",
        "Postgres has no conversion from a column's old type to the new one.",
        "Say it with --using.",
    ),
    rule(
        "no-inherit",
        "A child's rows are no longer rows of the parent.",
        "Look at the queries that read them through the parent.",
    ),
    rule(
        "no-online-way",
        "Postgres can build or check this only under a lock that keeps others waiting.",
        "Apply it when the table is little used, with a lock_timeout.",
    ),
    rule(
        "null-default",
        "The rows get their default in batches, which fails if it is NULL for one.",
        "Give a default that is never NULL, or say --offline-ok.",
    ),
    rule(
        "rebuild-view",
        "A materialized view cannot be read until its query has filled it again.",
        "Apply it when the view is little used.",
    ),
    rule(
        "remains-own",
        "Columns that a table had before it inherits stay when the parent loses them.",
        "Drop them by hand when the parent's are dropped.",
    ),
    rule(
        "rename-column",
        "A program that uses the column's old name fails.",
        "Deploy the program together with the change, or add a new column and fill it.",
    ),
    rule(
        "rename-enum-value",
        "A program that uses the old label fails.",
        "Deploy the program together with the change.",
    ),
    rule(
        "rename-table",
        "A program that uses the table's old name fails.",
        "Deploy the program together with the change, or leave a view of the old name.",
    ),
    rule(
        "required-column",
        "A program that does not write the column fails.",
        "Deploy a program that writes it before.",
    ),
    rule("revoke", "A role loses a privilege.", "Look for programs that run as that role."),
    rule(
        "rewrite-table",
        "The whole table is rewritten while nobody can read or write it.",
        "Add a new column, fill it in batches, and drop the old one later.",
    ),
    rule(
        "row-security",
        "Row level security begins, ends, or hides rows from the statement itself.",
        "Try the program's queries with the role that it runs as.",
    ),
    rule(
        "scan-under-lock",
        "The whole table is read while others wait for it.",
        "Build indexes concurrently; add constraints NOT VALID and validate them in a later file.",
    ),
    rule(
        "secret-option",
        "An option of a user mapping or server may hold a secret: its value is not read, and a placeholder is written.",
        "Set it once the migration is applied: ALTER USER MAPPING FOR … SERVER … OPTIONS (SET option 'value').",
    ),
    rule(
        "set-not-null",
        "Rows that have NULL make the change fail.",
        "Say their value with --fill, or look for such rows before.",
    ),
    rule(
        "skips-rule",
        "A rule of the table is off while rows get a value.",
        "See what the rule would have done for these rows.",
    ),
    rule(
        "unindexed-foreign-key",
        "No index begins with the columns of a foreign key: every delete of a referenced row scans the table.",
        "Add an index on these columns.",
    ),
    rule(
        "unlogged",
        "A crash empties the table, and standbys do not have it.",
        "Use it only for data that can be made again.",
    ),
    rule(
        "unsafe-cast",
        "Values are converted by way of their text.",
        "Look for values that do not convert; say the conversion with --using.",
    ),
];

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    let at = RULES.binary_search_by(|rule| rule.name.cmp(name)).ok()?;
    Some(&RULES[at])
}

/// The rule whose name is the most like this one, if any is.
pub fn nearest(name: &str) -> Option<&'static Rule> {
    let likeness = |rule: &Rule| strsim::jaro_winkler(name, rule.name);
    let best = RULES.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.8).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_whole() {
        assert!(RULES.is_sorted_by(|a, b| a.name < b.name), "by name, each once");
        for Rule { name, meaning, help } in RULES {
            assert_eq!(find(name).map(|rule| rule.name), Some(*name));
            assert!(meaning.ends_with('.') && help.ends_with(['.', '?']), "{name}");
        }
    }

    #[test]
    fn a_mistyped_rule_has_a_nearest_one() {
        assert_eq!(nearest("drop-colum").map(|rule| rule.name), Some("drop-column"));
        assert_eq!(nearest("narow-type").map(|rule| rule.name), Some("narrow-type"));
        assert_eq!(nearest("xyzzy"), None);
    }
}
