//! The derives of Feedstock; use them through the crate `feedstock`.

mod embed;

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
pub fn embed(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let dir = syn::parse_macro_input!(input as syn::LitStr);
    embed::expand(&dir).unwrap_or_else(syn::Error::into_compile_error).into()
}
