//! `models!(…)`: a list of crates and models, preceded by the path of Feedstock and `;`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Error, Path, Result, Token};

use crate::name;

const EXAMPLE: &str = "write `models!(images)` for all models of a crate, or `models![Drama, Asset]`";

enum Source {
    /// `crate`
    Here,
    /// `images`
    Crate(Ident),
    /// `images::Drama` or `Drama`
    Model(Path),
}

struct Call {
    feedstock: Path,
    sources: Vec<Source>,
}

/// Links the crates and lists the sources.
pub fn expand(input: TokenStream) -> Result<TokenStream> {
    let Call { feedstock, sources } = Call::parse.parse2(input)?;
    let links = sources.iter().filter_map(|source| match source {
        // `use … as _` links the crate, and its models with it.
        Source::Crate(name) => Some(quote!(use ::#name as _;)),
        _ => None,
    });
    let sources = sources.iter().map(|source| match source {
        Source::Here => quote!(__private::Source::Crate(__private::crate_of(__private::module_path!()))),
        Source::Crate(ident) => {
            let name = name::plain(ident);
            quote!(__private::Source::Crate(#name))
        }
        Source::Model(path) => quote!(__private::Source::Model(<#path as __private::Model>::DECLARED)),
    });
    Ok(quote! {{
        #(#[allow(unused_imports)] #links)*
        use #feedstock::__private;
        #feedstock::Models::of(&[#(#sources),*])
    }})
}

impl Parse for Call {
    fn parse(input: ParseStream) -> Result<Self> {
        let feedstock = input.call(Path::parse_mod_style)?;
        input.parse::<Token![;]>()?;
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), format!("no crate and no model is named: {EXAMPLE}")));
        }
        let sources = input.parse_terminated(Source::parse, Token![,])?.into_iter().collect();
        Ok(Call { feedstock, sources })
    }
}

impl Parse for Source {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.peek(Token![crate]) && !input.peek2(Token![::]) {
            input.parse::<Token![crate]>()?;
            return Ok(Source::Here);
        }
        let path = input
            .call(Path::parse_mod_style)
            .map_err(|error| Error::new(error.span(), format!("expected a crate or a model: {EXAMPLE}")))?;
        Ok(match path.get_ident() {
            Some(ident) if is_crate(ident) => Source::Crate(ident.clone()),
            _ => Source::Model(path),
        })
    }
}

/// Types begin with a capital letter, crates do not.
fn is_crate(ident: &Ident) -> bool {
    ident.unraw().to_string().starts_with(|first: char| first.is_lowercase() || first == '_')
}
