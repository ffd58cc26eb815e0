//! How often the server is asked, counted between the client and the server.

use feedstock::blocking::Run;
use feedstock::{Cached, Model};
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

    #[derive(Debug, feedstock::Row)]
    struct Setting {
        search_path: String,
    }

    in_time("round trips", || {
        let numbers = || feedstock::sql!("SELECT id FROM people WHERE id = 3").read_as::<Count>();
        let plain = || feedstock::sql!("SELECT {p.*} FROM {Plain p} WHERE p.id = 3").read_as::<Plain>();
        // One for the columns, one for the rows.
        for _ in 0..2 {
            assert_eq!(round_trips(|db| assert_eq!(numbers().one(db).unwrap().id, 3)), 2);
            assert_eq!(round_trips(|db| drop(plain().one(db).unwrap())), 2);
            assert_eq!(round_trips(|db| drop(plain().stream(db).unwrap().last())), 2);
        }
        let cached = |times| {
            let proxy = Proxy::counting(many());
            let mut db = Cached::new(Client::connect(&proxy.url, NoTls).unwrap());
            let before = proxy.round_trips();
            (0..times).for_each(|_| assert_eq!(numbers().one(&mut db).unwrap().id, 3));
            proxy.round_trips() - before
        };
        assert_eq!((cached(1), cached(5)), (2, 6));
        let settings = || feedstock::sql!("SHOW search_path").read_as::<Setting>();
        assert_eq!(round_trips(|db| assert!(!settings().one(db).unwrap().search_path.is_empty())), 1);
        let trips = round_trips(|db| drop(Trip::find(1).one(db).unwrap()));
        let again = round_trips(|db| {
            Trip::find(1).one(db).unwrap();
            Trip::find(1).one(db).unwrap();
        }) - trips;
        assert!(again <= 3, "{again} after {trips}");
        let contacts = || feedstock::sql!("SELECT email, mood, nicks, text FROM people WHERE id = 3");
        assert_eq!(round_trips(|db| assert_eq!(contacts().execute(db).unwrap(), 1)), 1);
        // The types of a connection are looked up once.
        let contact = |db: &mut Client| drop(contacts().read_as::<Contact>().one(db).unwrap());
        let first = round_trips(contact);
        assert!((3..=14).contains(&first), "{first}");
        let both = round_trips(|db| {
            contact(db);
            contact(db);
        });
        assert_eq!(both - first, 2);
    });
}
