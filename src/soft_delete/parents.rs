//! The parents of rows that come back: held as they are until the transaction ends.

use std::collections::{BTreeMap, BTreeSet};

use super::Table;
use super::table::{Parent, array};
use super::tables::place;
use super::talk::Talk;
use crate::ident::idents;
use crate::model::OnSoftDelete;
use crate::query::{Statement, Writer};
use crate::{Error, Result};

/// That rows of a table refer to this key of another.
#[derive(Clone)]
pub struct Value {
    pub child: Table,
    pub parent: Parent,
    pub key: String,
}

/// The parents that were looked at, by table and key: are they live? One that is not there at all is not known.
#[derive(Default)]
pub struct Parents {
    live: BTreeMap<(Name, String), bool>,
    asked: BTreeSet<(Name, String)>,
}

type Name = (&'static str, &'static str);

impl Parents {
    /// Are all of them held?
    pub fn knows(&self, values: &BTreeSet<Value>) -> bool {
        values.iter().all(|value| self.asked.contains(&(value.parent.table.name(), value.key.clone())))
    }

    /// Holds those that are not held yet (`FOR SHARE`), tables in their order.
    pub async fn hold<T: Talk>(&mut self, talk: &mut T, values: &BTreeSet<Value>) -> Result<()> {
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
            for row in talk.ask(&share(*table, keys)?).await?.rows {
                self.live.insert((table.name(), row.try_get(0)?), row.try_get(1)?);
            }
        }
        Ok(())
    }

    /// Those of the values that refer to a deleted row.
    pub fn dead(&self, values: &BTreeSet<Value>) -> Vec<Value> {
        let is_dead =
            |value: &&Value| self.live.get(&(value.parent.table.name(), value.key.clone())) == Some(&false);
        values.iter().filter(is_dead).cloned().collect()
    }
}

/// What was asked for comes back as it was asked for: equal keys need not be written alike.
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

/// Refuses what would be live below a deleted row, unless the relation lets it go without.
pub fn check(dead: &[Value]) -> Result<()> {
    let refused: Vec<&Value> = dead.iter().filter(|value| !value.is_set_null()).collect();
    // The topmost says most: what is below may have been deleted with it.
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

    /// Does the parent say that its deletion lets the link go?
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
