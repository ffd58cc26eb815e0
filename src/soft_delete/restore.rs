//! Restore: the roots, and the rows below them with the same stamp, if all their other parents are live.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{self, Change, Detached, Stamp};
use super::parents::{Parents, Value};
use super::table::{Key, array};
use super::tables::{Link, Tables};
use super::transaction::{Session, count};
use super::{Roots, Table};
use crate::Result;
use crate::ident::ident;
use crate::model::OnSoftDelete;
use crate::query::{Statement, Writer};

/// The rows to be restored, by table.
struct Found {
    rows: Vec<BTreeMap<Key, Bearing>>,
    /// Their keys and stamps, in the order in which they were found.
    bearing: Vec<Vec<(String, String)>>,
    followed: Vec<usize>,
}

/// A deleted row: its stamp and its foreign keys.
struct Bearing {
    stamp: String,
    /// The values of the columns of [`Table::parents`].
    parents: Vec<Option<String>>,
}

/// Restores the roots, and the rows that were deleted with them; returns the number of rows. `None` if the roots
/// changed before they were locked: the caller then tries again, unless this is the `last` attempt.
pub async fn restore<T: Session>(
    session: &mut T,
    roots: &Roots,
    tables: &Tables,
    last: bool,
) -> Result<Option<u64>> {
    let mut parents = Parents::default();
    let mut found = Found::new(tables);
    let root = tables.number(roots.table);
    let Some(rows) = lock_roots(session, roots, &mut parents, last).await? else { return Ok(None) };
    found.add(root, rows);
    if found.rows[root].is_empty() {
        return Ok(Some(0));
    }
    // One pass is enough, unless tables refer to each other in a circle: then until no new row is found.
    loop {
        let mut asked = false;
        for child in 0..tables.list.len() {
            let links = found.links_to_follow(tables, child);
            if !links.is_empty() {
                asked = true;
                let rows = session.send(&found.lock(tables, child, &links)?).await?.rows;
                links.iter().for_each(|link| found.follow(tables, *link));
                found.add(child, read(tables.list[child], &rows)?);
            }
        }
        if !asked {
            break;
        }
    }
    // A row may have further parents, which are not among the restored rows.
    let values = found.values_of_parents(tables);
    parents.hold(session, &values).await?;
    let dead = parents.dead(&values);
    super::parents::check(&dead)?;
    count(&session.send(&found.statement(tables, &dead)?).await?).map(Some)
}

/// Locks the parents of the roots, then the roots. If a root has got another parent meanwhile, returns `None`, since
/// locking that parent after the roots would violate the order of locks; the `last` attempt does so nevertheless.
async fn lock_roots<T: Session>(
    session: &mut T,
    roots: &Roots,
    parents: &mut Parents,
    last: bool,
) -> Result<Option<Vec<(Key, Bearing)>>> {
    let table = roots.table;
    if !table.parents().is_empty() {
        let rows = read(table, &session.send(&roots.select(&more(table))?).await?.rows)?;
        parents.hold(session, &values(table, &rows)).await?;
    }
    loop {
        let rows = read(table, &session.send(&roots.lock(&more(table))?).await?.rows)?;
        let values = values(table, &rows);
        if parents.knows(&values) {
            return Ok(Some(rows));
        }
        if !last {
            return Ok(None);
        }
        parents.hold(session, &values).await?;
    }
}

/// The columns selected after the key: the stamp, and the foreign keys.
fn more(table: Table) -> String {
    let mut more = format!(", {}::text AS stamp", table.stamp());
    for (at, parent) in table.parents().iter().enumerate() {
        more += &format!(", {}::text AS \"parent {at}\"", ident(parent.column));
    }
    more
}

fn read(table: Table, rows: &[postgres::Row]) -> Result<Vec<(Key, Bearing)>> {
    let (columns, parents) = (table.key().len(), table.parents().len());
    let read = |row: &postgres::Row| {
        let parents = (0..parents).map(|at| row.try_get(columns + 1 + at));
        let parents = parents.collect::<Result<_, postgres::Error>>()?;
        Ok((table.key_of(row)?, Bearing { stamp: row.try_get(columns)?, parents }))
    };
    rows.iter().map(read).collect()
}

/// The parents of rows, without those that are among the rows.
fn values(table: Table, rows: &[(Key, Bearing)]) -> BTreeSet<Value> {
    let keys: BTreeSet<&str> = rows.iter().map(|(key, _)| key[0].as_str()).collect();
    let mut values = BTreeSet::new();
    for (_, row) in rows {
        for (parent, value) in table.parents().into_iter().zip(&row.parents) {
            let Some(value) = value else { continue };
            if !(parent.table.is(table) && keys.contains(value.as_str())) {
                values.insert(Value::new(table, parent, value));
            }
        }
    }
    values
}

impl Found {
    fn new(tables: &Tables) -> Self {
        let rows = tables.list.iter().map(|_| BTreeMap::new()).collect();
        Found { rows, bearing: vec![Vec::new(); tables.list.len()], followed: vec![0; tables.links.len()] }
    }

    fn add(&mut self, table: usize, rows: Vec<(Key, Bearing)>) {
        for (key, row) in rows {
            if !self.rows[table].contains_key(&key) {
                self.bearing[table].push((key[0].clone(), row.stamp.clone()));
                self.rows[table].insert(key, row);
            }
        }
    }

    fn links_to_follow(&self, tables: &Tables, child: usize) -> Vec<usize> {
        let new = |(at, link): &(usize, &Link)| {
            link.child == child
                && link.rule == OnSoftDelete::Cascade
                && self.followed[*at] < self.bearing[link.parent].len()
        };
        tables.links.iter().enumerate().filter(new).map(|(at, _)| at).collect()
    }

    fn follow(&mut self, tables: &Tables, link: usize) {
        self.followed[link] = self.bearing[tables.links[link].parent].len();
    }

    /// Locks the children of these parents that have their parent's stamp.
    fn lock(&self, tables: &Tables, child: usize, links: &[usize]) -> Result<Statement> {
        let table = tables.list[child];
        table.lock(&more(table), |out| {
            for (at, number) in links.iter().enumerate() {
                let link = &tables.links[*number];
                let new = &self.bearing[link.parent][self.followed[*number]..];
                out.push(if at > 0 { " OR (" } else { " WHERE ((" });
                write_bearing(table, link.column, &tables.parent(link).key_type(), new, out);
                out.push(")");
            }
            out.push(&format!(") AND {} IS NOT NULL", table.deleted_at()));
        })
    }

    fn values_of_parents(&self, tables: &Tables) -> BTreeSet<Value> {
        let mut values = BTreeSet::new();
        for (table, rows) in tables.list.iter().zip(&self.rows) {
            for row in rows.values() {
                for (parent, value) in table.parents().into_iter().zip(&row.parents) {
                    let Some(value) = value else { continue };
                    let number = tables.list.iter().position(|other| other.is(parent.table));
                    let back =
                        number.is_some_and(|at| self.rows[at].contains_key(std::slice::from_ref(value)));
                    if !back {
                        values.insert(Value::new(*table, parent, value));
                    }
                }
            }
        }
        values
    }

    fn statement(&self, tables: &Tables, dead: &[Value]) -> Result<Statement> {
        let mut changes = Vec::new();
        for (table, rows) in tables.list.iter().zip(&self.rows) {
            if !rows.is_empty() {
                let detached = detached(*table, dead);
                let keys = rows.keys().cloned().collect();
                changes.push(Change { table: *table, keys, deleted_at: Stamp::Clear, detached });
            }
        }
        let mut out = Writer::default();
        out.push("WITH ");
        change::statement(out, &changes)
    }
}

/// The foreign keys to deleted parents, if the relation is `set_null`: they become NULL, as they would have if the row
/// had been live when its parent was deleted.
fn detached(table: Table, dead: &[Value]) -> Vec<Detached> {
    let mut all: Vec<Detached> = Vec::new();
    for value in dead.iter().filter(|value| value.child.is(table)) {
        match all.iter_mut().find(|detached| detached.column == value.parent.column) {
            Some(detached) => detached.keys.push(value.key.clone()),
            None => all.push(Detached {
                column: value.parent.column,
                parent: value.parent.table,
                keys: vec![value.key.clone()],
            }),
        }
    }
    all
}

/// `column = ANY (keys) AND (column, stamp) IN (SELECT * FROM unnest(keys, stamps))`. The first
/// condition is for an index.
fn write_bearing(table: Table, column: &str, ty: &str, bearing: &[(String, String)], out: &mut Writer) {
    let keys: Vec<String> = bearing.iter().map(|(key, _)| key.clone()).collect();
    let stamps: Vec<String> = bearing.iter().map(|(_, stamp)| stamp.clone()).collect();
    super::table::any(column, ty, &keys, out);
    out.push(&format!(" AND ({}, {}) IN (SELECT * FROM unnest(", ident(column), table.stamp()));
    array(ty, &keys, out);
    out.push(", ");
    array("timestamp", &stamps, out);
    out.push("))");
}
