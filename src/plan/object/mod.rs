//! Objects that are their text: routines, views, triggers, policies, rules and the like.

mod foreign;
mod policy;
mod publication;
mod routine;
mod rule;
mod view;

use super::context::Context;
use super::hazard::Hazard;
use super::new_object;
use super::step::{Step, Work};
use super::types::domain;
use crate::ddl;
use crate::schema::{Afterwards, Id, Object, Property};

pub(super) use rule::{is_new as is_new_rule, on_update as rules_on_update};

pub(super) fn create(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let hazard = if context.is_made_again(id) { None } else { policy::hazard(context, id) };
    let mut steps = new_object::create(context, id, foreign::placeholders(context, id).chain(hazard));
    if let Some(first) = steps.first_mut().filter(|_| is_routine(id)) {
        first.work = Work::Routine;
    }
    steps
}

pub(super) fn drop(context: &Context<'_>, id: &Id) -> Step {
    let step = Step::new(id, ddl::drop(id, context.current));
    let made_again = context.is_made_again(id);
    match id {
        Id::View(word, name) if !made_again && word == "FOREIGN TABLE" => {
            step.hazard(foreign::drop_hazard(context, name))
        }
        Id::View(_, name) if !made_again => {
            step.hazard(view::drop_hazard(context, name)).with(view::soft_delete_hazard(context, name))
        }
        Id::View(..) => step.with(view::rebuild_hazards(context, id)),
        Id::Routine(_, address) if !made_again => {
            step.hazard(Hazard::warns("drop-function", address, "a program that calls it fails"))
        }
        Id::Routine(..) => step.with(routine::other_result(context, id)),
        Id::On(..) | Id::Other(..) => {
            step.with(policy::hazard(context, id)).with(publication::hazard(context, id))
        }
        _ => step,
    }
}

/// `CREATE OR REPLACE`.
pub(super) fn replace(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let both = context.current.objects.get(id).zip(context.wanted.objects.get(id));
    let step = both.map(|(found, want)| {
        let work = if is_routine(id) { Work::Routine } else { Work::Catalog };
        let step = Step::new(id, ddl::replace(found, want)).doing(work);
        step.with(routine::changed(context, id))
    });
    step.into_iter().collect()
}

/// Takes back what is gone, unless what is new says otherwise; and then does what is new.
pub(super) fn afterwards(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let Some((found, want)) = context.current.objects.get(id).zip(context.wanted.objects.get(id)) else {
        return Vec::new();
    };
    let all = |object: &'_ Object| object.parts.iter().chain(&object.afterwards).cloned().collect::<Vec<_>>();
    let (old, wanted) = (all(found), all(want));
    // `CREATE OR REPLACE` keeps these properties.
    let gone = old.iter().rev().filter(|old| !wanted.contains(old));
    let overridden = |old: &Afterwards| {
        // One of several is not replaced by the next one.
        let is_one_of_many =
            matches!(old.property, Property::Addition | Property::Check { .. } | Property::NotNull);
        !is_one_of_many && wanted.iter().any(|new| new.undoes == old.undoes)
    };
    let undone = gone.filter(|old| !overridden(old)).map(|old| Step::new(id, &*old.undoes));
    let is_new = |new: &Afterwards| !old.contains(new);
    // A constraint that is created again has lost its comment.
    let again = |new: &Afterwards| match &new.property {
        Property::CommentOn(constraint) => wanted.iter().any(|it| {
            is_new(it) && matches!(&it.property, Property::Check { name, .. } if name == constraint)
        }),
        _ => false,
    };
    let does = |new: &Afterwards| match &new.changes {
        Some(changes) if old.iter().any(|old| old.undoes == new.undoes) => changes.clone(),
        _ => new.does.clone(),
    };
    let new = wanted.iter().filter(|new| is_new(new) || again(new)).map(|new| {
        let step = Step::new(id, does(new)).with(domain::hazard(id, &new.property));
        step.with(foreign::placeholder(id, &new.property))
    });
    undone.chain(new).collect()
}

/// Switches off the check of function bodies in a file that creates functions: a body may name an object that is
/// created later. Postgres checks it again when the function is called.
pub(super) fn functions_unchecked(steps: &[Step]) -> Option<Step> {
    let off = Step::of_session("functions", "SET check_function_bodies = off");
    steps.iter().any(|step| step.work == Work::Routine).then_some(off)
}

/// Has it a body that `check_function_bodies` concerns?
fn is_routine(id: &Id) -> bool {
    matches!(id, Id::Routine(word, _) if word != "AGGREGATE")
}
