//! Constraints: checks, keys, foreign keys and exclusion constraints. How they are created, replaced, validated and
//! dropped, directly and while their table is in use.

use super::context::Context;
use super::facts::{held_before, may_take};
use super::hazard::Hazard;
use super::index::no_longer_unique;
use super::lock::lock_root;
use super::new_object;
use super::stage::{Stage, Stages};
use super::step::{Step, Work};
use super::swap::{name_is_freed_early, takes_place_of_part};
use crate::ddl::{self, constraint, index};
use crate::diff::Change;
use crate::ident::{incoming, quote_ident};
use crate::schema::{Constraint, ConstraintKind, Id, Index, Name};
use crate::sql::in_brackets;

pub(super) fn create(context: &Context<'_>, id: &Id, table: &Name, name: &str) -> Stages {
    let Some(want) = context.wanted.constraint(table, name) else { return Stages::of(Vec::new()) };
    let online = context.in_use(table).then(|| online(context, table, want)).flatten();
    online.unwrap_or_else(|| Stages::direct(direct(context, id, table, want)))
}

pub(super) fn drop(context: &Context<'_>, id: &Id) -> Step {
    let step = Step::new(id, ddl::drop(id, context.current));
    match id {
        Id::Constraint(table, name) => step.with(drop_unique_hazard(context, table, name)),
        _ => step,
    }
}

/// A check or foreign key that was not valid is validated.
pub(super) fn validate(context: &Context<'_>, id: &Id) -> Stages {
    let (Id::Constraint(table, name) | Id::ForeignKey(table, name)) = id else { return Stages::of(vec![]) };
    let hazard = context.wanted.constraint(table, name).map(|want| rows_hazard(table, want));
    let step = validation(id, table, name).with(hazard);
    if context.in_use(table) {
        Stages::of(vec![Stage::validation(step.hazard(long_validation(table)))])
    } else {
        Stages::direct(vec![step])
    }
}

/// When a foreign key is checked changes.
pub(super) fn defer(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let (Id::Constraint(table, name) | Id::ForeignKey(table, name)) = id else { return Vec::new() };
    let want = context.wanted.constraint(table, name);
    want.map(|want| Step::new(id, constraint::defer(table, want))).into_iter().collect()
}

/// A unique index becomes the index of a new constraint.
pub(super) fn use_index(context: &Context<'_>, id: &Id, index: &Name) -> Vec<Step> {
    let (Id::Constraint(table, name) | Id::ForeignKey(table, name)) = id else { return Vec::new() };
    let want = context.wanted.constraint(table, name);
    want.map(|want| Step::new(id, constraint::using_index(table, want, index))).into_iter().collect()
}

/// The swaps that a foreign key waits for: it would refer to the old key as long as that is there.
pub(super) fn after_swaps(context: &Context<'_>, id: &Id) -> Vec<Id> {
    if !matches!(id, Id::ForeignKey(..)) {
        return Vec::new();
    }
    let swaps = context.swaps.iter().filter(|(new, old)| *new != id && may_take(context, id, old));
    swaps.map(|(new, _)| new.clone()).collect()
}

/// The link to the parent, where the parent has the same foreign key: ATTACH PARTITION would take the partition's own
/// one for its part.
pub(super) fn after_link(context: &Context<'_>, id: &Id) -> Option<Id> {
    let Id::ForeignKey(name, key) = id else { return None };
    let table = context.wanted.tables.get(name).filter(|table| table.bound.is_some())?;
    let key = table.constraints.get(key).filter(|key| !key.inherited)?;
    let parent = context.wanted.tables.get(table.parents.first()?)?;
    let is_alike = |of: &Constraint| of.kind == key.kind && of.parts().core == key.parts().core;
    parent.constraints.values().any(is_alike).then(|| Id::Link(name.clone(), parent.name.clone()))
}

/// `ADD CONSTRAINT`.
fn direct(context: &Context<'_>, id: &Id, table: &Name, want: &Constraint) -> Vec<Step> {
    let has_rows = context.current.tables.contains_key(table);
    // A NOT VALID constraint is not checked for existing rows.
    let checked = has_rows && want.parts().valid && may_fail(context, table, want);
    let rows = checked.then(|| rows_hazard(table, want));
    let others =
        no_online_way(context, table, want).into_iter().chain(unindexed_hazard(context, table, want));
    new_object::create(context, id, rows.into_iter().chain(others))
}

/// The way that keeps nobody waiting, where there is one.
fn online(context: &Context<'_>, table: &Name, want: &Constraint) -> Option<Stages> {
    match want.kind {
        ConstraintKind::Check => not_valid_first(context, table, want),
        ConstraintKind::PrimaryKey | ConstraintKind::Unique
            if context.wanted.is_partitioned(table) && constraint::index_definition(want).is_some() =>
        {
            // It attaches the indexes that its partitions have by then, and reads nothing.
            let lock = lock_root(context, table, "ACCESS EXCLUSIVE");
            let add = direct(context, &want.id(table), table, want);
            Some(Stages::direct(lock.into_iter().chain(add).collect()))
        }
        // It takes no foreign key that is NOT VALID.
        _ if context.wanted.is_partitioned(table) => None,
        ConstraintKind::ForeignKey => not_valid_first(context, table, want),
        ConstraintKind::PrimaryKey | ConstraintKind::Unique => key(context, table, want),
        ConstraintKind::Exclude => None,
    }
}

/// A unique index, built concurrently, which the constraint then uses.
fn key(context: &Context<'_>, table: &Name, want: &Constraint) -> Option<Stages> {
    let id = want.id(table);
    let definition = constraint::index_definition(want)?;
    let old = context.swaps.get(&id);
    if old.is_none() && name_is_freed_early(context, &id) {
        // It must be back before anybody writes.
        return None;
    }
    let taken = match old {
        Some(Id::Constraint(_, name)) => *name == want.name,
        Some(_) => true,
        None => {
            let same = context.current.indexes.get(&Name::new(&table.schema, &want.name));
            takes_place_of_part(context, &id) || same.is_some_and(|index| index.table == *table)
        }
    };
    let is_relation = |name: &str| context.is_relation(&table.schema, name);
    let name = if taken { incoming(&want.name, is_relation) } else { want.name.clone() };
    let build = Step::new(&id, index::create_concurrently(&name, table, true, &definition));
    let build = build.hazard(rows_hazard(table, want));
    let index = Name::new(&table.schema, name);
    let mut swap: Vec<Step> =
        want.attached_to.iter().filter_map(|_| lock_root(context, table, "ACCESS EXCLUSIVE")).collect();
    swap.extend(old.map(|old| Step::new(&id, ddl::drop(old, context.current))));
    swap.push(Step::new(&id, constraint::using_index(table, want, &index)));
    swap.extend(new_object::follow_ups(context, &id));
    Some(Stages::of(vec![Stage::alone(build), Stage::transaction(swap)]).settled_by(1))
}

/// A check or foreign key: `NOT VALID` holds for new rows at once, `VALIDATE` then reads the old ones. Where it takes
/// another's place, that one holds until then.
fn not_valid_first(context: &Context<'_>, table: &Name, want: &Constraint) -> Option<Stages> {
    if !want.parts().valid {
        return None;
    }
    let id = want.id(table);
    let old = context.swaps.get(&id);
    let is_constraint = |name: &str| context.is_constraint(table, name);
    let name = if old.is_some() { incoming(&want.name, is_constraint) } else { want.name.clone() };
    let new = Constraint {
        name: name.clone(),
        definition: format!("{} NOT VALID", want.definition),
        ..want.clone()
    };
    let follow_ups = new_object::follow_ups(context, &id);
    let hazard = may_fail(context, table, want).then(|| rows_hazard(table, want));
    let unindexed = unindexed_hazard(context, table, want).filter(|_| old.is_none());
    let mut add = vec![Step::new(&id, constraint::add(table, &new)).with(unindexed)];
    let validate = validation(&id, table, &name).with(hazard).hazard(long_validation(table));
    let validate = Stage::validation(validate);
    let Some(old) = old else {
        add.extend(follow_ups);
        return Some(Stages::of(vec![Stage::transaction(add), validate]));
    };
    let mut swap = vec![
        Step::new(&id, ddl::drop(old, context.current)),
        Step::new(&id, constraint::rename(table, &name, &want.name)),
    ];
    swap.extend(follow_ups);
    Some(Stages::of(vec![Stage::transaction(add), validate, Stage::transaction(swap)]).settled_by(2))
}

/// `VALIDATE CONSTRAINT`.
pub(super) fn validation(id: &Id, table: &Name, name: &str) -> Step {
    let action = format!("VALIDATE CONSTRAINT {}", quote_ident(name));
    Step::alter(id, &ddl::name(table), action).doing(Work::Validation)
}

/// How a constraint can fail on rows.
fn rows_hazard(table: &Name, constraint: &Constraint) -> Hazard {
    let object = format!("{table}.{}", constraint.name);
    match constraint.kind {
        ConstraintKind::ForeignKey => {
            Hazard::warns("add-foreign-key", object, "fails if a row refers to nothing")
        }
        ConstraintKind::Check => Hazard::warns("add-check", object, "fails if a row breaks it"),
        _ => Hazard::warns("add-unique", object, "fails if two rows are alike"),
    }
}

/// May a row that exists break the constraint?
fn may_fail(context: &Context<'_>, table: &Name, want: &Constraint) -> bool {
    (!held_before(context, table, &want.name) || refers_to_new_rows(context, table, want))
        && !refers_to_nothing(context, table, want)
}

/// Is the table that a foreign key refers to recreated, or are the columns? Then the rows that it needs may be gone.
fn refers_to_new_rows(context: &Context<'_>, table: &Name, want: &Constraint) -> bool {
    let Some(to) = &want.references else { return false };
    let is_new = |on: &Id| match on {
        Id::Column(of, _) => of == to && context.has(&Change::Create(on.clone())),
        _ => false,
    };
    let id = want.id(table);
    context.is_made_again(&Id::Table(to.clone())) || context.wanted.dependencies.of(&id).any(is_new)
}

/// A new foreign key without an index that begins with its columns, where rows exist that may be deleted.
fn unindexed_hazard(context: &Context<'_>, table: &Name, want: &Constraint) -> Option<Hazard> {
    let to = want.references.as_ref().filter(|to| context.existed(to))?;
    let is_key = |key: &Constraint| key.has_index() && key.columns.starts_with(&want.columns);
    let quoted: Vec<String> = want.columns.iter().map(|name| quote_ident(name)).collect();
    let begins = |index: &Index| {
        let (_, keys) = in_brackets(&index.definition);
        quoted.iter().zip(keys.iter().chain([&""])).all(|(name, key)| name == key)
    };
    let wanted = context.wanted.tables.get(table)?;
    let has_index = wanted.constraints.values().any(is_key) || context.wanted.indexes.values().any(begins);
    let message = format!(
        "no index begins with {}: whoever deletes a row of {to} waits until all of {table} is read",
        want.columns.join(", ")
    );
    let object = format!("{table}.{}", want.name);
    (!has_index && !want.inherited).then(|| Hazard::warns("unindexed-foreign-key", object, &message))
}

/// Is a column of a foreign key new and empty, so that no row refers to anything?
fn refers_to_nothing(context: &Context<'_>, table: &Name, want: &Constraint) -> bool {
    let is_empty = |name: &String| {
        let is_new = context.has(&Change::Create(Id::Column(table.clone(), name.clone())));
        let column = context.wanted.column(table, name);
        is_new
            && column.is_some_and(|it| {
                !it.not_null && it.default.is_none() && it.generated.is_none() && it.identity.is_none()
            })
    };
    want.kind == ConstraintKind::ForeignKey && want.columns.iter().any(is_empty)
}

/// Only a strong lock lets this constraint be built or checked, and its table is in use.
fn no_online_way(context: &Context<'_>, table: &Name, want: &Constraint) -> Option<Hazard> {
    let is_whole = context.wanted.is_partitioned(table);
    let (needs_lock, work) = match want.kind {
        ConstraintKind::ForeignKey => {
            (is_whole && want.parts().valid, "others wait for the table while its rows are checked")
        }
        // That of a partitioned table takes those of its partitions, where one can be made for them before.
        _ => {
            let reads = !is_whole || constraint::index_definition(want).is_none();
            (want.has_index() && reads, "others wait for the table while the index is built")
        }
    };
    let object = format!("{table}.{}", want.name);
    (needs_lock && context.in_use(table)).then(|| Hazard::warns("no-online-way", object, work))
}

/// `VALIDATE CONSTRAINT` of a table that is in use.
pub(super) fn long_validation(table: &Name) -> Hazard {
    Hazard::warns("long-validation", table, "reads every row; nobody waits for it, and it may take its time")
}

/// A key is dropped, and nothing else keeps its columns unique.
pub(super) fn drop_unique_hazard(context: &Context<'_>, table: &Name, name: &str) -> Option<Hazard> {
    let gone = context.current.constraint(table, name).and_then(constraint::index_definition)?;
    if context.wanted.constraint(table, name).and_then(constraint::index_definition).is_some() {
        return None;
    }
    let index = Name::new(&table.schema, name);
    no_longer_unique(context, table, &gone, &index)
}
