//! Refusals: hazards that must be acknowledged, questions that must be answered, and the option that does so.

use std::fmt;

use serde::Serialize;

use super::column::needed_conversion;
use super::context::Context;
use super::hazard::Hazard;
use super::options::Options;
use super::step::Step;
use crate::diff::{Change, ColumnChange};
use crate::schema::{Column, EnumType, Id, Name, Table};

/// Why a plan is not carried out, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The rule: `drop-column`, `needs-fill`.
    pub rule: &'static str,
    /// The object.
    pub object: String,
    /// What would happen.
    pub message: String,
    /// What to write or to add.
    pub help: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n  help: {}", self.rule, self.object, self.message, self.help)
    }
}

pub(super) fn refusals<'a>(context: &Context<'_>, steps: impl Iterator<Item = &'a Step>) -> Vec<Refusal> {
    let hazards = steps.flat_map(|step| &step.hazards).filter(|hazard| hazard.destructive);
    let mut refusals: Vec<Refusal> = hazards
        .filter(|hazard| !context.options.allow.covers(hazard.rule, &hazard.object))
        .map(|hazard| Refusal {
            rule: hazard.rule,
            object: hazard.object.clone(),
            message: hazard.message.clone(),
            help: [looks_like_rename(context, hazard), Some(allow_line(hazard))]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("\n        "),
        })
        .collect();
    refusals.extend(context.changes.iter().filter_map(|change| needs_fill(context, change)));
    refusals.extend(context.changes.iter().filter_map(|change| needs_using(context, change)));
    refusals
}

/// Why a plan with this hazard is not carried out, unless that was acknowledged.
pub(super) fn refusal(hazard: &Hazard, options: &Options) -> Option<Refusal> {
    (!options.allow.covers(hazard.rule, &hazard.object)).then(|| Refusal {
        rule: hazard.rule,
        object: hazard.object.clone(),
        message: hazard.message.clone(),
        help: allow_line(hazard),
    })
}

fn allow_line(hazard: &Hazard) -> String {
    format!("if that is what you want: --allow {}:{}", hazard.rule, hazard.object)
}

/// A NOT NULL column without anything that fills it.
fn needs_fill(context: &Context<'_>, change: &Change) -> Option<Refusal> {
    let Change::Create(Id::Column(table, name)) = change else { return None };
    let column = context.wanted.column(table, name)?;
    (column.needs_value() && context.fill_of(table, name).is_none()).then(|| Refusal {
        rule: "needs-fill",
        object: format!("{table}.{name}"),
        message: "a new NOT NULL column without a default has no value for the rows that exist".to_owned(),
        help: format!(
            "say the value: --fill {table}.{name}='…' (an SQL expression over the row), or give the column a default"
        ),
    })
}

/// A type change for which Postgres has no conversion.
fn needs_using(context: &Context<'_>, change: &Change) -> Option<Refusal> {
    let Change::Column(table, name, ColumnChange::Type) = change else { return None };
    let (found, want) = context.current.column(table, name).zip(context.wanted.column(table, name))?;
    let conversion = needed_conversion(context, table, found, want)?;
    Some(Refusal {
        rule: "needs-using",
        object: format!("{table}.{name}"),
        message: format!("Postgres does not convert {} to {} by itself", found.data_type, want.data_type),
        help: format!("say how: --using {table}.{name}='{conversion}'"),
    })
}

/// A label that went, and another in its place.
fn renamed_label(context: &Context<'_>, hazard: &Hazard) -> Option<String> {
    let enums = context.changes.iter().filter_map(|change| match change {
        Change::ReplaceType(Id::Enum(name)) => {
            Some((context.current.enums.get(name)?, context.wanted.enums.get(name)?))
        }
        _ => None,
    });
    let lost = |(found, want): (&EnumType, &EnumType)| {
        let at = found.labels.iter().position(|label| format!("{}.{label}", found.name) == hazard.object)?;
        let (from, to) = (&found.labels[at], want.labels.get(at)?);
        let is_new = !found.labels.contains(to) && found.labels.len() == want.labels.len();
        is_new.then(|| match context.options.without_models {
            true => format!("if {from} became {to}: --rename {}.{from}={to}", found.name),
            false => {
                format!("if {from} became {to}, write on its variant: #[pg_enum(renamed_from = \"{from}\")]")
            }
        })
    };
    (hazard.rule == "drop-enum-value").then_some(())?;
    enums.filter_map(lost).next()
}

/// The line to write, where something that is dropped may have been meant to be renamed.
fn looks_like_rename(context: &Context<'_>, hazard: &Hazard) -> Option<String> {
    renamed_label(context, hazard).or_else(|| {
        context.changes.iter().find_map(|change| match change {
            Change::Drop(Id::Column(table, column))
                if hazard.rule == "drop-column" && hazard.object == format!("{table}.{column}") =>
            {
                renamed_column(context, table, column)
            }
            Change::Drop(Id::Table(table))
                if hazard.rule == "drop-table" && hazard.object == table.to_string() =>
            {
                renamed_table(context, table)
            }
            _ => None,
        })
    })
}

fn renamed_column(context: &Context<'_>, table: &Name, from: &str) -> Option<String> {
    let old = context.current.column(table, from)?;
    let same = |new: &Column| {
        new.data_type == old.data_type && new.not_null == old.not_null && new.generated == old.generated
    };
    let added = context.changes.iter().filter_map(|change| match change {
        Change::Create(Id::Column(of, to)) if of == table => context.wanted.column(table, to),
        _ => None,
    });
    let candidates: Vec<String> = added
        .filter(|new| same(new))
        .map(|Column { name: new, .. }| match context.options.without_models {
            true => format!("if {from} became {new}: --rename {table}.{from}={new}"),
            false => format!(
                "if {from} became {new}, write on the field {new}: #[model(renamed_from = \"{from}\")]"
            ),
        })
        .collect();
    (!candidates.is_empty()).then(|| candidates.join("\n        "))
}

fn renamed_table(context: &Context<'_>, from: &Name) -> Option<String> {
    let old = context.current.tables.get(from)?;
    let alike = |new: &Table| {
        let shared = new.columns.iter().filter(|column| old.column(&column.name).is_some()).count();
        shared * 2 >= old.columns.len().max(new.columns.len())
    };
    let added = context.changes.iter().filter_map(|change| match change {
        Change::Create(Id::Table(to)) if to != from => context.wanted.tables.get(to),
        _ => None,
    });
    let to = added.filter(|new| alike(new)).map(|new| &new.name).next()?;
    if context.options.without_models {
        return Some(format!("if {from} became {to}: --rename {from}={to}"));
    }
    // A name without its schema means one in the schema of the new table.
    let said = if from.schema == to.schema { &from.name } else { &format!("{}.{}", from.schema, from.name) };
    Some(format!("if {from} became {to}, write on the model of {to}: #[model(renamed_from = \"{said}\")]"))
}
