//! Plans and differences are decided by data, not by searching SQL text: the searches that are left are counted, each with
//! its reason.

use super::{File, files, no_complaints};

/// Where text is searched nevertheless, and why.
const ALLOWED: &[(&str, usize, &str)] = &[
    ("src/plan/files.rs", 2, "which statements use a new label of an enum: no catalog knows"),
    ("src/plan/options.rs", 3, "what was typed behind --allow"),
];

/// The methods that look for text within text.
const SEARCHES: &[&str] = &[
    "contains",
    "starts_with",
    "ends_with",
    "strip_prefix",
    "strip_suffix",
    "trim_start_matches",
    "trim_end_matches",
    "split_once",
    "rsplit_once",
    "find",
    "rfind",
    "split",
    "matches",
    "replace",
];

/// How an argument begins that is text.
const TEXTS: &[&str] = &["\"", "&\"", "'", "&format!", "&literal"];

#[test]
fn plans_do_not_search_sql() {
    let ours = |file: &&File| {
        file.is_source() && ["src/plan/", "src/diff/"].iter().any(|room| file.path.starts_with(room))
    };
    no_complaints(files().iter().filter(ours).flat_map(complaints).collect());
}

fn complaints(file: &File) -> Option<String> {
    let found = searches(&file.text);
    let allowed = ALLOWED.iter().find(|(path, ..)| *path == file.path).map_or(0, |(_, count, _)| *count);
    (found > allowed)
        .then(|| format!("{}: {found} searches of text, {allowed} are allowed: decide by data", file.path))
}

/// The searches of a file, unit tests left out.
fn searches(text: &str) -> usize {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    let calls = SEARCHES.iter().flat_map(|name| {
        let call = format!(".{name}(");
        code.match_indices(&call).map(|(at, call)| &code[at + call.len()..]).collect::<Vec<_>>()
    });
    calls.filter(|argument| TEXTS.iter().any(|text| argument.trim_start().starts_with(text))).count()
}

#[test]
fn a_search_is_seen() {
    for code in [
        r#"step.sql.contains(" VALIDATE ")"#,
        r#"sql.strip_prefix("CREATE ")"#,
        r#"key.split_once('=')"#,
        "sql.contains(&format!(\"a{b}\"))",
    ] {
        assert_eq!(searches(code), 1, "{code}");
    }
    for code in ["names.contains(&name)", "list.iter().find(|it| it.ok)", "#[cfg(test)] x.contains(\"a\")"] {
        assert_eq!(searches(code), 0, "{code}");
    }
}
