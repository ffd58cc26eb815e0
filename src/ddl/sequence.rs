//! `CREATE SEQUENCE`, and the numbers of an identity's sequence.

use super::name;
use crate::ident::{literal, object_name, quote_ident};
use crate::schema::{Name, Sequence, SequenceOptions};

pub(crate) fn create(sequence: &Sequence) -> String {
    let unlogged = if sequence.unlogged { "UNLOGGED " } else { "" };
    let options = &sequence.options;
    let mut words = vec![format!("CREATE {unlogged}SEQUENCE {}", name(&sequence.name))];
    if options.data_type != "bigint" {
        words.push(format!("AS {}", options.data_type));
    }
    words.extend(numbers(&defaults(&options.data_type, options.increment < 0), options));
    words.join(" ")
}

/// `ALTER SEQUENCE`: what is not said stays, but for bounds that were the old type's own.
pub(crate) fn alter(sequence: &Name, found: &SequenceOptions, want: &SequenceOptions) -> String {
    let mut words = vec![format!("ALTER SEQUENCE {}", name(sequence))];
    if found.data_type != want.data_type {
        words.push(format!("AS {}", want.data_type));
    }
    words.extend(numbers(&retyped(found, &want.data_type), want));
    words.join(" ")
}

pub(crate) fn owned_by(sequence: &Sequence) -> String {
    let owner = match &sequence.owned_by {
        Some((table, column)) => format!("{}.{}", name(table), quote_ident(column)),
        None => "NONE".to_owned(),
    };
    format!("ALTER SEQUENCE {} OWNED BY {owner}", name(&sequence.name))
}

/// Brings the last number of a sequence within bounds that become narrower: below the new lowest one it becomes that,
/// and where no number was given yet, the new start. Above the new highest one nothing can be done.
pub(crate) fn fit(sequence: &Name, found: &SequenceOptions, want: &SequenceOptions) -> Vec<String> {
    let found = &retyped(found, &want.data_type);
    let set = |value: &str, condition: &str| {
        let quoted = literal(&name(sequence));
        format!(
            "SELECT pg_catalog.setval({quoted}, {value}, false) FROM {} WHERE {condition}",
            name(sequence)
        )
    };
    let within = want.min..=want.max;
    let (start, min) = (want.start, want.min);
    let set = match (!within.contains(&found.start), min > found.min) {
        (true, true) => Some(set(
            &format!("CASE WHEN is_called THEN {min} ELSE {start} END"),
            &format!("NOT is_called OR last_value < {min}"),
        )),
        (true, false) => Some(set(&start.to_string(), "NOT is_called")),
        (false, true) => Some(set(&min.to_string(), &format!("last_value < {min}"))),
        (false, false) => None,
    };
    let allowed = found.min..=found.max;
    let is_outside = !allowed.contains(&want.start) || !allowed.contains(&want.min);
    let widen = (is_outside && set.is_some()).then(|| {
        let (lowest, highest) = (found.min.min(want.min), found.max.max(want.max));
        format!("ALTER SEQUENCE {} MINVALUE {lowest} MAXVALUE {highest}", name(sequence))
    });
    widen.into_iter().chain(set).collect()
}

/// The numbers in which `want` differs from `found`, a clause each.
pub(crate) fn numbers(found: &SequenceOptions, want: &SequenceOptions) -> Vec<String> {
    let number = |word: &str, found: i64, want: i64| (found != want).then(|| format!("{word} {want}"));
    let cycle = if want.cycle { "CYCLE" } else { "NO CYCLE" };
    [
        number("START WITH", found.start, want.start),
        number("INCREMENT BY", found.increment, want.increment),
        number("MINVALUE", found.min, want.min),
        number("MAXVALUE", found.max, want.max),
        number("CACHE", found.cache, want.cache),
        (found.cycle != want.cycle).then(|| cycle.to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What Postgres gives a sequence of this type and direction when nothing else is said. The step is 1, so that
/// any other is said.
pub(crate) fn defaults(data_type: &str, descending: bool) -> SequenceOptions {
    let (lowest, highest) = bounds(data_type);
    let (min, max) = if descending { (lowest, -1) } else { (1, highest) };
    let start = if descending { max } else { min };
    SequenceOptions { data_type: data_type.to_owned(), start, increment: 1, min, max, cache: 1, cycle: false }
}

/// What another type makes of a sequence: bounds that are the old type's own become the new type's.
pub(crate) fn retyped(options: &SequenceOptions, data_type: &str) -> SequenceOptions {
    let (old, new) = (bounds(&options.data_type), bounds(data_type));
    let mut options = SequenceOptions { data_type: data_type.to_owned(), ..options.clone() };
    if options.min == old.0 {
        options.min = new.0;
    }
    if options.max == old.1 {
        options.max = new.1;
    }
    options
}

fn bounds(data_type: &str) -> (i64, i64) {
    match data_type {
        "smallint" => (i16::MIN.into(), i16::MAX.into()),
        "integer" => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    }
}

/// The name that Postgres gives the sequence of an identity or serial column, if nothing else has it.
pub(crate) fn default_name(table: &Name, column: &str) -> Name {
    Name::new(table.schema.clone(), object_name(&table.name, column, "seq"))
}
