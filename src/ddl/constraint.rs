//! `ALTER TABLE … ADD CONSTRAINT`

use super::name;
use crate::ident::ident;
use crate::schema::{Constraint, Name};

pub(crate) fn add(table: &Name, constraint: &Constraint) -> String {
    format!("ALTER TABLE {} ADD {}", name(table), clause(constraint))
}

/// `ALTER CONSTRAINT`, for a foreign key: when it is checked.
pub(crate) fn defer(table: &Name, constraint: &Constraint) -> String {
    let when = match constraint.parts().deferrability {
        "" => "NOT DEFERRABLE",
        "DEFERRABLE" => "DEFERRABLE INITIALLY IMMEDIATE",
        when => when,
    };
    format!("ALTER TABLE {} ALTER CONSTRAINT {} {when}", name(table), ident(&constraint.name))
}

/// As it stands in a `CREATE TABLE`.
pub(crate) fn clause(constraint: &Constraint) -> String {
    format!("CONSTRAINT {} {}", ident(&constraint.name), constraint.definition)
}
