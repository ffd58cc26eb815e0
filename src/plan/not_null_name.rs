//! The names of NOT NULL constraints, which Postgres has from 18 on.
//!
//! It leaves out those that constraints of other tables have: where it would give another one, the name is said.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::ddl::column::not_null_constraint;
use crate::diff::Links;
use crate::schema::{Name, Schema, Table};

/// The names that Postgres would not give by itself, each with the tables that have it.
type Holders<'a> = BTreeMap<Name, Vec<&'a Table>>;

/// Of the tables that are there, and of new ones.
fn holders<'a>(current: &'a Schema, wanted: &'a Schema) -> Holders<'a> {
    let new = wanted.tables.values().filter(|table| !current.tables.contains_key(&table.name));
    let mut holders: Holders<'a> = BTreeMap::new();
    for table in current.tables.values().chain(new) {
        for name in table.columns.iter().filter_map(|column| column.not_null_name.as_ref()) {
            holders.entry(Name::new(&table.name.schema, name)).or_default().push(table);
        }
    }
    holders
}

/// The names that Postgres would not give by itself.
pub(super) fn names(current: &Schema, wanted: &Schema) -> BTreeSet<Name> {
    holders(current, wanted).into_keys().collect()
}

/// The wanted schema, with the names that Postgres would not give by itself.
pub(super) fn named<'a>(current: &Schema, wanted: &'a Schema) -> Cow<'a, Schema> {
    let holders = holders(current, wanted);
    let mut named = Cow::Borrowed(wanted);
    if holders.is_empty() {
        return named;
    }
    let links = Links::of(wanted.tables.values());
    let is_new = |table: &Table| !current.tables.contains_key(&table.name);
    for table in wanted.tables.values() {
        for (at, column) in table.columns.iter().enumerate().filter(|(_, it)| it.not_null_name.is_none()) {
            let Some(name) = not_null_constraint(&table.name, column) else { continue };
            // A new table comes before those that inherit the name from it.
            let takes = |holder: &&Table| {
                holder.name != table.name
                    && !(is_new(table)
                        && is_new(holder)
                        && links.ancestors(&holder.name).contains(&&table.name))
            };
            let held = holders.get(&Name::new(&table.name.schema, &name));
            if held.is_some_and(|held| held.iter().any(takes))
                && let Some(table) = named.to_mut().tables.get_mut(&table.name)
            {
                table.columns[at].not_null_name = Some(name);
            }
        }
    }
    named
}
