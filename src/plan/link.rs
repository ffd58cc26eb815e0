//! Tables that become partitions or children of others, or leave them.

use super::context::Context;
use super::graph::{Along, parts};
use super::hazard::Hazard;
use super::new_object;
use super::stage::Node;
use super::step::{Step, Work};
use crate::ddl;
use crate::ddl::twins::Twins;
use crate::diff::Change;
use crate::schema::{Constraint, Id, Name, Table};

/// A table is attached to its parent once both have all that they shall have.
pub(super) fn create(
    context: &Context<'_>,
    along: &Along<'_>,
    twins: &Twins,
    table: &Name,
    from: &Name,
) -> Node {
    let id = Id::Link(table.clone(), from.clone());
    let whole = |name: &Name| {
        let mut parts = parts(&Id::Table(name.clone()), context.wanted, Some(along));
        let lacks_parts = |part: &Id| match part {
            Id::Index(name) => {
                context.wanted.indexes.get(name).is_some_and(|index| context.wanted.is_on_only(index))
            }
            _ => false,
        };
        let follows = |part: &Id| twins.follows_link(part) || lacks_parts(part);
        parts.retain(|part| !matches!(part, Id::ForeignKey(..) | Id::On(..)) && !follows(part));
        parts
    };
    // The order of the parents is a property of the table.
    let parents = context.wanted.tables.get(table).into_iter().flat_map(|table| &table.parents);
    let before = parents.take_while(|parent| *parent != from);
    let before = before.map(|parent| Id::Link(table.clone(), parent.clone()));
    let after = whole(table).into_iter().chain(whole(from)).chain(before).collect();
    let steps = new_object::create(context, &id, attach_hazard(context, table, from));
    Node { after, ..Node::new(id, steps) }
}

pub(super) fn drop(context: &Context<'_>, table: &Name, from: &Name) -> Step {
    let id = Id::Link(table.clone(), from.clone());
    Step::new(&id, ddl::drop(&id, context.current)).with(detach_hazard(context, table, from))
}

/// Locks the root of a partitioned table. Clients lock a partitioned table before its partitions: a statement that
/// locks several levels in another order could deadlock with them.
pub(super) fn lock_root(context: &Context<'_>, table: &Name, mode: &str) -> Option<Step> {
    let root = *context.kept.ancestors(table).last()?;
    let sql = format!("LOCK TABLE ONLY {} IN {mode} MODE", ddl::name(root));
    Some(Step::new(Id::Table(root.clone()), sql).doing(Work::Lock))
}

/// How ATTACH PARTITION can fail on rows, and what INHERIT leaves behind.
fn attach_hazard(context: &Context<'_>, table: &Name, from: &Name) -> Option<Hazard> {
    let want = context.wanted.tables.get(table)?;
    if want.bound.is_none() {
        return remains_own(context, want, from);
    }
    let values = bound_in_words(want);
    let default = default_partition(context, from).filter(|default| *default != table);
    let message = match (context.current.tables.contains_key(table), default) {
        (true, Some(default)) => format!("fails if a row is not {values}, or one of {default} is"),
        (true, None) => format!("fails if a row is not {values}"),
        (false, Some(default)) => {
            format!("fails if a row of {default} is {values}: move such rows first")
        }
        (false, None) => return None,
    };
    Some(Hazard::warns("attach-partition", table, &message))
}

/// A column that a table has before it inherits is local and inherited, and no statement makes it inherited only.
fn remains_own(context: &Context<'_>, table: &Table, from: &Name) -> Option<Hazard> {
    let parent = context.wanted.tables.get(from)?;
    let kept = |column: &str| {
        let parents = context.kept.parents(&table.name).iter();
        parents.into_iter().any(|parent| context.wanted.column(parent, column).is_some())
    };
    let columns = table.columns.iter().filter(|found| !found.local && !kept(&found.name));
    let names = columns.filter(|found| parent.column(&found.name).is_some()).map(|found| &found.name);
    let names: Vec<&str> = names.map(String::as_str).collect();
    let message = format!("{} of it remain if {from} loses them: they were there before", names.join(", "));
    (!names.is_empty()).then(|| Hazard::warns("remains-own", &table.name, &message))
}

/// The default partition, where it may have rows.
fn default_partition<'a>(context: &Context<'a>, whole: &Name) -> Option<&'a Name> {
    let is_default = |table: &&Name| {
        let found = context.wanted.tables.get(table);
        found.is_some_and(|it| it.is_default_partition() && it.parents.contains(whole))
    };
    context.current.tables.keys().find(is_default)
}

/// Hazard of a DETACH PARTITION or NO INHERIT that stays.
fn detach_hazard(context: &Context<'_>, table: &Name, from: &Name) -> Option<Hazard> {
    let child = context.current.tables.get(table).filter(|it| it.parents.contains(from))?;
    let comes_back = context.has(&Change::Create(Id::Link(table.clone(), from.clone())));
    if comes_back {
        return None;
    }
    if child.bound.is_none() {
        return Some(Hazard::warns("no-inherit", table, &format!("{from} has the rows no longer")));
    }
    let wholes = context.with_ancestors(from);
    let refers =
        |key: &Constraint| !key.inherited && key.references.as_ref().is_some_and(|to| wholes.contains(&to));
    let tables = context.current.tables.values();
    let referring: Vec<String> =
        tables.filter(|it| it.constraints.values().any(refers)).map(|it| it.name.to_string()).collect();
    let mut message = format!("{from} has the rows no longer");
    if !referring.is_empty() {
        message += &format!("; fails if a row of {} refers to one of its rows", referring.join(" or "));
    }
    Some(Hazard::warns("detach-partition", table, &message))
}

/// A partition's bound, to follow "a row is".
fn bound_in_words(table: &Table) -> String {
    match table.bound_values() {
        Some(values) => format!("within {values}"),
        None => "for the default partition".to_owned(),
    }
}
