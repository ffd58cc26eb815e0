//! Databases to try things in, gone afterwards.
//!
//! On a private server nothing can be left over, since the server itself goes. On a server that the user names,
//! each run has a number, which is part of its databases' names and which it holds as an advisory lock for as
//! long as it lives: databases whose number nobody holds are leftovers, and the next run drops them.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use postgres::Client;

use crate::connect::{connect, with_dbname};
use crate::error::{Error, Result};
use crate::ident::ident;
use crate::interrupt::{OnInterrupt, on_interrupt};
use crate::server::Server;

/// The first half of the advisory locks' key: "feed" in ASCII.
const LOCK_SPACE: i32 = 0x6665_6564;

/// How long a database that is to be copied may still have connections that are about to go.
const CLOSING_TIMEOUT: Duration = Duration::from_secs(5);

/// A server for scratch databases.
#[derive(Debug)]
pub struct Scratch {
    benches: Mutex<Vec<Bench>>,
    host: Arc<Host>,
}

/// A scratch database; dropping it drops it in the server, open connections and all.
#[derive(Debug)]
pub struct Database {
    host: Arc<Host>,
    name: String,
    url: String,
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
struct Host {
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
        let server = Server::scratch()?;
        let url = server.url("postgres");
        let host = Host::new(connect(&url)?, url, Some(server))?;
        Ok(Scratch { benches: Mutex::default(), host: Arc::new(host) })
    }

    fn on_a_users_server(url: &str) -> Result<Self> {
        let mut admin = connect(url)?;
        may_create_databases(&mut admin)?;
        let mut host = Host::new(admin, url.to_owned(), None)?;
        host.sweep();
        host.on_interrupt = Some(host.dropped_on_interrupt());
        Ok(Scratch { benches: Mutex::default(), host: Arc::new(host) })
    }

    fn create(&self, how: &str) -> Result<Database> {
        let name = self.host.new_name();
        let url = with_dbname(&self.host.url, &name)?;
        let database = Database { host: Arc::clone(&self.host), name, url };
        // The value exists first, so that whatever happens from here on drops the database.
        self.host
            .admin()
            .batch_execute(&format!("CREATE DATABASE {} {how}", ident(&database.name)))
            .map_err(|error| Error::database("a scratch database cannot be created").because(error))?;
        Ok(database)
    }

    /// Copying files beats writing them to the log where the checkpoints that it asks for cost nothing.
    fn strategy(&self) -> &'static str {
        if self.is_private() && self.host.version >= 150_000 { " STRATEGY file_copy" } else { "" }
    }

    /// A client that was dropped leaves the server a moment later.
    fn wait_until_unused(&self, source: &Database) -> Result<()> {
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
        connect(&self.url)
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

impl Drop for Database {
    fn drop(&mut self) {
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

    fn admin(&self) -> MutexGuard<'_, Client> {
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
            let Ok(mut client) = connect(&url) else { return };
            for name in &names.alive {
                let _ = client.batch_execute(&drop_database(name));
            }
        })
    }
}

impl std::fmt::Debug for Bench {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bench").field("uses", &self.uses).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

fn drop_database(name: &str) -> String {
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
