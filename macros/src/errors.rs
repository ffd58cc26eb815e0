//! All mistakes of a derive, in the order of their discovery.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// Collects mistakes, each at its own token.
#[derive(Default)]
pub struct Errors(RefCell<Vec<Error>>);

impl Errors {
    /// Adds a mistake at these tokens.
    pub fn at(&self, tokens: impl ToTokens, message: impl Display) {
        self.push(Error::new_spanned(tokens, message));
    }

    /// Adds a mistake.
    pub fn push(&self, error: Error) {
        self.0.borrow_mut().push(error);
    }

    /// The value of a parse that worked; the mistake of one that did not is kept.
    pub fn take<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// How many there are so far.
    pub fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// Were there none?
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// All of them as code that does not compile.
    pub fn into_compile_errors(self) -> TokenStream {
        self.0.into_inner().iter().map(Error::to_compile_error).collect()
    }
}
