//! Runs the SQL of files on a scratch database, and reports the place of an error.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use postgres::Client;
use squawk_lexer::TokenKind;

use super::lent::Command;
use super::rights::{MOST_COLLISIONS, is_collision, of_server};
use super::superuser::{Lender, join_roles, run_as_superuser};
use super::{Database, Scratch, rights, shared};
use crate::ident::{ident, unquoted};
use crate::migration::Migration;
use crate::pin;
use crate::sql::{self, Statement};
use crate::{Error, Result};

/// The number of statements of a file that are sent in one message, where they may be.
const IN_A_MESSAGE: usize = 100;

/// A connection to a scratch database for one file after the other, each as if it were a run of its own.
pub(crate) struct Session<'a> {
    scratch: &'a Scratch,
    database: &'a Database,
    pub client: Client,
    /// The roles that existed before: another replay may have created the role that a file creates.
    roles: BTreeSet<String>,
    /// The statement that begins a transaction.
    begin: String,
    /// The replacements of statements of the file, by their text: see [`without_role`].
    instead: BTreeMap<String, String>,
    /// The superuser's session, once a statement needs it.
    lender: Option<Lender>,
}

/// A failed statement, by its number, and the error.
struct Failed {
    at: usize,
    error: Error,
}

/// What was tried for a statement that failed.
#[derive(Default)]
struct Tried {
    /// The roles that were made for it.
    roles: BTreeSet<String>,
    /// How often it was run again since another replay was in its way.
    collisions: usize,
}

/// A way to go on after a failed statement.
enum Remedy {
    /// Run it again: something that it needs exists now.
    Again,
    /// Skip it: the object that it creates existed before.
    Skip,
}

impl<'a> Session<'a> {
    /// Opens a session.
    ///
    /// # Errors
    /// The server refuses.
    pub fn open(scratch: &'a Scratch, database: &'a Database) -> Result<Self> {
        let client = database.client()?;
        let rows = scratch.host.admin().query("SELECT rolname::text FROM pg_catalog.pg_roles", &[])?;
        let roles = rows.iter().map(|row| row.get(0)).collect();
        let (begin, instead) = ("BEGIN".to_owned(), BTreeMap::new());
        Ok(Session { scratch, database, client, roles, begin, instead, lender: None })
    }

    /// Runs a file's statements, each in a transaction of its own, and resets the session afterwards.
    ///
    /// Statements after each other for which that makes no difference are one message: a round trip and a transaction
    /// each take a sixth of the time.
    ///
    /// # Errors
    /// The file cannot be split, or a statement fails: with file, line, column and what the server says.
    pub fn file(&mut self, name: &str, text: &str) -> Result<()> {
        let statements = sql::split(name, text)?;
        let defines: Vec<bool> = statements.iter().map(defines_a_table).collect();
        let mut from = 0;
        while let Some(left) = statements.get(from..).filter(|left| !left.is_empty()) {
            let alike = defines[from..].iter().take(IN_A_MESSAGE).take_while(|defines| **defines).count();
            let some = &left[..alike.max(1)];
            if !self.in_one_message(name, some)? {
                self.one_by_one(name, some)?;
            }
            from += some.len();
        }
        self.forget()
    }

    /// Runs a migration as `apply` would: in one transaction, unless its header says otherwise.
    ///
    /// # Errors
    /// As of [`Session::file`].
    pub fn migration(&mut self, migration: &Migration) -> Result<()> {
        let statements = migration.statements()?;
        self.set_search_path()?;
        if migration.header.no_transaction {
            self.one_by_one(&migration.file, &statements)?;
        } else {
            self.begin = begin(migration);
            let done = self.together(&migration.file, &statements);
            self.begin = "BEGIN".to_owned();
            done?;
        }
        self.forget()
    }

    /// Runs a text of our own in one message, or statement by statement if parts of it need other rights.
    ///
    /// # Errors
    /// The server refuses.
    pub fn text(&mut self, text: &str) -> Result<()> {
        let whole = with_roles(self.scratch, &mut self.client, |client| {
            client
                .batch_execute(text)
                .map_err(|error| Error::database("a schema cannot be built from its text").because(error))
        });
        match whole {
            Err(error) if is_denied(&error) && self.scratch.replays_as_owner() => {
                self.one_by_one("the schema's text", &sql::split("the schema's text", text)?)
            }
            whole => whole,
        }
    }

    pub(super) fn set_search_path(&mut self) -> Result<()> {
        Ok(self.client.batch_execute(&format!("SET search_path TO {}", self.scratch.search_path()))?)
    }

    /// Resets the session, so that the next file sees nothing of this one's settings.
    pub(super) fn forget(&mut self) -> Result<()> {
        self.instead.clear();
        self.reset()
    }

    fn reset(&mut self) -> Result<()> {
        self.client.batch_execute("DISCARD ALL")?;
        pin::pin(&mut self.client, &[]).map(drop)
    }

    /// Runs a file in one transaction, from its beginning until nothing more can be done about an error.
    fn together(&mut self, file: &str, statements: &[Statement<'_>]) -> Result<()> {
        let (mut skipped, mut tried) = (BTreeSet::new(), Tried::default());
        // The statements with a savepoint before them, since they may need more rights.
        let mut careful = BTreeSet::new();
        if self.scratch.replays_as_owner() {
            let commands =
                (0..).zip(statements).filter(|(_, statement)| Command::of(statement.text).is_some());
            careful.extend(commands.map(|(at, _)| at));
        }
        loop {
            let Err(Failed { at, error }) = self.transaction(file, statements, 0, &skipped, &careful) else {
                return Ok(());
            };
            let Some(statement) = statements.get(at) else { return Err(error) };
            let lends = is_denied(&error) && self.scratch.replays_as_owner();
            if !(lends && careful.insert(at)) {
                match self.remedy(statement.text, error, &mut tried)? {
                    Remedy::Again => {}
                    Remedy::Skip => _ = skipped.insert(at),
                }
            }
            // What a transaction leaves in its session, such as prepared statements, must not be there twice.
            self.reset()?;
            self.set_search_path()?;
        }
    }

    /// Runs statements in one transaction. `first` is the number of the first of them.
    fn transaction(
        &mut self,
        file: &str,
        statements: &[Statement<'_>],
        first: usize,
        skipped: &BTreeSet<usize>,
        careful: &BTreeSet<usize>,
    ) -> Result<(), Failed> {
        let after = first + statements.len();
        let at = |at: usize| move |error: Error| Failed { at, error };
        self.client.batch_execute(&self.begin).map_err(Error::from).map_err(at(first))?;
        let mut run = || {
            for (place, statement) in (first..).zip(statements) {
                self.check(file, statement).map_err(at(place))?;
                if careful.contains(&place) && !skipped.contains(&place) {
                    self.carefully(file, statement).map_err(at(place))?;
                } else if !skipped.contains(&place) {
                    self.send(file, statement).map_err(at(place))?;
                }
            }
            // A file's own COMMIT has ended the transaction.
            if statements.iter().all(|statement| statement.transaction_control().is_none()) {
                self.before_commit().map_err(|error| Failed { at: after, error: error.while_doing(file) })?;
            }
            self.client.batch_execute("COMMIT").map_err(|error| Failed {
                at: after,
                error: Error::database(format!("{file} cannot be committed")).because(error),
            })
        };
        run().inspect_err(|_| {
            let _ = self.client.batch_execute("ROLLBACK");
        })
    }

    fn send(&mut self, file: &str, statement: &Statement<'_>) -> Result<()> {
        let text = sent(&self.instead, statement.text);
        self.client.batch_execute(text).map_err(|error| failed_at(file, statement, error))
    }

    /// Runs a statement in the open transaction, and again with the rights that it needs.
    fn carefully(&mut self, file: &str, statement: &Statement<'_>) -> Result<()> {
        const BACK: &str = "ROLLBACK TO SAVEPOINT feedstock_before";
        self.client.batch_execute("SAVEPOINT feedstock_before")?;
        let mut done = self.send(file, statement);
        if done.as_ref().is_err_and(is_denied) {
            self.client.batch_execute(BACK)?;
            if join_roles(&mut self.lender, self.database, &mut self.client)? {
                // Another rollback must not take the membership back.
                self.client
                    .batch_execute("RELEASE SAVEPOINT feedstock_before; SAVEPOINT feedstock_before")?;
                done = self.send(file, statement);
                if done.as_ref().is_err_and(is_denied) {
                    self.client.batch_execute(BACK)?;
                }
            }
        }
        match done {
            Err(error) if is_denied(&error) => self.as_superuser(file, statement, error)?,
            done => done?,
        }
        Ok(self.client.batch_execute("RELEASE SAVEPOINT feedstock_before")?)
    }

    /// Begins a file's transaction, if it has one.
    pub(super) fn begin(&mut self, migration: &Migration) -> Result<()> {
        Ok(self.client.batch_execute(&begin(migration))?)
    }

    /// Runs a statement in the open transaction; after an error that is as it was before.
    pub(super) fn undoable(&mut self, file: &str, statement: &Statement<'_>) -> Result<()> {
        self.check(file, statement)?;
        let mut tried = Tried::default();
        loop {
            let done = if self.scratch.replays_as_owner() {
                self.carefully(file, statement)
            } else {
                self.client.batch_execute("SAVEPOINT feedstock_before")?;
                self.send(file, statement)
                    .and_then(|()| Ok(self.client.batch_execute("RELEASE SAVEPOINT feedstock_before")?))
            };
            let Err(error) = done else { return Ok(()) };
            self.client.batch_execute(
                "ROLLBACK TO SAVEPOINT feedstock_before; RELEASE SAVEPOINT feedstock_before",
            )?;
            match self.remedy(statement.text, error, &mut tried)? {
                Remedy::Again => {}
                Remedy::Skip => return Ok(()),
            }
        }
    }

    /// Commits a file's transaction.
    pub(super) fn commit(&mut self, file: &str) -> Result<()> {
        let done = self.before_commit().map_err(|error| error.while_doing(file)).and_then(|()| {
            self.client
                .batch_execute("COMMIT")
                .map_err(|error| Error::database(format!("{file} cannot be committed")).because(error))
        });
        done.inspect_err(|_| {
            let _ = self.client.batch_execute("ROLLBACK");
        })
    }

    /// Runs a statement that ends transactions by itself, by `run`.
    pub(super) fn outside<T>(
        &mut self,
        file: &str,
        statement: &Statement<'_>,
        run: impl FnOnce(&mut Client) -> Result<T>,
    ) -> Result<T> {
        if self.scratch.is_private() {
            return run(&mut self.client);
        }
        let place = |error: Error| error.at(file, statement.line, statement.column);
        shared::refuse_before_it_commits(&mut self.client, statement.text).map_err(place)?;
        let before = shared::state(&self.scratch.host)?;
        let done = run(&mut self.client);
        shared::compare(&self.scratch.host, &before).map_err(place)?;
        done
    }

    /// Runs several statements in one message, which is a transaction. Returns false, and leaves everything as it was,
    /// where one of them fails: by itself it may find a role that it needs, and its place is known.
    fn in_one_message(&mut self, file: &str, statements: &[Statement<'_>]) -> Result<bool> {
        if statements.len() == 1 || !self.scratch.is_private() {
            return Ok(false);
        }
        statements.iter().try_for_each(|statement| self.check(file, statement))?;
        let texts: Vec<&str> = statements.iter().map(|statement| statement.text).collect();
        match self.client.batch_execute(&texts.join(";\n")) {
            Ok(()) => Ok(true),
            Err(error) if error.as_db_error().is_some() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn one_by_one(&mut self, file: &str, statements: &[Statement<'_>]) -> Result<()> {
        for statement in statements {
            self.check(file, statement)?;
            let (mut tried, mut joined) = (Tried::default(), false);
            while let Err(error) = self.one(file, statement) {
                if is_denied(&error) && self.scratch.replays_as_owner() {
                    let first = !std::mem::replace(&mut joined, true);
                    if first
                        && self.in_a_transaction(|session| {
                            join_roles(&mut session.lender, session.database, &mut session.client)
                        })?
                    {
                        continue;
                    }
                    self.in_a_transaction(|session| session.as_superuser(file, statement, error))?;
                    break;
                }
                match self.remedy(statement.text, error, &mut tried)? {
                    Remedy::Again => {}
                    Remedy::Skip => break,
                }
            }
        }
        Ok(())
    }

    fn in_a_transaction<T>(&mut self, what: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.client.batch_execute("BEGIN")?;
        let done = what(self);
        self.client.batch_execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        done
    }

    fn one(&mut self, file: &str, statement: &Statement<'_>) -> Result<()> {
        // Leftovers matter only on a server that is not ours.
        if self.scratch.is_private() || statement.outside_transaction().is_some() {
            return self.send(file, statement);
        }
        let (only, none) = (std::slice::from_ref(statement), BTreeSet::new());
        match self.transaction(file, only, 0, &none, &none) {
            Err(Failed { error, .. }) if ends_transactions(&error) => {
                let text = sent(&self.instead, statement.text).to_owned();
                self.outside(file, statement, |client| {
                    client.batch_execute(&text).map_err(|error| failed_at(file, statement, error))
                })
            }
            done => done.map_err(|failed| failed.error),
        }
    }

    fn before_commit(&mut self) -> Result<()> {
        if self.scratch.is_private() {
            return Ok(());
        }
        shared::before_commit(&self.scratch.host, &mut self.client)
    }

    /// Finds a way to go on after a failed statement, or returns the error.
    fn remedy(&mut self, statement: &str, error: Error, tried: &mut Tried) -> Result<Remedy> {
        if let Some(role) = duplicate_role(&error)
            && self.roles.contains(&role)
        {
            let instead = without_role(sent(&self.instead, statement), &role);
            if makes_a_role(statement) {
                self.roles.remove(&role);
                return Ok(Remedy::Skip);
            }
            if let Some(instead) = instead {
                self.roles.remove(&role);
                self.instead.insert(statement.to_owned(), instead);
                return Ok(Remedy::Again);
            }
        }
        if let Some(role) = missing_role(&error) {
            let again = tried.roles.insert(role.clone());
            return make_role(self.scratch, &role, error, again).map(|()| Remedy::Again);
        }
        if self.scratch.is_private() && is_collision(&error) && tried.collisions < MOST_COLLISIONS {
            tried.collisions += 1;
            return Ok(Remedy::Again);
        }
        Err(error)
    }

    /// Runs a denied statement as the superuser in the open transaction, if that is safe.
    fn as_superuser(&mut self, file: &str, statement: &Statement<'_>, denied: Error) -> Result<()> {
        let Some(command) = Command::of(statement.text) else { return Err(rights::help(denied)) };
        let (lender, client) = (&mut self.lender, &mut self.client);
        match run_as_superuser(lender, self.database, client, &command)? {
            Some(done) => done.map_err(|error| failed_at(file, statement, error)),
            None => Err(rights::help(denied)),
        }
    }

    /// Refuses a statement that changes the server: a replay may change only its own database.
    fn check(&self, file: &str, statement: &Statement<'_>) -> Result<()> {
        let mut what = shared::changes_the_server(statement.text).map(str::to_owned);
        if what.is_none() && !self.scratch.is_private() {
            let is_other =
                |role: &str| self.roles.contains(role) && !self.scratch.host.made_roles().contains(role);
            what = shared::cannot_be_undone(statement.text, is_other);
        }
        match what {
            Some(what) => Err(shared::refused(&what).at(file, statement.line, statement.column)),
            None => Ok(()),
        }
    }
}

/// The statement that begins a migration's transaction.
fn begin(migration: &Migration) -> String {
    let level = migration.isolation.map(|level| format!(" ISOLATION LEVEL {}", level.sql()));
    format!("BEGIN{}", level.unwrap_or_default())
}

/// Runs `what`, and again after creating a role that it needs: on a private server roles are created on demand.
pub(super) fn with_roles<T>(
    scratch: &Scratch,
    client: &mut Client,
    mut what: impl FnMut(&mut Client) -> Result<T>,
) -> Result<T> {
    let mut last = None;
    let mut joined = !scratch.replays_as_owner();
    loop {
        let error = match what(client) {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        if let Some(role) = missing_role(&error) {
            make_role(scratch, &role, error, last.as_ref() != Some(&role))?;
            last = Some(role);
        } else if is_denied(&error) && !joined && rights::join_roles(&mut scratch.host.admin())? {
            joined = true;
        } else {
            return Err(error);
        }
    }
}

/// Creates a role that a statement needs, on a private server, and unless creating it did not help before.
fn make_role(scratch: &Scratch, role: &str, error: Error, again: bool) -> Result<()> {
    if !scratch.is_private() {
        return Err(error.help(format!(
            "no role is made on a server that is not our own but by the files themselves: CREATE ROLE {} NOLOGIN \
             there, or leave the scratch URL out to use a private server",
            ident(role)
        )));
    }
    if role.starts_with("pg_") {
        return Err(rights::help(error));
    }
    if !again {
        return Err(error);
    }
    let mut admin = scratch.host.admin();
    match admin.batch_execute(&format!("CREATE ROLE {} NOLOGIN", ident(role))).map_err(Error::from) {
        // Another replay on this server has created it meanwhile.
        Err(error) if !matches!(error.sqlstate(), Some("42710" | "23505")) => return Err(error),
        _ => {}
    }
    if scratch.replays_as_owner() {
        rights::join_roles(&mut admin)?;
    }
    Ok(())
}

/// Is it an error about missing rights?
pub(super) fn is_denied(error: &Error) -> bool {
    error.sqlstate() == Some(postgres::error::SqlState::INSUFFICIENT_PRIVILEGE.code())
}

/// Is it the error of a statement that begins or ends transactions itself?
pub(super) fn ends_transactions(error: &Error) -> bool {
    matches!(error.sqlstate(), Some("25001" | "2D000"))
}

/// The role that does not exist, by Postgres's message.
fn missing_role(error: &Error) -> Option<String> {
    let error = of_server(error)?;
    let undefined = *error.code() == postgres::error::SqlState::UNDEFINED_OBJECT;
    let name = error.message().strip_prefix("role \"")?.strip_suffix("\" does not exist")?;
    undefined.then(|| name.to_owned())
}

/// The role that exists already, by Postgres's message.
fn duplicate_role(error: &Error) -> Option<String> {
    let error = of_server(error)?;
    let exists = *error.code() == postgres::error::SqlState::DUPLICATE_OBJECT;
    let name = error.message().strip_prefix("role \"")?.strip_suffix("\" already exists")?;
    exists.then(|| name.to_owned())
}

/// Does a statement define a table or an index, or a part of one, so that nothing of it outlives a rollback, and the
/// next one may follow in the same transaction?
fn defines_a_table(statement: &Statement<'_>) -> bool {
    let words = sql::words(statement.text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        // The query of a CREATE TABLE AS may do anything.
        ["CREATE", "TABLE", ..] => !words.contains(&"AS"),
        ["CREATE", "INDEX", ..] | ["CREATE", "UNIQUE", "INDEX", ..] => {
            statement.outside_transaction().is_none()
        }
        ["ALTER", "TABLE", ..] => statement.outside_transaction().is_none(),
        ["COMMENT", "ON", ..] => true,
        _ => false,
    }
}

const KINDS_OF_ROLES: [&str; 3] = ["ROLE", "USER", "GROUP"];

fn makes_a_role(statement: &str) -> bool {
    let words = sql::words(statement);
    matches!(words.get(..2), Some([create, what]) if create == "CREATE" && KINDS_OF_ROLES.contains(&what.as_str()))
}

/// The text to be sent for a statement of a file.
fn sent<'s>(instead: &'s BTreeMap<String, String>, statement: &'s str) -> &'s str {
    instead.get(statement).map_or(statement, String::as_str)
}

/// A `DO` block without its `CREATE ROLE` of a role that another replay on this server has created. Dynamic SQL in the
/// block is not recognised.
fn without_role(statement: &str, role: &str) -> Option<String> {
    if sql::words(statement).first().is_none_or(|word| word != "DO") {
        return None;
    }
    let (tag, rest) = statement.split_once('$').and_then(|(_, rest)| rest.split_once('$'))?;
    let begin = statement.len() - rest.len();
    let body = &rest[..rest.find(&format!("${tag}$"))?];
    let mut from = 0;
    let tokens = squawk_lexer::tokenize(body).map(|token| {
        let range = from..from + token.len as usize;
        from = range.end;
        (token.kind, range)
    });
    let tokens: Vec<(TokenKind, Range<usize>)> = tokens
        .filter(|(kind, _)| {
            !matches!(kind, TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. })
        })
        .collect();
    let found = tokens.windows(3).position(|window| {
        let [create, kind, name] = [0, 1, 2].map(|at| &body[window[at].1.clone()]);
        create.eq_ignore_ascii_case("CREATE")
            && KINDS_OF_ROLES.iter().any(|known| known.eq_ignore_ascii_case(kind))
            && unquoted(name) == role
    })?;
    let end = tokens[found..].iter().find(|(kind, _)| *kind == TokenKind::Semi)?.1.start;
    let (start, end) = (begin + tokens[found].1.start, begin + end);
    Some(format!("{}NULL{}", &statement[..start], &statement[end..]))
}

/// Adds the file, and the place of the server's error in it.
fn failed_at(file: &str, statement: &Statement<'_>, error: postgres::Error) -> Error {
    let position = error.as_db_error().and_then(|error| match error.position() {
        Some(postgres::error::ErrorPosition::Original(position)) => Some(*position as usize),
        _ => None,
    });
    let (line, column) = position.map_or((statement.line, statement.column), |at| statement.locate(at));
    let missing = error.code() == Some(&postgres::error::SqlState::UNDEFINED_FILE);
    let error =
        Error::database("a statement failed on the scratch database").because(error).at(file, line, column);
    if missing {
        error.help("the extension is not installed on the scratch server: install its package")
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_goes_without_the_role_that_is_there() {
        for (block, without) in [
            ("do $$ begin create role app login; end $$", "do $$ begin NULL; end $$"),
            (
                "DO LANGUAGE plpgsql $b$ BEGIN CREATE /* its */ USER \"App\" PASSWORD ';'; GRANT x TO \"App\"; END $b$",
                "DO LANGUAGE plpgsql $b$ BEGIN NULL; GRANT x TO \"App\"; END $b$",
            ),
        ] {
            let role = if block.contains("App") { "App" } else { "app" };
            assert_eq!(without_role(block, role).as_deref(), Some(without));
            assert_eq!(without_role(block, "other"), None, "{block}");
        }
        for other in
            ["create role app", "do $$ begin execute format('create role %I', 'app'); end $$", "do 'x'"]
        {
            assert_eq!(without_role(other, "app"), None, "{other}");
        }
    }

    #[test]
    fn statements_that_may_do_more_than_define_a_table_are_sent_by_themselves() {
        let defines = |text| defines_a_table(&sql::split("one.sql", text).unwrap()[0]);
        for text in [
            "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)",
            "create unique index on t (lower(name)) where (select true)",
            "ALTER TABLE ONLY t ADD CONSTRAINT c CHECK (id > 0)",
            "COMMENT ON TABLE t IS 'CONCURRENTLY'",
        ] {
            assert!(defines(text), "{text}");
        }
        for text in [
            "CREATE TABLE t AS SELECT nextval('s')",
            "CREATE INDEX CONCURRENTLY ON t (id)",
            "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
            "CREATE TEMPORARY TABLE t (id int) ON COMMIT DROP",
            "ALTER TYPE mood ADD VALUE 'glad'",
            "SELECT 1",
        ] {
            assert!(!defines(text), "{text}");
        }
    }
}
