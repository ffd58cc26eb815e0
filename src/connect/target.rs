//! What a connection string leads to: servers in order, and what is said to them.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres::Config;
use postgres::config::{ChannelBinding, SslNegotiation};

use super::environment::Environment;
use super::parameters::Settled;
use super::redact::shown;
use super::tls::Tls;
use crate::error::{Error, Result};

/// How long a server may take until it is ready for the first statement, when nothing says so.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where Postgres makes its socket: Debian and its relatives, then what is compiled in where nobody changed it.
const SOCKET_DIRECTORIES: [&str; 2] = ["/var/run/postgresql", "/tmp"];

const PORT: u16 = 5432;

/// A peer that has gone without a word is noticed after two minutes, not after two hours.
const KEEPALIVES_IDLE: i64 = 60;
const KEEPALIVES_INTERVAL: i64 = 15;
const KEEPALIVES_COUNT: i64 = 4;
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(120);

/// Which servers are good enough (`target_session_attrs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attributes {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

const ATTRIBUTES: [(&str, Attributes); 6] = [
    ("any", Attributes::Any),
    ("read-write", Attributes::ReadWrite),
    ("read-only", Attributes::ReadOnly),
    ("primary", Attributes::Primary),
    ("standby", Attributes::Standby),
    ("prefer-standby", Attributes::PreferStandby),
];

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In this directory is its socket.
    Socket(PathBuf),
    /// At a name, an address, or both: then the name is only for certificates.
    Tcp { name: Option<String>, address: Option<IpAddr> },
}

/// A server that may be tried.
pub(super) struct Server {
    pub place: Place,
    pub port: u16,
    password: Option<String>,
}

impl Server {
    /// In the words of a message.
    pub fn in_words(&self) -> String {
        let place = match &self.place {
            Place::Socket(directory) => format!("socket {}", directory.display()),
            Place::Tcp { name: Some(name), .. } => format!("host {}", shown(name)),
            Place::Tcp { name: None, address } => {
                format!("host {}", address.map(|it| it.to_string()).unwrap_or_default())
            }
        };
        format!("{place}, port {}", self.port)
    }

    /// Does TLS make sense on the way to it?
    pub fn is_remote(&self) -> bool {
        matches!(self.place, Place::Tcp { .. })
    }

    /// The name to compare with that of the certificate.
    pub fn name(&self) -> Option<&str> {
        match &self.place {
            Place::Tcp { name, .. } => name.as_deref(),
            Place::Socket(_) => None,
        }
    }
}

/// Everything that a connection needs to know.
pub(super) struct Target {
    pub servers: Vec<Server>,
    pub tls: Tls,
    pub attributes: Attributes,
    pub in_random_order: bool,
    /// For each address of each server, from the first packet to the first statement.
    pub timeout: Duration,
    pub warnings: Vec<String>,
    /// All that is the same for every server.
    config: Config,
    /// User and database, where they were said.
    about: String,
}

impl Target {
    pub fn new(text: &str, environment: &Environment) -> Result<Self> {
        let settled = Settled::new(text, environment)?;
        let user = settled.get("user").or_else(|| environment.user()).ok_or_else(|| {
            Error::usage("the connection string names no user, and this account has no name")
                .help("say user=…")
        })?;
        let dbname = settled.get("dbname").unwrap_or(user);
        let mut warnings = Vec::new();
        let servers = servers(&settled, environment, [dbname, user], &mut warnings)?;
        let said = [("user", "user"), ("database", "dbname")].map(|(word, name)| {
            settled.get(name).map(|value| format!(", {word} {}", shown(value))).unwrap_or_default()
        });
        let attributes = settled.one_of("target_session_attrs", &ATTRIBUTES.map(|(word, _)| word))?;
        Ok(Target {
            servers,
            tls: Tls::new(&settled, environment)?,
            attributes: attributes.map_or(Attributes::Any, |place| ATTRIBUTES[place].1),
            in_random_order: settled.one_of("load_balance_hosts", &["disable", "random"])? == Some(1),
            timeout: match settled.number("connect_timeout")? {
                // For libpq this is no bound at all.
                None | Some(..=0) => CONNECT_TIMEOUT,
                // As in libpq: one second may be over at once.
                Some(seconds) => Duration::from_secs(seconds.unsigned_abs().max(2)),
            },
            config: config(&settled, environment, [dbname, user])?,
            about: if may_be_merged(text) { said[1].clone() } else { said.concat() },
            warnings,
        })
    }

    /// User and database for a message, as far as they were said.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// What the driver is to be told about a server.
    pub fn config(&self, server: &Server) -> Config {
        let mut config = self.config.clone();
        config.port(server.port);
        if let Some(password) = &server.password {
            config.password(password);
        }
        if self.tls.direct {
            config.ssl_negotiation(SslNegotiation::Direct);
        }
        config
    }
}

/// A URL with a user and no password: a `:` may be missing between them, so that the user is not shown.
fn may_be_merged(text: &str) -> bool {
    super::text::is_url(text)
        && text.find('@').is_some_and(|at| text[..at].matches(':').count() < 2)
        && !text.contains("password")
}

fn config(settled: &Settled, environment: &Environment, [dbname, user]: [&str; 2]) -> Result<Config> {
    let mut config = Config::new();
    super::message::heard(&mut config);
    config.user(user).dbname(dbname);
    let name = settled.get("application_name").or_else(|| settled.get("fallback_application_name"));
    config.application_name(name.unwrap_or("feedstock"));
    let options = settled.options(environment);
    if !options.is_empty() {
        config.options(&options);
    }
    config.channel_binding(match settled.one_of("channel_binding", &["prefer", "disable", "require"])? {
        Some(1) => ChannelBinding::Disable,
        Some(2) => ChannelBinding::Require,
        _ => ChannelBinding::Prefer,
    });
    let positive = |name: &str, default: i64| -> Result<i64> {
        Ok(settled.number(name)?.filter(|number| *number > 0).unwrap_or(default))
    };
    let seconds = |number: i64| Duration::from_secs(number.unsigned_abs());
    config.keepalives(settled.number("keepalives")? != Some(0));
    config.keepalives_idle(seconds(positive("keepalives_idle", KEEPALIVES_IDLE)?));
    config.keepalives_interval(seconds(positive("keepalives_interval", KEEPALIVES_INTERVAL)?));
    config.keepalives_retries(
        u32::try_from(positive("keepalives_count", KEEPALIVES_COUNT)?).unwrap_or(u32::MAX),
    );
    match settled.number("tcp_user_timeout")? {
        None => config.tcp_user_timeout(TCP_USER_TIMEOUT),
        // The system's default.
        Some(..=0) => &mut config,
        Some(milliseconds) => config.tcp_user_timeout(Duration::from_millis(milliseconds.unsigned_abs())),
    };
    Ok(config)
}

fn servers(
    settled: &Settled,
    environment: &Environment,
    [dbname, user]: [&str; 2],
    warnings: &mut Vec<String>,
) -> Result<Vec<Server>> {
    let list = |name: &str| settled.get(name).map(|text| text.split(',').collect::<Vec<_>>());
    let (hosts, addresses, ports) = (list("host"), list("hostaddr"), list("port"));
    let count = addresses.as_ref().or(hosts.as_ref()).map_or(1, Vec::len);
    if let Some(hosts) = &hosts
        && hosts.len() != count
    {
        return Err(Error::usage(format!(
            "there are {} hosts, and {count} addresses in hostaddr",
            hosts.len()
        ))
        .help("name as many of the one as of the other"));
    }
    let ports = ports.unwrap_or_default().into_iter().map(port).collect::<Result<Vec<u16>>>()?;
    if ports.len() > 1 && ports.len() != count {
        return Err(Error::usage(format!("there are {} ports for {count} hosts", ports.len()))
            .help("name one port for all hosts, or one for each"));
    }
    let element = |list: &Option<Vec<&str>>, number: usize| {
        list.as_ref().map(|list| list[number].to_owned()).filter(|text| !text.is_empty())
    };
    let mut servers = Vec::new();
    for number in 0..count {
        let port = ports.get(number).or(ports.first()).copied().unwrap_or(PORT);
        let host = element(&hosts, number);
        let place = place(host.as_deref(), element(&addresses, number).as_deref(), port)?;
        let password = match settled.get("password") {
            Some(password) => Some(password.to_owned()),
            None => {
                // The default socket is called `localhost` there.
                let called = match &place {
                    Place::Socket(_) if host.as_deref().is_none_or(is_default_socket) => {
                        "localhost".to_owned()
                    }
                    Place::Socket(directory) => directory.display().to_string(),
                    Place::Tcp { name: Some(name), .. } => name.clone(),
                    Place::Tcp { name: None, .. } => element(&addresses, number).unwrap_or_default(),
                };
                let server = [called.as_str(), &port.to_string(), dbname, user];
                let (password, warning) = environment.password(settled.get("passfile"), server);
                warnings.extend(warning.filter(|warning| !warnings.contains(warning)));
                password
            }
        };
        servers.push(Server { place, port, password });
    }
    Ok(servers)
}

fn port(text: &str) -> Result<u16> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(PORT);
    }
    text.parse().ok().filter(|port| *port > 0).ok_or_else(|| {
        Error::usage("the port is not a number between 1 and 65535").help("for example port=5432")
    })
}

fn place(host: Option<&str>, address: Option<&str>, port: u16) -> Result<Place> {
    if let Some(text) = address {
        let address = text.parse().map_err(|_| {
            Error::usage("hostaddr is not an address")
                .help("a name belongs into host; an address is 10.0.0.1, or ::1")
        })?;
        let name = host.filter(|host| !host.starts_with('/')).map(str::to_owned);
        return Ok(Place::Tcp { name, address: Some(address) });
    }
    match host {
        None => Ok(Place::Socket(default_socket(port))),
        Some(host) if host.starts_with('/') => Ok(Place::Socket(host.into())),
        Some(host) if host.starts_with('@') => {
            Err(Error::usage("a host that begins with `@` (an abstract socket) is not supported")
                .help("name the directory of a socket, or a host"))
        }
        Some(host) if host.contains(['@', '/']) || host.contains(char::is_whitespace) => {
            Err(super::text::malformed("the host's name has an `@`, a `/` or a blank in it"))
        }
        Some(host) => Ok(Place::Tcp { name: Some(host.to_owned()), address: None }),
    }
}

fn is_default_socket(directory: &str) -> bool {
    SOCKET_DIRECTORIES.contains(&directory)
}

/// The first directory in which there is such a socket, or else the first that there is.
fn default_socket(port: u16) -> PathBuf {
    let directories = SOCKET_DIRECTORIES.map(Path::new);
    let has_socket = |directory: &&&Path| directory.join(format!(".s.PGSQL.{port}")).exists();
    let found = directories.iter().find(has_socket).or_else(|| directories.iter().find(|it| it.exists()));
    found.unwrap_or(&directories[1]).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Result<Target> {
        Target::new(text, &Environment::none())
    }

    fn places(text: &str) -> Vec<String> {
        let Target { servers, .. } = target(text).unwrap();
        servers.iter().map(|server| format!("{:?} {}", server.place, server.port)).collect()
    }

    #[test]
    fn hosts_ports_and_addresses_go_together_as_in_libpq() {
        let tcp = |name: &str, port: u16| format!("Tcp {{ name: Some({name:?}), address: None }} {port}");
        let socket = |path: &str, port: u16| format!("Socket({path:?}) {port}");
        for (text, expected) in [
            ("postgres://u@localhost:5/db?host=/tmp/x", vec![socket("/tmp/x", 5)]),
            ("host=a,/tmp,b port=1,2,3", vec![tcp("a", 1), socket("/tmp", 2), tcp("b", 3)]),
            ("host=a,b port=7", vec![tcp("a", 7), tcp("b", 7)]),
            ("postgres://a,b:6/d", vec![tcp("a", 5432), tcp("b", 6)]),
            ("postgres://[::1]/d", vec![tcp("::1", 5432)]),
            (
                "host=a,b hostaddr=127.0.0.1,::1",
                vec![
                    "Tcp { name: Some(\"a\"), address: Some(127.0.0.1) } 5432".to_owned(),
                    "Tcp { name: Some(\"b\"), address: Some(::1) } 5432".to_owned(),
                ],
            ),
            ("hostaddr=127.0.0.1", vec!["Tcp { name: None, address: Some(127.0.0.1) } 5432".to_owned()]),
        ] {
            assert_eq!(places(text), expected, "{text}");
        }
        assert!(places("user=u")[0].starts_with("Socket("));
        for text in [
            "host=a,b port=1,2,3",
            "host=a hostaddr=127.0.0.1,::1",
            "hostaddr=localhost",
            "port=0",
            "port=65536",
            "port=x",
            "host=@abstract",
            "connect_timeout=2x",
            "keepalives=",
            "sslmode=''",
            "sslmode=Require",
            "target_session_attrs=master",
            "load_balance_hosts=1",
            "channel_binding=on",
            "sslrootcert=system sslmode=require",
            "ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2",
            "ssl_max_protocol_version=TLSv1.1",
            "sslnegotiation=direct sslmode=prefer",
            "sslcertmode=require",
        ] {
            assert!(target(text).err().unwrap().is_usage(), "{text}");
        }
    }

    #[test]
    fn a_time_without_a_bound_becomes_one_with_a_bound() {
        for (text, seconds) in
            [("user=u", 10), ("connect_timeout=0", 10), ("connect_timeout=1", 2), ("connect_timeout=30", 30)]
        {
            assert_eq!(target(text).unwrap().timeout, Duration::from_secs(seconds), "{text}");
        }
    }
}
