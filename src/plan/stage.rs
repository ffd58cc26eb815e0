//! The stages of one change: each belongs into one file, and the next one into a later file.

use super::step::{Step, Verb};
use crate::schema::Id;

/// Which steps may share a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Quick changes of the catalog, which hold strong locks until their transaction ends.
    Transaction,
    /// `VALIDATE CONSTRAINT` and `ANALYZE`: they read whole tables, or a part of them, under locks that stop neither
    /// readers nor writers. Nothing that takes a stronger lock may share their transaction, or the strong lock would
    /// last as long as the reading.
    Validation,
    /// One statement outside of a transaction.
    Alone,
}

/// Steps of one change that are in one file.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) kind: Kind,
    pub(super) steps: Vec<Step>,
}

impl Stage {
    pub(super) fn transaction(steps: Vec<Step>) -> Self {
        Stage { kind: Kind::Transaction, steps }
    }

    pub(super) fn validation(step: Step) -> Self {
        Stage { kind: Kind::Validation, steps: vec![step] }
    }

    pub(super) fn alone(step: Step) -> Self {
        Stage { kind: Kind::Alone, steps: vec![Step { in_transaction: false, ..step }] }
    }
}

/// The stages of a change, and when others may go on.
#[derive(Debug, Clone)]
pub(super) struct Stages {
    pub(super) list: Vec<Stage>,
    /// After this one the object is there with its final name and type.
    pub(super) exists: usize,
    /// After this one a column has its values; no earlier than `exists`.
    pub(super) filled: usize,
    /// The first one that takes something away from the object that was there before.
    pub(super) touches: usize,
}

impl Stages {
    /// All in one transaction, as if nobody used the table.
    pub(super) fn direct(steps: Vec<Step>) -> Self {
        Self::of(vec![Stage::transaction(steps)])
    }

    /// The first stage makes the object.
    pub(super) fn of(list: Vec<Stage>) -> Self {
        let list = list.into_iter().filter(|stage| !stage.steps.is_empty()).collect();
        Stages { list, exists: 0, filled: 0, touches: 0 }
    }

    /// Is there a statement that others of its table may share?
    pub(super) fn may_join(&self) -> bool {
        let mut quick = self.list.iter().filter(|stage| stage.kind == Kind::Transaction);
        quick.any(|stage| stage.steps.iter().any(|step| step.action.is_some()))
    }

    pub(super) fn last(&self) -> usize {
        self.list.len().saturating_sub(1)
    }

    /// The object is there, and the old one touched, by that stage.
    #[must_use]
    pub(super) fn settled_by(self, stage: usize) -> Self {
        Stages { exists: stage, filled: stage, touches: stage, ..self }
    }
}

/// The stages of a change, and the object that it is about.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) id: Id,
    /// Is the object there once the stages have run? Not so of what can only follow it.
    pub(super) settles: bool,
    /// The objects that it waits for, in addition to the dependencies of `id`.
    pub(super) after: Vec<Id>,
    pub(super) stages: Stages,
    /// Do its statements take no lock that keeps readers or writers waiting: comments, privileges, statistics?
    pub(super) weak: bool,
}

impl Node {
    pub(super) fn new(id: Id, steps: Vec<Step>) -> Self {
        Self::staged(id, Stages::direct(steps))
    }

    pub(super) fn staged(id: Id, stages: Stages) -> Self {
        Node { id, settles: true, after: Vec::new(), stages, weak: false }
    }

    /// Is its object new?
    pub(super) fn creates(&self) -> bool {
        let first = self.stages.list.first().and_then(|stage| stage.steps.first());
        first.is_some_and(|step| step.verb == Verb::Create)
    }
}
