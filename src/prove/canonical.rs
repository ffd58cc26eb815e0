//! The canonical form: what a schema says once building it from its own text changes nothing any more.

use super::{Database, Scratch};
use crate::diff::diff;
use crate::inspect::{Scope, inspect};
use crate::plan::{Options, plan};
use crate::schema::Schema;
use crate::{Error, Result};

/// How often a schema may be rebuilt before its text repeats. Two is what Postgres 15 needs.
const ROUNDS: usize = 4;

/// A canonical schema, and a database that was built from it.
pub(crate) struct Canonical {
    pub(crate) schema: Schema,
    pub(crate) database: Database,
}

/// Rebuilds a schema from its own text until the text repeats.
///
/// `varchar IN (…)` in a check is written otherwise after one reload, and only Postgres can know how.
///
/// # Errors
/// The text cannot be built (refused: what it uses cannot be represented yet), or does not repeat.
pub(crate) fn canonical(scratch: &Scratch, found: Schema, scope: &Scope) -> Result<Canonical> {
    let mut text = emit(&found);
    let unsupported = found.unsupported;
    for _ in 0..ROUNDS {
        let database = scratch.database()?;
        let mut client = database.client()?;
        client.batch_execute(&text).map_err(|error| cannot_rebuild(&unsupported, error))?;
        client.batch_execute("RESET ALL")?;
        let mut schema = inspect(&mut client, scope)?;
        let again = emit(&schema);
        if again == text {
            // What cannot be represented was not rebuilt, and is compared as it was found.
            schema.unsupported = unsupported;
            return Ok(Canonical { schema, database });
        }
        text = again;
    }
    Err(Error::refused(format!("the schema's text does not settle in {ROUNDS} rebuilds"))
        .help("this is a defect of Feedstock: please report it with the schema"))
}

/// A schema as the SQL that builds it.
pub fn emit(schema: &Schema) -> String {
    let empty = Schema::empty();
    plan(&empty, schema, &diff(&empty, schema), &Options::default()).sql()
}

fn cannot_rebuild(unsupported: &[String], error: postgres::Error) -> Error {
    let lines: Vec<String> = unsupported.iter().map(|line| format!("\nunsupported: {line}")).collect();
    Error::refused(format!("the schema cannot be rebuilt from what was read{}", lines.concat()))
        .because(error)
}
