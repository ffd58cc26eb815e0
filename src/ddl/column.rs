//! Columns, as they stand in `CREATE TABLE` and `ALTER TABLE`.

use super::{name, sequence};
use crate::ident::{object_name, quote_ident};
use crate::schema::{COLUMN_PROPERTIES, Column, ColumnProperty, Identity, Name};

/// `ALTER TABLE … ADD COLUMN …`
pub(crate) fn add(table: &Name, column: &Column) -> Vec<String> {
    let mut statements =
        vec![format!("ALTER TABLE {} ADD COLUMN {}", name(table), definition(table, column))];
    statements.extend(settings(table, column));
    statements
}

/// Name, type, collation, nullability and what fills it.
pub(crate) fn definition(table: &Name, column: &Column) -> String {
    let mut text = format!("{} {}", quote_ident(&column.name), column.data_type);
    if let Some(collation) = &column.collation {
        text += &format!(" COLLATE {collation}");
    }
    text + &options(table, column)
}

/// What a table of a type says about a column, if anything: the type says the rest.
pub(crate) fn with_options(table: &Name, column: &Column) -> Option<String> {
    let options = options(table, column);
    (!options.is_empty()).then(|| format!("{} WITH OPTIONS{options}", quote_ident(&column.name)))
}

fn options(table: &Name, column: &Column) -> String {
    let mut text = String::new();
    if column.not_null {
        if let Some(constraint) = &column.not_null_name {
            text += &format!(" CONSTRAINT {}", quote_ident(constraint));
        }
        text += " NOT NULL";
    }
    if let Some(default) = &column.default {
        text += &format!(" DEFAULT {default}");
    }
    if let Some(generated) = &column.generated {
        text += &format!(" GENERATED ALWAYS AS {generated}");
    }
    if let Some(identity) = &column.identity {
        text += &format!(" {}", self::identity(table, &column.name, identity));
    }
    text
}

/// `GENERATED … AS IDENTITY`, its sequence described where it is not what Postgres makes by itself.
pub(crate) fn identity(table: &Name, column: &str, identity: &Identity) -> String {
    let always = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
    let mut options = Vec::new();
    if identity.sequence != sequence::default_name(table, column) {
        options.push(format!("SEQUENCE NAME {}", name(&identity.sequence)));
    }
    let numbers = &identity.options;
    options
        .extend(sequence::numbers(&sequence::defaults(&numbers.data_type, numbers.increment < 0), numbers));
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
    format!("GENERATED {always} AS IDENTITY{options}")
}

/// `SET GENERATED …` and the numbers that change; nothing where nothing does.
pub(crate) fn set_identity(found: &Identity, want: &Identity) -> Option<String> {
    let mut words = Vec::new();
    if found.always != want.always {
        words.push(format!("GENERATED {}", if want.always { "ALWAYS" } else { "BY DEFAULT" }));
    }
    // The sequence's type follows the column's by itself.
    words.extend(sequence::numbers(
        &sequence::retyped(&found.options, &want.options.data_type),
        &want.options,
    ));
    let words: Vec<String> = words.iter().map(|word| format!("SET {word}")).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The name of the constraint that forbids NULL.
pub(crate) fn not_null_constraint(table: &Name, column: &Column) -> Option<String> {
    let own = || object_name(&table.name, &column.name, "not_null");
    column.not_null.then(|| column.not_null_name.clone().unwrap_or_else(own))
}

/// The constraint behind NOT NULL on both sides, where it is there on both and has another name.
pub(crate) fn not_null_renamed(table: &Name, found: &Column, want: &Column) -> Option<(String, String)> {
    if found.not_null_name == want.not_null_name {
        return None;
    }
    let names = not_null_constraint(table, found).zip(not_null_constraint(table, want));
    names.filter(|(old, new)| old != new)
}

/// `SET NOT NULL`, or the constraint by the name that it is to have.
pub(crate) fn set_not_null(table: &Name, column: &Column) -> String {
    match &column.not_null_name {
        Some(constraint) => {
            let (table, column) = (name(table), quote_ident(&column.name));
            format!("ALTER TABLE {table} ADD CONSTRAINT {} NOT NULL {column}", quote_ident(constraint))
        }
        None => alter(table, &column.name, "SET NOT NULL"),
    }
}

/// The properties that a column definition cannot say.
pub(crate) fn settings(table: &Name, column: &Column) -> Vec<String> {
    let set = COLUMN_PROPERTIES.iter().filter(|property| property.of(column).is_some());
    set.map(|property| set_property(table, column, property)).collect()
}

/// `SET STORAGE EXTERNAL` and the like; where it is not set, the value that says so.
pub(crate) fn set_property(table: &Name, column: &Column, property: &ColumnProperty) -> String {
    let value = property.of(column).unwrap_or_else(|| (property.unset)(column));
    alter(table, &column.name, &format!("{} {value}", property.set))
}

/// `ALTER TABLE … ALTER COLUMN … what`
pub(crate) fn alter(table: &Name, column: &str, what: &str) -> String {
    format!("ALTER TABLE {} {}", name(table), action(column, what))
}

/// `ALTER COLUMN … what`, of which one statement may have several.
pub(crate) fn action(column: &str, what: &str) -> String {
    format!("ALTER COLUMN {} {what}", quote_ident(column))
}
