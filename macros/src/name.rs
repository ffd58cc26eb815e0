//! Names: the SQL names of Rust names, and suggestions for misspelled ones.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Error, LitStr, Result};

/// Postgres truncates longer names without an error.
const LONGEST: usize = 63;

/// The name of a field, without `r#`.
pub fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `ImageGeneration` becomes `image_generation`, `HTTPServer2` `http_server2`.
pub fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let after_word = at > 0 && !letters[at - 1].is_uppercase() && letters[at - 1] != '_';
        let before_word = at > 0 && letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (after_word || before_word && letters[at - 1] != '_') {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Checks a name that Postgres stores unchanged.
pub fn check(name: LitStr) -> Result<LitStr> {
    let text = name.value();
    let wrong = if text.is_empty() {
        "a name cannot be empty".to_owned()
    } else if text.contains('\0') {
        "a name cannot contain a NUL".to_owned()
    } else if text.len() > LONGEST {
        format!(
            "this name has {} bytes, Postgres would cut it after {LONGEST}: write a shorter one",
            text.len()
        )
    } else {
        return Ok(name);
    };
    Err(Error::new(name.span(), wrong))
}

/// The known name that is most similar to the one written, if it is similar enough.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let farthest = (written.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|known| (distance(written, known), known))
        .filter(|(distance, _)| *distance <= farthest)
        .min()
        .map(|(_, known)| known)
}

/// ` (did you mean `x`?)`, or nothing.
pub fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(written, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// The edit distance: insertions, deletions, substitutions and swaps of adjacent characters.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structs_become_tables() {
        for (rust, sql) in [
            ("ImageGeneration", "image_generation"),
            ("Drama", "drama"),
            ("HTTPServer2", "http_server2"),
            ("Already_Snake", "already_snake"),
            ("InProgress", "in_progress"),
        ] {
            assert_eq!(snake_case(rust), sql);
        }
    }

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["unique", "index", "default"];
        assert_eq!(nearest("uniqe", known), Some("unique"));
        assert_eq!(nearest("idnex", known), Some("index"));
        assert_eq!(nearest("colour", known), None);
    }
}
