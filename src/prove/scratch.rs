//! Scratch databases, dropped afterwards.
//!
//! A private server leaves nothing, since it ends with its process. On a server that the user names, each run has a
//! random number, which is part of its databases' names and the key of an advisory lock that it holds until its end: a
//! database whose lock is free is a leftover, which the next run drops.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use postgres::Client;

use super::host::Host;
use super::rights::{self, OWNER, ReplayAs};
use super::text::Text;
use crate::connect::{Environment, redacted, with_dbname};
use crate::error::{Error, Result};
use crate::ident::{ident, idents};
use crate::inspect::Prepared;
use crate::pin::connect_pinned;
use crate::schema::Schema;
use crate::server::{SUPERUSER, Server};

/// The environment variable that turns the cache `off`.
const CACHE: &str = "FEEDSTOCK_CACHE";

/// The time to wait until the connections to a database that is to be copied are closed.
const CLOSING_TIMEOUT: Duration = Duration::from_secs(5);

/// A server for scratch databases.
#[derive(Debug)]
pub struct Scratch {
    /// The role that runs the SQL of files on a private server.
    replay_as: ReplayAs,
    /// The `search_path` that every migration begins with.
    pub(super) search_path: Vec<String>,
    benches: Mutex<Vec<Bench>>,
    /// The schema that was made canonical last, and its text.
    rebuilt: Mutex<Option<(Text, Schema)>>,
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
    prepared: Prepared,
    uses: usize,
    _database: Database,
}

/// The number of uses of a bench: each leaves dead rows in the catalogs, which slow the next one down.
const USES_OF_A_BENCH: usize = 64;

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

    /// Do its databases begin with what is not managed?
    pub fn has_base(&self) -> bool {
        self.base.is_some()
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

    /// The names of Postgres's own relations, types and functions: they come first wherever no schema is written.
    ///
    /// # Errors
    /// The server fails.
    pub(crate) fn names_of_postgres(&self) -> Result<BTreeSet<String>> {
        let rows = self.host.admin().query(include_str!("names_of_postgres.sql"), &[])?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
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
    pub(crate) fn on_a_bench<T>(
        &self,
        what: impl FnOnce(&mut Client, &mut Prepared) -> Result<T>,
    ) -> Result<T> {
        let free = self.benches().pop();
        let mut bench = match free {
            Some(bench) => bench,
            None => {
                let database = self.database()?;
                Bench {
                    client: database.client()?,
                    prepared: Prepared::default(),
                    uses: 0,
                    _database: database,
                }
            }
        };
        let done = what(&mut bench.client, &mut bench.prepared)?;
        bench.uses += 1;
        if bench.uses < USES_OF_A_BENCH {
            self.benches().push(bench);
        }
        Ok(done)
    }

    /// The schema that was made canonical last, and its text.
    pub(super) fn rebuilt(&self) -> MutexGuard<'_, Option<(Text, Schema)>> {
        self.rebuilt.lock().unwrap_or_else(PoisonError::into_inner)
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
            rebuilt: Mutex::default(),
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

    /// Renames it so that it is kept, gives it to the superuser, so that files can do nothing to it, and lets nobody
    /// connect: Postgres copies no database in use.
    pub(super) fn keep(mut self, name: &str) -> Result<Self> {
        let (old, new) = (ident(&self.name), ident(name));
        self.host.admin().batch_execute(&format!("ALTER DATABASE {old} RENAME TO {new}"))?;
        self.host.names().alive.remove(&self.name);
        self.url = with_dbname(&self.host.url, name)?;
        name.clone_into(&mut self.name);
        self.kept = true;
        let mut admin = self.host.admin();
        admin.batch_execute(&format!("ALTER DATABASE {new} OWNER TO CURRENT_USER"))?;
        admin.batch_execute(&format!("ALTER DATABASE {new} ALLOW_CONNECTIONS false"))?;
        drop(admin);
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

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench").field("uses", &self.uses).finish_non_exhaustive()
    }
}
