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
    statements.extend(index.statistics.iter().filter_map(|target| {
        let (column, target) = target.split_once(':')?;
        Some(format!("ALTER INDEX {} ALTER COLUMN {column} SET STATISTICS {target}", name(&index.name)))
    }));
    statements
}
