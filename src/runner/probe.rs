//! What the catalog says about a statement that runs outside a transaction: done, left half done, or not begun.
//!
//! Nothing is remembered of a run that was killed. Each of these statements changes the catalog in steps that
//! Postgres commits one by one, and the step that makes it good is the last.

use postgres::Client;

use super::{simple, unexpected};
use crate::ident::{ident, literal, qualified};
use crate::sql::OneStatement;
use crate::{Error, Result};

/// What the catalog has of a statement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing: it is to be run.
    NotStarted,
    /// Its outcome, in words.
    Done(String),
    /// What an earlier run left.
    Leftover(Leftover),
}

/// What an earlier run left, and what is to be done about it once nobody works on it any more.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leftover {
    /// The table whose `ShareUpdateExclusiveLock` the one who works on it holds.
    pub table: u32,
    /// What is done about it, in words.
    pub action: String,
    /// The statement that does it; none where running the file's own again does.
    pub clear: Option<String>,
    /// Clearing it completes the file's statement.
    pub completes: bool,
}

/// Looks for a statement's outcome.
pub(super) fn probe(client: &mut Client, statement: &OneStatement) -> Result<Found> {
    match statement {
        OneStatement::CreateIndex { name, table, unique, definition } => {
            created_index(client, name, table, &Definition { unique: *unique, text: definition })
        }
        OneStatement::DropIndex { name } => dropped_index(client, name),
        OneStatement::ReindexIndex { name } => reindexed(client, name),
        OneStatement::AddEnumValue { ty, label, beside } => enum_value(client, ty, label, beside.as_ref()),
        OneStatement::DetachPartition { parent, partition } => detached(client, parent, partition),
        // What it has done already costs it no more than the looking.
        OneStatement::Backfill => Ok(Found::NotStarted),
    }
}

struct Definition<'a> {
    unique: bool,
    /// What follows the table's name.
    text: &'a str,
}

/// A row of `pg_class` that an index's name leads to.
struct Index {
    oid: u32,
    kind: String,
    table: u32,
    valid: bool,
    schema: String,
    name: String,
}

impl Index {
    fn quoted(&self) -> String {
        qualified(&self.schema, &self.name)
    }

    /// The index to which a condition on `pg_class AS c` leads.
    fn find(client: &mut Client, condition: &str) -> Result<Option<Self>> {
        let query = format!(
            "SELECT c.oid, c.relkind, coalesce(i.indrelid, 0), \
             coalesce(i.indisvalid AND i.indisready AND i.indislive, false), n.nspname, c.relname \
             FROM pg_catalog.pg_class AS c \
             JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid WHERE {condition} ORDER BY c.relname"
        );
        let row = simple::row(client, &query)?;
        let [oid, kind, table, valid, schema, name] = &row[..] else { return Ok(None) };
        let number = |text: &String| text.parse().map_err(|_| unexpected("an index"));
        Ok(Some(Index {
            oid: number(oid)?,
            kind: kind.clone(),
            table: number(table)?,
            valid: valid == "t",
            schema: schema.clone(),
            name: name.clone(),
        }))
    }
}

fn created_index(client: &mut Client, name: &str, table: &str, definition: &Definition<'_>) -> Result<Found> {
    let Some(table) = table_of(client, table)? else { return Ok(Found::NotStarted) };
    let condition = format!(
        "c.relnamespace = (SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = {table}) \
         AND c.relname = (pg_catalog.parse_ident({}))[1]::name",
        literal(name)
    );
    let Some(index) = Index::find(client, &condition)? else { return Ok(Found::NotStarted) };
    let quoted = index.quoted();
    if index.kind == "I" {
        return Err(Error::database(format!("{quoted} is the index of a partitioned table")).help(
            "CONCURRENTLY works on partitions: build the index ON ONLY the parent, then one by one on each \
                   partition, then ATTACH them",
        ));
    }
    if index.kind != "i" || index.table != table {
        return Err(Error::database(format!("the name {quoted} is taken by something else"))
            .help("give the index another name, or drop what has it"));
    }
    if definition_of(client, &index.oid.to_string())? != intended_definition(client, table, definition)? {
        return Err(Error::database(format!(
            "{quoted} exists already, with another definition than the file's"
        ))
        .help("drop it if it is not wanted, or give the index of the file another name"));
    }
    if index.valid {
        return Ok(Found::Done(format!("the index {quoted} is there and valid")));
    }
    Ok(Found::Leftover(Leftover {
        table,
        action: format!("dropping the invalid index {quoted} that a killed run left, to build it anew"),
        clear: Some(format!("DROP INDEX CONCURRENTLY {quoted}")),
        completes: false,
    }))
}

fn dropped_index(client: &mut Client, name: &str) -> Result<Found> {
    let condition = format!("c.oid = pg_catalog.to_regclass({})", literal(name));
    Ok(match Index::find(client, &condition)? {
        None => Found::Done(format!("there is no index {name}")),
        Some(index) if index.valid || index.table == 0 => Found::NotStarted,
        Some(index) => Found::Leftover(Leftover {
            table: index.table,
            action: format!("{} is invalid already; dropping it", index.quoted()),
            clear: None,
            completes: false,
        }),
    })
}

/// `REINDEX CONCURRENTLY` builds `…_ccnew`, swaps the two, and drops what then is `…_ccold`. Once all that is over
/// the catalog does not tell it from never begun; to do it again is slow, and right.
fn reindexed(client: &mut Client, name: &str) -> Result<Found> {
    let condition = format!("c.oid = pg_catalog.to_regclass({})", literal(name));
    let Some(index) = Index::find(client, &condition)? else { return Ok(Found::NotStarted) };
    let relname = literal(&index.name);
    let suffixed = format!(
        "c.relkind = 'i' AND NOT i.indisvalid AND i.indrelid = {} AND c.relname ~ '_cc(new|old)[0-9]*$' \
         AND starts_with({relname}, regexp_replace(c.relname, '_cc(new|old)[0-9]*$', ''))",
        index.table
    );
    let Some(other) = Index::find(client, &suffixed)? else { return Ok(Found::NotStarted) };
    if definition_of(client, &index.oid.to_string())? != definition_of(client, &other.oid.to_string())? {
        return Ok(Found::NotStarted);
    }
    let quoted = other.quoted();
    Ok(Found::Leftover(Leftover {
        table: index.table,
        action: format!("dropping {quoted} that a killed run left"),
        clear: Some(format!("DROP INDEX CONCURRENTLY {quoted}")),
        completes: other.name.contains("_ccold") && index.valid,
    }))
}

fn enum_value(client: &mut Client, ty: &str, label: &str, beside: Option<&(bool, String)>) -> Result<Found> {
    // Labels are literals of the file, so they stand in the query as they stand there.
    let order = |label: &str| {
        format!(
            "(SELECT enumsortorder FROM pg_catalog.pg_enum \
             WHERE enumtypid = pg_catalog.to_regtype({}) AND enumlabel = {label})",
            literal(ty)
        )
    };
    let placed = match beside {
        Some((true, other)) => format!("{} < {}", order(label), order(other)),
        Some((false, other)) => format!("{} > {}", order(label), order(other)),
        None => "true".into(),
    };
    let row = simple::row(client, &format!("SELECT {} IS NOT NULL, {placed}", order(label)))?;
    match &row[..] {
        [there, placed] if there == "t" && placed == "t" => {
            Ok(Found::Done(format!("{ty} has the value {label}")))
        }
        [there, _] if there == "t" => {
            Err(Error::database(format!("{ty} has the value {label} in another place"))
                .help("values of an enum cannot be moved: take BEFORE or AFTER out of the file"))
        }
        _ => Ok(Found::NotStarted),
    }
}

fn detached(client: &mut Client, parent: &str, partition: &str) -> Result<Found> {
    let regclass = |name: &str| format!("pg_catalog.to_regclass({})", literal(name));
    let (parent_oid, partition_oid) = (regclass(parent), regclass(partition));
    // Postgres 14 and later have inhdetachpending.
    let query = format!(
        "SELECT {parent_oid}::oid, {partition_oid}::oid, \
         (SELECT coalesce(pg_catalog.to_jsonb(i) ->> 'inhdetachpending', 'false') \
         FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = {parent_oid} AND i.inhrelid = {partition_oid})"
    );
    let row = simple::row(client, &query)?;
    let [parent_oid, partition_oid, pending] = &row[..] else { return Err(unexpected("a partition")) };
    if parent_oid.is_empty() || partition_oid.is_empty() {
        return Ok(Found::NotStarted);
    }
    Ok(match pending.as_str() {
        "" => Found::Done(format!("{partition} is not a partition of {parent}")),
        "true" => Found::Leftover(Leftover {
            table: parent_oid.parse().map_err(|_| unexpected("a partition"))?,
            action: format!("finishing the detachment of {partition} that a killed run began"),
            clear: Some(format!("ALTER TABLE {parent} DETACH PARTITION {partition} FINALIZE")),
            completes: true,
        }),
        _ => Found::NotStarted,
    })
}

/// The number of a table, by its name as the file writes it.
fn table_of(client: &mut Client, name: &str) -> Result<Option<u32>> {
    let row = simple::row(client, &format!("SELECT pg_catalog.to_regclass({})::oid", literal(name)))?;
    Ok(row.first().and_then(|oid| oid.parse().ok()))
}

fn definition_of(client: &mut Client, index: &str) -> Result<String, postgres::Error> {
    let query = include_str!("index_definition.sql").replace("/* index */", index);
    Ok(simple::row(client, &query)?.into_iter().next().unwrap_or_default())
}

/// What Postgres makes of the file's definition: the index is built on an empty temporary copy of its table, in
/// a transaction that is rolled back. No text is compared that Postgres did not write.
fn intended_definition(client: &mut Client, table: u32, definition: &Definition<'_>) -> Result<String> {
    client.batch_execute("BEGIN")?;
    let intended = build_on_copy(client, table, definition);
    client.batch_execute("ROLLBACK")?;
    intended.map_err(|error| {
        Error::from(error).while_doing("comparing the index that is there with the one of the file")
    })
}

fn build_on_copy(
    client: &mut Client,
    table: u32,
    definition: &Definition<'_>,
) -> Result<String, postgres::Error> {
    let names = format!(
        "SELECT n.nspname, c.relname FROM pg_catalog.pg_class AS c \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = {table}"
    );
    let names = simple::row(client, &names)?;
    let (schema, table) = (names.first().map_or("", String::as_str), names.get(1).map_or("", String::as_str));
    // The copy has the table's name: an expression may say `t.column`.
    let (original, table) = (qualified(schema, table), ident(table));
    client.batch_execute(&format!("CREATE TEMPORARY TABLE {table} (LIKE {original})"))?;
    let unique = if definition.unique { "UNIQUE " } else { "" };
    client.batch_execute(&format!(
        "CREATE {unique}INDEX feedstock_intended ON pg_temp.{table} {}",
        definition.text
    ))?;
    definition_of(client, "'pg_temp.feedstock_intended'::pg_catalog.regclass")
}
