//! `#[derive(Row)]`: for reading only, so that lifetimes and generic parameters are allowed.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{Data, DeriveInput, Fields, Lifetime, LitStr, Path, Type, parse_quote};

use crate::errors::Errors;
use crate::grammar::{self, flag, once, source, sql_name};
use crate::name;

/// A field and its attributes.
struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    rename: Option<LitStr>,
    skip: Option<()>,
}

/// Reads, checks and expands.
pub fn derive(input: &DeriveInput) -> TokenStream {
    let errors = Errors::default();
    let krate = krate(input, &errors);
    let fields = fields(input, &errors);
    let lifetime = lifetime(input, &errors);
    check(input, &fields, &errors);
    if !errors.is_empty() {
        return fallback(input, &krate, errors);
    }
    expand(input, &krate, &fields, lifetime)
}

fn krate(input: &DeriveInput, errors: &Errors) -> Path {
    let mut krate = None;
    grammar::attributes(&input.attrs, "row", errors, &mut |name, input| match name.to_string().as_str() {
        "crate" => once(&mut krate, name, grammar::path(name, input, "crate = my_reexports::feedstock")?),
        _ => Err(grammar::unknown(name, &["crate"], "a row")),
    });
    krate.unwrap_or_else(|| parse_quote!(::feedstock))
}

fn fields<'a>(input: &'a DeriveInput, errors: &Errors) -> Vec<Field<'a>> {
    match &input.data {
        Data::Struct(data) if matches!(data.fields, Fields::Named(_)) => {
            data.fields.iter().map(|one| field(one, errors)).collect()
        }
        _ => {
            errors.at(
                &input.ident,
                "a row is a struct whose fields have the columns' names: write `struct … { name: Type }`",
            );
            Vec::new()
        }
    }
}

fn field<'a>(field: &'a syn::Field, errors: &Errors) -> Field<'a> {
    let (mut rename, mut skip) = (None, None);
    grammar::attributes(&field.attrs, "row", errors, &mut |name, input| match name.to_string().as_str() {
        "rename" => once(&mut rename, name, sql_name(name, input, "rename = \"count\"")?),
        "skip" => flag(name, input).and_then(|()| once(&mut skip, name, ())),
        _ => Err(grammar::unknown(name, &["rename", "skip"], "a field of a row")),
    });
    let ident = field.ident.as_ref().expect("the fields were found to have names");
    Field { ident, ty: &field.ty, rename, skip }
}

impl Field<'_> {
    fn column(&self) -> String {
        self.rename.as_ref().map_or_else(|| name::plain(self.ident), LitStr::value)
    }
}

/// The lifetime of the rows that are borrowed from: that of the struct, or an unused one.
fn lifetime(input: &DeriveInput, errors: &Errors) -> Option<Lifetime> {
    let mut lifetimes = input.generics.lifetimes();
    let first = lifetimes.next();
    if let Some(second) = lifetimes.next() {
        errors.at(second, "a row borrows from one result: use one lifetime");
    }
    first.map(|param| param.lifetime.clone())
}

fn check(input: &DeriveInput, fields: &[Field], errors: &Errors) {
    let columns = || fields.iter().filter(|field| field.skip.is_none());
    if errors.is_empty() && columns().next().is_none() {
        errors.at(&input.ident, "a row needs at least one field that is a column");
    }
    for (at, field) in columns().enumerate() {
        if columns().take(at).any(|before| before.column() == field.column()) {
            let message = format!("two fields are the column `{}`: rename one of them", field.column());
            match &field.rename {
                Some(rename) => errors.at(rename, message),
                None => errors.at(field.ident, message),
            }
        }
    }
}

fn expand(input: &DeriveInput, krate: &Path, fields: &[Field], lifetime: Option<Lifetime>) -> TokenStream {
    let ident = &input.ident;
    let name = name::plain(ident);
    let (_, type_generics, _) = input.generics.split_for_impl();
    let mut generics = input.generics.clone();
    let row = lifetime.unwrap_or_else(|| {
        let row: Lifetime = parse_quote!('__row);
        generics.params.insert(0, parse_quote!('__row));
        row
    });
    let columns: Vec<_> = fields.iter().filter(|field| field.skip.is_none()).collect();
    let parameters: Vec<_> = input.generics.type_params().map(|param| param.ident.clone()).collect();
    for field in columns.iter().filter(|field| mentions(field.ty, &parameters)) {
        let ty = field.ty;
        generics.make_where_clause().predicates.push(parse_quote!(#ty: __feedstock::Decode<#row>));
    }
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let shape = columns.iter().map(|field| {
        let (ty, column, rust) = (field.ty, field.column(), source(field.ty));
        quote!(__feedstock::ShapeField::of::<#ty>(#column, #rust))
    });
    let locals: Vec<_> = (0..columns.len()).map(|at| format_ident!("__{at}")).collect();
    let names = columns.iter().map(|field| field.ident);
    let types = columns.iter().map(|field| field.ty);
    let skipped = fields.iter().filter(|field| field.skip.is_some()).map(|field| field.ident);
    quote! {
        #[doc(hidden)]
        const _: () = {
            use #krate::__private as __feedstock;

            #[automatically_derived]
            impl #impl_generics __feedstock::Row<#row> for #ident #type_generics #where_clause {
                const SHAPE: &'static __feedstock::Shape =
                    &__feedstock::Shape { name: #name, named: false, fields: &[#(#shape),*] };

                fn from_cells(__cells: &mut __feedstock::Cells<#row, '_>) -> __feedstock::Option<Self> {
                    #(let #locals = __cells.take::<#types>();)*
                    if !__cells.is_fine() {
                        return __feedstock::None;
                    }
                    __feedstock::Some(Self {
                        #(#names: __feedstock::held(#locals),)*
                        #(#skipped: __feedstock::Default::default(),)*
                    })
                }
            }
        };
    }
}

/// The expansion of a derive with errors: the errors, and an impl that lets code that reads such rows compile.
fn fallback(input: &DeriveInput, krate: &Path, errors: Errors) -> TokenStream {
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
            impl<'__row> __feedstock::Row<'__row> for #ident {
                const SHAPE: &'static __feedstock::Shape =
                    &__feedstock::Shape { name: "", named: false, fields: &[] };

                fn from_cells(_: &mut __feedstock::Cells<'__row, '_>) -> __feedstock::Option<Self> {
                    __feedstock::None
                }
            }
        };
    }
}

/// Does a type contain one of the parameters?
fn mentions(ty: &Type, parameters: &[Ident]) -> bool {
    fn any(tokens: TokenStream, parameters: &[Ident]) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => parameters.contains(&ident),
            TokenTree::Group(group) => any(group.stream(), parameters),
            _ => false,
        })
    }
    any(ty.to_token_stream(), parameters)
}
