//! `CREATE INDEX`

use super::name;
use crate::ident::{quote_ident, unquoted};
use crate::schema::{Id, Index, Name, Schema};
use crate::sql::in_brackets;

/// The index. One `ON ONLY` a partitioned table gets the parts that it has, which are there.
pub(crate) fn create(index: &Index, schema: &Schema) -> Vec<String> {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let only = if schema.is_on_only(index) { "ONLY " } else { "" };
    let mut statements = vec![format!(
        "CREATE {unique}INDEX {} ON {only}{} {}",
        quote_ident(&index.name.name),
        name(&index.table),
        index.definition
    )];
    if schema.is_on_only(index) {
        statements.extend(parts(index, schema).map(|part| attach(&index.name, &part)));
    }
    statements.extend(set_statistics(&[], index));
    statements
}

fn parts<'a>(index: &'a Index, schema: &'a Schema) -> impl Iterator<Item = Name> + 'a {
    let whole = Id::Index(index.name.clone());
    let parts = schema.index_parts().filter(move |(_, of)| *of == whole);
    parts.filter_map(|(part, _)| part.index_name())
}

/// `ALTER INDEX … ATTACH PARTITION`
fn attach(index: &Name, part: &Name) -> String {
    format!("ALTER INDEX {} ATTACH PARTITION {}", name(index), name(part))
}

/// `CREATE INDEX CONCURRENTLY`; an index lives in its table's schema, so its name is said without it.
pub(crate) fn create_concurrently(index: &str, table: &Name, unique: bool, definition: &str) -> String {
    let unique = if unique { "UNIQUE " } else { "" };
    format!("CREATE {unique}INDEX CONCURRENTLY {} ON {} {definition}", quote_ident(index), name(table))
}

/// `DROP INDEX CONCURRENTLY`
pub(crate) fn drop_concurrently(index: &Name) -> String {
    format!("DROP INDEX CONCURRENTLY {}", name(index))
}

/// `ALTER INDEX … RENAME TO`, within its schema.
pub(crate) fn rename(from: &Name, to: &Name) -> String {
    format!("ALTER INDEX {} RENAME TO {}", name(from), quote_ident(&to.name))
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

/// Is the column a key of the index, in the order of its type, and are all its keys columns?
pub(crate) fn is_plain_key(index: &Index, column: &str) -> bool {
    let (_, keys) = in_brackets(&index.definition);
    let of_key = |key: &str| {
        let end = key.find(" DESC").or_else(|| key.find(" NULLS")).unwrap_or(key.len());
        unquoted(&key[..end])
    };
    let is_name = |key: &&str| !key.contains(['(', ' ']) || key.ends_with(" DESC") || key.contains(" NULLS ");
    !index.partial && keys.iter().all(is_name) && keys.iter().any(|key| of_key(key) == column)
}
