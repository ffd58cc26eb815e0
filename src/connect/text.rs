//! Connection strings as text, in libpq's two forms: taken apart as libpq does, and written again with another
//! database.
//!
//! No message of this file repeats a piece of the text: where the text is malformed, any piece may be the password.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::error::{Error, Result};

/// What a URL begins with, in small letters only, as in libpq.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

const FORM: &str = "write postgres://user@host:5432/database, with what is special percent-encoded, \
    or host=… dbname=… user=…";

/// A connection string in one of libpq's two forms.
#[derive(Clone)]
pub(super) enum ConnectionString {
    /// A `postgres://` URL as it was written.
    Url(String),
    /// `key=value` pairs, values without quotes and escapes.
    Pairs(Vec<(String, String)>),
}

impl ConnectionString {
    /// Tells the forms apart.
    pub fn parse(text: &str) -> Result<Self> {
        if is_url(text) {
            parse_url(text)?;
            return Ok(ConnectionString::Url(text.to_owned()));
        }
        match pairs(text) {
            Some(pairs) if !pairs.is_empty() && !text.contains("://") => Ok(ConnectionString::Pairs(pairs)),
            // `host=h application_name=a://b`: a key comes first.
            Some(pairs) if pairs.first().is_some_and(|(key, _)| is_word(key)) => {
                Ok(ConnectionString::Pairs(pairs))
            }
            _ => Err(misread(text)),
        }
    }

    /// Names and values as they stand in the text; of one that stands there twice, libpq takes the last.
    pub fn parameters(&self) -> Result<Vec<(String, String)>> {
        match self {
            ConnectionString::Url(text) => parse_url(text),
            ConnectionString::Pairs(pairs) => Ok(pairs.clone()),
        }
    }

    /// Leads to another database.
    pub fn set_dbname(&mut self, dbname: &str) {
        match self {
            ConnectionString::Pairs(pairs) => {
                pairs.retain(|(key, _)| key != "dbname");
                pairs.push(("dbname".to_owned(), dbname.to_owned()));
            }
            ConnectionString::Url(url) => {
                let (base, parameters) = split_parameters(url);
                let authority = base.find("://").map_or(0, |colon| colon + "://".len());
                let path = base[authority..].find('/').map_or(base.len(), |slash| authority + slash);
                let is_dbname = |parameter: &&str| {
                    let key = parameter.split('=').next().unwrap_or_default();
                    decoded(key).is_ok_and(|key| key == "dbname")
                };
                let kept: Vec<&str> =
                    parameters.split('&').filter(|it| !it.is_empty() && !is_dbname(it)).collect();
                let separator = if kept.is_empty() { "" } else { "?" };
                *url = format!("{}/{}{separator}{}", &base[..path], encoded(dbname), kept.join("&"));
            }
        }
    }
}

/// As it is written, the password too: for connecting, not for messages.
impl fmt::Display for ConnectionString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectionString::Url(text) => f.write_str(text),
            ConnectionString::Pairs(pairs) => f.write_str(&written(pairs)),
        }
    }
}

/// `key='value'` pairs.
pub(super) fn written(pairs: &[(String, String)]) -> String {
    let pair = |(key, value): &(String, String)| {
        format!("{key}='{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
    };
    pairs.iter().map(pair).collect::<Vec<_>>().join(" ")
}

/// Is it a URL for libpq?
pub(super) fn is_url(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| text.starts_with(scheme))
}

/// A usage error that repeats nothing of the text.
pub(super) fn malformed(what: &str) -> Error {
    Error::usage(format!("the connection string makes no sense: {what}")).help(FORM)
}

/// What is wrong with a text that is neither form.
fn misread(text: &str) -> Error {
    let trimmed = text.trim();
    let bare = trimmed.trim_matches(['"', '\'', '`']);
    if trimmed.is_empty() {
        return Error::usage("the connection string is empty").help(FORM);
    }
    if bare != trimmed {
        return Error::usage("the connection string stands in quotes, and they are part of it")
            .help("leave the quotes away: `docker --env-file` and the like keep them");
    }
    if trimmed != text && is_url(trimmed) {
        return Error::usage("the connection string begins or ends with a blank").help("remove it");
    }
    if let Some((scheme, _)) = trimmed.split_once("://") {
        let plain = scheme.to_ascii_lowercase();
        if ["postgres", "postgresql"].contains(&plain.as_str()) {
            return Error::usage("the scheme of the connection string has capital letters")
                .help("write postgres:// in small letters");
        }
        if plain.contains("postgres") {
            return Error::usage("the connection string is a URL for another driver")
                .help("write postgres:// and nothing before it or between");
        }
        return Error::usage("the connection string is no postgres:// URL").help(FORM);
    }
    Error::usage("the connection string is neither a postgres:// URL nor key=value pairs").help(FORM)
}

fn split_parameters(url: &str) -> (&str, &str) {
    // A `?` before the `@` is part of user or password.
    let after_userinfo = user_and_rest(url).1;
    let start = url.len() - after_userinfo.len();
    match after_userinfo.find('?') {
        Some(mark) => (&url[..start + mark], &after_userinfo[mark + 1..]),
        None => (url, ""),
    }
}

/// What stands before the first `@`, if it stands before the first `/`, and what comes after it.
fn user_and_rest(url: &str) -> (Option<&str>, &str) {
    let rest = SCHEMES.iter().find_map(|scheme| url.strip_prefix(scheme)).unwrap_or(url);
    match rest.find(['@', '/']) {
        Some(place) if rest[place..].starts_with('@') => (Some(&rest[..place]), &rest[place + 1..]),
        _ => (None, rest),
    }
}

fn parse_url(text: &str) -> Result<Vec<(String, String)>> {
    if text.contains(|character: char| character.is_control()) || text.trim_end() != text {
        return Err(malformed("there is a line break or another invisible character in it"));
    }
    let mut found = Vec::new();
    let mut add = |key: &str, value: &str| -> Result<()> {
        if !value.is_empty() {
            found.push((key.to_owned(), decoded(value)?));
        }
        Ok(())
    };
    let (userinfo, rest) = user_and_rest(text);
    if let Some(userinfo) = userinfo {
        let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
        add("user", user)?;
        add("password", password)?;
    }
    let (rest, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    if rest.contains('@') {
        return Err(malformed("there is an `@` behind the one that ends user and password; write it as %40"));
    }
    let (authority, dbname) = rest.split_once('/').unwrap_or((rest, ""));
    let (hosts, ports): (Vec<&str>, Vec<&str>) =
        authority.split(',').map(host_and_port).collect::<Result<Vec<_>>>()?.into_iter().unzip();
    add("host", &hosts.join(","))?;
    add("port", &ports.join(","))?;
    add("dbname", dbname)?;
    for parameter in parameters.split('&').filter(|_| !parameters.is_empty()) {
        let Some((key, value)) = parameter.split_once('=') else {
            return Err(malformed("a parameter behind the `?` has no `=`"));
        };
        if value.contains('=') {
            return Err(malformed("a parameter behind the `?` has two `=`; write the second as %3D"));
        }
        let (key, value) = (decoded(key)?, decoded(value)?);
        // What JDBC calls it.
        let jdbc = key == "ssl" && value == "true";
        found.push(if jdbc { ("sslmode".to_owned(), "require".to_owned()) } else { (key, value) });
    }
    Ok(found)
}

/// `host`, `host:5432`, `[::1]:5432`
fn host_and_port(text: &str) -> Result<(&str, &str)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(address) => {
            let (address, rest) =
                address.split_once(']').ok_or_else(|| malformed("the `[` of an IPv6 address has no `]`"))?;
            if address.is_empty() {
                return Err(malformed("there is no address in the `[]`"));
            }
            match rest.strip_prefix(':') {
                Some(port) => (address, port),
                None if rest.is_empty() => (address, ""),
                None => return Err(malformed("behind the `]` of an IPv6 address comes neither `:` nor `/`")),
            }
        }
        None => text.split_once(':').unwrap_or((text, "")),
    };
    if port.contains(|character: char| !character.is_ascii_digit()) {
        return Err(malformed(
            "behind the host's `:` there is no number (or an `@` is missing, or user or password have a `/` that \
             is not written %2F)",
        ));
    }
    Ok((host, port))
}

fn decoded(text: &str) -> Result<String> {
    let bytes = text.as_bytes();
    let wrong = bytes.iter().enumerate().any(|(place, byte)| {
        let digit = |offset: usize| bytes.get(place + offset).is_some_and(u8::is_ascii_hexdigit);
        *byte == b'%' && !(digit(1) && digit(2))
    });
    let decoded: Vec<u8> = percent_decode_str(text).collect();
    if wrong || decoded.contains(&0) {
        return Err(malformed("a `%` is not followed by two digits; write a `%` itself as %25"));
    }
    String::from_utf8(decoded).map_err(|_| malformed("what is percent-encoded in it is not UTF-8"))
}

pub(super) fn encoded(text: &str) -> String {
    // The three that stand in names and need no escape anywhere.
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
    utf8_percent_encode(text, PLAIN).to_string()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_ascii_lowercase() || character == '_')
}

/// `key = value`, `key = 'a value'`, with `\'` and `\\` in it; `None` where that is not what it is.
pub(super) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let key = key.trim_end();
        if key.is_empty() || key.contains(char::is_whitespace) {
            return None;
        }
        let (value, after) = value(after.trim_start())?;
        pairs.push((key.to_owned(), value));
        rest = after.trim_start();
    }
    Some(pairs)
}

fn value(text: &str) -> Option<(String, &str)> {
    let (quoted, text) = text.strip_prefix('\'').map_or((false, text), |text| (true, text));
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '\'' if quoted => return Some((value, &text[place + 1..])),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            blank if blank.is_whitespace() && !quoted => return Some((value, &text[place..])),
            other => value.push(other),
        }
    }
    if quoted { None } else { Some((value, "")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        let parameters = ConnectionString::parse(text).unwrap().parameters().unwrap();
        parameters.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn urls_are_taken_apart_as_libpq_does() {
        for (text, parts) in [
            ("postgres://", ""),
            ("postgresql://u:p@h:1/d?x=y", "user=u password=p host=h port=1 dbname=d x=y"),
            ("postgres://u:p?q#r@h", "user=u password=p?q#r host=h"),
            ("postgres://a:1,b:2,c/d", "host=a,b,c port=1,2, dbname=d"),
            ("postgres://[::1]:5,h/d", "host=::1,h port=5, dbname=d"),
            ("postgres://%2Ftmp%2Fa%20b:5/d", "host=/tmp/a b port=5 dbname=d"),
            ("postgres://u@localhost:5/db?host=/tmp", "user=u host=localhost port=5 dbname=db host=/tmp"),
            ("postgres:///d?ssl=true&user=u%26v", "dbname=d sslmode=require user=u&v"),
            ("postgres://:secret@h", "password=secret host=h"),
        ] {
            assert_eq!(parsed(text), parts, "{text}");
        }
    }

    #[test]
    fn pairs_are_taken_apart_as_libpq_does() {
        for (text, parts) in [
            ("host=h user = u", "host=h user=u"),
            (r"password = 'a b\' c'host=h", "password=a b' c host=h"),
            (r"password=a\ b\\ host=h\", r"password=a b\ host=h"),
            ("sslmode= host=h", "sslmode=host=h"),
            ("user='' host=a://b", "user= host=a://b"),
        ] {
            assert_eq!(parsed(text), parts, "{text}");
        }
    }
}
