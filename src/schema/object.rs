//! Objects that are their text.

use serde::{Deserialize, Serialize};

use super::{Id, Name, Schema, is_false};

/// An object that is its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// What it is known by.
    #[serde(serialize_with = "super::display")]
    pub id: Id,
    /// What stands behind `DROP` and `COMMENT ON`: `FUNCTION public.f(integer)`.
    pub address: String,
    /// The statement that takes it away, where that is not `DROP` and the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drop: Option<String>,
    /// The statement that creates it.
    pub definition: String,
    /// Where the kind knows `CREATE OR REPLACE`: it can replace what has a key that this one begins with. A composite
    /// type's key is how its attributes are added, each with a comma behind it. Where it has parts, they change it.
    pub replaces: Option<String>,
    /// The parts of the definition that have statements of their own, which are not run where the definition is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Afterwards>,
    /// What follows its creation and can be changed by itself.
    pub afterwards: Vec<Afterwards>,
    /// Its comment.
    pub comment: Option<String>,
    /// What plans decide by, from the catalogs.
    #[serde(default)]
    pub details: Details,
}

/// What the catalogs say about an object beside its definition, as far as plans decide by it. Each kind has its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Of a domain, composite or range type: its name as `format_type` writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// Is it a composite type?
    #[serde(skip_serializing_if = "is_false")]
    pub composite: bool,
    /// Is a domain over an array, or has a composite or range type one within?
    #[serde(skip_serializing_if = "is_false")]
    pub has_array: bool,
    /// The attributes of a composite type, or the columns of a view.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Attribute>,
    /// The storage parameters of a materialized view, `fillfactor=70`, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Of a range type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// The schema of a routine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// A routine's schema and name, unquoted, as an expression calls it: `public.f`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub called: Option<String>,
    /// The type that a routine returns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// May a routine give another value for each row?
    #[serde(skip_serializing_if = "is_false")]
    pub volatile: bool,
    /// Does a trigger fire, or a rule apply, on UPDATE?
    #[serde(skip_serializing_if = "is_false")]
    pub on_update: bool,
    /// The columns of `UPDATE OF`; none where it is every UPDATE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_of: Option<Vec<String>>,
    /// Does a constraint trigger wait for the end of the transaction?
    #[serde(skip_serializing_if = "is_false")]
    pub initially_deferred: bool,
    /// Is it a constraint trigger?
    #[serde(skip_serializing_if = "is_false")]
    pub constraint_trigger: bool,
    /// Does a policy restrict what others allow?
    #[serde(skip_serializing_if = "is_false")]
    pub restrictive: bool,
    /// May a collation take different texts as equal?
    #[serde(skip_serializing_if = "is_false")]
    pub nondeterministic: bool,
}

/// An attribute of a composite type, or a column of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name, unquoted.
    pub name: String,
    /// Its type as `format_type` writes it.
    pub data_type: String,
}

/// The types that belong to a range type, as `format_type` writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// The type of its bounds.
    pub subtype: String,
    /// Its multirange type.
    pub multirange: String,
}

impl Object {
    /// What this one's key says beyond that of `found`; `None` where it cannot take its place without a drop.
    pub(crate) fn beyond(&self, found: &Object) -> Option<&str> {
        self.replaces.as_ref()?.strip_prefix(found.replaces.as_deref()?)
    }
}

impl Schema {
    /// The triggers, policies or rules of a table, by name.
    pub(crate) fn objects_on<'a>(
        &'a self,
        word: &'a str,
        table: &'a Name,
    ) -> impl Iterator<Item = (&'a str, &'a Object)> {
        let first = Id::On(word.to_owned(), table.clone(), String::new());
        self.objects.range(first..).map_while(move |(id, object)| match id {
            Id::On(of, on, name) if of == word && on == table => Some((name.as_str(), object)),
            _ => None,
        })
    }
}

/// A property of an object that has a statement of its own: a trigger that is disabled, a view's column comment,
/// a domain's constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Afterwards {
    /// The statement.
    pub does: String,
    /// The statement that takes it back.
    pub undoes: String,
    /// The statement where another one with the same `undoes` was there, if it is not `does`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<String>,
    /// What it is, where plans decide by it.
    #[serde(default)]
    pub property: Property,
}

/// The properties of objects that plans tell apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Property {
    /// Any other one: the next one with the same `undoes` takes its place.
    #[default]
    Other,
    /// One of several: a mapping of a text search configuration, a member of an operator family.
    Addition,
    /// The default of a domain.
    Default,
    /// NOT NULL of a domain.
    NotNull,
    /// A check of a domain.
    Check {
        /// Its name.
        name: String,
        /// Was it checked for the values that were there before?
        valid: bool,
    },
    /// The comment on the constraint of that name of a domain.
    CommentOn(String),
    /// A rule that applies on replicas too.
    EnabledAlways,
    /// The option of that name, whose value may be a secret, is not read, and stands as a placeholder.
    Placeholder(String),
}
