//! A column's type or collation changes.

use super::values::Values;
use crate::ddl::{self, column};
use crate::diff::Change;
use crate::ident::quote_ident;
use crate::plan::change_type;
use crate::plan::context::Context;
use crate::plan::hazard::Hazard;
use crate::plan::step::Step;
use crate::plan::types::multirange_renamed;
use crate::schema::data_type::{converts, is_array, is_wider, reads_alike};
use crate::schema::{Column, ConstraintKind, EnumType, Id, Name, Schema};
use crate::sql::expression::allowed_texts;

/// `ALTER COLUMN … TYPE`, with the conversion of old values where they need one.
pub(super) fn step(context: &Context<'_>, table: &Name, found: &Column, want: &Column) -> Step {
    let mut sql = format!("TYPE {}", want.data_type);
    // A collation equal to the type's own is not in the schema, so a change back to it is written out.
    match (&found.collation, &want.collation) {
        (_, Some(collation)) => sql += &format!(" COLLATE {collation}"),
        (Some(_), None) => sql += " COLLATE pg_catalog.\"default\"",
        (None, None) => {}
    }
    let using = context.options.using.get(&(table.clone(), want.name.clone()));
    let id = Id::Column(table.clone(), want.name.clone());
    let replaced = (found.data_type == want.data_type && found.collation == want.collation)
        || multirange_renamed(context, &id, &found.data_type, &want.data_type);
    let mut values = Values::of(context, format!("{table}.{}", want.name));
    match using {
        Some(using) => sql += &format!(" USING {using}"),
        // A type that was made anew.
        None if replaced => {
            sql += &format!(" USING {}", values.converted(&id, &quote_ident(&want.name), &want.data_type));
        }
        None if from_allowed_texts(context, table, found, want) => {
            sql += &format!(" USING {}::{}", quote_ident(&want.name), want.data_type);
            values.hazards.extend(change_type::hazard(
                format!("{table}.{}", want.name),
                &found.data_type,
                &want.data_type,
            ));
            return Step::alter(&id, &ddl::name(table), column::action(&want.name, &sql))
                .with(values.hazards);
        }
        None => {}
    }
    let mut step = Step::alter(&id, &ddl::name(table), column::action(&want.name, &sql));
    let on = context.current.dependencies.of(&id);
    // A label is its text.
    let was_enum = on.into_iter().any(|on| matches!(on, Id::Enum(_))) && !is_array(&found.data_type);
    let from = if was_enum { "text" } else { &found.data_type };
    step.hazards.extend(values.hazards);
    step.hazards.extend(collation_hazards(context, table, found, want));
    if replaced || using.is_some() || is_wider(from, &want.data_type) {
        let object = format!("{table}.{}", want.name);
        return step.with(change_type::hazard(object, &found.data_type, &want.data_type));
    }
    let message = format!("{} to {}: values may not fit or may be changed", found.data_type, want.data_type);
    step.hazard(Hazard::destroys("narrow-type", format!("{table}.{}", want.name), &message))
}

/// The conversion to say with `--using`, where Postgres has none for a type that changes: `a::text::public.mood`.
pub(in crate::plan) fn needed_conversion(
    context: &Context<'_>,
    table: &Name,
    found: &Column,
    want: &Column,
) -> Option<String> {
    let has_none = match (enum_of(context.current, table, found), enum_of(context.wanted, table, want)) {
        (Some(from), Some(to)) => from.name != to.name,
        (None, Some(_)) => true,
        (Some(_), None) => !converts("text", &want.data_type),
        (None, None) => !converts(&found.data_type, &want.data_type),
    };
    let is_said = context.options.using.contains_key(&(table.clone(), want.name.clone()));
    if !has_none || is_said || is_array(&found.data_type) != is_array(&want.data_type) {
        return None;
    }
    let by_text = if reads_alike(&found.data_type, "text") { "" } else { "::text" };
    (!from_allowed_texts(context, table, found, want))
        .then(|| format!("{}{by_text}::{}", quote_ident(&want.name), want.data_type))
}

/// The enum that is a column's type; none of an array.
fn enum_of<'a>(schema: &'a Schema, table: &Name, column: &Column) -> Option<&'a EnumType> {
    let id = Id::Column(table.clone(), column.name.clone());
    let mut on = schema.dependencies.of(&id);
    on.find_map(|on| match on {
        Id::Enum(name) if !is_array(&column.data_type) => schema.enums.get(name),
        _ => None,
    })
}

/// Does a text become an enum whose labels are all that a valid check allows the text to be?
fn from_allowed_texts(context: &Context<'_>, table: &Name, found: &Column, want: &Column) -> bool {
    let Some(to) = enum_of(context.wanted, table, want) else { return false };
    let checks = context.current.tables.get(table).into_iter().flat_map(|table| table.constraints.values());
    let of_it = checks.filter(|check| {
        check.kind == ConstraintKind::Check && check.parts().valid && check.columns == [found.name.as_str()]
    });
    let allowed = of_it.filter_map(|check| allowed_texts(&check.definition, &found.name));
    enum_of(context.current, table, found).is_none()
        && allowed.into_iter().any(|texts| texts.iter().all(|text| to.labels.contains(text)))
}

/// Hazards of another collation: the order of values, and unique indexes that may find duplicates.
fn collation_hazards(context: &Context<'_>, table: &Name, found: &Column, want: &Column) -> Vec<Hazard> {
    let id = Id::Column(table.clone(), want.name.clone());
    let is_one = |on: &&Id| matches!(on, Id::Type(_, word) if word == "COLLATION");
    let collation = context.wanted.dependencies.of(&id).find(is_one);
    let is_new = collation.is_some_and(|it| context.has(&Change::ReplaceType(it.clone())));
    if !reads_alike(&found.data_type, &want.data_type) || (found.collation == want.collation && !is_new) {
        return Vec::new();
    }
    let object = format!("{table}.{}", want.name);
    let order = Hazard::warns("change-collation", object, "its values are compared and sorted otherwise");
    let collation = collation.and_then(|id| context.wanted.objects.get(id));
    let unequal_become_equal = collation.is_some_and(|it| it.details.nondeterministic);
    let unique = context
        .wanted
        .dependencies
        .on(&id)
        .filter(|it| unequal_become_equal && !context.has(&Change::Create((*it).clone())));
    let unique = unique.filter_map(|it| match it {
        Id::Index(name) => {
            context.wanted.indexes.get(name).filter(|index| index.unique).map(|_| name.to_string())
        }
        Id::Constraint(of, name) => {
            context.wanted.constraint(of, name).filter(|key| key.has_index()).map(|_| format!("{of}.{name}"))
        }
        _ => None,
    });
    let fails = unique.map(|object| {
        Hazard::warns("add-unique", object, "fails if two rows are alike to the new collation")
    });
    [order].into_iter().chain(fails).collect()
}
