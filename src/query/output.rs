//! How the columns of a model stand in a select list.
//!
//! The driver knows the types that come with Postgres by their numbers; any other (an enum, `citext`, an array of a
//! domain) it asks for, on the connection whose rows are on their way already, and behind a proxy that pools
//! transactions by names that another server does not have. So such columns are cast to what their fields are read
//! from as well, and the driver has nothing to ask. A type of which only a hand-written [`Value`] knows what it is
//! cannot be cast: see [`ask`](super::ask).
//!
//! [`Value`]: crate::types::Value

use super::wire::{self, Known};
use crate::Model;
use crate::ident::ident;
use crate::model::{Declared, DeclaredColumn};

/// What stands in the list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// The column.
    Plain,
    /// The column, cast to this type, which comes with Postgres; or to an array of it.
    Cast { ty: &'static str, array: bool },
    /// The column, whose type the driver has to ask for.
    Asked,
}

impl Output {
    /// Of a column.
    pub const fn of(column: &DeclaredColumn) -> Self {
        let comes_with_postgres = match column.sql_type {
            Some(written) => is_built_in(written),
            None => column.ty.pg_enum.is_none() && is_built_in(column.ty.name),
        };
        if comes_with_postgres {
            return Output::Plain;
        }
        let Some((ty, ..)) = wire::known(column.ty) else { return Output::Asked };
        let array = column.ty.dimensions > 0;
        // Of a domain the server says what it is over, but not of an array of domains.
        if array || Self::is_text(ty) { Output::Cast { ty, array } } else { Output::Plain }
    }

    const fn is_text(ty: &str) -> bool {
        wire::equal(ty.as_bytes(), b"text")
    }
}

/// What is found out of a model when the program is compiled.
struct Outputs<M>(M);

impl<M: Model> Outputs<M> {
    const ARE_PLAIN: bool = count(M::DECLARED, false) == 0;
    const ARE_ASKED: bool = count(M::DECLARED, true) > 0;
}

/// How many columns do not stand as they are, or are asked for.
const fn count(declared: &Declared, asked: bool) -> usize {
    let (mut at, mut count) = (0, 0);
    while at < declared.columns.len() {
        count += match Output::of(&declared.columns[at]) {
            Output::Plain => 0,
            Output::Cast { .. } => !asked as usize,
            Output::Asked => 1,
        };
        at += 1;
    }
    count
}

/// May the driver have to ask for the type of a column?
pub(crate) fn is_asked<M: Model>() -> bool {
    Outputs::<M>::ARE_ASKED
}

/// Hands over the list of the model's columns. A cast column keeps its name.
pub(crate) fn each<M: Model>(mut push: impl FnMut(&str)) {
    if Outputs::<M>::ARE_PLAIN {
        return push(M::COLUMNS);
    }
    for (at, column) in M::DECLARED.columns.iter().enumerate() {
        push(if at > 0 { ", " } else { "" });
        push(&ident(column.name));
        if let Output::Cast { ty, array } = Output::of(column) {
            push("::");
            push(ty);
            push(if array { "[]" } else { "" });
        }
    }
}

/// A column in ORDER BY. Where the list has it cast, its name alone would be the cast one, with another order.
pub(crate) fn ordered<M: Model>(column: &str) -> Option<String> {
    if Outputs::<M>::ARE_PLAIN {
        return None;
    }
    let declared = M::DECLARED.columns.iter().find(|declared| declared.name == column)?;
    let is_cast = matches!(Output::of(declared), Output::Cast { .. });
    is_cast.then(|| format!("{}.", ident(M::DECLARED.table)))
}

/// Does a type with this name, as a model writes it, come with Postgres? Modifiers and brackets do not count.
const fn is_built_in(written: &str) -> bool {
    let name = stem(written.as_bytes());
    let mut at = 0;
    while at < BUILT_IN.len() {
        if is_same(name, BUILT_IN[at].as_bytes()) {
            return true;
        }
        at += 1;
    }
    let mut at = 0;
    while at < wire::KNOWN.len() {
        let known: &Known = &wire::KNOWN[at];
        if is_same(name, known.0.as_bytes()) {
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

/// Names that are not quoted are the same in any case.
const fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Names besides those by which values travel.
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
