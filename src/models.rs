//! Which models there are: all of a crate, or a list.

use std::collections::BTreeSet;

use crate::model::{Declared, RelationKind};
use crate::{Error, Result};

/// The models that a command line or a migration is about: what [`models!`](crate::models) gives.
#[derive(Debug, Clone)]
pub struct Models {
    sources: Vec<Source>,
}

/// Where models come from.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// Every model derived in this crate.
    Crate(&'static str),
    /// One model.
    Model(&'static Declared),
}

/// A model that a derive registered.
#[derive(Debug)]
pub struct Entry {
    /// What it says.
    pub declared: &'static Declared,
}

inventory::collect!(Entry);

impl Models {
    /// What [`models!`](crate::models) was given.
    pub fn of(sources: &[Source]) -> Self {
        Models { sources: sources.to_vec() }
    }

    /// What the models say, by module and name, whatever order the linker gave them.
    ///
    /// # Errors
    ///
    /// A usage error when a crate has no model (it lists the crates that have some), two models have one table, or a
    /// relation names a column that is not there.
    pub fn declared(&self) -> Result<Vec<&'static Declared>> {
        let mut all = Vec::new();
        for source in &self.sources {
            match source {
                Source::Crate(name) => all.extend(of_crate(name)?),
                Source::Model(declared) => all.push(*declared),
            }
        }
        all.sort_by_key(|declared| (declared.module, declared.model));
        all.dedup_by_key(|declared| (declared.module, declared.model));
        if all.is_empty() {
            return Err(Error::usage("no models were given").help(known_crates()));
        }
        check(&all)?;
        Ok(all)
    }
}

fn of_crate(name: &str) -> Result<Vec<&'static Declared>> {
    let found: Vec<_> = registered().filter(|declared| krate(declared) == name).collect();
    if found.is_empty() {
        return Err(Error::usage(format!("the crate `{name}` has no models")).help(known_crates()));
    }
    Ok(found)
}

/// A dependency under another name, or a crate whose models were moved, would otherwise read as "drop everything".
fn known_crates() -> String {
    let crates: BTreeSet<_> = registered().map(krate).collect();
    if crates.is_empty() {
        return "no crate in this program derives `Model`".to_owned();
    }
    let crates = crates.into_iter().collect::<Vec<_>>().join(", ");
    format!(
        "crates with models in this program: {crates} (a crate's own name, not what a dependency renames it to)"
    )
}

fn registered() -> impl Iterator<Item = &'static Declared> {
    inventory::iter::<Entry>.into_iter().map(|entry| entry.declared)
}

fn krate(declared: &Declared) -> &'static str {
    declared.module.split("::").next().unwrap_or(declared.module)
}

fn check(all: &[&'static Declared]) -> Result<()> {
    let mut tables: Vec<_> = all.iter().map(|one| (one.schema.unwrap_or("public"), one.table, one)).collect();
    tables.sort_by_key(|(schema, table, _)| (*schema, *table));
    if let Some([(_, table, a), (_, _, b)]) = tables.array_windows().find(|[a, b]| (a.0, a.1) == (b.0, b.1)) {
        return Err(Error::usage(format!("`{}` and `{}` are both the table `{table}`", path(a), path(b)))
            .help(
                "give one of them another `table`; to read the same table as another struct, derive `Row`",
            ));
    }
    all.iter().try_for_each(|declared| check_relations(declared))
}

/// The other model's columns are out of a derive's sight.
fn check_relations(declared: &Declared) -> Result<()> {
    for relation in declared.relations.iter().filter(|relation| relation.kind == RelationKind::HasMany) {
        let target = (relation.target)();
        if !target.columns.iter().any(|column| column.name == relation.column) {
            return Err(Error::usage(format!(
                "`{}` has many `{}` by `{}`, but `{}` has no such column",
                path(declared),
                relation.name,
                relation.column,
                path(target)
            ))
            .help("`by` names the column of the other model that refers to this one"));
        }
    }
    Ok(())
}

fn path(declared: &Declared) -> String {
    format!("{}::{}", declared.module, declared.model)
}
