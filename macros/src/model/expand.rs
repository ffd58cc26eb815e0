//! The expansion of a model: one static, two impls, one registration.

mod constraint;
mod relation;
mod row;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Path, Type, parse_quote};

use super::ast::{Field, Model};
use super::field::{DefaultValue, Identity};
use super::new;
use crate::name;

/// The whole expansion.
pub fn expand(model: &Model) -> TokenStream {
    let Model { ident, krate, .. } = model;
    let declared = declared(model);
    let row = row::row(model);
    let constants = constants(model);
    let new_structure = new::structure(model, model.visible);
    let new_implementation = new::implementation(model);
    let keyed = keyed(model);
    let soft_delete = soft_delete(model);
    let relations = relation::constants(model);
    let whole_row = new::whole_row(model);
    let (twin, twin_row) = row::twin(model).unzip();
    let table = sql_table(model);
    let columns = model.columns().map(|field| quoted(&field.column)).collect::<Vec<_>>().join(", ");
    let live = match &model.attrs.soft_delete {
        Some(column) => format!("{} IS NULL", quoted(&model.sql_column(column))),
        None => "true".to_owned(),
    };
    quote! {
        #new_structure

        #twin

        #[doc(hidden)]
        const _: () = {
            use #krate::__private as __feedstock;

            static __DECLARED: __feedstock::Declared = #declared;

            #row

            #twin_row

            #[automatically_derived]
            impl __feedstock::Model for #ident {
                const DECLARED: &'static __feedstock::Declared = &__DECLARED;
                const TABLE: &'static __feedstock::str = #table;
                const COLUMNS: &'static __feedstock::str = #columns;
                const LIVE: &'static __feedstock::str = #live;
            }

            #keyed

            #soft_delete

            #constants

            #relations

            #new_implementation

            #whole_row

            __feedstock::inventory::submit! {
                __feedstock::Entry { declared: &__DECLARED, line: ::core::line!() }
            }
        };
    }
}

impl Model<'_> {
    /// The name in the database of a column that an option names, which was checked to exist.
    fn sql_column(&self, named: &Ident) -> String {
        self.column(named).map_or_else(|| name::plain(named), |field| field.column.clone())
    }
}

impl Field<'_> {
    /// The type of the column: the field's, or the one given in its place.
    pub fn sql_type(&self) -> Type {
        self.sql_type_with(&quote!(__feedstock::Option))
    }

    /// The value of the column, of a borrowed row.
    pub fn borrowed(&self, row: &TokenStream) -> TokenStream {
        let field = self.ident;
        match (&self.attrs.with, self.optional()) {
            (Some(with), Some(_)) => {
                quote!(&#row.#field.as_ref().map(<#with as __feedstock::From<&_>>::from))
            }
            (Some(with), None) => quote!(&<#with as __feedstock::From<&_>>::from(&#row.#field)),
            (None, _) => quote!(&#row.#field),
        }
    }

    /// The same, with another path of `Option`.
    pub fn sql_type_with(&self, option: &TokenStream) -> Type {
        match (&self.attrs.with, self.optional()) {
            (Some(with), Some(_)) => parse_quote!(#option<#with>),
            (Some(with), None) => with.clone(),
            (None, _) => self.ty.clone(),
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn sql_table(model: &Model) -> String {
    let table = quoted(&model.table());
    model
        .attrs
        .schema
        .as_ref()
        .map_or_else(|| table.clone(), |schema| format!("{}.{table}", quoted(&schema.value())))
}

fn declared(model: &Model) -> TokenStream {
    let attrs = &model.attrs;
    let name = name::plain(model.ident);
    let table = model.table();
    let [schema, renamed_from] = [&attrs.schema, &attrs.renamed_from].map(option);
    let comment = option(&model.comment);
    let columns = model.columns().map(|field| column(model, field));
    let primary_key = primary_key(model);
    let uniques = attrs.uniques.iter().chain(model.columns().flat_map(|field| &field.attrs.uniques));
    let uniques = uniques.map(|unique| constraint::unique(model, unique));
    let indexes = attrs.indexes.iter().chain(model.columns().flat_map(|field| &field.attrs.indexes));
    let indexes = indexes.map(|index| constraint::index(model, index));
    let of_fields = model
        .columns()
        .flat_map(|field| field.attrs.checks.iter().map(|one| constraint::check(one, Some(field))));
    let checks = of_fields.chain(attrs.checks.iter().map(|one| constraint::check(one, None)));
    let excludes = attrs.excludes.iter().map(constraint::exclude);
    let foreign_keys = model.foreign_keys().map(|key| constraint::foreign_key(model, key));
    let relations = relation::declared(model);
    let view = attrs.view.is_some();
    let soft_delete = attrs.soft_delete.as_ref().and_then(|named| model.column(named)).map(|field| {
        let (ty, column) = (field.sql_type(), &field.column);
        quote!(__feedstock::deleted_at::<#ty>(#column))
    });
    let soft_delete = option(&soft_delete);
    let [updated_at, version] = [updated_at(model), version(model)].map(|column| option(&column));
    quote! {
        __feedstock::Declared {
            module: __feedstock::module_path!(),
            model: #name,
            schema: #schema,
            table: #table,
            renamed_from: #renamed_from,
            comment: #comment,
            columns: &[#(#columns),*],
            primary_key: #primary_key,
            uniques: &[#(#uniques),*],
            indexes: &[#(#indexes),*],
            checks: &[#(#checks),*],
            excludes: &[#(#excludes),*],
            foreign_keys: &[#(#foreign_keys),*],
            soft_delete: #soft_delete,
            updated_at: #updated_at,
            version: #version,
            relations: &[#(#relations),*],
            view: #view,
        }
    }
}

fn option<T: ToTokens>(value: &Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(__feedstock::Some(#value)),
        None => quote!(__feedstock::None),
    }
}

/// A call for each option, since a struct expression takes twice as long to compile.
fn column(model: &Model, field: &Field) -> TokenStream {
    let (ty, name, comment) = (field.sql_type(), &field.column, option(&field.comment));
    let attrs = &field.attrs;
    let mut column = quote!(__feedstock::DeclaredColumn::of::<#ty>(#name, #comment));
    for (say, text) in [
        ("renamed_from", attrs.renamed_from.as_ref()),
        ("sql_type", attrs.sql_type.as_ref()),
        ("collation", attrs.collate.as_ref()),
        ("generated", attrs.generated.as_ref().map(|(_, sql)| sql)),
    ] {
        if let Some(text) = text {
            let say = format_ident!("{say}");
            column.extend(quote!(.#say(#text)));
        }
    }
    column.extend(default(field, &ty).map(|default| quote!(.default(#default))));
    column.extend(identity(model, field, &ty).map(|identity| quote!(.identity(#identity))));
    column
}

fn default(field: &Field, ty: &Type) -> Option<TokenStream> {
    if field.attrs.created_at.is_some() || field.attrs.updated_at.is_some() {
        return Some(quote!(__feedstock::DeclaredDefault::Sql(<#ty as __feedstock::Timestamp>::NOW)));
    }
    if field.attrs.version.is_some() && field.attrs.default.is_none() {
        return Some(quote!(__feedstock::DeclaredDefault::Sql("1")));
    }
    Some(match &field.attrs.default.as_ref()?.1 {
        DefaultValue::Sql(sql) => quote!(__feedstock::DeclaredDefault::Sql(#sql)),
        DefaultValue::Rust(value) => {
            let literal = quote_spanned!(at(value.span())=> __feedstock::default_literal::<#ty, _>(#value));
            quote!(__feedstock::DeclaredDefault::Literal(|| #literal))
        }
    })
}

/// A span for generated code whose errors are the user's: it is located at the user's token, with hygiene of the macro.
fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// A primary key of one integer is an identity column, unless its value has another source.
fn identity(model: &Model, field: &Field, ty: &Type) -> Option<TokenStream> {
    let attrs = &field.attrs;
    match &attrs.identity {
        Some((_, Identity::None)) => return None,
        Some((option, kind)) => {
            let kind = match kind {
                Identity::Always => format_ident!("Always"),
                _ => format_ident!("ByDefault"),
            };
            let asked = quote_spanned!(at(option.span())=> __feedstock::identity::<#ty>(__feedstock::Identity::#kind));
            return Some(quote!(__feedstock::Some(#asked)));
        }
        None => {}
    }
    let alone = matches!(model.key_fields()[..], [key] if key.ident == field.ident);
    let elsewhere = attrs.default.is_some() || attrs.generated.is_some();
    let refers = model.foreign_keys().any(|key| key.columns.iter().any(|column| column == field.ident));
    (alone && !elsewhere && !refers).then(|| quote!(<#ty as __feedstock::Field>::IDENTITY))
}

fn primary_key(model: &Model) -> TokenStream {
    let fields = model.key_fields();
    if fields.is_empty() {
        return quote!(__feedstock::None);
    }
    let name = option(&model.attrs.primary_key.as_ref().and_then(|key| key.name.clone()));
    let columns = fields.iter().map(|field| {
        let (ty, column) = (field.sql_type(), &field.column);
        quote!(__feedstock::key::<#ty>(#column))
    });
    quote!(__feedstock::Some(__feedstock::DeclaredKey { name: #name, columns: &[#(#columns),*] }))
}

fn names<'i>(model: &Model, columns: impl IntoIterator<Item = &'i Ident>) -> TokenStream {
    let columns = columns.into_iter().map(|column| model.sql_column(column));
    quote!(&[#(#columns),*])
}

/// A function, since constants that refer to each other do not compile.
fn declared_of(model: &Model, path: &Path) -> TokenStream {
    let itself = path.is_ident("Self").then_some(model.ident);
    match itself {
        Some(ident) => quote!(__feedstock::declared::<#ident>),
        None => quote!(__feedstock::declared::<#path>),
    }
}

/// The column that every update sets.
fn updated_at(model: &Model) -> Option<TokenStream> {
    let field = model.columns().find(|field| field.attrs.updated_at.is_some())?;
    let (ty, column) = (field.sql_type(), &field.column);
    Some(quote!((#column, <#ty as __feedstock::Timestamp>::NOW)))
}

/// The column that every update increments.
fn version(model: &Model) -> Option<TokenStream> {
    let field = model.columns().find(|field| field.attrs.version.is_some())?;
    let (ty, column) = (field.sql_type(), &field.column);
    let mark = field.attrs.version.as_ref().map_or_else(Span::call_site, Ident::span);
    Some(quote_spanned!(at(mark)=> __feedstock::version::<#ty>(#column)))
}

/// The primary key's type and its values.
fn keyed(model: &Model) -> Option<TokenStream> {
    let ident = model.ident;
    let fields = model.key_fields();
    let types: Vec<_> = fields.iter().map(|field| field.sql_type()).collect();
    let bound = |(field, ty): (&&Field, &Type), value: TokenStream| {
        let column = &field.column;
        quote!(__feedstock::Column::<Self, #ty>::new(#column).bound(#value))
    };
    let own = fields.iter().zip(&types).map(|of| bound(of, of.0.borrowed(&quote!(self))));
    let given = fields.iter().zip(&types).enumerate().map(|(at, of)| match types.len() {
        1 => bound(of, quote!(__key)),
        _ => {
            let at = syn::Index::from(at);
            bound(of, quote!(&__key.#at))
        }
    });
    let key = key_type(model)?;
    Some(quote! {
        #[automatically_derived]
        impl __feedstock::Keyed for #ident {
            type Key = #key;

            fn own_key(&self) -> __feedstock::Vec<__feedstock::Bound> {
                __feedstock::vec![#(#own),*]
            }

            fn by_key() -> &'static __feedstock::ByKey {
                static __BY_KEY: __feedstock::ByKey = __feedstock::ByKey::new();
                &__BY_KEY
            }

            fn bind_key(__key: &#key) -> __feedstock::Vec<__feedstock::Bound> {
                __feedstock::vec![#(#given),*]
            }
        }
    })
}

/// One type, or a tuple.
pub fn key_type(model: &Model) -> Option<TokenStream> {
    let types: Vec<_> = model.key_fields().iter().map(|field| field.sql_type()).collect();
    match &types[..] {
        [] => None,
        [ty] => Some(quote!(#ty)),
        _ => Some(quote!((#(#types),*))),
    }
}

/// Implements `SoftDelete`, which requires a key, or the trait of models without soft delete.
pub fn soft_delete(model: &Model) -> TokenStream {
    let ident = model.ident;
    let deletable = model.attrs.soft_delete.is_some() && !model.key_fields().is_empty();
    let kind = if deletable { quote!(SoftDelete) } else { quote!(HardDelete) };
    quote!(#[automatically_derived] impl __feedstock::#kind for #ident {})
}

/// A typed constant for each column, as visible as the field.
pub fn constants(model: &Model) -> TokenStream {
    let ident = model.ident;
    let constants = model.columns().map(|field| {
        let (visible, ty, column) = (field.visible, field.sql_type(), &field.column);
        let name = format_ident!("{}", name::plain(field.ident).to_uppercase(), span = field.ident.span());
        let doc = format!("The column `{column}`.");
        quote!(#[doc = #doc] #visible const #name: __feedstock::Column<Self, #ty> = __feedstock::Column::new(#column);)
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code, non_upper_case_globals)]
        impl #ident {
            #(#constants)*
        }
    }
}
