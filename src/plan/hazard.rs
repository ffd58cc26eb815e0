//! What a step may do to data and to running programs.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::Step;
use super::context::Context;
use super::steps::held_before;
use super::wider::reads_alike;
use crate::ddl::constraint::index_definition;
use crate::diff::Change;
use crate::ident::unquoted;
use crate::schema::{Column, Constraint, ConstraintKind, Id, Index, Name, Object, Schema, SequenceOptions};

/// Something to know before a step runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hazard {
    /// Its rule: `drop-column`.
    pub rule: &'static str,
    /// The object: `image_generations.size`.
    pub object: String,
    /// What may happen.
    pub message: String,
    /// Is it refused until it is acknowledged?
    pub destructive: bool,
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hazard {}:{}: {}", self.rule, self.object, self.message)
    }
}

impl Hazard {
    pub(super) fn destroys(rule: &'static str, object: impl ToString, message: &str) -> Self {
        Hazard { rule, object: object.to_string(), message: message.to_owned(), destructive: true }
    }

    pub(super) fn warns(rule: &'static str, object: impl ToString, message: &str) -> Self {
        Hazard { rule, object: object.to_string(), message: message.to_owned(), destructive: false }
    }

    pub(super) fn rename(what: &str, from: impl ToString) -> Self {
        let rule = match what {
            "table" => "rename-table",
            "label" => "rename-enum-value",
            _ => "rename-column",
        };
        Self::warns(rule, from, "a program that still uses the old name fails")
    }
}

/// What can fail on rows, which a proof on an empty database cannot see.
pub(super) fn of_rows(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let has_rows = |table: &Name| context.current.tables.contains_key(table);
    match id {
        Id::Constraint(table, name) | Id::ForeignKey(table, name) if has_rows(table) => {
            if held_before(context, table, name) {
                return None;
            }
            let want = context.wanted.constraint(table, name)?;
            // What is not valid is not checked.
            want.parts().valid.then(|| of_constraint(table, want))
        }
        Id::Link(table, from) => {
            let values = said(context.wanted.tables.get(table)?.bound.as_ref()?);
            let default = default_partition(context, from).filter(|default| *default != table);
            let message = match (has_rows(table), default) {
                (true, Some(default)) => format!("fails if a row is not {values}, or one of {default} is"),
                (true, None) => format!("fails if a row is not {values}"),
                (false, Some(default)) => {
                    format!("fails if a row of {default} is {values}: move such rows first")
                }
                (false, None) => return None,
            };
            Some(Hazard::warns("attach-partition", table, &message))
        }
        Id::Index(name) => {
            let index = context.wanted.indexes.get(name)?;
            (index.unique && has_rows(&index.table))
                .then(|| Hazard::warns("add-unique", name, "fails if two rows are alike"))
        }
        _ => None,
    }
}

/// The partition that has the rows of no other one, and had rows before.
fn default_partition<'a>(context: &Context<'a>, whole: &Name) -> Option<&'a Name> {
    let is_default = |table: &&Name| {
        let found = context.wanted.tables.get(table);
        found.is_some_and(|it| it.bound.as_deref() == Some("DEFAULT") && it.parents.contains(whole))
    };
    context.current.tables.keys().find(is_default)
}

/// What it means that a table is one of another one no longer, be it for a moment.
pub(super) fn of_cut(context: &Context<'_>, table: &Name, from: &Name) -> Option<Hazard> {
    let child = context.current.tables.get(table).filter(|it| it.parents.contains(from))?;
    let comes_back = context.has(&Change::Create(Id::Link(table.clone(), from.clone())));
    if child.bound.is_none() {
        let message = format!("{from} has the rows no longer");
        return (!comes_back).then(|| Hazard::warns("no-inherit", table, &message));
    }
    let above = |of: &&Name| context.current.tables.get(of).and_then(|it| it.parents.first());
    let wholes: Vec<&Name> = std::iter::successors(Some(from), above).collect();
    let refers =
        |key: &Constraint| !key.inherited && key.references.as_ref().is_some_and(|to| wholes.contains(&to));
    let tables = context.current.tables.values();
    let referring: Vec<String> =
        tables.filter(|it| it.constraints.values().any(refers)).map(|it| it.name.to_string()).collect();
    let fails = (!referring.is_empty())
        .then(|| format!("fails if a row of {} refers to one of its rows", referring.join(" or ")));
    let message = match (comes_back, fails) {
        (false, None) => format!("{from} has the rows no longer"),
        (false, Some(fails)) => format!("{from} has the rows no longer; {fails}"),
        (true, fails) => fails?,
    };
    Some(Hazard::warns("detach-partition", table, &message))
}

/// A partition's bound, as a sentence goes on.
fn said(bound: &str) -> String {
    match bound.strip_prefix("FOR VALUES ") {
        Some(values) => format!("within {values}"),
        None => "for the default partition".to_owned(),
    }
}

/// How a constraint can fail on rows.
pub(super) fn of_constraint(table: &Name, constraint: &Constraint) -> Hazard {
    let object = format!("{table}.{}", constraint.name);
    match constraint.kind {
        ConstraintKind::ForeignKey => {
            Hazard::warns("add-foreign-key", object, "fails if a row refers to nothing")
        }
        ConstraintKind::Check => Hazard::warns("add-check", object, "fails if a row breaks it"),
        _ => Hazard::warns("add-unique", object, "fails if two rows are alike"),
    }
}

/// What only a lock that keeps everybody off can build or check, on a table that is in use. Of an index of a
/// partitioned table its parts say it.
pub(super) fn no_online_way(context: &Context<'_>, id: &Id) -> Option<Hazard> {
    let is_whole = |table: &Name| context.wanted.is_partitioned(table);
    let (table, object, needs_lock) = match id {
        Id::Constraint(table, name) => {
            let has_index = context.wanted.constraint(table, name)?.has_index();
            (table, format!("{table}.{name}"), has_index && !is_whole(table))
        }
        Id::ForeignKey(table, name) => {
            let reads = context.wanted.constraint(table, name)?.parts().valid;
            (table, format!("{table}.{name}"), reads && is_whole(table))
        }
        Id::Index(name) => {
            let table = &context.wanted.indexes.get(name)?.table;
            (table, name.to_string(), !is_whole(table))
        }
        _ => return None,
    };
    let work = match id {
        Id::ForeignKey(..) => "others wait for the table while its rows are checked",
        _ => "others wait for the table while the index is built",
    };
    (needs_lock && context.in_use(table)).then(|| Hazard::warns("no-online-way", object, work))
}

/// What the steps of a file say of the same object in the same words is said once.
pub(super) fn say_once(steps: &mut [Step]) {
    let mut said = BTreeSet::new();
    for step in steps {
        step.hazards.retain(|it| said.insert((it.rule, it.object.clone(), it.message.clone())));
    }
}

/// `VALIDATE CONSTRAINT` of a table that is in use.
pub(super) fn long_validation(table: &Name) -> Hazard {
    Hazard::warns("long-validation", table, "reads every row; nobody waits for it, and it may take its time")
}

/// `SET NOT NULL`, and nobody said what to do about NULL.
pub(super) fn null_in_a_row(table: &Name, column: &str) -> Hazard {
    let object = format!("{table}.{column}");
    let message = format!("fails if a row has NULL; to fill such rows: --fill {object}='…'");
    Hazard::warns("set-not-null", object, &message)
}

/// A column that every program must write from now on.
pub(super) fn required_column(table: &Name, column: &Column) -> Option<Hazard> {
    let message = "a program that does not write it fails from here on";
    must_be_filled(column)
        .then(|| Hazard::warns("required-column", format!("{table}.{}", column.name), message))
}

/// Does row security apply to the table's owner too? A value for its rows would reach only those that he sees.
pub(super) fn hides_rows(context: &Context<'_>, table: &Name) -> bool {
    let found = context.current.tables.get(table);
    found.is_some_and(|table| table.row_security && table.force_row_security)
}

/// What it means to the rest that all rows of a table are written.
pub(super) fn of_filling(context: &Context<'_>, table: &Name, column: &str) -> Vec<Hazard> {
    let policies = hides_rows(context, table).then(|| {
        let message = "row security is forced on it: fails unless the role that applies it has BYPASSRLS";
        Hazard::warns("row-security", table, message)
    });
    let triggers = context.current.objects.iter().filter_map(|(id, found)| {
        let Id::On(word, of, name) = id else { return None };
        let fires = word == "TRIGGER" && of == table && is_of_update(&found.definition, name, column);
        let message = "runs for every row that gets a value; one that keeps a row as it is makes this fail";
        (fires && !context.has(&Change::Drop(id.clone())))
            .then(|| Hazard::warns("fires-trigger", format!("{table}.{name}"), message))
    });
    policies.into_iter().chain(triggers).collect()
}

/// Does the trigger run when this column is written? Postgres writes its events before the table.
fn is_of_update(definition: &str, name: &str, column: &str) -> bool {
    let events = definition.split_once(name).and_then(|(_, rest)| rest.split_once(" ON "));
    let Some((events, _)) = events else { return false };
    match events.split_once(" UPDATE OF ") {
        Some((_, columns)) => columns.contains(column),
        None => events.contains(" UPDATE"),
    }
}

/// A sequence that may be beyond its new bounds.
pub(super) fn narrow_sequence(
    object: impl ToString,
    found: &SequenceOptions,
    want: &SequenceOptions,
) -> Option<Hazard> {
    let above = (want.max < found.max).then(|| format!("above {}", want.max));
    let below = (want.min > found.min).then(|| format!("below {}", want.min));
    let beyond: Vec<String> = above.into_iter().chain(below).collect();
    let message = format!("fails if its last number is {}", beyond.join(" or "));
    (!beyond.is_empty()).then(|| Hazard::warns("narrow-sequence", object, &message))
}

/// What is no longer written to the log.
pub(super) fn unlogged(id: &Id) -> Option<Hazard> {
    let (name, message) = match id {
        Id::Table(name) => (name, "a crash empties it, and standbys do not have its rows"),
        Id::Sequence(name) => (name, "after a crash it begins again, with numbers that were given before"),
        _ => return None,
    };
    Some(Hazard::warns("unlogged", name, message))
}

/// A privilege that somebody had.
pub(super) fn revoked(id: &Id, sql: &str) -> Option<Hazard> {
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
pub(super) fn of_row_security(context: &Context<'_>, table: &Name, sql: &str) -> Hazard {
    let has_policy = context
        .wanted
        .objects
        .keys()
        .any(|id| matches!(id, Id::On(word, of, _) if word == "POLICY" && of == table));
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
pub(super) fn of_policy(context: &Context<'_>, id: &Id) -> Option<Hazard> {
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
pub(super) fn change_type(object: String, from: &str, to: &str) -> Option<Hazard> {
    let message = format!("{from} to {to}: a program that expects the old type may fail");
    (!reads_alike(from, to)).then(|| Hazard::warns("change-type", object, &message))
}

/// What another collation does to a column's order, and to what is unique in it.
pub(super) fn of_collation(
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
pub(super) fn drop_view(context: &Context<'_>, name: &Name) -> Hazard {
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
pub(super) fn rebuilt_view(context: &Context<'_>, id: &Id) -> Vec<Hazard> {
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
pub(super) fn other_result(context: &Context<'_>, id: &Id) -> Option<Hazard> {
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

/// The indexes and keys of other columns too that go along with a column, said with the first one that goes.
pub(super) fn taken_along(context: &Context<'_>, table: &Name, column: &str) -> Vec<Hazard> {
    let gone = Id::Column(table.clone(), column.to_owned());
    let goes = |id: &Id| context.has(&Change::Drop(id.clone()));
    let is_missed = |id: &Id| {
        let of = || context.current.dependencies.of(id).filter(|on| matches!(on, Id::Column(..)));
        let is_only_key = match id {
            Id::Constraint(_, name) => {
                let key =
                    |schema: &'_ Schema| schema.tables.get(table).and_then(|it| it.primary_key().cloned());
                key(context.current).is_some_and(|key| key.name == *name) && key(context.wanted).is_none()
            }
            _ => false,
        };
        !goes(id) && of().find(|on| goes(on)) == Some(&gone) && (is_only_key || of().any(|on| !goes(on)))
    };
    let along = context.current.dependencies.on(&gone).filter(|id| is_missed(id));
    along
        .flat_map(|id| match id {
            Id::Index(name) => {
                let slow = drop_index(context, name).filter(|_| !rest_is_indexed(context, id));
                [slow, drop_unique_index(context, name)]
            }
            Id::Constraint(table, name) => [drop_unique(context, table, name), None],
            _ => [None, None],
        })
        .flatten()
        .collect()
}

/// Has another index all columns of this one that stay?
fn rest_is_indexed(context: &Context<'_>, index: &Id) -> bool {
    let is_column = |on: &&Id| matches!(on, Id::Column(..));
    let rest: BTreeSet<&Id> = context
        .current
        .dependencies
        .of(index)
        .filter(is_column)
        .filter(|on| !context.has(&Change::Drop((*on).clone())))
        .collect();
    let is_index = |on: &&Id| match on {
        Id::Index(_) => true,
        Id::Constraint(table, name) => {
            context.wanted.constraint(table, name).is_some_and(Constraint::has_index)
        }
        _ => false,
    };
    let on_first = rest.first().into_iter().flat_map(|column| context.wanted.dependencies.on(column));
    on_first.filter(is_index).any(|other| rest.is_subset(&context.wanted.dependencies.of(other).collect()))
}

/// An index that goes while nothing else begins with its columns.
pub(super) fn drop_index(context: &Context<'_>, name: &Name) -> Option<Hazard> {
    let gone = context.current.indexes.get(name)?;
    let other = |index: &Index| index.table == gone.table && serves(&index.definition, &gone.definition);
    let replaced = context.wanted.indexes.values().any(other);
    let again = context
        .wanted
        .indexes
        .get(name)
        .filter(|it| it.table == gone.table && context.has(&Change::Create(Id::Index(name.clone()))));
    let message = match again {
        None if !replaced => "queries that used it become slow",
        // A unique one is back before the transaction ends.
        Some(again)
            if !again.unique
                && context.in_use(&gone.table)
                && !context.current.is_partitioned(&gone.table) =>
        {
            "queries that use it are slow until it is built again"
        }
        _ => return None,
    };
    Some(Hazard::warns("drop-index", name, message))
}

/// A function that says something else from here on, while what was computed with it is kept.
pub(super) fn changed_function(context: &Context<'_>, id: &Id) -> Option<Hazard> {
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

/// A key that goes while nothing else keeps its columns unique.
pub(super) fn drop_unique(context: &Context<'_>, table: &Name, name: &str) -> Option<Hazard> {
    let gone = context.current.constraint(table, name).and_then(index_definition)?;
    if context.wanted.constraint(table, name).and_then(index_definition).is_some() {
        return None;
    }
    let index = Name::new(&table.schema, name);
    no_longer_unique(context, table, &gone, &index)
}

/// The same of an index.
pub(super) fn drop_unique_index(context: &Context<'_>, name: &Name) -> Option<Hazard> {
    let gone = context.current.indexes.get(name).filter(|index| index.unique)?;
    let want = context.wanted.indexes.get(name);
    if want.is_some_and(|want| want.unique) {
        return None;
    }
    no_longer_unique(context, &gone.table, &gone.definition, name)
}

/// The same of what keeps columns unique by an index of this name and definition.
fn no_longer_unique(context: &Context<'_>, table: &Name, gone: &str, name: &Name) -> Option<Hazard> {
    let want = context.wanted.tables.get(table)?;
    let by_key =
        want.constraints.values().any(|key| index_definition(key).is_some_and(|found| found == gone));
    let by_index = |index: &Index| index.unique && index.table == *table && index.definition == gone;
    let message = "two rows may be alike from here on, and ON CONFLICT of its columns fails";
    (!by_key && !context.wanted.indexes.values().any(by_index))
        .then(|| Hazard::warns("drop-unique", name, message))
}

/// Does an index do for queries what another one did? `USING btree (a, b)` does so for `USING btree (a)`.
fn serves(index: &str, other: &str) -> bool {
    let Some(columns) = other.strip_suffix(')') else { return index == other };
    // What follows the columns may be that it holds fewer rows.
    let rest = index.strip_prefix(columns);
    rest.is_some_and(|rest| !rest.contains(" WHERE ") && (rest == ")" || rest.starts_with(", ")))
}

/// Does a new column leave existing rows without a value that it must have?
pub(super) fn must_be_filled(column: &Column) -> bool {
    column.not_null && column.default.is_none() && column.generated.is_none() && column.identity.is_none()
}
