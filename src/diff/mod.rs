//! [`Schema`] x [`Schema`] -> [`Change`]s, one file per kind of object. No IO, and no order: that is the plan's.
//!
//! Both sides must be canonical: their texts are compared as they stand.

mod anew;
mod column;
mod constraint;
mod enum_type;
mod held;
mod impossible;
mod index;
mod links;
mod object;
mod part;
pub(crate) mod privilege;
mod rebuild;
mod recurse;
mod renames;
mod room;
mod sequence;
mod table;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::schema::{Creates, Id, Name, Schema};

pub(crate) use impossible::impossible;
pub(crate) use links::{Links, kept as kept_links};
pub(crate) use part::{differing, is_there};
pub(crate) use recurse::{goes_alone, recurses};
pub(crate) use renames::{is_constraint, relations};
pub(crate) use room::makes_room;

pub use renames::{Hints, Rename, renames};

/// One difference, by what has to be done about it. What exactly, the two schemas say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is only on the wanted side, or must be recreated.
    Create(Id),
    /// It is only on the current side, or must be recreated.
    Drop(Id),
    /// `CREATE OR REPLACE` is enough.
    Replace(Id),
    /// A constraint that was not checked for old rows is checked.
    Validate(Id),
    /// When a foreign key is checked differs.
    Deferrability(Id),
    /// A unique index becomes the index of a new constraint.
    UseIndex(Id, Name),
    /// The statistics targets of an index differ.
    IndexStatistics(Name),
    /// Properties with statements of their own differ.
    Afterwards(Id),
    /// Its comment differs.
    Comment(Id),
    /// An enum has new labels.
    AddLabels(Name),
    /// The type is recreated and the columns that use it are cast.
    ReplaceType(Id),
    /// The numbers of a sequence differ.
    SequenceOptions(Name),
    /// The column that owns a sequence differs.
    SequenceOwner(Name),
    /// A sequence or table became logged or unlogged.
    Persistence(Id),
    /// The storage parameters of a table differ.
    TableOptions(Name),
    /// Row level security of a table is switched on or off.
    RowSecurity(Name),
    /// The version of an extension differs.
    ExtensionVersion(String),
    /// A property of a column differs.
    Column(Name, String, ColumnChange),
    /// The privileges on an object differ.
    Privileges(Id),
    /// Default privileges differ.
    DefaultPrivileges(Creates),
}

/// A difference of a column. The order is that of the statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum ColumnChange {
    /// The default goes, for good or until the type has changed.
    DropDefault,
    /// It is no longer an identity.
    DropIdentity,
    /// It is no longer generated.
    DropExpression,
    /// NULL is allowed.
    DropNotNull,
    /// The constraint that forbids NULL was named by a parent, and is its own now.
    NotNullName,
    /// The type or the collation.
    Type,
    /// NULL is no longer allowed.
    SetNotNull,
    /// It became an identity.
    AddIdentity,
    /// The identity behaves otherwise.
    SetIdentity,
    /// A new default.
    SetDefault,
    /// The property at that place in [`COLUMN_PROPERTIES`](crate::schema::COLUMN_PROPERTIES).
    Property(usize),
}

/// The changes that turn `current` into `wanted`, sorted.
pub fn diff(current: &Schema, wanted: &Schema) -> Vec<Change> {
    // To compare them takes a fraction of the time that it takes to look for each kind of difference.
    if current == wanted {
        return Vec::new();
    }
    let mut anew = anew::by_text(current, wanted);
    loop {
        match changes(current, wanted, &anew) {
            Ok(changes) => return changes.into_iter().collect(),
            Err(more) => anew.extend(more),
        }
    }
}

/// The changes where these tables are made anew; or what more must be.
fn changes(
    current: &Schema,
    wanted: &Schema,
    anew: &BTreeSet<Name>,
) -> std::result::Result<Changes, BTreeSet<Name>> {
    let kept = links::kept(current, wanted, anew);
    let (all_current, all_wanted) = (current, wanted);
    let (alone, mut to_be) = (links::cut(current, &kept), links::cut(wanted, &kept));
    let comments = links::without_keys_to_come(&alone, &mut to_be, wanted);
    let (current, wanted) = (&*alone, &*to_be);
    let mut changes = BTreeSet::new();
    namespaces(current, wanted, &mut changes);
    extensions(current, wanted, &mut changes);
    enum_type::diff(current, wanted, &mut changes);
    sequence::diff(current, wanted, &mut changes);
    table::diff(current, wanted, all_wanted, anew, &mut changes);
    index::diff(current, wanted, &mut changes);
    index::become_constraints(current, wanted, &mut changes);
    object::diff(current, wanted, &mut changes);
    index::follow(current, wanted, &mut changes);
    held::domains(current, wanted, &mut changes);
    rebuild::complete(current, wanted, &mut changes);
    let more = &anew::in_the_way(current, wanted, &changes) - anew;
    if !more.is_empty() {
        return Err(more);
    }
    index::follow(current, wanted, &mut changes);
    recurse::fold(current, wanted, &kept, &mut changes);
    changes.extend(comments);
    links::types(all_current, all_wanted, anew, &mut changes);
    links::diff(all_current, all_wanted, &kept, anew, &mut changes);
    links::keys_to_cut(all_current, all_wanted, &mut changes);
    privilege::diff(all_current, all_wanted, &mut changes);
    Ok(changes)
}

/// Is the object dropped and recreated? The changes are sorted.
pub(crate) fn is_made_again(changes: &[Change], id: &Id) -> bool {
    let has = |change: Change| changes.binary_search(&change).is_ok();
    has(Change::Drop(id.clone())) && has(Change::Create(id.clone()))
}

/// Unsupported objects that are on one side only, a line each that names the side.
pub fn unsupported(current: &Schema, wanted: &Schema) -> Vec<String> {
    let only = |here: &Schema, there: &Schema, side: &str| {
        let there: BTreeSet<&String> = there.unsupported.iter().collect();
        let lines = here.unsupported.iter().filter(|line| !there.contains(line));
        lines.map(|line| format!("{line} (only on the {side} side)")).collect::<Vec<_>>()
    };
    [only(current, wanted, "current"), only(wanted, current, "wanted")].concat()
}

type Changes = BTreeSet<Change>;

/// Creates what is new, drops what is gone, and asks `both` about the rest.
fn each<K: Ord, V>(
    current: &BTreeMap<K, V>,
    wanted: &BTreeMap<K, V>,
    changes: &mut Changes,
    id: impl Fn(&K) -> Id,
    mut both: impl FnMut(&V, &V, &mut Changes),
) {
    // Both are sorted: to walk them side by side takes no search.
    let mut left = current.iter().peekable();
    for (key, want) in wanted {
        while let Some((gone, _)) = left.next_if(|(found, _)| *found < key) {
            changes.insert(Change::Drop(id(gone)));
        }
        match left.next_if(|(found, _)| *found == key) {
            Some((_, found)) => both(found, want, changes),
            None => {
                changes.insert(Change::Create(id(key)));
            }
        }
    }
    changes.extend(left.map(|(gone, _)| Change::Drop(id(gone))));
}

fn comment(id: Id, current: &Option<String>, wanted: &Option<String>, changes: &mut Changes) {
    if current != wanted {
        changes.insert(Change::Comment(id));
    }
}

fn recreate(id: Id, changes: &mut Changes) {
    changes.insert(Change::Drop(id.clone()));
    changes.insert(Change::Create(id));
}

fn namespaces(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    let id = |name: &String| Id::Namespace(name.clone());
    each(&current.namespaces, &wanted.namespaces, changes, id, |_, _, _| {});
    for (name, want) in &wanted.namespaces {
        if let Some(found) = current.namespaces.get(name) {
            comment(id(name), &found.comment, &want.comment, changes);
        }
    }
}

fn extensions(current: &Schema, wanted: &Schema, changes: &mut Changes) {
    let id = |name: &String| Id::Extension(name.clone());
    each(&current.extensions, &wanted.extensions, changes, id, |_, _, _| {});
    for (name, want) in &wanted.extensions {
        if let Some(found) = current.extensions.get(name) {
            comment(id(name), &found.comment, &want.comment, changes);
            if !found.is_as_new_as(want) {
                changes.insert(Change::ExtensionVersion(name.clone()));
            }
        }
    }
}
