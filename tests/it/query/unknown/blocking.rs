//! Blocking clients.

use feedstock::blocking::Run;
use feedstock::query::Filter;
use feedstock::{Cached, Model};
use postgres::{Client, NoTls};

use super::{Contact, Mood, Person, Plain, ROWS, Trip, check, in_time, many};

/// A connection that has seen no type.
fn fresh() -> Client {
    Client::connect(many(), NoTls).unwrap()
}

#[test]
fn all_and_one_and_first() {
    in_time("all, one, first", || {
        let people = Person::query().all(&mut fresh()).unwrap();
        assert_eq!(people.len(), ROWS);
        people.iter().for_each(check);
        assert_eq!(Trip::query().all(&mut fresh()).unwrap().len(), ROWS);
        check(&Person::find(7).one(&mut fresh()).unwrap());
        check(&Person::query().first(&mut fresh()).unwrap().unwrap());
        assert_eq!(Trip::find(7).one(&mut fresh()).unwrap().person_id, 1);
        assert!(Trip::query().one(&mut fresh()).unwrap_err().is_too_many());
        let mut client = fresh();
        let mut transaction = client.transaction().unwrap();
        assert_eq!(Trip::query().all(&mut transaction).unwrap().len(), ROWS);
        assert_eq!(Person::query().all(&mut transaction).unwrap().len(), ROWS);
    });
}

#[test]
fn stream_and_fetch() {
    in_time("stream, fetch", || {
        assert_eq!(
            Person::query().stream(&mut fresh()).unwrap().map(Result::unwrap).inspect(check).count(),
            ROWS
        );
        assert_eq!(Trip::query().stream(&mut fresh()).unwrap().map(Result::unwrap).count(), ROWS);
        let fetched = Person::query().fetch(&mut fresh()).unwrap();
        fetched.iter::<Person>().for_each(|person| check(&person.unwrap()));
        let label: Mood = fetched.rows()[0].get("mood");
        assert_eq!((fetched.len(), label), (ROWS, Mood::Loud));
        assert_eq!(Trip::query().fetch(&mut fresh()).unwrap().all::<Trip>().unwrap().len(), ROWS);
    });
}

#[test]
fn relations() {
    in_time("load", || {
        let people = Person::query().filter(Person::ID.le(7)).all(&mut fresh()).unwrap();
        let trips = Person::TRIPS.load(&people, &mut fresh()).unwrap();
        assert_eq!(trips.iter().map(Vec::len).sum::<usize>(), ROWS);
        let trips = Trip::query().all(&mut fresh()).unwrap();
        let people = Trip::PERSON.load(&trips, &mut fresh()).unwrap();
        check(people.last().unwrap().as_ref().unwrap());
    });
}

#[test]
fn changes() {
    in_time("changes", || {
        let mut client = fresh();
        let mut transaction = client.transaction().unwrap();
        let changed = Person::update().set(Person::MOOD.to(Mood::Loud)).filter(Filter::everything());
        let mut people = changed.all(&mut transaction).unwrap();
        assert_eq!(people.len(), ROWS);
        check(&people[0].save().one(&mut transaction).unwrap());
        people.iter_mut().for_each(|person| person.id += 1_000_000);
        let inserted = Person::insert_many(people).all(&mut transaction).unwrap();
        assert_eq!(inserted.len(), ROWS);
        inserted.iter().for_each(check);
        transaction.rollback().unwrap();
        let mut transaction = client.transaction().unwrap();
        let changed = Trip::update().set(Trip::TEXT.to("y")).filter(Filter::everything());
        assert_eq!(changed.all(&mut transaction).unwrap().len(), ROWS);
        let text =
            feedstock::sql!("UPDATE people SET text = text RETURNING email, mood, moods, repeat('x', 1000)");
        assert_eq!(text.execute(&mut fresh()).unwrap(), ROWS as u64);
    });
}

/// Reads one column of many.
#[derive(Debug, feedstock::Row)]
struct Id {
    id: i32,
}

#[test]
fn hand_written() {
    in_time("sql!", || {
        let contacts =
            || feedstock::sql!("SELECT text, email, mood, nicks FROM people -- all").read_as::<Contact>();
        for _ in 0..2 {
            let found = contacts().all(&mut fresh()).unwrap();
            assert_eq!((found.len(), found[0].mood, found[0].text.len()), (ROWS, Mood::Loud, 400));
            assert!(found[0].email.starts_with('A') && found[0].nicks.len() == 2);
            assert_eq!(contacts().stream(&mut fresh()).unwrap().map(Result::unwrap).count(), ROWS);
            assert_eq!(contacts().fetch(&mut fresh()).unwrap().len(), ROWS);
        }
        let ids = feedstock::sql!("SELECT * FROM people").read_as::<Id>().all(&mut fresh()).unwrap();
        assert_eq!(ids.iter().map(|row| row.id as usize).sum::<usize>(), ROWS * (ROWS + 1) / 2);
        let people =
            feedstock::sql!("SELECT {p.*} FROM {Person p}").read_as::<Person>().all(&mut fresh()).unwrap();
        people.iter().for_each(check);
        let mut client = fresh();
        let mut transaction = client.transaction().unwrap();
        let trips = feedstock::sql!("UPDATE trips SET text = 'z' RETURNING *").read_as::<Trip>();
        assert_eq!(trips.all(&mut transaction).unwrap().len(), ROWS);
    });
}

#[test]
fn copies() {
    in_time("copy_out", || {
        assert_eq!(
            Person::query().copy_out(&mut fresh()).unwrap().map(Result::unwrap).inspect(check).count(),
            ROWS
        );
        assert_eq!(Trip::query().copy_out(&mut fresh()).unwrap().map(Result::unwrap).count(), ROWS);
        let mut client = fresh();
        let mut transaction = client.transaction().unwrap();
        let mut people = Person::query().all(&mut transaction).unwrap();
        people.iter_mut().for_each(|person| person.id += 1_000_000);
        assert_eq!(Person::copy_in(people).execute(&mut transaction).unwrap(), ROWS as u64);
    });
}

#[test]
fn statements_that_are_kept() {
    in_time("Cached", || {
        for _ in 0..2 {
            let mut client = Cached::new(fresh());
            for _ in 0..2 {
                assert_eq!(Person::query().all(&mut client).unwrap().len(), ROWS);
                assert_eq!(Trip::query().all(&mut client).unwrap().len(), ROWS);
                assert_eq!(Plain::query().all(&mut client).unwrap().len(), ROWS);
            }
        }
    });
}

/// A line of EXPLAIN.
#[derive(Debug, feedstock::Row)]
struct Plan {
    #[row(rename = "QUERY PLAN")]
    line: String,
}

/// Every kind of a type that is not built in, beside columns that are read; and statements of every form.
#[test]
fn hand_written_in_every_form() {
    in_time("sql! of every form", || {
        macro_rules! rows {
            ($sql:literal) => {
                for _ in 0..2 {
                    let ids = feedstock::sql!($sql).read_as::<Id>().all(&mut fresh());
                    let ids = ids.unwrap_or_else(|error| panic!("{}: {error}", $sql));
                    assert_eq!(ids.len(), ROWS, "{}", $sql);
                }
            };
        }
        rows!("SELECT id, text, 'calm'::mood AS z FROM people");
        rows!("SELECT id, text, '{{calm}}'::mood[] AS z, 'a=>1'::hstore AS \"a \"\"b\" FROM people");
        rows!("SELECT id, text, 'calm'::own_feeling AS z, '{{calm}}'::own_feelings AS zz FROM people");
        rows!(
            "SELECT id, text, ARRAY['calm'::own_feeling] AS z, 'n'::nick AS n, '{{1}}'::size[] AS s FROM people"
        );
        rows!("SELECT id, text, place, places, between, tags, trips FROM trips");
        rows!("SELECT p.id, p.text, ROW(1, p.mood), p.* IS NULL AS same, p.* IS NULL AS same FROM people p");
        rows!("(SELECT id, text FROM people) UNION ALL SELECT 1, 'x' WHERE false ORDER BY id;");
        rows!("/* all */ TABLE people;");
        rows!("WITH RECURSIVE few AS (SELECT id, email, text FROM people) SELECT * FROM few -- end");
        rows!(
            "SELECT id, text, '1'::bit, '101'::varbit, 'a'::\"char\", '1'::int2vector, NULL::json FROM people"
        );
        rows!(
            "SELECT id, text, '<a/>'::xml, '1s'::interval, '{{1.5}}'::numeric[], '{{n}}'::name[] FROM people"
        );
        rows!("SELECT id, text, NULL AS u, 'x' AS t, pg_sleep(0) AS v FROM people ORDER BY id FOR UPDATE");
        rows!("SELECT DISTINCT ON (id) id, text FROM people ORDER BY id, text LIMIT 50000 OFFSET 0");
        rows!("SELECT number AS id, repeat('x', 400) AS text FROM generate_series(1, 20000) AS number");
        let ids = feedstock::sql!("SELECT * FROM (VALUES (3), ({4_i32})) AS ids (id)").read_as::<Id>();
        assert_eq!(ids.all(&mut fresh()).unwrap().iter().map(|row| row.id).collect::<Vec<_>>(), [3, 4]);
        let mut client = fresh();
        let plan =
            feedstock::sql!("EXPLAIN (COSTS OFF) SELECT 1").read_as::<Plan>().all(&mut client).unwrap();
        assert_eq!(plan[0].line, "Result");
        let nothing = feedstock::sql!("SELECT FROM people").read_as::<Id>().all(&mut client).unwrap_err();
        assert!(nothing.is_decode() && nothing.to_string().contains("there are: none"), "{nothing}");
        let two = feedstock::sql!("SELECT 1 AS id; SELECT 2 AS id").read_as::<Id>().all(&mut client);
        assert_eq!(two.unwrap_err().sqlstate(), Some("42601"));
        let mut transaction = client.transaction().unwrap();
        transaction.batch_execute("DECLARE few CURSOR FOR SELECT id, mood, text FROM people").unwrap();
        let fetched = feedstock::sql!("FETCH ALL FROM few").read_as::<Id>().all(&mut transaction).unwrap();
        assert_eq!(fetched.len(), ROWS);
    });
}
