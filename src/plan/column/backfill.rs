//! Backfills: a value for the rows that have none, in batches.

use crate::ddl;
use crate::ident::{literal, quote_ident};
use crate::plan::context::Context;
use crate::plan::facts::hides_rows;
use crate::plan::stage::Stage;
use crate::plan::step::{Step, Work};
use crate::schema::{Id, Name};

use super::hazards::fill_hazards;

/// A stage for each table that has rows: a partitioned one has none, and those that inherit have pages of their own.
pub(super) fn stages<'a>(
    context: &'a Context<'_>,
    table: &'a Name,
    column: &'a str,
    expression: &'a str,
    until: Until,
) -> impl Iterator<Item = Stage> + 'a {
    let tables = [table].into_iter().chain(context.kept.heirs(table));
    let own_rows = tables.filter(|table| !context.wanted.is_partitioned(table));
    own_rows.map(move |part| {
        let id = Id::Column(part.clone(), column.to_owned());
        let rows = Rows {
            table: part,
            known_as: &table.name,
            has_heirs: !context.kept.children(part).is_empty(),
            has_policies: hides_rows(context, part),
        };
        let step = Step::new(id, statement(&rows, column, expression, until));
        let hazards = fill_hazards(context, part, column);
        Stage::alone(Step { in_batches: true, ..step }.doing(Work::Fill).with(hazards))
    })
}

/// Pages of the first batch; the next ones follow the clock.
const FIRST_PAGES: u32 = 4;

/// Pages of the largest batch: up to some thousand rows, which stay locked for some hundredths of a second.
const MOST_PAGES: u32 = 64;

/// How long the rows of a batch may stay locked before the next one is made smaller: an expression may be slow.
const LONGEST_BATCH: &str = "100 ms";

/// Which rows have a value when the statement ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// Nearly all: skips rows that other transactions have locked or move.
    OncePassed,
    /// All. Rows that other transactions have locked are tried again; if they stay locked, it fails as a lock that is
    /// not available, and the runner tries again later.
    NoneLeft,
}

/// The table whose rows get a value.
struct Rows<'a> {
    table: &'a Name,
    /// The name by which the expression may call the table: that of the one from which the column comes.
    known_as: &'a str,
    /// Are there tables that inherit from it? Their pages are their own.
    has_heirs: bool,
    /// May policies hide rows from its owner? It fails then, and does not pass them over.
    has_policies: bool,
}

impl Rows<'_> {
    /// The table as FROM or UPDATE names it.
    fn from(&self) -> String {
        let only = if self.has_heirs { "ONLY " } else { "" };
        format!("{only}{}", ddl::name(self.table))
    }

    /// Sees all rows, or nothing and fails; until the transaction ends.
    fn without_policies(&self, indent: &str) -> String {
        let set = format!("{indent}PERFORM set_config('row_security', 'off', true);\n");
        if self.has_policies { set } else { String::new() }
    }

    /// The same, as the expression may call it.
    fn target(&self) -> String {
        let alias = Some(self.known_as).filter(|name| *name != self.table.name);
        format!(
            "{}{}",
            self.from(),
            alias.map(|name| format!(" AS {}", quote_ident(name))).unwrap_or_default()
        )
    }
}

/// One statement that gives `column` the value of `expression` wherever it is NULL.
///
/// It commits after each batch of pages, and only takes rows that still need it: after a crash it is run again.
/// Rows that others have locked are skipped, so that it waits for nobody and no client can deadlock with it. The
/// first batch runs on an empty table too: a proof sees what is wrong with the expression.
fn statement(rows: &Rows<'_>, column: &str, expression: &str, until: Until) -> String {
    let table = rows.table;
    let pass = pass(rows, column, expression);
    let body = match until {
        Until::OncePassed => pass,
        Until::NoneLeft => until_none_left(&pass, rows, column),
    };
    let mut declare = format!(
        "DECLARE\n    feedstock_page bigint;\n    feedstock_pages bigint := {FIRST_PAGES};\n    \
         feedstock_begun timestamptz;\n    feedstock_batch bigint;\n    feedstock_null boolean;\n    \
         feedstock_filled bigint := 0;"
    );
    if until == Until::NoneLeft {
        declare += "\n    feedstock_idle integer := 0;";
    }
    let tag = tag(&format!("{expression}{column}{}{}", table.schema, table.name));
    format!("DO {tag}\n#variable_conflict use_column\n<<feedstock_fill>>\n{declare}\nBEGIN\n{body}END\n{tag}")
}

fn pass(rows: &Rows<'_>, column: &str, expression: &str) -> String {
    let (table, quoted) = (rows.table, quote_ident(column));
    let (from, target, policies) = (rows.from(), rows.target(), rows.without_policies("        "));
    let null = literal(&format!("the value for {table}.{column} is NULL for a row"));
    let text = literal(&ddl::name(table));
    format!(
        "    feedstock_page := 0;
    LOOP
        feedstock_begun := clock_timestamp();
{policies}        WITH feedstock_rows AS (
            UPDATE {target} SET {quoted} = {expression}
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM {from}
                WHERE {quoted} IS NULL
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING {quoted} IS NULL AS feedstock_null
        )
        SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
        INTO feedstock_batch, feedstock_null FROM feedstock_rows;
        IF feedstock_null THEN
            RAISE EXCEPTION {null} USING ERRCODE = 'null_value_not_allowed';
        END IF;
        COMMIT;
        feedstock_filled := feedstock_filled + feedstock_batch;
        feedstock_page := feedstock_page + feedstock_pages;
        feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '{LONGEST_BATCH}'
            THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, {MOST_PAGES}) END;
        EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size({text});
    END LOOP;
"
    )
}

fn until_none_left(pass: &str, rows: &Rows<'_>, column: &str) -> String {
    let (table, from, quoted) = (rows.table, rows.from(), quote_ident(column));
    let policies = rows.without_policies("        ");
    let pass: String = pass.lines().map(|line| format!("    {line}\n")).collect();
    let busy = literal(&format!("rows of {table} that need a value are locked by others"));
    format!(
        "    LOOP
        feedstock_filled := 0;
{pass}{policies}        EXIT WHEN NOT EXISTS (SELECT FROM {from} WHERE {quoted} IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION {busy} USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
"
    )
}

/// A dollar quote that the text within does not contain.
fn tag(text: &str) -> String {
    let mut tag = "$feedstock$".to_owned();
    while text.contains(&tag) {
        tag.insert(1, '_');
    }
    tag
}
