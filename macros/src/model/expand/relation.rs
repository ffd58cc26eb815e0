//! Relations: their static data, and a constant for each.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use super::super::ast::{Field, Model};
use super::super::attr::{HasMany, OnSoftDelete};
use super::super::foreign_key::Target;
use super::{at, declared_of};
use crate::name;

/// The static data.
pub fn declared(model: &Model) -> Vec<TokenStream> {
    let belongs = model.columns().filter_map(|field| belongs_to(model, field));
    belongs.chain(model.attrs.has_many.iter().map(|relation| has_many(model, relation))).collect()
}

fn belongs_to(model: &Model, field: &Field) -> Option<TokenStream> {
    let (name, path) = (field.relation()?, field.parent()?);
    let (target, column) = (declared_of(model, path), &field.column);
    let restrict = match &field.attrs.restrict_deleted_parent {
        Some(mark) => {
            let parent = itself(model, path);
            quote_spanned!(at(mark.span())=> __feedstock::deletable::<#parent>())
        }
        None => quote!(false),
    };
    Some(quote! {
        __feedstock::DeclaredRelation {
            name: #name,
            kind: __feedstock::RelationKind::BelongsTo,
            target: #target,
            column: #column,
            on_soft_delete: __feedstock::OnSoftDelete::Ignore,
            restrict_deleted_parent: #restrict,
        }
    })
}

fn has_many(model: &Model, many: &HasMany) -> TokenStream {
    let (ident, name) = (model.ident, name::plain(&many.name));
    let target = declared_of(model, &many.target);
    let (child, by) = (itself(model, &many.target), by(model, many));
    // By the constant, so that an error of the column is reported once.
    let column = referring(many);
    let column = quote!(<#ident>::#column);
    let on_soft_delete = match &many.on_soft_delete {
        None | Some((_, OnSoftDelete::Ignore)) => quote!(__feedstock::OnSoftDelete::Ignore),
        Some((word, OnSoftDelete::Cascade)) => {
            quote_spanned!(at(word.span())=> __feedstock::cascades::<#ident, #child>())
        }
        Some((word, OnSoftDelete::SetNull)) => {
            quote_spanned!(at(word.span())=> __feedstock::sets_null::<#ident, #child, _>(#by))
        }
        Some((word, OnSoftDelete::Restrict)) => {
            quote_spanned!(at(word.span())=> __feedstock::restricts::<#ident, #child>())
        }
    };
    quote! {
        __feedstock::DeclaredRelation {
            name: #name,
            kind: __feedstock::RelationKind::HasMany,
            target: #target,
            column: #column,
            on_soft_delete: #on_soft_delete,
            restrict_deleted_parent: false,
        }
    }
}

/// A constant for each relation, named after it. A `belongs_to` on a field that is not called `…_id` has the
/// column's name, and no constant.
pub fn constants(model: &Model) -> Option<TokenStream> {
    let columns: Vec<_> = model.columns().map(|field| name::plain(field.ident).to_uppercase()).collect();
    let belongs = model.columns().filter_map(|field| {
        let (relation, path) = (field.relation()?, field.parent()?);
        let constant = constant(&relation, field.ident);
        (!columns.contains(&constant.to_string())).then(|| parent(model, field, path, &constant))
    });
    let many = model.attrs.has_many.iter().map(|many| children(model, many));
    let constants: Vec<_> = belongs.chain(many).collect();
    let ident = model.ident;
    (!constants.is_empty()).then(|| {
        quote! {
            #[automatically_derived]
            #[allow(dead_code, non_upper_case_globals)]
            impl #ident {
                #(#constants)*
            }
        }
    })
}

fn parent(model: &Model, field: &Field, path: &Path, constant: &Ident) -> TokenStream {
    let (visible, ty, column, parent) = (field.visible, field.sql_type(), &field.column, itself(model, path));
    let doc = format!("The row that `{column}` refers to.");
    let value = field.borrowed(&quote!(__row));
    let own = quote_spanned!(at(path.span())=> __feedstock::Column::<Self, #ty>::new(#column));
    let reference = quote!(|__row| #own.bound(#value));
    let new =
        quote_spanned!(at(path.span())=> __feedstock::BelongsTo::<Self, #parent>::new(#own, #reference));
    quote!(#[doc = #doc] #visible const #constant: __feedstock::BelongsTo<Self, #parent> = #new;)
}

fn children(model: &Model, many: &HasMany) -> TokenStream {
    let (visible, child, by) = (model.visible, itself(model, &many.target), by(model, many));
    let constant = constant(&name::plain(&many.name), &many.name);
    let doc = format!("The rows whose `{}` refers to this one.", name::plain(&many.by));
    let referring = referring(many);
    let column = quote_spanned!(at(many.by.span())=> __feedstock::many::<Self, #child, _>(#by));
    quote! {
        #[doc(hidden)]
        const #referring: &'static __feedstock::str = #column;
        #[doc = #doc]
        #visible const #constant: __feedstock::HasMany<Self, #child> = __feedstock::HasMany::new(Self::#referring);
    }
}

/// A constant for the name of the foreign key column.
fn referring(many: &HasMany) -> Ident {
    format_ident!("__BY_OF_{}", name::plain(&many.name).to_uppercase())
}

fn constant(relation: &str, at: &Ident) -> Ident {
    format_ident!("{}", relation.to_uppercase(), span = at.span())
}

/// The foreign key column of the other model, by the constant of its derive. An inherent constant has precedence over
/// the constant of the trait, which reports that there is no such column.
fn by(model: &Model, many: &HasMany) -> TokenStream {
    let child = itself(model, &many.target);
    let column = name::plain(&many.by);
    let constant = format_ident!("{}", column.to_uppercase(), span = many.by.span());
    quote_spanned!(at(many.by.span())=> {
        #[allow(dead_code, non_upper_case_globals)]
        trait Missing: __feedstock::Model {
            const #constant: __feedstock::Column<Self, __feedstock::Missing> =
                __feedstock::missing_column::<Self>(#column);
        }
        impl<M: __feedstock::Model> Missing for M {}
        <#child>::#constant
    })
}

/// Replaces `Self`, which would be another type in the expansion.
fn itself(model: &Model, path: &Path) -> TokenStream {
    if path.is_ident("Self") {
        let ident = model.ident;
        return quote!(#ident);
    }
    quote!(#path)
}

impl Field<'_> {
    /// The model that a `belongs_to` names.
    fn parent(&self) -> Option<&Path> {
        match &self.attrs.belongs_to.as_ref()?.target {
            Target::Model { path, .. } => Some(path),
            Target::Table { .. } => None,
        }
    }
}
