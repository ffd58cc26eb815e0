//! `CREATE TABLE`

use super::{column, constraint, name};
use crate::schema::{ConstraintKind, Table};

/// The table, with its columns and every constraint that refers to no other table.
pub(crate) fn create(table: &Table) -> Vec<String> {
    let columns = table.columns.iter().map(|found| column::definition(&table.name, found));
    let mut constraints: Vec<_> =
        table.constraints.values().filter(|found| found.kind != ConstraintKind::ForeignKey).collect();
    constraints.sort_by_key(|found| (found.kind, &found.name));
    let lines: Vec<String> = columns
        .chain(constraints.into_iter().map(constraint::clause))
        .map(|line| format!("    {line}"))
        .collect();
    let unlogged = if table.unlogged { "UNLOGGED " } else { "" };
    let options = if table.options.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", table.options.join(", "))
    };
    let body = if lines.is_empty() { String::new() } else { format!("\n{}\n", lines.join(",\n")) };
    let mut statements = vec![format!("CREATE {unlogged}TABLE {} ({body}){options}", name(&table.name))];
    statements.extend(table.columns.iter().flat_map(|found| column::settings(&table.name, found)));
    statements
}
