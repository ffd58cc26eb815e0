//! How often the server is asked, counted between the client and the server.

use feedstock::Model;
use feedstock::blocking::Run;
use postgres::{Client, NoTls};

use super::{Contact, Person, Plain, Trip, in_time, many};
use crate::runner::proxy::Proxy;

/// How often the server is asked by what is done on a connection that has seen nothing.
fn round_trips(done: impl FnOnce(&mut Client)) -> usize {
    let proxy = Proxy::counting(many());
    let mut client = Client::connect(&proxy.url, NoTls).unwrap();
    let before = proxy.round_trips();
    done(&mut client);
    proxy.round_trips() - before
}

#[test]
fn what_comes_with_postgres_or_is_cast_is_asked_for_once() {
    in_time("round trips", || {
        assert_eq!(round_trips(|db| drop(Plain::query().all(db).unwrap())), 1);
        assert_eq!(round_trips(|db| drop(Plain::query().stream(db).unwrap().last())), 1);
        assert_eq!(round_trips(|db| drop(Plain::find(1).one(db).unwrap())), 1);
        assert_eq!(round_trips(|db| drop(Plain::query().fetch(db).unwrap())), 1);
        assert_eq!(round_trips(|db| drop(Person::query().all(db).unwrap())), 1);
        assert_eq!(round_trips(|db| drop(Person::find(1).one(db).unwrap())), 1);
        assert_eq!(round_trips(|db| drop(Person::find(1).one(db).unwrap().save().one(db).unwrap())), 2);
        assert_eq!(round_trips(|db| drop(Person::query().stream(db).unwrap().last())), 1);
    });
}

#[test]
fn hand_written_statements_and_types() {
    #[derive(Debug, feedstock::Row)]
    struct Count {
        id: i32,
    }

    in_time("round trips", || {
        let numbers = || feedstock::sql!("SELECT id FROM people WHERE id = 3").read_as::<Count>();
        // The columns of a text are looked at once in the process: to prepare, to close, to ask.
        assert!(round_trips(|db| assert_eq!(numbers().one(db).unwrap().id, 3)) <= 3);
        assert_eq!(round_trips(|db| assert_eq!(numbers().one(db).unwrap().id, 3)), 1);
        let plain = || feedstock::sql!("SELECT {p.*} FROM {Plain p} WHERE p.id = 3").read_as::<Plain>();
        let first = round_trips(|db| drop(plain().one(db).unwrap()));
        assert!(first <= 3, "{first}");
        assert_eq!(round_trips(|db| drop(plain().one(db).unwrap())), 1);
        let trips = round_trips(|db| drop(Trip::find(1).one(db).unwrap()));
        let again = round_trips(|db| {
            Trip::find(1).one(db).unwrap();
            Trip::find(1).one(db).unwrap();
        }) - trips;
        assert!(again <= 3, "{again} after {trips}");
        let contacts = || feedstock::sql!("SELECT email, mood, nicks, text FROM people WHERE id = 3");
        assert_eq!(round_trips(|db| assert_eq!(contacts().execute(db).unwrap(), 1)), 1);
        assert!(round_trips(|db| drop(contacts().read_as::<Contact>().one(db).unwrap())) > 1);
    });
}
