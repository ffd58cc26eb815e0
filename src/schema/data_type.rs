//! Data types by the names that `format_type` gives them: arrays and their elements, and which types hold every value
//! of another one.

/// Is it an array?
pub fn is_array(data_type: &str) -> bool {
    data_type.ends_with("[]")
}

/// The type of an array's elements, or the type itself where it is none.
pub fn element(data_type: &str) -> &str {
    data_type.trim_end_matches("[]")
}

/// What makes an array of the element, or nothing.
pub fn dimensions(data_type: &str) -> &str {
    &data_type[element(data_type).len()..]
}

/// A type without its length or precision: `character varying` for `character varying(20)`. None where Postgres takes
/// no length for one: `bit` is `bit(1)`.
pub fn without_length(data_type: &str) -> Option<String> {
    let Some((before, rest)) = data_type.split_once('(') else { return Some(data_type.to_owned()) };
    let (_, after) = rest.split_once(')')?;
    (!matches!(before, "bit" | "character")).then(|| format!("{before}{after}"))
}

/// Is it one of Postgres's own types? Any other is written with its schema, where the `search_path` is empty.
pub fn is_builtin(data_type: &str) -> bool {
    !data_type.contains('.')
}

/// Does every value of one type have exactly one equal in the other? Postgres 15, the casts of `pg_cast`.
pub fn is_wider(from: &str, to: &str) -> bool {
    if is_array(from) || is_array(to) {
        let alike = dimensions(from) == dimensions(to);
        return alike && is_wider(element(from), element(to));
    }
    const WIDER: &[(&str, &[&str])] = &[
        (
            "smallint",
            &["integer", "bigint", "numeric", "real", "double precision", "text", "character varying"],
        ),
        ("integer", &["bigint", "numeric", "double precision", "text", "character varying"]),
        ("bigint", &["numeric", "text", "character varying"]),
        ("real", &["double precision"]),
        ("character varying", &["text"]),
        ("text", &["character varying"]),
        ("date", &["timestamp without time zone"]),
        ("json", &["text"]),
        ("inet", &["text"]),
        ("uuid", &["text"]),
    ];
    let widest = |pair: &(&str, &[&str])| pair.0 == base(from).as_str() && pair.1.contains(&to);
    if from == to || WIDER.iter().any(widest) && (size(from).is_none() || !from.starts_with("numeric")) {
        return true;
    }
    // A fixed number of bits is no bound.
    if base(from) == "bit" {
        return false;
    }
    match (base(from) == base(to), size(from), size(to)) {
        (true, Some(_), None) => true,
        (true, Some((length, scale)), Some((wider, finer))) => {
            wider >= length && finer >= scale && wider - finer >= length - scale
        }
        _ => false,
    }
}

/// Does a program get values of both types alike?
pub fn reads_alike(from: &str, to: &str) -> bool {
    if is_array(from) || is_array(to) {
        let alike = dimensions(from) == dimensions(to);
        return alike && reads_alike(element(from), element(to));
    }
    let is_text = |of: &str| ["text", "character varying", "character"].contains(&base(of).as_str());
    base(from) == base(to) || (is_text(from) && is_text(to))
}

/// Does Postgres convert a column of one of its own types to another one by itself? It does so where there is a cast on
/// assignment: to any text, and between types of one kind (Postgres 15, `pg_cast`).
pub fn converts(from: &str, to: &str) -> bool {
    if !is_builtin(element(from)) || !is_builtin(element(to)) {
        return true;
    }
    let (from_kind, to_kind) = (kind(&base(element(from))), kind(&base(element(to))));
    if is_array(from) || is_array(to) {
        let to_text = !is_array(to) && to_kind == Some("text");
        return to_text || (is_array(from) == is_array(to) && converts(element(from), element(to)));
    }
    to_kind == Some("text") || from_kind.is_none() || to_kind.is_none() || from_kind == to_kind
}

/// What the types that convert to each other have in common; nothing of a type that is not known.
fn kind(base: &str) -> Option<&'static str> {
    const KINDS: &[(&str, &[&str])] = &[
        ("text", &["text", "character varying", "character", "name"]),
        ("number", &["smallint", "integer", "bigint", "numeric", "real", "double precision"]),
        (
            "time",
            &[
                "date",
                "timestamp without time zone",
                "timestamp with time zone",
                "time without time zone",
                "time with time zone",
                "interval",
            ],
        ),
        ("boolean", &["boolean"]),
        ("uuid", &["uuid"]),
        ("json", &["json", "jsonb"]),
        ("bytea", &["bytea"]),
        ("network", &["inet", "cidr"]),
    ];
    KINDS.iter().find(|(_, bases)| bases.contains(&base)).map(|(kind, _)| *kind)
}

/// The type without its brackets.
fn base(data_type: &str) -> String {
    match data_type.split_once('(') {
        Some((name, rest)) => format!("{name}{}", rest.split_once(')').map_or("", |(_, zone)| zone)),
        None => data_type.to_owned(),
    }
}

/// What stands in brackets: a length, or a precision and a scale.
fn size(data_type: &str) -> Option<(i32, i32)> {
    let inner = data_type.split_once('(')?.1.split_once(')')?.0;
    let (length, scale) = inner.split_once(',').unwrap_or((inner, "0"));
    Some((length.parse().ok()?, scale.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{converts, is_wider};

    #[test]
    fn types_of_one_kind_convert_by_themselves() {
        for (from, to) in [
            ("integer", "text"),
            ("bigint", "smallint"),
            ("timestamp without time zone", "date"),
            ("json", "jsonb"),
            ("uuid", "character varying(40)"),
            ("integer[]", "bigint[]"),
            ("integer[]", "text"),
            ("public.mood", "integer"),
        ] {
            assert!(converts(from, to), "{from} -> {to}");
        }
        for (from, to) in [
            ("text", "integer"),
            ("text", "uuid"),
            ("character varying(20)", "timestamp with time zone"),
            ("boolean", "integer"),
            ("integer", "integer[]"),
            ("text[]", "integer[]"),
            ("text", "jsonb"),
        ] {
            assert!(!converts(from, to), "{from} -> {to}");
        }
    }

    #[test]
    fn only_a_type_that_loses_nothing_is_wider() {
        for (from, to) in [
            ("integer", "bigint"),
            ("character varying(20)", "character varying(50)"),
            ("character varying(20)", "character varying"),
            ("character varying(20)", "text"),
            ("text", "character varying"),
            ("numeric(10,2)", "numeric(12,2)"),
            ("numeric(10,2)", "numeric(13,3)"),
            ("numeric(10,2)", "numeric"),
            ("integer[]", "bigint[]"),
            ("timestamp(3) without time zone", "timestamp(3) without time zone"),
        ] {
            assert!(is_wider(from, to), "{from} -> {to}");
        }
        for (from, to) in [
            ("bigint", "integer"),
            ("bigint", "double precision"),
            ("text", "character varying(20)"),
            ("character varying(50)", "character varying(20)"),
            ("numeric(10,2)", "numeric(10,3)"),
            ("numeric", "numeric(10,2)"),
            ("timestamp without time zone", "timestamp with time zone"),
            ("text", "jsonb"),
            ("integer", "bigint[]"),
            ("double precision", "real"),
        ] {
            assert!(!is_wider(from, to), "{from} -> {to}");
        }
    }
}
