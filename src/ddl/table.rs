//! `CREATE TABLE`

use super::twins::is_made_later;
use super::{column, constraint, name};
use crate::ident::quote_ident;
use crate::schema::{COLUMN_PROPERTIES, Column, Constraint, ConstraintKind, Schema, Table};

/// The table, with its columns and every constraint that refers to no other table. A partition stands alone until
/// it is attached, so that its indexes and keys have the names that they should have.
pub(crate) fn create(table: &Table, schema: &Schema) -> Vec<String> {
    let born = is_born_an_heir(table, schema);
    let declared = |local: bool, inherited: bool| local || !inherited || !born;
    let columns = table.columns.iter().filter(|found| declared(found.local, found.inherited));
    let columns = columns.filter_map(|found| match table.of_type {
        Some(_) => column::with_options(&table.name, found),
        None => Some(column::definition(&table.name, found)),
    });
    let named = table.columns.iter().filter(|_| born).filter_map(|found| own_not_null(table, found, schema));
    let own = table
        .constraints
        .values()
        .filter(|found| comes_with_table(found, table, schema) && declared(found.local, found.inherited));
    // A new table has no rows that could break a constraint, so that NOT VALID is forgotten there.
    let (not_valid, mut constraints): (Vec<_>, Vec<&Constraint>) = own.partition(|found| {
        let parts = found.parts();
        parts.enforced && !parts.valid
    });
    constraints.sort_by_key(|found| (found.kind, &found.name));
    let lines: Vec<String> = columns
        .chain(named)
        .chain(constraints.into_iter().map(constraint::clause))
        .map(|line| format!("    {line}"))
        .collect();
    let mut statements = vec![statement(table, &lines, born)];
    if born {
        statements.extend(table.columns.iter().flat_map(|found| otherwise(table, found, schema)));
    }
    statements.extend(table.columns.iter().flat_map(|found| column::settings(&table.name, found)));
    statements.extend(not_valid.into_iter().map(|found| constraint::add(&table.name, found)));
    let open = Table { row_security: false, force_row_security: false, ..table.clone() };
    statements.extend(row_security(&open, table).into_iter().map(|(_, sql)| sql));
    statements
}

/// Is the constraint there once its table is made?
pub(crate) fn comes_with_table(constraint: &Constraint, table: &Table, schema: &Schema) -> bool {
    let is_later = constraint.kind == ConstraintKind::ForeignKey || constraint.comes_with_link();
    !is_later && !is_made_later(constraint, table, schema)
}

fn statement(table: &Table, lines: &[String], born: bool) -> String {
    let unlogged = if table.unlogged { "UNLOGGED " } else { "" };
    let mut text = format!("CREATE {unlogged}TABLE {}", name(&table.name));
    if let Some(of) = &table.of_type {
        text += &format!(" OF {}", name(of));
    }
    if !lines.is_empty() {
        text += &format!(" (\n{}\n)", lines.join(",\n"));
    } else if table.of_type.is_none() {
        text += " ()";
    }
    if born {
        let parents: Vec<String> = table.parents.iter().map(name).collect();
        text += &format!(" INHERITS ({})", parents.join(", "));
    }
    if let Some(key) = &table.partition_by {
        text += &format!(" PARTITION BY {key}");
    }
    if !table.options.is_empty() {
        text += &format!(" WITH ({})", table.options.join(", "));
    }
    text
}

/// Is the table made with its parents? If not, it is made by itself and told to inherit: so is a partition, and a
/// table whose inherited columns are not what they would be made as.
pub(crate) fn is_born_an_heir(table: &Table, schema: &Schema) -> bool {
    let as_made = |column: &Column| {
        let of_parents: Vec<&Column> = parents_columns(table, &column.name, schema).collect();
        column.local
            || of_parents
                .iter()
                .all(|of| of.generated == column.generated && of.default == of_parents[0].default)
    };
    table.bound.is_none() && !table.parents.is_empty() && table.columns.iter().all(as_made)
}

/// The column of that name in each parent that has it.
fn parents_columns<'a>(
    table: &'a Table,
    column: &'a str,
    schema: &'a Schema,
) -> impl Iterator<Item = &'a Column> {
    table.parents.iter().filter_map(move |parent| schema.column(parent, column))
}

/// The constraint that forbids NULL in a column that is only inherited, where it has another name than the parent's.
fn own_not_null(table: &Table, column: &Column, schema: &Schema) -> Option<String> {
    let name = column.not_null_name.as_ref().filter(|_| column.not_null && !column.local)?;
    let of = table.parents.iter().find_map(|parent| {
        let of = schema.column(parent, &column.name).filter(|of| of.not_null)?;
        column::not_null_constraint(parent, of)
    })?;
    (of != *name).then(|| format!("CONSTRAINT {} NOT NULL {}", quote_ident(name), quote_ident(&column.name)))
}

/// Where a column that is only inherited is not as it is inherited.
fn otherwise(table: &Table, want: &Column, schema: &Schema) -> Vec<String> {
    let inherited = parents_columns(table, &want.name, schema).next();
    let Some(found) = inherited.filter(|_| !want.local) else { return Vec::new() };
    let null = parents_columns(table, &want.name, schema).all(|found| !found.not_null);
    let alter = |what: String| column::alter(&table.name, &want.name, &what);
    let default = match &want.default {
        default if *default == found.default => None,
        Some(default) => Some(alter(format!("SET DEFAULT {default}"))),
        None => Some(alter("DROP DEFAULT".to_owned())),
    };
    let not_null = (want.not_null == null).then(|| match want.not_null {
        true => column::set_not_null(&table.name, want),
        false => alter("DROP NOT NULL".to_owned()),
    });
    // Where one is set, the column's settings say it.
    let unset = COLUMN_PROPERTIES
        .iter()
        .filter(|property| property.inherited && property.of(found).is_some() && property.of(want).is_none());
    let unset = unset.map(|property| column::set_property(&table.name, want, property));
    default.into_iter().chain(not_null).chain(unset).collect()
}

/// What becomes of a table's row level security.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowSecurity {
    Enable,
    Disable,
    Force,
    NoForce,
}

/// What differs about row level security, each with its statement.
pub(crate) fn row_security(found: &Table, want: &Table) -> Vec<(RowSecurity, String)> {
    use RowSecurity::{Disable, Enable, Force, NoForce};
    let alter = |what: RowSecurity| {
        let words = match what {
            Enable => "ENABLE",
            Disable => "DISABLE",
            Force => "FORCE",
            NoForce => "NO FORCE",
        };
        (what, format!("ALTER TABLE {} {words} ROW LEVEL SECURITY", name(&want.name)))
    };
    let able = (found.row_security != want.row_security)
        .then(|| alter(if want.row_security { Enable } else { Disable }));
    let force = (found.force_row_security != want.force_row_security)
        .then(|| alter(if want.force_row_security { Force } else { NoForce }));
    able.into_iter().chain(force).collect()
}
