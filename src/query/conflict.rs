//! `ON CONFLICT`: what to do with a new row that violates a unique constraint.

use super::column::Column;
use super::given::GivenColumn;
use super::statement::Writer;
use super::update::{Set, SetColumn, check_sets, write_sets};
use crate::ident::{ident, idents};
use crate::model::{Declared, DeclaredIndex, DeclaredUnique, Deferrable, IndexOn};
use crate::{Error, Model, Result};

/// The target of `ON CONFLICT`: a column, a tuple of columns, or the name of a unique constraint or unique index.
pub trait ConflictTarget<M> {
    #[doc(hidden)]
    fn target(self) -> Target;
}

/// A conflict target, as it was given.
#[doc(hidden)]
pub enum Target {
    Columns(Vec<&'static str>),
    Named(&'static str),
}

/// An `ON CONFLICT` clause: its target and its action.
pub(crate) struct Conflict {
    pub target: Target,
    pub then: Then,
}

/// The conflict action.
pub(crate) enum Then {
    Nothing,
    Update(Vec<SetColumn>),
    UpdateAll,
}

/// An `ON CONFLICT` clause, checked against the model.
pub(crate) struct Resolved {
    /// ` ("a", "b") WHERE "deleted_at" IS NULL`
    target: String,
    pub sets: Vec<SetColumn>,
    is_update: bool,
    /// Soft-deleted rows can conflict, and are not updated.
    leaves_deleted: bool,
}

impl Conflict {
    /// # Errors
    ///
    /// A usage error when the model has no unique constraint or index for this target, or when nothing is set, or a
    /// column is set twice.
    pub fn resolve<M: Model>(self, given: &[&GivenColumn]) -> Result<Resolved> {
        let arbiter = find(M::DECLARED, &self.target)?;
        let is_update = !matches!(self.then, Then::Nothing);
        let sets = match self.then {
            Then::Nothing => Vec::new(),
            Then::Update(sets) => sets,
            Then::UpdateAll => all::<M>(given, &arbiter.columns),
        };
        check_sets::<M>(&sets, "`do_update`")?;
        if is_update && sets.is_empty() && M::UPDATED_AT.is_none() && M::VERSION.is_none() {
            let message = format!("`do_update` of `{}` sets nothing", M::DECLARED.model);
            return Err(Error::usage(message).help("set a column, or use `do_nothing`"));
        }
        let sets_deleted = |column: &str| sets.iter().any(|set| set.column == column);
        let leaves_deleted =
            M::DECLARED.soft_delete.is_some_and(|column| !arbiter.live && !sets_deleted(column));
        Ok(Resolved { target: arbiter.sql, sets, is_update, leaves_deleted })
    }
}

impl Resolved {
    pub fn write<M: Model>(self, out: &mut Writer) {
        out.push(" ON CONFLICT").push(&self.target);
        if !self.is_update {
            out.push(" DO NOTHING");
            return;
        }
        let table = ident(M::DECLARED.table) + ".";
        out.push(" DO UPDATE");
        write_sets::<M>(self.sets, &table, out);
        if let (true, Some(column)) = (self.leaves_deleted, M::DECLARED.soft_delete) {
            out.push(" WHERE ").push(&table).name(column).push(" IS NULL");
        }
    }
}

/// The columns that [`OnConflict::do_update_all`](super::OnConflict::do_update_all) sets.
fn all<M: Model>(given: &[&GivenColumn], conflict: &[&str]) -> Vec<SetColumn> {
    let declared = M::DECLARED;
    let key = declared.primary_key.map_or(&[][..], |key| key.columns);
    let own = [declared.soft_delete, M::VERSION, M::UPDATED_AT.map(|(column, _)| column)];
    let names = given.iter().map(|column| column.declared.name);
    let names =
        names.filter(|name| !key.contains(name) && !conflict.contains(name) && !own.contains(&Some(*name)));
    names.map(|name| Set::<M>::to_excluded(name).set).collect()
}

/// A primary key, unique constraint or unique index that can be a conflict target.
struct Arbiter {
    columns: Vec<&'static str>,
    name: Option<&'static str>,
    /// ` ("a", "b") WHERE …`
    sql: String,
    /// It is one of live rows only.
    live: bool,
    is_partial: bool,
}

fn find(declared: &Declared, target: &Target) -> Result<Arbiter> {
    let all = arbiters(declared);
    let existing = describe(&all);
    let (which, mut found): (String, Vec<Arbiter>) = match target {
        Target::Named(name) => {
            (format!("named `{name}`"), all.into_iter().filter(|one| one.name == Some(name)).collect())
        }
        Target::Columns(columns) => {
            let same = |one: &Arbiter| {
                one.columns.len() == columns.len()
                    && columns.iter().all(|column| one.columns.contains(column))
            };
            (format!("on ({})", columns.join(", ")), all.into_iter().filter(same).collect())
        }
    };
    // Those of all rows before partial ones.
    found.sort_by_key(|one| one.is_partial);
    let model = declared.model;
    match (found.len(), found.first().is_some_and(|one| !one.is_partial)) {
        (0, _) => {
            let message = format!("`{model}` has no unique constraint or index {which}");
            Err(Error::usage(message).help(format!("it has: {existing}")))
        }
        (1, _) | (_, true) => Ok(found.remove(0)),
        _ => {
            let message =
                format!("`{model}` has several unique constraints or indexes {which}, each for other rows");
            Err(Error::usage(message)
                .help("declare them with names, and give `on_conflict` one of the names"))
        }
    }
}

/// The primary key, the unique constraints and the unique indexes, without deferrable ones, which Postgres does not
/// accept as a conflict target.
fn arbiters(declared: &Declared) -> Vec<Arbiter> {
    let key = declared.primary_key.iter().map(|key| Arbiter {
        columns: key.columns.to_vec(),
        name: key.name,
        sql: format!(" ({})", idents(key.columns)),
        live: false,
        is_partial: false,
    });
    let uniques = declared.uniques.iter().filter(|unique| matches!(unique.deferrable, Deferrable::No));
    let indexes = declared.indexes.iter().filter(|index| index.unique);
    let of_unique = |unique: &DeclaredUnique| {
        let keys = idents(unique.columns);
        arbiter(declared, unique.name, unique.columns.to_vec(), &keys, unique.live, unique.predicate)
    };
    let of_index = |index: &DeclaredIndex| {
        let (columns, keys) = index_keys(index);
        arbiter(declared, index.name, columns, &keys, index.live, index.predicate)
    };
    key.chain(uniques.map(of_unique)).chain(indexes.map(of_index)).collect()
}

fn arbiter(
    declared: &Declared,
    name: Option<&'static str>,
    columns: Vec<&'static str>,
    keys: &str,
    live: bool,
    predicate: Option<&str>,
) -> Arbiter {
    let live_only = declared.soft_delete.filter(|_| live).map(|column| format!("{} IS NULL", ident(column)));
    let (is_live, predicate) = (live_only.is_some(), predicate.map(|written| format!("({written})")));
    let predicates: Vec<_> = live_only.into_iter().chain(predicate).collect();
    let predicate = predicates.join(" AND ");
    let is_partial = !predicate.is_empty();
    let sql = format!(" ({keys}){}{predicate}", if is_partial { " WHERE " } else { "" });
    Arbiter { columns, name, sql, live: is_live, is_partial }
}

/// The columns, if there are no expressions among the keys, and the keys in SQL.
fn index_keys(index: &DeclaredIndex) -> (Vec<&'static str>, String) {
    let sql = index.keys.iter().map(|key| match key.on {
        IndexOn::Column(column) => ident(column),
        IndexOn::Expression(expression) => format!("({expression})"),
    });
    let sql = sql.collect::<Vec<_>>().join(", ");
    let columns: Option<Vec<_>> = index
        .keys
        .iter()
        .map(|key| match key.on {
            IndexOn::Column(column) => Some(column),
            IndexOn::Expression(_) => None,
        })
        .collect();
    (columns.unwrap_or_default(), sql)
}

fn describe(all: &[Arbiter]) -> String {
    let one = |arbiter: &Arbiter| {
        let name = arbiter.name.map_or_else(String::new, |name| format!(" named `{name}`"));
        format!("{}{name}", arbiter.sql.trim_start())
    };
    let all: Vec<_> = all.iter().map(one).collect();
    if all.is_empty() { "none".to_owned() } else { all.join("; ") }
}

impl<M> ConflictTarget<M> for &'static str {
    fn target(self) -> Target {
        Target::Named(self)
    }
}

impl<M, T> ConflictTarget<M> for Column<M, T> {
    fn target(self) -> Target {
        Target::Columns(vec![self.name()])
    }
}

macro_rules! targets {
    ($($name:ident $at:tt),+) => {
        impl<M, $($name),+> ConflictTarget<M> for ($(Column<M, $name>,)+) {
            fn target(self) -> Target {
                Target::Columns(vec![$(self.$at.name()),+])
            }
        }
    };
}

targets!(A 0);
targets!(A 0, B 1);
targets!(A 0, B 1, C 2);
targets!(A 0, B 1, C 2, D 3);
