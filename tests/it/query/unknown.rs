//! Columns whose types the driver does not know by their numbers, in results larger than every buffer, each on a
//! connection that has not seen the types. The driver once asked for them behind the result itself, and waited for ever;
//! so each test has a time after which it fails.

mod altered;
mod awaited;
mod blocking;
mod drifted;
mod pooled;
mod round_trips;
mod written;

use std::sync::OnceLock;
use std::sync::mpsc;
use std::time::Duration;

use feedstock::types::{BoxError, BytesMut, Kind, SqlType, Type, Value};
use feedstock::{Model, PgEnum, Row};

use crate::support;

/// Some 10 MB.
const ROWS: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
#[pg_enum(name = "mood")]
pub enum Mood {
    Calm,
    Loud,
}

/// Types that are cast: the driver knows what arrives.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "people", has_many(trips: Trip, by = person_id))]
pub struct Person {
    #[model(primary_key)]
    pub id: i32,
    pub mood: Mood,
    pub moods: Vec<Option<Mood>>,
    #[model(sql_type = "citext")]
    pub email: String,
    #[model(sql_type = "nick")]
    pub nick: String,
    #[model(sql_type = "nick[]")]
    pub nicks: Vec<String>,
    #[model(sql_type = "size[]")]
    pub sizes: Option<Vec<i64>>,
    #[model(sql_type = "ltree")]
    pub path: Option<String>,
    #[model(updated_at)]
    pub updated_at: chrono::NaiveDateTime,
    pub text: String,
}

/// Types of which only the program knows what they are: the driver is told before rows come.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "trips")]
pub struct Trip {
    #[model(primary_key)]
    pub id: i32,
    #[model(belongs_to = Person)]
    pub person_id: i32,
    pub place: Place,
    pub places: Vec<Place>,
    pub between: Option<MoodRange>,
    pub tags: Tags,
    pub text: String,
}

/// No type that the driver has to ask for.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "plain")]
pub struct Plain {
    #[model(primary_key)]
    pub id: i32,
    pub text: String,
    pub numbers: Vec<i32>,
}

/// Hand-written SQL is read as this, without a cast.
#[derive(Debug, Row)]
pub struct Contact {
    pub email: String,
    pub mood: Mood,
    pub nicks: Vec<String>,
    pub text: String,
}

/// Values of a type that the library does not know, as their bytes.
macro_rules! bytes {
    ($($name:ident = $ty:literal, $kind:pat,)*) => {$(
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name(Vec<u8>);

        impl Value for $name {
            const TYPE: SqlType = SqlType::named($ty);

            fn accepts(ty: &Type) -> bool {
                ty.name() == $ty && matches!(ty.kind(), $kind)
            }

            fn decode(ty: &Type, raw: &[u8]) -> Result<Self, BoxError> {
                assert!(Self::accepts(ty), "{ty:?}");
                Ok($name(raw.to_vec()))
            }

            fn encode(&self, _: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
                out.extend_from_slice(&self.0);
                Ok(())
            }

            fn text(&self) -> String {
                panic!("it is no default, and stands in no literal")
            }
        }
    )*};
}

bytes! {
    Place = "place", Kind::Composite(_),
    MoodRange = "mood_range", Kind::Range(_),
    Tags = "hstore", Kind::Simple,
}

const SCHEMA: &str = "
CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION hstore;
CREATE TYPE mood AS ENUM ('calm', 'loud');
CREATE TYPE place AS (x integer, name citext);
CREATE TYPE mood_range AS RANGE (subtype = mood);
CREATE DOMAIN nick AS varchar(20) CHECK (VALUE <> '');
CREATE DOMAIN size AS bigint;
CREATE DOMAIN own_feeling AS mood; CREATE DOMAIN own_feelings AS mood[];
CREATE TABLE people (id integer PRIMARY KEY, mood mood NOT NULL, moods mood[] NOT NULL, email citext NOT NULL,
    nick nick NOT NULL, nicks nick[] NOT NULL, sizes size[], path ltree, updated_at timestamp NOT NULL, text text NOT NULL);
CREATE TABLE trips (id integer PRIMARY KEY, person_id integer NOT NULL, place place NOT NULL, places place[] NOT NULL,
    between mood_range, tags hstore NOT NULL, text text NOT NULL);
CREATE TABLE plain (id integer PRIMARY KEY, text text NOT NULL, numbers integer[] NOT NULL);
INSERT INTO people SELECT i, 'loud', '{calm,NULL}', 'A' || i, 'n', '{a,b}', '{1}', 'a.b', now(), repeat('x', 400)
    FROM generate_series(1, 20000) AS i;
INSERT INTO trips SELECT i, 1 + i % 7, ROW(i, 'n'::citext)::place, ARRAY[ROW(i, 'n'::citext)::place], '[calm,loud]', 'a=>b', repeat('x', 400)
    FROM generate_series(1, 20000) AS i;
INSERT INTO plain SELECT i, repeat('x', 400), '{1,2}' FROM generate_series(1, 20000) AS i;
";

/// A database with many rows, which is only read, or changed in transactions that are rolled back.
fn many() -> &'static str {
    static MANY: OnceLock<String> = OnceLock::new();
    MANY.get_or_init(|| {
        let mut db = support::database("unknown types");
        db.client.batch_execute(SCHEMA).unwrap();
        let url = db.url.clone();
        std::mem::forget(db);
        url
    })
}

/// Runs a test in a thread of its own, and fails when it takes longer than any machine does.
fn in_time(what: &str, test: impl FnOnce() + Send + 'static) {
    let (done, waits) = mpsc::channel();
    std::thread::spawn(move || {
        test();
        let _ = done.send(());
    });
    match waits.recv_timeout(Duration::from_secs(120)) {
        Ok(()) => {}
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what}: no end within two minutes"),
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("{what}: failed"),
    }
}

/// What the rows of the tables hold, in each field.
fn check(person: &Person) {
    assert_eq!((person.mood, &person.moods[..]), (Mood::Loud, &[Some(Mood::Calm), None][..]));
    assert!(person.email.starts_with('A'), "{}", person.email);
    assert_eq!((person.nick.as_str(), person.path.as_deref()), ("n", Some("a.b")));
    assert_eq!(
        (&person.nicks[..], person.sizes.as_deref()),
        (&["a".to_owned(), "b".to_owned()][..], Some(&[1][..]))
    );
    assert_eq!(person.text.len(), 400);
}

#[test]
fn the_columns_are_cast_and_ordered_by_themselves() {
    use feedstock::blocking::Run;
    use feedstock::query::Rows;

    let query = || Person::query().order_by(Person::MOOD.desc()).order_by(Person::ID.asc());
    let sql = query().rows(None).unwrap().sql().to_owned();
    assert_eq!(
        sql,
        "SELECT CASE WHEN TRUE OR ARRAY[NULL::double precision, \"id\"] = NULL::double precision[] OR \
         ARRAY[NULL::timestamptz, \"updated_at\"] = NULL::timestamptz[] OR ARRAY[NULL::text, \"text\"] = NULL::text[] \
         THEN \"id\" END AS \"id\", \"mood\"::text, \"moods\"::text[], \"email\"::text, \"nick\"::text, \
         \"nicks\"::text[], \"sizes\"::bigint[], \"path\"::text, \"updated_at\", \"text\"::text FROM \"people\" \
         ORDER BY \"people\".\"mood\" DESC, \"id\""
    );
    let mut db = support::database("cast");
    db.client.batch_execute(&SCHEMA.replace("20000", "3")).unwrap();
    // By their letters `calm` would come first here, and last among the labels.
    db.client
        .batch_execute(
            "ALTER TYPE mood ADD VALUE 'angry' AFTER 'loud'; UPDATE people SET mood = 'calm' WHERE id = 2",
        )
        .unwrap();
    let ids = |db: &mut support::TestDb| -> Vec<i32> {
        query().all(&mut db.client).unwrap().iter().map(|person| person.id).collect()
    };
    assert_eq!(ids(&mut db), [1, 3, 2]);
    let copied: Vec<i32> =
        query().copy_out(&mut db.client).unwrap().map(|person| person.unwrap().id).collect();
    assert_eq!(copied, [1, 3, 2]);
    db.client.batch_execute("UPDATE people SET mood = 'angry' WHERE id = 3").unwrap();
    let unknown = query().all(&mut db.client).unwrap_err();
    assert!(unknown.is_decode() && unknown.to_string().contains("`angry`"), "{unknown}");
    assert!(unknown.to_string().contains("a `mood` that is no `Mood`"), "{unknown}");
    db.client.batch_execute("UPDATE people SET mood = 'calm', moods = '{angry}'").unwrap();
    let unknown = query().all(&mut db.client).unwrap_err().to_string();
    assert!(unknown.contains("a `mood[]` that is no `Vec<Option<Mood>>`"), "{unknown}");
}

#[test]
fn an_enum_that_is_made_again_has_another_number() {
    use feedstock::blocking::Run;

    let mut db = support::database("again");
    db.client.batch_execute(&SCHEMA.replace("20000", "3")).unwrap();
    let contacts = || feedstock::sql!("SELECT email, mood, nicks, text FROM people").read_as::<Contact>();
    let mut other = postgres::Client::connect(&db.url, postgres::NoTls).unwrap();
    for _ in 0..2 {
        assert_eq!(Person::query().all(&mut db.client).unwrap()[0].mood, Mood::Loud);
        assert_eq!(contacts().all(&mut db.client).unwrap()[0].mood, Mood::Loud);
        other
            .batch_execute(
                "ALTER TABLE people ALTER mood TYPE text, ALTER moods TYPE text[]; DROP TYPE mood CASCADE;
                 CREATE TYPE mood AS ENUM ('calm', 'loud');
                 ALTER TABLE people ALTER mood TYPE mood USING mood::mood, ALTER moods TYPE mood[] USING moods::mood[];
                 INSERT INTO people SELECT (SELECT max(id) FROM people) + i, 'loud', '{calm,NULL}', 'A' || i, 'n',
                    '{a,b}', '{1}', 'a.b', now(), repeat('x', 400) FROM generate_series(1, 20000) AS i",
            )
            .unwrap();
        let url = db.url.clone();
        let mut client =
            std::mem::replace(&mut db.client, postgres::Client::connect(&url, postgres::NoTls).unwrap());
        in_time("after it was made again", move || {
            assert!(Person::query().all(&mut client).unwrap().len() > ROWS);
            let contacts =
                feedstock::sql!("SELECT email, mood, nicks, text FROM people").read_as::<Contact>();
            assert!(contacts.all(&mut client).unwrap().len() > ROWS);
        });
    }
}
