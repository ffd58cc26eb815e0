//! `#[derive(Value)]`: a newtype is stored as the value that it contains.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Member, Path, Type, parse_quote};

use crate::errors::Errors;
use crate::grammar::{self, once};

/// Reads, checks and expands.
pub fn derive(input: &DeriveInput) -> TokenStream {
    let errors = Errors::default();
    let krate = krate(input, "value", &errors);
    let inner = inner(input, &errors);
    match inner {
        Some((member, ty)) if errors.is_empty() => expand(input, &krate, &member, ty),
        _ => fallback(input, &krate, errors),
    }
}

/// Attributes that can only name the crate.
fn krate(input: &DeriveInput, attribute: &str, errors: &Errors) -> Path {
    let mut krate = None;
    grammar::attributes(
        &input.attrs,
        attribute,
        errors,
        &mut |name, input| match name.to_string().as_str() {
            "crate" => once(&mut krate, name, grammar::path(name, input, "crate = my_reexports::feedstock")?),
            _ => Err(grammar::unknown(name, &["crate"], "a value")),
        },
    );
    krate.unwrap_or_else(|| parse_quote!(::feedstock))
}

fn inner<'a>(input: &'a DeriveInput, errors: &Errors) -> Option<(Member, &'a Type)> {
    let Data::Struct(data) = &input.data else {
        errors.at(
            &input.ident,
            "`Value` is for a newtype: write `struct Name(Type);`, or derive `PgEnum` or `TextEnum`",
        );
        return None;
    };
    let mut fields = data.fields.members().zip(&data.fields);
    match (fields.next(), fields.next()) {
        (Some((member, field)), None) => Some((member, &field.ty)),
        (None, _) => {
            errors.at(&input.ident, "a value holds something: write `struct Name(Type);`");
            None
        }
        (Some(_), Some((_, second))) => {
            let message =
                "a value holds one thing: leave this field out, or keep all of them as JSON with `Json<…>`";
            errors.at(second, message);
            None
        }
    }
}

fn expand(input: &DeriveInput, krate: &Path, member: &Member, ty: &Type) -> TokenStream {
    let ident = &input.ident;
    let mut generics = input.generics.clone();
    if !generics.params.is_empty() {
        let clause = generics.make_where_clause();
        clause.predicates.push(parse_quote!(#ty: __feedstock::Value));
        clause.predicates.push(parse_quote!(Self: __feedstock::Debug));
    }
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let driver = driver_impls(&ident, &generics);
    quote! {
        #[doc(hidden)]
        const _: () = {
            use #krate::__private as __feedstock;

            #[automatically_derived]
            impl #impl_generics __feedstock::Value for #ident #type_generics #where_clause {
                const TYPE: __feedstock::SqlType = <#ty as __feedstock::Value>::TYPE;
                const IDENTITY: __feedstock::Option<__feedstock::Identity> = <#ty as __feedstock::Value>::IDENTITY;

                fn accepts(ty: &__feedstock::Type) -> __feedstock::bool {
                    <#ty as __feedstock::Value>::accepts(ty)
                }

                fn decode(
                    ty: &__feedstock::Type,
                    raw: &[__feedstock::u8],
                ) -> __feedstock::Result<Self, __feedstock::BoxError> {
                    let inner = <#ty as __feedstock::Value>::decode(ty, raw);
                    __feedstock::Result::map(inner, |inner| Self { #member: inner })
                }

                fn encode(
                    &self,
                    ty: &__feedstock::Type,
                    out: &mut __feedstock::BytesMut,
                ) -> __feedstock::Result<(), __feedstock::BoxError> {
                    <#ty as __feedstock::Value>::encode(&self.#member, ty, out)
                }

                fn text(&self) -> __feedstock::String {
                    <#ty as __feedstock::Value>::text(&self.#member)
                }

                fn literal(&self) -> __feedstock::String {
                    <#ty as __feedstock::Value>::literal(&self.#member)
                }
            }

            #driver
        };
    }
}

/// The expansion of a derive with errors: the errors, and an impl that lets models with such a field compile.
pub fn fallback(input: &DeriveInput, krate: &Path, errors: Errors) -> TokenStream {
    let errors = errors.into_compile_errors();
    if !input.generics.params.is_empty() {
        return errors;
    }
    let ident = &input.ident;
    quote! {
        #errors

        #[doc(hidden)]
        const _: () = {
            use #krate::__private as __feedstock;

            #[automatically_derived]
            impl __feedstock::Value for #ident {
                const TYPE: __feedstock::SqlType = __feedstock::SqlType::named("");

                fn accepts(_: &__feedstock::Type) -> __feedstock::bool {
                    false
                }

                fn decode(
                    _: &__feedstock::Type,
                    _: &[__feedstock::u8],
                ) -> __feedstock::Result<Self, __feedstock::BoxError> {
                    __feedstock::Err(__feedstock::Into::into(""))
                }

                fn encode(
                    &self,
                    _: &__feedstock::Type,
                    _: &mut __feedstock::BytesMut,
                ) -> __feedstock::Result<(), __feedstock::BoxError> {
                    __feedstock::Err(__feedstock::Into::into(""))
                }

                fn text(&self) -> __feedstock::String {
                    __feedstock::String::new()
                }
            }
        };
    }
}

/// The driver's own traits, so that hand-written queries can have the type as a parameter and as a result.
pub fn driver_impls(ident: &impl ToTokens, generics: &syn::Generics) -> TokenStream {
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let mut with_lifetime = generics.clone();
    with_lifetime.params.insert(0, parse_quote!('__row));
    let (from_generics, _, _) = with_lifetime.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics __feedstock::ToSql for #ident #type_generics #where_clause {
            fn to_sql(
                &self,
                ty: &__feedstock::Type,
                out: &mut __feedstock::BytesMut,
            ) -> __feedstock::Result<__feedstock::IsNull, __feedstock::BoxError> {
                __feedstock::Result::map(__feedstock::Value::encode(self, ty, out), |()| __feedstock::IsNull::No)
            }

            fn accepts(ty: &__feedstock::Type) -> __feedstock::bool {
                <Self as __feedstock::Value>::accepts(ty)
            }

            __feedstock::to_sql_checked!();
        }

        #[automatically_derived]
        impl #from_generics __feedstock::FromSql<'__row> for #ident #type_generics #where_clause {
            fn from_sql(
                ty: &__feedstock::Type,
                raw: &'__row [__feedstock::u8],
            ) -> __feedstock::Result<Self, __feedstock::BoxError> {
                <Self as __feedstock::Value>::decode(ty, raw)
            }

            fn accepts(ty: &__feedstock::Type) -> __feedstock::bool {
                <Self as __feedstock::Value>::accepts(ty)
            }
        }
    }
}
