//! `GRANT` and `REVOKE`

use std::collections::{BTreeMap, BTreeSet};

use super::name;
use crate::ident::quote_ident;
use crate::schema::{Creates, Grant, Id};

/// A statement about privileges.
pub(crate) struct Statement {
    pub(crate) sql: String,
    pub(crate) kind: Kind,
    /// The role, unquoted; `None` is `PUBLIC`.
    pub(crate) role: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    RevokeGrantOption,
    Revoke,
    Grant,
}

/// The statements that make the privileges on something from what they are into what they should be.
pub(crate) fn change(on: &Id, found: &BTreeSet<Grant>, want: &BTreeSet<Grant>) -> Vec<Statement> {
    let column =
        if let Id::Column(_, column) = on { format!(" ({})", quote_ident(column)) } else { String::new() };
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
        Id::Namespace(schema) => format!("SCHEMA {}", quote_ident(schema)),
        Id::Enum(of) | Id::Type(of, _) => format!("TYPE {}", name(of)),
        Id::Sequence(of) => format!("SEQUENCE {}", name(of)),
        Id::Routine(word, of) if word == "PROCEDURE" => format!("PROCEDURE {of}"),
        // An aggregate is a function here, also one of no arguments.
        Id::Routine(_, of) => format!("FUNCTION {}", of.replace("(*)", "()")),
        Id::Other(word, of) if word == "SERVER" => format!("FOREIGN SERVER {of}"),
        Id::Other(word, of) => format!("{word} {of}"),
        Id::Table(of) | Id::View(_, of) | Id::Column(of, _) => format!("TABLE {}", name(of)),
        _ => String::new(),
    }
}

/// The same for what new objects give.
pub(crate) fn change_default(of: &Creates, found: &BTreeSet<Grant>, want: &BTreeSet<Grant>) -> Vec<String> {
    let mut prefix = "ALTER DEFAULT PRIVILEGES".to_owned();
    if let Some(role) = &of.role {
        prefix += &format!(" FOR ROLE {}", quote_ident(role));
    }
    if let Some(schema) = &of.schema {
        prefix += &format!(" IN SCHEMA {}", quote_ident(schema));
    }
    let what = |privileges: &[&str]| format!("{} ON {}", privileges.join(", "), of.objects);
    statements(found, want, what).into_iter().map(|it| format!("{prefix} {}", it.sql)).collect()
}

/// First what is taken, then what is given, a statement for each role.
fn statements(
    found: &BTreeSet<Grant>,
    want: &BTreeSet<Grant>,
    what: impl Fn(&[&str]) -> String,
) -> Vec<Statement> {
    let wants = |gone: &Grant, grantable: bool| want.contains(&Grant { grantable, ..gone.clone() });
    let gets_everything = |gone: &Grant| wants(&Grant { privilege: "ALL".to_owned(), ..gone.clone() }, false);
    let (given, gone): (Vec<&Grant>, Vec<&Grant>) = found.difference(want).partition(|gone| gone.revoked);
    // Whoever gets more loses nothing before.
    let gone =
        gone.into_iter().filter(|gone| gone.grantable || !(wants(gone, true) || gets_everything(gone)));
    let (option, taken): (Vec<&Grant>, Vec<&Grant>) = gone.partition(|gone| wants(gone, false));
    // Where everything was taken, what stays of it must be given again.
    let again = |grant: &&Grant| {
        taken.iter().any(|gone| {
            gone.grantee == grant.grantee && [&grant.privilege, "ALL"].contains(&&*gone.privilege)
        })
    };
    let kept = |grant: &&Grant| option.iter().any(|gone| is_same(gone, grant));
    let new: BTreeSet<&Grant> = want.difference(found).chain(want.iter().filter(again)).collect();
    let (withheld, granted): (Vec<&Grant>, Vec<&Grant>) =
        new.into_iter().filter(|grant| !kept(grant)).partition(|grant| grant.revoked);

    let mut statements = Vec::new();
    let mut put = |kind, role: &Option<String>, sql| {
        statements.push(Statement { sql, kind, role: role.clone() });
    };
    for (grantee, privileges) in by_role(&option) {
        let sql = format!("REVOKE GRANT OPTION FOR {} FROM {}", what(&privileges), role(grantee));
        put(Kind::RevokeGrantOption, grantee, sql);
    }
    for (grantee, privileges) in by_role(&[taken.clone(), withheld].concat()) {
        put(Kind::Revoke, grantee, format!("REVOKE {} FROM {}", what(&privileges), role(grantee)));
    }
    let (passed_on, granted): (Vec<&Grant>, Vec<&Grant>) =
        granted.into_iter().partition(|grant| grant.grantable);
    for (grantee, privileges) in by_role(&[given, granted].concat()) {
        put(Kind::Grant, grantee, format!("GRANT {} TO {}", what(&privileges), role(grantee)));
    }
    for (grantee, privileges) in by_role(&passed_on) {
        let sql = format!("GRANT {} TO {} WITH GRANT OPTION", what(&privileges), role(grantee));
        put(Kind::Grant, grantee, sql);
    }
    statements
}

fn is_same(one: &Grant, other: &Grant) -> bool {
    (&one.grantee, &one.privilege) == (&other.grantee, &other.privilege)
}

fn by_role<'a>(grants: &[&'a Grant]) -> BTreeMap<&'a Option<String>, Vec<&'a str>> {
    let mut roles: BTreeMap<&Option<String>, Vec<&str>> = BTreeMap::new();
    for grant in grants {
        roles.entry(&grant.grantee).or_default().push(&grant.privilege);
    }
    roles
}

fn role(grantee: &Option<String>) -> String {
    grantee.as_deref().map_or("PUBLIC".to_owned(), quote_ident)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(grantee: &str, privilege: &str, grantable: bool) -> Grant {
        Grant {
            grantee: Some(grantee.to_owned()),
            revoked: false,
            grantable,
            privilege: privilege.to_owned(),
        }
    }

    #[test]
    fn nothing_is_taken_from_whoever_gets_more() {
        let change = |found: &[&Grant], want: &[&Grant]| {
            let set = |grants: &[&Grant]| grants.iter().copied().cloned().collect();
            let statements = change(&Id::Namespace("s".to_owned()), &set(found), &set(want));
            statements.into_iter().map(|it| it.sql).collect::<Vec<_>>().join("; ")
        };
        let (usage, all) = (&grant("a", "USAGE", false), &grant("a", "ALL", false));
        let (passed_on, other) = (&grant("a", "USAGE", true), &grant("b", "USAGE", false));
        assert_eq!(change(&[usage], &[all]), "GRANT ALL ON SCHEMA s TO a");
        assert_eq!(change(&[all], &[usage]), "REVOKE ALL ON SCHEMA s FROM a; GRANT USAGE ON SCHEMA s TO a");
        assert_eq!(change(&[usage], &[passed_on]), "GRANT USAGE ON SCHEMA s TO a WITH GRANT OPTION");
        assert_eq!(
            change(&[passed_on, other], &[usage]),
            "REVOKE GRANT OPTION FOR USAGE ON SCHEMA s FROM a; REVOKE USAGE ON SCHEMA s FROM b"
        );
    }
}
