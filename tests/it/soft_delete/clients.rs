//! On which clients: transactions of the caller's, pools, futures that are dropped, deadlocks.

use feedstock::Model;
use feedstock::query::Query;

use super::models::cascade::{Drama, Image};
use super::{connect, dramas, dropped_when_it_waits, everything, one, waiting};
use crate::support::eventually;

fn first() -> Query<Drama> {
    Drama::find(1)
}

/// Runs async code on a connection of its own.
fn awaited<F: Future<Output = ()>>(url: &str, test: impl FnOnce(tokio_postgres::Client) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        test(client).await;
        connection.await.unwrap().unwrap();
    });
}

#[test]
fn a_transaction_of_the_callers_decides() {
    use feedstock::blocking::Run;

    let mut db = dramas("clients_caller");
    let before = everything(&mut db.client);
    let mut transaction = db.client.transaction().unwrap();
    assert_eq!(first().soft_delete(&mut transaction).unwrap(), 10);
    transaction.rollback().unwrap();
    assert_eq!(everything(&mut db.client), before);
    let mut transaction = db.client.transaction().unwrap();
    let mut inner = transaction.transaction().unwrap();
    assert_eq!(first().soft_delete(&mut inner).unwrap(), 10);
    inner.commit().unwrap();
    assert_eq!(first().restore(&mut transaction).unwrap(), 10);
    assert_eq!(first().soft_delete(&mut transaction).unwrap(), 10);
    transaction.commit().unwrap();
    assert_eq!(first().count(&mut db.client).unwrap(), 0);
    // One that was begun by hand, too.
    db.client.batch_execute("BEGIN").unwrap();
    assert_eq!(first().restore(&mut db.client).unwrap(), 10);
    db.client.batch_execute("ROLLBACK").unwrap();
    assert_eq!(first().count(&mut db.client).unwrap(), 0);
    // None of ours stays open.
    first().restore(&mut db.client).unwrap();
    assert_eq!(everything(&mut connect(&db.url)), before);
}

#[test]
fn a_snapshot_of_the_whole_transaction_is_refused_before_anything() {
    use feedstock::blocking::Run;

    let mut db = dramas("clients_isolation");
    for level in ["REPEATABLE READ", "SERIALIZABLE"] {
        let mut transaction = db.client.transaction().unwrap();
        transaction.batch_execute(&format!("SET TRANSACTION ISOLATION LEVEL {level}")).unwrap();
        for error in [
            first().soft_delete(&mut transaction).unwrap_err(),
            first().restore(&mut transaction).unwrap_err(),
        ] {
            assert!(error.is_usage());
            let message = format!(
                "the transaction is {level}, in which a cascade would miss the rows that it waited for"
            );
            assert_eq!(error.message(), message);
        }
        let locks = "SELECT count(*)::text FROM pg_locks \
            WHERE pid = pg_backend_pid() AND relation = 'drama'::regclass";
        assert_eq!(transaction.query_one(locks, &[]).unwrap().get::<_, String>(0), "0");
        transaction.commit().unwrap();
        // A default is not the caller's transaction.
        let default = format!("SET default_transaction_isolation = '{}'", level.to_lowercase());
        db.client.batch_execute(&default).unwrap();
        assert_eq!(first().soft_delete(&mut db.client).unwrap(), 10);
        assert_eq!(first().restore(&mut db.client).unwrap(), 10);
        db.client.batch_execute("RESET default_transaction_isolation").unwrap();
    }
}

#[test]
fn a_failure_leaves_no_transaction_open() {
    use feedstock::blocking::Run;

    let mut db = dramas("clients_failure");
    let mut other = connect(&db.url);
    let mut holder = other.transaction().unwrap();
    holder.execute("SELECT FROM image WHERE id = 103 FOR UPDATE", &[]).unwrap();
    db.client.batch_execute("SET lock_timeout = '100ms'").unwrap();
    let error = first().soft_delete(&mut db.client).unwrap_err();
    assert_eq!(error.sqlstate(), Some("55P03"), "{error}");
    // Only outside of a transaction can this be asked for.
    let state = "SELECT state FROM pg_stat_activity WHERE pid = ";
    let pid = one(&mut db.client, "SELECT pg_backend_pid()");
    assert_eq!(one(&mut connect(&db.url), &format!("{state}{pid}")), "idle");
    // In a transaction of the caller's, what it did before stays.
    let mut transaction = db.client.transaction().unwrap();
    transaction.execute("UPDATE drama SET plays = 3 WHERE id = 2", &[]).unwrap();
    assert_eq!(first().soft_delete(&mut transaction).unwrap_err().sqlstate(), Some("55P03"));
    transaction.commit().unwrap();
    assert_eq!(one(&mut db.client, "SELECT plays FROM drama WHERE id = 2"), "3");
    holder.rollback().unwrap();
    assert_eq!(first().soft_delete(&mut db.client).unwrap(), 10);
}

#[test]
fn a_deadlock_is_tried_again_in_a_transaction_of_our_own() {
    use feedstock::blocking::Run;

    let mut db = dramas("clients_deadlock");
    let mut other = connect(&db.url);
    other.batch_execute("SET deadlock_timeout = '20s'").unwrap();
    let mut transaction = other.transaction().unwrap();
    transaction.execute("SELECT FROM image WHERE id = 103 FOR UPDATE", &[]).unwrap();
    let deletion = waiting(&mut db, |client| {
        client.batch_execute("SET deadlock_timeout = '500ms'").unwrap();
        first().soft_delete(client)
    });
    // Against the order: the deletion has the drama and waits for the image. It is the one that is ended.
    transaction.execute("SELECT FROM drama WHERE id = 1 FOR UPDATE", &[]).unwrap();
    transaction.commit().unwrap();
    assert_eq!(deletion.join().unwrap().unwrap(), 10);
}

#[test]
fn a_deadlock_in_the_callers_transaction_is_the_callers() {
    use feedstock::blocking::Run;

    let mut db = dramas("clients_deadlock_caller");
    let mut other = connect(&db.url);
    other.batch_execute("SET deadlock_timeout = '20s'").unwrap();
    let mut transaction = other.transaction().unwrap();
    transaction.execute("SELECT FROM image WHERE id = 103 FOR UPDATE", &[]).unwrap();
    let deletion = waiting(&mut db, |client| {
        client.batch_execute("SET deadlock_timeout = '500ms'").unwrap();
        let mut transaction = client.transaction().unwrap();
        let result = first().soft_delete(&mut transaction);
        transaction.execute("UPDATE drama SET plays = 5 WHERE id = 2", &[]).unwrap();
        transaction.commit().unwrap();
        result
    });
    transaction.execute("SELECT FROM drama WHERE id = 1 FOR UPDATE", &[]).unwrap();
    transaction.commit().unwrap();
    assert_eq!(deletion.join().unwrap().unwrap_err().sqlstate(), Some("40P01"));
    assert_eq!(one(&mut db.client, "SELECT plays FROM drama WHERE id = 2"), "5");
    assert_eq!(first().count(&mut db.client).unwrap(), 1);
}

#[test]
fn async_clients_and_pools() {
    use feedstock::tokio::Run;

    let mut db = dramas("clients_pools");
    let before = everything(&mut db.client);
    let config: tokio_postgres::Config = db.url.parse().unwrap();
    awaited(&db.url, async |client| {
        let mut cached = feedstock::Cached::new(client);
        for _ in 0..2 {
            assert_eq!(first().soft_delete(&mut cached).await.unwrap(), 10);
            assert_eq!(first().restore(&mut cached).await.unwrap(), 10);
        }
        let mut client = cached.into_inner();
        assert_eq!(Image::find(106).soft_delete(&mut client).await.unwrap(), 1);
        let mut transaction = client.transaction().await.unwrap();
        assert_eq!(Image::find(106).restore(&mut transaction).await.unwrap(), 1);
        assert_eq!(first().soft_delete(&mut transaction).await.unwrap(), 10);
        assert_eq!(first().restore(&mut transaction).await.unwrap(), 10);
        transaction.commit().await.unwrap();
        assert_eq!(Image::query().filter(Image::ID.eq(0)).purge(&mut client).await.unwrap(), 0);
        // It can be sent to another thread.
        let spawned = tokio::spawn(async move { first().soft_delete(&mut client).await.unwrap() });
        assert_eq!(spawned.await.unwrap(), 10);

        let manager = deadpool_postgres::Manager::new(config.clone(), tokio_postgres::NoTls);
        let pool = deadpool_postgres::Pool::builder(manager).max_size(1).build().unwrap();
        let mut pooled = pool.get().await.unwrap();
        assert_eq!(first().restore(&mut pooled).await.unwrap(), 10);
        let mut transaction = pooled.transaction().await.unwrap();
        assert_eq!(first().soft_delete(&mut transaction).await.unwrap(), 10);
        transaction.commit().await.unwrap();

        let manager = bb8_postgres::PostgresConnectionManager::new(config.clone(), tokio_postgres::NoTls);
        let pool = bb8_postgres::bb8::Pool::builder().max_size(1).build(manager).await.unwrap();
        let mut pooled = pool.get().await.unwrap();
        assert_eq!(first().restore(&mut pooled).await.unwrap(), 10);
    });
    assert_eq!(everything(&mut db.client), before);
}

/// Dropped while it waits for a lock: nothing of it stays, and the connection goes on.
#[test]
fn a_future_that_is_dropped_is_rolled_back() {
    use feedstock::tokio::Run;

    let mut db = dramas("clients_dropped");
    let before = everything(&mut db.client);
    let mut other = connect(&db.url);
    let mut holder = other.transaction().unwrap();
    holder.execute("SELECT FROM image WHERE id = 103 FOR UPDATE", &[]).unwrap();
    awaited(&db.url, async |mut client| {
        dropped_when_it_waits(&db.url, first().soft_delete(&mut client)).await;
        let cancel = client.cancel_token();
        cancel.cancel_query(tokio_postgres::NoTls).await.unwrap();
        // Not a part of a transaction that is open still: it is there for others at once.
        client.execute("UPDATE drama SET plays = 8 WHERE id = 2", &[]).await.unwrap();
        let url = db.url.clone();
        let plays = move || one(&mut connect(&url), "SELECT plays FROM drama WHERE id = 2");
        assert_eq!(std::thread::spawn(plays).join().unwrap(), "8");

        // A client that prepares its statements too has the rollback on its way at once.
        let mut client = feedstock::Cached::new(client);
        dropped_when_it_waits(&db.url, first().soft_delete(&mut client)).await;
        cancel.cancel_query(tokio_postgres::NoTls).await.unwrap();
        let state =
            "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'drama'::regclass";
        assert_eq!(client.query_one(state, &[]).await.unwrap().get::<_, i64>(0), 0);

        // In the caller's transaction what was done before stays.
        let mut transaction = client.transaction().await.unwrap();
        transaction.execute("UPDATE drama SET plays = 0 WHERE id = 2", &[]).await.unwrap();
        dropped_when_it_waits(&db.url, first().soft_delete(&mut transaction)).await;
        cancel.cancel_query(tokio_postgres::NoTls).await.unwrap();
        transaction.commit().await.unwrap();
    });
    holder.rollback().unwrap();
    eventually("the drama is not locked", || {
        db.client.query("SELECT FROM drama WHERE id = 1 FOR UPDATE NOWAIT", &[]).is_ok()
    });
    assert_eq!(everything(&mut db.client), before);
}

/// A client that writes down what is sent.
struct Sent<'c>(&'c mut postgres::Client, Vec<String>);

impl feedstock::blocking::Client for Sent<'_> {
    fn send(&mut self, statement: &feedstock::query::Statement) -> feedstock::Result<postgres::RowIter<'_>> {
        self.1.push(statement.sql().to_owned());
        self.0.send(statement)
    }
}

/// A savepoint is released after it was gone back to, and there is none where the transaction is our own.
#[test]
fn a_refusal_ends_what_was_begun_and_no_more() {
    use feedstock::blocking::Run;

    let restricted = || super::models::restrict::Storyboard::find(12);
    let mut db = dramas("clients_refusal");
    let mut client = Sent(&mut db.client, Vec::new());
    assert!(restricted().soft_delete(&mut client).unwrap_err().is_restricted());
    assert_eq!(client.1.last().unwrap(), "ROLLBACK");
    client.0.batch_execute("BEGIN").unwrap();
    client.1.clear();
    assert!(restricted().soft_delete(&mut client).unwrap_err().is_restricted());
    let end = ["ROLLBACK TO SAVEPOINT feedstock_soft_delete", "RELEASE SAVEPOINT feedstock_soft_delete"];
    assert_eq!(client.1[client.1.len() - 2..], end);
}
