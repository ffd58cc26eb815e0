//! Doc comments, which become comments in the database.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The doc comment as text. The lines of a paragraph are joined, so that rewrapping it does not change the schema;
/// lists, tables and code keep their lines.
pub fn comment(attrs: &[Attribute]) -> Option<String> {
    let mut text = String::new();
    let mut in_code = false;
    let mut may_join = false;
    for line in attrs.iter().filter_map(doc).flat_map(|text| lines(&text)) {
        let fence = line.trim_start().starts_with("```");
        let plain = !in_code && !fence && is_prose(&line);
        if !text.is_empty() {
            text.push(if plain && may_join { ' ' } else { '\n' });
        }
        text.push_str(if plain && may_join { line.trim_start() } else { &line });
        in_code ^= fence;
        may_join = !in_code && !fence && !line.is_empty();
    }
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn doc(attr: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attr.meta else { return None };
    match &meta.value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if meta.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

/// Removes the space at the beginning of each line of `///`.
fn lines(text: &str) -> Vec<String> {
    text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()).collect()
}

/// Does the line continue the paragraph, by the rules of Markdown?
fn is_prose(line: &str) -> bool {
    let text = line.trim_start();
    let numbered = text.split_once(['.', ')']).is_some_and(|(number, rest)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && rest.starts_with(' ')
    });
    let marked = ["* ", "- ", "+ ", "#", "|", ">"].iter().any(|mark| text.starts_with(mark));
    !text.is_empty() && !numbered && !marked
}

#[cfg(test)]
mod tests {
    use super::comment;

    fn of(doc: &str) -> Option<String> {
        let item: syn::DeriveInput = syn::parse_str(&format!("{doc}\nstruct S;")).unwrap();
        comment(&item.attrs)
    }

    #[test]
    fn paragraphs_are_lines_and_lists_keep_theirs() {
        assert_eq!(of("/// One,\n///   two.\n///\n/// Three."), Some("One, two.\n\nThree.".to_owned()));
        assert_eq!(of("/// Of:\n/// * a\n///   b\n/// 1. c"), Some("Of:\n* a b\n1. c".to_owned()));
        assert_eq!(of("/// ```\n/// a\n/// b\n/// ```\n/// c"), Some("```\na\nb\n```\nc".to_owned()));
        assert_eq!(of("/** One\n two. */"), Some("One two.".to_owned()));
        assert_eq!(of("#[doc = \"it's\"]"), Some("it's".to_owned()));
        assert_eq!(of("///\n/// "), None);
    }
}
