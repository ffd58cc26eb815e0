//! Rules that are queries over the catalogs: our own, and those of the project in `lint/*.sql`. Each returns an object
//! and a message a row. The schema `feedstock_before` holds the rows of the catalogs as they were before the file.

use std::collections::BTreeSet;

use postgres::Client;

use super::{File, Found, RULES, Seen};
use crate::diff::is_there;
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

/// The columns that are kept: no table can have one of type `anyarray`.
fn columns(catalog: &str) -> &'static str {
    match catalog {
        "pg_attribute" => {
            "attrelid, attname, atttypid, attlen, attnum, atttypmod, attndims, attstorage, attnotnull, atthasdef, \
             attidentity, attgenerated, attisdropped, attislocal, attinhcount, attcollation, attacl, attoptions"
        }
        _ => "*",
    }
}

/// A session that asks.
pub(super) struct Catalog<'a> {
    client: Client,
    own: &'a [OwnRule],
    /// Are the rows kept that the catalogs had before the first file?
    has_started: bool,
}

impl<'a> Catalog<'a> {
    pub(super) fn open(database: &Database, own: &'a [OwnRule]) -> Result<Self> {
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
        Ok(Catalog { client, own, has_started: false })
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

    /// What our queries return if all files are taken as one: the rules and objects. What an earlier file lacks, a
    /// later one may bring.
    pub(super) fn in_the_end(&mut self) -> Result<BTreeSet<(String, String)>> {
        self.client.batch_execute(&between(START, ""))?;
        let mut all = BTreeSet::new();
        for rule in RULES {
            let Seen::Catalog(sql) = rule.seen else { continue };
            all.extend(self.ask(sql)?.into_iter().map(|(object, _)| (rule.name.to_owned(), plain(&object))));
        }
        Ok(all)
    }

    /// What the queries return.
    pub(super) fn findings(&mut self, file: &File<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        let ours = RULES.iter().filter_map(|rule| match rule.seen {
            Seen::Catalog(sql) if !file.migration.is_proven() => Some((rule.name, sql, None)),
            _ => None,
        });
        let own = self.own.iter().map(|rule| (rule.name.as_str(), rule.sql.as_str(), Some(&rule.file)));
        let all: Vec<_> = ours.chain(own).collect();
        for (name, sql, rule_file) in all {
            let rows = self.ask(sql).map_err(|error| match rule_file {
                Some(rule_file) => Error::file(format!("the rule {rule_file} fails")).because(error).help(
                    "it is one SELECT of an object and a message, over the catalogs and the schema \
                         feedstock_before",
                ),
                None => error,
            })?;
            for (object, message) in rows {
                let message = if rule_file.is_some() { message } else { message.replace("public.", "") };
                let object = plain(&object);
                let at = statement_of(file, name, &object);
                found.push(Found::new(name.to_owned(), at, object, message, Source::Catalog));
            }
        }
        Ok(found)
    }

    fn ask(&mut self, sql: &str) -> Result<Vec<(String, String)>> {
        let mut transaction = self.client.build_transaction().read_only(true).start()?;
        transaction.batch_execute(
            "SET LOCAL statement_timeout = '60s'; SET LOCAL search_path TO pg_catalog, pg_temp",
        )?;
        let messages = transaction.simple_query(sql)?;
        transaction.rollback()?;
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
fn statement_of(file: &File<'_>, rule: &str, object: &str) -> Option<usize> {
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
    let parts: Vec<&str> = object.split(['.', '(', ' ']).filter(|part| !part.is_empty()).collect();
    let names = |at: &usize| {
        let words = sql::names(file.statements[*at].text);
        parts.last().is_some_and(|part| words.iter().any(|word| word == part.trim_matches('"')))
    };
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
