//! The SQL names of types.

use super::{Kind, Type};

/// `integer[]` for what the catalog calls `_int4`.
pub(crate) fn sql_name(ty: &Type) -> String {
    if let Kind::Array(member) = ty.kind() {
        return format!("{}[]", sql_name(member));
    }
    let name = match *ty {
        Type::BOOL => "boolean",
        Type::INT2 => "smallint",
        Type::INT4 => "integer",
        Type::INT8 => "bigint",
        Type::FLOAT4 => "real",
        Type::FLOAT8 => "double precision",
        Type::BPCHAR => "character",
        Type::CHAR => "\"char\"",
        Type::VARBIT => "bit varying",
        _ => ty.name(),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_called_by_their_elements() {
        assert_eq!(sql_name(&Type::INT4_ARRAY), "integer[]");
        assert_eq!(sql_name(&Type::TIMESTAMPTZ_ARRAY), "timestamptz[]");
        let mood = Type::new("mood".into(), 70_000, Kind::Enum(Vec::new()), "public".into());
        assert_eq!(
            sql_name(&Type::new("_mood".into(), 70_001, Kind::Array(mood), "public".into())),
            "mood[]"
        );
    }
}
