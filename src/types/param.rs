//! Values as parameters of the driver's own queries.

use std::fmt;

use postgres::types::{IsNull, ToSql, to_sql_checked};

use super::{BoxError, BytesMut, Field, Type, base};

/// A value as a parameter of the driver's own queries.
///
/// Enums and newtypes with a derive of Feedstock, and its JSON types, implement `ToSql`; this is for a type with a
/// hand-written [`Value`](super::Value) only.
///
/// ```no_run
/// # use feedstock::types::{Param, Value};
/// # fn demo<T: Value + Sync>(client: &mut postgres::Client, angle: T) -> Result<(), postgres::Error> {
/// client.execute("UPDATE sights SET bearing = $1", &[&Param(&angle)])?;
/// # Ok(()) }
/// ```
pub struct Param<'a, T>(pub &'a T);

impl<T: Field> ToSql for Param<'_, T> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        self.0.encode(base(ty), out)
    }

    fn accepts(ty: &Type) -> bool {
        T::accepts(base(ty))
    }

    to_sql_checked!();
}

/// Shows the type only, since the value may be one that must not be logged.
impl<T> fmt::Debug for Param<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Param<{}>", std::any::type_name::<T>())
    }
}
