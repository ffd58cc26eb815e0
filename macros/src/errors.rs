//! All errors of a derive, in the order in which they are found.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// Collects errors, each at its own token.
#[derive(Default)]
pub struct Errors(RefCell<Vec<Error>>);

impl Errors {
    /// Adds an error at these tokens.
    pub fn at(&self, tokens: impl ToTokens, message: impl Display) {
        self.push(Error::new_spanned(tokens, message));
    }

    /// Adds an error.
    pub fn push(&self, error: Error) {
        self.0.borrow_mut().push(error);
    }

    /// The value of a parse; if it failed, keeps its error.
    pub fn take<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The number of errors so far.
    pub fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// Is there no error?
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// All errors as `compile_error!` calls.
    pub fn into_compile_errors(self) -> TokenStream {
        self.0.into_inner().iter().map(Error::to_compile_error).collect()
    }
}
