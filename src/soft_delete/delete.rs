//! Soft delete: locks all rows first, then reads the clock and changes the rows in one statement.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{self, Change, Detached, Stamp, write_marks};
use super::table::{Key, any};
use super::tables::{Link, Tables};
use super::transaction::{Session, count};
use super::{Roots, Table};
use crate::ident::{ident, idents};
use crate::model::OnSoftDelete;
use crate::query::{Statement, Writer};
use crate::{Error, Result};

/// The rows that were found and locked, by table.
struct Found {
    /// The rows to be deleted, in the order in which they were found.
    deleted: Vec<Vec<Key>>,
    known: Vec<BTreeSet<Key>>,
    /// Live rows that refer to rows to be deleted, each with the indexes of the links by which it does.
    staying: Vec<BTreeMap<Key, BTreeSet<usize>>>,
    /// For each link, the number of parents whose children were looked up.
    followed: Vec<usize>,
}

/// Deletes the roots, and the rows that the deletion cascades to; returns the number of rows.
pub async fn delete<T: Session>(session: &mut T, roots: &Roots, tables: &Tables) -> Result<u64> {
    let mut found = Found::new(tables);
    let root = tables.number(roots.table);
    let rows = session.send(&roots.lock("")?).await?.rows;
    for row in &rows {
        found.delete(root, roots.table.key_of(row)?);
    }
    // One pass is enough, unless tables refer to each other in a circle: then until no new row is found.
    loop {
        let mut asked = false;
        for child in 0..tables.list.len() {
            let links = found.links_to_follow(tables, child);
            if !links.is_empty() {
                asked = true;
                let rows = session.send(&found.lock(tables, child, &links)?).await?.rows;
                found.take(tables, child, &links, &rows)?;
            }
        }
        if !asked {
            break;
        }
    }
    found.check_restricted(tables)?;
    if rows.is_empty() {
        return Ok(0);
    }
    count(&session.send(&found.statement(tables, root)?).await?)
}

/// Deletes rows of a table to which no relation refers, by one statement.
pub fn alone(roots: &Roots) -> Result<Statement> {
    let (table, mut out) = (roots.table, Writer::default());
    let key = idents(table.key());
    // Locked in the order of their keys, as all deletions do.
    out.push("WITH found AS MATERIALIZED (SELECT ").push(&key).push(" FROM ").push(&table.sql());
    roots.write(&mut out);
    out.push(" ORDER BY ").push(&key).push(" FOR UPDATE) UPDATE ").push(&table.sql());
    // The clock is read once, so that all rows of a deletion have the same stamp.
    out.push(" SET ").push(&table.deleted_at()).push(" = (SELECT ").push(table.now()).push(")");
    write_marks(table, &mut out);
    out.push(" WHERE (").push(&key).push(") IN (SELECT ").push(&key).push(" FROM found)");
    out.finish()
}

impl Found {
    fn new(tables: &Tables) -> Self {
        let tables_count = tables.list.len();
        Found {
            deleted: vec![Vec::new(); tables_count],
            known: vec![BTreeSet::new(); tables_count],
            staying: vec![BTreeMap::new(); tables_count],
            followed: vec![0; tables.links.len()],
        }
    }

    fn delete(&mut self, table: usize, key: Key) {
        self.staying[table].remove(&key);
        if self.known[table].insert(key.clone()) {
            self.deleted[table].push(key);
        }
    }

    /// The links to a table from rows to be deleted whose children were not looked up yet.
    fn links_to_follow(&self, tables: &Tables, child: usize) -> Vec<usize> {
        let new = |(at, link): &(usize, &Link)| {
            link.child == child && self.followed[*at] < self.deleted[link.parent].len()
        };
        tables.links.iter().enumerate().filter(new).map(|(at, _)| at).collect()
    }

    /// Locks the children of all relations of a table in one statement: two would not lock in the order of the keys.
    fn lock(&self, tables: &Tables, child: usize, links: &[usize]) -> Result<Statement> {
        let table = tables.list[child];
        let mut more = String::new();
        for (at, link) in links.iter().enumerate() {
            let link = &tables.links[*link];
            let (column, ty) = (ident(link.column), tables.parent(link).key_type());
            // These placeholders are bound by the condition below, which is written first.
            more += &format!(", ({column} = ANY (${}::text[]::{ty}[])) IS TRUE AS \"link {at}\"", at + 1);
        }
        table.lock(&more, |out| {
            for (at, number) in links.iter().enumerate() {
                let link = &tables.links[*number];
                let parents = &self.parents(tables, *number)[self.followed[*number]..];
                out.push(if at > 0 { " OR " } else { " WHERE (" });
                any(link.column, &tables.parent(link).key_type(), parents, out);
            }
            out.push(")").push(&table.and_live());
        })
    }

    fn take(&mut self, tables: &Tables, child: usize, links: &[usize], rows: &[postgres::Row]) -> Result<()> {
        let table = tables.list[child];
        for link in links {
            self.followed[*link] = self.deleted[tables.links[*link].parent].len();
        }
        for row in rows {
            let key = table.key_of(row)?;
            let mut by = BTreeSet::new();
            for (at, link) in links.iter().enumerate() {
                if row.try_get(table.key().len() + at)? {
                    by.insert(*link);
                }
            }
            if by.iter().any(|link| tables.links[*link].rule == OnSoftDelete::Cascade) {
                self.delete(child, key);
            } else if !self.known[child].contains(&key) {
                self.staying[child].entry(key).or_default().extend(by);
            }
        }
        Ok(())
    }

    /// The keys of the parents of a link that are to be deleted. Relations exist only to keys of one column.
    fn parents(&self, tables: &Tables, link: usize) -> Vec<String> {
        self.deleted[tables.links[link].parent].iter().map(|key| key[0].clone()).collect()
    }

    fn check_restricted(&self, tables: &Tables) -> Result<()> {
        for (number, link) in tables.links.iter().enumerate() {
            let stays = self.staying[link.child].values().filter(|links| links.contains(&number)).count();
            if link.rule == OnSoftDelete::Restrict && stays > 0 {
                let (parent, child) = (tables.parent(link).0, tables.child(link).0);
                let message = format!(
                    "rows of `{}` are not deleted, since live rows of `{}` refer to them: {stays}, by `{}` (relation \
                     `{}` of `{}`)",
                    parent.table, child.table, link.column, link.name, parent.model
                );
                return Err(
                    Error::restricted(message).help("delete those first, or let them refer to another row")
                );
            }
        }
        Ok(())
    }

    /// The statement that deletes. It computes the stamp after all rows were locked, since only then it sees all stamps
    /// of their children.
    fn statement(&self, tables: &Tables, root: usize) -> Result<Statement> {
        let mut out = Writer::default();
        self.write_stamp(tables, tables.list[root], &mut out);
        let mut changes = Vec::new();
        for (number, table) in tables.list.iter().enumerate() {
            if !self.deleted[number].is_empty() {
                let keys = self.deleted[number].clone();
                let detached = Vec::new();
                changes.push(Change { table: *table, keys, deleted_at: Stamp::Set, detached });
            }
            if !self.staying[number].is_empty() {
                let keys = self.staying[number].keys().cloned().collect();
                let detached = self.detached(tables, number);
                changes.push(Change { table: *table, keys, deleted_at: Stamp::Leave, detached });
            }
        }
        change::statement(out, &changes)
    }

    /// The stamp: the current time, or later, so that it is later than the stamps of all children that were deleted
    /// before. Infinite stamps are ignored: a finite one differs from them anyway.
    fn write_stamp(&self, tables: &Tables, root: Table, out: &mut Writer) {
        out.push("WITH stamp AS MATERIALIZED (SELECT greatest(").push(root.now());
        for (number, link) in tables.links.iter().enumerate() {
            let parents = self.parents(tables, number);
            if link.rule == OnSoftDelete::Cascade && !parents.is_empty() {
                let (child, column) = (tables.child(link), tables.child(link).deleted_at());
                out.push(&format!(
                    ", (SELECT max({column}) + interval '1 microsecond' FROM {} WHERE ",
                    child.sql()
                ));
                any(link.column, &tables.parent(link).key_type(), &parents, out);
                out.push(&format!(" AND {column} IS NOT NULL AND isfinite({column}))"));
            }
        }
        out.push(") AS at), ");
    }

    fn detached(&self, tables: &Tables, child: usize) -> Vec<Detached> {
        let links = tables.links.iter().enumerate().filter(|(number, link)| {
            let used = self.staying[child].values().any(|links| links.contains(number));
            link.child == child && link.rule == OnSoftDelete::SetNull && used
        });
        let mut columns: Vec<Detached> = Vec::new();
        for (number, link) in links {
            let keys = self.parents(tables, number);
            match columns.iter_mut().find(|detached| detached.column == link.column) {
                Some(detached) => detached.keys.extend(keys),
                None => {
                    columns.push(Detached { column: link.column, parent: tables.parent(link), keys });
                }
            }
        }
        columns
    }
}
