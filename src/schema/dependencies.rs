//! What depends on what, in both directions.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Id;

/// What depends on what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependencies {
    forward: BTreeMap<Id, BTreeSet<Id>>,
    backward: BTreeMap<Id, BTreeSet<Id>>,
}

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
        let mut all = Dependencies::default();
        for (dependent, on) in BTreeMap::<Id, BTreeSet<Id>>::deserialize(from)? {
            on.into_iter().for_each(|on| all.add(dependent.clone(), on));
        }
        Ok(all)
    }
}
