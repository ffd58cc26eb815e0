//! Databases, files and child processes for the runner's tests.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use feedstock::internals::prove::Database;
use feedstock::internals::server::Server;
use feedstock::migration::Migrations;
use feedstock::runner::{self, Event, Monitor, Options, Report, Status};
use postgres::{Client, NoTls};

use crate::support;

/// A fresh database and a directory of migrations for it.
pub struct Bench {
    pub url: String,
    dir: tempfile::TempDir,
    /// Held for its `Drop`; a database of another bench or server has none.
    _database: Option<Database>,
}

impl Bench {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let database = support::database("runner");
        let mut bench = Self::at(database.url.clone(), files);
        bench._database = Some(database.database);
        bench
    }

    pub fn at(url: String, files: &[(&str, &str)]) -> Self {
        let bench = Bench { url, dir: tempfile::tempdir().unwrap(), _database: None };
        bench.write(files);
        bench
    }

    pub fn write(&self, files: &[(&str, &str)]) {
        for (name, text) in files {
            fs::write(self.dir().join(name), text).unwrap();
        }
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.dir().join(name)).unwrap();
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn client(&self) -> Client {
        Client::connect(&self.url, NoTls).unwrap()
    }

    /// Options for tests: impatient, and with a second connection.
    pub fn options(&self) -> Options {
        let monitor = Monitor::from_config(self.url.parse().unwrap());
        with!(Options::default(), lock_timeout: Duration::from_millis(400), monitor: Some(monitor))
    }

    pub fn migrations(&self) -> Migrations {
        Migrations::read(self.dir()).unwrap()
    }

    pub fn apply(&self) -> feedstock::Result<Report> {
        self.apply_with(&self.options())
    }

    pub fn apply_with(&self, options: &Options) -> feedstock::Result<Report> {
        runner::apply(&mut self.client(), &self.migrations(), options, &mut |_| {})
    }

    /// Applies, and gives what was told meanwhile.
    pub fn apply_telling(&self, options: &Options) -> (feedstock::Result<Report>, Vec<String>) {
        let mut told = Vec::new();
        let result = runner::apply(&mut self.client(), &self.migrations(), options, &mut |event| {
            told.push(event.to_string());
        });
        (result, told)
    }

    /// The error of an apply that must fail, in full.
    #[track_caller]
    pub fn refused(&self, parts: &[&str]) -> feedstock::Error {
        self.refused_with(&self.options(), parts)
    }

    #[track_caller]
    pub fn refused_with(&self, options: &Options, parts: &[&str]) -> feedstock::Error {
        let error = self.apply_with(options).expect_err("this must be refused");
        for part in parts {
            assert!(error.to_string().contains(part), "{error}\n  lacks: {part}");
        }
        error
    }

    pub fn status(&self) -> Status {
        runner::status(&mut self.client(), &self.migrations(), &self.options()).unwrap()
    }

    /// `V1 applied, V2 pending`
    pub fn states(&self) -> String {
        let entries = self.status().entries;
        let states: Vec<String> =
            entries.iter().map(|entry| format!("V{} {}", entry.version, entry.state)).collect();
        states.join(", ")
    }

    /// The versions in the history.
    pub fn recorded(&self) -> Vec<i64> {
        let rows =
            self.client().query("SELECT version FROM refinery_schema_history ORDER BY 1", &[]).unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The one value of a query.
    pub fn one<T>(&self, query: &str) -> T
    where
        T: for<'a> postgres::types::FromSql<'a>,
    {
        self.client().query_one(query, &[]).unwrap().get(0)
    }

    /// The server process of the runner that holds the lock of this database, if there is one.
    pub fn runner(&self) -> Option<i32> {
        self.one(
            "select (select pid from pg_locks where locktype = 'advisory' and granted and database = \
             (select oid from pg_database where datname = current_database()))",
        )
    }

    /// Nothing works on the database but who asks and `others`: the server has stopped what it did for a run.
    #[track_caller]
    pub fn is_quiet(&self, others: i64, bound: Duration) {
        let busy = "select count(*) from pg_stat_activity where datname = current_database() \
                    and pid <> pg_backend_pid() and backend_type = 'client backend'";
        let begun = Instant::now();
        while self.one::<i64>(busy) > others {
            assert!(begun.elapsed() < bound, "the server is still at work after {bound:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn execute(&self, sql: &str) {
        self.client().batch_execute(sql).unwrap();
    }

    pub fn exists(&self, relation: &str) -> bool {
        self.one(&format!("SELECT to_regclass('{relation}') IS NOT NULL"))
    }

    /// A process of its own that applies; at the events of that kind it stops and waits for its death.
    pub fn child(&self, stop_at: &str) -> Running {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["runner::harness::child", "--exact", "--nocapture", "--test-threads=1"])
            .env("FEEDSTOCK_TEST_URL", &self.url)
            .env("FEEDSTOCK_TEST_DIR", self.dir())
            .env("FEEDSTOCK_TEST_STOP_AT", stop_at)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Running { child, said }
    }
}

/// A child; killed when it is dropped.
pub struct Running {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Running {
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until the child says something.
    #[track_caller]
    pub fn until(&mut self, what: &str) {
        let mut all = String::new();
        loop {
            let from = all.len();
            if self.said.read_line(&mut all).unwrap() == 0 {
                panic!("the child ends without saying {what}:\n{all}");
            }
            if all[from..].contains(what) {
                return;
            }
        }
    }

    /// Waits for so many events, or for its end.
    pub fn events(&mut self, count: u64) {
        let (mut seen, mut line) = (0, String::new());
        while seen < count && self.said.read_line(&mut line).unwrap() > 0 {
            seen += u64::from(line.contains("event "));
            line.clear();
        }
    }

    /// What it said to its end, which must be a good one.
    #[track_caller]
    pub fn finish(&mut self) -> String {
        let mut all = String::new();
        self.said.read_to_string(&mut all).unwrap();
        assert!(self.child.wait().unwrap().success(), "{all}");
        all
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What [`Bench::child`] runs.
#[test]
fn child() {
    let Ok(url) = std::env::var("FEEDSTOCK_TEST_URL") else { return };
    std::thread::spawn(|| {
        // The parent is gone.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(1);
    });
    let variable = |name: &str| std::env::var(name).unwrap();
    let stop_at = variable("FEEDSTOCK_TEST_STOP_AT");
    let migrations = Migrations::read(PathBuf::from(variable("FEEDSTOCK_TEST_DIR"))).unwrap();
    let options = with!(Options::default(), monitor: Some(Monitor::from_config(url.parse().unwrap())));
    let mut client = Client::connect(&url, NoTls).unwrap();
    let report = runner::apply(&mut client, &migrations, &options, &mut |event| {
        say(&format!("event {event}"));
        if kind(&event) == stop_at {
            say("stopped");
            loop {
                std::thread::park();
            }
        }
    });
    match report {
        Ok(report) => say(&format!("applied {}", report.applied.len())),
        Err(error) => {
            say(&format!("error {error}"));
            std::process::exit(3);
        }
    }
}

fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{what}").and_then(|()| out.flush()).unwrap();
}

fn kind(event: &Event<'_>) -> &'static str {
    match event {
        Event::Started { .. } => "started",
        Event::Statement { .. } => "statement",
        Event::StatementDone { .. } => "done",
        Event::Applied { .. } => "applied",
        Event::Leftover { .. } => "leftover",
        Event::Waiting { .. } => "waiting",
        _ => "other",
    }
}

/// A server that nobody else uses, to be crashed.
pub struct OwnServer(Server);

impl OwnServer {
    pub fn start() -> Self {
        OwnServer(Server::scratch().unwrap())
    }

    /// The URL of a new database; it goes with the server.
    pub fn database(&self, name: &str) -> String {
        let mut admin = Client::connect(&self.0.url("postgres"), NoTls).unwrap();
        admin.batch_execute(&format!("create database {name}")).unwrap();
        // A scratch server loses the last moments before a crash; here they are what is asked about.
        admin.batch_execute(&format!("alter database {name} set synchronous_commit = on")).unwrap();
        self.0.url(name)
    }
}
