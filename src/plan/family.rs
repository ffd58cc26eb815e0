//! Tables that are partitions of one another, or inherit: they take the longer way together, or none of them does.

use std::collections::{BTreeMap, BTreeSet};

use super::options::Options;
use crate::diff::Links;
use crate::schema::{Name, Schema};

/// The tables that have a parent or a child, in either schema; each with whether its family may take the longer way.
///
/// Not where one of them joins its parent only at the end: rows would be missing from the parent between the files.
/// And not where all that there are of them are known to be small.
pub(super) fn families<'a>(
    current: &'a Schema,
    wanted: &'a Schema,
    kept: &Links,
    options: &Options,
) -> BTreeMap<&'a Name, bool> {
    let near = neighbours([current, wanted]);
    let joins_late = |name: &Name| {
        let stays = current.tables.contains_key(name);
        let want = wanted.tables.get(name).filter(|_| stays);
        want.is_some_and(|want| want.parents.iter().any(|parent| !kept.has(name, parent)))
    };
    let is_small = |name: &Name| !current.tables.contains_key(name) || options.is_small(name);
    let mut families = BTreeMap::new();
    for start in near.keys().copied() {
        if families.contains_key(start) {
            continue;
        }
        let family = connected(start, &near);
        let is_open =
            !family.iter().any(|name| joins_late(name)) && !family.iter().all(|name| is_small(name));
        families.extend(family.into_iter().map(|name| (name, is_open)));
    }
    families
}

type Neighbours<'a> = BTreeMap<&'a Name, BTreeSet<&'a Name>>;

fn neighbours<'a>(schemas: [&'a Schema; 2]) -> Neighbours<'a> {
    let mut near = Neighbours::new();
    for table in schemas.into_iter().flat_map(|schema| schema.tables.values()) {
        for parent in &table.parents {
            near.entry(&table.name).or_default().insert(parent);
            near.entry(parent).or_default().insert(&table.name);
        }
    }
    near
}

fn connected<'a>(start: &'a Name, near: &Neighbours<'a>) -> BTreeSet<&'a Name> {
    let mut found = BTreeSet::from([start]);
    let mut waiting = vec![start];
    while let Some(name) = waiting.pop() {
        waiting.extend(near[name].iter().copied().filter(|other| found.insert(other)));
    }
    found
}
