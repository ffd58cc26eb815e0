//! `CREATE TABLE`

use super::{column, constraint, name};
use crate::schema::{ConstraintKind, Table};

/// The table, with its columns and every constraint that refers to no other table.
pub(crate) fn create(table: &Table) -> Vec<String> {
    let columns = table.columns.iter().map(|found| column::definition(&table.name, found));
    let own = table.constraints.values().filter(|found| found.kind != ConstraintKind::ForeignKey);
    // A new table has no rows that could break a constraint, so that NOT VALID is forgotten there.
    let (not_valid, mut constraints): (Vec<_>, Vec<_>) = own.partition(|found| !found.parts().valid);
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
    statements.extend(not_valid.into_iter().map(|found| constraint::add(&table.name, found)));
    statements.extend(row_security(
        &Table { row_security: false, force_row_security: false, ..table.clone() },
        table,
    ));
    statements
}

/// What differs about row level security.
pub(crate) fn row_security(found: &Table, want: &Table) -> Vec<String> {
    let alter = |differs: bool, what: String| {
        differs.then(|| format!("ALTER TABLE {} {what} ROW LEVEL SECURITY", name(&want.name)))
    };
    let able = if want.row_security { "ENABLE" } else { "DISABLE" };
    let force = if want.force_row_security { "FORCE" } else { "NO FORCE" };
    [
        alter(found.row_security != want.row_security, able.to_owned()),
        alter(found.force_row_security != want.force_row_security, force.to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}
