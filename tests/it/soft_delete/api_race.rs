//! Races. Each round has a drama of its own, and the sides start together; what must hold is asked at the end, of all
//! rounds at once. `FEEDSTOCK_RACE_ROUNDS` says how many rounds there are.

use std::sync::{Arc, Barrier};
use std::thread::{scope, sleep};
use std::time::Duration;

use feedstock::blocking::Run;
use feedstock::{Model, Result};
use postgres::Client;

use super::models::{cascade, restrict, set_null};
use super::{alone, ask, connect, dramas, one, orphans, seed};
use crate::support::{TestDb, eventually};
use cascade::{Drama, Image, Storyboard};

type Work = fn(&mut Client, i32) -> Result<u64>;

fn rounds() -> i32 {
    std::env::var("FEEDSTOCK_RACE_ROUNDS").map_or(60, |rounds| rounds.parse().unwrap())
}

/// The dramas of the rounds.
fn ids() -> std::ops::Range<i32> {
    100..100 + rounds()
}

/// Lets the sides meet in each round. No side may fail: not by a deadlock either.
fn race(name: &str, before: Work, sides: &[Work]) -> TestDb {
    let mut db = dramas(name);
    for id in ids() {
        seed(&mut db.client, id);
        before(&mut db.client, id).unwrap();
    }
    let start = Arc::new(Barrier::new(sides.len()));
    scope(|threads| {
        for (number, side) in (0..).zip(sides) {
            let (mut client, start) = (connect(&db.url), start.clone());
            threads.spawn(move || ids().for_each(|id| round(&mut client, &start, *side, number, id)));
        }
    });
    db
}

fn round(client: &mut Client, start: &Barrier, side: Work, number: u64, id: i32) {
    start.wait();
    // Who comes first, and by how much, differs from round to round.
    sleep(Duration::from_micros((id as u64 * (number + 1) * 7919) % 4000));
    // The other side has to come through its rounds, or this test would never end.
    if let Err(error) = side(client, id) {
        println!("drama {id}: {error:?}");
        client.execute("INSERT INTO drama (id) VALUES (-1) ON CONFLICT DO NOTHING", &[]).unwrap();
    }
}

#[track_caller]
fn held(db: &mut TestDb) {
    // A deadlock is tried again, which would hide that there are any. Sessions count theirs when they end.
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()";
    eventually("the sides are gone", || one(&mut db.client, others) == "1");
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(one(&mut db.client, deadlocks), "0");
    assert_eq!(one(&mut db.client, "SELECT count(*) FROM drama WHERE id < 0"), "0", "a side failed");
    assert_eq!(orphans(&mut db.client), 0, "live below deleted");
}

/// The latest deletion first, each of which brings back what bears its stamp; all rows are live then.
#[track_caller]
fn undo(db: &mut TestDb) {
    for row in ask(&mut db.client, "deletions") {
        let (dramas, storyboards): (Vec<i32>, Vec<i32>) = (row.get("dramas"), row.get("storyboards"));
        let restored = if dramas.is_empty() {
            let some = Storyboard::query().filter(Storyboard::ID.one_of(storyboards));
            some.restore(&mut db.client).unwrap()
        } else {
            Drama::query().filter(Drama::ID.one_of(dramas)).restore(&mut db.client).unwrap()
        };
        assert_eq!(restored, row.get::<_, i64>("bearing") as u64);
    }
    assert_eq!(one(&mut db.client, "SELECT count(*) FROM image WHERE deleted_at IS NOT NULL"), "0");
}

fn nothing(_: &mut Client, _: i32) -> Result<u64> {
    Ok(0)
}

fn delete_drama(client: &mut Client, id: i32) -> Result<u64> {
    Drama::find(id).soft_delete(client)
}

fn delete_storyboard(client: &mut Client, id: i32) -> Result<u64> {
    Storyboard::find(id * 10 + 1).soft_delete(client)
}

fn delete_two(client: &mut Client, id: i32) -> Result<u64> {
    let two = Storyboard::query().filter(Storyboard::ID.one_of([id * 10 + 2, id * 10 + 1]));
    two.soft_delete(client)
}

fn detach_storyboard(client: &mut Client, id: i32) -> Result<u64> {
    set_null::Storyboard::find(id * 10 + 1).soft_delete(client)
}

fn delete_restricted(client: &mut Client, id: i32) -> Result<u64> {
    match restrict::Storyboard::find(id * 10 + 1).soft_delete(client) {
        Err(error) if error.is_restricted() => Ok(0),
        other => other,
    }
}

/// A refusal is no failure: the parent was deleted meanwhile.
fn refused(result: Result<u64>) -> Result<u64> {
    result.or_else(|error| if error.is_parent_deleted() { Ok(0) } else { Err(error) })
}

fn restore_drama(client: &mut Client, id: i32) -> Result<u64> {
    refused(Drama::find(id).restore(client))
}

fn restore_storyboard(client: &mut Client, id: i32) -> Result<u64> {
    refused(Storyboard::find(id * 10 + 1).restore(client))
}

/// Below live parents only, as the model says.
fn insert(client: &mut Client, id: i32) -> Result<u64> {
    put(client, id * 100 + 50, id, Some(id * 10 + 1))
}

fn insert_at_once(client: &mut Client, id: i32) -> Result<u64> {
    put(client, id * 100 + 51, id, None)
}

fn put(client: &mut Client, id: i32, drama_id: i32, storyboard_id: Option<i32>) -> Result<u64> {
    refused(Image::insert(Image { id, drama_id, storyboard_id, deleted_at: None }).execute(client))
}

/// Leaves the storyboards without images, so that they may be deleted alone.
fn empty_storyboard(client: &mut Client, id: i32) -> Result<u64> {
    Ok(client.execute("UPDATE image SET storyboard_id = NULL WHERE drama_id = $1", &[&id])?)
}

#[test]
fn insert_against_delete() {
    let mut db = race("api_insert_delete", nothing, &[insert, delete_drama, insert_at_once]);
    held(&mut db);
    undo(&mut db);
}

#[test]
fn insert_against_delete_of_the_nearer_parent() {
    let mut db = race("api_insert_nearer", nothing, &[insert, delete_storyboard]);
    held(&mut db);
    undo(&mut db);
}

#[test]
fn delete_against_delete() {
    let mut db = race("api_delete_delete", nothing, &[delete_drama, delete_storyboard, delete_two]);
    held(&mut db);
    let broken = "SELECT count(*) FROM image i JOIN storyboard s ON s.id = i.storyboard_id \
        WHERE i.drama_id >= 100 AND i.deleted_at IS DISTINCT FROM s.deleted_at";
    assert_eq!(one(&mut db.client, broken), "0");
    undo(&mut db);
}

#[test]
fn delete_against_restore() {
    let sides: &[Work] = &[delete_drama, restore_storyboard, delete_storyboard];
    let mut db = race("api_delete_restore", delete_storyboard, sides);
    held(&mut db);
    undo(&mut db);
}

#[test]
fn restore_of_the_parent_against_restore_of_the_child() {
    let sides: &[Work] = &[restore_drama, restore_storyboard, restore_drama];
    let mut db = race("api_restore_restore", delete_drama, sides);
    held(&mut db);
    assert_eq!(one(&mut db.client, "SELECT count(*) FROM image WHERE deleted_at IS NOT NULL"), "0");
}

#[test]
fn set_null_against_cascade() {
    let mut db = race("api_set_null", nothing, &[detach_storyboard, delete_drama]);
    held(&mut db);
    let live = "SELECT count(*) FROM image WHERE drama_id >= 100 AND deleted_at IS NULL";
    assert_eq!(one(&mut db.client, live), "0");
    let linked = "SELECT count(*) FROM image i JOIN storyboard s ON s.id = i.storyboard_id \
        WHERE i.drama_id >= 100 AND s.deleted_at <> i.deleted_at";
    assert_eq!(one(&mut db.client, linked), "0");
}

#[test]
fn restrict_against_insert() {
    let mut db = race("api_restrict", empty_storyboard, &[insert, delete_restricted]);
    held(&mut db);
    let neither = "SELECT count(*) FROM storyboard s \
        WHERE s.id % 10 = 1 AND s.id > 1000 AND deleted_at IS NULL \
        AND NOT EXISTS (SELECT FROM image WHERE storyboard_id = s.id)";
    assert_eq!(one(&mut db.client, neither), "0");
}

/// The same on async clients, many at once on one runtime.
#[test]
fn many_async_clients_delete_and_restore() {
    use feedstock::tokio::Run as Async;

    let mut db = dramas("api_async");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let work = |number: i32, url: String| async move {
        let (mut client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        for round in 0..rounds() {
            let storyboard = Storyboard::find(11 + (round + number) % 3);
            let done = match (round + number) % 4 {
                0 => Async::soft_delete(Drama::find(1), &mut client).await,
                1 => Async::restore(Drama::find(1), &mut client).await,
                2 => Async::soft_delete(storyboard, &mut client).await,
                _ => Async::restore(storyboard, &mut client).await,
            };
            refused(done).unwrap();
        }
    };
    runtime.block_on(async {
        let all: Vec<_> = (0..4).map(|number| tokio::spawn(work(number, db.url.clone()))).collect();
        for one in all {
            one.await.unwrap();
        }
    });
    held(&mut db);
    undo(&mut db);
    assert_eq!(
        alone(&mut db.client, |tx| tx
            .query("SELECT FROM image WHERE deleted_at IS NULL", &[])
            .unwrap()
            .len()),
        12
    );
}
