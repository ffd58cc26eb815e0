//! Rules that are queries over the catalogs: our own, and those of the project in `lint/*.sql`. Each returns an object
//! and a message a row. The schema `feedstock_before` holds the rows of the catalogs as they were before the file.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use super::{File, Found, RULES, Seen};
use crate::diff::is_there;
use crate::ident::{literal, quote_qualified};
use crate::inspect::BEFORE;
use crate::prove::Database;
use crate::report::Source;
use crate::schema::{Constraint, Id, Name, Object, Schema};
use crate::{Error, Result, sql};

/// A rule of the project.
#[derive(Debug, Clone)]
pub struct OwnRule {
    /// Its name, which is that of its file.
    pub name: String,
    /// Its file.
    pub file: String,
    /// The query.
    pub sql: String,
}

/// The catalogs of which the rows are kept, each with its key.
const CATALOGS: &[(&str, &str)] = &[
    ("pg_namespace", "oid"),
    ("pg_class", "oid"),
    ("pg_attribute", "attrelid, attnum"),
    ("pg_attrdef", "oid"),
    ("pg_type", "oid"),
    ("pg_enum", "oid"),
    ("pg_constraint", "oid"),
    ("pg_index", "indexrelid"),
    ("pg_inherits", "inhrelid, inhseqno"),
    ("pg_proc", "oid"),
    ("pg_trigger", "oid"),
    ("pg_policy", "oid"),
    ("pg_rewrite", "oid"),
    ("pg_sequence", "seqrelid"),
    ("pg_description", "objoid, classoid, objsubid"),
    ("pg_extension", "oid"),
    ("pg_publication", "oid"),
    ("pg_publication_rel", "oid"),
    ("pg_publication_namespace", "oid"),
    ("pg_default_acl", "oid"),
];

/// The column beside those of a catalog, by which a row is known that has been written since.
const WRITTEN_BY: &str = "feedstock_written_by";

/// Before the names of the tables that hold the rows of the catalogs before the first file.
const START: &str = "start_";

/// What `grant-to-public.sql` calls what new objects give to everybody.
const DEFAULT_PRIVILEGES: &str = "default-privileges";

/// The columns that are kept: no table or view can have one of type `anyarray`.
fn columns(catalog: &str) -> &'static str {
    match catalog {
        "pg_attribute" => {
            "attrelid, attname, atttypid, attlen, attnum, atttypmod, attndims, attstorage, attnotnull, atthasdef, \
             attidentity, attgenerated, attisdropped, attislocal, attinhcount, attcollation, attacl, attoptions"
        }
        _ => "*",
    }
}

/// A query that returns an object and a message a row.
pub(super) struct Question {
    /// The rule.
    pub name: String,
    /// The file of the project that it comes from.
    pub file: Option<String>,
    pub sql: String,
}

impl Question {
    /// Our own, and then those of the project.
    pub fn all(own: &[OwnRule]) -> Vec<Self> {
        let ours = RULES.iter().filter_map(|rule| match rule.seen {
            Seen::Catalog(sql) => {
                Some(Question { name: rule.name.to_owned(), file: None, sql: sql.to_owned() })
            }
            _ => None,
        });
        let own = own.iter().map(|rule| Question {
            name: rule.name.clone(),
            file: Some(rule.file.clone()),
            sql: rule.sql.clone(),
        });
        ours.chain(own).collect()
    }

    /// The places of our own, and of those of the project.
    pub fn by_origin(questions: &[Self]) -> (BTreeSet<usize>, BTreeSet<usize>) {
        (0..questions.len()).partition(|at| questions[*at].file.is_none())
    }

    /// Is there an index of this name?
    pub fn of_index(name: &Name) -> Self {
        let index = literal(&quote_qualified(&name.schema, &name.name));
        let sql = format!("SELECT {index}, '' WHERE to_regclass({index}) IS NOT NULL");
        Question { name: String::new(), file: None, sql }
    }

    /// The finding of an answer.
    pub fn found(&self, object: &str, message: String) -> Found {
        let message = if self.file.is_some() { message } else { message.replace("public.", "") };
        Found::new(self.name.clone(), None, plain(object), message, Source::Catalog)
    }
}

/// What a question found: its place in the list of questions, the object, the message.
pub(super) type Answer = (usize, String, String);

/// A session that asks.
pub(super) struct Catalog {
    client: Client,
    /// Are the rows kept that the catalogs had before the first file?
    has_started: bool,
}

impl Catalog {
    pub(super) fn open(database: &Database) -> Result<Self> {
        let mut client = database.client()?;
        let tables: String = CATALOGS
            .iter()
            .map(|(catalog, _)| {
                let columns = columns(catalog);
                let empty = |name| {
                    format!(
                        "CREATE UNLOGGED TABLE {BEFORE}.{name} AS \
                         SELECT {columns}, xmin AS {WRITTEN_BY} FROM pg_catalog.{catalog} WITH NO DATA; "
                    )
                };
                empty((*catalog).to_owned()) + &empty(format!("{START}{catalog}"))
            })
            .collect();
        client.batch_execute(&format!(
            "CREATE SCHEMA {BEFORE}; {tables} GRANT USAGE ON SCHEMA {BEFORE} TO PUBLIC; \
             GRANT SELECT ON ALL TABLES IN SCHEMA {BEFORE} TO PUBLIC"
        ))?;
        Ok(Catalog { client, has_started: false })
    }

    /// Keeps the rows of the catalogs as they are now. Only those that have changed since the last time are written, so
    /// that it does not grow with the number of files.
    pub(super) fn remember(&mut self) -> Result<()> {
        let copied = CATALOGS.iter().map(|(catalog, key)| {
            let first = key.split(',').next().unwrap_or_default();
            let row =
                |table: &str| key.split(", ").map(|column| format!("{table}.{column}")).collect::<Vec<_>>();
            let (now, kept) = (row("now").join(", "), row("kept").join(", "));
            let is_same = format!("({now}) = ({kept}) AND now.xmin = kept.{WRITTEN_BY}");
            format!(
                "DELETE FROM {BEFORE}.{catalog} AS kept WHERE NOT EXISTS \
                 (SELECT FROM pg_catalog.{catalog} AS now WHERE {is_same}); \
                 INSERT INTO {BEFORE}.{catalog} SELECT {}, xmin FROM pg_catalog.{catalog} AS now \
                 WHERE ({first} >= 16384 OR {first} = 2200) AND NOT EXISTS \
                 (SELECT FROM {BEFORE}.{catalog} AS kept WHERE {is_same}); ",
                columns(catalog)
            )
        });
        self.client.batch_execute(&format!("BEGIN; {} COMMIT", copied.collect::<String>()))?;
        if !self.has_started {
            self.client.batch_execute(&between("", START))?;
            self.has_started = true;
        }
        Ok(())
    }

    /// Adds the schema with the parts of the catalogs: see [`about`].
    pub(super) fn add_parts(&mut self) -> Result<()> {
        let columns = columns("pg_attribute");
        Ok(self.client.batch_execute(&include_str!("part.sql").replace("/* columns */", columns))?)
    }

    /// The name of the table of each index, by the name of the index as questions return it.
    pub(super) fn tables_of_indexes(&mut self) -> Result<BTreeMap<String, String>> {
        let rows = self.ask(
            "SELECT i.indexrelid::regclass, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
             WHERE i.indexrelid >= 16384",
        )?;
        Ok(rows.into_iter().collect())
    }

    /// The answers if all files are taken as one: what an earlier file lacks, a later one may bring.
    pub(super) fn answers_in_the_end(
        &mut self,
        questions: &[Question],
        asked: &BTreeSet<usize>,
    ) -> Result<Vec<Answer>> {
        self.client.batch_execute(&between(START, ""))?;
        self.answers(questions, asked)
    }

    /// The answers to those of the questions that are asked.
    pub(super) fn answers(&mut self, questions: &[Question], asked: &BTreeSet<usize>) -> Result<Vec<Answer>> {
        let mut answers = Vec::new();
        for at in asked {
            let question = &questions[*at];
            let rows = self.ask(&question.sql).map_err(|error| match &question.file {
                Some(file) => Error::file(format!("the rule {file} fails")).because(error).help(
                    "it is one SELECT of an object and a message, over the catalogs and the schema \
                         feedstock_before",
                ),
                None => error,
            })?;
            answers.extend(rows.into_iter().map(|(object, message)| (*at, object, message)));
        }
        Ok(answers)
    }

    fn ask(&mut self, sql: &str) -> Result<Vec<(String, String)>> {
        let text = format!(
            "BEGIN READ ONLY; SET LOCAL statement_timeout = '60s'; \
             SET LOCAL search_path TO pg_catalog, pg_temp;\n{sql}\n; ROLLBACK"
        );
        let messages = self.client.simple_query(&text).inspect_err(|_| {
            let _ = self.client.batch_execute("ROLLBACK");
        })?;
        let rows = messages.iter().filter_map(|message| match message {
            postgres::SimpleQueryMessage::Row(row) => {
                let text = |at: usize| row.try_get(at).ok().flatten().unwrap_or_default().to_owned();
                Some((text(0), text(1)))
            }
            _ => None,
        });
        Ok(rows.collect())
    }
}

/// Some of the questions in one text, about these relations alone. Each row is the number of the question, the object
/// and the message.
pub(super) fn about(
    relations: &BTreeSet<(String, String)>,
    questions: &[Question],
    asked: &BTreeSet<usize>,
) -> String {
    let names = relations.iter().map(|(schema, name)| format!("({}, {})", literal(schema), literal(name)));
    let names: Vec<String> = names.chain(["(NULL, NULL)".to_owned()]).collect();
    let mut text = include_str!("relations.sql").replace("/* names */", &names.join(", "));
    for at in asked {
        text += &format!("SELECT {at}, asked.* FROM (\n{}\n) AS asked;\n", questions[*at].sql);
    }
    text
}

/// Copies the rows that are kept.
fn between(from: &str, to: &str) -> String {
    let copied = CATALOGS.iter().map(|(catalog, _)| {
        format!(
            "DELETE FROM {BEFORE}.{to}{catalog}; \
             INSERT INTO {BEFORE}.{to}{catalog} SELECT * FROM {BEFORE}.{from}{catalog}; "
        )
    });
    format!("BEGIN; {} COMMIT", copied.collect::<String>())
}

/// As plans name objects: without quotes, and without the schema `public`.
fn plain(object: &str) -> String {
    object.strip_prefix("public.").unwrap_or(object).replace('"', "")
}

/// The statement that a finding is about: the last one that changes what the rule looks at, or for a relation that
/// is new the one that creates it; else the last one that names it and changes the schema.
pub(super) fn statement_of(file: &File<'_>, rule: &str, object: &str) -> Option<usize> {
    let changes = |at: &usize| file.before_statement(*at) != &file.ran[*at].after;
    let differs = |at: &usize| {
        let (before, after) = (file.before_statement(*at), &file.ran[*at].after);
        match rule {
            "grant-to-public" if object == DEFAULT_PRIVILEGES => {
                before.default_privileges != after.default_privileges
            }
            "grant-to-public" => {
                ids(before, after, object).iter().any(|id| before.grants(id) != after.grants(id))
            }
            "foreign-key-type" if foreign_keys(before, object) != foreign_keys(after, object) => true,
            "policies-without-row-security" | "row-security-without-policy" => {
                of_policies(before, object) != of_policies(after, object)
            }
            _ => ids(before, after, object).iter().any(|id| differs(id, before, after)),
        }
    };
    let names = |at: &usize| names_it(file.statements[*at].text, object);
    let is_new = |at: &usize| {
        let (before, after) = (file.before_statement(*at), &file.ran[*at].after);
        ids(before, after, object).iter().any(|id| {
            matches!(id, Id::Table(_) | Id::View(..)) && !is_there(id, before) && is_there(id, after)
        })
    };
    let whole = matches!(rule, "table-without-key" | "no-replica-identity" | "name-style");
    let created = (0..file.ran.len()).filter(changes).find(|at| whole && is_new(at));
    let mut changing = (0..file.ran.len()).filter(changes);
    let differing = changing.clone().rfind(differs);
    created.or(differing).or_else(|| changing.clone().rfind(names)).or_else(|| changing.next_back())
}

/// Does a text name an object?
pub(super) fn names_it(text: &str, object: &str) -> bool {
    let mut parts = object.split(['.', '(', ' ']).filter(|part| !part.is_empty());
    let last = parts.next_back().map(|part| part.trim_matches('"'));
    last.is_some_and(|last| sql::names(text).iter().any(|word| word == last))
}

/// What a name may stand for in one of two schemas.
fn ids(before: &Schema, after: &Schema, object: &str) -> BTreeSet<Id> {
    [before, after].into_iter().flat_map(|schema| ids_in(schema, object)).collect()
}

fn ids_in(schema: &Schema, object: &str) -> Vec<Id> {
    let mut ids: Vec<Id> = Vec::new();
    ids.extend(schema.namespaces.get_key_value(object).map(|(name, _)| Id::Namespace(name.clone())));
    ids.extend(
        schema.indexes.keys().filter(|name| name.to_string() == object).map(|it| Id::Index(it.clone())),
    );
    ids.extend(
        schema.sequences.keys().filter(|name| name.to_string() == object).map(|it| Id::Sequence(it.clone())),
    );
    ids.extend(schema.enums.keys().filter(|name| name.to_string() == object).map(|it| Id::Enum(it.clone())));
    for (name, table) in &schema.tables {
        let text = name.to_string();
        if text == object {
            ids.push(Id::Table(name.clone()));
        }
        if let Some(part) = object.strip_prefix(&text).and_then(|rest| rest.strip_prefix('.')) {
            ids.extend(table.column(part).map(|_| Id::Column(name.clone(), part.to_owned())));
            ids.extend(table.constraints.get(part).map(|key| key.id(name)));
        }
        // An index of a constraint has its name.
        let keys = table.constraints.values().filter(|key| key.has_index());
        let named = keys.filter(|key| Name::new(&name.schema, &key.name).to_string() == object);
        ids.extend(named.map(|key| key.id(name)));
    }
    let is_it = |address: &str| {
        let name = address.split_once(' ').map_or(address, |(_, name)| name);
        name.replace('"', "").trim_start_matches("public.") == object
    };
    ids.extend(schema.objects.values().filter(|found| is_it(&found.address)).map(|found| found.id.clone()));
    ids
}

/// Is something otherwise in another schema?
pub(super) fn differs(id: &Id, before: &Schema, after: &Schema) -> bool {
    match id {
        Id::Index(name) => before.indexes.get(name) != after.indexes.get(name),
        Id::Sequence(name) => before.sequences.get(name) != after.sequences.get(name),
        Id::Enum(name) => before.enums.get(name) != after.enums.get(name),
        Id::Table(name) => before.tables.get(name) != after.tables.get(name),
        Id::Column(table, name) => before.column(table, name) != after.column(table, name),
        Id::Constraint(table, name) | Id::ForeignKey(table, name) => {
            before.constraint(table, name) != after.constraint(table, name)
        }
        id => before.objects.get(id) != after.objects.get(id),
    }
}

/// What decides who sees which rows of a table.
fn of_policies<'a>(schema: &'a Schema, object: &str) -> Option<(bool, Vec<&'a Object>)> {
    let table = schema.tables.values().find(|table| table.name.to_string() == object)?;
    let policies = schema.objects_on("POLICY", &table.name).map(|(_, policy)| policy).collect();
    Some((table.row_security, policies))
}

/// The foreign keys that have a column, `table.column`.
fn foreign_keys<'a>(schema: &'a Schema, object: &str) -> Vec<&'a Constraint> {
    let tables = schema.tables.values().filter_map(|table| {
        let column = object.strip_prefix(&table.name.to_string())?.strip_prefix('.')?;
        Some((table, column.to_owned()))
    });
    let keys = tables.flat_map(|(table, column)| {
        table
            .constraints
            .values()
            .filter(move |key| key.references.is_some() && key.columns.contains(&column))
    });
    keys.collect()
}
