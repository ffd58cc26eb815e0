//! `models!(…)`: crates and models in one list. Called with the path of Feedstock and `;` in front.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Path, Result, Token};

use crate::name;

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
        // A name with `_` in place of its own: the crate is linked, and its models with it.
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
            return Err(
                input.error("name crates or models: write `models!(images)` or `models![Drama, Asset]`")
            );
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
        let path = input.call(Path::parse_mod_style)?;
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
