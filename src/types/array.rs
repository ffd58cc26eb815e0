//! Arrays of one dimension: `Vec<T>` and `Vec<Option<T>>`.

use super::{
    BoxError, BytesMut, Decode, Field, Identity, IsNull, Kind, NotNull, Null, NullElement, SqlType, Type,
    Unheld, Value, base,
};

/// The types of an array's elements.
pub trait Element: Field {
    /// The element in the text format of arrays.
    fn element_text(&self) -> String;
}

impl<T: Value> Element for T {
    fn element_text(&self) -> String {
        quoted(&Value::text(self))
    }
}

impl<T: Value> Element for Option<T> {
    fn element_text(&self) -> String {
        self.as_ref().map_or_else(|| "NULL".to_owned(), Element::element_text)
    }
}

impl<T: Element> NotNull for Vec<T> {
    const TYPE: SqlType = <T as Field>::TYPE.array();
    const IDENTITY: Option<Identity> = None;

    fn accepts(ty: &Type) -> bool {
        member(ty).is_some_and(<T as Field>::accepts)
    }

    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
        let member = member(ty).ok_or("not an array")?;
        out.extend_from_slice(&i32::from(!self.is_empty()).to_be_bytes());
        out.extend_from_slice(&i32::from(<T as Field>::NULLABLE).to_be_bytes());
        out.extend_from_slice(&member_oid(ty).to_be_bytes());
        if !self.is_empty() {
            out.extend_from_slice(&i32::try_from(self.len())?.to_be_bytes());
            out.extend_from_slice(&1_i32.to_be_bytes());
        }
        for element in self {
            encode_element(element, member, out)?;
        }
        Ok(())
    }

    fn literal(&self) -> String {
        crate::ident::literal(&NotNull::text(self))
    }

    fn text(&self) -> String {
        braces(self.iter().map(Element::element_text))
    }

    fn text_of(ty: &Type, raw: &[u8]) -> Result<String, BoxError> {
        text_of::<T>(ty, raw)
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Vec<T> {
    fn reads(ty: &Type) -> bool {
        member(ty).is_some_and(T::reads)
    }

    fn read(ty: &Type, raw: Option<&'a [u8]>) -> Result<Self, BoxError> {
        let member = member(ty).ok_or("not an array")?;
        let elements = Reader::elements(raw.ok_or_else(super::null)?)?;
        elements.map(|raw| T::read(member, raw?).map_err(of_element)).collect()
    }
}

/// Tells a NULL element from a NULL array, for the message.
#[cold]
fn of_element(error: BoxError) -> BoxError {
    if error.is::<Null>() { Box::new(NullElement) } else { error }
}

/// Converts an array of `T` from binary to text format.
pub(crate) fn text_of<T: Field>(ty: &Type, raw: &[u8]) -> Result<String, BoxError> {
    let member = member(ty).ok_or("not an array")?;
    let elements = Reader::elements(raw)?.map(|element| match element? {
        Some(raw) => Ok(quoted(&<T as Field>::text_of(member, raw)?)),
        None => Ok("NULL".to_owned()),
    });
    Ok(braces(elements.collect::<Result<Vec<_>, BoxError>>()?))
}

/// An element in the text format of arrays.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn braces(elements: impl IntoIterator<Item = String>) -> String {
    format!("{{{}}}", elements.into_iter().collect::<Vec<_>>().join(","))
}

/// Writes a length (-1 for NULL), which is known only once the value is written, and the value.
fn encode_element<T: Field>(element: &T, member: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    let length = match element.encode(member, out)? {
        IsNull::Yes => -1,
        IsNull::No => i32::try_from(out.len() - at - 4)?,
    };
    out[at..at + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

fn member(ty: &Type) -> Option<&Type> {
    match ty.kind() {
        Kind::Array(member) => Some(base(member)),
        _ => None,
    }
}

/// The header of the array contains its declared element type, which may be a domain.
fn member_oid(ty: &Type) -> u32 {
    match ty.kind() {
        Kind::Array(member) => member.oid(),
        _ => 0,
    }
}

const AS_TEXT: &str = "store an array of one dimension that begins with the element 1, or read it as text, which has \
    every array: `{column}::text` into a `String`";

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The elements of an array of one dimension; `None` is NULL.
    fn elements(raw: &'a [u8]) -> Result<impl Iterator<Item = Result<Option<&'a [u8]>, BoxError>>, BoxError> {
        let mut raw = Reader(raw);
        let (dimensions, _has_null, _oid) = (raw.number()?, raw.number()?, raw.number()?);
        let length = match dimensions {
            0 => 0,
            1 => raw.number()?,
            more => {
                return Err(Unheld::error(
                    format!("the array has {more} dimensions, `Vec` holds one"),
                    AS_TEXT,
                ));
            }
        };
        if dimensions == 1 {
            let first = raw.number()?;
            if first != 1 {
                let what = format!(
                    "the array begins with the element {first}, and a `Vec` would make it begin with 1"
                );
                return Err(Unheld::error(what, AS_TEXT));
            }
        }
        Ok((0..length).map(move |_| raw.element()))
    }

    fn number(&mut self) -> Result<i32, BoxError> {
        let (bytes, rest) = self.0.split_first_chunk::<4>().ok_or("the array is cut short")?;
        self.0 = rest;
        Ok(i32::from_be_bytes(*bytes))
    }

    fn element(&mut self) -> Result<Option<&'a [u8]>, BoxError> {
        let Ok(length) = usize::try_from(self.number()?) else { return Ok(None) };
        let (bytes, rest) = self.0.split_at_checked(length).ok_or("the array is cut short")?;
        self.0 = rest;
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_quote_what_braces_would_eat() {
        let tags = vec![Some("a,\"b\"".to_owned()), None, Some("it's \\".to_owned())];
        assert_eq!(NotNull::literal(&tags), r#"E'{"a,\\"b\\"",NULL,"it''s \\\\"}'"#);
        assert_eq!(NotNull::literal(&Vec::<i32>::new()), "'{}'");
    }

    #[test]
    fn short_and_deep_arrays_are_errors_not_panics() {
        let read =
            |raw: &[u8]| <Vec<i32> as Decode>::read(&Type::INT4_ARRAY, Some(raw)).unwrap_err().to_string();
        assert_eq!(read(&[0, 0, 0]), "the array is cut short");
        let deep: Vec<u8> = [2_i32, 0, 23].iter().flat_map(|n| n.to_be_bytes()).collect();
        assert_eq!(read(&deep), "the array has 2 dimensions, `Vec` holds one");
        let huge: Vec<u8> = [1_i32, 0, 23, i32::MAX, 1, 4].iter().flat_map(|n| n.to_be_bytes()).collect();
        assert_eq!(read(&huge), "the array is cut short");
    }
}
