//! `belongs_to`, `references` and `foreign_key`.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{Error, LitStr, Path, Result, Token, token};

use super::constraint::{self, Deferrable};
use crate::errors::Errors;
use crate::grammar::{self, once};
use crate::name;

/// A reference to rows of another table.
pub struct ForeignKey {
    /// `belongs_to`, `references` or `foreign_key`, for messages about the whole.
    pub token: Ident,
    pub columns: Vec<Ident>,
    pub target: Target,
    pub options: Options,
}

/// The referenced table and columns; no columns means the primary key.
pub enum Target {
    Model { path: Path, columns: Vec<Ident> },
    Table { schema: Option<String>, table: String, columns: Vec<String> },
}

/// The options of a foreign key.
#[derive(Default)]
pub struct Options {
    pub name: Option<LitStr>,
    pub on_delete: Option<(Ident, Action)>,
    pub on_update: Option<(Ident, Action)>,
    pub deferrable: Option<(Ident, Deferrable)>,
}

/// The action on the referencing rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Nothing,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

const ACTIONS: [(&str, Action); 5] = [
    ("no_action", Action::Nothing),
    ("restrict", Action::Restrict),
    ("cascade", Action::Cascade),
    ("set_null", Action::SetNull),
    ("set_default", Action::SetDefault),
];
const OPTIONS: [&str; 4] = ["name", "on_delete", "on_update", "deferrable"];

/// `foreign_key(drama_id, number => Episode(drama_id, number), on_delete = cascade)`
pub fn parse_composite(token: &Ident, input: ParseStream, errors: &Errors) -> Result<ForeignKey> {
    let example = "foreign_key(drama_id, number => Episode(drama_id, number))";
    grammar::parens(token, input, example, |input| {
        let mut columns = vec![grammar::bare_word(input, example)?];
        while input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            columns.push(grammar::bare_word(input, example)?);
        }
        if !input.peek(Token![=>]) {
            return Err(Error::new(token.span(), format!("what does it refer to? write `{example}`")));
        }
        input.parse::<Token![=>]>()?;
        let target = target(input, example)?;
        let options = rest(input, errors)?;
        Ok(ForeignKey { token: token.clone(), columns, target, options })
    })
}

/// `belongs_to = Drama`, or `belongs_to(Drama, name = "…")`
pub fn parse_belongs_to(
    token: &Ident,
    field: &Ident,
    input: ParseStream,
    errors: &Errors,
) -> Result<ForeignKey> {
    on_field(token, field, input, "belongs_to = Drama", errors, |input| {
        let path = grammar::bare_path(input, "belongs_to = Drama")?;
        Ok(Target::Model { path, columns: Vec::new() })
    })
}

/// `references = "table(column)"`, `references = Model::field`, or either in parentheses with options after it
pub fn parse_references(
    token: &Ident,
    field: &Ident,
    input: ParseStream,
    errors: &Errors,
) -> Result<ForeignKey> {
    let example = "references = \"dramas(id)\"";
    on_field(token, field, input, example, errors, |input| {
        if input.peek(LitStr) {
            return table(&input.parse()?);
        }
        let mut path = grammar::bare_path(input, example)?;
        let columns = column_of(&mut path);
        Ok(Target::Model { path, columns })
    })
}

fn on_field(
    token: &Ident,
    field: &Ident,
    input: ParseStream,
    example: &str,
    errors: &Errors,
    target: impl FnOnce(ParseStream) -> Result<Target>,
) -> Result<ForeignKey> {
    let (target, options) = if input.peek(token::Paren) {
        grammar::parens(token, input, example, |input| Ok((target(input)?, rest(input, errors)?)))?
    } else {
        grammar::equals(token, input, example)?;
        (target(input)?, Options::default())
    };
    Ok(ForeignKey { token: token.clone(), columns: vec![field.clone()], target, options })
}

/// Parses an option of a foreign key; `false` if it is none.
pub fn option(out: &mut Options, name: &Ident, input: ParseStream) -> Result<bool> {
    match name.to_string().as_str() {
        "on_delete" => once(&mut out.on_delete, name, (name.clone(), action(name, input)?))?,
        "on_update" => once(&mut out.on_update, name, (name.clone(), action(name, input)?))?,
        "deferrable" => {
            once(&mut out.deferrable, name, (name.clone(), constraint::deferrable(name, input)?))?
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn action(name: &Ident, input: ParseStream) -> Result<Action> {
    grammar::one_of(&grammar::word(name, input, format!("{name} = cascade"))?, &ACTIONS)
}

/// The options after the target, each after a comma.
fn rest(input: ParseStream, errors: &Errors) -> Result<Options> {
    let mut options = Options::default();
    if input.is_empty() {
        return Ok(options);
    }
    input.parse::<Token![,]>()?;
    grammar::items(input, errors, &mut |name, input| {
        if name == "name" {
            return once(
                &mut options.name,
                name,
                grammar::sql_name(name, input, "name = \"image_of_drama\"")?,
            );
        }
        if option(&mut options, name, input)? {
            return Ok(());
        }
        Err(grammar::unknown(name, &OPTIONS, "a foreign key"))
    });
    Ok(options)
}

/// `Episode(drama_id, number)`, `Episode`, or `"episodes(drama_id, number)"`
fn target(input: ParseStream, example: &str) -> Result<Target> {
    if input.peek(LitStr) {
        return table(&input.parse()?);
    }
    let path = grammar::bare_path(input, example)?;
    if !input.peek(token::Paren) {
        return Ok(Target::Model { path, columns: Vec::new() });
    }
    let content;
    syn::parenthesized!(content in input);
    Ok(Target::Model { path, columns: grammar::words(&content, example)? })
}

/// `Drama::id` is the model `Drama` and its column `id`.
fn column_of(path: &mut Path) -> Vec<Ident> {
    let lower =
        |ident: &Ident| name::plain(ident).starts_with(|first: char| first.is_lowercase() || first == '_');
    if path.segments.len() < 2 || !path.segments.last().is_some_and(|last| lower(&last.ident)) {
        return Vec::new();
    }
    let column = path.segments.pop().map(|segment| segment.ident);
    path.segments.pop_punct();
    column.into_iter().collect()
}

/// `table`, `table(a, b)` or `schema.table(a, b)`, with the names of the database.
fn table(text: &LitStr) -> Result<Target> {
    let wrong = || Error::new(text.span(), "expected a table and its columns: write `\"dramas(id)\"`");
    let value = text.value();
    let (place, columns) = match value.split_once('(') {
        Some((place, columns)) => (place, columns.trim_end().strip_suffix(')').ok_or_else(wrong)?),
        None => (value.as_str(), ""),
    };
    let (schema, table) = match place.split_once('.') {
        Some((schema, table)) => (Some(schema.trim().to_owned()), table.trim().to_owned()),
        None => (None, place.trim().to_owned()),
    };
    let columns: Vec<String> = match columns.trim() {
        "" => Vec::new(),
        columns => columns.split(',').map(|column| column.trim().to_owned()).collect(),
    };
    let is_name = |name: &String| !name.is_empty() && !name.contains(['"', ' ', '(', '.']);
    if !schema.iter().chain([&table]).chain(&columns).all(is_name) {
        return Err(wrong());
    }
    Ok(Target::Table { schema, table, columns })
}
