//! The canonical form: what a schema says once building it from its own text changes nothing any more.

use postgres::Client;

use super::lost::lost;
use super::text::Text;
use super::{Database, Scratch, run};
use crate::diff::diff;
use crate::inspect::{Prepared, Scope, inspect, inspect_in};
use crate::plan::{Options, Plan, plan};
use crate::schema::{Name, Schema};
use crate::{Error, Result};

/// How often a schema may be rebuilt before its text repeats. Two is what Postgres 15 needs.
const ROUNDS: usize = 4;

/// Was `wanted` read from a database in which nothing but the statements of this plan had been run?
pub(super) fn is_read_from(scratch: &Scratch, plan: &Plan, wanted: &Schema) -> bool {
    let rebuilt = scratch.rebuilt();
    let Some((text, schema)) = &*rebuilt else { return false };
    schema == wanted && *text == Text::of(plan)
}

/// Rebuilds a schema from its own text until the text repeats.
///
/// `varchar IN (…)` in a check is written otherwise after one reload, and only Postgres can know how.
///
/// # Errors
/// The text cannot be built (refused: what it uses cannot be represented yet), or does not repeat.
pub(crate) fn canonical(scratch: &Scratch, found: Schema, scope: &Scope) -> Result<Schema> {
    settled(scratch, found, &[], scope, true)
}

/// As [`canonical`], with the tables in that order, as far as their references leave it free: that of the plan whose
/// text this is to be.
///
/// # Errors
/// As of [`canonical`].
pub(crate) fn canonical_in_order(
    scratch: &Scratch,
    found: Schema,
    order: &[Name],
    scope: &Scope,
) -> Result<Schema> {
    settled(scratch, found, order, scope, true)
}

/// As [`canonical`], perhaps of what a server of another version holds than the scratch server's.
///
/// # Errors
/// As of [`canonical`].
pub(crate) fn canonical_of(
    scratch: &Scratch,
    found: Schema,
    scope: &Scope,
    of_one_version: bool,
) -> Result<Schema> {
    settled(scratch, found, &[], scope, of_one_version)
}

fn settled(
    scratch: &Scratch,
    found: Schema,
    order: &[Name],
    scope: &Scope,
    mut of_one_version: bool,
) -> Result<Schema> {
    let mut text = text_in_order(&found, order);
    let unsupported = found.unsupported.clone();
    let mut before = found;
    for _ in 0..ROUNDS {
        let mut schema = rebuild(scratch, &text, &unsupported, scope)?;
        stay_invalid(&before, &mut schema);
        let lost = lost(&before, &schema, of_one_version);
        of_one_version = true;
        if !lost.is_empty() {
            return Err(unfaithful(&lost));
        }
        // What is read as it was before has the text that it had.
        let again = if schema == before {
            None
        } else {
            Some(text_in_order(&schema, order)).filter(|again| *again != text)
        };
        let Some(again) = again else {
            // What cannot be represented was not rebuilt, and is compared as it was found.
            schema.unsupported = unsupported;
            *scratch.rebuilt() = Some((text, schema.clone()));
            return Ok(schema);
        };
        (text, before) = (again, schema);
    }
    Err(Error::refused(format!("the schema's text does not settle in {ROUNDS} rebuilds"))
        .help("this is a defect of Feedstock: please report it with the schema"))
}

/// What a text builds.
fn rebuild(scratch: &Scratch, text: &Text, unsupported: &[String], scope: &Scope) -> Result<Schema> {
    let in_a_database = || {
        let database = built(scratch, text, unsupported)?;
        inspect(&mut database.client()?, scope)
    };
    let [text] = &text.0[..] else { return in_a_database() };
    let rebuilt = scratch.on_a_bench(|client, prepared| {
        run::with_roles(scratch, client, |client| rebuilt(client, prepared, text, unsupported, scope))
    });
    match rebuilt {
        Err(error) if run::is_denied(&error) && scratch.replays_as_owner() => in_a_database(),
        rebuilt => rebuilt,
    }
}

/// An index whose concurrent build failed is built in a moment on empty tables; what was read counts.
fn stay_invalid(before: &Schema, rebuilt: &mut Schema) {
    for index in before.indexes.values().filter(|index| !index.valid && !before.is_on_only(index)) {
        if let Some(index) = rebuilt.indexes.get_mut(&index.name) {
            index.valid = false;
        }
    }
}

/// What is read must not depend on whether a schema was rebuilt: a plan would miss what is lost, or take it away.
fn unfaithful(lost: &[String]) -> Error {
    let lines: String = lost.iter().map(|line| format!("\n  {line}")).collect();
    Error::refused(format!("the schema is not the same once it is rebuilt from what was read:{lines}")).help(
        "this is a defect of Feedstock, and no plan can be trusted with it: please report it with the schema",
    )
}

/// As [`canonical`], of what is expected to be `expected`, which is canonical: a text that reads the same builds the
/// same, and is not rebuilt a second time.
///
/// # Errors
/// As of [`canonical`].
pub(crate) fn canonical_like(
    scratch: &Scratch,
    found: Schema,
    expected: &Schema,
    scope: &Scope,
) -> Result<Schema> {
    if found == *expected || text_of(&found) == text_of(expected) {
        return Ok(Schema { unsupported: found.unsupported, ..expected.clone() });
    }
    canonical(scratch, found, scope)
}

/// What a text builds, in a transaction that is rolled back: a database a rebuild would cost ten times as much.
fn rebuilt(
    client: &mut Client,
    prepared: &mut Prepared,
    text: &str,
    unsupported: &[String],
    scope: &Scope,
) -> Result<Schema> {
    let mut transaction = client.transaction()?;
    transaction.batch_execute(text).map_err(|error| cannot_rebuild(unsupported, error))?;
    let schema = inspect_in(&mut transaction, scope, prepared)?;
    transaction.rollback()?;
    Ok(schema)
}

/// A database that holds a schema, built from its own text.
///
/// # Errors
/// The text cannot be built.
pub(crate) fn database_of(scratch: &Scratch, schema: &Schema) -> Result<Database> {
    built(scratch, &text_of(schema), &schema.unsupported)
}

fn built(scratch: &Scratch, text: &Text, unsupported: &[String]) -> Result<Database> {
    let database = scratch.database()?;
    let mut session = run::Session::open(scratch, &database)?;
    let done = text.0.iter().try_for_each(|text| session.text(text));
    drop(session);
    done.map_err(|error| {
        let what = "the schema cannot be rebuilt from what was read";
        names_unsupported(what, unsupported).because(error)
    })?;
    Ok(database)
}

/// A schema as the SQL that builds it.
pub fn emit(schema: &Schema) -> String {
    plan_from_nothing(schema, &[]).sql()
}

fn text_of(schema: &Schema) -> Text {
    text_in_order(schema, &[])
}

fn text_in_order(schema: &Schema, order: &[Name]) -> Text {
    Text::of(&plan_from_nothing(schema, order))
}

fn plan_from_nothing(schema: &Schema, order: &[Name]) -> Plan {
    let empty = Schema::empty();
    let options = Options { order: order.to_vec(), ..Options::default() };
    plan(&empty, schema, &diff(&empty, schema), &options)
}

fn cannot_rebuild(unsupported: &[String], error: postgres::Error) -> Error {
    names_unsupported("the schema cannot be rebuilt from what was read", unsupported).because(error)
}

/// A refusal with what is unsupported, a line each.
pub(super) fn names_unsupported(what: &str, unsupported: &[String]) -> Error {
    let lines: String = unsupported.iter().map(|line| format!("\nunsupported: {line}")).collect();
    Error::refused(format!("{what}{lines}"))
}
