//! The base: what is not managed and what is managed refers to. It is put on scratch before anything else.

use std::collections::BTreeSet;
use std::path::Path;

use crate::connect::{Environment, redacted};
use crate::diff::is_there;
use crate::inspect::{Scope, inspect};
use crate::pin::{cancelled_at_a_signal, connect_pinned};
use crate::prove::run::Session;
use crate::prove::{Base, Scratch, emit};
use crate::schema::{Id, Name, Namespace, Schema};
use crate::{Error, Result, text_file};

/// What is not managed of a database.
pub struct Unmanaged {
    /// The SQL that builds it.
    pub text: String,
    /// What it lacks, a line each: the scratch server could not build it, or it needs what is managed.
    pub lacks: Vec<String>,
}

/// Puts the base of a run on the scratch server: what is not managed of the live database of that URL, else the files
/// of `schema/base`.
///
/// # Errors
/// A file or the live database cannot be read, or the server refuses a statement.
pub fn on_base(scratch: Scratch, schema_dir: &Path, scope: &Scope, live: Option<&str>) -> Result<Scratch> {
    if let Some(url) = live.filter(|_| scope.is_partial()) {
        let Unmanaged { text, lacks } = unmanaged(&scratch, url, scope)?;
        return on_text(scratch, url, text, lacks);
    }
    let directory = schema_dir.join("base");
    let files = sql_files(schema_dir, "base")?;
    if files.is_empty() {
        return Ok(scratch);
    }
    if !scope.is_partial() {
        let message = format!("{} is there, and everything is managed", directory.display());
        return Err(Error::usage(message).help(
            "its files hold what is not managed: say in feedstock.toml what is, for example managed = [\"public\"]",
        ));
    }
    let database = scratch.database()?;
    let mut session = Session::open(&scratch, &database)?;
    for (name, text) in &files {
        session.file(name, text)?;
    }
    drop(session);
    let text = files.into_iter().map(|(_, text)| text).collect();
    Ok(scratch.on_base(Base { database, text, lacks: Vec::new() }))
}

fn on_text(scratch: Scratch, url: &str, text: String, lacks: Vec<String>) -> Result<Scratch> {
    let database = scratch.database()?;
    let built = Session::open(&scratch, &database)?.text(&text);
    built.map_err(|error| {
        let whose = redacted(url);
        error.while_doing(format!("what is not managed of {whose} cannot be put on the scratch server")).help(
            "leave out what is in the way, and nothing managed refers to: ignore = [\"schema.name\"] in feedstock.toml",
        )
    })?;
    Ok(scratch.on_base(Base { database, text, lacks }))
}

/// Reads what is not managed of a live database, and sees that the scratch server builds it.
///
/// # Errors
/// Everything is managed, the database cannot be read, or the server refuses a statement.
pub fn unmanaged_of_live(scratch: Scratch, url: &str, scope: &Scope) -> Result<Unmanaged> {
    if !scope.is_partial() {
        return Err(Error::usage("everything is managed, so there is nothing else to write")
            .help("say in feedstock.toml what is managed, for example managed = [\"public\"]"));
    }
    let Unmanaged { text, lacks } = unmanaged(&scratch, url, scope)?;
    on_text(scratch, url, text.clone(), Vec::new())?;
    Ok(Unmanaged { text, lacks })
}

fn unmanaged(scratch: &Scratch, url: &str, scope: &Scope) -> Result<Unmanaged> {
    let environment = Environment::of_process();
    let mut client = connect_pinned(url, &environment)?;
    let _cancelled = cancelled_at_a_signal(&client, url, &environment);
    let mut others = inspect(&mut client, &scope.others())?;
    let whole = inspect(&mut client, &Scope::default())?;
    drop(client);
    let mut lacks = Vec::new();
    for (name, mut extension) in std::mem::take(&mut others.extensions) {
        if !scratch.offers(&name, None)? {
            lacks.push(format!("extension {name}, which the scratch server does not offer"));
            continue;
        }
        // Another version most likely has what is referred to.
        extension.is_default |= !scratch.offers(&name, Some(&extension.version))?;
        others.extensions.insert(name, extension);
    }
    bare(&mut others);
    lacks.extend(without_what_needs_others(&mut others, &whole));
    Ok(Unmanaged { text: emit(&others), lacks })
}

/// What nothing can refer to is not needed: who may do what, triggers, policies.
fn bare(schema: &mut Schema) {
    schema.privileges.clear();
    schema.default_privileges.clear();
    schema.unsupported.clear();
    schema.objects.retain(|id, _| !matches!(id, Id::On(..) | Id::Setting(..) | Id::EventTrigger(_)));
    schema.namespaces.entry("public".to_owned()).or_insert(Namespace { comment: None });
}

/// Takes out what depends on something that is not in the schema; gives it, a line each.
fn without_what_needs_others(schema: &mut Schema, whole: &Schema) -> BTreeSet<String> {
    let mut gone = BTreeSet::new();
    loop {
        let needs_others: Vec<(Id, Id)> = whole
            .dependencies
            .all()
            .filter(|(id, on)| is_there(id, schema) && !is_there(on, schema) && is_there(on, whole))
            .map(|(id, on)| (id.clone(), on.clone()))
            .collect();
        if needs_others.is_empty() {
            return gone;
        }
        for (id, on) in needs_others {
            if is_there(&id, schema) {
                gone.insert(format!("{id}, which needs {on}"));
                take_out(&id, schema);
            }
        }
    }
}

fn take_out(id: &Id, schema: &mut Schema) {
    match id {
        Id::Namespace(name) => _ = schema.namespaces.remove(name),
        Id::Extension(name) => _ = schema.extensions.remove(name),
        Id::Enum(name) => _ = schema.enums.remove(name),
        Id::Sequence(name) => _ = schema.sequences.remove(name),
        Id::Table(table) | Id::Link(table, _) | Id::Column(table, _) => take_out_table(table, schema),
        Id::Default(table, name) => {
            let columns = schema.tables.get_mut(table).into_iter().flat_map(|table| &mut table.columns);
            for column in columns.filter(|column| column.name == *name) {
                (column.default, column.generated) = (None, None);
            }
        }
        Id::Constraint(table, name) | Id::ForeignKey(table, name) => {
            if let Some(table) = schema.tables.get_mut(table) {
                table.constraints.remove(name);
            }
        }
        Id::Index(name) => _ = schema.indexes.remove(name),
        id => _ = schema.objects.remove(id),
    }
}

fn take_out_table(table: &Name, schema: &mut Schema) {
    schema.tables.remove(table);
    schema.indexes.retain(|_, index| index.table != *table);
    schema.sequences.retain(|_, found| found.owned_by.as_ref().is_none_or(|(owner, _)| owner != table));
}

/// The schema of what a statement or definition names and the server does not have, by Postgres's message.
fn missing_schema(message: &str) -> Option<String> {
    if let Some(name) =
        message.strip_prefix("schema \"").and_then(|rest| rest.strip_suffix("\" does not exist"))
    {
        return Some(name.to_owned());
    }
    let name = ["relation \"", "type \"", "collation \"", "function ", "operator class \""]
        .iter()
        .find_map(|kind| message.strip_prefix(kind))?;
    message.contains("does not exist").then_some(())?;
    let (schema, _) = name.split_once('.')?;
    Some(schema.trim_matches('"').to_owned())
}

/// Adds what to do to an error about something that is not managed and missing on the scratch server.
pub(super) fn explained(error: Error, scratch: &Scratch, schema_dir: &Path, scope: &Scope) -> Error {
    let Some(message) = error.server().map(|said| said.message().to_owned()) else { return error };
    let Some(schema) = missing_schema(&message) else { return error };
    let file = schema_dir.join("base").join("base.sql");
    let file = file.display();
    if scope.is_partial() && !scope.manages(&schema) {
        let lacks: String = scratch
            .base()
            .into_iter()
            .flat_map(|base| &base.lacks)
            .map(|line| format!("; it lacks {line}"))
            .collect();
        return error.help(format!(
            "schema {schema} is not managed, and the base on the scratch server has no such object: write it with \
             `inspect --unmanaged postgres://… > {file}` from a database that has it{lacks}"
        ));
    }
    if !scope.is_partial() && message.starts_with("schema ") {
        return error.help(format!(
            "create the schema in a migration; if others make it (a hosted Postgres), say in feedstock.toml what is \
             yours, managed = [\"public\"], and write the rest with `inspect --unmanaged postgres://… > {file}`"
        ));
    }
    error
}

/// The SQL files of a directory within the one for schemas, if it exists: names and texts, sorted by name.
pub(super) fn sql_files(schema_dir: &Path, name: &str) -> Result<Vec<(String, String)>> {
    let directory = &schema_dir.join(name);
    if !directory.exists() {
        return Ok(Vec::new());
    }
    let failed = |error| Error::file(format!("cannot read {}", directory.display())).because(error);
    let project = text_file::project_of(schema_dir)?;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            if let Some(error) = text_file::outside(&project, &path) {
                return Err(error);
            }
            files.push(path);
        }
    }
    files.sort();
    files.iter().map(|path| Ok((path.display().to_string(), text_file::read_with_lf(path)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_of_what_is_missing_is_in_the_message() {
        for (message, schema) in [
            ("schema \"auth\" does not exist", Some("auth")),
            ("relation \"auth.users\" does not exist", Some("auth")),
            ("function auth.uid() does not exist", Some("auth")),
            ("function extensions.crypt(text, text) does not exist", Some("extensions")),
            ("type \"extensions.citext\" does not exist", Some("extensions")),
            ("relation \"t\" does not exist", None),
            ("column \"a.b\" does not exist", None),
            ("relation \"auth.users\" already exists", None),
        ] {
            assert_eq!(missing_schema(message).as_deref(), schema, "{message}");
        }
    }
}
