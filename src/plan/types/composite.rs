//! Composite types, and what their values lose when one is created anew.

use crate::diff::Change;
use crate::ident::unquoted;
use crate::plan::context::Context;
use crate::plan::hazard::Hazard;
use crate::schema::{Attribute, Id, Name};

/// The attributes of a composite type, as it is and as it shall be; none for any other type.
pub(in crate::plan) fn attributes<'a>(context: &Context<'a>, id: &Id) -> Option<[&'a [Attribute]; 2]> {
    let both = context.current.objects.get(id).zip(context.wanted.objects.get(id))?;
    Some(
        [both.0, both.1]
            .map(|object| if object.details.composite { &object.details.columns[..] } else { &[] }),
    )
}

/// The attributes that a composite type loses, each with its type's name; columns that stay have values of them.
pub(super) fn lost_attributes(context: &Context<'_>, id: &Id, name: &Name) -> Vec<Hazard> {
    let Some([found, want]) = attributes(context, id) else { return Vec::new() };
    let stays = |old: &&Attribute| !want.is_empty() && !want.iter().any(|new| new.name == old.name);
    let lost = found.iter().filter(stays).map(|old| format!("{name}.{}", old.name));
    lost.map(|object| Hazard::destroys("drop-attribute", object, "its values are lost")).collect()
}

/// A name of Postgres's text without its schema and its quotes.
pub(super) fn unqualified(name: &str) -> String {
    let mut quoted = false;
    let point = name.find(|letter| {
        quoted ^= letter == '"';
        letter == '.' && !quoted
    });
    unquoted(&name[point.map_or(0, |at| at + 1)..])
}

/// Does this composite type, or one within it, get other attributes, or the same in another order?
pub(in crate::plan) fn moves(context: &Context<'_>, id: &Id) -> bool {
    let itself = attributes(context, id)
        .is_some_and(|[found, want]| found.iter().map(|it| &it.name).ne(want.iter().map(|it| &it.name)));
    let is_made_anew = context.has(&Change::ReplaceType(id.clone()));
    let mut within = context.current.dependencies.of(id);
    is_made_anew && (itself || within.any(|on| matches!(on, Id::Type(..)) && moves(context, on)))
}

/// Does this composite type, or one within it, get attributes of other types?
pub(in crate::plan) fn changes(context: &Context<'_>, id: &Id) -> bool {
    let Id::Type(_, word) = id else { return false };
    let both = context.current.objects.get(id).zip(context.wanted.objects.get(id));
    let differs = both.is_none_or(|(found, want)| found.definition != want.definition);
    let is_made_anew = word == "TYPE" && differs && context.has(&Change::ReplaceType(id.clone()));
    is_made_anew || context.current.dependencies.of(id).any(|on| changes(context, on))
}

#[cfg(test)]
mod tests {
    use super::unqualified;

    #[test]
    fn a_name_loses_its_schema_and_its_quotes() {
        assert_eq!(unqualified(r#""a.b"."c""d""#), r#"c"d"#);
        assert_eq!(unqualified("public.mood"), "mood");
    }
}
