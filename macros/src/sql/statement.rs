//! Finds out what a statement does and where its braces are: a table that is changed is expanded differently than a
//! table that is read, and a column that is set has no alias.
//!
//! This is no SQL parser. It only looks at parentheses, and at the keywords that begin statements and clauses.

use super::place::Place;
use super::{Item, Part};

/// The result: how the parts are to be expanded.
#[derive(Default)]
pub struct Found {
    /// The parts that are tables changed by a statement.
    pub targets: Vec<usize>,
    /// The parts that are columns without an alias.
    pub bare: Vec<usize>,
    /// Text to be inserted, in the order of positions.
    pub inserts: Vec<(At, Insert)>,
    /// The data-modifying statement: its position after its WITH, and whether it returns rows.
    pub main: Option<Main>,
    pub wrong: Vec<(usize, String)>,
}

/// A position: before this byte of this part.
pub type At = (usize, usize);

/// Text to be inserted at a position.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Insert {
    /// `t.deleted_at IS NULL AND (`
    LiveAnd(usize),
    /// `)`
    Close,
    /// `WHERE t.deleted_at IS NULL`
    WhereLive(usize),
}

pub struct Main {
    pub at: At,
    pub with: bool,
    pub returns: bool,
}

#[derive(Clone, PartialEq)]
enum Kind {
    Word(String),
    Item(usize),
    Open,
    Close,
    Comma,
    Semicolon,
    Other,
}

struct Token {
    kind: Kind,
    at: At,
    end: At,
}

impl Token {
    fn is(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Word(this) if this == word)
    }
}

#[derive(Clone, Copy, PartialEq, Default)]
enum Clause {
    #[default]
    Start,
    /// The columns that are set.
    Set,
    /// `ON CONFLICT`, up to its `DO`.
    Conflict,
    Where,
    Returning,
    Other,
}

/// A statement, or parentheses in it.
#[derive(Default)]
struct Scope {
    verb: Option<String>,
    /// A WITH or an EXPLAIN before the statement.
    with: bool,
    explain: bool,
    main: Option<At>,
    clause: Clause,
    /// `DO UPDATE`
    updates: bool,
    /// A list of columns, or a part of an `ON CONFLICT`: columns have no alias.
    bare: bool,
    /// The live table that is changed.
    target: Option<usize>,
    condition: Option<At>,
    returning: Option<At>,
    /// The last token.
    last: Option<Kind>,
    /// The one before it.
    before: Option<Kind>,
}

const CHANGES: [&str; 4] = ["INSERT", "UPDATE", "DELETE", "MERGE"];
const READS: [&str; 3] = ["SELECT", "VALUES", "TABLE"];

/// Reads the parts.
pub fn read(parts: &[Part]) -> Found {
    let (tokens, end) = (tokens(parts), (parts.len(), 0));
    let mut found = Found::default();
    let mut scopes = vec![Scope::default()];
    let mut changes = false;
    for (number, token) in tokens.iter().enumerate() {
        let depth = scopes.len();
        let Some(scope) = scopes.last_mut() else { break };
        match &token.kind {
            Kind::Open => {
                let inner = Scope { bare: scope.opens_columns(), ..Scope::default() };
                scope.seen(token);
                scopes.push(inner);
                continue;
            }
            Kind::Close if depth > 1 => {
                scope.finish(token.at, &mut found);
                scopes.pop();
                if let Some(outer) = scopes.last_mut() {
                    outer.seen(token);
                }
                continue;
            }
            Kind::Semicolon if depth == 1 => {
                scope.finish(token.at, &mut found);
                found.main = found.main.take().or_else(|| scope.take_main());
                *scope = Scope { explain: true, ..Scope::default() };
                continue;
            }
            Kind::Word(word) => {
                let of_cursor = word == "CURRENT" && scope.follows(&["WHERE"]);
                if let (true, Some(table)) = (of_cursor, scope.target) {
                    let message =
                        "a cursor says by itself which row is meant: write `with_deleted` before the model";
                    found.wrong.push((table, message.to_owned()));
                }
                scope.word(word, token);
                changes |=
                    scope.verb.as_deref().is_some_and(|verb| CHANGES.contains(&verb)) && !scope.explain;
            }
            Kind::Item(part) => scope.item(*part, &parts[*part], tokens.get(number + 1), &mut found),
            _ => {}
        }
        scope.seen(token);
    }
    if let [scope] = &mut scopes[..] {
        scope.finish(end, &mut found);
        found.main = found.main.take().or_else(|| scope.take_main());
    }
    found.main = found.main.filter(|_| changes);
    found.inserts.sort();
    found
}

impl Scope {
    fn seen(&mut self, token: &Token) {
        self.before = self.last.replace(token.kind.clone());
    }

    fn follows(&self, words: &[&str]) -> bool {
        matches!(&self.last, Some(Kind::Word(word)) if words.contains(&word.as_str()))
    }

    fn is(&self, verb: &str) -> bool {
        self.verb.as_deref() == Some(verb)
    }

    fn is_bare(&self) -> bool {
        self.bare && self.verb.as_deref().is_none_or(str::is_empty)
    }

    /// Do parentheses that begin here contain columns to be set?
    fn opens_columns(&self) -> bool {
        let of_insert =
            matches!(self.last, Some(Kind::Item(_))) && self.is("INSERT") && self.clause == Clause::Start;
        let of_merge = self.is("MERGE") && self.follows(&["INSERT"]);
        let of_set = self.clause == Clause::Set && (self.follows(&["SET"]) || self.last == Some(Kind::Comma));
        // Parentheses in a conflict target are a part of it.
        let of_conflict = self.clause == Clause::Conflict || self.is_bare();
        of_insert || of_merge || of_set || of_conflict
    }

    fn word(&mut self, word: &str, token: &Token) {
        if self.verb.is_none() {
            return self.begin(word, token);
        }
        match (self.verb.as_deref(), word) {
            (Some("INSERT"), "CONFLICT") if self.follows(&["ON"]) => self.clause = Clause::Conflict,
            (Some("INSERT"), "DO") => self.clause = Clause::Other,
            (Some("INSERT"), "UPDATE") if self.follows(&["DO"]) => self.updates = true,
            (Some("INSERT"), "SET") if self.updates => self.clause = Clause::Set,
            (Some("INSERT"), "SELECT" | "VALUES" | "WITH" | "TABLE") => self.clause = Clause::Other,
            (Some("UPDATE" | "MERGE"), "SET") => self.clause = Clause::Set,
            (Some("UPDATE"), "FROM") if !self.is_distinct_from() => self.clause = Clause::Other,
            (Some("MERGE"), "WHEN") => self.clause = Clause::Other,
            (Some("UPDATE" | "DELETE"), "WHERE") => self.where_begins(token),
            (Some("INSERT"), "WHERE") if self.updates && self.clause == Clause::Set => {
                self.where_begins(token)
            }
            (Some("INSERT" | "UPDATE" | "DELETE" | "MERGE"), "RETURNING") => {
                self.returning.get_or_insert(token.at);
                self.clause = Clause::Returning;
            }
            _ => {}
        }
    }

    fn where_begins(&mut self, token: &Token) {
        self.condition.get_or_insert(token.end);
        self.clause = Clause::Where;
    }

    fn is_distinct_from(&self) -> bool {
        self.follows(&["DISTINCT"])
    }

    /// The first word of a statement, or the first one after its WITH.
    fn begin(&mut self, word: &str, token: &Token) {
        let named = self.follows(&["WITH", "RECURSIVE"]) || self.last == Some(Kind::Comma);
        match word {
            "WITH" if self.last.is_none() || self.explain => self.with = true,
            "EXPLAIN" if self.last.is_none() => self.explain = true,
            _ if (CHANGES.contains(&word) || READS.contains(&word))
                && (self.last.is_none() || self.explain || self.with && !named) =>
            {
                self.verb = Some(word.to_owned());
                self.main = Some(token.at);
                self.bare = false;
            }
            _ if self.last.is_none() => self.verb = Some(String::new()),
            _ => {}
        }
    }

    fn take_main(&mut self) -> Option<Main> {
        let at = self.main.take().filter(|_| !self.explain)?;
        let reads = self.verb.as_deref().is_some_and(|verb| READS.contains(&verb));
        Some(Main { at, with: self.with, returns: reads || self.returning.is_some() })
    }

    /// Inserts the condition of live rows.
    fn finish(&mut self, end: At, found: &mut Found) {
        let Some(table) = self.target.take().filter(|_| !self.is("INSERT") || self.updates) else { return };
        let end = self.returning.unwrap_or(end);
        match self.condition {
            Some(condition) => {
                found.inserts.push((condition, Insert::LiveAnd(table)));
                found.inserts.push((end, Insert::Close));
            }
            None => found.inserts.push((end, Insert::WhereLive(table))),
        }
    }

    fn item(&mut self, number: usize, part: &Part, next: Option<&Token>, found: &mut Found) {
        match part {
            Part::Item { item: Item::Table { deleted, alias, .. }, .. } => {
                self.table(number, *deleted, alias.is_some(), next, found);
            }
            Part::Item { item: Item::Column { .. } | Item::Columns { .. } | Item::Live { .. }, .. } => {
                let is_set =
                    self.clause == Clause::Set && (self.follows(&["SET"]) || self.last == Some(Kind::Comma));
                if is_set || self.is_bare() || self.clause == Clause::Conflict {
                    found.bare.push(number);
                }
            }
            _ => {}
        }
    }

    fn table(&mut self, number: usize, deleted: bool, alias: bool, next: Option<&Token>, found: &mut Found) {
        let only = self.follows(&["ONLY"]);
        let last = if only { &self.before } else { &self.last };
        let follows =
            |words: &[&str]| matches!(last, Some(Kind::Word(word)) if words.contains(&word.as_str()));
        let starts = self.clause == Clause::Start && self.target.is_none();
        let is_target = starts
            && (self.is("INSERT") && follows(&["INTO"])
                || self.is("MERGE") && follows(&["INTO"])
                || self.is("UPDATE") && follows(&["UPDATE"])
                || self.is("DELETE") && follows(&["FROM"]));
        let mut wrong = |message: &str| found.wrong.push((number, message.to_owned()));
        if next.is_some_and(|next| next.is("AS")) {
            wrong("the alias of a table stands in its braces, and no `AS` behind them");
        }
        if is_target {
            // This table is changed, also if the braces do not say so.
            if self.is("MERGE") && !deleted {
                wrong(
                    "a MERGE into live rows alone would insert what a deleted row has: write `with_deleted` before the \
                     model, and say in ON and in each WHEN which rows are meant",
                );
            }
            self.clause = if self.is("DELETE") { Clause::Other } else { Clause::Start };
            self.target = (!deleted).then_some(number);
            found.targets.push(number);
            return;
        }
        if !alias {
            wrong("a table that is read has an alias: `{Ticket t}`");
        }
        let is_list = matches!(last, Some(Kind::Comma)) || last.is_none();
        if !(is_list || follows(&["FROM", "JOIN", "USING", "LATERAL"])) {
            wrong(
                "a table in braces stands in FROM, JOIN or USING, or is the one that INSERT INTO, UPDATE, DELETE FROM \
                 or MERGE INTO changes: here write its name",
            );
        } else if only && !deleted {
            wrong(
                "the live rows of a table are a subquery, of which there is no `ONLY`: write `with_deleted` before \
                 the model, and `{t.live}` as a condition",
            );
        } else if !deleted && next.is_some_and(|next| next.is("TABLESAMPLE")) {
            wrong(
                "the live rows of a table are a subquery, of which there is no sample: write `with_deleted` before \
                 the model, and `{t.live}` as a condition",
            );
        }
    }
}

/// The tokens of all parts, without strings, quoted names and numbers.
fn tokens(parts: &[Part]) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => of_text(number, text, &mut tokens),
            Part::Item { .. } => {
                tokens.push(Token { kind: Kind::Item(number), at: (number, 0), end: (number + 1, 0) });
            }
        }
    }
    tokens
}

fn of_text(number: usize, text: &str, tokens: &mut Vec<Token>) {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let (mut place, mut at) = (Place::Plain, 0);
    while at < text.len() {
        let rest = &text[at..];
        let (next, mut length) = place.step(&text[..at], rest);
        let kind = match (&place, &next) {
            (Place::Plain, Some(Place::Line | Place::Comment(_))) => None,
            (Place::Plain, Some(_)) => Some(Kind::Other),
            (Place::Plain, None) => match rest.chars().next() {
                Some(letter) if is_word(letter) => {
                    let word = &rest[..rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())];
                    length = word.len();
                    Some(Kind::Word(word.to_uppercase()))
                }
                Some('(' | '[') => Some(Kind::Open),
                Some(')' | ']') => Some(Kind::Close),
                Some(',') => Some(Kind::Comma),
                Some(';') => Some(Kind::Semicolon),
                Some(letter) if letter.is_whitespace() => None,
                _ => Some(Kind::Other),
            },
            _ => None,
        };
        tokens.extend(kind.map(|kind| Token { kind, at: (number, at), end: (number, at + length) }));
        at += length;
        place = next.unwrap_or(place);
    }
}
