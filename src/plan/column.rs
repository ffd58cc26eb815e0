//! Changes of a column, and columns that come filled.

use super::composite::Values;
use super::context::Context;
use super::hazard::{self, Hazard};
use super::stage::{Kind, Stage, Stages};
use super::types::multirange_renamed;
use super::wider::is_wider;
use super::{Step, online, privilege, sequence, update};
use crate::ddl::sequence::retyped;
use crate::ddl::{self, column};
use crate::diff::{ColumnChange, recurses};
use crate::ident::ident;
use crate::schema::{Column, Id, Name};

/// The changes of a column, in the order in which they are made.
pub(super) fn stages(context: &Context<'_>, table: &Name, name: &str, changes: &[ColumnChange]) -> Stages {
    let not_null_of_all = || recurses(&context.kept, context.wanted, table, name, ColumnChange::SetNotNull);
    // What comes from a parent loses it with the parent, and must have it again before anybody writes.
    let had_it = context.current.column(table, name).is_some_and(|found| found.not_null);
    let wanted = changes.contains(&ColumnChange::SetNotNull) && context.in_use(table);
    let in_one_go = context.said(table, name).is_some()
        && (moves_rows(context, table, name) || update::meets_rules(context, table));
    let dance = wanted && !had_it && not_null_of_all() && !in_one_go;
    let leaves_dependents_alone = leaves_dependents_alone(context, table, name, changes);
    let mut changes = changes.to_vec();
    if dance {
        // New rows get the new default while the old ones are still looked at.
        changes.sort_by_key(|what| (*what >= ColumnChange::SetNotNull, *what != ColumnChange::SetDefault));
    }
    let mut stages: Vec<Stage> = Vec::new();
    for what in changes {
        let next = if dance && what == ColumnChange::SetNotNull {
            not_null(context, table, name)
        } else {
            vec![Stage::transaction(change(context, table, name, what))]
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

/// Can all that depends on the column stay until the end, if it goes? A new value may break an old key or check.
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
                | ColumnChange::Storage
                | ColumnChange::Compression
                | ColumnChange::Statistics
        )
    };
    context.said(table, name).is_none() && changes.iter().all(leaves)
}

/// Does a value for this column send rows to other partitions? Only an `UPDATE` of the whole table moves them.
fn moves_rows(context: &Context<'_>, table: &Name, name: &str) -> bool {
    let kept = &context.kept;
    let family = [table].into_iter().chain(kept.ancestors(table)).chain(kept.heirs(table));
    let mut keys = family.filter_map(|table| context.wanted.tables.get(table)?.partition_by.as_ref());
    keys.any(|key| key.contains(name))
}

fn not_null(context: &Context<'_>, table: &Name, name: &str) -> Vec<Stage> {
    let required = context.wanted.column(table, name).and_then(|want| hazard::required_column(table, want));
    match context.said(table, name) {
        Some(fill) => online::filled_not_null(context, table, name, fill, required),
        None => {
            let null = Some(hazard::null_in_a_row(table, name));
            online::not_null(context, table, name, None, online::NotNullHazards { required, null })
        }
    }
}

/// One change of one column, in one transaction; of its table alone, where the children are to stay as they are.
pub(super) fn change(context: &Context<'_>, table: &Name, name: &str, what: ColumnChange) -> Vec<Step> {
    let mut steps = change_all(context, table, name, what);
    if !recurses(&context.kept, context.wanted, table, name, what) {
        steps.iter_mut().for_each(|step| step.sql = ddl::only(&step.sql));
    }
    steps
}

fn change_all(context: &Context<'_>, table: &Name, name: &str, what: ColumnChange) -> Vec<Step> {
    let Some(want) = context.wanted.column(table, name) else { return Vec::new() };
    // A column that comes from a parent is new, and may have to become otherwise than it came.
    let found = context.current.column(table, name).unwrap_or(want);
    let id = Id::Column(table.clone(), name.to_owned());
    let alter = |what: &str| Step::new(&id, column::alter(table, name, what));
    let required = || hazard::required_column(table, want);
    match what {
        ColumnChange::DropDefault => vec![alter("DROP DEFAULT").with(required())],
        ColumnChange::DropIdentity => vec![alter("DROP IDENTITY").with(required())],
        ColumnChange::DropExpression => vec![alter("DROP EXPRESSION")],
        ColumnChange::DropNotNull => vec![alter("DROP NOT NULL")],
        ColumnChange::NotNullName => {
            let names = [found, want].map(|column| column::not_null_constraint(table, column));
            let [Some(old), Some(new)] = names else { return Vec::new() };
            vec![Step::new(&id, ddl::constraint::rename(table, &old, &new))]
        }
        ColumnChange::Type => vec![change_type(context, table, found, want)],
        ColumnChange::SetNotNull => set_not_null(context, table, name),
        ColumnChange::AddIdentity => want
            .identity
            .as_ref()
            .map(|identity| sequence::add_identity(context, table, name, identity))
            .unwrap_or_default()
            .into_iter()
            .chain(privilege::of_identity(context, table, name))
            .collect(),
        ColumnChange::SetIdentity => {
            let both = found.identity.as_ref().zip(want.identity.as_ref());
            let sql = both.and_then(|(found, want)| column::set_identity(found, want));
            let narrow = both.and_then(|(found, want)| {
                let found = retyped(&found.options, &want.options.data_type);
                hazard::narrow_sequence(format!("{table}.{name}"), &found, &want.options)
            });
            sql.map(|sql| alter(&sql).with(narrow)).into_iter().collect()
        }
        ColumnChange::SetDefault => want
            .default
            .as_ref()
            .map(|default| alter(&format!("SET DEFAULT {default}")))
            .into_iter()
            .collect(),
        ColumnChange::Storage => vec![Step::new(&id, column::set_storage(table, want))],
        ColumnChange::Compression => vec![Step::new(&id, column::set_compression(table, want))],
        ColumnChange::Statistics => vec![Step::new(&id, column::set_statistics(table, want))],
    }
}

/// A new column, and where rows need a value that nothing gives, the value that was said.
pub(super) fn filled(context: &Context<'_>, table: &Name, name: &str) -> Vec<Step> {
    let Some(found) = context.wanted.column(table, name) else { return Vec::new() };
    let id = Id::Column(table.clone(), name.to_owned());
    let steps = |statements: Vec<String>| statements.into_iter().map(|sql| Step::new(&id, sql)).collect();
    let Some(fill) = context.fill(table, found) else { return steps(column::add(table, found)) };
    let mut all: Vec<Step> = steps(column::add(table, &Column { not_null: false, ..found.clone() }));
    let sql = format!("UPDATE {} SET {} = {fill}", ddl::name(table), ident(name));
    all.extend(update::steps(context, table, Step::new(&id, sql)));
    all.extend(context.set_not_null(table, name).map(|sql| Step::new(&id, sql)));
    all
}

fn set_not_null(context: &Context<'_>, table: &Name, name: &str) -> Vec<Step> {
    let id = Id::Column(table.clone(), name.to_owned());
    let Some(set) = context.set_not_null(table, name).map(|sql| Step::new(&id, sql)) else {
        return Vec::new();
    };
    match context.said(table, name) {
        Some(fill) => {
            let (quoted, column) = (ddl::name(table), ident(name));
            let sql = format!("UPDATE {quoted} SET {column} = {fill} WHERE {column} IS NULL");
            let mut steps = update::steps(context, table, Step::new(&id, sql));
            steps.push(set);
            steps
        }
        None => vec![set.hazard(hazard::null_in_a_row(table, name))],
    }
}

fn change_type(context: &Context<'_>, table: &Name, found: &Column, want: &Column) -> Step {
    let mut sql = format!("TYPE {}", want.data_type);
    // What a type brings along is said nowhere, so that a change back to it must be said.
    match (&found.collation, &want.collation) {
        (_, Some(collation)) => sql += &format!(" COLLATE {collation}"),
        (Some(_), None) => sql += " COLLATE pg_catalog.\"default\"",
        (None, None) => {}
    }
    let using = context.options.using.get(&(table.clone(), want.name.clone()));
    let id = Id::Column(table.clone(), want.name.clone());
    let replaced = (found.data_type == want.data_type && found.collation == want.collation)
        || multirange_renamed(context, &id, &found.data_type, &want.data_type);
    let mut values = Values::of(context, format!("{table}.{}", want.name));
    match using {
        Some(using) => sql += &format!(" USING {using}"),
        // A type that was made anew.
        None if replaced => {
            sql += &format!(" USING {}", values.converted(&id, &ident(&want.name), &want.data_type));
        }
        None => {}
    }
    let alter = column::alter(table, &want.name, &sql);
    let mut step = Step::new(&id, alter).action(column::action(&want.name, &sql));
    let on = context.current.dependencies.of(&id);
    // A label is its text.
    let was_enum = on.into_iter().any(|on| matches!(on, Id::Enum(_))) && !found.data_type.ends_with("[]");
    let from = if was_enum { "text" } else { &found.data_type };
    step.hazards.extend(values.hazards);
    step.hazards.extend(hazard::of_collation(context, table, found, want));
    if replaced || using.is_some() || is_wider(from, &want.data_type) {
        let object = format!("{table}.{}", want.name);
        return step.with(hazard::change_type(object, &found.data_type, &want.data_type));
    }
    let message = format!("{} to {}: values may not fit or may be changed", found.data_type, want.data_type);
    step.hazard(Hazard::destroys("narrow-type", format!("{table}.{}", want.name), &message))
}
