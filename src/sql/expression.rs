//! What an expression gives: the same value for each row of a statement, or not.

use squawk_lexer::{TokenKind, tokenize};

use crate::ident::unquoted;

/// Functions of Postgres that give one value a statement, as defaults call them. One that is not here costs a
/// backfill that was not needed, and no more.
const STABLE: &[&str] = &[
    "abs",
    "array",
    "bit",
    "bpchar",
    "cardinality",
    "char",
    "character",
    "coalesce",
    "concat",
    "current_database",
    "current_setting",
    "current_timestamp",
    "date_part",
    "date_trunc",
    "decode",
    "encode",
    "extract",
    "format",
    "int4range",
    "int8range",
    "interval",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "length",
    "localtimestamp",
    "lower",
    "make_date",
    "make_interval",
    "make_timestamp",
    "make_timestamptz",
    "md5",
    "now",
    "nullif",
    "numeric",
    "numrange",
    "statement_timestamp",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "timezone",
    "to_char",
    "to_date",
    "to_timestamp",
    "transaction_timestamp",
    "tsrange",
    "tstzrange",
    "upper",
    "varbit",
    "varchar",
    "varying",
];

/// May the expression give each row another value? Then Postgres rewrites the table to add a column with it.
/// `is_stable` knows the functions that are not Postgres's own, by schema and name.
pub fn is_volatile(expression: &str, is_stable: impl Fn(&str) -> bool) -> bool {
    calls(expression).iter().any(|called| {
        let (path, name) = called.rsplit_once('.').unwrap_or(("", called));
        let builtin = path.is_empty() || path == "pg_catalog";
        !(builtin && STABLE.contains(&name) || is_stable(called))
    })
}

/// Functions that give each row another value, and never NULL.
const NEVER_NULL: &[&str] = &[
    "ceil",
    "clock_timestamp",
    "floor",
    "gen_random_uuid",
    "nextval",
    "random",
    "round",
    "trunc",
    "uuid_generate_v1",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
];

/// Does a volatile expression say itself that it may be NULL, or not? If neither, only its functions know.
pub fn may_be_null(expression: &str) -> Option<bool> {
    let words = words(expression);
    // Postgres says the `ELSE NULL` of a CASE without one.
    if words.iter().any(|word| matches!(word.to_lowercase().as_str(), "null" | "nullif")) {
        return Some(true);
    }
    let is_known = |called: &String| {
        let name = called.rsplit('.').next().unwrap_or(called);
        NEVER_NULL.contains(&name) || *called == name && STABLE.contains(&name)
    };
    // An array has nothing at some places.
    let has_place = words.windows(2).any(|pair| pair[0] == ")" && pair[1] == "[");
    (calls(expression).iter().all(is_known) && !has_place).then_some(false)
}

/// Is it one literal, perhaps with a sign and a cast? Whatever the row is, it gives the same.
pub fn is_literal(expression: &str) -> bool {
    let words = words(expression);
    let mut words = words.iter().map(String::as_str).peekable();
    let signed = words.next_if(|word| matches!(*word, "-" | "+")).is_some();
    let Some(first) = words.next() else { return false };
    let number = first.starts_with(|char: char| char.is_ascii_digit() || char == '.');
    let constant = first.starts_with('\'') || first.starts_with("E'") || matches!(first, "true" | "false");
    if !number && (signed || !constant) {
        return false;
    }
    // What follows may only be casts: colons, names, brackets with numbers in them.
    let rest: Vec<&str> = words.collect();
    rest.is_empty()
        || rest[0] == ":"
            && rest.iter().all(|word| {
                let digits = word.starts_with(|char: char| char.is_ascii_digit());
                is_name(word) || digits || matches!(*word, ":" | "." | "(" | ")" | "," | "[" | "]")
            })
            && !rest
                .iter()
                .any(|word| matches!(word.to_lowercase().as_str(), "and" | "or" | "is" | "collate"))
}

/// The texts of a check that allows a column only these: `CHECK ((a = ANY (ARRAY['x'::text, 'y'::text])))`. Nothing of
/// any other check.
pub fn allowed_texts(check: &str, column: &str) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    let mut equals = 0;
    for word in words(check) {
        match word.as_str() {
            "(" | ")" | "[" | "]" | "," | ":" => {}
            "=" => equals += 1,
            text if text.len() >= 2 && text.starts_with('\'') && text.ends_with('\'') => {
                texts.push(text[1..text.len() - 1].replace("''", "'"));
            }
            word if unquoted(word) == column => {}
            word => {
                let known = ["check", "any", "array", "text", "character", "varying"];
                known.contains(&word.to_lowercase().as_str()).then_some(())?;
            }
        }
    }
    (equals == 1 && !texts.is_empty()).then_some(texts)
}

/// Does an expression name a column of that name, or anything else?
pub fn names(expression: &str, name: &str) -> bool {
    words(expression).iter().any(|word| unquoted(word) == name)
}

/// The functions that are called, with the schemas that are said: `now`, `public.f`.
fn calls(expression: &str) -> Vec<String> {
    let words = words(expression);
    let mut calls = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if !is_name(word) || words.get(at + 1).map(String::as_str) != Some("(") || is_keyword(word) {
            continue;
        }
        let mut path = vec![unquoted(word)];
        let mut before = at;
        while before >= 2 && words[before - 1] == "." {
            before -= 2;
            path.insert(0, unquoted(&words[before]));
        }
        calls.push(path.join("."));
    }
    calls
}

fn is_name(word: &str) -> bool {
    word.starts_with(|char: char| char.is_alphabetic() || char == '"' || char == '_')
}

/// Words that a bracket may follow without a call.
fn is_keyword(word: &str) -> bool {
    ["and", "or", "not", "in", "any", "all", "then", "else", "when", "case", "between", "like", "is"]
        .contains(&word.to_lowercase().as_str())
}

fn words(expression: &str) -> Vec<String> {
    let mut from = 0;
    let mut words = Vec::new();
    for token in tokenize(expression) {
        let text = &expression[from..from + token.len as usize];
        from += token.len as usize;
        match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {}
            _ => words.push(text.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_row_to_row_is_volatile() {
        for text in [
            "0",
            "'a'::text",
            "now()",
            "(now() + '1 day'::interval)",
            "timezone('utc'::text, now())",
            "lower('A'::text)",
            "'{}'::jsonb",
            "ARRAY[1, 2]",
            "CURRENT_TIMESTAMP",
            "('a'::text || 'b'::text)",
            "'random()'::text",
            "(1 > 0) AND (2 IN (1, 2))",
            "'x'::character varying(3)",
        ] {
            assert!(!is_volatile(text, |_| false), "{text}");
        }
        for text in [
            "random()",
            "gen_random_uuid()",
            "clock_timestamp()",
            "nextval('s'::regclass)",
            "public.f()",
            "(1 + (random() * (9)::double precision))",
            "pg_catalog.random()",
            "\"Odd\"(1)",
        ] {
            assert!(is_volatile(text, |_| false), "{text}");
        }
    }

    #[test]
    fn a_volatile_expression_may_be_null_or_not() {
        for text in
            ["gen_random_uuid()", "(floor((random() * (9)::double precision)))::integer", "nextval('s')"]
        {
            assert_eq!(may_be_null(text), Some(false), "{text}");
        }
        for text in ["NULLIF(random(), 0)", "CASE WHEN (random() < 0.5) THEN 1 ELSE NULL::integer END"] {
            assert_eq!(may_be_null(text), Some(true), "{text}");
        }
        for text in ["public.f()", "(ARRAY['null', 'b'])[random()]"] {
            assert_eq!(may_be_null(text), None, "{text}");
        }
    }

    #[test]
    fn a_check_that_allows_some_texts_is_read() {
        let texts = |check| allowed_texts(check, "mood");
        let both = Some(vec!["ok".to_owned(), "it's".to_owned()]);
        assert_eq!(texts("CHECK ((mood = ANY (ARRAY['ok'::text, 'it''s'::text])))"), both);
        assert_eq!(
            texts(
                "CHECK (((mood)::text = ANY ((ARRAY['ok'::character varying, 'it''s'::character varying])::text[])))"
            ),
            both
        );
        assert_eq!(texts("CHECK ((mood = 'ok'::text))"), Some(vec!["ok".to_owned()]));
        for check in
            ["CHECK ((mood <> 'ok'::text))", "CHECK ((lower(mood) = 'ok'::text))", "CHECK ((a = 'ok'))"]
        {
            assert_eq!(texts(check), None, "{check}");
        }
    }

    #[test]
    fn a_literal_is_no_expression() {
        for text in [
            "0",
            "-1",
            "'a'",
            "'a'::text",
            "1.5",
            "true",
            "'x'::character varying(3)",
            "'{}'::jsonb",
            "'a'::public.\"Mood\"",
            "'{}'::text[]",
            "E'a\\n'",
        ] {
            assert!(is_literal(text), "{text}");
        }
        for text in [
            "a",
            "a * 2",
            "1 + a",
            "now()",
            "",
            "-a",
            "'a' || b",
            "1::text || b",
            "null",
            "b'1' & c",
            "1::int + a",
            "true and a",
        ] {
            assert!(!is_literal(text), "{text}");
        }
    }
}
