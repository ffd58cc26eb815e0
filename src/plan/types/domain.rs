//! Domains, and what old values may break.

use crate::plan::hazard::Hazard;
use crate::schema::{Id, Property};

/// A constraint that is added to a domain, where old values may break it.
pub(in crate::plan) fn hazard(id: &Id, property: &Property) -> Option<Hazard> {
    let Id::Type(domain, _) = id else { return None };
    match property {
        Property::NotNull => {
            Some(Hazard::warns("set-not-null", domain, "fails if a column of this type has NULL"))
        }
        Property::Check { name, .. } => {
            let object = format!("{domain}.{name}");
            Some(Hazard::warns("add-check", object, "fails if a value of this type breaks it"))
        }
        _ => None,
    }
}
