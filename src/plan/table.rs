//! Tables: how they are dropped, and the properties that have statements of their own.

use super::context::Context;
use super::hazard::Hazard;
use super::step::Step;
use crate::ddl;
use crate::ddl::table::RowSecurity;
use crate::schema::{Id, Name, Table};

pub(super) fn drop(context: &Context<'_>, table: &Name) -> Step {
    let id = Id::Table(table.clone());
    let message = if context.current.is_partitioned(table) {
        "the table is lost, and with it the rows of the partitions that go"
    } else {
        "the table and its rows are lost"
    };
    let restarts = identity_restarts(context, table).filter(|_| context.is_made_again(&id));
    let step = Step::new(&id, ddl::drop(&id, context.current));
    step.hazard(Hazard::destroys("drop-table", table, message)).with(restarts)
}

/// `SET LOGGED` or `SET UNLOGGED`, of a sequence too.
pub(super) fn persistence(context: &Context<'_>, id: &Id) -> Vec<Step> {
    let unlogged = match id {
        Id::Table(name) => context.wanted.tables.get(name).map(|found| found.unlogged),
        Id::Sequence(name) => context.wanted.sequences.get(name).map(|found| found.unlogged),
        _ => None,
    };
    let set = |word| Step::new(id, format!("ALTER {} SET {word}", ddl::address(id, context.wanted)));
    vec![if unlogged == Some(true) { set("UNLOGGED").with(unlogged_hazard(id)) } else { set("LOGGED") }]
}

/// The tables that change before this one, where foreign keys join them: no logged table may refer to an unlogged one.
pub(super) fn persistence_after(context: &Context<'_>, id: &Id) -> Vec<Id> {
    let Id::Table(name) = id else { return Vec::new() };
    let Some(found) = context.current.tables.get(name) else { return Vec::new() };
    let refers =
        |from: &Table, to: &Name| from.constraints.values().any(|key| key.references.as_ref() == Some(to));
    let others = context.current.tables.values().filter(|other| other.name != *name);
    let first =
        others.filter(|other| if found.unlogged { refers(found, &other.name) } else { refers(other, name) });
    first.map(|other| Id::Table(other.name.clone())).collect()
}

pub(super) fn row_security(context: &Context<'_>, name: &Name) -> Vec<Step> {
    let both = context.current.tables.get(name).zip(context.wanted.tables.get(name));
    let statements = both.map(|(found, want)| ddl::table::row_security(found, want)).unwrap_or_default();
    let step = |(what, sql)| {
        Step::new(Id::Table(name.clone()), sql).hazard(row_security_hazard(context, name, what))
    };
    statements.into_iter().map(step).collect()
}

/// The storage parameters that are set, and those that are reset.
pub(super) fn set_options(context: &Context<'_>, name: &Name) -> Vec<Step> {
    let (Some(found), Some(want)) = (context.current.tables.get(name), context.wanted.tables.get(name))
    else {
        return Vec::new();
    };
    let set: Vec<String> =
        want.options.iter().filter(|option| !found.options.contains(option)).cloned().collect();
    let gone = found.option_names().filter(|name| want.option_names().all(|other| other != *name));
    let reset: Vec<String> = gone.map(str::to_owned).collect();
    let id = Id::Table(name.clone());
    let step = |verb: &str, what: Vec<String>| {
        (!what.is_empty())
            .then(|| Step::new(&id, format!("ALTER TABLE {} {verb} ({})", ddl::name(name), what.join(", "))))
    };
    [step("SET", set), step("RESET", reset)].into_iter().flatten().collect()
}

/// Row security that begins or ends.
fn row_security_hazard(context: &Context<'_>, table: &Name, what: RowSecurity) -> Hazard {
    let has_policy = context.wanted.objects_on("POLICY", table).next().is_some();
    let rows =
        if has_policy { "only the rows that a policy allows" } else { "no row, since no policy allows any" };
    let message = match what {
        RowSecurity::Disable => "its rows are hidden from nobody who may read it".to_owned(),
        RowSecurity::NoForce => "its owner sees and writes every row from here on".to_owned(),
        RowSecurity::Force => format!("its owner sees and writes {rows}"),
        RowSecurity::Enable => format!("whoever is not its owner sees and writes {rows}"),
    };
    Hazard::warns("row-security", table, &message)
}

/// A table or sequence that is no longer written to the write-ahead log.
fn unlogged_hazard(id: &Id) -> Option<Hazard> {
    let (name, message) = match id {
        Id::Table(name) => (name, "a crash empties it, and standbys do not have its rows"),
        Id::Sequence(name) => (name, "after a crash it begins again, with numbers that were given before"),
        _ => return None,
    };
    Some(Hazard::warns("unlogged", name, message))
}

/// The identity columns of a partitioned table that is created anew: its partitions keep their rows, and the numbers of
/// these.
fn identity_restarts<'a>(context: &'a Context<'_>, table: &'a Name) -> impl Iterator<Item = Hazard> + 'a {
    let columns = context.wanted.tables.get(table).into_iter().flat_map(|want| &want.columns);
    let numbered = columns.filter(|want| {
        let found = context.current.column(table, &want.name);
        want.identity.is_some() && found.is_some_and(|found| found.identity.is_some())
    });
    let message = "begins at its start again, and may give a number that a row has: set its sequence by hand";
    numbered.map(move |want| Hazard::warns("identity-restarts", format!("{table}.{}", want.name), message))
}
