//! The server of scratch databases: its run's lock and name, and what is dropped at the end.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use postgres::Client;
use postgres::error::SqlState;

use crate::connect::Environment;
use crate::error::{Error, Result};
use crate::ident::ident;
use crate::interrupt::{OnInterrupt, on_interrupt, received};
use crate::pin::connect_pinned;
use crate::server::Server;

/// The first half of the advisory locks' key: "feed" in ASCII.
const LOCK_SPACE: i32 = 0x6665_6564;

/// The prefix of the comment on a role that a replay created.
pub(super) const ROLE_COMMENT: &str = "made by a replay of Feedstock, run ";

/// The `lock_timeout` of DROP DATABASE, for sessions that still use it.
const DROP_TIMEOUT: Duration = Duration::from_secs(10);

/// The server of all databases; it outlives the last of them. The fields drop in this order: connection, then server.
pub(super) struct Host {
    admin: Mutex<Client>,
    /// The process ID of its session.
    admin_pid: i32,
    pub(super) run: u32,
    /// Receives messages about what could not be dropped.
    pub(super) tell: OnceLock<fn(&str)>,
    pub(super) version: u32,
    /// Its version and its extensions, once they were asked for.
    offers: OnceLock<String>,
    names: Arc<Mutex<Names>>,
    pub(super) url: String,
    pub(super) server: Option<Server>,
    pub(super) on_interrupt: Option<OnInterrupt>,
}

#[derive(Debug, Default)]
pub(super) struct Names {
    next: u32,
    pub(super) alive: BTreeSet<String>,
    /// The roles that replays created on a server that is not ours.
    roles: BTreeSet<String>,
}

impl Host {
    pub(super) fn new(mut admin: Client, url: String, server: Option<Server>) -> Result<Self> {
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
            offers: OnceLock::new(),
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

    /// Its version and its extensions, as one text. To list them, the server reads a file of each extension.
    pub(super) fn offers(&self) -> Result<&str> {
        if let Some(offers) = self.offers.get() {
            return Ok(offers);
        }
        let offers = self.admin().query_one(include_str!("offers.sql"), &[])?.get(0);
        Ok(self.offers.get_or_init(|| offers))
    }

    pub(super) fn names(&self) -> MutexGuard<'_, Names> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn new_name(&self) -> String {
        let mut names = self.names();
        names.next += 1;
        let name = format!("feedstock_scratch_{}_{}_{:08x}", std::process::id(), names.next, self.run);
        names.alive.insert(name.clone());
        name
    }

    /// Drops the databases and roles of runs that have ended. Those of other users' runs stay.
    pub(super) fn sweep(&self) {
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
    pub(super) fn drop_database(&self, name: &str) {
        let mut admin = self.admin();
        let Err(error) = drop_database(&mut admin, name) else { return };
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

    pub(super) fn dropped_on_interrupt(&self) -> OnInterrupt {
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
                let _ = drop_database(&mut client, name);
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

/// Drops a database, with its sessions, also if files have made it a template.
pub(super) fn drop_database(client: &mut Client, name: &str) -> Result<(), postgres::Error> {
    let name = ident(name);
    let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    match client.batch_execute(&sql) {
        Err(error) if error.code() == Some(&SqlState::WRONG_OBJECT_TYPE) => {
            client.batch_execute(&format!("ALTER DATABASE {name} IS_TEMPLATE false"))?;
            client.batch_execute(&sql)
        }
        done => done,
    }
}

fn drop_role(role: &str) -> String {
    format!("DROP ROLE IF EXISTS {}", ident(role))
}
