//! Names and texts as SQL writes them.

/// An identifier, always quoted: `a"b` becomes `"a""b"`.
pub fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_are_quoted() {
        assert_eq!(ident("select"), r#""select""#);
        assert_eq!(ident("a\"b"), r#""a""b""#);
        assert_eq!(qualified("a.b", "c"), r#""a.b"."c""#);
        assert_eq!(idents(&["a", "b"]), r#""a", "b""#);
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\b'"), r"E'a\\b'''");
    }
}
