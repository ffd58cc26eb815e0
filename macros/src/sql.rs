//! `sql!("SELECT {g.*} FROM {ImageGeneration g} WHERE g.drama_id = {drama_id}")`: text, and what stands in braces.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, LitStr, Path, Result, Token};

use crate::name;
use place::Place;

mod place;

/// What stands in braces.
enum Item {
    /// `{Asset a}`, `{with_deleted Asset a}`
    Table { deleted: bool, model: Path, alias: String },
    /// `{a.*}`
    Columns { alias: Ident },
    /// `{a.live}`
    Live { alias: Ident },
    /// `{a.image_gen_id}`
    Column { alias: Ident, column: Ident },
    /// Anything else
    Value(Box<Expr>),
}

/// A piece of the text.
enum Part {
    Text(String),
    Item(Item),
}

/// An expression of the type `feedstock::query::Sql`.
pub fn expand(given: &LitStr) -> Result<TokenStream> {
    let parts = parts(given)?;
    let tables: Vec<(&Path, &str)> = parts.iter().filter_map(Part::table).collect();
    for (at, (_, alias)) in tables.iter().enumerate() {
        if tables[..at].iter().any(|(_, before)| before == alias) {
            let message = format!("two tables are called `{alias}`: give each an alias, `{{Asset a}}`");
            return Err(Error::new(given.span(), message));
        }
    }
    let table = |alias: &Ident| match tables.iter().find(|(_, of)| name::plain(alias) == *of) {
        Some(table) => Ok(*table),
        None => {
            Err(Error::new(alias.span(), format!("there is no table `{alias}`: write `{{Model {alias}}}`")))
        }
    };
    let calls = parts.iter().map(|part| {
        Ok(match part {
            Part::Text(text) => quote!(.and(#text)),
            Part::Item(Item::Table { deleted: false, model, alias }) => quote!(.live::<#model>(#alias)),
            Part::Item(Item::Table { deleted: true, model, alias }) => quote!(.table::<#model>(#alias)),
            Part::Item(Item::Columns { alias }) => {
                let (model, alias) = table(alias)?;
                quote!(.columns::<#model>(#alias))
            }
            Part::Item(Item::Live { alias }) => {
                let (model, alias) = table(alias)?;
                quote!(.is_live::<#model>(#alias))
            }
            Part::Item(Item::Column { alias, column }) => {
                let constant = format_ident!("{}", name::plain(column).to_uppercase(), span = column.span());
                let (model, alias) = table(alias)?;
                quote_spanned!(given.span()=> .column(#alias, <#model>::#constant))
            }
            Part::Item(Item::Value(value)) => quote_spanned!(given.span()=> .value(&(#value))),
        })
    });
    let calls = calls.collect::<Result<Vec<_>>>()?;
    Ok(quote!(::feedstock::query::Sql::text("")#(#calls)*))
}

impl Part {
    fn table(&self) -> Option<(&Path, &str)> {
        match self {
            Part::Item(Item::Table { model, alias, .. }) => Some((model, alias)),
            _ => None,
        }
    }
}

/// Takes the text apart; `{{` and `}}` are braces of the text.
fn parts(given: &LitStr) -> Result<Vec<Part>> {
    let value = given.value();
    let error = |message: String| Error::new(given.span(), message);
    let (mut parts, mut text, mut rest) = (Vec::new(), String::new(), value.as_str());
    let mut place = Place::Plain;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
            continue;
        }
        if brace == "}" {
            return Err(error("a `}` without its `{`: a brace of the text is written twice, `}}`".into()));
        }
        let Some(end) = end_of(rest) else {
            return Err(error("a `{` without its `}`: a brace of the text is written twice, `{{`".into()));
        };
        let inside = &rest[..end];
        place = place.after(&text);
        check_place(&place, inside).map_err(error)?;
        parts.push(Part::Text(std::mem::take(&mut text)));
        let item = item(&LitStr::new(inside, given.span())).map_err(|cause| {
            error(format!(
                "`{{{inside}}}` is neither a table (`{{Asset a}}`, `{{with_deleted Asset a}}`), columns (`{{a.*}}`, \
                 `{{a.name}}`, `{{a.live}}`) nor a value: {cause}"
            ))
        })?;
        parts.push(Part::Item(item));
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    if let end @ Place::Placeholder(_) = place.after(&text) {
        check_place(&end, "").map_err(error)?;
    }
    parts.push(Part::Text(text));
    parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    Ok(column_or_value(parts))
}

/// In a string or a comment nothing would be read as a value, and what was looked for silently another.
fn check_place(place: &Place, inside: &str) -> std::result::Result<(), String> {
    let within = match place {
        Place::Plain => return Ok(()),
        Place::Placeholder(number) => {
            return Err(format!(
                "`{number}` would be one of the values in braces: write its value in braces, too"
            ));
        }
        Place::Quoted('"', _) => "a quoted name",
        Place::Quoted(..) | Place::Dollars(_) => "a string",
        Place::Line | Place::Comment(_) => "a comment",
    };
    Err(format!(
        "`{{{inside}}}` stands inside of {within}, where it is no value: join them, `'%' || {{text}} || '%'`, or write \
         braces of the text twice, `{{{{`"
    ))
}

/// Where the brace closes, past those of the expression in it.
fn end_of(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    rest.char_indices().find_map(|(at, letter)| {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
        None
    })
}

fn item(inside: &LitStr) -> Result<Item> {
    let found = inside.parse_with(table).or_else(|_| inside.parse_with(all_columns));
    found.or_else(|_| inside.parse().map(|value| Item::Value(Box::new(value))))
}

/// `Asset a`, `with_deleted Asset a`
fn table(input: ParseStream) -> Result<Item> {
    let first: Path = input.parse()?;
    let deleted = first.is_ident("with_deleted");
    let model = if deleted { input.parse()? } else { first };
    let alias: Ident = input.parse()?;
    Ok(Item::Table { deleted, model, alias: name::plain(&alias) })
}

/// `a.*`
fn all_columns(input: ParseStream) -> Result<Item> {
    let alias = input.parse()?;
    input.parse::<Token![.]>()?;
    input.parse::<Token![*]>()?;
    Ok(Item::Columns { alias })
}

/// `{a.name}` is a column where `a` is a table of this text, and a field of a value otherwise.
fn column_or_value(mut parts: Vec<Part>) -> Vec<Part> {
    let aliases: Vec<String> =
        parts.iter().filter_map(Part::table).map(|(_, alias)| alias.to_owned()).collect();
    for part in &mut parts {
        let Part::Item(Item::Value(value)) = part else { continue };
        let Expr::Field(field) = &**value else { continue };
        let (Expr::Path(base), syn::Member::Named(column)) = (&*field.base, &field.member) else { continue };
        let Some(alias) = base.path.get_ident().filter(|alias| aliases.contains(&name::plain(alias))) else {
            continue;
        };
        let (alias, column) = (alias.clone(), column.clone());
        let item = if column == "live" { Item::Live { alias } } else { Item::Column { alias, column } };
        *part = Part::Item(item);
    }
    parts
}

/// The macro's argument: one text.
pub fn parse(input: TokenStream) -> Result<TokenStream> {
    let text = |input: ParseStream| -> Result<LitStr> {
        let text = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(text)
    };
    let example = "`sql!` takes one text, and values stand in it: sql!(\"… WHERE id = {id}\")";
    let text = text.parse2(input).map_err(|error| Error::new(error.span(), example))?;
    expand(&text)
}
