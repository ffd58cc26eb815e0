//! `GRANT` and `REVOKE`

use std::collections::{BTreeMap, BTreeSet};

use super::name;
use crate::ident::ident;
use crate::schema::{Creates, Grant, Id};

/// The statements that make the privileges on something from what they are into what they should be.
pub(crate) fn change(on: &Id, found: &BTreeSet<Grant>, want: &BTreeSet<Grant>) -> Vec<String> {
    let column = if let Id::Column(_, column) = on { format!(" ({})", ident(column)) } else { String::new() };
    let address = address(on);
    let what = |privileges: &[&str]| {
        let each: Vec<String> = privileges.iter().map(|word| format!("{word}{column}")).collect();
        format!("{} ON {address}", each.join(", "))
    };
    statements(found, want, what)
}

/// What stands behind `GRANT … ON`: of a column, its table.
fn address(on: &Id) -> String {
    match on {
        Id::Namespace(schema) => format!("SCHEMA {}", ident(schema)),
        Id::Enum(of) | Id::Type(of, _) => format!("TYPE {}", name(of)),
        Id::Sequence(of) => format!("SEQUENCE {}", name(of)),
        Id::Routine(word, of) if word == "PROCEDURE" => format!("PROCEDURE {of}"),
        // An aggregate is a function here, also one of no arguments.
        Id::Routine(_, of) => format!("FUNCTION {}", of.replace("(*)", "()")),
        Id::Table(of) | Id::View(_, of) | Id::Column(of, _) => format!("TABLE {}", name(of)),
        _ => String::new(),
    }
}

/// The same for what new objects give.
pub(crate) fn change_default(of: &Creates, found: &BTreeSet<Grant>, want: &BTreeSet<Grant>) -> Vec<String> {
    let mut prefix = "ALTER DEFAULT PRIVILEGES".to_owned();
    if let Some(role) = &of.role {
        prefix += &format!(" FOR ROLE {}", ident(role));
    }
    if let Some(schema) = &of.schema {
        prefix += &format!(" IN SCHEMA {}", ident(schema));
    }
    let what = |privileges: &[&str]| format!("{} ON {}", privileges.join(", "), of.objects);
    statements(found, want, what).into_iter().map(|sql| format!("{prefix} {sql}")).collect()
}

/// First what is taken, then what is given, a statement for each role.
fn statements(
    found: &BTreeSet<Grant>,
    want: &BTreeSet<Grant>,
    what: impl Fn(&[&str]) -> String,
) -> Vec<String> {
    // Whoever gets everything loses nothing before.
    let everything = |grantee: &Option<String>| {
        want.iter().any(|grant| &grant.grantee == grantee && grant.privilege == "ALL")
    };
    let gone = found.difference(want).filter(|grant| {
        let gets_it = want.iter().any(|new| {
            new.grantee == grant.grantee && new.privilege == grant.privilege && new.grantable && !new.revoked
        });
        !gets_it && !(everything(&grant.grantee) && !grant.grantable)
    });
    let (given, taken): (Vec<&Grant>, Vec<&Grant>) = gone.partition(|grant| grant.revoked);
    // Where everything was taken, what stays of it must be given again.
    let again = |grant: &&Grant| {
        taken.iter().any(|gone| {
            gone.grantee == grant.grantee && (gone.privilege == "ALL" || gone.privilege == grant.privilege)
        })
    };
    let new: BTreeSet<&Grant> = want.difference(found).chain(want.iter().filter(again)).collect();
    let (withheld, granted): (Vec<&Grant>, Vec<&Grant>) = new.into_iter().partition(|grant| grant.revoked);
    let revokes = by_role(taken.iter().chain(&withheld).copied());
    let grants = by_role(given.into_iter().chain(granted));
    let mut statements = Vec::new();
    for ((grantee, _), privileges) in merged(revokes) {
        statements.push(format!("REVOKE {} FROM {}", what(&privileges), role(grantee)));
    }
    for ((grantee, grantable), privileges) in grants {
        let option = if grantable { " WITH GRANT OPTION" } else { "" };
        statements.push(format!("GRANT {} TO {}{option}", what(&privileges), role(grantee)));
    }
    statements
}

type ByRole<'a> = BTreeMap<(&'a Option<String>, bool), Vec<&'a str>>;

fn by_role<'a>(grants: impl Iterator<Item = &'a Grant>) -> ByRole<'a> {
    let mut roles = ByRole::new();
    for grant in grants {
        let key = (&grant.grantee, grant.grantable && !grant.revoked);
        roles.entry(key).or_default().push(&grant.privilege);
    }
    roles
}

/// What is taken is taken with the right to pass it on.
fn merged(roles: ByRole<'_>) -> ByRole<'_> {
    let mut one = ByRole::new();
    for ((grantee, _), privileges) in roles {
        one.entry((grantee, false)).or_default().extend(privileges);
    }
    one
}

fn role(grantee: &Option<String>) -> String {
    grantee.as_deref().map_or("PUBLIC".to_owned(), ident)
}
