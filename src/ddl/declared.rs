//! What models declare -> SQL, as their authors wrote it. Names that a model leaves open are left to Postgres.

use std::collections::BTreeMap;

use crate::ident::{ident, idents, literal, qualified};
use crate::model::{
    Action, Declared, DeclaredColumn, DeclaredDefault, DeclaredEnum, DeclaredForeignKey, DeclaredIndex,
    DeclaredUnique, Deferrable, Identity, IndexOn, SqlType, Target,
};
use crate::schema::Name;
use crate::{Error, Result};

/// A statement, and the model that asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) sql: String,
    pub(crate) model: String,
}

/// Everything that builds the tables of `models`, in an order that works.
///
/// `order` gives the columns that a table has already, in their physical order: they come first, new ones
/// follow in the order of the fields. A column stands there under the name that it is to have.
pub(crate) fn build(models: &[&Declared], order: &BTreeMap<Name, Vec<String>>) -> Result<Vec<Statement>> {
    one_model_a_table(models)?;
    let mut statements = schemas(models);
    statements.extend(enums(models)?);
    let each = |make: fn(&Declared) -> Vec<String>| {
        let of_model = move |model: &&Declared| {
            let name = origin(model);
            make(model).into_iter().map(move |sql| Statement { sql, model: name.clone() }).collect::<Vec<_>>()
        };
        models.iter().flat_map(of_model).collect::<Vec<_>>()
    };
    let order_of = |model: &Declared| order.get(&table_name(model)).map_or(&[][..], Vec::as_slice);
    for model in models {
        statements.push(Statement { sql: create_table(model, order_of(model)), model: origin(model) });
    }
    statements.extend(each(indexes));
    statements.extend(each(foreign_keys));
    statements.extend(each(comments));
    for model in models.iter().filter(|model| model.view) {
        let views = live_view(model, order_of(model)).into_iter();
        statements.extend(views.map(|sql| Statement { sql, model: origin(model) }));
    }
    Ok(statements)
}

/// The table of a model.
pub(crate) fn table_name(model: &Declared) -> Name {
    Name::new(model.schema.unwrap_or("public"), model.table)
}

/// The type of a declared enum.
pub(crate) fn enum_name(found: &DeclaredEnum) -> Name {
    Name::new(found.schema.unwrap_or("public"), found.name)
}

/// The enums that the columns of `models` use, each once.
pub(crate) fn enums_of(models: &[&Declared]) -> Result<BTreeMap<Name, &'static DeclaredEnum>> {
    let mut enums: BTreeMap<Name, &'static DeclaredEnum> = BTreeMap::new();
    for model in models {
        for found in model.columns.iter().filter_map(|column| column.ty.pg_enum) {
            if let Some(other) = enums.insert(enum_name(found), found)
                && other != found
            {
                return Err(Error::usage(format!(
                    "two Rust enums declare the Postgres enum {} with different labels",
                    enum_name(found)
                ))
                .help("give one of them another name: #[pg_enum(name = \"…\")]"));
            }
        }
    }
    Ok(enums)
}

fn origin(model: &Declared) -> String {
    format!("{}::{}", model.module, model.model)
}

fn one_model_a_table(models: &[&Declared]) -> Result<()> {
    let mut seen: BTreeMap<Name, &Declared> = BTreeMap::new();
    for model in models {
        if let Some(other) = seen.insert(table_name(model), model) {
            return Err(Error::usage(format!(
                "{} and {} declare the same table {}",
                origin(other),
                origin(model),
                table_name(model)
            ))
            .help("one table has one model; for a second shape of its rows use #[derive(Row)]"));
        }
    }
    Ok(())
}

fn schemas(models: &[&Declared]) -> Vec<Statement> {
    let of_tables = models.iter().map(|model| (model.schema, origin(model)));
    let of_enums = models.iter().flat_map(|model| {
        model.columns.iter().filter_map(|column| Some((column.ty.pg_enum?.schema, origin(model))))
    });
    let named: BTreeMap<&str, String> =
        of_tables.chain(of_enums).filter_map(|(schema, model)| Some((schema?, model))).collect();
    named
        .into_iter()
        .map(|(schema, model)| Statement {
            sql: format!("CREATE SCHEMA IF NOT EXISTS {}", ident(schema)),
            model,
        })
        .collect()
}

fn enums(models: &[&Declared]) -> Result<Vec<Statement>> {
    let mut statements = Vec::new();
    for (name, found) in enums_of(models)? {
        let labels: Vec<String> = found.labels.iter().map(|label| literal(label.name)).collect();
        let name = qualified(&name.schema, &name.name);
        let model = format!("the enum {}", found.name);
        let sql = format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", "));
        statements.push(Statement { sql, model: model.clone() });
        if let Some(comment) = found.comment {
            let sql = format!("COMMENT ON TYPE {name} IS {}", literal(comment));
            statements.push(Statement { sql, model });
        }
    }
    Ok(statements)
}

fn table(model: &Declared) -> String {
    qualified(model.schema.unwrap_or("public"), model.table)
}

/// The columns in the order that the table has or gets.
fn in_order<'m>(model: &'m Declared, order: &[String]) -> Vec<&'m DeclaredColumn> {
    let mut columns: Vec<&DeclaredColumn> = model.columns.iter().collect();
    let place = |column: &DeclaredColumn| order.iter().position(|name| name == column.name);
    // A stable sort: columns that the table does not have yet keep the order of the fields.
    columns.sort_by_key(|column| place(column).unwrap_or(order.len()));
    columns
}

/// The live rows as a view. It can be written to, and a row is soft-deleted through it: no check option forbids that.
fn live_view(model: &Declared, order: &[String]) -> [String; 2] {
    let view = qualified(model.schema.unwrap_or("public"), &format!("live_{}", model.table));
    let columns: Vec<&str> = in_order(model, order).iter().map(|column| column.name).collect();
    let deleted_at = ident(model.soft_delete.unwrap_or_default());
    let (columns, table) = (idents(&columns), table(model));
    let comment = literal(&format!("The rows of {} that are not deleted.", model.table));
    [
        format!("CREATE VIEW {view} AS SELECT {columns} FROM {table} WHERE {deleted_at} IS NULL"),
        format!("COMMENT ON VIEW {view} IS {comment}"),
    ]
}

fn create_table(model: &Declared, order: &[String]) -> String {
    let mut lines: Vec<String> =
        in_order(model, order).into_iter().map(|found| column(model, found)).collect();
    lines.extend(
        model.primary_key.map(|key| format!("{}PRIMARY KEY ({})", named(key.name), idents(key.columns))),
    );
    lines.extend(model.uniques.iter().filter(|unique| !is_partial(unique)).map(unique_constraint));
    lines.extend(
        model
            .checks
            .iter()
            .filter(|check| check.column.is_none())
            .map(|check| format!("{}CHECK ({})", named(check.name), check.expression)),
    );
    lines.extend(
        model.excludes.iter().map(|exclude| format!("{}EXCLUDE {}", named(exclude.name), exclude.definition)),
    );
    format!("CREATE TABLE {} (\n    {}\n)", table(model), lines.join(",\n    "))
}

fn column(model: &Declared, column: &DeclaredColumn) -> String {
    let mut text = format!("{} {}", ident(column.name), data_type(column));
    if let Some(collation) = column.collation {
        text += &format!(" COLLATE {collation}");
    }
    if !column.nullable {
        text += " NOT NULL";
    }
    match column.default {
        Some(DeclaredDefault::Sql(expression)) => text += &format!(" DEFAULT ({expression})"),
        Some(DeclaredDefault::Literal(literal)) => text += &format!(" DEFAULT {}", literal()),
        None => {}
    }
    if let Some(expression) = column.generated {
        text += &format!(" GENERATED ALWAYS AS ({expression}) STORED");
    }
    match column.identity {
        Some(Identity::Always) => text += " GENERATED ALWAYS AS IDENTITY",
        Some(Identity::ByDefault) => text += " GENERATED BY DEFAULT AS IDENTITY",
        None => {}
    }
    if let Some(labels) = column.ty.labels {
        text += &format!(" CHECK ({})", one_of(column, labels));
    }
    for check in model.checks.iter().filter(|check| check.column == Some(column.name)) {
        text += &format!(" {}CHECK ({})", named(check.name), check.expression);
    }
    text
}

fn one_of(column: &DeclaredColumn, labels: &[&str]) -> String {
    let labels: Vec<String> = labels.iter().map(|label| literal(label)).collect();
    let (name, labels) = (ident(column.name), labels.join(", "));
    if column.ty.dimensions == 0 {
        format!("{name} IN ({labels})")
    } else {
        format!("{name} <@ ARRAY[{labels}]::{}", data_type(column))
    }
}

fn data_type(column: &DeclaredColumn) -> String {
    if let Some(written) = column.sql_type {
        return written.to_owned();
    }
    let SqlType { name, dimensions, pg_enum, .. } = column.ty;
    let name = match pg_enum {
        Some(found) => qualified(found.schema.unwrap_or("public"), found.name),
        None => name.to_owned(),
    };
    name + &"[]".repeat(usize::from(dimensions))
}

fn named(name: Option<&str>) -> String {
    name.map(|name| format!("CONSTRAINT {} ", ident(name))).unwrap_or_default()
}

fn is_partial(unique: &DeclaredUnique) -> bool {
    unique.live || unique.predicate.is_some()
}

fn unique_constraint(unique: &DeclaredUnique) -> String {
    let distinct = if unique.nulls_not_distinct { "NULLS NOT DISTINCT " } else { "" };
    format!(
        "{}UNIQUE {distinct}({}){}{}",
        named(unique.name),
        idents(unique.columns),
        include(unique.include),
        deferrable(unique.deferrable)
    )
}

fn include(columns: &[&str]) -> String {
    if columns.is_empty() { String::new() } else { format!(" INCLUDE ({})", idents(columns)) }
}

fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE INITIALLY IMMEDIATE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

fn indexes(model: &Declared) -> Vec<String> {
    let uniques = model.uniques.iter().filter(|unique| is_partial(unique)).map(|unique| {
        let distinct = if unique.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
        format!(
            "CREATE UNIQUE INDEX {}ON {} ({}){}{distinct}{}",
            unique.name.map(|name| ident(name) + " ").unwrap_or_default(),
            table(model),
            idents(unique.columns),
            include(unique.include),
            predicate(model, unique.live, unique.predicate)
        )
    });
    uniques.chain(model.indexes.iter().map(|found| index(model, found))).collect()
}

fn index(model: &Declared, index: &DeclaredIndex) -> String {
    let keys: Vec<String> = index
        .keys
        .iter()
        .map(|key| {
            let mut text = match key.on {
                IndexOn::Column(column) => ident(column),
                IndexOn::Expression(expression) => format!("({expression})"),
            };
            if let Some(collation) = key.collation {
                text += &format!(" COLLATE {collation}");
            }
            if let Some(opclass) = key.opclass {
                text += &format!(" {opclass}");
            }
            if key.descending {
                text += " DESC";
            }
            match key.nulls_first {
                Some(true) => text += " NULLS FIRST",
                Some(false) => text += " NULLS LAST",
                None => {}
            }
            text
        })
        .collect();
    format!(
        "CREATE {}INDEX {}ON {} USING {} ({}){}{}{}{}",
        if index.unique { "UNIQUE " } else { "" },
        index.name.map(|name| ident(name) + " ").unwrap_or_default(),
        table(model),
        index.method.unwrap_or("btree"),
        keys.join(", "),
        include(index.include),
        if index.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" },
        index.with.map(|with| format!(" WITH ({with})")).unwrap_or_default(),
        predicate(model, index.live, index.predicate)
    )
}

fn predicate(model: &Declared, live: bool, written: Option<&str>) -> String {
    let live = model.soft_delete.filter(|_| live).map(|column| format!("{} IS NULL", ident(column)));
    match (live, written) {
        (None, None) => String::new(),
        (Some(live), None) => format!(" WHERE {live}"),
        (None, Some(written)) => format!(" WHERE {written}"),
        (Some(live), Some(written)) => format!(" WHERE {live} AND ({written})"),
    }
}

fn foreign_keys(model: &Declared) -> Vec<String> {
    model.foreign_keys.iter().map(|key| foreign_key(model, key)).collect()
}

fn foreign_key(model: &Declared, key: &DeclaredForeignKey) -> String {
    let target = match key.target {
        Target::Model(target) => table(target()),
        Target::Table(schema, name) => qualified(schema.unwrap_or("public"), name),
    };
    let columns = if key.target_columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", idents(key.target_columns))
    };
    let action = |event: &str, action: Option<Action>| {
        let words = match action {
            None => return String::new(),
            Some(Action::Restrict) => "RESTRICT",
            Some(Action::Cascade) => "CASCADE",
            Some(Action::SetNull) => "SET NULL",
            Some(Action::SetDefault) => "SET DEFAULT",
        };
        format!(" ON {event} {words}")
    };
    format!(
        "ALTER TABLE {} ADD {}FOREIGN KEY ({}) REFERENCES {target}{columns}{}{}{}",
        table(model),
        named(key.name),
        idents(key.columns),
        action("DELETE", key.on_delete),
        action("UPDATE", key.on_update),
        deferrable(key.deferrable)
    )
}

fn comments(model: &Declared) -> Vec<String> {
    let of_table =
        model.comment.map(|comment| format!("COMMENT ON TABLE {} IS {}", table(model), literal(comment)));
    let of_columns = model.columns.iter().filter_map(|column| {
        let comment = literal(column.comment?);
        Some(format!("COMMENT ON COLUMN {}.{} IS {comment}", table(model), ident(column.name)))
    });
    of_table.into_iter().chain(of_columns).collect()
}
