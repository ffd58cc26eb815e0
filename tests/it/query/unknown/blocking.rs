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
