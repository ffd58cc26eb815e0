//! Who inherits from whom, is a partition of whom, is of which type: what of it stays, and what is cut.
//!
//! A change of a parent reaches its children by itself. Where that would not give what is wanted, the link is cut
//! before everything else, both are changed by themselves, and it is made again at the end.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Changes};
use crate::ddl::column::not_null_constraint;
use crate::ddl::table::is_born_an_heir;
use crate::schema::{Column, Constraint, ConstraintKind, Id, Name, Schema, Table};

/// Which table inherits from which.
#[derive(Debug, Default)]
pub(crate) struct Links {
    parents: BTreeMap<Name, Vec<Name>>,
    children: BTreeMap<Name, Vec<Name>>,
}

impl Links {
    /// All of these tables.
    pub(crate) fn of<'a>(tables: impl Iterator<Item = &'a Table>) -> Self {
        let mut links = Links::default();
        for table in tables {
            table.parents.iter().for_each(|parent| links.add(&table.name, parent));
        }
        links
    }

    fn add(&mut self, child: &Name, parent: &Name) {
        self.parents.entry(child.clone()).or_default().push(parent.clone());
        self.children.entry(parent.clone()).or_default().push(child.clone());
    }

    pub(crate) fn has(&self, child: &Name, parent: &Name) -> bool {
        self.parents.get(child).is_some_and(|parents| parents.contains(parent))
    }

    /// Everything that a table inherits from, directly or not; what is nearer comes first.
    pub(crate) fn ancestors(&self, table: &Name) -> Vec<&Name> {
        reachable(&self.parents, table)
    }

    /// The tables that a table inherits from directly.
    pub(crate) fn parents(&self, table: &Name) -> &[Name] {
        self.parents.get(table).map_or(&[], Vec::as_slice)
    }

    /// The tables that inherit from a table directly.
    pub(crate) fn children(&self, table: &Name) -> &[Name] {
        self.children.get(table).map_or(&[], Vec::as_slice)
    }

    /// Everything that inherits from a table, directly or not.
    pub(crate) fn heirs(&self, table: &Name) -> Vec<&Name> {
        reachable(&self.children, table)
    }
}

fn reachable<'a>(next: &'a BTreeMap<Name, Vec<Name>>, from: &Name) -> Vec<&'a Name> {
    let mut found: Vec<&Name> = next.get(from).into_iter().flatten().collect();
    let mut seen: BTreeSet<&Name> = found.iter().copied().collect();
    let mut at = 0;
    while let Some(name) = found.get(at).copied() {
        found.extend(next.get(name).into_iter().flatten().filter(|more| seen.insert(more)));
        at += 1;
    }
    found
}

/// The links that hold while everything else changes, where the tables of `anew` are made anew.
pub(crate) fn kept(current: &Schema, wanted: &Schema, anew: &BTreeSet<Name>) -> Links {
    let stays = |name: &Name| {
        let both = current.tables.get(name).zip(wanted.tables.get(name));
        both.filter(|_| !anew.contains(name))
    };
    let mut kept = Links::default();
    for child in wanted.tables.keys() {
        let Some((found, want)) = stays(child) else { continue };
        let same = found.bound == want.bound;
        // Parents come in an order, and a new one comes last.
        let mut left = found.parents.iter();
        let parents: Vec<&Name> = want
            .parents
            .iter()
            .take_while(|parent| same && left.any(|old| old == *parent) && stays(parent).is_some())
            .collect();
        if parents.is_empty() {
            continue;
        }
        let heir = Heir { current, wanted, found, want, parents: &parents };
        if heir.follows() {
            parents.into_iter().for_each(|parent| kept.add(child, parent));
        }
    }
    kept
}

/// A table that stays, and parents that it may keep.
struct Heir<'a> {
    current: &'a Schema,
    wanted: &'a Schema,
    found: &'a Table,
    want: &'a Table,
    parents: &'a [&'a Name],
}

impl<'a> Heir<'a> {
    /// Does it become what is wanted when its parents' changes reach it?
    fn follows(&self) -> bool {
        let tables = [self.found, self.want];
        let columns: BTreeSet<&String> =
            tables.iter().flat_map(|table| table.columns.iter().map(|column| &column.name)).collect();
        let checks: BTreeSet<&String> = tables.iter().flat_map(|table| table.constraints.keys()).collect();
        columns.into_iter().all(|column| self.column_follows(column))
            && checks.into_iter().all(|check| self.check_follows(check))
    }

    fn column_follows(&self, name: &str) -> bool {
        let of_parents = |schema: &Schema| {
            self.parents.iter().filter(|parent| schema.column(parent, name).is_some()).count()
        };
        let (before, after) = (of_parents(self.current), of_parents(self.wanted));
        let others = self.parents.iter().filter_map(|parent| self.wanted.column(parent, name));
        let computed_alike = |want: &Column| others.clone().all(|other| other.generated == want.generated);
        let expression =
            |schema: &'a Schema, parent: &Name| schema.column(parent, name).map(|it| &it.generated);
        let recomputed =
            || self.parents.iter().all(|of| expression(self.current, of) != expression(self.wanted, of));
        match (self.found.column(name), self.want.column(name)) {
            // Where a child keeps it, the parent's goes alone.
            (_, None) => true,
            (None, Some(want)) => after == 0 || (after == 1 && !want.local && computed_alike(want)),
            (Some(found), Some(want)) => {
                let type_differs = found.data_type != want.data_type || found.collation != want.collation;
                match (before > 0, after > 0) {
                    (_, false) => true,
                    (false, true) => !type_differs && found.generated == want.generated,
                    (true, true) => {
                        (!type_differs || before == 1)
                            && (!want.local || found.local)
                            && self.not_null_follows(found, want)
                            && (found.generated == want.generated || (computed_alike(want) && recomputed()))
                    }
                }
            }
        }
    }

    /// Does the NOT NULL have the name that it is to have? It is renamed with the parents', which must have the same.
    fn not_null_follows(&self, found: &Column, want: &Column) -> bool {
        let name = |of: &Name, column: Option<&Column>| column.and_then(|it| not_null_constraint(of, it));
        let (old, new) = (name(&self.found.name, Some(found)), name(&self.want.name, Some(want)));
        let parents = self.parents.iter().filter_map(|of| self.current.column(of, &want.name));
        let one = parents.filter(|of| of.not_null).count() == 1;
        self.parents.iter().all(|of| {
            let [before, after] =
                [self.current, self.wanted].map(|schema| name(of, schema.column(of, &want.name)));
            match (&old, &new) {
                _ if !want.not_null_inherited || after.is_none() => true,
                (Some(old), Some(new)) if before.is_none() || before == after => {
                    old == new || !found.not_null_inherited
                }
                (Some(_), Some(_)) => one && old == before && new == after,
                _ => new == after,
            }
        })
    }

    fn check_follows(&self, name: &str) -> bool {
        let (found, want) = (self.found.constraints.get(name), self.want.constraints.get(name));
        let differs = || found.map(|found| &found.definition) != want.map(|want| &want.definition);
        let twice = |found: &Constraint| {
            found.kind == ConstraintKind::Check
                && found.local
                && comes_from(self.parents, found, self.current)
        };
        !found.is_some_and(twice) || !differs()
    }
}

/// Does one of these parents hand the check down?
fn comes_from<'a>(
    parents: impl IntoIterator<Item = &'a &'a Name>,
    check: &Constraint,
    schema: &Schema,
) -> bool {
    parents.into_iter().any(|parent| {
        schema
            .constraint(parent, &check.name)
            .is_some_and(|found| found.kind == ConstraintKind::Check && !found.no_inherit)
    })
}

/// A schema as it is when only `kept` links hold: what was inherited otherwise is a table's own.
pub(super) fn cut<'a>(schema: &'a Schema, kept: &Links) -> Cow<'a, Schema> {
    let holds = |child: &Name, parent: &Name| kept.has(child, parent);
    let cut: BTreeMap<&Name, Vec<&Name>> = schema
        .tables
        .values()
        .filter(|table| table.parents.iter().any(|parent| !holds(&table.name, parent)))
        .map(|table| {
            (&table.name, table.parents.iter().filter(|parent| holds(&table.name, parent)).collect())
        })
        .collect();
    if cut.is_empty() {
        return Cow::Borrowed(schema);
    }
    let mut alone = schema.clone();
    for (child, parents) in &cut {
        if let Some(table) = alone.tables.get_mut(*child) {
            for column in table.columns.iter_mut().filter(|column| column.inherited) {
                column.inherited = parents.iter().any(|parent| schema.column(parent, &column.name).is_some());
                column.local |= !column.inherited;
                column.not_null_inherited &= parents
                    .iter()
                    .any(|parent| schema.column(parent, &column.name).is_some_and(|it| it.not_null));
            }
            for constraint in table.constraints.values_mut() {
                constraint.attached_to = None;
                if constraint.inherited {
                    constraint.inherited = comes_from(parents, constraint, schema);
                    constraint.local |= !constraint.inherited;
                }
            }
            table.parents = parents.iter().map(|parent| (*parent).clone()).collect();
        }
    }
    for index in alone.indexes.values_mut().filter(|index| cut.contains_key(&index.table)) {
        index.attached_to = None;
    }
    Cow::Owned(alone)
}

/// The foreign keys that a new partition gets from its parent are not made before; one that is there already
/// becomes a part of the parent's. What excludes rows never does, so that one that is there goes.
///
/// Returns the comments to set once they exist.
pub(super) fn without_keys_to_come(
    current: &Schema,
    wanted: &mut Cow<'_, Schema>,
    as_wanted: &Schema,
) -> Vec<Change> {
    let comes = |table: &Name, key: &Constraint| {
        let is_there =
            || current.constraint(table, &key.name).is_some_and(|found| found.definition == key.definition);
        !key.inherited
            && as_wanted.constraint(table, &key.name).is_some_and(Constraint::comes_with_link)
            && (key.has_index() || !is_there())
    };
    let keys: Vec<(Name, String)> = wanted
        .tables
        .values()
        .flat_map(|table| table.constraints.values().map(move |key| (table, key)))
        .filter(|(table, key)| comes(&table.name, key))
        .map(|(table, key)| (table.name.clone(), key.name.clone()))
        .collect();
    let mut comments = Vec::new();
    for (name, key) in keys {
        let table = wanted.to_mut().tables.get_mut(&name);
        if let Some(key) = table.and_then(|table| table.constraints.remove(&key)) {
            let index = Id::Index(Name::new(&name.schema, &key.name));
            comments.extend(key.comment.as_ref().map(|_| Change::Comment(key.id(&name))));
            comments.extend(key.index_comment.as_ref().map(|_| Change::Comment(index)));
        }
    }
    comments
}

/// Links that go, and links that come. One that is cut for a while does both.
pub(super) fn diff(
    current: &Schema,
    wanted: &Schema,
    kept: &Links,
    anew: &BTreeSet<Name>,
    changes: &mut Changes,
) {
    let all = |table: &Table, kept: &Links| -> Vec<Id> {
        let parents = table.parents.iter().filter(|parent| !kept.has(&table.name, parent));
        parents.map(|parent| Id::Link(table.name.clone(), parent.clone())).collect()
    };
    let before = LazyCell::new(|| Links::of(current.tables.values()));
    // A table that goes, goes with its links.
    let stay = current.tables.values().filter(|found| {
        wanted.tables.contains_key(&found.name) || is_held_by_a_key(found, current, wanted, anew, &before)
    });
    changes.extend(stay.flat_map(|found| all(found, kept)).map(Change::Drop));
    let made = |name: &Name, changes: &Changes| changes.contains(&Change::Create(Id::Table(name.clone())));
    for want in wanted.tables.values() {
        if !made(&want.name, changes) || !is_born_an_heir(want, wanted) {
            changes.extend(all(want, kept).into_iter().map(Change::Create));
        }
    }
}

/// The rows of a partition that leaves for a while are gone for the foreign keys that refer to them.
pub(super) fn keys_to_cut(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    let links = Links::of(current.tables.values().filter(|table| table.bound.is_some()));
    let leaves = |child: &Name, parent: &Name| {
        let link = Id::Link(child.clone(), parent.clone());
        changes.contains(&Change::Drop(link.clone())) && changes.contains(&Change::Create(link))
    };
    let cut = links.parents.iter().filter(|(child, of)| of.iter().any(|parent| leaves(child, parent)));
    let lose: BTreeSet<&Name> = cut.flat_map(|(child, _)| links.ancestors(child)).collect();
    if lose.is_empty() {
        return;
    }
    let refers = |key: &Constraint| !key.inherited && key.references.iter().any(|to| lose.contains(to));
    for table in current.tables.values() {
        for key in table.constraints.values().filter(|key| refers(key)) {
            let id = key.id(&table.name);
            changes.insert(Change::Drop(id.clone()));
            if wanted.constraint(&table.name, &key.name).is_some_and(|want| want.kind == key.kind) {
                for replaced in [Change::Validate, Change::Deferrability, Change::Comment] {
                    changes.remove(&replaced(id.clone()));
                }
                changes.insert(Change::Create(id));
            }
        }
    }
}

/// Does a foreign key refer to a partition by way of what it is a part of, which stays? It lets go of what is detached.
fn is_held_by_a_key(
    partition: &Table,
    current: &Schema,
    wanted: &Schema,
    anew: &BTreeSet<Name>,
    before: &Links,
) -> bool {
    let Some(whole) = partition.parents.first().filter(|_| partition.bound.is_some()) else { return false };
    let wholes = before.ancestors(&partition.name);
    let refers = |key: &Constraint| key.references.as_ref().is_some_and(|to| wholes.contains(&to));
    wanted.tables.contains_key(whole)
        && !anew.contains(whole)
        && current.tables.values().any(|table| table.constraints.values().any(refers))
}

/// A table of a type whose columns change is no table of it meanwhile.
pub(super) fn types(current: &Schema, wanted: &Schema, anew: &BTreeSet<Name>, changes: &mut Changes) {
    let (mut tables, mut types) = (BTreeSet::new(), BTreeSet::new());
    for change in changes.iter() {
        match change {
            Change::Create(Id::Column(table, _))
            | Change::Drop(Id::Column(table, _))
            | Change::Column(table, _, super::ColumnChange::Type) => _ = tables.insert(table.clone()),
            Change::Drop(Id::Type(of, _)) | Change::ReplaceType(Id::Type(of, _)) => {
                types.insert(of.clone());
            }
            _ => {}
        }
    }
    for (name, want) in &wanted.tables {
        let Some(found) = current.tables.get(name).filter(|_| !anew.contains(name)) else {
            continue;
        };
        let touched = tables.contains(name) || found.of_type.as_ref().is_some_and(|of| types.contains(of));
        if found.of_type == want.of_type && !touched {
            continue;
        }
        let link = |of: &Name| Id::Link(name.clone(), of.clone());
        changes.extend(found.of_type.iter().map(|of| Change::Drop(link(of))));
        changes.extend(want.of_type.iter().map(|of| Change::Create(link(of))));
    }
}
