//! `ALTER TABLE … ADD CONSTRAINT`

use super::name;
use crate::ident::quote_ident;
use crate::schema::{Constraint, ConstraintKind, Name};

pub(crate) fn add(table: &Name, constraint: &Constraint) -> String {
    format!("ALTER TABLE {} ADD {}", name(table), clause(constraint))
}

/// `ADD CONSTRAINT … USING INDEX`: the index takes the constraint's name.
pub(crate) fn using_index(table: &Name, constraint: &Constraint, index: &Name) -> String {
    let kind = if constraint.kind == ConstraintKind::PrimaryKey { "PRIMARY KEY" } else { "UNIQUE" };
    let (table, own) = (name(table), quote_ident(&constraint.name));
    let sql =
        format!("ALTER TABLE {table} ADD CONSTRAINT {own} {kind} USING INDEX {}", quote_ident(&index.name));
    format!("{sql} {}", constraint.parts().deferrability).trim_end().to_owned()
}

/// What follows the table's name in the definition of the index behind a key or unique constraint; nothing where
/// no index can be turned into the constraint.
pub(crate) fn index_definition(constraint: &Constraint) -> Option<String> {
    let core = constraint.parts().core;
    let rest = core.strip_prefix("PRIMARY KEY ").or(core.strip_prefix("UNIQUE "))?;
    if rest.contains(" WITHOUT OVERLAPS") {
        return None;
    }
    let Some(rest) = rest.strip_prefix("NULLS NOT DISTINCT ") else {
        return Some(format!("USING btree {rest}"));
    };
    // An index says it between its columns and its parameters.
    let (columns, parameters) = rest.find(" WITH (").map_or((rest, ""), |at| rest.split_at(at));
    Some(format!("USING btree {columns} NULLS NOT DISTINCT{parameters}"))
}

/// `ALTER CONSTRAINT`, for a foreign key: when it is checked.
pub(crate) fn defer(table: &Name, constraint: &Constraint) -> String {
    let when = match constraint.parts().deferrability {
        "" => "NOT DEFERRABLE",
        "DEFERRABLE" => "DEFERRABLE INITIALLY IMMEDIATE",
        when => when,
    };
    format!("ALTER TABLE {} ALTER CONSTRAINT {} {when}", name(table), quote_ident(&constraint.name))
}

/// `RENAME CONSTRAINT`
pub(crate) fn rename(table: &Name, from: &str, to: &str) -> String {
    format!("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", name(table), quote_ident(from), quote_ident(to))
}

/// As it stands in a `CREATE TABLE`.
pub(crate) fn clause(constraint: &Constraint) -> String {
    format!("CONSTRAINT {} {}", quote_ident(&constraint.name), constraint.definition)
}
