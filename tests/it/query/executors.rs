//! One query, ended on every client. Each test compiles only while its client implements the trait.

use feedstock::Model;
use feedstock::query::Query;
use images::ImageGeneration;

use super::{awaited, dramas, ids};

const NEWEST_FIRST: [i32; 4] = [1003, 1002, 1001, 1005];

/// W1: the live images of drama 1.
fn page() -> Query<ImageGeneration> {
    ImageGeneration::query()
        .filter(ImageGeneration::DRAMA_ID.eq(1))
        .order_by(ImageGeneration::CREATED_AT.desc())
        .order_by(ImageGeneration::ID.desc())
        .limit(20)
}

#[test]
fn a_blocking_client_and_its_transactions() {
    use feedstock::blocking::Run;

    let mut db = dramas("blocking");
    assert_eq!(ids(&page().all(&mut db.client).unwrap()), NEWEST_FIRST);
    assert_eq!(page().count(&mut db.client).unwrap(), 4);
    let mut transaction = db.client.transaction().unwrap();
    assert_eq!(page().first(&mut transaction).unwrap().unwrap().id, 1003);
    assert!(page().exists(&mut transaction).unwrap());
    let mut inner = transaction.transaction().unwrap();
    assert_eq!(page().for_update().all(&mut inner).unwrap().len(), 4);
}

#[test]
fn an_async_client_and_its_transactions() {
    use feedstock::tokio::Run;

    let db = dramas("async");
    awaited(&db.url, async |mut client| {
        assert_eq!(ids(&page().all(&client).await.unwrap()), NEWEST_FIRST);
        assert_eq!(page().count(&client).await.unwrap(), 4);
        let transaction = client.transaction().await.unwrap();
        assert_eq!(page().first(&transaction).await.unwrap().unwrap().id, 1003);
        assert!(page().exists(&transaction).await.unwrap());
        let mut stream = page().stream(&transaction).await.unwrap();
        let mut seen = Vec::new();
        while let Some(row) = stream.next().await {
            seen.push(row.unwrap().id);
        }
        assert_eq!(seen, NEWEST_FIRST);
    });
}

#[test]
fn the_pools() {
    use feedstock::tokio::Run;

    let db = dramas("pools");
    let config: tokio_postgres::Config = db.url.parse().unwrap();
    awaited(&db.url, async |_client| {
        let manager = deadpool_postgres::Manager::new(config.clone(), tokio_postgres::NoTls);
        let pool = deadpool_postgres::Pool::builder(manager).max_size(1).build().unwrap();
        let mut pooled = pool.get().await.unwrap();
        assert_eq!(ids(&page().all(&pooled).await.unwrap()), NEWEST_FIRST);
        let transaction = pooled.transaction().await.unwrap();
        assert_eq!(page().one(&transaction).await.unwrap_err().message(), TOO_MANY);
        drop(transaction);

        let manager = bb8_postgres::PostgresConnectionManager::new(config.clone(), tokio_postgres::NoTls);
        let pool = bb8_postgres::bb8::Pool::builder().max_size(1).build(manager).await.unwrap();
        let mut pooled = pool.get().await.unwrap();
        assert_eq!(ids(&page().all(&pooled).await.unwrap()), NEWEST_FIRST);
        let transaction = pooled.transaction().await.unwrap();
        assert_eq!(page().count(&transaction).await.unwrap(), 4);
    });
}

const TOO_MANY: &str = "there is more than one such row of `ImageGeneration`";

#[test]
fn the_futures_can_be_spawned() {
    use feedstock::tokio::Run;

    let db = dramas("spawned");
    awaited(&db.url, async |client| {
        let found = tokio::spawn(async move { page().all(&client).await.unwrap().len() });
        assert_eq!(found.await.unwrap(), 4);
    });
}

#[test]
fn one_is_one() {
    use feedstock::blocking::Run;

    let mut db = dramas("one");
    let by_id = |id| ImageGeneration::query().filter(ImageGeneration::ID.eq(id));
    assert_eq!(by_id(1001).one(&mut db.client).unwrap().local_path.as_deref(), Some("images/1001.png"));
    let missing = by_id(1006).one(&mut db.client).unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    assert_eq!(by_id(1006).with_deleted().one(&mut db.client).unwrap().prompt, "superseded draft");
    let more = page().one(&mut db.client).unwrap_err();
    assert!(more.is_too_many(), "{more}");
    // The connection is in order afterwards.
    assert!(by_id(1001).exists(&mut db.client).unwrap());
}

#[test]
fn what_the_server_refuses_is_a_database_error() {
    use feedstock::blocking::Run;

    let mut db = dramas("refused");
    let divided = ImageGeneration::query().filter(feedstock::query::sql("1 / (id - id) = $1", (1,)));
    let error = divided.clone().all(&mut db.client).unwrap_err();
    assert!(error.is_database());
    assert_eq!(error.sqlstate(), Some("22012"));
    assert_eq!(divided.first(&mut db.client).unwrap_err().sqlstate(), Some("22012"));
    assert_eq!(page().count(&mut db.client).unwrap(), 4);
}
