//! The static data of unique constraints, indexes, checks, exclusion constraints and foreign keys.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::super::ast::{Field, Model};
use super::super::attr::Named;
use super::super::check::is_live;
use super::super::constraint::{Constraint, Deferrable, Key, On};
use super::super::foreign_key::{Action, ForeignKey, Target};
use super::{declared_of, names, option};
use crate::name;

pub fn unique(model: &Model, unique: &Constraint) -> TokenStream {
    let name = option(&unique.name);
    let columns = names(model, unique.columns());
    let include = names(model, &unique.include);
    let live = is_live(model, unique);
    let predicate = option(&unique.predicate);
    let nulls_not_distinct = unique.nulls_not_distinct.is_some();
    let deferrable = deferrable(unique.deferrable.as_ref().map(|(_, when)| *when));
    quote! {
        __feedstock::DeclaredUnique {
            name: #name,
            columns: #columns,
            live: #live,
            predicate: #predicate,
            nulls_not_distinct: #nulls_not_distinct,
            deferrable: #deferrable,
            include: #include,
        }
    }
}

pub fn index(model: &Model, index: &Constraint) -> TokenStream {
    let name = option(&index.name);
    let method = option(&index.method);
    let unique = index.unique.is_some();
    let keys = index.keys.iter().map(|key| index_key(model, key));
    let include = names(model, &index.include);
    let live = is_live(model, index);
    let predicate = option(&index.predicate);
    let nulls_not_distinct = index.nulls_not_distinct.is_some();
    let with = option(&index.with);
    quote! {
        __feedstock::DeclaredIndex {
            name: #name,
            method: #method,
            unique: #unique,
            keys: &[#(#keys),*],
            include: #include,
            live: #live,
            predicate: #predicate,
            nulls_not_distinct: #nulls_not_distinct,
            with: #with,
        }
    }
}

fn index_key(model: &Model, key: &Key) -> TokenStream {
    let on = match &key.on {
        On::Column(column) => {
            let column = model.sql_column(column);
            quote!(__feedstock::IndexOn::Column(#column))
        }
        On::Expression(sql) => quote!(__feedstock::IndexOn::Expression(#sql)),
    };
    let descending = key.descending;
    let nulls_first = option(&key.nulls_first);
    let [opclass, collation] = [&key.opclass, &key.collation].map(option);
    quote! {
        __feedstock::DeclaredIndexKey {
            on: #on,
            descending: #descending,
            nulls_first: #nulls_first,
            opclass: #opclass,
            collation: #collation,
        }
    }
}

pub fn check(check: &Named, field: Option<&Field>) -> TokenStream {
    let name = option(&check.name);
    let column = option(&field.map(|field| &field.column));
    let sql = &check.sql;
    quote!(__feedstock::DeclaredCheck { name: #name, column: #column, expression: #sql })
}

pub fn exclude(exclude: &Named) -> TokenStream {
    let name = option(&exclude.name);
    let sql = &exclude.sql;
    quote!(__feedstock::DeclaredExclude { name: #name, definition: #sql })
}

pub fn foreign_key(model: &Model, key: &ForeignKey) -> TokenStream {
    let beside = match &key.columns[..] {
        [column] if key.token != "foreign_key" => model.column(column).map(|field| &field.attrs.options),
        _ => None,
    };
    let inside = &key.options;
    let name = option(&inside.name);
    let columns = names(model, &key.columns);
    let on_delete = inside.on_delete.as_ref().or(beside.and_then(|options| options.on_delete.as_ref()));
    let on_update = inside.on_update.as_ref().or(beside.and_then(|options| options.on_update.as_ref()));
    let [on_delete, on_update] = [on_delete, on_update].map(|action| action.map(|(_, action)| *action));
    let on_delete = self::action(model, key, on_delete);
    let on_update = self::action(model, key, on_update);
    let when = inside.deferrable.as_ref().or(beside.and_then(|options| options.deferrable.as_ref()));
    let deferrable = deferrable(when.map(|(_, when)| *when));
    let (target, target_columns) = target(model, &key.target);
    quote! {
        __feedstock::DeclaredForeignKey {
            name: #name,
            columns: #columns,
            target: #target,
            target_columns: &[#(#target_columns),*],
            on_delete: #on_delete,
            on_update: #on_update,
            deferrable: #deferrable,
        }
    }
}

/// SET NULL requires columns that may be NULL, which only their types show.
fn action(model: &Model, key: &ForeignKey, action: Option<Action>) -> TokenStream {
    let name = match action {
        None | Some(Action::Nothing) => return quote!(__feedstock::None),
        Some(Action::SetNull) => {
            let types = key.columns.iter().filter_map(|column| model.column(column)).map(Field::sql_type);
            return quote!(__feedstock::Some({ #(__feedstock::nullable::<#types>();)* __feedstock::Action::SetNull }));
        }
        Some(Action::Restrict) => format_ident!("Restrict"),
        Some(Action::Cascade) => format_ident!("Cascade"),
        Some(Action::SetDefault) => format_ident!("SetDefault"),
    };
    quote!(__feedstock::Some(__feedstock::Action::#name))
}

fn deferrable(when: Option<Deferrable>) -> TokenStream {
    let name = match when {
        None => format_ident!("No"),
        Some(Deferrable::InitiallyImmediate) => format_ident!("InitiallyImmediate"),
        Some(Deferrable::InitiallyDeferred) => format_ident!("InitiallyDeferred"),
    };
    quote!(__feedstock::Deferrable::#name)
}

fn target(model: &Model, target: &Target) -> (TokenStream, Vec<String>) {
    match target {
        Target::Model { path, columns } => {
            let function = declared_of(model, path);
            (quote!(__feedstock::Target::Model(#function)), columns.iter().map(name::plain).collect())
        }
        Target::Table { schema, table, columns } => {
            let schema = option(schema);
            (quote!(__feedstock::Target::Table(#schema, #table)), columns.clone())
        }
    }
}
