//! What depends on what, in both directions.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Id;

/// What depends on what.
#[derive(Debug, Clone, Default)]
pub struct Dependencies {
    forward: BTreeMap<Id, BTreeSet<Id>>,
    backward: BTreeMap<Id, BTreeSet<Id>>,
}

/// Both directions say the same, so one is compared.
impl PartialEq for Dependencies {
    fn eq(&self, other: &Self) -> bool {
        self.forward == other.forward
    }
}

impl Eq for Dependencies {}

impl Dependencies {
    /// Notes that `dependent` cannot be without `on`.
    pub fn add(&mut self, dependent: Id, on: Id) {
        if dependent != on {
            self.forward.entry(dependent.clone()).or_default().insert(on.clone());
            self.backward.entry(on).or_default().insert(dependent);
        }
    }

    /// Each dependent with what it depends on.
    pub fn all(&self) -> impl Iterator<Item = (&Id, &Id)> {
        self.forward.iter().flat_map(|(id, on)| on.iter().map(move |on| (id, on)))
    }

    /// What `id` cannot be without.
    pub fn of<'a>(&'a self, id: &Id) -> impl Iterator<Item = &'a Id> + use<'a> {
        self.forward.get(id).into_iter().flatten()
    }

    /// What cannot be without `id`.
    pub fn on<'a>(&'a self, id: &Id) -> impl Iterator<Item = &'a Id> + use<'a> {
        self.backward.get(id).into_iter().flatten()
    }
}

/// What depends on what is written once, and read back in both directions.
impl Serialize for Dependencies {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.forward.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Dependencies {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let forward = BTreeMap::<Id, BTreeSet<Id>>::deserialize(from)?;
        let mut backward: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
        for (dependent, on) in forward.iter().flat_map(|(id, on)| on.iter().map(move |on| (id, on))) {
            backward.entry(on.clone()).or_default().insert(dependent.clone());
        }
        Ok(Dependencies { forward, backward })
    }
}
