//! One change -> its statements and hazards, in one transaction. What has another way on a table that is in use is
//! in `online.rs`.

use super::column::filled;
use super::context::Context;
use super::hazard::{self, Hazard};
use super::sequence::new_sequence;
use super::{Step, privilege};
use crate::ddl::table::comes_with_table;
use crate::ddl::{self, constraint, index, sequence};
use crate::diff::{Change, goes_alone};
use crate::ident::{ident, literal, unquoted};
use crate::schema::{Afterwards, Constraint, Id, Name, Schema, Sequence};

/// What must be done before anything else: a sequence that stays would go with its owner.
pub(super) fn preamble(context: &Context<'_>) -> Vec<Step> {
    let orphans = context.wanted.sequences.keys().filter(|name| {
        let found = context.current.sequences.get(name);
        found.and_then(|found| found.owned_by.as_ref()).is_some_and(|(table, column)| {
            let itself = Id::Table(table.clone());
            context.room.contains(&itself)
                || context.is_made_again(&itself)
                || context.room.contains(&Id::Column(table.clone(), column.clone()))
        })
    });
    let free = |name: &Name| {
        let sql = format!("ALTER SEQUENCE {} OWNED BY NONE", ddl::name(name));
        Step::new(Id::Sequence(name.clone()), sql)
    };
    orphans.map(free).collect()
}

/// What a file begins with that makes functions: the text of one may name what comes later, and Postgres checks
/// it when it is called.
pub(super) fn functions_unchecked(steps: &[Step]) -> Option<Step> {
    let makes_routine = |step: &Step| {
        let words = ["FUNCTION ", "PROCEDURE "];
        let made = step.sql.strip_prefix("CREATE OR REPLACE ").or(step.sql.strip_prefix("CREATE "));
        made.is_some_and(|rest| words.iter().any(|word| rest.starts_with(word)))
    };
    let off = Step::new("functions", "SET check_function_bodies = off");
    steps.iter().any(makes_routine).then_some(off)
}

pub(super) fn drop(context: &Context<'_>, id: &Id) -> Step {
    let mut step = Step::new(id, ddl::drop(id, context.current));
    if let Id::Column(table, column) = id
        && goes_alone(&context.kept, context.current, context.wanted, table, column)
    {
        step.sql = ddl::only(&step.sql);
    }
    let made_again = context.has(&Change::Create(id.clone()));
    match id {
        Id::Table(table) => {
            let message = if context.current.is_partitioned(table) {
                "the table is lost, and with it the rows of the partitions that go"
            } else {
                "the table and its rows are lost"
            };
            let restarts = hazard::identity_restarts(context, table).filter(|_| made_again);
            step.hazard(Hazard::destroys("drop-table", table, message)).with(restarts)
        }
        Id::Column(table, column) if !context.current.is_generated(table, column) => {
            let object = format!("{table}.{column}");
            let step =
                step.hazard(Hazard::destroys("drop-column", object, "the column and its values are lost"));
            step.with(hazard::taken_along(context, table, column))
        }
        Id::Column(table, column) if !made_again => {
            let object = format!("{table}.{column}");
            let step = step.hazard(Hazard::warns("drop-column", object, "a program that reads it fails"));
            step.with(hazard::taken_along(context, table, column))
        }
        Id::Constraint(table, name) => step.with(hazard::drop_unique(context, table, name)),
        Id::Sequence(name) if !made_again => {
            step.hazard(Hazard::warns("drop-sequence", name, "a program that uses it fails"))
        }
        Id::Enum(name) | Id::Type(name, _) if !made_again => {
            step.hazard(Hazard::warns("drop-type", name, "a program that names it fails"))
        }
        Id::Link(table, from) => step.with(hazard::of_cut(context, table, from)),
        Id::Index(name) => {
            step.with(hazard::drop_index(context, name)).with(hazard::drop_unique_index(context, name))
        }
        Id::View(_, name) if !made_again => step.hazard(hazard::drop_view(context, name)),
        Id::View(..) => step.with(hazard::rebuilt_view(context, id)),
        Id::Routine(_, address) if !made_again => {
            step.hazard(Hazard::warns("drop-function", address, "a program that calls it fails"))
        }
        Id::Routine(..) => step.with(hazard::other_result(context, id)),
        Id::On(..) => step.with(hazard::of_policy(context, id)),
        _ => step,
    }
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
        | Change::Persistence(id)
        | Change::Privileges(id) => id.clone(),
        Change::SequenceOptions(name) => Id::Sequence(name.clone()),
        Change::TableOptions(name) | Change::RowSecurity(name) => Id::Table(name.clone()),
        Change::ExtensionVersion(name) => Id::Extension(name.clone()),
        Change::AddLabels(name) => Id::Enum(name.clone()),
        Change::IndexStatistics(name) => Id::Index(name.clone()),
        Change::SequenceOwner(name) => Id::Sequence(name.clone()),
        Change::Drop(id) => id.clone(),
        Change::Column(table, column, _) => Id::Column(table.clone(), column.clone()),
        Change::DefaultPrivileges(of) => Id::Namespace(of.schema.clone().unwrap_or_default()),
    };
    let steps = match change {
        Change::Create(id) => create(context, id),
        Change::Replace(id) => {
            let both = context.current.objects.get(id).zip(context.wanted.objects.get(id));
            let hazard = hazard::changed_function(context, id);
            both.map(|(found, want)| Step::new(id, ddl::replace(found, want)).with(hazard))
                .into_iter()
                .collect()
        }
        Change::Afterwards(id) => afterwards(context, id),
        Change::Deferrability(id) | Change::UseIndex(id, _) => constraint_in_place(context, change, id),
        Change::IndexStatistics(name) => {
            let both = context.current.indexes.get(name).zip(context.wanted.indexes.get(name));
            let found = both.map(|(found, want)| index::set_statistics(&found.statistics, want));
            found.unwrap_or_default().into_iter().map(|sql| Step::new(&id, sql)).collect()
        }
        Change::Persistence(id) => persistence(context, id),
        Change::Privileges(id) => privilege::change(context, id),
        Change::SequenceOptions(name) => {
            let both = context.current.sequences.get(name).zip(context.wanted.sequences.get(name));
            let step = |found: &Sequence, want: &Sequence| {
                let step = Step::new(&id, sequence::alter(name, &found.options, &want.options));
                step.with(hazard::narrow_sequence(name, &found.options, &want.options))
            };
            both.map(|(found, want)| step(found, want)).into_iter().collect()
        }
        Change::TableOptions(name) => table_options(context, name),
        Change::RowSecurity(name) => row_security(context, name),
        Change::ExtensionVersion(name) => {
            let version = context.wanted.extensions.get(name).map(|want| literal(&want.version));
            let update = |to| format!("ALTER EXTENSION {} UPDATE TO {to}", ident(name));
            version.map(|to| Step::new(&id, update(to))).into_iter().collect()
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
    let gone = found.afterwards.iter().rev().filter(|old| !want.afterwards.contains(old));
    let overridden = |old: &Afterwards| {
        // What is added to others is not overridden by the next one of its name.
        !old.does.contains(" ADD ") && want.afterwards.iter().any(|new| new.undoes == old.undoes)
    };
    let undone = gone.filter(|old| !overridden(old)).map(|old| &old.undoes);
    let is_new = |new: &&Afterwards| !found.afterwards.contains(new);
    // A constraint that is made again has lost its comment.
    let adds = want.afterwards.iter().filter(is_new).any(|new| new.does.contains(" ADD CONSTRAINT "));
    let again = |new: &Afterwards| adds && new.does.starts_with("COMMENT ON CONSTRAINT ");
    let new = want.afterwards.iter().filter(|new| is_new(new) || again(new)).map(|new| &new.does);
    undone.chain(new).map(|sql| Step::new(id, sql).with(domain_hazard(id, sql))).collect()
}

/// What old values may break, where a domain asks for more.
pub(super) fn domain_hazard(id: &Id, sql: &str) -> Option<Hazard> {
    let Id::Type(name, _) = id else { return None };
    // These stand behind the domain's name, and a default cannot contain them unquoted.
    if sql.ends_with(" NOT NULL") && !sql.ends_with(" DROP NOT NULL") {
        Some(Hazard::warns("set-not-null", name, "fails if a column of this type has NULL"))
    } else {
        let (check, _) = sql.split_once(" ADD CONSTRAINT ")?.1.split_once(" CHECK ")?;
        let object = format!("{name}.{}", unquoted(check));
        Some(Hazard::warns("add-check", object, "fails if a value of this type breaks it"))
    }
}

/// What can be changed about a constraint that exists.
fn constraint_in_place(context: &Context<'_>, change: &Change, id: &Id) -> Vec<Step> {
    let (Id::Constraint(table, name) | Id::ForeignKey(table, name)) = id else { return Vec::new() };
    let Some(want) = context.wanted.constraint(table, name) else { return Vec::new() };
    match change {
        Change::Deferrability(_) => vec![Step::new(id, constraint::defer(table, want))],
        Change::UseIndex(_, index) => vec![Step::new(id, constraint::using_index(table, want, index))],
        _ => Vec::new(),
    }
}

pub(super) fn create(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let steps = |statements: Vec<String>| statements.into_iter().map(|sql| Step::new(id, sql)).collect();
    let mut steps: Vec<Step> = match id {
        Id::Sequence(name) => steps(new_sequence(context, name)),
        Id::Column(table, name) => filled(context, table, name),
        _ => steps(ddl::create(id, context.wanted)),
    };
    if let Some(step) = steps.first_mut() {
        step.hazards.extend(hazard::of_rows(context, id));
        step.hazards.extend(hazard::no_online_way(context, id));
        step.hazards.extend(privilege::not_given_again(context, id));
        if !context.has(&Change::Drop(id.clone())) {
            step.hazards.extend(hazard::of_policy(context, id));
        }
    }
    steps.extend(said_of_new(context, id));
    steps
}

/// What is said of a new object once it is there: comments and privileges.
pub(super) fn said_of_new(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let comments = comments(context.wanted, id).into_iter().map(|sql| Step::new(id, sql));
    comments.chain(privilege::of_new(context, id)).collect()
}

/// Is the constraint made again as it was, over columns that keep their values?
pub(super) fn held_before(context: &Context<'_>, table: &Name, name: &str) -> bool {
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
        let own = table.constraints.values();
        let own = own.filter(|found| comes_with_table(found, table, schema));
        ids.extend(own.flat_map(|constraint| {
            [Some(constraint.id(name)), commented_index(name, constraint)].into_iter().flatten()
        }));
    }
    if let Id::Constraint(table, constraint) = id {
        ids.extend(schema.constraint(table, constraint).and_then(|found| commented_index(table, found)));
    }
    ids.iter().filter(|id| ddl::comment(id, schema).is_some()).map(|id| ddl::comment_on(id, schema)).collect()
}

/// The index behind a constraint, where it has a comment.
fn commented_index(table: &Name, constraint: &Constraint) -> Option<Id> {
    constraint.index_comment.as_ref().map(|_| Id::Index(Name::new(&table.schema, &constraint.name)))
}

fn persistence(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let unlogged = match id {
        Id::Table(name) => context.wanted.tables.get(name).map(|found| found.unlogged),
        Id::Sequence(name) => context.wanted.sequences.get(name).map(|found| found.unlogged),
        _ => None,
    };
    let set = |word| Step::new(id, format!("ALTER {} SET {word}", ddl::address(id, context.wanted)));
    vec![if unlogged == Some(true) { set("UNLOGGED").with(hazard::unlogged(id)) } else { set("LOGGED") }]
}

fn row_security(context: &Context<'_>, name: &Name) -> Vec<Step> {
    let both = context.current.tables.get(name).zip(context.wanted.tables.get(name));
    let statements = both.map(|(found, want)| ddl::table::row_security(found, want)).unwrap_or_default();
    let step = |sql: String| {
        let hazard = hazard::of_row_security(context, name, &sql);
        Step::new(Id::Table(name.clone()), sql).hazard(hazard)
    };
    statements.into_iter().map(step).collect()
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
