//! Databases to try things in, gone afterwards.
//!
//! On a private server nothing can be left over, since the server itself goes. On a server that the user names,
//! each run has a number, which is part of its databases' names and which it holds as an advisory lock for as
//! long as it lives: databases whose number nobody holds are leftovers, and the next run drops them.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use postgres::Client;

use crate::connect::{Environment, connect_in, redacted, with_dbname};
use crate::error::{Error, Result};
use crate::ident::ident;
use crate::interrupt::{OnInterrupt, on_interrupt};
use crate::server::Server;

/// The first half of the advisory locks' key: "feed" in ASCII.
const LOCK_SPACE: i32 = 0x6665_6564;

/// `off` keeps nothing from one run to the next.
const CACHE: &str = "FEEDSTOCK_CACHE";

/// How long a database that is to be copied may still have connections that are about to go.
const CLOSING_TIMEOUT: Duration = Duration::from_secs(5);

/// A server for scratch databases.
#[derive(Debug)]
pub struct Scratch {
    benches: Mutex<Vec<Bench>>,
    pub(super) host: Arc<Host>,
    /// What earlier runs built, where it is kept.
    keeps: bool,
    /// Did this run take or leave any of that?
    pub(super) uses_kept: AtomicBool,
}

/// A scratch database; dropping it drops it in the server, open connections and all, unless it is kept there.
pub struct Database {
    pub(super) host: Arc<Host>,
    pub(super) name: String,
    url: String,
    /// A template for copies, which stays and lets nobody connect.
    kept: bool,
}

/// An empty database with an open connection, for what is rolled back. The connection drops before the database.
struct Bench {
    client: Client,
    uses: usize,
    _database: Database,
}

/// What is rolled back leaves dead rows in the catalogs, which slow the next use down.
const USES_OF_A_BENCH: usize = 64;

/// What databases share and outlives the last of them. The fields drop in this order: connection, then server.
pub(super) struct Host {
    admin: Mutex<Client>,
    run: u32,
    version: u32,
    names: Arc<Mutex<Names>>,
    url: String,
    server: Option<Server>,
    on_interrupt: Option<OnInterrupt>,
}

#[derive(Debug, Default)]
struct Names {
    next: u32,
    alive: BTreeSet<String>,
}

impl Scratch {
    /// Uses the server at `scratch_url`, or starts a private one.
    ///
    /// # Errors
    ///
    /// The server cannot be reached, its role may not create databases, or no private one can be started.
    pub fn start(scratch_url: Option<&str>) -> Result<Self> {
        match scratch_url {
            Some(url) => Self::on_a_users_server(url),
            None => Self::on_a_private_server(),
        }
    }

    /// As [`Scratch::start`], but a private server is one that keeps for this project what was built on it, so that the
    /// same migrations are not replayed twice. `FEEDSTOCK_CACHE=off` in the environment keeps nothing.
    ///
    /// # Errors
    ///
    /// As of [`Scratch::start`].
    pub fn of_project(scratch_url: Option<&str>, project: &Path) -> Result<Self> {
        if scratch_url.is_some() || std::env::var_os(CACHE).is_some_and(|said| said == "off") {
            return Self::start(scratch_url);
        }
        let scratch = Scratch { keeps: true, ..Self::on_server(Server::scratch_of(project)?)? };
        scratch.host.sweep();
        Ok(scratch)
    }

    /// A new, empty database: UTF8, locale C, nothing but what Postgres itself puts there.
    ///
    /// # Errors
    ///
    /// The server refuses.
    pub fn database(&self) -> Result<Database> {
        let provider = if self.host.version >= 150_000 { " LOCALE_PROVIDER libc" } else { "" };
        self.create(&format!(
            "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'{provider}{}",
            self.strategy()
        ))
    }

    /// A new database that is a copy of another one.
    ///
    /// # Errors
    ///
    /// The other one still has connections: close the clients first, for Postgres copies no database in use.
    pub fn clone_of(&self, source: &Database) -> Result<Database> {
        self.wait_until_unused(source)?;
        self.create(&format!("TEMPLATE {}{}", ident(&source.name), self.strategy()))
    }

    /// Does something in an empty database that is left as it was: in a transaction that is rolled back. After an
    /// error the database is not used again.
    ///
    /// # Errors
    ///
    /// The server refuses, or `what` fails.
    pub(crate) fn on_a_bench<T>(&self, what: impl FnOnce(&mut Client) -> Result<T>) -> Result<T> {
        let free = self.benches().pop();
        let mut bench = match free {
            Some(bench) => bench,
            None => {
                let database = self.database()?;
                Bench { client: database.client()?, uses: 0, _database: database }
            }
        };
        let done = what(&mut bench.client)?;
        bench.uses += 1;
        if bench.uses < USES_OF_A_BENCH {
            self.benches().push(bench);
        }
        Ok(done)
    }

    fn benches(&self) -> MutexGuard<'_, Vec<Bench>> {
        self.benches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does the server keep what is built on it for the next run?
    pub fn keeps(&self) -> bool {
        self.keeps
    }

    /// Is the server our own, so that roles may be created on it?
    pub fn is_private(&self) -> bool {
        self.host.server.is_some()
    }

    /// The private server, for its programs (`pg_dump`, `psql`).
    pub fn server(&self) -> Option<&Server> {
        self.host.server.as_ref()
    }

    /// The version as the server itself writes it in `server_version_num`: 150012 is 15.12.
    pub fn version(&self) -> u32 {
        self.host.version
    }

    fn on_a_private_server() -> Result<Self> {
        Self::on_server(Server::scratch()?)
    }

    fn on_server(server: Server) -> Result<Self> {
        let url = server.url("postgres");
        let host = Host::new(connect_in(&url, &Environment::none())?, url, Some(server))?;
        Ok(Scratch::on(host))
    }

    fn on_a_users_server(url: &str) -> Result<Self> {
        let mut admin = connect_in(url, &Environment::of_process())?;
        may_create_databases(&mut admin)?;
        let mut host = Host::new(admin, url.to_owned(), None)?;
        host.sweep();
        host.on_interrupt = Some(host.dropped_on_interrupt());
        Ok(Scratch::on(host))
    }

    fn on(host: Host) -> Self {
        let (benches, uses_kept) = (Mutex::default(), AtomicBool::new(false));
        Scratch { benches, host: Arc::new(host), keeps: false, uses_kept }
    }

    fn create(&self, how: &str) -> Result<Database> {
        let name = self.host.new_name();
        let database = self.named(name, false)?;
        // The value exists first, so that whatever happens from here on drops the database.
        self.host
            .admin()
            .batch_execute(&format!("CREATE DATABASE {} {how}", ident(&database.name)))
            .map_err(|error| Error::database("a scratch database cannot be created").because(error))?;
        Ok(database)
    }

    /// A database that is there, or is about to be.
    pub(super) fn named(&self, name: String, kept: bool) -> Result<Database> {
        let url = with_dbname(&self.host.url, &name)?;
        Ok(Database { host: Arc::clone(&self.host), name, url, kept })
    }

    /// Copying files beats writing them to the log where the checkpoints that it asks for cost nothing.
    fn strategy(&self) -> &'static str {
        if self.is_private() && self.host.version >= 150_000 { " STRATEGY file_copy" } else { "" }
    }

    /// A client that was dropped leaves the server a moment later.
    pub(super) fn wait_until_unused(&self, source: &Database) -> Result<()> {
        let deadline = Instant::now() + CLOSING_TIMEOUT;
        loop {
            let users = self.host.admin().query_one(
                "SELECT count(*), coalesce(string_agg(DISTINCT application_name, ', '), '') \
                 FROM pg_stat_activity WHERE datname = $1",
                &[&source.name],
            )?;
            let (count, names): (i64, String) = (users.get(0), users.get(1));
            if count == 0 {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(Error::database(format!(
                    "the scratch database cannot be copied while it has {count} connections ({names})"
                ))
                .help("close them first"));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Database {
    /// Opens a connection.
    ///
    /// # Errors
    ///
    /// The server refuses, for example because it has no connection left.
    pub fn client(&self) -> Result<Client> {
        self.host.connect(&self.url)
    }

    /// Gives it a name under which it stays, and lets nobody connect: Postgres copies no database in use.
    pub(super) fn keep(mut self, name: &str) -> Result<Self> {
        let (old, new) = (ident(&self.name), ident(name));
        self.host.admin().batch_execute(&format!("ALTER DATABASE {old} RENAME TO {new}"))?;
        self.host.names().alive.remove(&self.name);
        self.url = with_dbname(&self.host.url, name)?;
        name.clone_into(&mut self.name);
        self.kept = true;
        self.host.admin().batch_execute(&format!("ALTER DATABASE {new} ALLOW_CONNECTIONS false"))?;
        Ok(self)
    }

    /// Its URL (or `key=value` string, where the server was named by one). It may hold a password: see
    /// [`redacted`](crate::connect::redacted).
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The URL without its password.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({})", redacted(&self.url))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        // What cannot be dropped now is swept by the next run, so there is nobody to tell.
        let _ = self.host.admin().batch_execute(&drop_database(&self.name));
        self.host.names().alive.remove(&self.name);
    }
}

impl Host {
    fn new(mut admin: Client, url: String, server: Option<Server>) -> Result<Self> {
        let version: String = admin.query_one("SHOW server_version_num", &[])?.get(0);
        let version =
            version.parse().map_err(|error| Error::database("the server has no version").because(error))?;
        // std's hasher is keyed by the system's randomness, which is all that is wanted here. A lock's key is a
        // signed number, of which this uses the positive half.
        let run = (RandomState::new().hash_one(std::process::id()) >> 33) as u32;
        hold_the_run(&mut admin, run)?;
        Ok(Host {
            admin: Mutex::new(admin),
            run,
            version,
            names: Arc::default(),
            url,
            server,
            on_interrupt: None,
        })
    }

    /// Opens a connection. What a user's environment says is not for a private server.
    fn connect(&self, url: &str) -> Result<Client> {
        let private = self.server.is_some();
        connect_in(url, &if private { Environment::none() } else { Environment::of_process() })
    }

    pub(super) fn admin(&self) -> MutexGuard<'_, Client> {
        self.admin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn names(&self) -> MutexGuard<'_, Names> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new_name(&self) -> String {
        let mut names = self.names();
        names.next += 1;
        let name = format!("feedstock_scratch_{}_{}_{:08x}", std::process::id(), names.next, self.run);
        names.alive.insert(name.clone());
        name
    }

    /// Drops the databases of runs that nobody holds any more. Those of another role are left to it.
    fn sweep(&self) {
        let mut admin = self.admin();
        let left = admin.query(include_str!("leftovers.sql"), &[&i64::from(LOCK_SPACE)]).unwrap_or_default();
        for row in left {
            let _ = admin.batch_execute(&drop_database(row.get(0)));
        }
    }

    fn dropped_on_interrupt(&self) -> OnInterrupt {
        let (url, names) = (self.url.clone(), Arc::clone(&self.names));
        on_interrupt(move || {
            let names = names.lock().unwrap_or_else(PoisonError::into_inner);
            // The run's own connection may be in the middle of something.
            let Ok(mut client) = connect_in(&url, &Environment::of_process()) else { return };
            for name in &names.alive {
                let _ = client.batch_execute(&drop_database(name));
            }
        })
    }
}

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench").field("uses", &self.uses).finish_non_exhaustive()
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("run", &self.run).field("server", &self.server).finish_non_exhaustive()
    }
}

/// Says for as long as this connection lives that the run's databases are in use. On a private server too: its URL
/// may be given to others.
fn hold_the_run(admin: &mut Client, run: u32) -> Result<()> {
    let held = admin.query_one("SELECT pg_try_advisory_lock($1, $2)", &[&LOCK_SPACE, &run.cast_signed()])?;
    if held.get(0) {
        Ok(())
    } else {
        Err(Error::database("another run has this run's number").help("run it again"))
    }
}

pub(super) fn drop_database(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", ident(name))
}

fn may_create_databases(admin: &mut Client) -> Result<()> {
    let row = admin.query_one(
        "SELECT rolcreatedb OR rolsuper, rolname::text FROM pg_roles WHERE rolname = current_user",
        &[],
    )?;
    if row.get(0) {
        return Ok(());
    }
    let role: String = row.get(1);
    Err(Error::database(format!("the role {role} may not create scratch databases on this server")).help(
        format!(
            "run there: ALTER ROLE {} CREATEDB; or leave the scratch URL out to use a private server",
            ident(&role)
        ),
    ))
}
