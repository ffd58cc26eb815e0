//! Indexes and keys of one table that do the same. Postgres makes one of two alike keys in a `CREATE TABLE`, and where
//! a partition has two alike indexes the parent's takes the one that was made first: so their order counts.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::constraint::index_definition;
use crate::schema::{Constraint, Id, Name, Schema, Table};

/// Is this key made by a statement of its own, after its table? Either a key that does the same is made with the
/// table, or an index that does the same has to become a part of the parent's first.
pub(crate) fn is_made_later(key: &Constraint, table: &Table, schema: &Schema) -> bool {
    if !key.has_index() {
        return false;
    }
    let rank = |key: &Constraint| (key.attached_to.is_none(), key.kind, key.name.clone());
    let mut others = table.constraints.values().filter(|other| other.has_index() && other.name != key.name);
    if others.any(|other| other.columns == key.columns && rank(other) < rank(key)) {
        return true;
    }
    if table.bound.is_none() || key.attached_to.is_some() {
        return false;
    }
    let Some(own) = key_does(key) else { return false };
    let mut indexes = schema.indexes.values().filter(|index| index.table == table.name);
    indexes.any(|index| index.attached_to.is_some() && own == (index.unique, does(&index.definition)))
}

/// What each index and key of a partition waits for, so that those of the parent take the ones that they should.
#[derive(Debug, Default)]
pub(crate) struct Twins {
    waits_for: BTreeMap<Id, Vec<Id>>,
}

impl Twins {
    pub(crate) fn of(schema: &Schema) -> Self {
        let mut groups: BTreeMap<(&Name, (bool, String)), Vec<Id>> = BTreeMap::new();
        let in_a_tree = |table: &Table| table.bound.is_some() || table.partition_by.is_some();
        for index in
            schema.indexes.values().filter(|index| schema.tables.get(&index.table).is_some_and(in_a_tree))
        {
            let group = groups.entry((&index.table, (index.unique, does(&index.definition)))).or_default();
            group.push(Id::Index(index.name.clone()));
        }
        for table in schema.tables.values().filter(|table| in_a_tree(table)) {
            for key in table.constraints.values() {
                if let Some(does) = key_does(key) {
                    groups.entry((&table.name, does)).or_default().push(key.id(&table.name));
                }
            }
        }
        groups.retain(|_, group| group.len() > 1);
        if groups.is_empty() {
            return Twins::default();
        }
        let wholes: BTreeMap<Id, Id> = schema.index_parts().collect();
        let mut waits_for: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for ((table, _), mut group) in groups {
            group.sort_by_cached_key(|id| {
                let mut path: Vec<&Id> = std::iter::successors(Some(id), |id| wholes.get(*id)).collect();
                path.reverse();
                (Reverse(path.len()), path.into_iter().cloned().collect::<Vec<_>>())
            });
            let parents = schema.tables.get(table).into_iter().flat_map(|table| &table.parents);
            let links: Vec<Id> = parents.map(|parent| Id::Link(table.clone(), parent.clone())).collect();
            for (at, id) in group.iter().enumerate().skip(1) {
                let waits = waits_for.entry(id.clone()).or_default();
                waits.push(group[at - 1].clone());
                let taken: Vec<Id> =
                    group[..at].iter().filter_map(|first| wholes.get(first).cloned()).collect();
                // Nothing may take it: what could has taken another one by then.
                if !wholes.contains_key(id) && !taken.is_empty() {
                    waits.extend(links.iter().cloned().chain(taken));
                }
            }
        }
        Twins { waits_for }
    }

    /// What has to be there before this is made.
    pub(crate) fn before(&self, id: &Id) -> &[Id] {
        self.waits_for.get(id).map_or(&[], Vec::as_slice)
    }

    /// Is it made once its table has become a partition?
    pub(crate) fn follows_link(&self, id: &Id) -> bool {
        self.before(id).iter().any(|before| matches!(before, Id::Link(..)))
    }
}

/// What a parent's index looks at when it chooses a part: is it unique, and what is in it.
fn key_does(key: &Constraint) -> Option<(bool, String)> {
    let unique = index_definition(key).map(|definition| (true, does(&definition)));
    unique.or_else(|| key.has_index().then(|| (false, does(key.parts().core))))
}

/// Storage parameters and the order of the entries do not count.
fn does(definition: &str) -> String {
    let parameters = definition.find(" WITH (").unwrap_or(definition.len());
    let mut text = definition[..parameters].to_owned();
    for order in [" DESC", " NULLS FIRST", " NULLS LAST"] {
        text = text.replace(order, "");
    }
    text
}
