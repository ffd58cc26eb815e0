//! A Postgres server of our own that listens on TCP, wants passwords, and survives a crash of its processes.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};

/// The password in every connection string. No output may hold it.
pub const PASSWORD: &str = "Marked-Secret-7c1f";

/// The role that migrates; it owns its databases and is no superuser.
pub const ROLE: &str = "deployer";

/// `fsync` is off, since no machine crashes here: what a process has written, the system has. Commits are not
/// asynchronous: what a server process says is committed must be there after its crash.
const SETTINGS: &[&str] = &[
    "listen_addresses='127.0.0.1'",
    "fsync=off",
    "synchronous_commit=on",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=1GB",
    "checkpoint_timeout=1h",
    "shared_buffers=32MB",
    "max_connections=120",
    "restart_after_crash=on",
    "jit=off",
    "timezone=UTC",
    "log_min_messages=fatal",
    "password_encryption='scram-sha-256'",
];

/// A running server; dropped, it is stopped and its directory removed.
pub struct Cluster {
    directory: PathBuf,
    programs: PathBuf,
    port: u16,
    watchdog: Child,
    databases: AtomicUsize,
}

impl Cluster {
    /// Starts one in memory where there is room, else on disk.
    pub fn start() -> Self {
        let memory = Path::new("/dev/shm");
        Self::start_in(if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }, &[])
    }

    /// Starts one in a directory of this one, with further settings.
    pub fn start_in(parent: impl AsRef<Path>, settings: &[&str]) -> Self {
        let programs = programs();
        let directory = tempfile::Builder::new().prefix("hostile-").tempdir_in(parent).unwrap().keep();
        give_to_server_account(&directory);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data = directory.join("data");
        must(server_command(&programs.join("initdb")).args(["-D", data.to_str().unwrap()]).args([
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C",
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--no-sync",
            "--wal-segsize=1",
        ]));
        let socket = format!("unix_socket_directories='{}'", directory.display());
        let port_setting = format!("port={port}");
        let lines: Vec<&str> =
            [SETTINGS, settings, &[socket.as_str(), port_setting.as_str()]].concat().into_iter().collect();
        let configuration = data.join("postgresql.auto.conf");
        std::fs::write(&configuration, lines.join("\n") + "\n").unwrap();
        give_to_server_account(&configuration);
        let watchdog = watchdog(&programs, &directory);
        let cluster = Cluster { directory, programs, port, watchdog, databases: AtomicUsize::new(0) };
        cluster.control("start", &[]);
        let mut admin = cluster.admin();
        admin
            .batch_execute(&format!(
                "CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}' IN ROLE pg_read_all_stats"
            ))
            .unwrap();
        cluster
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// A directory that goes with it.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// A superuser's connection, as soon as the server takes one.
    pub fn admin(&self) -> Client {
        self.admin_of("postgres")
    }

    fn admin_of(&self, database: &str) -> Client {
        let mut config = postgres::Config::new();
        config.host_path(&self.directory).port(self.port).user("postgres").dbname(database);
        config.application_name("hostile").connect_timeout(Duration::from_secs(5));
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            match config.connect(NoTls) {
                Ok(client) => return client,
                Err(error) if Instant::now() > deadline => {
                    panic!("the server is not back after 60 s: {error}")
                }
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// A new database, which the deploying role owns.
    pub fn database(&self) -> Database<'_> {
        let name = format!("h{}", self.databases.fetch_add(1, Ordering::SeqCst));
        self.admin()
            .batch_execute(&format!("CREATE DATABASE {name} OWNER {ROLE} TEMPLATE template0"))
            .unwrap();
        Database { cluster: self, name }
    }

    /// What `pg_ctl restart -m immediate` does: every process is ended at once, and the next start is a recovery.
    pub fn restart_immediately(&self) {
        self.control("restart", &["-m", "immediate"]);
    }

    /// Starts a server that has ended by itself.
    pub fn start_again(&self) {
        let _ = self.controlled("stop", &["-m", "immediate"]);
        self.control("start", &[]);
    }

    fn control(&self, verb: &str, more: &[&str]) {
        let status = self.controlled(verb, more);
        let log = std::fs::read_to_string(self.directory.join("log")).unwrap_or_default();
        assert!(status, "pg_ctl {verb} failed: {log}");
    }

    fn controlled(&self, verb: &str, more: &[&str]) -> bool {
        let mut command = server_command(&self.programs.join("pg_ctl"));
        command
            .arg(verb)
            .arg("-D")
            .arg(self.directory.join("data"))
            .args(["-s", "-w", "-t", "120"])
            .args(more);
        if verb != "stop" {
            command.arg("-l").arg(self.directory.join("log"));
        }
        // A group of its own: Ctrl-C is for us.
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().unwrap().success()
    }

    /// What the server's processes do, for a run that hangs.
    pub fn activity(&self) -> String {
        let query = "SELECT format('%s %s %s %s %s/%s blocked by %s, for %s: %s', pid, datname, application_name, \
             state, wait_event_type, wait_event, pg_blocking_pids(pid), now() - state_change, \
             left(regexp_replace(query, '\\s+', ' ', 'g'), 120)) \
             FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        let rows = self.admin().query(query, &[]).unwrap_or_default();
        rows.iter().map(|row| format!("\n        {}", row.get::<_, String>(0))).collect()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// A database of a cluster; dropped, it is dropped.
pub struct Database<'c> {
    pub cluster: &'c Cluster,
    pub name: String,
}

impl Database<'_> {
    /// The URL by which the runner connects, password and all.
    pub fn url(&self) -> String {
        self.url_at(self.cluster.port)
    }

    /// The URL through something that listens on another port.
    pub fn url_at(&self, port: u16) -> String {
        format!("postgres://{ROLE}:{PASSWORD}@127.0.0.1:{port}/{}?sslmode=disable", self.name)
    }

    /// A superuser's connection to it.
    pub fn client(&self) -> Client {
        self.cluster.admin_of(&self.name)
    }

    /// The server processes of the deploying role in this database.
    pub fn processes(&self) -> Vec<i32> {
        let query =
            "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND usename = $2 ORDER BY backend_start";
        let rows = self.cluster.admin().query(query, &[&self.name, &ROLE]);
        // The server may be in the middle of a crash.
        rows.unwrap_or_default().iter().map(|row| row.get(0)).collect()
    }

    /// Waits until no server process of the deploying role is left. How long did it take, if it did not take too long?
    pub fn left_within(&self, bound: Duration) -> Option<Duration> {
        let begun = Instant::now();
        while !self.processes().is_empty() {
            if begun.elapsed() > bound {
                return None;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(begun.elapsed())
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let _ = self.cluster.admin().batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// The directory of Postgres' programs, found as the library finds it.
fn programs() -> PathBuf {
    let server =
        feedstock::internals::server::Server::scratch().expect("Postgres is on this machine: make postgres");
    server.bin("postgres").parent().expect("programs are in a directory").to_owned()
}

/// A command that runs as the account that servers run as, free of the settings of this shell.
pub fn server_command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C").current_dir("/");
    if let Some((uid, gid)) = server_account() {
        command.uid(uid).gid(gid);
    }
    command
}

/// For root, who cannot run Postgres: the account that can.
fn server_account() -> Option<(u32, u32)> {
    if !nix::unistd::geteuid().is_root() {
        return None;
    }
    let user =
        ["postgres", "nobody"].iter().find_map(|name| nix::unistd::User::from_name(name).ok().flatten());
    let user = user.expect("there is an account `postgres` or `nobody`");
    Some((user.uid.as_raw(), user.gid.as_raw()))
}

/// Gives a path to that account.
pub fn give_to_server_account(path: &Path) {
    if let Some((uid, gid)) = server_account() {
        std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
    }
}

/// Ends the server and removes its directory when we are gone, in whatever way: its standard input ends then.
fn watchdog(programs: &Path, directory: &Path) -> Child {
    let script = "trap '' INT TERM HUP QUIT; cat >/dev/null; \"$1\" stop -D \"$2/data\" -s -m immediate; \
         rm -rf \"$2\"/* ; rmdir \"$2\" || true";
    let mut command = server_command(Path::new("/bin/sh"));
    command.args(["-c", script, "hostile"]).arg(programs.join("pg_ctl")).arg(directory);
    command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

fn must(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
