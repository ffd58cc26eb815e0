//! The transaction of a file: its isolation level, and the `BEGIN` and `COMMIT` around a whole file.

use std::fmt;

use crate::sql::{Statement, words};
use crate::{Error, Result};

/// `-- feedstock: isolation serializable`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Postgres's default.
    ReadCommitted,
    /// One snapshot for the whole file.
    RepeatableRead,
    /// As if the transactions ran one after the other.
    Serializable,
}

impl Isolation {
    /// Parses the name, as in the directive or in SQL.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text.to_lowercase().replace(' ', "-").as_str() {
            // Postgres has no lower level.
            "read-committed" | "read-uncommitted" => Isolation::ReadCommitted,
            "repeatable-read" => Isolation::RepeatableRead,
            "serializable" => Isolation::Serializable,
            _ => return None,
        })
    }

    /// The name in SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Isolation::ReadCommitted => "READ COMMITTED",
            Isolation::RepeatableRead => "REPEATABLE READ",
            Isolation::Serializable => "SERIALIZABLE",
        }
    }
}

/// The name in the directive.
impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql().to_lowercase().replace(' ', "-"))
    }
}

/// A file's statements without those that begin and end its transaction.
pub(super) struct Body<'a> {
    pub statements: Vec<Statement<'a>>,
    /// The isolation level that those set.
    pub isolation: Option<Isolation>,
    /// Their errors, each with its statement.
    pub wrong: Vec<(Statement<'a>, Error)>,
}

impl<'a> Body<'a> {
    /// Removes the `BEGIN` and `COMMIT` around a whole file, and a `SET TRANSACTION` at its start.
    pub fn of(mut statements: Vec<Statement<'a>>) -> Self {
        let (mut isolation, mut wrong) = (None, Vec::new());
        let mut take = |said: Result<Option<Isolation>>, statement: Statement<'a>| match said {
            Ok(said) => isolation = said.or(isolation),
            Err(error) => wrong.push((statement, error)),
        };
        if let [first, .., last] = &statements[..]
            && let Some(begin) = begin(first)
            && is_commit(last)
        {
            statements.pop();
            take(begin, statements.remove(0));
        }
        // A SET before it is not a query, and takes no snapshot.
        let sets =
            statements.iter().take_while(|one| words(one.text).first().is_some_and(|word| word == "SET"));
        for at in (0..sets.count()).rev() {
            if let Some(said) = set_transaction(&statements[at]) {
                take(said, statements.remove(at));
            }
        }
        for statement in &statements {
            let late = || Error::file("the isolation level must be set before the transaction's first query");
            match set_transaction(statement) {
                Some(Ok(Some(_))) => wrong.push((statement.clone(), late().help(DIRECTIVE))),
                Some(Err(error)) => wrong.push((statement.clone(), error)),
                // Without an isolation level it is run like any other statement.
                Some(Ok(None)) | None => {}
            }
        }
        Body { statements, isolation, wrong }
    }
}

const DIRECTIVE: &str = "say it at the top of the file: -- feedstock: isolation serializable (or repeatable-read, \
                         read-committed)";

/// The isolation level of a `BEGIN` or `START TRANSACTION`.
fn begin(statement: &Statement<'_>) -> Option<Result<Option<Isolation>>> {
    let words = words(statement.text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match &words[..] {
        ["BEGIN", "WORK" | "TRANSACTION", modes @ ..]
        | ["BEGIN", modes @ ..]
        | ["START", "TRANSACTION", modes @ ..] => Some(isolation_of(modes)),
        _ => None,
    }
}

fn is_commit(statement: &Statement<'_>) -> bool {
    let words = words(statement.text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words[..], ["COMMIT" | "END"] | ["COMMIT" | "END", "WORK" | "TRANSACTION"])
}

/// The isolation level of a `SET TRANSACTION` or `SET transaction_isolation`. A default for later transactions counts
/// as the level of the file's own, since it has no later ones.
fn set_transaction(statement: &Statement<'_>) -> Option<Result<Option<Isolation>>> {
    // Most statements are others, and long.
    if !statement.text.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("set")) {
        return None;
    }
    let words = words(statement.text);
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.first() != Some(&"SET") {
        return None;
    }
    words.remove(0);
    if matches!(words.first(), Some(&("LOCAL" | "SESSION"))) {
        words.remove(0);
    }
    match &words[..] {
        ["TRANSACTION", modes @ ..] => Some(isolation_of(modes)),
        // Without an isolation level it is run like any other statement.
        ["CHARACTERISTICS", "AS", "TRANSACTION", modes @ ..] => {
            let said = isolation_of(modes)
                .map_err(|error| if is_read_only(modes) { of_later_ones() } else { error });
            Some(said).filter(|said| !matches!(said, Ok(None)))
        }
        ["TRANSACTION_READ_ONLY", ..] if !is_off(statement.text) => Some(Err(read_only())),
        ["TRANSACTION_ISOLATION" | "DEFAULT_TRANSACTION_ISOLATION", ..] => {
            let value = statement.text.rsplit(['=', '\'']).find(|part| !part.trim().is_empty());
            let value = value.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            let value =
                value.rsplit_once(" to ").or(value.rsplit_once(" TO ")).map_or(value.as_str(), |it| it.1);
            Some(Isolation::parse(value).map(Some).ok_or_else(|| not_understood(value)))
        }
        _ => None,
    }
}

fn isolation_of(mut modes: &[&str]) -> Result<Option<Isolation>> {
    let mut isolation = None;
    loop {
        let (said, rest) = match modes {
            [] => return Ok(isolation),
            ["ISOLATION", "LEVEL", "SERIALIZABLE", rest @ ..] => (Some(Isolation::Serializable), rest),
            ["ISOLATION", "LEVEL", "REPEATABLE", "READ", rest @ ..] => {
                (Some(Isolation::RepeatableRead), rest)
            }
            ["ISOLATION", "LEVEL", "READ", "COMMITTED" | "UNCOMMITTED", rest @ ..] => {
                (Some(Isolation::ReadCommitted), rest)
            }
            ["READ", "WRITE", rest @ ..] | ["NOT", "DEFERRABLE", rest @ ..] => (None, rest),
            ["READ", "ONLY", ..] => return Err(read_only()),
            // It has no effect in a transaction that writes.
            ["DEFERRABLE", rest @ ..] => (None, rest),
            _ => return Err(not_understood(&modes.join(" "))),
        };
        isolation = said.or(isolation);
        modes = rest;
    }
}

fn is_read_only(modes: &[&str]) -> bool {
    modes.windows(2).any(|pair| pair == ["READ", "ONLY"])
}

fn read_only() -> Error {
    Error::file("a migration's transaction cannot be read only")
        .help("remove it: the file's row in the history is written in the same transaction")
}

/// A session's characteristics are those of its later transactions.
fn of_later_ones() -> Error {
    Error::file("READ ONLY would hold for later transactions of the session, and a migration has none").help(
        "remove it; ALTER ROLE … SET default_transaction_read_only = on makes it the default of a role, and ALTER \
         DATABASE … that of a database",
    )
}

/// Does a `SET` turn a setting off?
fn is_off(statement: &str) -> bool {
    let word =
        statement.split(|c: char| !c.is_alphanumeric()).rfind(|word| !word.is_empty()).unwrap_or_default();
    ["off", "false", "no", "0", "f", "n", "default"].contains(&word.to_lowercase().as_str())
}

fn not_understood(what: &str) -> Error {
    Error::file(format!("`{what}` cannot begin a migration's transaction")).help(DIRECTIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::split;

    #[track_caller]
    fn body(sql: &str) -> (Vec<&str>, Option<Isolation>, usize) {
        let body = Body::of(split("x.sql", sql).unwrap());
        (body.statements.iter().map(|one| one.text).collect(), body.isolation, body.wrong.len())
    }

    #[test]
    fn the_pair_around_a_whole_file_is_taken_off() {
        for sql in [
            "begin; select 1; commit;",
            "BEGIN WORK; select 1; COMMIT WORK",
            "-- why\nbegin transaction read write; select 1; end transaction;",
            "start transaction not deferrable; select 1; end",
        ] {
            assert_eq!(body(sql), (vec!["select 1"], None, 0), "{sql}");
        }
        assert_eq!(body("begin; commit;"), (vec![], None, 0));
        for sql in
            ["begin; select 1", "select 1; commit", "begin; select 1; rollback", "begin; a; commit and chain"]
        {
            assert_eq!(body(sql).0.len(), sql.matches(';').count() + 1, "{sql}");
        }
        assert_eq!(body("begin; a; commit; begin; b; commit").0, ["a", "commit", "begin", "b"]);
    }

    #[test]
    fn the_isolation_is_understood_where_postgres_takes_it() {
        use Isolation::{ReadCommitted, RepeatableRead, Serializable};
        for (sql, isolation) in [
            ("set transaction isolation level serializable; a", Serializable),
            ("set local transaction isolation level repeatable read, read write; a", RepeatableRead),
            ("set transaction isolation level read uncommitted; a", ReadCommitted),
            ("begin isolation level serializable; a; commit", Serializable),
            ("begin; set transaction isolation level repeatable read; a; commit", RepeatableRead),
            ("set transaction_isolation = 'repeatable read'; a", RepeatableRead),
            ("set local transaction_isolation to serializable; a", Serializable),
            ("SET transaction_isolation TO 'serializable'; a", Serializable),
        ] {
            assert_eq!(body(sql), (vec!["a"], Some(isolation), 0), "{sql}");
        }
        let sql = "set lock_timeout = '1s'; set transaction isolation level serializable; a";
        assert_eq!(body(sql), (vec!["set lock_timeout = '1s'", "a"], Some(Serializable), 0));
        for sql in [
            "a; set transaction isolation level serializable",
            "set transaction read only; a",
            "begin read only; a; commit",
            "set transaction snapshot 'x'; a",
            "set transaction_isolation = 'chaos'; a",
        ] {
            assert_eq!(body(sql).2, 1, "{sql}");
        }
    }

    #[test]
    fn read_only_is_said_as_what_it_is() {
        for (sql, message) in [
            ("a; set session characteristics as transaction read only", "READ ONLY would hold for later"),
            (
                "set session characteristics as transaction isolation level serializable, read only; a",
                "READ ONLY",
            ),
            ("a; set transaction read only", "a migration's transaction cannot be read only"),
            ("a; set transaction_read_only = on", "a migration's transaction cannot be read only"),
            ("set local transaction_read_only to 'true'; a", "a migration's transaction cannot be read only"),
            ("a; set transaction snapshot 'x'", "`SNAPSHOT` cannot begin"),
        ] {
            let wrong = Body::of(split("x.sql", sql).unwrap()).wrong;
            assert_eq!(wrong.len(), 1, "{sql}");
            assert!(wrong[0].1.message().starts_with(message), "{sql}: {}", wrong[0].1);
        }
        for sql in ["a; set transaction read write", "a; set transaction_read_only = off"] {
            assert_eq!(body(sql).2, 0, "{sql}");
        }
    }

    #[test]
    fn a_default_of_later_transactions_is_meant_for_this_one() {
        use Isolation::{RepeatableRead, Serializable};
        for (sql, isolation) in [
            ("set session characteristics as transaction isolation level serializable; a", Serializable),
            ("begin; set default_transaction_isolation = 'serializable'; a; commit", Serializable),
            ("set local default_transaction_isolation to 'repeatable read'; a", RepeatableRead),
            ("SET SESSION default_transaction_isolation TO serializable; a", Serializable),
        ] {
            assert_eq!(body(sql), (vec!["a"], Some(isolation), 0), "{sql}");
        }
        for sql in [
            "a; SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "set session characteristics as transaction read only; a",
            "a; set default_transaction_isolation to serializable",
        ] {
            assert_eq!((body(sql).1, body(sql).2), (None, 1), "{sql}");
        }
        for sql in [
            "a; set session characteristics as transaction read write",
            "a; set default_transaction_read_only = off",
            "create function f() returns int language sql set default_transaction_isolation = 'serializable' as '1'",
        ] {
            assert_eq!((body(sql).1, body(sql).2), (None, 0), "{sql}");
        }
    }
}
