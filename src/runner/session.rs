//! The one connection of a run: the lock that makes it the only one, and the settings that it is given back with.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use postgres::Client;
use sha2::{Digest, Sha256};

use super::event::{Blocker, Event};
use super::options::Options;
use super::watch::{self, Watcher};
use super::{simple, unexpected};
use crate::ident::{ident, idents, literal};
use crate::{Error, Result};

/// A connection that holds the runner's lock; dropped, it is what it was before.
pub(super) struct Session<'c> {
    pub client: &'c mut Client,
    pub watcher: Watcher,
    /// The server process that holds the lock.
    pub pid: i32,
    lock: Lock,
    before: Settings,
    /// Has anything been set?
    changed: bool,
    options: Options,
}

impl<'c> Session<'c> {
    /// Waits until no other runner is at work.
    pub fn open(
        client: &'c mut Client,
        options: &Options,
        events: &mut dyn FnMut(Event<'_>),
    ) -> Result<Self> {
        let lock = Lock::of(&options.history.quoted());
        let before = Settings::read(client)?;
        let pid = lock.take(client, options.runner_wait, events)?;
        let watcher = Watcher::new(options.monitor.clone());
        let mut session =
            Session { client, watcher, pid, lock, before, changed: false, options: options.clone() };
        // Before anything is set: through a proxy it would be set for somebody else.
        session.check_lock()?;
        // The history, too, belongs to the role; the search path stays, for it may lead to a history elsewhere.
        if let Some(role) = &options.role {
            session.changed = true;
            simple::rows(session.client, &format!("SELECT {}", set_config("role", role, false)))
                .map_err(|error| Error::from(error).while_doing(format!("becoming the role {role}")))?;
        }
        Ok(session)
    }

    /// Sets what every file begins with, whatever the one before it set.
    pub fn pin(&mut self, lock_timeout: Duration) -> Result<()> {
        self.changed = true;
        self.before.restore(self.client)?;
        let path = idents(&self.options.search_path);
        let statement_timeout = self.options.statement_timeout.unwrap_or_default();
        let mut settings = vec![
            ("search_path", path),
            ("lock_timeout", milliseconds(lock_timeout)),
            ("statement_timeout", milliseconds(statement_timeout)),
            // Where a string ends must be what the splitter thinks.
            ("standard_conforming_strings", "on".into()),
        ];
        settings.extend(self.options.role.iter().map(|role| ("role", role.clone())));
        let set = |(name, value): &(&str, String)| set_config(name, value, false);
        let calls: Vec<String> = settings.iter().map(set).collect();
        simple::rows(self.client, &format!("SELECT {}", calls.join(", ")))
            .map(drop)
            .map_err(|error| Error::from(error).while_doing("setting role, search path and time-outs"))
    }

    /// Sets the role back inside a transaction in which a file may have set another: the history is ours.
    pub fn own_role(&mut self) -> Result<(), postgres::Error> {
        let role = self.options.role.as_ref().unwrap_or(&self.before.role);
        simple::rows(self.client, &format!("SELECT {}", set_config("role", role, true))).map(drop)
    }

    /// The transaction's number, if this server process holds the lock.
    ///
    /// A proxy that hands each transaction to another server process lends us one that does not.
    pub fn transaction_under_lock(&mut self) -> Result<String> {
        let holds = self.lock.is_held_by("pg_catalog.pg_backend_pid()");
        let query = format!("SELECT pg_catalog.txid_current(), EXISTS ({holds})");
        let row = simple::row(self.client, &query)
            .map_err(|error| Error::from(error).while_doing("looking for the runner's lock"))?;
        match &row[..] {
            [id, held] if held == "t" => Ok(id.clone()),
            [_, _] => Err(self.lock_is_gone()),
            _ => Err(unexpected("its transaction")),
        }
    }

    /// As [`Self::transaction_under_lock`], outside a transaction.
    pub fn check_lock(&mut self) -> Result<()> {
        self.transaction_under_lock().map(drop)
    }

    fn lock_is_gone(&self) -> Error {
        Error::database("this connection does not hold the lock that keeps other runners out").help(
            "a transaction-pooling proxy (PgBouncer and the like) gives each transaction another server process: \
             connect to Postgres itself, or to a pool in session mode. A migration that calls \
             pg_advisory_unlock_all() would do the same",
        )
    }
}

impl Drop for Session<'_> {
    /// If the connection is gone, so are lock and settings.
    fn drop(&mut self) {
        if self.changed {
            let _ = self.before.restore(self.client);
        }
        self.lock.release(self.client, self.pid);
    }
}

fn set_config(name: &str, value: &str, local: bool) -> String {
    format!("pg_catalog.set_config({}, {}, {local})", literal(name), literal(value))
}

/// For a setting that counts in milliseconds, where 0 is without a bound and an `int` the most there is.
fn milliseconds(duration: Duration) -> String {
    let least = u128::from(!duration.is_zero());
    duration.as_millis().clamp(least, i32::MAX as u128).to_string()
}

/// An advisory lock; Postgres keeps those of each database apart.
struct Lock(i64);

impl Lock {
    /// The key comes from the history table's name: two histories in one database do not wait for each other.
    fn of(history: &str) -> Self {
        let digest = Sha256::digest(format!("feedstock {history}"));
        let mut key = [0; 8];
        key.copy_from_slice(&digest[..8]);
        Lock(i64::from_be_bytes(key))
    }

    /// Takes the lock by asking for it again and again, and returns the server process that has it.
    ///
    /// `pg_advisory_lock` would wait inside a transaction; `CREATE INDEX CONCURRENTLY` waits for every
    /// transaction, and the two would wait for each other.
    fn take(&self, client: &mut Client, bound: Duration, events: &mut dyn FnMut(Event<'_>)) -> Result<i32> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(25);
        let mut said = Duration::ZERO;
        loop {
            let ask =
                format!("SELECT pg_catalog.pg_try_advisory_lock({}), pg_catalog.pg_backend_pid()", self.0);
            let row = simple::row(client, &ask)
                .map_err(|error| Error::from(error).while_doing("taking the lock"))?;
            let [taken, pid] = &row[..] else { return Err(unexpected("the lock")) };
            if taken == "t" {
                return pid.parse().map_err(|_| unexpected("its process"));
            }
            let waited = begun.elapsed();
            if waited >= bound || waited >= said + Duration::from_secs(5) || said.is_zero() {
                let holders = self.holders(client)?;
                if waited >= bound {
                    return Err(another_runner(bound, &holders));
                }
                events(Event::WaitingForRunner { holders: &holders, waited });
                said = waited.max(Duration::from_millis(1));
            }
            std::thread::sleep(watch::jitter(pause).min(bound.saturating_sub(waited)));
            pause = (pause * 2).min(Duration::from_millis(400));
        }
    }

    /// Gives the lock back. Behind a pooling proxy the process that has it must be met again; a pool lends few
    /// others before.
    fn release(&self, client: &mut Client, pid: i32) {
        let unlock = format!(
            "SELECT CASE pg_catalog.pg_backend_pid() WHEN {pid} THEN pg_catalog.pg_advisory_unlock({}) END IS NOT NULL",
            self.0
        );
        for _ in 0..50 {
            // On a lost connection there is nothing to give back.
            if simple::truth(client, &unlock).unwrap_or(true) {
                return;
            }
        }
    }

    /// A query that has a row when the process holds the lock.
    fn is_held_by(&self, pid: &str) -> String {
        format!("SELECT FROM pg_catalog.pg_locks WHERE {} AND pid = {pid}", self.row())
    }

    /// This lock's row of `pg_locks`, where a 64-bit key is split in two.
    fn row(&self) -> String {
        let bytes = self.0.to_be_bytes();
        let half = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        format!(
            "locktype = 'advisory' AND granted AND objsubid = 1 AND classid = {} AND objid = {} AND database = \
             (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())",
            half(0),
            half(4),
        )
    }

    fn holders(&self, client: &mut Client) -> Result<Vec<Blocker>> {
        let pids = format!("SELECT pid FROM pg_catalog.pg_locks WHERE {}", self.row());
        Ok(watch::backends(client, &pids)?)
    }
}

fn another_runner(bound: Duration, holders: &[Blocker]) -> Error {
    let who: Vec<String> = holders.iter().map(|holder| format!("\n  held by {holder}")).collect();
    Error::database(format!(
        "another runner has held the lock for longer than {} seconds{}",
        bound.as_secs_f64(),
        who.concat(),
    ))
    .help("let it finish, or end it: SELECT pg_terminate_backend(<pid>)")
}

/// The settings of a session that a file may change.
struct Settings {
    /// `none` is the connection's own.
    role: String,
    session_user: String,
    /// Those that were set in the session itself.
    session: BTreeMap<String, String>,
}

const SET_IN_SESSION: &str = "SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session'";

impl Settings {
    fn read(client: &mut Client) -> Result<Self> {
        let who = "SELECT pg_catalog.current_setting('role'), session_user";
        let [role, session_user] =
            simple::row(client, who)?.try_into().map_err(|_| unexpected("its role"))?;
        Ok(Settings { role, session_user, session: session_settings(client)? })
    }

    /// Sets back what is otherwise than it was: what a file set in its session, and what we did.
    fn restore(&self, client: &mut Client) -> Result<()> {
        let now = Settings::read_identity(client)?;
        if now.1 != self.session_user {
            client.batch_execute("RESET SESSION AUTHORIZATION")?;
        }
        simple::rows(client, &format!("SELECT {}", set_config("role", &self.role, false)))?;
        for (name, value) in session_settings(client)? {
            match self.session.get(&name) {
                Some(before) if *before == value => {}
                Some(before) => {
                    simple::rows(client, &format!("SELECT {}", set_config(&name, before, false)))?;
                }
                None => client.batch_execute(&format!("RESET {}", setting_name(&name)))?,
            }
        }
        Ok(())
    }

    fn read_identity(client: &mut Client) -> Result<(String, String)> {
        let who = "SELECT pg_catalog.current_setting('role'), session_user";
        let [role, user] = simple::row(client, who)?.try_into().map_err(|_| unexpected("its role"))?;
        Ok((role, user))
    }
}

fn session_settings(client: &mut Client) -> Result<BTreeMap<String, String>> {
    let rows = simple::rows(client, SET_IN_SESSION)?;
    let pair = |row: Vec<Option<String>>| {
        let mut row = row.into_iter().map(Option::unwrap_or_default);
        Some((row.next()?, row.next()?))
    };
    Ok(rows.into_iter().filter_map(pair).collect())
}

/// `a.b` of an extension is two names.
fn setting_name(name: &str) -> String {
    name.split('.').map(ident).collect::<Vec<_>>().join(".")
}
