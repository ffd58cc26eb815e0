//! Values of a type that is made anew: those of a composite type attribute by attribute, by name.

use super::context::Context;
use super::hazard::Hazard;
use super::wider::is_wider;
use crate::diff::Change;
use crate::ident::unquoted;
use crate::schema::{Id, Name};

/// An attribute as the type's definition has it: its name quoted as it must be, its type, both as Postgres writes them.
struct Attribute<'a> {
    name: &'a str,
    data_type: &'a str,
}

/// The attributes of a composite type; nothing for any other definition.
fn attributes(definition: &str) -> Vec<Attribute<'_>> {
    let (head, parts) = parts(definition);
    let end_of_name = |part: &str| {
        let mut quoted = false;
        part.find(|letter| {
            quoted ^= letter == '"';
            letter == ' ' && !quoted
        })
    };
    let is_composite = head.ends_with(" AS ");
    let read = |part| {
        let (name, rest) = str::split_at(part, end_of_name(part)?);
        let data_type = rest.split(" COLLATE ").next().unwrap_or(rest);
        Some(Attribute { name, data_type: data_type.trim() })
    };
    parts.into_iter().filter(|_| is_composite).filter_map(read).collect()
}

/// What stands before a definition's first bracket, and what commas part within it. Names may hold all of these.
pub(super) fn parts(definition: &str) -> (&str, Vec<&str>) {
    let (mut depth, mut quoted, mut from) = (0, false, 0);
    let (mut head, mut parts) = (definition, Vec::new());
    for (at, letter) in definition.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' => {
                depth += 1;
                if depth == 1 {
                    (head, from) = (&definition[..at], at + 1);
                }
            }
            ')' | ',' if depth == 1 => {
                parts.push(definition[from..at].trim());
                from = at + 1;
                depth -= i32::from(letter == ')');
            }
            ')' => depth -= 1,
            _ => {}
        }
    }
    (head, parts)
}

/// The type's definition, as it is and as it shall be.
fn definitions<'a>(context: &Context<'a>, id: &Id) -> Option<[&'a str; 2]> {
    let both = context.current.objects.get(id).zip(context.wanted.objects.get(id))?;
    Some([&both.0.definition, &both.1.definition])
}

/// The attributes that a composite type loses, each with its type's name; columns that stay have values of them.
pub(super) fn lost_attributes(context: &Context<'_>, id: &Id, name: &Name) -> Vec<Hazard> {
    let Some([found, want]) = definitions(context, id).map(|both| both.map(attributes)) else {
        return Vec::new();
    };
    let stays = |old: &&Attribute<'_>| !want.is_empty() && !want.iter().any(|new| new.name == old.name);
    let lost = found.iter().filter(stays).map(|old| format!("{name}.{}", unquoted(old.name)));
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

/// Have values of this type, or those within them, other attributes then, or in another order?
fn moves(context: &Context<'_>, id: &Id) -> bool {
    let itself = definitions(context, id).is_some_and(|both| {
        let [found, want] = both.map(attributes);
        found.iter().map(|it| it.name).ne(want.iter().map(|it| it.name))
    });
    let is_made_anew = context.has(&Change::ReplaceType(id.clone()));
    let mut within = context.current.dependencies.of(id);
    is_made_anew && (itself || within.any(|on| matches!(on, Id::Type(..)) && moves(context, on)))
}

/// Has this composite type, or one within it, attributes of other types then?
fn changes(context: &Context<'_>, id: &Id) -> bool {
    let Id::Type(_, word) = id else { return false };
    let differs = definitions(context, id).is_none_or(|[found, want]| found != want);
    let is_made_anew = word == "TYPE" && differs && context.has(&Change::ReplaceType(id.clone()));
    is_made_anew || context.current.dependencies.of(id).any(|on| changes(context, on))
}

/// A column whose type is made anew, and what may happen to its values.
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
        let element = data_type.trim_end_matches("[]");
        let made_by = ["TYPE", "DOMAIN"].map(|word| format!("CREATE {word} {element} AS "));
        let is_it = |id: &&Id| {
            let found = context.current.objects.get(id);
            found.is_some_and(|found| made_by.iter().any(|made| found.definition.starts_with(made)))
        };
        let on = || context.current.dependencies.of(user);
        let id = on().find(is_it);
        let by_name = |id: &&Id| element == data_type && moves(context, id);
        let both =
            id.filter(by_name).and_then(|id| definitions(context, id)).map(|both| both.map(attributes));
        if let (Some(id), Some([found, want])) = (id, &both)
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
        format!("{value}::text{}::{data_type}", &data_type[element.len()..])
    }

    fn row(
        &mut self,
        id: &Id,
        value: &str,
        data_type: &str,
        found: &[Attribute<'_>],
        want: &[Attribute<'_>],
    ) -> String {
        let attribute = |new: &Attribute<'_>| match found.iter().find(|old| old.name == new.name) {
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

    fn attribute(&mut self, id: &Id, value: &str, old: &Attribute<'_>, new: &Attribute<'_>) -> String {
        let field = format!("({value}).{}", old.name);
        if old.data_type == new.data_type {
            // A type that is made anew is none of Postgres's own.
            let mut on = self.context.current.dependencies.of(id);
            let may_be_new = new.data_type.contains('.')
                && on.any(|on| self.context.has(&Change::ReplaceType(on.clone())));
            return if may_be_new { self.converted(id, &field, new.data_type) } else { field };
        }
        if is_wider(old.data_type, new.data_type) {
            return field;
        }
        let message = format!(
            "{} of {id}: {} to {}: values may not fit or may be changed",
            unquoted(new.name),
            old.data_type,
            new.data_type
        );
        self.hazards.push(Hazard::destroys("narrow-type", &self.column, &message));
        format!("{field}::text::{}", new.data_type)
    }

    /// Values that are read from their text have their attributes by place.
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

#[cfg(test)]
mod tests {
    use super::{attributes, unqualified};

    fn read(definition: &str) -> Vec<(&str, &str)> {
        attributes(definition).iter().map(|it| (it.name, it.data_type)).collect()
    }

    #[test]
    fn attributes_are_read_from_a_definition() {
        let definition =
            r#"CREATE TYPE public."a(b" AS (a numeric(5,2), "x, ""y(" "S".t[], c text COLLATE "C")"#;
        let all = [("a", "numeric(5,2)"), (r#""x, ""y(""#, r#""S".t[]"#), ("c", "text")];
        assert_eq!(read(definition), all);
        assert_eq!(unqualified(r#""a.b"."c""d""#), r#"c"d"#);
        assert_eq!(read("CREATE TYPE public.a AS ()"), []);
        assert_eq!(read("CREATE TYPE public.a AS RANGE (SUBTYPE = text)"), []);
    }
}
