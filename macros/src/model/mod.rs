//! `#[derive(Model)]`.

mod ast;
mod attr;
mod check;
mod constraint;
mod expand;
mod fallback;
mod field;
mod foreign_key;
mod new;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::errors::Errors;

/// Reads, checks and expands.
pub fn derive(input: &DeriveInput) -> TokenStream {
    let errors = Errors::default();
    let attrs = attr::parse(&input.attrs, &errors);
    let krate = attr::krate(&attrs);
    let model = ast::Model::parse(input, attrs, &errors);
    if let Some(model) = &model {
        check::check(model, &errors);
    }
    match model {
        Some(model) if errors.is_empty() => expand::expand(&model),
        model => fallback::expand(input, model.as_ref(), &krate, errors),
    }
}
