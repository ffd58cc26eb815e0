//! The two schemas, the changes between them, and what both say about an object.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::family::families;
use super::not_null_name;
use super::options::Options;
use crate::ddl::column::set_not_null;
use crate::diff::{
    Change, ColumnChange, Links, is_constraint, is_made_again, kept_links, makes_room, relations,
};
use crate::schema::{Column, Id, Name, Schema};

pub(super) struct Context<'a> {
    pub(super) current: &'a Schema,
    pub(super) wanted: &'a Schema,
    pub(super) changes: &'a [Change],
    pub(super) options: &'a Options,
    /// Objects that are dropped before anything is created, because their names are needed, and are not recreated.
    pub(super) room: BTreeSet<Id>,
    /// The inheritance links that stay attached during the plan.
    pub(super) kept: Links,
    /// The tables that have parents or children, each with whether its family may take the longer way.
    families: BTreeMap<&'a Name, bool>,
    /// The indexes, by name, that go as parts of one that is dropped.
    pub(super) gone_parts: BTreeMap<Name, Id>,
    /// The names of NOT NULL constraints that Postgres would not give by itself, as names of a schema (Postgres 18).
    not_null_names: OnceCell<BTreeSet<Name>>,
    /// The names of relations and enums, before and after.
    names: OnceCell<BTreeSet<Name>>,
    /// The inheritance links of the current schema.
    before: OnceCell<Links>,
    /// New objects that are built beside the old one whose place they take, each with the old one.
    pub(super) swaps: BTreeMap<Id, Id>,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        current: &'a Schema,
        wanted: &'a Schema,
        changes: &'a [Change],
        options: &'a Options,
    ) -> Self {
        let room = makes_room(current, wanted, changes);
        let anew = changes.iter().filter_map(|change| match change {
            Change::Create(id @ Id::Table(name)) if is_made_again(changes, id) => Some(name.clone()),
            _ => None,
        });
        let kept = kept_links(current, wanted, &anew.collect());
        let families = families(current, wanted, &kept, options);
        let gone_parts = gone_parts(current, changes);
        Context {
            current,
            wanted,
            changes,
            options,
            room,
            kept,
            families,
            gone_parts,
            not_null_names: OnceCell::new(),
            names: OnceCell::new(),
            before: OnceCell::new(),
            swaps: BTreeMap::new(),
        }
    }

    pub(super) fn with_swaps(self, swaps: BTreeMap<Id, Id>) -> Self {
        Context { swaps, ..self }
    }

    pub(super) fn has(&self, change: &Change) -> bool {
        self.changes.binary_search(change).is_ok()
    }

    /// `SET NOT NULL`, or the constraint by its name where Postgres would give it another one.
    pub(super) fn set_not_null(&self, table: &Name, column: &str) -> Option<String> {
        self.wanted.column(table, column).filter(|want| want.not_null).map(|want| set_not_null(table, want))
    }

    /// Is there a relation or a type of this name, before or after?
    pub(super) fn is_relation(&self, schema: &str, name: &str) -> bool {
        let names = self.names.get_or_init(|| {
            let both = [self.current, self.wanted].into_iter();
            both.flat_map(|it| relations(it).into_iter().chain(it.enums.keys().cloned())).collect()
        });
        names.contains(&Name::new(schema, name))
    }

    /// Is there a constraint of this name on the table, or on one that would inherit it, before or after?
    pub(super) fn is_constraint(&self, table: &Name, name: &str) -> bool {
        let tables = [table].into_iter().chain(self.kept.heirs(table));
        let is_taken =
            |table: &Name| [self.current, self.wanted].iter().any(|it| is_constraint(it, table, name));
        let not_null_names =
            || self.not_null_names.get_or_init(|| not_null_name::names(self.current, self.wanted));
        tables.into_iter().any(is_taken) || not_null_names().contains(&Name::new(&table.schema, name))
    }

    /// A table, and all that it inherited from before.
    pub(super) fn with_ancestors<'b>(&'b self, table: &'b Name) -> Vec<&'b Name> {
        let before = self.before.get_or_init(|| Links::of(self.current.tables.values()));
        [table].into_iter().chain(before.ancestors(table)).collect()
    }

    pub(super) fn is_made_again(&self, id: &Id) -> bool {
        is_made_again(self.changes, id)
    }

    /// May this table or materialized view be in use, so that it is worth a longer way? One that is known to be small
    /// is locked for a moment only.
    pub(super) fn in_use(&self, relation: &Name) -> bool {
        let is_worth_it = || match self.families.get(relation) {
            Some(is_open) => *is_open,
            None => !self.options.is_small(relation),
        };
        self.existed(relation) && !self.options.offline_ok && is_worth_it()
    }

    /// Is this a table or materialized view that was there before?
    pub(super) fn existed(&self, relation: &Name) -> bool {
        let here = |id: Id, exists: bool| exists && !self.has(&Change::Create(id));
        let view = Id::View("MATERIALIZED VIEW".to_owned(), relation.clone());
        let is_view = self.current.objects.contains_key(&view);
        let is_table = self.current.tables.contains_key(relation);
        here(Id::Table(relation.clone()), is_table) || here(view, is_view)
    }

    /// The value of `--fill` for the rows of a column that have none.
    pub(super) fn fill_of(&self, table: &Name, column: &str) -> Option<&'a str> {
        self.options.fill.get(&(table.clone(), column.to_owned())).map(String::as_str)
    }

    /// The same of a new column, where nothing else gives its rows a value.
    pub(super) fn fill_of_new(&self, table: &Name, column: &Column) -> Option<&'a str> {
        self.fill_of(table, &column.name).filter(|_| column.needs_value())
    }

    /// Does something change on which this depends in the current schema?
    pub(super) fn is_disturbed(&self, id: &Id) -> bool {
        self.is_disturbed_but_by(id, |_, _| false)
    }

    /// The same but for the columns of which it outlives that they change their type.
    pub(super) fn is_disturbed_but_by(&self, id: &Id, outlives: impl Fn(&Name, &str) -> bool) -> bool {
        let needs = self.needs(id);
        needs.iter().filter(|on| *on != id).any(|on| {
            let retyped = match on {
                Id::Column(table, column) => {
                    self.has(&Change::Column(table.clone(), column.clone(), ColumnChange::Type))
                        && !outlives(table, column)
                }
                _ => false,
            };
            let key_goes =
                matches!(on, Id::Constraint(..) | Id::Index(_)) && self.has(&Change::Drop((*on).clone()));
            self.is_made_again(on)
                || key_goes
                || retyped
                || self.room.contains(on)
                || self.has(&Change::ReplaceType(on.clone()))
        })
    }

    /// An object of the current schema and everything that it depends on there.
    pub(super) fn needs(&self, id: &Id) -> BTreeSet<Id> {
        let mut needs = BTreeSet::new();
        let mut waiting = vec![id.clone()];
        while let Some(next) = waiting.pop() {
            if let Id::Default(table, column) = &next {
                waiting.push(Id::Column(table.clone(), column.clone()));
            }
            waiting.extend(self.current.dependencies.of(&next).cloned());
            needs.insert(next.clone());
            waiting.retain(|id| !needs.contains(id));
        }
        needs
    }
}

fn gone_parts(current: &Schema, changes: &[Change]) -> BTreeMap<Name, Id> {
    let goes = |id: &&Id| changes.binary_search(&Change::Drop((*id).clone())).is_ok();
    let wholes: BTreeMap<Id, Id> = current.index_parts().collect();
    let above = |part| std::iter::successors(wholes.get(part), |whole| wholes.get(*whole));
    let gone = wholes.keys().filter_map(|part| Some((part, above(part).find(goes)?)));
    gone.filter_map(|(part, whole)| Some((part.index_name()?, whole.clone()))).collect()
}
