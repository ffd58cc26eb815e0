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
use crate::schema::data_type::{is_array, is_wider, reads_alike};
use crate::schema::{Column, Id, Name};

/// `ALTER COLUMN … TYPE`, with the conversion of old values where they need one.
pub(super) fn step(context: &Context<'_>, table: &Name, found: &Column, want: &Column) -> Step {
    let mut sql = format!("TYPE {}", want.data_type);
    // What a type brings along is said nowhere, so that a change back to it must be said.
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

/// What another collation does to a column's order, and to what is unique in it.
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
