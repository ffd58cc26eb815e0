//! What may be shown of a text that was typed where a connection string can stand.
//!
//! Rather too much is hidden than too little: one wrong character makes a password a host, a database or a parameter.

use std::net::IpAddr;

use super::known::PARAMETERS;
use super::text::{ConnectionString, encoded, written};

/// What stands where a password stood.
const HIDDEN: &str = "***";

/// What stands for a text in which nobody knows where the password is.
const NOT_SHOWN: &str = "(not shown: it may hold a password)";

/// The connection string without what may be secret.
pub(super) fn redacted(text: &str) -> String {
    let Ok(parsed) = ConnectionString::parse(text) else { return NOT_SHOWN.to_owned() };
    let Ok(parameters) = parsed.parameters() else { return NOT_SHOWN.to_owned() };
    if parameters.iter().any(|(key, _)| !is_known(key)) {
        return NOT_SHOWN.to_owned();
    }
    let has_password = parameters.iter().any(|(key, _)| key == "password");
    let shown: Vec<(String, String)> = parameters
        .into_iter()
        .map(|(key, value)| {
            let value = if may_be_shown(&key, &value) { value } else { HIDDEN.to_owned() };
            (key, value)
        })
        .collect();
    match parsed {
        ConnectionString::Pairs(_) => written(&shown),
        ConnectionString::Url(_) => url(&shown, has_password),
    }
}

/// A URL of the parts that may be shown. Where there is no password, a `:` may be missing between it and the user.
fn url(parts: &[(String, String)], has_password: bool) -> String {
    let part = |name: &str| parts.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let user = match part("user") {
        Some(user) if has_password => format!("{}:{HIDDEN}@", shown_in_url(user)),
        Some(_) => format!("{HIDDEN}@"),
        None if has_password => format!(":{HIDDEN}@"),
        None => String::new(),
    };
    let list = |name: &str| part(name).map(|value| value.split(',').collect::<Vec<_>>()).unwrap_or_default();
    let (hosts, ports) = (list("host"), list("port"));
    let hosts: Vec<String> = (0..hosts.len().max(ports.len()))
        .map(|number| {
            let host = hosts.get(number).copied().unwrap_or_default();
            let host = if host.contains(':') { format!("[{host}]") } else { shown_in_url(host) };
            match ports.get(number) {
                Some(port) if !port.is_empty() => format!("{host}:{port}"),
                _ => host,
            }
        })
        .collect();
    let dbname = part("dbname").map(|name| format!("/{}", shown_in_url(name))).unwrap_or_default();
    let rest: Vec<String> = parts
        .iter()
        .filter(|(key, _)| !["user", "password", "host", "port", "dbname"].contains(&key.as_str()))
        .map(|(key, value)| format!("{key}={}", shown_in_url(value)))
        .collect();
    let separator = if rest.is_empty() { "" } else { "?" };
    format!("postgres://{user}{}{dbname}{separator}{}", hosts.join(","), rest.join("&"))
}

fn shown_in_url(value: &str) -> String {
    if value == HIDDEN { value.to_owned() } else { encoded(value) }
}

/// A name or a value as a message may show it.
pub(super) fn shown(name: &str) -> &str {
    if is_harmless(name) { name } else { "(not shown)" }
}

/// Nothing in it looks as if a piece of another parameter, or of a URL, had got into it.
fn is_harmless(value: &str) -> bool {
    !value.contains(['@', '=', '&', '?', '\'', '"', '`'])
        && !value.contains("://")
        && !value.to_ascii_lowercase().contains("passw")
        && !value.contains(char::is_control)
}

/// May the value of a parameter be shown? Names may, and what such a parameter can have as its value: a text where a
/// number or a word belongs got there by mistake.
fn may_be_shown(key: &str, value: &str) -> bool {
    match key {
        "host" | "user" | "dbname" | "service" | "application_name" => is_harmless(value),
        "hostaddr" => value.split(',').all(|address| address.is_empty() || address.parse::<IpAddr>().is_ok()),
        "passfile" | "password" | "sslpassword" => false,
        _ => WORDS.contains(&value) || value.bytes().all(|byte| byte.is_ascii_digit() || byte == b','),
    }
}

/// The words that parameters of libpq have as values.
const WORDS: &[&str] = &[
    "allow",
    "any",
    "auto",
    "direct",
    "disable",
    "off",
    "on",
    "postgres",
    "prefer",
    "prefer-standby",
    "primary",
    "random",
    "read-only",
    "read-write",
    "require",
    "standby",
    "system",
    "verify-ca",
    "verify-full",
];

fn is_known(key: &str) -> bool {
    PARAMETERS.iter().any(|parameter| parameter.name == key)
}

/// May it be a connection string, or one with a mistake in it? A word, a path and a version are none.
pub fn may_hold_a_password(text: &str) -> bool {
    let plain = |text: &str| {
        text.chars().all(|character| character.is_alphanumeric() || "_-./".contains(character))
            && !text.contains("//")
            && !text.to_ascii_lowercase().contains("passw")
    };
    // `migrations@7`, `migrations@V7`
    let version = |text: &str| {
        let digits = text.trim_start_matches('V');
        !digits.is_empty() && digits.chars().all(|character| character.is_ascii_digit())
    };
    match text.rsplit_once('@') {
        Some((before, after)) => !(plain(before) && version(after)),
        None => !plain(text),
    }
}

/// Is it written like a connection string, perhaps with a mistake? An expression or a file is not.
pub fn may_be_a_connection(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.contains("://")
        || (text.contains('@') && text.contains(':'))
        || lower.contains("postgres:")
        || lower.contains("postgresql:")
        || lower.contains("passw")
        || PARAMETERS.iter().any(|parameter| {
            let start = lower.trim_start_matches(|character: char| !character.is_alphanumeric());
            start.strip_prefix(parameter.name).is_some_and(|rest| rest.trim_start().starts_with('='))
        })
        || is_connection_string(text)
}

/// Is it a URL for libpq, or does it begin with a parameter of libpq?
pub fn is_connection_string(text: &str) -> bool {
    super::text::is_url(text)
        || super::text::pairs(text).is_some_and(|pairs| pairs.first().is_some_and(|(key, _)| is_known(key)))
}

/// `text` as a person may have typed it somewhere: itself where it cannot hold a password.
pub fn typed(text: &str) -> String {
    if !may_hold_a_password(text) {
        return text.to_owned();
    }
    redacted(text)
}

/// A message in which these texts are replaced, wherever they stand in it.
pub fn without_secrets<'a>(message: &str, all: impl IntoIterator<Item = &'a str>) -> String {
    let mut secret: Vec<&str> = all
        .into_iter()
        .flat_map(|text| {
            [Some(text), text.strip_prefix("--").and_then(|it| it.split_once('=')).map(|it| it.1)]
        })
        .flatten()
        .filter(|text| text.len() > 3 && may_hold_a_password(text))
        .collect();
    // A text that holds another one goes first.
    secret.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let message = secret.iter().fold(message.to_owned(), |message, text| {
        if message.contains(text) { message.replace(text, &redacted(text)) } else { message }
    });
    without_passwords(&message)
}

/// A message without the passwords of URLs and `password=…` in it, wherever they came from: a file of settings, or what
/// a server says.
fn without_passwords(message: &str) -> String {
    let mut shown = String::with_capacity(message.len());
    let mut rest = message;
    while let Some((start, length)) = next_password(rest) {
        shown.push_str(&rest[..start]);
        shown.push_str(HIDDEN);
        rest = &rest[start + length..];
    }
    shown + rest
}

/// Where the next password stands, and its length in bytes.
fn next_password(text: &str) -> Option<(usize, usize)> {
    let end_of_word = |from: usize| {
        let ends = |character: char| character.is_whitespace() || "'\"`<>()".contains(character);
        text[from..].find(ends).map_or(text.len(), |length| from + length)
    };
    let in_url = text.match_indices("://").find_map(|(place, scheme)| {
        let from = place + scheme.len();
        let word = &text[from..end_of_word(from)];
        let password = word.find(':')? + 1;
        let length = word.rfind('@')?.checked_sub(password)?;
        (length > 0 && &word[password..password + length] != HIDDEN).then_some((from + password, length))
    });
    let named = PASSWORDS.iter().flat_map(|name| text.match_indices(name)).filter_map(|(place, name)| {
        let from = place + name.len();
        let quoted = text[from..].starts_with('\'');
        let from = from + usize::from(quoted);
        let ends = |character: char| "'\"\n".contains(character);
        let end = text[from..]
            .find(ends)
            .map(|it| from + it)
            .filter(|end| quoted && text[*end..].starts_with('\''));
        let end = end.unwrap_or_else(|| end_of_word(from));
        let end = if quoted { end } else { text[from..end].find('&').map_or(end, |it| from + it) };
        (end > from && &text[from..end] != HIDDEN).then_some((from, end - from))
    });
    in_url.into_iter().chain(named).min()
}

/// What stands before a password in a connection string or a variable.
const PASSWORDS: &[&str] = &["password=", "PASSWORD="];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (text, shown) in [
            ("postgres://u:p@h:1/d", "postgres://u:***@h:1/d"),
            ("postgresql://u:p@h1,h2/d?connect_timeout=1", "postgres://u:***@h1,h2/d?connect_timeout=1"),
            ("postgres://h:1/d", "postgres://h:1/d"),
            // The `:` between user and password may be missing.
            ("postgres://up@h/d", "postgres://***@h/d"),
            ("postgres://h/d?password=p", "postgres://:***@h/d"),
            ("postgres://u@h/d?user=u&pass%77ord=p&port=1", "postgres://u:***@h:1/d"),
            ("postgres://u:p@h/d?sslpassword=q", "postgres://u:***@h/d?sslpassword=***"),
            ("postgres://[::1]:5/d", "postgres://[::1]:5/d"),
            ("host=h password=p dbname=d", "host='h' password='***' dbname='d'"),
            (r"password = 'a b\' c' host=h", "password='***' host='h'"),
            (r"password=a\ b host=h", "password='***' host='h'"),
            ("host=hpassword=p", "host='***'"),
            ("host=h port=p sslmode=p", "host='h' port='***' sslmode='***'"),
            ("port=1,2 sslmode=verify-full keepalives=0", "port='1,2' sslmode='verify-full' keepalives='0'"),
            (
                "postgres://h/d?channel_binding=p&hostaddr=::1",
                "postgres://h/d?channel_binding=***&hostaddr=%3A%3A1",
            ),
            ("postgres://u:a@b/c?d:e@h/d", NOT_SHOWN),
            ("mysql://u:p@h", NOT_SHOWN),
            ("host=h pasword=p", NOT_SHOWN),
            ("password='p", NOT_SHOWN),
            ("just a password", NOT_SHOWN),
            ("", NOT_SHOWN),
        ] {
            assert_eq!(redacted(text), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_connection_is_shown() {
        for text in ["models", "migrations@7", "db/migrations@V7", "a-b.sql", "../x_y"] {
            assert_eq!(typed(text), text);
        }
        for text in ["\"postgres://u:p@h/d\"", " x", "u:p", "postgres//p", "a@b", "my_password"] {
            assert_eq!(typed(text), NOT_SHOWN, "{text}");
        }
    }

    #[test]
    fn a_password_is_hidden_wherever_it_came_from() {
        for (message, shown) in [
            ("at `mysql://u:p@q@h/d` and x://u:p@h", "at `mysql://u:***@h/d` and x://u:***@h"),
            ("http://h:1/a, http://u@h:1 and a://b:c", "http://h:1/a, http://u@h:1 and a://b:c"),
            ("host=h password=p dbname=d", "host=h password=*** dbname=d"),
            ("?user=u&password=p&port=1", "?user=u&password=***&port=1"),
            ("password='a b' PGPASSWORD=p", "password='***' PGPASSWORD=***"),
            ("no password, and password=", "no password, and password="),
        ] {
            assert_eq!(without_secrets(message, []), shown);
        }
    }

    #[test]
    fn what_was_typed_is_replaced_in_messages() {
        let typed = ["--x=postgres:/u:p@h", "postgres:/u:p@h"];
        let message = without_secrets("'--x=postgres:/u:p@h' and 'postgres:/u:p@h' in diff", typed);
        assert_eq!(message, format!("'{NOT_SHOWN}' and '{NOT_SHOWN}' in diff"));
    }
}
