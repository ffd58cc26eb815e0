//! The parameters of a connection, one row each, and where their values come from: the connection string, then the
//! service, then the environment.

use std::collections::BTreeMap;

use super::environment::Environment;
use super::known::Handling::{OnlyAs, Used};
use super::known::{PARAMETERS, Parameter};
use super::text::ConnectionString;
use crate::error::{Error, Result};

/// Settings of the session that libpq takes from the environment.
const OF_THE_SESSION: &[(&str, &str)] =
    &[("PGDATESTYLE", "datestyle"), ("PGTZ", "timezone"), ("PGGEQO", "geqo")];

/// A value and where it came from.
pub(super) struct Value {
    pub text: String,
    /// In the words of a message: `sslmode`, or `PGSSLMODE`.
    pub called: String,
}

/// The value of each parameter that has one.
pub(super) struct Settled(BTreeMap<&'static str, Value>);

impl Settled {
    /// Reads the string alone.
    pub fn said(text: &str) -> Result<Self> {
        let mut settled = Settled(BTreeMap::new());
        for (key, text) in ConnectionString::parse(text)?.parameters()? {
            let (name, text) = known(&key, text)?;
            // Of one that is said twice, libpq takes the last.
            settled.0.insert(name, Value { text, called: name.to_owned() });
        }
        settled.refuse_what_is_not_done()?;
        Ok(settled)
    }

    /// Reads the string; what it does not say the service says, and what neither says the environment.
    pub fn new(text: &str, environment: &Environment) -> Result<Self> {
        let mut settled = Self::said(text)?;
        let service = settled.0.get("service").map(|value| value.text.clone());
        if let Some(service) = service.or_else(|| environment.variable("PGSERVICE").map(str::to_owned)) {
            for (key, text) in environment.service(&service)? {
                let (name, text) =
                    known(&key, text).map_err(|error| error.while_doing(format!("service {service}")))?;
                let called = format!("{name} of the service {service}");
                settled.0.entry(name).or_insert(Value { text, called });
            }
        }
        // What `sslmode=require` was called in the last century.
        if !settled.0.contains_key("sslmode")
            && environment.variable("PGSSLMODE").is_none()
            && environment.variable("PGREQUIRESSL").is_some_and(|value| value.starts_with('1'))
        {
            let value = Value { text: "require".to_owned(), called: "PGREQUIRESSL".to_owned() };
            settled.0.insert("sslmode", value);
        }
        for Parameter { name, variable, .. } in PARAMETERS {
            if let Some(variable) = variable
                && let Some(text) = environment.variable(variable)
            {
                let value = Value { text: text.to_owned(), called: (*variable).to_owned() };
                settled.0.entry(name).or_insert(value);
            }
        }
        settled.refuse_what_is_not_done()?;
        Ok(settled)
    }

    /// The value of a parameter; where libpq takes an empty one for none, so does this.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.value(name).map(|value| value.text.as_str()).filter(|text| !text.is_empty())
    }

    /// The value, empty ones too.
    pub fn value(&self, name: &str) -> Option<&Value> {
        debug_assert!(PARAMETERS.iter().any(|row| row.name == name && matches!(row.handling, Used)));
        self.0.get(name)
    }

    /// One of these words; an empty value is none of them. Gives the place in the list.
    pub fn one_of(&self, name: &str, words: &[&str]) -> Result<Option<usize>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        match words.iter().position(|word| *word == value.text) {
            Some(place) => Ok(Some(place)),
            None => Err(Error::usage(format!("{} has a value that it cannot have", value.called))
                .help(format!("one of: {}", words.join(", ")))),
        }
    }

    /// A number that may be negative, as libpq reads it.
    pub fn number(&self, name: &str) -> Result<Option<i64>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let number = value.text.trim().trim_start_matches('+').parse::<i32>();
        number.map(|number| Some(number.into())).map_err(|_| {
            Error::usage(format!("{} is not a whole number", value.called))
                .help(format!("for example {name}=10"))
        })
    }

    /// The server's options: those that were said, and what the environment sets of the session.
    pub fn options(&self, environment: &Environment) -> String {
        let mut options = self.get("options").unwrap_or_default().to_owned();
        for (variable, setting) in OF_THE_SESSION {
            if let Some(value) =
                environment.variable(variable).filter(|value| !value.eq_ignore_ascii_case("default"))
            {
                let value = value.replace('\\', r"\\").replace(' ', r"\ ");
                options = format!("{options} -c {setting}={value}");
            }
        }
        options.trim().to_owned()
    }

    fn refuse_what_is_not_done(&self) -> Result<()> {
        for (name, value) in &self.0 {
            let row = PARAMETERS.iter().find(|row| row.name == *name);
            let Some(Parameter { handling: OnlyAs(words), .. }) = row else { continue };
            let text = value.text.to_ascii_lowercase();
            if !words.contains(&text.as_str()) && !text.is_empty() {
                let help = match words {
                    [] => "leave it away".to_owned(),
                    words => format!("leave it away, or give it one of these values: {}", words.join(", ")),
                };
                return Err(
                    Error::usage(format!("{} is not supported with this value", value.called)).help(help)
                );
            }
        }
        Ok(())
    }
}

/// The row of a parameter that was said.
fn known(key: &str, text: String) -> Result<(&'static str, String)> {
    if key == "requiressl" {
        let mode = if text.starts_with('1') { "require" } else { "prefer" };
        return Ok(("sslmode", mode.to_owned()));
    }
    if let Some(parameter) = PARAMETERS.iter().find(|parameter| parameter.name == key) {
        return Ok((parameter.name, text));
    }
    // The name is not repeated: where a blank, a `?` or an `&` is wrong, it is a piece of the password.
    let error = Error::usage("the connection string has a parameter that does not exist");
    let near = PARAMETERS.iter().map(|parameter| (distance(key, parameter.name), parameter.name)).min();
    Err(match near {
        Some((0..=2, name)) => error.help(format!("did you mean {name}?")),
        _ => error.help("the parameters are those of libpq: host, port, dbname, user, password, sslmode, …"),
    })
}

/// How many letters are to be put in, taken away or changed to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (line, from) in one.chars().enumerate() {
        let mut corner = row[0];
        row[0] = line + 1;
        for (column, to) in other.chars().enumerate() {
            let change = corner + usize::from(from != to);
            corner = row[column + 1];
            row[column + 1] = change.min(row[column] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(text: &str, variables: &[(&str, &str)]) -> Result<Settled> {
        Settled::new(text, &Environment::new(variables.iter().copied()))
    }

    #[test]
    fn the_string_wins_over_the_environment() {
        let variables = [("PGHOST", "env"), ("PGSSLMODE", "verify-full"), ("PGPORT", "1")];
        let settled = settled("host=said port=''", &variables).unwrap();
        assert_eq!(settled.get("host"), Some("said"));
        assert_eq!(settled.get("port"), None, "an empty value is said, and is none");
        assert_eq!(settled.value("sslmode").unwrap().called, "PGSSLMODE");
    }

    #[test]
    fn what_is_not_done_is_refused_by_name() {
        for (text, name) in [
            ("gssencmode=require", "gssencmode"),
            ("requirepeer=postgres", "requirepeer"),
            ("require_auth=scram-sha-256", "require_auth"),
            ("replication=database", "replication"),
            ("client_encoding=latin1", "client_encoding"),
            ("scram_client_key=x", "scram_client_key"),
        ] {
            let error = settled(text, &[]).err().unwrap();
            assert!(error.is_usage() && error.to_string().contains(name), "{text}: {error}");
        }
        let error = settled("host=h", &[("PGREQUIREPEER", "x")]).err().unwrap();
        assert!(error.to_string().contains("PGREQUIREPEER"), "{error}");
        for text in [
            "gssencmode=prefer client_encoding=UTF8 keepalives=1 keepalives_idle=30 sslcompression=0 krbsrvname=x",
            "postgres://h/d?gssencmode=disable&fallback_application_name=x&replication=false&require_auth=",
        ] {
            settled(text, &[]).unwrap();
        }
    }

    #[test]
    fn what_does_not_exist_is_not_repeated() {
        let message = |text| settled(text, &[]).err().unwrap().to_string();
        assert!(message("host=h sslmod=require").contains("did you mean sslmode?"));
        assert!(message("postgres://h?paswrd=s3cret").contains("did you mean password?"));
        assert!(!message("host=h s3cret=1").contains("s3cret"));
    }

    #[test]
    fn names_are_unique_and_in_order() {
        assert!(PARAMETERS.windows(2).all(|two| two[0].name < two[1].name));
    }
}
