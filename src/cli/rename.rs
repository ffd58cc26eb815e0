//! `--rename OLD=NEW`: a rename where no model says it with `renamed_from`.

use crate::diff::Hints;
use crate::schema::{Name, Schema};
use crate::{Error, Result};

/// What each of `given` stands for: a table or an enum (`old=new`), a column or a label (`table.old=new`), each with
/// its schema in front where that is not `public`. A table and its columns may be renamed at once; the table stands
/// there by its old name.
pub(super) fn hints(given: &[String], current: &Schema, wanted: &Schema) -> Result<Hints> {
    let mut hints = Hints::default();
    let mut parts = Vec::new();
    for text in given {
        let (old, new) = text
            .split_once('=')
            .map(|(old, new)| (old.trim(), new.trim()))
            .filter(|(old, new)| !old.is_empty() && !new.is_empty())
            .ok_or_else(|| wrong(text, "there is no `=` with a name on both sides"))?;
        match relation(old, current) {
            Some(from) => whole(text, from, new, current, wanted, &mut hints)?,
            None => parts.push((text, old, new)),
        }
    }
    for (text, old, new) in parts {
        part(text, old, new, current, wanted, &mut hints)?;
    }
    Ok(hints)
}

fn wrong(text: &str, why: &str) -> Error {
    Error::usage(format!("--rename {text}: {why}"))
        .help("the form is --rename table=new, --rename table.column=new, --rename enum=new or --rename enum.label=new")
}

/// The table or enum of that name.
fn relation(text: &str, schema: &Schema) -> Option<Name> {
    let name = name(text);
    (schema.tables.contains_key(&name) || schema.enums.contains_key(&name)).then_some(name)
}

/// `name` in `public`, or `schema.name`.
fn name(text: &str) -> Name {
    match text.split_once('.') {
        Some((schema, name)) => Name::new(schema, name),
        None => Name::new("public", text),
    }
}

fn whole(
    text: &str,
    from: Name,
    new: &str,
    current: &Schema,
    wanted: &Schema,
    hints: &mut Hints,
) -> Result<()> {
    let to = if new.contains('.') { name(new) } else { Name::new(&*from.schema, new) };
    if current.tables.contains_key(&from) && wanted.tables.contains_key(&to) {
        hints.tables.push((from, to));
    } else if current.enums.contains_key(&from) && wanted.enums.contains_key(&to) {
        hints.enums.push((from, to));
    } else {
        let what = if current.tables.contains_key(&from) { "table" } else { "enum" };
        return Err(wrong(text, &format!("the wanted schema has no {what} {to}")));
    }
    Ok(())
}

fn part(
    text: &str,
    old: &str,
    new: &str,
    current: &Schema,
    wanted: &Schema,
    hints: &mut Hints,
) -> Result<()> {
    let of = old.rsplit_once('.').and_then(|(of, part)| Some((relation(of, current)?, part)));
    let Some((of, from)) = of else {
        return Err(wrong(text, &format!("the current schema has no table, enum, column or label {old}")));
    };
    let moved = |pairs: &[(Name, Name)]| pairs.iter().find(|(old, _)| *old == of).map(|(_, new)| new.clone());
    if let Some(table) = current.tables.get(&of) {
        let to = moved(&hints.tables).unwrap_or_else(|| of.clone());
        if table.column(from).is_none() {
            return Err(wrong(text, &format!("the current schema has no column {of}.{from}")));
        }
        if wanted.column(&to, new).is_none() {
            return Err(wrong(text, &format!("the wanted schema has no column {to}.{new}")));
        }
        hints.columns.push((to, from.to_owned(), new.to_owned()));
        return Ok(());
    }
    let to = moved(&hints.enums).unwrap_or_else(|| of.clone());
    let has = |schema: &Schema, of: &Name, label: &str| {
        schema.enums.get(of).is_some_and(|found| found.labels.iter().any(|other| other == label))
    };
    if !has(current, &of, from) || !has(wanted, &to, new) {
        return Err(wrong(text, &format!("{of} has no label {from}, or {to} shall have none called {new}")));
    }
    hints.labels.push((to, from.to_owned(), new.to_owned()));
    Ok(())
}
