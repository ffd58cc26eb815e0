//! The one connection of a run: the lock that makes it the only one, and the settings that it is given back with.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;
use sha2::{Digest, Sha256};

use super::cancel::{self, Attached};
use super::event::{Blocker, Event};
use super::failure::Failure;
use super::leftovers::Leftovers;
use super::monitor::Monitor;
use super::options::Options;
use super::watch::{self, Watcher};
use super::{simple, unexpected};
use crate::ident::{idents, literal};
use crate::migration::Isolation;
use crate::{Error, Result};

/// A connection that holds the runner's lock; dropped, it is what it was before.
///
/// Behind a proxy that pools by transaction the next query may go to a server process that others use as well. So what
/// is set is set for one transaction, in the same exchange as the check that the lock is ours; only a statement that
/// cannot be in a transaction gets settings of the session, and only after [`Self::insist_on_a_session`].
pub(super) struct Session<'c> {
    pub client: &'c mut Client,
    pub watcher: Watcher,
    /// The server process that holds the lock.
    pub pid: i32,
    lock: Lock,
    before: Settings,
    leftovers: Leftovers,
    /// Was anything run?
    used: bool,
    /// Was anything set that outlives a transaction?
    pinned: bool,
    /// Was there no second connection to have?
    is_alone: bool,
    /// Can the server look, while a statement runs, whether its client is still there?
    looks_for_client: bool,
    options: Options,
    _attached: Attached,
}

/// A transaction that was begun.
pub(super) struct Begun {
    /// Its number.
    pub transaction: String,
    /// Is the file in the history already?
    pub recorded: bool,
}

/// The end of a transaction, before its commit.
pub(super) struct Finished {
    /// Is it the transaction that was begun?
    pub same: bool,
    /// Is the file in the history now, once?
    pub recorded: bool,
}

/// How often the server looks whether the client of a statement is still there.
const LOOK_FOR_CLIENT: Duration = Duration::from_secs(2);
/// How long a second connection may take to show whether we have a session.
const SECOND_CONNECTION: Duration = Duration::from_secs(2);

impl<'c> Session<'c> {
    /// Waits until no other runner is at work.
    pub fn open(
        client: &'c mut Client,
        options: &Options,
        events: &mut dyn FnMut(Event<'_>),
    ) -> Result<Self> {
        let lock = Lock::of(&options.history.quoted());
        let before = Settings::read(client)?;
        let token = client.cancel_token();
        let pid = lock.take(client, options, events)?;
        let query = format!(
            "SELECT pg_catalog.pg_cancel_backend({pid}) WHERE EXISTS ({})",
            lock.is_held_by(&pid.to_string())
        );
        // Before anything of ours is in the session but the lock.
        let leftovers = Leftovers::read(client)?;
        let server = cancel::Server { token, monitor: options.monitor.clone(), query };
        let mut session = Session {
            watcher: Watcher::new(options.monitor.clone()),
            _attached: options.cancel.attach(server),
            client,
            pid,
            lock,
            before,
            leftovers,
            used: false,
            pinned: false,
            is_alone: false,
            looks_for_client: false,
            options: options.clone(),
        };
        session.check_lock()?;
        // Servers on some systems refuse to be told.
        let look = set_config(&("client_connection_check_interval", milliseconds(LOOK_FOR_CLIENT)), true);
        session.looks_for_client = session.exchange(&format!("SELECT {look}")).is_ok();
        Ok(session)
    }

    /// Sends queries in one exchange, and gives the last row of the last one.
    pub fn exchange(&mut self, sql: &str) -> Result<Vec<String>, postgres::Error> {
        let _busy = self.options.cancel.busy();
        simple::last_row(self.client, sql)
    }

    /// Begins a transaction with what every file begins with, whatever the one before it left, and finds out whether
    /// the lock is ours and whether the file is recorded. One exchange.
    pub fn begin(&mut self, recorded: &str, isolation: Option<Isolation>) -> Result<Begun, Failure> {
        let level = isolation.map(|level| format!(" ISOLATION LEVEL {}", level.sql())).unwrap_or_default();
        let pins = set_all(&self.pins(self.options.lock_timeout), true);
        let held = self.lock.is_ours(self.leftovers.only_the_lock());
        let begin = format!(
            "BEGIN{level}; SELECT {pins}; SELECT {TRANSACTION}, {held}, {recorded}, ({})",
            self.leftovers.suspicion()
        );
        let mut row = self.exchange(&begin)?;
        let suspicious = matches!(&row[..], [_, held, _, left] if held == "t" && left == "t");
        if suspicious && self.leftovers.are_there(self.client)? {
            self.exchange("ROLLBACK")?;
            self.leftovers.clear(self.client)?;
            row = self.exchange(&begin)?;
        }
        self.used = true;
        match &row[..] {
            [_, held, ..] if held != "t" => Err(self.lock_is_gone().into()),
            [id, _, recorded, _] => Ok(Begun { transaction: id.clone(), recorded: recorded == "t" }),
            _ => Err(unexpected("its transaction").into()),
        }
    }

    /// Takes away what the file before it left, for a statement that cannot be in a transaction.
    pub fn clear(&mut self) -> Result<()> {
        self.check_lock()?;
        self.used = true;
        Ok(self.leftovers.clear(self.client)?)
    }

    /// Records the file, if this is still the transaction that was begun and the lock is ours, and sets back what the
    /// file set. Deferred constraints are checked before that, under the file's own settings. One exchange.
    ///
    /// `insert` is an INSERT that ends where a WHERE may follow; `recorded` says whether it did what it says.
    pub fn finish(&mut self, transaction: &str, insert: &str, recorded: &str) -> Result<Finished, Failure> {
        let held = self.lock.is_ours(false);
        let same = format!("coalesce({TRANSACTION} = '{transaction}', false)");
        // The history is ours to write, and not of whatever role the file took.
        let mut own = self.own_pins(self.options.lock_timeout);
        if self.options.role.is_none() {
            own.insert(0, ("role", self.before.role.clone()));
        }
        let queries = [
            "SET CONSTRAINTS ALL IMMEDIATE".to_owned(),
            self.own_user(),
            format!("SELECT {}", set_all(&own, true)),
            format!("{insert} WHERE {same}"),
            format!("SELECT {same}, {held}, {recorded}"),
            // The last, so that nothing is set for the transaction over it: that would leave its mark on the session.
            self.restoring(),
        ];
        let _busy = self.options.cancel.busy();
        let rows = simple::results(self.client, &queries.join("; "))?;
        let row = rows.get(4).and_then(|rows| rows.first()).map(Vec::as_slice).unwrap_or_default();
        let is_true = |value: &Option<String>| value.as_deref() == Some("t");
        match row {
            [same, held, _] if is_true(same) && !is_true(held) => Err(self.lock_is_gone().into()),
            [same, _, recorded] => Ok(Finished { same: is_true(same), recorded: is_true(recorded) }),
            _ => Err(unexpected("the end of its transaction").into()),
        }
    }

    /// Commits what was finished, and with it that the settings are set back.
    pub fn commit(&mut self) -> Result<(), postgres::Error> {
        self.exchange("COMMIT")?;
        self.pinned = false;
        Ok(())
    }

    /// Runs queries as the role of the run, with a bound on their waiting for locks, in a transaction of their own.
    pub fn as_own(&self, sql: &str) -> String {
        format!("{}; {sql}", self.own())
    }

    /// What makes those settings, for the transaction.
    pub fn own(&self) -> String {
        format!("SELECT {}", set_all(&self.own_pins(self.options.lock_timeout), true))
    }

    /// Makes the settings of a file in the session itself, for a statement that cannot be in a transaction.
    pub fn pin(&mut self, lock_timeout: Duration) -> Result<()> {
        if !self.pinned {
            self.insist_on_a_session()?;
        }
        let pins = set_all(&self.pins(lock_timeout), false);
        // Of a server process that is not ours, nothing is set.
        let held = self.lock.is_ours(false);
        (self.pinned, self.used) = (true, true);
        let set = self
            .exchange(&format!("SELECT {pins} WHERE {held}"))
            .map_err(|error| Error::from(error).while_doing("setting role, search path and time-outs"))?;
        if set.is_empty() { Err(self.lock_is_gone()) } else { Ok(()) }
    }

    /// An error, if this lets nobody else use our server process between two queries: behind a proxy that pools by
    /// transaction there are no settings of a session, and whoever comes next would have ours.
    fn insist_on_a_session(&mut self) -> Result<()> {
        for _ in 0..3 {
            self.check_lock()?;
        }
        let monitor = self.options.monitor.clone().filter(|_| !self.is_alone);
        let Some(monitor) = monitor else { return Ok(()) };
        let (tell, told) = mpsc::channel();
        let (done, end) = mpsc::channel::<()>();
        // Not joined: it may not get a connection for as long as we have ours.
        thread::spawn(move || {
            let Ok(mut client) = monitor.connect() else { return };
            let pid = simple::last_row(&mut client, &format!("BEGIN; SELECT {OWN_PID}"));
            let _ = tell.send(pid.ok().and_then(|row| row.first()?.parse::<i32>().ok()));
            // Its process stays its own meanwhile, so that a pool has to give us another one.
            let _ = end.recv_timeout(SECOND_CONNECTION);
            let _ = client.batch_execute("ROLLBACK");
        });
        let other = told.recv_timeout(SECOND_CONNECTION).ok().flatten();
        if other == Some(self.pid) {
            return Err(self.lock_is_gone());
        }
        let checked = if other.is_some() {
            self.check_lock()
        } else {
            // There is none to have: the next file does not wait for one again.
            self.is_alone = true;
            Ok(())
        };
        drop(done);
        checked
    }

    /// An error, if this server process does not hold the lock.
    ///
    /// A proxy that hands each transaction to another server process lends us one that does not.
    pub fn check_lock(&mut self) -> Result<()> {
        let row = self
            .exchange(&format!("SELECT {}", self.lock.is_ours(false)))
            .map_err(|error| Error::from(error).while_doing("looking for the runner's lock"))?;
        match &row[..] {
            [held] if held == "t" => Ok(()),
            [_] => Err(self.lock_is_gone()),
            _ => Err(unexpected("the lock")),
        }
    }

    fn lock_is_gone(&self) -> Error {
        Error::database("this connection does not hold the lock that keeps other runners out").help(
            "a transaction-pooling proxy (PgBouncer and the like) gives each transaction another server process: \
             connect to Postgres itself, or to a pool in session mode. A migration that calls \
             pg_advisory_unlock_all() would do the same",
        )
    }

    /// What every file begins with.
    fn pins(&self, lock_timeout: Duration) -> Vec<Setting> {
        let mut pins = self.own_pins(lock_timeout);
        pins.push(("search_path", idents(&self.options.search_path)));
        // Where a string ends must be what the splitter thinks.
        pins.push(("standard_conforming_strings", "on".into()));
        pins
    }

    /// What our own queries need as well.
    fn own_pins(&self, lock_timeout: Duration) -> Vec<Setting> {
        let mut pins: Vec<Setting> = Vec::new();
        // As the role, for the role may not be allowed to see what the connection's own may.
        pins.extend(self.options.role.iter().map(|role| ("role", role.clone())));
        pins.push(("lock_timeout", milliseconds(lock_timeout)));
        pins.extend(
            self.options.statement_timeout.map(|timeout| ("statement_timeout", milliseconds(timeout))),
        );
        if self.looks_for_client {
            pins.push(("client_connection_check_interval", milliseconds(LOOK_FOR_CLIENT)));
        }
        pins
    }

    /// Sets back the user, whom only a superuser can have changed.
    fn own_user(&self) -> String {
        let user = &self.before.session_user;
        let set = set_config(&("session_authorization", user.clone()), false);
        format!("SELECT {set} WHERE session_user <> {}", literal(user))
    }

    /// The queries that set back whatever a file may have set in its session.
    fn restoring(&self) -> String {
        let Settings { role, session, .. } = &self.before;
        // What somebody set may be theirs alone to set: their role comes back after it.
        let none = set_config(&("role", "none".into()), false);
        let mut before: Vec<(&str, String)> =
            session.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        before.push(("role", role.clone()));
        format!(
            "{}; SELECT {none}; RESET ALL; DISCARD SEQUENCES; SELECT {}",
            self.own_user(),
            set_all(&before, false)
        )
    }

    /// The queries that set back what [`Self::pin`] set, where they meet the server process in which it did.
    fn unpinning(&self) -> String {
        let value = |name: &str| match self.before.session.get(name) {
            _ if name == "role" => literal(&self.before.role),
            Some(before) => literal(before),
            None => format!("(SELECT reset_val FROM pg_catalog.pg_settings WHERE name = {})", literal(name)),
        };
        let calls: Vec<String> = self
            .pins(Duration::ZERO)
            .iter()
            .map(|(name, _)| format!("pg_catalog.set_config({}, {}, false)", literal(name), value(name)))
            .collect();
        format!("SELECT {} WHERE {OWN_PID} = {}; ", calls.join(", "), self.pid)
    }
}

impl Drop for Session<'_> {
    /// If the connection is gone, so are lock and settings.
    fn drop(&mut self) {
        let mut unpinning = String::new();
        let ours = self.used && self.check_lock().is_ok();
        if self.pinned {
            // A backfill may have set more in its session than we did.
            if ours {
                let _ = self.client.batch_execute(&self.restoring());
            }
            unpinning = self.unpinning();
        }
        if ours {
            let _ = self.leftovers.clear(self.client);
        }
        self.lock.release(self.client, self.pid, &unpinning, self.options.monitor.as_ref());
    }
}

type Setting = (&'static str, String);

/// The server process that answers.
const OWN_PID: &str = "pg_catalog.pg_backend_pid()";
/// The number of the transaction.
const TRANSACTION: &str = "pg_catalog.pg_current_xact_id()::text";

fn set_all(settings: &[(&str, String)], local: bool) -> String {
    let calls: Vec<String> = settings.iter().map(|setting| set_config(setting, local)).collect();
    calls.join(", ")
}

fn set_config((name, value): &(&str, String), local: bool) -> String {
    format!("pg_catalog.set_config({}, {}, {local})", literal(name), literal(value))
}

/// What reading the history needs where there is no session of a run: the role, and a bound on waiting for locks.
pub(super) fn as_own(options: &Options) -> String {
    let mut settings: Vec<Setting> = options.role.iter().map(|role| ("role", role.clone())).collect();
    settings.push(("lock_timeout", milliseconds(options.lock_timeout)));
    format!("SELECT {}", set_all(&settings, true))
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
    fn take(&self, client: &mut Client, options: &Options, events: &mut dyn FnMut(Event<'_>)) -> Result<i32> {
        let bound = options.runner_wait;
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
            options.cancel.sleep(watch::jitter(pause).min(bound.saturating_sub(waited))).map_err(|_| {
                Error::interrupted("another runner was waited for; nothing was applied")
                    .help("run again: what the other runner applies meanwhile is not applied twice")
            })?;
            pause = (pause * 2).min(Duration::from_millis(400));
        }
    }

    /// Gives the lock back, and settings with it. Behind a pooling proxy the process that has them must be met again.
    fn release(&self, client: &mut Client, pid: i32, unpinning: &str, monitor: Option<&Monitor>) {
        let unlock = format!(
            "{unpinning}SELECT CASE {OWN_PID} WHEN {pid} THEN pg_catalog.pg_advisory_unlock({}) END IS NOT NULL",
            self.0
        );
        for attempt in 0..250 {
            // A request to cancel that comes late cancels this; a lost connection has nothing to give back.
            let released =
                simple::last_row(client, &unlock).map(|row| row.first().is_some_and(|met| met == "t"));
            if released.unwrap_or_else(|_| client.is_closed()) {
                return;
            }
            match monitor {
                Some(monitor) if attempt == 20 && release_elsewhere(monitor, &unlock) => return,
                _ if attempt > 50 => thread::sleep(Duration::from_millis(4)),
                _ => {}
            }
        }
    }

    /// An expression that is true where the session that evaluates it holds the lock. To the end of the transaction
    /// nobody else can get it then, whatever a file gives back. It costs a tenth of looking into `pg_locks`.
    ///
    /// Another session gets no second hold on the lock while ours has it. Where nobody has it any more it gets one, but
    /// has none that it could give back. With `alone`, all other advisory locks of the session are given back as well.
    fn is_ours(&self, alone: bool) -> String {
        let key = self.0;
        let again = format!("pg_catalog.pg_try_advisory_lock({key})");
        let again = if alone {
            format!("CASE WHEN pg_catalog.pg_advisory_unlock_all() IS NOT NULL THEN {again} END")
        } else {
            again
        };
        // CASE, since AND may be evaluated in any order.
        format!(
            "coalesce(CASE WHEN pg_catalog.pg_try_advisory_xact_lock({key}) THEN \
             CASE WHEN pg_catalog.pg_advisory_unlock({key}) THEN {again} END END, false)"
        )
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

/// A pool that nobody else uses lends the same process again and again. Those that are not the one are held by
/// transactions for a moment, so that it has to lend the others.
fn release_elsewhere(monitor: &Monitor, unlock: &str) -> bool {
    let held: Arc<Mutex<Vec<Client>>> = Arc::default();
    let (tell, told) = mpsc::channel();
    let (monitor, unlock, holding) = (monitor.clone(), format!("BEGIN; {unlock}"), Arc::downgrade(&held));
    // Not joined: once the pool has nothing left, it makes us wait.
    thread::spawn(move || {
        for _ in 0..50 {
            let Ok(mut client) = monitor.connect() else { return };
            let met = simple::last_row(&mut client, &unlock);
            if met.is_ok_and(|row| row.first().is_some_and(|met| met == "t")) {
                let _ = tell.send(client.batch_execute("COMMIT").is_ok());
                return;
            }
            // Until nobody waits for it any more; then all are let go.
            let Some(holding) = holding.upgrade() else { return };
            holding.lock().unwrap_or_else(PoisonError::into_inner).push(client);
        }
    });
    told.recv_timeout(SECOND_CONNECTION).unwrap_or(false)
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
}

fn session_settings(client: &mut Client) -> Result<BTreeMap<String, String>> {
    let rows = simple::rows(client, SET_IN_SESSION)?;
    let pair = |row: Vec<Option<String>>| {
        let mut row = row.into_iter().map(Option::unwrap_or_default);
        Some((row.next()?, row.next()?))
    };
    Ok(rows.into_iter().filter_map(pair).collect())
}
