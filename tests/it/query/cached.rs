//! Named statements: kept, bounded, prepared anew when their table has changed.

use feedstock::{Cached, Model};
use images::ImageGeneration as I;

use super::{awaited, dramas};
use crate::support;

/// How many named statements the connection has; the question is unnamed.
fn kept(client: &mut postgres::Client) -> i64 {
    let rows = client.query_typed("SELECT count(*) FROM pg_prepared_statements", &[]).unwrap();
    rows[0].get(0)
}

#[test]
fn a_statement_is_prepared_once() {
    use feedstock::blocking::Run;

    let db = dramas("cached");
    let mut client = Cached::with_capacity(db.client, 2);
    for id in [1001, 1002, 1003] {
        assert_eq!(I::query().filter(I::ID.eq(id)).one(&mut client).unwrap().id, id);
    }
    assert_eq!(kept(&mut client), 1);
    assert_eq!(I::query().count(&mut client).unwrap(), 6);
    assert_eq!(kept(&mut client), 2);
    // The one that was used longest ago goes, which is the query by id.
    assert!(I::query().exists(&mut client).unwrap());
    assert_eq!(I::query().count(&mut client).unwrap(), 6);
    assert_eq!(kept(&mut client), 2);
    let texts = client.query_typed("SELECT statement FROM pg_prepared_statements ORDER BY 1", &[]).unwrap();
    let heads: Vec<String> = texts.iter().map(|row| row.get::<_, String>(0)[..15].to_owned()).collect();
    assert_eq!(heads, ["SELECT EXISTS (", "SELECT count(*)"]);
    client.clear();
    assert_eq!(kept(&mut client), 0);
    assert_eq!(I::query().count(&mut client).unwrap(), 6);
}

#[test]
fn the_same_text_with_other_types_is_another_statement() {
    use feedstock::blocking::Run;
    use feedstock::query::sql;

    let db = dramas("cached_types");
    let mut client = Cached::new(db.client);
    assert_eq!(I::query().filter(sql("$1 = 1", (1_i32,))).count(&mut client).unwrap(), 6);
    assert_eq!(I::query().filter(sql("$1 = 1", (1_i64,))).count(&mut client).unwrap(), 6);
    assert_eq!(kept(&mut client), 2);
}

#[test]
fn transactions_share_the_statements() {
    use feedstock::blocking::Run;

    let db = dramas("cached_transaction");
    let mut client = Cached::new(db.client);
    let seed = || I::update().set(I::SEED.to(7)).filter(I::ID.eq(1001));
    let mut outer = client.transaction().unwrap();
    assert_eq!(seed().execute(&mut outer).unwrap(), 1);
    let mut inner = outer.transaction().unwrap();
    assert_eq!(seed().execute(&mut inner).unwrap(), 1);
    inner.rollback().unwrap();
    outer.commit().unwrap();
    assert_eq!(seed().execute(&mut client).unwrap(), 1);
    assert_eq!(kept(&mut client), 1);
    assert_eq!(I::find(1001).one(&mut client).unwrap().seed, Some(7));
}

/// Two forms of one table, as two releases of a program see it.
mod forms {
    use feedstock::Model;

    #[derive(Debug, PartialEq, Model)]
    #[model(table = "shots")]
    pub struct Shot {
        #[model(primary_key)]
        pub id: i32,
        pub note: String,
        pub at: Option<chrono::NaiveDateTime>,
    }
}

#[test]
fn a_table_that_changed_is_prepared_for_anew() {
    use feedstock::blocking::Run;
    use forms::{NewShot, Shot};

    let db = support::tables(&feedstock::models![Shot]);
    let mut other = feedstock::internals::connect::connect(&db.url).unwrap();
    let mut client = Cached::new(db.client);
    Shot::insert(NewShot::new("first".to_owned())).execute(&mut client).unwrap();
    let note = |client: &mut Cached<postgres::Client>| Shot::query().one(client).map(|shot| shot.note);
    assert_eq!(note(&mut client).unwrap(), "first");

    other.batch_execute("ALTER TABLE shots ALTER note TYPE varchar").unwrap();
    assert_eq!(note(&mut client).unwrap(), "first");
    assert_eq!(Shot::query().all(&mut client).unwrap().len(), 1);
    // What the new type is, is looked at again.
    other.batch_execute("ALTER TABLE shots ALTER note TYPE bytea USING note::bytea").unwrap();
    assert!(note(&mut client).unwrap_err().is_decode());
    other.batch_execute("ALTER TABLE shots ALTER note TYPE text USING convert_from(note, 'UTF8')").unwrap();
    assert_eq!(note(&mut client).unwrap(), "first");

    // The refusal ended the transaction, and is what is said.
    other.batch_execute("ALTER TABLE shots ALTER at TYPE timestamp(3)").unwrap();
    let mut transaction = client.transaction().unwrap();
    assert_eq!(Shot::query().one(&mut transaction).unwrap_err().sqlstate(), Some("0A000"));
    transaction.rollback().unwrap();
    assert_eq!(note(&mut client).unwrap(), "first");
    client.batch_execute("DISCARD ALL").unwrap();
    assert_eq!(note(&mut client).unwrap(), "first");
}

#[test]
fn async_clients_keep_statements_too() {
    use feedstock::tokio::Run;
    use forms::{NewShot, Shot};

    let db = support::tables(&feedstock::models![Shot]);
    let (other, connection) = (db.url.clone(), db.url.clone());
    let change = async |ty: &str| {
        let (client, connection) = tokio_postgres::connect(&other, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("ALTER TABLE shots ALTER {ty}")).await.unwrap();
    };
    awaited(&connection, async |client| {
        let mut client = Cached::new(client);
        Shot::insert(NewShot::new("first".to_owned())).execute(&client).await.unwrap();
        for ty in ["note TYPE varchar", "at TYPE timestamp(2)", "note TYPE text", "at TYPE timestamp"] {
            change(ty).await;
            assert_eq!(Shot::query().one(&client).await.unwrap().note, "first");
            let mut stream = Shot::query().stream(&client).await.unwrap();
            assert_eq!(stream.next().await.unwrap().unwrap().note, "first");
        }
        let transaction = client.transaction().await.unwrap();
        assert_eq!(Shot::query().count(&transaction).await.unwrap(), 1);
        // The count has no column that changes; the row has. Nobody changes a table that a transaction has read.
        drop(transaction);
        change("at TYPE timestamp(3)").await;
        let transaction = client.transaction().await.unwrap();
        assert_eq!(Shot::query().one(&transaction).await.unwrap_err().sqlstate(), Some("0A000"));
        transaction.rollback().await.unwrap();
        assert_eq!(Shot::query().one(&client).await.unwrap().note, "first");
        client.batch_execute("DISCARD ALL").await.unwrap();
        assert_eq!(Shot::query().one(&client).await.unwrap().note, "first");
        let named = client.query_typed("SELECT 1 FROM pg_prepared_statements", &[]).await.unwrap();
        assert_eq!(named.len(), 1);
    });
}
