//! Proxies that pool by transaction, and whatever else takes the lock away.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use feedstock::runner::{self, Monitor, Options};

use super::bouncer::Bouncer;
use super::harness::Bench;
use crate::support::socket;

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
        let socket = socket(&config);
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

    fn run(&mut self) -> std::io::Result<()> {
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
    fn connect(&mut self) -> std::io::Result<Vec<u8>> {
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
    fn answer(&mut self) -> std::io::Result<u8> {
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
fn message(stream: &mut impl Read) -> std::io::Result<(u8, Vec<u8>)> {
    let mut kind = [0];
    stream.read_exact(&mut kind)?;
    let mut message = kind.to_vec();
    message.extend(packet(stream)?);
    Ok((kind[0], message))
}

fn packet(stream: &mut impl Read) -> std::io::Result<Vec<u8>> {
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

/// What a session has that is not the server's default, apart from what PgBouncer itself sets; prepared statements and
/// locks as well.
const LEFT: &str = "select concat_ws(', ', \
    (select string_agg(name || ' ' || setting, ', ') from pg_settings where source = 'session' and name not in \
     ('application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings')), \
    'standard_conforming_strings ' || nullif(current_setting('standard_conforming_strings'), 'on'), \
    'role ' || nullif(current_setting('role'), 'none'), 'custom ' || nullif(current_setting('app.tenant', true), ''), \
    (select string_agg('statement ' || name, ', ') from pg_prepared_statements), \
    (select 'advisory lock' from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()))";

/// Applies through a pool that others use, and gives what they ever saw, and what is left in each of its connections.
fn beside_others(bench: &Bench, size: usize, others: usize) -> (Vec<String>, Vec<feedstock::Result<()>>) {
    let bouncer = Bouncer::start(&bench.url, "transaction", size);
    let over = AtomicBool::new(false);
    let (bouncer, over) = (&bouncer, &over);
    let (mut seen, results) = thread::scope(|scope| {
        let watching: Vec<_> = (0..others)
            .map(|_| {
                scope.spawn(move || {
                    let (mut client, mut seen) = (bouncer.client(), Vec::new());
                    while !over.load(Ordering::SeqCst) {
                        // The lock may be there for as long as the run: it is no setting.
                        seen.push(value(&mut client, LEFT).replace("advisory lock", ""));
                        thread::sleep(Duration::from_millis(2));
                    }
                    seen
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(100));
        let monitor = Monitor::from_config(bouncer.url.parse().unwrap());
        // A lock that is left in the pool is an error here, and not a wait.
        let runner_wait = Duration::from_secs(5);
        let options = with!(bench.options(), monitor: Some(monitor), runner_wait);
        let results: Vec<_> = (0..8)
            .map(|_| {
                let mut client = bouncer.client();
                let result = runner::apply(&mut client, &bench.migrations(), &options, &mut |_| {});
                bench.execute("drop table if exists public.a, refinery_schema_history, refinery_schema_history_attempts");
                result.map(drop)
            })
            .collect();
        over.store(true, Ordering::SeqCst);
        let seen: Vec<String> = watching.into_iter().flat_map(|one| one.join().unwrap()).collect();
        (seen, results)
    });
    // All connections of the pool at once: each is held by a transaction while the next one is asked for.
    let mut clients: Vec<_> = (0..size).map(|_| bouncer.client()).collect();
    for client in &mut clients {
        client.batch_execute("begin").unwrap();
        seen.push(value(client, LEFT));
    }
    seen.retain(|left| !left.is_empty());
    (seen, results)
}

const FILES: [&str; 4] = [
    "create table public.a (b int);",
    "-- feedstock: no-transaction\ncreate index concurrently i on a (b);",
    "-- feedstock: backfill\ndo $$ begin perform pg_sleep(0.01); commit; end $$;",
    "set lock_timeout = '1h'; set search_path = pg_catalog; set app.tenant = '7'; select 1;",
];

#[test]
fn other_clients_of_a_transaction_pool_never_see_a_setting_of_ours() {
    for (size, others) in [(5, 8), (5, 0), (2, 3), (1, 2), (1, 0)] {
        let names = ["V1__a.sql", "V2__i.sql", "V3__fill.sql", "V4__set.sql"];
        let files: Vec<(&str, &str)> = names.into_iter().zip(FILES).collect();
        let bench = Bench::new(&files);
        let (seen, results) = beside_others(&bench, size, others);
        assert!(seen.is_empty(), "a pool of {size} with {others} others: {seen:#?}");
        for error in results.into_iter().filter_map(Result::err) {
            assert!(error.to_string().contains("transaction-pooling proxy"), "{error}");
        }
    }
}

/// What a file sets for its session is set back in its own transaction.
#[test]
fn a_file_that_sets_its_session_leaves_nothing_in_the_pool() {
    let bench = Bench::new(&[("V1__set.sql", FILES[3]), ("V2__a.sql", FILES[0])]);
    let (seen, results) = beside_others(&bench, 1, 3);
    assert!(seen.is_empty(), "{seen:#?}");
    // One server process is as good as a session, as long as only transactions are asked of it.
    assert!(results.iter().all(Result::is_ok), "{results:#?}");
}

/// A pool that looks like a session for as long as nobody else is there.
#[test]
fn a_statement_that_needs_a_session_is_refused_where_there_is_none() {
    for size in [1, 5] {
        let bench = Bench::new(&[("V1__i.sql", FILES[1])]);
        bench.execute("create table a (b int)");
        let bouncer = Bouncer::start(&bench.url, "transaction", size);
        let monitor = Monitor::from_config(bouncer.url.parse().unwrap());
        let options = with!(bench.options(), monitor: Some(monitor));
        let error =
            runner::apply(&mut bouncer.client(), &bench.migrations(), &options, &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("transaction-pooling proxy"), "{error}");
        assert!(!bench.exists("i"));
    }
}

#[test]
fn a_proxy_that_pools_by_statement_is_named() {
    for file in ["create table a ();", FILES[1]] {
        let bench = Bench::new(&[("V1__a.sql", file)]);
        bench.execute("create table if not exists t (b int)");
        let bouncer = Bouncer::start(&bench.url, "statement", 1);
        let monitor = Monitor::from_config(bouncer.url.parse().unwrap());
        let options = with!(bench.options(), monitor: Some(monitor));
        let error =
            runner::apply(&mut bouncer.client(), &bench.migrations(), &options, &mut |_| {}).unwrap_err();
        for part in ["V1__a", "pools by statement", "help: connect to Postgres itself", "session mode"] {
            assert!(error.to_string().contains(part), "{error}\n  lacks: {part}");
        }
        assert!(!bench.exists("a"));
    }
}
