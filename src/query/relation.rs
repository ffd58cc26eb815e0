//! Relations between models, as the derive's constants have them.

use super::column::Column;
use super::wire::Bound;
use crate::model::{Keyed, Model};
use crate::types::Comparable;

// What reads the fields follows with loading.
#[allow(dead_code)]
/// The rows of `C` that refer to a row of `P`: `ImageGeneration::ASSETS`.
pub struct HasMany<P, C> {
    /// The column of `C` that refers.
    pub(crate) by: &'static str,
    /// The key of a row.
    pub(crate) key: fn(&P) -> Vec<Bound>,
    of: std::marker::PhantomData<fn() -> C>,
}

#[allow(dead_code)]
/// The row of `P` that a row of `C` refers to: `ImageGeneration::DRAMA`.
pub struct BelongsTo<C, P> {
    /// What a row refers to; NULL is nothing.
    pub(crate) reference: fn(&C) -> Bound,
    of: std::marker::PhantomData<fn() -> P>,
}

impl<P: Keyed, C: Model> HasMany<P, C> {
    /// The derive makes them; the column's type is the key's, or an `Option` of it.
    #[doc(hidden)]
    pub const fn new<F>(by: Column<C, F>) -> Self
    where
        F: Comparable<Plain = P::Key>,
    {
        HasMany { by: by.name(), key: P::own_key, of: std::marker::PhantomData }
    }
}

impl<C: Model, P: Keyed> BelongsTo<C, P> {
    /// The derive makes them; the column's type is the key's, or an `Option` of it.
    #[doc(hidden)]
    pub const fn new<F>(_: Column<C, F>, reference: fn(&C) -> Bound) -> Self
    where
        F: Comparable<Plain = P::Key>,
    {
        BelongsTo { reference, of: std::marker::PhantomData }
    }
}
