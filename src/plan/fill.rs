//! Backfills as data: which columns of a table get which values, and the statement that gives them in batches.

use crate::ddl;
use crate::ident::{literal, quote_ident};
use crate::schema::Name;
use crate::schema::data_type::without_length;
use crate::sql::expression;

/// Pages of the first batch; the next ones follow the clock.
const FIRST_PAGES: u32 = 4;

/// Pages of the largest batch: up to some thousand rows, which stay locked for some hundredths of a second.
const MOST_PAGES: u32 = 64;

/// How long the rows of a batch may stay locked before the next one is made smaller: an expression may be slow.
const LONGEST_BATCH: &str = "100 ms";

/// Which rows have a value when the statement ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// Nearly all: skips rows that other transactions have locked or move.
    OncePassed,
    /// All. Rows that other transactions have locked are tried again; if they stay locked, it fails as a lock that is
    /// not available, and the runner tries again later.
    NoneLeft,
}

/// Values for the rows of one table that have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fill {
    pub(super) table: Name,
    /// The name by which an expression may call the table: that of the one from which the column comes.
    pub(super) known_as: String,
    /// Are there tables that inherit from it? Their pages are their own.
    pub(super) has_heirs: bool,
    /// May policies hide rows from its owner? It fails then, and does not pass them over.
    pub(super) has_policies: bool,
    pub(super) columns: Vec<Value>,
    pub(super) until: Until,
}

/// The value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) column: String,
    pub(super) expression: String,
    /// The column's type.
    pub(super) data_type: String,
}

impl Value {
    /// The type in which the expression can stand beside the column: the same without a length, which is checked when
    /// the value is assigned, where a cast would cut it off.
    fn common_type(&self) -> Option<String> {
        without_length(&self.data_type)
    }
}

impl Fill {
    /// Takes another fill of the same rows into the same pass; not where one of them reads what the other one fills.
    pub(super) fn join(&mut self, other: &Fill) -> bool {
        let alike = Fill { columns: self.columns.clone(), ..other.clone() } == *self;
        let all = || self.columns.iter().chain(&other.columns);
        let reads = |value: &Value| {
            let others = all().filter(|other| other.column != value.column);
            let mut names = others.map(|other| &other.column).chain([&self.known_as]);
            names.any(|name| expression::names(&value.expression, name))
        };
        let joins = alike && all().all(|value| value.common_type().is_some() && !reads(value));
        if joins {
            self.columns.extend(other.columns.iter().cloned());
        }
        joins
    }

    /// The table as FROM or UPDATE names it.
    fn from(&self) -> String {
        let only = if self.has_heirs { "ONLY " } else { "" };
        format!("{only}{}", ddl::name(&self.table))
    }

    /// Sees all rows, or nothing and fails; until the transaction ends.
    fn without_policies(&self, indent: &str) -> String {
        let set = format!("{indent}PERFORM set_config('row_security', 'off', true);\n");
        if self.has_policies { set } else { String::new() }
    }

    /// The same, as the expression may call it.
    fn target(&self) -> String {
        let alias = Some(&self.known_as).filter(|name| **name != self.table.name);
        format!(
            "{}{}",
            self.from(),
            alias.map(|name| format!(" AS {}", quote_ident(name))).unwrap_or_default()
        )
    }

    /// One statement that gives each column its value wherever it is NULL.
    ///
    /// It commits after each batch of pages, and only takes rows that still need it: after a crash it is run again.
    /// Rows that others have locked are skipped, so that it waits for nobody and no client can deadlock with it. The
    /// first batch runs on an empty table too: a proof sees what is wrong with the expression.
    pub(super) fn statement(&self) -> String {
        let table = &self.table;
        let pass = pass(self);
        let body = match self.until {
            Until::OncePassed => pass,
            Until::NoneLeft => until_none_left(&pass, self),
        };
        let mut declare = format!(
            "DECLARE\n    feedstock_page bigint;\n    feedstock_pages bigint := {FIRST_PAGES};\n    \
             feedstock_begun timestamptz;\n    feedstock_batch bigint;\n    feedstock_null boolean;\n    \
             feedstock_filled bigint := 0;"
        );
        if self.until == Until::NoneLeft {
            declare += "\n    feedstock_idle integer := 0;";
        }
        let values = self.columns.iter().map(|value| format!("{}{}", value.expression, value.column));
        let values: String = values.collect();
        let tag = tag(&format!("{values}{}{}", table.schema, table.name));
        format!(
            "DO {tag}\n#variable_conflict use_column\n<<feedstock_fill>>\n{declare}\nBEGIN\n{body}END\n{tag}"
        )
    }

    /// `a = now()`; of several, each where it has none.
    fn set(&self) -> String {
        let set = |value: &Value| {
            let (quoted, expression) = (quote_ident(&value.column), &value.expression);
            match value.common_type().filter(|_| self.columns.len() > 1) {
                Some(data_type) => format!(
                    "{quoted} = CASE WHEN {quoted} IS NULL THEN ({expression})::{data_type} ELSE {quoted} END"
                ),
                None => format!("{quoted} = {expression}"),
            }
        };
        self.columns.iter().map(set).collect::<Vec<_>>().join(",\n                ")
    }

    /// `a IS NULL OR b IS NULL`
    fn lacks(&self) -> String {
        let lacks = self.columns.iter().map(|value| format!("{} IS NULL", quote_ident(&value.column)));
        lacks.collect::<Vec<_>>().join(" OR ")
    }
}

fn pass(fill: &Fill) -> String {
    let table = &fill.table;
    let (from, target, policies) = (fill.from(), fill.target(), fill.without_policies("        "));
    let (set, lacks) = (fill.set(), fill.lacks());
    let in_brackets = if fill.columns.len() > 1 { format!("({lacks})") } else { lacks.clone() };
    let names: Vec<String> = fill.columns.iter().map(|value| format!("{table}.{}", value.column)).collect();
    let null = literal(&format!("the value for {} is NULL for a row", names.join(" or ")));
    let text = literal(&ddl::name(table));
    format!(
        "    feedstock_page := 0;
    LOOP
        feedstock_begun := clock_timestamp();
{policies}        WITH feedstock_rows AS (
            UPDATE {target} SET {set}
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM {from}
                WHERE {in_brackets}
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING {lacks} AS feedstock_null
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

fn until_none_left(pass: &str, fill: &Fill) -> String {
    let (table, from, lacks) = (&fill.table, fill.from(), fill.lacks());
    let policies = fill.without_policies("        ");
    let pass: String = pass.lines().map(|line| format!("    {line}\n")).collect();
    let busy = literal(&format!("rows of {table} that need a value are locked by others"));
    format!(
        "    LOOP
        feedstock_filled := 0;
{pass}{policies}        EXIT WHEN NOT EXISTS (SELECT FROM {from} WHERE {lacks});
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
