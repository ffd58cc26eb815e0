//! The row mapper.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::super::ast::Model;
use crate::grammar::source;
use crate::name;

/// All cells are read before one test, and the locals have names that no field can have.
pub fn row(model: &Model) -> TokenStream {
    let ident = model.ident;
    let name = name::plain(ident);
    let shape = model.columns().map(|field| {
        let (ty, name, rust) = (field.sql_type(), &field.column, source(field.ty));
        quote!(__feedstock::ShapeField::of::<#ty>(#name, #rust))
    });
    let local = |at: usize| format_ident!("__{at}");
    let reads = model.columns().enumerate().map(|(at, field)| {
        let local = local(at);
        let ty = field.sql_type();
        quote!(let #local = __cells.take::<#ty>();)
    });
    let mut at = 0;
    let fields = model.fields.iter().map(|field| {
        let ident = field.ident;
        if field.attrs.skip.is_some() {
            return quote!(#ident: __feedstock::Default::default());
        }
        let local = local(at);
        at += 1;
        match (&field.attrs.with, field.optional()) {
            (Some(_), Some(_)) => quote!(#ident: __feedstock::held(#local).map(__feedstock::Into::into)),
            (Some(_), None) => quote!(#ident: __feedstock::Into::into(__feedstock::held(#local))),
            (None, _) => quote!(#ident: __feedstock::held(#local)),
        }
    });
    let fields: Vec<_> = fields.collect();
    quote! {
        #[automatically_derived]
        impl<'__row> __feedstock::Row<'__row> for #ident {
            const SHAPE: &'static __feedstock::Shape =
                &__feedstock::Shape { name: #name, named: true, fields: &[#(#shape),*] };

            fn from_cells(__cells: &mut __feedstock::Cells<'__row, '_>) -> __feedstock::Option<Self> {
                #(#reads)*
                if !__cells.is_fine() {
                    return __feedstock::None;
                }
                __feedstock::Some(Self { #(#fields),* })
            }
        }
    }
}
