//! Rules that are queries over the catalogs: our own, and those of the project in `lint/*.sql`. Each returns an object and
//! a message a row. The schema `feedstock_before` holds the rows of the catalogs as they were before the file.

use postgres::Client;

use super::{File, Found, RULES, Seen};
use crate::inspect::BEFORE;
use crate::prove::Database;
use crate::report::Source;
use crate::schema::{Name, Schema};
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

/// The catalogs of which the rows are kept.
const CATALOGS: &[&str] = &[
    "pg_namespace",
    "pg_class",
    "pg_attribute",
    "pg_attrdef",
    "pg_type",
    "pg_enum",
    "pg_constraint",
    "pg_index",
    "pg_inherits",
    "pg_proc",
    "pg_trigger",
    "pg_policy",
    "pg_rewrite",
    "pg_sequence",
    "pg_description",
    "pg_extension",
    "pg_publication",
    "pg_publication_rel",
];

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
}

impl<'a> Catalog<'a> {
    pub(super) fn open(database: &Database, own: &'a [OwnRule]) -> Result<Self> {
        let mut client = database.client()?;
        let tables: String = CATALOGS
            .iter()
            .map(|catalog| {
                format!("CREATE UNLOGGED TABLE {BEFORE}.{catalog} AS SELECT {} FROM pg_catalog.{catalog} WITH NO DATA; ",
                    columns(catalog))
            })
            .collect();
        client.batch_execute(&format!(
            "CREATE SCHEMA {BEFORE}; {tables} GRANT USAGE ON SCHEMA {BEFORE} TO PUBLIC; \
             GRANT SELECT ON ALL TABLES IN SCHEMA {BEFORE} TO PUBLIC"
        ))?;
        Ok(Catalog { client, own })
    }

    /// Keeps the rows of the catalogs as they are now.
    pub(super) fn remember(&mut self) -> Result<()> {
        let copied = CATALOGS.iter().map(|catalog| {
            let oid = match *catalog {
                "pg_attribute" => "attrelid",
                "pg_index" => "indexrelid",
                "pg_inherits" => "inhrelid",
                "pg_sequence" => "seqrelid",
                "pg_description" => "objoid",
                _ => "oid",
            };
            format!(
                "DELETE FROM {BEFORE}.{catalog}; INSERT INTO {BEFORE}.{catalog} \
                 SELECT {} FROM pg_catalog.{catalog} WHERE {oid} >= 16384 OR {oid} = 2200; ",
                columns(catalog)
            )
        });
        Ok(self.client.batch_execute(&format!("BEGIN; {} COMMIT", copied.collect::<String>()))?)
    }

    /// What the queries return.
    pub(super) fn findings(&mut self, file: &File<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        let ours = RULES.iter().filter_map(|rule| match rule.seen {
            Seen::Catalog(sql) => Some((rule.name, sql, None)),
            _ => None,
        });
        let own = self.own.iter().map(|rule| (rule.name.as_str(), rule.sql.as_str(), Some(&rule.file)));
        let all: Vec<_> = ours.chain(own).collect();
        for (name, sql, rule_file) in all {
            let rows = self.ask(sql).map_err(|error| match rule_file {
                Some(rule_file) => Error::file(format!("the rule {rule_file} fails"))
                    .because(error)
                    .help("it is one SELECT of an object and a message, over the catalogs and the schema feedstock_before"),
                None => error,
            })?;
            for (object, message) in rows {
                let at = statement_of(file, &object);
                let object = object.strip_prefix("public.").unwrap_or(&object);
                found.push(Found::new(name.to_owned(), at, object, message, Source::Catalog));
            }
        }
        Ok(found)
    }

    fn ask(&mut self, sql: &str) -> Result<Vec<(String, String)>> {
        let mut transaction = self.client.build_transaction().read_only(true).start()?;
        transaction.batch_execute(
            "SET LOCAL statement_timeout = '10s'; SET LOCAL search_path TO pg_catalog, pg_temp",
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

/// The statement that brought it: the one after which the schema has such an object; else the last one that names it and
/// changes the schema.
fn statement_of(file: &File<'_>, object: &str) -> Option<usize> {
    let brings = |at: &usize| !has(file.before_statement(*at), object) && has(&file.ran[*at].after, object);
    let changes = |at: &usize| file.before_statement(*at) != &file.ran[*at].after;
    let parts: Vec<&str> = object.split(['.', '(', ' ']).filter(|part| !part.is_empty()).collect();
    let names = |at: &usize| {
        let words = sql::names(file.statements[*at].text);
        parts.last().is_some_and(|part| words.iter().any(|word| word == part.trim_matches('"')))
    };
    let mut changing = (0..file.ran.len()).filter(changes);
    let brought = (0..file.ran.len()).find(brings);
    brought.or_else(|| changing.clone().filter(names).next_back()).or_else(|| changing.next_back())
}

/// Is there an object with this name?
fn has(schema: &Schema, object: &str) -> bool {
    let bare = object.replace('"', "");
    let is_it = |name: &Name| name.to_string() == bare;
    schema.indexes.keys().any(is_it)
        || schema.tables.values().any(|table| {
            let name = table.name.to_string();
            name == bare
                || bare
                    .strip_prefix(&name)
                    .and_then(|rest| rest.strip_prefix('.'))
                    .is_some_and(|rest| table.column(rest).is_some() || table.constraints.contains_key(rest))
        })
        || schema.objects.values().any(|found| {
            found
                .address
                .split_once(' ')
                .is_some_and(|(_, name)| name.trim_start_matches("public.") == object)
        })
}
