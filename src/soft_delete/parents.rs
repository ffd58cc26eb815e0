//! The parents of rows to be restored: locked (`FOR SHARE`) until the transaction ends.

use std::collections::{BTreeMap, BTreeSet};

use super::Table;
use super::table::{Parent, array};
use super::tables::place;
use super::transaction::Session;
use crate::ident::idents;
use crate::model::OnSoftDelete;
use crate::query::{Statement, Writer};
use crate::{Error, Result};

/// A foreign key value: rows of a table refer to this key of another.
#[derive(Clone)]
pub struct Value {
    pub child: Table,
    pub parent: Parent,
    pub key: String,
}

/// The parents that were locked, by table and key, and whether they are live. Rows that do not exist are not contained.
#[derive(Default)]
pub struct Parents {
    live: BTreeMap<(Name, String), bool>,
    asked: BTreeSet<(Name, String)>,
}

type Name = (&'static str, &'static str);

impl Parents {
    /// Are the parents of all these values locked?
    pub fn knows(&self, values: &BTreeSet<Value>) -> bool {
        values.iter().all(|value| self.asked.contains(&(value.parent.table.name(), value.key.clone())))
    }

    /// Locks the parents that are not locked yet, in the order of the tables.
    pub async fn hold<T: Session>(&mut self, session: &mut T, values: &BTreeSet<Value>) -> Result<()> {
        let mut tables: Vec<(Table, BTreeSet<String>)> = Vec::new();
        for value in values {
            let table = value.parent.table;
            if !self.asked.insert((table.name(), value.key.clone())) {
                continue;
            }
            match tables.iter_mut().find(|(other, _)| other.is(table)) {
                Some((_, keys)) => drop(keys.insert(value.key.clone())),
                None => tables.push((table, BTreeSet::from([value.key.clone()]))),
            }
        }
        tables.sort_by_cached_key(|(table, _)| place(*table));
        for (table, keys) in &tables {
            for row in session.send(&share(*table, keys)?).await?.rows {
                self.live.insert((table.name(), row.try_get(0)?), row.try_get(1)?);
            }
        }
        Ok(())
    }

    /// The values that refer to deleted rows.
    pub fn dead(&self, values: &BTreeSet<Value>) -> Vec<Value> {
        let is_dead =
            |value: &&Value| self.live.get(&(value.parent.table.name(), value.key.clone())) == Some(&false);
        values.iter().filter(is_dead).cloned().collect()
    }
}

/// Selects each key as it was given, since equal keys may have different texts.
fn share(table: Table, keys: &BTreeSet<String>) -> Result<Statement> {
    let keys: Vec<String> = keys.iter().cloned().collect();
    let (key, mut out) = (idents(table.key()), Writer::default());
    out.push(&format!(
        "SELECT wanted.key, parent.{} IS NULL FROM {} AS parent JOIN unnest(",
        table.deleted_at(),
        table.sql()
    ));
    array("text", &keys, &mut out);
    out.push(&format!(
        ") AS wanted (key) ON parent.{key} = wanted.key::{} ORDER BY parent.{key} FOR SHARE OF parent",
        table.key_type()
    ));
    out.finish()
}

/// Returns an error if a restored row would refer to a deleted one, unless the relation is `set_null`.
pub fn check(dead: &[Value]) -> Result<()> {
    let refused: Vec<&Value> = dead.iter().filter(|value| !value.is_set_null()).collect();
    // Reports the parent that is highest in the order: those below it may have been deleted with it.
    let Some(first) = refused.iter().min_by_key(|value| place(value.child)) else { return Ok(()) };
    let (child, parent) = (first.child.0, first.parent.table.0);
    let keys: Vec<&str> = refused
        .iter()
        .filter(|value| value.child.is(first.child) && value.parent.column == first.parent.column)
        .map(|value| value.key.as_str())
        .collect();
    let more = if keys.len() > 5 { format!(" and {} more", keys.len() - 5) } else { String::new() };
    let message = format!(
        "rows of `{}` are not restored, since their `{}` refers to rows of `{}` that are deleted: {}{more}",
        child.table,
        first.parent.column,
        parent.table,
        keys[..keys.len().min(5)].join(", ")
    );
    let help = format!("restore the `{}` first, or let the rows refer to live ones", parent.model);
    Err(Error::parent_deleted(message).help(help))
}

impl Value {
    pub fn new(child: Table, parent: Parent, key: &str) -> Self {
        Value { child, parent, key: key.to_owned() }
    }

    /// Is the parent's relation to the rows `set_null`?
    fn is_set_null(&self) -> bool {
        self.parent.table.children().any(|(child, column, _, rule)| {
            child.is(self.child) && column == self.parent.column && rule == OnSoftDelete::SetNull
        })
    }

    fn order(&self) -> (Name, &'static str, &str) {
        (self.child.name(), self.parent.column, &self.key)
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}
