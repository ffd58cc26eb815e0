//! Async clients, on runtimes of one thread and of several, and the pools.

use feedstock::query::Filter;
use feedstock::tokio::{Client, Run};
use feedstock::{Cached, Model};

use super::{Contact, Mood, Person, ROWS, Trip, check, in_time, many};

fn runtimes(what: &'static str, test: impl AsyncFn() + Clone + Send + 'static) {
    // Made by a blocking client, which does not work inside of a runtime.
    many();
    for threads in [1, 2] {
        let test = test.clone();
        in_time(what, move || {
            let mut builder = match threads {
                1 => tokio::runtime::Builder::new_current_thread(),
                _ => tokio::runtime::Builder::new_multi_thread(),
            };
            builder.enable_all().build().unwrap().block_on(test());
        });
    }
}

/// A connection that has seen no type.
async fn fresh() -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(many(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[test]
fn all_and_one_and_first() {
    runtimes("all, one, first", async || {
        let people = Person::query().all(&fresh().await).await.unwrap();
        assert_eq!(people.len(), ROWS);
        people.iter().for_each(check);
        assert_eq!(Trip::query().all(&fresh().await).await.unwrap().len(), ROWS);
        check(&Person::find(7).one(&fresh().await).await.unwrap());
        check(&Person::query().first(&fresh().await).await.unwrap().unwrap());
        assert!(Trip::query().one(&fresh().await).await.unwrap_err().is_too_many());
    });
}

#[test]
fn streams_and_relations() {
    runtimes("stream, fetch, load", async || {
        let mut stream = Person::query().stream(&fresh().await).await.unwrap();
        let mut count = 0;
        while let Some(person) = stream.next().await {
            check(&person.unwrap());
            count += 1;
        }
        assert_eq!(count, ROWS);
        assert_eq!(Person::query().fetch(&fresh().await).await.unwrap().len(), ROWS);
        assert_eq!(Trip::query().fetch(&fresh().await).await.unwrap().len(), ROWS);
        let people = Person::query().filter(Person::ID.le(7)).all(&fresh().await).await.unwrap();
        let trips = Person::TRIPS.load(&people, &fresh().await).await.unwrap();
        assert_eq!(trips.iter().map(Vec::len).sum::<usize>(), ROWS);
    });
}

#[test]
fn changes_and_hand_written() {
    runtimes("changes, sql!", async || {
        let mut client = fresh().await;
        let transaction = client.transaction().await.unwrap();
        let changed = Person::update().set(Person::MOOD.to(Mood::Loud)).filter(Filter::everything());
        assert_eq!(changed.all(&transaction).await.unwrap().len(), ROWS);
        let contacts = || feedstock::sql!("SELECT email, mood, nicks, text FROM people").read_as::<Contact>();
        assert_eq!(contacts().all(&fresh().await).await.unwrap().len(), ROWS);
        assert_eq!(contacts().all(&fresh().await).await.unwrap().len(), ROWS);
        let trips = feedstock::sql!("UPDATE trips SET text = 'z' RETURNING *").read_as::<Trip>();
        assert_eq!(trips.all(&transaction).await.unwrap().len(), ROWS);
        let client = Cached::new(fresh().await);
        assert_eq!(Trip::query().all(&client).await.unwrap().len(), ROWS);
        let mut copied = Trip::query().copy_out(&fresh().await).await.unwrap();
        let mut count = 0;
        while let Some(trip) = copied.next().await {
            trip.unwrap();
            count += 1;
        }
        assert_eq!(count, ROWS);
    });
}

#[test]
fn the_pools() {
    runtimes("the pools", async || {
        let config: tokio_postgres::Config = many().parse().unwrap();
        let manager = deadpool_postgres::Manager::new(config.clone(), tokio_postgres::NoTls);
        let pool = deadpool_postgres::Pool::builder(manager).max_size(2).build().unwrap();
        let (mut one, other) = (pool.get().await.unwrap(), pool.get().await.unwrap());
        read(&one).await;
        read(&other).await;
        read(&one.transaction().await.unwrap()).await;
        let manager = bb8_postgres::PostgresConnectionManager::new(config, tokio_postgres::NoTls);
        let pool = bb8_postgres::bb8::Pool::builder().max_size(2).build(manager).await.unwrap();
        let (one, other) = (pool.get().await.unwrap(), pool.get().await.unwrap());
        read(&one).await;
        read(&other).await;
    });
}

async fn read(client: &impl Client) {
    assert_eq!(Person::query().all(client).await.unwrap().len(), ROWS);
    assert_eq!(Trip::query().all(client).await.unwrap().len(), ROWS);
}
