//! Sequences, and the numbers that a column takes over from its old one.

use super::context::Context;
use super::hazard::Hazard;
use super::new_object;
use super::stage::Node;
use super::step::Step;
use crate::ddl::{self, column, sequence};
use crate::diff::{Change, ColumnChange};
use crate::ident::{aside, literal, quote_ident};
use crate::schema::{Id, Identity, Name, Sequence, SequenceOptions};

pub(super) fn create(context: &Context<'_>, name: &Name) -> Vec<Step> {
    let id = Id::Sequence(name.clone());
    let steps = statements(context, name).into_iter().map(|sql| Step::new(&id, sql)).collect();
    new_object::created(context, &id, steps, None)
}

pub(super) fn drop(context: &Context<'_>, name: &Name) -> Step {
    let id = Id::Sequence(name.clone());
    let step = Step::new(&id, ddl::drop(&id, context.current));
    if context.is_made_again(&id) {
        return step;
    }
    step.hazard(Hazard::warns("drop-sequence", name, "a program that uses it fails"))
}

/// `ALTER SEQUENCE` for the numbers.
pub(super) fn alter(context: &Context<'_>, name: &Name) -> Vec<Step> {
    let both = context.current.sequences.get(name).zip(context.wanted.sequences.get(name));
    let Some((found, want)) = both else { return Vec::new() };
    let id = Id::Sequence(name.clone());
    let fit = sequence::fit(name, &found.options, &want.options).into_iter();
    let alter = Step::new(&id, sequence::alter(name, &found.options, &want.options));
    let alter = alter.with(narrow_hazard(name, &found.options, &want.options));
    fit.map(|sql| Step::new(&id, sql)).chain([alter]).collect()
}

/// The sequences that stay while their owner is dropped: they would go with it.
pub(super) fn freed(context: &Context<'_>) -> Vec<Step> {
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

/// `OWNED BY` comes after the column, the column's default after the sequence.
pub(super) fn owner(context: &Context<'_>, name: &Name) -> Node {
    let owner = context.wanted.sequences.get(name).and_then(|found| found.owned_by.clone());
    let after = owner.map(|(table, column)| Id::Column(table, column));
    let id = Id::Sequence(name.clone());
    Node {
        settles: false,
        after: after.into_iter().chain([id.clone()]).collect(),
        ..Node::new(id, owned_by(context, name))
    }
}

/// A sequence; that of an identity which becomes a serial column goes on where the identity was.
fn statements(context: &Context<'_>, name: &Name) -> Vec<String> {
    let create = ddl::create(&Id::Sequence(name.clone()), context.wanted);
    let owner = context.wanted.sequences.get(name).and_then(|found| found.owned_by.as_ref());
    let identity = owner.and_then(|(table, column)| becomes_serial(context, table, column));
    let Some(identity) = identity else { return create };
    let mut old = identity.sequence.clone();
    let mut statements = Vec::new();
    if old == *name {
        old.name = aside(&old.name, |other| context.is_relation(&name.schema, other));
        statements.push(format!("ALTER SEQUENCE {} RENAME TO {}", ddl::name(name), quote_ident(&old.name)));
    }
    statements.extend(create);
    statements.push(take_over(name, &old));
    statements
}

/// Does the sequence take over from an identity whose table goes, and is made again without it? Then it comes first.
pub(super) fn outlives_its_table(context: &Context<'_>, name: &Name) -> bool {
    let owner = context.wanted.sequences.get(name).and_then(|found| found.owned_by.as_ref());
    owner.is_some_and(|(table, column)| {
        context.is_made_again(&Id::Table(table.clone())) && becomes_serial(context, table, column).is_some()
    })
}

fn owned_by(context: &Context<'_>, name: &Name) -> Vec<Step> {
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

pub(super) fn add_identity(
    context: &Context<'_>,
    table: &Name,
    name: &str,
    identity: &Identity,
) -> Vec<Step> {
    let id = Id::Column(table.clone(), name.to_owned());
    let add = column::alter(table, name, &format!("ADD {}", column::identity(table, name, identity)));
    let is_its = |found: &&Sequence| {
        !context.wanted.sequences.contains_key(&found.name)
            && column_of(context, found).is_some_and(|of| of == (table, name))
    };
    let Some(serial) = context.current.sequences.values().find(is_its) else {
        return [add, start_after_rows(&identity.sequence, &identity.options, table, name)]
            .map(|sql| Step::new(&id, sql))
            .into();
    };
    let schema = &serial.name.schema;
    let old = Name::new(schema, aside(&serial.name.name, |other| context.is_relation(schema, other)));
    [
        format!("ALTER SEQUENCE {} RENAME TO {}", ddl::name(&serial.name), quote_ident(&old.name)),
        add,
        take_over(&identity.sequence, &old),
        format!("DROP SEQUENCE {}", ddl::name(&old)),
    ]
    .map(|sql| Step::new(&id, sql))
    .into()
}

/// The identity of a column that becomes a serial column. Then the sequence takes its value over.
pub(super) fn becomes_serial<'a>(context: &Context<'a>, table: &Name, column: &str) -> Option<&'a Identity> {
    let identity = context.current.column(table, column)?.identity.as_ref()?;
    let owns =
        |found: &Sequence| found.owned_by.as_ref().is_some_and(|(owner, of)| owner == table && of == column);
    let kept = context.wanted.column(table, column)?.identity.is_some();
    (!kept && context.wanted.sequences.values().any(owns)).then_some(identity)
}

/// Is this the sequence of a column that becomes an identity? Then the identity takes its value over.
pub(super) fn becomes_identity(context: &Context<'_>, name: &Name) -> bool {
    context.current.sequences.get(name).is_some_and(|found| column_of(context, found).is_some())
}

/// The column that becomes an identity and has its numbers from this sequence: it owns it, or its default alone
/// uses it.
fn column_of<'a>(context: &'a Context<'_>, sequence: &'a Sequence) -> Option<(&'a Name, &'a str)> {
    let id = Id::Sequence(sequence.name.clone());
    let mut users = context.current.dependencies.on(&id);
    let user = match (users.next(), users.next()) {
        (Some(Id::Default(table, column)), None) => Some((table, column.as_str())),
        _ => None,
    };
    let owner = sequence.owned_by.as_ref().map(|(table, column)| (table, column.as_str()));
    owner.into_iter().chain(user).find(|(table, column)| {
        context.has(&Change::Column((*table).clone(), (*column).to_owned(), ColumnChange::AddIdentity))
    })
}

/// Sets a sequence to where another one is.
fn take_over(sequence: &Name, old: &Name) -> String {
    format!(
        "SELECT pg_catalog.setval({}, last_value, is_called) FROM {}",
        literal(&ddl::name(sequence)),
        ddl::name(old)
    )
}

/// A sequence that is put on a column with rows goes on after them.
fn start_after_rows(sequence: &Name, options: &SequenceOptions, table: &Name, column: &str) -> String {
    let (most, beyond) = if options.increment < 0 { ("min", "<=") } else { ("max", ">=") };
    let column = quote_ident(column);
    format!(
        "SELECT pg_catalog.setval({}, {most}({column})) FROM {} HAVING {most}({column}) {beyond} {}",
        literal(&ddl::name(sequence)),
        ddl::name(table),
        options.start
    )
}

/// A sequence that may be beyond its new bounds.
pub(super) fn narrow_hazard(
    object: impl ToString,
    found: &SequenceOptions,
    want: &SequenceOptions,
) -> Option<Hazard> {
    let above = (want.max < found.max).then(|| format!("fails if its last number is above {}", want.max));
    let below =
        (want.min > found.min).then(|| format!("goes on at {} if its last number is below", want.min));
    let beyond: Vec<String> = above.into_iter().chain(below).collect();
    let message = beyond.join("; ");
    (!beyond.is_empty()).then(|| Hazard::warns("narrow-sequence", object, &message))
}
