//! Renames: those that the models say, and those that follow from them.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::ddl::column::{not_null_constraint, not_null_renamed};
use crate::ident::aside;
use crate::schema::{Column, Constraint, EnumType, Id, Index, Name, Schema, Table};

/// The renames that models say with `renamed_from`, each from its old to its new name.
///
/// A rename is carried out where the old name is there and the new one is not, or is about to be renamed itself; so
/// it does nothing any more once it was carried out, and may stay where it is said. Names that change places look
/// the same before and after: they do so where what they stand for fits better then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// Tables.
    pub tables: Vec<(Name, Name)>,
    /// Columns: the table by its new name, the old name, the new name.
    pub columns: Vec<(Name, String, String)>,
    /// Enum types.
    pub enums: Vec<(Name, Name)>,
    /// Labels: the enum by its new name, the old label, the new label.
    pub labels: Vec<(Name, String, String)>,
}

impl Hints {
    /// Takes others in.
    pub fn extend(&mut self, other: Hints) {
        self.tables.extend(other.tables);
        self.columns.extend(other.columns);
        self.enums.extend(other.enums);
        self.labels.extend(other.labels);
    }
}

/// Something that keeps its contents and gets another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rename {
    /// A new schema, into which something moves.
    Namespace(String),
    /// A table, sequence, index or enum, perhaps into another schema.
    Relation(Id, Name),
    /// A column or constraint of a table.
    Part(Id, String),
    /// A label of an enum.
    Label(Name, String, String),
    /// An extension, which moves into another schema with all that it brought.
    Extension(String, String),
}

/// The renames to carry out next on the way from `current` to `wanted`; empty when there are none left.
///
/// A rename changes the text of what refers to it, and only Postgres can say how: carry these out, inspect
/// again, and ask again.
pub fn renames(current: &Schema, wanted: &Schema, hints: &Hints) -> Vec<Rename> {
    if *hints == Hints::default() && current == wanted {
        return Vec::new();
    }
    let passes =
        [extensions, tables_and_types, labels, columns, |current: &Schema, wanted: &Schema, _: &Hints| {
            what_follows(current, wanted)
        }];
    passes
        .iter()
        .map(|pass| pass(current, wanted, hints))
        .find(|renames| !renames.is_empty())
        .unwrap_or_default()
}

/// Something on its way from one name to another.
#[derive(Clone)]
struct Move<K> {
    what: Id,
    from: K,
    to: K,
}

/// [`in_order_of`] names in one space.
fn in_order<K: Ord + Clone>(
    moves: Vec<Move<K>>,
    taken: impl Fn(&K) -> bool,
    aside: impl Fn(&K, &dyn Fn(&K) -> bool) -> K,
) -> Vec<Move<K>> {
    in_order_of(moves, |name| vec![name.clone()], taken, aside)
}

/// The moves one after the other, each once its new name is free in all `spaces` of it. What has a name that is taken
/// for good stays. In a circle the first one steps aside.
fn in_order_of<K: Clone, S: Ord>(
    mut moves: Vec<Move<K>>,
    spaces: impl Fn(&K) -> Vec<S>,
    taken: impl Fn(&S) -> bool,
    aside: impl Fn(&K, &dyn Fn(&K) -> bool) -> K,
) -> Vec<Move<K>> {
    loop {
        let leaving: BTreeSet<S> = moves.iter().flat_map(|step| spaces(&step.from)).collect();
        let before = moves.len();
        moves.retain(|step| spaces(&step.to).iter().all(|to| leaving.contains(to) || !taken(to)));
        if moves.len() == before {
            break;
        }
    }
    let mut order = Vec::new();
    let mut held: BTreeMap<S, usize> = BTreeMap::new();
    for name in moves.iter().flat_map(|step| spaces(&step.from)) {
        *held.entry(name).or_default() += 1;
    }
    while let Some(first) = moves.first().cloned() {
        let is_held =
            |held: &BTreeMap<S, usize>, name: &S| held.get(name).is_some_and(|holders| *holders > 0);
        let free = moves.iter().position(|step| !spaces(&step.to).iter().any(|to| is_held(&held, to)));
        let left = moves[free.unwrap_or_default()].from.clone();
        for name in spaces(&left) {
            held.entry(name).and_modify(|holders| *holders -= 1);
        }
        match free {
            Some(at) => order.push(moves.remove(at)),
            None => {
                let to = aside(&first.from, &|to| {
                    spaces(to).iter().any(|name| taken(name) || is_held(&held, name))
                });
                for name in spaces(&to) {
                    *held.entry(name).or_default() += 1;
                }
                moves[0].from = to.clone();
                order.push(Move { to, ..first });
            }
        }
    }
    order
}

/// Leaves out the circles in which nothing fits better afterwards: they were carried out before.
fn without_idle_circles<K: Ord + Clone>(
    mut moves: Vec<Move<K>>,
    fit: impl Fn(&K, &K) -> usize,
) -> Vec<Move<K>> {
    let next: BTreeMap<K, K> = moves.iter().map(|step| (step.from.clone(), step.to.clone())).collect();
    let circle_of = |start: &K| {
        let mut circle = vec![start.clone()];
        while let Some(to) = next.get(&circle[circle.len() - 1]).filter(|_| circle.len() <= next.len()) {
            if to == start {
                return Some(circle);
            }
            circle.push(to.clone());
        }
        None
    };
    let idle = |circle: Vec<K>| {
        let moved: usize = circle.iter().map(|from| fit(from, next.get(from).unwrap_or(from))).sum();
        let left: usize = circle.iter().map(|from| fit(from, from)).sum();
        moved <= left
    };
    moves.retain(|step| !circle_of(&step.from).is_some_and(&idle));
    moves
}

fn tables_and_types(current: &Schema, wanted: &Schema, hints: &Hints) -> Vec<Rename> {
    let tables = hints.tables.iter().filter(|(from, to)| {
        from != to && current.tables.contains_key(from) && wanted.tables.contains_key(to)
    });
    let enums = hints
        .enums
        .iter()
        .filter(|(from, to)| from != to && current.enums.contains_key(from) && wanted.enums.contains_key(to));
    let a_move = |what: Id, (from, to): &(Name, Name)| Move { what, from: from.clone(), to: to.clone() };
    let moves = tables
        .map(|pair| a_move(Id::Table(pair.0.clone()), pair))
        .chain(enums.map(|pair| a_move(Id::Enum(pair.0.clone()), pair)))
        .collect();
    let fit = |from: &Name, to: &Name| {
        let tables = current.tables.get(from).zip(wanted.tables.get(to));
        let enums = current.enums.get(from).zip(wanted.enums.get(to));
        tables.map_or(0, |(from, to)| shared_columns(from, to))
            + enums.map_or(0, |(from, to)| shared_labels(from, to))
    };
    let taken = LazyCell::new(|| relations(current));
    let taken = |name: &Name| taken.contains(name) || current.enums.contains_key(name);
    let order = in_order(without_idle_circles(moves, fit), taken, aside_name);
    let mut renames = new_namespaces(current, &order);
    renames.extend(order.into_iter().map(|step| Rename::Relation(named(step.what, step.from), step.to)));
    renames
}

/// What an extension brought is called otherwise wherever it is used, and is the same.
fn extensions(current: &Schema, wanted: &Schema, _: &Hints) -> Vec<Rename> {
    let both = current.extensions.iter().filter_map(|(name, found)| {
        let want = wanted.extensions.get(name).filter(|want| want.schema != found.schema)?;
        Some((name, &want.schema))
    });
    let moves: Vec<(&String, &String)> = both.collect();
    let schemas: BTreeSet<&String> = moves.iter().map(|(_, schema)| *schema).collect();
    let new = schemas.into_iter().filter(|schema| !current.namespaces.contains_key(*schema));
    let new = new.map(|schema| Rename::Namespace(schema.clone()));
    new.chain(moves.iter().map(|(name, to)| Rename::Extension((*name).clone(), (*to).clone()))).collect()
}

/// The schemas that something moves into and that are not there yet.
fn new_namespaces(current: &Schema, moves: &[Move<Name>]) -> Vec<Rename> {
    let schemas: BTreeSet<&String> = moves.iter().map(|step| &step.to.schema).collect();
    let new = schemas.into_iter().filter(|schema| !current.namespaces.contains_key(*schema));
    new.map(|schema| Rename::Namespace(schema.clone())).collect()
}

fn shared_columns(from: &Table, to: &Table) -> usize {
    let same = |column: &&Column| to.column(&column.name).is_some_and(|to| to.data_type == column.data_type);
    from.columns.iter().filter(same).count()
}

fn shared_labels(from: &EnumType, to: &EnumType) -> usize {
    from.labels.iter().filter(|label| to.labels.contains(label)).count()
}

fn labels(current: &Schema, wanted: &Schema, hints: &Hints) -> Vec<Rename> {
    let has = |schema: &Schema, of: &Name, label: &String| {
        schema.enums.get(of).is_some_and(|found| found.labels.contains(label))
    };
    let given = hints.labels.iter().filter(|(of, from, to)| has(current, of, from) && has(wanted, of, to));
    let moves = given.map(|(of, from, to)| Move {
        what: Id::Enum(of.clone()),
        from: (of.clone(), from.clone()),
        to: (of.clone(), to.clone()),
    });
    // A label's place is all that it has: one that comes to stand where the other stood was renamed.
    let place = |schema: &Schema, (of, label): &(Name, String)| {
        schema.enums.get(of).and_then(|found| found.labels.iter().position(|other| other == label))
    };
    let fit = |from: &(Name, String), to: &(Name, String)| {
        usize::from(place(current, from).is_some() && place(current, from) == place(wanted, to))
    };
    let taken = |(of, label): &(Name, String)| has(current, of, label);
    in_order(without_idle_circles(moves.collect(), fit), taken, aside_part)
        .into_iter()
        .map(|step| Rename::Label(step.from.0, step.from.1, step.to.1))
        .collect()
}

fn columns(current: &Schema, wanted: &Schema, hints: &Hints) -> Vec<Rename> {
    let has = |schema: &Schema, table: &Name, column: &str| schema.column(table, column).is_some();
    let given =
        hints.columns.iter().filter(|(table, from, to)| has(current, table, from) && has(wanted, table, to));
    // An inherited column is renamed with the parent's.
    let given =
        given.filter(|(table, from, _)| !current.column(table, from).is_some_and(|found| found.inherited));
    let moves = given.map(|(table, from, to)| Move {
        what: Id::Table(table.clone()),
        from: (table.clone(), from.clone()),
        to: (table.clone(), to.clone()),
    });
    let fit = |from: &(Name, String), to: &(Name, String)| {
        let both = current.column(&from.0, &from.1).zip(wanted.column(&to.0, &to.1));
        both.map_or(0, |(from, to)| {
            2 * usize::from(from.data_type == to.data_type) + usize::from(from.not_null == to.not_null)
        })
    };
    let taken = |(table, column): &(Name, String)| has(current, table, column);
    in_order(without_idle_circles(moves.collect(), fit), taken, aside_part)
        .into_iter()
        .map(|step| Rename::Part(Id::Column(step.from.0, step.from.1), step.to.1))
        .collect()
}

/// The name of what follows. Relations share one space of names in a schema, the constraints of a table another one,
/// and a constraint with an index is in both.
#[derive(Clone)]
struct Named {
    relation: bool,
    constraint_of: Option<Name>,
    name: Name,
}

impl Named {
    /// The name in each space, which is a table's or that of relations.
    fn spaces(&self) -> Vec<(Option<Name>, Name)> {
        let relation = self.relation.then_some(None);
        let table = self.constraint_of.clone().map(Some);
        relation.into_iter().chain(table).map(|space| (space, self.name.clone())).collect()
    }
}

/// Constraints, indexes and a column's sequences that differ only in name.
fn what_follows(current: &Schema, wanted: &Schema) -> Vec<Rename> {
    let (mut moves, mut parts) = (Vec::new(), Vec::new());
    let named_part = |table: &Name, relation: bool, name: &String| Named {
        relation,
        constraint_of: Some(table.clone()),
        name: Name::new(&table.schema, name),
    };
    for (table, old, new) in constraints(current, wanted) {
        let [from, to] = [old, new].map(|it| named_part(table, old.has_index(), &it.name));
        let list = if old.has_index() { &mut moves } else { &mut parts };
        list.push(Move { what: old.id(table), from, to });
    }
    let relation = |name: Name| Named { relation: true, constraint_of: None, name };
    moves.extend(
        indexes(current, wanted)
            .into_iter()
            .chain(sequences(current, wanted))
            .map(|Move { what, from, to }| Move { what, from: relation(from), to: relation(to) }),
    );
    moves.extend(parts);
    moves.extend(not_nulls(current, wanted).into_iter().map(|Move { what, from, to }| {
        let [from, to] = [from, to].map(|(table, name)| named_part(&table, false, &name));
        Move { what, from, to }
    }));
    let related = LazyCell::new(|| relations(current));
    let taken = |(table, name): &(Option<Name>, Name)| match table {
        Some(table) => is_constraint(current, table, &name.name),
        None => related.contains(name),
    };
    let aside = |named: &Named, is_taken: &dyn Fn(&Named) -> bool| {
        let at = |name: &Name| Named { name: name.clone(), ..named.clone() };
        at(&aside_name(&named.name, &|name| is_taken(&at(name))))
    };
    let order = in_order_of(moves, Named::spaces, taken, aside);
    let rename = |step: Move<Named>| match named(step.what, step.from.name) {
        id @ (Id::Constraint(..) | Id::ForeignKey(..)) => Rename::Part(id, step.to.name.name),
        id => Rename::Relation(id, step.to.name),
    };
    order.into_iter().map(rename).collect()
}

/// Is this the name of a constraint of the table? Constraint triggers are among them.
pub(crate) fn is_constraint(schema: &Schema, table: &Name, name: &str) -> bool {
    let trigger = Id::On("TRIGGER".to_owned(), table.clone(), name.to_owned());
    let trigger = schema.objects.get(&trigger);
    schema.constraint(table, name).is_some() || trigger.is_some_and(|it| it.details.constraint_trigger)
}

/// Every name in the space that relations share.
pub(crate) fn relations(schema: &Schema) -> BTreeSet<Name> {
    let mut names: BTreeSet<Name> = schema.tables.keys().chain(schema.indexes.keys()).cloned().collect();
    names.extend(schema.sequences.keys().cloned());
    for table in schema.tables.values() {
        names.extend(
            table.columns.iter().filter_map(|column| Some(column.identity.as_ref()?.sequence.clone())),
        );
        let keys = table.constraints.values().filter(|constraint| constraint.has_index());
        names.extend(keys.map(|key| Name::new(&table.name.schema, &key.name)));
    }
    names.extend(schema.objects.keys().filter_map(|id| match id {
        Id::Type(_, word) if word == "COLLATION" => None,
        Id::View(_, name) | Id::Type(name, _) => Some(name.clone()),
        _ => None,
    }));
    names
}

/// The same thing under another name.
fn named(id: Id, name: Name) -> Id {
    match id {
        Id::Table(_) => Id::Table(name),
        Id::Enum(_) => Id::Enum(name),
        Id::Index(_) => Id::Index(name),
        Id::Sequence(_) => Id::Sequence(name),
        Id::Constraint(table, _) => Id::Constraint(table, name.name),
        Id::ForeignKey(table, _) => Id::ForeignKey(table, name.name),
        other => other,
    }
}

fn aside_name(name: &Name, is_taken: &dyn Fn(&Name) -> bool) -> Name {
    Name::new(&name.schema, aside(&name.name, |other| is_taken(&Name::new(&name.schema, other))))
}

fn aside_part((of, name): &(Name, String), is_taken: &dyn Fn(&(Name, String)) -> bool) -> (Name, String) {
    (of.clone(), aside(name, |other| is_taken(&(of.clone(), other.to_owned()))))
}

/// Constraints that differ in nothing but the name.
fn constraints<'a>(
    current: &'a Schema,
    wanted: &'a Schema,
) -> Vec<(&'a Name, &'a Constraint, &'a Constraint)> {
    let mut found = Vec::new();
    let same =
        |old: &Constraint, new: &Constraint| (old.kind, &old.definition) == (new.kind, &new.definition);
    // The parent names an inherited constraint.
    let own =
        |(old, new): &(&Constraint, &Constraint)| [old, new].iter().all(|it| !it.inherited || it.has_index());
    for (name, want) in &wanted.tables {
        let Some(table) = current.tables.get(name) else { continue };
        let pairs = pairs(&table.constraints, &want.constraints, same);
        found.extend(pairs.into_iter().filter(own).map(|(old, new)| (name, old, new)));
    }
    found
}

/// The constraints behind NOT NULL, which have names since Postgres 18. What comes from a parent bears its name, and
/// is renamed with it.
fn not_nulls(current: &Schema, wanted: &Schema) -> Vec<Move<(Name, String)>> {
    let columns =
        wanted.tables.values().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let moves = columns.filter_map(|(table, want)| {
        let found = current.column(&table.name, &want.name)?;
        let (old, new) = not_null_renamed(&table.name, found, want)?;
        (!found.not_null_inherited && bear_it(current, &table.name, &want.name, &old)).then(|| Move {
            what: Id::Constraint(table.name.clone(), old.clone()),
            from: (table.name.clone(), old),
            to: (table.name.clone(), new),
        })
    });
    moves.collect()
}

/// Does the NOT NULL of each child have this name, and no other parent, so that it is renamed with the parent's?
fn bear_it(current: &Schema, parent: &Name, column: &str, name: &str) -> bool {
    let children = current.tables.values().filter(|table| table.parents.contains(parent));
    children.into_iter().all(|child| {
        let found = child.column(column).filter(|found| found.not_null_inherited);
        found.is_none_or(|found| {
            let required = |of: &&Name| current.column(of, column).is_some_and(|found| found.not_null);
            child.parents.iter().filter(required).count() == 1
                && not_null_constraint(&child.name, found).is_some_and(|own| own == name)
                && bear_it(current, &child.name, column, name)
        })
    })
}

/// Indexes that differ in nothing but the name.
fn indexes(current: &Schema, wanted: &Schema) -> Vec<Move<Name>> {
    let same = |old: &Index, new: &Index| {
        let of = |index: &Index| (index.table.clone(), index.unique, index.definition.clone());
        old.valid && of(old) == of(new) && old.statistics == new.statistics
    };
    pairs(&current.indexes, &wanted.indexes, same)
        .into_iter()
        .map(|(old, new)| Move {
            what: Id::Index(old.name.clone()),
            from: old.name.clone(),
            to: new.name.clone(),
        })
        .collect()
}

/// Sequences that belong to the same column, be it an identity or a serial.
fn sequences(current: &Schema, wanted: &Schema) -> Vec<Move<Name>> {
    let mut by_owner = BTreeMap::new();
    for old in current.sequences.values() {
        by_owner.entry(&old.owned_by).or_insert(&old.name);
    }
    let owned = wanted.sequences.values().filter(|want| want.owned_by.is_some());
    let serials = owned.filter_map(|want| Some((*by_owner.get(&want.owned_by)?, &want.name)));
    let columns =
        wanted.tables.values().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let identities = columns.filter_map(|(table, column)| {
        let want = &column.identity.as_ref()?.sequence;
        let old = &current.column(&table.name, &column.name)?.identity.as_ref()?.sequence;
        Some((old, want))
    });
    serials
        .chain(identities)
        .filter(|(old, want)| old != want)
        .map(|(old, want)| Move { what: Id::Sequence(old.clone()), from: old.clone(), to: want.clone() })
        .collect()
}

/// Pairs each old one that does not stay with the first new one that is the same and still free.
fn pairs<'a, K: Ord, T>(
    old: &'a BTreeMap<K, T>,
    new: &'a BTreeMap<K, T>,
    same: impl Fn(&T, &T) -> bool,
) -> Vec<(&'a T, &'a T)> {
    let stays = |one: &T, other: Option<&T>| other.is_some_and(|other| same(one, other));
    let mut free: Vec<&T> =
        new.iter().filter(|(key, new)| !stays(new, old.get(key))).map(|(_, new)| new).collect();
    let gone = old.iter().filter(|(key, old)| !stays(old, new.get(key))).map(|(_, old)| old);
    gone.filter_map(|old| {
        let at = free.iter().position(|new| same(old, new))?;
        Some((old, free.remove(at)))
    })
    .collect()
}
