//! Rows for the tables of a scratch database that a plan concerns, so that its proof also sees what fails only where
//! there are rows: a function that a default or a check runs and that is not there yet, a value of `--fill` that breaks
//! a new check.
//!
//! The rows are invented. A table that takes none stays empty, and an error that another row might not give (two alike,
//! a value that does not fit a new type) says nothing about the plan: the proof is repeated with fewer rows, at the end
//! with none.

mod values;

use std::collections::{BTreeMap, BTreeSet};

use postgres::error::{DbError, SqlState};
use postgres::{Client, Row};

use self::values::{Type, candidates};
use super::Database;
use crate::ddl;
use crate::ident::{literal, quote_ident};
use crate::plan::Plan;
use crate::schema::{ConstraintKind, Id, Name, Schema};
use crate::{Error, Result};

/// The number of tables that get their rows in one transaction. Whenever one of its savepoints is released, Postgres
/// looks at all locks that the transaction holds.
const TABLES: usize = 50;

/// How often a row is tried with other values.
const ATTEMPTS: usize = 24;

/// For what fires when a row comes, and does not end.
const TIMEOUT: &str = "SET LOCAL statement_timeout = '1s'";

/// How often a proof is repeated with fewer rows before it goes without any.
const REPEATS: usize = 4;

/// The rows of one attempt at a proof.
pub(super) struct Rows<'a> {
    current: &'a Schema,
    wanted: &'a Schema,
    plan: &'a Plan,
    /// The tables that get rows.
    tables: BTreeSet<Name>,
    /// Is there a second row, with NULL wherever a column allows it?
    with_nulls: bool,
    /// The check that failed while there was a row with NULLs.
    failed_with_nulls: Option<(Name, String)>,
    repeats: usize,
}

impl<'a> Rows<'a> {
    /// Two rows for each table that the plan concerns.
    pub(super) fn of(current: &'a Schema, wanted: &'a Schema, plan: &'a Plan) -> Self {
        let heirs = Heirs::of(current);
        let tables = with_targets(current, &heirs, concerned(current, wanted, &heirs, plan.objects()));
        let (with_nulls, failed_with_nulls, repeats) = (true, None, 0);
        Rows { current, wanted, plan, tables, with_nulls, failed_with_nulls, repeats }
    }

    /// Two rows for each of these tables.
    pub(super) fn in_tables(current: &'a Schema, plan: &'a Plan, tables: BTreeSet<Name>) -> Self {
        let (with_nulls, failed_with_nulls, repeats) = (true, None, 0);
        let tables = with_targets(current, &Heirs::of(current), tables);
        Rows { current, wanted: current, plan, tables, with_nulls, failed_with_nulls, repeats }
    }

    /// No rows at all.
    pub(super) fn none(current: &'a Schema, wanted: &'a Schema, plan: &'a Plan) -> Self {
        Rows { tables: BTreeSet::new(), ..Self::of(current, wanted, plan) }
    }

    /// Puts them into a copy of the current state. Are there any?
    pub(super) fn put(&self, database: &Database) -> bool {
        !self.tables.is_empty() && self.put_all(database).unwrap_or(false)
    }

    fn put_all(&self, database: &Database) -> Result<bool> {
        let mut client = database.client()?;
        let tables = self.in_order();
        let names: Vec<&str> = tables.iter().map(|name| name.name.as_str()).collect();
        let schemas: Vec<&str> = tables.iter().map(|name| name.schema.as_str()).collect();
        let mut columns =
            by_table(&client.query(include_str!("rows/columns.sql"), &[&names, &schemas])?, column);
        let mut limits =
            by_table(&client.query(include_str!("rows/constraints.sql"), &[&names, &schemas])?, limit);
        let enums = self.wanted.enums.values();
        let labels: Labels<'_> = enums.map(|found| (ddl::name(&found.name), &found.labels[..])).collect();
        let mut any = false;
        for some in tables.chunks(TABLES) {
            let into = some.iter().map(|name| Into {
                name,
                columns: columns.remove(*name).unwrap_or_default(),
                limits: limits.remove(*name).unwrap_or_default(),
                wanted: self.wanted,
                labels: &labels,
            });
            let some: Vec<Into<'_>> = into.collect();
            let nulls = if self.with_nulls { &[false, true][..] } else { &[false] };
            let rows = some.iter().flat_map(|into| nulls.iter().map(move |nulls| (into, *nulls)));
            // What fires when rows come may end the session; what is there by then stays.
            let Ok(put) = in_a_transaction(&mut client, &rows.collect::<Vec<_>>()) else { break };
            any |= put;
        }
        Ok(any)
    }

    /// Each table after those that it refers to, as far as they are no circle.
    fn in_order(&self) -> Vec<&Name> {
        let mut order: Vec<&Name> = Vec::new();
        let mut entered = BTreeSet::new();
        for start in &self.tables {
            let mut waiting = vec![(start, false)];
            while let Some((name, done)) = waiting.pop() {
                if done {
                    order.push(name);
                } else if self.tables.contains(name) && entered.insert(name) {
                    waiting.push((name, true));
                    let table = self.current.tables.get(name);
                    let keys = table.into_iter().flat_map(|table| table.constraints.values());
                    waiting.extend(keys.filter_map(|key| key.references.as_ref()).map(|to| (to, false)));
                }
            }
        }
        order
    }

    /// Fewer rows, where the error of a plan may be that of the invented rows; `None` where it is the plan's own.
    pub(super) fn fewer(self, error: &Error) -> Option<Self> {
        let found = error.server()?;
        let broken = check_of(found);
        if !may_be_of_rows(found) || broken.as_ref().is_some_and(|check| self.breaks_always(check)) {
            return None;
        }
        let repeats = self.repeats + 1;
        if self.with_nulls {
            return Some(Rows { with_nulls: false, failed_with_nulls: broken, repeats, ..self });
        }
        let table = of_table(found).filter(|table| repeats < REPEATS && self.tables.contains(table));
        let mut tables = self.tables;
        match table {
            Some(table) => _ = tables.remove(&table),
            None => tables.clear(),
        }
        Some(Rows { tables, repeats, ..self })
    }

    /// Does the plan break a check on every row, since it gives all its columns one value each, and they are new?
    fn breaks_always(&self, check: &(Name, String)) -> bool {
        let (table, _) = check;
        let is_new =
            |column: &String| self.plan.constants.get(&(table.clone(), column.clone())) == Some(&true);
        self.new_check(check).is_some_and(|columns| columns.iter().all(is_new))
    }

    /// The refusal of a value that breaks a check wherever there was NULL: only the row with NULLs failed.
    pub(super) fn wrong_value(&self) -> Option<Error> {
        let check = self.failed_with_nulls.as_ref().filter(|_| self.repeats == 1)?;
        let (table, name) = check;
        let has_value = |column: &String| self.plan.constants.contains_key(&(table.clone(), column.clone()));
        let columns = self.new_check(check).filter(|columns| columns.iter().all(has_value))?;
        let columns: Vec<String> = columns.iter().map(|column| format!("{table}.{column}")).collect();
        let message =
            format!("the value for {} breaks the check {name}; nothing was written", columns.join(", "));
        Some(Error::refused(message).help(format!("give another one: --fill {}='…'", columns[0])))
    }

    /// The columns of a check that the plan creates.
    fn new_check(&self, (table, name): &(Name, String)) -> Option<&'a [String]> {
        let want = self.wanted.constraint(table, name)?;
        let is_check = want.kind == ConstraintKind::Check && !want.columns.is_empty();
        is_check.then_some(&want.columns)
    }
}

/// The tables, and those that they refer to: a foreign key needs the row that it refers to.
fn with_targets(current: &Schema, heirs: &Heirs<'_>, mut tables: BTreeSet<Name>) -> BTreeSet<Name> {
    let mut waiting: Vec<Name> = tables.iter().cloned().collect();
    while let Some(name) = waiting.pop() {
        let keys = current.tables.get(&name).into_iter().flat_map(|table| table.constraints.values());
        let targets = keys.filter_map(|key| key.references.as_ref());
        let targets = targets.flat_map(|to| heirs.with_all_below(to));
        waiting.extend(targets.filter(|to| tables.insert(to.clone())));
    }
    tables
}

/// The tables whose rows the plan's statements may read or write: those of its objects, and of what depends on these.
fn concerned<'a>(
    current: &Schema,
    wanted: &Schema,
    heirs: &Heirs<'_>,
    objects: impl Iterator<Item = &'a Id>,
) -> BTreeSet<Name> {
    let mut seen = BTreeSet::new();
    let mut tables = BTreeSet::new();
    let mut waiting: Vec<Id> = objects.filter(|id| !matches!(id, Id::Namespace(_))).cloned().collect();
    while let Some(id) = waiting.pop() {
        let index = match &id {
            Id::Index(name) => {
                let found = [current, wanted].into_iter().find_map(|schema| schema.indexes.get(name));
                found.map(|index| &index.table)
            }
            Id::Link(_, parent) => Some(parent),
            _ => None,
        };
        for table in id.table().into_iter().chain(index) {
            tables.extend(heirs.with_all_below(table));
        }
        waiting.extend(current.dependencies.on(&id).filter(|on| !seen.contains(*on)).cloned());
        seen.insert(id);
    }
    tables.retain(|table| current.tables.contains_key(table));
    tables
}

/// The partitions of each table, and those that inherit from it.
struct Heirs<'a>(BTreeMap<&'a Name, Vec<&'a Name>>);

impl<'a> Heirs<'a> {
    fn of(schema: &'a Schema) -> Self {
        let mut heirs: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
        for table in schema.tables.values() {
            table.parents.iter().for_each(|parent| heirs.entry(parent).or_default().push(&table.name));
        }
        Heirs(heirs)
    }

    /// A table, and all below it.
    fn with_all_below(&self, table: &Name) -> BTreeSet<Name> {
        let mut all = BTreeSet::new();
        let mut waiting = vec![table];
        while let Some(table) = waiting.pop() {
            if all.insert(table.clone()) {
                waiting.extend(self.0.get(table).into_iter().flatten());
            }
        }
        all
    }
}

/// The check that a row breaks.
fn check_of(error: &DbError) -> Option<(Name, String)> {
    let is_check = *error.code() == SqlState::CHECK_VIOLATION;
    of_table(error).filter(|_| is_check).zip(error.constraint().map(str::to_owned))
}

fn of_table(error: &DbError) -> Option<Name> {
    Some(Name::new(error.schema()?, error.table()?))
}

/// Might it be another one, or none, with other rows? What a value does (classes 22 and 23), what functions raise or
/// ask of their surroundings, and rights, under which rows are seen or not.
fn may_be_of_rows(error: &DbError) -> bool {
    let code = error.code().code();
    let asks_for_setting = error.message().starts_with("unrecognized configuration parameter");
    ["22", "23", "38", "39", "P0"].iter().any(|class| code.starts_with(class))
        || *error.code() == SqlState::INSUFFICIENT_PRIVILEGE
        || asks_for_setting
}

/// A column of a table.
struct Column {
    name: String,
    quoted: String,
    of: Type,
    not_null: bool,
    domain_checks: Vec<String>,
}

/// What a row must be like.
struct Limit {
    name: Option<String>,
    columns: Vec<String>,
    /// The text of a check or a bound.
    definition: String,
    /// Of a foreign key.
    refers_to: Option<(Name, Vec<String>)>,
}

fn by_table<T>(rows: &[Row], read: impl Fn(&Row) -> T) -> BTreeMap<Name, Vec<T>> {
    let mut all: BTreeMap<Name, Vec<T>> = BTreeMap::new();
    for row in rows {
        let name = Name::new(row.get::<_, String>(0), row.get::<_, String>(1));
        all.entry(name).or_default().push(read(row));
    }
    all
}

fn column(row: &Row) -> Column {
    let attributes: i64 = row.get(7);
    Column {
        name: row.get(2),
        quoted: row.get(3),
        of: Type {
            within: row.get(4),
            name: row.get(5),
            labels: row.get(6),
            attributes: usize::try_from(attributes).unwrap_or_default(),
        },
        not_null: row.get(8),
        domain_checks: row.get(9),
    }
}

fn limit(row: &Row) -> Limit {
    let target: Option<String> = row.get(5);
    let refers_to = target.map(|schema| (Name::new(schema, row.get::<_, String>(6)), row.get(7)));
    Limit { name: row.get(2), columns: row.get(3), definition: row.get(4), refers_to }
}

/// The labels of enums, by their types.
type Labels<'a> = BTreeMap<String, &'a [String]>;

/// A table that gets rows.
struct Into<'a> {
    name: &'a Name,
    columns: Vec<Column>,
    limits: Vec<Limit>,
    wanted: &'a Schema,
    labels: &'a Labels<'a>,
}

/// An attempt at a row.
fn attempt(insert: &str) -> String {
    format!(
        "SAVEPOINT feedstock_row; {insert}; SET CONSTRAINTS ALL IMMEDIATE; RELEASE SAVEPOINT feedstock_row;"
    )
}

const UNDO: &str = "ROLLBACK TO SAVEPOINT feedstock_row";

/// Puts rows into tables, and commits them. Are there any?
fn in_a_transaction(client: &mut Client, rows: &[(&Into<'_>, bool)]) -> Result<bool> {
    client.batch_execute(&format!("BEGIN; {TIMEOUT}"))?;
    let any = put_rows(client, rows)?;
    // What is checked only now may refuse all of them.
    Ok(client.batch_execute("COMMIT").is_ok() && any)
}

/// Puts rows into tables, each perhaps with NULLs, in one message where nothing refuses them; one that is refused is
/// tried by itself. Are there any then?
fn put_rows(client: &mut Client, rows: &[(&Into<'_>, bool)]) -> Result<bool> {
    let (mut any, mut next) = (false, 0);
    while next < rows.len() {
        let numbered = rows.iter().enumerate().skip(next);
        let all: String = numbered
            .map(|(at, (into, nulls))| {
                format!("SET LOCAL feedstock.row = {at}; {}\n", attempt(&into.first(*nulls)))
            })
            .collect();
        let Err(error) = client.batch_execute(&all) else { return Ok(true) };
        if error.as_db_error().is_none() {
            return Err(error.into());
        }
        client.batch_execute(UNDO)?;
        let at: i32 = client.query_one("SELECT current_setting('feedstock.row')::int", &[])?.get(0);
        let at = usize::try_from(at).unwrap_or_default().max(next);
        let (into, nulls) = rows[at];
        any |= at > next;
        any |= into.put(client, nulls)?;
        next = at + 1;
    }
    Ok(any)
}

impl Into<'_> {
    /// Puts one row into it, if one can be found. `nulls`: it has NULL wherever a column allows it.
    fn put(&self, client: &mut Client, nulls: bool) -> Result<bool> {
        let (candidates, named): (Vec<Vec<String>>, Vec<usize>) =
            self.columns.iter().map(|column| self.candidates(column)).unzip();
        let mut chosen = self.first_chosen(nulls);
        let mut plain = false;
        for _ in 0..ATTEMPTS {
            let insert = self.insert(&candidates, &chosen, nulls);
            let put = client.batch_execute(&attempt(&insert));
            let Err(error) = put else { return Ok(true) };
            let Some(found) = error.as_db_error() else { return Err(error.into()) };
            let (broken, is_late) = (self.broken(found), *found.code() == SqlState::QUERY_CANCELED);
            client.batch_execute(UNDO)?;
            if self.next(&broken, &candidates, &mut chosen) {
                continue;
            }
            // What a check names may be no value of the type.
            if plain || is_late || named.iter().all(|named| *named == 0) {
                return Ok(false);
            }
            plain = true;
            chosen.clone_from(&named);
        }
        Ok(false)
    }

    /// The first values to try for each column. The second row is another one.
    fn first_chosen(&self, nulls: bool) -> Vec<usize> {
        let other = |column: &Column| usize::from(nulls && self.is_unique(column));
        self.columns.iter().map(other).collect()
    }

    /// The first row to try.
    fn first(&self, nulls: bool) -> String {
        let candidates: Vec<Vec<String>> =
            self.columns.iter().map(|column| self.candidates(column).0).collect();
        self.insert(&candidates, &self.first_chosen(nulls), nulls)
    }

    /// Must rows differ in this column?
    fn is_unique(&self, column: &Column) -> bool {
        let keys =
            self.limits.iter().filter(|limit| limit.definition.is_empty() && limit.refers_to.is_none());
        keys.into_iter().any(|key| key.columns.contains(&column.name))
    }

    /// The columns whose values were refused together.
    fn broken(&self, error: &DbError) -> Vec<&str> {
        let is_value = matches!(
            *error.code(),
            SqlState::CHECK_VIOLATION | SqlState::UNIQUE_VIOLATION | SqlState::EXCLUSION_VIOLATION
        );
        if is_value && error.datatype().is_some() {
            let of_domain = self.columns.iter().filter(|column| !column.domain_checks.is_empty());
            return of_domain.map(|column| column.name.as_str()).collect();
        }
        let limit = self.limits.iter().find(|limit| is_value && limit.name.as_deref() == error.constraint());
        limit.into_iter().flat_map(|limit| &limit.columns).map(String::as_str).collect()
    }

    /// The next values of these columns, as the digits of a number; none where they have but one each.
    fn next(&self, columns: &[&str], candidates: &[Vec<String>], chosen: &mut [usize]) -> bool {
        let own = self.columns.iter().enumerate().filter(|(_, column)| columns.contains(&&*column.name));
        let own: Vec<usize> = own.map(|(at, _)| at).filter(|at| candidates[*at].len() > 1).collect();
        for at in &own {
            chosen[*at] = (chosen[*at] + 1) % candidates[*at].len();
            if chosen[*at] != 0 {
                break;
            }
        }
        !own.is_empty()
    }

    /// The values to try for a column: those that its checks name, before and after the plan, come first; how many.
    fn candidates(&self, column: &Column) -> (Vec<String>, usize) {
        let own = self.limits.iter().filter(|limit| limit.columns.contains(&column.name));
        let own = own.map(|limit| limit.definition.as_str());
        let table = self.wanted.tables.get(self.name);
        let checks = table.into_iter().flat_map(|table| table.constraints.values());
        let new = checks
            .filter(|check| check.kind == ConstraintKind::Check && check.columns.contains(&column.name));
        let new = new.map(|check| check.definition.as_str());
        let domain = column.domain_checks.iter().map(String::as_str);
        let checks: Vec<&str> = new.chain(own).chain(domain).collect();
        candidates(&self.of_both(column), &checks)
    }

    /// The column's type, with what it becomes as far as that is known: its labels that stay, and where a text becomes
    /// another type, that one.
    fn of_both(&self, column: &Column) -> Type {
        let mut of = column.of.clone();
        let want = self.wanted.column(self.name, &column.name);
        let labels = |data_type: &str| self.labels.get(data_type).copied();
        if let Some(stay) = labels(&of.name)
            && of.labels.iter().any(|label| stay.contains(label))
        {
            of.labels.retain(|label| stay.contains(label));
        }
        let is_text = matches!(of.name.as_str(), "text" | "character varying") && of.within.is_empty();
        if let Some(want) = want.filter(|want| is_text && want.data_type != of.name) {
            let is_plain = !crate::schema::data_type::is_array(&want.data_type);
            match labels(&want.data_type) {
                Some(labels) => of.labels = labels.to_vec(),
                None if is_plain => of.name.clone_from(&want.data_type),
                None => {}
            }
        }
        of
    }

    fn insert(&self, candidates: &[Vec<String>], chosen: &[usize], nulls: bool) -> String {
        let mut values = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let key = self.limits.iter().find_map(|limit| {
                let place = limit.columns.iter().position(|name| *name == column.name)?;
                limit.refers_to.as_ref().map(|(to, columns)| (to, &columns[place]))
            });
            let value =
                || candidates[at].get(chosen[at]).map_or_else(|| "NULL".to_owned(), |text| literal(text));
            values.push(match key {
                _ if nulls && !column.not_null => "NULL".to_owned(),
                Some((to, referred)) if to != self.name => format!(
                    "(SELECT {referred} FROM {} ORDER BY ctid OFFSET {} LIMIT 1)",
                    ddl::name(to),
                    usize::from(nulls)
                ),
                // A row that refers to itself.
                Some((_, referred)) => self
                    .columns
                    .iter()
                    .position(|column| column.quoted == *referred)
                    .and_then(|own| candidates[own].get(chosen[own]))
                    .map_or_else(|| "NULL".to_owned(), |text| literal(text)),
                None => value(),
            });
        }
        let into = ddl::name(self.name);
        if values.is_empty() {
            return format!("INSERT INTO {into} DEFAULT VALUES");
        }
        let names: Vec<String> = self.columns.iter().map(|column| quote_ident(&column.name)).collect();
        format!(
            "INSERT INTO {into} ({}) OVERRIDING SYSTEM VALUE VALUES ({})",
            names.join(", "),
            values.join(", ")
        )
    }
}
