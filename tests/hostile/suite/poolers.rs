//! PgBouncer before the server: pools by session and by transaction, of one server connection and of more, while other
//! clients use the same pool.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};

use super::cluster::{Cluster, Database, PASSWORD, ROLE, give_to_server_account, server_command};
use super::process::Run;
use super::trial::Trial;
use super::workload::{Workload, project};
use super::{BOUND, complete};

/// Pools: by what, of how many server connections, with how many other clients.
const POOLS: [(&str, usize, usize); 8] = [
    ("session", 5, 0),
    ("session", 1, 0),
    ("transaction", 5, 0),
    ("transaction", 1, 0),
    ("session", 5, 2),
    ("transaction", 5, 4),
    ("transaction", 2, 4),
    ("transaction", 1, 2),
];

/// How much longer than without a pool a run may take.
const LONGER: Duration = Duration::from_secs(5);

/// One run through a pool: it completes, or is refused by a message that says why, and nothing of it stays in the pool.
pub fn round(trial: &mut Trial<'_>, round: usize) -> usize {
    let (mode, size, clients) = POOLS[round % POOLS.len()];
    trial.phase(format!("pool by {mode} of {size}, {clients} other clients"));
    let Some(program) = program() else {
        trial.not_run("PgBouncer is not here: make postgres installs it");
        return 1;
    };
    let database = trial.world.cluster.database();
    let pool = Pool::start(&program, &trial.world.cluster, mode, size);
    let mut seen = Vec::new();
    if (round / POOLS.len()).is_multiple_of(2) {
        let workload = Workload::new(&mut trial.random);
        let bound = trial.world.usual() * 3 + LONGER;
        through(trial, &pool, &database, workload.project(), bound, clients, &mut seen);
        trial.all_wrong(workload.wrong(&mut database.client()));
        stays(trial, &pool, &database, size, &seen, mode);
        drop(pool);
        complete(trial, &workload, &database);
    } else {
        // Long enough that a second connection is asked for, which a pool of one does not have.
        let text = "CREATE TABLE t1 ();\nSELECT pg_sleep(0.6);\n";
        let project = project(&[("V1__slow.sql", text)]);
        let bound = Duration::from_millis(600) + trial.world.usual() + LONGER;
        through(trial, &pool, &database, project.path(), bound, clients, &mut seen);
        stays(trial, &pool, &database, size, &seen, mode);
        drop(pool);
        let next = Run::apply(project.path(), &database.url()).wait(trial, BOUND);
        next.must_be_good(trial, "the next run, without the pool");
    }
    1
}

/// A run through the pool, beside other clients.
fn through(
    trial: &mut Trial<'_>,
    pool: &Pool,
    database: &Database<'_>,
    project: &std::path::Path,
    bound: Duration,
    clients: usize,
    seen: &mut Vec<String>,
) {
    let url = database.url_at(pool.port);
    let (over, queries) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        let others: Vec<_> = (0..clients)
            .map(|_| {
                let (url, over, queries) = (&url, &over, &queries);
                scope.spawn(move || other_client(url, over, queries))
            })
            .collect();
        if clients > 0 {
            // They are there when the run begins.
            let begun = Instant::now();
            while queries.load(Ordering::SeqCst) < clients && begun.elapsed() < BOUND {
                thread::sleep(Duration::from_millis(5));
            }
        }
        let ended = Run::apply(project, &url).wait(trial, bound);
        over.store(true, Ordering::SeqCst);
        trial.took(ended.took);
        match ended.status {
            Some(0) => trial.count("completed"),
            _ if pool.mode == "transaction" && ended.text.contains("transaction-pooling") => {
                trial.count("refused")
            }
            _ => trial.wrong(format!(
                "the run ends with {} after {:.1?}:\n{}",
                ended.how(),
                ended.took,
                ended.text
            )),
        }
        for other in others {
            seen.extend(other.join().unwrap_or_else(|_| vec!["another client broke off".to_owned()]));
        }
    });
    trial.count_many("queries of others", queries.load(Ordering::SeqCst));
}

const SETTINGS: &str = "SELECT concat_ws(', ', 'lock_timeout ' || current_setting('lock_timeout'), \
     'statement_timeout ' || current_setting('statement_timeout'), 'search_path ' || current_setting('search_path'), \
     'role ' || current_setting('role'))";

const DEFAULTS: &str = "lock_timeout 0, statement_timeout 0, search_path \"$user\", public, role none";

/// What a client of the pool sees that is not the server's default.
fn other_client(url: &str, over: &AtomicBool, queries: &AtomicUsize) -> Vec<String> {
    let mut seen = Vec::new();
    let Ok(mut client) = Client::connect(url, NoTls) else {
        return vec!["another client cannot connect".to_owned()];
    };
    while !over.load(Ordering::SeqCst) {
        match settings(&mut client) {
            Ok(settings) if settings != DEFAULTS => seen.push(settings),
            Ok(_) => {}
            Err(error) => return vec![format!("another client fails: {error}")],
        }
        queries.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(1));
    }
    seen
}

/// The settings of whichever server connection it gets.
fn settings(client: &mut Client) -> Result<String, postgres::Error> {
    let messages = client.simple_query(SETTINGS)?;
    let row = messages.iter().find_map(|message| match message {
        postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    Ok(row.unwrap_or_default())
}

/// What stays in the pool after the run: settings and locks.
fn stays(
    trial: &mut Trial<'_>,
    pool: &Pool,
    database: &Database<'_>,
    size: usize,
    seen: &[String],
    mode: &str,
) {
    // All of its server connections at once: each is in a transaction of its own.
    let url = database.url_at(pool.port);
    let mut clients: Vec<Client> = (0..size).filter_map(|_| Client::connect(&url, NoTls).ok()).collect();
    let mut after = Vec::new();
    for client in &mut clients {
        let begun = client.batch_execute("BEGIN");
        match begun.and_then(|()| settings(client)) {
            Ok(settings) if settings != DEFAULTS => after.push(settings),
            Ok(_) => {}
            Err(error) => trial.wrong(format!("the pool does not serve another client: {error}")),
        }
    }
    drop(clients);
    if let Some(settings) = after.first() {
        trial.wrong(format!("{} of {size} server connections keep settings: {settings}", after.len()));
    }
    let during: Vec<&String> = seen.iter().collect();
    // A pool that lends one server connection to all cannot be told from the server itself.
    if let (Some(settings), true) = (during.first(), size > 1 || mode == "session") {
        trial.wrong(format!("other clients met {} settings of the run: {settings}", during.len()));
    } else {
        trial.count_many("met in a pool of one", during.len());
    }
    let locks = "SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database \
         WHERE l.locktype = 'advisory' AND d.datname = current_database()";
    // What a released session gave up is seen as soon as the pool has reset it.
    let begun = Instant::now();
    while super::workload::one(&mut database.client(), locks) != 0 {
        if begun.elapsed() > Duration::from_secs(3) {
            trial.wrong("the runner's lock stays with a server connection of the pool");
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// A PgBouncer of our own.
struct Pool {
    port: u16,
    mode: String,
    child: Child,
    _directory: tempfile::TempDir,
}

fn program() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"].map(PathBuf::from);
    std::env::split_paths(&paths).chain(more).map(|path| path.join("pgbouncer")).find(|path| path.exists())
}

impl Pool {
    fn start(program: &std::path::Path, cluster: &Cluster, mode: &str, size: usize) -> Self {
        let directory = tempfile::Builder::new().prefix("pool-").tempdir().unwrap();
        give_to_server_account(directory.path());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let users = directory.path().join("users");
        std::fs::write(&users, format!("\"{ROLE}\" \"{PASSWORD}\"\n")).unwrap();
        let ini = directory.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}\npool_mode = {mode}\n\
             default_pool_size = {size}\nmax_client_conn = 200\nlog_connections = 0\nlog_disconnections = 0\n",
            cluster.address().port(),
            users.display(),
        );
        std::fs::write(&ini, text).unwrap();
        for path in [&users, &ini] {
            give_to_server_account(path);
        }
        let log = std::fs::File::create(directory.path().join("log")).unwrap();
        let mut command = server_command(program);
        command.arg(&ini).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().unwrap();
        let mut pool = Pool { port, mode: mode.to_owned(), child, _directory: directory };
        pool.wait_until_it_listens();
        pool
    }

    fn wait_until_it_listens(&mut self) {
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.try_wait().unwrap().is_some();
            let log = || std::fs::read_to_string(self._directory.path().join("log")).unwrap_or_default();
            assert!(
                !ended && begun.elapsed() < Duration::from_secs(10),
                "PgBouncer does not start: {}",
                log()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
