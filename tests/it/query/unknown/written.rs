//! Arrays of a hand-written type, whose number nobody knows before a statement is sent: they go as text, but by COPY,
//! which learns the number first.

use feedstock::Model;
use feedstock::blocking::Run;
use feedstock::types::{BoxError, BytesMut, Kind, SqlType, Type, Value};

use crate::support;

/// A composite type.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    x: i32,
    name: String,
}

impl Value for Spot {
    const TYPE: SqlType = SqlType::named("spot");

    fn accepts(ty: &Type) -> bool {
        ty.name() == "spot" && matches!(ty.kind(), Kind::Composite(_))
    }

    /// The number of attributes, and of each its type, its length and its bytes.
    fn decode(_: &Type, raw: &[u8]) -> Result<Self, BoxError> {
        let x = raw.get(12..16).ok_or("cut short")?.try_into().map(i32::from_be_bytes)?;
        Ok(Spot { x, name: String::from_utf8(raw.get(24..).ok_or("cut short")?.to_vec())? })
    }

    fn encode(&self, _: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
        for number in [2, 23, 4, self.x, 25, i32::try_from(self.name.len())?] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(self.name.as_bytes());
        Ok(())
    }

    fn text(&self) -> String {
        format!("({},\"{}\")", self.x, self.name.replace('\\', "\\\\").replace('"', "\"\""))
    }
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "tours")]
pub struct Tour {
    #[model(primary_key, identity = none)]
    pub id: i32,
    pub start: Spot,
    pub spots: Vec<Spot>,
    pub gaps: Option<Vec<Option<Spot>>>,
}

fn spot(x: i32, name: &str) -> Spot {
    Spot { x, name: name.to_owned() }
}

fn tour(id: i32) -> Tour {
    Tour {
        id,
        start: spot(id, "start"),
        spots: vec![spot(1, "a \"b\", {c}"), spot(-2, "\\ it's"), spot(3, "")],
        gaps: (id % 2 == 0).then(|| vec![None, Some(spot(4, "NULL"))]),
    }
}

#[test]
fn arrays_of_a_hand_written_type_are_written() {
    let mut db = support::database("written arrays");
    let client = &mut db.client;
    client
        .batch_execute(
            "CREATE TYPE spot AS (x integer, name text);
             CREATE TABLE tours (id integer PRIMARY KEY, start spot NOT NULL, spots spot[] NOT NULL, gaps spot[]);",
        )
        .unwrap();
    assert_eq!(Tour::insert(tour(1)).one(client).unwrap(), tour(1));
    assert_eq!(Tour::insert_many([tour(2), tour(3)]).all(client).unwrap(), [tour(2), tour(3)]);
    assert_eq!(Tour::copy_in([tour(4), tour(5)]).execute(client).unwrap(), 2);
    let all = || Tour::query().order_by(Tour::ID.asc());
    assert_eq!(all().all(client).unwrap(), (1..=5).map(tour).collect::<Vec<_>>());
    let copied: Vec<Tour> = all().copy_out(client).unwrap().map(|row| row.unwrap()).collect();
    assert_eq!(copied, (1..=5).map(tour).collect::<Vec<_>>());
    let mut changed = tour(1);
    changed.spots.reverse();
    changed.gaps = Some(vec![]);
    assert_eq!(changed.save().one(client).unwrap(), changed);
    let update = Tour::update().set(Tour::SPOTS.to(vec![spot(9, "z")])).filter(Tour::ID.eq(2));
    assert_eq!(update.one(client).unwrap().spots, [spot(9, "z")]);
    let text: String = client.query_one("SELECT spots[1].name FROM tours WHERE id = 3", &[]).unwrap().get(0);
    assert_eq!(text, "a \"b\", {c}");
}
