//! `ALTER TABLE … ADD CONSTRAINT`

use super::name;
use crate::ident::ident;
use crate::schema::{Constraint, ConstraintKind, Name};

pub(crate) fn add(table: &Name, constraint: &Constraint) -> String {
    format!("ALTER TABLE {} ADD {}", name(table), clause(constraint))
}

/// `ADD CONSTRAINT … USING INDEX`: the index takes the constraint's name.
pub(crate) fn using_index(table: &Name, constraint: &Constraint, index: &Name) -> String {
    let kind = if constraint.kind == ConstraintKind::PrimaryKey { "PRIMARY KEY" } else { "UNIQUE" };
    let (table, own) = (name(table), ident(&constraint.name));
    let sql = format!("ALTER TABLE {table} ADD CONSTRAINT {own} {kind} USING INDEX {}", ident(&index.name));
    format!("{sql} {}", constraint.parts().deferrability).trim_end().to_owned()
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
