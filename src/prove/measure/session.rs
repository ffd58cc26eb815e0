//! The session that runs the measured statements, and the measurements in it.

use std::collections::{BTreeMap, BTreeSet};

use postgres::error::SqlState;
use postgres::{Client, SimpleQueryRow};

use super::watch;
use crate::ident::literal;
use crate::pin;
use crate::plan::{Kind, Mode, Relation};
use crate::prove::{Database, Scratch, run, simple};
use crate::schema::Name;
use crate::{Error, Result};

/// The first OID of users' objects; Postgres's own are below.
const FIRST_NORMAL_OBJECT_ID: u32 = 16384;

/// A zone other than UTC: in UTC a change from `timestamp` to `timestamptz` needs no rewrite, and elsewhere it does.
const ELSEWHERE: &[(&str, &str)] = &[("TimeZone", "Asia/Shanghai")];

/// The effect of one statement, by the OIDs of relations.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) locks: BTreeMap<u32, (Relation, Mode)>,
    pub(super) rewrites: BTreeSet<Relation>,
    pub(super) scans: BTreeSet<Relation>,
    /// The relations that have another name afterwards.
    pub(super) renamed: BTreeMap<u32, Relation>,
    pub(super) in_transaction: bool,
}

/// A connection to the clone, and the relations that existed before the statement.
pub(super) struct Session<'a> {
    scratch: &'a Scratch,
    database: &'a Database,
    client: Client,
    known: Relations,
    /// The relations for which the session may have unreported scans: the server adds them to the statistics at a time
    /// of its own.
    counted: BTreeSet<u32>,
    /// The `SET LOCAL`s of the file, which are repeated in its next transaction.
    settings: Vec<(String, String)>,
}

/// A relation that existed before the statement.
#[derive(Debug, Clone)]
struct Known {
    relation: Relation,
    filenode: u32,
}

/// The relations that existed before: by OID, and the OIDs by name.
#[derive(Debug, Default)]
struct Relations {
    by_oid: BTreeMap<u32, Known>,
    called: BTreeMap<Relation, BTreeSet<u32>>,
}

impl Relations {
    fn insert(&mut self, oid: u32, known: Known) {
        self.remove(oid);
        self.called.entry(known.relation.clone()).or_default().insert(oid);
        self.by_oid.insert(oid, known);
    }

    fn remove(&mut self, oid: u32) -> Option<Known> {
        let known = self.by_oid.remove(&oid)?;
        if let Some(oids) = self.called.get_mut(&known.relation) {
            oids.remove(&oid);
        }
        Some(known)
    }

    /// The relation with this name; the first of several.
    fn called(&self, relation: &Relation) -> Option<u32> {
        self.called.get(relation)?.first().copied()
    }
}

/// A relation after the statement, with one of the locks on it.
#[derive(Debug)]
struct Row {
    oid: u32,
    mode: Option<Mode>,
    /// `None`: it was dropped.
    now: Option<Known>,
    scans: i64,
}

impl<'a> Session<'a> {
    pub(super) fn open(scratch: &'a Scratch, database: &'a Database) -> Result<Self> {
        let mut client = database.client()?;
        pin::pin(&mut client, ELSEWHERE)?;
        let rows = relations(&mut client, &everything(), false)?;
        let mut known = Relations::default();
        for row in rows {
            row.now.into_iter().for_each(|now| known.insert(row.oid, now));
        }
        let (counted, settings) = (BTreeSet::new(), Vec::new());
        Ok(Session { scratch, database, client, known, counted, settings })
    }

    /// Were there no relations?
    pub(super) fn is_empty(&self) -> bool {
        self.known.by_oid.is_empty()
    }

    /// Runs a statement in a transaction of its own.
    pub(super) fn alone(&mut self, sql: &str) -> Result<Seen> {
        let (settings, counted) = (&self.settings, &self.counted);
        let (before, after) = run::with_roles(self.scratch, &mut self.client, |client| {
            client.batch_execute("BEGIN")?;
            let done = set_locally(client, settings).and_then(|()| {
                let before = counts(client, counted, false)?;
                client.batch_execute(sql)?;
                Ok((before, own_locks(client)?))
            });
            if done.is_err() {
                client.batch_execute("ROLLBACK")?;
            }
            done
        })?;
        // A SET takes no locks; for others this query is left out, since it costs as much as the rest together.
        if after.is_empty() {
            self.settings = session_settings(&mut self.client)?;
        }
        self.client.batch_execute("COMMIT")?;
        Ok(self.seen(&before, after, true))
    }

    /// Runs all statements of a file in one transaction.
    pub(super) fn together(&mut self, statements: &[String], seen: &mut Vec<Seen>) -> Result<()> {
        self.client.batch_execute("BEGIN")?;
        let mut held: BTreeSet<(u32, Option<Mode>)> = BTreeSet::new();
        for sql in statements {
            let done = counts(&mut self.client, &self.counted, false).and_then(|before| {
                self.client.batch_execute(sql)?;
                Ok((before, own_locks(&mut self.client)?))
            });
            let (before, mut after) = done.or_else(|error| {
                self.client.batch_execute("ROLLBACK")?;
                Err(error)
            })?;
            for row in &mut after {
                if !held.insert((row.oid, row.mode)) {
                    row.mode = None;
                }
            }
            seen.push(self.seen(&before, after, true));
        }
        self.client.batch_execute("COMMIT")?;
        self.reset()
    }

    /// Runs a statement of a file without a transaction. If it can run in one, it is measured there.
    pub(super) fn outside(&mut self, sql: &str) -> Result<Seen> {
        let error = match self.alone(sql) {
            Ok(seen) => return Ok(Seen { in_transaction: false, ..seen }),
            Err(error) => error,
        };
        // It begins or ends transactions itself.
        let own = [SqlState::ACTIVE_SQL_TRANSACTION, SqlState::INVALID_TRANSACTION_TERMINATION];
        if !own.iter().any(|code| error.sqlstate() == Some(code.code())) {
            return Err(error);
        }
        let all: BTreeSet<u32> = self.known.by_oid.keys().copied().collect();
        let before = counts(&mut self.client, &all, true)?;
        let locks = watch::run(self.database, &mut self.client, sql)?;
        let after = self.after(&locks)?;
        Ok(self.seen(&before, after, false))
    }

    /// Resets the settings that the file has made.
    pub(super) fn end_of_file(&mut self) -> Result<()> {
        self.settings.clear();
        self.reset()
    }

    fn reset(&mut self) -> Result<()> {
        self.client.batch_execute("RESET ALL")?;
        pin::pin(&mut self.client, ELSEWHERE).map(drop)
    }

    /// The relations after a watched statement, with the indexes of their tables: a rebuilt index is a new one.
    fn after(&mut self, locks: &BTreeSet<(u32, Mode)>) -> Result<Vec<Row>> {
        let oids = array(locks.iter().map(|(oid, _)| oid));
        let these = format!(
            "SELECT oid, NULL FROM pg_catalog.unnest({oids}) AS oid UNION \
             SELECT indexrelid, NULL FROM pg_catalog.pg_index WHERE indrelid = ANY ({oids})"
        );
        let rows = relations(&mut self.client, &these, true)?;
        let with_modes = rows.into_iter().flat_map(|row| {
            let modes: Vec<Option<Mode>> =
                locks.iter().filter(|(oid, _)| *oid == row.oid).map(|(_, mode)| Some(*mode)).collect();
            let modes = if modes.is_empty() { vec![None] } else { modes };
            modes.into_iter().map(move |mode| Row { mode, now: row.now.clone(), ..row }).collect::<Vec<_>>()
        });
        Ok(with_modes.collect())
    }

    /// The effect of a statement, by the state before and after it. The state after it is then the one before the next.
    fn seen(&mut self, before: &BTreeMap<u32, i64>, after: Vec<Row>, in_transaction: bool) -> Seen {
        let mut seen = Seen { in_transaction, ..Seen::default() };
        // A relation without unreported scans needs no correction of later counts.
        self.counted.retain(|oid| before.get(oid).is_some_and(|scans| *scans > 0));
        for row in &after {
            if let Some(known) = self.known.by_oid.get(&row.oid) {
                let relation = &known.relation;
                if let Some(mode) = row.mode {
                    let lock = seen.locks.entry(row.oid).or_insert_with(|| (relation.clone(), mode));
                    lock.1 = lock.1.max(mode);
                }
                if row.now.as_ref().is_some_and(|now| now.filenode != known.filenode) {
                    seen.rewrites.insert(relation.clone());
                }
                if is_scanned(relation) && row.scans > before.get(&row.oid).copied().unwrap_or_default() {
                    seen.scans.insert(relation.clone());
                }
            }
        }
        let rebuilt = self.rebuilt(&after);
        for (old, _, now) in &rebuilt {
            if self.known.by_oid.get(old).is_some_and(|known| known.filenode != now.filenode) {
                seen.rewrites.insert(now.relation.clone());
            }
        }
        for (old, new, now) in rebuilt {
            self.known.remove(old);
            self.known.insert(new, now);
        }
        for Row { oid, now, .. } in after {
            let Some(before) = self.known.remove(oid) else { continue };
            if is_scanned(&before.relation) {
                self.counted.insert(oid);
            }
            let Some(now) = now else { continue };
            if now.relation != before.relation {
                seen.renamed.insert(oid, now.relation.clone());
                self.rename_parts(&before.relation.name, &now.relation.name, &mut seen.renamed);
            }
            self.known.insert(oid, now);
        }
        seen
    }

    /// Corrects the table's name in its indexes and TOAST table: the rename does not lock them.
    fn rename_parts(&mut self, from: &Name, to: &Name, renamed: &mut BTreeMap<u32, Relation>) {
        let parts = self.known.by_oid.iter().filter(|(_, known)| known.relation.of.as_ref() == Some(from));
        let parts: Vec<(u32, Known)> = parts.map(|(oid, part)| (*oid, part.clone())).collect();
        for (oid, mut part) in parts {
            part.relation.of = Some(to.clone());
            renamed.insert(oid, part.relation.clone());
            self.known.insert(oid, part);
        }
    }

    /// Indexes that were rebuilt under their old name: the old OID, the new one, and the new index.
    fn rebuilt(&self, after: &[Row]) -> Vec<(u32, u32, Known)> {
        let new = after.iter().filter(|row| !self.known.by_oid.contains_key(&row.oid));
        let new = new.filter_map(|row| Some((row.oid, row.now.as_ref()?)));
        let parts: BTreeMap<u32, &Known> = new.filter(|(_, now)| now.relation.of.is_some()).collect();
        let pairs = parts
            .into_iter()
            .filter_map(|(new, now)| Some((self.known.called(&now.relation)?, new, now.clone())));
        pairs.collect()
    }
}

/// Does Postgres count sequential scans of it?
fn is_scanned(relation: &Relation) -> bool {
    matches!(relation.kind, Kind::Table | Kind::MaterializedView | Kind::ForeignTable)
}

fn everything() -> String {
    format!("SELECT oid, NULL FROM pg_catalog.pg_class WHERE oid >= {FIRST_NORMAL_OBJECT_ID}")
}

/// The locks on relations that this session holds.
fn own_locks(client: &mut Client) -> Result<Vec<Row>> {
    let these = format!(
        "SELECT relation, mode FROM pg_catalog.pg_locks WHERE locktype = 'relation' \
         AND pid = pg_catalog.pg_backend_pid() AND relation >= {FIRST_NORMAL_OBJECT_ID}"
    );
    relations(client, &these, false)
}

/// The scans of these relations that this session has begun and not reported; with `told`, the reported ones too.
fn counts(client: &mut Client, oids: &BTreeSet<u32>, told: bool) -> Result<BTreeMap<u32, i64>> {
    if oids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (oids, scans) = (array(oids), scans("oid", told));
    let rows = simple::rows(client, &format!("SELECT oid, {scans} FROM pg_catalog.unnest({oids}) AS oid"))?;
    Ok(rows.iter().filter_map(|row| Some((simple::number(row, 0)?, simple::number(row, 1)?))).collect())
}

/// In a transaction the session reports nothing; outside of one it may report at any time, which leaves the sum as it
/// is.
fn scans(oid: &str, told: bool) -> String {
    let own = format!("pg_catalog.pg_stat_get_xact_numscans({oid})");
    if told { format!("{own} + pg_catalog.pg_stat_get_numscans({oid})") } else { own }
}

fn relations(client: &mut Client, these: &str, told: bool) -> Result<Vec<Row>> {
    let text = include_str!("relations.sql")
        .replace("/* these */", these)
        .replace("/* scans */", &scans("these.oid", told));
    let rows = simple::rows(client, &text)?;
    Ok(rows.iter().filter_map(row).collect())
}

fn row(row: &SimpleQueryRow) -> Option<Row> {
    let name = |at| Some(Name::new(row.get(at)?, row.get(at + 1)?));
    let now = name(2).zip(row.get(4)).and_then(|(found, kind)| {
        let kind = kind_of(&found, kind)?;
        let filenode = simple::number(row, 5)?;
        Some(Known { relation: Relation { name: found, kind, of: name(6) }, filenode })
    });
    Some(Row {
        oid: simple::number(row, 0)?,
        mode: row.get(1).and_then(Mode::of_name),
        now,
        scans: simple::number(row, 8).unwrap_or_default(),
    })
}

/// `pg_class.relkind`
fn kind_of(name: &Name, relkind: &str) -> Option<Kind> {
    Some(match relkind {
        _ if name.schema == "pg_toast" => Kind::Toast,
        "r" => Kind::Table,
        "p" => Kind::PartitionedTable,
        "v" => Kind::View,
        "m" => Kind::MaterializedView,
        "f" => Kind::ForeignTable,
        "S" => Kind::Sequence,
        "i" | "I" => Kind::Index,
        "c" => Kind::CompositeType,
        _ => return None,
    })
}

fn session_settings(client: &mut Client) -> Result<Vec<(String, String)>> {
    let rows =
        simple::rows(client, "SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session'")?;
    Ok(rows.iter().filter_map(|row| Some((row.get(0)?.to_owned(), row.get(1)?.to_owned()))).collect())
}

fn set_locally(client: &mut Client, settings: &[(String, String)]) -> Result<()> {
    let set = |(name, value): &(String, String)| {
        format!("SELECT pg_catalog.set_config({}, {}, true);", literal(name), literal(value))
    };
    let all: String = settings.iter().map(set).collect();
    if all.is_empty() { Ok(()) } else { client.batch_execute(&all).map_err(Error::from) }
}

fn array<'a>(oids: impl IntoIterator<Item = &'a u32>) -> String {
    let oids: Vec<String> = oids.into_iter().map(u32::to_string).collect();
    format!("'{{{}}}'::oid[]", oids.join(","))
}
