//! Where two schemas that were read differ, and what that depends on: only this part has to be rebuilt.
//!
//! The canonical form of a schema is a function of what was read, and of an object that of the object and all that it
//! depends on. So what was read alike on both sides, and depends on nothing that was not, is alike in the canonical
//! form. Whatever may decide how a text is read without being named there (types, casts, operators, routines) is part
//! of every part.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{Column, ConstraintKind, Dependencies, Id, Name, Object, Schema, Table};

/// The parts of both schemas that differ; nothing where they are alike. Tables that are only referred to come with
/// their columns and keys alone.
pub(crate) fn differing(current: &Schema, wanted: &Schema) -> Option<[Schema; 2]> {
    if current == wanted {
        return None;
    }
    let sides = [current, wanted];
    let mut part = Part { sides, full: BTreeSet::new(), keys: BTreeSet::new(), waiting: Vec::new() };
    let disturbed = disturbed(sides);
    for id in &disturbed {
        part.add(id);
    }
    for side in sides {
        // These are in every part, each with what it depends on.
        side.objects.keys().filter(|id| is_everywhere(id)).for_each(|id| part.add(id));
    }
    part.complete();
    Some(sides.map(|side| part.of(side)))
}

/// May it decide how other texts are read, or watch everything?
fn is_everywhere(id: &Id) -> bool {
    matches!(
        id,
        Id::Namespace(_)
            | Id::Extension(_)
            | Id::Enum(_)
            | Id::Type(..)
            | Id::Other(..)
            | Id::Routine(..)
            | Id::EventTrigger(_)
    )
}

/// What differs, and everything that depends on it.
fn disturbed(sides: [&Schema; 2]) -> BTreeSet<Id> {
    let mut waiting = differences(sides);
    let mut seen = BTreeSet::new();
    while let Some(next) = waiting.pop() {
        if seen.insert(next.clone()) {
            waiting.extend(sides.iter().flat_map(|side| side.dependencies.on(&next)).cloned());
        }
    }
    seen
}

fn differences([current, wanted]: [&Schema; 2]) -> Vec<Id> {
    let mut ids = Vec::new();
    let table = |name: &Name| Id::Table(name.clone());
    ids.extend(unlike(&current.extensions, &wanted.extensions).map(|name| Id::Extension(name.clone())));
    ids.extend(unlike(&current.enums, &wanted.enums).map(|name| Id::Enum(name.clone())));
    ids.extend(unlike(&current.sequences, &wanted.sequences).map(|name| Id::Sequence(name.clone())));
    ids.extend(unlike(&current.tables, &wanted.tables).map(table));
    ids.extend(unlike(&current.indexes, &wanted.indexes).map(|name| Id::Index(name.clone())));
    ids.extend(unlike(&current.objects, &wanted.objects).cloned());
    ids.extend(unlike(&current.privileges, &wanted.privileges).cloned());
    if current.dependencies != wanted.dependencies {
        let edges = |of: &Dependencies| -> BTreeSet<(Id, Id)> {
            of.all().map(|(from, on)| (from.clone(), on.clone())).collect()
        };
        let (before, after) = (edges(&current.dependencies), edges(&wanted.dependencies));
        ids.extend(before.symmetric_difference(&after).map(|(from, _)| from.clone()));
    }
    // A table may have to be made again, with everything that is in it.
    let tables: BTreeSet<Name> = ids.iter().filter_map(Id::table).cloned().collect();
    let tables = tables.iter().flat_map(|name| [current, wanted].map(|side| side.tables.get(name)));
    ids.extend(tables.flatten().flat_map(parts_of).collect::<Vec<_>>());
    ids
}

fn parts_of(table: &Table) -> Vec<Id> {
    let columns = table.columns.iter().flat_map(|column| {
        let default = Id::Default(table.name.clone(), column.name.clone());
        [Id::Column(table.name.clone(), column.name.clone()), default]
    });
    let constraints = table.constraints.values().map(|constraint| constraint.id(&table.name));
    [Id::Table(table.name.clone())].into_iter().chain(columns).chain(constraints).collect()
}

/// The keys under which the two do not hold the same.
fn unlike<'a, K: Ord, V: PartialEq>(
    one: &'a BTreeMap<K, V>,
    other: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = &'a K> {
    let gone_or_changed = one.iter().filter(|(key, value)| other.get(key) != Some(value));
    let new = other.keys().filter(|key| !one.contains_key(key));
    gone_or_changed.map(|(key, _)| key).chain(new)
}

struct Part<'a> {
    sides: [&'a Schema; 2],
    /// Tables, views, sequences and what is everywhere, with all that is on them.
    full: BTreeSet<Id>,
    /// Tables of which others need the columns and keys only.
    keys: BTreeSet<Name>,
    /// What was added to `full`, and whose needs are not looked at yet.
    waiting: Vec<Id>,
}

impl<'a> Part<'a> {
    /// The whole to which something belongs.
    fn whole(&self, id: &Id) -> Id {
        let of_relation = |name: &Name| {
            let views = Id::views(name);
            let view = views.into_iter().find(|id| self.sides.iter().any(|it| it.objects.contains_key(id)));
            view.unwrap_or_else(|| Id::Table(name.clone()))
        };
        match id {
            Id::Index(name) => {
                let index = self.sides.iter().find_map(|side| side.indexes.get(name));
                index.map_or_else(|| id.clone(), |index| of_relation(&index.table))
            }
            id => id.table().map_or_else(|| id.clone(), of_relation),
        }
    }

    fn add(&mut self, id: &Id) {
        let whole = self.whole(id);
        if self.full.insert(whole.clone()) {
            self.waiting.push(whole);
        }
    }

    /// Adds what is needed, until nothing more is.
    fn complete(&mut self) {
        let wholes: BTreeMap<Id, Vec<Id>> = self.members();
        let heirs: BTreeMap<Name, Vec<Name>> = self.heirs();
        let owned: BTreeMap<&Name, Vec<&Name>> = self.owned();
        loop {
            while let Some(next) = self.waiting.pop() {
                for member in wholes.get(&next).into_iter().flatten().chain([&next]) {
                    self.need(member);
                }
                if let Id::Table(name) = &next {
                    // A family of tables stays together.
                    heirs.get(name).into_iter().flatten().for_each(|heir| self.add(&Id::Table(heir.clone())));
                    let owned = owned.get(name).into_iter().flatten();
                    owned.for_each(|sequence| self.add(&Id::Sequence((*sequence).clone())));
                }
            }
            let in_a_family: Vec<Name> =
                self.keys.iter().filter(|name| heirs.contains_key(*name)).cloned().collect();
            in_a_family.iter().for_each(|name| self.add(&Id::Table(name.clone())));
            if self.waiting.is_empty() {
                return;
            }
        }
    }

    /// What each table or view holds.
    fn members(&self) -> BTreeMap<Id, Vec<Id>> {
        let mut members: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for side in self.sides {
            for table in side.tables.values() {
                members.entry(Id::Table(table.name.clone())).or_default().extend(parts_of(table));
            }
            let indexes = side.indexes.keys().map(|name| Id::Index(name.clone()));
            for id in indexes.chain(side.objects.keys().filter(|id| id.table().is_some()).cloned()) {
                members.entry(self.whole(&id)).or_default().push(id);
            }
        }
        members
    }

    /// The parents and children of each table that has any.
    fn heirs(&self) -> BTreeMap<Name, Vec<Name>> {
        let mut heirs: BTreeMap<Name, Vec<Name>> = BTreeMap::new();
        for table in self.sides.iter().flat_map(|side| side.tables.values()) {
            for parent in &table.parents {
                heirs.entry(parent.clone()).or_default().push(table.name.clone());
                heirs.entry(table.name.clone()).or_default().push(parent.clone());
            }
        }
        heirs
    }

    fn need(&mut self, id: &Id) {
        let needs: Vec<Id> =
            self.sides.iter().flat_map(|side| side.dependencies.of(id)).map(|on| self.whole(on)).collect();
        for whole in needs {
            match whole {
                Id::Table(name) => _ = self.keys.insert(name),
                whole => self.add(&whole),
            }
        }
        if let Id::Sequence(name) = id {
            let owner = |side: &&Schema| side.sequences.get(name)?.owned_by.clone();
            let owners: Vec<Name> = self.sides.iter().filter_map(owner).map(|(table, _)| table).collect();
            self.keys.extend(owners);
        }
    }

    /// The sequences that each table owns.
    fn owned(&self) -> BTreeMap<&'a Name, Vec<&'a Name>> {
        let mut owned: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
        for sequence in self.sides.iter().flat_map(|side| side.sequences.values()) {
            if let Some((table, _)) = &sequence.owned_by {
                owned.entry(table).or_default().push(&sequence.name);
            }
        }
        owned
    }

    fn has(&self, id: &Id) -> bool {
        is_everywhere(id) || self.full.contains(&self.whole(id))
    }

    fn has_keys_of(&self, table: &Name) -> bool {
        self.keys.contains(table) && !self.full.contains(&Id::Table(table.clone()))
    }

    /// The part of one of the two.
    fn of(&self, side: &Schema) -> Schema {
        let mut tables: BTreeMap<Name, Table> = BTreeMap::new();
        for (name, table) in &side.tables {
            if self.has(&Id::Table(name.clone())) {
                tables.insert(name.clone(), table.clone());
            } else if self.has_keys_of(name) {
                tables.insert(name.clone(), keys_of(table));
            }
        }
        let indexes = side.indexes.iter().filter(|(name, index)| {
            let is_key = index.unique && index.valid && self.has_keys_of(&index.table);
            is_key || self.has(&Id::Index((*name).clone()))
        });
        let sequences = side.sequences.iter().filter(|(name, _)| self.has(&Id::Sequence((*name).clone())));
        let objects = side.objects.iter().filter(|(id, _)| self.has(id));
        let privileges = side.privileges.iter().filter(|(id, _)| self.has(id));
        let mut part = Schema {
            tables,
            indexes: indexes.map(|(name, index)| (name.clone(), index.clone())).collect(),
            sequences: sequences.map(|(name, found)| (name.clone(), found.clone())).collect(),
            objects: objects.map(|(id, object)| (id.clone(), Object::clone(object))).collect(),
            privileges: privileges.map(|(id, found)| (id.clone(), found.clone())).collect(),
            namespaces: side.namespaces.clone(),
            extensions: side.extensions.clone(),
            enums: side.enums.clone(),
            default_privileges: side.default_privileges.clone(),
            dependencies: Dependencies::default(),
            unsupported: side.unsupported.clone(),
        };
        for (from, on) in side.dependencies.all() {
            if is_there(from, &part) && is_there(on, &part) {
                part.dependencies.add(from.clone(), on.clone());
            }
        }
        part
    }
}

/// The table as others need it: its columns and what keeps them unique.
fn keys_of(table: &Table) -> Table {
    let bare = |column: &Column| Column {
        default: None,
        generated: None,
        identity: None,
        properties: BTreeMap::new(),
        comment: None,
        ..column.clone()
    };
    let is_key = |kind| matches!(kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique);
    let keys = table.constraints.iter().filter(|(_, found)| is_key(found.kind));
    Table {
        columns: table.columns.iter().map(bare).collect(),
        constraints: keys.map(|(name, key)| (name.clone(), key.clone())).collect(),
        row_security: false,
        force_row_security: false,
        options: Vec::new(),
        comment: None,
        ..table.clone()
    }
}

pub(crate) fn is_there(id: &Id, schema: &Schema) -> bool {
    match id {
        Id::Namespace(name) => schema.namespaces.contains_key(name),
        Id::Extension(name) => schema.extensions.contains_key(name),
        Id::Enum(name) => schema.enums.contains_key(name),
        Id::Sequence(name) => schema.sequences.contains_key(name),
        Id::Table(name) | Id::Link(name, _) => schema.tables.contains_key(name),
        Id::Column(table, name) => schema.column(table, name).is_some(),
        Id::Default(table, name) => schema
            .column(table, name)
            .is_some_and(|column| column.default.is_some() || column.generated.is_some()),
        Id::Constraint(table, name) | Id::ForeignKey(table, name) => schema.constraint(table, name).is_some(),
        Id::Index(name) => schema.indexes.contains_key(name),
        id => schema.objects.contains_key(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, column: &str) -> Table {
        let text = format!(
            r#"{{"name": {{"schema": "public", "name": "{name}"}}, "columns": [{{"name": "{column}",
               "data_type": "integer", "collation": null, "not_null": true, "default": "1", "generated": null,
               "identity": null, "comment": null}}],
               "constraints": {{}}, "unlogged": false, "row_security": false, "force_row_security": false,
               "options": [], "comment": null}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    fn schema(tables: &[Table], edges: &[(Id, Id)]) -> Schema {
        let mut schema = Schema::empty();
        schema.tables.extend(tables.iter().map(|table| (table.name.clone(), table.clone())));
        edges.iter().for_each(|(from, on)| schema.dependencies.add(from.clone(), on.clone()));
        schema
    }

    fn column(table: &str, column: &str) -> Id {
        Id::Column(Name::new("public", table), column.to_owned())
    }

    #[test]
    fn what_is_alike_has_no_part() {
        let one = schema(&[table("t", "a")], &[]);
        assert_eq!(differing(&one, &one.clone()), None);
    }

    #[test]
    fn a_table_that_others_only_need_comes_with_its_keys() {
        let key = Id::ForeignKey(Name::new("public", "changed"), "key".to_owned());
        let edges = [(key, column("needed", "a"))];
        let before = schema(&[table("alike", "a"), table("changed", "a"), table("needed", "a")], &edges);
        let after = schema(&[table("alike", "a"), table("changed", "b"), table("needed", "a")], &edges);
        // The dependency is one of a constraint: it counts once the table holds it.
        let [part, _] = differing(&before, &after).unwrap();
        let names: Vec<&str> = part.tables.keys().map(|name| name.name.as_str()).collect();
        assert_eq!(names, ["changed"]);
        let view = Id::View("VIEW".to_owned(), Name::new("public", "v"));
        let mut with_view = [before, after];
        for side in &mut with_view {
            side.dependencies.add(view.clone(), column("changed", "a"));
            side.dependencies.add(view.clone(), column("needed", "a"));
        }
        let [part, _] = differing(&with_view[0], &with_view[1]).unwrap();
        let needed = &part.tables[&Name::new("public", "needed")];
        assert_eq!(part.tables.len(), 2);
        assert_eq!(needed.columns[0].default, None);
        assert!(part.tables[&Name::new("public", "changed")].columns[0].default.is_some());
    }
}
