//! `INHERIT`, `ATTACH PARTITION`, `OF`: a table becomes one of another one, or of a type.

use super::name;
use crate::ident::unquoted;
use crate::schema::{Name, Table};
use crate::sql::in_brackets;

pub(crate) fn create(table: &Table, from: &Name) -> String {
    let (own, from) = (name(&table.name), name(from));
    match (&table.of_type, &table.bound) {
        (Some(_), _) => format!("ALTER TABLE {own} OF {from}"),
        (None, Some(bound)) => format!("ALTER TABLE {from} ATTACH PARTITION {own} {bound}"),
        (None, None) => format!("ALTER TABLE {own} INHERIT {from}"),
    }
}

pub(crate) fn drop(table: &Table, from: &Name) -> String {
    let (own, from) = (name(&table.name), name(from));
    match (&table.of_type, &table.bound) {
        (Some(_), _) => format!("ALTER TABLE {own} NOT OF"),
        (None, Some(_)) => format!("ALTER TABLE {from} DETACH PARTITION {own}"),
        (None, None) => format!("ALTER TABLE {own} NO INHERIT {from}"),
    }
}

/// The rows of a partition as an expression, where its key is one column: `at IS NOT NULL AND at >= '2030-01-01'`.
pub(crate) fn bound_as_check(table: &Table, parent: &Table) -> Option<String> {
    let (strategy, key) = in_brackets(parent.partition_by.as_deref()?);
    let [column] = key[..] else { return None };
    parent.column(&unquoted(column))?;
    let bound = table.bound_values()?;
    let (_, values) = in_brackets(bound);
    match (strategy.trim_end(), &values[..]) {
        ("LIST", values) if !values.contains(&"NULL") => {
            Some(format!("{column} IS NOT NULL AND {column} IN ({})", values.join(", ")))
        }
        ("RANGE", [lowest]) => {
            // `FROM (1) TO (2)`
            let (_, rest) = bound.split_once(&format!("({lowest})"))?;
            let (_, highest) = in_brackets(rest);
            let [highest] = highest[..] else { return None };
            let at_least = (*lowest != "MINVALUE").then(|| format!(" AND {column} >= {lowest}"));
            let below = (highest != "MAXVALUE").then(|| format!(" AND {column} < {highest}"));
            let [at_least, below] = [at_least, below].map(Option::unwrap_or_default);
            Some(format!("{column} IS NOT NULL{at_least}{below}"))
        }
        _ => None,
    }
}
