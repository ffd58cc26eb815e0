//! Objects that are their text: a kind is a `SELECT` in one of the files of [`OBJECTS`](super::OBJECTS).

use std::collections::BTreeMap;

use postgres::types::Json;
use postgres::{GenericClient, Row};
use serde::Deserialize;

use super::{Asked, FOREIGN, OBJECTS, RELATION, Reader};
use crate::Result;
use crate::ident::{quote_ident, quote_qualified};
use crate::schema::{Afterwards, Details, Id, Name, Object, Property};

/// What gives the columns of the query their types.
const NO_OBJECTS: &str = "\
    SELECT NULL::text, NULL::oid, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, \
    NULL::text[], NULL::text[], NULL::text, NULL::jsonb WHERE false";

/// What stands between two of the kinds.
const AND: &str = "\nUNION ALL\n";

/// The query of those kinds whose catalog holds anything; of a catalog that `present` does not know, too.
pub(super) fn query(present: &BTreeMap<String, bool>) -> String {
    let kinds = OBJECTS.split(AND).chain([FOREIGN]).filter(|kind| {
        let catalog = catalog(kind).unwrap_or_default();
        present.get(catalog).copied().unwrap_or(true)
    });
    [NO_OBJECTS].into_iter().chain(kinds).collect::<Vec<_>>().join(AND)
}

/// The catalog of a kind: the first value of its `SELECT`.
fn catalog(kind: &str) -> Option<&str> {
    let select = kind.lines().find_map(|line| line.strip_prefix("SELECT '"))?;
    select.split('\'').next()
}

/// The last column of each row.
#[derive(Default, Deserialize)]
#[serde(default)]
struct About {
    #[serde(flatten)]
    details: Details,
    /// What each of the statements that follow is.
    properties: Vec<Property>,
    /// Is each of these one of several?
    additions: bool,
    /// The parts of the definition.
    parts: Vec<Afterwards>,
    /// The statement that takes it away, where that is not `DROP`.
    drop: Option<String>,
    /// What of it cannot be read.
    unsupported: Option<String>,
}

pub(super) fn object(reader: &mut Reader<'_>, row: &Row) {
    let (word, schema, name): (&str, &str, String) = (row.get(2), row.get(3), row.get(4));
    let relation = row.get::<_, Option<&str>>(5).map(|relation| Name::new(schema, relation));
    let named = relation.clone().unwrap_or_else(|| Name::new(schema, &name));
    if reader.scope.leaves_out(&named) {
        return;
    }
    let word = word.to_owned();
    let address = row.get::<_, Option<String>>(6).unwrap_or_else(|| match &relation {
        Some(relation) => {
            format!("{} ON {}", quote_ident(&name), quote_qualified(&relation.schema, &relation.name))
        }
        None => quote_qualified(schema, &name),
    });
    let id = match (&*word, relation) {
        (_, Some(relation)) => Id::On(word.clone(), relation, name),
        ("DOMAIN" | "TYPE" | "COLLATION", _) => Id::Type(named, word.clone()),
        ("VIEW" | "MATERIALIZED VIEW" | "FOREIGN TABLE", _) => Id::View(word.clone(), named),
        ("FUNCTION" | "PROCEDURE" | "AGGREGATE", _) => Id::Routine(word.clone(), address.clone()),
        ("EVENT TRIGGER", _) => Id::EventTrigger(name),
        _ => Id::Other(word.clone(), address.clone()),
    };
    reader.found(row.get(0), row.get(1), id.clone());
    let (does, undoes): (Vec<String>, Vec<String>) = (row.get(9), row.get(10));
    let about = row.get::<_, Option<Json<About>>>(12).map(|Json(about)| about).unwrap_or_default();
    let other = if about.additions { Property::Addition } else { Property::Other };
    reader.schema.unsupported.extend(about.unsupported);
    let properties = about.properties.into_iter().chain(std::iter::repeat(other));
    let afterwards = does.into_iter().zip(undoes).zip(properties);
    let object = Object {
        address: format!("{word} {address}"),
        drop: about.drop,
        definition: row.get(7),
        replaces: row.get(8),
        parts: about.parts,
        afterwards: afterwards
            .map(|((does, undoes), property)| Afterwards { does, undoes, changes: None, property })
            .collect(),
        comment: row.get(11),
        details: about.details,
        id: id.clone(),
    };
    reader.schema.objects.insert(id, object);
}

/// A property of a part of a table. `pg_depend` does not know it: the row says what it needs.
pub(super) fn setting(reader: &mut Reader<'_>, row: &Row) {
    let table = Name::new(row.get::<_, String>(1), row.get::<_, String>(2));
    let whole = (reader.class(row.get(7)), row.get(8));
    let whole = reader.resolve(reader.class(RELATION), whole, row.get(9)).cloned();
    let Some(whole) = whole else { return };
    let id = Id::Setting(row.get(0), table.clone(), row.get(3));
    reader.schema.dependencies.add(id.clone(), whole);
    let object = Object {
        address: String::new(),
        drop: Some(row.get(5)),
        definition: row.get(4),
        replaces: row.get(6),
        parts: Vec::new(),
        afterwards: Vec::new(),
        comment: None,
        details: Details::default(),
        id: id.clone(),
    };
    reader.schema.objects.insert(id, object);
}

/// The catalog of user mappings, for whoever may read it, and its part that everybody may.
const MAPPINGS: [&str; 2] = [
    "SELECT oid, umuser, umserver, umoptions, false FROM pg_user_mapping",
    "SELECT m.umid, m.umuser, m.srvid, m.umoptions, m.umoptions IS NULL AND NOT CASE m.umuser \
         WHEN 0 THEN pg_has_role(s.srvowner, 'USAGE') \
         ELSE m.usename = current_user \
              AND (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE')) END \
     FROM pg_user_mappings m JOIN pg_foreign_server s ON s.oid = m.srvid",
];

/// User mappings, of which a role sees only its own ones whole.
pub(super) fn user_mappings(reader: &mut Reader<'_>, db: &mut Asked<'_, impl GenericClient>) -> Result<()> {
    if !reader.schema.objects.keys().any(|id| matches!(id, Id::Other(word, _) if word == "SERVER")) {
        return Ok(());
    }
    let ask = "SELECT has_table_privilege('pg_catalog.pg_user_mapping', 'SELECT')";
    let [whole, seen] = MAPPINGS;
    let mapping = if db.rows(ask, &[])?.iter().any(|row| row.get(0)) { whole } else { seen };
    let query = format!(
        "WITH mapping (oid, role, server, options, hidden) AS ({mapping}) {}",
        include_str!("user_mappings.sql")
    );
    db.rows(&query, &[])?.iter().for_each(|row| object(reader, row));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_names_its_catalog() {
        let kinds: Vec<&str> = OBJECTS.split(AND).collect();
        assert!(kinds.len() > 15, "{}", kinds.len());
        for kind in kinds {
            assert!(catalog(kind).is_some_and(|name| name.starts_with("pg_")), "{kind}");
        }
    }

    #[test]
    fn a_kind_is_left_out_where_its_catalog_holds_nothing() {
        let with = |catalogs: &[(&str, bool)]| {
            query(&catalogs.iter().map(|(name, holds)| ((*name).to_owned(), *holds)).collect())
        };
        assert!(with(&[]).contains("FROM pg_policy"));
        assert!(with(&[("pg_policy", true)]).contains("FROM pg_policy"));
        let without = with(&[("pg_policy", false)]);
        assert!(!without.contains("FROM pg_policy") && without.contains("FROM pg_event_trigger"));
    }
}
