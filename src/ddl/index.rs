//! `CREATE INDEX`

use super::name;
use crate::ident::ident;
use crate::schema::Index;

pub(crate) fn create(index: &Index) -> Vec<String> {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let mut statements = vec![format!(
        "CREATE {unique}INDEX {} ON {} {}",
        ident(&index.name.name),
        name(&index.table),
        index.definition
    )];
    statements.extend(set_statistics(&[], index));
    statements
}

/// The statistics targets that differ from those that were there.
pub(crate) fn set_statistics(found: &[String], want: &Index) -> Vec<String> {
    let column = |target: &String| target.split_once(':').map(|(column, _)| column.to_owned());
    let set = |column: &str, target: &str| {
        format!("ALTER INDEX {} ALTER COLUMN {column} SET STATISTICS {target}", name(&want.name))
    };
    let gone = found
        .iter()
        .filter_map(column)
        .filter(|old| want.statistics.iter().all(|new| column(new).as_ref() != Some(old)));
    let new = want.statistics.iter().filter(|target| !found.contains(target));
    gone.map(|column| set(&column, "-1"))
        .chain(new.filter_map(|target| target.split_once(':').map(|(column, target)| set(column, target))))
        .collect()
}
