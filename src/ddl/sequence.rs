//! `CREATE SEQUENCE`, and the numbers of an identity's sequence.

use super::name;
use crate::ident::ident;
use crate::schema::{Name, Sequence, SequenceOptions};

pub(crate) fn create(sequence: &Sequence) -> String {
    let unlogged = if sequence.unlogged { "UNLOGGED " } else { "" };
    format!("CREATE {unlogged}SEQUENCE {} {}", name(&sequence.name), options(&sequence.options))
}

/// `ALTER SEQUENCE`: every number is said, since what is not said stays.
pub(crate) fn alter(sequence: &Name, to: &SequenceOptions) -> String {
    format!("ALTER SEQUENCE {} {}", name(sequence), options(to))
}

pub(crate) fn owned_by(sequence: &Sequence) -> String {
    let owner = match &sequence.owned_by {
        Some((table, column)) => format!("{}.{}", name(table), ident(column)),
        None => "NONE".to_owned(),
    };
    format!("ALTER SEQUENCE {} OWNED BY {owner}", name(&sequence.name))
}

/// All numbers of a sequence.
pub(crate) fn options(options: &SequenceOptions) -> String {
    format!("AS {} {}", options.data_type, numbers(options))
}

/// All numbers but the type, which an identity takes from its column.
pub(crate) fn numbers(options: &SequenceOptions) -> String {
    let SequenceOptions { start, increment, min, max, cache, cycle, .. } = options;
    let cycle = if *cycle { "CYCLE" } else { "NO CYCLE" };
    format!("START WITH {start} INCREMENT BY {increment} MINVALUE {min} MAXVALUE {max} CACHE {cache} {cycle}")
}

/// Are these the numbers that Postgres gives a sequence of this type when nothing is said?
pub(crate) fn are_default(options: &SequenceOptions) -> bool {
    let max = match options.data_type.as_str() {
        "smallint" => i64::from(i16::MAX),
        "integer" => i64::from(i32::MAX),
        _ => i64::MAX,
    };
    (options.start, options.increment, options.min, options.max, options.cache, options.cycle)
        == (1, 1, 1, max, 1, false)
}

/// The name that Postgres gives the sequence of an identity or serial column, if nothing else has it.
pub(crate) fn default_name(table: &Name, column: &str) -> Name {
    Name::new(table.schema.clone(), object_name(&table.name, column, "seq"))
}

/// `table_column_label` in 63 bytes: Postgres's `makeObjectName` shortens the longer of the two names, a byte
/// at a time, to whole characters.
fn object_name(table: &str, column: &str, label: &str) -> String {
    const LIMIT: usize = 63;
    let available = LIMIT - label.len() - 2;
    let (mut first, mut second) = (table.len(), column.len());
    while first + second > available {
        if first > second { first -= 1 } else { second -= 1 }
    }
    format!("{}_{}_{label}", clip(table, first), clip(column, second))
}

fn clip(text: &str, bytes: usize) -> &str {
    &text[..(0..=bytes).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_shortened_as_postgres_does() {
        assert_eq!(object_name("t", "id", "seq"), "t_id_seq");
        let table = "a".repeat(60);
        assert_eq!(object_name(&table, "id", "seq"), format!("{}_id_seq", "a".repeat(56)));
        assert_eq!(object_name(&"雨".repeat(20), "id", "seq"), format!("{}_id_seq", "雨".repeat(18)));
    }
}
