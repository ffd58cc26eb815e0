//! What the tests share: one private server a process, and a fresh database for each test.
//!
//! No Postgres on the machine is a failure, never a skip.

use std::cell::Cell;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use feedstock::internals::inspect::Scope;
use feedstock::internals::prove::{Database, ReplayAs, Scratch};
use feedstock::internals::source::{Source, Sources};
use postgres::Client;
use postgres::config::Host;

pub use crate::hostile::default_signals;

/// A value with other values in some of its fields. What may get more fields in a later version of the library cannot be
/// written as a struct expression outside of it.
macro_rules! with {
    (@value $field:ident) => { $field };
    (@value $field:ident $value:expr) => { $value };
    ($base:expr, $($field:ident $(: $value:expr)?),+) => {{
        let mut value = $base;
        $(value.$field = with!(@value $field $($value)?);)+
        value
    }};
}

/// The test process's private server. Statics are not dropped: it ends because it watches its owner.
pub fn server() -> &'static Scratch {
    static SERVER: OnceLock<Scratch> = OnceLock::new();
    SERVER.get_or_init(|| Scratch::start(None).unwrap().replaying_as(ReplayAs::Superuser).unwrap())
}

/// The same server, where what is tried runs as a role that is no superuser; within [`as_superuser`] it does not.
pub fn scratch() -> &'static Scratch {
    static OWNER: OnceLock<Scratch> = OnceLock::new();
    if AS_SUPERUSER.get() {
        return server();
    }
    OWNER.get_or_init(|| server().beside(ReplayAs::Owner).unwrap())
}

/// Tries something in this thread that needs a superuser.
pub fn as_superuser<T>(what: impl FnOnce() -> T) -> T {
    AS_SUPERUSER.set(true);
    let done = what();
    AS_SUPERUSER.set(false);
    done
}

thread_local! {
    static AS_SUPERUSER: Cell<bool> = const { Cell::new(false) };
}

/// A fresh database, dropped with this value.
pub struct TestDb {
    /// A connection to it.
    pub client: Client,
    /// Its URL, for further connections and for other processes.
    pub url: String,
    /// Dropped after the connection.
    pub database: Database,
}

/// A fresh database for one test. The name, which nothing has to be unique for, is its sessions'
/// `application_name`: it tells in a message or a log whose they are.
pub fn database(name: &str) -> TestDb {
    let database = server().database().unwrap();
    let url = format!("{}?application_name={name}", database.url());
    let client = feedstock::internals::connect::connect(&url).unwrap();
    TestDb { client, url, database }
}

/// The directory of the server's socket.
pub fn socket_directory(config: &postgres::Config) -> &Path {
    let Host::Unix(directory) = &config.get_hosts()[0] else { panic!("tests run on a socket") };
    directory
}

/// The server's socket.
pub fn socket(config: &postgres::Config) -> PathBuf {
    let port = config.get_ports().first().unwrap_or(&5432);
    socket_directory(config).join(format!(".s.PGSQL.{port}"))
}

/// What pg_dump says about a database's schema, comments and privileges included, owners left out.
pub fn pg_dump(url: &str) -> String {
    let output = server()
        .server()
        .expect("a private server")
        .command("pg_dump")
        .args(["--schema-only", "--no-owner", "-d", url])
        .output();
    let output = output.expect("pg_dump runs");
    assert!(output.status.success(), "pg_dump: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("pg_dump writes UTF8");
    // The first two hold a random word in each dump; the last one a newer pg_dump writes for every server, and those
    // before 17 do not know it.
    let noise = [r"\restrict", r"\unrestrict", "SET transaction_timeout"];
    let noise = &noise[..if server().version() < 170_000 { 3 } else { 2 }];
    let kept = |line: &&str| !noise.iter().any(|start| line.starts_with(start));
    text.lines().filter(kept).map(|line| format!("{line}\n")).collect()
}

/// Says what is not tested on this version; past the test harness, which hides what a test that passes prints.
pub fn not_applicable(what: &str) {
    let line = format!("not applicable on Postgres {}: {what}\n", server().version() / 10_000);
    std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
}

/// Runs one test of this binary as a process of its own, with a variable that tells it what to do.
///
/// It lives until its standard input is closed, or until it is killed.
pub fn child(variable: &str, value: &str, test: &str) -> Child {
    default_signals::command(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(variable, value)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// In the child: says one thing to the parent and waits until the parent is done with it.
pub fn tell_and_wait(what: &str) {
    println!("{TOLD}{what}");
    std::io::stdin().read_to_string(&mut String::new()).unwrap();
}

/// In the parent: what the child said.
pub fn first_line(child: &mut Child) -> String {
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut said = stdout.by_ref().lines().map(Result::unwrap);
    let word = said.find_map(|line| line.split_once(TOLD).map(|(_, what)| what.to_owned()));
    // The child goes on writing, and fails when nobody reads.
    std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
    word.expect("the child says something")
}

/// Marks a child's own word among what the test harness prints.
const TOLD: &str = "the child says: ";

/// What Ctrl-C does, and the status with which the child ends.
///
/// To wait for a child closes its input, which ends it too: whichever it sees first. So the input is held until then.
pub fn interrupt(mut child: Child) -> Option<i32> {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let _input = child.stdin.take();
    child.wait().unwrap().code()
}

/// Waits until something holds, for half a minute at most.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "not within half a minute: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A database that holds what models declare, and a connection to it.
pub fn tables(models: &feedstock::Models) -> TestDb {
    let declared = models.declared().unwrap();
    let scope = Scope::default();
    let sources = Sources {
        scratch: server(),
        models: Some(&declared),
        schema_dir: Path::new("there is no such directory"),
        scope: &scope,
    };
    let database = sources.build(&Source::Models).unwrap().database;
    let url = database.url().to_owned();
    let client = feedstock::internals::connect::connect(&url).unwrap();
    TestDb { client, url, database }
}

/// Rows that were written in a database, its catalogs included.
pub fn written(url: &str) -> i64 {
    let mut client = feedstock::internals::connect::connect(url).unwrap();
    // Scratch databases are on the same server, and written down in the catalogs that all share.
    let sum = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_all_tables \
               WHERE relid IN (SELECT oid FROM pg_class WHERE NOT relisshared)";
    client.query_one(sum, &[]).unwrap().get(0)
}
