//! One change of one column, in one transaction.

use super::hazards::{null_hazard, required_hazard};
use super::{retype, update};
use crate::ddl::sequence::{fit, retyped};
use crate::ddl::{self, column};
use crate::diff::{ColumnChange, recurses};
use crate::ident::quote_ident;
use crate::plan::context::Context;
use crate::plan::facts::{is_checked_not_null, routines_are_stable};
use crate::plan::step::Step;
use crate::plan::{privilege, sequence};
use crate::schema::{COLUMN_PROPERTIES, Column, Id, Name};
use crate::sql::expression;

/// One change of one column, in one transaction; of its table alone, where the children are to stay as they are.
pub(in crate::plan) fn steps(
    context: &Context<'_>,
    table: &Name,
    name: &str,
    what: ColumnChange,
) -> Vec<Step> {
    let mut steps = change_all(context, table, name, what);
    if !recurses(&context.kept, context.wanted, table, name, what) {
        steps = steps.into_iter().map(Step::only).collect();
    }
    steps
}

fn change_all(context: &Context<'_>, table: &Name, name: &str, what: ColumnChange) -> Vec<Step> {
    let Some(want) = context.wanted.column(table, name) else { return Vec::new() };
    // A column that comes from a parent is new, and may have to become otherwise than it came.
    let found = context.current.column(table, name).unwrap_or(want);
    let id = Id::Column(table.clone(), name.to_owned());
    let alter = |what: &str| Step::new(&id, column::alter(table, name, what));
    let required = || required_hazard(table, want);
    match what {
        ColumnChange::DropDefault => vec![alter("DROP DEFAULT").with(required())],
        ColumnChange::DropIdentity => vec![alter("DROP IDENTITY").with(required())],
        ColumnChange::DropExpression => vec![alter("DROP EXPRESSION")],
        ColumnChange::DropNotNull => vec![alter("DROP NOT NULL")],
        ColumnChange::NotNullName => {
            let names = [found, want].map(|column| column::not_null_constraint(table, column));
            let [Some(old), Some(new)] = names else { return Vec::new() };
            vec![Step::new(&id, ddl::constraint::rename(table, &old, &new))]
        }
        ColumnChange::Type => vec![retype::step(context, table, found, want)],
        ColumnChange::SetNotNull => set_not_null(context, table, name),
        ColumnChange::AddIdentity => want
            .identity
            .as_ref()
            .map(|identity| sequence::add_identity(context, table, name, identity))
            .unwrap_or_default()
            .into_iter()
            .chain(privilege::of_identity(context, table, name))
            .collect(),
        ColumnChange::SetIdentity => {
            let both = found.identity.as_ref().zip(want.identity.as_ref());
            let sql = both.and_then(|(found, want)| column::set_identity(found, want));
            let narrow = both.and_then(|(found, want)| {
                let found = retyped(&found.options, &want.options.data_type);
                sequence::narrow_hazard(format!("{table}.{name}"), &found, &want.options)
            });
            let fit = both.map(|(found, want)| fit(&found.sequence, &found.options, &want.options));
            let fit = fit.unwrap_or_default().into_iter().map(|sql| Step::new(&id, sql));
            fit.chain(sql.map(|sql| alter(&sql).with(narrow))).collect()
        }
        ColumnChange::SetDefault => want
            .default
            .as_ref()
            .map(|default| alter(&format!("SET DEFAULT {default}")))
            .into_iter()
            .collect(),
        ColumnChange::Property(at) => {
            vec![Step::new(&id, column::set_property(table, want, &COLUMN_PROPERTIES[at]))]
        }
    }
}

/// A new column in one transaction; where its rows need a value that nothing gives, with that of `--fill`.
pub(super) fn filled(context: &Context<'_>, table: &Name, want: &Column) -> Vec<Step> {
    let id = Id::Column(table.clone(), want.name.clone());
    let steps = |statements: Vec<String>| statements.into_iter().map(|sql| Step::new(&id, sql)).collect();
    let Some(fill) = context.fill_of_new(table, want) else {
        let mut all: Vec<Step> = steps(column::add(table, want));
        if let Some(first) = all.first_mut().filter(|_| is_computed(context, want)) {
            first.share(&ddl::name(table));
        }
        return all;
    };
    let mut all: Vec<Step> = steps(column::add(table, &Column { not_null: false, ..want.clone() }));
    let sql = format!("UPDATE {} SET {} = {fill}", ddl::name(table), quote_ident(&want.name));
    all.extend(update::steps(context, table, &want.name, sql));
    all.extend(context.set_not_null(table, &want.name).map(|sql| Step::new(&id, sql)));
    all
}

/// Does Postgres compute a value for each row when it adds the column, and write the table anew?
fn is_computed(context: &Context<'_>, want: &Column) -> bool {
    let is_volatile =
        |default: &String| expression::is_volatile(default, |called| routines_are_stable(context, called));
    (want.generated.is_some() && !want.is_virtual())
        || want.identity.is_some()
        || want.default.as_ref().is_some_and(is_volatile)
}

fn set_not_null(context: &Context<'_>, table: &Name, name: &str) -> Vec<Step> {
    let id = Id::Column(table.clone(), name.to_owned());
    let Some(set) = context.set_not_null(table, name).map(|sql| Step::new(&id, sql)) else {
        return Vec::new();
    };
    match context.fill_of(table, name) {
        Some(fill) => {
            let (quoted, column) = (ddl::name(table), quote_ident(name));
            let sql = format!("UPDATE {quoted} SET {column} = {fill} WHERE {column} IS NULL");
            let mut steps = update::steps(context, table, name, sql);
            steps.push(set);
            steps
        }
        None if is_checked_not_null(context, table, name) => vec![set],
        None => vec![set.hazard(null_hazard(table, name))],
    }
}
