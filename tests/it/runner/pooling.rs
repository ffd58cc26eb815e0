//! Proxies that pool by transaction, and whatever else takes the lock away.

use std::io::{Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::thread;

use feedstock::runner::{self, Options};
use postgres::config::Host;

use super::harness::Bench;

/// As a pooling proxy at its busiest: each transaction gets a server process that no transaction had before.
struct Proxy {
    socket: PathBuf,
    client: TcpStream,
    startup: Vec<u8>,
    /// Idle ones stay open, as in a pool.
    servers: Vec<UnixStream>,
}

impl Proxy {
    /// Listens for one client, and gives the port.
    fn listen(url: &str) -> u16 {
        let config: postgres::Config = url.parse().unwrap();
        let Host::Unix(directory) = &config.get_hosts()[0] else { panic!("tests run on a socket: {url}") };
        let socket = directory.join(format!(".s.PGSQL.{}", config.get_ports().first().unwrap_or(&5432)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let startup = packet(&mut client).unwrap();
            // It ends with an error, when client or server hangs up.
            let _ = Proxy { socket, client, startup, servers: Vec::new() }.run();
        });
        port
    }

    fn run(&mut self) -> Result<()> {
        let greeting = self.next_server()?;
        self.client.write_all(&greeting)?;
        loop {
            let (kind, message) = message(&mut self.client)?;
            self.server().write_all(&message)?;
            // A query, or the end of an extended one: the server answers.
            if matches!(kind, b'Q' | b'S') && self.answer()? == b'I' {
                self.next_server()?;
            }
        }
    }

    fn server(&mut self) -> &mut UnixStream {
        self.servers.last_mut().unwrap()
    }

    /// Connects to a new server process, and gives what it says to a new client.
    fn next_server(&mut self) -> Result<Vec<u8>> {
        let mut server = UnixStream::connect(&self.socket)?;
        server.write_all(&self.startup)?;
        let mut greeting = Vec::new();
        loop {
            let (kind, message) = message(&mut server)?;
            greeting.extend(message);
            if kind == b'Z' {
                self.servers.push(server);
                return Ok(greeting);
            }
        }
    }

    /// Passes an answer on, and gives the state of the transaction at its end.
    fn answer(&mut self) -> Result<u8> {
        loop {
            let (kind, message) = message(self.server())?;
            self.client.write_all(&message)?;
            if kind == b'Z' {
                return Ok(message[5]);
            }
        }
    }
}

/// A message of the protocol: one byte for its kind, four for its length.
fn message(stream: &mut impl Read) -> Result<(u8, Vec<u8>)> {
    let mut kind = [0];
    stream.read_exact(&mut kind)?;
    let mut message = kind.to_vec();
    message.extend(packet(stream)?);
    Ok((kind[0], message))
}

fn packet(stream: &mut impl Read) -> Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut rest = vec![0; u32::from_be_bytes(length) as usize - 4];
    stream.read_exact(&mut rest)?;
    Ok([length.to_vec(), rest].concat())
}

fn through_proxy(bench: &Bench) -> postgres::Client {
    let mut config: postgres::Config = bench.url.parse().unwrap();
    let (user, dbname) = (config.get_user().unwrap().to_owned(), config.get_dbname().unwrap().to_owned());
    let port = Proxy::listen(&bench.url);
    config = postgres::Config::new();
    config.host("127.0.0.1").port(port).user(&user).dbname(&dbname);
    config.connect(postgres::NoTls).unwrap()
}

#[test]
fn a_transaction_pooling_proxy_is_an_error_and_not_false_safety() {
    for text in ["create table a ();", "-- feedstock: no-transaction\ncreate index concurrently i on t (a);"]
    {
        let bench = Bench::new(&[("V1__a.sql", text)]);
        bench.execute("create table t (a int)");
        let mut client = through_proxy(&bench);
        let pid = |client: &mut postgres::Client| {
            client.simple_query("select pg_backend_pid()").map(|rows| format!("{rows:?}"))
        };
        assert_ne!(pid(&mut client).unwrap(), pid(&mut client).unwrap(), "the proxy does not pool");
        let error =
            runner::apply(&mut client, &bench.migrations(), &Options::default(), &mut |_| {}).unwrap_err();
        for part in ["does not hold the lock", "transaction-pooling proxy", "session mode"] {
            assert!(error.to_string().contains(part), "{error}\n  lacks: {part}");
        }
        assert!(!bench.exists("a") && !bench.exists("i"));
        assert!(bench.recorded().is_empty());
    }
}

#[test]
fn a_file_that_gives_the_lock_away_is_not_applied() {
    for unlock in ["select pg_advisory_unlock_all()", "do $$ begin perform pg_advisory_unlock_all(); end $$"]
    {
        let bench = Bench::new(&[("V1__a.sql", &format!("create table a ();\n{unlock};"))]);
        bench.refused(&["does not hold the lock", "pg_advisory_unlock_all()"]);
        assert!(!bench.exists("a"));
        assert!(bench.recorded().is_empty());
    }
}

/// The connection is cut in the middle of a file: the server has rolled it back, and the next run begins anew.
#[test]
fn a_connection_that_is_lost_applies_nothing() {
    let bench =
        Bench::new(&[("V1__a.sql", "create table a ();\nselect pg_terminate_backend(pg_backend_pid());")]);
    bench.refused(&["V1__a: statement 2 of 2 failed", "nothing of it is applied", "V1__a.sql:2:1"]);
    assert!(!bench.exists("a"));
    bench.write(&[("V1__a.sql", "create table a ();")]);
    bench.apply().unwrap();
}
