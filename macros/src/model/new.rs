//! The struct of a row to be inserted: `NewImageGeneration`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Type;

use super::ast::{Field, Model};
use super::field::Identity;
use crate::name;

/// Types that have no identity. For a newtype the tokens do not show it.
const UNCOUNTED: [&str; 9] =
    ["String", "Uuid", "bool", "NaiveDate", "NaiveTime", "NaiveDateTime", "DateTime", "Decimal", "Vec"];

/// The struct, with the visibility of the model.
pub fn structure(model: &Model, visible: &syn::Visibility) -> TokenStream {
    let new = name_of(model);
    let doc = format!("A new row of [`{}`]: `None` is a column's default.", name::plain(model.ident));
    let fields = columns(model).map(|field| {
        let (ident, ty, visible) = (field.ident, plain_type(field), field.visible);
        if is_required(model, field) || !defaulted(model, field) {
            quote!(#visible #ident: #ty)
        } else {
            quote!(#visible #ident: ::core::option::Option<#ty>)
        }
    });
    let required: Vec<_> = columns(model).filter(|field| is_required(model, field)).collect();
    let (names, types): (Vec<_>, Vec<_>) =
        required.iter().map(|field| (field.ident, plain_type(field))).unzip();
    let others = columns(model).filter(|field| !is_required(model, field)).map(|field| field.ident);
    let others: Vec<_> = others.collect();
    let default = required.is_empty().then(|| {
        quote! {
            #[automatically_derived]
            impl ::core::default::Default for #new {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    });
    quote! {
        #[doc = #doc]
        #[allow(missing_docs, dead_code, non_camel_case_types)]
        #visible struct #new {
            #(#fields,)*
        }

        #[automatically_derived]
        #[allow(dead_code, clippy::too_many_arguments)]
        impl #new {
            /// A new row; every other column gets its default, or NULL.
            #visible fn new(#(#names: #types),*) -> Self {
                Self { #(#names,)* #(#others: ::core::option::Option::None,)* }
            }
        }

        #default
    }
}

/// The impl that gives its values, inside of the block where Feedstock has a name.
pub fn implementation(model: &Model) -> TokenStream {
    let (ident, new) = (model.ident, name_of(model));
    let names = columns(model).map(|field| &field.column);
    let puts = columns(model).map(|field| {
        let name = field.ident;
        if !is_required(model, field) && defaulted(model, field) {
            quote!(__out.maybe(&self.#name);)
        } else {
            quote!(__out.value(&self.#name);)
        }
    });
    quote! {
        #[automatically_derived]
        impl __feedstock::New for #new {
            type Model = #ident;
            const COLUMNS: &'static [&'static __feedstock::str] = &[#(#names),*];

            fn put(&self, __out: &mut __feedstock::Given) {
                #(#puts)*
            }
        }
    }
}

/// The same for the model itself, with all its values.
pub fn whole_row(model: &Model) -> TokenStream {
    let ident = model.ident;
    let names = columns(model).map(|field| &field.column);
    let values = columns(model).map(|field| field.borrowed(&quote!(self)));
    // The type given by `with` may be one that is only read. A bound with a lifetime is checked only where it is used.
    let bounds = columns(model).filter_map(|field| {
        let (with, ty) = (field.attrs.with.as_ref()?, field.optional().unwrap_or(field.ty));
        Some(quote!(for<'__v> #with: __feedstock::From<&'__v #ty>))
    });
    quote! {
        #[automatically_derived]
        impl __feedstock::New for #ident
        where
            #(#bounds,)*
        {
            type Model = #ident;
            const COLUMNS: &'static [&'static __feedstock::str] = &[#(#names),*];

            fn put(&self, __out: &mut __feedstock::Given) {
                #(__out.value(#values);)*
            }
        }
    }
}

pub fn name_of(model: &Model) -> Ident {
    format_ident!("New{}", name::plain(model.ident), span = model.ident.span())
}

/// Generated columns cannot be given.
fn columns<'m, 'a>(model: &'m Model<'a>) -> impl Iterator<Item = &'m Field<'a>> {
    model.columns().filter(|field| field.attrs.generated.is_none())
}

/// The type of the column, which may be given in place of the field's.
fn plain_type(field: &Field) -> Type {
    field.sql_type_with(&quote!(::core::option::Option))
}

fn is_required(model: &Model, field: &Field) -> bool {
    field.optional().is_none() && !defaulted(model, field)
}

/// Does the database have a value for the column if none is given?
fn defaulted(model: &Model, field: &Field) -> bool {
    let attrs = &field.attrs;
    let has_value = attrs.default.is_some()
        || attrs.created_at.is_some()
        || attrs.updated_at.is_some()
        || attrs.version.is_some();
    has_value || counts(model, field)
}

fn counts(model: &Model, field: &Field) -> bool {
    match field.attrs.identity {
        Some((_, Identity::None)) => false,
        Some(_) => true,
        None => {
            let alone = matches!(model.key_fields()[..], [key] if key.ident == field.ident);
            let mut keys = model.foreign_keys();
            let refers = keys.any(|key| key.columns.iter().any(|column| column == field.ident));
            alone && !refers && !is_uncounted(field.ty)
        }
    }
}

fn is_uncounted(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return true };
    path.path.segments.last().is_some_and(|last| UNCOUNTED.iter().any(|name| last.ident == name))
}
