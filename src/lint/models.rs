//! What the models declare, and a migration that a person wrote does not keep.

use super::{File, Found};
use crate::report::Source;
use crate::schema::{ConstraintKind, Name, Schema};
use crate::sql::in_brackets;

/// A table with soft delete.
#[derive(Debug, Clone)]
pub struct SoftDeleted {
    /// The table.
    pub table: Name,
    /// The column that says when a row was deleted.
    pub column: String,
    /// The columns of each unique that is declared for deleted rows too.
    pub with_deleted: Vec<Vec<String>>,
}

/// What keeps columns unique: its name, as an acknowledgement says it, and the columns.
type Unique = (String, Vec<String>);

/// The uniques that are there in the end, each with the name of its index.
pub(super) fn in_the_end(schema: &Schema, soft_deleted: &[SoftDeleted]) -> Vec<(Name, Found)> {
    let mut all = Vec::new();
    for of in soft_deleted {
        for (name, _) in of_deleted_rows(schema, of) {
            let index = name.rsplit_once('.').map_or(name.as_str(), |(_, index)| index);
            all.push((Name::new(&of.table.schema, index), finding(of, None, name)));
        }
    }
    all
}

fn finding(of: &SoftDeleted, at: Option<usize>, unique: String) -> Found {
    let message = format!(
        "it counts deleted rows of {} too: the values of a deleted row cannot be used again",
        of.table
    );
    Found::new("unique-of-deleted-rows", at, unique, message, Source::Models)
}

pub(super) fn findings(file: &File<'_>, soft_deleted: &[SoftDeleted]) -> Vec<Found> {
    let Some(after) = file.ran.last().map(|ran| &ran.after) else { return Vec::new() };
    let mut found = Vec::new();
    for of in soft_deleted {
        let before = of_deleted_rows(file.before, of);
        for unique in of_deleted_rows(after, of).into_iter().filter(|unique| !before.contains(unique)) {
            let has = |schema: &Schema| of_deleted_rows(schema, of).contains(&unique);
            let at =
                (0..file.ran.len()).rfind(|at| !has(file.before_statement(*at)) && has(&file.ran[*at].after));
            found.push(finding(of, at, unique.0));
        }
    }
    found
}

/// The uniques of a table that count deleted rows, and are not declared so.
fn of_deleted_rows(schema: &Schema, of: &SoftDeleted) -> Vec<Unique> {
    let Some(table) = schema.tables.get(&of.table).filter(|table| table.column(&of.column).is_some()) else {
        return Vec::new();
    };
    let keys = table.constraints.values().filter(|key| key.kind == ConstraintKind::Unique);
    let keys = keys.map(|key| (format!("{}.{}", table.name, key.name), key.columns.clone()));
    let indexes = schema.indexes.values().filter(|index| {
        let only_live = || {
            let (_, condition) = index.definition.split_once(" WHERE ").unwrap_or_default();
            condition.contains(&format!("{} IS NULL", crate::ident::quote_ident(&of.column)))
        };
        index.table == table.name && index.unique && !(index.partial && only_live())
    });
    let indexes = indexes.map(|index| {
        let (_, columns) = in_brackets(&index.definition);
        (index.name.to_string(), columns.into_iter().map(crate::ident::unquoted).collect())
    });
    // What has the columns of the primary key is unique anyway.
    let primary = table.primary_key().map(|key| &key.columns);
    let is_wanted = |columns: &Vec<String>| {
        of.with_deleted.contains(columns)
            || columns.contains(&of.column)
            || primary.is_some_and(|key| key.iter().all(|column| columns.contains(column)))
    };
    keys.chain(indexes).filter(|(_, columns)| !is_wanted(columns)).collect()
}
