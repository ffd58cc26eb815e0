//! [`Change`]s -> files of [`Step`]s: in what order, with which statements, where a transaction must end, and
//! what is refused. No IO.
//!
//! Locks are measured, not guessed: a proof watches what the steps do, and [`Plan::take`] makes it part of the plan.

mod backfill;
mod blocking;
mod column;
mod composite;
mod context;
mod family;
mod files;
mod graph;
mod hazard;
mod measured;
mod not_null;
mod online;
mod order;
mod privilege;
mod refusal;
mod rename;
mod sequence;
mod size;
mod stage;
mod steps;
mod types;
mod update;
mod volatile;
mod wider;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diff::{Change, ColumnChange, Rename};
use crate::migration::Header;
use crate::schema::{Id, Name, Schema};

pub use hazard::Hazard;
pub use measured::{Held, Kind, Lock, Locks, Measured, Mode, Relation};
pub use refusal::{Allow, Refusal};
pub use size::{SMALL_TABLE, Size};

/// Files of steps, in the order in which they are applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The files; none where there is nothing to do.
    pub files: Vec<File>,
    /// Why the plan is not carried out as it stands.
    pub refusals: Vec<Refusal>,
    /// What was said about columns and applies to nothing, a line each.
    #[serde(skip)]
    pub unused: Vec<String>,
}

/// The steps between two ends of a transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct File {
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// A statement, and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The statement, without a semicolon.
    pub sql: String,
    /// The object that it is about: `column image_generations.size`.
    pub about: String,
    /// Does it run in a transaction? If not, it is alone in its file.
    pub in_transaction: bool,
    /// Does it end its own transactions, so that it can be run again from its start at any time?
    pub in_batches: bool,
    /// What may go wrong with data or with running programs.
    pub hazards: Vec<Hazard>,
    /// What Postgres did, where a proof watched it.
    pub measured: Option<Measured>,
    /// The end of an `ALTER TABLE` that others of the same table may share, so that it is rewritten once.
    #[serde(skip)]
    action: Option<String>,
}

impl Step {
    fn new(about: impl ToString, sql: impl Into<String>) -> Self {
        let about = about.to_string();
        Step {
            sql: sql.into(),
            about,
            in_transaction: true,
            in_batches: false,
            hazards: Vec::new(),
            measured: None,
            action: None,
        }
    }

    /// An `ALTER TABLE` whose end others of the same table may share.
    fn action(self, action: impl Into<String>) -> Self {
        Step { action: Some(action.into()), ..self }
    }

    /// Takes another such step into this one, if it is of the same table.
    fn join(&mut self, other: &Step) -> bool {
        let (Some(_), Some(action)) = (&self.action, &other.action) else { return false };
        let of_table = other.sql.strip_suffix(action.as_str());
        if !of_table.is_some_and(|of_table| self.sql.starts_with(of_table)) {
            return false;
        }
        self.sql += &format!(",\n    {action}");
        self.about += &format!(", {}", other.about);
        self.hazards.extend(other.hazards.iter().cloned());
        true
    }

    fn hazard(self, hazard: Hazard) -> Self {
        self.with(Some(hazard))
    }

    fn with(mut self, hazards: impl IntoIterator<Item = Hazard>) -> Self {
        self.hazards.extend(hazards);
        self
    }
}

/// What a plan cannot know by itself.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Values for the rows that a NOT NULL column finds without one: an expression a column.
    pub fill: BTreeMap<(Name, String), String>,
    /// How a column's old values become new ones: an expression a column.
    pub using: BTreeMap<(Name, String), String>,
    /// The hazards that were acknowledged.
    pub allow: Allow,
    /// Nobody uses the tables while the plan is applied: the direct way is taken everywhere.
    pub offline_ok: bool,
    /// How large the tables are where the plan is to run; a table that is not among them may have any size.
    pub sizes: BTreeMap<Name, Size>,
    /// Up to how many bytes, indexes and long values included, a table is small; [`SMALL_TABLE`] without another word.
    pub small_table: Option<u64>,
}

/// Orders `changes` and says each as SQL. `current` and `wanted` are what the changes were worked out from.
///
/// A table of `current` may be in use: what would keep its users waiting takes several files, unless
/// [`Options::offline_ok`]. A table that is made by the plan itself is used by nobody yet.
pub fn plan(current: &Schema, wanted: &Schema, changes: &[Change], options: &Options) -> Plan {
    let wanted = &*not_null::said(current, wanted);
    let context = context::Context::new(current, wanted, changes, options);
    let mut files = files::files(&context, order::ordered(&context));
    files.iter_mut().for_each(|file| hazard::say_once(&mut file.steps));
    files.iter_mut().flat_map(|file| &mut file.steps).for_each(escape_cr);
    let refusals = refusal::refusals(&context, files.iter().flat_map(|file| &file.steps));
    Plan { files, refusals, unused: unused(&context) }
}

/// A comment of one line or several, whatever line ends a name holds.
fn comment(text: &str) -> String {
    text.split(['\r', '\n']).map(|line| format!("-- {line}\n")).collect()
}

/// A file may be checked out with other line ends, and is to build the same.
fn escape_cr(step: &mut Step) {
    step.sql = crate::sql::without_cr(&step.sql);
}

/// The values and conversions that are said of columns that need none.
fn unused(context: &context::Context<'_>) -> Vec<String> {
    let changes = |(table, column): &(Name, String), what| {
        context.has(&Change::Column(table.clone(), column.clone(), what))
    };
    let is_new = |(table, column): &(Name, String)| {
        let is_filled = context.wanted.column(table, column).is_some_and(hazard::must_be_filled);
        is_filled && context.has(&Change::Create(Id::Column(table.clone(), column.clone())))
    };
    let fill = context.options.fill.keys();
    let fill = fill.filter(|of| !changes(of, ColumnChange::SetNotNull) && !is_new(of)).map(|(table, column)| {
        format!(
            "--fill {table}.{column} is not used: only rows of a table that was there get a value, in a column \
             that becomes NOT NULL, or comes so without a default"
        )
    });
    let using = context.options.using.keys().filter(|of| !changes(of, ColumnChange::Type));
    let using = using
        .map(|(table, column)| format!("--using {table}.{column} is not used: its type does not change"));
    fill.chain(using).collect()
}

/// The steps that carry out `renames`.
pub fn rename_steps(renames: &[Rename]) -> Vec<Step> {
    renames.iter().flat_map(rename::steps).collect()
}

impl Plan {
    /// Marks the step that failed on the scratch server, with what the server said: who reads the plan must see it.
    pub fn say_that_it_fails(&mut self, file: usize, step: usize, error: &str) {
        let step = &mut self.files[file].steps[step];
        let said = error.lines().map(str::trim).collect::<Vec<_>>().join("; ");
        let message = format!("it failed when it was tried: {said}");
        step.hazards.push(Hazard::warns("fails", &step.about, &message));
    }

    /// Puts `steps` in front of everything else.
    pub fn prepend(&mut self, mut steps: Vec<Step>) {
        steps.iter_mut().for_each(escape_cr);
        if steps.is_empty() {
            return;
        }
        match self.files.first_mut().filter(|first| first.is_quick()) {
            Some(first) => first.steps.splice(..0, steps).for_each(drop),
            None => self.files.insert(0, File { steps }),
        }
    }

    /// Is there nothing to do?
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// All steps of all files.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.files.iter().flat_map(|file| &file.steps)
    }

    /// The plan as SQL, hazards and what was measured as comments, a line between files.
    pub fn sql(&self) -> String {
        let files: Vec<String> = self.files.iter().map(File::sql).collect();
        match &files[..] {
            [one] => one.clone(),
            many => many
                .iter()
                .enumerate()
                .map(|(at, sql)| {
                    let how = self.files[at].how();
                    format!("-- file {} of {}: {how}\n\n{sql}", at + 1, many.len())
                })
                .collect::<Vec<_>>()
                .join("\n"),
        }
    }
}

impl File {
    /// What the comments at the top of the file must say for the runner.
    pub fn header(&self) -> Header {
        Header {
            no_transaction: self.steps.iter().any(|step| !step.in_transaction),
            backfill: self.steps.iter().any(|step| step.in_batches),
            ..Header::default()
        }
    }

    /// Is it a transaction, and is its time short whatever the tables hold?
    fn is_quick(&self) -> bool {
        let validates = |step: &Step| step.sql.contains(" VALIDATE CONSTRAINT ");
        !self.steps.iter().any(|step| !step.in_transaction || validates(step))
    }

    fn how(&self) -> &'static str {
        let header = self.header();
        if header.backfill {
            "outside a transaction, in batches"
        } else if header.no_transaction {
            "outside a transaction"
        } else {
            "a transaction of its own"
        }
    }

    /// The file's statements, hazards and what was measured as comments, a blank line where the subject changes.
    pub fn sql(&self) -> String {
        self.text(Measured::lines)
    }

    /// As [`File::sql`], for a file whose header says what was measured.
    pub fn sql_without_measures(&self) -> String {
        self.text(|_| Vec::new())
    }

    fn text(&self, measured: impl Fn(&Measured) -> Vec<String>) -> String {
        let mut text = String::new();
        let mut last = None;
        for step in &self.steps {
            if last.is_some_and(|about| about != &step.about) {
                text.push('\n');
            }
            last = Some(&step.about);
            for hazard in &step.hazards {
                text += &comment(&hazard.to_string());
            }
            for line in step.measured.iter().flat_map(&measured) {
                text += &comment(&line);
            }
            text += &step.sql;
            text += ";\n";
        }
        text
    }
}
