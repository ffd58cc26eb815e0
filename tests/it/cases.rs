//! The diff cases: `tests/cases/<kind>/<what_changes>.sql`, one change each. Adding a case adds text, not code.
//!
//! A file says what it is about in its first line, and holds sections, each under a line of its own:
//!
//! * `-- from`, `-- to`: the schema before and after;
//! * `-- rows` (optional): rows of the old schema;
//! * `-- then` (optional): queries of the new schema, each with its expected rows behind it, `-- 1 | ada`;
//! * `-- refused` (optional): the refusals as a person reads them, or why there is no plan at all;
//! * `-- plan`: the plan; `-- plan from 18` where from that version of Postgres on it reads otherwise.
//!
//! Above them, a line each: `-- since: 15` and `-- until: 17`, the first and the last version of Postgres that knows
//! what the case is about (a run on another one lists it as not applicable); and what the plan is told: `-- allow:
//! drop-column:t.c` (exactly what it would be refused for otherwise), `-- offline ok` (nobody uses the tables),
//! `-- fill: t.c = 0`, `-- using: t.c = c::int`,
//! `-- renamed: column t.a -> t.b`; and `-- one way: why` where the way back (which is otherwise worked out and proven
//! too) needs more than that; `-- superuser` where it needs one, as everything else does not; `-- measured` where the plan is to say what it locks, rewrites and scans.
//!
//! `FEEDSTOCK_BLESS=1` writes the plans and refusals that came out; `FEEDSTOCK_CASES` picks files by a part of
//! their name, or by one of several with commas between.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use feedstock::internals::diff::Hints;
use feedstock::internals::plan::{Options, Plan};
use feedstock::internals::prove::{Database, measure_plan};
use feedstock::internals::schema::Name;
use feedstock::internals::source::Built;
use postgres::SimpleQueryMessage;

use crate::lint::plans::passes;
use crate::pipeline::{allow_all, apply, built, proven, same_dump, worked_out};
use crate::support;

/// More would wait for each other: most of the work is the server's.
const THREADS: usize = 4;

#[test]
fn cases() {
    let files = case_files();
    assert!(!files.is_empty(), "no case was found");
    let (files, later): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| is_applicable(file));
    say_not_applicable(&later);
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = check(file) {
                        failures.lock().unwrap().insert(file.clone(), why);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    let mut report = String::new();
    for (file, why) in &failures {
        writeln!(report, "\n=== {}\n{}", file.display(), why.trim_end()).unwrap();
    }
    assert!(failures.is_empty(), "{} of {} cases fail\n{report}", failures.len(), files.len());
}

/// The major version that the cases run on.
fn major() -> u32 {
    support::server().version() / 10_000
}

fn is_applicable(file: &Path) -> bool {
    let text = std::fs::read_to_string(file).unwrap();
    let said = |word| text.lines().find_map(|line| line.strip_prefix(word)?.parse::<u32>().ok());
    let (since, until) = (said("-- since: "), said("-- until: "));
    since.is_none_or(|first| first <= major()) && until.is_none_or(|last| last >= major())
}

fn say_not_applicable(later: &[PathBuf]) {
    if !later.is_empty() {
        let names: Vec<_> = later.iter().filter_map(|file| file.file_stem()?.to_str()).collect();
        support::not_applicable(&format!("{} cases ({})", names.len(), names.join(", ")));
    }
}

fn case_files() -> Vec<PathBuf> {
    let wanted = std::env::var("FEEDSTOCK_CASES").unwrap_or_default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files = Vec::new();
    for kind in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(kind.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if wanted.split(',').any(|part| path.to_string_lossy().contains(part)) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Runs one case; what is wrong with it, if anything is.
fn check(file: &Path) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| {
        let mut case = Case::read(file)?;
        let checked = if case.superuser { support::as_superuser(|| case.check()) } else { case.check() };
        if std::env::var_os("FEEDSTOCK_BLESS").is_some() {
            case.write(file);
        }
        checked
    }))
    .unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        Err(text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("panicked").to_owned())
    })
}

/// A case, as it is written.
struct Case {
    header: String,
    sections: BTreeMap<&'static str, String>,
    allow: BTreeSet<String>,
    hints: Hints,
    options: Options,
    one_way: bool,
    superuser: bool,
    measured: bool,
}

/// The sections in the order in which they stand.
const SECTIONS: [&str; 9] =
    ["from", "to", "rows", "then", "refused", "plan", "plan from 16", "plan from 17", "plan from 18"];

/// The newest version whose plans stand under `-- plan`, where there is no other section for it.
const FIRST: u32 = 15;

impl Case {
    fn read(file: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(file).unwrap();
        let mut case = Case {
            header: String::new(),
            sections: BTreeMap::new(),
            allow: BTreeSet::new(),
            hints: Hints::default(),
            options: Options::default(),
            one_way: false,
            superuser: false,
            measured: false,
        };
        let mut section = None;
        for line in text.lines() {
            if let Some(name) = SECTIONS.into_iter().find(|name| line == format!("-- {name}")) {
                section = Some(name);
                case.sections.insert(name, String::new());
                continue;
            }
            let to = match section {
                Some(name) => case.sections.entry(name).or_default(),
                None => &mut case.header,
            };
            *to += line;
            to.push('\n');
        }
        for line in case.header.clone().lines().skip(1).filter(|line| !line.is_empty()) {
            case.directive(line).ok_or_else(|| format!("not a directive: {line}"))?;
        }
        if case.header.starts_with("-- ") { Ok(case) } else { Err("the first line says nothing".to_owned()) }
    }

    fn directive(&mut self, line: &str) -> Option<()> {
        if line == "-- offline ok" {
            self.options.offline_ok = true;
            return Some(());
        }
        if line == "-- superuser" {
            self.superuser = true;
            return Some(());
        }
        if line == "-- measured" {
            self.measured = true;
            return Some(());
        }
        let (word, what) = line.strip_prefix("-- ")?.split_once(": ")?;
        match word {
            "allow" => self.allow.extend([what.to_owned()]),
            "fill" => self.options.fill.extend([expression(what)?]),
            "using" => self.options.using.extend([expression(what)?]),
            "renamed" => renamed(&mut self.hints, what)?,
            "one way" => self.one_way = true,
            "since" | "until" => _ = what.parse::<u32>().ok()?,
            _ => return None,
        }
        Some(())
    }

    fn section(&self, name: &str) -> Option<&str> {
        self.sections.get(name).map(|text| text.trim_end())
    }

    fn check(&mut self) -> Result<(), String> {
        let (from, to) = (self.built("from")?, self.built("to")?);
        let mut plan = match worked_out(&from, &to, &self.hints, &self.options) {
            Ok(plan) => plan,
            Err(why) if self.sections.contains_key("refused") => return self.said(&why, ""),
            Err(why) => return Err(why),
        };
        if self.measured {
            let found =
                measure_plan(support::scratch(), &from.database, &plan).map_err(|error| error.to_string())?;
            if let Some(failed) = found.failure {
                return Err(format!("cannot be measured: {}", failed.error));
            }
            plan.take(found.batches, &self.options);
        }
        let text = plan.script();
        let refused: Vec<String> = plan.refusals.iter().map(ToString::to_string).collect();
        // The texts come last, so that a plan that does not even work is seen as such.
        let said = self.said(&refused.join("\n"), text.trim_end());
        self.arrives(&from, &to, &plan).map_err(|why| format!("{why}\n\nthe plan was:\n{text}"))?;
        passes(&from, &plan, &self.options).map_err(|why| format!("{why}\n\nthe plan was:\n{text}"))?;
        if !self.one_way {
            let back = worked_out(&to, &from, &back(&self.hints), &allow_all())?;
            proven(&to, &from, &back)
                .map_err(|why| format!("back: {why}\n\nthe plan back was:\n{}", back.script()))?;
        }
        let all: BTreeSet<String> =
            plan.refusals.iter().map(|it| format!("{}:{}", it.rule, it.object)).collect();
        if !self.sections.contains_key("refused") && all != self.allow {
            return Err(format!("is refused without {all:?}, and the case says {:?}", self.allow));
        }
        said
    }

    fn built(&self, section: &str) -> Result<Built, String> {
        let text = self.section(section).ok_or(format!("no section {section}"))?;
        built(&format!("{section}.sql"), text).map_err(|why| format!("{section}: {why}"))
    }

    /// The section of this version's plan: that of the newest version up to it.
    fn plan(&self) -> &'static str {
        let versions = (FIRST..=major()).rev().map(plan_of);
        versions.into_iter().find(|name| self.sections.contains_key(name)).unwrap_or("plan")
    }

    /// Compares the texts, and keeps those that came out.
    fn said(&mut self, refused: &str, plan: &str) -> Result<(), String> {
        let mut said = Vec::new();
        for (name, found, written) in [("refused", refused, "refused"), (self.plan(), plan, plan_of(major()))]
        {
            let expected = self.section(name);
            if expected == Some(found) || name == "refused" && expected.is_none() {
                continue;
            }
            said.push(format!("{name} differs:\n{}", difference(expected.unwrap_or_default(), found)));
            self.sections.insert(written, format!("{found}\n"));
        }
        if said.is_empty() { Ok(()) } else { Err(said.join("\n")) }
    }

    fn arrives(&self, from: &Built, to: &Built, plan: &Plan) -> Result<(), String> {
        proven(from, to, plan)?;
        let result = support::scratch().clone_of(&from.database).unwrap();
        if let Some(rows) = self.section("rows") {
            result.client().unwrap().batch_execute(rows).map_err(|error| format!("rows: {error:?}"))?;
        }
        apply(&result, plan)?;
        if let Some(queries) = self.section("then") {
            then(&result, queries)?;
        }
        same_dump(&result, &to.database)
    }

    fn write(&self, file: &Path) {
        let mut text = format!("{}\n", self.header.trim_end());
        for name in SECTIONS {
            if let Some(section) = self.sections.get(name) {
                write!(text, "\n-- {name}\n{}\n", section.trim_matches('\n')).unwrap();
            }
        }
        std::fs::write(file, text.replace("\n\n\n", "\n\n")).unwrap();
    }
}

/// The section in which a version's plan is written, if it reads otherwise than that of the version before.
fn plan_of(major: u32) -> &'static str {
    SECTIONS.into_iter().find(|name| *name == format!("plan from {major}")).unwrap_or("plan")
}

/// `t.c = 1 + 1`
fn expression(text: &str) -> Option<((Name, String), String)> {
    let (column, expression) = text.split_once(" = ")?;
    Some((part(column)?, expression.to_owned()))
}

/// `t.c` or `s.t.c`
fn part(text: &str) -> Option<(Name, String)> {
    let (table, column) = text.rsplit_once('.')?;
    Some((name(table), column.to_owned()))
}

fn name(text: &str) -> Name {
    text.split_once('.').map_or_else(|| Name::new("public", text), |(schema, name)| Name::new(schema, name))
}

/// `table a -> b`, `column t.a -> t.b`, `enum a -> b`, `label e.a -> e.b`
fn renamed(hints: &mut Hints, text: &str) -> Option<()> {
    let (word, names) = text.split_once(' ')?;
    let (from, to) = names.split_once(" -> ")?;
    let parts = || Some((part(to)?.0, part(from)?.1, part(to)?.1));
    match word {
        "table" => hints.tables.push((name(from), name(to))),
        "column" => hints.columns.push(parts()?),
        "enum" => hints.enums.push((name(from), name(to))),
        "label" => hints.labels.push(parts()?),
        _ => return None,
    }
    Some(())
}

/// The same renames the other way round.
fn back(hints: &Hints) -> Hints {
    let name = |pairs: &[(Name, Name)]| -> Vec<_> {
        pairs.iter().map(|(from, to)| (to.clone(), from.clone())).collect()
    };
    let old = |of: &Name, pairs: &[(Name, Name)]| {
        pairs.iter().find(|(_, to)| to == of).map_or(of, |(from, _)| from).clone()
    };
    let part = |parts: &[(Name, String, String)], of: &[(Name, Name)]| -> Vec<_> {
        parts.iter().map(|(table, from, to)| (old(table, of), to.clone(), from.clone())).collect()
    };
    Hints {
        tables: name(&hints.tables),
        columns: part(&hints.columns, &hints.tables),
        enums: name(&hints.enums),
        labels: part(&hints.labels, &hints.enums),
    }
}

/// Asks each query, and compares its rows with the comments behind it.
fn then(database: &Database, text: &str) -> Result<(), String> {
    let mut client = database.client().unwrap();
    let mut query = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        query += line;
        query.push('\n');
        if !line.ends_with(';') {
            continue;
        }
        let messages = client.simple_query(&query).map_err(|error| format!("{query}{error:?}"))?;
        let found: String = messages.iter().filter_map(row).collect();
        let mut expected = String::new();
        while let Some(row) = lines.next_if(|line| line.starts_with("-- ")) {
            expected += &format!("{row}\n");
        }
        if found != expected {
            return Err(format!("{query}gives other rows:\n{}", difference(&expected, &found)));
        }
        query.clear();
    }
    Ok(())
}

fn row(message: &SimpleQueryMessage) -> Option<String> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    let values: Vec<&str> = (0..row.len()).map(|at| row.get(at).unwrap_or("NULL")).collect();
    Some(format!("-- {}\n", values.join(" | ")))
}

/// The lines between the first and the last that differ.
fn difference(expected: &str, found: &str) -> String {
    let (mut expected, mut found): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    while !expected.is_empty() && expected.last() == found.last() {
        expected.pop();
        found.pop();
    }
    let same = expected.iter().zip(&found).take_while(|(one, other)| one == other).count();
    let lines = |sign: &str, lines: &[&str]| -> String {
        lines[same..].iter().map(|line| format!("  {sign} {line}\n")).collect()
    };
    lines("-", &expected) + &lines("+", &found)
}
