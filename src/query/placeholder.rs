//! Finds the placeholders in hand-written SQL, skipping strings, quoted names and comments.

/// A part of the SQL.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text without placeholders.
    Text(&'a str),
    /// `$1` is 1.
    Placeholder(usize),
}

/// Splits SQL at its placeholders.
pub fn parts(sql: &str) -> Vec<Part<'_>> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while at < sql.len() {
        let rest = &sql[at..];
        // A `$` inside of a name (`a$1`) belongs to the name.
        let in_name = sql[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        if let (Some(digits), false) = (placeholder(rest), in_name) {
            parts.push(Part::Text(&sql[start..at]));
            parts.push(Part::Placeholder(rest[1..=digits].parse().unwrap_or(usize::MAX)));
            at += 1 + digits;
            start = at;
        } else {
            at += skipped(rest, escapes(&sql[..at]), in_name);
        }
    }
    parts.push(Part::Text(&sql[start..]));
    parts.retain(|part| *part != Part::Text(""));
    parts
}

/// The number of a placeholder that begins here.
fn placeholder(rest: &str) -> Option<usize> {
    let digits = rest.strip_prefix('$')?;
    let count = digits.len() - digits.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (count > 0).then_some(count)
}

/// Does a string that begins here have backslash escapes? It does after an `E` that is not the end of a name.
pub(super) fn escapes(before: &str) -> bool {
    let Some(head) = before.strip_suffix(['e', 'E']) else { return false };
    !head.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
}

/// The length of the string, quoted name or comment that begins here, or of one character.
pub(super) fn skipped(rest: &str, escapes: bool, in_name: bool) -> usize {
    let mut letters = rest.chars();
    match letters.next() {
        Some('\'') => quoted(rest, '\'', escapes),
        Some('"') => quoted(rest, '"', false),
        Some('-') if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
        Some('/') if rest.starts_with("/*") => comment(rest),
        Some('$') if !in_name => dollar_quoted(rest).unwrap_or(1),
        Some(letter) => letter.len_utf8(),
        None => 0,
    }
}

/// A doubled quote is read as the end of one string and the begin of the next, with the same result.
fn quoted(rest: &str, quote: char, escapes: bool) -> usize {
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' && escapes {
            // A backslash escapes the next character.
            letters.next();
        } else if letter == quote {
            // Continues here after a doubled quote, since the second half would be read without its `E`.
            let doubled = escapes && rest[at + 1..].starts_with(quote);
            if !doubled {
                return at + 1;
            }
            letters.next();
        }
    }
    rest.len()
}

/// Comments nest in Postgres.
fn comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if here.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// `$$…$$` and `$tag$…$tag$`.
fn dollar_quoted(rest: &str) -> Option<usize> {
    let end = rest[1..].find('$')? + 2;
    let tag = &rest[..end];
    let name = &tag[1..tag.len() - 1];
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if !is_name {
        return None;
    }
    Some(rest[end..].find(tag).map_or(rest.len(), |at| end + at + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(sql: &str) -> Vec<usize> {
        let number = |part: &Part| match part {
            Part::Placeholder(number) => Some(*number),
            Part::Text(_) => None,
        };
        parts(sql).iter().filter_map(number).collect()
    }

    #[test]
    fn placeholders_are_found_where_postgres_finds_them() {
        assert_eq!(numbers("a = $1 AND b = $12"), [1, 12]);
        assert_eq!(numbers("a = '$1' AND b = $2"), [2]);
        assert_eq!(numbers("a = 'it''s $1' AND \"$2\" = $3"), [3]);
        assert_eq!(numbers(r"a = E'\'$1' AND b = $2"), [2]);
        assert_eq!(numbers(r"a = E'x''\'$1' AND b = $2"), [2]);
        assert_eq!(numbers(r"a = '\' AND b = $2"), [2]);
        assert_eq!(numbers(r"a LIKE '\' AND b = $1"), [1]);
        assert_eq!(numbers("a -- $1\n = $2"), [2]);
        assert_eq!(numbers("a /* $1 /* $2 */ $3 */ = $4"), [4]);
        assert_eq!(numbers("a = $$ $1 $$ AND b = $x$ $2 $$ $x$ AND c = $3"), [3]);
        assert_eq!(numbers("a$1 = $2 AND 汉$3"), [2]);
        assert_eq!(numbers("a = '$1"), [0; 0]);
    }

    #[test]
    fn nothing_is_lost() {
        for sql in ["a = $1", "'$1' 汉 $2 /* */", "$", "$$", "e'", "x $1$2"] {
            let text: String = parts(sql)
                .iter()
                .map(|part| match part {
                    Part::Text(text) => (*text).to_owned(),
                    Part::Placeholder(number) => format!("${number}"),
                })
                .collect();
            assert_eq!(text, sql);
        }
    }
}
