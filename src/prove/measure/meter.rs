//! What a statement did to the relations that existed before: its locks, what it rewrote and what it read.

use std::collections::{BTreeMap, BTreeSet};

use postgres::{Client, SimpleQueryRow};

use crate::Result;
use crate::plan::{Kind, Mode, Relation};
use crate::prove::simple;
use crate::schema::Name;

/// The first OID of users' objects; Postgres's own are below.
const FIRST_NORMAL_OBJECT_ID: u32 = 16384;

/// Runs a query and returns its rows.
pub(in crate::prove) type Ask = fn(&mut Client, &str) -> Result<Vec<SimpleQueryRow>>;

/// The scans of relations that a session has begun.
pub(in crate::prove) type Counts = BTreeMap<u32, i64>;

/// The effect of one statement, by the OIDs of relations.
#[derive(Debug, Default)]
pub(in crate::prove) struct Seen {
    pub(in crate::prove) locks: BTreeMap<u32, (Relation, Mode)>,
    pub(in crate::prove) rewrites: BTreeSet<Relation>,
    pub(in crate::prove) scans: BTreeSet<Relation>,
    /// The relations that have another name afterwards.
    pub(in crate::prove) renamed: BTreeMap<u32, Relation>,
    pub(in crate::prove) in_transaction: bool,
}

/// The relations that are watched, and how often the session has read each.
pub(in crate::prove) struct Meter {
    ask: Ask,
    known: Relations,
    /// The relations for which the session may have unreported scans: the server adds them to the statistics at a time
    /// of its own.
    counted: BTreeSet<u32>,
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
pub(in crate::prove) struct Row {
    pub(in crate::prove) oid: u32,
    pub(in crate::prove) mode: Option<Mode>,
    /// `None`: it was dropped.
    now: Option<Known>,
    scans: i64,
}

impl Meter {
    /// Watches the relations that exist now. `ask` is how their state is asked for in a transaction.
    pub(in crate::prove) fn new(client: &mut Client, ask: Ask) -> Result<Self> {
        let mut known = Relations::default();
        for row in relations(simple::rows, client, &everything(), false)? {
            row.now.into_iter().for_each(|now| known.insert(row.oid, now));
        }
        Ok(Meter { ask, known, counted: BTreeSet::new() })
    }

    /// Are there no relations to watch?
    pub(in crate::prove) fn is_empty(&self) -> bool {
        self.known.by_oid.is_empty()
    }

    /// What is asked before a statement in a transaction.
    pub(in crate::prove) fn before(&self, client: &mut Client) -> Result<Counts> {
        counts(self.ask, client, &self.counted, false)
    }

    /// What is asked before a statement outside of a transaction.
    pub(in crate::prove) fn before_outside(&self, client: &mut Client) -> Result<Counts> {
        let all: BTreeSet<u32> = self.known.by_oid.keys().copied().collect();
        counts(simple::rows, client, &all, true)
    }

    /// What is asked after a statement, in its transaction.
    pub(in crate::prove) fn after(&self, client: &mut Client) -> Result<Vec<Row>> {
        own_locks(self.ask, client)
    }

    /// The relations after a watched statement, with the indexes of their tables: a rebuilt index is a new one.
    pub(in crate::prove) fn after_outside(
        &self,
        client: &mut Client,
        locks: &BTreeSet<(u32, Mode)>,
    ) -> Result<Vec<Row>> {
        let oids = array(locks.iter().map(|(oid, _)| oid));
        let these = format!(
            "SELECT oid, NULL FROM pg_catalog.unnest({oids}) AS oid UNION \
             SELECT indexrelid, NULL FROM pg_catalog.pg_index WHERE indrelid = ANY ({oids})"
        );
        let rows = relations(simple::rows, client, &these, true)?;
        let with_modes = rows.into_iter().flat_map(|row| {
            let modes: Vec<Option<Mode>> =
                locks.iter().filter(|(oid, _)| *oid == row.oid).map(|(_, mode)| Some(*mode)).collect();
            let modes = if modes.is_empty() { vec![None] } else { modes };
            modes.into_iter().map(move |mode| Row { mode, now: row.now.clone(), ..row }).collect::<Vec<_>>()
        });
        Ok(with_modes.collect())
    }

    /// The effect of a statement, by the state before and after it. The state after it is then the one before the next.
    pub(in crate::prove) fn seen(&mut self, before: &Counts, after: Vec<Row>, in_transaction: bool) -> Seen {
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
fn own_locks(ask: Ask, client: &mut Client) -> Result<Vec<Row>> {
    let these = format!(
        "SELECT relation, mode FROM pg_catalog.pg_locks WHERE locktype = 'relation' \
         AND pid = pg_catalog.pg_backend_pid() AND relation >= {FIRST_NORMAL_OBJECT_ID}"
    );
    relations(ask, client, &these, false)
}

/// The scans of these relations that this session has begun and not reported; with `told`, the reported ones too.
fn counts(ask: Ask, client: &mut Client, oids: &BTreeSet<u32>, told: bool) -> Result<Counts> {
    if oids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (oids, scans) = (array(oids), scans("oid", told));
    let rows = ask(client, &format!("SELECT oid, {scans} FROM pg_catalog.unnest({oids}) AS oid"))?;
    Ok(rows.iter().filter_map(|row| Some((simple::number(row, 0)?, simple::number(row, 1)?))).collect())
}

/// In a transaction the session reports nothing; outside of one it may report at any time, which leaves the sum as it
/// is.
fn scans(oid: &str, told: bool) -> String {
    let own = format!("pg_catalog.pg_stat_get_xact_numscans({oid})");
    if told { format!("{own} + pg_catalog.pg_stat_get_numscans({oid})") } else { own }
}

fn relations(ask: Ask, client: &mut Client, these: &str, told: bool) -> Result<Vec<Row>> {
    let text = include_str!("relations.sql")
        .replace("/* these */", these)
        .replace("/* scans */", &scans("these.oid", told));
    let rows = ask(client, &text)?;
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

fn array<'a>(oids: impl IntoIterator<Item = &'a u32>) -> String {
    let oids: Vec<String> = oids.into_iter().map(u32::to_string).collect();
    format!("'{{{}}}'::oid[]", oids.join(","))
}
