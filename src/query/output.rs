//! The select list of a model.
//!
//! The driver knows the OIDs of built-in types. Any other type (an enum, `citext`, an array of a domain) it looks up on
//! the same connection after the result has begun, where the answer may never arrive; and behind a proxy that pools by
//! transaction it uses prepared statements that another server does not have. So a result must have no such types,
//! whatever has become of the columns since the model was written:
//!
//! * a column that is read as text is cast to `text`, also in case it has become `citext`;
//! * for other columns, a condition that Postgres parses, and the planner then removes, makes the server refuse the
//!   statement if a column has become a type that is not built in: [`Guard`];
//! * for a type that only a hand-written [`Value`] reads, neither is possible: `client/ask.rs` makes the driver look it
//!   up before, as for hand-written statements (`query/asked.rs`).
//!
//! [`Value`]: crate::types::Value

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{PoisonError, RwLock};

use super::asked::Asked;
use super::wire::{self, Known};
use crate::ident::ident;
use crate::model::{Declared, DeclaredColumn};
use crate::{Error, Model};

/// How a column is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// The column.
    Plain,
    /// The column, cast to this built-in type, or to an array of it.
    Cast { ty: &'static str, array: bool },
    /// The column. If many rows are expected, it is cast to this text type, or to an array of it, since it may have
    /// become `citext`.
    Text { ty: &'static str, array: bool },
    /// The column, whose type the driver must look up.
    Asked,
}

impl Output {
    /// How this column is selected.
    pub const fn of(column: &DeclaredColumn) -> Self {
        let array = column.ty.dimensions > 0;
        let built_in = comes_with_postgres(column);
        match wire::known(column.ty) {
            Some((ty, ..)) if is_text(ty) => match column.sql_type {
                // A cast to `text` would remove its padding.
                Some(written) if is_one_of(written, &PADDED) => Output::Text { ty: "bpchar", array },
                Some(written) if built_in && !is_one_of(written, &TEXTS) => Output::Plain,
                _ if built_in => Output::Text { ty: "text", array },
                _ => Output::Cast { ty: "text", array },
            },
            // For a domain the server reports its base type, but not for an array of domains.
            Some((ty, ..)) if array && !built_in => Output::Cast { ty, array },
            None if !built_in => Output::Asked,
            _ => Output::Plain,
        }
    }
}

const fn comes_with_postgres(column: &DeclaredColumn) -> bool {
    match column.sql_type {
        Some(written) => is_built_in(written),
        None => column.ty.pg_enum.is_none() && is_built_in(column.ty.name),
    }
}

const fn is_text(ty: &str) -> bool {
    is_one_of(ty, &TEXTS)
}

const TEXTS: [&str; 4] = ["text", "varchar", "character varying", "name"];

const PADDED: [&str; 3] = ["bpchar", "character", "char"];

/// The properties of a model that are computed at compile time.
struct Outputs<M>(M);

impl<M: Model> Outputs<M> {
    const ARE_ASKED: bool = are_asked(M::DECLARED);
}

const fn are_asked(declared: &Declared) -> bool {
    let mut at = 0;
    while at < declared.columns.len() {
        if matches!(Output::of(&declared.columns[at]), Output::Asked) {
            return true;
        }
        at += 1;
    }
    false
}

/// How the types of the model's columns become known.
pub(crate) fn asked<M: Model>() -> Asked {
    if Outputs::<M>::ARE_ASKED { Asked::Prepared } else { Asked::No }
}

/// The number of rows that are expected. A single row fits into the driver's buffers, so that it can look up types
/// meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    One,
    Many,
}

/// The select list of a model; a cast column keeps its name. Lists are kept for the whole program, at most two for each
/// model.
pub(crate) fn list<M: Model>(expected: Expected) -> &'static str {
    static LISTS: RwLock<Option<HashMap<(usize, bool), &'static str>>> = RwLock::new(None);
    let key = (std::ptr::from_ref(M::DECLARED).addr(), expected == Expected::Many);
    let kept = LISTS.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(list) = kept.as_ref().and_then(|lists| lists.get(&key)) {
        return list;
    }
    drop(kept);
    let mut lists = LISTS.write().unwrap_or_else(PoisonError::into_inner);
    lists.get_or_insert_default().entry(key).or_insert_with(|| write_list(M::DECLARED, expected).leak())
}

fn write_list(declared: &Declared, expected: Expected) -> String {
    let mut guard = match expected {
        Expected::Many => Guard::of(declared),
        Expected::One => None,
    };
    let mut list = String::new();
    for (at, column) in declared.columns.iter().enumerate() {
        list.push_str(if at > 0 { ", " } else { "" });
        let name = ident(column.name);
        let output = match Output::of(column) {
            Output::Cast { ty, array } => cast(&name, ty, array),
            Output::Text { ty, array } if expected == Expected::Many => cast(&name, ty, array),
            _ => name.clone(),
        };
        match guard.take_if(|_| Output::of(column) != Output::Asked) {
            Some(guard) => list.push_str(&guard.around(&name, &output)),
            None => list.push_str(&output),
        }
    }
    list
}

fn cast(name: &str, ty: &str, array: bool) -> String {
    format!("{name}::{ty}{}", if array { "[]" } else { "" })
}

/// A condition by which the server refuses a statement if columns have become types that are not built in, before it
/// executes anything:
///
/// ```sql
/// SELECT CASE WHEN TRUE OR ARRAY[NULL::double precision, "id", "width"] = NULL::double precision[]
///     THEN "id" END AS "id", "width", …
/// ```
///
/// The operand after `TRUE OR` is parsed, which requires comparable types, and then removed by the planner, so that
/// only the column remains. A column that has become another built-in type mostly passes: the driver knows the type,
/// and reading the first row fails.
#[derive(Default)]
struct Guard {
    numbers: Vec<String>,
    times: Vec<String>,
    texts: Vec<String>,
    others: Vec<String>,
}

impl Guard {
    fn of(declared: &Declared) -> Option<Self> {
        let mut guard = Guard::default();
        let mut is_needed = false;
        for column in declared.columns {
            let name = ident(column.name);
            match Output::of(column) {
                Output::Plain => guard.add(column, name),
                Output::Text { array: false, .. } => guard.texts.push(name),
                Output::Text { array: true, .. } => {
                    guard.others.push(format!("COALESCE({name}, NULL::text[]) IS NULL"));
                }
                Output::Cast { .. } | Output::Asked => continue,
            }
            is_needed = true;
        }
        is_needed.then_some(guard)
    }

    fn add(&mut self, column: &DeclaredColumn, name: String) {
        let ty = match wire::known(column.ty) {
            // A domain.
            Some((ty, ..)) if !comes_with_postgres(column) => (*ty).to_owned(),
            _ => without_modifier(column.sql_type.unwrap_or(column.ty.name)),
        };
        if column.ty.dimensions > 0 {
            self.others.push(format!("{name} = NULL::{ty}[]"));
        } else if is_one_of(&ty, &NUMBERS) {
            self.numbers.push(name);
        } else if is_one_of(&ty, &TIMES) {
            self.times.push(name);
        } else if is_one_of(&ty, &["json", "jsonb"]) {
            self.others.push(format!("{name} #> '{{}}' IS NULL"));
        } else {
            let ty = if is_one_of(&ty, &["cidr"]) { "inet" } else { &ty };
            self.others.push(format!("ARRAY[{name}, NULL::{ty}] = NULL::{ty}[]"));
        }
    }

    /// The guard around the column with this name; it checks all columns.
    fn around(self, name: &str, output: &str) -> String {
        let mut guarded = GUARD.to_owned();
        for (columns, ty) in
            [(self.numbers, "double precision"), (self.times, "timestamptz"), (self.texts, "text")]
        {
            if !columns.is_empty() {
                // Writing to a string cannot fail.
                let _ = write!(guarded, " OR ARRAY[NULL::{ty}, {}] = NULL::{ty}[]", columns.join(", "));
            }
        }
        for other in self.others {
            guarded.push_str(" OR ");
            guarded.push_str(&other);
        }
        guarded + &format!(" THEN {output}{GUARDED}{name}")
    }
}

const GUARD: &str = "CASE WHEN TRUE";

const GUARDED: &str = " END AS ";

/// The error for a refusal by the server at a position within the guard; positions count characters from 1.
pub(crate) fn drifted<M: Model>(sql: &str, letter: u32) -> Option<Error> {
    let (at, _) = sql.char_indices().nth(usize::try_from(letter.checked_sub(1)?).ok()?)?;
    let start = sql.find(GUARD)?;
    let end = start + sql[start..].find(GUARDED)?;
    if !(start..end).contains(&at) {
        return None;
    }
    // The position is that of the column, or of the operand after it.
    let name = match sql[at..].strip_prefix('"') {
        Some(rest) => rest.split('"').next()?,
        None => sql[start..at].rsplit('"').nth(1)?,
    };
    let place = M::DECLARED.columns.iter().position(|column| column.name == name)?;
    let model = M::DECLARED.model;
    let rust = M::SHAPE.fields.iter().find(|field| field.name == name).map_or("?", |field| field.rust);
    let error = Error::decode(format!(
        "`{model}`, column `{name}` (number {}): the column has a type from which the field `{rust}` is not read",
        place + 1
    ));
    Some(error.help(format!(
        "the database is not what `{model}` says: apply the migration that makes it so, or change the field"
    )))
}

/// The qualifier of a column in ORDER BY. If the select list casts the column, its name alone would refer to the cast
/// one, which has another order.
pub(crate) fn ordered<M: Model>(column: &str) -> Option<String> {
    let declared = M::DECLARED.columns.iter().find(|declared| declared.name == column)?;
    let is_cast = matches!(Output::of(declared), Output::Cast { .. } | Output::Text { .. });
    is_cast.then(|| format!("{}.", ident(M::DECLARED.table)))
}

/// `timestamp with time zone` of `timestamp(3) with time zone[]`.
fn without_modifier(written: &str) -> String {
    let written = written.split('[').next().unwrap_or_default();
    let Some((before, rest)) = written.split_once('(') else { return written.trim().to_owned() };
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    format!("{} {}", before.trim(), after.trim()).trim().to_owned()
}

/// Is this type, as written in a model, one of the list? Modifiers and array brackets are ignored.
const fn is_one_of(written: &str, types: &[&str]) -> bool {
    let name = stem(written.as_bytes());
    let mut at = 0;
    while at < types.len() {
        if is_same(name, types[at].as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

/// The types that Postgres compares with `double precision`.
const NUMBERS: [&str; 20] = [
    "smallint",
    "int2",
    "integer",
    "int",
    "int4",
    "bigint",
    "int8",
    "smallserial",
    "serial2",
    "serial",
    "serial4",
    "bigserial",
    "serial8",
    "real",
    "float4",
    "double precision",
    "float8",
    "float",
    "numeric",
    "decimal",
];

/// The types that Postgres compares with `timestamptz`.
const TIMES: [&str; 5] =
    ["date", "timestamp", "timestamptz", "timestamp without time zone", "timestamp with time zone"];

/// Is this type, as written in a model, built into Postgres? Modifiers and array brackets are ignored.
const fn is_built_in(written: &str) -> bool {
    if is_one_of(written, &BUILT_IN) {
        return true;
    }
    let mut at = 0;
    while at < wire::KNOWN.len() {
        let known: &Known = &wire::KNOWN[at];
        if is_one_of(written, &[known.0]) {
            return true;
        }
        at += 1;
    }
    false
}

/// `character varying` of `character varying(20)[]`.
const fn stem(written: &[u8]) -> &[u8] {
    let mut name = written.trim_ascii();
    if let Some((schema, rest)) = name.split_at_checked(b"pg_catalog.".len())
        && is_same(schema, b"pg_catalog.")
    {
        name = rest;
    }
    let mut end = 0;
    while end < name.len() && name[end] != b'(' && name[end] != b'[' {
        end += 1;
    }
    name.split_at(end).0.trim_ascii()
}

/// Folds the case of names that are not quoted.
const fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Names of built-in types besides those by which values are sent.
const BUILT_IN: [&str; 49] = [
    "bool",
    "int2",
    "int4",
    "int",
    "int8",
    "smallserial",
    "serial2",
    "serial",
    "serial4",
    "bigserial",
    "serial8",
    "float4",
    "float8",
    "float",
    "decimal",
    "character varying",
    "character",
    "char",
    "\"char\"",
    "bpchar",
    "name",
    "time without time zone",
    "time with time zone",
    "timetz",
    "timestamp without time zone",
    "timestamp with time zone",
    "money",
    "xml",
    "jsonpath",
    "macaddr",
    "macaddr8",
    "bit",
    "bit varying",
    "varbit",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "tsvector",
    "tsquery",
    "int4range",
    "int8range",
    "numrange",
    "tsrange",
    "tstzrange",
    "daterange",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_come_with_postgres_are_known_as_people_write_them() {
        for written in [
            "varchar(20)",
            " Character Varying (20) []",
            "timestamp(3) with time zone",
            "TIMESTAMPTZ",
            "pg_catalog.bpchar",
            "numeric(10,2)[]",
            "double precision",
            "integer[]",
        ] {
            assert!(is_built_in(written), "{written}");
        }
        for written in ["citext", "public.text", "\"numeric\"", "status[]", "integers", "", "[]"] {
            assert!(!is_built_in(written), "{written}");
        }
    }
}
