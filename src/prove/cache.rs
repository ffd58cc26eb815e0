//! What was built before, kept on a project's own scratch server: the canonical schema, and a database to copy.
//!
//! What is looked for is the digest of all that a build depends on. The server belongs to one process at a time, which
//! is the lock under which anything is kept; a database gets its name when it is complete.

use std::sync::MutexGuard;
use std::sync::atomic::Ordering;

use postgres::{Client, Row};
use sha2::{Digest, Sha256};

use super::rights::OWNER;
use super::scratch::{Database, Scratch, drop_database};
use crate::ident::ident;
use crate::schema::{Dependencies, Schema};
use crate::{Error, Result};

/// How many schemas are kept, and how many databases of them: those that were used last.
const SCHEMAS: i64 = 12;
const DATABASES: i64 = 3;

/// What a build depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Key {
    /// The digest of the parts. The server and what it offers count as well.
    pub fn new(scratch: &Scratch, parts: &[&[u8]]) -> Result<Self> {
        let server: String = scratch.host.admin().query_one(include_str!("offers.sql"), &[])?.get(0);
        let mut digest = Sha256::new();
        let role: &[u8] = if scratch.replays_as_owner() { b"owner" } else { b"superuser" };
        for part in [env!("CARGO_PKG_VERSION").as_bytes(), server.as_bytes(), role].iter().chain(parts) {
            // With its length, so that no two lists of parts read the same.
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        Ok(Key(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}

/// What was kept.
pub(crate) struct Kept {
    pub schema: Schema,
    /// A template: to be copied, not to be connected to.
    pub database: Option<Database>,
}

/// What an earlier build of the same is known by, if it is still there.
pub(crate) fn recall(scratch: &Scratch, key: &Key) -> Result<Option<Kept>> {
    let found = table(scratch)?.query_opt(
        "UPDATE feedstock_kept SET used = clock_timestamp() WHERE key = $1 RETURNING schema, database",
        &[&key.0],
    )?;
    let Some(row) = found else { return Ok(None) };
    // Another build of Feedstock may have written it, of the same version and not quite alike.
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

/// Keeps what was built, and drops what was used longest ago. Gives the database back, which is now a template.
pub(crate) fn remember(
    scratch: &Scratch,
    key: &Key,
    schema: &Schema,
    database: Option<Database>,
) -> Result<Option<Database>> {
    let mut text = Vec::new();
    ciborium::into_writer(&(schema, &schema.dependencies), &mut text)
        .map_err(|error| Error::database("a schema cannot be kept").because(error))?;
    let database = match database {
        Some(database) => {
            scratch.wait_until_unused(&database)?;
            let name = format!("feedstock_kept_{}", &key.0[..32]);
            scratch.host.admin().batch_execute(&drop_database(&name))?;
            Some(database.keep(&name)?)
        }
        None => None,
    };
    let name = database.as_ref().map(|database| &database.name);
    table(scratch)?.execute(include_str!("keep.sql"), &[&key.0, &text, &name])?;
    scratch.uses_kept.store(true, Ordering::Relaxed);
    drop_oldest(scratch)?;
    Ok(database)
}

/// Drops all that is kept, and the roles that were made for it: a role belongs to the server, so that a history which
/// makes one cannot be replayed where it was replayed before. False where there was no such role, or where this run
/// uses something that is kept.
pub(crate) fn forget(scratch: &Scratch) -> Result<bool> {
    if scratch.uses_kept.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let mut admin = table(scratch)?;
    let roles = admin.query(
        "SELECT rolname::text FROM pg_roles WHERE oid >= 16384 AND rolname NOT IN (current_user, $1) ORDER BY 1",
        &[&OWNER],
    )?;
    let kept = admin.query("DELETE FROM feedstock_kept RETURNING database", &[])?;
    drop_kept(&mut admin, &kept)?;
    for role in &roles {
        // One that a database of this run uses stays.
        let _ = admin.batch_execute(&format!("DROP ROLE {}", ident(role.get(0))));
    }
    Ok(!roles.is_empty())
}

fn drop_oldest(scratch: &Scratch) -> Result<()> {
    let mut admin = table(scratch)?;
    let forgotten = admin.query(include_str!("oldest.sql"), &[&SCHEMAS, &DATABASES])?;
    drop_kept(&mut admin, &forgotten)
}

/// Drops the databases that rows name.
fn drop_kept(admin: &mut Client, rows: &[Row]) -> Result<()> {
    let names = rows.iter().filter_map(|row| row.get::<_, Option<&str>>(0));
    names.map(drop_database).try_for_each(|sql| admin.batch_execute(&sql).map_err(Error::from))
}

/// The connection to the database in which what is kept is listed.
fn table(scratch: &Scratch) -> Result<MutexGuard<'_, Client>> {
    let mut admin = scratch.host.admin();
    admin.batch_execute(
        "SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS feedstock_kept \
         (key text PRIMARY KEY, schema bytea NOT NULL, database text, used timestamptz NOT NULL)",
    )?;
    Ok(admin)
}
