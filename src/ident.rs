//! Names and texts as SQL writes them.

/// An identifier, always quoted: `a"b` becomes `"a""b"`.
pub fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// An identifier, quoted where Postgres would quote it (`quote_ident`): `order` becomes `"order"`, `orders` stays.
pub fn quote_ident(name: &str) -> String {
    let is_first = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let is_safe = name.bytes().next().is_some_and(is_first)
        && name.bytes().all(|byte| is_first(byte) || byte.is_ascii_digit())
        && KEYWORDS.binary_search(&name).is_err();
    if is_safe { name.to_owned() } else { ident(name) }
}

/// A schema-qualified identifier, each part quoted where Postgres would quote it.
pub fn quote_qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", quote_ident(schema), quote_ident(name))
}

/// The keywords of Postgres 15 to 19 that cannot be a name everywhere, sorted.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization",
    "between", "bigint", "binary", "bit", "boolean", "both", "case", "cast", "char", "character", "check",
    "coalesce", "collate", "collation", "column", "concurrently", "constraint", "create", "cross",
    "current_catalog", "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
    "current_user", "dec", "decimal", "default", "deferrable", "desc", "distinct", "do", "else", "end",
    "except", "exists", "extract", "false", "fetch", "float", "for", "foreign", "freeze", "from", "full",
    "grant", "graph_table", "greatest", "group", "grouping", "having", "ilike", "in", "initially", "inner",
    "inout", "int", "integer", "intersect", "interval", "into", "is", "isnull", "join", "json", "json_array",
    "json_arrayagg", "json_exists", "json_object", "json_objectagg", "json_query", "json_scalar",
    "json_serialize", "json_table", "json_value", "lateral", "leading", "least", "left", "like", "limit",
    "localtime", "localtimestamp", "merge_action", "national", "natural", "nchar", "none", "normalize",
    "not", "notnull", "null", "nullif", "numeric", "offset", "on", "only", "or", "order", "out", "outer",
    "overlaps", "overlay", "placing", "position", "precision", "primary", "real", "references", "returning",
    "right", "row", "select", "session_user", "setof", "similar", "smallint", "some", "substring",
    "symmetric", "system_user", "table", "tablesample", "then", "time", "timestamp", "to", "trailing",
    "treat", "trim", "true", "union", "unique", "user", "using", "values", "varchar", "variadic", "verbose",
    "when", "where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement", "xmlexists", "xmlforest",
    "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable",
];

/// The name that an identifier stands for, quoted or not.
pub fn unquoted(word: &str) -> String {
    match word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => word.to_lowercase(),
    }
}

/// A schema-qualified identifier, both parts quoted.
pub fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", ident(schema), ident(name))
}

/// Identifiers in a row, quoted, with a comma and a blank between.
pub fn idents<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| ident(name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A string literal: `it's` becomes `'it''s'`; a backslash makes it an `E''` string, which every setting of
/// `standard_conforming_strings` reads alike.
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// `table_column_label` in 63 bytes: Postgres's `makeObjectName` shortens the longer of the two names, a byte
/// at a time, to whole characters.
pub fn object_name(table: &str, column: &str, label: &str) -> String {
    const LIMIT: usize = 63;
    let available = LIMIT - label.len() - 2;
    let (mut first, mut second) = (table.len(), column.len());
    while first + second > available {
        if first > second { first -= 1 } else { second -= 1 }
    }
    format!("{}_{}_{label}", clip(table, first), clip(column, second))
}

fn clip(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// A name for what must make room for another thing of its name for a moment, and that nobody has.
pub fn aside(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    beside(ASIDE, name, is_taken)
}

/// A name for what is built beside the thing of this name, to take its place, and that nobody has.
pub fn incoming(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    beside(INCOMING, name, is_taken)
}

/// The same for what takes nobody's place, and goes again.
pub fn passing(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let own = numbered(name).find(|own| !is_taken(own));
    incoming(own.as_deref().unwrap_or(name), is_taken)
}

fn beside(prefix: &str, name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    // What has such a name with a number may itself need the place beside it.
    let free = numbered(name).filter(|own| own == name || !is_taken(own));
    let mut names = free.map(|own| prefixed(prefix, &own));
    names.find(|found| !is_taken(found)).unwrap_or_else(|| prefixed(prefix, name))
}

/// `name`, `name_2`, `name_3`, and so on.
fn numbered(name: &str) -> impl Iterator<Item = String> {
    let more = (2_u32..).map(move |number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(more)
}

/// The table beside a history that has what is being tried outside a transaction.
pub fn attempts_table(history: &str) -> String {
    const SUFFIX: &str = "_attempts";
    if history.len() + SUFFIX.len() <= 63 {
        return format!("{history}{SUFFIX}");
    }
    let bytes = history.floor_char_boundary(63 - SUFFIX.len() - 9);
    format!("{}_{:08x}{SUFFIX}", &history[..bytes], hash(history))
}

/// It fits in Postgres's 63 bytes, and two long names that begin alike stay two.
fn prefixed(prefix: &str, name: &str) -> String {
    if prefix.len() + name.len() <= 63 {
        return format!("{prefix}{name}");
    }
    let bytes = name.floor_char_boundary(63 - prefix.len() - 9);
    format!("{prefix}{}_{:08x}", &name[..bytes], hash(name))
}

/// FNV-1a, 32 bits: to tell a few names of one database apart, and the same everywhere.
fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Is this a name of [`aside`]?
pub fn is_aside(name: &str) -> bool {
    name.starts_with(ASIDE)
}

/// What a name that steps aside begins with.
const ASIDE: &str = "feedstock_old_";

/// What a name that takes another one's place begins with.
const INCOMING: &str = "feedstock_new_";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_where_postgres_would_quote_it() {
        assert!(KEYWORDS.is_sorted());
        for name in ["orders", "_a1", "public", "comment", "year"] {
            assert_eq!(quote_ident(name), name);
        }
        for name in ["order", "user", "json", "A", "1a", "a-b", "a$", "ä", "", "a\"b"] {
            assert_eq!(quote_ident(name), ident(name));
        }
    }

    #[test]
    fn names_and_texts_are_quoted() {
        assert_eq!(ident("select"), r#""select""#);
        assert_eq!(ident("a\"b"), r#""a""b""#);
        assert_eq!(qualified("a.b", "c"), r#""a.b"."c""#);
        assert_eq!(idents(&["a", "b"]), r#""a", "b""#);
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\b'"), r"E'a\\b'''");
    }

    #[test]
    fn long_names_are_shortened_as_postgres_does() {
        assert_eq!(object_name("t", "id", "seq"), "t_id_seq");
        let table = "a".repeat(60);
        assert_eq!(object_name(&table, "id", "seq"), format!("{}_id_seq", "a".repeat(56)));
        assert_eq!(object_name(&"雨".repeat(20), "id", "seq"), format!("{}_id_seq", "雨".repeat(18)));
    }

    #[test]
    fn long_names_that_begin_alike_stay_two() {
        let free = |_: &str| false;
        assert_eq!(incoming("i", free), "feedstock_new_i");
        assert_eq!(aside("i", free), "feedstock_old_i");
        let long = "a".repeat(62);
        let (one, other) = (format!("{long}b"), format!("{long}c"));
        for name in [incoming, aside] as [fn(&str, fn(&str) -> bool) -> String; 2] {
            let (one, other) = (name(&one, free), name(&other, free));
            assert_eq!((one.len(), other.len()), (63, 63));
            assert_ne!(one, other);
            assert!(name(&"雨".repeat(21), free).len() <= 63);
        }
    }

    #[test]
    fn names_that_are_taken_are_left_alone() {
        let taken = |name: &str| ["i", "feedstock_new_i", "i_2", "b_not_null"].contains(&name);
        assert_eq!(incoming("i", taken), "feedstock_new_i_3");
        assert_eq!(aside("i", taken), "feedstock_old_i");
        assert_eq!(passing("a_not_null", taken), "feedstock_new_a_not_null");
        assert_eq!(passing("b_not_null", taken), "feedstock_new_b_not_null_2");
    }
}
