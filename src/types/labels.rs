//! Enums whose values have labels in the database, for `derive(PgEnum)` and `derive(TextEnum)`.

use super::{BoxError, BytesMut, Kind, Type, UnknownLabel, Value, read};

/// An enum whose values have labels in the database: `#[derive(PgEnum)]` or `#[derive(TextEnum)]`.
pub trait Labels: Sized + 'static {
    /// All values, in order.
    const VALUES: &'static [Self];
    /// Their labels, in order.
    const LABELS: &'static [&'static str];

    /// The label of a value.
    fn label(&self) -> &'static str;

    /// The value of a label.
    fn from_label(label: &str) -> Option<Self>;
}

/// Decodes a label.
pub fn decode<T: Labels + Value>(raw: &[u8]) -> Result<T, BoxError> {
    let label = read::utf8(raw)?;
    T::from_label(label)
        .ok_or_else(|| unknown(label, T::LABELS, T::TYPE.pg_enum.map(|declared| declared.name)))
}

/// Encodes a label.
pub fn encode(label: &str, out: &mut BytesMut) -> Result<(), BoxError> {
    out.extend_from_slice(label.as_bytes());
    Ok(())
}

/// Is this the enum of that name, or text? The schema is not compared, since tests and tenants may use others.
pub fn is_enum(ty: &Type, name: &str) -> bool {
    *ty == Type::TEXT || (ty.name() == name && matches!(ty.kind(), Kind::Enum(_)))
}

/// Is this a text type?
pub fn is_text(ty: &Type) -> bool {
    <String as super::Value>::accepts(ty)
}

#[cold]
fn unknown(label: &str, known: &'static [&'static str], ty: Option<&'static str>) -> BoxError {
    Box::new(UnknownLabel { label: label.to_owned(), known, ty })
}
