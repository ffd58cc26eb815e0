//! Database -> [`Schema`]: a constant number of catalog queries in one read-only snapshot.
//!
//! The `search_path` is empty while we read, so that every name in every expression comes out qualified.

mod links;
mod objects;
mod prepared;
mod privileges;

use std::collections::BTreeMap;

use postgres::types::{Json, ToSql};
use postgres::{Client, GenericClient, IsolationLevel, Row};

use crate::ident::{attempts_table, object_name};
use crate::pin::pin_locally;
use crate::schema::{
    Column, Constraint, ConstraintKind, EnumType, Extension, Id, Identity, Index, Name, Namespace, Schema,
    Sequence, SequenceOptions, Table,
};
use crate::{Error, Result};

pub(crate) use prepared::Prepared;

/// The table in which refinery keeps the history: never a part of a schema.
pub const HISTORY_TABLE: &str = "refinery_schema_history";

/// The schema that holds the catalogs as they were before a file that is linted: never a part of a schema.
pub const BEFORE: &str = "feedstock_before";

/// What of a database is looked at.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The schemas that are looked at; empty is every one.
    pub schemas: Vec<String>,
    /// Relations left out: `name` in any schema, or `schema.name`.
    pub ignore: Vec<String>,
    /// Is everything but these schemas looked at?
    pub inverse: bool,
}

impl Default for Scope {
    fn default() -> Self {
        let ignore = vec![HISTORY_TABLE.to_owned(), attempts_table(HISTORY_TABLE)];
        Scope { schemas: Vec::new(), ignore, inverse: false }
    }
}

impl Scope {
    /// Leaves out a history that has another name, and what the runner keeps beside it.
    pub fn leave_out_history(&mut self, schema: &str, table: &str) {
        for name in [table.to_owned(), attempts_table(table)] {
            let name = format!("{schema}.{name}");
            if table != HISTORY_TABLE && !self.ignore.contains(&name) {
                self.ignore.push(name);
            }
        }
    }

    /// Are there schemas that are not looked at?
    pub(crate) fn is_partial(&self) -> bool {
        !self.schemas.is_empty()
    }

    /// The schemas that this one leaves out.
    pub(crate) fn others(&self) -> Self {
        Scope { inverse: true, ..self.clone() }
    }

    pub(crate) fn manages(&self, schema: &str) -> bool {
        schema != BEFORE && self.manages_others(schema)
    }

    fn manages_others(&self, schema: &str) -> bool {
        self.schemas.is_empty() || self.schemas.iter().any(|managed| managed == schema) != self.inverse
    }

    fn leaves_out(&self, name: &Name) -> bool {
        // What belongs to no schema is looked at whichever schemas are.
        (if name.schema.is_empty() { self.inverse } else { !self.manages(&name.schema) })
            || self
                .ignore
                .iter()
                .any(|ignored| *ignored == name.name || *ignored == format!("{}.{}", name.schema, name.name))
    }
}

/// Reads the schema of the database that `client` is connected to.
///
/// Sends one query a kind of object, whatever the number of objects, in one read-only transaction of
/// isolation level repeatable read. What is found and cannot be represented is listed in
/// [`Schema::unsupported`].
///
/// # Errors
/// When the server fails or is older than Postgres 14.
pub fn inspect(client: &mut Client, scope: &Scope) -> Result<Schema> {
    let mut transaction = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .map_err(failed)?;
    let schema = inspect_in(&mut transaction, scope, &mut Prepared::default())?;
    transaction.rollback().map_err(failed)?;
    Ok(schema)
}

/// Reads the schema as a transaction sees it, whose `search_path` is empty from then on. `prepared` belongs to the
/// session, which may be asked again.
///
/// # Errors
/// As of [`inspect`].
pub(crate) fn inspect_in(
    transaction: &mut impl GenericClient,
    scope: &Scope,
    prepared: &mut Prepared,
) -> Result<Schema> {
    inspect_by_oid(transaction, scope, prepared).map(|(schema, _)| schema)
}

/// As [`inspect_in`], also with what each object identifier stands for: an object that is renamed keeps its own.
///
/// # Errors
/// As of [`inspect`].
pub(crate) fn inspect_by_oid(
    transaction: &mut impl GenericClient,
    scope: &Scope,
    prepared: &mut Prepared,
) -> Result<(Schema, ByOid)> {
    pin_locally(transaction)?;
    let mut reader = Reader { scope, schema: Schema::default(), found: Found::default() };
    reader.read(&mut Asked { transaction, prepared })?;
    let Found { objects, columns, .. } = reader.found;
    Ok((reader.schema, ByOid { objects, columns }))
}

/// What object identifiers stand for.
#[derive(Debug, Default)]
pub(crate) struct ByOid {
    objects: BTreeMap<Address, Id>,
    columns: BTreeMap<(u32, i32), Id>,
}

impl ByOid {
    /// The objects that have another name or schema in `after`: the old one and the new one.
    pub(crate) fn renamed(&self, after: &ByOid) -> Vec<(Id, Id)> {
        let objects = self.objects.iter().filter_map(|(oid, old)| Some((old, after.objects.get(oid)?)));
        let columns = self.columns.iter().filter_map(|(oid, old)| Some((old, after.columns.get(oid)?)));
        let renamed = objects.chain(columns).filter(|(old, new)| old != new);
        renamed.map(|(old, new)| (old.clone(), new.clone())).collect()
    }
}

fn failed(error: postgres::Error) -> Error {
    Error::database("cannot read the catalogs").because(error)
}

/// The catalogs' classes, as `pg_depend` names them.
const NAMESPACE: &str = "pg_namespace";
const EXTENSION: &str = "pg_extension";
const RELATION: &str = "pg_class";
const TYPE: &str = "pg_type";
const DEFAULT: &str = "pg_attrdef";
const CONSTRAINT: &str = "pg_constraint";

struct Reader<'a> {
    scope: &'a Scope,
    schema: Schema,
    found: Found,
}

/// A catalog and an object identifier in it.
type Address = (u32, u32);

/// What each object identifier stands for.
#[derive(Default)]
struct Found {
    /// The object identifiers of the catalogs, as `pg_depend` has them.
    classes: BTreeMap<String, u32>,
    objects: BTreeMap<Address, Id>,
    columns: BTreeMap<(u32, i32), Id>,
    tables: BTreeMap<u32, Name>,
    identities: BTreeMap<u32, Name>,
    parents: BTreeMap<u32, Vec<u32>>,
}

impl Reader<'_> {
    fn read(&mut self, db: &mut Asked<'_, impl GenericClient>) -> Result<()> {
        let catalogs = db.rows(include_str!("catalogs.sql"), &[])?;
        self.found.classes = catalogs.iter().map(|row| (row.get(0), row.get(1))).collect();
        for (query, each) in QUERIES {
            self.each(db, query, *each)?;
        }
        let present = db.rows(include_str!("present.sql"), &[])?;
        let present = present.iter().map(|row| (row.get(0), row.get(1))).collect();
        self.each(db, &objects::query(&present), objects::object)?;
        for (query, each) in QUERIES_ABOUT_OBJECTS {
            self.each(db, query, *each)?;
        }
        objects::user_mappings(self, db)?;
        if !self.scope.manages("public") {
            // Every database has it; what is not managed must not look as if it had been dropped.
            self.schema.namespaces.insert("public".to_owned(), Namespace { comment: None });
        }
        links::links(&mut self.schema, &self.found.tables, &self.found.parents);
        self.dependencies(db)?;
        let unsupported =
            db.rows(include_str!("unsupported.sql"), &[&self.scope.schemas, &self.scope.ignore])?;
        self.schema.unsupported.extend(unsupported.iter().map(|row| row.get::<_, String>(0)));
        self.schema.unsupported.sort();
        Ok(())
    }

    fn each(&mut self, db: &mut Asked<'_, impl GenericClient>, query: &str, each: Each) -> Result<()> {
        db.rows(query, &[])?.iter().for_each(|row| each(self, row));
        Ok(())
    }

    fn class(&self, catalog: &str) -> u32 {
        self.found.classes.get(catalog).copied().unwrap_or_default()
    }

    fn found(&mut self, catalog: &str, oid: u32, id: Id) {
        self.found.objects.insert((self.class(catalog), oid), id);
    }

    fn dependencies(&mut self, db: &mut Asked<'_, impl GenericClient>) -> Result<()> {
        let rows = db.rows(include_str!("dependencies.sql"), &[])?;
        let edges: Vec<Edge> = rows.iter().map(edge).collect();
        self.stand_in(&edges);
        let relations = self.class(RELATION);
        for edge in edges.iter().filter(|edge| edge.kind != b'e') {
            if let (Some(from), Some(to)) = (
                self.resolve(relations, edge.from, edge.from_column),
                self.resolve(relations, edge.to, edge.to_column),
            ) {
                if from == to {
                    continue;
                }
                // Postgres 14 says of a generated column what later ones say of its expression.
                let of_expression = match (from, to) {
                    (Id::Column(table, column), Id::Column(..) | Id::Routine(..) | Id::Other(..)) => {
                        Some(Id::Default(table.clone(), column.clone()))
                    }
                    _ => None,
                };
                // Dropped with its column, but made before it.
                if !matches!(from, Id::Sequence(_)) || !matches!(to, Id::Column(..)) {
                    let from = of_expression.unwrap_or_else(|| from.clone());
                    self.schema.dependencies.add(from, to.clone());
                }
            }
        }
        Ok(())
    }

    /// A member of an extension stands for the extension, the rule of a view for the view, a row type for its table, an
    /// array type for its element, a multirange type for its range, and so on.
    fn stand_in(&mut self, edges: &[Edge]) {
        let [relations, types, defaults, constraints] =
            [RELATION, TYPE, DEFAULT, CONSTRAINT].map(|catalog| self.class(catalog));
        let members = ["pg_amop", "pg_amproc"].map(|catalog| self.class(catalog));
        let families = ["pg_opfamily", "pg_opclass"].map(|catalog| self.class(catalog));
        let is_view = |object: &Address| matches!(self.found.objects.get(object), Some(Id::View(..)));
        let belongs = |edge: &&Edge| match (edge.kind, edge.from.0, edge.to.0) {
            (b'e' | b'i', ..) => true,
            // The default of a view's column; the constraint of a domain.
            (b'a', from, to) => {
                (from == defaults && to == relations)
                    || (from == constraints && (to == types || to == relations && is_view(&edge.to)))
                    || (members.contains(&from) && families.contains(&to))
            }
            _ => false,
        };
        let mut left: Vec<&Edge> = edges.iter().filter(belongs).collect();
        // What belongs to a part of something belongs to it too.
        loop {
            let before = left.len();
            left.retain(|edge| {
                if self.found.objects.contains_key(&edge.from) {
                    return false;
                }
                let whole = self.resolve(relations, edge.to, edge.to_column).cloned();
                let Some(whole) = whole else { return true };
                self.found.objects.insert(edge.from, whole);
                false
            });
            if left.len() == before {
                break;
            }
        }
    }

    /// `relations` is the catalog of relations, whose columns are objects too.
    fn resolve(&self, relations: u32, object: Address, column: i32) -> Option<&Id> {
        let found = if column > 0 && object.0 == relations {
            self.found.columns.get(&(object.1, column))
        } else {
            None
        };
        found.or_else(|| self.found.objects.get(&object))
    }
}

/// The queries of a transaction, some of which the session may have prepared before.
struct Asked<'t, C> {
    transaction: &'t mut C,
    prepared: &'t mut Prepared,
}

impl<C: GenericClient> Asked<'_, C> {
    fn rows(&mut self, query: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        self.prepared.rows(self.transaction, query, parameters).map_err(failed)
    }
}

/// A row of `pg_depend`.
struct Edge {
    from: Address,
    from_column: i32,
    to: Address,
    to_column: i32,
    kind: u8,
}

fn edge(row: &Row) -> Edge {
    Edge {
        from: (row.get(0), row.get(1)),
        from_column: row.get(2),
        to: (row.get(3), row.get(4)),
        to_column: row.get(5),
        kind: row.get::<_, i8>(6).cast_unsigned(),
    }
}

/// What is done with each row of a query.
type Each = fn(&mut Reader<'_>, &Row);

/// One query a kind of object, in an order in which each finds what it belongs to.
const QUERIES: &[(&str, Each)] = &[
    (include_str!("namespaces.sql"), namespace),
    (include_str!("extensions.sql"), extension),
    (include_str!("enums.sql"), enum_type),
    (include_str!("tables.sql"), table),
    (include_str!("columns.sql"), column),
    (include_str!("sequences.sql"), sequence),
    (include_str!("constraints.sql"), constraint),
    (include_str!("indexes.sql"), index),
];

/// The same, of what may belong to the objects that are their text.
const QUERIES_ABOUT_OBJECTS: &[(&str, Each)] = &[
    (include_str!("settings.sql"), objects::setting),
    (include_str!("privileges.sql"), privileges::privilege),
    (include_str!("default_privileges.sql"), privileges::default_privilege),
];

/// The kinds of objects that are their text, in one query.
const OBJECTS: &str = concat!(
    include_str!("types.sql"),
    "UNION ALL\n",
    include_str!("views.sql"),
    "UNION ALL\n",
    include_str!("routines.sql"),
    "UNION ALL\n",
    include_str!("on_relations.sql"),
    "UNION ALL\n",
    include_str!("others.sql"),
    "UNION ALL\n",
    include_str!("publications.sql"),
);

/// The same of foreign data; its parts share a `WITH`.
const FOREIGN: &str = include_str!("foreign.sql");

fn namespace(reader: &mut Reader<'_>, row: &Row) {
    let name: String = row.get(1);
    if !reader.scope.manages(&name) {
        return;
    }
    reader.found(NAMESPACE, row.get(0), Id::Namespace(name.clone()));
    let standard = name == "public" && row.get::<_, Option<&str>>(2) == Some("standard public schema");
    let comment = if standard { None } else { row.get(2) };
    reader.schema.namespaces.insert(name, Namespace { comment });
}

fn extension(reader: &mut Reader<'_>, row: &Row) {
    let name: String = row.get(1);
    if reader.scope.leaves_out(&Name::new(row.get::<_, String>(2), name.clone())) {
        return;
    }
    reader.found(EXTENSION, row.get(0), Id::Extension(name.clone()));
    let found =
        Extension { schema: row.get(2), version: row.get(4), is_default: row.get(5), comment: row.get(3) };
    reader.schema.extensions.insert(name, found);
}

fn enum_type(reader: &mut Reader<'_>, row: &Row) {
    let name = Name::new(row.get::<_, String>(1), row.get::<_, String>(2));
    if reader.scope.leaves_out(&name) {
        return;
    }
    reader.found(TYPE, row.get(0), Id::Enum(name.clone()));
    let found = EnumType { name: name.clone(), labels: row.get(3), comment: row.get(4) };
    reader.schema.enums.insert(name, found);
}

/// A name in two columns, where there is one.
fn two(row: &Row, column: usize) -> Option<Name> {
    let parts = row.get::<_, Option<String>>(column).zip(row.get(column + 1));
    parts.map(|(schema, name)| Name { schema, name })
}

fn table(reader: &mut Reader<'_>, row: &Row) {
    let name = Name::new(row.get::<_, String>(1), row.get::<_, String>(2));
    if reader.scope.leaves_out(&name) {
        return;
    }
    let oid = row.get(0);
    reader.found(RELATION, oid, Id::Table(name.clone()));
    reader.found.tables.insert(oid, name.clone());
    reader.found.parents.insert(oid, row.get(8));
    let found = Table {
        name: name.clone(),
        parents: Vec::new(),
        bound: row.get(9),
        partition_by: row.get(10),
        of_type: two(row, 11),
        columns: Vec::new(),
        constraints: BTreeMap::new(),
        unlogged: row.get(3),
        row_security: row.get(6),
        force_row_security: row.get(7),
        options: row.get(4),
        comment: row.get(5),
    };
    reader.schema.tables.insert(name, found);
}

fn column(reader: &mut Reader<'_>, row: &Row) {
    let (oid, number): (u32, i16) = (row.get(0), row.get(1));
    let Some(table) = reader.found.tables.get(&oid).cloned() else { return };
    let name: String = row.get(2);
    let id = Id::Column(table.clone(), name.clone());
    reader.found.columns.insert((oid, i32::from(number)), id);
    if let Some(default) = row.get::<_, Option<u32>>(11) {
        reader.found(DEFAULT, default, Id::Default(table.clone(), name.clone()));
    }
    let expression: Option<String> = row.get(6);
    let (default, generated) = match row.get::<_, &str>(7) {
        "s" => (None, expression.map(|text| format!("({text}) STORED"))),
        "v" => (None, expression.map(|text| format!("({text}) VIRTUAL"))),
        _ => (expression, None),
    };
    let own = object_name(&table.name, &name, "not_null");
    let found = Column {
        name,
        not_null_name: row.get::<_, Option<String>>(15).filter(|name| *name != own),
        not_null_inherited: row.get(16),
        data_type: row.get(3),
        collation: row.get(4),
        not_null: row.get(5),
        default,
        generated,
        identity: identity(row.get(8)),
        properties: row.get::<_, Option<Json<_>>>(9).map(|Json(set)| set).unwrap_or_default(),
        type_storage: row.get(14),
        inherited: row.get(12),
        local: row.get(13),
        comment: row.get(10),
    };
    if let Some(table) = reader.schema.tables.get_mut(&table) {
        table.columns.push(found);
    }
}

/// An identity whose sequence is not read yet.
fn identity(kind: &str) -> Option<Identity> {
    let options = SequenceOptions {
        data_type: String::new(),
        start: 0,
        increment: 0,
        min: 0,
        max: 0,
        cache: 0,
        cycle: false,
    };
    (!kind.is_empty()).then(|| Identity { always: kind == "a", sequence: Name::new("", ""), options })
}

fn sequence(reader: &mut Reader<'_>, row: &Row) {
    let name = Name::new(row.get::<_, String>(1), row.get::<_, String>(2));
    let options = SequenceOptions {
        data_type: row.get(3),
        start: row.get(4),
        increment: row.get(5),
        min: row.get(6),
        max: row.get(7),
        cache: row.get(8),
        cycle: row.get(9),
    };
    let owner: Option<u32> = row.get(12);
    let table = owner.and_then(|oid| reader.found.tables.get(&oid).cloned());
    if owner.is_some() && table.is_none() {
        return;
    }
    let owned_by = table.zip(row.get::<_, Option<String>>(13));
    if row.get::<_, Option<&str>>(11) == Some("i") {
        if let Some((table, column)) = owned_by
            && let Some(table) = reader.schema.tables.get_mut(&table)
            && let Some(column) = table.columns.iter_mut().find(|found| found.name == column)
            && let Some(identity) = &mut column.identity
        {
            identity.sequence = name.clone();
            identity.options = options;
            reader.found.identities.insert(row.get(0), name);
        }
        return;
    }
    if reader.scope.leaves_out(&name) {
        return;
    }
    reader.found(RELATION, row.get(0), Id::Sequence(name.clone()));
    let found =
        Sequence { name: name.clone(), options, owned_by, unlogged: row.get(10), comment: row.get(14) };
    reader.schema.sequences.insert(name, found);
}

fn constraint(reader: &mut Reader<'_>, row: &Row) {
    let oid: u32 = row.get(1);
    let Some(table) = reader.found.tables.get(&oid).cloned() else { return };
    let numbers = row.get::<_, Option<Vec<i16>>>(5).unwrap_or_default();
    let columns =
        numbers.iter().filter_map(|number| match reader.found.columns.get(&(oid, i32::from(*number))) {
            Some(Id::Column(_, name)) => Some(name.clone()),
            _ => None,
        });
    let columns = columns.collect();
    let kind = match row.get::<_, &str>(3) {
        "p" => ConstraintKind::PrimaryKey,
        "u" => ConstraintKind::Unique,
        "c" => ConstraintKind::Check,
        "x" => ConstraintKind::Exclude,
        _ => ConstraintKind::ForeignKey,
    };
    let found = Constraint {
        name: row.get(2),
        kind,
        definition: row.get(4),
        columns,
        references: two(row, 6),
        inherited: row.get(11),
        local: row.get(12),
        no_inherit: row.get(15),
        attached_to: two(row, 13),
        comment: row.get(8),
        index_comment: row.get(10),
    };
    let id = found.id(&table);
    reader.found(CONSTRAINT, row.get(0), id.clone());
    if let Some(index) = row.get::<_, Option<u32>>(9) {
        reader.found(RELATION, index, id);
    }
    if let Some(table) = reader.schema.tables.get_mut(&table) {
        table.constraints.insert(found.name.clone(), found);
    }
}

fn index(reader: &mut Reader<'_>, row: &Row) {
    let table = Name::new(row.get::<_, String>(3), row.get::<_, String>(4));
    if reader.scope.leaves_out(&table) {
        return;
    }
    let name = Name::new(row.get::<_, String>(1), row.get::<_, String>(2));
    reader.found(RELATION, row.get(0), Id::Index(name.clone()));
    let found = Index {
        name: name.clone(),
        table,
        unique: row.get(5),
        partial: row.get(12),
        definition: row.get(6),
        statistics: row.get(7),
        attached_to: two(row, 9),
        valid: row.get(11),
        comment: row.get(8),
    };
    reader.schema.indexes.insert(name, found);
}
