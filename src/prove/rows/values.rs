//! Values for a column: what its checks name, and what its type takes.

use std::collections::BTreeSet;

use squawk_lexer::{TokenKind, tokenize};

/// What a column's type consists of.
#[derive(Debug, Clone, Default)]
pub(super) struct Type {
    /// From the outside in: `a` an array, `r` a range, `m` a multirange.
    pub(super) within: String,
    /// The innermost type, as `format_type` writes it.
    pub(super) name: String,
    /// Its labels, where it is an enum.
    pub(super) labels: Vec<String>,
    /// The number of its attributes, where it is a composite type.
    pub(super) attributes: usize,
}

/// More texts than these are not tried.
const MOST: usize = 12;

/// The texts to try one after the other: first what `checks` name, then what the type takes; and how many are of the
/// checks.
pub(super) fn candidates(of: &Type, checks: &[&str]) -> (Vec<String>, usize) {
    let mut all: Vec<String> = Vec::new();
    if of.attributes == 0 {
        let named = checks.iter().flat_map(|check| literals(check));
        let mut seen = BTreeSet::new();
        all.extend(named.flat_map(|text| suited(of, &text)).filter(|text| seen.insert(text.clone())));
        all.truncate(MOST);
    }
    let named = all.len();
    all.extend([0, 1, 2].map(|at| sample(of, at)));
    let next = |at: usize| all.get(at + 1).unwrap_or(&all[at]);
    let wrapped = (0..all.len() - 1).map(|at| wrapped(of, &all[at], next(at))).collect();
    (wrapped, named)
}

/// The numbers and quoted texts of an expression.
fn literals(expression: &str) -> Vec<String> {
    let (mut at, mut found) = (0, Vec::new());
    for token in tokenize(expression) {
        let text = &expression[at..at + token.len as usize];
        at += token.len as usize;
        if !matches!(token.kind, TokenKind::Literal { .. }) {
            continue;
        }
        match text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
            Some(quoted) => found.push(quoted.replace("''", "'")),
            None => found.push(text.to_owned()),
        }
    }
    found
}

/// What a text that a check names says about values of the type: `amount > 100` is met by 101, `length(code) = 3` by a
/// text of three letters.
fn suited(of: &Type, text: &str) -> Vec<String> {
    let number: Option<f64> = text.parse().ok().filter(|number: &f64| number.is_finite());
    match kind(&of.name) {
        Kind::Number => {
            let Some(number) = number else { return Vec::new() };
            [number + 1.0, number + 2.0, number, number - 1.0].map(|number| number.to_string()).into()
        }
        Kind::Text => match number {
            Some(length) if (1.0..=1000.0).contains(&length) && length.fract() == 0.0 => {
                vec!["a".repeat(length as usize), text.to_owned()]
            }
            _ => vec![text.to_owned()],
        },
        // `at >= '2030-05-01'::date`, and not the unit of an interval.
        Kind::Time if text.starts_with(|first: char| first.is_ascii_digit()) => vec![text.to_owned()],
        Kind::Time => Vec::new(),
        Kind::Other if of.labels.is_empty() || of.labels.iter().any(|label| label == text) => {
            vec![text.to_owned()]
        }
        Kind::Other => Vec::new(),
    }
}

enum Kind {
    Number,
    Text,
    Time,
    Other,
}

fn kind(name: &str) -> Kind {
    match without_modifier(name) {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "money" => Kind::Number,
        "text" | "character varying" | "character" | "bpchar" | "name" | "citext" => Kind::Text,
        "date" => Kind::Time,
        name if name.starts_with("time") => Kind::Time,
        _ => Kind::Other,
    }
}

fn without_modifier(name: &str) -> &str {
    let name = name.split('(').next().unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}

/// A value of a type, as its input function reads it, from two of the innermost one.
fn wrapped(of: &Type, first: &str, second: &str) -> String {
    let mut value = first.to_owned();
    for around in of.within.chars().rev() {
        value = match around {
            'r' => format!("[{},{})", quoted(first), quoted(second)),
            'm' => format!("{{{value}}}"),
            _ => format!("{{{}}}", quoted(&value)),
        };
    }
    value
}

/// An element of an array or a bound of a range.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn sample(of: &Type, at: usize) -> String {
    if !of.labels.is_empty() {
        return of.labels[at % of.labels.len()].clone();
    }
    if of.attributes > 0 {
        return format!("({})", ",".repeat(of.attributes - 1));
    }
    let nth = at + 1;
    match without_modifier(&of.name) {
        "numeric" if of.name.contains('(') => fitting(&of.name, nth),
        "boolean" => (at == 0).to_string(),
        "text" | "character varying" | "character" | "bpchar" | "name" | "citext" | "\"char\"" => {
            char::from(b'a' + at as u8).to_string()
        }
        "date" => format!("2024-01-0{nth}"),
        name if name.starts_with("timestamp") => format!("2024-01-0{nth} 00:00:00"),
        name if name.starts_with("time") => format!("0{nth}:00:00"),
        "interval" => format!("{nth} days"),
        "uuid" => format!("00000000-0000-4000-8000-00000000000{nth}"),
        "json" | "jsonb" => "{}".to_owned(),
        "xml" => "<a/>".to_owned(),
        "bytea" => format!("\\x0{nth}"),
        "bit" | "bit varying" => bits(&of.name, at),
        "inet" | "cidr" => format!("10.0.0.{nth}"),
        "macaddr" => format!("08:00:2b:01:02:0{nth}"),
        "macaddr8" => format!("08:00:2b:01:02:03:04:0{nth}"),
        "point" => format!("({nth},1)"),
        "line" => format!("{{{nth},1,0}}"),
        "lseg" | "path" => format!("[(0,0),({nth},1)]"),
        "box" => format!("({nth},1),(0,0)"),
        "polygon" => format!("((0,0),({nth},1),(1,0))"),
        "circle" => format!("<(0,0),{nth}>"),
        "pg_lsn" => format!("0/{nth}"),
        "tsvector" | "tsquery" | "ltree" => char::from(b'a' + at as u8).to_string(),
        "hstore" => String::new(),
        "vector" => bracketed(&of.name, nth),
        name if name.starts_with("reg") => "0".to_owned(),
        _ => nth.to_string(),
    }
}

/// The numbers in brackets behind a type: `numeric(3,3)`.
fn modifiers(name: &str) -> Vec<usize> {
    let inside = name.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    inside
        .into_iter()
        .flat_map(|inside| inside.split(','))
        .filter_map(|text| text.trim().parse().ok())
        .collect()
}

/// A number that `numeric(precision,scale)` holds.
fn fitting(name: &str, nth: usize) -> String {
    match modifiers(name)[..] {
        [precision, scale] if scale >= precision => format!("0.{}{nth}", "0".repeat(scale.saturating_sub(1))),
        _ => nth.to_string(),
    }
}

fn bits(name: &str, at: usize) -> String {
    let length = modifiers(name).first().copied().unwrap_or(1);
    (0..length).map(|bit| if bit == at { '1' } else { '0' }).collect()
}

/// `[1,1,1]` for `vector(3)`.
fn bracketed(name: &str, nth: usize) -> String {
    let length = modifiers(name).first().copied().unwrap_or(1);
    format!("[{}]", vec![nth.to_string(); length].join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Type {
        Type { name: name.to_owned(), ..Type::default() }
    }

    #[test]
    fn what_a_check_names_comes_first() {
        let first = |name: &str, check: &str| candidates(&of(name), &[check]).0[0].clone();
        assert_eq!(first("integer", "CHECK ((amount > 100))"), "101");
        assert_eq!(first("numeric(10,2)", "CHECK ((amount >= (0)::numeric))"), "1");
        assert_eq!(first("text", "CHECK ((length(code) = 3))"), "aaa");
        assert_eq!(first("text", "CHECK ((mood = ANY (ARRAY['it''s'::text, 'ok'::text])))"), "it's");
        assert_eq!(first("date", "CHECK ((at >= '2030-05-01'::date))"), "2030-05-01");
        assert_eq!(first("integer", "CHECK ((other = 'x'::text))"), "1");
    }

    #[test]
    fn a_type_takes_its_values() {
        let wrapped = |within: &str, name: &str| {
            candidates(&Type { within: within.to_owned(), ..of(name) }, &[]).0[0].clone()
        };
        assert_eq!(wrapped("", "numeric(3,3)"), "0.001");
        assert_eq!(wrapped("", "bit(3)"), "100");
        assert_eq!(wrapped("a", "text"), r#"{"a"}"#);
        assert_eq!(wrapped("r", "integer"), r#"["1","2")"#);
        assert_eq!(wrapped("mr", "date"), r#"{["2024-01-01","2024-01-02")}"#);
        let mood = Type { labels: vec!["ok".to_owned(), "sad".to_owned()], ..of("public.mood") };
        assert_eq!(candidates(&mood, &["CHECK ((mood = 'sad'::public.mood))"]).0, ["sad", "ok", "sad"]);
        assert_eq!(candidates(&Type { attributes: 3, ..of("public.pair") }, &[]).0[0], "(,,)");
        let positive = Type { within: "a".to_owned(), ..of("integer") };
        assert_eq!(candidates(&positive, &["CHECK ((VALUE > 10))"]).0[0], r#"{"11"}"#);
    }
}
