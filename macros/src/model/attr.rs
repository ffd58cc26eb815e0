//! `#[model(…)]` on the struct.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Error, LitStr, Path, Result, Token, parse_quote};

use super::constraint::{self, Constraint, ConstraintKind};
use super::foreign_key::{self, ForeignKey};
use crate::errors::Errors;
use crate::grammar;

const KNOWN: [&str; 15] = [
    "table",
    "schema",
    "renamed_from",
    "soft_delete",
    "primary_key",
    "unique",
    "index",
    "check",
    "exclude",
    "foreign_key",
    "has_many",
    "view",
    "borrowed",
    "no_comments",
    "crate",
];

/// The attributes of the struct.
#[derive(Default)]
pub struct StructAttrs {
    pub table: Option<LitStr>,
    pub schema: Option<LitStr>,
    pub renamed_from: Option<LitStr>,
    pub soft_delete: Option<Ident>,
    pub primary_key: Option<Constraint>,
    pub uniques: Vec<Constraint>,
    pub indexes: Vec<Constraint>,
    pub checks: Vec<Named>,
    pub excludes: Vec<Named>,
    pub foreign_keys: Vec<ForeignKey>,
    pub has_many: Vec<HasMany>,
    pub view: Option<Span>,
    pub borrowed: Option<Span>,
    pub no_comments: Option<Span>,
    pub krate: Option<Path>,
}

/// SQL with an optional name: `check("…", name = "…")`.
pub struct Named {
    pub sql: LitStr,
    pub name: Option<LitStr>,
}

/// `has_many(assets: Asset, by = image_gen_id, on_soft_delete = cascade)`
pub struct HasMany {
    pub name: Ident,
    pub target: Path,
    pub by: Ident,
    pub on_soft_delete: Option<(Ident, OnSoftDelete)>,
}

/// `on_soft_delete = …`
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OnSoftDelete {
    Ignore,
    Cascade,
    SetNull,
    Restrict,
}

const ON_SOFT_DELETE: [(&str, OnSoftDelete); 4] = [
    ("cascade", OnSoftDelete::Cascade),
    ("set_null", OnSoftDelete::SetNull),
    ("restrict", OnSoftDelete::Restrict),
    ("ignore", OnSoftDelete::Ignore),
];

/// Reads all `#[model(…)]` of the struct.
pub fn parse(attrs: &[Attribute], errors: &Errors) -> StructAttrs {
    let mut out = StructAttrs::default();
    grammar::attributes(attrs, "model", errors, &mut |name, input| item(&mut out, name, input, errors));
    out
}

/// The path of the crate Feedstock in the expansion.
pub fn krate(attrs: &StructAttrs) -> Path {
    attrs.krate.clone().unwrap_or_else(|| parse_quote!(::feedstock))
}

fn item(out: &mut StructAttrs, name: &Ident, input: ParseStream, errors: &Errors) -> Result<()> {
    use grammar::{once, sql_name, word};
    match name.to_string().as_str() {
        "table" => once(&mut out.table, name, sql_name(name, input, "table = \"image_generations\"")?),
        "schema" => once(&mut out.schema, name, sql_name(name, input, "schema = \"billing\"")?),
        "renamed_from" => {
            once(&mut out.renamed_from, name, sql_name(name, input, "renamed_from = \"old_table\"")?)
        }
        "soft_delete" => once(&mut out.soft_delete, name, word(name, input, "soft_delete = deleted_at")?),
        "primary_key" => {
            let key = constraint::parse(name, input, ConstraintKind::PrimaryKey, errors)?;
            once(&mut out.primary_key, name, key)
        }
        "unique" => push(&mut out.uniques, constraint::parse(name, input, ConstraintKind::Unique, errors)),
        "index" => push(&mut out.indexes, constraint::parse(name, input, ConstraintKind::Index, errors)),
        "check" => {
            push(&mut out.checks, named(name, input, "check(\"price > 0\", name = \"price_is_positive\")"))
        }
        "exclude" => push(
            &mut out.excludes,
            named(name, input, "exclude(\"USING gist (room WITH =, during WITH &&)\")"),
        ),
        "foreign_key" => push(&mut out.foreign_keys, foreign_key::parse_composite(name, input, errors)),
        "has_many" => push(&mut out.has_many, has_many(name, input)),
        "view" => {
            grammar::flag(name, input)?;
            once(&mut out.view, name, name.span())
        }
        "borrowed" => {
            grammar::flag(name, input)?;
            once(&mut out.borrowed, name, name.span())
        }
        "no_comments" => {
            grammar::flag(name, input)?;
            once(&mut out.no_comments, name, name.span())
        }
        "crate" => once(&mut out.krate, name, grammar::path(name, input, "crate = my_reexports::feedstock")?),
        other if super::field::KNOWN.contains(&other) => {
            Err(Error::new(name.span(), format!("`{other}` belongs on a field, not on the struct")))
        }
        _ => Err(grammar::unknown(name, &KNOWN, "a model")),
    }
}

fn push<T>(list: &mut Vec<T>, parsed: Result<T>) -> Result<()> {
    parsed.map(|one| list.push(one))
}

/// `name("sql", name = "…")`
pub fn named(name: &Ident, input: ParseStream, example: &str) -> Result<Named> {
    grammar::parens(name, input, example, |input| {
        let sql = grammar::literal(input, example)?;
        if input.is_empty() {
            return Ok(Named { sql, name: None });
        }
        input.parse::<Token![,]>()?;
        let option = grammar::bare_word(input, example)?;
        if option != "name" {
            return Err(grammar::unknown(&option, &["name"], &format!("`{name}`")));
        }
        Ok(Named { sql, name: Some(grammar::sql_name(&option, input, example)?) })
    })
}

fn has_many(name: &Ident, input: ParseStream) -> Result<HasMany> {
    let example = "has_many(assets: Asset, by = image_gen_id)";
    grammar::parens(name, input, example, |input| {
        let relation = Ident::parse_any(input)?;
        if !input.peek(Token![:]) {
            return Err(Error::new(
                relation.span(),
                format!("a relation has a name and a model: write `{example}`"),
            ));
        }
        input.parse::<Token![:]>()?;
        let target = grammar::bare_path(input, example)?;
        let comma = input.peek(Token![,]).then(|| input.parse::<Token![,]>());
        if comma.is_none() || input.is_empty() {
            let what = format!("which column of the other model refers to this one? write `{example}`");
            return Err(Error::new_spanned(target, what));
        }
        let option = grammar::bare_word(input, example)?;
        if option != "by" {
            return Err(grammar::unknown(&option, &["by"], "`has_many`"));
        }
        let by = grammar::word(&option, input, example)?;
        let on_soft_delete = on_soft_delete(input)?;
        Ok(HasMany { name: relation, target, by, on_soft_delete })
    })
}

fn on_soft_delete(input: ParseStream) -> Result<Option<(Ident, OnSoftDelete)>> {
    let example = "on_soft_delete = cascade";
    if input.is_empty() {
        return Ok(None);
    }
    input.parse::<Token![,]>()?;
    let option = grammar::bare_word(input, example)?;
    if option != "on_soft_delete" {
        return Err(grammar::unknown(&option, &["on_soft_delete"], "`has_many`"));
    }
    let word = grammar::word(&option, input, example)?;
    Ok(Some((option, grammar::one_of(&word, &ON_SOFT_DELETE)?)))
}
