//! The row mapper, and the struct whose rows borrow (`ImageGenerationRef`).

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Type, parse_quote};

use super::super::ast::{Field, Model};
use crate::grammar::source;
use crate::name;

/// The mapper of the model itself.
pub fn row(model: &Model) -> TokenStream {
    let ident = model.ident;
    let skipped = model.fields.iter().filter(|field| field.attrs.skip.is_some()).map(|field| field.ident);
    let skipped = quote!(#(#skipped: __feedstock::Default::default(),)*);
    mapper(model, &name::plain(ident), &quote!(#ident), |field| field.sql_type(), skipped)
}

/// A struct whose texts and bytes borrow from the result: `ImageGenerationRef<'a>`.
pub fn twin(model: &Model) -> Option<(TokenStream, TokenStream)> {
    model.attrs.borrowed?;
    let (ident, visible) = (twin_name(model.ident), model.visible);
    let doc = format!("A row of [`{}`] that borrows from the result.", name::plain(model.ident));
    let fields = model.columns().map(|field| {
        let (name, visible, comment) = (field.ident, field.visible, field.comment.iter());
        let ty = if field.attrs.with.is_some() { field.ty.clone() } else { borrowed(field.ty, "'a") };
        quote!(#(#[doc = #comment])* #visible #name: #ty)
    });
    let structure = quote! {
        #[doc = #doc]
        #[allow(missing_docs, dead_code)]
        #visible struct #ident<'a> {
            #(#fields,)*
        }
    };
    let ty = |field: &Field| match field.attrs.with {
        Some(_) => field.sql_type(),
        None => borrowed(field.ty, "'__row"),
    };
    let mapper = mapper(model, &name::plain(&ident), &quote!(#ident<'__row>), ty, TokenStream::new());
    Some((structure, mapper))
}

fn twin_name(ident: &Ident) -> Ident {
    format_ident!("{}Ref", name::plain(ident), span = ident.span())
}

/// `&str` for `String` and `JsonText`, `&[u8]` for `Vec<u8>`, also in an `Option`; other types are unchanged.
fn borrowed(ty: &Type, lifetime: &str) -> Type {
    let lifetime = syn::Lifetime::new(lifetime, proc_macro2::Span::call_site());
    let tokens = source(ty);
    match tokens.rsplit("::").next().unwrap_or(&tokens) {
        "String" => return parse_quote!(&#lifetime ::core::primitive::str),
        // Its text, unparsed.
        json if json.starts_with("JsonText<") => return parse_quote!(&#lifetime ::core::primitive::str),
        "Vec<u8>" => return parse_quote!(&#lifetime [::core::primitive::u8]),
        _ => {}
    }
    match super::super::ast::optional(ty) {
        Some(inner) => {
            let inner = borrowed(inner, &lifetime.to_string());
            parse_quote!(::core::option::Option<#inner>)
        }
        None => ty.clone(),
    }
}

impl Field<'_> {
    /// Is its value borrowed in the `…Ref` struct?
    pub fn borrows(&self) -> bool {
        let twin = borrowed(self.ty, "'a").to_token_stream();
        self.attrs.with.is_none() && twin.to_string() != self.ty.to_token_stream().to_string()
    }
}

/// All cells are read before they are tested once. The local variables have names that no field can have.
fn mapper(
    model: &Model,
    name: &str,
    ident: &TokenStream,
    ty: impl Fn(&Field) -> Type,
    others: TokenStream,
) -> TokenStream {
    let types: Vec<_> = model.columns().map(ty).collect();
    let shape = model.columns().zip(&types).map(|(field, ty)| {
        let (name, rust) = (&field.column, source(field.ty));
        quote!(__feedstock::ShapeField::of::<#ty>(#name, #rust))
    });
    let locals: Vec<_> = (0..types.len()).map(|at| format_ident!("__{at}")).collect();
    let fields = model.columns().zip(&locals).map(|(field, local)| {
        let ident = field.ident;
        match (&field.attrs.with, field.optional()) {
            (Some(_), Some(_)) => quote!(#ident: __feedstock::held(#local).map(__feedstock::Into::into)),
            (Some(_), None) => quote!(#ident: __feedstock::Into::into(__feedstock::held(#local))),
            (None, _) => quote!(#ident: __feedstock::held(#local)),
        }
    });
    quote! {
        #[automatically_derived]
        impl<'__row> __feedstock::Row<'__row> for #ident {
            const SHAPE: &'static __feedstock::Shape =
                &__feedstock::Shape { name: #name, named: true, fields: &[#(#shape),*] };

            fn from_cells(__cells: &mut __feedstock::Cells<'__row, '_>) -> __feedstock::Option<Self> {
                #(let #locals = __cells.take::<#types>();)*
                if !__cells.is_fine() {
                    return __feedstock::None;
                }
                __feedstock::Some(Self { #(#fields,)* #others })
            }
        }
    }
}
