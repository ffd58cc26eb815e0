//! A statement of a plan, and what is known about it.

use std::borrow::Borrow;

use serde::Serialize;

use super::fill::Fill;
use super::hazard::Hazard;
use super::measured::Measured;
use crate::ddl;
use crate::schema::Id;

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
    /// The same object as data; none where the statement is about the session.
    #[serde(skip)]
    pub(super) id: Option<Id>,
    #[serde(skip)]
    pub(super) work: Work,
    /// The verb of the change that the step belongs to.
    #[serde(skip)]
    pub(super) verb: Verb,
    /// Where it is an `ALTER TABLE` that others of the same table may share: the text before its action, and the
    /// action.
    #[serde(skip)]
    pub(super) action: Option<(String, String)>,
    /// Where it is a backfill in batches, which others of the same rows may share: that as data.
    #[serde(skip)]
    pub(super) fill: Option<Fill>,
}

/// The work of a statement, as far as it decides with what else it may share a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Work {
    /// A change of the catalog.
    #[default]
    Catalog,
    /// `LOCK TABLE`: once a file is enough.
    Lock,
    /// `VALIDATE CONSTRAINT`: reads the whole table.
    Validation,
    /// `ANALYZE`: reads some of the rows.
    Analysis,
    /// Gives the rows that exist a value.
    Fill,
    /// Creates a function or procedure, whose body may name what is created later.
    Routine,
}

/// The verb for an object in the summary of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Verb {
    Create,
    Rename,
    #[default]
    Change,
    Fill,
    Validate,
    Analyze,
    Comment,
    Grant,
    Drop,
}

impl Verb {
    pub(super) fn word(self) -> &'static str {
        match self {
            Verb::Create => "creates",
            Verb::Rename => "renames",
            Verb::Change => "changes",
            Verb::Fill => "fills",
            Verb::Validate => "validates",
            Verb::Analyze => "analyzes",
            Verb::Comment => "comments on",
            Verb::Grant => "grants or revokes privileges on",
            Verb::Drop => "drops",
        }
    }
}

impl Step {
    pub(super) fn new(id: impl Borrow<Id>, sql: impl Into<String>) -> Self {
        let id = id.borrow();
        Step { id: Some(id.clone()), ..Self::of_session(&id.to_string(), sql) }
    }

    /// A statement that is about no object.
    pub(super) fn of_session(about: &str, sql: impl Into<String>) -> Self {
        Step {
            sql: sql.into(),
            about: about.to_owned(),
            in_transaction: true,
            in_batches: false,
            hazards: Vec::new(),
            measured: None,
            id: None,
            work: Work::Catalog,
            verb: Verb::Change,
            action: None,
            fill: None,
        }
    }

    /// `ALTER TABLE …` with an action that may share the statement with others of the same table.
    pub(super) fn alter(id: &Id, table: &str, action: String) -> Self {
        let head = format!("ALTER TABLE {table} ");
        Step { action: Some((head.clone(), action.clone())), ..Step::new(id, head + &action) }
    }

    /// Lets others of the same table share the statement, if it is an `ALTER TABLE`.
    pub(super) fn share(&mut self, table: &str) {
        let head = format!("ALTER TABLE {table} ");
        self.action = self.sql.strip_prefix(&head).map(|action| (head.clone(), action.to_owned()));
    }

    /// A backfill in batches.
    pub(super) fn fill(id: &Id, fill: Fill) -> Self {
        let step = Step::new(id, fill.statement()).doing(Work::Fill);
        Step { in_transaction: false, in_batches: true, fill: Some(fill), ..step }
    }

    /// The same of the table alone, without those that inherit from it.
    pub(super) fn only(mut self) -> Self {
        self.sql = ddl::only(&self.sql);
        if let Some((head, _)) = &mut self.action {
            *head = ddl::only(head);
        }
        self
    }

    pub(super) fn doing(self, work: Work) -> Self {
        Step { work, ..self }
    }

    /// The verb for the summary: that of the statement's own work, or else of the change.
    pub(super) fn verb(&self) -> Verb {
        match self.work {
            Work::Fill => Verb::Fill,
            Work::Validation => Verb::Validate,
            Work::Analysis => Verb::Analyze,
            _ => self.verb,
        }
    }

    /// May others of the same table share its statement?
    pub(super) fn may_be_joined(&self) -> bool {
        self.action.is_some() || self.fill.is_some()
    }

    /// Takes another such step into this one, if it is of the same table.
    pub(super) fn join(&mut self, other: &Step) -> bool {
        if let (Some(fill), Some(other)) = (&mut self.fill, &other.fill) {
            if !fill.join(other) {
                return false;
            }
            self.sql = fill.statement();
        } else if let (Some((head, _)), Some((other_head, action))) = (&self.action, &other.action)
            && head == other_head
        {
            self.sql += &format!(",\n    {action}");
        } else {
            return false;
        }
        self.about += &format!(", {}", other.about);
        self.hazards.extend(other.hazards.iter().cloned());
        true
    }

    pub(super) fn hazard(self, hazard: Hazard) -> Self {
        self.with(Some(hazard))
    }

    pub(super) fn with(mut self, hazards: impl IntoIterator<Item = Hazard>) -> Self {
        self.hazards.extend(hazards);
        self
    }

    /// A file may be checked out with other line ends, and is to build the same.
    pub(super) fn escape_cr(&mut self) {
        self.sql = crate::sql::without_cr(&self.sql);
    }
}
