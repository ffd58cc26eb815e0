//! Would pending migrations fail on the rows of a live database? They are run on a scratch copy of what the database
//! has, and after each statement Postgres says what it demands of the rows of each table (`preflight/conditions.sql`).
//! What a statement demands anew is asked of the live database, in a read-only transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use postgres::Client;
use serde::Deserialize;

use crate::ident::{idents, literal, quote_qualified, unquoted};
use crate::inspect::Scope;
use crate::migration::Migration;
use crate::plan::Mode;
use crate::prove::{Database, Observer, Ran, Scratch};
use crate::schema::Name;
use crate::sql::{self, Statement};
use crate::{Error, Result};

/// The number of keys that are shown of the rows.
const KEYS: usize = 5;

/// Something that the rows of a table must be like for a statement to succeed.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The file.
    pub file: String,
    /// The line and the column of the statement in it, from 1.
    pub place: (usize, usize),
    /// `not-null`, `value`, `check`, `foreign-key`, `unique`, `exclusion`, `domain`, `partition` or `type`.
    pub kind: String,
    /// The column, constraint, index or table that demands it.
    pub object: String,
    /// What is wrong with a row that is not so.
    pub message: String,
    question: Question,
}

impl Condition {
    /// A query that shows the rows.
    pub fn query(&self) -> Option<String> {
        match &self.question {
            Question::Rows { source, .. } => Some(format!("SELECT t.* FROM {source};")),
            Question::Trial { table, value, .. } => Some(format!("SELECT t.*, {value} FROM {table} AS t;")),
            Question::None(_) => None,
        }
    }
}

/// How the live database is asked.
#[derive(Debug, Clone)]
enum Question {
    /// What stands behind `FROM` in a query that finds the rows, and their table.
    Rows { table: String, source: String },
    /// A value of the new type, for each row of a table.
    Trial { table: String, value: String, new_type: String },
    /// It cannot be asked, and why.
    None(String),
}

/// An answer of the live database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// All rows are so.
    Fine,
    /// This many rows are not; the keys of some of them.
    Rows(u64, Vec<String>),
    /// It was not asked, and why.
    Unknown(String),
}

/// A row of `conditions.sql`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Demand {
    kind: String,
    /// The OID of the constraint or index; 0 where it is a property of the column.
    id: u32,
    relation: u32,
    object: String,
    columns: Option<Vec<i16>>,
    source: Option<String>,
    target: u32,
    message: String,
}

impl Demand {
    /// Is it the same as another one, which may have other names?
    fn is(&self, other: &Demand) -> bool {
        let is_of_column = matches!(self.kind.as_str(), "not-null" | "value");
        (&self.kind, self.relation, &self.columns) == (&other.kind, other.relation, &other.columns)
            && (is_of_column || (self.id != 0 && self.id == other.id) || self.source == other.source)
    }
}

/// A row of `columns.sql`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Column {
    relation: u32,
    column: i16,
    table: String,
    name: String,
    #[serde(rename = "type")]
    data_type: String,
    /// The type that a domain is made of; else the type.
    base: String,
    /// Does it come from a parent?
    inherited: bool,
    labels: Option<Vec<String>>,
}

/// What a database demands of its rows, and its columns, by table and number.
#[derive(Debug, Clone, Default)]
struct State {
    demands: BTreeSet<Demand>,
    columns: BTreeMap<(u32, i16), Column>,
}

impl State {
    fn new(answers: &BTreeSet<(usize, String)>) -> Result<Self> {
        let mut state = State::default();
        let wrong =
            |error| Error::database("the conditions of a scratch database cannot be read").because(error);
        for (number, text) in answers {
            if *number == 1 {
                state.demands.insert(serde_json::from_str(text).map_err(wrong)?);
            } else {
                let column: Column = serde_json::from_str(text).map_err(wrong)?;
                state.columns.insert((column.relation, column.column), column);
            }
        }
        Ok(state)
    }

    fn table(&self, relation: u32) -> Option<&str> {
        let mut columns = self.columns.range((relation, 0)..=(relation, i16::MAX));
        columns.next().map(|(_, column)| column.table.as_str())
    }
}

const QUESTIONS: &str =
    concat!(include_str!("preflight/conditions.sql"), ";\n", include_str!("preflight/columns.sql"));

/// What the statements of `files` demand of rows that were there before them. `database` has what is there before, and
/// no connections.
///
/// # Errors
/// A statement fails, with its place; the server fails.
pub fn conditions(
    scratch: &Scratch,
    database: &Database,
    files: &[&Migration],
    scope: &Scope,
) -> Result<Vec<Condition>> {
    let copy = scratch.clone_of(database)?;
    let mut observer = Observer::open(scratch, &copy, scope)?;
    let start = State::new(&observer.ask(QUESTIONS)?)?;
    let mut before = start.clone();
    let mut changed: BTreeSet<String> = BTreeSet::new();
    let mut conditions: Vec<Condition> = Vec::new();
    for migration in files {
        let statements = migration.statements()?;
        observer.ask_after_each(vec![Some(QUESTIONS.to_owned()); statements.len()]);
        for (statement, ran) in statements.iter().zip(observer.file(migration)?) {
            if let Some(error) = ran.failed {
                return Err(error);
            }
            let after = State::new(&ran.answers)?;
            let step = Step { migration, statement, start: &start, before: &before, after: &after };
            let found = step.conditions(&changed);
            // A check that is validated and NOT NULL, which follows from it, are one question.
            let is_known = |new: &Condition| conditions.iter().any(|known| known.question.is(&new.question));
            let new: Vec<Condition> = found.into_iter().filter(|new| !is_known(new)).collect();
            conditions.extend(new);
            changed.extend(changed_tables(migration, statement, &ran, &before));
            before = after;
        }
    }
    Ok(conditions)
}

/// The tables whose rows a statement may change, as `State` names them.
fn changed_tables(
    migration: &Migration,
    statement: &Statement<'_>,
    ran: &Ran,
    before: &State,
) -> Vec<String> {
    let quoted = |name: &Name| quote_qualified(&name.schema, &name.name);
    let locked = ran.measured.locks.own.iter().filter(|lock| lock.mode == Mode::RowExclusiveLock);
    let mut tables: Vec<String> = locked.map(|lock| quoted(&lock.relation.name)).collect();
    // A backfill locks rows batch by batch.
    if migration.header.no_transaction {
        let names = sql::names(statement.text);
        let of = |column: &&Column| {
            column.table.rsplit('.').next().is_some_and(|table| names.iter().any(|it| it == table))
        };
        tables.extend(before.columns.values().filter(of).map(|column| column.table.clone()));
    }
    tables
}

/// A statement, with the states before the first file, before it and after it.
struct Step<'a> {
    migration: &'a Migration,
    statement: &'a Statement<'a>,
    start: &'a State,
    before: &'a State,
    after: &'a State,
}

impl Step<'_> {
    fn conditions(&self, changed: &BTreeSet<String>) -> Vec<Condition> {
        let is_new = |demand: &&Demand| !self.before.demands.iter().any(|known| known.is(demand));
        let demands = self.after.demands.iter().filter(is_new);
        let demands = demands.filter_map(|demand| self.demanded(demand, changed));
        let columns = self.after.columns.values().filter_map(|column| self.retyped(column, changed));
        demands.chain(columns).collect()
    }

    fn demanded(&self, demand: &Demand, changed: &BTreeSet<String>) -> Option<Condition> {
        // A table that the files make has no rows of before.
        let table = self.start.table(demand.relation)?;
        let columns = demand.columns.as_deref().unwrap_or_default();
        let is_new = |column: &i16| !self.before.columns.contains_key(&(demand.relation, *column));
        match demand.kind.as_str() {
            "value" if !columns.iter().any(is_new) => return None,
            "not-null" | "domain" if columns.iter().any(is_new) => return None,
            _ => {}
        }
        let all = columns.iter().map(|column| (demand.relation, *column));
        let question = match (&demand.source, self.not_askable(demand, all, changed, table)) {
            (_, Some(why)) => Question::None(why),
            (None, None) => Question::None("an expression is excluded".to_owned()),
            (Some(source), None) => Question::Rows { table: table.to_owned(), source: source.clone() },
        };
        Some(self.condition(&demand.kind, demand.object.clone(), demand.message.clone(), question))
    }

    /// Why the live database cannot be asked about these columns.
    fn not_askable(
        &self,
        demand: &Demand,
        columns: impl Iterator<Item = (u32, i16)>,
        changed: &BTreeSet<String>,
        table: &str,
    ) -> Option<String> {
        if changed.contains(table) {
            return Some(CHANGED_BEFORE.to_owned());
        }
        if demand.target != 0 && self.start.table(demand.target).is_none() {
            return Some(format!(
                "{} exists only from an earlier statement on",
                self.after.table(demand.target)?
            ));
        }
        let tables = [demand.relation, demand.target].into_iter().filter(|relation| *relation != 0);
        for relation in tables {
            let (was, is) = (self.start.table(relation)?, self.after.table(relation)?);
            if was != is {
                return Some(format!("{is} is still called {was}"));
            }
        }
        // One that the statement adds itself is asked by its table alone.
        for key in columns.filter(|_| demand.kind != "value") {
            let (was, is) = (self.start.columns.get(&key), self.after.columns.get(&key)?);
            match was {
                None => {
                    return Some(format!(
                        "the column {}.{} exists only from an earlier statement on",
                        is.table, is.name
                    ));
                }
                Some(was) if was.name != is.name => {
                    return Some(format!("the column {}.{} is still called {}", is.table, is.name, was.name));
                }
                Some(_) => {}
            }
        }
        None
    }

    /// A column that has another type after the statement.
    fn retyped(&self, column: &Column, changed: &BTreeSet<String>) -> Option<Condition> {
        let key = (column.relation, column.column);
        let before = self.before.columns.get(&key)?;
        let is_same = before.data_type == column.data_type && before.labels == column.labels;
        // What a domain demands is asked by itself.
        let is_of_domain = column.base != column.data_type && column.base == before.base;
        if is_same || is_of_domain || column.inherited {
            return None;
        }
        let start = self.start.columns.get(&key)?;
        let using = using(self.statement.text, &before.name);
        let table = start.table.clone();
        let question = if changed.contains(&table) {
            Question::None(CHANGED_BEFORE.to_owned())
        } else if (&start.table, &start.name) != (&column.table, &column.name) {
            Question::None(format!(
                "{}.{} is still called {}.{}",
                column.table, column.name, start.table, start.name
            ))
        } else if let Some(labels) = &column.labels {
            let labels: Vec<String> = labels.iter().map(|label| literal(label)).collect();
            // The type may exist only then.
            let value = using.map_or_else(|| format!("t.{}", start.name), |using| without_cast(&using));
            let source = format!(
                "{table} AS t WHERE ({value})::pg_catalog.text <> ALL (ARRAY[{}]::pg_catalog.text[])",
                labels.join(", ")
            );
            Question::Rows { table, source }
        } else {
            let value = using.unwrap_or_else(|| format!("t.{}", start.name));
            Question::Trial { table, value, new_type: column.base.clone() }
        };
        let object = format!("{}.{}", column.table, column.name);
        let message = format!("its value cannot become one of {}", column.data_type);
        Some(self.condition("type", object, message, question))
    }

    fn condition(&self, kind: &str, object: String, message: String, question: Question) -> Condition {
        let object = object.strip_prefix("public.").map(str::to_owned).unwrap_or(object);
        Condition {
            file: self.migration.file.clone(),
            place: (self.statement.line, self.statement.column),
            kind: kind.to_owned(),
            object,
            message,
            question,
        }
    }
}

const CHANGED_BEFORE: &str = "an earlier statement changes rows of the table";

/// The expression behind `USING` for a column in an `ALTER TABLE`, if the text has it.
fn using(text: &str, column: &str) -> Option<String> {
    let wanted = unquoted(column);
    let tokens: Vec<(usize, &str)> = sql::top_level(text);
    let is =
        |at: usize, word: &str| tokens.get(at).is_some_and(|(_, token)| token.eq_ignore_ascii_case(word));
    for at in 0..tokens.len() {
        let name = at + if is(at + 1, "COLUMN") { 2 } else { 1 };
        let is_it = tokens.get(name).is_some_and(|(_, token)| unquoted(token) == wanted);
        if !is(at, "ALTER") || !is_it {
            continue;
        }
        let end = (name..tokens.len()).find(|at| is(*at, ",")).unwrap_or(tokens.len());
        let from = (name..end).find(|at| is(*at, "USING"))?;
        let (begin, word) = tokens[from];
        let stop = tokens.get(end).map_or(text.len(), |(at, _)| *at);
        return text.get(begin + word.len()..stop).map(|it| it.trim().trim_end_matches(';').to_owned());
    }
    None
}

/// An expression without the cast at its end: `c::text` of `c::text::mood`.
fn without_cast(expression: &str) -> String {
    let (before, after) = expression.rsplit_once("::").unwrap_or((expression, ""));
    let is_type = after.chars().all(|it| it.is_alphanumeric() || "_.\"$ ".contains(it));
    if is_type { before.to_owned() } else { expression.to_owned() }
}

impl Question {
    fn is(&self, other: &Question) -> bool {
        match (self, other) {
            (Question::Rows { source, .. }, Question::Rows { source: other, .. }) => {
                as_null(source) == as_null(other)
            }
            _ => false,
        }
    }
}

/// A check `c IS NOT NULL` finds the rows that `c IS NULL` finds.
fn as_null(source: &str) -> String {
    let Some((table, condition)) = source.split_once(" AS t WHERE ") else { return source.to_owned() };
    let inner = condition.strip_prefix("NOT (").and_then(|it| it.strip_suffix(')'));
    let column = inner.and_then(|it| it.strip_prefix('(')).and_then(|it| it.strip_suffix(" IS NOT NULL)"));
    match column {
        Some(column) => format!("{table} AS t WHERE t.{column} IS NULL"),
        None => source.to_owned(),
    }
}

/// Asks the live database. It is only read, in one transaction; no question takes longer than `timeout`.
///
/// # Errors
/// The server fails. A question that fails has no answer.
pub fn ask(
    client: &mut Client,
    conditions: &[Condition],
    search_path: &[String],
    timeout: Duration,
) -> Result<Vec<Answer>> {
    let mut transaction = client.build_transaction().read_only(true).start()?;
    transaction.batch_execute(&format!(
        "SET LOCAL statement_timeout = '{0}ms'; SET LOCAL lock_timeout = '{0}ms'; SET LOCAL row_security = off; \
         SET LOCAL search_path TO {1}",
        timeout.as_millis(),
        idents(search_path)
    ))?;
    let mut answers = Vec::new();
    for condition in conditions {
        let mut savepoint = transaction.transaction()?;
        answers.push(match condition.question.answer(&mut savepoint) {
            Ok(answer) => answer,
            Err(error) if error.as_db_error().is_some() => Answer::Unknown(reason(&error, timeout)),
            Err(error) => return Err(error.into()),
        });
        savepoint.rollback()?;
    }
    transaction.rollback()?;
    Ok(answers)
}

fn reason(error: &postgres::Error, timeout: Duration) -> String {
    match error.as_db_error() {
        Some(error) if error.code().code() == "57014" => {
            format!("it takes longer than {} s", timeout.as_secs())
        }
        Some(error) => error.message().to_owned(),
        None => error.to_string(),
    }
}

impl Question {
    fn answer(&self, client: &mut postgres::Transaction<'_>) -> std::result::Result<Answer, postgres::Error> {
        match self {
            Question::None(why) => Ok(Answer::Unknown(why.clone())),
            Question::Rows { table, source, .. } => {
                let key = key_of(client, table)?;
                let text = format!(
                    "SELECT (SELECT count(*) FROM {source}), \
                     ARRAY(SELECT {key} FROM {source} LIMIT {KEYS})"
                );
                let row = client.query_one(&text, &[])?;
                let (rows, keys): (i64, Vec<String>) = (row.get(0), row.get(1));
                Ok(if rows == 0 { Answer::Fine } else { Answer::Rows(rows.unsigned_abs(), keys) })
            }
            Question::Trial { table, value, new_type, .. } => {
                let key = key_of(client, table)?;
                let key = if key == PLACE { literal("a row of a table without a primary key") } else { key };
                client.batch_execute(&format!(
                    "DO $feedstock$\n{}\n$feedstock$",
                    include_str!("preflight/trial.sql")
                        .replace("/* table */", table)
                        .replace("/* value */", value)
                        .replace("/* type */", new_type)
                        .replace("/* key */", &key)
                        .replace("/* keys */", &KEYS.to_string())
                ))?;
                let row = client.query_one(
                    "SELECT current_setting('feedstock.failed')::bigint, current_setting('feedstock.keys')::text[]",
                    &[],
                )?;
                let (rows, keys): (i64, Vec<String>) = (row.get(0), row.get(1));
                Ok(if rows == 0 { Answer::Fine } else { Answer::Rows(rows.unsigned_abs(), keys) })
            }
        }
    }
}

/// The place of a row.
const PLACE: &str = "t.ctid::pg_catalog.text";

/// The expression of a row's key: its primary key, else its place.
fn key_of(
    client: &mut postgres::Transaction<'_>,
    table: &str,
) -> std::result::Result<String, postgres::Error> {
    let row = client.query_one(include_str!("preflight/key.sql"), &[&table])?;
    Ok(row.get::<_, Option<String>>(0).unwrap_or_else(|| PLACE.to_owned()))
}

/// What the migrations would wait for, a sentence each.
///
/// # Errors
/// The server fails.
pub fn waits(client: &mut Client) -> Result<Vec<String>> {
    let mut transaction = client.build_transaction().read_only(true).start()?;
    let rows = transaction.query(include_str!("preflight/waits.sql"), &[])?;
    transaction.rollback()?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
