//! `INHERIT`, `ATTACH PARTITION`, `OF`: a table becomes one of another one, or of a type.

use super::name;
use crate::schema::{Name, Table};

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
