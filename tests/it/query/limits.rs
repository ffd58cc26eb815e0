//! No ending changes more rows than it gives.

use feedstock::query::{Filter, Rows, sql};
use feedstock::{Error, Model};
use images::{Asset, Drama, ImageGeneration as Image, NewDrama};
use postgres::Client;

use super::{awaited, dramas};
use crate::support;

/// A table without a key, of which no two rows need to differ.
mod keyless {
    use feedstock::Model;

    #[derive(Debug, PartialEq, Model)]
    pub struct Reading {
        pub sensor: i32,
        pub value: i32,
    }
}

use keyless::Reading;

fn readings(name: &str) -> support::TestDb {
    let mut db = support::database(name);
    db.client
        .batch_execute(
            "CREATE TABLE reading (sensor integer NOT NULL, value integer NOT NULL); INSERT INTO reading \
             SELECT 1, n FROM generate_series(1, 20001) n; INSERT INTO reading VALUES (2, 0), (3, 0), (3, 0)",
        )
        .unwrap();
    db
}

/// How many rows bear the mark.
fn changed(client: &mut Client) -> i64 {
    client.query_one("SELECT count(*) FROM reading WHERE value = -1", &[]).unwrap().get(0)
}

fn mark(filter: Filter<Reading>) -> feedstock::query::Update<Reading> {
    Reading::update().set(Reading::VALUE.to(-1)).filter(filter)
}

#[track_caller]
fn is_too_many(error: &Error) {
    assert!(error.is_too_many(), "{error}");
    assert!(error.to_string().contains("nothing was changed"), "{error}");
}

#[test]
fn an_update_of_more_rows_than_its_ending_gives_changes_none() {
    use feedstock::blocking::Run;

    let mut db = readings("limit_update");
    let client = &mut db.client;
    let either = || Reading::SENSOR.eq(1).or(Reading::SENSOR.eq(3));
    for filter in [Reading::SENSOR.eq(1), Reading::SENSOR.eq(3), either(), Filter::everything()] {
        let error = mark(filter.clone()).one(client).unwrap_err();
        assert_eq!(
            error.to_string(),
            "an update of `Reading` would change more than one row, and nothing was changed\n  help: `one` and \
             `first` change one row at most: filter by a key, or end with `all` or `execute`"
        );
        is_too_many(&mark(filter).first(client).unwrap_err());
        assert_eq!(changed(client), 0);
    }
    // In a transaction, which can go on.
    let mut transaction = client.transaction().unwrap();
    is_too_many(&mark(either()).one(&mut transaction).unwrap_err());
    assert_eq!(mark(Reading::SENSOR.eq(2)).one(&mut transaction).unwrap(), Reading { sensor: 2, value: -1 });
    transaction.commit().unwrap();
    assert_eq!(changed(client), 1);

    assert_eq!(mark(Reading::SENSOR.eq(2)).first(client).unwrap(), Some(Reading { sensor: 2, value: -1 }));
    assert_eq!(mark(sql("sensor = $1 -- the second", (2,))).one(client).unwrap().value, -1);
    assert_eq!(mark(Reading::SENSOR.eq(9)).first(client).unwrap(), None);
    assert!(mark(Reading::SENSOR.eq(9)).one(client).unwrap_err().is_not_found());
    assert_eq!(changed(client), 1);
    assert_eq!(mark(Reading::SENSOR.eq(3)).all(client).unwrap().len(), 2);
    assert_eq!(mark(Reading::SENSOR.eq(1)).execute(client).unwrap(), 20_001);

    let mut db = readings("limit_update_awaited");
    awaited(&db.url, async |client| {
        use feedstock::tokio::Run;
        is_too_many(&Run::one(mark(either()), &client).await.unwrap_err());
        is_too_many(&Run::first(mark(either()), &client).await.unwrap_err());
        let one = Run::one(mark(Reading::SENSOR.eq(2)), &client).await.unwrap();
        assert_eq!(one, Reading { sensor: 2, value: -1 });
        assert_eq!(Run::first(mark(Reading::SENSOR.eq(9)), &client).await.unwrap(), None);
    });
    assert_eq!(changed(&mut db.client), 1);
}

/// Whether the rows are too many is said before whether their parents are live.
#[test]
fn an_update_below_parents_is_limited_alike() {
    use feedstock::blocking::Run;

    let mut db = dramas("limit_parents");
    let client = &mut db.client;
    let moved = |drama, filter| Image::update().set(Image::DRAMA_ID.to(drama)).filter(filter);
    let of = "SELECT string_agg(drama_id::text, ' ' ORDER BY id) FROM image_generations";
    let before: String = client.query_one(of, &[]).unwrap().get(0);
    for drama in [2, 99] {
        is_too_many(&moved(drama, Image::DRAMA_ID.eq(1)).one(client).unwrap_err());
        is_too_many(&moved(drama, Image::DRAMA_ID.eq(1)).first(client).unwrap_err());
    }
    assert!(moved(99, Image::ID.eq(1001)).one(client).unwrap_err().is_parent_deleted());
    assert!(moved(99, Image::ID.eq(1001)).first(client).unwrap_err().is_parent_deleted());
    assert_eq!(client.query_one(of, &[]).unwrap().get::<_, String>(0), before);
    assert_eq!(moved(2, Image::ID.eq(1001)).one(client).unwrap().drama_id, 2);
    assert_eq!(moved(1, Image::ID.eq(1001)).first(client).unwrap().unwrap().drama_id, 1);
    assert_eq!(client.query_one(of, &[]).unwrap().get::<_, String>(0), before);
}

/// What comes into reach while the update waits for a lock is not changed, and what leaves it is not either.
#[test]
fn a_row_that_is_waited_for_is_looked_at_again() {
    use feedstock::blocking::Run;

    for (now, found) in [(0, true), (7, false)] {
        let mut db = readings(&format!("limit_waiting_{now}"));
        let mut other = Client::connect(&db.url, postgres::NoTls).unwrap();
        let mut transaction = other.transaction().unwrap();
        let taken = "UPDATE reading SET value = $1 WHERE sensor = 2";
        transaction.execute(taken, &[&now]).unwrap();
        transaction.execute("UPDATE reading SET sensor = 2 WHERE sensor = 3", &[]).unwrap();
        let update = crate::soft_delete::waiting(&mut db, |client| {
            mark(Reading::SENSOR.eq(2).and(Reading::VALUE.eq(0))).first(client).unwrap()
        });
        transaction.commit().unwrap();
        assert_eq!(update.join().unwrap().is_some(), found);
        assert_eq!(changed(&mut db.client), i64::from(found));
    }
}

#[test]
fn several_new_rows_are_no_single_one() {
    use feedstock::blocking::Run;

    let mut db = dramas("limit_insert");
    let client = &mut db.client;
    let rows = || ["a", "b"].map(|title| NewDrama::new(title.to_owned()));
    let count = Drama::query().count(client).unwrap();
    let error = Drama::insert_many(rows()).one(client).unwrap_err();
    assert!(error.is_too_many(), "{error}");
    assert_eq!(
        error.to_string(),
        "2 rows of `Drama` are given to be inserted, and nothing was inserted\n  help: `one` and `first` insert one \
         row at most: end with `all` or `execute`"
    );
    assert!(Drama::insert_many(rows()).first(client).unwrap_err().is_too_many());
    let upsert = || Drama::insert_many(rows()).on_conflict(Drama::ID).do_update_all();
    assert!(upsert().one(client).unwrap_err().is_too_many());
    assert!(upsert().first(client).unwrap_err().is_too_many());
    assert_eq!(Drama::query().count(client).unwrap(), count);
    assert_eq!(Drama::insert_many(rows().into_iter().take(1)).one(client).unwrap().title, "a");
    assert_eq!(Drama::insert_many(rows().into_iter().take(0)).first(client).unwrap(), None);
    awaited(&db.url, async |client| {
        use feedstock::tokio::Run;
        assert!(Run::one(Drama::insert_many(rows()), &client).await.unwrap_err().is_too_many());
        assert!(Run::first(upsert(), &client).await.unwrap_err().is_too_many());
        assert_eq!(Run::count(Drama::query(), &client).await.unwrap(), count + 1);
    });
}

/// The values of the condition, which stands twice, travel once.
#[test]
fn a_limited_update_is_one_statement() {
    let update = Asset::update().set(Asset::NAME.to("x")).filter(Asset::ID.one_of([1, 2]));
    let statement = update.rows(Some(2)).unwrap();
    assert_eq!(statement.params().count(), 2);
    let head =
        r#"WITH "feedstock few" AS MATERIALIZED (SELECT count(*) < 2 AS "few" FROM (SELECT FROM "assets" "#;
    assert!(statement.sql().starts_with(head), "{}", statement.sql());
}
