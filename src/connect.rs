//! Connects to a database that the user names.
//!
//! What is understood is what the driver understands, in both of libpq's forms (`postgres://…` and `key=value`),
//! and besides it:
//!
//! * `sslmode=verify-ca` and `sslmode=verify-full`, and `sslrootcert` (a file of certificates, or `system`). As in
//!   libpq, `prefer` (the default) and `require` encrypt without asking who the server is; `require` with an
//!   `sslrootcert` is `verify-ca`. The certificates are the system's unless `sslrootcert` names others.
//! * `PGPASSWORD`, where the connection string holds no password.
//!
//! Not understood: password files, service files, client certificates.

mod text;
mod tls;

use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config};
use text::ConnectionString;

use crate::error::{Error, Result};

/// How long a connection may take when the connection string does not say so.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens a connection; `url` is a `postgres://` URL or a `key=value` string.
///
/// The session's `application_name` is `feedstock` unless the string names another.
///
/// # Errors
///
/// The string makes no sense (a usage error), or the server cannot be reached or refuses. The message names host,
/// port, user and database, and never the password.
pub fn connect(url: &str) -> Result<Client> {
    let mut text = ConnectionString::parse(url)?;
    let verification = tls::Verification::take_from(&mut text)?;
    let mut config = config(&text)?;
    // As in libpq, a socket on this machine never speaks TLS, whatever `sslmode` says.
    let local = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
    let client = match verification {
        Some(verification) if !local => config.connect(verification.connector()?),
        _ => config.ssl_mode(SslMode::Disable).connect(postgres::NoTls),
    };
    client.map_err(|error| cannot_connect(&config, error))
}

/// The connection string with the password left out, for messages.
pub fn redacted(url: &str) -> String {
    text::redacted(url)
}

/// The same connection string, leading to another database of the same server.
///
/// # Errors
///
/// The string makes no sense.
pub fn with_dbname(url: &str, dbname: &str) -> Result<String> {
    let mut text = ConnectionString::parse(url)?;
    text.set_dbname(dbname);
    Ok(text.to_string())
}

/// The same connection string with further options of the server's command line, which win over those that it has.
///
/// # Errors
///
/// The string makes no sense.
pub(crate) fn with_options(url: &str, options: &str) -> Result<String> {
    let mut text = ConnectionString::parse(url)?;
    let own = text.take("options").unwrap_or_default();
    text.set("options", format!("{own} {options}").trim());
    Ok(text.to_string())
}

fn config(text: &ConnectionString) -> Result<Config> {
    let mut config: Config = text.to_string().parse().map_err(|error: postgres::Error| {
        // The driver's message names the key, never the value.
        Error::usage(format!("{} is not a connection string", text.redacted()))
            .because(error)
            .help("write postgres://user@host:5432/database, with what is special percent-encoded")
    })?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(Error::usage(format!("{} names no host", text.redacted())).help(
            "write postgres://user@host:5432/database, or host=/var/run/postgresql for a socket's directory",
        ));
    }
    if config.get_hosts().is_empty() {
        // TLS wants a name, and an address is one.
        for address in config.get_hostaddrs().to_vec() {
            config.host(&address.to_string());
        }
    }
    if config.get_application_name().is_none() {
        config.application_name("feedstock");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_password().is_none()
        && let Ok(password) = std::env::var("PGPASSWORD")
    {
        config.password(password);
    }
    Ok(config)
}

fn cannot_connect(config: &Config, error: postgres::Error) -> Error {
    let help = match error.code().map(postgres::error::SqlState::code) {
        Some("28P01") => "check the user and the password (in the URL, or in PGPASSWORD)",
        Some("28000") => "check the user, and what the server's pg_hba.conf allows it",
        Some("3D000") => "check the database's name, or create it with createdb",
        Some("53300") => "close other connections, or raise the server's max_connections",
        Some(_) => "the server answered and refused: see what it says",
        None if tls::is_to_blame(&error) => {
            "check the server's certificate, name its issuer with sslrootcert, or choose another sslmode"
        }
        None => "check that the server runs and that host and port are right",
    };
    Error::database(format!("cannot connect to {}", place(config))).because(error).help(help)
}

/// Host, port, user and database in words.
fn place(config: &Config) -> String {
    let hosts: Vec<String> = config.get_hosts().iter().map(host_name).collect();
    let ports: Vec<String> = match config.get_ports() {
        [] => vec!["5432".to_owned()],
        ports => ports.iter().map(ToString::to_string).collect(),
    };
    let user = config.get_user().unwrap_or("(that of this account)");
    let database = config.get_dbname().unwrap_or(user);
    let (hosts, ports) = (hosts.join(","), ports.join(","));
    format!("host {hosts}, port {ports}, user {user}, database {database}")
}

fn host_name(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(path) => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_connection_names_everything_but_the_password() {
        // Nothing listens on port 1.
        for url in [
            "postgres://ann:s3cret@127.0.0.1:1/shop",
            "host=127.0.0.1 port=1 user=ann password=s3cret dbname=shop",
        ] {
            let message = connect(url).err().unwrap().to_string();
            assert!(
                message.starts_with("cannot connect to host 127.0.0.1, port 1, user ann, database shop"),
                "{message}"
            );
            assert!(message.contains("help: check that the server runs"), "{message}");
            assert!(!message.contains("s3cret"), "{message}");
        }
    }

    #[test]
    fn nonsense_is_a_usage_error_without_the_password() {
        for url in [
            "postgres://ann:s3cret@h:port/shop",
            "postgres://ann:s3cret@h/shop?no_such_key=1",
            "postgres://ann:s3cret@h/shop?sslmode=maybe",
            "postgres://ann:s3cret@/shop",
            "user=ann password=s3cret",
            "user=ann password='s3cret",
            "s3cret",
        ] {
            let error = connect(url).err().unwrap();
            assert!(error.is_usage(), "{url}: {error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn another_database_of_the_same_server() {
        let with = |url| with_dbname(url, "a b").unwrap();
        assert_eq!(with("postgres://u:p@h:1/x?sslmode=disable"), "postgres://u:p@h:1/a%20b?sslmode=disable");
        assert_eq!(with("postgres://h"), "postgres://h/a%20b");
        assert_eq!(with("postgres://h?dbname=x&user=u"), "postgres://h/a%20b?user=u");
        assert_eq!(with("host=h dbname=x user=u"), "host='h' user='u' dbname='a b'");
        for url in ["postgres://u:p@h:1/x", "host=h dbname=x"] {
            let config: Config = with(url).parse().unwrap();
            assert_eq!(config.get_dbname(), Some("a b"));
        }
    }
}
