//! Runs files as `apply` would, and tells what each statement did: its locks, rewrites and scans, and the schema after
//! it.
//!
//! A file is one transaction, as when it is applied, so a lock counts for the statement that takes it, and is held by
//! all that follow. A statement that fails is undone by a savepoint, and the others are run all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use postgres::Client;

use super::measure::meter::{Meter, Seen};
use super::measure::{measured, watch};
use super::rows::Rows;
use super::run::{Session, ends_transactions};
use super::{Database, Scratch, simple};
use crate::ident::{literal, quote_qualified};
use crate::inspect::{ByOid, Prepared, Scope, inspect_by_oid};
use crate::migration::Migration;
use crate::plan::{Measured, Mode, Plan};
use crate::schema::{Id, Name, Schema};
use crate::sql::Statement;
use crate::{Error, Result};

/// Begins and ends a look at the open transaction, of which nothing stays: not even the locks of the look.
const LOOK: &str =
    "SAVEPOINT feedstock_look; SET LOCAL ROLE NONE; SET LOCAL search_path TO pg_catalog, pg_temp";
const LOOKED: &str = "ROLLBACK TO SAVEPOINT feedstock_look; RELEASE SAVEPOINT feedstock_look";

/// What one statement did.
#[derive(Debug)]
pub struct Ran {
    /// Its locks, rewrites and scans; those of a statement that failed are empty.
    pub measured: Measured,
    /// Why it could not be run.
    pub failed: Option<Error>,
    /// The schema after it.
    pub after: Arc<Schema>,
    /// The tables of which it removed all rows without reading them, as `TRUNCATE` does.
    pub emptied: Vec<Name>,
    /// Of the tables whose rows are counted: did it change all of them?
    pub changed: BTreeMap<Name, bool>,
    /// The objects that it gave another name or schema: the old one and the new one.
    pub renamed: Vec<(Id, Id)>,
    /// What the query of [`Observer::ask_after_each`] returned after it.
    pub answers: BTreeSet<(usize, String)>,
}

/// A connection to a copy of a database, in which files are run one after the other.
pub struct Observer<'a> {
    session: Session<'a>,
    database: &'a Database,
    scope: &'a Scope,
    meter: Meter,
    schema: Arc<Schema>,
    by_oid: ByOid,
    /// The queries that read the schema, as long as one file runs.
    prepared: Prepared,
    /// The tables whose rows are counted.
    counted: BTreeSet<Name>,
    /// Are statements measured, and the schema read after each?
    looks: bool,
    /// What is asked after each statement of the next file.
    questions: Vec<Option<String>>,
    /// The place of the statement in its file.
    at: usize,
}

/// The state before a file.
type Held = BTreeSet<(u32, Mode)>;

impl<'a> Observer<'a> {
    /// Opens it. Only relations that exist now are measured. `database` is changed.
    ///
    /// # Errors
    /// The server refuses.
    pub fn open(scratch: &'a Scratch, database: &'a Database, scope: &'a Scope) -> Result<Self> {
        let mut session = Session::open(scratch, database)?;
        let meter = Meter::new(&mut session.client, ask)?;
        let (schema, by_oid) = read(&mut session.client, scope)?;
        Ok(Observer {
            session,
            database,
            scope,
            meter,
            schema: Arc::new(schema),
            by_oid,
            prepared: Prepared::default(),
            counted: BTreeSet::new(),
            looks: true,
            questions: Vec::new(),
            at: 0,
        })
    }

    /// The same, which runs files and measures nothing: after each statement the schema is said to be what it is now.
    #[must_use]
    pub fn without_looking(self) -> Self {
        Observer { looks: false, ..self }
    }

    /// Asks these queries after the statements of the next file, in their transaction: one for each, if any. They
    /// return a number and a text.
    pub fn ask_after_each(&mut self, questions: Vec<Option<String>>) {
        self.questions = questions;
    }

    /// Reads the schema as it is now.
    ///
    /// # Errors
    /// The server refuses.
    pub fn read(&mut self) -> Result<Schema> {
        read(&mut self.session.client, self.scope).map(|(schema, _)| schema)
    }

    /// Puts two rows into each of these tables where that can be done, as different from each other as their columns
    /// allow, and counts them from then on. Returns whether there are any.
    ///
    /// # Errors
    /// None so far: a table that takes no row stays empty.
    pub fn with_rows_in(&mut self, tables: BTreeSet<Name>) -> bool {
        let (schema, plan) = (Arc::clone(&self.schema), Plan::default());
        self.counted.clone_from(&tables);
        let any = Rows::in_tables(&schema, &plan, tables).put(self.database);
        // Rows that remain alike are no error: more statements then seem to change all of them.
        if let (true, Ok(mut client)) = (any, self.database.client()) {
            for table in &self.counted {
                let name = literal(&quote_qualified(&table.schema, &table.name));
                let _ =
                    client.batch_execute(&include_str!("observe/unlike.sql").replace("/* table */", &name));
            }
        }
        any
    }

    /// The schema as it is now.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Runs a file.
    ///
    /// # Errors
    /// The server fails. A statement that fails is no error, but a part of the result.
    pub fn file(&mut self, migration: &Migration) -> Result<Vec<Ran>> {
        let statements = migration.statements()?;
        self.session.set_search_path()?;
        let mut seen = Vec::new();
        if migration.header.no_transaction {
            for statement in &statements {
                self.at = seen.len();
                seen.push(self.outside(&migration.file, statement)?);
            }
        } else {
            self.together(migration, &statements, &mut seen)?;
        }
        self.session.forget()?;
        self.questions.clear();
        // What was prepared in the session is gone.
        self.prepared = Prepared::default();
        let (seen, rest): (Vec<Seen>, Vec<_>) = seen.into_iter().unzip();
        let measured = measured(seen, !migration.header.no_transaction);
        let rans = measured.into_iter().zip(rest);
        Ok(rans.map(|(measured, rest)| Ran { measured, ..rest }).collect())
    }

    fn together(
        &mut self,
        migration: &Migration,
        statements: &[Statement<'_>],
        seen: &mut Vec<(Seen, Ran)>,
    ) -> Result<()> {
        self.session.begin(migration)?;
        let mut held = Held::new();
        for statement in statements {
            self.at = seen.len();
            let ran = self.inside(&migration.file, statement, &mut held);
            seen.push(ran.inspect_err(|_| {
                let _ = self.session.client.batch_execute("ROLLBACK");
            })?);
        }
        if let (Err(error), Some((_, last))) = (self.session.commit(&migration.file), seen.last_mut()) {
            last.failed = Some(error);
        }
        Ok(())
    }

    /// Runs a statement in the open transaction.
    fn inside(&mut self, file: &str, statement: &Statement<'_>, held: &mut Held) -> Result<(Seen, Ran)> {
        if !self.looks {
            return Ok(match self.session.undoable(file, statement) {
                Ok(()) => (Seen::default(), Ran { answers: self.answers(), ..self.unchanged() }),
                Err(error) => self.failed(error, true),
            });
        }
        let before = self.meter.before(&mut self.session.client)?;
        let rows = self.rows()?;
        let written = written(&mut self.session.client)?;
        if let Err(error) = self.session.undoable(file, statement) {
            return Ok(self.failed(error, true));
        }
        let mut after = self.meter.after(&mut self.session.client)?;
        for row in &mut after {
            // What the transaction held before is no lock of this statement.
            row.mode = row.mode.filter(|mode| held.insert((row.oid, *mode)));
        }
        let seen = self.meter.seen(&before, after, true);
        let changed = self.all_changed(&rows)?;
        let answers = self.answers();
        let client = &mut self.session.client;
        if written == self::written(client)? {
            return Ok((seen, Ran { changed, answers, ..self.unchanged() }));
        }
        let read = self.look()?;
        let ran = self.changed(read);
        let emptied = seen.rewrites.iter().map(|relation| &relation.name).filter(|name| {
            let known = self.schema.tables.contains_key(name);
            known && is_empty_and_unknown(&mut self.session.client, name)
        });
        let emptied = emptied.cloned().collect();
        Ok((seen, Ran { changed, emptied, answers, ..ran }))
    }

    /// Asks a query that returns a number and a text, now.
    ///
    /// # Errors
    /// The server refuses.
    pub fn ask(&mut self, query: &str) -> Result<BTreeSet<(usize, String)>> {
        self.at = 0;
        self.questions = vec![Some(query.to_owned())];
        let answers = self.answers_outside();
        self.questions.clear();
        answers
    }

    fn answers_outside(&mut self) -> Result<BTreeSet<(usize, String)>> {
        self.session.client.batch_execute("BEGIN")?;
        let answers = self.answers();
        self.session.client.batch_execute("ROLLBACK")?;
        Ok(answers)
    }

    /// Asks the question of the statement in the open transaction. If it fails, it has no answer.
    fn answers(&mut self) -> BTreeSet<(usize, String)> {
        let Some(question) = self.questions.get(self.at).cloned().flatten() else { return BTreeSet::new() };
        let client = &mut self.session.client;
        let text = format!("SET LOCAL statement_timeout TO '60s';\n{question}");
        let Ok(rows) = ask(client, &text) else {
            let _ = client.batch_execute(LOOKED);
            return BTreeSet::new();
        };
        rows.iter().filter_map(|row| Some((simple::number(row, 0)?, row.get(1)?.to_owned()))).collect()
    }

    /// Reads the schema in the open transaction.
    fn look(&mut self) -> Result<(Schema, ByOid)> {
        let mut again = !self.prepared.is_empty();
        loop {
            let client = &mut self.session.client;
            client.batch_execute(LOOK)?;
            let read = inspect_by_oid(client, self.scope, &mut self.prepared);
            client.batch_execute(LOOKED)?;
            match read {
                // The file has said DEALLOCATE ALL.
                Err(error) if again && error.sqlstate() == Some("26000") => {
                    again = false;
                    self.prepared = Prepared::default();
                }
                read => return read,
            }
        }
    }

    /// The counted tables that are there.
    fn rows(&mut self) -> Result<Vec<Counted>> {
        let mut rows = Vec::new();
        for table in self.counted.iter().filter(|table| self.schema.tables.contains_key(table)) {
            let name = quote_qualified(&table.schema, &table.name);
            let oid = format!("{}::regclass", literal(&name));
            let found = ask(
                &mut self.session.client,
                &format!("SELECT {oid}::oid, (SELECT count(*) FROM {name}), {}", changed_rows(&oid)),
            )?;
            let number = |at| found.first().and_then(|row| simple::number(row, at)).unwrap_or_default();
            rows.push(Counted { table: table.clone(), oid: number(0), rows: number(1), changed: number(2) });
        }
        Ok(rows)
    }

    /// Of which of these has the last statement changed all rows? It may have dropped or renamed them.
    fn all_changed(&mut self, before: &[Counted]) -> Result<BTreeMap<Name, bool>> {
        let mut all = BTreeMap::new();
        for was in before {
            let found =
                ask(&mut self.session.client, &format!("SELECT {}", changed_rows(&was.oid.to_string())))?;
            let now: i64 = found.first().and_then(|row| simple::number(row, 0)).unwrap_or_default();
            all.insert(was.table.clone(), was.rows > 0 && now - was.changed >= was.rows);
        }
        Ok(all)
    }

    /// Runs a statement of a file without a transaction. If it can run in one, it is measured there.
    fn outside(&mut self, file: &str, statement: &Statement<'_>) -> Result<(Seen, Ran)> {
        self.session.client.batch_execute("BEGIN")?;
        let (seen, ran) = self.inside(file, statement, &mut Held::new()).inspect_err(|_| {
            let _ = self.session.client.batch_execute("ROLLBACK");
        })?;
        match &ran.failed {
            Some(error) if ends_transactions(error) => self.session.client.batch_execute("ROLLBACK")?,
            _ => {
                let committed = self.session.commit(file);
                let failed = ran.failed.or(committed.err());
                return Ok((Seen { in_transaction: false, ..seen }, Ran { failed, ..ran }));
            }
        }
        if !self.looks {
            let ran =
                self.session.outside(file, statement, |client| Ok(client.batch_execute(statement.text)?));
            if let Err(error) = ran {
                return Ok(self.failed(error.at(file, statement.line, statement.column), false));
            }
            let answers = self.answers_outside()?;
            return Ok((Seen::default(), Ran { answers, ..self.unchanged() }));
        }
        let before = self.meter.before_outside(&mut self.session.client)?;
        let database = self.database;
        let watched =
            self.session.outside(file, statement, |client| watch::run(database, client, statement.text));
        let locks = match watched {
            Ok(locks) => locks,
            Err(error) => {
                let error = error.at(file, statement.line, statement.column);
                return Ok(self.failed(error, false));
            }
        };
        let after = self.meter.after_outside(&mut self.session.client, &locks)?;
        let seen = self.meter.seen(&before, after, false);
        let read = read(&mut self.session.client, self.scope)?;
        let answers = self.answers_outside()?;
        Ok((seen, Ran { answers, ..self.changed(read) }))
    }

    fn failed(&self, error: Error, in_transaction: bool) -> (Seen, Ran) {
        let seen = Seen { in_transaction, ..Seen::default() };
        (seen, Ran { failed: Some(error), ..self.unchanged() })
    }

    fn unchanged(&self) -> Ran {
        let (measured, after) = (Measured::nothing(true), Arc::clone(&self.schema));
        Ran {
            measured,
            failed: None,
            after,
            emptied: Vec::new(),
            changed: BTreeMap::new(),
            renamed: Vec::new(),
            answers: BTreeSet::new(),
        }
    }

    fn changed(&mut self, (schema, by_oid): (Schema, ByOid)) -> Ran {
        let renamed = self.by_oid.renamed(&by_oid);
        (self.schema, self.by_oid) = (Arc::new(schema), by_oid);
        Ran { renamed, ..self.unchanged() }
    }
}

/// Reads the schema in a transaction of its own.
fn read(client: &mut Client, scope: &Scope) -> Result<(Schema, ByOid)> {
    let mut transaction = client.transaction()?;
    let read = inspect_by_oid(&mut transaction, scope, &mut Prepared::default())?;
    transaction.rollback()?;
    Ok(read)
}

/// A table whose rows are counted.
struct Counted {
    table: Name,
    oid: i64,
    rows: i64,
    /// How many rows the transaction has changed so far.
    changed: i64,
}

/// How many rows of a table the transaction has changed so far: 0 of one that is gone.
fn changed_rows(oid: &str) -> String {
    format!("pg_stat_get_xact_tuples_updated({oid}) + pg_stat_get_xact_tuples_deleted({oid})")
}

/// Does the server not know how many rows a table has that was written anew? So it is after `TRUNCATE`, while a copy of
/// the rows counts them.
fn is_empty_and_unknown(client: &mut Client, table: &Name) -> bool {
    let oid = literal(&quote_qualified(&table.schema, &table.name));
    let rows = ask(client, &format!("SELECT reltuples < 0 FROM pg_class WHERE oid = {oid}::regclass"));
    rows.is_ok_and(|rows| rows.first().and_then(|row| row.get(0)) == Some("t"))
}

/// Asks in the open transaction, whatever a file has set in it.
fn ask(client: &mut Client, query: &str) -> Result<Vec<postgres::SimpleQueryRow>> {
    simple::rows(client, &format!("{LOOK};\n{query};\n{LOOKED}"))
}

/// How many rows of the catalogs the transaction has written: a statement that leaves the number as it was changes no
/// schema.
fn written(client: &mut Client) -> Result<Option<i64>> {
    let rows = ask(client, include_str!("observe/written.sql"))?;
    Ok(rows.first().and_then(|row| simple::number(row, 0)))
}
