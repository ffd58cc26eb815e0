//! Results of earlier runs, kept on a project's own scratch server: canonical schemas, and databases to copy.
//!
//! The key is a digest of everything that a result depends on. The server belongs to one process at a time, so no other
//! lock is needed; a database gets its name when it is complete.

use std::collections::BTreeMap;
use std::sync::MutexGuard;
use std::sync::atomic::Ordering;

use postgres::{Client, Row};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::host::drop_database;
use super::rights::OWNER;
use super::scratch::{Database, Scratch};
use crate::ident::ident;
use crate::schema::{Dependencies, Name, Schema, Table};
use crate::{Error, Result};

/// The numbers of schemas and of databases that are kept: the most recently used ones.
const SCHEMAS: i64 = 12;
const DATABASES: i64 = 3;

/// A digest of everything that a result depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Key {
    /// The digest of the parts; the server and its extensions are parts too, and so are the version and the sources of
    /// Feedstock: another build may refuse more in a replay, or read more of a schema.
    pub fn new(scratch: &Scratch, parts: &[&[u8]]) -> Result<Self> {
        let server = scratch.host.offers()?;
        let mut digest = Sha256::new();
        let role: &[u8] = if scratch.replays_as_owner() { b"owner" } else { b"superuser" };
        let version = concat!(env!("CARGO_PKG_VERSION"), " ", env!("FEEDSTOCK_SOURCES"));
        for part in [version.as_bytes(), server.as_bytes(), role].iter().chain(parts) {
            // The length of each part is included, so that different lists of parts never give the same bytes.
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        Ok(Key(hex(digest)))
    }
}

fn hex(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The columns of tables, in order.
pub(crate) type Columns = BTreeMap<Name, Vec<String>>;

/// The columns of a schema's tables.
pub(crate) fn columns_of(schema: &Schema) -> Columns {
    let names = |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect();
    schema.tables.values().map(|table| (table.name.clone(), names(table))).collect()
}

/// What is known of a kept schema without reading it: a large one takes longer to read than all else that a run without
/// a change does.
pub(crate) struct Outline {
    /// The digest of the schema: two with the same one are alike.
    pub digest: String,
    pub columns: Columns,
}

/// A result of an earlier run.
pub(crate) struct Kept {
    pub schema: Schema,
    /// A template database: it can be copied, and lets nobody connect.
    pub database: Option<Database>,
}

/// The outline of the result of an earlier run with this key, if it is still kept.
pub(crate) fn outline(scratch: &Scratch, key: &Key) -> Result<Option<Outline>> {
    let found = table(scratch)?.query_opt(
        "UPDATE feedstock_results SET used = clock_timestamp() WHERE key = $1 RETURNING digest, columns",
        &[&key.0],
    )?;
    let Some(row) = found else { return Ok(None) };
    let Ok(columns) = ciborium::from_reader(row.get::<_, &[u8]>(1)) else { return Ok(None) };
    Ok(Some(Outline { digest: row.get(0), columns }))
}

/// The result of an earlier run with this key, if it is still kept.
pub(crate) fn recall(scratch: &Scratch, key: &Key) -> Result<Option<Kept>> {
    let found = table(scratch)?.query_opt(include_str!("recall.sql"), &[&key.0])?;
    let Some(row) = found else { return Ok(None) };
    // Another build of Feedstock with the same version number may have written it in another form.
    let Ok((schema, dependencies)) =
        ciborium::from_reader::<(Schema, Dependencies), _>(row.get::<_, &[u8]>(0))
    else {
        return Ok(None);
    };
    let name: Option<String> = row.get(1);
    let database = name.map(|name| scratch.named(name, true)).transpose()?;
    scratch.uses_kept.store(true, Ordering::Relaxed);
    Ok(Some(Kept { schema: Schema { dependencies, ..schema }, database }))
}

/// Keeps a result, and drops the least recently used ones. Returns the database, which is a template now.
pub(crate) fn remember(
    scratch: &Scratch,
    key: &Key,
    schema: &Schema,
    database: Option<Database>,
) -> Result<Option<Database>> {
    let text = encoded(&(schema, &schema.dependencies))?;
    let columns = encoded(&columns_of(schema))?;
    let mut digest = Sha256::new();
    digest.update(&text);
    let digest = hex(digest);
    let database = match database {
        Some(database) => {
            scratch.wait_until_unused(&database)?;
            let name = format!("feedstock_kept_{}", &key.0[..32]);
            drop_database(&mut scratch.host.admin(), &name)?;
            Some(database.keep(&name)?)
        }
        None => None,
    };
    let name = database.as_ref().map(|database| &database.name);
    table(scratch)?.execute(include_str!("keep.sql"), &[&key.0, &digest, &columns, &text, &name])?;
    scratch.uses_kept.store(true, Ordering::Relaxed);
    drop_oldest(scratch)?;
    Ok(database)
}

fn encoded(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes)
        .map_err(|error| Error::database("a schema cannot be kept").because(error))?;
    Ok(bytes)
}

/// Drops all kept results, and the roles that were created for them: roles belong to the server, so a history that
/// creates one cannot be replayed twice on it. Returns false if there was no such role, or if this run uses a kept
/// result.
pub(crate) fn forget(scratch: &Scratch) -> Result<bool> {
    if scratch.uses_kept.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let mut admin = table(scratch)?;
    let roles = admin.query(
        "SELECT rolname::text FROM pg_roles WHERE oid >= 16384 AND rolname NOT IN (current_user, $1) ORDER BY 1",
        &[&OWNER],
    )?;
    let kept = admin.query("DELETE FROM feedstock_results RETURNING database", &[])?;
    drop_kept(&mut admin, &kept)?;
    for role in &roles {
        // A role that a database of this run needs cannot be dropped, and stays.
        let _ = admin.batch_execute(&format!("DROP ROLE {}", ident(role.get(0))));
    }
    Ok(!roles.is_empty())
}

fn drop_oldest(scratch: &Scratch) -> Result<()> {
    let mut admin = table(scratch)?;
    let forgotten = admin.query(include_str!("oldest.sql"), &[&SCHEMAS, &DATABASES])?;
    drop_kept(&mut admin, &forgotten)
}

/// Drops the databases whose names the rows have.
fn drop_kept(admin: &mut Client, rows: &[Row]) -> Result<()> {
    let names = rows.iter().filter_map(|row| row.get::<_, Option<&str>>(0));
    names.into_iter().try_for_each(|name| drop_database(admin, name).map_err(Error::from))
}

/// A connection to the database that has the list of kept results.
fn table(scratch: &Scratch) -> Result<MutexGuard<'_, Client>> {
    let mut admin = scratch.host.admin();
    admin.batch_execute(
        "SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS feedstock_results \
         (key text PRIMARY KEY, digest text NOT NULL, columns bytea NOT NULL, schema bytea NOT NULL, database text, \
         used timestamptz NOT NULL)",
    )?;
    Ok(admin)
}
