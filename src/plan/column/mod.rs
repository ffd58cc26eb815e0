//! Columns: how they are created, changed and dropped, directly and while their table is in use.

mod backfill;
mod change;
mod hazards;
mod not_null;
mod retype;
mod update;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::facts::{is_checked_not_null, routines_are_stable};
use super::hazard::Hazard;
use super::new_object;
use super::stage::{Kind, Node, Stage, Stages};
use super::step::{Step, Work};
use crate::ddl;
use crate::diff::{Change, ColumnChange, goes_alone, recurses};
use crate::ident::quote_ident;
use crate::schema::{Column, Id, Name};
use crate::sql::expression;

pub(super) use change::steps as change_alone;
pub(super) use hazards::required_hazard;
pub(super) use retype::needed_conversion;

use hazards::{null_default_hazard, taken_along};
use update::meets_rules;

pub(super) fn create(context: &Context<'_>, table: &Name, name: &str) -> Stages {
    let Some(want) = context.wanted.column(table, name) else { return Stages::of(Vec::new()) };
    let online = context.in_use(table).then(|| online(context, table, want)).flatten();
    online.unwrap_or_else(|| {
        let id = Id::Column(table.clone(), name.to_owned());
        Stages::direct(new_object::created(context, &id, change::filled(context, table, want), None))
    })
}

pub(super) fn drop(context: &Context<'_>, table: &Name, column: &str) -> Step {
    let id = Id::Column(table.clone(), column.to_owned());
    let mut step = Step::new(&id, ddl::drop(&id, context.current));
    if goes_alone(&context.kept, context.current, context.wanted, table, column) {
        step = step.only();
    }
    let object = format!("{table}.{column}");
    let hazard = if !context.current.is_generated(table, column) {
        Hazard::destroys("drop-column", object, "the column and its values are lost")
    } else if !context.is_made_again(&id) {
        Hazard::warns("drop-column", object, "a program that reads it fails")
    } else {
        return step;
    };
    step.hazard(hazard).with(taken_along(context, table, column))
}

/// The changes of a column, in the order in which they are made.
pub(super) fn change(context: &Context<'_>, table: &Name, name: &str, changes: &[ColumnChange]) -> Stages {
    let not_null_of_all = || recurses(&context.kept, context.wanted, table, name, ColumnChange::SetNotNull);
    // An inherited NOT NULL is lost when the table leaves its parent, and must be set again in the same transaction.
    let had_it = context.current.column(table, name).is_some_and(|found| found.not_null);
    let wanted = changes.contains(&ColumnChange::SetNotNull) && context.in_use(table);
    let in_one_go = context.fill_of(table, name).is_some()
        && (moves_rows(context, table, name) || meets_rules(context, table));
    let is_checked = context.fill_of(table, name).is_none() && is_checked_not_null(context, table, name);
    let in_stages = wanted && !had_it && not_null_of_all() && !in_one_go && !is_checked;
    let leaves_dependents_alone = leaves_dependents_alone(context, table, name, changes);
    let mut changes = changes.to_vec();
    if in_stages {
        // New rows get the new default while the old ones are still looked at.
        changes.sort_by_key(|what| (*what >= ColumnChange::SetNotNull, *what != ColumnChange::SetDefault));
    }
    let mut stages: Vec<Stage> = Vec::new();
    for what in changes {
        let next = if in_stages && what == ColumnChange::SetNotNull {
            set_not_null(context, table, name)
        } else {
            vec![Stage::transaction(change::steps(context, table, name, what))]
        };
        for stage in next {
            match stages.last_mut() {
                Some(last) if last.kind == Kind::Transaction && stage.kind == Kind::Transaction => {
                    last.steps.extend(stage.steps);
                }
                _ => stages.push(stage),
            }
        }
    }
    let filled = stages.iter().position(|stage| stage.kind == Kind::Alone).unwrap_or_default();
    let stages = Stages { filled, ..Stages::of(stages) };
    if leaves_dependents_alone { Stages { touches: stages.list.len(), ..stages } } else { stages }
}

/// The columns of tables in use that change their types, by table: Postgres forgets what it knows about their values.
/// Those of a family are analyzed with the uppermost table.
pub(super) fn retyped<'a>(context: &'a Context<'_>) -> BTreeMap<&'a Name, Vec<&'a str>> {
    let mut retyped: BTreeMap<&Name, Vec<&str>> = BTreeMap::new();
    for change in context.changes {
        if let Change::Column(table, column, ColumnChange::Type) = change
            && context.in_use(table)
        {
            retyped.entry(table).or_default().push(column);
        }
    }
    let tables: BTreeSet<&Name> = retyped.keys().copied().collect();
    retyped.retain(|table, _| !context.kept.ancestors(table).iter().any(|above| tables.contains(above)));
    retyped
}

/// `ANALYZE`, without which queries are planned as if nothing were known about the columns until autovacuum comes.
pub(super) fn analyze(table: &Name, columns: &[&str]) -> Node {
    let ids = columns.iter().map(|column| Id::Column(table.clone(), (*column).to_owned()));
    let ids: Vec<Id> = ids.collect();
    let names: Vec<String> = columns.iter().map(|column| quote_ident(column)).collect();
    let sql = format!("ANALYZE {} ({})", ddl::name(table), names.join(", "));
    let step = Step::new(&ids[0], sql).doing(Work::Analysis);
    let about: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let stage = Stage::validation(Step { about: about.join(", "), ..step });
    Node { settles: false, after: ids.clone(), ..Node::staged(ids[0].clone(), Stages::of(vec![stage])) }
}

/// What must have taken the place of a primary key or a replica identity before its columns may be NULL.
pub(super) fn keys_before_null(context: &Context<'_>, table: &Name, column: &str) -> Vec<Id> {
    let had = |old: &Id| match old {
        Id::Constraint(of, name) => context
            .current
            .constraint(of, name)
            .is_some_and(|key| of == table && key.columns.iter().any(|part| part == column)),
        _ => false,
    };
    let swaps = context.swaps.iter().filter(|(_, old)| had(old)).map(|(new, _)| new.clone());
    let identity = context.changes.iter().filter_map(|change| match change {
        Change::Create(id @ Id::Setting(what, of, _)) | Change::Replace(id @ Id::Setting(what, of, _)) => {
            (what == "replica identity" && of == table).then(|| id.clone())
        }
        _ => None,
    });
    swaps.chain(identity).collect()
}

/// A column whose rows need a value that Postgres cannot give them without rewriting the table; nothing where the
/// direct way is as good, or the only one.
fn online(context: &Context<'_>, table: &Name, want: &Column) -> Option<Stages> {
    let id = Id::Column(table.clone(), want.name.clone());
    let step = |sql: String| Step::new(&id, sql);
    let bare = Column { not_null: false, default: None, ..want.clone() };
    let required = required_hazard(table, want);
    if want.not_null && !recurses(&context.kept, context.wanted, table, &want.name, ColumnChange::SetNotNull)
    {
        return None;
    }
    if let Some(fill) = context.fill_of_new(table, want) {
        let mut add: Vec<Step>;
        if expression::is_literal(fill) {
            // A default that is one value costs nothing, and need not stay.
            let with = Column { default: Some(fill.to_owned()), ..want.clone() };
            add = ddl::column::add(table, &with).into_iter().map(step).collect();
            add.push(step(ddl::column::alter(table, &want.name, "DROP DEFAULT")));
            add.extend(new_object::follow_ups(context, &id));
            return Some(Stages::direct(with_first(add, required)));
        }
        if meets_rules(context, table) {
            return None;
        }
        add = ddl::column::add(table, &bare).into_iter().map(step).collect();
        add.extend(new_object::follow_ups(context, &id));
        let mut stages = vec![Stage::transaction(add)];
        stages.extend(not_null::filled(context, table, &want.name, fill, required));
        return Some(Stages { filled: 1, ..Stages::of(stages) });
    }
    let default = want
        .default
        .as_ref()
        .filter(|default| expression::is_volatile(default, |called| routines_are_stable(context, called)))?;
    // A row that shall have NULL cannot be told from one that has no value yet.
    let null = if want.not_null { Some(false) } else { expression::may_be_null(default) };
    if null == Some(true) || meets_rules(context, table) {
        return None;
    }
    let mut add: Vec<Step> = ddl::column::add(table, &bare).into_iter().map(step).collect();
    add.push(step(ddl::column::alter(table, &want.name, &format!("SET DEFAULT {default}"))));
    let mut add = with_first(add, null.is_none().then(|| null_default_hazard(table, &want.name)));
    add.extend(new_object::follow_ups(context, &id));
    let mut stages = vec![Stage::transaction(add)];
    stages.extend(backfill::stages(context, table, &want.name, default, backfill::Until::NoneLeft));
    if want.not_null {
        stages.extend(not_null::stages(context, table, &want.name, None, not_null::Hazards::default()));
    }
    Some(Stages { filled: 1, ..Stages::of(stages) })
}

fn with_first(mut steps: Vec<Step>, hazard: Option<Hazard>) -> Vec<Step> {
    if let Some(first) = steps.first_mut() {
        first.hazards.extend(hazard);
    }
    steps
}

/// Can everything that depends on the column, and is dropped, stay until the end? A new value may break an old key or
/// check.
fn leaves_dependents_alone(
    context: &Context<'_>,
    table: &Name,
    name: &str,
    changes: &[ColumnChange],
) -> bool {
    let leaves = |what: &ColumnChange| {
        matches!(
            what,
            ColumnChange::NotNullName
                | ColumnChange::SetNotNull
                | ColumnChange::SetDefault
                | ColumnChange::Property(_)
        )
    };
    context.fill_of(table, name).is_none() && changes.iter().all(leaves)
}

/// Does a value for this column send rows to other partitions? Only an `UPDATE` of the whole table moves them.
fn moves_rows(context: &Context<'_>, table: &Name, name: &str) -> bool {
    let kept = &context.kept;
    let family = [table].into_iter().chain(kept.ancestors(table)).chain(kept.heirs(table));
    // Only the columns of a partition key depend on their table.
    family.into_iter().any(|table| {
        let column = Id::Column(table.clone(), name.to_owned());
        context.wanted.dependencies.of(&column).any(|on| *on == Id::Table(table.clone()))
    })
}

/// `SET NOT NULL` in stages.
fn set_not_null(context: &Context<'_>, table: &Name, name: &str) -> Vec<Stage> {
    let required = context.wanted.column(table, name).and_then(|want| required_hazard(table, want));
    match context.fill_of(table, name) {
        Some(fill) => not_null::filled(context, table, name, fill, required),
        None => {
            let null = Some(hazards::null_hazard(table, name));
            not_null::stages(context, table, name, None, not_null::Hazards { required, null })
        }
    }
}
