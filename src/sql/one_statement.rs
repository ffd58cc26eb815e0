//! The statements that a `no-transaction` file may hold: those whose outcome stands in the catalog, so that after
//! a crash it can be told whether they were done.
//!
//! `VACUUM`, `CREATE DATABASE` and whatever else runs outside a transaction is refused: nobody could say whether
//! it had been done, or it has no place in the history of one database.

use squawk_lexer::TokenKind;
use squawk_syntax::SourceFile;
use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::{Statement, concurrently_anywhere, split, tokens};
use crate::{Error, Result};

/// A statement outside a transaction, with the names as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OneStatement {
    /// `CREATE INDEX CONCURRENTLY`
    CreateIndex {
        /// The index.
        name: String,
        /// The table.
        table: String,
        /// A unique index.
        unique: bool,
        /// What follows the table: method, keys, predicate.
        definition: String,
    },
    /// `DROP INDEX CONCURRENTLY`
    DropIndex {
        /// The index.
        name: String,
    },
    /// `REINDEX INDEX CONCURRENTLY`
    ReindexIndex {
        /// The index.
        name: String,
    },
    /// `ALTER TYPE … ADD VALUE`
    AddEnumValue {
        /// The enum.
        ty: String,
        /// The label, a literal.
        label: String,
        /// `BEFORE` (true) or `AFTER` (false) which label, a literal.
        beside: Option<(bool, String)>,
    },
    /// `ALTER TABLE … DETACH PARTITION … CONCURRENTLY` or `… FINALIZE`
    DetachPartition {
        /// The partitioned table.
        parent: String,
        /// The partition.
        partition: String,
        /// `FINALIZE`: ends a detachment that was begun.
        finalize: bool,
    },
    /// `DO` or `CALL` that works in batches, each committed: run again, it does what is left.
    Backfill,
}

impl OneStatement {
    /// Knows a statement that may stand alone outside a transaction.
    ///
    /// # Errors
    ///
    /// Any other statement, with what to do in its place.
    pub fn parse(statement: &str) -> Result<Self> {
        let head = head(statement);
        let node = SourceFile::parse(&head).tree().stmts().next();
        let known = match node {
            Some(ast::Stmt::CreateIndex(node)) => create_index(&node, statement)?,
            Some(ast::Stmt::DropIndex(node)) => drop_index(&node)?,
            Some(ast::Stmt::Reindex(node)) => reindex(&node, statement),
            Some(ast::Stmt::AlterType(node)) => add_enum_value(&node),
            Some(ast::Stmt::AlterTable(node)) => detach_partition(&node),
            _ => None,
        };
        known.ok_or_else(|| refusal(statement))
    }

    /// Knows a statement that can end transactions of its own.
    ///
    /// # Errors
    ///
    /// Any other statement, with what to do in its place.
    pub fn parse_backfill(statement: &str) -> Result<Self> {
        match SourceFile::parse(&head(statement)).tree().stmts().next() {
            Some(ast::Stmt::Do(_) | ast::Stmt::Call(_)) => Ok(OneStatement::Backfill),
            _ => Err(Error::file("a backfill is a DO block or a CALL, which commits each of its batches").help(
                "write it as such, taking only rows that still need it; or take the line `-- feedstock: backfill` \
                 out, if one transaction will do",
            )),
        }
    }

    /// The command, as messages name it.
    pub fn command(&self) -> &'static str {
        match self {
            OneStatement::CreateIndex { .. } => "CREATE INDEX CONCURRENTLY",
            OneStatement::DropIndex { .. } => "DROP INDEX CONCURRENTLY",
            OneStatement::ReindexIndex { .. } => "REINDEX INDEX CONCURRENTLY",
            OneStatement::AddEnumValue { .. } => "ALTER TYPE … ADD VALUE",
            OneStatement::DetachPartition { .. } => "ALTER TABLE … DETACH PARTITION … CONCURRENTLY",
            OneStatement::Backfill => "the backfill",
        }
    }
}

/// More words than the statements of the list have before and behind their expressions.
const WORDS: usize = 100;

/// The statement without what stands in its outermost parentheses and, of one that creates an index, behind them.
///
/// squawk's parser calls itself for each level of an expression, and the stack is not endless; what it is asked for
/// are the names in front, which stay where they are. Of `REINDEX (CONCURRENTLY)` the option is looked for elsewhere.
fn head(statement: &str) -> String {
    let mut head = String::new();
    let (mut depth, mut words) = (0usize, 0);
    for token in tokens(statement) {
        match token.kind {
            TokenKind::OpenParen => {
                if depth == 0 {
                    head.push_str(if words == 1 { "(verbose)" } else { "(a)" });
                }
                depth += 1;
            }
            TokenKind::CloseParen => {
                depth = depth.saturating_sub(1);
                if depth == 0 && head.get(..6).is_some_and(|first| first.eq_ignore_ascii_case("create")) {
                    break;
                }
            }
            _ if depth > 0 => {}
            _ if words == WORDS => break,
            _ => {
                words += usize::from(!token.is_trivia());
                head.push_str(&statement[token.range]);
            }
        }
    }
    head
}

fn text(node: &SyntaxNode) -> String {
    node.text().to_string().trim().to_owned()
}

fn create_index(node: &ast::CreateIndex, statement: &str) -> Result<Option<OneStatement>> {
    let Some(table) = node.table_relation_name() else { return Ok(None) };
    if node.concurrently_token().is_none() {
        return Ok(None);
    }
    let Some(name) = node.index() else {
        return Err(Error::file("the index has no name, so nobody could find it again after a crash")
            .help("give it one: CREATE INDEX CONCURRENTLY <name> ON …"));
    };
    let Some(name_ref) = table.table_name_ref() else { return Ok(None) };
    let end = usize::from(table.syntax().text_range().end());
    Ok(Some(OneStatement::CreateIndex {
        name: text(name.syntax()),
        table: text(name_ref.syntax()),
        unique: node.unique_token().is_some(),
        definition: statement[end..].trim().to_owned(),
    }))
}

fn drop_index(node: &ast::DropIndex) -> Result<Option<OneStatement>> {
    if node.concurrently_token().is_none() {
        return Ok(None);
    }
    let names: Vec<String> = node.index_refs().map(|name| text(name.syntax())).collect();
    match &names[..] {
        [name] => Ok(Some(OneStatement::DropIndex { name: name.clone() })),
        _ => Err(Error::file("DROP INDEX CONCURRENTLY takes one index").help("one file an index")),
    }
}

fn reindex(node: &ast::Reindex, statement: &str) -> Option<OneStatement> {
    let Some(ast::ReindexTarget::ReindexTargetIndex(index)) = node.reindex_target() else { return None };
    let name = text(index.index_ref()?.syntax());
    concurrently_anywhere(statement).then_some(OneStatement::ReindexIndex { name })
}

fn add_enum_value(node: &ast::AlterType) -> Option<OneStatement> {
    let Some(ast::AlterTypeAction::AddValue(add)) = node.action() else { return None };
    let beside = match add.value_position() {
        Some(ast::ValuePosition::BeforeValue(at)) => Some((true, text(at.literal()?.syntax()))),
        Some(ast::ValuePosition::AfterValue(at)) => Some((false, text(at.literal()?.syntax()))),
        None => None,
    };
    let ty = text(node.type_name_ref()?.syntax());
    Some(OneStatement::AddEnumValue { ty, label: text(add.literal()?.syntax()), beside })
}

fn detach_partition(node: &ast::AlterTable) -> Option<OneStatement> {
    let mut actions = node.actions();
    let Some(ast::AlterTableAction::DetachPartition(detach)) = actions.next() else { return None };
    if actions.next().is_some() {
        return None;
    }
    let finalize = matches!(detach.detach_partition_option()?, ast::DetachPartitionOption::DetachFinalize(_));
    let parent = text(node.table_relation_name()?.table_name_ref()?.syntax());
    Some(OneStatement::DetachPartition {
        parent,
        partition: text(detach.table_name_ref()?.syntax()),
        finalize,
    })
}

fn refusal(statement: &str) -> Error {
    let alone = "the statements that may run alone outside a transaction are CREATE INDEX CONCURRENTLY, DROP INDEX \
                 CONCURRENTLY, REINDEX INDEX CONCURRENTLY, ALTER TYPE … ADD VALUE and ALTER TABLE … DETACH \
                 PARTITION … CONCURRENTLY";
    let outside = split("", statement)
        .ok()
        .and_then(|statements| statements.first().and_then(Statement::outside_transaction));
    match outside {
        Some("REINDEX CONCURRENTLY") => {
            Error::file("REINDEX CONCURRENTLY is taken for one index at a time")
                .help("write REINDEX INDEX CONCURRENTLY <name>")
        }
        Some(command) => Error::file(format!(
            "{command} leaves nothing in this database by which one could tell after a crash whether it was done"
        ))
        .help(format!("run it by hand or by a scheduled job; {alone}")),
        None => Error::file("this statement runs inside a transaction")
            .help(format!("take the line `-- feedstock: no-transaction` out; {alone}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_known_with_its_names() {
        let sql = r#"create unique index concurrently if not exists "A b" on only s."T" using btree (a desc) where b;"#;
        assert_eq!(
            OneStatement::parse(sql.trim_end_matches(';')).unwrap(),
            OneStatement::CreateIndex {
                name: r#""A b""#.into(),
                table: r#"s."T""#.into(),
                unique: true,
                definition: "using btree (a desc) where b".into(),
            }
        );
        for (sql, parsed) in [
            ("drop index concurrently if exists s.a", OneStatement::DropIndex { name: "s.a".into() }),
            ("reindex index concurrently a", OneStatement::ReindexIndex { name: "a".into() }),
            ("reindex (concurrently) index a", OneStatement::ReindexIndex { name: "a".into() }),
            (
                "alter type s.mood add value if not exists E'a\\'b' before 'c'",
                OneStatement::AddEnumValue {
                    ty: "s.mood".into(),
                    label: "E'a\\'b'".into(),
                    beside: Some((true, "'c'".into())),
                },
            ),
            (
                "alter table p detach partition s.q concurrently",
                OneStatement::DetachPartition {
                    parent: "p".into(),
                    partition: "s.q".into(),
                    finalize: false,
                },
            ),
            (
                "alter table only s.p detach partition q finalize",
                OneStatement::DetachPartition { parent: "s.p".into(), partition: "q".into(), finalize: true },
            ),
        ] {
            assert_eq!(OneStatement::parse(sql).unwrap(), parsed, "{sql}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_what_to_do() {
        for (sql, message) in [
            ("create index concurrently on t (a)", "has no name"),
            ("create index a on t (a)", "runs inside a transaction"),
            ("drop index concurrently a, b", "takes one index"),
            ("drop index a", "runs inside a transaction"),
            ("reindex table concurrently t", "one index at a time"),
            ("vacuum t", "VACUUM leaves nothing"),
            ("alter table p detach partition q", "runs inside a transaction"),
            ("refresh materialized view concurrently m", "runs inside a transaction"),
            ("select 1", "runs inside a transaction"),
        ] {
            let error = OneStatement::parse(sql).unwrap_err();
            assert!(error.message().contains(message), "{sql}: {error}");
            assert!(error.to_string().contains("help: "), "{sql}: {error}");
        }
    }
}
