//! Connects to a database that the user names, as libpq does: `docs/connections.md` says what is understood.
//!
//! `connect/parameters.rs` lists every parameter, its variable, and what is done with it.

mod attempt;
mod environment;
mod known;
mod message;
mod notice;
mod parameters;
mod redact;
mod target;
mod text;
mod tls;
mod verify;

use postgres::{CancelToken, Client};
use target::Target;
use text::ConnectionString;

use crate::error::Result;

pub use environment::Environment;
pub use message::listen_to_servers;
pub use notice::{Notice, listen};
pub use redact::{is_connection_string, may_be_a_connection, may_hold_a_password, typed, without_secrets};

/// Opens a connection; `text` is a `postgres://` URL or a `key=value` string.
///
/// The session's `application_name` is `feedstock` unless something names another.
///
/// # Errors
///
/// The string makes no sense (a usage error), a file that it names cannot be used, or the server cannot be reached or
/// refuses. The message names host and port, user and database where they were said, and never the password.
pub fn connect(text: &str) -> Result<Client> {
    connect_in(text, &Environment::of_process())
}

/// As [`connect`], in another environment than that of this process.
///
/// # Errors
///
/// As of [`connect`].
pub fn connect_in(text: &str, environment: &Environment) -> Result<Client> {
    attempt::open(&Target::new(text, environment)?)
}

/// Asks the server to cancel what a session does that [`connect_in`] made of the same string and environment.
///
/// # Errors
///
/// As of [`connect`]; no error is no promise that the statement ended.
pub fn cancel(text: &str, environment: &Environment, token: &CancelToken) -> Result<()> {
    attempt::cancel(&Target::new(text, environment)?, token)
}

/// Is it a connection string in which everything makes sense by itself? Nothing is connected to.
///
/// # Errors
///
/// The usage error that [`connect`] would give.
pub fn validate(text: &str) -> Result<()> {
    parameters::Settled::said(text).map(|_| ())
}

/// The connection string without the password, for messages. What cannot be read as one is not shown at all.
pub fn redacted(text: &str) -> String {
    redact::redacted(text)
}

/// The same connection string, leading to another database of the same server.
///
/// # Errors
///
/// The string makes no sense.
pub fn with_dbname(text: &str, dbname: &str) -> Result<String> {
    let mut parsed = ConnectionString::parse(text)?;
    parsed.set_dbname(dbname);
    Ok(parsed.to_string())
}

/// The same connection string with further options of the server's command line, which win over those that it has.
///
/// # Errors
///
/// The string makes no sense.
pub(crate) fn with_options(text: &str, options: &str) -> Result<String> {
    let mut parameters = ConnectionString::parse(text)?.parameters()?;
    let own = parameters.iter().rfind(|(key, _)| key == "options").map(|(_, value)| value.clone());
    parameters.retain(|(key, _)| key != "options");
    parameters
        .push(("options".to_owned(), format!("{} {options}", own.unwrap_or_default()).trim().to_owned()));
    Ok(text::written(&parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> crate::Error {
        connect_in(text, &Environment::none()).err().unwrap()
    }

    #[test]
    fn a_refused_connection_names_everything_but_the_password() {
        // Nothing listens on port 1.
        for url in [
            "postgres://ann:s3cret@127.0.0.1:1/shop",
            "host=127.0.0.1 port=1 user=ann password=s3cret dbname=shop",
        ] {
            let message = refused(url).to_string();
            assert!(
                message.starts_with("cannot connect to host 127.0.0.1, port 1, user ann, database shop"),
                "{message}"
            );
            assert!(message.contains("help: check that the server runs"), "{message}");
            assert!(!message.contains("s3cret"), "{message}");
        }
        let message = refused("host=127.0.0.1 port=1").to_string();
        assert!(message.starts_with("cannot connect to host 127.0.0.1, port 1\n"), "{message}");
    }

    #[test]
    fn nonsense_is_a_usage_error_without_the_password() {
        for url in [
            "postgres://ann:s3cret@h:port/shop",
            "postgres://ann:s3cret@h/shop?no_such_key=1",
            "postgres://ann:s3cret@h/shop?sslmode=maybe",
            "postgres://ann:pass@s3cret@h/shop",
            "postgres://ann:1/s3cret@h/shop",
            "\"postgres://ann:s3cret@h/shop\"",
            " postgres://ann:s3cret@h/shop",
            "postgres://ann:s3cret@h/shop\n",
            "POSTGRES://ann:s3cret@h/shop",
            "postgresql+psycopg://ann:s3cret@h/shop",
            "mysql://ann:s3cret@h/shop",
            "user=ann password='s3cret",
            "user=ann pasword=s3cret",
            "s3cret",
            "",
        ] {
            let error = refused(url);
            assert!(error.is_usage(), "{url}: {error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn another_database_of_the_same_server() {
        let with = |url| with_dbname(url, "a b").unwrap();
        assert_eq!(with("postgres://u:p@h:1/x?sslmode=disable"), "postgres://u:p@h:1/a%20b?sslmode=disable");
        assert_eq!(with("postgres://u:p?q@h:1/x"), "postgres://u:p?q@h:1/a%20b");
        assert_eq!(with("postgres://h"), "postgres://h/a%20b");
        assert_eq!(with("postgres://h?dbname=x&user=u"), "postgres://h/a%20b?user=u");
        assert_eq!(with("host=h dbname=x user=u"), "host='h' user='u' dbname='a b'");
    }
}
