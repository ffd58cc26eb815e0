//! Hand-written statements whose columns have types that nobody knows before the server is asked.
//!
//! The driver knows the OIDs of built-in types. Any other type it looks up on the same connection after the result has
//! begun, where the answer may never arrive. So two statements are sent: one that returns the columns and one row of
//! NULLs, and then the statement itself, with each column checked for the type that it had. If a migration has changed
//! a type in between, the server refuses the statement before it executes anything.
//!
//! Both are sent unnamed, since behind a proxy each of them may get another server process.

use std::borrow::Cow;

use postgres::Column;
use postgres::types::{Kind, Type};

use super::placeholder::{escapes, skipped};
use super::wire::KNOWN;
use crate::Error;
use crate::ident::ident;

/// How the types of a statement's columns become known before its rows arrive.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Asked {
    /// They are built in, or only a single row is returned.
    #[default]
    No,
    /// The statement is prepared first.
    Prepared,
    /// A hand-written query, which can stand in a FROM. The length of its text without a semicolon.
    Query { length: usize },
    /// A hand-written statement that changes rows and returns them, which can stand in a WITH. It begins `at` this
    /// position, after its own WITH, if there is one.
    Change { at: usize, with: bool, length: usize },
}

impl Asked {
    /// For a hand-written text that changes nothing, or begins to at a position after its WITH.
    pub fn of(sql: &str, main: Option<(usize, bool)>) -> Self {
        let Some(read) = Read::of(sql) else { return Asked::Prepared };
        let length = read.length;
        match (main, read.word.as_str()) {
            (Some((at, with)), _) if at < length => Asked::Change { at, with, length },
            (None, "SELECT" | "WITH" | "VALUES" | "TABLE") => Asked::Query { length },
            // Their columns have built-in types.
            (None, "SHOW" | "EXPLAIN") => Asked::No,
            _ => Asked::Prepared,
        }
    }
}

/// The first word of a text, and its length up to a semicolon.
struct Read {
    word: String,
    length: usize,
}

impl Read {
    /// `None` for several statements, which the server refuses.
    fn of(sql: &str) -> Option<Self> {
        let (mut read, mut at, mut ended) = (Read { word: String::new(), length: sql.len() }, 0, false);
        while at < sql.len() {
            let rest = &sql[at..];
            let in_name = sql[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
            let is_blank =
                rest.starts_with(char::is_whitespace) || rest.starts_with("--") || rest.starts_with("/*");
            if rest.starts_with(';') {
                read.length = if ended { read.length } else { at };
                ended = true;
            } else if ended && !is_blank {
                return None;
            } else if read.word.is_empty() && !is_blank && !rest.starts_with('(') {
                read.word = rest.chars().take_while(char::is_ascii_alphabetic).collect();
                read.word.make_ascii_uppercase();
                if read.word.is_empty() {
                    return None;
                }
            }
            at += skipped(rest, escapes(&sql[..at]), in_name);
        }
        Some(read)
    }
}

const ROWS: &str = "\"feedstock rows\"";

/// The statement that returns the columns of a query, and one row of NULLs. The planner leaves the query itself out.
pub(crate) fn of_columns(sql: &str, length: usize) -> String {
    format!(
        "SELECT {ROWS}.* FROM (\n{}\n) AS {ROWS} RIGHT JOIN (VALUES (1)) AS \"feedstock\" ON false",
        &sql[..length]
    )
}

/// The statement, which the server refuses if a column that had a built-in type has another one now.
pub(crate) fn checked<'s>(sql: &'s str, asked: Asked, columns: &[Column]) -> Cow<'s, str> {
    if columns.is_empty() {
        return sql.into();
    }
    let names = (1..=columns.len()).map(|number| format!("c{number}")).collect::<Vec<_>>();
    let (list, wheres) = checks(columns, &names);
    let names = names.join(", ");
    match asked {
        Asked::No | Asked::Prepared => sql.into(),
        Asked::Query { length } => {
            format!("SELECT {list} FROM (\n{}\n) AS {ROWS} ({names}){wheres}", &sql[..length]).into()
        }
        Asked::Change { at, with, length } => {
            let (before, main) = sql[..length].split_at(at);
            let with = if with { ", " } else { "WITH " };
            format!("{before}{with}{ROWS} ({names}) AS (\n{main}\n) SELECT {list} FROM {ROWS}{wheres}").into()
        }
    }
}

/// The select list, and a condition that the server parses, and the planner then removes.
fn checks(columns: &[Column], names: &[String]) -> (String, String) {
    let (mut list, mut wheres) = (String::new(), String::new());
    for (column, name) in columns.iter().zip(names) {
        list.push_str(if list.is_empty() { "" } else { ", " });
        list.push_str(&output(column.type_(), name));
        list.push_str(" AS ");
        list.push_str(&ident(column.name()));
        if let Some(condition) = condition(column.type_(), name) {
            wheres.push_str(if wheres.is_empty() { " WHERE TRUE OR " } else { " OR " });
            wheres.push_str(&condition);
        }
    }
    (list, wheres)
}

fn output(ty: &Type, name: &str) -> String {
    match Type::from_oid(ty.oid()) {
        Some(_) if *ty.kind() == Kind::Pseudo => name.to_owned(),
        Some(_) => format!("{name}::{}", built_in(ty)),
        // The name may belong to a new type since. The first row fails, before it is sent; COALESCE is of the base type
        // of a domain, which is the one that the driver sees.
        None => format!(
            "CASE WHEN pg_typeof(COALESCE({name}, NULL))::oid = {} OR ('feedstock: ' || pg_typeof({name}))::boolean \
             THEN {name} END",
            ty.oid()
        ),
    }
}

/// A condition that is an error if the column has another type: a cast alone would round a number. Text needs none.
fn condition(ty: &Type, name: &str) -> Option<String> {
    let (_, scalar, _) = KNOWN.iter().find(|(_, scalar, array)| ty == scalar || ty == array)?;
    if *scalar == Type::TEXT || *scalar == Type::VARCHAR {
        return None;
    }
    let cast = built_in(ty);
    Some(match ty == scalar {
        true => format!("ARRAY[NULL::{cast}, {name}] = NULL::{cast}[]"),
        false => format!("{name} = NULL::{cast}"),
    })
}

/// The name, without the modifiers that some names have by themselves (`bit` is `bit(1)`).
fn built_in(ty: &Type) -> String {
    format!("pg_catalog.{}", ident(ty.name()))
}

/// Explains that the statement was refused since a column has another type now than when it was looked up.
pub(crate) fn changed(error: Error) -> Error {
    Error::database("a column of the statement changed its type while it was sent, as by a migration")
        .because(error)
        .help("nothing was read or changed: send it again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_what_its_first_word_says() {
        for sql in
            ["SELECT 1", " -- a;\n/* b */ ((select 1))", "WITH a AS (SELECT ';') TABLE a", "values (1)"]
        {
            assert!(matches!(Asked::of(sql, None), Asked::Query { length } if length == sql.len()), "{sql}");
        }
        for sql in ["SELECT 1;", "SELECT 1 ; -- ok", "SELECT 1;;"] {
            let Asked::Query { length } = Asked::of(sql, None) else { panic!("{sql}") };
            assert_eq!(sql[..length].trim(), "SELECT 1");
        }
        for sql in ["SELECT 1; SELECT 2", "CALL f()", "FETCH 3 FROM c", "", "\"SELECT\""] {
            assert!(matches!(Asked::of(sql, None), Asked::Prepared), "{sql}");
        }
        assert!(matches!(Asked::of("explain SELECT 1", None), Asked::No));
    }
}
