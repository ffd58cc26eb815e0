//! Tables that become partitions or children of others, or leave them.

use super::constraint::{long_validation, validation};
use super::context::Context;
use super::graph::{Along, parts};
use super::hazard::Hazard;
use super::new_object;
use super::stage::{Node, Stage, Stages};
use super::step::Step;
use crate::ddl;
use crate::ddl::twins::Twins;
use crate::diff::Change;
use crate::ident::{passing, quote_ident};
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
    let stages = online(context, table, from);
    let stages = stages.unwrap_or_else(|| Stages::direct(direct(context, table, from)));
    Node { after, ..Node::staged(id, stages) }
}

/// `ATTACH PARTITION`, `INHERIT` or `OF` in one transaction.
pub(super) fn direct(context: &Context<'_>, table: &Name, from: &Name) -> Vec<Step> {
    let id = Id::Link(table.clone(), from.clone());
    new_object::create(context, &id, attach_hazard(context, table, from))
}

/// A table that may be large becomes a partition: a valid check that says the bound spares `ATTACH PARTITION` the
/// reading, under a lock that keeps all others from the table.
fn online(context: &Context<'_>, table: &Name, from: &Name) -> Option<Stages> {
    let found = context.current.tables.get(table).filter(|found| found.parents.is_empty())?;
    let is_known = |name: &Name| context.existed(name) && context.current.tables.contains_key(name);
    let options = context.options;
    // Its rows may take the place of others, which are missing then as long as they are not attached.
    let leaves = |change: &Change| match change {
        Change::Drop(Id::Link(_, parent)) => parent == from,
        Change::Drop(Id::Table(gone)) => {
            context.current.tables.get(gone).is_some_and(|gone| gone.parents.contains(from))
        }
        _ => false,
    };
    if context.changes.iter().any(leaves)
        || !is_known(table)
        || !is_known(from)
        || options.offline_ok
        || options.is_small(&found.name)
    {
        return None;
    }
    let bound = bound_as_check(context, table, from)?;
    let id = Id::Link(table.clone(), from.clone());
    let check = passing("bound", |name| context.is_constraint(table, name));
    let (quoted_table, quoted) = (ddl::name(table), quote_ident(&check));
    let alter = |action: String| Step::new(&id, format!("ALTER TABLE {quoted_table} {action}"));
    let add = alter(format!("ADD CONSTRAINT {quoted} CHECK ({bound}) NOT VALID"));
    let mut attach = direct(context, table, from);
    let mut validate = validation(&id, table, &check);
    if default_partition(context, from).is_none() {
        validate.hazards.extend(attach.iter_mut().flat_map(|step| step.hazards.drain(..)));
    }
    attach.push(alter(format!("DROP CONSTRAINT {quoted}")));
    let stages = vec![
        Stage::transaction(vec![add]),
        Stage::validation(validate.hazard(long_validation(table))),
        Stage::transaction(attach),
    ];
    Some(Stages::of(stages).settled_by(2))
}

/// The rows of a partition as an expression, where its parent is no partition itself.
fn bound_as_check(context: &Context<'_>, table: &Name, from: &Name) -> Option<String> {
    let parent = context.wanted.tables.get(from).filter(|parent| parent.parents.is_empty())?;
    ddl::link::bound_as_check(context.wanted.tables.get(table)?, parent)
}

pub(super) fn drop(context: &Context<'_>, table: &Name, from: &Name) -> Step {
    let id = Id::Link(table.clone(), from.clone());
    Step::new(&id, ddl::drop(&id, context.current)).with(detach_hazard(context, table, from))
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
