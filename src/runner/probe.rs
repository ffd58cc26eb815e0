//! The state of a statement outside a transaction, by the catalog: completed, half done, or not begun.
//!
//! Each of these statements changes the catalog in several committed steps, of which the last one makes its result
//! valid. The catalog alone cannot tell: an index that does not exist was dropped if it existed before, and its name is
//! mistyped if it did not. So the [`objects`] are stored before a statement is sent for the first time, and compared
//! afterwards.

use postgres::Client;

use super::{simple, unexpected};
use crate::ident::{ident, literal, qualified};
use crate::sql::OneStatement;
use crate::{Error, Result};

/// The state of a statement by the catalog.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing of an earlier attempt: the statement is sent, and the server decides.
    NotStarted,
    /// Completed; its result, in words.
    Done(String),
    /// Half done by an earlier attempt.
    Leftover(Leftover),
}

/// A leftover of an earlier attempt, and how it is removed or completed once no session works on it any more.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leftover {
    /// The table on which the session that works on it holds `ShareUpdateExclusiveLock`.
    pub table: u32,
    /// The action, in words.
    pub action: String,
    /// The statement that does it; `None` where the file's own statement does it.
    pub clear: Option<String>,
    /// Does it complete the file's statement?
    pub completes: bool,
}

/// The OIDs of the objects of a statement, as far as they exist: for CREATE INDEX, the relation that has the index's
/// name; for DROP INDEX, the index; for REINDEX, the index and then the leftovers of earlier rebuilds; for ALTER TYPE …
/// ADD VALUE, the enum's value; for DETACH PARTITION, the partition, if it is attached.
pub(super) fn objects(client: &mut Client, statement: &OneStatement) -> Result<Vec<u32>> {
    let query = match statement {
        OneStatement::CreateIndex { name, table, .. } => {
            format!("SELECT c.oid FROM pg_catalog.pg_class AS c WHERE {}", has_the_name(name, table))
        }
        OneStatement::DropIndex { name } => format!("SELECT {}::oid", regclass(name)),
        OneStatement::ReindexIndex { name } => {
            let Some(index) = Index::find(client, &format!("c.oid = {}", regclass(name)))? else {
                return Ok(Vec::new());
            };
            let leftovers = Index::list(client, &left_by_rebuilds(&index))?;
            return Ok([index].iter().chain(&leftovers).map(|index| index.oid).collect());
        }
        OneStatement::AddEnumValue { ty, label, .. } => format!(
            "SELECT oid FROM pg_catalog.pg_enum WHERE enumtypid = pg_catalog.to_regtype({}) AND enumlabel = {label}",
            literal(ty)
        ),
        OneStatement::DetachPartition { parent, partition, finalize } => format!(
            "SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = {} AND i.inhrelid = {} \
             AND {PENDING} = {finalize}",
            regclass(parent),
            regclass(partition),
        ),
        OneStatement::Backfill => return Ok(Vec::new()),
    };
    let rows = simple::rows(client, &query)?;
    let number = |oid: &String| oid.parse().map_err(|_| unexpected("what a statement is about"));
    rows.iter().flatten().flatten().map(number).collect()
}

/// Finds the state of a statement; `before` are its [`objects`] before the first attempt.
pub(super) fn probe(client: &mut Client, statement: &OneStatement, before: &[u32]) -> Result<Found> {
    match statement {
        OneStatement::CreateIndex { name, table, unique, definition } => {
            let definition = Definition { unique: *unique, text: definition };
            created_index(client, name, table, &definition, before)
        }
        OneStatement::DropIndex { name } => dropped_index(client, name, before),
        OneStatement::ReindexIndex { name } => reindexed(client, name, before),
        OneStatement::AddEnumValue { ty, label, beside } if before.is_empty() => {
            enum_value(client, ty, label, beside.as_ref())
        }
        OneStatement::DetachPartition { parent, partition, finalize } => {
            detached(client, parent, partition, *finalize, before)
        }
        // A backfill that was run before only has to find out that no rows are left.
        OneStatement::AddEnumValue { .. } | OneStatement::Backfill => Ok(Found::NotStarted),
    }
}

/// The table that a statement works on, if it exists.
pub(super) fn table(client: &mut Client, statement: &OneStatement) -> Result<Option<u32>> {
    match statement {
        OneStatement::CreateIndex { table, .. } | OneStatement::DetachPartition { parent: table, .. } => {
            table_of(client, table)
        }
        OneStatement::DropIndex { name } | OneStatement::ReindexIndex { name } => {
            let index = Index::find(client, &format!("c.oid = {}", regclass(name)))?;
            Ok(index.map(|index| index.table).filter(|table| *table != 0))
        }
        OneStatement::AddEnumValue { .. } | OneStatement::Backfill => Ok(None),
    }
}

/// The index with the name of one to be created, if it exists and is invalid.
pub(super) fn invalid_index(client: &mut Client, name: &str, table: &str) -> Result<Option<String>> {
    let found = Index::find(client, &has_the_name(name, table))?;
    let invalid = found.filter(|index| index.kind == "i" && !index.valid);
    Ok(invalid.map(|index| index.quoted()))
}

/// Is the name of an index to be created taken?
pub(super) fn is_taken(client: &mut Client, name: &str, table: &str) -> Result<bool> {
    Ok(Index::find(client, &has_the_name(name, table))?.is_some())
}

/// A condition on a row `i` of `pg_inherits`; the column exists from Postgres 14 on.
const PENDING: &str = "coalesce((pg_catalog.to_jsonb(i) ->> 'inhdetachpending')::boolean, false)";

fn regclass(name: &str) -> String {
    format!("pg_catalog.to_regclass({})", literal(name))
}

/// The condition for the row `c` of `pg_class` with the name of an index of a table, both as the file writes them. An
/// index is in the schema of its table.
fn has_the_name(index: &str, table: &str) -> String {
    format!(
        "c.relnamespace = (SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = {}) \
         AND c.relname = (pg_catalog.parse_ident({}))[1]::name",
        regclass(table),
        literal(index)
    )
}

/// The condition for the rows `c` of `pg_class` that a rebuild of an index left.
///
/// `REINDEX CONCURRENTLY` builds `…_ccnew`, swaps the names of the two, and drops what then is `…_ccold`.
fn left_by_rebuilds(index: &Index) -> String {
    format!(
        "c.relkind = 'i' AND NOT i.indisvalid AND i.indrelid = {} AND c.relname ~ '_cc(new|old)[0-9]*$' \
         AND starts_with({}, regexp_replace(c.relname, '_cc(new|old)[0-9]*$', ''))",
        index.table,
        literal(&index.name)
    )
}

struct Definition<'a> {
    unique: bool,
    /// The name after the table's qualified name.
    text: &'a str,
}

/// An index and its state in `pg_class` and `pg_index`.
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

    /// The index that fulfils a condition on `pg_class AS c`.
    fn find(client: &mut Client, condition: &str) -> Result<Option<Self>> {
        Ok(Self::list(client, condition)?.into_iter().next())
    }

    fn of(client: &mut Client, oid: u32) -> Result<Option<Self>> {
        Self::find(client, &format!("c.oid = {oid}"))
    }

    fn list(client: &mut Client, condition: &str) -> Result<Vec<Self>> {
        let query = format!(
            "SELECT c.oid, c.relkind, coalesce(i.indrelid, 0), \
             coalesce(i.indisvalid AND i.indisready AND i.indislive, false), n.nspname, c.relname \
             FROM pg_catalog.pg_class AS c \
             JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid WHERE {condition} ORDER BY c.relname"
        );
        let rows = simple::rows(client, &query)?;
        rows.into_iter().map(|row| Self::new(row).ok_or_else(|| unexpected("an index"))).collect()
    }

    fn new(row: Vec<Option<String>>) -> Option<Self> {
        let mut row = row.into_iter().flatten();
        Some(Index {
            oid: row.next()?.parse().ok()?,
            kind: row.next()?,
            table: row.next()?.parse().ok()?,
            valid: row.next()? == "t",
            schema: row.next()?,
            name: row.next()?,
        })
    }
}

/// It is ours if it is new since the first attempt and is as the file defines it. Otherwise the server decides.
fn created_index(
    client: &mut Client,
    name: &str,
    table: &str,
    definition: &Definition<'_>,
    before: &[u32],
) -> Result<Found> {
    let Some(index) = Index::find(client, &has_the_name(name, table))? else { return Ok(Found::NotStarted) };
    let Some(table) = table_of(client, table)? else { return Ok(Found::NotStarted) };
    if before.contains(&index.oid) || index.kind != "i" || index.table != table {
        return Ok(Found::NotStarted);
    }
    if definition_of(client, &index.oid.to_string())? != intended_definition(client, table, definition)? {
        return Ok(Found::NotStarted);
    }
    let quoted = index.quoted();
    if index.valid {
        return Ok(Found::Done(format!("the index {quoted} exists and is valid")));
    }
    Ok(Found::Leftover(Leftover {
        table,
        action: format!("dropping the invalid index {quoted} that an earlier run left, to build it again"),
        clear: Some(format!("DROP INDEX CONCURRENTLY {quoted}")),
        completes: false,
    }))
}

fn dropped_index(client: &mut Client, name: &str, before: &[u32]) -> Result<Found> {
    let &[oid] = before else { return Ok(Found::NotStarted) };
    Ok(match Index::of(client, oid)? {
        None => Found::Done(format!("the index {name} is gone")),
        Some(index) if index.valid || index.table == 0 => Found::NotStarted,
        Some(index) => Found::Leftover(Leftover {
            table: index.table,
            action: format!("{} is invalid already; dropping it", index.quoted()),
            clear: None,
            completes: false,
        }),
    })
}

/// The new index takes the name, and the old one keeps its OID.
fn reindexed(client: &mut Client, name: &str, before: &[u32]) -> Result<Found> {
    let Some((&old, earlier)) = before.split_first() else { return Ok(Found::NotStarted) };
    let Some(index) = Index::find(client, &format!("c.oid = {}", regclass(name)))? else {
        return Ok(Found::NotStarted);
    };
    let left = Index::list(client, &left_by_rebuilds(&index))?;
    // A leftover that is older than our first attempt is not ours.
    let Some(other) = left.into_iter().find(|other| !earlier.contains(&other.oid)) else {
        let rebuilt = index.oid != old && index.valid && Index::of(client, old)?.is_none();
        return Ok(if rebuilt {
            Found::Done(format!("the index {} is rebuilt", index.quoted()))
        } else {
            Found::NotStarted
        });
    };
    if definition_of(client, &index.oid.to_string())? != definition_of(client, &other.oid.to_string())? {
        return Ok(Found::NotStarted);
    }
    let quoted = other.quoted();
    Ok(Found::Leftover(Leftover {
        table: index.table,
        action: format!("dropping {quoted} that an earlier run left"),
        clear: Some(format!("DROP INDEX CONCURRENTLY {quoted}")),
        completes: other.oid == old && index.valid,
    }))
}

fn enum_value(client: &mut Client, ty: &str, label: &str, beside: Option<&(bool, String)>) -> Result<Found> {
    // Labels are literals of the file, so they are written into the query as they are.
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
    Ok(match &row[..] {
        [there, placed] if there == "t" && placed == "t" => {
            Found::Done(format!("{ty} has the value {label}"))
        }
        // The value was added at another place by somebody else.
        _ => Found::NotStarted,
    })
}

fn detached(
    client: &mut Client,
    parent: &str,
    partition: &str,
    finalize: bool,
    before: &[u32],
) -> Result<Found> {
    let &[oid] = before else { return Ok(Found::NotStarted) };
    let query = format!(
        "SELECT i.inhparent, {PENDING} FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = {oid} \
         AND i.inhparent = {}",
        regclass(parent)
    );
    let row = simple::row(client, &query)?;
    let [table, pending] = &row[..] else {
        return Ok(Found::Done(format!("{partition} is not a partition of {parent} any more")));
    };
    if pending != "t" || finalize {
        return Ok(Found::NotStarted);
    }
    Ok(Found::Leftover(Leftover {
        table: table.parse().map_err(|_| unexpected("a partition"))?,
        action: format!("completing the DETACH PARTITION of {partition} that an earlier run began"),
        clear: Some(format!("ALTER TABLE {parent} DETACH PARTITION {partition} FINALIZE")),
        completes: true,
    }))
}

/// The OID of a table, by its name as the file writes it.
fn table_of(client: &mut Client, name: &str) -> Result<Option<u32>> {
    let row = simple::row(client, &format!("SELECT {}::oid", regclass(name)))?;
    Ok(row.first().and_then(|oid| oid.parse().ok()))
}

fn definition_of(client: &mut Client, index: &str) -> Result<String, postgres::Error> {
    let query = include_str!("index_definition.sql").replace("/* index */", index);
    Ok(simple::row(client, &query)?.into_iter().next().unwrap_or_default())
}

/// The file's definition as Postgres would store it: the index is built on an empty temporary copy of its table, in a
/// transaction that is rolled back. Only texts that Postgres wrote are compared.
fn intended_definition(client: &mut Client, table: u32, definition: &Definition<'_>) -> Result<String> {
    client.batch_execute("BEGIN")?;
    let intended = build_on_copy(client, table, definition);
    client.batch_execute("ROLLBACK")?;
    intended.map_err(|error| {
        Error::from(error).while_doing("comparing the existing index with the one of the file")
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
    // The copy has the table's name: an expression may use `t.column`.
    let (original, table) = (qualified(schema, table), ident(table));
    client.batch_execute(&format!("CREATE TEMPORARY TABLE {table} (LIKE {original})"))?;
    let unique = if definition.unique { "UNIQUE " } else { "" };
    client.batch_execute(&format!(
        "CREATE {unique}INDEX feedstock_intended ON pg_temp.{table} {}",
        definition.text
    ))?;
    definition_of(client, "'pg_temp.feedstock_intended'::pg_catalog.regclass")
}
