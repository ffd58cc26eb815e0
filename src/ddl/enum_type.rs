//! `CREATE TYPE … AS ENUM`

use super::name;
use crate::ident::literal;
use crate::schema::EnumType;

pub(crate) fn create(found: &EnumType) -> String {
    let labels: Vec<String> = found.labels.iter().map(|label| literal(label)).collect();
    format!("CREATE TYPE {} AS ENUM ({})", name(&found.name), labels.join(", "))
}
