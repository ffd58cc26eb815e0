//! `#[model(…)]` on a field.

use proc_macro2::Ident;
use quote::quote;
use syn::parse::ParseStream;
use syn::{Attribute, Error, Expr, LitStr, Result, Token, Type, token};

use super::attr::Named;
use super::constraint::{self, Constraint, ConstraintKind};
use super::foreign_key::{self, ForeignKey, Options};
use crate::errors::Errors;
use crate::grammar::{self, once, sql_name, text};

pub const KNOWN: [&str; 22] = [
    "primary_key",
    "identity",
    "belongs_to",
    "references",
    "on_delete",
    "on_update",
    "deferrable",
    "restrict_deleted_parent",
    "unique",
    "index",
    "check",
    "default",
    "generated",
    "collate",
    "sql_type",
    "created_at",
    "updated_at",
    "version",
    "renamed_from",
    "rename",
    "skip",
    "with",
];

/// The attributes of a field.
#[derive(Default)]
pub struct FieldAttrs {
    pub primary_key: Option<Ident>,
    pub identity: Option<(Ident, Identity)>,
    pub belongs_to: Option<ForeignKey>,
    pub references: Option<ForeignKey>,
    /// Options of the foreign key that are written beside it.
    pub options: Options,
    pub uniques: Vec<Constraint>,
    pub indexes: Vec<Constraint>,
    pub checks: Vec<Named>,
    pub default: Option<(Ident, DefaultValue)>,
    pub generated: Option<(Ident, LitStr)>,
    pub collate: Option<LitStr>,
    pub sql_type: Option<LitStr>,
    pub created_at: Option<Ident>,
    pub updated_at: Option<Ident>,
    pub version: Option<Ident>,
    pub restrict_deleted_parent: Option<Ident>,
    pub renamed_from: Option<LitStr>,
    pub rename: Option<LitStr>,
    pub skip: Option<Ident>,
    pub with: Option<Type>,
    /// The names of all options, to refuse an option that must be alone.
    pub given: Vec<Ident>,
}

/// `identity = …`
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    Always,
    ByDefault,
    None,
}

/// `default = …`
pub enum DefaultValue {
    Sql(LitStr),
    Rust(Box<Expr>),
}

/// Reads all `#[model(…)]` of a field.
pub fn parse(attrs: &[Attribute], field: &Ident, errors: &Errors) -> FieldAttrs {
    let mut out = FieldAttrs::default();
    grammar::attributes(attrs, "model", errors, &mut |name, input| {
        out.given.push(name.clone());
        item(&mut out, field, name, input, errors)
    });
    out
}

fn item(
    out: &mut FieldAttrs,
    field: &Ident,
    name: &Ident,
    input: ParseStream,
    errors: &Errors,
) -> Result<()> {
    if foreign_key::option(&mut out.options, name, input)? {
        return Ok(());
    }
    match name.to_string().as_str() {
        "primary_key" => mark(&mut out.primary_key, name, input),
        "created_at" => mark(&mut out.created_at, name, input),
        "updated_at" => mark(&mut out.updated_at, name, input),
        "version" => mark(&mut out.version, name, input),
        "restrict_deleted_parent" => mark(&mut out.restrict_deleted_parent, name, input),
        "skip" => mark(&mut out.skip, name, input),
        "identity" => once(&mut out.identity, name, (name.clone(), identity(name, input)?)),
        "belongs_to" => {
            let key = foreign_key::parse_belongs_to(name, field, input, errors)?;
            once(&mut out.belongs_to, name, key)
        }
        "references" => {
            let key = foreign_key::parse_references(name, field, input, errors)?;
            once(&mut out.references, name, key)
        }
        "unique" => {
            out.uniques.push(constraint::parse_on_field(name, field, input, ConstraintKind::Unique, errors)?);
            Ok(())
        }
        "index" => {
            out.indexes.push(constraint::parse_on_field(name, field, input, ConstraintKind::Index, errors)?);
            Ok(())
        }
        "check" => {
            out.checks.push(check(name, input)?);
            Ok(())
        }
        "default" => once(&mut out.default, name, (name.clone(), default(name, input)?)),
        "generated" => {
            let sql = text(name, input, "generated = \"width * height\"")?;
            once(&mut out.generated, name, (name.clone(), sql))
        }
        "collate" => once(&mut out.collate, name, text(name, input, "collate = \"\\\"C\\\"\"")?),
        "sql_type" => once(&mut out.sql_type, name, text(name, input, "sql_type = \"varchar\"")?),
        "renamed_from" => {
            once(&mut out.renamed_from, name, sql_name(name, input, "renamed_from = \"old_column\"")?)
        }
        "rename" => once(&mut out.rename, name, sql_name(name, input, "rename = \"column\"")?),
        "with" => once(&mut out.with, name, with(name, input)?),
        _ => Err(refused(name)),
    }
}

fn mark(slot: &mut Option<Ident>, name: &Ident, input: ParseStream) -> Result<()> {
    if input.peek(Token![=]) || input.peek(token::Paren) {
        let elsewhere =
            if name == "primary_key" { "; a key of several columns stands on the struct" } else { "" };
        return Err(Error::new(
            input.span(),
            format!("`{name}` takes no value: write `{name}` alone{elsewhere}"),
        ));
    }
    once(slot, name, name.clone())
}

fn refused(name: &Ident) -> Error {
    let say = |message: &str| Error::new(name.span(), message);
    match name.to_string().as_str() {
        "flatten" => say(
            "a model has one field a column, since what it says of its table is static: write the fields of the other \
             struct out here",
        ),
        "name" | "column" => say(
            "the column's name is said with `rename = \"…\"`; a constraint's inside it: `unique(name = \"…\")`",
        ),
        "nullable" | "null" | "not_null" => {
            say("`Option<T>` says that a column may be NULL, any other type that it may not: leave this out")
        }
        "type" => say("the column's type is said with `sql_type = \"…\"`"),
        "live" | "where" | "method" => say("this is an option of an index: write `index(…)` with it inside"),
        "on_soft_delete" => say(
            "the parent says what its deletion does: write `has_many(images: Image, by = drama_id, on_soft_delete = \
             cascade)` on its struct",
        ),
        "table" | "schema" | "soft_delete" | "has_many" | "view" | "borrowed" | "exclude" | "foreign_key"
        | "no_comments" | "crate" => {
            Error::new(name.span(), format!("`{name}` belongs on the struct, not on a field"))
        }
        _ => grammar::unknown(name, &KNOWN, "a field"),
    }
}

fn identity(name: &Ident, input: ParseStream) -> Result<Identity> {
    let word = grammar::word(name, input, "identity = always")?;
    let choices =
        [("always", Identity::Always), ("by_default", Identity::ByDefault), ("none", Identity::None)];
    grammar::one_of(&word, &choices)
}

/// `check = "…"`, or `check("…", name = "…")`
fn check(name: &Ident, input: ParseStream) -> Result<Named> {
    let example = "check = \"price > 0\"";
    if input.peek(token::Paren) {
        return super::attr::named(name, input, "check(\"price > 0\", name = \"price_is_positive\")");
    }
    Ok(Named { sql: text(name, input, example)?, name: None })
}

fn default(name: &Ident, input: ParseStream) -> Result<DefaultValue> {
    grammar::equals(name, input, "default = 0` or `default = sql(\"now()\")")?;
    if input.peek(syn::Ident) && input.peek2(token::Paren) && input.fork().parse::<Ident>()? == "sql" {
        let sql: Ident = input.parse()?;
        let example = "default = sql(\"now()\")";
        let text = grammar::parens(&sql, input, example, |input| grammar::literal(input, example))?;
        return Ok(DefaultValue::Sql(text));
    }
    let value: Expr = input.parse()?;
    match sql_in_quotes(&value) {
        Some(error) => Err(error),
        None => Ok(DefaultValue::Rust(Box::new(value))),
    }
}

/// The error for `default = "now()"`, which would be that text, where an SQL expression is meant.
fn sql_in_quotes(value: &Expr) -> Option<Error> {
    let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = value else { return None };
    let sql = text.value();
    let looks = matches!(sql.to_ascii_lowercase().as_str(), "current_timestamp" | "current_date" | "null")
        || sql.ends_with("()") && sql.trim_end_matches("()").chars().all(|c| c.is_alphanumeric() || c == '_');
    looks.then(|| {
        let written = quote!(#text);
        Error::new(text.span(), format!("this is a text; an expression of SQL is `default = sql({written})`"))
    })
}

fn with(name: &Ident, input: ParseStream) -> Result<Type> {
    let example = "with = Cents";
    grammar::equals(name, input, example)?;
    if input.peek(LitStr) {
        return Err(Error::new(input.span(), format!("expected a type without quotes: write `{example}`")));
    }
    input.parse()
}

impl FieldAttrs {
    /// The foreign key of the field, with its options from both places.
    pub fn foreign_key(&self) -> Option<&ForeignKey> {
        self.belongs_to.as_ref().or(self.references.as_ref())
    }
}
