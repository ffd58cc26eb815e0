//! The derives of Feedstock; use them through the crate `feedstock`, which documents them.
//!
//! A derive has three stages: `attr` parses the attributes, `check` checks them together, and `expand` writes the code.
//! All errors are collected; a derive with errors expands to them, and to impls that let the rest of the crate compile,
//! so that one mistake causes one message.

mod doc;
mod embed;
mod enums;
mod errors;
mod grammar;
mod model;
mod models;
mod name;
mod row;
mod sql;
mod value;

use proc_macro::TokenStream;

/// A struct that is a table.
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    derive(input, model::derive)
}

/// A struct that is read from rows.
#[proc_macro_derive(Row, attributes(row))]
pub fn derive_row(input: TokenStream) -> TokenStream {
    derive(input, row::derive)
}

/// A newtype that is stored as the value that it contains.
#[proc_macro_derive(Value, attributes(value))]
pub fn derive_value(input: TokenStream) -> TokenStream {
    derive(input, value::derive)
}

/// An enum type of Postgres.
#[proc_macro_derive(PgEnum, attributes(pg_enum))]
pub fn derive_pg_enum(input: TokenStream) -> TokenStream {
    derive(input, enums::derive_pg_enum)
}

/// An enum that is stored as text, with a check constraint.
#[proc_macro_derive(TextEnum, attributes(text_enum))]
pub fn derive_text_enum(input: TokenStream) -> TokenStream {
    derive(input, enums::derive_text_enum)
}

/// A set of models: those of crates, or a list.
#[doc(hidden)]
#[proc_macro]
pub fn models(input: TokenStream) -> TokenStream {
    models::expand(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Compiles a directory of migrations into the program: an expression of the type `feedstock::Embedded`.
///
/// The path is relative to the crate's `Cargo.toml`. File names and versions are checked at compile time. An edited
/// file rebuilds the crate; to rebuild it for a *new* file, too, add one line to the crate's `build.rs`:
///
/// ```text
/// fn main() {
///     println!("cargo::rerun-if-changed=../migrations");
/// }
/// ```
///
/// (A macro on stable Rust cannot do this, and a helper crate for one line would only be one more crate to build.)
/// Without it, a debug build that lacks a file reports that when it runs.
#[proc_macro]
pub fn embed(input: TokenStream) -> TokenStream {
    let dir = syn::parse_macro_input!(input as syn::LitStr);
    embed::expand(&dir).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// A hand-written statement: SQL with models, columns and values in braces. An expression of the type
/// `feedstock::query::Sql`.
///
/// | in braces | becomes |
/// | --- | --- |
/// | `{Asset a}` | the live rows of the model's table as `a`, in any place of a join, as a subquery with a name |
/// | `UPDATE {Asset a}`, `DELETE FROM …`, `INSERT INTO …` | the table itself; only its live rows are changed |
/// | `{with_deleted Asset a}` | the table itself as `a`, with deleted rows; required by `MERGE INTO` |
/// | `{a.*}` | all columns: `"a"."id", "a"."name"` |
/// | `{a.image_gen_id}` | one column, which the model must have |
/// | `{a.live}` | the condition of live rows: `"a"."deleted_at" IS NULL` |
/// | `{drama_id}`, `{Status::Pending}`, any expression | a value: a parameter, or a literal for an enum |
/// | `{{`, `}}` | a brace |
///
/// The rest of the text is not changed. A LEFT JOIN of `{Asset a}` keeps rows whose assets are all deleted; a test in
/// WHERE would remove them.
///
/// For a table that is changed, the condition of live rows is added to WHERE:
/// `DELETE FROM {Asset a} WHERE {a.id} = 1 OR {a.id} = 2` becomes
/// `DELETE FROM "assets" AS "a" WHERE "a"."deleted_at" IS NULL AND ("a"."id" = 1 OR "a"."id" = 2)`. `ON CONFLICT … DO
/// UPDATE` does not change deleted rows. A column that is set or inserted into (`SET {a.name} = …`, `({a.id},
/// {a.name})`) is written without its alias, as Postgres requires. A table whose alias is not used needs none:
/// `INSERT INTO {Asset}`.
///
/// Reading rows takes two round trips: the first one looks up the types of the columns (`feedstock::blocking::Client`).
/// With `feedstock::Cached` it takes one, from the second time on. `execute` takes one.
///
/// With `one` and `first`, a statement that changes rows changes one row at most: if it returns more, the server undoes
/// it.
#[proc_macro]
pub fn sql(input: TokenStream) -> TokenStream {
    sql::parse(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

fn derive(input: TokenStream, derive: fn(&syn::DeriveInput) -> proc_macro2::TokenStream) -> TokenStream {
    match syn::parse(input) {
        Ok(input) => derive(&input).into(),
        Err(error) => error.into_compile_error().into(),
    }
}
