//! Privileges as steps.

use std::collections::BTreeSet;

use super::context::Context;
use super::hazard::Hazard;
use super::step::Step;
use crate::ddl::privilege::{self, Kind, Statement};
use crate::diff::Change;
use crate::diff::privilege::lost_with_table;
use crate::schema::{Creates, DefaultPrivileges, Grant, Id, Name, Schema};

/// GRANT and REVOKE on an object that stays.
pub(super) fn change(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let lost = lost_with_table(id, context.current, context.wanted);
    let found = &context.current.grants(id) - &lost;
    let statements = privilege::change(id, &found, &context.wanted.grants(id)).into_iter();
    statements.map(|it| Step::new(id, &*it.sql).with(revoke_hazard(id, &it))).collect()
}

/// The privileges on something new and on its parts. Those that it has from its creation are not said.
pub(super) fn of_new(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let mut ids = vec![id.clone()];
    match id {
        Id::Table(name) => {
            for column in context.wanted.tables.get(name).iter().flat_map(|table| &table.columns) {
                ids.push(Id::Column(name.clone(), column.name.clone()));
                ids.extend(column.identity.as_ref().map(|identity| Id::Sequence(identity.sequence.clone())));
            }
        }
        Id::View(_, name) => {
            ids.extend(context.wanted.privileges.keys().filter(|key| is_column_of(key, name)).cloned());
        }
        Id::Column(table, name) => ids.extend(identity(context.wanted, table, name)),
        _ => {}
    }
    ids.iter().flat_map(|id| steps(context, id, &from_creation(context, id))).collect()
}

/// Privileges on a recreated object that are not granted again.
pub(super) fn not_given_again(context: &Context<'_>, id: &Id) -> Vec<Hazard> {
    let statements = privilege::change(id, &context.current.grants(id), &context.wanted.grants(id));
    let lost = statements.iter().filter(|it| it.kind == Kind::Revoke);
    lost.filter_map(|it| revoke_hazard(id, it)).collect()
}

/// The privileges on the sequence of a column that became an identity.
pub(super) fn of_identity(context: &Context<'_>, table: &Name, column: &str) -> Vec<Step> {
    let id = identity(context.wanted, table, column);
    id.iter().flat_map(|id| steps(context, id, &from_creation(context, id))).collect()
}

/// Changes of default privileges.
pub(super) fn defaults(context: &Context<'_>, of: &Creates) -> Vec<Step> {
    let made =
        of.schema.as_ref().is_some_and(|schema| context.has(&Change::Create(Id::Namespace(schema.clone()))));
    let grants = |schema: &Schema| schema.default_privileges.get(of).map(|found| found.grants.clone());
    let found = grants(context.current).filter(|_| !made).unwrap_or_default();
    let want = grants(context.wanted).unwrap_or_default();
    let statements = privilege::change_default(of, &found, &want);
    statements.into_iter().map(|sql| Step::of_session("default privileges", sql)).collect()
}

fn steps(context: &Context<'_>, id: &Id, found: &BTreeSet<Grant>) -> Vec<Step> {
    let statements = privilege::change(id, found, &context.wanted.grants(id));
    statements.into_iter().map(|it| Step::new(id, it.sql)).collect()
}

/// The privileges that a new object has from the default privileges of the database.
fn from_creation(context: &Context<'_>, id: &Id) -> BTreeSet<Grant> {
    let kind = match id {
        Id::Table(_) | Id::View(..) => "TABLES",
        Id::Sequence(_) => "SEQUENCES",
        Id::Type(_, word) if word == "COLLATION" => return BTreeSet::new(),
        Id::Enum(_) | Id::Type(..) => "TYPES",
        Id::Routine(..) => "FUNCTIONS",
        // Postgres gives it to everybody when it makes a database, and not again.
        Id::Namespace(name) if name == "public" => {
            return [Grant { grantee: None, revoked: true, grantable: false, privilege: "USAGE".to_owned() }]
                .into();
        }
        Id::Namespace(_) => "SCHEMAS",
        _ => return BTreeSet::new(),
    };
    let applies = |of: &&DefaultPrivileges| {
        let in_schema = of.of.schema.as_ref().is_none_or(|schema| is_in(context, id, schema));
        of.of.role.is_none() && of.of.objects == kind && in_schema
    };
    let defaults = context.current.default_privileges.values().filter(applies);
    defaults.flat_map(|found| found.grants.iter().cloned()).collect()
}

fn is_in(context: &Context<'_>, id: &Id, schema: &str) -> bool {
    match id {
        Id::Table(name) | Id::View(_, name) | Id::Sequence(name) | Id::Enum(name) | Id::Type(name, _) => {
            name.schema == schema
        }
        Id::Routine(..) => {
            let found = context.wanted.objects.get(id);
            found.is_some_and(|found| found.details.schema.as_deref() == Some(schema))
        }
        _ => false,
    }
}

fn is_column_of(id: &Id, relation: &Name) -> bool {
    matches!(id, Id::Column(of, _) if of == relation)
}

fn identity(schema: &Schema, table: &Name, column: &str) -> Option<Id> {
    let identity = schema.column(table, column)?.identity.as_ref()?;
    Some(Id::Sequence(identity.sequence.clone()))
}

/// A privilege that is taken from a role.
fn revoke_hazard(id: &Id, statement: &Statement) -> Option<Hazard> {
    let object = match id {
        Id::Column(table, column) => format!("{table}.{column}"),
        Id::Table(name) | Id::View(_, name) | Id::Sequence(name) | Id::Enum(name) | Id::Type(name, _) => {
            name.to_string()
        }
        Id::Namespace(name) | Id::Routine(_, name) => name.clone(),
        _ => return None,
    };
    let role = statement.role.as_deref();
    let message = match statement.kind {
        Kind::RevokeGrantOption => format!("fails if {} gave it to others", role.unwrap_or("PUBLIC")),
        Kind::Revoke => match role {
            None => "a program that needs it and has it only by PUBLIC fails".to_owned(),
            Some(role) => format!("a program that needs it and runs as {role} fails"),
        },
        Kind::Grant => return None,
    };
    Some(Hazard::warns("revoke", object, &message))
}
