//! The values of a column whose type is created anew: those of a composite type attribute by attribute, by name.

use crate::diff::Change;
use crate::ident::quote_ident;
use crate::plan::context::Context;
use crate::plan::hazard::Hazard;
use crate::plan::types::composite::{attributes, changes, moves};
use crate::schema::data_type::{dimensions, element, is_builtin, is_wider};
use crate::schema::{Attribute, Id};

/// The conversion of a column whose type is recreated, and its hazards.
pub(super) struct Values<'a> {
    context: &'a Context<'a>,
    /// The column, as hazards name it.
    column: String,
    pub(super) hazards: Vec<Hazard>,
}

impl<'a> Values<'a> {
    pub(super) fn of(context: &'a Context<'a>, column: String) -> Self {
        Values { context, column, hazards: Vec::new() }
    }

    /// An expression for `value`, a column's or an attribute's (`user`), as one of the new type.
    pub(super) fn converted(&mut self, user: &Id, value: &str, data_type: &str) -> String {
        let context = self.context;
        let element = element(data_type);
        let is_it = |id: &&Id| {
            let found = context.current.objects.get(id);
            found.is_some_and(|found| found.details.type_name.as_deref() == Some(element))
        };
        let on = || context.current.dependencies.of(user);
        let id = on().find(is_it);
        let by_name = |id: &&Id| element == data_type && moves(context, id);
        if let Some(id) = id.filter(by_name)
            && let Some([found, want]) = attributes(context, id)
            && !found.is_empty()
            && !want.is_empty()
        {
            return self.row(id, value, data_type, found, want);
        }
        // A column uses no other type than its own; an attribute's is known by its name, or has no attributes.
        let types: Vec<&Id> = match id {
            None if matches!(user, Id::Column(..)) => on().collect(),
            id => id.into_iter().collect(),
        };
        self.read_again(&types);
        // By way of the text that both understand.
        format!("{value}::text{}::{data_type}", dimensions(data_type))
    }

    fn row(
        &mut self,
        id: &Id,
        value: &str,
        data_type: &str,
        found: &[Attribute],
        want: &[Attribute],
    ) -> String {
        let attribute = |new: &Attribute| match found.iter().find(|old| old.name == new.name) {
            Some(old) => self.attribute(id, value, old, new),
            None => "NULL".to_owned(),
        };
        let all: Vec<String> = want.iter().map(attribute).collect();
        // A row of nothing but NULLs is another value than NULL, which `IS NULL` does not tell apart.
        format!(
            "CASE WHEN {value} IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW({})::{data_type} END",
            all.join(", ")
        )
    }

    fn attribute(&mut self, id: &Id, value: &str, old: &Attribute, new: &Attribute) -> String {
        let field = format!("({value}).{}", quote_ident(&old.name));
        if old.data_type == new.data_type {
            // A type that is made anew is none of Postgres's own.
            let mut on = self.context.current.dependencies.of(id);
            let may_be_new = !is_builtin(&new.data_type)
                && on.any(|on| self.context.has(&Change::ReplaceType(on.clone())));
            return if may_be_new { self.converted(id, &field, &new.data_type) } else { field };
        }
        if is_wider(&old.data_type, &new.data_type) {
            return field;
        }
        let message = format!(
            "{} of {id}: {} to {}: values may not fit or may be changed",
            new.name, old.data_type, new.data_type
        );
        self.hazards.push(Hazard::destroys("narrow-type", &self.column, &message));
        format!("{field}::text::{}", new.data_type)
    }

    /// Values that are converted by way of their text have their attributes by position.
    fn read_again(&mut self, types: &[&Id]) {
        let hazard = if types.iter().any(|id| moves(self.context, id)) {
            let message = "its values are read again from their text, by place: what was one attribute's becomes \
                           another one's, and it fails if their number changes";
            Hazard::destroys("unsafe-cast", &self.column, message)
        } else if types.iter().any(|id| changes(self.context, id)) {
            let message =
                "its values are read again from their text; fails if one does not fit the new attributes";
            Hazard::warns("unsafe-cast", &self.column, message)
        } else {
            return;
        };
        self.hazards.push(hazard);
    }
}
