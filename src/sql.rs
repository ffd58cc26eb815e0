//! SQL text, split into the statements that Postgres will be sent one by one.
//!
//! Postgres is the judge of syntax; this only finds where a statement ends. The tokens are those of squawk, a
//! real Postgres lexer (dollar quotes, `E''` strings, nested comments, Unicode identifiers), and a statement ends
//! at a semicolon *token* outside parentheses (`CREATE RULE … DO (a; b)`) and outside a `BEGIN ATOMIC` body, as
//! psql has it. squawk's tree is deliberately not asked: it takes `CREATE SCHEMA s CREATE TABLE t ()` apart, which
//! is one statement to Postgres and makes the table somewhere else when it is two, and what it cannot parse it
//! cuts at will.

pub mod expression;
mod one_statement;
#[cfg(feature = "cli")]
pub(crate) mod unqualified;

use std::ops::Range;

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

pub use one_statement::OneStatement;

pub use crate::text_file::line_and_column;

use crate::{Error, Result};

/// One statement of an SQL text, without the semicolon and without the comments around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The statement as written.
    pub text: &'a str,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// The line of its first character, from 1.
    pub line: usize,
    /// The column of its first character, in characters, from 1.
    pub column: usize,
}

/// Splits a text into its statements. `file` is named in errors.
///
/// `\restrict` and `\unrestrict`, which `pg_dump` writes, are skipped.
///
/// # Errors
///
/// Any other backslash command, `COPY … FROM stdin` (its data is not SQL), `COPY … TO stdout` (nobody reads its rows),
/// and a block comment that is never closed: each with its line and column.
pub fn split<'a>(file: &str, sql: &'a str) -> Result<Vec<Statement<'a>>> {
    let (statements, errors) = scan(file, sql);
    errors.into_iter().next().map_or(Ok(statements), Err)
}

/// As [`split`], with all that is wrong.
pub(crate) fn scan<'a>(file: &str, sql: &'a str) -> (Vec<Statement<'a>>, Vec<Error>) {
    let mut lines = Lines::of(sql);
    let (mut statements, mut errors) = (Vec::new(), Vec::new());
    let mut open = Open::default();
    let mut tokens = lex(file, sql, 0);
    while let Some(token) = tokens.next() {
        let token = match token {
            Ok(token) => token,
            Err(Wrong { error, ends }) => {
                errors.push(error);
                if ends {
                    open = Open::default();
                }
                continue;
            }
        };
        let end = token.range.end;
        match open.take(token, sql) {
            Taken::More => {}
            Taken::CopyFromStdin => {
                errors.push(copy_from_stdin(file, sql, open.start));
                open = Open::default();
                tokens = lex(file, sql, behind_data(sql, end));
            }
            Taken::CopyToStdout => errors.push(copy_to_stdout(file, sql, open.start)),
            Taken::End => statements.extend(std::mem::take(&mut open).close(sql, &mut lines)),
        }
    }
    statements.extend(open.close(sql, &mut lines));
    (statements, errors)
}

/// The same statements without a CR as it is: in literals and names it is written as an escape, elsewhere it goes. A
/// file of them may be checked out with other line ends.
#[cfg(feature = "cli")]
pub(crate) fn without_cr(sql: &str) -> String {
    if !sql.contains('\r') {
        return sql.to_owned();
    }
    tokens(sql)
        .map(|token| {
            let text = &sql[token.range];
            if text.contains('\r') { token_without_cr(token.kind, text) } else { text.to_owned() }
        })
        .collect()
}

#[cfg(feature = "cli")]
fn token_without_cr(kind: TokenKind, text: &str) -> String {
    let escaped = |content: &str| {
        format!("E'{}'", content.replace('\\', "\\\\").replace('\'', "''").replace('\r', "\\r"))
    };
    match kind {
        TokenKind::Literal { kind: LiteralKind::EscStr { .. } } => text.replace('\r', "\\r"),
        TokenKind::Literal { kind: LiteralKind::Str { .. } } => {
            escaped(&text[1..text.len() - 1].replace("''", "'"))
        }
        TokenKind::Literal { kind: LiteralKind::DollarQuotedString { .. } } => {
            let tag = text[1..].find('$').map_or(2, |end| end + 2);
            escaped(text.get(tag..text.len() - tag).unwrap_or_default())
        }
        TokenKind::QuotedIdent { .. } => {
            let name = text.replace('\\', "\\\\").replace('\r', "\\000D");
            format!("U&{name}")
        }
        _ => text.replace("\r\n", "\n").replace('\r', "\n"),
    }
}

/// The words at the top level of a text, in upper case: keywords and unquoted names, but nothing in parentheses,
/// in quotes or in comments.
pub fn words(sql: &str) -> Vec<String> {
    let words = top_tokens(sql).filter(|token| token.kind == TokenKind::Ident);
    words.map(|token| sql[token.range].to_uppercase()).collect()
}

/// The tokens at the top level of a text, each with its place: nothing in parentheses, no space and no comment.
#[cfg(feature = "cli")]
pub(crate) fn top_level(sql: &str) -> Vec<(usize, &str)> {
    top_tokens(sql).map(|token| (token.range.start, &sql[token.range])).collect()
}

fn top_tokens(sql: &str) -> impl Iterator<Item = Token> + '_ {
    let mut depth = 0usize;
    tokens(sql).filter(move |token| {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {}
            _ => return depth == 0,
        }
        false
    })
}

/// The words and quoted names of a text, also of those within its dollar quotes and literals: unquoted, in lower case
/// where Postgres has them so.
#[cfg(feature = "cli")]
pub(crate) fn names(sql: &str) -> Vec<String> {
    let mut names = Vec::new();
    for token in tokens(sql) {
        let text = &sql[token.range];
        match token.kind {
            TokenKind::Ident | TokenKind::QuotedIdent { .. } => names.push(crate::ident::unquoted(text)),
            TokenKind::Literal { kind: LiteralKind::Str { .. } } => {
                names.extend(self::names(&text[1..text.len().saturating_sub(1).max(1)]));
            }
            TokenKind::Literal { kind: LiteralKind::DollarQuotedString { .. } } => {
                let tag = text[1..].find('$').map_or(2, |end| end + 2);
                names.extend(self::names(text.get(tag..text.len().saturating_sub(tag)).unwrap_or_default()));
            }
            _ => {}
        }
    }
    names
}

/// The names of a text that are longer than the 63 bytes that Postgres keeps of a name, also those within its dollar
/// quotes.
#[cfg(feature = "cli")]
pub(crate) fn long_names(sql: &str) -> Vec<String> {
    const KEPT: usize = 63;
    let mut long = Vec::new();
    for token in tokens(sql) {
        let text = &sql[token.range];
        match token.kind {
            TokenKind::Ident if text.len() > KEPT => long.push(text.to_lowercase()),
            TokenKind::QuotedIdent { .. } => {
                let name = crate::ident::unquoted(text);
                if name.len() > KEPT {
                    long.push(name);
                }
            }
            TokenKind::Literal { kind: LiteralKind::DollarQuotedString { .. } } => {
                let tag = text[1..].find('$').map_or(2, |end| end + 2);
                long.extend(long_names(text.get(tag..text.len().saturating_sub(tag)).unwrap_or_default()));
            }
            _ => {}
        }
    }
    long
}

/// The `--` comments of a text, each with its line and column.
pub(crate) fn line_comments(sql: &str) -> Vec<(&str, usize, usize)> {
    let mut lines = Lines::of(sql);
    let comments = tokens(sql).filter(|token| token.kind == TokenKind::LineComment);
    comments
        .map(|token| {
            let (line, column) = lines.at(token.range.start);
            (&sql[token.range], line, column)
        })
        .collect()
}

impl Statement<'_> {
    /// The line and column, in the text that was split, of a position that the server names: characters of
    /// this statement, from 1.
    pub fn locate(&self, position: usize) -> (usize, usize) {
        let before: String = self.text.chars().take(position.saturating_sub(1)).collect();
        let (line, column) = line_and_column(&before, before.len());
        if line == 1 { (self.line, self.column + column - 1) } else { (self.line + line - 1, column) }
    }

    /// The command that begins, ends or divides a transaction, if this is one.
    pub fn transaction_control(&self) -> Option<&'static str> {
        let words = words(self.text);
        let second = words.get(1).map_or("", String::as_str);
        Some(match (words.first()?.as_str(), second) {
            ("BEGIN", _) => "BEGIN",
            ("START", "TRANSACTION") => "START TRANSACTION",
            ("COMMIT", "PREPARED") => "COMMIT PREPARED",
            ("COMMIT", _) => "COMMIT",
            ("END", _) => "END",
            ("ABORT", _) => "ABORT",
            ("ROLLBACK", "PREPARED") => "ROLLBACK PREPARED",
            ("ROLLBACK", _) => "ROLLBACK",
            ("SAVEPOINT", _) => "SAVEPOINT",
            ("RELEASE", _) => "RELEASE",
            ("PREPARE", "TRANSACTION") => "PREPARE TRANSACTION",
            _ => return None,
        })
    }

    /// Why Postgres refuses this inside a transaction, if it does: the command's name.
    ///
    /// From the documentation of each command (Postgres 15). `REFRESH MATERIALIZED VIEW CONCURRENTLY` and, since
    /// Postgres 12, `ALTER TYPE … ADD VALUE` are allowed there.
    pub fn outside_transaction(&self) -> Option<&'static str> {
        let words = words(self.text);
        let has = |word: &str| words.iter().any(|have| have == word);
        let starts =
            |start: &[&str]| words.len() >= start.len() && start.iter().zip(&words).all(|(a, b)| a == b);
        let named: [(&[&str], &'static str); 9] = [
            (&["VACUUM"], "VACUUM"),
            (&["CREATE", "DATABASE"], "CREATE DATABASE"),
            (&["DROP", "DATABASE"], "DROP DATABASE"),
            (&["CREATE", "TABLESPACE"], "CREATE TABLESPACE"),
            (&["DROP", "TABLESPACE"], "DROP TABLESPACE"),
            (&["ALTER", "SYSTEM"], "ALTER SYSTEM"),
            (&["REINDEX", "DATABASE"], "REINDEX DATABASE"),
            (&["REINDEX", "SYSTEM"], "REINDEX SYSTEM"),
            (&["REINDEX", "SCHEMA"], "REINDEX SCHEMA"),
        ];
        if let Some((_, name)) = named.iter().find(|(start, _)| starts(start)) {
            return Some(name);
        }
        if starts(&["CREATE", "INDEX", "CONCURRENTLY"])
            || starts(&["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"])
        {
            return Some("CREATE INDEX CONCURRENTLY");
        }
        if starts(&["DROP", "INDEX", "CONCURRENTLY"]) {
            return Some("DROP INDEX CONCURRENTLY");
        }
        if starts(&["REINDEX"]) && concurrently_anywhere(self.text) {
            return Some("REINDEX CONCURRENTLY");
        }
        if starts(&["ALTER", "TABLE"]) && has("DETACH") && (has("CONCURRENTLY") || has("FINALIZE")) {
            return Some("ALTER TABLE … DETACH PARTITION … CONCURRENTLY");
        }
        (words == ["CLUSTER"] || words == ["CLUSTER", "VERBOSE"]).then_some("CLUSTER without a table")
    }
}

/// `REINDEX (CONCURRENTLY) TABLE t` says it in parentheses, where `words` does not look.
fn concurrently_anywhere(sql: &str) -> bool {
    tokens(sql)
        .any(|token| token.kind == TokenKind::Ident && sql[token.range].eq_ignore_ascii_case("concurrently"))
}

/// The statement that is being read.
#[derive(Default)]
struct Open {
    /// The bytes of its first and behind its last token.
    start: Option<usize>,
    end: usize,
    parens: usize,
    /// How many `END`s close the `BEGIN ATOMIC` body that we are in; 0 is none.
    ends: usize,
    /// The first words, in upper case: enough to know `CREATE OR REPLACE FUNCTION` and `COPY`.
    words: Vec<String>,
    /// The token before, trivia aside, in upper case.
    before: String,
}

enum Taken {
    More,
    End,
    CopyFromStdin,
    CopyToStdout,
}

impl Open {
    fn take(&mut self, token: Token, sql: &str) -> Taken {
        if token.is_trivia() {
            return Taken::More;
        }
        if token.kind == TokenKind::Semi && self.parens == 0 && self.ends == 0 {
            return Taken::End;
        }
        self.start.get_or_insert(token.range.start);
        self.end = token.range.end;
        match token.kind {
            TokenKind::OpenParen => self.parens += 1,
            TokenKind::CloseParen => self.parens = self.parens.saturating_sub(1),
            TokenKind::Ident => {
                let word = sql[token.range.clone()].to_uppercase();
                let copy = self.word(&word);
                if !matches!(copy, Taken::More) {
                    self.before = word;
                    return copy;
                }
            }
            _ => {}
        }
        self.before = sql[token.range].to_uppercase();
        Taken::More
    }

    /// Follows a word, and finds whether it makes the statement a `COPY` from or to the client.
    fn word(&mut self, word: &str) -> Taken {
        if self.words.len() < 4 {
            self.words.push(word.to_owned());
        }
        // `t.end` and `AS end` are names.
        if self.before != "." && self.before != "AS" {
            match word {
                "ATOMIC" if self.before == "BEGIN" && self.ends == 0 && self.is_routine() => self.ends = 1,
                "CASE" if self.ends > 0 => self.ends += 1,
                "END" => self.ends = self.ends.saturating_sub(1),
                _ => {}
            }
        }
        // Postgres takes either word for both directions.
        let is_client = matches!(word, "STDIN" | "STDOUT");
        match self.before.as_str() {
            _ if !is_client || self.parens > 0 || self.words[0] != "COPY" => Taken::More,
            "FROM" => Taken::CopyFromStdin,
            "TO" => Taken::CopyToStdout,
            _ => Taken::More,
        }
    }

    fn is_routine(&self) -> bool {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        matches!(
            words[..],
            ["CREATE", "FUNCTION" | "PROCEDURE", ..]
                | ["CREATE", "OR", "REPLACE", "FUNCTION" | "PROCEDURE", ..]
        )
    }

    fn close<'a>(self, sql: &'a str, lines: &mut Lines<'a>) -> Option<Statement<'a>> {
        let range = self.start?..self.end;
        let (line, column) = lines.at(range.start);
        Some(Statement { text: &sql[range.clone()], range, line, column })
    }
}

#[derive(Clone)]
struct Token {
    kind: TokenKind,
    range: Range<usize>,
}

impl Token {
    fn is_trivia(&self) -> bool {
        matches!(self.kind, TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. })
    }
}

/// What is wrong between two tokens.
struct Wrong {
    error: Error,
    /// Does it end the statement before it?
    ends: bool,
}

/// The tokens of a text from a byte on, without psql's commands, and what is wrong between them.
fn lex<'a>(file: &'a str, sql: &'a str, mut from: usize) -> impl Iterator<Item = Result<Token, Wrong>> + 'a {
    let mut rest: Box<dyn Iterator<Item = Token> + 'a> = Box::new(tokens(&sql[from..]));
    std::iter::from_fn(move || {
        loop {
            let token = rest.next()?;
            let range = from + token.range.start..from + token.range.end;
            if token.kind == (TokenKind::BlockComment { terminated: false }) {
                let error = at(file, sql, range.start, "this comment is never closed");
                let error = error.help("close it with */; comments nest in Postgres");
                return Some(Err(Wrong { error, ends: false }));
            }
            // SQL has a backslash in literals, names and comments only.
            if !sql[range.clone()].starts_with('\\') {
                return Some(Ok(Token { kind: token.kind, range }));
            }
            let line = sql[range.start..].lines().next().unwrap_or_default();
            let command = psql_command(line);
            let is_of_a_dump = matches!(command, "\\restrict" | "\\unrestrict");
            // psql goes on behind these two in the same line.
            let length = if matches!(command, "\\;" | "\\\\") { command.len() } else { line.len() };
            from = range.start + length;
            rest = Box::new(tokens(&sql[from..]));
            if !(is_of_a_dump && starts_a_line(sql, range.start)) {
                let error = psql_in_sql(file, sql, range.start, command);
                return Some(Err(Wrong { error, ends: ENDS_A_STATEMENT.contains(&command) }));
            }
        }
    })
}

/// squawk's tokens, with one thing put right: a string that continues an `E''` string on the next line has
/// escapes too.
fn tokens(sql: &str) -> impl Iterator<Item = Token> + '_ {
    let mut from = 0;
    let mut rest: Box<dyn Iterator<Item = squawk_lexer::Token> + '_> = Box::new(tokenize(sql));
    let mut escapes = false;
    let mut newline = false;
    std::iter::from_fn(move || {
        let mut token = rest.next()?;
        if escapes && newline && matches!(token.kind, TokenKind::Literal { kind: LiteralKind::Str { .. } }) {
            let length = length_of_escape_string(&sql[from..]);
            (token.kind, token.len) = (ESCAPE_STRING, u32::try_from(length).ok()?);
            rest = Box::new(tokenize(&sql[from + length..]));
        }
        let token = Token { kind: token.kind, range: from..from + token.len as usize };
        from = token.range.end;
        match token.kind {
            // A carriage return by itself ends a line too.
            TokenKind::Whitespace => newline |= sql[token.range.clone()].contains(['\n', '\r']),
            TokenKind::LineComment => {}
            kind => {
                escapes = matches!(kind, TokenKind::Literal { kind: LiteralKind::EscStr { .. } });
                newline = false;
            }
        }
        Some(token)
    })
}

const ESCAPE_STRING: TokenKind = TokenKind::Literal { kind: LiteralKind::EscStr { terminated: true } };

/// The bytes of a string, quotes included, in which a backslash takes the character behind it along.
fn length_of_escape_string(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\'' if bytes.get(at + 1) == Some(&b'\'') => at += 2,
            b'\'' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn starts_a_line(sql: &str, at: usize) -> bool {
    at == 0 || sql.as_bytes()[at - 1] == b'\n' || &sql[..at] == "\u{feff}"
}

/// The command at the beginning of a text: a backslash with a word, or with one other character.
fn psql_command(line: &str) -> &str {
    let name = &line[1..];
    let length = name.find(|character: char| !(character.is_alphanumeric() || character == '_'));
    let length = match length {
        Some(0) => {
            name.chars().next().filter(|character| !character.is_whitespace()).map_or(0, char::len_utf8)
        }
        Some(length) => length,
        None => name.len(),
    };
    &line[..1 + length]
}

/// The commands with which psql sends the statement before them.
const ENDS_A_STATEMENT: &[&str] = &[
    "\\;",
    "\\\\",
    "\\g",
    "\\gdesc",
    "\\gexec",
    "\\gset",
    "\\gx",
    "\\watch",
    "\\crosstabview",
    "\\bind",
    "\\bind_named",
    "\\parse",
];

fn psql_in_sql(file: &str, sql: &str, start: usize, command: &str) -> Error {
    if command == "\\" {
        return at(file, sql, start, "a `\\` is not SQL outside of a literal").help("take it out");
    }
    let help = match command {
        "\\gexec" => "build the statements in a DO block, and run them with EXECUTE",
        "\\gset" | "\\set" | "\\unset" | "\\prompt" | "\\getenv" => {
            "write the value where it is used, or work it out in a DO block: only psql has variables"
        }
        "\\if" | "\\elif" | "\\else" | "\\endif" => "decide in SQL: IF EXISTS, IF NOT EXISTS, or a DO block",
        "\\i" | "\\ir" | "\\include" | "\\include_relative" => {
            "write what that file says in place of the line, or make it a migration of its own"
        }
        "\\copy" => "write the rows as INSERT statements",
        "\\c" | "\\connect" => {
            "a migration runs in the database that --database-url names: take the line out"
        }
        command if ENDS_A_STATEMENT.contains(&command) => "end the statement with a semicolon instead",
        _ => "take the line out: Feedstock sends the file to Postgres itself",
    };
    at(file, sql, start, format!("`{command}` is a command of psql, not SQL")).help(help)
}

/// Where the line behind the data of a `COPY` begins, which ends with `\.`.
fn behind_data(sql: &str, from: usize) -> usize {
    let end = sql[from..].find("\n\\.").map_or(sql.len(), |end| from + end + 3);
    sql[end..].find('\n').map_or(sql.len(), |newline| end + newline + 1)
}

fn copy_from_stdin(file: &str, sql: &str, start: Option<usize>) -> Error {
    at(file, sql, start.unwrap_or_default(), "COPY … FROM stdin carries data that is not SQL").help(
        "write the rows as INSERT statements (pg_dump --inserts), or dump the schema alone (pg_dump -s)",
    )
}

fn copy_to_stdout(file: &str, sql: &str, start: Option<usize>) -> Error {
    let message = "COPY … TO stdout sends rows to a client, and here nobody reads them";
    at(file, sql, start.unwrap_or_default(), message).help(
        "take it out; INSERT INTO … SELECT copies rows from one table into another, and psql writes them to a file",
    )
}

fn at(file: &str, sql: &str, byte: usize, message: impl Into<String>) -> Error {
    let (line, column) = line_and_column(sql, byte);
    Error::file(message).at(file, line, column)
}

/// Lines and columns of ever later bytes, without counting from the top each time.
struct Lines<'a> {
    sql: &'a str,
    byte: usize,
    line: usize,
    column: usize,
}

impl<'a> Lines<'a> {
    fn of(sql: &'a str) -> Self {
        Lines { sql, byte: 0, line: 1, column: 1 }
    }

    fn at(&mut self, byte: usize) -> (usize, usize) {
        for char in self.sql[self.byte..byte].chars() {
            (self.line, self.column) =
                if char == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        }
        self.byte = byte;
        (self.line, self.column)
    }
}

/// The text before a definition's first bracket, and what commas part within it.
#[cfg(feature = "cli")]
pub(crate) fn in_brackets(definition: &str) -> (&str, Vec<&str>) {
    let (mut depth, mut at, mut from) = (0, 0, 0);
    let (mut head, mut parts) = (definition, Vec::new());
    for token in tokenize(definition) {
        let end = at + token.len as usize;
        match token.kind {
            TokenKind::OpenParen if depth == 0 => {
                (head, from, depth) = (&definition[..at], end, 1);
            }
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen if depth == 1 => {
                parts.push(definition[from..at].trim());
                break;
            }
            TokenKind::CloseParen => depth -= 1,
            TokenKind::Comma if depth == 1 => {
                parts.push(definition[from..at].trim());
                from = end;
            }
            _ => {}
        }
        at = end;
    }
    (head, parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "cli")]
    #[test]
    fn a_definition_is_taken_apart_at_its_commas() {
        let read = |text: &'static str| in_brackets(text);
        assert_eq!(read("USING btree (a, b DESC) WHERE (c > 0)"), ("USING btree ", vec!["a", "b DESC"]));
        assert_eq!(
            read(r#"USING gin ((a || ','::text), "x,(" public.ops)"#),
            ("USING gin ", vec!["(a || ','::text)", r#""x,(" public.ops"#])
        );
        assert_eq!(read("DEFAULT"), ("DEFAULT", vec![]));
    }

    fn texts(sql: &str) -> Vec<&str> {
        split("x.sql", sql).unwrap().into_iter().map(|statement| statement.text).collect()
    }

    #[track_caller]
    fn one(sql: &str) {
        assert_eq!(texts(&format!("{sql};select 2")), [sql, "select 2"]);
    }

    #[test]
    fn a_semicolon_inside_something_ends_nothing() {
        one("select ';'");
        one("select 'it''s;'");
        one(r"select E'it\'s;'");
        one("select E'a'\n  'b\\';c'");
        one("select E'a' -- why;\n  'b\\';c'");
        one("select E'a'\r'b\\';c'");
        one("select E'a' -- why;\r'b\\';c'");
        one("select -- ;\r 1");
        one("select U&'\\0061;'");
        one("select $$;$$");
        one("select $a$ $$;$$ $b$;$b$ $a$");
        one("select \"a;b\" from \"c\"\"d;\"");
        one("select /* ; /* nested ; */ ; */ 1");
        one("select -- ;\n 1");
        one("select a$$b, c$d$ from e");
        one("create rule r as on insert to t do also (insert into a values (1); insert into b values (2))");
        one("create schema s create table t (a int)");
    }

    #[test]
    fn a_carriage_return_is_written_as_an_escape() {
        for (sql, without) in [
            ("SELECT 1", "SELECT 1"),
            ("SELECT\r\n'a'", "SELECT\n'a'"),
            ("SELECT 'a\r\nb'::text", "SELECT E'a\\r\nb'::text"),
            ("SELECT 'it''s\r\\n'", "SELECT E'it''s\\r\\\\n'"),
            ("SELECT E'\\\\\r'", "SELECT E'\\\\\\r'"),
            ("AS $f$\r\n'x' \\ $f$", "AS E'\\r\n''x'' \\\\ '"),
            ("AS $$\r$$", "AS E'\\r'"),
            ("SELECT \"a\r\"\"b\"", "SELECT U&\"a\\000D\"\"b\""),
        ] {
            assert_eq!(without_cr(sql), without, "{sql:?}");
        }
    }

    #[test]
    fn a_backslash_in_a_plain_string_escapes_nothing() {
        assert_eq!(texts(r"select '\'; select 2"), [r"select '\'", "select 2"]);
        assert_eq!(texts("select E'a' || 'b\\'; select 2"), ["select E'a' || 'b\\'", "select 2"]);
    }

    #[test]
    fn an_atomic_body_is_one_statement() {
        one(
            "create function f() returns int begin atomic select 1; select case when true then 2 else 3 end; end",
        );
        one("create or replace procedure p() begin atomic insert into t(a) select u.end from u; end");
        one("create function f() returns int begin atomic select 1 as end; select 2; end");
        one("create function f() returns int language plpgsql as $$ begin return 1; end; $$");
        one("create function begin(a int) returns int language sql as 'select 1'");
        assert_eq!(texts("begin; select 1; end; select 2"), ["begin", "select 1", "end", "select 2"]);
    }

    #[test]
    fn nothing_is_no_statement() {
        assert!(texts("").is_empty());
        assert!(texts(" ;; -- a\n /* b */ ; ").is_empty());
        assert_eq!(texts("\u{feff}select 1;"), ["select 1"]);
    }

    #[test]
    fn what_no_parser_knows_is_split_all_the_same() {
        assert_eq!(texts("frobnicate the (x; y) 'z;'; select 1"), ["frobnicate the (x; y) 'z;'", "select 1"]);
        // The server says that it is unterminated; we send it as it is.
        assert_eq!(texts("select 1; select 'a; b"), ["select 1", "select 'a; b"]);
    }

    #[test]
    fn places_are_lines_and_columns_of_the_file() {
        let sql = "-- top\nselect 1;\n  /* é */ select 'é',\n nope;";
        let found = split("x.sql", sql).unwrap();
        assert_eq!((found[0].line, found[0].column), (2, 1));
        assert_eq!((found[1].line, found[1].column), (3, 11));
        assert_eq!(&sql[found[1].range.clone()], found[1].text);
        assert_eq!(found[1].locate(1), (3, 11));
        assert_eq!(found[1].locate(9), (3, 19));
        let nope = found[1].text.chars().position(|c| c == 'n').unwrap() + 1;
        assert_eq!(found[1].locate(nope), (4, 2));
    }

    #[test]
    fn lines_of_a_dump_are_skipped_and_other_commands_are_errors() {
        let dump = "\\restrict k'x\n\nselect 1;\n\\unrestrict k'x\nselect 2;";
        assert_eq!(texts(dump), ["select 1", "select 2"]);
        assert_eq!(split("x.sql", dump).unwrap()[1].line, 5);
        let error = split("x.sql", "select 1;\n\\i other.sql\n").unwrap_err();
        assert_eq!(error.message(), "`\\i` is a command of psql, not SQL");
        assert_eq!(error.place().map(|place| (place.line, place.column)), Some((2, 1)));
    }

    #[test]
    fn commands_of_psql_are_found_wherever_they_stand() {
        for (sql, commands) in [
            ("   \\echo hi\nselect 1;", vec![("\\echo", 1, 4)]),
            ("\t\\i x.sql\n\\ir y.sql", vec![("\\i", 1, 2), ("\\ir", 2, 1)]),
            ("select 1 as x \\gset\nselect 'a';\\gexec", vec![("\\gset", 1, 15), ("\\gexec", 2, 12)]),
            ("select 1\\g\nselect 2 \\watch 1", vec![("\\g", 1, 9), ("\\watch", 2, 10)]),
            ("select 1\\;select 2 \\gx", vec![("\\;", 1, 9), ("\\gx", 1, 20)]),
            ("select 1 \\\\ select 2;", vec![("\\\\", 1, 10)]),
            ("create table t (\n  a int, \\d\n  b int);", vec![("\\d", 2, 10)]),
            ("select /* \\g */ 1 -- \\g\n, '\\g', E'\\\\g', $$ \\g $$, \"\\g\", U&'\\0041';", vec![]),
            ("\\restrict x\nselect 'it''s \\g';\n\\unrestrict x", vec![]),
        ] {
            let found: Vec<_> = scan("x.sql", sql)
                .1
                .iter()
                .map(|error| {
                    let place = error.place().unwrap();
                    let command = error.message().split('`').nth(1).unwrap().to_owned();
                    assert!(error.to_string().contains("\n  help: "), "{error}");
                    (command, place.line, place.column)
                })
                .collect();
            let commands: Vec<_> = commands
                .into_iter()
                .map(|(command, line, column)| (command.to_owned(), line, column))
                .collect();
            assert_eq!(found, commands, "{sql:?}");
        }
        let opened = scan("x.sql", "select 1 \\gset\nselect 2;").0;
        assert_eq!(opened.iter().map(|statement| statement.text).collect::<Vec<_>>(), ["select 2"]);
        assert_eq!(split("x.sql", "select 1 \\ 2;").unwrap_err().place().map(|place| place.column), Some(10));
    }

    #[test]
    fn rows_for_a_client_are_an_error() {
        for sql in [
            "copy t to stdout",
            "COPY t (a) TO STDOUT WITH (FORMAT csv)",
            "copy (select 1 from t) to stdout",
            "copy t to stdin",
        ] {
            let sql = format!("select 1;\n{sql};\nselect 2;");
            let (statements, errors) = scan("x.sql", &sql);
            assert_eq!(errors.len(), 1, "{sql}");
            assert!(errors[0].message().starts_with("COPY … TO stdout"), "{}", errors[0]);
            assert_eq!(errors[0].place().map(|place| (place.line, place.column)), Some((2, 1)));
            assert_eq!(statements.len(), 3, "{sql}");
        }
        assert!(
            split("x.sql", "copy t from stdout;\n1\n\\.\n").unwrap_err().message().contains("FROM stdin")
        );
        for sql in
            ["copy t to '/x'", "copy t to 'stdout'", "copy stdout to program 'x'", "select a as to, stdout"]
        {
            assert_eq!(split("x.sql", sql).unwrap().len(), 1, "{sql}");
        }
    }

    #[test]
    fn data_of_a_dump_is_an_error() {
        let error = split("x.sql", "select 1;\nCOPY a.b (c) FROM stdin;\n1\n\\.\n").unwrap_err();
        assert!(error.message().contains("COPY"), "{error}");
        assert_eq!(error.place().map(|place| place.line), Some(2));
        assert_eq!(texts("copy a from 'stdin'; copy b from program 'x'").len(), 2);
        let error = split("x.sql", "select 1 /* /* */").unwrap_err();
        assert_eq!(error.place().map(|place| place.column), Some(10));
    }

    #[test]
    fn transaction_control_is_known_by_its_first_words() {
        let control = |sql: &'static str| split("x.sql", sql).unwrap()[0].transaction_control();
        for (sql, name) in [
            ("/* a */ begin", "BEGIN"),
            ("start transaction read only", "START TRANSACTION"),
            ("commit and chain", "COMMIT"),
            ("end", "END"),
            ("abort", "ABORT"),
            ("rollback to savepoint a", "ROLLBACK"),
            ("savepoint a", "SAVEPOINT"),
            ("release a", "RELEASE"),
            ("prepare transaction 'a'", "PREPARE TRANSACTION"),
            ("commit prepared 'a'", "COMMIT PREPARED"),
            ("rollback prepared 'a'", "ROLLBACK PREPARED"),
        ] {
            assert_eq!(control(sql), Some(name), "{sql}");
        }
        for sql in
            ["select 1", "prepare a as select 1", "do $$ begin commit; end $$", "set transaction read only"]
        {
            assert_eq!(control(sql), None, "{sql}");
        }
    }

    #[test]
    fn what_no_transaction_may_hold_is_known() {
        let outside = |sql: &'static str| split("x.sql", sql).unwrap()[0].outside_transaction();
        for (sql, name) in [
            ("create unique index concurrently a on b (c)", "CREATE INDEX CONCURRENTLY"),
            ("create index concurrently on b (c)", "CREATE INDEX CONCURRENTLY"),
            ("drop index concurrently if exists a", "DROP INDEX CONCURRENTLY"),
            ("reindex index concurrently a", "REINDEX CONCURRENTLY"),
            ("reindex (verbose, concurrently) table a", "REINDEX CONCURRENTLY"),
            (
                "alter table a detach partition b concurrently",
                "ALTER TABLE … DETACH PARTITION … CONCURRENTLY",
            ),
            ("vacuum (analyze) a", "VACUUM"),
            ("create database a", "CREATE DATABASE"),
            ("alter system set a = 1", "ALTER SYSTEM"),
            ("cluster", "CLUSTER without a table"),
        ] {
            assert_eq!(outside(sql), Some(name), "{sql}");
        }
        for sql in [
            "create index a on b (concurrently)",
            "create table concurrently (a int)",
            "refresh materialized view concurrently a",
            "alter type a add value 'concurrently'",
            "alter table a detach partition b",
            "comment on table a is 'vacuum'",
            "cluster a using b",
        ] {
            assert_eq!(outside(sql), None, "{sql}");
        }
    }
}
