//! Scratch databases, dropped afterwards.
//!
//! A private server leaves nothing, since it ends with its process. On a server that the user names, each run has a
//! random number, which is part of its databases' names and the key of an advisory lock that it holds until its end: a
//! database whose lock is free is a leftover, which the next run drops.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use postgres::Client;

use super::rights::{self, OWNER, ReplayAs};
use crate::connect::{Environment, redacted, with_dbname};
use crate::error::{Error, Result};
use crate::ident::{ident, idents};
use crate::interrupt::{OnInterrupt, on_interrupt, received};
use crate::pin::connect_pinned;
use crate::server::{SUPERUSER, Server};

/// The first half of the advisory locks' key: "feed" in ASCII.
const LOCK_SPACE: i32 = 0x6665_6564;

/// The prefix of the comment on a role that a replay created.
pub(super) const ROLE_COMMENT: &str = "made by a replay of Feedstock, run ";

/// The environment variable that turns the cache `off`.
const CACHE: &str = "FEEDSTOCK_CACHE";

/// The time to wait until the connections to a database that is to be copied are closed.
const CLOSING_TIMEOUT: Duration = Duration::from_secs(5);

/// The `lock_timeout` of DROP DATABASE, for sessions that still use it.
const DROP_TIMEOUT: Duration = Duration::from_secs(10);

/// A server for scratch databases.
#[derive(Debug)]
pub struct Scratch {
    /// The role that runs the SQL of files on a private server.
    replay_as: ReplayAs,
    /// The `search_path` that every migration begins with.
    pub(super) search_path: Vec<String>,
    benches: Mutex<Vec<Bench>>,
    pub(super) host: Arc<Host>,
    /// Does the server keep results for later runs?
    keeps: bool,
    /// Has this run used or stored a kept result?
    pub(super) uses_kept: AtomicBool,
    /// What every database begins with.
    base: Option<Base>,
}

/// What is not managed, and every scratch database begins with.
#[derive(Debug)]
pub(crate) struct Base {
    /// A database that holds it, without connections.
    pub database: Database,
    /// The SQL that built it.
    pub text: String,
    /// What it lacks of what the live database has, a line each.
    pub lacks: Vec<String>,
}

/// A scratch database. Dropping the value drops the database, with FORCE, unless it is kept.
pub struct Database {
    pub(super) host: Arc<Host>,
    pub(super) name: String,
    url: String,
    /// The role of its sessions; `None` is the role of the URL.
    role: Option<&'static str>,
    /// Is it a template that stays, and lets nobody connect?
    kept: bool,
}

/// An empty database with an open connection, for transactions that are rolled back. The fields drop in this order.
struct Bench {
    client: Client,
    uses: usize,
    _database: Database,
}

/// The number of uses of a bench: each leaves dead rows in the catalogs, which slow the next one down.
const USES_OF_A_BENCH: usize = 64;

/// The server of all databases; it outlives the last of them. The fields drop in this order: connection, then server.
pub(super) struct Host {
    admin: Mutex<Client>,
    /// The process ID of its session.
    admin_pid: i32,
    pub(super) run: u32,
    /// Receives messages about what could not be dropped.
    tell: OnceLock<fn(&str)>,
    pub(super) version: u32,
    names: Arc<Mutex<Names>>,
    url: String,
    server: Option<Server>,
    on_interrupt: Option<OnInterrupt>,
}

#[derive(Debug, Default)]
struct Names {
    next: u32,
    alive: BTreeSet<String>,
    /// The roles that replays created on a server that is not ours.
    roles: BTreeSet<String>,
}

impl Scratch {
    /// Uses the server at `scratch_url`, or starts a private one. The SQL of files runs with the rights of the URL's
    /// role; on a private server, as a role without superuser rights: see [`Scratch::replaying_as`].
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

    /// As [`Scratch::start`], but a private server keeps results for later runs on this project, so that the same
    /// migrations are not replayed twice. `FEEDSTOCK_CACHE=off` in the environment turns this off.
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

    /// Sets the role that runs the SQL of files on a private server. On a server named by a URL it is always the URL's
    /// role.
    ///
    /// # Errors
    ///
    /// The server refuses.
    pub fn replaying_as(self, replay_as: ReplayAs) -> Result<Self> {
        if self.is_private() {
            rights::prepare(&mut self.host.admin(), self.host.version, replay_as)?;
        }
        Ok(Scratch { replay_as, ..self })
    }

    /// Sets the `search_path` that every replayed migration begins with, as in [`Options`](crate::runner::Options); the
    /// default is `public`.
    #[must_use]
    pub fn replaying_with(self, search_path: Vec<String>) -> Self {
        Scratch { search_path, ..self }
    }

    /// Lets every database from now on begin with a base.
    #[must_use]
    pub(crate) fn on_base(self, base: Base) -> Self {
        Scratch { base: Some(base), benches: Mutex::default(), ..self }
    }

    /// What every database begins with.
    pub(crate) fn base(&self) -> Option<&Base> {
        self.base.as_ref()
    }

    /// The search path, quoted for SQL.
    pub(crate) fn search_path(&self) -> String {
        idents(&self.search_path)
    }

    /// A second handle on the same server, with another role for the SQL of files.
    ///
    /// # Errors
    ///
    /// The server refuses.
    pub fn beside(&self, replay_as: ReplayAs) -> Result<Self> {
        Scratch::on(Arc::clone(&self.host)).replaying_with(self.search_path.clone()).replaying_as(replay_as)
    }

    /// Does the SQL of files run as a role without superuser rights?
    pub(super) fn replays_as_owner(&self) -> bool {
        self.is_private() && self.replay_as == ReplayAs::Owner
    }

    /// Sets the function that is called with a sentence about each object that could not be dropped.
    pub fn telling(&self, listener: fn(&str)) {
        // The first listener stays.
        let _ = self.host.tell.set(listener);
    }

    /// The role of the URL, if it is a superuser; `None` on a private server.
    ///
    /// # Errors
    ///
    /// The server fails.
    pub fn superuser_of_url(&self) -> Result<Option<String>> {
        if self.is_private() {
            return Ok(None);
        }
        let ask = "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = current_user AND rolsuper";
        Ok(self.host.admin().query_opt(ask, &[])?.map(|row| row.get(0)))
    }

    /// Creates an empty database: UTF8, locale C, only Postgres's own objects, and the base if there is one.
    ///
    /// # Errors
    ///
    /// The server refuses.
    pub fn database(&self) -> Result<Database> {
        if let Some(base) = &self.base {
            return self.clone_of(&base.database);
        }
        let provider = if self.host.version >= 150_000 { " LOCALE_PROVIDER libc" } else { "" };
        let database = self.create(&format!(
            "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'{provider}{}",
            self.strategy()
        ))?;
        // From Postgres 15 on, the schema belongs to the owner of the database.
        if self.replays_as_owner() && self.host.version < 150_000 {
            self.host
                .connect(&database.url)?
                .batch_execute(&format!("ALTER SCHEMA public OWNER TO {OWNER}"))?;
        }
        Ok(database)
    }

    /// Creates a copy of a database.
    ///
    /// # Errors
    ///
    /// The other one still has connections: close the clients first, since Postgres copies no database in use.
    pub fn clone_of(&self, source: &Database) -> Result<Database> {
        self.wait_until_unused(source)?;
        self.create(&format!("TEMPLATE {}{}", ident(&source.name), self.strategy()))
    }

    /// Calls `what` with an empty database, in which it has to roll back its changes. After an error the database is
    /// not used again.
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

    /// Does the server keep results for later runs?
    pub fn keeps(&self) -> bool {
        self.keeps
    }

    /// Does the server have an extension, in this version if one is given?
    pub(crate) fn offers(&self, extension: &str, version: Option<&str>) -> Result<bool> {
        let ask = "SELECT FROM pg_catalog.pg_available_extension_versions \
                   WHERE name = $1 AND version = coalesce($2, version) LIMIT 1";
        Ok(self.host.admin().query_opt(ask, &[&extension, &version])?.is_some())
    }

    /// Is the server private, so that roles may be created on it?
    pub fn is_private(&self) -> bool {
        self.host.server.is_some()
    }

    /// The private server, for its programs (`pg_dump`, `psql`).
    pub fn server(&self) -> Option<&Server> {
        self.host.server.as_ref()
    }

    /// Its `server_version_num`: 150012 is 15.12.
    pub fn version(&self) -> u32 {
        self.host.version
    }

    fn on_a_private_server() -> Result<Self> {
        Self::on_server(Server::scratch()?)
    }

    fn on_server(server: Server) -> Result<Self> {
        let url = server.url("postgres");
        let host = Host::new(connect_pinned(&url, &Environment::none())?, url, Some(server))?;
        Scratch::on(Arc::new(host)).replaying_as(ReplayAs::Owner)
    }

    fn on_a_users_server(url: &str) -> Result<Self> {
        let mut admin = connect_pinned(url, &Environment::of_process())?;
        rights::may_create_databases(&mut admin)?;
        let mut host = Host::new(admin, url.to_owned(), None)?;
        host.sweep();
        host.on_interrupt = Some(host.dropped_on_interrupt());
        Ok(Scratch::on(Arc::new(host)))
    }

    fn on(host: Arc<Host>) -> Self {
        let (benches, uses_kept) = (Mutex::default(), AtomicBool::new(false));
        let search_path = vec!["public".to_owned()];
        Scratch {
            replay_as: ReplayAs::Superuser,
            search_path,
            benches,
            host,
            keeps: false,
            uses_kept,
            base: None,
        }
    }

    fn create(&self, how: &str) -> Result<Database> {
        let name = self.host.new_name();
        let database = self.named(name, false)?;
        let owner = if self.replays_as_owner() { format!(" OWNER {OWNER}") } else { String::new() };
        // The value is created first, so that it drops the database after any error.
        self.host
            .admin()
            .batch_execute(&format!("CREATE DATABASE {}{owner} {how}", ident(&database.name)))
            .map_err(|error| Error::database("a scratch database cannot be created").because(error))?;
        Ok(database)
    }

    /// A database that exists, or is about to be created.
    pub(super) fn named(&self, name: String, kept: bool) -> Result<Database> {
        let url = with_dbname(&self.host.url, &name)?;
        let role = self.replays_as_owner().then_some(OWNER);
        Ok(Database { host: Arc::clone(&self.host), name, url, role, kept })
    }

    /// Copying files is faster than logging their contents, where the checkpoint that it needs costs nothing.
    fn strategy(&self) -> &'static str {
        if self.is_private() && self.host.version >= 150_000 { " STRATEGY file_copy" } else { "" }
    }

    /// Waits until a database has no sessions: the server ends one a moment after its client has closed the connection.
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
    /// Opens a connection with the role for replays. Settings of roles and databases have no effect in it.
    ///
    /// # Errors
    ///
    /// The server refuses, for example because it has no connection left.
    pub fn client(&self) -> Result<Client> {
        match self.role {
            None => self.host.connect(&self.url),
            // The URL of a private server begins with the superuser.
            Some(role) => {
                self.host.connect(&self.url.replacen(&format!("//{SUPERUSER}@"), &format!("//{role}@"), 1))
            }
        }
    }

    /// Renames it so that it is kept, and lets nobody connect: Postgres copies no database in use.
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
        self.host.drop_database(&self.name);
        self.host.names().alive.remove(&self.name);
    }
}

impl Host {
    fn new(mut admin: Client, url: String, server: Option<Server>) -> Result<Self> {
        let admin_pid = admin.query_one("SELECT pg_catalog.pg_backend_pid()", &[])?.get(0);
        let version: String = admin.query_one("SHOW server_version_num", &[])?.get(0);
        let version =
            version.parse().map_err(|error| Error::database("the server has no version").because(error))?;
        // The hasher of std has random keys, and this needs only a random number. A lock's key is a signed number, of
        // which this uses the positive half.
        let run = (RandomState::new().hash_one(std::process::id()) >> 33) as u32;
        hold_the_run(&mut admin, run)?;
        admin.batch_execute(&format!("SET lock_timeout TO '{}ms'", DROP_TIMEOUT.as_millis()))?;
        Ok(Host {
            tell: OnceLock::new(),
            admin: Mutex::new(admin),
            admin_pid,
            run,
            version,
            names: Arc::default(),
            url,
            server,
            on_interrupt: None,
        })
    }

    /// Opens a connection. The environment of the user has no effect on a private server.
    pub(super) fn connect(&self, url: &str) -> Result<Client> {
        let private = self.server.is_some();
        connect_pinned(url, &if private { Environment::none() } else { Environment::of_process() })
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

    /// Drops the databases and roles of runs that have ended. Those of other users' runs stay.
    fn sweep(&self) {
        let space = i64::from(LOCK_SPACE);
        let left = self.admin().query(include_str!("leftovers.sql"), &[&space]).unwrap_or_default();
        for row in left {
            self.drop_database(row.get(0));
        }
        let mut admin = self.admin();
        let roles = admin.query(include_str!("leftover_roles.sql"), &[&space, &ROLE_COMMENT]);
        for row in roles.unwrap_or_default() {
            // A role that a database of another run uses cannot be dropped, and stays until that is dropped.
            let _ = admin.batch_execute(&drop_role(row.get(0)));
        }
    }

    /// Adds a role to those that are dropped at the end of the run.
    pub(super) fn made_role(&self, role: &str) {
        self.names().roles.insert(role.to_owned());
    }

    /// The roles that are dropped at the end of the run.
    pub(super) fn made_roles(&self) -> BTreeSet<String> {
        self.names().roles.clone()
    }

    /// Drops a database with its sessions. If another session prevents that, it is left to the next run, with a
    /// message.
    fn drop_database(&self, name: &str) {
        let mut admin = self.admin();
        let Err(error) = admin.batch_execute(&drop_database(name)) else { return };
        if received().is_some() && self.on_interrupt.is_some() {
            // After a signal, another connection drops the databases.
            return;
        }
        let holders = admin.query_one(include_str!("holders.sql"), &[&name]).map(|row| row.get(0));
        let holders: String = holders.unwrap_or_default();
        let why = match error.as_db_error() {
            Some(error) => error.message().to_owned(),
            None => error.to_string(),
        };
        let held = if holders.is_empty() { String::new() } else { format!("; it is held by {holders}") };
        if let Some(tell) = self.tell.get() {
            tell(&format!("the scratch database {name} was not dropped: {why}{held}; the next run drops it"));
        }
    }

    fn dropped_on_interrupt(&self) -> OnInterrupt {
        let (url, names, admin) = (self.url.clone(), Arc::clone(&self.names), self.admin_pid);
        on_interrupt(move || {
            let names = names.lock().unwrap_or_else(PoisonError::into_inner);
            // The run's own connection may be busy.
            let Ok(mut client) = connect_pinned(&url, &Environment::of_process()) else { return };
            let bound = format!("SET lock_timeout TO '{}ms'", DROP_TIMEOUT.as_millis());
            let _ = client.batch_execute(&bound);
            // The run's own session may be about to create a database, so it is ended. Sessions in the databases end
            // with those.
            let _ = client.execute("SELECT pg_catalog.pg_terminate_backend($1, 5000)", &[&admin]);
            for name in &names.alive {
                let _ = client.batch_execute(&drop_database(name));
            }
            for role in &names.roles {
                let _ = client.batch_execute(&drop_role(role));
            }
        })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let roles = std::mem::take(&mut self.names().roles);
        for role in roles {
            if let (Err(error), Some(tell)) = (self.admin().batch_execute(&drop_role(&role)), self.tell.get())
            {
                let why =
                    error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned());
                tell(&format!(
                    "the role {role}, which a replay created, was not dropped: {why}; the next run drops it"
                ));
            }
        }
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

/// Takes the advisory lock of the run for as long as this connection lives. On a private server too, since its URL may
/// be given to others.
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

fn drop_role(role: &str) -> String {
    format!("DROP ROLE IF EXISTS {}", ident(role))
}
