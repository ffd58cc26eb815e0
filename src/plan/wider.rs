//! Which types hold every value of another one.

/// Does every value of one type have exactly one equal in the other? Postgres 15, the casts of `pg_cast`.
pub(super) fn is_wider(from: &str, to: &str) -> bool {
    if let Some((from, to)) = from.strip_suffix("[]").zip(to.strip_suffix("[]")) {
        return is_wider(from, to);
    }
    if from.ends_with("[]") || to.ends_with("[]") {
        return false;
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
    let widest = |pair: &(&str, &[&str])| pair.0 == base(from) && pair.1.contains(&to);
    if from == to || WIDER.iter().any(widest) && (size(from).is_none() || !from.starts_with("numeric")) {
        return true;
    }
    match (base(from) == base(to), size(from), size(to)) {
        (true, Some(_), None) => true,
        (true, Some((length, scale)), Some((wider, finer))) => {
            wider >= length && finer >= scale && wider - finer >= length - scale
        }
        _ => false,
    }
}

/// Does Postgres leave the rows as they are when a column's type becomes the other one? Postgres 14 to 18,
/// `ATColumnChangeRequiresRewrite` and the support functions of the length casts.
pub(super) fn keeps_bytes(from: &str, to: &str) -> bool {
    if from == to {
        return true;
    }
    if from.ends_with("[]") || to.ends_with("[]") {
        return false;
    }
    const GROWING: &[&str] = &[
        "character varying",
        "bit varying",
        "numeric",
        "interval",
        "time with time zone",
        "time without time zone",
        "timestamp with time zone",
        "timestamp without time zone",
    ];
    const RELABELLED: &[(&str, &str)] =
        &[("character varying", "text"), ("text", "character varying"), ("cidr", "inet"), ("xml", "text")];
    let name = base(from);
    let grows = GROWING.contains(&name.as_str());
    match (name == base(to), size(from), size(to)) {
        (true, Some(_), None) => grows,
        (true, Some((length, scale)), Some((wider, finer))) => grows && wider >= length && finer == scale,
        _ => RELABELLED.contains(&(name.as_str(), to)),
    }
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
    use super::{is_wider, keeps_bytes};

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

    #[test]
    fn only_some_types_keep_their_bytes() {
        for (from, to) in [
            ("character varying(20)", "character varying(50)"),
            ("character varying(20)", "character varying"),
            ("character varying(20)", "text"),
            ("text", "character varying"),
            ("numeric(10,2)", "numeric(12,2)"),
            ("numeric(10,2)", "numeric"),
            ("timestamp(3) without time zone", "timestamp(6) without time zone"),
            ("timestamp(3) with time zone", "timestamp with time zone"),
            ("cidr", "inet"),
        ] {
            assert!(keeps_bytes(from, to), "{from} -> {to}");
        }
        for (from, to) in [
            ("integer", "bigint"),
            ("character varying(50)", "character varying(20)"),
            ("text", "character varying(20)"),
            ("character(3)", "character(5)"),
            ("numeric(10,2)", "numeric(12,3)"),
            ("timestamp without time zone", "timestamp with time zone"),
            ("timestamp(3) without time zone", "timestamp(6) with time zone"),
            ("character varying(20)[]", "character varying(50)[]"),
        ] {
            assert!(!keeps_bytes(from, to), "{from} -> {to}");
        }
    }
}
