//! `sql!("SELECT {g.*} FROM {ImageGeneration g} WHERE g.drama_id = {drama_id}")`: SQL with
//! models, columns and values in braces.

use std::fmt::Display;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, ExprPath, LitStr, Path, Result, Token};

use crate::grammar::source;
use crate::name;
use place::Place;
use statement::{Found, Insert, Main};

mod place;
mod statement;

/// The content of braces.
enum Item {
    /// `{Asset a}`, `{with_deleted Asset a}`; `{Asset}` if it is changed
    Table { deleted: bool, model: Path, alias: Option<String> },
    /// `{a.*}`
    Columns { alias: Ident },
    /// `{a.live}`
    Live { alias: Ident },
    /// `{a.image_gen_id}`
    Column { alias: Ident, column: Ident },
    /// Anything else
    Value(Box<Expr>),
}

/// A part of the text.
enum Part {
    Text(String),
    /// The content of braces, and its position.
    Item {
        item: Item,
        inside: String,
        at: usize,
    },
}

/// An expression of the type `feedstock::query::Sql`.
pub fn expand(given: &LitStr) -> Result<TokenStream> {
    let source = Source { given, text: given.value() };
    let mut parts = parts(&source)?;
    let found = statement::read(&parts);
    if let Some((number, message)) = found.wrong.first() {
        return Err(source.at_part(&parts[*number], message));
    }
    let mut insertions = found.inserts.iter().peekable();
    if let Some(Part::Text(text)) = parts.last_mut()
        && found.main.is_some()
        && Place::Plain.after(text) == Place::Plain
        && let Some(end) = text.trim_end().strip_suffix(';').map(str::len)
    {
        // After it no condition could be added.
        text.truncate(end);
    }
    let tables = Tables::of(&source, &parts)?;
    let (mut calls, mut checks) = (Vec::new(), Vec::new());
    let mut main = found.main.as_ref();
    for (number, part) in parts.iter().enumerate() {
        let Part::Text(text) = part else {
            begin(&mut main, (number, 0), &mut calls);
            while let Some((_, insert)) = insertions.next_if(|(at, _)| *at <= (number, 0)) {
                calls.push(insert.call(&tables));
            }
            calls.push(tables.call(number, part, &found, &mut checks)?);
            continue;
        };
        let mut written = 0;
        let mut cuts: Vec<usize> = Vec::new();
        cuts.extend(found.inserts.iter().filter(|((part, _), _)| *part == number).map(|((_, at), _)| *at));
        cuts.extend(found.main.iter().filter(|main| main.at.0 == number).map(|main| main.at.1));
        cuts.push(text.len());
        cuts.sort_unstable();
        for cut in cuts {
            let cut = cut.min(text.len());
            if cut > written {
                let piece = &text[written..cut];
                calls.push(quote!(.and(#piece)));
                written = cut;
            }
            begin(&mut main, (number, cut), &mut calls);
            while let Some((_, insert)) = insertions.next_if(|(at, _)| *at <= (number, cut)) {
                calls.push(insert.call(&tables));
            }
        }
    }
    // A parenthesis after a comment would be a part of it.
    let in_comment =
        matches!(parts.last(), Some(Part::Text(text)) if Place::Plain.after(text) == Place::Line);
    if in_comment && insertions.peek().is_some() {
        calls.push(quote!(.and("\n")));
    }
    calls.extend(insertions.map(|(_, insert)| insert.call(&tables)));
    let sql = quote!(::feedstock::query::Sql::text("")#(#calls)*);
    Ok(if checks.is_empty() { sql } else { quote!({ #(#checks)* #sql }) })
}

/// Marks where the statement begins, after its WITH.
fn begin(main: &mut Option<&Main>, at: statement::At, calls: &mut Vec<TokenStream>) {
    if let Some(Main { with, returns, .. }) = main.take_if(|main| main.at <= at) {
        calls.push(quote!(.changes(#with, #returns)));
    }
}

/// The literal, and its value.
struct Source<'a> {
    given: &'a LitStr,
    text: String,
}

impl Source<'_> {
    /// An error at a brace. Stable Rust has no spans inside of a literal.
    fn at(&self, at: usize, message: impl Display) -> Error {
        Error::new(self.given.span(), format!("{message}\n  {}", self.place(at)))
    }

    fn at_part(&self, part: &Part, message: impl Display) -> Error {
        match part {
            Part::Item { inside, at, .. } => self.at(*at, format!("`{{{inside}}}`: {message}")),
            Part::Text(_) => Error::new(self.given.span(), message),
        }
    }

    /// `at line 2, column 7 of the text`
    fn place(&self, at: usize) -> String {
        let before = &self.text[..at];
        let line = before.rsplit('\n').next().unwrap_or_default();
        let column = line.chars().count() + 1;
        match before.matches('\n').count() {
            0 => format!("at column {column} of the text"),
            lines => format!("at line {}, column {column} of the text", lines + 1),
        }
    }
}

/// The tables of a text by their aliases.
struct Tables<'a> {
    source: &'a Source<'a>,
    parts: &'a [Part],
}

impl<'a> Tables<'a> {
    /// # Errors
    ///
    /// Two tables have the same alias.
    fn of(source: &'a Source, parts: &'a [Part]) -> Result<Self> {
        for (number, part) in parts.iter().enumerate() {
            let Part::Item { item: Item::Table { alias: Some(alias), .. }, .. } = part else { continue };
            let before = Tables { source, parts: &parts[..number] };
            if before.aliases().any(|(_, before)| before == alias) {
                let message =
                    format!("another table is called `{alias}` already: give each an alias of its own");
                return Err(source.at_part(part, message));
            }
        }
        Ok(Tables { source, parts })
    }

    fn aliases(&self) -> impl Iterator<Item = (&'a Path, &'a str)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Item { item: Item::Table { model, alias: Some(alias), .. }, .. } => Some((model, &**alias)),
            _ => None,
        })
    }

    fn find(&self, alias: &Ident, part: &Part) -> Result<(&'a Path, &'a str)> {
        let wanted = name::plain(alias);
        if let Some(found) = self.aliases().find(|(_, alias)| *alias == wanted) {
            return Ok(found);
        }
        let there: Vec<String> =
            self.aliases().map(|(model, alias)| format!("`{{{} {alias}}}`", source(model))).collect();
        let there = if there.is_empty() { "no table at all".to_owned() } else { there.join(", ") };
        let message = format!("no table of this text is called `{wanted}`: there is {there}");
        Err(self.source.at_part(part, message))
    }

    fn call(
        &self,
        number: usize,
        part: &Part,
        found: &Found,
        checks: &mut Vec<TokenStream>,
    ) -> Result<TokenStream> {
        let Part::Item { item, at, .. } = part else { return Ok(TokenStream::new()) };
        let bare = found.bare.contains(&number);
        let span = self.source.given.span();
        Ok(match item {
            Item::Table { deleted, model, alias } => {
                let alias = alias.as_deref().unwrap_or_default();
                match *deleted || found.targets.contains(&number) {
                    true => quote!(.table::<#model>(#alias)),
                    false => quote!(.live::<#model>(#alias)),
                }
            }
            Item::Columns { alias } => {
                let (model, alias) = self.find(alias, part)?;
                let alias = if bare { "" } else { alias };
                quote!(.columns::<#model>(#alias))
            }
            Item::Live { alias } => {
                let (model, alias) = self.find(alias, part)?;
                let alias = if bare { "" } else { alias };
                quote!(.is_live::<#model>(#alias))
            }
            Item::Column { alias, column } => {
                let (model, alias) = self.find(alias, part)?;
                let (column, given) = (name::plain(column), column);
                let constant = format_ident!("{}", column.to_uppercase(), span = given.span());
                let place = self.source.place(*at);
                let written = if bare { "" } else { alias };
                // An inherent constant has precedence over that of a trait, which reports the error.
                let checked = quote_spanned!(span=> {
                    #[allow(dead_code, non_upper_case_globals)]
                    trait Unknown: ::feedstock::Model {
                        const #constant: ::feedstock::query::Column<Self, ()> =
                            ::feedstock::query::unknown_column::<Self>(#alias, #column, #place);
                    }
                    impl<M: ::feedstock::Model> Unknown for M {}
                    <#model>::#constant.name()
                });
                // Items in an `impl` cannot use its generic parameters.
                if model.segments.first().is_some_and(|first| first.ident == "Self") {
                    return Ok(quote_spanned!(span=> .column(#written, <#model>::#constant.name())));
                }
                let name = format_ident!("COLUMN_{number}");
                checks.push(quote_spanned!(span=> const #name: &::core::primitive::str = #checked;));
                quote!(.column(#written, #name))
            }
            Item::Value(value) => quote_spanned!(span=> .value(&(#value))),
        })
    }
}

impl Insert {
    fn call(self, tables: &Tables) -> TokenStream {
        let table = |number: usize| match &tables.parts[number] {
            Part::Item { item: Item::Table { model, alias, .. }, .. } => {
                let alias = alias.as_deref().unwrap_or_default();
                quote!(::<#model>(#alias))
            }
            _ => TokenStream::new(),
        };
        match self {
            Insert::LiveAnd(number) => {
                let table = table(number);
                quote!(.live_and #table)
            }
            Insert::Close => quote!(.and(") ")),
            Insert::WhereLive(number) => {
                let table = table(number);
                quote!(.where_live #table)
            }
        }
    }
}

/// Splits the text into parts; `{{` and `}}` are braces in the SQL.
fn parts(source: &Source) -> Result<Vec<Part>> {
    let (mut parts, mut text, mut rest) = (Vec::new(), String::new(), source.text.as_str());
    let mut place = Place::Plain;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        let begins = source.text.len() - rest.len() + at;
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
            continue;
        }
        if brace == "}" {
            let message = "a `}` without its `{`: a brace of the text is written twice, `}}`";
            return Err(source.at(begins, message));
        }
        let Some(end) = end_of(rest) else {
            let message = "a `{` without its `}`: a brace of the text is written twice, `{{`";
            return Err(source.at(begins, message));
        };
        let inside = &rest[..end];
        place = place.after(&text);
        check_place(&place, inside).map_err(|message| source.at(begins, message))?;
        parts.push(Part::Text(std::mem::take(&mut text)));
        let item = item(&LitStr::new(inside, source.given.span())).map_err(|cause| {
            let message = format!(
                "`{{{inside}}}` is neither a table (`{{Asset a}}`, `{{with_deleted Asset a}}`), columns (`{{a.*}}`, \
                 `{{a.name}}`, `{{a.live}}`) nor a value: {cause}"
            );
            source.at(begins, message)
        })?;
        parts.push(Part::Item { item, inside: inside.to_owned(), at: begins });
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    if let end @ Place::Placeholder(_) = place.after(&text) {
        check_place(&end, "").map_err(|message| source.at(source.text.len() - rest.len(), message))?;
    }
    parts.push(Part::Text(text));
    parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    Ok(column_or_value(table_or_value(parts)))
}

/// Refuses braces in a string or a comment, where they would not be values.
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

/// The position of the closing brace, skipping braces in the expression.
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

/// `Asset a`, `with_deleted Asset a`, `with_deleted Asset`
fn table(input: ParseStream) -> Result<Item> {
    let first: Path = input.parse()?;
    let deleted = first.is_ident("with_deleted");
    let model = if deleted { input.parse()? } else { first };
    let alias: Option<Ident> = if deleted && input.is_empty() { None } else { Some(input.parse()?) };
    Ok(Item::Table { deleted, model, alias: alias.as_ref().map(name::plain) })
}

/// `a.*`
fn all_columns(input: ParseStream) -> Result<Item> {
    let alias = input.parse()?;
    input.parse::<Token![.]>()?;
    input.parse::<Token![*]>()?;
    Ok(Item::Columns { alias })
}

/// `{Asset}` alone is a table after a keyword that is followed by one.
fn table_or_value(mut parts: Vec<Part>) -> Vec<Part> {
    for number in 1..parts.len() {
        let (before, here) = parts.split_at_mut(number);
        let (Some(Part::Text(text)), Part::Item { item, .. }) = (before.last(), &mut here[0]) else {
            continue;
        };
        let Item::Value(value) = item else { continue };
        let Expr::Path(ExprPath { qself: None, path, .. }) = &**value else { continue };
        let word =
            text.trim_end().rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
        let wants =
            ["INTO", "UPDATE", "FROM", "JOIN", "USING", "ONLY"].contains(&word.to_uppercase().as_str());
        // A value can follow FROM, too; a model is recognised by its capital letter.
        let is_type = path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
        });
        if wants && is_type {
            *item = Item::Table { deleted: false, model: path.clone(), alias: None };
        }
    }
    parts
}

/// `{a.name}` is a column if `a` is the alias of a table in this text, and a field of a value otherwise. A name with a
/// capital letter is a type.
fn column_or_value(mut parts: Vec<Part>) -> Vec<Part> {
    let mut aliases = Vec::new();
    for part in &parts {
        if let Part::Item { item: Item::Table { alias: Some(alias), .. }, .. } = part {
            aliases.push(alias.clone());
        }
    }
    for part in &mut parts {
        let Part::Item { item, .. } = part else { continue };
        let Item::Value(value) = item else { continue };
        let Expr::Field(field) = &**value else { continue };
        let (Expr::Path(base), syn::Member::Named(column)) = (&*field.base, &field.member) else { continue };
        let Some(alias) = base.path.get_ident() else { continue };
        let name = name::plain(alias);
        let is_type = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
        if !(aliases.contains(&name) || is_type) {
            continue;
        }
        let (alias, column) = (alias.clone(), column.clone());
        *item = if column == "live" { Item::Live { alias } } else { Item::Column { alias, column } };
    }
    parts
}

/// The macro's argument: one string literal.
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
