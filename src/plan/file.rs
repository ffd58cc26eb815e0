//! A plan: files of steps, and their text.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::hazard::Hazard;
use super::measured::{Measured, lines};
use super::refusal::Refusal;
use super::step::{Step, Verb, Work};
use crate::Result;
use crate::migration::{Allow, Header};
use crate::schema::{Id, Name};
use crate::sql::unqualified::{without_schema, without_schema_in_block};

/// Files of steps, in the order in which they are applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The files; none where there is nothing to do.
    pub files: Vec<File>,
    /// Why the plan is not carried out as it stands.
    pub refusals: Vec<Refusal>,
    /// `--fill` and `--using` for columns that need none, a line each.
    #[serde(skip)]
    pub unused: Vec<String>,
    /// The columns in which every row that gets a value from the plan gets the same; is the column new?
    #[serde(skip)]
    pub(crate) constants: BTreeMap<(Name, String), bool>,
}

/// The steps between two ends of a transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct File {
    /// The steps in order.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Marks the step that failed on the scratch server, with what the server said: who reads the plan must see it.
    pub fn say_that_it_fails(&mut self, file: usize, step: usize, error: &str) {
        let step = &mut self.files[file].steps[step];
        let said = error.lines().map(str::trim).collect::<Vec<_>>().join("; ");
        let message = format!("it failed when it was tried: {said}");
        step.hazards.push(Hazard::warns("fails", &step.about, &message));
    }

    /// Leaves the schema out before names, but for those that `is_taken`: unqualified they would mean something else.
    pub fn leave_out(&mut self, schema: &str, is_taken: impl Fn(&str) -> bool) {
        for step in self.files.iter_mut().flat_map(|file| &mut file.steps) {
            let without = if step.in_batches { without_schema_in_block } else { without_schema };
            step.sql = without(&step.sql, schema, &is_taken);
        }
    }

    /// Puts `steps` in front of everything else.
    pub fn prepend(&mut self, mut steps: Vec<Step>) {
        steps.iter_mut().for_each(Step::escape_cr);
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

    /// The objects that the steps are about.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Id> {
        self.steps().filter_map(|step| step.id.as_ref())
    }

    /// The statements alone.
    pub fn sql(&self) -> String {
        self.files.iter().map(File::sql).collect::<Vec<_>>().join("\n")
    }

    /// The plan as a script that psql runs as it is: each transaction in `BEGIN` and `COMMIT`, and above it what it
    /// does, its hazards and its locks as comments.
    pub fn script(&self) -> String {
        let of = self.files.len();
        let numbered = self.files.iter().enumerate();
        let scripts = numbered.map(|(at, file)| file.script((of > 1).then_some((at + 1, of))));
        scripts.collect::<Vec<_>>().join("\n")
    }
}

impl File {
    /// The directives that the runner needs at the top of the file.
    pub fn header(&self) -> Header {
        Header {
            no_transaction: self.steps.iter().any(|step| !step.in_transaction),
            backfill: self.steps.iter().any(|step| step.in_batches),
            ..Header::default()
        }
    }

    /// The same with what a reader is told at the top: what the file does, its hazards, and which were acknowledged.
    ///
    /// # Errors
    /// An object's name cannot be a part of a directive.
    pub fn told(&self) -> Result<Header> {
        let hazards = self.steps.iter().flat_map(|step| &step.hazards).filter(|hazard| hazard.destructive);
        Ok(Header {
            notes: [self.summary()].into_iter().chain(self.hazards()).collect(),
            allows: hazards
                .map(|hazard| Allow::parse(&format!("{}:{}", hazard.rule, hazard.object)))
                .collect::<Result<_>>()?,
            ..self.header()
        })
    }

    /// Is it a transaction, and is its time short whatever the tables hold?
    pub(super) fn is_quick(&self) -> bool {
        let takes_time = |step: &Step| matches!(step.work, Work::Validation | Work::Analysis);
        !self.steps.iter().any(|step| !step.in_transaction || takes_time(step))
    }

    fn how(&self) -> &'static str {
        let header = self.header();
        if header.backfill {
            "outside a transaction, in batches"
        } else if header.no_transaction {
            "outside a transaction"
        } else {
            "in a transaction"
        }
    }

    /// The statements, a blank line where the subject changes.
    pub fn sql(&self) -> String {
        let mut text = String::new();
        let mut last = None;
        for step in &self.steps {
            if last.is_some_and(|about| about != &step.about) {
                text.push('\n');
            }
            last = Some(&step.about);
            text += &step.sql;
            text += ";\n";
        }
        text
    }

    fn script(&self, part: Option<(usize, usize)>) -> String {
        let does = self.summary();
        let first = match part {
            Some((at, of)) => format!("file {at} of {of}, {}: {does}", self.how()),
            None => does,
        };
        let notes: String = [first]
            .into_iter()
            .chain(self.hazards())
            .chain(self.lines())
            .map(|line| comment(&line))
            .collect();
        let (begin, end) =
            if self.header().no_transaction { ("", "") } else { ("BEGIN;\n\n", "\nCOMMIT;\n") };
        format!("{notes}\n{begin}{}{end}", self.sql())
    }

    /// What the file does, in a sentence: `creates index a_idx; drops column a.b`.
    pub fn summary(&self) -> String {
        let mut verbs: BTreeMap<Verb, Vec<&str>> = BTreeMap::new();
        let of_objects = self.steps.iter().filter(|step| step.id.is_some() && step.work != Work::Lock);
        let mut seen = BTreeSet::new();
        for step in of_objects {
            if seen.insert((step.verb(), step.about.as_str())) {
                verbs.entry(step.verb()).or_default().push(&step.about);
            }
        }
        // A comment on what is created in the same file is a part of it.
        let is_more = |(verb, objects): &(Verb, Vec<&str>)| !objects.is_empty() && *verb != Verb::Comment;
        let comments = verbs.remove(&Verb::Comment).filter(|_| verbs.is_empty());
        let verbs = verbs.into_iter().filter(is_more).chain(comments.map(|of| (Verb::Comment, of)));
        let parts: Vec<String> =
            verbs.map(|(verb, objects)| format!("{} {}", verb.word(), some(&objects))).collect();
        if parts.is_empty() { "changes default privileges".to_owned() } else { parts.join("; ") }
    }

    /// The hazards, a line each.
    pub fn hazards(&self) -> Vec<String> {
        self.steps.iter().flat_map(|step| &step.hazards).map(ToString::to_string).collect()
    }

    /// What the file as a whole does to relations that existed before, a line each; none where it was not measured.
    pub fn lines(&self) -> Vec<String> {
        let measured: Vec<&Measured> = self.steps.iter().filter_map(|step| step.measured.as_ref()).collect();
        lines::of_file(&measured)
    }

    /// Removes hazards that an earlier step of the file has already.
    pub(super) fn say_hazards_once(&mut self) {
        let mut said = BTreeSet::new();
        for step in &mut self.steps {
            step.hazards.retain(|it| said.insert((it.rule, it.object.clone(), it.message.clone())));
        }
    }
}

/// The objects that a sentence names of so many.
const NAMED: usize = 5;

/// `table a, table b and 12 more`
fn some(objects: &[&str]) -> String {
    let named = objects.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match objects.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// A comment of one line or several, whatever line ends a name holds.
fn comment(text: &str) -> String {
    text.split(['\r', '\n']).map(|line| format!("-- {line}\n")).collect()
}
