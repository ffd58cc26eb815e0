//! Commands of files that need a superuser and run no code of their author's.
//!
//! They run in the transaction of the file's own session, whose role stays what it is: the superuser makes a function
//! with exactly that command as its body and with its own rights (`SECURITY DEFINER`), the session calls it, and the
//! superuser drops it. So what is lent is one text that was looked at, and nothing else can use it. No event trigger
//! of the files fires meanwhile, and a command is undone if it did more than it may:
//!
//! * `OWNER TO` moves objects between roles of the replay; what belongs to the superuser (functions of Postgres that
//!   open files) stays there.
//! * Event triggers get a guard (`guard.sql`) that fires before them: where the session gets a superuser's rights by
//!   itself, as in the script of a trusted extension, they do not fire.

use postgres::{Client, SimpleQueryRow};
use squawk_lexer::{TokenKind, tokenize};

use super::rights::OWNER;
use super::{Database, simple};
use crate::ident::{ident, literal, unquoted};
use crate::{Result, sql};

/// A command that needs a superuser and runs no code of its author's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// `CREATE EXTENSION`, `ALTER EXTENSION … UPDATE` of the extension with this name. Its script may call functions by
    /// unqualified names, so the files must not have created any that would be found first.
    Extension(String),
    /// `ALTER EXTENSION … SET SCHEMA`.
    Move,
    /// `ALTER … OWNER TO` this role.
    Owner(String),
    /// `CREATE SERVER`; the owner of the database becomes its owner.
    Server,
    /// A command about an event trigger.
    EventTrigger,
    /// Others: a comment on an extension, a publication, `DISABLE TRIGGER ALL`.
    Other,
}

impl Command {
    /// The command of a statement, if it is one of them.
    pub fn of(text: &str) -> Option<Self> {
        let words = sql::words(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["CREATE", "EXTENSION", ..] => Some(Command::Extension(extension(text))),
            ["ALTER", "EXTENSION", ..] if words.contains(&"UPDATE") => {
                Some(Command::Extension(extension(text)))
            }
            ["ALTER", "EXTENSION", ..] if words.contains(&"SCHEMA") => Some(Command::Move),
            ["COMMENT", "ON", "EXTENSION", ..] | ["DROP", "EXTENSION", ..] => Some(Command::Other),
            ["CREATE" | "ALTER" | "DROP" | "COMMENT", "EVENT", "TRIGGER", ..]
            | ["COMMENT", "ON", "EVENT", "TRIGGER", ..] => owner(text).or(Some(Command::EventTrigger)),
            ["CREATE" | "ALTER" | "DROP", "PUBLICATION", ..] | ["COMMENT", "ON", "PUBLICATION", ..] => {
                owner(text).or(Some(Command::Other))
            }
            ["CREATE", "SERVER", ..] => Some(Command::Server),
            ["ALTER", "TABLE", .., "ENABLE" | "DISABLE", "TRIGGER", "ALL"] if is_plain(text) => {
                Some(Command::Other)
            }
            // Objects of the whole server.
            ["ALTER", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION", ..] => None,
            ["ALTER", ..] => owner(text),
            _ => None,
        }
    }
}

/// The name in `CREATE EXTENSION IF NOT EXISTS name …`, `ALTER EXTENSION name …`.
fn extension(text: &str) -> String {
    let mut from = 0;
    let tokens = tokenize(text).map(|token| {
        let word = &text[from..from + token.len as usize];
        from += token.len as usize;
        (token.kind, word)
    });
    let blank = |kind| {
        matches!(kind, TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. })
    };
    let words = tokens.filter(|(kind, _)| !blank(*kind)).map(|(_, word)| word).skip(2);
    let mut words =
        words.skip_while(|word| ["if", "not", "exists"].iter().any(|skip| word.eq_ignore_ascii_case(skip)));
    words.next().map(unquoted).unwrap_or_default()
}

/// Parses `ALTER … OWNER TO role` with no other action.
fn owner(text: &str) -> Option<Command> {
    let tokens: Vec<&str> = plain_tokens(text)?;
    let [.., owner, to, role] = tokens[..] else { return None };
    let is = |token: &str, word: &str| token.eq_ignore_ascii_case(word);
    let of_the_session = ["current_user", "current_role", "session_user"];
    let named = !of_the_session.iter().any(|word| is(role, word));
    (is(owner, "OWNER") && is(to, "TO") && named).then(|| Command::Owner(unquoted(role)))
}

/// Has it no literal, and a single action?
fn is_plain(text: &str) -> bool {
    plain_tokens(text).is_some()
}

/// The tokens of a statement; `None` if it has a literal, or a comma outside of parentheses.
fn plain_tokens(text: &str) -> Option<Vec<&str>> {
    let (mut from, mut depth, mut tokens) = (0, 0_usize, Vec::new());
    for token in tokenize(text) {
        let word = &text[from..from + token.len as usize];
        from += token.len as usize;
        match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => continue,
            TokenKind::Literal { .. } | TokenKind::Semi => return None,
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            TokenKind::Comma if depth == 0 => return None,
            _ => {}
        }
        tokens.push(word);
    }
    Some(tokens)
}

/// The superuser's own session in the database of a replay.
pub(super) struct Lender {
    superuser: Client,
    /// The number of commands so far: each is a function of its own name, since a session may keep what it has seen
    /// of an earlier one.
    count: u32,
}

impl Lender {
    /// Opens it. Triggers of the files do not fire in it: see [`Triggers`].
    pub fn open(database: &Database) -> Result<Self> {
        let mut superuser = database.host.connect(database.url())?;
        superuser.batch_execute(
            "SET session_replication_role TO replica; SET client_min_messages TO warning; \
             SET check_function_bodies TO off; SET lock_timeout TO '10s'",
        )?;
        Ok(Lender { superuser, count: 0 })
    }

    /// Runs a text with the superuser's rights in the open transaction of `client`.
    fn run(&mut self, client: &mut Client, text: &str) -> Result<Result<(), postgres::Error>> {
        self.count += 1;
        let function = format!("pg_catalog.feedstock_lent_{}()", self.count);
        self.superuser.batch_execute(&format!(
            "CREATE FUNCTION {function} RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER \
             SET session_replication_role TO replica SET standard_conforming_strings TO on \
             SET client_min_messages TO warning AS {}",
            literal(text)
        ))?;
        // Taking this lock makes the session see what others have committed, in every isolation level.
        let seen =
            client.simple_query("SELECT pg_catalog.pg_get_object_address('schema', '{pg_catalog}', '{}')");
        let done = match seen {
            Ok(_) => client.batch_execute(&format!("SELECT {function}")),
            Err(error) => Err(error),
        };
        self.superuser.batch_execute(&format!("DROP FUNCTION {function}"))?;
        Ok(done)
    }
}

/// The event triggers of the files.
struct Triggers {
    /// Would one fire in the superuser's session?
    fire: bool,
    at_login: bool,
    guarded: bool,
}

impl Triggers {
    fn of(client: &mut Client) -> Result<Self> {
        let row = look(client, include_str!("safe.sql"))?;
        let is = |at| row.as_ref().and_then(|row| row.get(at)) == Some("t");
        Ok(Triggers { fire: is(0), at_login: is(1), guarded: is(2) })
    }
}

/// The objects of roles in the database.
struct Owned {
    count: Option<String>,
    /// Is the role one that objects may be given to?
    is_of_replays: bool,
    in_pg_catalog: bool,
}

impl Owned {
    fn of(client: &mut Client, role: &str) -> Result<Self> {
        let row = look(client, &include_str!("owned.sql").replace("$1", &literal(role)))?;
        let text = |at| row.as_ref().and_then(|row| row.get(at)).map(str::to_owned);
        let is = |at| text(at).as_deref() == Some("t");
        Ok(Owned { count: text(0), is_of_replays: is(1), in_pg_catalog: is(2) })
    }
}

/// A row of a query in the open transaction of `client`, in which no object of the files can replace one that the query
/// uses, temporary ones included.
fn look(client: &mut Client, query: &str) -> Result<Option<SimpleQueryRow>> {
    Ok(look_at_all(client, query)?.into_iter().next())
}

fn look_at_all(client: &mut Client, query: &str) -> Result<Vec<SimpleQueryRow>> {
    simple::rows(
        client,
        &format!(
            "SAVEPOINT feedstock_look; SET LOCAL search_path TO pg_catalog, pg_temp;\n{query};\n\
             ROLLBACK TO SAVEPOINT feedstock_look; RELEASE SAVEPOINT feedstock_look"
        ),
    )
}

/// Runs a command as the superuser in the open transaction of `client`; `None` if that is not safe. After anything but
/// success the caller goes back to a savepoint.
pub(super) fn run_as_superuser(
    lender: &mut Option<Lender>,
    database: &Database,
    client: &mut Client,
    command: &Command,
    text: &str,
) -> Result<Option<Result<(), postgres::Error>>> {
    let triggers = Triggers::of(client)?;
    if triggers.fire || triggers.at_login {
        return Ok(None);
    }
    let role = if let Command::Owner(role) = command { role } else { "" };
    let before = Owned::of(client, role)?;
    let allowed = match command {
        Command::Extension(name) => {
            let row = look(client, &include_str!("in_the_way.sql").replace("$1", &literal(name)))?;
            row.is_some_and(|row| row.get(0) == Some("f"))
        }
        Command::Owner(_) => before.is_of_replays,
        Command::Move | Command::Server | Command::EventTrigger | Command::Other => true,
    };
    if !allowed {
        return Ok(None);
    }
    let lender = opened(lender, database)?;
    let body = match command {
        Command::EventTrigger => format!("{}{text}", include_str!("guard.sql")),
        _ => text.to_owned(),
    };
    if let Err(error) = lender.run(client, &body)? {
        return Ok(Some(Err(error)));
    }
    if *command == Command::Server {
        let servers = look_at_all(
            client,
            "SELECT s.srvname FROM pg_foreign_server AS s WHERE s.srvowner = 10 AND NOT EXISTS ( \
             SELECT FROM pg_depend AS d \
             WHERE d.classid = 'pg_foreign_server'::regclass AND d.objid = s.oid AND d.deptype = 'e')",
        )?;
        for server in servers {
            let server = ident(server.get(0).unwrap_or_default());
            if let Err(error) = lender.run(client, &format!("ALTER SERVER {server} OWNER TO {OWNER}"))? {
                return Ok(Some(Err(error)));
            }
        }
        // Else it would see only its own user mappings whole, and those of PUBLIC.
        let show = format!("GRANT SELECT ON pg_catalog.pg_user_mapping TO {OWNER}");
        if let Err(error) = lender.run(client, &show)? {
            return Ok(Some(Err(error)));
        }
    }
    let (triggers, after) = (Triggers::of(client)?, Owned::of(client, role)?);
    let more = matches!(command, Command::Owner(_)) && after.count != before.count;
    let undone = more || after.in_pg_catalog || triggers.at_login || !triggers.guarded;
    Ok((!undone).then_some(Ok(())))
}

/// Makes the owner a member of the roles that the open transaction of `client` has created, so that it has their
/// rights. Returns whether there was one.
pub(super) fn join_roles(
    lender: &mut Option<Lender>,
    database: &Database,
    client: &mut Client,
) -> Result<bool> {
    let rows = look_at_all(client, &include_str!("joinable.sql").replace("$1", &literal(OWNER)))?;
    let grants = rows.iter().filter_map(|row| row.get(0));
    let grants: Vec<String> =
        grants.map(|role| format!("GRANT {} TO {OWNER} WITH ADMIN OPTION", ident(role))).collect();
    let triggers = Triggers::of(client)?;
    if grants.is_empty() || triggers.fire || triggers.at_login {
        return Ok(false);
    }
    opened(lender, database)?.run(client, &grants.join(";\n"))??;
    Ok(true)
}

fn opened<'l>(lender: &'l mut Option<Lender>, database: &Database) -> Result<&'l mut Lender> {
    match lender {
        Some(lender) => Ok(lender),
        None => Ok(lender.insert(Lender::open(database)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_superuser_runs_holds_no_code() {
        let owner = |role: &str| Some(Command::Owner(role.to_owned()));
        for (text, command) in [
            (
                "CREATE EXTENSION IF NOT EXISTS postgres_fdw",
                Some(Command::Extension("postgres_fdw".to_owned())),
            ),
            ("create extension /* x */ \"uuid-ossp\"", Some(Command::Extension("uuid-ossp".to_owned()))),
            ("ALTER EXTENSION Hstore UPDATE TO '1.8'", Some(Command::Extension("hstore".to_owned()))),
            ("ALTER EXTENSION hstore SET SCHEMA pg_catalog", Some(Command::Move)),
            ("ALTER DATABASE postgres OWNER TO app", None),
            ("ALTER TABLE public.t OWNER TO app", owner("app")),
            ("ALTER TABLE ONLY \"T, x\" OWNER TO \"App\"", owner("App")),
            ("ALTER FUNCTION f(integer, text) OWNER TO app", owner("app")),
            ("ALTER EVENT TRIGGER e OWNER TO app", owner("app")),
            ("ALTER TABLE t OWNER TO CURRENT_USER", None),
            ("ALTER TABLE t ALTER COLUMN c TYPE integer USING evil(), OWNER TO app", None),
            ("ALTER TABLE t ALTER COLUMN c SET DEFAULT 'x', OWNER TO app", None),
            ("ALTER TABLE t DISABLE TRIGGER ALL", Some(Command::Other)),
            ("ALTER TABLE t ALTER COLUMN c TYPE int USING f(), DISABLE TRIGGER ALL", None),
            ("COPY t TO PROGRAM 'id'", None),
            ("CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x'", None),
            ("CREATE CAST (integer AS text) WITHOUT FUNCTION", None),
            ("ALTER SYSTEM SET archive_command = 'id'", None),
            ("DO $$ BEGIN EXECUTE 'ALTER TABLE t OWNER TO app'; END $$", None),
        ] {
            assert_eq!(Command::of(text), command, "{text}");
        }
    }
}
