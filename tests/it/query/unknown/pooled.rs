//! Behind pgbouncer, which gives each transaction another server's connection.

use feedstock::Model;
use postgres::{Client, SimpleQueryMessage};

use super::{Contact, Person, Plain, ROWS, Trip, check, in_time, many};
use crate::runner::bouncer::Bouncer;

/// A pgbouncer with three connections to the server, one after another for each transaction.
fn pgbouncer() -> Bouncer {
    let pgbouncer = Bouncer::in_turn(many(), 3);
    // Three transactions at once take three connections; as many servers answer from then on.
    let mut clients: Vec<_> = (0..3).map(|_| pgbouncer.client()).collect();
    let mut transactions: Vec<_> = clients.iter_mut().map(|client| client.transaction().unwrap()).collect();
    for transaction in &mut transactions {
        transaction.simple_query("SELECT 1").unwrap();
    }
    drop(transactions);
    let mut servers: Vec<String> = (0..3).map(|_| server(&mut clients[0])).collect();
    servers.sort();
    servers.dedup();
    assert_eq!(servers.len(), 3, "each transaction has another server");
    pgbouncer
}

fn server(client: &mut Client) -> String {
    let rows = client.simple_query("SELECT pg_backend_pid()").unwrap();
    let pid = rows.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    pid.unwrap().to_owned()
}

#[test]
fn blocking_clients() {
    use feedstock::blocking::Run;

    let pgbouncer = pgbouncer();
    let (mut first, mut other) = (pgbouncer.client(), pgbouncer.client());
    in_time("blocking clients behind pgbouncer", move || {
        for client in [&mut first, &mut other] {
            for _ in 0..4 {
                check(&Person::find(7).one(client).unwrap());
                assert_eq!(Plain::find(7).one(client).unwrap().numbers, [1, 2]);
            }
            assert_eq!(Person::query().all(client).unwrap().len(), ROWS);
            assert_eq!(Person::query().stream(client).unwrap().map(Result::unwrap).count(), ROWS);
            let people = Person::query().filter(Person::ID.le(7)).all(client).unwrap();
            let trip = &Trip::query().filter(Trip::ID.eq(-1));
            assert_eq!(trip.clone().count(client).unwrap(), 0);
            assert_eq!(people[0].save().all(client).unwrap().len(), 1);
            let cast = || {
                feedstock::sql!("SELECT email::text, mood::text, nicks::text[], text FROM people")
                    .read_as::<Contact>()
            };
            for _ in 0..4 {
                assert_eq!(cast().all(client).unwrap().len(), ROWS);
            }
            let plain = || feedstock::sql!("SELECT {p.*} FROM {Plain p}").read_as::<Plain>();
            for _ in 0..4 {
                assert_eq!(plain().all(client).unwrap().len(), ROWS);
            }
        }
        // Reading by hand-written SQL leaves no statement behind, on no server.
        for _ in 0..3 {
            let left =
                first.simple_query("SELECT FROM pg_prepared_statements WHERE statement LIKE '%plain%'");
            assert_eq!(left.unwrap().iter().filter(|is| matches!(is, SimpleQueryMessage::Row(_))).count(), 0);
        }
        // What the driver asks for itself it asks for by names that belong to one server.
        let mut transaction = first.transaction().unwrap();
        assert_eq!(Trip::query().all(&mut transaction).unwrap().len(), ROWS);
        let people = Person::query().filter(Person::ID.le(7)).all(&mut transaction).unwrap();
        let trips = Person::TRIPS.load(&people, &mut transaction).unwrap();
        assert_eq!(trips.iter().map(Vec::len).sum::<usize>(), ROWS);
        assert_eq!(Person::query().copy_out(&mut transaction).unwrap().map(Result::unwrap).count(), ROWS);
        transaction.commit().unwrap();
    });
    in_time("what a transaction is needed for", move || {
        let mut lost = pgbouncer.client();
        let refused = (0..4).find_map(|_| Trip::query().first(&mut lost).err());
        let refused = refused.expect("each transaction has another server").to_string();
        assert!(refused.contains("help: behind a proxy that pools transactions"), "{refused}");
    });
}

#[test]
fn async_clients() {
    use feedstock::tokio::Run;

    let pgbouncer = pgbouncer();
    in_time("async clients behind pgbouncer", move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let manager =
                deadpool_postgres::Manager::new(pgbouncer.url.parse().unwrap(), tokio_postgres::NoTls);
            let pool = deadpool_postgres::Pool::builder(manager).max_size(4).build().unwrap();
            let (one, other) = (pool.get().await.unwrap(), pool.get().await.unwrap());
            for client in [one, other] {
                for _ in 0..4 {
                    check(&Person::find(7).one(&client).await.unwrap());
                }
                assert_eq!(Person::query().all(&client).await.unwrap().len(), ROWS);
                assert_eq!(Person::query().fetch(&client).await.unwrap().len(), ROWS);
            }
            let mut client = pool.get().await.unwrap();
            let transaction = client.transaction().await.unwrap();
            assert_eq!(Trip::query().all(&transaction).await.unwrap().len(), ROWS);
        });
    });
}
