//! Names that the statements use themselves, keys that are not written alike, clients in odd states.

use chrono::NaiveDateTime;
use feedstock::{Cached, Model, models};

use super::models::cascade::Drama;
use super::{connect, dramas, dropped_when_it_waits, everything, one};
use crate::support::tables;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "stamp", soft_delete = at)]
#[model(has_many(children: ChangeZero, by = stamp, on_soft_delete = cascade))]
#[model(has_many(tags: Found, by = stamp, on_soft_delete = set_null))]
struct Stamp {
    #[model(primary_key, identity = none)]
    id: i32,
    at: Option<NaiveDateTime>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "change_0", soft_delete = key)]
struct ChangeZero {
    #[model(primary_key, identity = none)]
    id: i32,
    #[model(belongs_to = Stamp)]
    stamp: i32,
    key: Option<NaiveDateTime>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "found", soft_delete = wanted)]
struct Found {
    #[model(primary_key, identity = none)]
    at: i32,
    #[model(belongs_to = Stamp)]
    stamp: Option<i32>,
    wanted: Option<NaiveDateTime>,
}

#[test]
fn what_the_statements_make_for_themselves_hides_no_table() {
    use feedstock::blocking::Run;

    let mut db = tables(&models![Stamp, ChangeZero, Found]);
    let client = &mut db.client;
    Stamp::insert_many([NewStamp::new(1), NewStamp::new(2)]).execute(client).unwrap();
    ChangeZero::insert_many([NewChangeZero::new(1, 1), NewChangeZero::new(2, 2)]).execute(client).unwrap();
    let tags = [1, 2].map(|id| NewFound { stamp: Some(id), ..NewFound::new(id) });
    Found::insert_many(tags).execute(client).unwrap();
    assert_eq!(Found::find(2).soft_delete(client).unwrap(), 1);
    assert_eq!(Stamp::find(1).soft_delete(client).unwrap(), 2);
    assert_eq!(Found::find(1).one(client).unwrap().stamp, None);
    assert_eq!(Stamp::find(1).restore(client).unwrap(), 2);
    assert_eq!(Found::find(2).restore(client).unwrap(), 1);
}

#[test]
fn clients_in_odd_states() {
    use feedstock::blocking::Run;

    let mut db = dramas("hostile_states");
    let before = everything(&mut db.client);
    let first = || Drama::find(1);
    let mut transaction = db.client.transaction().unwrap();
    transaction
        .batch_execute("SAVEPOINT feedstock_soft_delete; UPDATE drama SET plays = 7 WHERE id = 2")
        .unwrap();
    assert_eq!(first().soft_delete(&mut transaction).unwrap(), 10);
    // The caller's savepoint is the caller's still.
    transaction.batch_execute("ROLLBACK TO SAVEPOINT feedstock_soft_delete").unwrap();
    transaction.commit().unwrap();
    assert_eq!(everything(&mut db.client), before);

    let mut transaction = db.client.build_transaction().read_only(true).start().unwrap();
    assert_eq!(first().soft_delete(&mut transaction).unwrap_err().sqlstate(), Some("25006"));
    assert_eq!(first().one(&mut transaction).unwrap().id, 1, "the transaction goes on");
    drop(transaction);

    let mut transaction = db.client.transaction().unwrap();
    transaction.batch_execute("SELECT 1/0").unwrap_err();
    assert_eq!(first().soft_delete(&mut transaction).unwrap_err().sqlstate(), Some("25P02"));
    transaction.rollback().unwrap();

    db.client.batch_execute("SET statement_timeout = '300ms'").unwrap();
    let mut other = connect(&db.url);
    let mut holder = other.transaction().unwrap();
    holder.execute("SELECT FROM image WHERE id = 103 FOR UPDATE", &[]).unwrap();
    assert_eq!(first().soft_delete(&mut db.client).unwrap_err().sqlstate(), Some("57014"));
    holder.rollback().unwrap();
    assert_eq!(everything(&mut db.client), before);

    // On a client that keeps its statements, and has few places for them.
    let mut cached = Cached::with_capacity(connect(&db.url), 1);
    assert_eq!(first().soft_delete(&mut cached).unwrap(), 10);
    assert_eq!(first().soft_delete(&mut cached).unwrap(), 0);
    assert_eq!(first().restore(&mut cached).unwrap(), 10);
    let mut transaction = cached.transaction().unwrap();
    assert_eq!(first().soft_delete(&mut transaction).unwrap(), 10);
    transaction.rollback().unwrap();
    assert_eq!(everything(&mut db.client), before);
}

/// Only a deadlock is worth another attempt: a sequence counts the attempts, also those that were rolled back.
#[test]
fn what_is_refused_is_not_tried_again() {
    use feedstock::blocking::Run;

    let mut db = dramas("hostile_refused");
    let before = everything(&mut db.client);
    for code in ["P0001", "40001", "23505"] {
        db.client
            .batch_execute(&format!(
                "CREATE SEQUENCE tries; \
                 CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN PERFORM nextval('tries'); RAISE SQLSTATE '{code}'; END $$; \
                 CREATE OR REPLACE TRIGGER refuse BEFORE UPDATE ON image FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
            ))
            .unwrap();
        let mut caller = db.client.transaction().unwrap();
        assert_eq!(Drama::find(1).soft_delete(&mut caller).unwrap_err().sqlstate(), Some(code));
        caller.rollback().unwrap();
        assert_eq!(Drama::find(1).soft_delete(&mut db.client).unwrap_err().sqlstate(), Some(code));
        assert_eq!(one(&mut db.client, "SELECT last_value FROM tries"), "2", "{code}");
        db.client.batch_execute("DROP SEQUENCE tries").unwrap();
    }
    db.client.batch_execute("DROP TRIGGER refuse ON image").unwrap();
    assert_eq!(everything(&mut db.client), before);
}

/// What is rolled back must not have to be prepared first, which nobody waits for any more.
#[test]
fn a_future_that_is_dropped_is_rolled_back_on_a_client_that_keeps_statements() {
    use feedstock::tokio::Run;

    let mut db = dramas("hostile_dropped");
    let before = everything(&mut db.client);
    let mut other = connect(&db.url);
    let mut holder = other.transaction().unwrap();
    holder.execute("SELECT FROM image WHERE id = 103 FOR UPDATE", &[]).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut client = runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&db.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let mut client = Cached::new(client);
        dropped_when_it_waits(&db.url, Drama::find(1).soft_delete(&mut client)).await;
        client.cancel_token().cancel_query(tokio_postgres::NoTls).await.unwrap();
        client.execute("UPDATE drama SET plays = 8 WHERE id = 2", &[]).await.unwrap();
        let url = db.url.clone();
        let plays = move || one(&mut connect(&url), "SELECT plays FROM drama WHERE id = 2");
        assert_eq!(std::thread::spawn(plays).join().unwrap(), "8", "no transaction is open");
        client.execute("UPDATE drama SET plays = 0 WHERE id = 2", &[]).await.unwrap();
        client
    });
    holder.rollback().unwrap();
    runtime.block_on(async {
        assert_eq!(Drama::find(1).soft_delete(&mut client).await.unwrap(), 10);
        assert_eq!(Drama::find(1).restore(&mut client).await.unwrap(), 10);
    });
    assert_eq!(everything(&mut db.client), before);
}
