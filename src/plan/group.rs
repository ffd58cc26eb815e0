//! Which changes share a transaction: those of one table, and of tables that must change together. A transaction that
//! changes several tables would keep the users of one waiting while it waits for, or works on, another.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::stage::Node;
use crate::diff::Change;
use crate::schema::{Id, Name};

/// Is the table dropped for good, and no other one locked for that which stays: a parent, or one that a foreign key
/// joins to it?
fn goes_alone(context: &Context<'_>, table: &Name) -> bool {
    let goes = |table: &Name| {
        let id = Id::Table(table.clone());
        context.has(&Change::Drop(id.clone())) && !context.has(&Change::Create(id))
    };
    let Some(found) = context.current.tables.get(table) else { return false };
    let keys = found.constraints.values();
    let to = keys.clone().filter_map(|key| key.references.as_ref());
    let on_it = keys.flat_map(|key| context.current.dependencies.on(&key.id(table)).collect::<Vec<_>>());
    let from = on_it.into_iter().filter_map(Id::table);
    goes(table) && to.chain(from).chain(&found.parents).all(goes)
}

/// The group of a change, by the first of its tables; none of what locks no table that is in use.
pub(super) type Group = Option<Name>;

/// The tables in use that change, each with the first table of its group.
pub(super) struct Groups<'a> {
    context: &'a Context<'a>,
    first: BTreeMap<Name, Name>,
    /// The objects that the plan drops, creates or changes.
    ids: BTreeSet<&'a Id>,
}

impl<'a> Groups<'a> {
    pub(super) fn of(context: &'a Context<'a>, nodes: impl Iterator<Item = &'a Node> + Clone) -> Self {
        let ids = nodes.clone().map(|node| &node.id).collect();
        let mut groups = Groups { context, first: BTreeMap::new(), ids };
        for node in nodes.clone().filter(|node| !node.weak) {
            for table in groups.own_tables(&node.id) {
                groups.first.insert(table.clone(), table);
            }
        }
        for table in groups.first.keys().cloned().collect::<Vec<_>>() {
            let family = context.kept.ancestors(&table).into_iter().chain(context.kept.heirs(&table));
            let family: Vec<Name> = family.cloned().chain([table.clone()]).collect();
            groups.join(&family);
        }
        for node in nodes {
            let tables: Vec<Name> = groups.tables(node).into_iter().collect();
            groups.join(&tables);
        }
        // Whoever waits for a table that goes waits for an error.
        let gone: Vec<Name> =
            groups.first.keys().filter(|table| goes_alone(context, table)).cloned().collect();
        groups.join(&gone);
        // One table needs no files of its own.
        let firsts: BTreeSet<&Name> = groups.first.values().collect();
        if firsts.len() < 2 {
            groups.first.clear();
        }
        groups
    }

    /// The group of a change.
    pub(super) fn get(&self, node: &Node) -> Group {
        self.tables(node).iter().find_map(|table| self.first.get(table)).cloned()
    }

    /// Makes one group of those of the tables that change.
    fn join(&mut self, tables: &[Name]) {
        let firsts: BTreeSet<Name> =
            tables.iter().filter_map(|table| self.first.get(table)).cloned().collect();
        let Some(smallest) = firsts.first().filter(|_| firsts.len() > 1) else { return };
        for first in self.first.values_mut().filter(|first| firsts.contains(first)) {
            first.clone_from(smallest);
        }
    }

    /// The tables of a change: its own, and those of the changes that an object must make room for which is recreated,
    /// or dropped and on no table.
    fn tables(&self, node: &Node) -> BTreeSet<Name> {
        let mut tables = self.own_tables(&node.id);
        // What is dropped and recreated is missed in between, be it a policy on another table.
        if self.context.is_made_again(&node.id) || (tables.is_empty() && self.is_disturbing(&node.id)) {
            let related = self.related(&node.id);
            tables
                .extend(related.iter().filter(|id| self.ids.contains(id)).flat_map(|id| self.own_tables(id)));
        }
        tables
    }

    fn own_tables(&self, id: &Id) -> BTreeSet<Name> {
        let (current, wanted) = (self.context.current, self.context.wanted);
        let mut tables: BTreeSet<Name> = match id {
            Id::Index(name) => {
                let found = [current, wanted].into_iter().filter_map(|schema| schema.indexes.get(name));
                found.map(|index| index.table.clone()).collect()
            }
            Id::Link(child, parent) => [child.clone(), parent.clone()].into(),
            // A table is read and written while it joins or leaves a publication.
            Id::On(word, ..) if word == "PUBLICATION" => BTreeSet::new(),
            id => id.table().cloned().into_iter().collect(),
        };
        // A foreign key that is recreated protects nothing meanwhile.
        if let Id::ForeignKey(table, name) = id
            && self.context.is_made_again(id)
        {
            tables.extend(current.constraint(table, name).and_then(|key| key.references.clone()));
        }
        tables.retain(|table| self.context.in_use(table));
        tables
    }

    /// Is it dropped, recreated or replaced by another type, so that what depends on it must change with it?
    fn is_disturbing(&self, id: &Id) -> bool {
        self.context.has(&Change::Drop(id.clone())) || self.context.has(&Change::ReplaceType(id.clone()))
    }

    /// The objects that it depends on, and those that depend on it.
    fn related(&self, id: &Id) -> BTreeSet<Id> {
        let mut related = self.context.needs(id);
        let mut waiting = vec![id.clone()];
        while let Some(next) = waiting.pop() {
            let on = self.context.current.dependencies.on(&next);
            waiting.extend(on.filter(|on| related.insert((*on).clone())).cloned().collect::<Vec<_>>());
        }
        related
    }
}
