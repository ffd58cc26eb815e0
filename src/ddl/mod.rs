//! Object -> `CREATE`, `ALTER` and `COMMENT` text, one file per kind of object.
//!
//! Two sources: what a model declares, as its author wrote it ([`declared`]), and what Postgres made of it.

pub(crate) mod column;
pub(crate) mod constraint;
pub(crate) mod declared;
pub(crate) mod enum_type;
pub(crate) mod index;
pub(crate) mod link;
pub(crate) mod privilege;
pub(crate) mod sequence;
pub(crate) mod table;
pub(crate) mod twins;

use crate::ident::{literal, quote_ident, quote_qualified};
use crate::schema::{Id, Name, Object, Schema};

/// A name as SQL writes it, qualified, and quoted where Postgres would quote it.
pub(crate) fn name(name: &Name) -> String {
    quote_qualified(&name.schema, &name.name)
}

/// What stands behind `DROP` and `COMMENT ON`. Of a part of a table that `DROP` does not know (a column, a
/// constraint) what stands behind `COMMENT ON`.
pub(crate) fn address(id: &Id, schema: &Schema) -> String {
    match id {
        // It has no address of its own.
        Id::Link(table, _) => format!("TABLE {}", name(table)),
        Id::Namespace(schema) => format!("SCHEMA {}", quote_ident(schema)),
        Id::Extension(extension) => format!("EXTENSION {}", quote_ident(extension)),
        Id::Enum(of) => format!("TYPE {}", name(of)),
        Id::Sequence(of) => format!("SEQUENCE {}", name(of)),
        Id::Table(of) => format!("TABLE {}", name(of)),
        Id::Index(of) => format!("INDEX {}", name(of)),
        Id::Column(table, column) | Id::Default(table, column) => {
            format!("COLUMN {}.{}", name(table), quote_ident(column))
        }
        Id::Constraint(table, constraint) | Id::ForeignKey(table, constraint) => {
            format!("CONSTRAINT {} ON {}", quote_ident(constraint), name(table))
        }
        Id::Type(..)
        | Id::Other(..)
        | Id::Routine(..)
        | Id::View(..)
        | Id::On(..)
        | Id::Setting(..)
        | Id::EventTrigger(_) => {
            schema.objects.get(id).map(|object| object.address.clone()).unwrap_or_default()
        }
    }
}

/// `COMMENT ON … IS …`, `NULL` where there is none.
pub(crate) fn comment_on(id: &Id, schema: &Schema) -> String {
    let text = comment(id, schema).map_or("NULL".to_owned(), literal);
    format!("COMMENT ON {} IS {text}", address(id, schema))
}

/// The comment of an object.
pub(crate) fn comment<'a>(id: &Id, schema: &'a Schema) -> Option<&'a str> {
    match id {
        Id::Namespace(of) => schema.namespaces.get(of)?.comment.as_deref(),
        Id::Extension(of) => schema.extensions.get(of)?.comment.as_deref(),
        Id::Enum(of) => schema.enums.get(of)?.comment.as_deref(),
        Id::Sequence(of) => schema.sequences.get(of)?.comment.as_deref(),
        Id::Table(of) => schema.tables.get(of)?.comment.as_deref(),
        Id::Index(of) => match schema.indexes.get(of) {
            Some(index) => index.comment.as_deref(),
            None => schema.constraint_of_index(of)?.1.index_comment.as_deref(),
        },
        Id::Column(table, column) => schema.column(table, column)?.comment.as_deref(),
        Id::Constraint(table, of) | Id::ForeignKey(table, of) => {
            schema.constraint(table, of)?.comment.as_deref()
        }
        Id::Type(..)
        | Id::Other(..)
        | Id::Routine(..)
        | Id::View(..)
        | Id::On(..)
        | Id::Setting(..)
        | Id::EventTrigger(_) => schema.objects.get(id)?.comment.as_deref(),
        Id::Default(..) | Id::Link(..) => None,
    }
}

/// The statements that make an object, without its comment. Of a table: with its columns and their defaults,
/// and with the constraints that refer to no other table.
pub(crate) fn create(id: &Id, schema: &Schema) -> Vec<String> {
    let some = |statement: Option<String>| statement.into_iter().collect::<Vec<_>>();
    match id {
        Id::Namespace(of) => vec![format!("CREATE SCHEMA {}", quote_ident(of))],
        Id::Extension(of) => some(schema.extensions.get(of).map(|extension| {
            let (name, schema) = (quote_ident(of), quote_ident(&extension.schema));
            let sql = format!("CREATE EXTENSION {name} WITH SCHEMA {schema}");
            match extension.is_default {
                true => sql,
                false => format!("{sql} VERSION {}", literal(&extension.version)),
            }
        })),
        Id::Enum(of) => some(schema.enums.get(of).map(enum_type::create)),
        Id::Sequence(of) => some(schema.sequences.get(of).map(sequence::create)),
        Id::Table(of) => schema.tables.get(of).map(|of| table::create(of, schema)).unwrap_or_default(),
        Id::Index(of) => schema.indexes.get(of).map(|found| index::create(found, schema)).unwrap_or_default(),
        Id::Column(table, of) => {
            schema.column(table, of).map(|column| column::add(table, column)).unwrap_or_default()
        }
        Id::Default(..) => Vec::new(),
        Id::Link(table, from) => some(schema.tables.get(table).map(|table| link::create(table, from))),
        Id::Constraint(table, of) | Id::ForeignKey(table, of) => {
            some(schema.constraint(table, of).map(|found| constraint::add(table, found)))
        }
        Id::Type(..)
        | Id::Other(..)
        | Id::Routine(..)
        | Id::View(..)
        | Id::On(..)
        | Id::Setting(..)
        | Id::EventTrigger(_) => schema
            .objects
            .get(id)
            .map(|object| {
                let afterwards = object.afterwards.iter().map(|property| property.does.clone());
                [object.definition.clone()].into_iter().chain(afterwards).collect()
            })
            .unwrap_or_default(),
    }
}

/// The statement that makes of an object what it becomes where that needs no drop.
pub(crate) fn replace(found: &Object, want: &Object) -> String {
    match (&want.id, want.beyond(found)) {
        (Id::Type(..), Some(added)) => format!("ALTER {} {}", want.address, added.trim_end_matches(", ")),
        (Id::View(word, _), _) if word == "MATERIALIZED VIEW" => set_options(found, want),
        _ => or_replace(&want.definition),
    }
}

/// `ALTER MATERIALIZED VIEW … SET (fillfactor=80), RESET (toast.autovacuum_enabled)`
fn set_options(found: &Object, want: &Object) -> String {
    let (before, after) = (&found.details.options, &want.details.options);
    let name = |option: &String| option.split('=').next().unwrap_or_default().to_owned();
    let set: Vec<String> = after.iter().filter(|option| !before.contains(option)).cloned().collect();
    let stay: Vec<String> = after.iter().map(name).collect();
    let reset: Vec<String> = before.iter().map(name).filter(|name| !stay.contains(name)).collect();
    let actions = [("SET", set), ("RESET", reset)].into_iter().filter(|(_, options)| !options.is_empty());
    let actions: Vec<String> =
        actions.map(|(word, options)| format!("{word} ({})", options.join(", "))).collect();
    format!("ALTER {} {}", want.address, actions.join(", "))
}

fn or_replace(definition: &str) -> String {
    let word = ["VIEW", "RULE", "TRIGGER"].into_iter().find_map(|word| {
        let rest = definition.strip_prefix("CREATE ")?.strip_prefix(word)?.strip_prefix(' ')?;
        Some(format!("CREATE OR REPLACE {word} {rest}"))
    });
    // Postgres writes functions so that they replace.
    word.unwrap_or_else(|| definition.to_owned())
}

/// The statement that drops an object.
pub(crate) fn drop(id: &Id, schema: &Schema) -> String {
    match id {
        Id::Column(table, column) => {
            format!("ALTER TABLE {} DROP COLUMN {}", name(table), quote_ident(column))
        }
        Id::Default(table, column) => {
            format!("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", name(table), quote_ident(column))
        }
        Id::Constraint(table, constraint) | Id::ForeignKey(table, constraint) => {
            format!("ALTER TABLE {} DROP CONSTRAINT {}", name(table), quote_ident(constraint))
        }
        Id::Link(table, from) => {
            schema.tables.get(table).map(|table| link::drop(table, from)).unwrap_or_default()
        }
        _ => {
            let own = schema.objects.get(id).and_then(|object| object.drop.clone());
            own.unwrap_or_else(|| format!("DROP {}", address(id, schema)))
        }
    }
}

/// The same of a table alone, without those that inherit from it.
pub(crate) fn only(sql: &str) -> String {
    ["ALTER TABLE ", "UPDATE "]
        .iter()
        .find_map(|verb| Some(format!("{verb}ONLY {}", sql.strip_prefix(verb)?)))
        .unwrap_or_else(|| sql.to_owned())
}
