//! Arrays as parameters: any number of values in one parameter.

use super::wire::{Bound, Text};
use crate::types::{BoxError, BytesMut, Field, IsNull, Type, text_of};

/// The elements of an array, in binary form.
#[derive(Debug, Default)]
pub(crate) struct Elements {
    raw: BytesMut,
    count: i32,
    null: bool,
}

impl Elements {
    /// Adds an element: its length (-1 for NULL), which is known only once the value is written, and the value.
    pub fn push<T: Field>(&mut self, ty: &Type, value: &T) -> Result<(), BoxError> {
        let at = self.raw.len();
        self.raw.extend_from_slice(&[0; 4]);
        let length = match value.encode(ty, &mut self.raw)? {
            IsNull::Yes => -1,
            IsNull::No => i32::try_from(self.raw.len() - at - 4)?,
        };
        self.null |= length < 0;
        self.raw[at..at + 4].copy_from_slice(&length.to_be_bytes());
        self.count += 1;
        Ok(())
    }

    /// Adds an element that is in binary form already.
    pub fn push_raw(&mut self, raw: &[u8]) -> Result<(), BoxError> {
        self.raw.extend_from_slice(&i32::try_from(raw.len())?.to_be_bytes());
        self.raw.extend_from_slice(raw);
        self.count += 1;
        Ok(())
    }

    /// The bytes of each element; `None` is NULL.
    pub fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let mut rest = &self.raw[..];
        std::iter::from_fn(move || {
            let (length, after) = rest.split_first_chunk::<4>()?;
            let length = usize::try_from(i32::from_be_bytes(*length));
            let (raw, after) = after.split_at(length.unwrap_or(0));
            rest = after;
            Some(length.is_ok().then_some(raw))
        })
    }

    /// The bytes of the first element; `None` is NULL.
    pub fn first(&self) -> Option<&[u8]> {
        let (length, rest) = self.raw.split_first_chunk::<4>()?;
        rest.get(..usize::try_from(i32::from_be_bytes(*length)).ok()?)
    }

    /// The array as a parameter.
    pub fn finish(&self, element: &Type, array: Type, cast: Option<String>, text: Text) -> Bound {
        let mut raw = BytesMut::with_capacity(self.raw.len() + 20);
        let head = [1, i32::from(self.null)].map(i32::to_be_bytes);
        raw.extend_from_slice(head.as_flattened());
        raw.extend_from_slice(&element.oid().to_be_bytes());
        raw.extend_from_slice([self.count, 1].map(i32::to_be_bytes).as_flattened());
        raw.extend_from_slice(&self.raw);
        Bound::raw(array, cast, Some(raw), text)
    }
}

/// The values of a list as one parameter.
pub(crate) fn bound<T: Field>(element: &Type, array: Type, cast: Option<String>, values: &[T]) -> Bound {
    let mut elements = Elements::default();
    for value in values {
        if let Err(error) = elements.push(element, value) {
            return Bound::failed(array, &error);
        }
    }
    elements.finish(element, array, cast, text_of::<T>)
}
