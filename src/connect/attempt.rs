//! One server after the other, until one is good.
//!
//! The order, and what is tried again, is libpq's: the next address after one that cannot be reached or is silent; the
//! next server after one that is starting, or is not of the kind that was asked for; the same address again, with TLS
//! or without, where `sslmode` is `prefer` or `allow` and the server refuses. What else a server refuses is the end.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;
use std::io;
use std::net::{IpAddr, ToSocketAddrs as _};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use postgres::config::SslMode;
use postgres::error::SqlState;
use postgres::{CancelToken, Client, Config, NoTls, SimpleQueryMessage};

use super::notice::{Notice, tell};
use super::target::{Attributes, Place, Server, Target};
use super::tls::{Connector, Mode};
use crate::error::{Error, Result};

/// After this time of silence it is said what is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Connects to the first server that is good.
pub(super) fn open(target: &Target) -> Result<Client> {
    for warning in &target.warnings {
        tell(Notice::Warning(warning));
    }
    let mut failures = Vec::new();
    let passes: &[Attributes] = match target.attributes {
        Attributes::PreferStandby => &[Attributes::Standby, Attributes::Any],
        _ => &[target.attributes],
    };
    for attributes in passes {
        for server in in_order(target.servers.iter().collect(), target.in_random_order) {
            match one_server(target, server, *attributes, &mut failures)? {
                Outcome::Connected(client) => return Ok(*client),
                Outcome::Next => {}
                Outcome::Refused => return Err(in_words(target, failures)),
            }
        }
    }
    Err(in_words(target, failures))
}

/// Asks the server to cancel what a session does that [`open`] made.
pub(super) fn cancel(target: &Target, token: &CancelToken) -> Result<()> {
    let hosts: Vec<Option<&str>> =
        target.servers.iter().filter(|server| server.is_remote()).map(Server::name).collect();
    let connector = if target.tls.mode == Mode::Disable { None } else { Some(target.tls.connector(&hosts)?) };
    let token = token.clone();
    let work = move || match connector {
        Some(connector) => token.cancel_query(connector),
        None => token.cancel_query(NoTls),
    };
    let failed = || Error::database("the request to cancel does not reach the server");
    in_time(Instant::now() + target.timeout, "asking the server to cancel …", work)
        .map_err(|error| failed().because(error))?
        .map_err(|error| failed().because(error))
}

enum Outcome {
    Connected(Box<Client>),
    Next,
    Refused,
}

/// What was tried, and what came of it.
struct Failure {
    what: String,
    cause: Cause,
}

enum Cause {
    Driver(postgres::Error),
    /// The system, or time.
    Io(io::Error),
    /// The server is not of the kind that was asked for.
    Unsuitable(&'static str),
    /// TLS could not even be set up.
    Setup(Error),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Driver(error) => match error.as_db_error() {
                Some(db) => write!(f, "{} (SQLSTATE {})", db.message(), db.code().code()),
                None => f.write_str(&in_full(error)),
            },
            Cause::Io(error) => write!(f, "{error}"),
            Cause::Unsuitable(what) => f.write_str(what),
            Cause::Setup(error) => f.write_str(error.message()),
        }
    }
}

impl Cause {
    /// Does libpq go on to the next address?
    fn is_unreachable(&self) -> bool {
        match self {
            // The driver does not say in a type what it failed at.
            Cause::Driver(error) => error.to_string().starts_with("error connecting to server"),
            Cause::Io(_) => true,
            Cause::Unsuitable(_) | Cause::Setup(_) => false,
        }
    }

    /// Does libpq go on to the next server?
    fn is_for_another_server(&self) -> bool {
        match self {
            Cause::Driver(error) => error.code() == Some(&SqlState::CANNOT_CONNECT_NOW),
            Cause::Unsuitable(_) => true,
            Cause::Io(_) | Cause::Setup(_) => false,
        }
    }

    fn is_from_the_server(&self) -> bool {
        matches!(self, Cause::Driver(error) if error.as_db_error().is_some())
    }

    fn is_tls(&self) -> bool {
        match self {
            Cause::Driver(error) => error.to_string().contains("TLS"),
            Cause::Setup(_) => true,
            Cause::Io(_) | Cause::Unsuitable(_) => false,
        }
    }
}

fn one_server(
    target: &Target,
    server: &Server,
    attributes: Attributes,
    failures: &mut Vec<Failure>,
) -> Result<Outcome> {
    let addresses = match addresses(target, server) {
        Ok(addresses) => addresses,
        Err(error) => {
            failures.push(Failure { what: server.in_words(), cause: Cause::Io(error) });
            return Ok(Outcome::Next);
        }
    };
    for address in in_order(addresses, target.in_random_order) {
        let cause = match one_address(target, server, address, attributes, failures)? {
            Ok(client) => return Ok(Outcome::Connected(Box::new(client))),
            Err(cause) => cause,
        };
        let (next_address, next_server) = (cause.is_unreachable(), cause.is_for_another_server());
        failures.push(Failure { what: server.in_words(), cause });
        if next_server {
            return Ok(Outcome::Next);
        }
        if !next_address {
            return Ok(Outcome::Refused);
        }
    }
    Ok(Outcome::Next)
}

/// With TLS, without, or first the one and then the other. `None` is a socket on this machine, which never speaks TLS.
fn one_address(
    target: &Target,
    server: &Server,
    address: Option<IpAddr>,
    attributes: Attributes,
    failures: &mut Vec<Failure>,
) -> Result<Result<Client, Cause>> {
    let deadline = Instant::now() + target.timeout;
    let mut config = target.config(server);
    let steps: &[SslMode] = match (address, target.tls.mode) {
        (None, _) | (_, Mode::Disable) => &[SslMode::Disable],
        (_, Mode::Allow) => &[SslMode::Disable, SslMode::Prefer],
        (_, Mode::Prefer) => &[SslMode::Prefer, SslMode::Disable],
        _ => &[SslMode::Require],
    };
    let mut last = None;
    for (number, step) in steps.iter().enumerate() {
        config.ssl_mode(*step);
        let (connector, setup) = match step {
            SslMode::Disable => (None, None),
            _ => match target.tls.connector(&[server.name()]) {
                Ok(connector) => (Some(connector), None),
                Err(error) => (None, Some(error)),
            },
        };
        let used = connector.as_ref().map(|connector| connector.was_used.clone());
        let cause = match setup {
            // `prefer` goes on without TLS, and anything else ends.
            Some(error) if target.tls.mode == Mode::Prefer => Cause::Setup(error),
            Some(error) => return Err(error),
            None => match once(
                locate(&config, server, address, connector.as_ref()),
                connector,
                server,
                deadline,
                attributes,
            ) {
                Ok(client) => return Ok(Ok(client)),
                Err(cause) => cause,
            },
        };
        let is_last = number + 1 == steps.len();
        let had_tls = used.is_some_and(|used| used.load(Ordering::Relaxed));
        let goes_on = match target.tls.mode {
            Mode::Allow => cause.is_from_the_server(),
            _ => {
                matches!(cause, Cause::Setup(_))
                    || (had_tls && (cause.is_tls() || cause.is_from_the_server()))
            }
        };
        if is_last || !goes_on || cause.is_for_another_server() {
            last = Some(cause);
            break;
        }
        let how = if *step == SslMode::Disable { "without TLS" } else { "with TLS" };
        failures.push(Failure { what: format!("{}, {how}", server.in_words()), cause });
    }
    Ok(Err(last.unwrap_or(Cause::Unsuitable("nothing was tried"))))
}

fn locate(
    config: &Config,
    server: &Server,
    address: Option<IpAddr>,
    connector: Option<&Connector>,
) -> Config {
    let mut config = config.clone();
    match (&server.place, address) {
        (Place::Tcp { .. }, Some(address)) => {
            // The driver wants a name for TLS, whatever it is.
            config.host(connector.map_or("localhost", |connector| &connector.name)).hostaddr(address);
        }
        (Place::Socket(directory), _) => {
            config.host_path(directory);
        }
        (Place::Tcp { .. }, None) => {}
    }
    config
}

/// From the first packet until the server is ready, and is found to be of the right kind.
///
/// The driver bounds only the first part of that, so it works on a thread of its own. One that is given up ends when
/// its peer says something or goes.
fn once(
    config: Config,
    connector: Option<Connector>,
    server: &Server,
    deadline: Instant,
    attributes: Attributes,
) -> Result<Client, Cause> {
    let work = move || {
        let connected = match connector {
            Some(connector) => config.connect(connector),
            None => config.connect(NoTls),
        };
        let mut client = connected.map_err(Cause::Driver)?;
        match unsuitable(&mut client, attributes).map_err(Cause::Driver)? {
            Some(what) => Err(Cause::Unsuitable(what)),
            None => Ok(client),
        }
    };
    in_time(deadline, &format!("connecting to {} …", server.in_words()), work)
        .unwrap_or_else(|error| Err(Cause::Io(error)))
}

/// Does something on a thread of its own, and waits for it until then.
fn in_time<T: Send + 'static>(
    deadline: Instant,
    what: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = sync_channel(1);
    std::thread::Builder::new().name("connect".to_owned()).spawn(move || {
        // Whoever waited may have given up.
        let _ = sender.send(work());
    })?;
    let left = || deadline.saturating_duration_since(Instant::now());
    let mut answer = receiver.recv_timeout(PATIENCE.min(left()));
    if matches!(answer, Err(RecvTimeoutError::Timeout)) && !left().is_zero() {
        tell(Notice::Waiting(what));
        answer = receiver.recv_timeout(left());
        tell(Notice::Over);
    }
    answer.map_err(|error| match error {
        RecvTimeoutError::Timeout => {
            io::Error::new(io::ErrorKind::TimedOut, "no answer within connect_timeout")
        }
        RecvTimeoutError::Disconnected => io::Error::other("the connection was given up"),
    })
}

/// What keeps a server from being the one that was asked for.
fn unsuitable(client: &mut Client, attributes: Attributes) -> Result<Option<&'static str>, postgres::Error> {
    if attributes == Attributes::Any {
        return Ok(None);
    }
    let answer = client.simple_query(
        "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only')",
    )?;
    let row = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some((row.get(0) == Some("t"), row.get(1) == Some("on"))),
        _ => None,
    });
    let (standby, read_only) = row.unwrap_or_default();
    Ok(match attributes {
        Attributes::ReadWrite if standby || read_only => Some("the server is read-only"),
        Attributes::ReadOnly if !standby && !read_only => Some("the server is not read-only"),
        Attributes::Primary if standby => Some("the server is a standby"),
        Attributes::Standby if !standby => Some("the server is not a standby"),
        _ => None,
    })
}

/// The addresses of a server; of a socket there is one, which has none.
fn addresses(target: &Target, server: &Server) -> io::Result<Vec<Option<IpAddr>>> {
    let name = match &server.place {
        Place::Socket(_) => return Ok(vec![None]),
        Place::Tcp { address: Some(address), .. } => return Ok(vec![Some(*address)]),
        Place::Tcp { name, .. } => name.clone().unwrap_or_default(),
    };
    if let Ok(address) = name.parse() {
        return Ok(vec![Some(address)]);
    }
    let what = format!("looking up {} …", server.in_words());
    let port = server.port;
    let lookup = move || (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
    let found = in_time(Instant::now() + target.timeout, &what, lookup)??;
    let mut addresses: Vec<Option<IpAddr>> = Vec::new();
    for found in found {
        if !addresses.contains(&Some(found.ip())) {
            addresses.push(Some(found.ip()));
        }
    }
    if addresses.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the host's name has no address"));
    }
    Ok(addresses)
}

/// As it is, or shuffled.
fn in_order<T>(mut all: Vec<T>, in_random_order: bool) -> Vec<T> {
    if in_random_order {
        // std's hasher is keyed by the system's randomness, which is all that is wanted here.
        let random = RandomState::new();
        for last in (1..all.len()).rev() {
            let other = random.hash_one(last) % (last as u64 + 1);
            all.swap(last, usize::try_from(other).unwrap_or(last));
        }
    }
    all
}

fn in_words(target: &Target, mut failures: Vec<Failure>) -> Error {
    let Some(last) = failures.pop() else { return Error::usage("no server was named") };
    let mut message = format!("cannot connect to {}{}", last.what, target.about());
    for before in failures {
        message.push_str(&format!("\n  before that, {}: {}", before.what, before.cause));
    }
    let help = help(&last.cause, target);
    let error = Error::database(message).help(help);
    match last.cause {
        Cause::Driver(cause) => error.because(cause),
        Cause::Io(cause) => error.because(cause),
        Cause::Unsuitable(what) => error.because(what),
        Cause::Setup(cause) => error.because(cause),
    }
}

/// An error with its causes: the driver's own text is only what it was doing.
fn in_full(error: &postgres::Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn help(cause: &Cause, target: &Target) -> String {
    if let Some(warning) = target.warnings.first()
        && !cause.is_unreachable()
    {
        return warning.clone();
    }
    let text = match cause {
        Cause::Unsuitable(_) => "name another server, or another target_session_attrs",
        Cause::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
            "check that a Postgres server listens there, and that no firewall is between; connect_timeout says how \
             many seconds it may take"
        }
        Cause::Io(_) => "check that the server runs and that host and port are right",
        Cause::Setup(_) => "check the files of TLS",
        Cause::Driver(error) => match error.code().map(SqlState::code) {
            Some("28P01") => {
                "check the user and the password (in the string, PGPASSWORD, or the password file)"
            }
            Some("28000") => "check the user, and what the server's pg_hba.conf allows it",
            Some("3D000") => "check the database's name, or create it with createdb",
            Some("53300") => "close other connections, or raise the server's max_connections",
            Some(_) => "the server answered and refused: see what it says",
            None if in_full(error).contains("password missing") => {
                "the server wants a password: give it in the string, in PGPASSWORD, or in the password file (~/.pgpass)"
            }
            None if in_full(error).contains("channel binding") => {
                "the server authenticates without channel binding: that takes TLS and a SCRAM password on its side \
                 (password_encryption, pg_hba.conf); or leave channel_binding away"
            }
            None if in_full(error).contains("SASL") => {
                "check the password, and how the server authenticates the user (pg_hba.conf)"
            }
            None if cause.is_tls() => {
                "check the server's certificate, name its issuer with sslrootcert, or choose another sslmode"
            }
            None => "check that the server runs and that host and port are right",
        },
    };
    text.to_owned()
}
