//! The hazard `change-type`, of columns of tables and views.

use super::hazard::Hazard;
use crate::schema::data_type::reads_alike;

/// A column whose values programs get as another type.
pub(super) fn hazard(object: String, from: &str, to: &str) -> Option<Hazard> {
    let message = format!("{from} to {to}: a program that expects the old type may fail");
    (!reads_alike(from, to)).then(|| Hazard::warns("change-type", object, &message))
}
