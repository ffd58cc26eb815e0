//! `restrict_deleted_parent`: a change that checks and locks the parents of its rows first, in one statement.
//!
//! ```sql
//! WITH "feedstock parents 0" AS (
//!     SELECT "id" FROM "dramas" WHERE "id" = ANY ($1) AND "deleted_at" IS NULL ORDER BY "id" FOR SHARE
//! ),
//! "feedstock parents" AS (
//!     SELECT (SELECT count(*) FROM "feedstock parents 0")
//!         = (SELECT count(DISTINCT "feedstock key") FROM unnest($1) AS "feedstock key") AS "all"
//! ),
//! "feedstock change" AS (INSERT INTO … SELECT … WHERE (SELECT "all" FROM "feedstock parents") RETURNING …)
//! SELECT … FROM "feedstock change" UNION ALL SELECT NULL, … FROM "feedstock parents" WHERE NOT "all"
//! ```
//!
//! The names of the CTEs contain spaces, so that they do not hide tables and columns in hand-written filters.
//!
//! Under READ COMMITTED the lock waits for a concurrent deletion, and then sees its result; a later deletion waits for
//! the lock, and then sees the new rows. The parents in a further table are locked only after all parents in the tables
//! before it were found, so that all transactions lock in the same order.

use super::filter::Piece;
use super::keys;
use super::output::Expected;
use super::place::{name, place};
use super::statement::Writer;
use super::wire::Bound;
use crate::ident::{ident, qualified};
use crate::model::{Declared, DeclaredRelation, RelationKind};
use crate::{Error, Model, Result};

/// The parents that the rows of a change refer to, by table.
pub(crate) struct Parents {
    tables: Vec<Parent>,
    /// The key of the row that is changed: the parents that it already has are not checked.
    of_row: Option<Vec<Bound>>,
    /// ` WHERE …` of the rows that are changed, if there must not be several.
    at_most_one: Option<String>,
}

struct Parent {
    table: &'static Declared,
    keys: Vec<Bound>,
    /// The foreign key columns that refer to it.
    columns: Vec<&'static str>,
}

impl Parents {
    /// `keys` returns the keys that a column refers to.
    pub fn of<M: Model>(keys: impl Fn(&'static str) -> Result<Vec<Bound>>) -> Result<Self> {
        let mut tables: Vec<Parent> = Vec::new();
        for relation in restricted(M::DECLARED) {
            let (table, column) = ((relation.target)(), relation.column);
            let keys = keys(column)?;
            match tables.iter_mut().find(|parent| name(parent.table) == name(table)) {
                Some(parent) => {
                    parent.keys.extend(keys);
                    parent.columns.push(column);
                }
                None => tables.push(Parent { table, keys, columns: vec![column] }),
            }
        }
        tables.iter_mut().for_each(|parent| parent.keys.retain(|key| !key.is_null()));
        tables.retain(|parent| !parent.keys.is_empty());
        if tables.len() > 1 {
            tables.sort_by_cached_key(|parent| place(parent.table));
        }
        Ok(Parents { tables, of_row: None, at_most_one: None })
    }

    /// Checks only parents that the row with this key does not already have.
    pub fn new_to(self, row: Vec<Bound>) -> Self {
        Parents { of_row: Some(row), ..self }
    }

    /// Makes the change only if this condition finds at most one row.
    pub fn at_most_one(self, rows: Option<String>) -> Self {
        Parents { at_most_one: rows, ..self }
    }

    /// Writes the statement. `change` writes the change itself, with the condition under which it may be made.
    pub fn around<M: Model>(
        self,
        out: &mut Writer,
        returning: Option<Expected>,
        change: impl FnOnce(&mut Writer, Option<&str>) -> Result<()>,
    ) -> Result<()> {
        let (mut held, mut refusals) = (Vec::new(), Vec::new());
        if let Some(rows) = &self.at_most_one {
            // The rows of this statement's snapshot are counted, whatever other transactions change meanwhile.
            out.push(
                "WITH \"feedstock few\" AS MATERIALIZED (SELECT count(*) < 2 AS \"few\" FROM (SELECT FROM ",
            );
            out.push(M::TABLE).push(rows).push(" LIMIT 2) AS \"feedstock rows\")");
            held.push("(SELECT \"few\" FROM \"feedstock few\")");
            // Two rows, as the change would have returned.
            refusals.push("\"feedstock few\", generate_series(1, 2) WHERE NOT \"few\"");
        }
        if !self.tables.is_empty() {
            self.look::<M>(out)?;
            held.push("(SELECT \"all\" FROM \"feedstock parents\")");
            refusals.push("\"feedstock parents\" WHERE NOT \"all\"");
            out.meaning.refused = Some(refused::<M>);
        }
        if held.is_empty() {
            change(out, None)?;
            if let Some(expected) = returning {
                out.push(" RETURNING ").outputs::<M>(expected);
            }
            return Ok(());
        }
        out.push(", \"feedstock change\" AS (");
        change(out, Some(&held.join(" AND ")))?;
        if let Some(expected) = returning {
            let nulls = vec!["NULL"; M::DECLARED.columns.len()].join(", ");
            out.push(" RETURNING ").push(M::COLUMNS).push(") SELECT ").outputs::<M>(expected);
            out.push(" FROM \"feedstock change\"");
            for refusal in refusals {
                out.push(" UNION ALL SELECT ").push(&nulls).push(" FROM ").push(refusal);
            }
        } else {
            out.push(
                " RETURNING 1) SELECT CASE WHEN \"all\" THEN (SELECT count(*) FROM \"feedstock change\") END",
            );
            out.push(" FROM \"feedstock parents\"");
        }
        Ok(())
    }

    /// Locks the live parents, and selects in `"feedstock parents"` whether these are all.
    fn look<M: Model>(&self, out: &mut Writer) -> Result<()> {
        let mut found = String::new();
        for (at, parent) in self.tables.iter().enumerate() {
            let key =
                parent.table.primary_key.and_then(|key| key.columns.first()).copied().unwrap_or_default();
            let keys = self.keys::<M>(parent, key, out)?;
            let live = parent
                .table
                .soft_delete
                .map_or_else(String::new, |column| format!(" AND {} IS NULL", ident(column)));
            let (key, table) = (ident(key), sql(parent.table));
            out.push(if at == 0 && self.at_most_one.is_none() { "WITH " } else { ", " });
            out.push(&format!(
                "\"feedstock parents {at}\" AS (SELECT {key} FROM {table} WHERE {key} = ANY ({keys}){live}{}{found} \
                 ORDER BY {key} FOR SHARE)",
                if at == 0 { "" } else { " AND " },
            ));
            let all = format!(
                "(SELECT count(*) FROM \"feedstock parents {at}\") = \
                 (SELECT count(DISTINCT \"feedstock key\") FROM unnest({keys}) AS \"feedstock key\")"
            );
            found = if at == 0 { all } else { format!("{found} AND {all}") };
        }
        out.push(", \"feedstock parents\" AS (SELECT ").push(&found).push(" AS \"all\")");
        Ok(())
    }

    /// The array of the keys to be found.
    fn keys<M: Model>(&self, parent: &Parent, key: &str, out: &mut Writer) -> Result<String> {
        let (_, column) = keys::column(parent.table, key);
        let mut array = String::new();
        for piece in keys::array(&parent.keys, &column)? {
            match piece {
                Piece::Text(text) => array.push_str(&text),
                Piece::Static(text) => array.push_str(text),
                Piece::Name(name) => array.push_str(&ident(name)),
                Piece::Bound(bound) => array.push_str(&out.bind_for_later(bound)),
            }
        }
        let Some(row) = &self.of_row else { return Ok(array) };
        let own = M::DECLARED.primary_key.map_or(&[][..], |key| key.columns);
        let mut is_row = Vec::new();
        for (column, value) in own.iter().zip(row) {
            is_row.push(format!("{} = {}", ident(column), out.bind_for_later(value.clone())));
        }
        Ok(format!(
            "ARRAY(SELECT \"feedstock key\" FROM unnest({array}) AS \"feedstock key\" WHERE NOT EXISTS \
             (SELECT FROM {} WHERE {} AND \"feedstock key\" IN ({})))",
            M::TABLE,
            is_row.join(" AND "),
            crate::ident::idents(&parent.columns),
        ))
    }
}

fn refused<M: Model>() -> Error {
    let relations = restricted(M::DECLARED);
    let parents =
        relations.map(|relation| format!("`{}` by `{}`", (relation.target)().table, relation.column));
    let message = format!(
        "a row of `{}` would refer to a deleted or missing parent, and nothing was written: it refers to {}",
        M::DECLARED.model,
        parents.collect::<Vec<_>>().join(", ")
    );
    Error::parent_deleted(message).help("restore the parent first, or refer to one that is live")
}

fn restricted(declared: &'static Declared) -> impl Iterator<Item = &'static DeclaredRelation> {
    let is_restricted = |relation: &&DeclaredRelation| {
        relation.kind == RelationKind::BelongsTo && relation.restrict_deleted_parent
    };
    declared.relations.iter().filter(is_restricted)
}

fn sql(declared: &Declared) -> String {
    declared.schema.map_or_else(|| ident(declared.table), |schema| qualified(schema, declared.table))
}
