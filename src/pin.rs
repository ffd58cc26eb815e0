//! Settings of our sessions, independent of `ALTER ROLE … SET`, `ALTER DATABASE … SET` and the server's configuration:
//! the output of texts, their input, and no timeout that could end our work.
//!
//! Settings of a role or a database that are not listed here get Postgres's built-in default.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use postgres::error::SqlState;
use postgres::{Client, GenericClient};

use crate::connect::{self, Environment, connect_in, with_options};
use crate::ident::literal;
use crate::interrupt::{OnInterrupt, on_interrupt};
use crate::text_settings::TEXT_SETTINGS;
use crate::{Error, Result};

/// Every setting that an output, a replay or a measurement depends on, beside those of [`TEXT_SETTINGS`]. A setting
/// that the server does not know, or that the role may not set, is skipped.
const SETTINGS: &[(&str, &str)] = &[
    // Our own statements have bounds of their own.
    ("statement_timeout", "0"),
    ("lock_timeout", "0"),
    ("transaction_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
    ("idle_session_timeout", "0"),
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_read_only", "off"),
    ("default_transaction_deferrable", "off"),
    // Output of messages and values.
    ("lc_messages", "C"),
    ("lc_monetary", "C"),
    ("lc_numeric", "C"),
    ("lc_time", "C"),
    // Input of texts.
    ("escape_string_warning", "on"),
    ("check_function_bodies", "on"),
    // Execution of statements.
    ("default_tablespace", ""),
    ("temp_tablespaces", ""),
    ("default_table_access_method", "heap"),
    ("default_toast_compression", "pglz"),
    ("row_security", "on"),
    ("session_replication_role", "origin"),
    ("event_triggers", "on"),
    ("createrole_self_grant", ""),
    ("restrict_nonsystem_relation_kind", ""),
    ("client_min_messages", "notice"),
];

/// The `search_path` that every replay begins with, like a file of the runner.
const SEARCH_PATH: &str = "public";

/// Timeouts that could end a session before its first statement. Every role may set them in the connection's options.
const TIMEOUTS: &[&str] =
    &["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"];

/// The number of attempts at the statement that lifts a role's timeout, which that timeout may cancel.
const ATTEMPTS: usize = 5;

/// Opens a connection with these settings.
///
/// # Errors
/// As of [`connect_in`], or the server refuses.
pub(crate) fn connect_pinned(url: &str, environment: &Environment) -> Result<Client> {
    let mut client = connect_in(url, environment)?;
    let ends = match pin(&mut client, &[]) {
        Ok(ours) if ours.is_empty() => return Ok(client),
        Ok(ours) => options(ours.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
        Err(error) if is_timeout(&error) => options(TIMEOUTS.iter().map(|name| (*name, "0"))),
        Err(error) => return Err(error),
    };
    // As options of the connection they also survive a RESET ALL of a file.
    match connect_in(&with_options(url, &ends)?, environment) {
        Ok(mut other) => pin(&mut other, &[]).map(|_| other),
        // A pooler refuses options: the settings made so far have to do.
        Err(_) => pin(&mut client, &[]).map(|_| client),
    }
}

/// The bound on a cancel request after a signal.
const CANCELLING: Duration = Duration::from_secs(2);

/// When a signal ends the process, also cancels the statement of this connection on the server, until the returned
/// value is dropped.
pub(crate) fn cancelled_at_a_signal(client: &Client, url: &str, environment: &Environment) -> OnInterrupt {
    let connecting = (url.to_owned(), environment.clone());
    let token = client.cancel_token();
    on_interrupt(move || {
        let ((url, environment), token) = (connecting.clone(), token.clone());
        let (done, cancelled) = mpsc::channel();
        // A server that does not answer blocks only its own thread.
        thread::spawn(move || {
            let _ = connect::cancel(&url, &environment, &token);
            let _ = done.send(());
        });
        let _ = cancelled.recv_timeout(CANCELLING);
    })
}

/// Sets all of them in a session; `other` has precedence. Returns the settings that the role or the database sets to
/// another value and that every role may set.
///
/// # Errors
/// The server refuses.
pub(crate) fn pin(client: &mut Client, other: &[(&str, &str)]) -> Result<Vec<(String, String)>> {
    let sql = session(other);
    let mut attempt = 1;
    loop {
        match client.simple_query(&sql) {
            Ok(messages) => {
                return Ok(messages.iter().filter_map(from_outside).collect());
            }
            Err(error) if error.code() == Some(&SqlState::QUERY_CANCELED) && attempt < ATTEMPTS => {
                attempt += 1
            }
            Err(error) => return Err(failed(error)),
        }
    }
}

/// The statements of [`pin`], to be sent in one message with others.
pub(crate) fn session(other: &[(&str, &str)]) -> String {
    format!(
        "SET statement_timeout TO 0; SET ROLE NONE; SET search_path TO ''; {}; SET search_path TO {SEARCH_PATH}",
        set(other, false)
    )
}

/// Sets them for a transaction that reads schemas, with an empty path, so that names are qualified.
///
/// # Errors
/// The server refuses.
pub(crate) fn pin_locally(transaction: &mut impl GenericClient) -> Result<()> {
    let sql = format!("SET LOCAL statement_timeout TO 0; SET LOCAL search_path TO ''; {}", set(&[], true));
    transaction.batch_execute(&sql).map_err(failed)
}

/// A query that sets those that differ, with a row for each.
fn set(other: &[(&str, &str)], local: bool) -> String {
    let ours = SETTINGS.iter().chain(TEXT_SETTINGS);
    let listed = ours.filter(|(name, _)| other.iter().all(|(own, _)| own != name)).chain(other);
    let values: Vec<String> =
        listed.map(|(name, value)| format!("({}, {})", literal(name), literal(value))).collect();
    include_str!("pin/set.sql")
        .replace("/* settings */", &values.join(", "))
        .replace("/* local */", if local { "true" } else { "false" })
}

fn from_outside(message: &postgres::SimpleQueryMessage) -> Option<(String, String)> {
    let postgres::SimpleQueryMessage::Row(row) = message else { return None };
    (row.get(2) == Some("t")).then_some(())?;
    let name = row.get(0)?;
    let value = if name == "search_path" { SEARCH_PATH } else { row.get(1)? };
    Some((name.to_owned(), value.to_owned()))
}

/// `-c name=value`, the form of a connection's options.
fn options<'a>(settings: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let escaped = |value: &str| value.replace('\\', "\\\\").replace(' ', "\\ ");
    settings.map(|(name, value)| format!("-c {name}={}", escaped(value))).collect::<Vec<_>>().join(" ")
}

fn is_timeout(error: &Error) -> bool {
    // The server may have ended the session without an answer.
    matches!(error.sqlstate(), None | Some("57014" | "57P05" | "25P04" | "57P01"))
}

fn failed(error: postgres::Error) -> Error {
    Error::database("the settings of a session cannot be set").because(error)
}
