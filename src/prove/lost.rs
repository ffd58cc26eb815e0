//! What a rebuild lost or gained. From a schema to what its own text builds only the text of expressions may differ:
//! defaults, checks, predicates, the bodies of views and routines. Everything else that differs is a defect.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::schema::{Column, Constraint, Creates, Extension, Id, Index, Object, Schema, Table};

/// What differs between a schema and its rebuild, an object and a property a line; empty where only expressions do.
///
/// Of what another version of Postgres holds only whole objects are compared: versions differ in what they note of one.
pub(super) fn lost(found: &Schema, rebuilt: &Schema, of_one_version: bool) -> Vec<String> {
    let mut lost = Lost { lines: Vec::new(), of_one_version };
    lost.each(
        &found.namespaces,
        &rebuilt.namespaces,
        |name, _| Id::Namespace(name.clone()).to_string(),
        |_| {},
    );
    lost.each(
        &found.extensions,
        &rebuilt.extensions,
        |name, _| Id::Extension(name.clone()).to_string(),
        extension,
    );
    lost.each(&found.enums, &rebuilt.enums, |name, _| Id::Enum(name.clone()).to_string(), |_| {});
    lost.each(&found.sequences, &rebuilt.sequences, |name, _| Id::Sequence(name.clone()).to_string(), |_| {});
    lost.each(&found.tables, &rebuilt.tables, |name, _| Id::Table(name.clone()).to_string(), table);
    for (name, found) in &found.tables {
        if let Some(rebuilt) = rebuilt.tables.get(name) {
            lost.columns(found, rebuilt);
            let of = |_: &String, constraint: &Constraint| constraint.id(name).to_string();
            lost.each(&found.constraints, &rebuilt.constraints, of, constraint);
        }
    }
    lost.each(&found.indexes, &rebuilt.indexes, |name, _| Id::Index(name.clone()).to_string(), index);
    lost.each(&found.objects, &rebuilt.objects, |id, _| id.to_string(), object);
    lost.each(&found.privileges, &rebuilt.privileges, |id, _| format!("privileges on {id}"), |_| {});
    let defaults = |of: &Creates, _: &_| format!("default privileges for {}", of.objects);
    lost.each(&found.default_privileges, &rebuilt.default_privileges, defaults, |_| {});
    lost.dependencies(found, rebuilt);
    lost.lines
}

struct Lost {
    lines: Vec<String>,
    of_one_version: bool,
}

impl Lost {
    /// Compares what there is of a kind. `without_text` empties what is the text of an expression.
    fn each<K: Ord, V: PartialEq + Clone + Serialize>(
        &mut self,
        found: &BTreeMap<K, V>,
        rebuilt: &BTreeMap<K, V>,
        called: impl Fn(&K, &V) -> String,
        without_text: impl Fn(&mut V),
    ) {
        for (key, one) in found {
            match rebuilt.get(key) {
                None => self.lines.push(format!("{} is lost", called(key, one))),
                Some(other) => self.properties(|| called(key, one), one, other, &without_text),
            }
        }
        let gained = rebuilt.iter().filter(|(key, _)| !found.contains_key(key));
        self.lines.extend(gained.map(|(key, one)| format!("{} was not there before", called(key, one))));
    }

    fn properties<V: PartialEq + Clone + Serialize>(
        &mut self,
        called: impl Fn() -> String,
        found: &V,
        rebuilt: &V,
        without_text: impl Fn(&mut V),
    ) {
        // Nearly all of a schema is the same, text and all.
        if !self.of_one_version || found == rebuilt {
            return;
        }
        let [found, rebuilt] = [found, rebuilt].map(|one| {
            let mut one = one.clone();
            without_text(&mut one);
            one
        });
        if found == rebuilt {
            return;
        }
        let [one, other] = [&found, &rebuilt].map(|one| properties(one));
        let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
        let said = |of: &BTreeMap<String, Value>, name| of.get(name).unwrap_or(&Value::Null).to_string();
        for name in names {
            let (was, is) = (said(&one, name), said(&other, name));
            if was != is {
                self.lines.push(format!("{}: {name} was {was} and is {is}", called()));
            }
        }
    }

    /// The physical order is no difference, since inherited columns come first.
    fn columns(&mut self, found: &Table, rebuilt: &Table) {
        let by_name = |table: &Table| -> BTreeMap<String, Column> {
            table.columns.iter().map(|column| (column.name.clone(), column.clone())).collect()
        };
        if found.columns == rebuilt.columns {
            return;
        }
        let of = |name: &String, _: &Column| Id::Column(found.name.clone(), name.clone()).to_string();
        self.each(&by_name(found), &by_name(rebuilt), of, column);
    }

    fn dependencies(&mut self, found: &Schema, rebuilt: &Schema) {
        if !self.of_one_version || found.dependencies == rebuilt.dependencies {
            return;
        }
        let edges = |of: &Schema| -> BTreeSet<(Id, Id)> {
            of.dependencies.all().map(|(from, on)| (from.clone(), on.clone())).collect()
        };
        let (before, after) = (edges(found), edges(rebuilt));
        for (from, on) in before.difference(&after) {
            self.lines.push(format!("{from} depends on {on} no longer"));
        }
        for (from, on) in after.difference(&before) {
            self.lines.push(format!("{from} depends on {on}, and did not before"));
        }
    }
}

/// The properties of an object by their names.
fn properties(of: &impl Serialize) -> BTreeMap<String, Value> {
    match serde_json::to_value(of) {
        Ok(Value::Object(properties)) => properties.into_iter().collect(),
        _ => BTreeMap::new(),
    }
}

/// What is said by its columns and constraints is compared with these.
fn table(table: &mut Table) {
    table.columns.clear();
    table.constraints.clear();
    table.partition_by = table.partition_by.as_deref().map(|key| outside(key, 2));
    table.bound = table.bound.as_deref().map(|bound| outside(bound, 1));
}

/// Another server may install another version by itself.
fn extension(extension: &mut Extension) {
    if extension.is_default {
        extension.version.clear();
    }
}

fn column(column: &mut Column) {
    column.default.iter_mut().for_each(String::clear);
    column.generated = column.generated.as_deref().map(|text| outside(text, 1));
}

fn constraint(constraint: &mut Constraint) {
    let expressions_are_within = if constraint.definition.starts_with("CHECK ") { 1 } else { 2 };
    constraint.definition = outside(&constraint.definition, expressions_are_within);
}

fn index(index: &mut Index) {
    index.definition = outside(&index.definition, 2);
}

fn object(object: &mut Object) {
    match &object.id {
        Id::View(word, _) if word == "FOREIGN TABLE" => {
            object.definition = outside(&object.definition, 2);
            object.replaces.iter_mut().for_each(|key| *key = outside(key, 1));
        }
        Id::View(..) => object.definition.clear(),
        // The arguments' defaults stand in the key as well.
        Id::Routine(word, _) if word != "AGGREGATE" => {
            object.definition.clear();
            object.replaces.iter_mut().for_each(String::clear);
        }
        Id::On(word, ..) if word == "POLICY" || word == "TRIGGER" => {
            object.definition = outside(&object.definition, 1);
        }
        Id::On(..) => object.definition.clear(),
        _ => {}
    }
    for property in object.parts.iter_mut().chain(&mut object.afterwards) {
        property.does = match property.does.find(" SET DEFAULT ") {
            Some(at) => property.does[..at].to_owned(),
            None => outside(&property.does, 1),
        };
    }
}

/// A definition without what stands in `within` or more pairs of parentheses, and without a predicate.
fn outside(definition: &str, within: usize) -> String {
    let (mut depth, mut quote, mut outside) = (0_usize, None, String::new());
    for (at, letter) in definition.char_indices() {
        match (quote, letter) {
            (Some(mark), _) if letter == mark => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 && definition[at..].starts_with(" WHERE ") => {
                return outside + " WHERE";
            }
            (None, _) => {}
        }
        if depth < within {
            outside.push(letter);
        }
    }
    outside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_another_version_only_objects_are_compared() {
        let mut found = Schema::empty();
        let namespace = |comment: &str| crate::schema::Namespace { comment: Some(comment.to_owned()) };
        found.namespaces.insert("public".to_owned(), namespace("one"));
        let mut rebuilt = found.clone();
        rebuilt.namespaces.insert("public".to_owned(), namespace("other"));
        let differs = ["schema public: comment was \"one\" and is \"other\""];
        assert_eq!(lost(&found, &rebuilt, true), differs);
        assert_eq!(lost(&found, &rebuilt, false), Vec::<String>::new());
        found.namespaces.insert("gone".to_owned(), namespace("one"));
        assert_eq!(lost(&found, &rebuilt, false), ["schema gone is lost"]);
    }

    #[test]
    fn expressions_are_left_out_of_definitions() {
        let index = "USING gin (a, lower((b)::text) text_ops DESC, ((c || '('))) INCLUDE (d) WITH (x='1')";
        assert_eq!(
            outside(&format!("{index} WHERE (a > 0)"), 2),
            "USING gin (a, lower) text_ops DESC, )) INCLUDE (d) WITH (x='1') WHERE"
        );
        assert_eq!(outside("CHECK ((a > ')')) NO INHERIT", 1), "CHECK ) NO INHERIT");
        assert_eq!(outside("UNIQUE (\"a(\", b) INCLUDE (c)", 2), "UNIQUE (\"a(\", b) INCLUDE (c)");
    }
}
