//! The connection of a run: holds the lock that excludes other runners, and restores the settings at the end.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use postgres::Client;
use postgres::error::SqlState;

use super::cancel::{self, Attached};
use super::event::Event;
use super::failure::{Failure, is_lost};
use super::leftovers::Leftovers;
use super::lock::{Lock, OWN_PID, SECOND_CONNECTION};
use super::options::Options;
use super::pooling::{closes_at_begin, pools_by_statement};
use super::watch::{self, Watcher};
use super::{simple, unexpected};
use crate::ident::{idents, literal};
use crate::migration::Isolation;
use crate::text_settings::TEXT_SETTINGS;
use crate::{Error, Result};

/// A connection that holds the runner's lock; when this is dropped, its session is as it was before.
///
/// Behind a transaction-pooling proxy the next query may run in a server process that others use as well. So settings
/// are set for one transaction, in the same exchange as the check that the lock is ours; only a statement that cannot
/// run in a transaction gets settings of the session, and only after [`Self::insist_on_a_session`].
pub(super) struct Session<'c> {
    pub client: &'c mut Client,
    pub watcher: Watcher,
    /// The process ID of the server process that holds the lock.
    pub pid: i32,
    lock: Lock,
    before: Settings,
    leftovers: Leftovers,
    /// The settings of texts that the role, the database or the caller sets to another value than a replay has.
    texts: Vec<Setting>,
    /// How many files the history had when the transaction began.
    recorded: u64,
    /// Did anything run?
    used: bool,
    /// Is a setting in effect that outlives a transaction?
    pinned: bool,
    /// Did no second connection open?
    is_alone: bool,
    /// Can the server check, while a statement runs, that its client is still there?
    looks_for_client: bool,
    options: Options,
    _attached: Attached,
}

/// A transaction that has begun.
pub(super) struct Begun {
    /// Its transaction ID.
    pub transaction: String,
    /// Is the file in the history already?
    pub recorded: bool,
}

/// The state of a transaction just before its commit.
pub(super) struct Finished {
    /// Is it still the transaction that began?
    pub same: bool,
    /// Is the file in the history now, exactly once?
    pub recorded: bool,
    /// Does the history have all the files that it had?
    pub kept: bool,
}

/// The interval in which the server checks that the client of a statement is still there.
const LOOK_FOR_CLIENT: Duration = Duration::from_secs(2);

impl<'c> Session<'c> {
    /// Waits until no other runner holds the lock, and takes it.
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
        // Read before the session has anything of ours except the lock.
        let leftovers = Leftovers::read(client)?;
        let texts = other_texts(client)?;
        let server = cancel::Server { token, monitor: options.monitor.clone(), query };
        let mut session = Session {
            watcher: Watcher::new(options.monitor.clone()),
            _attached: options.cancel.attach(server),
            client,
            pid,
            lock,
            before,
            leftovers,
            texts,
            recorded: 0,
            used: false,
            pinned: false,
            is_alone: false,
            looks_for_client: false,
            options: options.clone(),
        };
        session.check_lock()?;
        // Servers on some systems do not support this setting.
        let look = set_config(&("client_connection_check_interval", milliseconds(LOOK_FOR_CLIENT)), true);
        session.looks_for_client = session.exchange(&format!("SELECT {look}")).is_ok();
        Ok(session)
    }

    /// Sends queries in one exchange, and returns the last row of the last one.
    pub fn exchange(&mut self, sql: &str) -> Result<Vec<String>, postgres::Error> {
        let _busy = self.options.cancel.busy();
        simple::last_row(self.client, sql)
    }

    /// Begins a transaction with the settings that every file begins with, and finds out whether the lock is ours and
    /// whether the file is recorded. One exchange.
    pub fn begin(&mut self, recorded: &str, isolation: Option<Isolation>) -> Result<Begun, Failure> {
        let level = isolation.map(|level| format!(" ISOLATION LEVEL {}", level.sql())).unwrap_or_default();
        let pins = set_all(&self.pins(self.options.lock_timeout), true);
        let held = self.lock.is_ours(self.leftovers.only_the_lock());
        // A seed that the file before has set would make its random numbers those of this one.
        let seed = if self.used { format!(", {}", random_seed()) } else { String::new() };
        let history = self.options.history.quoted();
        let count = count(&history);
        let begin = format!(
            "BEGIN{level}; SELECT {pins}{seed}; SELECT {TRANSACTION}, {held}, {recorded}, ({}), {count}",
            self.leftovers.suspicion()
        );
        let failed = |error: postgres::Error| match error.code() {
            Some(code) if CANNOT_BE_READ.contains(code) => {
                Failure::of_the_history(error, format!("the history {history} cannot be read"))
            }
            _ => Failure::from(error),
        };
        let mut row = match self.exchange(&begin) {
            Err(error) if !self.used && is_lost(&error) && closes_at_begin(self.options.monitor.as_ref()) => {
                return Err(pools_by_statement().into());
            }
            begun => begun.map_err(failed)?,
        };
        let suspicious = matches!(&row[..], [_, held, _, left, _] if held == "t" && left == "t");
        if suspicious && self.leftovers.are_there(self.client)? {
            self.exchange("ROLLBACK")?;
            self.leftovers.clear(self.client)?;
            row = self.exchange(&begin).map_err(failed)?;
        }
        self.used = true;
        match &row[..] {
            [_, held, ..] if held != "t" => Err(self.lock_is_gone().into()),
            [id, _, recorded, _, count] => {
                self.recorded = count.parse().map_err(|_| unexpected("the history"))?;
                Ok(Begun { transaction: id.clone(), recorded: recorded == "t" })
            }
            _ => Err(unexpected("its transaction").into()),
        }
    }

    /// Removes what the file before left in the session, for a statement that cannot run in a transaction.
    pub fn clear(&mut self) -> Result<()> {
        self.check_lock()?;
        self.used = true;
        Ok(self.leftovers.clear(self.client)?)
    }

    /// Records the file, if this is still the transaction that began and the lock is ours, and restores the settings
    /// that the file changed. Deferred constraints are checked first, under the file's own settings. One exchange.
    ///
    /// `insert` is an INSERT without its WHERE; `recorded` is a condition that is true once it inserted its row.
    pub fn finish(&mut self, transaction: &str, insert: &str, recorded: &str) -> Result<Finished, Failure> {
        let held = self.lock.is_ours(false);
        let same = format!("coalesce({TRANSACTION} = '{transaction}', false)");
        // The history is written as our role, and not as a role that the file has set.
        let mut own = self.own_pins(self.options.lock_timeout);
        if self.options.role.is_none() {
            own.insert(0, ("role", self.before.role.clone()));
        }
        let history = self.options.history.quoted();
        let kept = format!("{} > {}", count(&history), self.recorded);
        let queries = [
            "SET CONSTRAINTS ALL IMMEDIATE".to_owned(),
            format!("SAVEPOINT {CONSTRAINTS_HOLD}"),
            self.own_user(),
            format!("SELECT {}", set_all(&own, true)),
            format!("{insert} WHERE {same}"),
            format!("SELECT {same}, {held}, {recorded}, {kept}"),
            format!("RELEASE {CONSTRAINTS_HOLD}"),
            // The last one: a SET LOCAL after a RESET would leave its value in the session.
            self.restoring(),
        ];
        let rows = match self.results(&queries.join("; ")) {
            Ok(rows) => rows,
            // The file has ended its transaction itself.
            Err(error) if error.code() == Some(&SqlState::NO_ACTIVE_SQL_TRANSACTION) => {
                return Ok(Finished { same: false, recorded: false, kept: false });
            }
            Err(error) if self.is_there(CONSTRAINTS_HOLD) => {
                return Err(Failure::of_the_history(
                    error,
                    format!("the history {history} cannot be written"),
                ));
            }
            Err(error) => return Err(Failure::of_the_commit(error)),
        };
        let row = rows.get(5).and_then(|rows| rows.first()).map(Vec::as_slice).unwrap_or_default();
        let is_true = |value: &Option<String>| value.as_deref() == Some("t");
        match row {
            [same, held, ..] if is_true(same) && !is_true(held) => Err(self.lock_is_gone().into()),
            [same, _, recorded, kept] => {
                Ok(Finished { same: is_true(same), recorded: is_true(recorded), kept: is_true(kept) })
            }
            _ => Err(unexpected("the end of its transaction").into()),
        }
    }

    fn results(&mut self, sql: &str) -> Result<Vec<Vec<Vec<Option<String>>>>, postgres::Error> {
        let _busy = self.options.cancel.busy();
        simple::results(self.client, sql)
    }

    /// Does the failed transaction have this savepoint?
    fn is_there(&mut self, savepoint: &str) -> bool {
        // A cancel request that arrives late may cancel the first.
        (0..3).any(|_| self.client.batch_execute(&format!("ROLLBACK TO {savepoint}")).is_ok())
    }

    /// Commits the transaction, and with it the restored settings.
    pub fn commit(&mut self) -> Result<(), postgres::Error> {
        self.exchange("COMMIT")?;
        self.pinned = false;
        Ok(())
    }

    /// Queries that run as the role of the run, with a bound on waiting for locks, in a transaction of their own.
    pub fn as_own(&self, sql: &str) -> String {
        format!("{}; {sql}", self.own())
    }

    /// The query that sets this role and bound for the transaction.
    pub fn own(&self) -> String {
        let mut pins = self.own_pins(self.options.lock_timeout);
        pins.retain(|(name, _)| *name != "statement_timeout");
        pins.push((UNBOUNDED.0, UNBOUNDED.1.into()));
        format!("SELECT {}", set_all(&pins, true))
    }

    /// Sets the settings of a file in the session itself, for a statement that cannot run in a transaction.
    pub fn pin(&mut self, lock_timeout: Duration) -> Result<()> {
        if !self.pinned {
            self.insist_on_a_session()?;
        }
        let pins = set_all(&self.pins(lock_timeout), false);
        // In a server process that is not ours nothing may be set.
        let held = self.lock.is_ours(false);
        (self.pinned, self.used) = (true, true);
        let set = self
            .exchange(&format!("SELECT {pins} WHERE {held}"))
            .map_err(|error| Error::from(error).while_doing("setting role, search path and time-outs"))?;
        if set.is_empty() { Err(self.lock_is_gone()) } else { Ok(()) }
    }

    /// An error, if other clients may get our server process between two queries: behind a transaction-pooling proxy
    /// the settings of our session would be in effect for them.
    fn insist_on_a_session(&mut self) -> Result<()> {
        for _ in 0..3 {
            self.check_lock()?;
        }
        let monitor = self.options.monitor.clone().filter(|_| !self.is_alone);
        let Some(monitor) = monitor else { return Ok(()) };
        let (tell, told) = mpsc::channel();
        let (done, end) = mpsc::channel::<()>();
        // Not joined: it may get no connection as long as we have ours.
        thread::spawn(move || {
            let Ok(mut client) = monitor.connect() else { return };
            let pid = simple::last_row(&mut client, &format!("BEGIN; SELECT {OWN_PID}"));
            let _ = tell.send(pid.ok().and_then(|row| row.first()?.parse::<i32>().ok()));
            // An open transaction keeps its server process, so that a pool has to give us another one.
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
            // No second connection can be opened: the next file does not wait for one again.
            self.is_alone = true;
            Ok(())
        };
        drop(done);
        checked
    }

    /// An error, if this server process does not hold the lock: a proxy that gives each transaction another server
    /// process gave us one without it.
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

    /// The settings that every file begins with.
    fn pins(&self, lock_timeout: Duration) -> Vec<Setting> {
        let mut pins = self.own_pins(lock_timeout);
        pins.push(("search_path", idents(&self.options.search_path)));
        // The server must see the same ends of strings as the splitter of statements.
        pins.push(("standard_conforming_strings", "on".into()));
        pins.extend(self.texts.iter().cloned());
        pins
    }

    /// The settings of our own queries.
    fn own_pins(&self, lock_timeout: Duration) -> Vec<Setting> {
        let mut pins: Vec<Setting> = Vec::new();
        // The role comes first: it may not be allowed to read what the connection's own role may.
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

    /// Resets the session user, which only a superuser can have changed.
    fn own_user(&self) -> String {
        let user = &self.before.session_user;
        let set = set_config(&("session_authorization", user.clone()), false);
        format!("SELECT {set} WHERE session_user <> {}", literal(user))
    }

    /// The queries that restore every setting that a file may have changed in its session.
    fn restoring(&self) -> String {
        let Settings { role, session, .. } = &self.before;
        // The settings may need the rights of the session's own user, so the role is restored last.
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

    /// The queries that reset the settings of [`Self::pin`], in the server process where it set them.
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
    /// A lost connection has neither lock nor settings.
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

/// An expression: the transaction ID.
const TRANSACTION: &str = "pg_catalog.pg_current_xact_id()::text";

fn set_all(settings: &[(&str, String)], local: bool) -> String {
    let calls: Vec<String> = settings.iter().map(|setting| set_config(setting, local)).collect();
    calls.join(", ")
}

fn set_config((name, value): &(&str, String), local: bool) -> String {
    format!("pg_catalog.set_config({}, {}, {local})", literal(name), literal(value))
}

/// The settings for reading the history without a run: the role, and a bound on waiting for locks.
pub(super) fn as_own(options: &Options) -> String {
    let mut settings: Vec<Setting> = options.role.iter().map(|role| ("role", role.clone())).collect();
    settings.push(("lock_timeout", milliseconds(options.lock_timeout)));
    settings.push((UNBOUNDED.0, UNBOUNDED.1.into()));
    format!("SELECT {}", set_all(&settings, true))
}

/// For the queries of our own, whatever the role's bound is: they are short, and their waits for locks have a bound.
const UNBOUNDED: (&str, &str) = ("statement_timeout", "0");

/// The settings of texts whose value is not that of a replay, with the value of a replay.
fn other_texts(client: &mut Client) -> Result<Vec<Setting>> {
    let values: Vec<String> = TEXT_SETTINGS
        .iter()
        .map(|(name, value)| format!("({}, {})", literal(name), literal(value)))
        .collect();
    let query = format!(
        "SELECT name FROM pg_catalog.pg_settings JOIN (VALUES {}) AS wanted (name, value) USING (name) \
         WHERE setting <> value",
        values.join(", ")
    );
    let rows = simple::rows(client, &query)
        .map_err(|error| Error::from(error).while_doing("reading the settings of the session"))?;
    let others: Vec<String> = rows.into_iter().flatten().flatten().collect();
    let is_other = |(name, _): &&(&str, &str)| others.iter().any(|other| other == name);
    Ok(TEXT_SETTINGS.iter().filter(is_other).map(|(name, value)| (*name, (*value).to_owned())).collect())
}

/// What becomes of a query of the history that is locked, or out of bounds for the role.
const CANNOT_BE_READ: [SqlState; 3] =
    [SqlState::LOCK_NOT_AVAILABLE, SqlState::QUERY_CANCELED, SqlState::INSUFFICIENT_PRIVILEGE];

/// The savepoint behind the deferred constraints of a file.
const CONSTRAINTS_HOLD: &str = "feedstock_constraints_hold";

/// An expression: how many files the history has.
fn count(history: &str) -> String {
    format!("(SELECT pg_catalog.count(*) FROM {history})")
}

/// A call that makes the random numbers of the session unpredictable again.
fn random_seed() -> String {
    let seed = watch::jitter(Duration::from_secs(1)).as_secs_f64() * 4.0 - 3.0;
    format!("pg_catalog.setseed({seed})")
}

/// The value of a setting in milliseconds: 0 would mean no bound, and the largest value is that of an `int`.
fn milliseconds(duration: Duration) -> String {
    let least = u128::from(!duration.is_zero());
    duration.as_millis().clamp(least, i32::MAX as u128).to_string()
}

/// The settings of a session that a file may change.
struct Settings {
    /// `none` is the connection's own role.
    role: String,
    session_user: String,
    /// The settings with the source `session`.
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
