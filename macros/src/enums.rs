//! `#[derive(PgEnum)]` and `#[derive(TextEnum)]`.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, LitStr, Path, Variant, parse_quote};

use crate::errors::Errors;
use crate::grammar::{self, once, sql_name};
use crate::{doc, name, value};

/// The kind: one of the two derives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pg,
    Text,
}

/// The attributes of the enum.
#[derive(Default)]
struct EnumAttrs {
    name: Option<LitStr>,
    schema: Option<LitStr>,
    renamed_from: Option<LitStr>,
    krate: Option<Path>,
}

/// A variant and its label.
struct Label<'a> {
    ident: &'a Ident,
    text: String,
    renamed_from: Option<LitStr>,
}

/// `PgEnum`: an enum type of Postgres.
pub fn derive_pg_enum(input: &DeriveInput) -> TokenStream {
    derive(input, Kind::Pg)
}

/// `TextEnum`: text with a check constraint.
pub fn derive_text_enum(input: &DeriveInput) -> TokenStream {
    derive(input, Kind::Text)
}

impl Kind {
    fn attribute(self) -> &'static str {
        match self {
            Kind::Pg => "pg_enum",
            Kind::Text => "text_enum",
        }
    }
}

fn derive(input: &DeriveInput, kind: Kind) -> TokenStream {
    let errors = Errors::default();
    let attrs = enum_attrs(&input.attrs, kind, &errors);
    let labels = labels(input, kind, &errors);
    check(input, &attrs, &labels, &errors);
    let krate = attrs.krate.clone().unwrap_or_else(|| parse_quote!(::feedstock));
    if !errors.is_empty() {
        return value::fallback(input, &krate, errors);
    }
    expand(input, kind, &krate, &attrs, &labels)
}

fn enum_attrs(attrs: &[Attribute], kind: Kind, errors: &Errors) -> EnumAttrs {
    let mut out = EnumAttrs::default();
    let pg = kind == Kind::Pg;
    grammar::attributes(
        attrs,
        kind.attribute(),
        errors,
        &mut |name, input| match name.to_string().as_str() {
            "crate" => {
                once(&mut out.krate, name, grammar::path(name, input, "crate = my_reexports::feedstock")?)
            }
            "name" if pg => once(&mut out.name, name, sql_name(name, input, "name = \"image_status\"")?),
            "schema" if pg => once(&mut out.schema, name, sql_name(name, input, "schema = \"billing\"")?),
            "renamed_from" if pg => {
                once(&mut out.renamed_from, name, sql_name(name, input, "renamed_from = \"old_enum\"")?)
            }
            _ if pg => Err(grammar::unknown(
                name,
                &["name", "schema", "renamed_from", "crate"],
                "an enum of Postgres",
            )),
            _ => Err(grammar::unknown(name, &["crate"], "an enum kept as text")),
        },
    );
    out
}

fn labels<'a>(input: &'a DeriveInput, kind: Kind, errors: &Errors) -> Vec<Label<'a>> {
    let Data::Enum(data) = &input.data else {
        errors.at(&input.ident, "this is for an enum; for a newtype derive `Value`");
        return Vec::new();
    };
    if data.variants.is_empty() {
        errors.at(&input.ident, "an enum without variants has no values: add one");
    }
    data.variants.iter().map(|variant| label(variant, kind, errors)).collect()
}

fn label<'a>(variant: &'a Variant, kind: Kind, errors: &Errors) -> Label<'a> {
    if !matches!(variant.fields, Fields::Unit) {
        errors.at(
            &variant.fields,
            "a label holds nothing: leave the fields out, or keep the value as JSON with `Json<…>`",
        );
    }
    let (mut rename, mut renamed_from) = (None, None);
    grammar::attributes(&variant.attrs, kind.attribute(), errors, &mut |name, input| match name
        .to_string()
        .as_str()
    {
        "rename" => once(&mut rename, name, sql_name(name, input, "rename = \"in-progress\"")?),
        "renamed_from" if kind == Kind::Pg => {
            once(&mut renamed_from, name, sql_name(name, input, "renamed_from = \"old_label\"")?)
        }
        _ if kind == Kind::Pg => Err(grammar::unknown(name, &["rename", "renamed_from"], "a label")),
        _ => Err(grammar::unknown(name, &["rename"], "a label of text")),
    });
    let text = rename
        .map_or_else(|| name::snake_case(&name::plain(&variant.ident)), |rename: LitStr| rename.value());
    Label { ident: &variant.ident, text, renamed_from }
}

fn check(input: &DeriveInput, attrs: &EnumAttrs, labels: &[Label], errors: &Errors) {
    if !input.generics.params.is_empty() {
        errors.at(&input.generics, "an enum of labels has no generic parameters: leave them out");
    }
    let mut seen = BTreeSet::new();
    for label in labels {
        if !seen.insert(&label.text) {
            let message = format!("two variants have the label `{}`: rename one of them", label.text);
            errors.at(label.ident, message);
        }
        if let Some(from) = label.renamed_from.as_ref().filter(|from| from.value() == label.text) {
            errors.at(from, "this is the label already: write what it was before, or leave this out");
        }
    }
    let name = enum_name(input, attrs);
    if let Some(from) = attrs.renamed_from.as_ref().filter(|from| from.value() == name) {
        errors.at(
            from,
            "this is the enum's name already: write the name that it had before, or leave this out",
        );
    }
}

fn enum_name(input: &DeriveInput, attrs: &EnumAttrs) -> String {
    attrs.name.as_ref().map_or_else(|| name::snake_case(&name::plain(&input.ident)), LitStr::value)
}

fn expand(input: &DeriveInput, kind: Kind, krate: &Path, attrs: &EnumAttrs, labels: &[Label]) -> TokenStream {
    let ident = &input.ident;
    let variants: Vec<_> = labels.iter().map(|label| label.ident).collect();
    let texts: Vec<_> = labels.iter().map(|label| &label.text).collect();
    let (ty, accepts) = match kind {
        Kind::Pg => pg_type(input, attrs, labels),
        Kind::Text => (
            quote! {
                __feedstock::SqlType {
                    labels: __feedstock::Some(<Self as __feedstock::Labels>::LABELS),
                    ..__feedstock::SqlType::named("text")
                }
            },
            quote!(__feedstock::labels::is_text(ty)),
        ),
    };
    let driver = value::driver_impls(ident, &Generics::default());
    quote! {
        #[doc(hidden)]
        const _: () = {
            use #krate::__private as __feedstock;

            #[automatically_derived]
            impl __feedstock::Labels for #ident {
                const VALUES: &'static [Self] = &[#(Self::#variants),*];
                const LABELS: &'static [&'static __feedstock::str] = &[#(#texts),*];

                fn label(&self) -> &'static __feedstock::str {
                    match self {
                        #(Self::#variants => #texts,)*
                    }
                }

                fn from_label(label: &__feedstock::str) -> __feedstock::Option<Self> {
                    match label {
                        #(#texts => __feedstock::Some(Self::#variants),)*
                        _ => __feedstock::None,
                    }
                }
            }

            #[automatically_derived]
            impl __feedstock::Value for #ident {
                const TYPE: __feedstock::SqlType = #ty;

                fn accepts(ty: &__feedstock::Type) -> __feedstock::bool {
                    #accepts
                }

                fn decode(
                    _: &__feedstock::Type,
                    raw: &[__feedstock::u8],
                ) -> __feedstock::Result<Self, __feedstock::BoxError> {
                    __feedstock::labels::decode(raw)
                }

                fn encode(
                    &self,
                    _: &__feedstock::Type,
                    out: &mut __feedstock::BytesMut,
                ) -> __feedstock::Result<(), __feedstock::BoxError> {
                    __feedstock::labels::encode(__feedstock::Labels::label(self), out)
                }

                fn text(&self) -> __feedstock::String {
                    __feedstock::Into::into(__feedstock::Labels::label(self))
                }
            }

            #driver
        };
    }
}

fn pg_type(input: &DeriveInput, attrs: &EnumAttrs, labels: &[Label]) -> (TokenStream, TokenStream) {
    let name = enum_name(input, attrs);
    let option = |text: &Option<LitStr>| match text {
        Some(text) => quote!(__feedstock::Some(#text)),
        None => quote!(__feedstock::None),
    };
    let (schema, renamed_from) = (option(&attrs.schema), option(&attrs.renamed_from));
    let comment = doc::comment(&input.attrs);
    let comment = comment.map_or_else(|| quote!(__feedstock::None), |text| quote!(__feedstock::Some(#text)));
    let labels = labels.iter().map(|label| {
        let (text, renamed_from) = (&label.text, option(&label.renamed_from));
        quote!(__feedstock::DeclaredLabel { name: #text, renamed_from: #renamed_from })
    });
    let ty = quote! {
        __feedstock::SqlType {
            pg_enum: __feedstock::Some(&__feedstock::DeclaredEnum {
                schema: #schema,
                name: #name,
                renamed_from: #renamed_from,
                comment: #comment,
                labels: &[#(#labels),*],
            }),
            ..__feedstock::SqlType::named(#name)
        }
    };
    (ty, quote!(__feedstock::labels::is_enum(ty, #name)))
}
