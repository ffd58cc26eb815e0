//! A statement on its way to the server: text with placeholders, and the values for them.

use std::borrow::Cow;
use std::fmt::{Display, Write};
use std::sync::{Arc, OnceLock};

use postgres::error::ErrorPosition;
use postgres::types::Type;

use super::output::Expected;
use super::taken::Given;
use super::wire::Bound;
use crate::ident::ident;
use crate::row::Seen;
use crate::{Error, Model, Result};

/// SQL and its parameters, ready to be sent.
///
/// Made by the builders, and given to what implements [`blocking::Client`](crate::blocking::Client) or its
/// counterpart `feedstock::tokio::Client`.
#[must_use = "a statement does nothing until it is sent"]
#[derive(Debug, Clone)]
pub struct Statement {
    sql: Cow<'static, str>,
    params: Vec<Bound>,
    /// What is known of its columns, once a client with a memory of statements has sent it.
    seen: OnceLock<Arc<Seen>>,
    meaning: Meaning,
    /// Are the rows' columns to be matched by name?
    by_name: bool,
    /// Is it sent unnamed by a client that names its statements?
    unnamed: bool,
    /// What it gives to columns that are unique.
    given: Option<Box<Given>>,
    /// May the driver have to ask for the type of a column?
    asked: bool,
}

/// What an answer means beyond the rows that are in it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Meaning {
    /// A first row of NULLs, of a change a count that is NULL, says that nothing was done, and this is why.
    pub refused: Option<fn() -> Error>,
    /// That there is no row is this failure.
    pub absent: Option<fn() -> Error>,
    /// A second row says that nothing was done, since more would have been changed than the ending allows.
    pub exceeded: Option<fn() -> Error>,
    /// What a refusal at this letter of the text means: a column is of another type than the model says.
    pub drifted: Option<fn(&str, u32) -> Option<Error>>,
}

impl Statement {
    fn new(sql: Cow<'static, str>, params: Vec<Bound>) -> Self {
        let (seen, meaning) = (OnceLock::new(), Meaning::default());
        Statement { sql, params, seen, meaning, by_name: false, unnamed: false, asked: false, given: None }
    }

    /// A text that was written before.
    pub(crate) fn of(sql: &'static str, params: Vec<Bound>) -> Self {
        Self::new(sql.into(), params)
    }

    /// Another text with the same parameters, of which it need not name all.
    pub(crate) fn with_text(&self, sql: String) -> Self {
        Statement { unnamed: true, ..Self::new(sql.into(), self.params.clone()) }
    }

    /// What it gives to columns that are unique.
    pub(crate) fn given(&self) -> Option<&Given> {
        self.given.as_deref()
    }

    /// Remembers what is known of its columns.
    pub(crate) fn see(&self, seen: Arc<Seen>) {
        let _ = self.seen.set(seen);
    }

    /// Its rows' columns are matched by name.
    pub(crate) fn by_name(mut self) -> Self {
        self.by_name = true;
        self
    }

    /// Is not worth a name, or must be on its way with the first message that is sent for it.
    pub(crate) fn unnamed(mut self) -> Self {
        self.unnamed = true;
        self
    }

    /// The driver may have to ask for the type of a column.
    pub(crate) fn asked(mut self, asked: bool) -> Self {
        self.asked |= asked;
        self
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.asked
    }

    pub(crate) fn is_unnamed(&self) -> bool {
        self.unnamed
    }

    pub(crate) fn is_by_name(&self) -> bool {
        self.by_name
    }

    /// What is known of its columns.
    pub(crate) fn seen(&self) -> Option<Arc<Seen>> {
        self.seen.get().cloned()
    }

    /// What the answer means.
    pub(crate) fn meaning(&self) -> Meaning {
        self.meaning
    }

    /// Says what the server's refusal means.
    pub(crate) fn explain(&self, error: Error) -> Error {
        let is_ours = |server: &postgres::error::DbError| {
            server.code().code() == "22P02" && server.message().contains("\"feedstock: ")
        };
        match self.meaning.exceeded {
            Some(exceeded) if error.server().is_some_and(is_ours) => exceeded(),
            _ => self.drift(&error).unwrap_or(error),
        }
    }

    /// Is a column not what the model says?
    fn drift(&self, error: &Error) -> Option<Error> {
        let server = error.server()?;
        // The types do not go together, one does not become the other, or there is no such operator of them.
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

    /// The text, which is static of what is asked for by key.
    pub(crate) fn text(&self) -> Cow<'static, str> {
        self.sql.clone()
    }

    /// What is needed of it when it was sent: what answers mean.
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
    /// Values stand as literals, and are no parameters.
    literal: bool,
    /// What the answer will mean.
    pub meaning: Meaning,
    /// What the statement gives to columns that are unique.
    pub given: Option<Box<Given>>,
    asked: bool,
    failed: Option<Error>,
}

impl Writer {
    /// Room for a text of that many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Writer { sql: String::with_capacity(bytes), ..Writer::default() }
    }

    /// For a statement that cannot have parameters.
    pub fn literal() -> Self {
        Writer { literal: true, ..Writer::default() }
    }

    /// How long the text is.
    pub fn length(&self) -> usize {
        self.sql.len()
    }

    /// The text from a place on.
    pub fn since(&self, at: usize) -> &str {
        &self.sql[at..]
    }

    /// Texts before what was written from a place on.
    pub fn insert(&mut self, at: usize, one: &str, other: &str) {
        self.sql.insert_str(at, other);
        self.sql.insert_str(at, one);
    }

    /// Text as it stands.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// The columns of a model in a select list, each as something that its field is read from.
    pub fn outputs<M: Model>(&mut self, expected: Expected) -> &mut Self {
        // A text without parameters is for COPY, before which the types are learned.
        let expected = if self.literal { Expected::One } else { expected };
        self.push(super::output::list::<M>(expected));
        if expected == Expected::Many {
            self.meaning.drifted = Some(super::output::drifted::<M>);
        }
        self.asked |= super::output::is_asked::<M>();
        self
    }

    /// A name, quoted.
    pub fn name(&mut self, name: &str) -> &mut Self {
        if name.contains('"') {
            return self.push(&ident(name));
        }
        self.push("\"").push(name).push("\"")
    }

    /// The number of rows of a LIMIT or an OFFSET.
    pub fn number(&mut self, rows: u64) -> &mut Self {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        if self.literal { self.digits(rows) } else { self.bind(Bound::new(&rows)) }
    }

    /// A number as it stands. A single digit, which most are, needs no formatting.
    pub fn digits(&mut self, number: impl TryInto<u8> + Copy + Display) -> &mut Self {
        match number.try_into() {
            Ok(digit @ 0..=9) => self.sql.push(char::from(b'0' + digit)),
            // Writing to a string cannot fail.
            _ => drop(write!(self.sql, "{number}")),
        }
        self
    }

    /// The next placeholder, with its cast.
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

    /// A value that is bound here and written elsewhere: its placeholder, with its cast.
    pub fn bind_for_later(&mut self, bound: Bound) -> String {
        self.apart(|out| {
            out.bind(bound);
        })
    }

    /// A text whose values are bound here, and which stands elsewhere.
    pub fn apart(&mut self, write: impl FnOnce(&mut Self)) -> String {
        let before = self.sql.len();
        write(self);
        self.sql.split_off(before)
    }

    /// A placeholder whose value is there already.
    fn placeholder(&mut self, number: usize) -> &mut Self {
        self.push("$").digits(number);
        if let Some(cast) = self.params[number - 1].cast() {
            self.sql.push_str("::");
            self.sql.push_str(cast);
        }
        self
    }

    /// A text with placeholders of its own, which are numbered anew. A value that the text names twice is sent once.
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

    /// Remembers the first mistake; the statement is then never sent.
    pub fn fail(&mut self, error: Error) {
        self.failed.get_or_insert(error);
    }

    /// The statement.
    ///
    /// # Errors
    ///
    /// The first mistake.
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
