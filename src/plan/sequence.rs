//! Sequences, and the numbers that a column takes over from its old one.

use super::Step;
use super::context::Context;
use crate::ddl::{self, column, sequence};
use crate::diff::{Change, ColumnChange};
use crate::ident::{aside, ident, literal};
use crate::schema::{Id, Identity, Name, Sequence, SequenceOptions};

/// A sequence; that of an identity which becomes a serial column goes on where the identity was.
pub(super) fn new_sequence(context: &Context<'_>, name: &Name) -> Vec<String> {
    let create = ddl::create(&Id::Sequence(name.clone()), context.wanted);
    let owner = context.wanted.sequences.get(name).and_then(|found| found.owned_by.as_ref());
    let identity = owner.and_then(|(table, column)| becomes_serial(context, table, column));
    let Some(identity) = identity else { return create };
    let mut old = identity.sequence.clone();
    let mut statements = Vec::new();
    if old == *name {
        old.name = aside(&old.name, |other| context.is_relation(&name.schema, other));
        statements.push(format!("ALTER SEQUENCE {} RENAME TO {}", ddl::name(name), ident(&old.name)));
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

pub(super) fn owner(context: &Context<'_>, name: &Name) -> Vec<Step> {
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
        format!("ALTER SEQUENCE {} RENAME TO {}", ddl::name(&serial.name), ident(&old.name)),
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
    let column = ident(column);
    format!(
        "SELECT pg_catalog.setval({}, {most}({column})) FROM {} HAVING {most}({column}) {beyond} {}",
        literal(&ddl::name(sequence)),
        ddl::name(table),
        options.start
    )
}
