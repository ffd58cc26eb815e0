//! Failed attempts at a file, and their messages.

use postgres::error::{ErrorPosition, Severity, SqlState};

use super::event::Blocker;
use super::outcome::Outcome;
use crate::Error;
use crate::migration::Migration;
use crate::sql::Statement;

/// The reason of a failed attempt: the server's error, or one of ours.
#[derive(Default)]
pub(super) struct Failure {
    pub error: Option<postgres::Error>,
    pub own: Option<Error>,
    pub place: Option<(usize, usize)>,
    pub line: usize,
    pub number: Option<(usize, usize)>,
    pub blockers: Vec<Blocker>,
    /// The words in place of "failed", where it was not a statement of the file that failed.
    pub doing: Option<Box<str>>,
    /// Was it the history that could not be read or written?
    pub of_the_history: bool,
    /// The outcome of a commit whose answer was lost.
    pub outcome: Option<Outcome>,
}

impl Failure {
    pub fn of_statement(
        error: postgres::Error,
        statement: &Statement<'_>,
        number: usize,
        of: usize,
        blockers: Vec<Blocker>,
    ) -> Self {
        let place = position(&error, statement);
        Failure {
            error: Some(error),
            place: Some(place),
            line: statement.line,
            number: Some((number, of)),
            blockers,
            ..Failure::default()
        }
    }

    /// A failure at the end of a file's transaction: of its deferred constraints and triggers.
    pub fn of_the_commit(error: postgres::Error) -> Self {
        Failure { doing: Some("failed at its commit".into()), ..Failure::from(error) }
    }

    /// A failure to read the history, or to write it; `what` says which.
    pub fn of_the_history(error: postgres::Error, what: String) -> Self {
        let doing = Some(format!("failed: {what}").into());
        Failure { doing, of_the_history: true, ..Failure::from(error) }
    }

    /// Does another session have the history locked?
    pub fn waits_for_the_history(&self) -> bool {
        let code = self.error.as_ref().and_then(postgres::Error::code);
        self.of_the_history && self.blockers.is_empty() && code == Some(&SqlState::LOCK_NOT_AVAILABLE)
    }

    /// Can another attempt succeed?
    pub fn may_pass(&self) -> bool {
        self.error.as_ref().is_some_and(may_pass)
    }

    /// The reason for another attempt, as a verb.
    pub fn reason(&self) -> &'static str {
        self.error.as_ref().map_or("failed", reason)
    }

    /// The error of the file: what failed, and where. `before` names the files that were applied before it, and
    /// `stands` says how much of this one is applied.
    pub fn into_error(self, migration: &Migration, attempts: u32, stands: &str, before: &str) -> Error {
        let tried = if attempts > 1 { format!(" after {attempts} attempts") } else { String::new() };
        let Failure { error, own, place, number, blockers, doing, outcome, .. } = self;
        let Some(error) = error else {
            let own = own.unwrap_or_else(|| Error::database("it failed"));
            return own.while_doing(format_args!("{migration}, {before}"));
        };
        if let Some(outcome) = outcome {
            let lost =
                format!("the connection was lost while {migration} was committing; {outcome}; {before}");
            return Error::database(lost).because(error).help(outcome.help());
        }
        let what = match number {
            Some((number, of)) => format!("{migration}: statement {number} of {of} failed{tried}"),
            None => format!("{migration} {}{tried}", doing.as_deref().unwrap_or("failed")),
        };
        let blocked: String = blockers.iter().map(|blocker| format!("\n  blocked by {blocker}")).collect();
        let help = help(&error);
        let mut full = Error::database(format!("{what}; {stands}; {before}{blocked}")).because(error);
        if let Some((line, column)) = place {
            full = full.at(&migration.file, line, column);
        }
        help.into_iter().fold(full, Error::help)
    }
}

/// Is it a lock timeout, a deadlock or a serialization failure?
pub(super) fn may_pass(error: &postgres::Error) -> bool {
    error.code().is_some_and(|code| PASSING.iter().any(|(passing, _)| passing == code))
}

/// The reason, as a verb, of an error that [`may_pass`].
pub(super) fn reason(error: &postgres::Error) -> &'static str {
    let found = error.code().and_then(|code| PASSING.iter().find(|(passing, _)| passing == code));
    found.map_or("failed", |(_, reason)| reason)
}

const PASSING: [(SqlState, &str); 3] = [
    (SqlState::LOCK_NOT_AVAILABLE, "did not get its lock"),
    (SqlState::T_R_DEADLOCK_DETECTED, "was ended to resolve a deadlock"),
    (SqlState::T_R_SERIALIZATION_FAILURE, "could not be serialized with other transactions"),
];

/// Was the connection lost, so that it is unknown what the server did?
pub(super) fn is_lost(error: &postgres::Error) -> bool {
    error.as_db_error().is_none_or(|db| {
        let ends = matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
        ends || db.code().code().starts_with("08")
    })
}

/// Help for errors that have one well-known reason.
pub(super) fn help(error: &postgres::Error) -> Option<String> {
    let code = error.code()?;
    Some(if *code == SqlState::LOCK_NOT_AVAILABLE {
        "end what blocks it, or try again when there is less load".into()
    } else if *code == SqlState::ACTIVE_SQL_TRANSACTION {
        "put the statement into a file of its own, with `-- feedstock: no-transaction` at its top".into()
    } else if *code == SqlState::UNSAFE_NEW_ENUM_VALUE_USAGE {
        "a new enum value can be used from the next migration on: split the file".into()
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        "the role or the database sets default_transaction_read_only, or the server is a standby: ALTER ROLE … (or \
         ALTER DATABASE …) RESET default_transaction_read_only, migrate as another role, or connect to the primary \
         (target_session_attrs=read-write)"
            .into()
    } else if *code == SqlState::QUERY_CANCELED {
        "if a statement_timeout ended it, which the role or the database may set: `statement_timeout` in \
         feedstock.toml is the run's own, and 0 is without a bound"
            .into()
    } else {
        return None;
    })
}

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Self {
        Failure { error: Some(error), ..Failure::default() }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure { own: Some(error), ..Failure::default() }
    }
}

/// The place of the server's error in the file; without a position in the error, the start of the statement.
pub(super) fn position(error: &postgres::Error, statement: &Statement<'_>) -> (usize, usize) {
    match error.as_db_error().and_then(postgres::error::DbError::position) {
        Some(ErrorPosition::Original(position)) => statement.locate(*position as usize),
        _ => (statement.line, statement.column),
    }
}
