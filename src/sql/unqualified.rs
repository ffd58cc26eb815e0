//! Leaves a schema out where it is written before a name.

use squawk_lexer::{LiteralKind, TokenKind};

use super::tokens;
use crate::ident::unquoted;

/// The statement without `schema.` before names; not before those that `is_taken`, which would mean something else.
/// What stands in quotes is left alone: texts, and the bodies of functions.
pub(crate) fn without_schema(sql: &str, schema: &str, is_taken: &impl Fn(&str) -> bool) -> String {
    let all: Vec<_> = tokens(sql).collect();
    let is_name = |at: usize| {
        let kind = all.get(at).map(|token| token.kind);
        matches!(kind, Some(TokenKind::Ident | TokenKind::QuotedIdent { .. }))
    };
    let is_dot = |at: usize| all.get(at).is_some_and(|token| token.kind == TokenKind::Dot);
    let text = |at: usize| &sql[all[at].range.clone()];
    let mut result = String::new();
    let mut at = 0;
    while at < all.len() {
        let is_schema = is_name(at)
            && is_dot(at + 1)
            && is_name(at + 2)
            && !(at > 0 && is_dot(at - 1))
            && unquoted(text(at)) == schema
            && !is_taken(&unquoted(text(at + 2)));
        if is_schema {
            at += 2;
            continue;
        }
        result += text(at);
        at += 1;
    }
    result
}

/// The same, also within the text that a `DO` runs.
pub(crate) fn without_schema_in_block(sql: &str, schema: &str, is_taken: &impl Fn(&str) -> bool) -> String {
    let part = |token: super::Token| {
        let text = &sql[token.range];
        let TokenKind::Literal { kind: LiteralKind::DollarQuotedString { .. } } = token.kind else {
            return text.to_owned();
        };
        let tag = text[1..].find('$').map_or(2, |end| end + 2);
        let Some(body) = text.get(tag..text.len() - tag) else { return text.to_owned() };
        format!("{}{}{}", &text[..tag], without_schema(body, schema, is_taken), &text[..tag])
    };
    tokens(sql).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_left_out_before_names() {
        let without = |sql| without_schema(sql, "public", &|name| name == "lower");
        for (sql, shorter) in [
            ("ALTER TABLE public.t ADD a public.mood[]", "ALTER TABLE t ADD a mood[]"),
            (r#"DROP INDEX public."A b", "public".i"#, r#"DROP INDEX "A b", i"#),
            ("SELECT public.t.a, s.public.b FROM public.t", "SELECT t.a, s.public.b FROM t"),
            (
                "SELECT 'public.t', public.lower(a), $$public.t$$",
                "SELECT 'public.t', public.lower(a), $$public.t$$",
            ),
            ("GRANT USAGE ON SCHEMA public TO a", "GRANT USAGE ON SCHEMA public TO a"),
        ] {
            assert_eq!(without(sql), shorter);
        }
        let block = without_schema_in_block("DO $f$ UPDATE public.t SET a = 1 $f$", "public", &|_| false);
        assert_eq!(block, "DO $f$ UPDATE t SET a = 1 $f$");
    }
}
