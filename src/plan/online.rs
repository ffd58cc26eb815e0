//! The safe path on a table that is in use: stages for files of their own, each of which either is over at once or
//! stops neither readers nor writers.

use super::backfill::{self, Rows, Until};
use super::context::{Context, ends, index_name};
use super::hazard::{self, Hazard};
use super::stage::{Stage, Stages};
use super::steps::{self, held_before, said_of_new};
use super::{Step, update, volatile};
use crate::ddl::{self, column, constraint, index};
use crate::diff::{Change, ColumnChange, recurses};
use crate::ident::{ident, incoming, passing};
use crate::schema::{Column, Constraint, ConstraintKind, Id, Index, Name};

/// The stages in which something new is made; nothing where the direct way is as good, or the only one.
pub(super) fn create(context: &Context<'_>, id: &Id) -> Option<Stages> {
    match id {
        Id::Index(name) => create_index(context, context.wanted.indexes.get(name)?),
        Id::Column(table, name) if context.in_use(table) => {
            create_column(context, table, context.wanted.column(table, name)?)
        }
        Id::Constraint(table, name) | Id::ForeignKey(table, name) if context.in_use(table) => {
            let want = context.wanted.constraint(table, name)?;
            match want.kind {
                ConstraintKind::Check => not_valid_first(context, table, want),
                ConstraintKind::PrimaryKey | ConstraintKind::Unique
                    if context.wanted.is_partitioned(table)
                        && constraint::index_definition(want).is_some() =>
                {
                    Some(whole(context, id, table, "ACCESS EXCLUSIVE"))
                }
                // It takes no foreign key that is NOT VALID.
                _ if context.wanted.is_partitioned(table) => None,
                ConstraintKind::ForeignKey => not_valid_first(context, table, want),
                ConstraintKind::PrimaryKey | ConstraintKind::Unique => key(context, table, want),
                ConstraintKind::Exclude => None,
            }
        }
        _ => None,
    }
}

/// The stages in which something is dropped that nothing replaces.
pub(super) fn drop(context: &Context<'_>, id: &Id, step: Step) -> Stages {
    let Id::Index(name) = id else { return Stages::direct(vec![step]) };
    let has_online_way = |table: &Name| context.in_use(table) && !context.current.is_partitioned(table);
    let in_use = context.current.indexes.get(name).is_some_and(|index| has_online_way(&index.table));
    let made_again = context.has(&Change::Create(id.clone()));
    if !in_use || made_again || is_referred_to(context, id) {
        return Stages::direct(vec![step]);
    }
    Stages::of(vec![Stage::alone(Step { sql: index::drop_concurrently(name), ..step })])
}

/// A check or foreign key that was not valid is checked.
pub(super) fn validate(context: &Context<'_>, id: &Id) -> Stages {
    let (Id::Constraint(table, name) | Id::ForeignKey(table, name)) = id else { return Stages::of(vec![]) };
    let hazard = context.wanted.constraint(table, name).map(|want| hazard::of_constraint(table, want));
    let step = Step::new(id, constraint::validate(table, name)).with(hazard);
    if context.in_use(table) {
        Stages::of(vec![Stage::validation(step.hazard(hazard::long_validation(table)))])
    } else {
        Stages::direct(vec![step])
    }
}

/// What this new thing takes the place of: it is built first, under another name if need be, and then they swap.
///
/// Only where the old thing is left alone by everything else until then.
pub(super) fn replaced(context: &Context<'_>, id: &Id) -> Option<Id> {
    let old = predecessor(context, id)?;
    let has_online_way = match id {
        Id::Index(name) => {
            let new = context.wanted.indexes.get(name)?;
            let unchanged = context.current.indexes.get(name).is_some_and(|found| {
                let same = |index: &Index| (index.table.clone(), index.unique, index.definition.clone());
                found.valid && same(found) == same(new)
            });
            let is_whole = context.wanted.is_partitioned(&new.table);
            context.in_use(&new.table) && !is_whole && (old != *id || !unchanged)
        }
        Id::Constraint(table, name) | Id::ForeignKey(table, name) => {
            let want = context.wanted.constraint(table, name)?;
            let unchanged = context.current.constraint(table, name).map(|found| &found.definition);
            let possible = match want.kind {
                ConstraintKind::Check => want.parts().valid,
                ConstraintKind::Exclude => false,
                _ if context.wanted.is_partitioned(table) => false,
                ConstraintKind::ForeignKey => want.parts().valid,
                _ => constraint::index_definition(want).is_some(),
            };
            context.in_use(table) && possible && unchanged != Some(&want.definition)
        }
        _ => false,
    };
    (has_online_way && !context.is_disturbed(&old) && !must_go_first(context, &old)).then_some(old)
}

/// Is it in the way of something before the new one holds: of values that a column gets, or of a table that goes early?
fn must_go_first(context: &Context<'_>, old: &Id) -> bool {
    let is_filled = |on: &Id| match on {
        Id::Column(table, column) => {
            context.said(table, column).is_some()
                && context.has(&Change::Column(table.clone(), column.clone(), ColumnChange::SetNotNull))
        }
        _ => false,
    };
    // What goes early takes its keys along, and both ends of one must be logged or unlogged alike.
    let changes_early = |table: &Name| {
        let table = Id::Table(table.clone());
        context.room.contains(&table)
            || context.is_made_again(&table)
            || context.has(&Change::Persistence(table))
    };
    context.current.dependencies.of(old).any(is_filled) || ends(context, old).any(changes_early)
}

/// What goes and has the name, or the place, that this one takes.
fn predecessor(context: &Context<'_>, id: &Id) -> Option<Id> {
    let goes = |id: &Id| context.has(&Change::Drop(id.clone()));
    if goes(id) {
        return Some(id.clone());
    }
    match id {
        Id::Index(name) => {
            let table = context.wanted.indexes.get(name)?.table.clone();
            let other = Id::Constraint(table, name.name.clone());
            (goes(&other) && context.current.constraint_of_index(name).is_some()).then_some(other)
        }
        Id::Constraint(table, name) => {
            let want = context.wanted.constraint(table, name)?;
            let index = Name::new(&table.schema, name);
            let same = context.current.indexes.get(&index).is_some_and(|found| found.table == *table);
            if want.has_index() && same && goes(&Id::Index(index.clone())) {
                return Some(Id::Index(index));
            }
            let key = context.current.tables.get(table)?.primary_key();
            key.filter(|_| want.kind == ConstraintKind::PrimaryKey).map(|key| key.id(table)).filter(goes)
        }
        _ => None,
    }
}

/// Does a foreign key rely on this unique index?
fn is_referred_to(context: &Context<'_>, id: &Id) -> bool {
    context.current.dependencies.on(id).any(|dependent| matches!(dependent, Id::ForeignKey(..)))
}

/// An index or key of a partitioned table: it takes those that its partitions have by then, and reads nothing.
fn whole(context: &Context<'_>, id: &Id, table: &Name, mode: &str) -> Stages {
    Stages::direct(root_first(context, table, mode).into_iter().chain(steps::create(context, id)).collect())
}

/// Clients lock a partitioned table before its partitions. Who locks several levels does it in the same order, or
/// they would wait for each other.
fn root_first(context: &Context<'_>, table: &Name, mode: &str) -> Option<Step> {
    let root = *context.kept.ancestors(table).last()?;
    let sql = format!("LOCK TABLE ONLY {} IN {mode} MODE", ddl::name(root));
    Some(Step::new(Id::Table(root.clone()), sql))
}

/// Has an index its name until then that goes with what it is a part of?
fn takes_place_of_part(context: &Context<'_>, id: &Id) -> bool {
    let whole = index_name(id).and_then(|name| context.gone_parts.get(&name));
    whole.is_some_and(|whole| !context.is_disturbed(whole))
}

/// Does what has its name go before something else can change?
fn is_in_the_way(context: &Context<'_>, id: &Id) -> bool {
    let whole = index_name(id).and_then(|name| context.gone_parts.get(&name));
    context.has(&Change::Drop(id.clone())) || whole.is_some_and(|whole| context.is_disturbed(whole))
}

fn create_index(context: &Context<'_>, want: &Index) -> Option<Stages> {
    if !context.in_use(&want.table) {
        return None;
    }
    let id = Id::Index(want.name.clone());
    if context.wanted.is_on_only(want) {
        return None;
    }
    if context.wanted.is_partitioned(&want.table) {
        return Some(whole(context, &id, &want.table, "SHARE"));
    }
    let old = context.swaps.get(&id);
    // A unique index that was in the way of something must be back before anybody writes.
    if want.unique && old.is_none() && is_in_the_way(context, &id) {
        return None;
    }
    if old.is_none() && !takes_place_of_part(context, &id) {
        let build = build_index(context, &id, &want.name.name, want);
        return Some(Stages::of(vec![build, Stage::transaction(index_settings(context, want))]));
    }
    let schema = &want.name.schema;
    let new = Name::new(schema, incoming(&want.name.name, |name| context.is_relation(schema, name)));
    let mut swap = Vec::new();
    let mut stages = vec![build_index(context, &id, &new.name, want)];
    match old {
        Some(old) if *old == id && !is_referred_to(context, old) => {
            let drop = Step::new(&id, index::drop_concurrently(&want.name));
            stages.push(Stage::alone(drop.with(hazard::drop_unique_index(context, &want.name))));
        }
        old => swap.extend(old.map(|old| Step::new(&id, ddl::drop(old, context.current)))),
    }
    swap.push(Step::new(&id, index::rename(&new, &want.name)));
    swap.extend(index_settings(context, want));
    stages.push(Stage::transaction(swap));
    let last = stages.len() - 1;
    let stages = Stages::of(stages).settled_by(last);
    Some(Stages { touches: 1, ..stages })
}

fn build_index(context: &Context<'_>, id: &Id, name: &str, want: &Index) -> Stage {
    let step = Step::new(id, index::create_concurrently(name, &want.table, want.unique, &want.definition));
    Stage::alone(step.with(hazard::of_rows(context, id)))
}

/// What follows the creation of an index: targets of statistics, comments.
fn index_settings(context: &Context<'_>, want: &Index) -> Vec<Step> {
    let id = Id::Index(want.name.clone());
    let targets = index::set_statistics(&[], want).into_iter().map(|sql| Step::new(&id, sql));
    targets.chain(said_of_new(context, &id)).collect()
}

/// A unique index, built concurrently, which the constraint then uses.
fn key(context: &Context<'_>, table: &Name, want: &Constraint) -> Option<Stages> {
    let id = want.id(table);
    let definition = constraint::index_definition(want)?;
    let old = context.swaps.get(&id);
    if old.is_none() && is_in_the_way(context, &id) {
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
    let build = build.hazard(hazard::of_constraint(table, want));
    let index = Name::new(&table.schema, name);
    let mut swap: Vec<Step> =
        want.attached_to.iter().filter_map(|_| root_first(context, table, "ACCESS EXCLUSIVE")).collect();
    swap.extend(old.map(|old| Step::new(&id, ddl::drop(old, context.current))));
    swap.push(Step::new(&id, constraint::using_index(table, want, &index)));
    swap.extend(said_of_new(context, &id));
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
    let said = said_of_new(context, &id);
    let hazard = (!held_before(context, table, &want.name)).then(|| hazard::of_constraint(table, want));
    let mut add = vec![Step::new(&id, constraint::add(table, &new))];
    let validate = Step::new(&id, constraint::validate(table, &name)).with(hazard);
    let validate = Stage::validation(validate.hazard(hazard::long_validation(table)));
    let Some(old) = old else {
        add.extend(said);
        return Some(Stages::of(vec![Stage::transaction(add), validate]));
    };
    let mut swap = vec![
        Step::new(&id, ddl::drop(old, context.current)),
        Step::new(&id, constraint::rename(table, &name, &want.name)),
    ];
    swap.extend(said);
    Some(Stages::of(vec![Stage::transaction(add), validate, Stage::transaction(swap)]).settled_by(2))
}

/// A column whose rows need a value that Postgres cannot give them without writing the table anew.
fn create_column(context: &Context<'_>, table: &Name, want: &Column) -> Option<Stages> {
    let id = Id::Column(table.clone(), want.name.clone());
    let step = |sql: String| Step::new(&id, sql);
    let bare = Column { not_null: false, default: None, ..want.clone() };
    let required = hazard::required_column(table, want);
    if want.not_null && !recurses(&context.kept, context.wanted, table, &want.name, ColumnChange::SetNotNull)
    {
        return None;
    }
    if let Some(fill) = context.fill(table, want) {
        let mut add: Vec<Step>;
        if volatile::is_literal(fill) {
            // A default that is one value costs nothing, and need not stay.
            let with = Column { default: Some(fill.to_owned()), ..want.clone() };
            add = column::add(table, &with).into_iter().map(step).collect();
            add.push(step(column::alter(table, &want.name, "DROP DEFAULT")));
            add.extend(said_of_new(context, &id));
            return Some(Stages::direct(with_first(add, required)));
        }
        if update::meets_rules(context, table) {
            return None;
        }
        add = column::add(table, &bare).into_iter().map(step).collect();
        add.extend(said_of_new(context, &id));
        let mut stages = vec![Stage::transaction(add)];
        stages.extend(filled_not_null(context, table, &want.name, fill, required));
        return Some(Stages { filled: 1, ..Stages::of(stages) });
    }
    let default = want.default.as_ref().filter(|default| volatile::is_volatile(default, context.wanted))?;
    // A row that shall have NULL cannot be told from one that has no value yet.
    let null = if want.not_null { Some(false) } else { volatile::may_be_null(default) };
    if null == Some(true) || update::meets_rules(context, table) {
        return None;
    }
    let mut add: Vec<Step> = column::add(table, &bare).into_iter().map(step).collect();
    add.push(step(column::alter(table, &want.name, &format!("SET DEFAULT {default}"))));
    let mut add = with_first(add, null.is_none().then(|| hazard::null_default(table, &want.name)));
    add.extend(said_of_new(context, &id));
    let mut stages = vec![Stage::transaction(add)];
    stages.extend(fill_in(context, table, &want.name, default, Until::NoneLeft));
    if want.not_null {
        stages.extend(not_null(context, table, &want.name, None, NotNullHazards::default()));
    }
    Some(Stages { filled: 1, ..Stages::of(stages) })
}

fn with_first(mut steps: Vec<Step>, hazard: Option<Hazard>) -> Vec<Step> {
    if let Some(first) = steps.first_mut() {
        first.hazards.extend(hazard);
    }
    steps
}

/// The stages after which a column has no NULL and allows none.
pub(super) fn filled_not_null(
    context: &Context<'_>,
    table: &Name,
    column: &str,
    fill: &str,
    required: Option<Hazard>,
) -> Vec<Stage> {
    let mut stages: Vec<Stage> = fill_in(context, table, column, fill, Until::OncePassed).collect();
    stages.extend(not_null(context, table, column, Some(fill), NotNullHazards { required, null: None }));
    stages
}

/// Whom it hits that a column allows no NULL any more.
#[derive(Default)]
pub(super) struct NotNullHazards {
    /// Programs that do not write it.
    pub(super) required: Option<Hazard>,
    /// Rows that have NULL.
    pub(super) null: Option<Hazard>,
}

/// The check comes before the last filling, after which no new NULL can come: only few rows are left then, so that
/// hardly anybody who changes an old row meets it.
pub(super) fn not_null(
    context: &Context<'_>,
    table: &Name,
    column: &str,
    fill: Option<&str>,
    hazards: NotNullHazards,
) -> Vec<Stage> {
    let id = Id::Column(table.clone(), column.to_owned());
    let check = passing(&format!("{column}_not_null"), |name| context.is_constraint(table, name));
    let (quoted_table, quoted) = (ddl::name(table), ident(&check));
    let add = format!(
        "ALTER TABLE {quoted_table} ADD CONSTRAINT {quoted} CHECK ({} IS NOT NULL) NOT VALID",
        ident(column)
    );
    let validate = Step::new(&id, constraint::validate(table, &check))
        .with(hazards.null)
        .hazard(hazard::long_validation(table));
    let mut stages = vec![Stage::transaction(vec![Step::new(&id, add).with(hazards.required)])];
    stages.extend(fill.into_iter().flat_map(|fill| fill_in(context, table, column, fill, Until::NoneLeft)));
    stages.push(Stage::validation(validate));
    // The check that holds spares it the reading.
    let set = context.set_not_null(table, column);
    let drop = format!("ALTER TABLE {quoted_table} DROP CONSTRAINT {quoted}");
    let last = set.into_iter().chain([drop]).map(|sql| Step::new(&id, sql));
    stages.push(Stage::transaction(last.collect()));
    stages
}

/// A stage for each table that has rows: a partitioned one has none, and those that inherit have pages of their own.
fn fill_in<'a>(
    context: &'a Context<'_>,
    table: &'a Name,
    column: &'a str,
    expression: &'a str,
    until: Until,
) -> impl Iterator<Item = Stage> + 'a {
    let tables = [table].into_iter().chain(context.kept.heirs(table));
    let own_rows = tables.filter(|table| !context.wanted.is_partitioned(table));
    own_rows.map(move |part| {
        let id = Id::Column(part.clone(), column.to_owned());
        let rows = Rows {
            table: part,
            known_as: &table.name,
            has_heirs: !context.kept.children(part).is_empty(),
            has_policies: hazard::hides_rows(context, part),
        };
        let step = Step::new(id, backfill::statement(&rows, column, expression, until));
        let hazards = hazard::of_filling(context, part, column);
        Stage::alone(hazards.into_iter().fold(Step { in_batches: true, ..step }, Step::hazard))
    })
}
