//! The derives of Feedstock; use them through the crate `feedstock`, which documents them.
//!
//! A derive goes through stages: `attr` reads the attributes into types of our own, `check` looks at them as a whole,
//! and `expand` writes the code. All mistakes are collected; a derive with mistakes expands to them and to impls that
//! let the rest of the crate compile, so that one mistake gives one message.

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

/// A newtype that stands in a column as what it holds.
#[proc_macro_derive(Value, attributes(value))]
pub fn derive_value(input: TokenStream) -> TokenStream {
    derive(input, value::derive)
}

/// An enum of Postgres.
#[proc_macro_derive(PgEnum, attributes(pg_enum))]
pub fn derive_pg_enum(input: TokenStream) -> TokenStream {
    derive(input, enums::derive_pg_enum)
}

/// An enum that is kept as text, with a check.
#[proc_macro_derive(TextEnum, attributes(text_enum))]
pub fn derive_text_enum(input: TokenStream) -> TokenStream {
    derive(input, enums::derive_text_enum)
}

/// The models of crates, or a list.
#[doc(hidden)]
#[proc_macro]
pub fn models(input: TokenStream) -> TokenStream {
    models::expand(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Compiles a directory of migrations into the program: an expression of the type `feedstock::Embedded`.
///
/// The path is relative to the crate's `Cargo.toml`. File names and versions are checked while compiling. An edited
/// file is noticed by itself; that a *new* file is noticed takes one line in the crate's `build.rs`:
///
/// ```text
/// fn main() {
///     println!("cargo::rerun-if-changed=../migrations");
/// }
/// ```
///
/// (No macro on stable Rust can say this, and a helper crate for one line would only be one more crate to build.)
/// Without it, a debug build that lacks a file says so when it runs.
#[proc_macro]
pub fn embed(input: TokenStream) -> TokenStream {
    let dir = syn::parse_macro_input!(input as syn::LitStr);
    embed::expand(&dir).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// A hand-written statement: text, and in braces what Feedstock writes into it. An expression of the type
/// `feedstock::query::Sql`.
///
/// | in braces | becomes |
/// | --- | --- |
/// | `{Asset a}` | the live rows of the model's table as `a`, in any place of a join, as a subquery with a name |
/// | `UPDATE {Asset a}`, `DELETE FROM …`, `INSERT INTO …` | the table itself, of which live rows alone are changed |
/// | `{with_deleted Asset a}` | the table itself as `a`; `MERGE INTO` takes no other |
/// | `{a.*}` | all columns: `"a"."id", "a"."name"` |
/// | `{a.image_gen_id}` | one column, which the model must have |
/// | `{a.live}` | the condition of a live row: `"a"."deleted_at" IS NULL` |
/// | `{drama_id}`, `{Status::Pending}`, any expression | a value: a parameter, or of an enum a literal |
/// | `{{`, `}}` | a brace |
///
/// Everything else stands as it is written. A LEFT JOIN of `{Asset a}` keeps the rows whose assets are all deleted,
/// which the same test in WHERE would drop.
///
/// The table that is changed gets its condition in WHERE, around what stands there:
/// `DELETE FROM {Asset a} WHERE {a.id} = 1 OR {a.id} = 2` becomes
/// `DELETE FROM "assets" AS "a" WHERE "a"."deleted_at" IS NULL AND ("a"."id" = 1 OR "a"."id" = 2)`. `ON CONFLICT … DO
/// UPDATE` leaves a deleted row as it is. A column that is set or inserted into (`SET {a.name} = …`, `({a.id},
/// {a.name})`) stands without its alias, as Postgres wants it. Where nothing names it, the table needs none:
/// `INSERT INTO {Asset}`.
///
/// `one` and `first` of a statement that changes rows change one row at most: where it gives more, the server undoes
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
