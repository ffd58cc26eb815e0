//! Sets of models: all models of a crate, or a list.

use std::collections::BTreeSet;

use crate::model::{Declared, Target};
use crate::{Error, Result};

/// A set of models, for [`cli::run`](crate) and for migrations at start-up: `models!(images)` is every model derived in
/// the crate `images` (and links it), `models!(crate)` every model of this crate, `models![Drama, Asset]` a list. A
/// list can contain both crates and models.
///
/// ```
/// # use feedstock::Model;
/// #[derive(Model)]
/// struct Drama {
///     #[model(primary_key)]
///     id: i32,
/// }
///
/// let models = feedstock::models![Drama].declared()?;
/// assert_eq!(models[0].table, "drama");
/// # Ok::<(), feedstock::Error>(())
/// ```
#[macro_export]
macro_rules! models {
    ($($models:tt)*) => {
        $crate::__private::models! { $crate; $($models)* }
    };
}

/// The models of a command line or a migration, made by [`models!`](crate::models).
#[derive(Debug, Clone)]
pub struct Models {
    sources: Vec<Source>,
}

/// A source of models.
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
    /// Its declaration.
    pub declared: &'static Declared,
    /// The line of its derive.
    pub line: u32,
}

inventory::collect!(Entry);

impl Models {
    /// The sources given to [`models!`](crate::models).
    pub fn of(sources: &[Source]) -> Self {
        Models { sources: sources.to_vec() }
    }

    /// The declarations: those of a list in its order, those of a crate by module and line, independent of the order in
    /// which they were linked.
    ///
    /// # Errors
    ///
    /// A usage error when a crate has no model (it lists the crates that have some), when two models have the same
    /// table, or when a relation names a column that does not exist.
    pub fn declared(&self) -> Result<Vec<&'static Declared>> {
        let mut all = Vec::new();
        for source in &self.sources {
            match source {
                Source::Crate(name) => all.extend(of_crate(name)?),
                Source::Model(declared) => all.push(*declared),
            }
        }
        let mut seen = BTreeSet::new();
        all.retain(|declared| seen.insert((declared.module, declared.model)));
        if all.is_empty() {
            return Err(Error::usage("no models were given").help(known_crates()));
        }
        check(&all)?;
        Ok(all)
    }
}

fn of_crate(name: &str) -> Result<Vec<&'static Declared>> {
    let entries = inventory::iter::<Entry>.into_iter();
    let mut found: Vec<&Entry> = entries.filter(|entry| krate(entry.declared) == name).collect();
    found.sort_by_key(|entry| (entry.declared.module, entry.line, entry.declared.model));
    let found: Vec<_> = found.into_iter().map(|entry| entry.declared).collect();
    if found.is_empty() {
        return Err(Error::usage(format!("the crate `{name}` has no models")).help(known_crates()));
    }
    Ok(found)
}

/// Refuses a crate without models, which may be a renamed dependency: its tables would otherwise be dropped.
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
    crate_of(declared.module)
}

/// The crate of a `module_path!()`.
pub fn crate_of(module: &'static str) -> &'static str {
    module.split("::").next().unwrap_or(module)
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
    for declared in all {
        check_targets(declared)?;
    }
    Ok(())
}

/// Refuses a foreign key that refers to a partial unique index, which Postgres would only report when it is created.
fn check_targets(declared: &Declared) -> Result<()> {
    for key in declared.foreign_keys {
        let Target::Model(target) = key.target else { continue };
        let target = target();
        let partial =
            target.uniques.iter().find(|unique| unique.live && unique.columns == key.target_columns);
        if let Some(unique) = partial {
            let columns = unique.columns.join(", ");
            return Err(Error::usage(format!(
                "`{}` refers to `{}({columns})`, which is unique among live rows only",
                path(declared),
                path(target)
            ))
            .help(format!("write `unique({columns}, with_deleted)` on `{}`", target.model)));
        }
    }
    Ok(())
}

fn path(declared: &Declared) -> String {
    format!("{}::{}", declared.module, declared.model)
}
