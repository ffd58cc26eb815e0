//! Checks that need the whole struct.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use syn::{Error, LitStr};

use super::ast::{Field, Model};
use super::constraint::Constraint;
use super::field::{FieldAttrs, Identity};
use super::foreign_key::{ForeignKey, Target};
use crate::errors::Errors;
use crate::name::{self, did_you_mean};

/// Reports all errors of the model as a whole.
pub fn check(model: &Model, errors: &Errors) {
    for field in &model.fields {
        check_field(field, errors);
    }
    check_table(model, errors);
    check_columns(model, errors);
    check_primary_key(model, errors);
    check_soft_delete(model, errors);
    for constraint in model.constraints() {
        check_constraint(model, constraint, errors);
    }
    for key in model.foreign_keys() {
        check_foreign_key(model, key, errors);
    }
    check_names(model, errors);
    check_relations(model, errors);
}

impl Model<'_> {
    /// The primary key, the unique constraints and the indexes, from the struct and its fields.
    fn constraints(&self) -> impl Iterator<Item = &Constraint> {
        let attrs = &self.attrs;
        let own = attrs.primary_key.iter().chain(&attrs.uniques).chain(&attrs.indexes);
        own.chain(self.columns().flat_map(|field| field.attrs.uniques.iter().chain(&field.attrs.indexes)))
    }

    /// All foreign keys, those of the fields first.
    pub fn foreign_keys(&self) -> impl Iterator<Item = &ForeignKey> {
        self.columns().filter_map(|field| field.attrs.foreign_key()).chain(&self.attrs.foreign_keys)
    }

    /// The fields of the primary key in order.
    pub fn key_fields(&self) -> Vec<&Field<'_>> {
        match &self.attrs.primary_key {
            Some(key) => key.columns().filter_map(|column| self.column(column)).collect(),
            None => self.columns().filter(|field| field.attrs.primary_key.is_some()).collect(),
        }
    }
}

fn check_field(field: &Field, errors: &Errors) {
    let attrs = &field.attrs;
    if let Some(skip) = &attrs.skip
        && attrs.given.len() > 1
    {
        errors.at(skip, "a skipped field is no column: leave its other options out, or leave `skip` out");
        return;
    }
    check_value(attrs, errors);
    if let (Some(_), Some(references)) = (&attrs.belongs_to, &attrs.references) {
        errors.at(&references.token, "`belongs_to` refers already: leave one of them out");
    }
    if attrs.foreign_key().is_none() {
        if let Some(mark) = &attrs.restrict_deleted_parent {
            errors.at(mark, "`restrict_deleted_parent` is about a parent: add `belongs_to = Model`");
        }
        let options = [&attrs.options.on_delete, &attrs.options.on_update];
        for (name, _) in options.into_iter().flatten() {
            errors.at(name, format!("`{name}` needs a foreign key: write `belongs_to = Model, {name} = …`"));
        }
        if let Some((name, _)) = &attrs.options.deferrable {
            let message = "`deferrable` needs a foreign key (`belongs_to = Model, deferrable`) or stands in \
                           `unique(deferrable)`";
            errors.at(name, message);
        }
    }
    if let Some(from) = attrs.renamed_from.as_ref().filter(|from| from.value() == field.column) {
        errors.at(
            from,
            "this is the column's name already: write the name that it had before, or leave this out",
        );
    }
    if field.column.len() > 63 {
        errors.at(
            field.ident,
            "Postgres cuts names after 63 bytes: give the column a shorter one with `rename = \"…\"`",
        );
    }
}

/// A column has at most one source of its value.
fn check_value(attrs: &FieldAttrs, errors: &Errors) {
    let default = attrs.default.as_ref().map(|(name, _)| name);
    let generated = attrs.generated.as_ref().map(|(name, _)| name);
    let identity = attrs.identity.as_ref().filter(|(_, kind)| *kind != Identity::None).map(|(name, _)| name);
    let sources = [generated, identity, attrs.created_at.as_ref(), attrs.updated_at.as_ref(), default];
    if let (Some(version), Some(other)) = (&attrs.version, generated.or(identity)) {
        errors.at(version, format!("a version counts by itself: leave `{other}` out"));
    }
    let mut sources = sources.into_iter().flatten();
    let Some(first) = sources.next() else { return };
    for second in sources {
        let message =
            format!("`{first}` and `{second}` both say where the value comes from: leave one of them out");
        errors.at(second, message);
    }
}

fn check_table(model: &Model, errors: &Errors) {
    let table = model.table();
    if model.attrs.table.is_none() && table.len() > 63 {
        let message =
            "Postgres cuts names after 63 bytes: give the table a shorter one with `#[model(table = \"…\")]`";
        errors.at(model.ident, message);
    }
    if let Some(view) = model.attrs.view.filter(|_| table.len() > 63 - "live_".len()) {
        let message = "Postgres cuts names after 63 bytes, and the view is called `live_` and the table's name: give \
                       the table a shorter one";
        errors.push(Error::new(view, message));
    }
    if let Some(from) = model.attrs.renamed_from.as_ref().filter(|from| from.value() == table) {
        errors.at(
            from,
            "this is the table's name already: write the name that it had before, or leave this out",
        );
    }
}

fn check_columns(model: &Model, errors: &Errors) {
    let mut seen = BTreeSet::new();
    for field in model.columns() {
        if !seen.insert(&field.column) {
            let message = format!("two fields are the column `{}`: rename one of them", field.column);
            match &field.attrs.rename {
                Some(rename) => errors.at(rename, message),
                None => errors.at(field.ident, message),
            }
        }
    }
    if seen.is_empty() && errors.is_empty() {
        errors.at(model.ident, "a model needs at least one field that is a column");
    }
    if let Some(mark) = model.attrs.borrowed
        && !model.columns().any(Field::borrows)
    {
        let message = "no field is a `String` or `Vec<u8>`, so that nothing would borrow: leave this out";
        errors.push(Error::new(mark, message));
    }
    for (option, of) in [
        ("created_at", (|attrs| attrs.created_at.as_ref()) as fn(&FieldAttrs) -> Option<&Ident>),
        ("updated_at", |attrs| attrs.updated_at.as_ref()),
        ("version", |attrs| attrs.version.as_ref()),
    ] {
        for again in model.columns().filter_map(|field| of(&field.attrs)).skip(1) {
            errors.at(again, format!("another field is `{option}` already: leave one of them out"));
        }
    }
}

fn check_primary_key(model: &Model, errors: &Errors) {
    let marked: Vec<_> = model.columns().filter_map(|field| field.attrs.primary_key.as_ref()).collect();
    let names =
        |keys: &[&Field]| keys.iter().map(|key| name::plain(key.ident)).collect::<Vec<_>>().join(", ");
    if let (Some(key), Some(_)) = (marked.first(), &model.attrs.primary_key) {
        errors.at(key, "the struct has `primary_key(…)` already: leave one of them out");
    } else if let [_, again, ..] = marked[..] {
        let columns = names(&model.key_fields());
        let message =
            format!("a table has one primary key: write `#[model(primary_key({columns}))]` on the struct");
        errors.at(again, message);
    }
    for field in model.key_fields() {
        if let Some(inner) = field.optional() {
            let inner = crate::grammar::source(inner);
            errors.at(field.ty, format!("a primary key is never NULL: write `{inner}`"));
        }
    }
}

fn check_soft_delete(model: &Model, errors: &Errors) {
    let Some(named) = &model.attrs.soft_delete else {
        if let Some(view) = model.attrs.view {
            errors.push(Error::new(view, "the view shows the live rows: say `soft_delete = deleted_at` too"));
        }
        for (option, _) in model.attrs.has_many.iter().filter_map(|many| many.on_soft_delete.as_ref()) {
            errors.at(
                option,
                "this model has no soft delete: say `soft_delete = deleted_at`, or leave this out",
            );
        }
        return;
    };
    let Some(field) = find(model, named, errors) else { return };
    if let Some((default, _)) = &field.attrs.default {
        errors.at(default, "rows would be born deleted: a soft-delete column has no default");
    }
}

/// The field that an option names.
fn find<'m, 'a>(model: &'m Model<'a>, named: &Ident, errors: &Errors) -> Option<&'m Field<'a>> {
    let found = model.column(named);
    if found.is_none() {
        let written = name::plain(named);
        let message = if let Some(field) = model.columns().find(|field| field.column == written) {
            format!("columns are named by their fields: write `{}`", field.ident)
        } else if model.fields.iter().any(|field| name::plain(field.ident) == written) {
            format!("the field `{written}` is skipped and no column")
        } else {
            let fields: Vec<_> = model.columns().map(|field| name::plain(field.ident)).collect();
            let near = did_you_mean(&written, fields.iter().map(String::as_str));
            format!("`{}` has no field `{written}`{near}", model.ident)
        };
        errors.at(named, message);
    }
    found
}

fn check_constraint(model: &Model, constraint: &Constraint, errors: &Errors) {
    find_all(model, constraint.columns(), &constraint.token, errors);
    find_all(model, constraint.include.iter(), &constraint.token, errors);
    let key: BTreeSet<_> = constraint.columns().map(name::plain).collect();
    for column in constraint.include.iter().filter(|column| key.contains(&name::plain(column))) {
        errors.at(column, "this column is a key already: leave it out of `include`");
    }
    check_live(model, constraint, errors);
    let Some((deferrable, _)) = &constraint.deferrable else { return };
    if constraint.predicate.is_some() || constraint.live.is_some() {
        errors.at(
            deferrable,
            "a partial unique is an index, which Postgres cannot defer: leave one of the two out",
        );
    } else if model.attrs.soft_delete.is_some() && constraint.with_deleted.is_none() {
        errors.at(
            deferrable,
            "a unique of a soft-delete model holds among live rows, which is an index, which Postgres cannot defer: \
             add `with_deleted` to hold among all rows, or leave `deferrable` out",
        );
    }
}

fn check_live(model: &Model, constraint: &Constraint, errors: &Errors) {
    let Constraint { live, with_deleted, token, .. } = constraint;
    let at = |span: Span, message: &str| errors.push(Error::new(span, message));
    match (live, with_deleted) {
        (Some(live), Some(_)) => {
            at(*live, "`live` and `with_deleted` contradict each other: leave one of them out")
        }
        (Some(live), None) if model.attrs.soft_delete.is_none() => at(
            *live,
            "nothing is ever deleted here: say `soft_delete = deleted_at` on the struct; a column of this name is \
             written `r#live`",
        ),
        (None, Some(word)) if model.attrs.soft_delete.is_none() => {
            at(
                word.span(),
                "nothing is ever deleted here: leave this out, or say `soft_delete = deleted_at` on the struct",
            );
        }
        (None, Some(word)) if token == "index" && constraint.unique.is_none() => {
            at(word.span(), "an index has all rows unless it says `live`: leave this out");
        }
        _ => {}
    }
}

/// Every column exists, and none is named twice.
fn find_all<'i>(model: &Model, columns: impl Iterator<Item = &'i Ident>, token: &Ident, errors: &Errors) {
    let mut seen = BTreeSet::new();
    for column in columns {
        find(model, column, errors);
        if !seen.insert(name::plain(column)) && token != "index" {
            errors.at(column, format!("`{column}` is named twice: leave one out"));
        }
    }
}

fn check_foreign_key(model: &Model, key: &ForeignKey, errors: &Errors) {
    find_all(model, key.columns.iter(), &key.token, errors);
    let referred = match &key.target {
        Target::Model { columns, .. } => columns.len(),
        Target::Table { columns, .. } => columns.len(),
    };
    if referred > 0 && referred != key.columns.len() {
        let message =
            format!("{} refer to {referred}: name as many on both sides", columns(key.columns.len()));
        errors.at(&key.token, message);
    }
}

fn columns(count: usize) -> String {
    format!("{count} column{}", if count == 1 { "" } else { "s" })
}

/// Reports names of constraints that are given twice.
fn check_names(model: &Model, errors: &Errors) {
    let attrs = &model.attrs;
    let constraints = model.constraints().filter_map(|constraint| constraint.name.as_ref());
    let checks =
        model.columns().flat_map(|field| &field.attrs.checks).chain(&attrs.checks).chain(&attrs.excludes);
    let checks = checks.filter_map(|check| check.name.as_ref());
    let keys = model.foreign_keys().filter_map(|key| key.options.name.as_ref());
    let mut seen = BTreeSet::new();
    for name in constraints.chain(checks).chain(keys) {
        if !seen.insert(LitStr::value(name)) {
            errors.at(
                name,
                format!("two constraints are called `{}`: give one of them another name", name.value()),
            );
        }
    }
}

fn check_relations(model: &Model, errors: &Errors) {
    let mut seen: BTreeSet<_> = model.columns().filter_map(Field::relation).collect();
    for relation in &model.attrs.has_many {
        if !seen.insert(name::plain(&relation.name)) {
            let message =
                format!("another relation is called `{}`: give this one another name", relation.name);
            errors.at(&relation.name, message);
        }
        let constant = name::plain(&relation.name).to_uppercase();
        if model.columns().any(|field| name::plain(field.ident).to_uppercase() == constant) {
            let message =
                format!("a column is called `{}` already: give the relation another name", relation.name);
            errors.at(&relation.name, message);
        }
    }
}

impl Field<'_> {
    /// The relation of a `belongs_to` is named after its field, without `_id`.
    pub fn relation(&self) -> Option<String> {
        self.attrs.belongs_to.as_ref()?;
        let name = name::plain(self.ident);
        Some(name.strip_suffix("_id").filter(|rest| !rest.is_empty()).unwrap_or(&name).to_owned())
    }
}

/// Is the unique key on this expression or column one of live rows only?
pub fn is_live(model: &Model, constraint: &Constraint) -> bool {
    let unique = constraint.token == "unique" || constraint.unique.is_some();
    constraint.live.is_some()
        || unique && model.attrs.soft_delete.is_some() && constraint.with_deleted.is_none()
}
