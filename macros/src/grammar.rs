//! The grammar of all attributes: items in parentheses, `name`, `name = value` or `name(…)`.

use std::fmt::Display;

use proc_macro2::{Ident, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseBuffer, ParseStream, Parser};
use syn::{Attribute, Error, LitStr, Path, Result, Token, parenthesized, token};

use crate::errors::Errors;
use crate::name;

/// Parses the rest of an item, after its name.
pub type Item<'a> = &'a mut dyn FnMut(&Ident, ParseStream) -> Result<()>;

/// The items of all `#[name(…)]` attributes.
pub fn attributes(attrs: &[Attribute], name: &str, errors: &Errors, item: Item) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        let Ok(list) = attr.meta.require_list() else {
            errors.at(&attr.meta, format!("write the options in parentheses: `#[{name}(…)]`"));
            continue;
        };
        let parse = |input: ParseStream| {
            items(input, errors, item);
            Ok(())
        };
        errors.take(parse.parse2(list.tokens.clone()));
    }
}

/// Items separated by commas. After an error in an item, parsing continues with the next one.
pub fn items(input: ParseStream, errors: &Errors, item: Item) {
    separated(input, errors, &mut |input| {
        let name = Ident::parse_any(input)
            .map_err(|error| Error::new(error.span(), "expected the name of an option here"))?;
        item(&name, input)
    });
}

/// Anything separated by commas, to the end; tokens after an error are skipped.
pub fn separated(input: ParseStream, errors: &Errors, one: &mut dyn FnMut(ParseStream) -> Result<()>) {
    while !input.is_empty() {
        match one(input) {
            Ok(()) if !input.is_empty() && !input.peek(Token![,]) => {
                errors.push(Error::new(input.span(), "unexpected here: write a comma, or leave it out"));
            }
            Ok(()) => {}
            Err(error) => errors.push(error),
        }
        while !input.is_empty() && !input.peek(Token![,]) {
            skip(input);
        }
        if !input.is_empty() {
            skip(input);
        }
    }
}

fn skip(input: ParseStream) {
    input.parse::<TokenTree>().expect("there is a token, as the input is not empty");
}

/// The content of the parentheses after `name`. It is consumed completely, since syn would report the rest as a second
/// error.
pub fn parens<T>(
    name: &Ident,
    input: ParseStream,
    example: impl Display,
    parse: impl FnOnce(ParseStream) -> Result<T>,
) -> Result<T> {
    if !input.peek(token::Paren) {
        return Err(Error::new(name.span(), format!("`{name}` needs parentheses: write `{example}`")));
    }
    let content = in_parens(input)?;
    let mut result = parse(&content);
    if result.is_ok() && !content.is_empty() {
        result = Err(Error::new(content.span(), format!("unexpected here: write `{example}`")));
    }
    while !content.is_empty() {
        skip(&content);
    }
    result
}

fn in_parens<'a>(input: ParseStream<'a>) -> Result<ParseBuffer<'a>> {
    let content;
    parenthesized!(content in input);
    Ok(content)
}

/// The `=` of `name = value`.
pub fn equals(name: &Ident, input: ParseStream, example: impl Display) -> Result<()> {
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Ok(());
        }
    }
    Err(Error::new(name.span(), format!("`{}` needs a value: write `{example}`", name.unraw())))
}

/// `name = "text"`
pub fn text(name: &Ident, input: ParseStream, example: impl Display) -> Result<LitStr> {
    equals(name, input, &example)?;
    literal(input, example)
}

/// A string.
pub fn literal(input: ParseStream, example: impl Display) -> Result<LitStr> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        return if text.value().trim().is_empty() {
            Err(Error::new(text.span(), format!("an empty text says nothing: write `{example}`")))
        } else {
            Ok(text)
        };
    }
    Err(Error::new(input.span(), format!("expected a text in quotes: write `{example}`")))
}

/// `name = "text"`, with a text that is a name in Postgres.
pub fn sql_name(name: &Ident, input: ParseStream, example: impl Display) -> Result<LitStr> {
    name::check(text(name, input, example)?)
}

/// `name = word`
pub fn word(name: &Ident, input: ParseStream, example: impl Display) -> Result<Ident> {
    equals(name, input, &example)?;
    bare_word(input, example)
}

/// A word, which may be a keyword of Rust.
pub fn bare_word(input: ParseStream, example: impl Display) -> Result<Ident> {
    Ident::parse_any(input).map_err(|error| {
        Error::new(error.span(), format!("expected a name without quotes: write `{example}`"))
    })
}

/// Words separated by commas.
pub fn words(input: ParseStream, example: impl Display + Copy) -> Result<Vec<Ident>> {
    let mut words = Vec::new();
    while !input.is_empty() {
        words.push(bare_word(input, example)?);
        if input.is_empty() {
            break;
        }
        input.parse::<Token![,]>()?;
    }
    Ok(words)
}

/// `name = path::to::Type`
pub fn path(name: &Ident, input: ParseStream, example: impl Display) -> Result<Path> {
    equals(name, input, &example)?;
    bare_path(input, example)
}

/// A path.
pub fn bare_path(input: ParseStream, example: impl Display) -> Result<Path> {
    Path::parse_mod_style(input).map_err(|error| {
        Error::new(error.span(), format!("expected a path without quotes: write `{example}`"))
    })
}

/// An option without a value.
pub fn flag(name: &Ident, input: ParseStream) -> Result<()> {
    if input.peek(Token![=]) || input.peek(token::Paren) {
        return Err(Error::new(input.span(), format!("`{name}` takes no value: write `{name}` alone")));
    }
    Ok(())
}

/// Sets the value of an option, which may be given once only.
pub fn once<T>(slot: &mut Option<T>, name: &Ident, value: T) -> Result<()> {
    if slot.is_some() {
        return Err(Error::new(name.span(), format!("`{name}` is said twice: leave one out")));
    }
    *slot = Some(value);
    Ok(())
}

/// One of a few words.
pub fn one_of<T: Copy>(word: &Ident, choices: &[(&str, T)]) -> Result<T> {
    if let Some((_, value)) = choices.iter().find(|(name, _)| word == name) {
        return Ok(*value);
    }
    let names = choices.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Err(Error::new_spanned(word, format!("`{word}` is none of {names}")))
}

/// The error for an unknown option.
pub fn unknown(name: &Ident, known: &[&str], what: &str) -> Error {
    let written = name.to_string();
    let message = match name::nearest(&written, known.iter().copied()) {
        Some(near) => format!("{what} has no option `{written}`; did you mean `{near}`?"),
        None => format!("{what} has no option `{written}`; there are: {}", known.join(", ")),
    };
    Error::new(name.span(), message)
}

/// Tokens as a person would write them, for messages.
pub fn source(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let text = text.replace(" < ", "<").replace(" > ", ">").replace(" >", ">").replace(" :: ", "::");
    text.replace("< ", "<").replace(" ,", ",").replace("& ", "&").replace(" <", "<")
}
