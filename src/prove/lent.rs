//! The commands of files that the superuser may run.
//!
//! Each is parsed by its whole grammar into names and literals, and the text that runs is written from those. So no
//! text of a file runs as the superuser, and whatever a file says, it can be no other command than one of these. What
//! this does not parse to its end is not lent.

use squawk_lexer::{Base, LiteralKind, TokenKind, tokenize};

use crate::ident::{ident, idents, literal};

/// The event trigger of `guard.sql`.
pub(super) const GUARD: &str = " feedstock guard";

/// A command that needs a superuser and runs no code of its author's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub kind: Kind,
    /// The command, written from what was parsed.
    pub text: String,
}

/// What is checked before and after a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// `CREATE EXTENSION`, `ALTER EXTENSION … UPDATE` of the extension with this name. Its script may call functions by
    /// unqualified names, so the files must not have created any that would be found first.
    Extension(String),
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
    pub fn of(statement: &str) -> Option<Self> {
        let mut parser = Parser { tokens: tokens(statement)?, at: 0 };
        let (kind, text) = parser.command()?;
        parser.end()?;
        Some(Command { kind, text })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A keyword or a name without quotes, in lower case.
    Word(String),
    Quoted(String),
    Text(String),
    Integer(String),
    Operator(String),
    /// One of `( ) [ ] , .`.
    Mark(char),
}

/// The tokens of a statement; `None` if it has one that no command here has. Of strings there are only those that mean
/// the same wherever they stand: no escapes, and none that goes on in the next line, as nothing here has two in a row.
fn tokens(statement: &str) -> Option<Vec<Token>> {
    let (mut from, mut tokens, mut in_operator) = (0, Vec::new(), false);
    for token in tokenize(statement) {
        let text = &statement[from..from + token.len as usize];
        from += token.len as usize;
        let was_in_operator = std::mem::take(&mut in_operator);
        let token = match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { terminated: true } => {
                continue;
            }
            // Postgres changes only these letters.
            TokenKind::Ident => Token::Word(text.to_ascii_lowercase()),
            TokenKind::QuotedIdent { terminated: true, uescape: false } => {
                Token::Quoted(text[1..text.len() - 1].replace("\"\"", "\""))
            }
            TokenKind::Literal { kind: LiteralKind::Str { terminated: true } } => {
                Token::Text(text[1..text.len() - 1].replace("''", "'"))
            }
            TokenKind::Literal { kind: LiteralKind::DollarQuotedString { terminated: true } } => {
                let quotes = text[1..].find('$')? + 2;
                Token::Text(text.get(quotes..text.len() - quotes)?.to_owned())
            }
            TokenKind::Literal { kind: LiteralKind::Int { base: Base::Decimal, .. } }
                if text.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                Token::Integer(text.to_owned())
            }
            TokenKind::OpenParen
            | TokenKind::CloseParen
            | TokenKind::OpenBracket
            | TokenKind::CloseBracket
            | TokenKind::Comma
            | TokenKind::Dot => Token::Mark(text.chars().next()?),
            _ if text.len() == 1 && "+-*/<>=~!@#%^&|?".contains(text) => {
                in_operator = true;
                match tokens.last_mut() {
                    Some(Token::Operator(operator)) if was_in_operator => {
                        operator.push_str(text);
                        continue;
                    }
                    _ => Token::Operator(text.to_owned()),
                }
            }
            _ => return None,
        };
        tokens.push(token);
    }
    Some(tokens)
}

/// What a parser returns: `None` where the tokens are not that.
type Parsed<T = ()> = Option<T>;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn command(&mut self) -> Parsed<(Kind, String)> {
        if self.take("create") {
            self.create()
        } else if self.take("alter") {
            self.alter()
        } else if self.take("drop") {
            self.drop()
        } else {
            self.words("comment on")?;
            self.comment()
        }
    }

    fn create(&mut self) -> Parsed<(Kind, String)> {
        if self.take("extension") {
            self.create_extension()
        } else if self.take("server") {
            Some((Kind::Server, self.create_server()?))
        } else if self.take("event trigger") {
            Some((Kind::EventTrigger, self.create_event_trigger()?))
        } else {
            self.words("publication")?;
            Some((Kind::Other, self.create_publication()?))
        }
    }

    fn create_extension(&mut self) -> Parsed<(Kind, String)> {
        let if_not_exists = self.optional("if not exists");
        let name = self.name()?;
        let _ = self.take("with");
        let mut options = String::new();
        while !self.is_at_end() {
            options += &if self.take("schema") {
                format!(" SCHEMA {}", ident(&self.name()?))
            } else if self.take("version") {
                format!(" VERSION {}", ident(&self.version()?))
            } else {
                self.words("cascade")?;
                " CASCADE".to_owned()
            };
        }
        let text = format!("CREATE EXTENSION {if_not_exists}{}{options}", ident(&name));
        Some((Kind::Extension(name), text))
    }

    fn create_server(&mut self) -> Parsed<String> {
        let if_not_exists = self.optional("if not exists");
        let mut text = format!("CREATE SERVER {if_not_exists}{}", ident(&self.name()?));
        if self.take("type") {
            text += &format!(" TYPE {}", literal(&self.text()?));
        }
        if self.take("version") {
            text += &format!(" VERSION {}", literal(&self.text()?));
        }
        self.words("foreign data wrapper")?;
        text += &format!(" FOREIGN DATA WRAPPER {}", ident(&self.name()?));
        if self.take("options") {
            let options = self.in_parens(|parser| {
                parser.list(|parser| Some(format!("{} {}", ident(&parser.name()?), literal(&parser.text()?))))
            })?;
            text += &format!(" OPTIONS ({options})");
        }
        Some(text)
    }

    fn create_event_trigger(&mut self) -> Parsed<String> {
        let name = self.event_trigger()?;
        self.words("on")?;
        let event = ident(&self.name()?);
        let mut when = Vec::new();
        while self.take(if when.is_empty() { "when" } else { "and" }) {
            let variable = ident(&self.name()?);
            self.words("in")?;
            let values = self.in_parens(|parser| parser.list(|parser| Some(literal(&parser.text()?))))?;
            when.push(format!("{variable} IN ({values})"));
        }
        let when = if when.is_empty() { String::new() } else { format!(" WHEN {}", when.join(" AND ")) };
        self.words("execute")?;
        if !self.take("function") {
            self.words("procedure")?;
        }
        let function = self.qualified()?;
        self.mark('(')?;
        self.mark(')')?;
        Some(format!("CREATE EVENT TRIGGER {name} ON {event}{when} EXECUTE FUNCTION {function}()"))
    }

    fn create_publication(&mut self) -> Parsed<String> {
        let mut text = format!("CREATE PUBLICATION {}", ident(&self.name()?));
        if self.take("for all tables") {
            text += " FOR ALL TABLES";
        } else if self.take("for") {
            text += &format!(" FOR {}", self.published()?);
        }
        if self.take("with") {
            text += &format!(" WITH ({})", self.parameters()?);
        }
        Some(text)
    }

    /// `TABLE t (a, b), ONLY u, TABLES IN SCHEMA s`, without conditions, which are expressions.
    fn published(&mut self) -> Parsed<String> {
        let (mut text, mut of_schemas) = (String::new(), None);
        loop {
            let keyword = if self.take("tables in schema") {
                Some(true)
            } else if self.take("table") {
                Some(false)
            } else {
                None
            };
            let is_first = of_schemas.is_none();
            let in_schemas = keyword.or(of_schemas)?;
            if !is_first {
                text += ", ";
            }
            if of_schemas != Some(in_schemas) {
                text += if in_schemas { "TABLES IN SCHEMA " } else { "TABLE " };
            }
            of_schemas = Some(in_schemas);
            if in_schemas {
                text += &ident(&self.name()?);
            } else {
                text += self.optional("only");
                text += &self.relation()?;
                if self.is_mark('(') {
                    let columns =
                        self.in_parens(|parser| parser.list(|parser| Some(ident(&parser.name()?))))?;
                    text += &format!(" ({columns})");
                }
            }
            if !self.take_mark(',') {
                return Some(text);
            }
        }
    }

    /// `(publish = 'insert', publish_via_partition_root)`.
    fn parameters(&mut self) -> Parsed<String> {
        self.in_parens(|parser| {
            parser.list(|parser| {
                let name = ident(&parser.name()?);
                if parser.next_if(|token| *token == Token::Operator("=".to_owned())).is_none() {
                    return Some(name);
                }
                let value = parser.next_if(|token| !matches!(token, Token::Operator(_) | Token::Mark(_)))?;
                let (Token::Word(value) | Token::Quoted(value) | Token::Text(value) | Token::Integer(value)) =
                    value
                else {
                    return None;
                };
                Some(format!("{name} = {}", literal(&value)))
            })
        })
    }

    fn alter(&mut self) -> Parsed<(Kind, String)> {
        let from = self.at;
        if self.take("extension") {
            return self.alter_extension();
        }
        if let Some(parsed) = self.alter_something() {
            return Some(parsed);
        }
        self.at = from;
        let address = self.address()?;
        self.words("owner to")?;
        let role = self.role()?;
        let text = format!("ALTER {address} OWNER TO {}", ident(&role));
        Some((Kind::Owner(role), text))
    }

    fn alter_extension(&mut self) -> Parsed<(Kind, String)> {
        let name = self.name()?;
        let extension = ident(&name);
        if self.take("update") {
            let to = if self.take("to") { format!(" TO {}", ident(&self.version()?)) } else { String::new() };
            return Some((Kind::Extension(name), format!("ALTER EXTENSION {extension} UPDATE{to}")));
        }
        self.words("set schema")?;
        let schema = self.name()?;
        // What stands there is found first, by the superuser too, and a file may have added something to the extension.
        if schema.starts_with("pg_") || schema == "information_schema" {
            return None;
        }
        Some((Kind::Other, format!("ALTER EXTENSION {extension} SET SCHEMA {}", ident(&schema))))
    }

    /// An event trigger, a publication, or all triggers of a table; not its owner.
    fn alter_something(&mut self) -> Parsed<(Kind, String)> {
        if self.take("event trigger") {
            let name = self.event_trigger()?;
            let action = if self.take("disable") {
                "DISABLE".to_owned()
            } else if self.take("enable") {
                let how = ["always", "replica"].into_iter().find(|how| self.take(how));
                format!("ENABLE {}", how.unwrap_or_default().to_uppercase())
            } else {
                self.words("rename to")?;
                format!("RENAME TO {}", self.event_trigger()?)
            };
            return Some((Kind::EventTrigger, format!("ALTER EVENT TRIGGER {name} {}", action.trim_end())));
        }
        if self.take("publication") {
            let name = ident(&self.name()?);
            let action = if self.take("rename to") {
                format!("RENAME TO {}", ident(&self.name()?))
            } else if self.take("set") {
                let what =
                    if self.is_mark('(') { format!("({})", self.parameters()?) } else { self.published()? };
                format!("SET {what}")
            } else if self.take("add") {
                format!("ADD {}", self.published()?)
            } else {
                self.words("drop")?;
                format!("DROP {}", self.published()?)
            };
            return Some((Kind::Other, format!("ALTER PUBLICATION {name} {action}")));
        }
        self.words("table")?;
        let (if_exists, only) = (self.optional("if exists"), self.optional("only"));
        let table = self.relation()?;
        let action =
            if self.take("disable") { "DISABLE" } else { self.words("enable").map(|()| "ENABLE")? };
        self.words("trigger all")?;
        Some((Kind::Other, format!("ALTER TABLE {if_exists}{only}{table} {action} TRIGGER ALL")))
    }

    /// The kind and the name of an object that has an owner.
    fn address(&mut self) -> Parsed<String> {
        const RELATIONS: &[&str] =
            &["table", "foreign table", "view", "materialized view", "sequence", "index"];
        const IN_SCHEMAS: &[&str] = &[
            "type",
            "domain",
            "collation",
            "conversion",
            "statistics",
            "text search configuration",
            "text search dictionary",
        ];
        const NAMED: &[&str] = &["schema", "server", "publication"];
        const ROUTINES: &[&str] = &["function", "procedure", "routine", "aggregate"];
        const OPERATORS: &[&str] = &["operator class", "operator family"];
        let mut kind = |kinds: &[&'static str]| kinds.iter().find(|kind| self.take(kind)).copied();
        if let Some(kind) = kind(RELATIONS) {
            let (if_exists, only) = (self.optional("if exists"), self.optional("only"));
            return Some(format!("{} {if_exists}{only}{}", kind.to_uppercase(), self.relation()?));
        }
        if let Some(kind) = kind(IN_SCHEMAS) {
            return Some(format!("{} {}", kind.to_uppercase(), self.qualified()?));
        }
        if let Some(kind) = kind(NAMED) {
            return Some(format!("{} {}", kind.to_uppercase(), ident(&self.name()?)));
        }
        if let Some(kind) = kind(ROUTINES) {
            let name = self.qualified()?;
            let arguments = if self.is_mark('(') { self.arguments()? } else { String::new() };
            return Some(format!("{} {name}{arguments}", kind.to_uppercase()));
        }
        if let Some(kind) = kind(OPERATORS) {
            let name = self.qualified()?;
            self.words("using")?;
            return Some(format!("{} {name} USING {}", kind.to_uppercase(), ident(&self.name()?)));
        }
        if self.take("large object") {
            let Some(Token::Integer(number)) = self.next() else { return None };
            return Some(format!("LARGE OBJECT {number}"));
        }
        self.words("operator")?;
        let mut schema = String::new();
        if !matches!(self.tokens.get(self.at), Some(Token::Operator(_))) {
            schema = format!("{}.", ident(&self.name()?));
            self.mark('.')?;
        }
        let Some(Token::Operator(operator)) = self.next() else { return None };
        if operator.contains("--") || operator.contains("/*") {
            return None;
        }
        Some(format!("OPERATOR {schema}{operator} {}", self.arguments()?))
    }

    /// `(a integer, VARIADIC b text[])`, `(*)`: words, names, and numbers of array bounds and of types.
    fn arguments(&mut self) -> Parsed<String> {
        let (mut text, mut depth) = (String::new(), 0_u32);
        loop {
            let token = self.next()?;
            match &token {
                Token::Mark('(') => depth += 1,
                Token::Mark(')') => depth = depth.checked_sub(1)?,
                Token::Operator(operator) if operator != "*" => return None,
                Token::Text(_) => return None,
                _ => {}
            }
            match token {
                Token::Word(word) | Token::Integer(word) | Token::Operator(word) => text += &word,
                Token::Quoted(name) => text += &ident(&name),
                Token::Mark(mark) => text.push(mark),
                Token::Text(_) => return None,
            }
            if depth == 0 {
                return Some(text);
            }
            text.push(' ');
        }
    }

    fn drop(&mut self) -> Parsed<(Kind, String)> {
        let mut text = String::new();
        let mut kind = Kind::Other;
        let mut named = |parser: &mut Self, what: &str| {
            let if_exists = parser.optional("if exists");
            let names = parser.list(|parser| Some(ident(&parser.name()?)))?;
            text = format!("DROP {what} {if_exists}{names}");
            Some(())
        };
        if self.take("extension") {
            named(self, "EXTENSION")?;
        } else if self.take("publication") {
            named(self, "PUBLICATION")?;
        } else {
            self.words("event trigger")?;
            kind = Kind::EventTrigger;
            let if_exists = self.optional("if exists");
            text = format!("DROP EVENT TRIGGER {if_exists}{}", self.event_trigger()?);
        }
        if self.take("cascade") {
            text += " CASCADE";
        } else {
            let _ = self.take("restrict");
        }
        Some((kind, text))
    }

    fn comment(&mut self) -> Parsed<(Kind, String)> {
        let (kind, object) = if self.take("extension") {
            (Kind::Other, format!("EXTENSION {}", ident(&self.name()?)))
        } else if self.take("publication") {
            (Kind::Other, format!("PUBLICATION {}", ident(&self.name()?)))
        } else {
            self.words("event trigger")?;
            (Kind::EventTrigger, format!("EVENT TRIGGER {}", self.event_trigger()?))
        };
        self.words("is")?;
        let comment = if self.take("null") { "NULL".to_owned() } else { literal(&self.text()?) };
        Some((kind, format!("COMMENT ON {object} IS {comment}")))
    }

    /// The quoted name of an event trigger of the files.
    fn event_trigger(&mut self) -> Parsed<String> {
        let name = self.name()?;
        (name != GUARD).then(|| ident(&name))
    }

    /// A role that has a name: not `CURRENT_USER` and the like.
    fn role(&mut self) -> Parsed<String> {
        const OTHERS: [&str; 5] = ["current_user", "current_role", "session_user", "public", "none"];
        let is_name = |token: &Token| !matches!(token, Token::Word(word) if OTHERS.contains(&word.as_str()));
        self.tokens.get(self.at).filter(|token| is_name(token))?;
        self.name()
    }

    /// The name of a table, with the `*` that may follow it.
    fn relation(&mut self) -> Parsed<String> {
        let name = self.qualified()?;
        let _ = self.next_if(|token| *token == Token::Operator("*".to_owned()));
        Some(name)
    }

    fn qualified(&mut self) -> Parsed<String> {
        let mut parts = vec![self.name()?];
        while parts.len() < 3 && self.take_mark('.') {
            parts.push(self.name()?);
        }
        let parts: Vec<String> = parts.iter().map(|part| idents(&[part])).collect();
        Some(parts.join("."))
    }

    fn name(&mut self) -> Parsed<String> {
        match self.next()? {
            Token::Word(name) | Token::Quoted(name) if !name.is_empty() => Some(name),
            _ => None,
        }
    }

    fn text(&mut self) -> Parsed<String> {
        match self.next()? {
            Token::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A version of an extension: a text or a name.
    fn version(&mut self) -> Parsed<String> {
        match self.next()? {
            Token::Text(name) | Token::Word(name) | Token::Quoted(name) if !name.is_empty() => Some(name),
            _ => None,
        }
    }

    /// One or more, with a comma between.
    fn list(&mut self, mut one: impl FnMut(&mut Self) -> Parsed<String>) -> Parsed<String> {
        let mut all = vec![one(self)?];
        while self.take_mark(',') {
            all.push(one(self)?);
        }
        Some(all.join(", "))
    }

    fn in_parens(&mut self, what: impl FnOnce(&mut Self) -> Parsed<String>) -> Parsed<String> {
        self.mark('(')?;
        let found = what(self)?;
        self.mark(')')?;
        Some(found)
    }

    /// Takes these words, if they all come next.
    fn take(&mut self, words: &str) -> bool {
        self.words(words).is_some()
    }

    fn words(&mut self, words: &str) -> Parsed {
        let mut at = self.at;
        for word in words.split(' ') {
            match self.tokens.get(at)? {
                Token::Word(next) if next == word => at += 1,
                _ => return None,
            }
        }
        self.at = at;
        Some(())
    }

    /// Takes these words if they come next, and writes them.
    fn optional(&mut self, words: &'static str) -> &'static str {
        match words {
            _ if !self.take(words) => "",
            "if exists" => "IF EXISTS ",
            "if not exists" => "IF NOT EXISTS ",
            _ => "ONLY ",
        }
    }

    fn is_mark(&self, mark: char) -> bool {
        self.tokens.get(self.at) == Some(&Token::Mark(mark))
    }

    fn take_mark(&mut self, mark: char) -> bool {
        self.mark(mark).is_some()
    }

    fn mark(&mut self, mark: char) -> Parsed {
        self.next_if(|token| *token == Token::Mark(mark)).map(drop)
    }

    fn next_if(&mut self, is: impl FnOnce(&Token) -> bool) -> Parsed<Token> {
        self.tokens.get(self.at).filter(|token| is(token))?;
        self.next()
    }

    fn next(&mut self) -> Parsed<Token> {
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        Some(token)
    }

    fn is_at_end(&self) -> bool {
        self.at == self.tokens.len()
    }

    fn end(&self) -> Parsed {
        self.is_at_end().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_written_anew_from_its_names_and_literals() {
        for (statement, text) in [
            ("create extension /* x */ \"uuid-ossp\"", "CREATE EXTENSION \"uuid-ossp\""),
            (
                "CREATE EXTENSION IF NOT EXISTS Citext WITH SCHEMA ext VERSION '1.4' CASCADE",
                "CREATE EXTENSION IF NOT EXISTS \"citext\" SCHEMA \"ext\" VERSION \"1.4\" CASCADE",
            ),
            ("ALTER EXTENSION Hstore UPDATE TO '1.8'", "ALTER EXTENSION \"hstore\" UPDATE TO \"1.8\""),
            ("ALTER EXTENSION hstore SET SCHEMA ext", "ALTER EXTENSION \"hstore\" SET SCHEMA \"ext\""),
            ("DROP EXTENSION IF EXISTS a, b CASCADE", "DROP EXTENSION IF EXISTS \"a\", \"b\" CASCADE"),
            ("COMMENT ON EXTENSION plpgsql IS 'it''s'", "COMMENT ON EXTENSION \"plpgsql\" IS 'it''s'"),
            ("COMMENT ON EXTENSION plpgsql IS 'a\\b'", "COMMENT ON EXTENSION \"plpgsql\" IS E'a\\\\b'"),
            ("COMMENT ON EXTENSION a IS $b$it's$b$", "COMMENT ON EXTENSION \"a\" IS 'it''s'"),
            ("COMMENT ON EVENT TRIGGER e IS NULL", "COMMENT ON EVENT TRIGGER \"e\" IS NULL"),
            (
                "CREATE SERVER s TYPE 't' VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (host 'h', port '1')",
                "CREATE SERVER \"s\" TYPE 't' VERSION '1' FOREIGN DATA WRAPPER \"w\" \
                 OPTIONS (\"host\" 'h', \"port\" '1')",
            ),
            (
                "CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE PROCEDURE f()",
                "CREATE EVENT TRIGGER \"e\" ON \"ddl_command_end\" WHEN \"tag\" IN ('CREATE TABLE') \
                 EXECUTE FUNCTION \"f\"()",
            ),
            ("ALTER EVENT TRIGGER e ENABLE ALWAYS", "ALTER EVENT TRIGGER \"e\" ENABLE ALWAYS"),
            ("ALTER EVENT TRIGGER e ENABLE", "ALTER EVENT TRIGGER \"e\" ENABLE"),
            (
                "CREATE PUBLICATION p FOR TABLES IN SCHEMA a, b, TABLE ONLY t (x), u WITH (publish = 'insert')",
                "CREATE PUBLICATION \"p\" FOR TABLES IN SCHEMA \"a\", \"b\", TABLE ONLY \"t\" (\"x\"), \"u\" \
                 WITH (\"publish\" = 'insert')",
            ),
            ("CREATE PUBLICATION p FOR ALL TABLES", "CREATE PUBLICATION \"p\" FOR ALL TABLES"),
            (
                "ALTER PUBLICATION p SET (publish_via_partition_root = true)",
                "ALTER PUBLICATION \"p\" SET (\"publish_via_partition_root\" = 'true')",
            ),
            ("ALTER PUBLICATION p DROP TABLE t", "ALTER PUBLICATION \"p\" DROP TABLE \"t\""),
            (
                "ALTER TABLE ONLY a.\"T, x\" DISABLE TRIGGER ALL",
                "ALTER TABLE ONLY \"a\".\"T, x\" DISABLE TRIGGER ALL",
            ),
            ("ALTER TABLE ONLY \"T, x\" OWNER TO \"App\"", "ALTER TABLE ONLY \"T, x\" OWNER TO \"App\""),
            (
                "ALTER FUNCTION s.f(integer, VARIADIC a character varying[]) OWNER TO app",
                "ALTER FUNCTION \"s\".\"f\"( integer , variadic a character varying [ ] ) OWNER TO \"app\"",
            ),
            ("ALTER AGGREGATE a(*) OWNER TO app", "ALTER AGGREGATE \"a\"( * ) OWNER TO \"app\""),
            (
                "ALTER OPERATOR s.=> (a, NONE) OWNER TO r",
                "ALTER OPERATOR \"s\".=> ( a , none ) OWNER TO \"r\"",
            ),
            (
                "ALTER OPERATOR CLASS c USING btree OWNER TO r",
                "ALTER OPERATOR CLASS \"c\" USING \"btree\" OWNER TO \"r\"",
            ),
            ("ALTER TYPE mood OWNER TO app", "ALTER TYPE \"mood\" OWNER TO \"app\""),
        ] {
            assert_eq!(
                Command::of(statement).map(|command| command.text).as_deref(),
                Some(text),
                "{statement}"
            );
        }
        assert_eq!(Command::of("ALTER VIEW v OWNER TO App").unwrap().kind, Kind::Owner("app".to_owned()));
        assert_eq!(
            Command::of("CREATE EXTENSION IF NOT EXISTS a").unwrap().kind,
            Kind::Extension("a".to_owned())
        );
    }

    #[test]
    fn what_is_not_exactly_such_a_command_is_not_lent() {
        for statement in [
            "ALTER DATABASE postgres OWNER TO app",
            "ALTER TABLE t OWNER TO CURRENT_USER",
            "ALTER TABLE t OWNER TO app, OWNER TO other",
            "ALTER TABLE t ALTER COLUMN c TYPE integer USING evil(), OWNER TO app",
            "ALTER TABLE t ALTER COLUMN c SET DEFAULT 'x', OWNER TO app",
            "ALTER TABLE t ALTER COLUMN c TYPE int USING f(), DISABLE TRIGGER ALL",
            "ALTER TABLE disable.trigger ALTER COLUMN c TYPE bigint USING evil() + disable.trigger.all",
            "ALTER TABLE t DISABLE TRIGGER a",
            "ALTER FUNCTION f(a integer DEFAULT 'x') OWNER TO app",
            "ALTER FUNCTION f(a integer = g()) OWNER TO app",
            "ALTER EXTENSION hstore SET SCHEMA pg_catalog",
            "ALTER EXTENSION hstore SET SCHEMA \"information_schema\"",
            "ALTER EXTENSION hstore ADD SCHEMA update",
            "ALTER EXTENSION hstore ADD EVENT TRIGGER update",
            "ALTER EXTENSION hstore DROP FUNCTION schema()",
            "ALTER EVENT TRIGGER \" feedstock guard\" DISABLE",
            "DROP EVENT TRIGGER IF EXISTS \" feedstock guard\"",
            "COMMENT ON EXTENSION plpgsql IS E'a'",
            "COMMENT ON EXTENSION plpgsql IS U&'a'",
            "COMMENT ON EXTENSION plpgsql IS 'a'\n'b'",
            "COMMENT ON EXTENSION plpgsql IS 'a'\r'b'",
            "COMMENT ON EXTENSION U&\"plpgsql\" IS 'a'",
            "COMMENT ON EXTENSION plpgsql IS 'a'; COPY t TO PROGRAM 'id'",
            "CREATE PUBLICATION p FOR TABLES IN SCHEMA s, TABLE t WHERE (f())",
            "CREATE EVENT TRIGGER e ON login EXECUTE FUNCTION f('x')",
            "COPY t TO PROGRAM 'id'",
            "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x'",
            "CREATE CAST (integer AS text) WITHOUT FUNCTION",
            "ALTER SYSTEM SET archive_command = 'id'",
            "DO $$ BEGIN EXECUTE 'ALTER TABLE t OWNER TO app'; END $$",
            "CREATE EXTENSION",
            "",
        ] {
            assert_eq!(Command::of(statement), None, "{statement}");
        }
    }
}
