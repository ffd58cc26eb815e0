//! What every new object needs: its statements, its comments and its privileges.

use super::context::Context;
use super::hazard::Hazard;
use super::privilege;
use super::step::Step;
use crate::ddl;
use crate::ddl::table::comes_with_table;
use crate::schema::{Constraint, Id, Name, Schema};

/// The statements that create an object, in one transaction, with what belongs to it from then on.
pub(super) fn create(context: &Context<'_>, id: &Id, hazards: impl IntoIterator<Item = Hazard>) -> Vec<Step> {
    let statements = ddl::create(id, context.wanted).into_iter();
    created(context, id, statements.map(|sql| Step::new(id, sql)).collect(), hazards)
}

/// The same with these steps.
pub(super) fn created(
    context: &Context<'_>,
    id: &Id,
    mut steps: Vec<Step>,
    hazards: impl IntoIterator<Item = Hazard>,
) -> Vec<Step> {
    if let Some(step) = steps.first_mut() {
        step.hazards.extend(hazards);
        step.hazards.extend(privilege::not_given_again(context, id));
    }
    steps.extend(follow_ups(context, id));
    steps
}

/// The comments and privileges of a new object.
pub(super) fn follow_ups(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let comments = comments(context.wanted, id).into_iter().map(|sql| Step::new(id, sql));
    comments.chain(privilege::of_new(context, id)).collect()
}

/// The comments of a new object and of its parts.
fn comments(schema: &Schema, id: &Id) -> Vec<String> {
    let mut ids = vec![id.clone()];
    if let Id::Table(name) = id
        && let Some(table) = schema.tables.get(name)
    {
        ids.extend(table.columns.iter().map(|column| Id::Column(name.clone(), column.name.clone())));
        let own = table.constraints.values();
        let own = own.filter(|found| comes_with_table(found, table, schema));
        ids.extend(own.flat_map(|constraint| {
            [Some(constraint.id(name)), commented_index(name, constraint)].into_iter().flatten()
        }));
    }
    if let Id::Constraint(table, constraint) = id {
        ids.extend(schema.constraint(table, constraint).and_then(|found| commented_index(table, found)));
    }
    ids.iter().filter(|id| ddl::comment(id, schema).is_some()).map(|id| ddl::comment_on(id, schema)).collect()
}

/// The index behind a constraint, where it has a comment.
fn commented_index(table: &Name, constraint: &Constraint) -> Option<Id> {
    constraint.index_comment.as_ref().map(|_| Id::Index(Name::new(&table.schema, &constraint.name)))
}
