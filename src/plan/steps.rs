//! One change -> its statements and hazards.

use std::collections::BTreeSet;

use super::hazard::{self, Hazard};
use super::wider::is_wider;
use super::{Options, Step};
use crate::ddl::{self, column, constraint, index, sequence};
use crate::diff::{Change, ColumnChange, Links, recurses};
use crate::ident::{aside, ident, literal};
use crate::schema::{
    Afterwards, Column, Constraint, ConstraintKind, Id, Identity, Name, Schema, Sequence, SequenceOptions,
};

/// What a plan is made from.
pub(super) struct Context<'a> {
    pub(super) current: &'a Schema,
    pub(super) wanted: &'a Schema,
    pub(super) changes: &'a [Change],
    pub(super) options: &'a Options,
    /// What is dropped before anything is made, though it is not made again.
    pub(super) room: BTreeSet<Id>,
    /// Who inherits from whom while the plan runs.
    pub(super) kept: Links,
}

impl Context<'_> {
    pub(super) fn has(&self, change: &Change) -> bool {
        self.changes.binary_search(change).is_ok()
    }
}

/// What must be done before anything else.
pub(super) fn preamble(context: &Context<'_>) -> Vec<Step> {
    let mut steps = functions_unchecked(context);
    // A sequence that stays would go with its owner.
    let orphans = context.wanted.sequences.keys().filter(|name| {
        let found = context.current.sequences.get(name);
        found.and_then(|found| found.owned_by.as_ref()).is_some_and(|(table, column)| {
            let itself = Id::Table(table.clone());
            context.room.contains(&itself)
                || context.has(&Change::Drop(itself.clone())) && context.has(&Change::Create(itself))
                || context.room.contains(&Id::Column(table.clone(), column.clone()))
        })
    });
    steps.extend(orphans.map(|name| {
        let id = Id::Sequence(name.clone());
        Step::new(&id, format!("ALTER SEQUENCE {} OWNED BY NONE", ddl::name(name)))
    }));
    steps
}

fn functions_unchecked(context: &Context<'_>) -> Vec<Step> {
    let makes_routine = |change: &Change| {
        matches!(change, Change::Create(Id::Routine(..)) | Change::Replace(Id::Routine(..)))
    };
    // A function's text may name what comes later; Postgres checks it when it is called.
    let off = Step::new("functions", "SET check_function_bodies = off");
    if context.changes.iter().any(makes_routine) { vec![off] } else { Vec::new() }
}

pub(super) fn drop(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let step = Step::new(id, ddl::drop(id, context.current));
    let made_again = context.has(&Change::Create(id.clone()));
    let derived = |table: &Name, column: &String| {
        context.current.column(table, column).is_some_and(|column| column.generated.is_some())
    };
    vec![match id {
        Id::Table(table) => {
            step.hazard(Hazard::destroys("drop-table", table, "the table and its rows are lost"))
        }
        Id::Column(table, column) if !derived(table, column) => {
            let object = format!("{table}.{column}");
            step.hazard(Hazard::destroys("drop-column", object, "the column and its values are lost"))
        }
        Id::Link(table, from) if context.current.tables.get(table).is_some_and(|it| it.bound.is_some()) => {
            let message = format!("{from} has the rows no longer");
            step.hazard(Hazard::warns("detach-partition", table, &message))
        }
        Id::Index(name) if !made_again => {
            step.hazard(Hazard::warns("drop-index", name, "queries that used it become slow"))
        }
        _ => step,
    }]
}

/// Changes that are neither a drop nor of a column, with the object that they settle.
pub(super) fn other(context: &Context<'_>, change: &Change) -> (Id, Vec<Step>) {
    let id = match change {
        Change::Create(id)
        | Change::Replace(id)
        | Change::Afterwards(id)
        | Change::Validate(id)
        | Change::Deferrability(id)
        | Change::UseIndex(id, _)
        | Change::Comment(id)
        | Change::ReplaceType(id)
        | Change::Persistence(id) => id.clone(),
        Change::SequenceOptions(name) => Id::Sequence(name.clone()),
        Change::TableOptions(name) | Change::RowSecurity(name) => Id::Table(name.clone()),
        Change::MoveExtension(name) => Id::Extension(name.clone()),
        Change::AddLabels(name) => Id::Enum(name.clone()),
        Change::IndexStatistics(name) => Id::Index(name.clone()),
        Change::SequenceOwner(name) => Id::Sequence(name.clone()),
        Change::Drop(id) => id.clone(),
        Change::Column(table, column, _) => Id::Column(table.clone(), column.clone()),
    };
    let steps = match change {
        Change::Create(id) => create(context, id),
        Change::Replace(id) => {
            ddl::replace(id, context.wanted).map(|sql| Step::new(id, sql)).into_iter().collect()
        }
        Change::Afterwards(id) => afterwards(context, id),
        Change::Validate(id) | Change::Deferrability(id) | Change::UseIndex(id, _) => {
            constraint_in_place(context, change, id)
        }
        Change::IndexStatistics(name) => {
            let both = context.current.indexes.get(name).zip(context.wanted.indexes.get(name));
            let found = both.map(|(found, want)| index::set_statistics(&found.statistics, want));
            found.unwrap_or_default().into_iter().map(|sql| Step::new(&id, sql)).collect()
        }
        Change::Comment(id) => vec![Step::new(id, ddl::comment_on(id, context.wanted))],
        Change::Persistence(id) => persistence(context, id),
        Change::SequenceOptions(name) => {
            let both = context.current.sequences.get(name).zip(context.wanted.sequences.get(name));
            let sql = both.map(|(found, want)| sequence::alter(name, &found.options, &want.options));
            sql.map(|sql| Step::new(&id, sql)).into_iter().collect()
        }
        Change::TableOptions(name) => table_options(context, name),
        Change::RowSecurity(name) => row_security(context, name),
        Change::MoveExtension(name) => {
            let to =
                context.wanted.extensions.get(name).map(|found| ident(&found.schema)).unwrap_or_default();
            vec![Step::new(&id, format!("ALTER EXTENSION {} SET SCHEMA {to}", ident(name)))]
        }
        _ => Vec::new(),
    };
    (id, steps)
}

/// Takes back what is gone, unless what is new says otherwise; and then does what is new.
fn afterwards(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let Some((found, want)) = context.current.objects.get(id).zip(context.wanted.objects.get(id)) else {
        return Vec::new();
    };
    // What `CREATE OR REPLACE` does not touch is still there.
    let gone = found.afterwards.iter().filter(|old| !want.afterwards.contains(old));
    let overridden = |old: &Afterwards| {
        !old.undoes.contains(" DROP CONSTRAINT ")
            && want.afterwards.iter().any(|new| new.undoes == old.undoes)
    };
    let undone = gone.filter(|old| !overridden(old)).map(|old| &old.undoes);
    let new = want.afterwards.iter().filter(|new| !found.afterwards.contains(new)).map(|new| &new.does);
    undone.chain(new).map(|sql| Step::new(id, sql).with(domain_hazard(id, sql))).collect()
}

/// What old values may break, where a domain asks for more.
fn domain_hazard(id: &Id, sql: &str) -> Option<Hazard> {
    let Id::Type(name, _) = id else { return None };
    // Both stand behind the domain's name, and a default cannot contain them unquoted.
    if sql.ends_with(" SET NOT NULL") {
        Some(Hazard::warns("set-not-null", name, "fails if a column of this type has NULL"))
    } else if sql.contains(" ADD CONSTRAINT ") {
        Some(Hazard::warns("add-check", name, "fails if a value of this type breaks it"))
    } else {
        None
    }
}

/// What can be changed about a constraint that exists.
fn constraint_in_place(context: &Context<'_>, change: &Change, id: &Id) -> Vec<Step> {
    let (Id::Constraint(table, name) | Id::ForeignKey(table, name)) = id else { return Vec::new() };
    let Some(want) = context.wanted.constraint(table, name) else { return Vec::new() };
    match change {
        Change::Deferrability(_) => return vec![Step::new(id, constraint::defer(table, want))],
        Change::UseIndex(_, index) => {
            return vec![Step::new(id, constraint::using_index(table, want, index))];
        }
        _ => {}
    }
    let sql = format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", ddl::name(table), ident(name));
    vec![Step::new(id, sql).with(Some(row_hazard_of(table, want)))]
}

pub(super) fn create(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let statements = match id {
        Id::Sequence(name) => new_sequence(context, name),
        Id::Column(table, name) => filled_column(context, table, name),
        _ => ddl::create(id, context.wanted),
    };
    let mut steps: Vec<Step> = statements.into_iter().map(|sql| Step::new(id, sql)).collect();
    if let Some(step) = steps.first_mut() {
        step.hazards.extend(row_hazard(context, id));
    }
    steps.extend(comments(context.wanted, id).into_iter().map(|sql| Step::new(id, sql)));
    steps
}

/// A column, and where rows need a value that nothing gives, the value that was said.
fn filled_column(context: &Context<'_>, table: &Name, name: &str) -> Vec<String> {
    let Some(found) = context.wanted.column(table, name) else { return Vec::new() };
    let fill = context.options.fill.get(&(table.clone(), name.to_owned()));
    let Some(fill) = fill.filter(|_| hazard::must_be_filled(found)) else { return column::add(table, found) };
    let mut statements = column::add(table, &Column { not_null: false, ..found.clone() });
    statements.push(format!("UPDATE {} SET {} = {fill}", ddl::name(table), ident(name)));
    statements.push(column::set_not_null(table, found));
    statements
}

/// What can fail on rows, which a proof on an empty database cannot see.
fn row_hazard(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let existed = |table: &Name| context.current.tables.contains_key(table);
    match id {
        Id::Constraint(table, name) | Id::ForeignKey(table, name) if existed(table) => {
            if held_before(context, table, name) {
                return None;
            }
            let want = context.wanted.constraint(table, name)?;
            // What is not valid is not checked.
            want.parts().valid.then(|| row_hazard_of(table, want))
        }
        Id::Link(table, from) if existed(table) => {
            let bound = context.wanted.tables.get(table)?.bound.as_ref()?;
            let message = format!("fails if a row is not {}, or {from} has such rows elsewhere", said(bound));
            Some(Hazard::warns("attach-partition", table, &message))
        }
        Id::Index(name) => {
            let index = context.wanted.indexes.get(name)?;
            (index.unique && existed(&index.table))
                .then(|| Hazard::warns("add-unique", name, "fails if two rows are alike"))
        }
        _ => None,
    }
}

/// A partition's bound, as a sentence goes on.
fn said(bound: &str) -> String {
    match bound.strip_prefix("FOR VALUES ") {
        Some(values) => format!("within {values}"),
        None => "for the default partition".to_owned(),
    }
}

fn row_hazard_of(table: &Name, constraint: &Constraint) -> Hazard {
    let object = format!("{table}.{}", constraint.name);
    match constraint.kind {
        ConstraintKind::ForeignKey => {
            Hazard::warns("add-foreign-key", object, "fails if a row refers to nothing")
        }
        ConstraintKind::Check => Hazard::warns("add-check", object, "fails if a row breaks it"),
        _ => Hazard::warns("add-unique", object, "fails if two rows are alike"),
    }
}

/// Is the constraint made again as it was, over columns that keep their values?
fn held_before(context: &Context<'_>, table: &Name, name: &str) -> bool {
    let both = context.current.constraint(table, name).zip(context.wanted.constraint(table, name));
    both.is_some_and(|(found, want)| {
        let is_new =
            |column: &String| context.has(&Change::Create(Id::Column(table.clone(), column.clone())));
        found.definition == want.definition && !want.columns.iter().any(is_new)
    })
}

/// The comments of a new object and of its parts.
fn comments(schema: &Schema, id: &Id) -> Vec<String> {
    let mut ids = vec![id.clone()];
    if let Id::Table(name) = id
        && let Some(table) = schema.tables.get(name)
    {
        ids.extend(table.columns.iter().map(|column| Id::Column(name.clone(), column.name.clone())));
        let own = table.constraints.values().filter(|found| found.kind != ConstraintKind::ForeignKey);
        ids.extend(own.flat_map(|constraint| {
            [constraint.id(name), Id::Index(Name::new(&name.schema, &constraint.name))]
        }));
    }
    if let Id::Constraint(table, constraint) = id {
        ids.push(Id::Index(Name::new(&table.schema, constraint)));
    }
    ids.iter().filter(|id| ddl::comment(id, schema).is_some()).map(|id| ddl::comment_on(id, schema)).collect()
}

fn persistence(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let unlogged = match id {
        Id::Table(name) => context.wanted.tables.get(name).map(|found| found.unlogged),
        Id::Sequence(name) => context.wanted.sequences.get(name).map(|found| found.unlogged),
        _ => None,
    };
    let word = if unlogged == Some(true) { "UNLOGGED" } else { "LOGGED" };
    vec![Step::new(id, format!("ALTER {} SET {word}", ddl::address(id, context.wanted)))]
}

fn row_security(context: &Context<'_>, name: &Name) -> Vec<Step> {
    let both = context.current.tables.get(name).zip(context.wanted.tables.get(name));
    let statements = both.map(|(found, want)| ddl::table::row_security(found, want)).unwrap_or_default();
    statements.into_iter().map(|sql| Step::new(Id::Table(name.clone()), sql)).collect()
}

fn table_options(context: &Context<'_>, name: &Name) -> Vec<Step> {
    let (Some(found), Some(want)) = (context.current.tables.get(name), context.wanted.tables.get(name))
    else {
        return Vec::new();
    };
    let key = |option: &String| option.split('=').next().unwrap_or_default().to_owned();
    let set: Vec<String> =
        want.options.iter().filter(|option| !found.options.contains(option)).cloned().collect();
    let gone =
        found.options.iter().map(key).filter(|name| !want.options.iter().any(|option| key(option) == *name));
    let reset: Vec<String> = gone.collect();
    let id = Id::Table(name.clone());
    let step = |verb: &str, what: Vec<String>| {
        (!what.is_empty())
            .then(|| Step::new(&id, format!("ALTER TABLE {} {verb} ({})", ddl::name(name), what.join(", "))))
    };
    [step("SET", set), step("RESET", reset)].into_iter().flatten().collect()
}

pub(super) fn add_labels(context: &Context<'_>, name: &Name) -> Vec<Step> {
    let (Some(found), Some(want)) = (context.current.enums.get(name), context.wanted.enums.get(name)) else {
        return Vec::new();
    };
    let new = want.labels.iter().enumerate().filter(|(_, label)| !found.labels.contains(label));
    new.map(|(at, label)| {
        let before = want.labels[at..].iter().find(|label| found.labels.contains(label));
        let place = before.map(|label| format!(" BEFORE {}", literal(label))).unwrap_or_default();
        let sql = format!("ALTER TYPE {} ADD VALUE {}{place}", ddl::name(name), literal(label));
        Step::new(Id::Enum(name.clone()), sql)
    })
    .collect()
}

/// Labels that `current` does not have yet, as literals of SQL would name them.
pub(super) fn new_labels(context: &Context<'_>) -> Vec<String> {
    let labels = context.changes.iter().filter_map(|change| match change {
        Change::AddLabels(name) => Some((context.current.enums.get(name)?, context.wanted.enums.get(name)?)),
        _ => None,
    });
    labels
        .flat_map(|(found, want)| want.labels.iter().filter(|label| !found.labels.contains(label)))
        .cloned()
        .collect()
}

/// The type under another name and its successor; and, once nothing uses it, the old one's end.
pub(super) fn replace_type(context: &Context<'_>, id: &Id) -> [Vec<Step>; 2] {
    let (Id::Enum(name) | Id::Type(name, _)) = id else { return [Vec::new(), Vec::new()] };
    let word = if matches!(id, Id::Type(_, word) if word == "DOMAIN") { "DOMAIN" } else { "TYPE" };
    let old = Name::new(&name.schema, aside(&name.name));
    let mut rename =
        Step::new(id, format!("ALTER {word} {} RENAME TO {}", ddl::name(name), ident(&old.name)));
    rename.hazards.extend(lost_labels(context, name));
    let mut before = vec![rename];
    before.extend(create(context, id));
    [before, vec![Step::new(id, format!("DROP {word} {}", ddl::name(&old)))]]
}

fn lost_labels(context: &Context<'_>, name: &Name) -> Vec<Hazard> {
    if !rows_keep(context, &Id::Enum(name.clone())) {
        return Vec::new();
    }
    let both = context.current.enums.get(name).zip(context.wanted.enums.get(name));
    let lost = both
        .into_iter()
        .flat_map(|(found, want)| found.labels.iter().filter(|label| !want.labels.contains(label)));
    let message = "fails if a row has the label; rows must be changed first";
    lost.map(|label| Hazard::destroys("drop-enum-value", format!("{name}.{label}"), message)).collect()
}

/// Does a column that stays hold values of this type, be it within another one?
fn rows_keep(context: &Context<'_>, id: &Id) -> bool {
    context.current.dependencies.on(id).any(|dependent| match dependent {
        Id::Column(table, column) => context.wanted.column(table, column).is_some(),
        Id::Type(..) => rows_keep(context, dependent),
        _ => false,
    })
}

/// A sequence; that of an identity which becomes a serial column goes on where the identity was.
fn new_sequence(context: &Context<'_>, name: &Name) -> Vec<String> {
    let create = ddl::create(&Id::Sequence(name.clone()), context.wanted);
    let owner = context.wanted.sequences.get(name).and_then(|found| found.owned_by.as_ref());
    let identity = owner.and_then(|(table, column)| becomes_serial(context, table, column));
    let Some(identity) = identity else { return create };
    let mut old = identity.sequence.clone();
    let mut statements = Vec::new();
    if old == *name {
        old.name = aside(&old.name);
        statements.push(format!("ALTER SEQUENCE {} RENAME TO {}", ddl::name(name), ident(&old.name)));
    }
    statements.extend(create);
    statements.push(take_over(name, &old));
    statements
}

/// Sets a sequence to where another one is.
fn take_over(sequence: &Name, old: &Name) -> String {
    format!(
        "SELECT pg_catalog.setval({}, last_value, is_called) FROM {}",
        literal(&ddl::name(sequence)),
        ddl::name(old)
    )
}

pub(super) fn sequence_owner(context: &Context<'_>, name: &Name) -> Vec<Step> {
    let Some(want) = context.wanted.sequences.get(name) else { return Vec::new() };
    let id = Id::Sequence(name.clone());
    let mut steps = vec![Step::new(&id, sequence::owned_by(want))];
    let new = !context.current.sequences.contains_key(name);
    if let Some((table, column)) = want.owned_by.as_ref().filter(|_| new)
        && context.current.column(table, column).is_some()
        && becomes_serial(context, table, column).is_none()
    {
        steps.push(Step::new(&id, start_after_rows(name, &want.options, table, column)));
    }
    steps
}

/// A sequence that is put on a column with rows goes on after them.
fn start_after_rows(sequence: &Name, options: &SequenceOptions, table: &Name, column: &str) -> String {
    let (most, beyond) = if options.increment < 0 { ("min", "<=") } else { ("max", ">=") };
    let column = ident(column);
    format!(
        "SELECT pg_catalog.setval({}, {most}({column})) FROM {} HAVING {most}({column}) {beyond} {}",
        literal(&ddl::name(sequence)),
        ddl::name(table),
        options.start
    )
}

/// The identity of a column that becomes a serial column. Then the sequence takes its value over.
pub(super) fn becomes_serial<'a>(context: &Context<'a>, table: &Name, column: &str) -> Option<&'a Identity> {
    let identity = context.current.column(table, column)?.identity.as_ref()?;
    let owns =
        |found: &Sequence| found.owned_by.as_ref().is_some_and(|(owner, of)| owner == table && of == column);
    let kept = context.wanted.column(table, column)?.identity.is_some();
    (!kept && context.wanted.sequences.values().any(owns)).then_some(identity)
}

/// Is this the sequence of a serial column that becomes an identity? Then the identity takes its value over.
pub(super) fn becomes_identity(context: &Context<'_>, name: &Name) -> bool {
    let owner = context.current.sequences.get(name).and_then(|found| found.owned_by.as_ref());
    owner.is_some_and(|(table, column)| {
        context.has(&Change::Column(table.clone(), column.clone(), ColumnChange::AddIdentity))
    })
}

/// One change of one column; of its table alone, where the children are to stay as they are.
pub(super) fn column(context: &Context<'_>, table: &Name, name: &str, what: ColumnChange) -> Vec<Step> {
    let mut steps = change_column(context, table, name, what);
    if !recurses(&context.kept, context.wanted, table, name, what) {
        steps.iter_mut().for_each(|step| step.sql = ddl::only(&step.sql));
    }
    steps
}

fn change_column(context: &Context<'_>, table: &Name, name: &str, what: ColumnChange) -> Vec<Step> {
    let Some(want) = context.wanted.column(table, name) else { return Vec::new() };
    // A column that comes from a parent is new, and may have to become otherwise than it came.
    let found = context.current.column(table, name).unwrap_or(want);
    let id = Id::Column(table.clone(), name.to_owned());
    let object = format!("{table}.{name}");
    let alter = |what: &str| Step::new(&id, column::alter(table, name, what));
    match what {
        ColumnChange::DropDefault => vec![alter("DROP DEFAULT")],
        ColumnChange::DropIdentity => vec![alter("DROP IDENTITY")],
        ColumnChange::DropExpression => vec![alter("DROP EXPRESSION")],
        ColumnChange::DropNotNull => vec![alter("DROP NOT NULL")],
        ColumnChange::Type => vec![change_type(context, table, found, want)],
        ColumnChange::SetNotNull => set_not_null(context, table, want, &object),
        ColumnChange::AddIdentity => want
            .identity
            .as_ref()
            .map(|identity| add_identity(context, table, name, identity))
            .unwrap_or_default(),
        ColumnChange::SetIdentity => {
            let both = found.identity.as_ref().zip(want.identity.as_ref());
            let sql = both.and_then(|(found, want)| column::set_identity(found, want));
            sql.map(|sql| alter(&sql)).into_iter().collect()
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

fn set_not_null(context: &Context<'_>, table: &Name, want: &Column, object: &str) -> Vec<Step> {
    let name = &want.name;
    let id = Id::Column(table.clone(), name.clone());
    let set = Step::new(&id, column::set_not_null(table, want));
    match context.options.fill.get(&(table.clone(), name.clone())) {
        Some(fill) => {
            let (table, column) = (ddl::name(table), ident(name));
            vec![Step::new(&id, format!("UPDATE {table} SET {column} = {fill} WHERE {column} IS NULL")), set]
        }
        None => {
            let message = format!("fails if a row has NULL; to fill such rows: --fill {object}='…'");
            vec![set.hazard(Hazard::warns("set-not-null", object, &message))]
        }
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
    let replaced = found.data_type == want.data_type && found.collation == want.collation;
    match using {
        Some(using) => sql += &format!(" USING {using}"),
        None if replaced => {
            // A type that was made anew: by way of the text that both understand.
            let brackets = &want.data_type[want.data_type.trim_end_matches("[]").len()..];
            sql += &format!(" USING {}::text{brackets}::{}", ident(&want.name), want.data_type);
        }
        None => {}
    }
    let id = Id::Column(table.clone(), want.name.clone());
    let step = Step::new(&id, column::alter(table, &want.name, &sql));
    let on = context.current.dependencies.of(&id);
    // A label is its text.
    let was_enum = on.into_iter().any(|on| matches!(on, Id::Enum(_))) && !found.data_type.ends_with("[]");
    let from = if was_enum { "text" } else { &found.data_type };
    if replaced || using.is_some() || is_wider(from, &want.data_type) {
        return step;
    }
    let message = format!("{} to {}: values may not fit or may be changed", found.data_type, want.data_type);
    step.hazard(Hazard::destroys("narrow-type", format!("{table}.{}", want.name), &message))
}

fn add_identity(context: &Context<'_>, table: &Name, name: &str, identity: &Identity) -> Vec<Step> {
    let id = Id::Column(table.clone(), name.to_owned());
    let add = column::alter(table, name, &format!("ADD {}", column::identity(table, name, identity)));
    let owned = |found: &&Sequence| found.owned_by == Some((table.clone(), name.to_owned()));
    let serial = context.current.sequences.values().find(owned);
    let Some(serial) = serial.filter(|found| !context.wanted.sequences.contains_key(&found.name)) else {
        return [add, start_after_rows(&identity.sequence, &identity.options, table, name)]
            .map(|sql| Step::new(&id, sql))
            .into();
    };
    let old = Name::new(&serial.name.schema, aside(&serial.name.name));
    [
        format!("ALTER SEQUENCE {} RENAME TO {}", ddl::name(&serial.name), ident(&old.name)),
        add,
        take_over(&identity.sequence, &old),
        format!("DROP SEQUENCE {}", ddl::name(&old)),
    ]
    .map(|sql| Step::new(&id, sql))
    .into()
}
