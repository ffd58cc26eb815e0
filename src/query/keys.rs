//! Keys of related rows: any number of them in one parameter.

use super::array::Elements;
use super::filter::Piece;
use super::wire::{Bound, array_of, own_cast};
use crate::Result;
use crate::model::{Declared, DeclaredColumn};
use crate::types::Type;

/// A column of a model, and its place among the columns.
pub(crate) fn column(declared: &Declared, name: &str) -> (usize, DeclaredColumn) {
    let mut columns = declared.columns.iter().enumerate();
    let (at, column) =
        columns.find(|(_, column)| column.name == name).expect("a relation's column is the model's");
    (at, *column)
}

/// Are two values of the column equal if and only if their bytes are? This is not so for `citext`, for `numeric`, and
/// with some collations.
pub(crate) fn are_their_bytes(key: &Bound, column: &DeclaredColumn) -> bool {
    let plain = [
        Type::BOOL,
        Type::INT2,
        Type::INT4,
        Type::INT8,
        Type::TEXT,
        Type::BYTEA,
        Type::DATE,
        Type::TIME,
        Type::TIMESTAMP,
        Type::TIMESTAMPTZ,
        Type::UUID,
        Type::OID,
    ];
    let as_it_is = cast(key, column).is_none() || column.ty.pg_enum.is_some();
    plain.contains(key.ty()) && as_it_is && column.collation.is_none()
}

/// The argument of ` = ANY (`: an array of keys to compare with the column.
///
/// # Errors
///
/// A usage error for a key that could not be encoded.
pub(crate) fn array(keys: &[Bound], column: &DeclaredColumn) -> Result<Vec<Piece>> {
    let Some(first) = keys.first() else { return Ok(vec![Piece::Text("NULL".to_owned())]) };
    let cast = cast(first, column);
    let Some(ty) = array_of(first.ty()) else { return Ok(listed(keys)) };
    let mut elements = Elements::default();
    for key in keys {
        if let Some(raw) = key.bytes()?
            && let Err(error) = elements.push_raw(raw)
        {
            return Err(crate::Error::usage("a key cannot be written").because(error));
        }
    }
    Ok(vec![Piece::Bound(elements.finish(first.ty(), ty, cast.map(|cast| cast + "[]"), no_text))])
}

/// `ARRAY[$1::ltree, $2::ltree]`, for a type without a known array type.
fn listed(keys: &[Bound]) -> Vec<Piece> {
    let mut pieces = vec![Piece::Text("ARRAY[".to_owned())];
    for (at, key) in keys.iter().enumerate() {
        pieces.push(Piece::Text(if at > 0 { ", " } else { "" }.to_owned()));
        pieces.push(Piece::Bound(key.clone()));
    }
    pieces.push(Piece::Text("]".to_owned()));
    pieces
}

fn cast(key: &Bound, column: &DeclaredColumn) -> Option<String> {
    key.cast().map_or_else(|| own_cast(key.ty(), column), |cast| Some(cast.to_owned()))
}

/// A COPY never contains an array of keys.
fn no_text(_: &Type, _: &[u8]) -> Result<String, crate::types::BoxError> {
    Err("keys have no text".into())
}
