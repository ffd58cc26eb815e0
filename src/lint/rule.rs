//! The rules. A new one is a line here, its page in `rules/`, and its condition where [`Seen`] says.

use crate::report::Severity;

/// What a finding is about: `drop-column` in `--allow drop-column:image_generations.size`.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name, which names the problem.
    pub name: &'static str,
    /// How bad a finding is; `None` where the rule is off.
    pub severity: Option<Severity>,
    /// How it is seen.
    pub seen: Seen,
    /// The names that other tools have for it.
    pub aliases: &'static [&'static str],
    /// Its page: what is wrong, what to do, and SQL that shows both.
    pub page: &'static str,
}

/// Where the condition of a rule is.
#[derive(Debug, Clone, Copy)]
pub enum Seen {
    /// In a plan's own steps: it says what may fail on rows, or takes long.
    Plans,
    /// In what changes between two schemas: the hazards of `plan/`.
    Schemas,
    /// In what a statement did when it was run: `measured.rs`.
    Measured,
    /// In the catalogs before and after a file: a query.
    Catalog(&'static str),
    /// In the text of a file: `text.rs`.
    Text,
    /// In what the models declare: `models.rs`.
    Models,
}

macro_rules! rule {
    ($name:literal, $severity:ident, $seen:expr, $aliases:expr) => {
        Rule {
            name: $name,
            severity: severity!($severity),
            seen: $seen,
            aliases: &$aliases,
            page: include_str!(concat!("rules/", $name, ".md")),
        }
    };
}

macro_rules! severity {
    (Off) => {
        None
    };
    ($severity:ident) => {
        Some(Severity::$severity)
    };
}

/// All rules, by name.
pub const RULES: &[Rule] = &[
    rule!("add-check", Note, Seen::Plans, []),
    rule!("add-foreign-key", Note, Seen::Plans, []),
    rule!("add-policy", Warning, Seen::Schemas, []),
    rule!("add-trigger", Note, Seen::Schemas, []),
    rule!("add-unique", Note, Seen::Plans, []),
    rule!("allow-without-reason", Note, Seen::Text, []),
    rule!("attach-partition", Note, Seen::Plans, []),
    rule!("backfill-with-ddl", Error, Seen::Measured, ["backfill_with_ddl"]),
    rule!("block-reads", Warning, Seen::Measured, []),
    rule!("block-writes", Warning, Seen::Measured, []),
    rule!("change-all-rows", Error, Seen::Measured, ["execute", "update_without_batches"]),
    rule!("change-collation", Warning, Seen::Schemas, []),
    rule!("change-default", Note, Seen::Schemas, ["change_column_default"]),
    rule!("change-type", Warning, Seen::Schemas, ["changing-column-type", "change_column"]),
    rule!("changed-function", Warning, Seen::Schemas, []),
    rule!("changed-policy", Warning, Seen::Schemas, []),
    rule!("char-column", Note, Seen::Catalog(include_str!("rules/char-column.sql")), ["ban-char-field"]),
    rule!("covered-index", Note, Seen::Catalog(include_str!("rules/covered-index.sql")), []),
    rule!("detach-partition", Warning, Seen::Schemas, ["require-concurrent-partition-detach"]),
    rule!("drop-attribute", Error, Seen::Schemas, []),
    rule!("drop-column", Error, Seen::Schemas, ["ban-drop-column", "remove_column"]),
    rule!("drop-constraint", Note, Seen::Schemas, []),
    rule!("drop-default", Warning, Seen::Schemas, []),
    rule!("drop-enum-value", Error, Seen::Schemas, []),
    rule!("drop-extension", Error, Seen::Schemas, []),
    rule!("drop-foreign-key", Warning, Seen::Schemas, []),
    rule!("drop-foreign-table", Warning, Seen::Schemas, []),
    rule!("drop-function", Warning, Seen::Schemas, []),
    rule!("drop-index", Note, Seen::Schemas, []),
    rule!(
        "drop-index-under-lock",
        Error,
        Seen::Measured,
        ["require-concurrent-index-deletion", "remove_index"]
    ),
    rule!("drop-not-null", Note, Seen::Schemas, ["ban-drop-not-null"]),
    rule!("drop-policy", Warning, Seen::Schemas, []),
    rule!("drop-publication", Warning, Seen::Schemas, []),
    rule!("drop-schema", Error, Seen::Schemas, []),
    rule!("drop-sequence", Warning, Seen::Schemas, []),
    rule!("drop-soft-delete", Error, Seen::Schemas, []),
    rule!("drop-table", Error, Seen::Schemas, ["ban-drop-table"]),
    rule!("drop-trigger", Warning, Seen::Schemas, []),
    rule!("drop-type", Warning, Seen::Schemas, []),
    rule!("drop-unique", Warning, Seen::Schemas, []),
    rule!("drop-view", Warning, Seen::Schemas, []),
    rule!("duplicate-index", Warning, Seen::Catalog(include_str!("rules/duplicate-index.sql")), []),
    rule!("fails", Error, Seen::Measured, []),
    rule!("fires-trigger", Note, Seen::Plans, []),
    rule!("foreign-key-type", Warning, Seen::Catalog(include_str!("rules/foreign-key-type.sql")), []),
    rule!("grant-to-public", Warning, Seen::Catalog(include_str!("rules/grant-to-public.sql")), []),
    rule!("identity-restarts", Note, Seen::Plans, []),
    rule!(
        "integer-key",
        Warning,
        Seen::Catalog(include_str!("rules/integer-key.sql")),
        ["prefer-big-int", "prefer-bigint-over-int", "prefer-bigint-over-smallint"]
    ),
    rule!("json-column", Note, Seen::Catalog(include_str!("rules/json-column.sql")), ["add_column_json"]),
    rule!("long-validation", Note, Seen::Plans, []),
    rule!("money-column", Note, Seen::Catalog(include_str!("rules/money-column.sql")), []),
    rule!("name-style", Off, Seen::Catalog(include_str!("rules/name-style.sql")), []),
    rule!("narrow-sequence", Warning, Seen::Schemas, []),
    rule!("narrow-type", Error, Seen::Schemas, []),
    rule!("needs-fill", Note, Seen::Plans, []),
    rule!("needs-using", Note, Seen::Plans, []),
    rule!("no-inherit", Warning, Seen::Schemas, []),
    rule!("no-online-way", Error, Seen::Measured, ["add_exclusion_constraint"]),
    rule!("no-replica-identity", Warning, Seen::Catalog(include_str!("rules/no-replica-identity.sql")), []),
    rule!("not-in-a-transaction", Error, Seen::Text, ["ban-concurrent-index-creation-in-transaction"]),
    rule!("null-default", Note, Seen::Plans, []),
    rule!(
        "policies-without-row-security",
        Warning,
        Seen::Catalog(include_str!("rules/policies-without-row-security.sql")),
        []
    ),
    rule!("rebuild-view", Warning, Seen::Schemas, []),
    rule!("remains-own", Note, Seen::Plans, []),
    rule!("rename-column", Error, Seen::Measured, ["renaming-column", "rename_column"]),
    rule!("rename-enum-value", Error, Seen::Measured, []),
    rule!("rename-object", Error, Seen::Measured, ["rename_schema"]),
    rule!("rename-table", Error, Seen::Measured, ["renaming-table", "rename_table"]),
    rule!("required-column", Error, Seen::Schemas, ["adding-required-field"]),
    rule!("revoke", Warning, Seen::Schemas, []),
    rule!(
        "rewrite-table",
        Error,
        Seen::Measured,
        [
            "adding-field-with-default",
            "adding-serial-primary-key-field",
            "add_column_default",
            "add_column_default_callable",
            "add_column_auto_incrementing",
            "add_column_generated_stored"
        ]
    ),
    rule!("row-security", Warning, Seen::Schemas, []),
    rule!(
        "row-security-without-policy",
        Note,
        Seen::Catalog(include_str!("rules/row-security-without-policy.sql")),
        []
    ),
    rule!(
        "scan-under-lock",
        Error,
        Seen::Measured,
        [
            "require-concurrent-index-creation",
            "constraint-missing-not-valid",
            "adding-foreign-key-constraint",
            "disallowed-unique-constraint",
            "ban-alter-domain-with-add-constraint",
            "require-concurrent-partition-attach",
            "adding-not-nullable-field",
            "add_index",
            "add_reference",
            "add_foreign_key",
            "add_check_constraint",
            "add_unique_constraint",
            "change_column_null",
            "validate_foreign_key",
            "validate_check_constraint",
            "validate_constraint"
        ]
    ),
    rule!("secret-option", Note, Seen::Plans, []),
    rule!(
        "security-definer-search-path",
        Warning,
        Seen::Catalog(include_str!("rules/security-definer-search-path.sql")),
        []
    ),
    rule!("serial-column", Note, Seen::Catalog(include_str!("rules/serial-column.sql")), ["prefer-identity"]),
    rule!("set-not-null", Note, Seen::Plans, []),
    rule!("skips-rule", Note, Seen::Plans, []),
    rule!("strong-lock", Warning, Seen::Measured, ["lock_table"]),
    rule!("table-without-key", Warning, Seen::Catalog(include_str!("rules/table-without-key.sql")), []),
    rule!(
        "timestamp-column",
        Off,
        Seen::Catalog(include_str!("rules/timestamp-column.sql")),
        ["prefer-timestamptz"]
    ),
    rule!("timetz-column", Note, Seen::Catalog(include_str!("rules/timetz-column.sql")), []),
    rule!("transaction-control", Error, Seen::Text, ["transaction-nesting", "ban-uncommitted-transaction"]),
    rule!("truncate-table", Error, Seen::Measured, ["ban-truncate-cascade"]),
    rule!("truncated-name", Warning, Seen::Text, ["identifier-too-long"]),
    rule!(
        "unindexed-foreign-key",
        Warning,
        Seen::Catalog(include_str!("rules/unindexed-foreign-key.sql")),
        []
    ),
    rule!("unique-of-deleted-rows", Warning, Seen::Models, []),
    rule!("unknown-rule", Error, Seen::Text, []),
    rule!("unlogged", Warning, Seen::Schemas, []),
    rule!("unsafe-cast", Warning, Seen::Plans, []),
    rule!("unused-allow", Warning, Seen::Text, []),
    rule!("uses-new-enum-value", Error, Seen::Measured, []),
    rule!("wrong-file", Error, Seen::Text, []),
    rule!("wrong-history", Error, Seen::Text, []),
];

/// The rule of a name, or of one that another tool has for it.
pub fn find(name: &str) -> Option<&'static Rule> {
    let known = RULES.binary_search_by(|rule| rule.name.cmp(name)).ok().map(|at| &RULES[at]);
    known.or_else(|| RULES.iter().find(|rule| rule.aliases.contains(&name)))
}

/// The names of rules of other tools for which there is none here, and why.
const NOT_NEEDED: &[(&[&str], &str)] = &[
    (
        &["prefer-robust-stmts", "robust_statements"],
        "a file is one transaction here, and one that runs without is taken up where it stopped, so that IF NOT EXISTS \
         is not needed",
    ),
    (
        &["require-timeout-settings", "require-lock-timeout", "lock_timeout"],
        "`apply` sets lock_timeout by itself, and tries again",
    ),
    (
        &["prefer-text-field"],
        "text and varchar(n) cost the same, and the length of varchar(n) grows without a rewrite (Postgres 9.2)",
    ),
    (
        &["ban-create-domain-with-constraint"],
        "what a check of a domain reads later is measured: scan-under-lock",
    ),
    (&["ban-drop-database"], "no migration is run that changes other databases: it is no part of a history"),
    (&["add_index_columns"], "an index of many columns keeps nobody waiting"),
];

/// Why there is no rule of this name, which another tool has.
pub fn not_needed(name: &str) -> Option<&'static str> {
    NOT_NEEDED.iter().find(|(names, _)| names.contains(&name)).map(|(_, why)| *why)
}

/// The rule whose name is the most like this one, if any is.
pub fn nearest(name: &str) -> Option<&'static Rule> {
    let names = RULES.iter().flat_map(|rule| {
        [rule.name].into_iter().chain(rule.aliases.iter().copied()).map(move |name| (name, rule))
    });
    let likeness = |known: &str| strsim::jaro_winkler(name, known);
    let (known, best) = names.max_by(|(a, _), (b, _)| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(known) > 0.8).then_some(best)
}

impl Rule {
    /// What is wrong, in a sentence: the first paragraph of its page.
    pub fn meaning(&self) -> &'static str {
        self.page.split("\n\n").nth(1).unwrap_or_default().trim()
    }

    /// What to do about it: the paragraph of its page that begins with `Instead:`.
    pub fn help(&self) -> &'static str {
        let mut paragraphs = self.page.split("\n\n");
        paragraphs.find_map(|paragraph| paragraph.strip_prefix("Instead: ")).unwrap_or_default().trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_each_rule_has_a_page() {
        assert!(RULES.is_sorted_by(|a, b| a.name < b.name), "by name, each once");
        for rule in RULES {
            let name = rule.name;
            assert_eq!(find(name).map(|rule| rule.name), Some(name));
            assert!(
                rule.page.starts_with(&format!("# {name}\n\n")),
                "{name}: the page has its name as its title"
            );
            assert!(rule.meaning().ends_with('.') && rule.help().ends_with(['.', '?']), "{name}");
        }
    }

    /// See `part.sql`: without the schema it is a view in place of the catalog.
    #[test]
    fn a_catalog_is_named_with_its_schema() {
        for rule in RULES {
            let Seen::Catalog(sql) = rule.seen else { continue };
            assert!(!sql.replace("'pg_catalog.pg_", "").contains("'pg_"), "{}", rule.name);
        }
    }

    #[test]
    fn an_alias_belongs_to_one_rule() {
        let mut aliases: Vec<&str> = RULES.iter().flat_map(|rule| rule.aliases).copied().collect();
        aliases.sort_unstable();
        let all = aliases.len();
        aliases.dedup();
        assert_eq!(aliases.len(), all);
        assert!(aliases.iter().all(|alias| RULES.iter().all(|rule| rule.name != *alias)));
    }

    #[test]
    fn a_mistyped_rule_has_a_nearest_one() {
        assert_eq!(nearest("drop-colum").map(|rule| rule.name), Some("drop-column"));
        assert_eq!(nearest("narow-type").map(|rule| rule.name), Some("narrow-type"));
        assert_eq!(find("ban-drop-column").map(|rule| rule.name), Some("drop-column"));
        assert_eq!(nearest("xyzzy").map(|rule| rule.name), None);
    }
}
