//! Proxies that pool by transaction, and whatever else takes the lock away.

use std::io::{Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::thread;

use feedstock::runner::{self, Options};
use postgres::config::Host;

use super::harness::Bench;

/// How many server processes the proxy has.
const POOL: usize = 7;

/// A proxy that pools by transaction: each gets the server process whose turn it is.
struct Proxy {
    socket: PathBuf,
    client: TcpStream,
    startup: Vec<u8>,
    servers: Vec<UnixStream>,
    turn: usize,
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
            let _ = Proxy { socket, client, startup, servers: Vec::new(), turn: 0 }.run();
        });
        port
    }

    fn run(&mut self) -> Result<()> {
        let mut greeting = Vec::new();
        for _ in 0..POOL {
            greeting = self.connect()?;
        }
        self.client.write_all(&greeting)?;
        loop {
            let (kind, message) = message(&mut self.client)?;
            self.server().write_all(&message)?;
            // A query, or the end of an extended one: the server answers.
            if matches!(kind, b'Q' | b'S') && self.answer()? == b'I' {
                self.turn += 1;
            }
        }
    }

    fn server(&mut self) -> &mut UnixStream {
        &mut self.servers[self.turn % POOL]
    }

    /// Connects to a new server process, and gives what it says to a new client.
    fn connect(&mut self) -> Result<Vec<u8>> {
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

/// The one value of a query, by the simple protocol: a prepared statement would be on another server process.
fn value(client: &mut postgres::Client, query: &str) -> String {
    let messages = client.simple_query(query).unwrap();
    let row = messages.iter().find_map(|message| match message {
        postgres::SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    row.unwrap().to_owned()
}

#[test]
fn a_transaction_pooling_proxy_is_an_error_and_not_false_safety() {
    for text in ["create table a ();", "-- feedstock: no-transaction\ncreate index concurrently i on t (a);"]
    {
        let bench = Bench::new(&[("V1__a.sql", text)]);
        bench.execute("create table t (a int)");
        let mut client = through_proxy(&bench);
        let pid = "select pg_backend_pid()";
        assert_ne!(value(&mut client, pid), value(&mut client, pid), "the proxy does not pool");
        let error =
            runner::apply(&mut client, &bench.migrations(), &Options::default(), &mut |_| {}).unwrap_err();
        for part in ["does not hold the lock", "transaction-pooling proxy", "session mode"] {
            assert!(error.to_string().contains(part), "{error}\n  lacks: {part}");
        }
        assert!(!bench.exists("a") && !bench.exists("i"));
        assert!(!bench.exists("refinery_schema_history"));
        assert_eq!(bench.runner(), None, "the lock stays with a process of the pool");
        for _ in 0..POOL {
            let timeout = value(&mut client, "select current_setting('lock_timeout')");
            assert_eq!(timeout, "0", "a setting stays with a process of the pool");
        }
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
