//! What running programs notice: privileges, policies, types, collations, views and functions that change.

use std::collections::BTreeSet;

use super::Hazard;
use crate::diff::Change;
use crate::ident::unquoted;
use crate::plan::context::Context;
use crate::plan::wider::reads_alike;
use crate::schema::{Column, Id, Name, Object, Schema};

/// A privilege that somebody had.
pub(in crate::plan) fn revoked(id: &Id, sql: &str) -> Option<Hazard> {
    let (_, role) = sql.strip_prefix("REVOKE ")?.rsplit_once(" FROM ")?;
    let object = match id {
        Id::Column(table, column) => format!("{table}.{column}"),
        Id::Table(name) | Id::View(_, name) | Id::Sequence(name) | Id::Enum(name) | Id::Type(name, _) => {
            name.to_string()
        }
        Id::Namespace(name) | Id::Routine(_, name) => name.clone(),
        _ => return None,
    };
    let message = match (sql.starts_with("REVOKE GRANT OPTION "), role) {
        (true, _) => format!("fails if {} gave it to others", unquoted(role)),
        (false, "PUBLIC") => "a program that needs it and has it only by PUBLIC fails".to_owned(),
        (false, _) => format!("a program that needs it and runs as {} fails", unquoted(role)),
    };
    Some(Hazard::warns("revoke", object, &message))
}

/// Row security that begins or ends.
pub(in crate::plan) fn of_row_security(context: &Context<'_>, table: &Name, sql: &str) -> Hazard {
    let has_policy = context.wanted.objects_on("POLICY", table).next().is_some();
    let rows =
        if has_policy { "only the rows that a policy allows" } else { "no row, since no policy allows any" };
    let message = if sql.ends_with(" DISABLE ROW LEVEL SECURITY") {
        "its rows are hidden from nobody who may read it".to_owned()
    } else if sql.ends_with(" NO FORCE ROW LEVEL SECURITY") {
        "its owner sees and writes every row from here on".to_owned()
    } else if sql.ends_with(" FORCE ROW LEVEL SECURITY") {
        format!("its owner sees and writes {rows}")
    } else {
        format!("whoever is not its owner sees and writes {rows}")
    };
    Hazard::warns("row-security", table, &message)
}

/// A policy that goes, changes, or takes something from others.
pub(in crate::plan) fn of_policy(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let Id::On(word, table, name) = id else { return None };
    let holds = |schema: &Schema| schema.tables.get(table).is_some_and(|table| table.row_security);
    if word != "POLICY" || !holds(context.current) || !holds(context.wanted) {
        return None;
    }
    let restricts = |policy: &Object| policy.definition.contains(" AS RESTRICTIVE");
    let (rule, message) = match (context.current.objects.get(id), context.wanted.objects.get(id)) {
        (Some(found), None) if restricts(found) => {
            ("drop-policy", "rows that it hid can be seen and written")
        }
        (Some(_), None) => ("drop-policy", "rows that only it allowed can no longer be seen or written"),
        (Some(found), Some(want)) if found.definition != want.definition => {
            ("changed-policy", "other rows than before can be seen and written")
        }
        (None, Some(want)) if restricts(want) => {
            ("add-policy", "rows that it does not allow can no longer be seen or written")
        }
        _ => return None,
    };
    Some(Hazard::warns(rule, format!("{table}.{name}"), message))
}

/// A column whose values programs get as another type.
pub(in crate::plan) fn change_type(object: String, from: &str, to: &str) -> Option<Hazard> {
    let message = format!("{from} to {to}: a program that expects the old type may fail");
    (!reads_alike(from, to)).then(|| Hazard::warns("change-type", object, &message))
}

/// What another collation does to a column's order, and to what is unique in it.
pub(in crate::plan) fn of_collation(
    context: &Context<'_>,
    table: &Name,
    found: &Column,
    want: &Column,
) -> Vec<Hazard> {
    let id = Id::Column(table.clone(), want.name.clone());
    let is_one = |on: &&Id| matches!(on, Id::Type(_, word) if word == "COLLATION");
    let collation = context.wanted.dependencies.of(&id).find(is_one);
    let is_new = collation.is_some_and(|it| context.has(&Change::ReplaceType(it.clone())));
    if !reads_alike(&found.data_type, &want.data_type) || (found.collation == want.collation && !is_new) {
        return Vec::new();
    }
    let object = format!("{table}.{}", want.name);
    let order = Hazard::warns("change-collation", object, "its values are compared and sorted otherwise");
    let collation = collation.and_then(|id| context.wanted.objects.get(id));
    let unequal_become_equal = collation.is_some_and(|it| it.definition.contains("DETERMINISTIC = false"));
    let unique = context
        .wanted
        .dependencies
        .on(&id)
        .filter(|it| unequal_become_equal && !context.has(&Change::Create((*it).clone())));
    let unique = unique.filter_map(|it| match it {
        Id::Index(name) => {
            context.wanted.indexes.get(name).filter(|index| index.unique).map(|_| name.to_string())
        }
        Id::Constraint(of, name) => {
            context.wanted.constraint(of, name).filter(|key| key.has_index()).map(|_| format!("{of}.{name}"))
        }
        _ => None,
    });
    let fails = unique.map(|object| {
        Hazard::warns("add-unique", object, "fails if two rows are alike to the new collation")
    });
    [order].into_iter().chain(fails).collect()
}

/// A view that goes, and what takes its name.
pub(in crate::plan) fn drop_view(context: &Context<'_>, name: &Name) -> Hazard {
    let [view, materialized] = Id::views(name).map(|id| context.wanted.objects.contains_key(&id));
    let message = if context.wanted.tables.contains_key(name) {
        "a table without rows takes its place"
    } else if view {
        "a view takes its place, whose query runs whenever it is read"
    } else if materialized {
        "a materialized view takes its place, which is as old as its last refresh"
    } else {
        "a program that reads it fails"
    };
    Hazard::warns("drop-view", name, message)
}

/// What a view that is made again lacks, or has as another type, and that it is filled again.
pub(in crate::plan) fn rebuilt_view(context: &Context<'_>, id: &Id) -> Vec<Hazard> {
    let Id::View(word, name) = id else { return Vec::new() };
    if word == "MATERIALIZED VIEW" {
        let message = "nobody can read it until its query has filled it again";
        return vec![Hazard::warns("rebuild-view", name, message)];
    }
    let both = [context.current, context.wanted].map(|schema| schema.objects.get(id).map(view_columns));
    let [Some(found), Some(want)] = both else { return Vec::new() };
    let hazard = |(column, from): &(String, &str)| {
        let object = format!("{name}.{column}");
        match want.iter().find(|(other, _)| other == column) {
            Some((_, to)) => change_type(object, from, to),
            None => Some(Hazard::warns("drop-column", object, "a program that reads it fails")),
        }
    };
    found.iter().filter_map(hazard).collect()
}

/// The columns of a view with their types: its key has them, a line each, with the number of a collation behind.
fn view_columns(view: &Object) -> Vec<(String, &str)> {
    let columns = view.replaces.iter().flat_map(|key| key.lines());
    columns
        .filter_map(|line| {
            let (line, _) = line.rsplit_once(' ')?;
            let mut quoted = false;
            let end = line.find(|letter| {
                quoted ^= letter == '"';
                letter == ' ' && !quoted
            })?;
            Some((unquoted(&line[..end]), &line[end + 1..]))
        })
        .collect()
}

/// A function that is made again and returns something else.
pub(in crate::plan) fn other_result(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let Id::Routine(_, address) = id else { return None };
    let result = |schema: &'_ Schema| {
        let definition = &schema.objects.get(id)?.definition;
        let (_, rest) = definition.split_once("\n RETURNS ")?;
        rest.lines().next().map(str::to_owned)
    };
    let (found, want) = (result(context.current)?, result(context.wanted)?);
    let message = format!("returns {want}, no longer {found}: a program that calls it may fail");
    (found != want).then(|| Hazard::warns("changed-function", address, &message))
}

/// A function that says something else from here on, while what was computed with it is kept.
pub(in crate::plan) fn changed_function(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let Id::Routine(_, address) = id else { return None };
    let (mut waiting, mut seen) = (vec![id.clone()], BTreeSet::new());
    while let Some(next) = waiting.pop() {
        let on = context.current.dependencies.on(&next).filter(|on| seen.insert((*on).clone()));
        // A function that is written in SQL may call it.
        waiting.extend(on.filter(|on| matches!(on, Id::Routine(..))).cloned());
    }
    let keeps = |on: &&Id| match on {
        Id::Index(_) | Id::Constraint(..) => true,
        Id::View(word, _) => word == "MATERIALIZED VIEW",
        Id::Default(table, column) => context.current.is_generated(table, column),
        _ => false,
    };
    let kept: Vec<String> = seen.iter().filter(keeps).map(ToString::to_string).collect();
    let message =
        format!("what was computed with it stays as it was until it is made again: {}", kept.join(", "));
    (!kept.is_empty()).then(|| Hazard::warns("changed-function", address, &message))
}
