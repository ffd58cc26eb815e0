//! Races. Each round has a drama of its own, and the two sides start together; what must hold is asked at
//! the end,
//! of all rounds at once. `FEEDSTOCK_RACE_ROUNDS` says how many rounds there are.

use std::sync::{Arc, Barrier};
use std::thread::{scope, sleep};
use std::time::Duration;

use postgres::{Client, Error, Transaction};

use super::algorithm::{self, Outcome, Rows, Rule, ask, drama, run, storyboard};
use super::{alone, connect, dramas, one, orphans, restore};
use crate::support::TestDb;

type Work = fn(&mut Transaction, i32) -> Result<Outcome, Error>;

pub fn rounds() -> i32 {
    std::env::var("FEEDSTOCK_RACE_ROUNDS").map_or(60, |rounds| rounds.parse().unwrap())
}

/// The dramas of the rounds.
pub fn ids() -> std::ops::Range<i32> {
    100..100 + rounds()
}

/// Lets the sides meet in each round. No side may fail: not by a deadlock either.
fn race(name: &str, before: Work, sides: &[Work]) -> TestDb {
    let mut db = dramas(name);
    for id in ids() {
        run(&mut db.client, "seed", &[&id]).unwrap();
        alone(&mut db.client, |tx| before(tx, id).unwrap());
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
    sleep(Duration::from_micros((id as u64 * (number + 1) * 7919) % 2000));
    let done = client.transaction().and_then(|mut tx| {
        side(&mut tx, id)?;
        tx.commit()
    });
    // The other side has to come through its rounds, or this test would never end.
    if let Err(error) = done {
        println!("drama {id}: {error:?}");
        client.execute("INSERT INTO drama (id) VALUES (-1) ON CONFLICT DO NOTHING", &[]).unwrap();
    }
}

#[track_caller]
fn held(db: &mut TestDb) {
    assert_eq!(one(&mut db.client, "SELECT count(*) FROM drama WHERE id < 0"), "0", "a side failed");
    assert_eq!(orphans(&mut db.client), 0, "live below deleted");
}

/// The latest deletion first, which is the order in which nothing is refused; all rows are live then.
#[track_caller]
fn undo(db: &mut TestDb) {
    for row in ask(&mut db.client, "deletions", &[]).unwrap() {
        let roots =
            Rows { dramas: row.get("dramas"), storyboards: row.get("storyboards"), images: Vec::new() };
        let bearing: i64 = row.get("bearing");
        assert_eq!(restore(&mut db.client, &roots, Rule::Cascade), Outcome::Done(bearing as u64));
    }
    let deleted = "SELECT count(*) FROM image WHERE deleted_at IS NOT NULL";
    assert_eq!(one(&mut db.client, deleted), "0");
}

fn nothing(_: &mut Transaction, _: i32) -> Result<Outcome, Error> {
    Ok(Outcome::Done(0))
}

fn delete_drama(tx: &mut Transaction, id: i32) -> Result<Outcome, Error> {
    algorithm::delete(tx, &drama(id), Rule::Cascade)
}

fn delete_storyboard(tx: &mut Transaction, id: i32) -> Result<Outcome, Error> {
    algorithm::delete(tx, &storyboard(id * 10 + 1), Rule::Cascade)
}

fn delete_two(tx: &mut Transaction, id: i32) -> Result<Outcome, Error> {
    let roots = Rows { storyboards: vec![id * 10 + 2, id * 10 + 1], ..Rows::default() };
    algorithm::delete(tx, &roots, Rule::Cascade)
}

fn detach_storyboard(tx: &mut Transaction, id: i32) -> Result<Outcome, Error> {
    algorithm::delete(tx, &storyboard(id * 10 + 1), Rule::SetNull)
}

fn delete_restricted(tx: &mut Transaction, id: i32) -> Result<Outcome, Error> {
    algorithm::delete(tx, &storyboard(id * 10 + 1), Rule::Restrict)
}

fn restore_drama(tx: &mut Transaction, id: i32) -> Result<Outcome, Error> {
    algorithm::restore(tx, &drama(id), Rule::Cascade)
}

fn restore_storyboard(tx: &mut Transaction, id: i32) -> Result<Outcome, Error> {
    algorithm::restore(tx, &storyboard(id * 10 + 1), Rule::Cascade)
}

fn insert(tx: &mut Transaction, id: i32) -> Result<Outcome, Error> {
    algorithm::insert(tx, id * 100 + 50, id, Some(id * 10 + 1))
}

fn insert_at_once(tx: &mut Transaction, id: i32) -> Result<Outcome, Error> {
    run(tx, "insert_image_at_once", &[&(id * 100 + 51), &id]).map(Outcome::Done)
}

/// Leaves the storyboards without images, so that they may be deleted alone.
fn empty_storyboard(tx: &mut Transaction, id: i32) -> Result<Outcome, Error> {
    tx.execute("UPDATE image SET storyboard_id = NULL WHERE drama_id = $1", &[&id]).map(Outcome::Done)
}

#[test]
fn insert_against_delete() {
    let mut db = race("insert_delete", nothing, &[insert, delete_drama, insert_at_once]);
    held(&mut db);
    undo(&mut db);
}

#[test]
fn insert_against_delete_of_the_nearer_parent() {
    let mut db = race("insert_nearer", nothing, &[insert, delete_storyboard]);
    held(&mut db);
    undo(&mut db);
}

#[test]
fn delete_against_delete() {
    let sides: &[Work] = &[delete_drama, delete_storyboard, delete_two];
    let mut db = race("delete_delete", nothing, sides);
    held(&mut db);
    // Within a round no two deletions are alike, and all that one deletion took bears its one stamp.
    let broken = "SELECT count(*) FROM image i JOIN storyboard s ON s.id = i.storyboard_id \
        WHERE i.drama_id >= 100 AND i.deleted_at IS DISTINCT FROM s.deleted_at";
    assert_eq!(one(&mut db.client, broken), "0");
    undo(&mut db);
}

#[test]
fn delete_against_restore() {
    let sides: &[Work] = &[delete_drama, restore_storyboard, delete_storyboard];
    let mut db = race("delete_restore", delete_storyboard, sides);
    held(&mut db);
    undo(&mut db);
}

#[test]
fn restore_of_the_parent_against_restore_of_the_child() {
    let mut db = race("restore_restore", delete_drama, &[restore_drama, restore_storyboard, restore_drama]);
    held(&mut db);
    let deleted = "SELECT count(*) FROM image WHERE deleted_at IS NOT NULL";
    assert_eq!(one(&mut db.client, deleted), "0");
}

#[test]
fn set_null_against_cascade() {
    let mut db = race("set_null", nothing, &[detach_storyboard, delete_drama]);
    held(&mut db);
    let live = "SELECT count(*) FROM image WHERE drama_id >= 100 AND deleted_at IS NULL";
    assert_eq!(one(&mut db.client, live), "0");
    // An image that lost its storyboard lost it to a deletion before its own.
    let linked = "SELECT count(*) FROM image i JOIN storyboard s ON s.id = i.storyboard_id \
        WHERE i.drama_id >= 100 AND s.deleted_at <> i.deleted_at";
    assert_eq!(one(&mut db.client, linked), "0");
}

#[test]
fn restrict_against_insert() {
    let mut db = race("restrict", empty_storyboard, &[insert, delete_restricted]);
    held(&mut db);
    // Either the image or the deletion came through, never neither.
    let neither = "SELECT count(*) FROM storyboard s \
        WHERE s.id % 10 = 1 AND s.id > 1000 AND deleted_at IS NULL \
        AND NOT EXISTS (SELECT FROM image WHERE storyboard_id = s.id)";
    assert_eq!(one(&mut db.client, neither), "0");
}
