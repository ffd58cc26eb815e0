//! `ALTER TABLE … ADD CONSTRAINT`

use super::name;
use crate::ident::ident;
use crate::schema::{Constraint, Name};

pub(crate) fn add(table: &Name, constraint: &Constraint) -> String {
    format!("ALTER TABLE {} ADD {}", name(table), clause(constraint))
}

/// As it stands in a `CREATE TABLE`.
pub(crate) fn clause(constraint: &Constraint) -> String {
    format!("CONSTRAINT {} {}", ident(&constraint.name), constraint.definition)
}
