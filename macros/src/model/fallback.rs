//! What a wrong derive expands to: its mistakes, and impls that let the rest of the crate compile.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Path};

use super::ast::Model;
use super::expand;
use crate::errors::Errors;

/// Says nothing and registers nothing.
pub fn expand(input: &DeriveInput, model: Option<&Model>, krate: &Path, errors: Errors) -> TokenStream {
    let errors = errors.into_compile_errors();
    // A model is `'static` and not generic; an impl that is not allowed would be a second message.
    if !input.generics.params.is_empty() {
        return errors;
    }
    let ident = &input.ident;
    let others = model.map(others);
    quote! {
        #errors

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

/// What other models and queries name.
fn others(model: &Model) -> TokenStream {
    let ident = model.ident;
    let constants = expand::constants(model);
    let soft_delete = expand::soft_delete(model);
    let keyed = expand::key_type(model).map(|key| {
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
    quote!(#constants #keyed #soft_delete)
}
