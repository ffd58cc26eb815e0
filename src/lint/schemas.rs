//! What a file changes in the schema: the hazards of the plan from the schema before it to the one after it.
//!
//! What is dropped and created again in one file is there for programs, so the file as a whole is looked at, and only
//! rows that are lost are said all the same. A hazard stands at the statement that has it too. A rename ends what is
//! looked at together, since it changes the names and texts of others.

use std::collections::BTreeSet;

use super::catalog::differs;
use super::{File, Found, find};
use crate::diff::is_there;
use crate::plan::{Allow, Hazard, Options, hazards};
use crate::report::Source;
use crate::schema::{Column, Constraint, ConstraintKind, EnumType, Id, Name, Object, Schema, Table};

use super::rule::Seen;

/// A hazard, and what its statement is about.
type About = (Hazard, Option<Id>);

pub(super) fn findings(file: &File<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut from = 0;
    for at in 0..file.ran.len() {
        let renamed = renames(file, at);
        if !renamed.is_empty() || file.ran[at].renamed.iter().any(|it| is_in_texts(it) && !is_aside(file, it))
        {
            found.extend(of_part(file, from, at));
            found.extend(renamed);
            from = at + 1;
        }
    }
    found.extend(of_part(file, from, file.ran.len()));
    found
}

/// Does this rename end what is looked at together? Not that of an index or a constraint, which plans recognise.
fn is_in_texts((old, _): &(Id, Id)) -> bool {
    !matches!(old, Id::Index(_) | Id::Constraint(..) | Id::ForeignKey(..))
}

/// Is something only moved aside, so that another one of its name can be created, and then dropped?
fn is_aside(file: &File<'_>, (old, new): &(Id, Id)) -> bool {
    let Some(end) = file.ran.last().map(|ran| &ran.after) else { return false };
    let whole = |id: &Id| id.table().map_or_else(|| id.clone(), |table| Id::Table(table.clone()));
    let (old, new) = (whole(old), whole(new));
    old != new && is_there(&old, end) && !is_there(&new, end)
}

/// The findings about the statements from `from` on, up to the one before `to`.
fn of_part(file: &File<'_>, from: usize, to: usize) -> Vec<Found> {
    if from == to {
        return Vec::new();
    }
    let (before, after) = (file.before_statement(from), &file.ran[to - 1].after);
    let changes = |at: &usize| file.before_statement(*at) != &file.ran[*at].after;
    let Some(last) = (from..to).rfind(changes) else { return Vec::new() };
    let whole = of_change(file, before, after);
    let whole: Vec<About> = whole.into_iter().filter(|about| concerns(file, from, about)).collect();
    // The statement that has it too; else the last one that changes the object, or anything.
    let each: Vec<Vec<About>> =
        (from..to).map(|at| of_change(file, file.before_statement(at), &file.ran[at].after)).collect();
    let said: BTreeSet<&Id> = whole.iter().filter_map(|(_, id)| id.as_ref()).collect();
    let mut found = Vec::new();
    for (hazard, id) in &whole {
        let same = |(other, _): &About| other.rule == hazard.rule && other.object == hazard.object;
        let changes = |at: &usize| {
            id.as_ref().is_some_and(|id| differs(id, file.before_statement(*at), &file.ran[*at].after))
        };
        let at = each.iter().rposition(|hazards| hazards.iter().any(same)).map(|at| from + at);
        let at = at.or_else(|| (from..to).rfind(changes)).unwrap_or(last);
        let mut message = hazard.message.clone();
        if let Some(id) = id.as_ref().filter(|_| hazard.rule.starts_with("drop-")) {
            let along = taken_along(file.before_statement(at), after, id, &said);
            if !along.is_empty() {
                message += &format!("; with it goes what depends on it: {}", along.join(", "));
            }
        }
        found.push(Found::new(hazard.rule, Some(at), &hazard.object, message, Source::Catalog));
    }
    // What is created again in its place has none of its rows.
    for (at, (hazard, id)) in (from..to).zip(&each).flat_map(|(at, all)| all.iter().map(move |it| (at, it))) {
        let is_lost = hazard.destructive && matches!(hazard.rule, "drop-table" | "drop-column");
        let old = id.as_ref().map(|id| at_start(file, at, id));
        let again = old.is_some_and(|id| is_there(&id, file.start) && is_there(&id, after));
        if is_lost
            && again
            && file.ran[at].renamed.is_empty()
            && !said.iter().any(|it| Some(*it) == id.as_ref())
        {
            let message = format!("{}; what takes its place has only what was copied to it", hazard.message);
            found.push(Found::new(hazard.rule, Some(at), &hazard.object, message, Source::Catalog));
        }
    }
    found
}

fn options(file: &File<'_>) -> Options {
    Options {
        allow: Allow::new(["all".to_owned()]),
        offline_ok: true,
        without_models: true,
        sizes: file.options.sizes.clone(),
        small_table: file.options.small_table,
        ..Options::default()
    }
}

fn of_change(file: &File<'_>, before: &Schema, after: &Schema) -> Vec<About> {
    if before == after {
        return Vec::new();
    }
    let mut all = hazards(before, after, &options(file));
    all.retain(|(hazard, _)| find(hazard.rule).is_some_and(|rule| matches!(rule.seen, Seen::Schemas)));
    // What `new` writes says all that it has to say.
    if !file.migration.is_proven() {
        all.retain(|about| !is_expected(about, file.start, before, after));
        all.extend(unplanned(before, after));
        all.extend(unguarded(file.start, before, after));
        let unique: BTreeSet<String> = objects_of(&all, "drop-unique");
        all.retain(|(hazard, _)| hazard.rule != "drop-index" || !unique.contains(&hazard.object));
        let mut seen = BTreeSet::new();
        all.retain(|(hazard, _)| seen.insert((hazard.rule, hazard.object.clone())));
    }
    all
}

/// The schema that something is in.
fn schema_of<'a>(id: &'a Id, schema: &'a Schema) -> Option<&'a str> {
    match id {
        Id::View(_, name) | Id::Sequence(name) | Id::Enum(name) | Id::Type(name, _) | Id::Index(name) => {
            Some(&name.schema)
        }
        Id::Routine(..) => schema.objects.get(id)?.details.schema.as_deref(),
        id => id.table().map(|table| table.schema.as_str()),
    }
}

fn objects_of(all: &[About], rule: &str) -> BTreeSet<String> {
    let of_rule = all.iter().filter(|(hazard, _)| hazard.rule == rule);
    of_rule.map(|(hazard, _)| hazard.object.clone()).collect()
}

/// Is it a part of something that another finding says, or what everybody does to require an old column?
fn is_expected((hazard, id): &About, start: &Schema, before: &Schema, after: &Schema) -> bool {
    match (hazard.rule, id) {
        ("required-column", Some(Id::Column(table, column))) => {
            before.column(table, column).is_some_and(|old| old.default.is_none() && old.identity.is_none())
        }
        (rule, Some(id)) if rule.starts_with("drop-") && rule != "drop-schema" => {
            // A schema that the files themselves created has no finding of its own.
            let goes = |schema: &str| {
                start.namespaces.contains_key(schema) && !after.namespaces.contains_key(schema)
            };
            // A partition goes with the table of which it is one.
            let with_its_table = |name: &Name| {
                before.tables.get(name).is_some_and(|table| {
                    table.bound.is_some() && table.parents.iter().any(|of| !after.tables.contains_key(of))
                })
            };
            schema_of(id, before).is_some_and(goes) || matches!(id, Id::Table(name) if with_its_table(name))
        }
        ("detach-partition" | "no-inherit", Some(Id::Link(table, of))) => {
            !after.tables.contains_key(table) || !after.tables.contains_key(of)
        }
        _ => false,
    }
}

/// What a plan does not say, since it does it only where the models say so.
fn unplanned(before: &Schema, after: &Schema) -> Vec<About> {
    let mut all = Vec::new();
    let mut say = |rule, object: String, message: String, id| {
        all.push((Hazard { rule, object, message, destructive: false }, Some(id)));
    };
    for name in before.namespaces.keys().filter(|name| !after.namespaces.contains_key(*name)) {
        let tables = before.tables.keys().filter(|table| table.schema == *name);
        let tables: Vec<&str> = tables.map(|table| table.name.as_str()).collect();
        let lost = match tables[..] {
            [] => String::new(),
            _ => format!("; the rows of its tables are lost: {}", tables.join(", ")),
        };
        let message = format!("a program that uses what is in it fails{lost}");
        say("drop-schema", name.clone(), message, Id::Namespace(name.clone()));
    }
    for name in before.extensions.keys().filter(|name| !after.extensions.contains_key(*name)) {
        let message = "what uses its types, functions and operators fails".to_owned();
        say("drop-extension", name.clone(), message, Id::Extension(name.clone()));
    }
    for (id, object) in &before.objects {
        match (id, after.objects.get(id)) {
            (Id::On(word, table, name), now) if word == "TRIGGER" && has_relation(after, table) => {
                let object_name = format!("{table}.{name}");
                if now.is_none() {
                    let message = "what it did when rows change is done no longer".to_owned();
                    say("drop-trigger", object_name, message, id.clone());
                } else if !is_disabled(object) && now.is_some_and(is_disabled) {
                    let message = "it is disabled: what it did when rows change is done no longer".to_owned();
                    say("drop-trigger", object_name, message, id.clone());
                }
            }
            (Id::View(word, name), Some(now)) if word == "MATERIALIZED VIEW" => {
                let is_kept = |column: &str| now.details.columns.iter().any(|it| it.name == column);
                for column in object.details.columns.iter().filter(|column| !is_kept(&column.name)) {
                    let message = "a program that reads it fails".to_owned();
                    say("drop-column", format!("{name}.{}", column.name), message, id.clone());
                }
            }
            _ => {}
        }
    }
    for id in after.objects.keys().filter(|id| !before.objects.contains_key(id)) {
        if let Id::On(word, table, name) = id
            && word == "TRIGGER"
            && has_relation(before, table)
        {
            let message = "it runs whenever a program does what it fires on, and if it fails, so does that";
            say("add-trigger", format!("{table}.{name}"), message.to_owned(), id.clone());
        }
    }
    for (name, table) in &before.tables {
        for old in &table.columns {
            // That of a partition comes from its table.
            let Some(new) = after.column(name, &old.name).filter(|new| !new.inherited) else { continue };
            if let Some((rule, message)) = other_default(old, new) {
                let id = Id::Default(name.clone(), old.name.clone());
                say(rule, format!("{name}.{}", old.name), message, id);
            }
        }
        let new = after.tables.get(name).into_iter().flat_map(|table| &table.columns);
        for new in new.filter(|new| !new.inherited && new.needs_value() && table.column(&new.name).is_none())
        {
            let message = "a program that does not write it fails from here on";
            let id = Id::Column(name.clone(), new.name.clone());
            say("required-column", format!("{name}.{}", new.name), message.to_owned(), id);
        }
    }
    all
}

/// The constraints of tables that stay which are dropped, and were there before the first file.
fn unguarded(start: &Schema, before: &Schema, after: &Schema) -> Vec<About> {
    let mut all = Vec::new();
    let mut say = |rule, object: String, message: String, id| {
        all.push((Hazard { rule, object, message, destructive: false }, Some(id)));
    };
    for (table, left) in before.tables.values().filter_map(|it| Some((it, after.tables.get(&it.name)?))) {
        let stays = |column: &String| left.column(column).is_some();
        // Renamed, it has the same definition.
        let is_gone = |key: &&Constraint| {
            !key.inherited
                && start.constraint(&table.name, &key.name).is_some()
                && !left.constraints.values().any(|other| other.definition == key.definition)
                && !left.constraints.contains_key(&key.name)
                && key.columns.iter().all(stays)
        };
        for key in table.constraints.values().filter(is_gone) {
            let object = format!("{}.{}", table.name, key.name);
            match (key.kind, &key.references) {
                (ConstraintKind::ForeignKey, Some(to)) if after.tables.contains_key(to) => {
                    let message = format!(
                        "a row may refer to one of {to} that does not exist from here on, and nothing happens to it \
                         when that is deleted"
                    );
                    say("drop-foreign-key", object, message, key.id(&table.name));
                }
                (ConstraintKind::Check | ConstraintKind::Exclude, _) if !is_implied(key, left) => {
                    let message = "rows that it refuses are accepted from here on".to_owned();
                    say("drop-constraint", object, message, key.id(&table.name));
                }
                _ => {}
            }
        }
        for old in table.columns.iter().filter(|old| old.not_null && !old.inherited) {
            let was_at_start = start.column(&table.name, &old.name).is_some_and(|it| it.not_null);
            if was_at_start && left.column(&old.name).is_some_and(|new| !new.not_null) {
                let message = "a program that reads it may find NULL from here on".to_owned();
                let id = Id::Column(table.name.clone(), old.name.clone());
                say("drop-not-null", format!("{}.{}", table.name, old.name), message, id);
            }
        }
    }
    all
}

/// Does the table refuse what a check refuses, since a column of it is NOT NULL?
fn is_implied(check: &Constraint, table: &Table) -> bool {
    let is_not_null = |column: &&Column| {
        column.not_null
            && check.definition
                == format!("CHECK (({} IS NOT NULL))", crate::ident::quote_ident(&column.name))
    };
    table.columns.iter().any(|column| is_not_null(&column))
}

fn has_relation(schema: &Schema, name: &Name) -> bool {
    schema.tables.contains_key(name) || Id::views(name).iter().any(|id| is_there(id, schema))
}

fn is_disabled(trigger: &Object) -> bool {
    trigger.afterwards.iter().any(|it| it.does.contains(" DISABLE TRIGGER "))
}

/// A column that may be left out by a program, and then has another value than before. One that must be written is
/// required.
fn other_default(old: &Column, new: &Column) -> Option<(&'static str, String)> {
    let was = old.default.as_ref()?;
    let is_computed = new.generated.is_some() || new.identity.is_some();
    match &new.default {
        _ if is_computed || new.needs_value() || old.data_type != new.data_type => None,
        None => {
            let message = format!("a new row that does not say it has NULL from here on, no longer {was}");
            Some(("drop-default", message))
        }
        Some(now) if now != was => {
            let message = format!("a new row that does not say it has {now} from here on, no longer {was}");
            Some(("change-default", message))
        }
        Some(_) => None,
    }
}

/// What depends on something that is dropped, goes too, and has no finding of its own.
fn taken_along(before: &Schema, after: &Schema, id: &Id, said: &BTreeSet<&Id>) -> Vec<String> {
    let parts = match id {
        Id::Table(table) => before.tables.get(table),
        _ => None,
    };
    let columns = parts.iter().flat_map(|table| {
        table.columns.iter().map(|column| Id::Column(table.name.clone(), column.name.clone()))
    });
    let keys = parts.iter().flat_map(|table| table.constraints.values().map(|key| key.id(&table.name)));
    let mut waiting: Vec<Id> = [id.clone()].into_iter().chain(columns).chain(keys).collect();
    let mut seen: BTreeSet<Id> = waiting.iter().cloned().collect();
    let mut along = Vec::new();
    while let Some(next) = waiting.pop() {
        for on in before.dependencies.on(&next) {
            if !is_there(on, before) || is_there(on, after) || !seen.insert(on.clone()) {
                continue;
            }
            waiting.push(on.clone());
            let is_part = match id {
                Id::Namespace(name) => schema_of(on, before) == Some(name),
                Id::Table(table) => {
                    on.table() == Some(table)
                        || on.index_name().is_some_and(|index| {
                            before.indexes.get(&index).is_some_and(|it| it.table == *table)
                        })
                }
                // A column that goes takes its own default, key and index along.
                Id::Column(table, _) => {
                    on.table() == Some(table) || matches!(on, Id::Index(_) | Id::Sequence(_))
                }
                _ => false,
            };
            let goes_with_more = match on {
                Id::Default(table, column) => after.column(table, column).is_none(),
                Id::Sequence(name) => before.sequences.get(name).is_some_and(|it| it.owned_by.is_some()),
                on => {
                    on.table().is_some_and(|table| !matches!(on, Id::Table(_)) && !has_relation(after, table))
                }
            };
            if !is_part && !goes_with_more && !said.contains(on) {
                along.push(on.to_string());
            }
        }
    }
    along.sort();
    along
}

/// Is it about something that was there before the first file?
fn concerns(file: &File<'_>, from: usize, (hazard, id): &About) -> bool {
    let Some(id) = id.as_ref().map(|id| at_start(file, from, id)) else { return true };
    let adds = ["required-column", "add-trigger", "add-policy", "row-security"].contains(&hazard.rule);
    match id.table() {
        Some(table) if adds => has_relation(file.start, table),
        Some(table) => {
            has_relation(file.start, table) && (matches!(id, Id::Setting(..)) || is_there(&id, file.start))
        }
        None => is_there(&id, file.start),
    }
}

/// What was known before the first file by the name that it had then.
fn at_start(file: &File<'_>, from: usize, id: &Id) -> Id {
    let in_file = file.ran[..from].iter().rev().flat_map(|ran| ran.renamed.iter().rev());
    let mut id = id.clone();
    for (old, new) in in_file.chain(file.renamed.iter().rev()) {
        id = match (old, new, id) {
            (old, new, id) if *new == id => old.clone(),
            (Id::Table(old), Id::Table(new), Id::On(word, table, name)) if table == *new => {
                Id::On(word, old.clone(), name)
            }
            (Id::Column(old, old_name), Id::Column(new, new_name), Id::Default(table, name))
                if table == *new && name == *new_name =>
            {
                Id::Default(old.clone(), old_name.clone())
            }
            (_, _, id) => id,
        };
    }
    id
}

/// Is there a table or view of this name after the file?
fn has_name(file: &File<'_>, name: &Name) -> bool {
    let end = file.ran.last().map(|last| &last.after);
    end.is_some_and(|end| {
        end.tables.contains_key(name) || Id::views(name).iter().any(|view| is_there(view, end))
    })
}

/// The names that a statement changes, as far as programs use them.
fn renames(file: &File<'_>, at: usize) -> Vec<Found> {
    let ran = &file.ran[at];
    let mut found = Vec::new();
    let mut say = |rule, old: String, new: String| {
        let message = format!("it is called {new} now: a program that still uses the old name fails");
        found.push(Found::new(rule, Some(at), old, message, Source::Catalog));
    };
    for (old, new) in ran.renamed.iter().filter(|renamed| !is_aside(file, renamed)) {
        match (old, new) {
            // A view has the old name.
            (Id::Table(name) | Id::View(_, name), _) if has_name(file, name) => {}
            (Id::Table(old), Id::Table(new)) if file.start.tables.contains_key(old) => {
                say("rename-table", old.to_string(), new.to_string());
            }
            (Id::View(_, old_name), Id::View(_, new)) if is_there(old, file.start) => {
                say("rename-table", old_name.to_string(), new.to_string());
            }
            (Id::Column(table, old), Id::Column(_, new))
                if old != new && file.start.tables.get(table).is_some_and(|it| it.column(old).is_some()) =>
            {
                say("rename-column", format!("{table}.{old}"), new.clone());
            }
            (Id::Enum(_) | Id::Type(..) | Id::Sequence(_) | Id::Routine(..) | Id::Namespace(_), _)
                if is_there(old, file.start) =>
            {
                say("rename-object", old.to_string(), new.to_string());
            }
            _ => {}
        }
    }
    let labels = file
        .before_statement(at)
        .enums
        .values()
        .filter_map(|old| Some((old, ran.after.enums.get(&old.name)?)));
    let is_renamed =
        |old: &EnumType, new: &EnumType| old.labels.len() == new.labels.len() && old.labels != new.labels;
    for (old, new) in
        labels.filter(|(old, new)| is_renamed(old, new) && file.start.enums.contains_key(&old.name))
    {
        let pairs = old.labels.iter().zip(&new.labels).filter(|(old, new)| old != new);
        pairs.for_each(|(from, to)| say("rename-enum-value", format!("{}.{from}", old.name), to.clone()));
    }
    found
}
