//! The code that a model becomes: one static, two impls, one registration.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Path, Type, parse_quote};

use super::ast::{Field, Model};
use super::attr::{HasMany, Named};
use super::check::is_live;
use super::constraint::{Constraint, Deferrable, Key, On};
use super::field::{DefaultValue, Identity};
use super::foreign_key::{Action, ForeignKey, Target};
use super::new;
use crate::grammar::source;
use crate::name;

/// Everything.
pub fn expand(model: &Model) -> TokenStream {
    let Model { ident, krate, .. } = model;
    let declared = declared(model);
    let row = row(model);
    let constants = constants(model);
    let new_structure = new::structure(model, model.visible);
    let new_implementation = new::implementation(model);
    let updated_at = updated_at(model);
    let table = sql_table(model);
    let columns = model.columns().map(|field| quoted(&field.column)).collect::<Vec<_>>().join(", ");
    let live = match &model.attrs.soft_delete {
        Some(column) => format!("{} IS NULL", quoted(&model.sql_column(column))),
        None => "true".to_owned(),
    };
    quote! {
        #new_structure

        #[doc(hidden)]
        const _: () = {
            use #krate::__private as __feedstock;

            static __DECLARED: __feedstock::Declared = #declared;

            #row

            #[automatically_derived]
            impl __feedstock::Model for #ident {
                const DECLARED: &'static __feedstock::Declared = &__DECLARED;
                const TABLE: &'static __feedstock::str = #table;
                const COLUMNS: &'static __feedstock::str = #columns;
                const LIVE: &'static __feedstock::str = #live;
                #updated_at
            }

            #constants

            #new_implementation

            __feedstock::inventory::submit! {
                __feedstock::Entry { declared: &__DECLARED }
            }
        };
    }
}

impl Model<'_> {
    /// The name in the database of a column that an option names. That it is there was checked.
    fn sql_column(&self, named: &Ident) -> String {
        self.column(named).map_or_else(|| name::plain(named), |field| field.column.clone())
    }
}

impl Field<'_> {
    /// The type that stands in the column: the field's, or the one that speaks for it.
    fn sql_type(&self) -> Type {
        self.sql_type_with(&quote!(__feedstock::Option))
    }

    /// The same, where `Option` has another path.
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
    let uniques = uniques.map(|constraint| unique(model, constraint));
    let indexes = attrs.indexes.iter().chain(model.columns().flat_map(|field| &field.attrs.indexes));
    let indexes = indexes.map(|constraint| index(model, constraint));
    let of_fields =
        model.columns().flat_map(|field| field.attrs.checks.iter().map(|one| check(one, Some(field))));
    let checks = of_fields.chain(attrs.checks.iter().map(|one| check(one, None)));
    let excludes = attrs.excludes.iter().map(exclude);
    let foreign_keys = model.foreign_keys().map(|key| foreign_key(model, key));
    let relations = model.columns().filter_map(|field| belongs_to(model, field));
    let relations = relations.chain(attrs.has_many.iter().map(|relation| has_many(model, relation)));
    let soft_delete = attrs.soft_delete.as_ref().and_then(|named| model.column(named)).map(|field| {
        let (ty, column) = (field.sql_type(), &field.column);
        quote!(__feedstock::deleted_at::<#ty>(#column))
    });
    let soft_delete = option(&soft_delete);
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
            relations: &[#(#relations),*],
        }
    }
}

fn option<T: ToTokens>(value: &Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(__feedstock::Some(#value)),
        None => quote!(__feedstock::None),
    }
}

/// A call for each thing that is said, since a struct written out takes twice as long to compile.
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
    Some(match &field.attrs.default.as_ref()?.1 {
        DefaultValue::Sql(sql) => quote!(__feedstock::DeclaredDefault::Sql(#sql)),
        DefaultValue::Rust(value) => {
            let literal = quote_spanned!(at(value.span())=> __feedstock::default_literal::<#ty, _>(#value));
            quote!(__feedstock::DeclaredDefault::Literal(|| #literal))
        }
    })
}

/// A span for code of ours whose mistakes are the user's: his place, our names.
fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// A key that is one integer counts by itself, unless its value comes from elsewhere.
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

fn unique(model: &Model, unique: &Constraint) -> TokenStream {
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

fn index(model: &Model, index: &Constraint) -> TokenStream {
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

fn check(check: &Named, field: Option<&Field>) -> TokenStream {
    let name = option(&check.name);
    let column = option(&field.map(|field| &field.column));
    let sql = &check.sql;
    quote!(__feedstock::DeclaredCheck { name: #name, column: #column, expression: #sql })
}

fn exclude(exclude: &Named) -> TokenStream {
    let name = option(&exclude.name);
    let sql = &exclude.sql;
    quote!(__feedstock::DeclaredExclude { name: #name, definition: #sql })
}

fn foreign_key(model: &Model, key: &ForeignKey) -> TokenStream {
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

/// SET NULL wants columns that may be NULL, which only their types can tell.
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

/// A function, since constants that refer to each other do not compile.
fn declared_of(model: &Model, path: &Path) -> TokenStream {
    let itself = path.is_ident("Self").then_some(model.ident);
    match itself {
        Some(ident) => quote!(__feedstock::declared::<#ident>),
        None => quote!(__feedstock::declared::<#path>),
    }
}

fn belongs_to(model: &Model, field: &Field) -> Option<TokenStream> {
    let name = field.relation()?;
    let Target::Model { path, .. } = &field.attrs.belongs_to.as_ref()?.target else { return None };
    Some(relation(&name, "BelongsTo", declared_of(model, path), &field.column))
}

fn has_many(model: &Model, many: &HasMany) -> TokenStream {
    let target = declared_of(model, &many.target);
    relation(&name::plain(&many.name), "HasMany", target, &name::plain(&many.by))
}

fn relation(name: &str, kind: &str, target: TokenStream, column: &str) -> TokenStream {
    let kind = format_ident!("{kind}");
    quote! {
        __feedstock::DeclaredRelation {
            name: #name,
            kind: __feedstock::RelationKind::#kind,
            target: #target,
            column: #column,
        }
    }
}

/// The column that every update sets.
fn updated_at(model: &Model) -> Option<TokenStream> {
    let field = model.columns().find(|field| field.attrs.updated_at.is_some())?;
    let (ty, column) = (field.sql_type(), &field.column);
    Some(quote! {
        const UPDATED_AT: __feedstock::Option<(&'static __feedstock::str, &'static __feedstock::str)> =
            __feedstock::Some((#column, <#ty as __feedstock::Timestamp>::NOW));
    })
}

/// A typed constant for each column, as visible as the field.
fn constants(model: &Model) -> TokenStream {
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

/// The row mapper. All cells are read before one test, and the locals have names that no field can have.
fn row(model: &Model) -> TokenStream {
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
