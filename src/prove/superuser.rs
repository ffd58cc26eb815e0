//! Commands of files that need a superuser and run no code of their author's.

use postgres::Client;
use squawk_lexer::{TokenKind, tokenize};

use super::rights::OWNER;
use super::{Database, Scratch, simple};
use crate::ident::{ident, literal, unquoted};
use crate::server::SUPERUSER;
use crate::{Result, sql};

/// A command that needs a superuser and runs no code of its author's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// `CREATE EXTENSION`, `ALTER EXTENSION … UPDATE`. Its script may call functions by unqualified names, so the files
    /// must not have created any that would be found first.
    Extension,
    /// `ALTER … OWNER TO` this role.
    Owner(String),
    /// `CREATE SERVER`; the owner of the database becomes its owner.
    Server,
    /// Others: a comment on an extension, an event trigger, a publication, `DISABLE TRIGGER ALL`.
    Other,
}

impl Command {
    /// The command of a statement, if it is one of them.
    pub fn of(text: &str) -> Option<Self> {
        let words = sql::words(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["CREATE", "EXTENSION", ..] => Some(Command::Extension),
            ["ALTER", "EXTENSION", ..] if words.contains(&"UPDATE") => Some(Command::Extension),
            ["ALTER", "EXTENSION", ..] if words.contains(&"SCHEMA") => Some(Command::Other),
            ["COMMENT", "ON", "EXTENSION", ..] | ["DROP", "EXTENSION", ..] => Some(Command::Other),
            ["CREATE" | "ALTER" | "DROP" | "COMMENT", "EVENT", "TRIGGER", ..]
            | ["COMMENT", "ON", "EVENT", "TRIGGER", ..]
            | ["CREATE" | "ALTER" | "DROP", "PUBLICATION", ..]
            | ["COMMENT", "ON", "PUBLICATION", ..] => owner(text).or(Some(Command::Other)),
            ["CREATE", "SERVER", ..] => Some(Command::Server),
            ["ALTER", "TABLE", .., "ENABLE" | "DISABLE", "TRIGGER", "ALL"] if is_plain(text) => {
                Some(Command::Other)
            }
            ["ALTER", ..] => owner(text),
            _ => None,
        }
    }
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

/// Runs a command as the superuser, if that is safe in the database of `client`, which is not in a transaction; `None`
/// if it is not safe. Everything that the command needs must have been committed.
pub(super) fn run_as_superuser(
    scratch: &Scratch,
    database: &Database,
    client: &mut Client,
    command: &Command,
    text: &str,
) -> Result<Option<Result<(), postgres::Error>>> {
    let path = simple::rows(client, "SHOW search_path")?;
    let path = path.first().and_then(|row| row.get(0)).unwrap_or_default().to_owned();
    // With an empty path, objects of the files cannot replace the ones that this query uses.
    let ask = format!("BEGIN; SET LOCAL search_path TO ''; {}; ROLLBACK", include_str!("safe.sql"));
    let rows = simple::rows(client, &ask)?;
    let is = |at| rows.iter().any(|row| row.get(at) == Some("t"));
    let (fires, in_the_way) = (is(0), is(1));
    let allowed = match command {
        _ if fires => false,
        Command::Extension => !in_the_way,
        Command::Owner(role) => scratch
            .host
            .admin()
            .query_opt(
                "SELECT FROM pg_catalog.pg_roles WHERE rolname = $1 AND NOT rolsuper AND rolname !~ '^pg_'",
                &[role],
            )?
            .is_some(),
        Command::Server | Command::Other => true,
    };
    if !allowed {
        return Ok(None);
    }
    let mut superuser = database.host.connect(database.url())?;
    superuser.batch_execute(&format!(
        "SET session_replication_role TO replica; SET client_min_messages TO warning; \
         SELECT pg_catalog.set_config('search_path', {}, false)",
        literal(&path)
    ))?;
    let mut done = superuser.batch_execute(text);
    if done.is_ok() && *command == Command::Server {
        let servers = superuser.query(
            "SELECT srvname::text FROM pg_catalog.pg_foreign_server \
             WHERE srvowner = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1)",
            &[&SUPERUSER],
        )?;
        for server in servers {
            let give = format!("ALTER SERVER {} OWNER TO {OWNER}", ident(server.get(0)));
            done = done.and_then(|()| superuser.batch_execute(&give));
        }
        // Else it would see only its own user mappings whole, and those of PUBLIC.
        let show = format!("GRANT SELECT ON pg_catalog.pg_user_mapping TO {OWNER}");
        done = done.and_then(|()| superuser.batch_execute(&show));
    }
    Ok(Some(done))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_superuser_runs_holds_no_code() {
        let owner = |role: &str| Some(Command::Owner(role.to_owned()));
        for (text, command) in [
            ("CREATE EXTENSION IF NOT EXISTS postgres_fdw", Some(Command::Extension)),
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
