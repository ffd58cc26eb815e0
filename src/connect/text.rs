//! Connection strings as text: read, changed, written again, shown without the password.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::error::{Error, Result};

/// What stands where a password stood.
const HIDDEN: &str = "***";

/// A connection string in one of libpq's two forms.
#[derive(Debug, Clone)]
pub(super) enum ConnectionString {
    /// Everything before the `?`, and the parameters after it, as they stand there.
    Url { base: String, parameters: Vec<(String, String)> },
    /// `key=value` pairs, values without quotes and escapes.
    Pairs(Vec<(String, String)>),
}

impl ConnectionString {
    /// Takes it apart; whether the parts make sense, the driver says.
    pub fn parse(text: &str) -> Result<Self> {
        if is_url(text) {
            let (base, parameters) = text.split_once('?').unwrap_or((text, ""));
            let parameters = parameters.split('&').filter(|parameter| !parameter.is_empty());
            let pair = |parameter: &str| {
                let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
                (decoded(key), value.to_owned())
            };
            return Ok(ConnectionString::Url {
                base: base.to_owned(),
                parameters: parameters.map(pair).collect(),
            });
        }
        pairs(text).map(ConnectionString::Pairs).ok_or_else(|| {
            // The text may be a password that went astray, so it is not repeated.
            Error::usage("the connection string is neither a postgres:// URL nor key=value pairs")
                .help("write postgres://user@host:5432/database, with what is special percent-encoded")
        })
    }

    /// Takes a parameter out and gives its value.
    pub fn take(&mut self, key: &str) -> Option<String> {
        let pairs = self.parameters();
        let place = pairs.iter().position(|(found, _)| found == key)?;
        let (_, value) = pairs.remove(place);
        Some(if matches!(self, ConnectionString::Url { .. }) { decoded(&value) } else { value })
    }

    /// Sets a parameter.
    pub fn set(&mut self, key: &str, value: &str) {
        while self.take(key).is_some() {}
        let value = match self {
            ConnectionString::Url { .. } => encoded(value),
            ConnectionString::Pairs(_) => value.to_owned(),
        };
        self.parameters().push((key.to_owned(), value));
    }

    /// Leads to another database.
    pub fn set_dbname(&mut self, dbname: &str) {
        while self.take("dbname").is_some() {}
        match self {
            ConnectionString::Pairs(_) => self.set("dbname", dbname),
            ConnectionString::Url { base, .. } => {
                let authority = base.find("://").map_or(0, |colon| colon + "://".len());
                let path = base[authority..].find('/').map_or(base.len(), |slash| authority + slash);
                base.truncate(path);
                base.push('/');
                base.push_str(&encoded(dbname));
            }
        }
    }

    /// Without the password.
    pub fn redacted(&self) -> String {
        redacted(&self.to_string())
    }

    fn parameters(&mut self) -> &mut Vec<(String, String)> {
        match self {
            ConnectionString::Url { parameters, .. } | ConnectionString::Pairs(parameters) => parameters,
        }
    }
}

impl fmt::Display for ConnectionString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectionString::Url { base, parameters } => {
                f.write_str(base)?;
                for (number, (key, value)) in parameters.iter().enumerate() {
                    let separator = if number == 0 { '?' } else { '&' };
                    write!(f, "{separator}{}={value}", encoded(key))?;
                }
                Ok(())
            }
            ConnectionString::Pairs(pairs) => {
                let pair = |(key, value): &(String, String)| {
                    format!("{key}='{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
                };
                f.write_str(&pairs.iter().map(pair).collect::<Vec<_>>().join(" "))
            }
        }
    }
}

/// The text without the password. Where it is malformed, rather too much is hidden than too little.
pub(super) fn redacted(text: &str) -> String {
    if !is_url(text) {
        let Some(pairs) = pairs(text) else { return "(a malformed connection string, not shown)".to_owned() };
        let hide = |(key, value): (String, String)| {
            if is_secret(&key) { (key, HIDDEN.to_owned()) } else { (key, value) }
        };
        return ConnectionString::Pairs(pairs.into_iter().map(hide).collect()).to_string();
    }
    // A password that is not percent-encoded may hold any character, so the last `@` ends it.
    let (userinfo, rest) =
        text.rsplit_once('@').map_or(("", text), |(userinfo, _)| (userinfo, &text[userinfo.len()..]));
    let authority = userinfo.find("://").map_or(0, |colon| colon + "://".len());
    let user = match userinfo[authority..].find(':') {
        Some(colon) => format!("{}:{HIDDEN}", &userinfo[..authority + colon]),
        None => userinfo.to_owned(),
    };
    hide_parameters(&format!("{user}{rest}"))
}

fn hide_parameters(url: &str) -> String {
    let Some((base, parameters)) = url.split_once('?') else { return url.to_owned() };
    let hide = |parameter: &str| match parameter.split_once('=') {
        Some((key, _)) if is_secret(&decoded(key)) => format!("{key}={HIDDEN}"),
        _ => parameter.to_owned(),
    };
    format!("{base}?{}", parameters.split('&').map(hide).collect::<Vec<_>>().join("&"))
}

/// `password`, `sslpassword`, `passfile` and whatever comes.
fn is_secret(key: &str) -> bool {
    key.to_ascii_lowercase().contains("pass")
}

fn is_url(text: &str) -> bool {
    text.contains("://")
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn encoded(text: &str) -> String {
    // The three that stand in names and need no escape anywhere.
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
    utf8_percent_encode(text, PLAIN).to_string()
}

/// `key = value`, `key = 'a value'`, with `\'` and `\\` in it; `None` where that is not what it is.
fn pairs(text: &str) -> Option<Vec<(String, String)>> {
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
    if pairs.is_empty() { None } else { Some(pairs) }
}

fn value(text: &str) -> Option<(String, &str)> {
    let (quoted, text) = text.strip_prefix('\'').map_or((false, text), |text| (true, text));
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '\'' if quoted => return Some((value, &text[place + 1..])),
            '\\' => value.push(characters.next()?.1),
            blank if blank.is_whitespace() && !quoted => return Some((value, &text[place..])),
            other => value.push(other),
        }
    }
    if quoted { None } else { Some((value, "")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (text, shown) in [
            ("postgres://u:p@h:1/d", "postgres://u:***@h:1/d"),
            ("postgresql://u:p@h1,h2/d?x=1", "postgresql://u:***@h1,h2/d?x=1"),
            ("postgres://u@h/d", "postgres://u@h/d"),
            ("postgres://h:1/d", "postgres://h:1/d"),
            ("postgres://u:a@b/c?d:e@h/d", "postgres://u:***@h/d"),
            ("postgres://h/d?password=p", "postgres://h/d?password=***"),
            ("postgres://u@h/d?user=u&pass%77ord=p&x=1", "postgres://u@h/d?user=u&pass%77ord=***&x=1"),
            ("postgres://u:p@h/d?sslpassword=q", "postgres://u:***@h/d?sslpassword=***"),
            ("mysql://u:p@h", "mysql://u:***@h"),
            ("host=h password=p dbname=d", "host='h' password='***' dbname='d'"),
            (r"password = 'a b\' c' host=h", "password='***' host='h'"),
            (r"password=a\ b host=h", "password='***' host='h'"),
            ("password='p", "(a malformed connection string, not shown)"),
            ("just a password", "(a malformed connection string, not shown)"),
            ("", "(a malformed connection string, not shown)"),
        ] {
            assert_eq!(redacted(text), shown, "{text}");
        }
    }

    #[test]
    fn parameters_are_taken_and_set_in_both_forms() {
        for (text, after) in [
            ("postgres://h/d?sslrootcert=%2Fa%20b&x=1", "postgres://h/d?x=1&sslmode=require"),
            ("host=h sslrootcert='/a b'", "host='h' sslmode='require'"),
        ] {
            let mut parsed = ConnectionString::parse(text).unwrap();
            assert_eq!(parsed.take("sslrootcert").as_deref(), Some("/a b"));
            assert_eq!(parsed.take("sslrootcert"), None);
            parsed.set("sslmode", "require");
            assert_eq!(parsed.to_string(), after);
        }
    }
}
