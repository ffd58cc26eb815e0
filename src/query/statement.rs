//! A statement on its way to the server: text with placeholders, and the values for them.

use std::borrow::Cow;
use std::fmt::{Display, Write};
use std::sync::{Arc, OnceLock};

use postgres::error::ErrorPosition;
use postgres::types::Type;

use super::asked::{Asked, changed};
use super::output::Expected;
use super::taken::Given;
use super::wire::Bound;
use crate::ident::ident;
use crate::row::Seen;
use crate::{Error, Model, Result};

/// SQL and its parameters, ready to be sent.
///
/// Made by the builders, and sent by a [`blocking::Client`](crate::blocking::Client) or a `feedstock::tokio::Client`.
#[must_use = "a statement does nothing until it is sent"]
#[derive(Debug, Clone)]
pub struct Statement {
    sql: Cow<'static, str>,
    params: Vec<Bound>,
    /// The checks of its columns, set by a client that keeps prepared statements.
    seen: OnceLock<Arc<Seen>>,
    meaning: Meaning,
    /// Are the rows' columns matched by name?
    by_name: bool,
    /// Is it sent unnamed by a client that names its statements?
    unnamed: bool,
    /// Explains a unique violation by a soft-deleted row.
    given: Option<Box<Given>>,
    /// How the types of its columns become known before its rows arrive.
    asked: Asked,
}

/// How results are to be interpreted: the errors that some of them stand for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Meaning {
    /// The error if the first row is of NULLs, or the count of a change is NULL: nothing was done.
    pub refused: Option<fn() -> Error>,
    /// The error if there is no row.
    pub absent: Option<fn() -> Error>,
    /// The error if there is a second row: nothing was done, since more rows would have been changed than the ending
    /// allows.
    pub exceeded: Option<fn() -> Error>,
    /// The error if the server refuses a type at this position of the text: a column has another type than in the
    /// model.
    pub drifted: Option<fn(&str, u32) -> Option<Error>>,
}

impl Statement {
    fn new(sql: Cow<'static, str>, params: Vec<Bound>) -> Self {
        let (seen, meaning) = (OnceLock::new(), Meaning::default());
        Statement {
            sql,
            params,
            seen,
            meaning,
            by_name: false,
            unnamed: false,
            asked: Asked::No,
            given: None,
        }
    }

    /// A statement whose text is kept for the whole program.
    pub(crate) fn of(sql: &'static str, params: Vec<Bound>) -> Self {
        Self::new(sql.into(), params)
    }

    /// Another statement with the same parameters, not all of which it must use.
    fn with_text(&self, sql: String) -> Self {
        Statement { unnamed: true, ..Self::new(sql.into(), self.params.clone()) }
    }

    /// Sets the checks of its columns.
    pub(crate) fn see(&self, seen: Arc<Seen>) {
        let _ = self.seen.set(seen);
    }

    /// The same, its rows' columns matched by name.
    pub(crate) fn by_name(mut self) -> Self {
        self.by_name = true;
        self
    }

    /// The same, never prepared by name: it is sent once only, or must be sent with the first message.
    pub(crate) fn unnamed(mut self) -> Self {
        self.unnamed = true;
        self
    }

    /// The same, with columns whose types become known in this way.
    pub(crate) fn with_asked(mut self, asked: Asked) -> Self {
        self.asked = asked;
        self
    }

    /// How the types of its columns become known before its rows arrive.
    pub(crate) fn asked(&self) -> Asked {
        self.asked
    }

    pub(crate) fn is_unnamed(&self) -> bool {
        self.unnamed
    }

    pub(crate) fn is_by_name(&self) -> bool {
        self.by_name
    }

    /// The checks of its columns.
    pub(crate) fn seen(&self) -> Option<Arc<Seen>> {
        self.seen.get().cloned()
    }

    /// How its results are to be interpreted.
    pub(crate) fn meaning(&self) -> Meaning {
        self.meaning
    }

    /// Explains an error of the server.
    pub(crate) fn explain(&self, error: Error) -> Error {
        let is_ours = |server: &postgres::error::DbError| {
            server.code().code() == "22P02" && server.message().contains("\"feedstock: ")
        };
        match self.meaning.exceeded {
            Some(exceeded) if error.server().is_some_and(is_ours) => exceeded(),
            None if error.server().is_some_and(is_ours) => changed(error),
            _ => self.drift(&error).unwrap_or(error),
        }
    }

    /// The statement that asks whether a deleted row has the values that the server refused.
    pub(crate) fn question(&self, error: &Error) -> Option<Statement> {
        Some(self.with_text(self.given.as_ref()?.question(error)?))
    }

    /// Explains a refusal by the answer to [`Statement::question`]; `None` where it could not be asked, as in a
    /// transaction, which the refusal has aborted.
    pub(crate) fn answered(&self, error: Error, is_deleted: Option<bool>) -> Error {
        match &self.given {
            Some(given) => given.answered(error, is_deleted),
            None => error,
        }
    }

    /// Explains a refusal where the server cannot be asked for more.
    pub(crate) fn explain_alone(&self, error: Error) -> Error {
        self.answered(self.explain(error), None)
    }

    /// The error if a column has another type than in the model.
    fn drift(&self, error: &Error) -> Option<Error> {
        let server = error.server()?;
        // DATATYPE_MISMATCH, CANNOT_COERCE and UNDEFINED_FUNCTION (no such operator).
        let is_of_types = ["42804", "42846", "42883"].contains(&server.code().code());
        match server.position() {
            Some(ErrorPosition::Original(letter)) if is_of_types => {
                Some((self.meaning.drifted?)(&self.sql, *letter)?.because(server.message()))
            }
            _ => None,
        }
    }

    /// The text, with `$1`, `$2`, … in it.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The text, which is static in a query by key.
    pub(crate) fn text(&self) -> Cow<'static, str> {
        self.sql.clone()
    }

    /// The statement without its parameters, to explain errors after it was sent.
    pub(crate) fn without_values(mut self) -> Self {
        self.params = Vec::new();
        self
    }

    pub(crate) fn into_sql(self) -> String {
        self.sql.into_owned()
    }

    /// The parameters with their types, as the driver's `query_typed_raw` takes them.
    pub fn params(&self) -> impl ExactSizeIterator<Item = (&Bound, Type)> {
        self.params.iter().map(|bound| (bound, bound.ty().clone()))
    }

    /// The parameters' types, as the driver's `prepare_typed` takes them.
    pub fn types(&self) -> Vec<Type> {
        self.params.iter().map(|bound| bound.ty().clone()).collect()
    }

    /// The parameters alone, as the driver's `query_raw` takes them.
    pub fn values(&self) -> std::slice::Iter<'_, Bound> {
        self.params.iter()
    }
}

/// A statement that is being written.
#[derive(Default)]
pub(crate) struct Writer {
    sql: String,
    params: Vec<Bound>,
    /// Values are written as literals instead of parameters.
    literal: bool,
    /// How its results are to be interpreted.
    pub meaning: Meaning,
    /// Explains a unique violation by a soft-deleted row.
    pub given: Option<Box<Given>>,
    asked: Asked,
    failed: Option<Error>,
}

impl Writer {
    /// With capacity for a text of this many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Writer { sql: String::with_capacity(bytes), ..Writer::default() }
    }

    /// For a statement that cannot have parameters.
    pub fn literal() -> Self {
        Writer { literal: true, ..Writer::default() }
    }

    /// The length of the text so far, in bytes.
    pub fn length(&self) -> usize {
        self.sql.len()
    }

    /// The text from a position on.
    pub fn since(&self, at: usize) -> &str {
        &self.sql[at..]
    }

    /// Inserts two texts at a position.
    pub fn insert(&mut self, at: usize, one: &str, other: &str) {
        self.sql.insert_str(at, other);
        self.sql.insert_str(at, one);
    }

    /// Writes a value, and returns the text that was written.
    pub fn noted(&mut self, write: impl FnOnce(&mut Self)) -> String {
        let before = self.length();
        write(self);
        self.since(before).to_owned()
    }

    /// Writes text unchanged.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Writes the select list of a model.
    pub fn outputs<M: Model>(&mut self, expected: Expected) -> &mut Self {
        // A text without parameters is for COPY, where the types are known before it is sent.
        let expected = if self.literal { Expected::One } else { expected };
        self.push(super::output::list::<M>(expected));
        if expected == Expected::Many {
            self.meaning.drifted = Some(super::output::drifted::<M>);
        }
        if matches!(self.asked, Asked::No) {
            self.asked = super::output::asked::<M>();
        }
        self
    }

    /// Writes a quoted name.
    pub fn name(&mut self, name: &str) -> &mut Self {
        if name.contains('"') {
            return self.push(&ident(name));
        }
        self.push("\"").push(name).push("\"")
    }

    /// Writes the number of rows of a LIMIT or an OFFSET.
    pub fn number(&mut self, rows: u64) -> &mut Self {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        if self.literal { self.digits(rows) } else { self.bind(Bound::new(&rows)) }
    }

    /// Writes a number. A single digit, the most frequent case, needs no formatting.
    pub fn digits(&mut self, number: impl TryInto<u8> + Copy + Display) -> &mut Self {
        match number.try_into() {
            Ok(digit @ 0..=9) => self.sql.push(char::from(b'0' + digit)),
            // Writing to a string cannot fail.
            _ => drop(write!(self.sql, "{number}")),
        }
        self
    }

    /// Writes the next placeholder, with its cast.
    pub fn bind(&mut self, bound: Bound) -> &mut Self {
        if self.literal {
            return self.bind_literal(&bound);
        }
        if let Some(error) = bound.failure() {
            self.fail(error);
        }
        let number = self.params.len() + 1;
        self.params.push(bound);
        self.placeholder(number)
    }

    fn bind_literal(&mut self, bound: &Bound) -> &mut Self {
        match bound.literal() {
            Ok(literal) => self.push(&literal),
            Err(error) => {
                self.fail(error);
                self
            }
        }
    }

    /// Binds a value, and returns its placeholder with its cast, to be written later.
    pub fn bind_for_later(&mut self, bound: Bound) -> String {
        self.apart(|out| {
            out.bind(bound);
        })
    }

    /// Binds the values of a text, and returns the text, to be written later.
    pub fn apart(&mut self, write: impl FnOnce(&mut Self)) -> String {
        let before = self.sql.len();
        write(self);
        self.sql.split_off(before)
    }

    /// Writes the placeholder of a value that is bound.
    fn placeholder(&mut self, number: usize) -> &mut Self {
        self.push("$").digits(number);
        if let Some(cast) = self.params[number - 1].cast() {
            self.sql.push_str("::");
            self.sql.push_str(cast);
        }
        self
    }

    /// Writes a text with placeholders of its own, which are renumbered. A value that is used twice is sent once.
    pub fn splice(&mut self, sql: &str, params: Vec<Bound>) {
        let (before, given) = (self.params.len(), params.len());
        if self.literal && given > 0 {
            let message = format!("`{sql}` has values, and COPY has no parameters");
            return self.fail(Error::usage(message).help(
                "compare with the columns' own functions, whose values become literals, or end the query with `stream`",
            ));
        }
        for (at, param) in params.iter().enumerate() {
            if let Some(error) = param.failure() {
                self.fail(error.while_doing(format_args!("the value of ${} in `{sql}`", at + 1)));
            }
        }
        self.params.extend(params);
        let mut used = vec![false; given];
        for part in super::placeholder::parts(sql) {
            match part {
                super::placeholder::Part::Text(text) => self.sql.push_str(text),
                super::placeholder::Part::Placeholder(number) if (1..=given).contains(&number) => {
                    used[number - 1] = true;
                    self.placeholder(before + number);
                }
                super::placeholder::Part::Placeholder(number) => {
                    let message =
                        format!("`{sql}` has the placeholder ${number}, and {given} values were given");
                    self.fail(Error::usage(message).help("give a value for each placeholder, $1 first"));
                }
            }
        }
        if let Some(unused) = used.iter().position(|used| !used) {
            let message = format!("`{sql}` has no placeholder ${} for the value that was given", unused + 1);
            self.fail(Error::usage(message).help("write the placeholder, or leave the value out"));
        }
    }

    /// Remembers the first error; `finish` then returns it instead of a statement.
    pub fn fail(&mut self, error: Error) {
        self.failed.get_or_insert(error);
    }

    /// The statement.
    ///
    /// # Errors
    ///
    /// The first error that was remembered.
    pub fn finish(self) -> Result<Statement> {
        match self.failed {
            Some(error) => Err(error),
            None => {
                let (meaning, asked, given) = (self.meaning, self.asked, self.given);
                Ok(Statement { meaning, asked, given, ..Statement::new(self.sql.into(), self.params) })
            }
        }
    }
}
