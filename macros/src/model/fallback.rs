//! The expansion of a derive with errors: the errors, and impls that let the rest of the crate compile.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{DeriveInput, Path};

use super::ast::Model;
use super::{expand, new};
use crate::errors::Errors;

/// An impl without columns, which registers nothing.
pub fn expand(input: &DeriveInput, model: Option<&Model>, krate: &Path, errors: Errors) -> TokenStream {
    let errors = errors.into_compile_errors();
    // A model is `'static` and not generic; an impl that is not allowed would be a second error.
    if !input.generics.params.is_empty() {
        return errors;
    }
    let ident = &input.ident;
    let others = model.map(others);
    let structure = model.map(|model| new::structure(model, model.visible));
    quote! {
        #errors

        #structure

        #[doc(hidden)]
        const _: () = {
            use #krate::__private as __feedstock;

            #[automatically_derived]
            impl<'__row> __feedstock::Row<'__row> for #ident {
                const SHAPE: &'static __feedstock::Shape =
                    &__feedstock::Shape { name: "", named: false, fields: &[] };

                fn from_cells(_: &mut __feedstock::Cells<'__row, '_>) -> __feedstock::Option<Self> {
                    __feedstock::None
                }
            }

            #[automatically_derived]
            impl __feedstock::Model for #ident {
                const DECLARED: &'static __feedstock::Declared = &__feedstock::Declared::NOTHING;
                const TABLE: &'static __feedstock::str = "";
                const COLUMNS: &'static __feedstock::str = "";
                const LIVE: &'static __feedstock::str = "";
            }

            #others
        };
    }
}

/// The items that other models and queries refer to.
fn others(model: &Model) -> TokenStream {
    let ident = model.ident;
    let constants = expand::constants(model);
    let new = new::name_of(model);
    // The model may have a key, which the error hides.
    let first = model.columns().next().map(|field| field.sql_type().to_token_stream());
    let keyed = expand::key_type(model).or(first).map(|key| {
        quote! {
            #[automatically_derived]
            impl __feedstock::Keyed for #ident {
                type Key = #key;

                fn own_key(&self) -> __feedstock::Vec<__feedstock::Bound> {
                    __feedstock::Vec::new()
                }

                fn by_key() -> &'static __feedstock::ByKey {
                    static __BY_KEY: __feedstock::ByKey = __feedstock::ByKey::new();
                    &__BY_KEY
                }

                fn bind_key(_: &#key) -> __feedstock::Vec<__feedstock::Bound> {
                    __feedstock::Vec::new()
                }
            }
        }
    });
    let given = [quote!(#ident), quote!(#new)].map(|given| {
        quote! {
            #[automatically_derived]
            impl __feedstock::New for #given {
                type Model = #ident;
                const COLUMNS: &'static [&'static __feedstock::str] = &[];

                fn put(&self, _: &mut __feedstock::Given) {}
            }
        }
    });
    quote! {
        #constants #keyed #(#given)*

        #[automatically_derived]
        impl __feedstock::SoftDelete for #ident {}

        #[automatically_derived]
        impl __feedstock::HardDelete for #ident {}
    }
}
