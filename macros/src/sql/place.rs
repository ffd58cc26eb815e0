//! Finds strings, quoted names and comments in SQL. Braces have a meaning only outside of them.

/// What a position in the text is inside of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Plain,
    /// A string or a quoted name; do backslashes escape in it?
    Quoted(char, bool),
    Line,
    /// Comments nest in Postgres.
    Comment(usize),
    /// `$tag$ … $tag$`
    Dollars(String),
    /// After a `$1`, which would conflict with the placeholders of values in braces.
    Placeholder(String),
}

impl Place {
    /// What the position after this text is inside of.
    pub fn after(mut self, text: &str) -> Self {
        let mut at = 0;
        while at < text.len() {
            let (next, length) = self.step(&text[..at], &text[at..]);
            at += length;
            if let Some(next) = next {
                self = next;
            }
        }
        self
    }

    /// What begins here, if anything, and the length of its beginning.
    pub fn step(&self, before: &str, rest: &str) -> (Option<Place>, usize) {
        let one = rest.chars().next().map_or(1, char::len_utf8);
        match self {
            Place::Plain => plain(before, rest).map_or((None, one), |(place, length)| (Some(place), length)),
            Place::Quoted(quote, escapes) => {
                let mut letters = rest.chars();
                match (letters.next(), letters.next()) {
                    (Some('\\'), Some(next)) if *escapes => (None, 1 + next.len_utf8()),
                    (Some(first), Some(next)) if first == *quote && next == *quote => (None, 2),
                    (Some(first), _) if first == *quote => (Some(Place::Plain), 1),
                    _ => (None, one),
                }
            }
            Place::Line => (rest.starts_with('\n').then_some(Place::Plain), one),
            Place::Comment(depth) if rest.starts_with("/*") => (Some(Place::Comment(depth + 1)), 2),
            Place::Comment(1) if rest.starts_with("*/") => (Some(Place::Plain), 2),
            Place::Comment(depth) if rest.starts_with("*/") => (Some(Place::Comment(depth - 1)), 2),
            Place::Dollars(tag) if rest.starts_with(tag.as_str()) => (Some(Place::Plain), tag.len()),
            Place::Comment(_) | Place::Dollars(_) => (None, one),
            Place::Placeholder(_) => (None, rest.len()),
        }
    }
}

/// The string, quoted name or comment that begins here.
fn plain(before: &str, rest: &str) -> Option<(Place, usize)> {
    let in_name = before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
    match rest.chars().next()? {
        '\'' => Some((Place::Quoted('\'', escapes(before)), 1)),
        '"' => Some((Place::Quoted('"', false), 1)),
        '-' if rest.starts_with("--") => Some((Place::Line, 2)),
        '/' if rest.starts_with("/*") => Some((Place::Comment(1), 2)),
        '$' if !in_name => dollar(rest),
        _ => None,
    }
}

/// Is this the `E` of a string, and not the end of a name?
fn escapes(before: &str) -> bool {
    let Some(head) = before.strip_suffix(['e', 'E']) else { return false };
    !head.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
}

fn dollar(rest: &str) -> Option<(Place, usize)> {
    let digits = rest[1..].chars().take_while(char::is_ascii_digit).count();
    if digits > 0 {
        return Some((Place::Placeholder(rest[..=digits].to_owned()), 1 + digits));
    }
    let tag = &rest[..rest[1..].find('$')? + 2];
    let is_tag = tag[1..tag.len() - 1].chars().all(|c| c.is_alphanumeric() || c == '_');
    is_tag.then(|| (Place::Dollars(tag.to_owned()), tag.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_inside_of_what_postgres_says() {
        let comment = Place::Comment;
        for (text, place) in [
            ("SELECT ", Place::Plain),
            ("LIKE '%", Place::Quoted('\'', false)),
            ("'it''s' = ", Place::Plain),
            ("'it''", Place::Quoted('\'', false)),
            (r"E'\'", Place::Quoted('\'', true)),
            (r"'\' = ", Place::Plain),
            (r"name'\'", Place::Plain),
            ("\"a''", Place::Quoted('"', false)),
            ("a -- it's", Place::Line),
            ("a -- it's\n", Place::Plain),
            ("/* /* */", comment(1)),
            ("/* /* */ */ ", Place::Plain),
            ("$$ it's $x$ ", Place::Dollars("$$".to_owned())),
            ("$汉$ $$ $汉$", Place::Plain),
            ("a$1 = ", Place::Plain),
            ("'$1' = $12 AND 'b'", Place::Placeholder("$12".to_owned())),
        ] {
            assert_eq!(Place::Plain.after(text), place, "{text}");
        }
    }
}
