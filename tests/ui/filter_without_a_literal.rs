//! Where a statement cannot have parameters a filter's values are literals: a type that has no text is no value.

use feedstock::types::{BoxError, BytesMut, SqlType, Type, Value};
use feedstock::{Model, blocking::Run};

struct Angle(f64);

impl Value for Angle {
    const TYPE: SqlType = SqlType::named("double precision");

    fn accepts(ty: &Type) -> bool {
        *ty == Type::FLOAT8
    }

    fn decode(ty: &Type, raw: &[u8]) -> Result<Self, BoxError> {
        <f64 as Value>::decode(ty, raw).map(Angle)
    }

    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
        Value::encode(&self.0, ty, out)
    }
}

struct Unknown;

#[derive(Model)]
struct Sight {
    #[model(primary_key)]
    id: i64,
    bearing: Angle,
}

fn read(client: &mut postgres::Client) {
    let _ = Sight::query().filter(Sight::BEARING.eq(Angle(90.0))).copy_out(client);
    let _ = Sight::query().filter(Sight::ID.eq(Unknown)).copy_out(client);
    let _ = Sight::query().filter(feedstock::query::sql("id = $1", (Unknown,))).copy_out(client);
    let _ = Sight::update().copy_out(client);
}

fn main() {}
