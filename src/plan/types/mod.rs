//! Enums, domains, composite and range types.

pub(super) mod composite;
pub(super) mod domain;

use super::context::Context;
use super::hazard::Hazard;
use super::new_object;
use super::step::Step;
use crate::ddl;
use crate::diff::Change;
use crate::ident::{aside, literal, quote_ident};
use crate::schema::data_type::{element, is_array, is_builtin};
use crate::schema::{Id, Name, Property, Range, Schema};

use composite::{lost_attributes, unqualified};

pub(super) fn drop(context: &Context<'_>, id: &Id, name: &Name) -> Step {
    let step = Step::new(id, ddl::drop(id, context.current));
    if context.is_made_again(id) {
        return step;
    }
    step.hazard(Hazard::warns("drop-type", name, "a program that names it fails"))
}

pub(super) fn add_labels(context: &Context<'_>, name: &Name) -> Vec<Step> {
    let (Some(found), Some(want)) = (context.current.enums.get(name), context.wanted.enums.get(name)) else {
        return Vec::new();
    };
    let new = want.labels.iter().enumerate().filter(|(_, label)| !found.labels.contains(label));
    new.map(|(at, label)| {
        let before = want.labels[at..].iter().find(|label| found.labels.contains(label));
        let place = before.map(|label| format!(" BEFORE {}", literal(label))).unwrap_or_default();
        let sql = format!("ALTER TYPE {} ADD VALUE {}{place}", ddl::name(name), literal(label));
        Step::new(Id::Enum(name.clone()), sql)
    })
    .collect()
}

/// Labels that `current` does not have yet, as literals of SQL would name them.
pub(super) fn new_labels(context: &Context<'_>) -> Vec<String> {
    let labels = context.changes.iter().filter_map(|change| match change {
        Change::AddLabels(name) => Some((context.current.enums.get(name)?, context.wanted.enums.get(name)?)),
        _ => None,
    });
    labels
        .flat_map(|(found, want)| want.labels.iter().filter(|label| !found.labels.contains(label)))
        .cloned()
        .collect()
}

/// Renames the old type and creates the new one; and the drop of the old one, for when nothing uses it.
pub(super) fn replace_type(context: &Context<'_>, id: &Id) -> [Vec<Step>; 2] {
    let (Id::Enum(name) | Id::Type(name, _)) = id else { return [Vec::new(), Vec::new()] };
    let word = if let Id::Type(_, word) = id { word } else { "TYPE" };
    let old = aside(&name.name, |other| context.is_relation(&name.schema, other));
    let old = Name::new(&name.schema, old);
    let mut rename =
        Step::new(id, format!("ALTER {word} {} RENAME TO {}", ddl::name(name), quote_ident(&old.name)));
    rename.hazards.extend(lost(context, id, name));
    let mut before = vec![rename];
    before.extend(range_aside(context, id, &name.schema));
    before.extend(
        new_object::create(context, id, None).into_iter().map(|step| asks_for_more(context, id, step)),
    );
    [before, vec![Step::new(id, format!("DROP {word} {}", ddl::name(&old)))]]
}

/// Removes the default and checks of a domain that is about to be recreated, where they call a function that is dropped
/// before.
pub(super) fn let_go(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let found = context.current.objects.get(id).into_iter().flat_map(|found| &found.afterwards);
    let calls = found.filter(|it| matches!(it.property, Property::Default | Property::Check { .. }));
    calls.map(|it| Step::new(id, &*it.undoes)).collect()
}

/// A range type has a multirange type and functions that make both, which do not follow its name. Functions that take
/// what was renamed are in nobody's way.
fn range_aside(context: &Context<'_>, id: &Id, schema: &str) -> Vec<Step> {
    let details = context.current.objects.get(id).map(|found| &found.details);
    let Some((range, Range { subtype, multirange })) =
        details.and_then(|details| details.type_name.as_ref().zip(details.range.as_ref()))
    else {
        return Vec::new();
    };
    let old =
        |name: &str| quote_ident(&aside(&unqualified(name), |other| context.is_relation(schema, other)));
    let mut statements = vec![
        format!("ALTER TYPE {multirange} RENAME TO {}", old(multirange)),
        format!("ALTER FUNCTION {multirange}() RENAME TO {}", old(multirange)),
    ];
    // A subtype that is created anew has another name now.
    let of_new = context.current.dependencies.of(id).any(|on| context.has(&Change::ReplaceType(on.clone())));
    if !of_new || is_builtin(subtype) {
        statements.extend(["", ", text"].map(|bounds| {
            format!("ALTER FUNCTION {range}({subtype}, {subtype}{bounds}) RENAME TO {}", old(range))
        }));
    }
    statements.into_iter().map(|sql| Step::new(id, sql)).collect()
}

/// Does a column stay one of the multirange of a range type, which has another name then?
pub(super) fn multirange_renamed(context: &Context<'_>, column: &Id, found: &str, want: &str) -> bool {
    let is_of = |schema: &Schema, id: &Id, data_type: &str| {
        let range = schema.objects.get(id).and_then(|object| object.details.range.as_ref());
        range.is_some_and(|range| range.multirange == element(data_type))
    };
    let mut on = context.current.dependencies.of(column);
    is_array(found) == is_array(want)
        && on.any(|id| {
            let replaced = context.has(&Change::ReplaceType(id.clone()));
            replaced && is_of(context.current, id, found) && is_of(context.wanted, id, want)
        })
}

/// The hazard of a constraint that a recreated domain has and its predecessor had not.
fn asks_for_more(context: &Context<'_>, id: &Id, step: Step) -> Step {
    let [found, want] = [context.current, context.wanted]
        .map(|schema| schema.objects.get(id).map(|object| &object.afterwards[..]).unwrap_or_default());
    let new = want.iter().find(|new| new.does == step.sql && !found.contains(new));
    let hazard = new.filter(|_| rows_keep(context, id)).and_then(|new| domain::hazard(id, &new.property));
    step.with(hazard)
}

/// What existing values lose when their type is recreated: labels of an enum, attributes of a composite type.
fn lost(context: &Context<'_>, id: &Id, name: &Name) -> Vec<Hazard> {
    match id {
        _ if !rows_keep(context, id) => Vec::new(),
        Id::Enum(_) => lost_labels(context, name),
        _ => lost_attributes(context, id, name),
    }
}

fn lost_labels(context: &Context<'_>, name: &Name) -> Vec<Hazard> {
    let both = context.current.enums.get(name).zip(context.wanted.enums.get(name));
    let lost = both
        .into_iter()
        .flat_map(|(found, want)| found.labels.iter().filter(|label| !want.labels.contains(label)));
    let message = "fails if a row has the label; rows must be changed first";
    lost.map(|label| Hazard::destroys("drop-enum-value", format!("{name}.{label}"), message)).collect()
}

/// Does a column that stays hold values of this type, directly or within another type?
fn rows_keep(context: &Context<'_>, id: &Id) -> bool {
    context.current.dependencies.on(id).any(|dependent| match dependent {
        Id::Column(table, column) => context.wanted.column(table, column).is_some(),
        Id::Type(..) => rows_keep(context, dependent),
        _ => false,
    })
}
