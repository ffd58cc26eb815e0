//! `primary_key(…)`, `unique(…)` and `index(…)`: their keys and options.

use proc_macro2::{Ident, Span};
use syn::parse::ParseStream;
use syn::{Error, LitStr, Result, Token, token};

use crate::errors::Errors;
use crate::grammar::{self, flag, once, sql_name, text};

/// The kind: one of the three.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    PrimaryKey,
    Unique,
    Index,
}

/// A primary key, unique constraint or index, with options that its kind has.
pub struct Constraint {
    /// `unique` or `index`, for messages about the whole.
    pub token: Ident,
    pub keys: Vec<Key>,
    pub name: Option<LitStr>,
    pub method: Option<String>,
    pub unique: Option<Span>,
    pub include: Vec<Ident>,
    pub live: Option<Span>,
    pub with_deleted: Option<Ident>,
    pub predicate: Option<LitStr>,
    pub nulls_not_distinct: Option<Span>,
    pub with: Option<LitStr>,
    pub deferrable: Option<(Ident, Deferrable)>,
}

/// A key with its options.
pub struct Key {
    pub on: On,
    pub descending: bool,
    pub nulls_first: Option<bool>,
    pub opclass: Option<LitStr>,
    pub collation: Option<LitStr>,
}

/// A column or an expression.
pub enum On {
    Column(Ident),
    Expression(LitStr),
}

/// When a constraint is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Deferrable {
    InitiallyImmediate,
    InitiallyDeferred,
}

const FLAGS: [&str; 5] = ["live", "with_deleted", "unique", "nulls_not_distinct", "deferrable"];
const OPTIONS: [&str; 7] = ["name", "where", "method", "using", "with", "deferrable", "include"];

impl ConstraintKind {
    fn example(self) -> &'static str {
        match self {
            ConstraintKind::PrimaryKey => "primary_key(drama_id, number)",
            ConstraintKind::Unique => "unique(drama_id, number)",
            ConstraintKind::Index => "index(drama_id, created_at.desc(), live)",
        }
    }

    fn options(self) -> &'static [&'static str] {
        match self {
            ConstraintKind::PrimaryKey => &["name"],
            ConstraintKind::Unique => {
                &["name", "live", "with_deleted", "where", "deferrable", "nulls_not_distinct", "include"]
            }
            ConstraintKind::Index => &[
                "name",
                "method",
                "using",
                "unique",
                "include",
                "live",
                "with_deleted",
                "where",
                "nulls_not_distinct",
                "with",
            ],
        }
    }

    fn what(self) -> &'static str {
        match self {
            ConstraintKind::PrimaryKey => "a primary key",
            ConstraintKind::Unique => "a unique",
            ConstraintKind::Index => "an index",
        }
    }
}

/// Parses one on the struct: keys and options in parentheses.
pub fn parse(token: &Ident, input: ParseStream, kind: ConstraintKind, errors: &Errors) -> Result<Constraint> {
    let mut out = Constraint::new(token);
    let before = errors.count();
    grammar::parens(token, input, kind.example(), |input| {
        grammar::separated(input, errors, &mut |input| entry(&mut out, kind, input));
        Ok(())
    })?;
    if out.keys.is_empty() && errors.count() == before {
        let message = format!("`{token}` names no column: write `{}`", kind.example());
        return Err(Error::new(token.span(), message));
    }
    Ok(out)
}

/// Parses one on a field: options only; the key is the field.
pub fn parse_on_field(
    token: &Ident,
    field: &Ident,
    input: ParseStream,
    kind: ConstraintKind,
    errors: &Errors,
) -> Result<Constraint> {
    let mut out = Constraint::new(token);
    if input.peek(token::Paren) {
        grammar::parens(token, input, format!("{token}(name = \"…\")"), |input| {
            grammar::separated(input, errors, &mut |input| entry(&mut out, kind, input));
            Ok(())
        })?;
    } else {
        flag(token, input)?;
    }
    if let Some(key) = out.keys.first() {
        let message =
            format!("on a field `{token}` takes options only: move it to the struct to name columns");
        return Err(match &key.on {
            On::Column(column) => Error::new(column.span(), message),
            On::Expression(sql) => Error::new(sql.span(), message),
        });
    }
    out.keys.push(Key::column(field.clone()));
    Ok(out)
}

impl Constraint {
    fn new(token: &Ident) -> Self {
        Constraint {
            token: token.clone(),
            keys: Vec::new(),
            name: None,
            method: None,
            unique: None,
            include: Vec::new(),
            live: None,
            with_deleted: None,
            predicate: None,
            nulls_not_distinct: None,
            with: None,
            deferrable: None,
        }
    }

    /// The columns, if all keys are columns.
    pub fn columns(&self) -> impl Iterator<Item = &Ident> {
        self.keys.iter().filter_map(|key| match &key.on {
            On::Column(column) => Some(column),
            On::Expression(_) => None,
        })
    }
}

impl Key {
    fn column(column: Ident) -> Self {
        Key { on: On::Column(column), descending: false, nulls_first: None, opclass: None, collation: None }
    }
}

/// A key or an option. A bare word of [`FLAGS`] is an option; `r#live` is the column of that name.
fn entry(out: &mut Constraint, kind: ConstraintKind, input: ParseStream) -> Result<()> {
    let name = grammar::bare_word(input, kind.example())?;
    let written = name.to_string();
    if written == "sql" && input.peek(token::Paren) {
        let sql = grammar::parens(&name, input, "sql(\"lower(name)\")", |input| {
            grammar::literal(input, "sql(\"lower(name)\")")
        })?;
        return key(out, kind, On::Expression(sql), input);
    }
    let valued = input.peek(Token![=]) || input.peek(token::Paren);
    let bare = FLAGS.contains(&written.as_str()) && !input.peek(Token![.]);
    if !valued && !bare {
        return key(out, kind, On::Column(name), input);
    }
    if !kind.options().contains(&written.as_str()) {
        return Err(refused(&name, kind));
    }
    option(out, &name, input)
}

fn refused(name: &Ident, kind: ConstraintKind) -> Error {
    let written = name.to_string();
    if FLAGS.contains(&written.as_str()) || OPTIONS.contains(&written.as_str()) {
        let options = kind.options().join(", ");
        return Error::new(name.span(), format!("{} has no `{written}`; it has: {options}", kind.what()));
    }
    grammar::unknown(name, kind.options(), kind.what())
}

fn option(out: &mut Constraint, name: &Ident, input: ParseStream) -> Result<()> {
    match name.to_string().as_str() {
        "name" => once(&mut out.name, name, sql_name(name, input, "name = \"images_by_drama\"")?),
        "where" => once(&mut out.predicate, name, text(name, input, "where = \"task_id IS NOT NULL\"")?),
        "with" => once(&mut out.with, name, text(name, input, "with = \"fillfactor = 70\"")?),
        "method" | "using" => {
            once(&mut out.method, name, grammar::word(name, input, "method = gin")?.to_string())
        }
        "include" => {
            let example = "include(title, status)";
            grammar::parens(name, input, example, |input| {
                out.include.extend(grammar::words(input, example)?);
                Ok(())
            })
        }
        "deferrable" => {
            let when = deferrable(name, input)?;
            once(&mut out.deferrable, name, (name.clone(), when))
        }
        "with_deleted" => {
            flag(name, input)?;
            once(&mut out.with_deleted, name, name.clone())
        }
        word => {
            flag(name, input)?;
            let slot = match word {
                "live" => &mut out.live,
                "unique" => &mut out.unique,
                _ => &mut out.nulls_not_distinct,
            };
            once(slot, name, name.span())
        }
    }
}

/// `deferrable`, or `deferrable = initially_deferred`
pub fn deferrable(name: &Ident, input: ParseStream) -> Result<Deferrable> {
    if !input.peek(Token![=]) {
        flag(name, input)?;
        return Ok(Deferrable::InitiallyImmediate);
    }
    let when = grammar::word(name, input, "deferrable = initially_deferred")?;
    grammar::one_of(
        &when,
        &[
            ("initially_deferred", Deferrable::InitiallyDeferred),
            ("initially_immediate", Deferrable::InitiallyImmediate),
        ],
    )
}

/// A key and its modifiers: `.desc().nulls_last()`.
fn key(out: &mut Constraint, kind: ConstraintKind, on: On, input: ParseStream) -> Result<()> {
    if kind != ConstraintKind::Index {
        if let On::Expression(sql) = &on {
            let message = "an expression can only be unique as an index: write `index(unique, sql(\"…\"))`";
            return Err(Error::new(sql.span(), message));
        }
        if input.peek(Token![.]) {
            return Err(Error::new(
                input.span(),
                format!("{} has columns without an order: write the column alone", kind.what()),
            ));
        }
    }
    let mut key = Key { on, descending: false, nulls_first: None, opclass: None, collation: None };
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?;
        modifier(&mut key, input)?;
    }
    out.keys.push(key);
    Ok(())
}

fn modifier(key: &mut Key, input: ParseStream) -> Result<()> {
    const KNOWN: [&str; 6] = ["asc", "desc", "nulls_first", "nulls_last", "opclass", "collate"];
    let name = grammar::bare_word(input, "created_at.desc()")?;
    let nothing = |input: ParseStream| grammar::parens(&name, input, format!("{name}()"), |_| Ok(()));
    let one_text = |input: ParseStream, example: &str| {
        grammar::parens(&name, input, example, |input| grammar::literal(input, example))
    };
    match name.to_string().as_str() {
        "asc" => nothing(input).map(|()| key.descending = false),
        "desc" => nothing(input).map(|()| key.descending = true),
        "nulls_first" => nothing(input).map(|()| key.nulls_first = Some(true)),
        "nulls_last" => nothing(input).map(|()| key.nulls_first = Some(false)),
        "opclass" => once(&mut key.opclass, &name, one_text(input, "prompt.opclass(\"gin_trgm_ops\")")?),
        "collate" => once(&mut key.collation, &name, one_text(input, "title.collate(\"\\\"C\\\"\")")?),
        _ => Err(grammar::unknown(&name, &KNOWN, "a key of an index")),
    }
}
