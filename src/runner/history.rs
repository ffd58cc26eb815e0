//! Reads refinery's history, and compares it with the files.

use std::fmt;

use postgres::Client;
use postgres::error::SqlState;

use super::event::Blocker;
use super::failure::help;
use super::options::{History, Options};
use super::{simple, unexpected, watch};
use crate::ident::literal;
use crate::migration::{Migration, Migrations};
use crate::{Error, Result};

/// Applied and pending migrations, in the order of their versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// One entry per version, of files and history together.
    pub entries: Vec<Entry>,
}

impl Status {
    /// Is this version recorded as applied?
    #[cfg(feature = "cli")]
    pub(crate) fn is_applied(&self, version: i64) -> bool {
        let state = self.entries.iter().find(|entry| entry.version == version).map(|entry| entry.state);
        matches!(state, Some(State::Applied | State::Edited | State::Missing))
    }
}

/// A version, with its state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The version.
    pub version: i64,
    /// Its name; that of the file where the two differ.
    pub name: String,
    /// The file; `None` where it is missing.
    pub file: Option<String>,
    /// Its state.
    pub state: State,
    /// When it was applied, as refinery wrote it (RFC 3339, UTC).
    pub applied_on: Option<String>,
}

/// The state of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Applied, and the file is unchanged.
    Applied,
    /// Pending.
    Pending,
    /// Applied, but the file was edited since.
    Edited,
    /// Applied, but the file is missing.
    Missing,
    /// Not applied, although a later version is.
    OutOfOrder,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            State::Applied => "applied",
            State::Pending => "pending",
            State::Edited => "edited",
            State::Missing => "missing",
            State::OutOfOrder => "out of order",
        })
    }
}

/// A row of the history.
#[derive(Debug, Clone)]
pub(super) struct HistoryRow {
    pub version: i64,
    pub name: String,
    pub applied_on: String,
    pub checksum: u64,
}

/// The rows of the history in order; none if the table does not exist. `own` has the settings of each query, as `SELECT
/// set_config(…)`: at least a bound on waiting for locks.
pub(super) fn read(client: &mut Client, history: &History, own: &str) -> Result<Vec<HistoryRow>> {
    let table = history.quoted();
    let exists = format!("{own}; SELECT pg_catalog.to_regclass({}) IS NOT NULL", literal(&table));
    let exists = simple::last_row(client, &exists)
        .map_err(|error| Error::from(error).while_doing("looking for the history"))?;
    if exists != ["t"] {
        refuse_history_elsewhere(client, history)?;
        return Ok(Vec::new());
    }
    // Cast to text, since refinery without int8-versions creates an int4 column.
    let query = format!(
        "{own}; SELECT version::pg_catalog.text, name::pg_catalog.text, applied_on::pg_catalog.text, \
         checksum::pg_catalog.text FROM {table} ORDER BY version"
    );
    let rows = simple::last_rows(client, &query).map_err(|error| {
        let help = help(&error);
        let failed = Error::database(format!("the history {table} cannot be read")).because(error);
        help.into_iter().fold(failed, Error::help)
    })?;
    rows.into_iter()
        .map(|row| {
            let mut texts = row.into_iter().map(Option::unwrap_or_default);
            let mut text = || texts.next().unwrap_or_default();
            let version = text().parse().map_err(|_| unexpected("a version of the history"))?;
            HistoryRow::new(version, text(), text(), &text())
        })
        .collect()
}

/// Refuses a history in another schema of the search path: a second one would be started beside it.
fn refuse_history_elsewhere(client: &mut Client, history: &History) -> Result<()> {
    let query = format!(
        "SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.oid = pg_catalog.to_regclass(pg_catalog.quote_ident({}))",
        literal(&history.table)
    );
    let row = simple::row(client, &query)?;
    let Some(schema) = row.first() else { return Ok(()) };
    Err(Error::database(format!(
        "the history is expected in {}, but the search path of this connection finds one in {}",
        history.quoted(),
        crate::ident::qualified(schema, &history.table),
    ))
    .help(format!("name its schema: {schema}")))
}

impl HistoryRow {
    pub(super) fn new(version: i64, name: String, applied_on: String, checksum: &str) -> Result<Self> {
        let checksum = checksum.parse().map_err(|_| {
            Error::database(format!("the history has `{checksum}` as the checksum of version {version}"))
                .help("refinery writes a number there; is this its table?")
        })?;
        Ok(HistoryRow { version, name, applied_on, checksum })
    }

    /// Was this file applied, unchanged?
    pub(super) fn is_of(&self, migration: &Migration) -> bool {
        self.version == migration.version
            && self.name == migration.name
            && migration.has_checksum(self.checksum)
    }
}

/// A query for the server processes that hold a lock on the history.
fn holders(history: &str) -> String {
    format!(
        "SELECT pid FROM pg_catalog.pg_locks WHERE granted AND relation = pg_catalog.to_regclass({}) \
         AND pid <> pg_catalog.pg_backend_pid()",
        literal(history)
    )
}

/// Does another session have the history locked?
pub(super) fn is_locked(error: &Error) -> bool {
    error.sqlstate() == Some(SqlState::LOCK_NOT_AVAILABLE.code())
}

/// The sessions that have the history locked; none if they cannot be seen.
pub(super) fn blockers(client: &mut Client, history: &str) -> Vec<Blocker> {
    watch::backends(client, &holders(history)).unwrap_or_default()
}

/// The sessions that block something, a line each.
pub(super) fn blocked(blockers: &[Blocker]) -> String {
    blockers.iter().map(|blocker| format!("\n  blocked by {blocker}")).collect()
}

/// The error of a reader, with the sessions that block it.
pub(super) fn explained(client: &mut Client, history: &History, error: Error) -> Error {
    if !is_locked(&error) {
        return error;
    }
    let history = history.quoted();
    let blocked = blocked(&blockers(client, &history));
    error
        .saying(format!("the history {history} is locked{blocked}"))
        .help("end what blocks it, or try again later")
}

/// A condition: the migration is recorded, as it is, and once.
pub(super) fn is_recorded(history: &History, migration: &Migration) -> Result<String> {
    Ok(format!(
        "(SELECT count(*) = 1 FROM {} WHERE version = {} AND name::text = {} AND checksum::text = {})",
        history.quoted(),
        migration.version,
        literal(&migration.name),
        literal(&migration.to_refinery()?.checksum().to_string()),
    ))
}

/// The INSERT that records a migration, without its WHERE; the time is the client's, as in refinery.
pub(super) fn insert(history: &History, migration: &Migration) -> Result<String> {
    let mut recorded = migration.to_refinery()?;
    recorded.set_applied();
    let now = recorded
        .applied_on()
        .and_then(|time| time.format(&time::format_description::well_known::Rfc3339).ok())
        .ok_or_else(|| Error::database("the system's clock gives a time outside of the range of RFC 3339"))?;
    Ok(format!(
        "INSERT INTO {} (version, name, applied_on, checksum) SELECT {}, {}, {}, {}",
        history.quoted(),
        migration.version,
        literal(&migration.name),
        literal(&now),
        literal(&recorded.checksum().to_string()),
    ))
}

impl Status {
    pub(super) fn of(migrations: &Migrations, rows: &[HistoryRow]) -> Self {
        let newest = rows.iter().map(|row| row.version).max();
        let row_of = |version: i64| rows.iter().find(|row| row.version == version);
        let mut entries: Vec<Entry> = migrations
            .iter()
            .map(|migration| Entry::of(migration, row_of(migration.version), newest))
            .collect();
        let gone = rows.iter().filter(|row| migrations.get(row.version).is_none());
        entries.extend(gone.map(|row| Entry {
            version: row.version,
            name: row.name.clone(),
            file: None,
            state: State::Missing,
            applied_on: Some(row.applied_on.clone()),
        }));
        entries.sort_by_key(|entry| entry.version);
        Status { entries }
    }

    /// The entries in one state.
    pub fn in_state(&self, state: State) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.state == state)
    }

    /// Is everything applied and unchanged?
    pub fn is_current(&self) -> bool {
        self.entries.iter().all(|entry| entry.state == State::Applied)
    }

    /// The versions that a run would apply, in order.
    pub(super) fn to_apply(&self, options: &Options) -> Result<Vec<i64>> {
        self.refuse(options)?;
        let wanted = |entry: &&Entry| {
            matches!(entry.state, State::Pending | State::OutOfOrder)
                && options.to.is_none_or(|to| entry.version <= to)
        };
        Ok(self.entries.iter().filter(wanted).map(|entry| entry.version).collect())
    }

    /// An empty directory is an error of its own (a wrong path, or an empty image), and not a list of missing files.
    pub(super) fn refuse_without_files(&self, history: &History) -> Result<()> {
        let Some(last) = self.entries.last() else { return Ok(()) };
        Err(Error::file(format!(
            "there are no migrations, but the history {} has {} of them, up to V{}__{}",
            history.quoted(),
            self.entries.len(),
            last.version,
            last.name
        ))
        .help("is it the right directory, and are its files there?"))
    }

    fn refuse(&self, options: &Options) -> Result<()> {
        let newest =
            self.entries.iter().filter(|entry| entry.applied_on.is_some()).map(|entry| entry.version).max();
        for entry in &self.entries {
            let name = entry.file.clone().unwrap_or_else(|| format!("V{}__{}", entry.version, entry.name));
            let applied_on = entry.applied_on.as_deref().unwrap_or_default();
            match entry.state {
                State::Edited => {
                    return Err(Error::file(format!("{name} is not the file that was applied ({applied_on})")).help(
                        "applied files are immutable: restore it under its old name (git log -p), and put the \
                         change into a new migration",
                    ));
                }
                State::Missing => {
                    return Err(Error::file(format!(
                        "{name} was applied ({applied_on}), but its file is missing"
                    ))
                    .help("restore it; or this program is older than the database and must not migrate it"));
                }
                State::OutOfOrder if !options.allow_out_of_order => {
                    let newest = newest.unwrap_or_default();
                    return Err(Error::file(format!("{name} is out of order: V{newest} is applied already"))
                        .help(format!(
                            "give it a version above {newest}, or apply it all the same: --allow-out-of-order"
                        )));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Entry {
    fn of(migration: &Migration, row: Option<&HistoryRow>, newest: Option<i64>) -> Self {
        let state = match row {
            Some(row) if row.is_of(migration) => State::Applied,
            Some(_) => State::Edited,
            None if newest.is_some_and(|newest| newest > migration.version) => State::OutOfOrder,
            None => State::Pending,
        };
        Entry {
            version: migration.version,
            name: migration.name.clone(),
            file: Some(migration.file.clone()),
            state,
            applied_on: row.map(|row| row.applied_on.clone()),
        }
    }
}
