//! Objects that are their text.

use serde::{Deserialize, Serialize};

use super::{Id, Name, Schema};

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
    /// type's key is how its attributes are added, each with a comma behind it.
    pub replaces: Option<String>,
    /// What follows its creation and can be changed by itself.
    pub afterwards: Vec<Afterwards>,
    /// Its comment.
    pub comment: Option<String>,
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
}
