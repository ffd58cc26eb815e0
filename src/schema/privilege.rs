//! Who may do what.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Id;

/// Who may do what with an object. What its owner has by himself is left out, and so is who granted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privileges {
    /// The object: a table, view, column, sequence, routine, type or schema.
    #[serde(serialize_with = "super::display")]
    pub on: Id,
    /// The differences to what Postgres gives by itself.
    pub grants: BTreeSet<Grant>,
}

/// What a role creates, and where: what default privileges are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Creates {
    /// The role; `None` is the one that the migrations run as.
    pub role: Option<String>,
    /// The schema, if it is about one only.
    pub schema: Option<String>,
    /// `TABLES`, `SEQUENCES`, `FUNCTIONS`, `TYPES`, `SCHEMAS`.
    pub objects: String,
}

/// Privileges that objects have from their creation on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultPrivileges {
    /// Of which objects.
    pub of: Creates,
    /// The differences to what Postgres gives by itself.
    pub grants: BTreeSet<Grant>,
}

/// One privilege that somebody was granted, or that everybody was deprived of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The role, unquoted; `None` is `PUBLIC`.
    pub grantee: Option<String>,
    /// Was it taken away? Only what Postgres gives to `PUBLIC` by itself can be.
    pub revoked: bool,
    /// `WITH GRANT OPTION`
    pub grantable: bool,
    /// `SELECT`, `EXECUTE`; `ALL` where it is every one that the object knows, and not the only one.
    pub privilege: String,
}
