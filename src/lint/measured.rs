//! What a statement did when it was run: locks, rewrites and scans of relations that were there before the first file.

use std::collections::{BTreeMap, BTreeSet};

use super::affected::{BACKFILL, changed_tables, whole};
use super::failed::failed;
use super::{File, Found};
use crate::plan::{
    Hazard, Kind, Lock, Measured, Mode, Options, Relation, Size, measured_hazards, measured_lines,
};
use crate::prove::Ran;
use crate::report::Source;
use crate::schema::{Constraint, ConstraintKind, Id, Name, Schema};
use crate::sql;

/// What was measured of a statement, a line each.
pub(super) fn evidence(ran: &Ran) -> Vec<String> {
    measured_lines(&[&ran.measured])
}

pub(super) fn findings(file: &File<'_>) -> Vec<Found> {
    let measured: Vec<Measured> = file.ran.iter().map(|ran| ran.measured.clone()).collect();
    let known = measured_hazards(&measured, file.options);
    let mut found: Vec<Found> = Vec::new();
    for (at, hazard) in measured_hazards(&measured, &without_small(file.options)) {
        let is_known = |(other, it): &(usize, Hazard)| {
            *other == at && it.object == hazard.object && it.rule == hazard.rule
        };
        let is_small = !known.iter().any(is_known);
        found.extend(of_hazard(file, at, &hazard).map(|found| Found { is_small, ..found }));
    }
    found.extend(failures(file));
    for (at, ran) in file.ran.iter().enumerate().filter(|(_, ran)| ran.failed.is_none()) {
        found.extend(of_statement(file, at, ran));
    }
    once(found)
}

/// The statements that fail everywhere.
pub(super) fn failures(file: &File<'_>) -> Vec<Found> {
    let failing = file.ran.iter().enumerate().filter_map(|(at, ran)| Some((at, ran.failed.as_ref()?)));
    failing.filter_map(|(at, error)| failed(file, at, error)).collect()
}

/// The sizes of all tables, none of which counts as small.
fn without_small(options: &Options) -> Options {
    let sizes = options.sizes.iter();
    let sizes =
        sizes.map(|(name, size)| (name.clone(), Size { bytes: size.bytes.max(1), ..*size })).collect();
    Options { sizes, small_table: Some(0), ..Options::default() }
}

/// Each problem of a statement once, as the partitions of a table have the same one.
fn once(found: Vec<Found>) -> Vec<Found> {
    let mut once: Vec<Found> = Vec::new();
    for found in found {
        let same = |it: &&mut Found| (it.at, &it.rule, &it.object) == (found.at, &found.rule, &found.object);
        match once.iter_mut().find(same) {
            Some(said) => said.is_small &= found.is_small,
            None => once.push(found),
        }
    }
    once
}

fn of_hazard(file: &File<'_>, at: usize, hazard: &Hazard) -> Option<Found> {
    let new = |rule: &'static str, object: &dyn ToString, message: &str| {
        Some(Found::new(rule, Some(at), object.to_string(), message, Source::Measured))
    };
    // What `new` writes says what it does in the words of its plan.
    if file.migration.is_proven() {
        // Where it says that there is no other way, there is no use in advice.
        let no_way = |note: &String| note.starts_with("hazard no-online-way:");
        let is_said = hazard.rule == "scan-under-lock" && file.migration.header.notes.iter().any(no_way);
        return new(hazard.rule, &hazard.object, &hazard.message).filter(|_| !is_said);
    }
    let what = what_else(file, at, hazard);
    let ran = &file.ran[at];
    let size = |table: &Name| file.options.sizes.get(table).map(|it| format!(", {it}")).unwrap_or_default();
    let table = named(&ran.measured, &hazard.object);
    let size = table.map(size).unwrap_or_default();
    let object = table.map_or_else(|| hazard.object.clone(), |table| whole(file, at, table).to_string());
    match what {
        Else::Nothing if hazard.rule == "rewrite-table" => {
            let message = format!(
                "nobody can read or write it while all of it is written anew{size}{}",
                instead(file, at, table)
            );
            new("rewrite-table", &object, &message)
        }
        Else::Nothing => new(hazard.rule, &object, &hazard.message),
        Else::Same => None,
        Else::Truncated => new(
            "truncate-table",
            &object,
            "all its rows are removed at once, while nobody can read or write it",
        ),
        Else::Refreshed => {
            new("rebuild-view", &object, "nobody can read it until its query has filled it again")
        }
        Else::Packed => {
            let message = format!("nobody can read or write it while all of it is written anew{size}");
            new("rewrite-table", &object, &message)
        }
        Else::Reindexed(indexes) => {
            let several = indexes.len() > 1;
            let names: Vec<String> = indexes.iter().map(|name| name.name.clone()).collect();
            let message = format!(
                "nobody can write to it, and most queries of it wait too, while its {} {} {} built anew{size}",
                if several { "indexes" } else { "index" },
                names.join(", "),
                if several { "are" } else { "is" },
            );
            let each = indexes.iter().map(crate::ddl::name);
            let each = each
                .map(|name| format!("-- feedstock: no-transaction\nREINDEX INDEX CONCURRENTLY {name};\n"));
            let rewrite = Some(each.collect::<Vec<_>>().join("\n-- the next file\n"));
            new("scan-under-lock", &object, &message).map(|found| Found { rewrite, ..found })
        }
        Else::Read(mode) => {
            let rule = if mode.blocks_reads() { "block-reads" } else { "block-writes" };
            let who = mode.locked_out();
            let message =
                format!("{who} while this statement reads all of it{size}; do that work in a later file");
            new(rule, &object, &message)
        }
        Else::Late(mode) => {
            let message = format!(
                "{} while all of it is read{size}, since an earlier statement of the file keeps it locked; \
                 do this in a later file",
                mode.locked_out()
            );
            new("scan-under-lock", &object, &message)
        }
        Else::Excluded(constraint) => {
            let message = format!(
                "{} while its index is built from all rows{size}; Postgres has no other way to add it",
                "nobody can read or write the table",
            );
            new("no-online-way", &constraint, &message)
        }
        Else::Backfill(table) => {
            let message =
                format!("its rows are changed while the transaction keeps {} locked", hazard.object);
            new(BACKFILL, &whole(file, at, &table), &message)
        }
    }
}

/// What to do instead of a rewrite, by what changes in the columns.
fn instead(file: &File<'_>, at: usize, table: Option<&Name>) -> &'static str {
    let columns = |schema: &Schema| {
        let table = table.and_then(|table| schema.tables.get(table));
        let columns = table.into_iter().flat_map(|table| &table.columns);
        columns.map(|column| (column.name.clone(), column.data_type.clone())).collect::<BTreeMap<_, _>>()
    };
    let (before, after) = (columns(file.before_statement(at)), columns(&file.ran[at].after));
    if before.iter().any(|(name, was)| after.get(name).is_some_and(|is| is != was)) {
        "; in use, a column is better replaced by a new one, filled in batches"
    } else if after.keys().any(|name| !before.contains_key(name)) {
        "; in use, a column is better added without a value, and filled in batches in a later file"
    } else {
        ""
    }
}

/// What a hazard is, where it is not what the plan's own statements would do.
enum Else {
    Nothing,
    /// Another finding of the statement says it.
    Same,
    Truncated,
    Refreshed,
    /// Its rows are written anew as they are: `CLUSTER`, `VACUUM FULL`.
    Packed,
    /// The indexes that `REINDEX` builds.
    Reindexed(Vec<Name>),
    /// A statement that needs no strong lock reads a table that an earlier one has locked.
    Read(Mode),
    /// A statement that could do with a weak lock, behind one of the same file that took a strong one.
    Late(Mode),
    /// The exclusion constraint whose index is built.
    Excluded(String),
    /// The table whose rows are changed.
    Backfill(Name),
}

fn what_else(file: &File<'_>, at: usize, hazard: &Hazard) -> Else {
    let ran = &file.ran[at];
    let measured = &ran.measured;
    let (before, after) = (file.before_statement(at), &ran.after);
    let unchanged = **before == **after;
    let is_it = |relation: &&Relation| relation.name.to_string() == hazard.object;
    if hazard.rule == "rewrite-table" {
        let kind = measured.rewrites.iter().find(is_it).map(|relation| relation.kind);
        let is_emptied = ran.emptied.iter().any(|name| name.to_string() == hazard.object);
        return match kind {
            Some(Kind::MaterializedView) => Else::Refreshed,
            _ if unchanged && is_emptied => Else::Truncated,
            _ if unchanged => Else::Packed,
            _ => Else::Nothing,
        };
    }
    let is_blocked = matches!(hazard.rule, "block-reads" | "block-writes");
    if is_blocked && is_dropped(&hazard.object, file) {
        return Else::Same;
    }
    let held = measured.locks.cumulative.iter().find(|lock| lock.relation.name.to_string() == hazard.object);
    // Programs do not write to a materialized view.
    let is_view = |lock: &Lock| lock.relation.kind == Kind::MaterializedView && !lock.mode.blocks_reads();
    if held.is_some_and(is_view) {
        return Else::Same;
    }
    let takes = |lock: &&Lock| lock.relation.name.to_string() == hazard.object && lock.mode.blocks_writes();
    let own = measured.locks.own.iter().find(takes);
    let changes = || changed_tables(file, at).into_iter().next();
    let strong = measured.locks.own.iter().any(|lock| lock.mode.blocks_writes());
    if unchanged && measured.rewrites.is_empty() && !strong {
        return match changes() {
            Some(table) => Else::Backfill(table),
            None if is_blocked => Else::Nothing,
            None => held.map_or(Else::Nothing, |lock| Else::Read(lock.mode)),
        };
    }
    if is_opaque(file, at) && changes_rows(file.statements[at].text) {
        let table = if is_blocked { changes() } else { named(measured, &hazard.object).cloned() };
        if let Some(table) = table {
            return Else::Backfill(table);
        }
    }
    if is_blocked {
        // The lock belongs to the work, unless several statements hide in this one.
        let worked_on = measured.rewrites.iter().chain(&measured.scans).map(|relation| &relation.name);
        let is_related =
            |own: &Lock| worked_on.clone().any(|table| are_related(file, at, table, &own.relation.name));
        return match own {
            Some(own) if !is_opaque(file, at) || is_related(own) => Else::Same,
            _ => Else::Nothing,
        };
    }
    let rebuilt: Vec<Name> = measured
        .rewrites
        .iter()
        .filter(|it| {
            it.kind == Kind::Index && it.of.as_ref().is_some_and(|of| of.to_string() == hazard.object)
        })
        .map(|index| index.name.clone())
        .collect();
    if unchanged && !rebuilt.is_empty() {
        return Else::Reindexed(rebuilt);
    }
    match (excluding(file, at, &hazard.object), held, own) {
        (Some(constraint), _, _) => Else::Excluded(constraint),
        (None, Some(held), None) => Else::Late(held.mode),
        _ => Else::Nothing,
    }
}

/// The exclusion constraint that a statement adds to a table.
fn excluding(file: &File<'_>, at: usize, object: &str) -> Option<String> {
    let (before, after) = (file.before_statement(at), &file.ran[at].after);
    let table = after.tables.values().find(|table| table.name.to_string() == object)?;
    let known = before.tables.get(&table.name);
    let is_new = |it: &&Constraint| known.is_none_or(|known| !known.constraints.contains_key(&it.name));
    let mut excluding = table.constraints.values().filter(|it| it.kind == ConstraintKind::Exclude);
    excluding.find(is_new).map(|constraint| format!("{}.{}", table.name, constraint.name))
}

/// Are all of these, as a message names them, used by nobody: tables that are gone at the end, and views that the file
/// drops? What is dropped, and where it is created again, is another finding.
fn is_dropped(names: &str, file: &File<'_>) -> bool {
    let Some(end) = file.ran.last().map(|ran| &ran.after) else { return false };
    let tables = |schema: &Schema| schema.tables.keys().map(Name::to_string).collect();
    let views = |schema: &Schema| -> BTreeSet<String> {
        let views = schema.objects.keys().filter_map(|id| match id {
            Id::View(_, name) => Some(name.to_string()),
            _ => None,
        });
        views.collect()
    };
    let mut dropped: BTreeSet<String> = tables(file.before);
    tables(end).iter().for_each(|table| _ = dropped.remove(table));
    for (at, ran) in file.ran.iter().enumerate().filter(|(_, ran)| ran.failed.is_none()) {
        dropped.extend(views(file.before_statement(at)).difference(&views(&ran.after)).cloned());
    }
    let mut names = names.split(", ").flat_map(|name| name.split(" and "));
    names.all(|name| dropped.contains(name))
}

/// The table of a measurement that a message names.
fn named<'a>(measured: &'a Measured, object: &str) -> Option<&'a Name> {
    let locked = measured.locks.cumulative.iter().map(|lock| &lock.relation);
    let mut all = measured.rewrites.iter().chain(&measured.scans).chain(locked);
    all.find(|relation| relation.name.to_string() == object).map(|relation| &relation.name)
}

/// Does a statement of this kind run others, which its text does not show?
fn is_opaque(file: &File<'_>, at: usize) -> bool {
    let words = sql::words(file.statements[at].text);
    matches!(words.first().map(String::as_str), Some("DO" | "CALL" | "SELECT" | "WITH" | "EXECUTE"))
}

/// Does its text, strings included, name a statement that changes rows?
fn changes_rows(text: &str) -> bool {
    ["UPDATE", "DELETE", "MERGE"].into_iter().any(|word| has_word(text, word))
}

/// Is a word anywhere in a text, strings included?
fn has_word(text: &str, wanted: &str) -> bool {
    let mut words = text.split(|it: char| !it.is_alphanumeric() && it != '_');
    words.any(|word| word.eq_ignore_ascii_case(wanted))
}

/// Does one statement lock both tables: a foreign key between them comes or goes, or they have a common parent?
fn are_related(file: &File<'_>, at: usize, a: &Name, b: &Name) -> bool {
    let [before, after]: [&Schema; 2] = [file.before_statement(at), &file.ran[at].after];
    let keys = |schema: &Schema| -> BTreeSet<String> {
        let between = |from: &Name, to: &Name| {
            let constraints =
                schema.tables.get(from).into_iter().flat_map(|table| table.constraints.values());
            let keys = constraints.filter(|it| it.references.as_ref() == Some(to));
            keys.map(|key| format!("{from}.{} {}", key.name, key.definition)).collect::<Vec<_>>()
        };
        between(a, b).into_iter().chain(between(b, a)).collect()
    };
    let is_family = |schema: &Schema| {
        let parents = |name: &Name| schema.tables.get(name).map(|it| it.parents.clone()).unwrap_or_default();
        let (of_a, of_b) = (parents(a), parents(b));
        of_a.contains(b) || of_b.contains(a) || of_a.iter().any(|parent| of_b.contains(parent))
    };
    a == b || keys(before) != keys(after) || is_family(before) || is_family(after)
}

fn of_statement(file: &File<'_>, at: usize, ran: &Ran) -> Vec<Found> {
    let (before, after) = (file.before_statement(at), &ran.after);
    let mut found = Vec::new();
    if file.migration.is_proven() {
        return found;
    }
    let own = &ran.measured.locks.own;
    // Dropped without CONCURRENTLY, and not with its table.
    for (name, index) in &before.indexes {
        let dropped = !after.indexes.contains_key(name)
            && after.tables.contains_key(&index.table)
            && file.start.tables.contains_key(&index.table)
            && file.start.indexes.contains_key(name)
            // That of a partitioned table, and those of its partitions with it, cannot be dropped otherwise.
            && before.tables.get(&index.table).is_some_and(|table| table.partition_by.is_none())
            && index.attached_to.is_none();
        let locked = own.iter().any(|lock| lock.relation.name == index.table && lock.mode.blocks_reads());
        let renamed = ran.renamed.iter().any(|(old, _)| *old == Id::Index(name.clone()));
        if dropped && locked && !renamed && !goes_with_column(file, at, index) {
            let message =
                format!("nobody can read or write {} while its index {name} is dropped", index.table);
            let is_small = file.options.is_small(&index.table);
            found.push(Found {
                is_small,
                rewrite: Some(format!(
                    "-- feedstock: no-transaction\nDROP INDEX CONCURRENTLY {};\n",
                    crate::ddl::name(name)
                )),
                ..Found::new("drop-index-under-lock", Some(at), name, message, Source::Measured)
            });
        }
    }
    found.extend(locked_for_nothing(file, at, ran));
    found.extend(locked_together(file, at, ran));
    found
}

/// Tables that have nothing to do with each other, locked by statements that hide in one.
fn locked_together(file: &File<'_>, at: usize, ran: &Ran) -> Option<Found> {
    let is_new = |lock: &&Lock| {
        let table = &lock.relation.name;
        let is_table = matches!(lock.relation.kind, Kind::Table | Kind::PartitionedTable);
        is_table && lock.mode.blocks_reads() && ran.after.tables.contains_key(table)
    };
    if !is_opaque(file, at) || !ran.measured.rewrites.is_empty() || !ran.measured.scans.is_empty() {
        return None;
    }
    let mut tables = ran.measured.locks.own.iter().filter(is_new).map(|lock| &lock.relation.name);
    let first = tables.next()?;
    let other = tables.find(|other| !are_related(file, at, first, other))?;
    let message =
        format!("nobody can read or write it while the same transaction waits for its lock on {other}");
    let is_small = file.options.is_small(first) && file.options.is_small(other);
    Some(Found { is_small, ..Found::new("block-reads", Some(at), first, message, Source::Measured) })
}

/// Is the index dropped with one of its columns, so that the lock is the column's?
fn goes_with_column(file: &File<'_>, at: usize, index: &crate::schema::Index) -> bool {
    let columns = |schema: &crate::schema::Schema| {
        schema.tables.get(&index.table).map_or(0, |table| table.columns.len())
    };
    columns(file.before_statement(at)) != columns(&file.ran[at].after)
}

/// A lock that no change of the table needs.
fn locked_for_nothing(file: &File<'_>, at: usize, ran: &Ran) -> Vec<Found> {
    let measured = &ran.measured;
    if !measured.rewrites.is_empty() || !measured.scans.is_empty() {
        return Vec::new();
    }
    if **file.before_statement(at) != *ran.after || is_done_before(file.statements[at].text) {
        return Vec::new();
    }
    let held = measured.locks.own.iter().filter(|lock| {
        lock.mode.blocks_writes()
            && matches!(lock.relation.kind, Kind::Table | Kind::PartitionedTable | Kind::View)
    });
    let needed = |table: &Relation| {
        file.ran[at + 1..].iter().any(|later| {
            later.measured.locks.cumulative.mode(table).is_some()
                && (!later.measured.rewrites.is_empty() || **file.before_statement(at) != *later.after)
        })
    };
    held.filter(|lock| !needed(&lock.relation))
        .map(|lock| {
            let message = format!("{} although the statement changes nothing of it", lock.mode.locked_out());
            let is_small = file.options.is_small(&lock.relation.name);
            Found {
                is_small,
                ..Found::new("strong-lock", Some(at), &lock.relation.name, message, Source::Measured)
            }
        })
        .collect()
}

/// A statement that may change a table and finds nothing to change, as with `IF NOT EXISTS`: its lock is as short as if
/// it did.
fn is_done_before(text: &str) -> bool {
    let words = sql::words(text);
    let is_ddl = matches!(words.first().map(String::as_str), Some("ALTER" | "CREATE" | "DROP" | "COMMENT"));
    let has = |word| has_word(text, word);
    is_ddl || (["ALTER", "CREATE", "DROP"].into_iter().any(has) && !has("LOCK"))
}
