//! What one session sees, or two, step by step.

use super::algorithm::{self, Outcome, Rule, drama, image, run, storyboard};
use super::{alone, connect, delete, dramas, everything, one, orphans, restore, state, waiting};

const STAMPS: &str = "SELECT count(DISTINCT deleted_at) FROM (SELECT deleted_at FROM drama UNION ALL \
    SELECT deleted_at FROM storyboard UNION ALL SELECT deleted_at FROM image) stamps";

#[test]
fn a_diamond_gets_one_stamp_and_comes_back_whole() {
    let mut db = dramas("diamond");
    let before = everything(&mut db.client);
    assert_eq!(delete(&mut db.client, &drama(1), Rule::Cascade), Outcome::Done(10));
    assert_eq!(one(&mut db.client, STAMPS), "1");
    assert_eq!(orphans(&mut db.client), 0);
    let after = everything(&mut db.client);
    assert_eq!(delete(&mut db.client, &drama(1), Rule::Cascade), Outcome::Done(0), "a second time");
    assert_eq!(everything(&mut db.client), after);
    assert_eq!(restore(&mut db.client, &drama(1), Rule::Cascade), Outcome::Done(10));
    assert_eq!(restore(&mut db.client, &drama(1), Rule::Cascade), Outcome::Done(0), "a second time");
    assert_eq!(everything(&mut db.client), before);
}

#[test]
fn restore_leaves_what_was_deleted_before() {
    let mut db = dramas("before");
    delete(&mut db.client, &image(101), Rule::Cascade);
    delete(&mut db.client, &storyboard(11), Rule::Cascade);
    let before = everything(&mut db.client);
    delete(&mut db.client, &drama(1), Rule::Cascade);
    restore(&mut db.client, &drama(1), Rule::Cascade);
    assert_eq!(everything(&mut db.client), before);
}

#[test]
fn two_deletions_in_one_transaction_differ() {
    let mut db = dramas("one_transaction");
    let before = everything(&mut db.client);
    alone(&mut db.client, |tx| {
        algorithm::delete(tx, &storyboard(12), Rule::Cascade).unwrap();
        algorithm::delete(tx, &drama(1), Rule::Cascade).unwrap();
    });
    separate(&mut db.client, &before);
}

/// A clock that stands still, before the server's own on the search path.
const STILL: &str = "CREATE SCHEMA still; CREATE FUNCTION still.clock_timestamp() RETURNS timestamptz \
    LANGUAGE sql AS $$ SELECT timestamptz '2026-01-01 00:00:00+00' $$; \
    SET search_path = still, pg_catalog, public";

#[test]
fn a_clock_that_repeats_or_goes_back_separates_two_deletions() {
    for earlier in ["2026-01-01 00:00:00", "2031-01-01 00:00:00", "infinity"] {
        let mut db = dramas("clock");
        let before = everything(&mut db.client);
        db.client.batch_execute(STILL).unwrap();
        delete(&mut db.client, &storyboard(12), Rule::Cascade);
        assert_eq!(
            one(&mut db.client, "SELECT deleted_at FROM storyboard WHERE id = 12"),
            "2026-01-01 00:00:00"
        );
        for table in ["storyboard", "image"] {
            let later = format!("UPDATE {table} SET deleted_at = '{earlier}' WHERE deleted_at IS NOT NULL");
            db.client.execute(&later, &[]).unwrap();
        }
        delete(&mut db.client, &drama(1), Rule::Cascade);
        separate(&mut db.client, &before);
    }
}

/// Two deletions, a storyboard's and then its drama's, are two when they are undone.
#[track_caller]
fn separate(client: &mut postgres::Client, before: &str) {
    assert_eq!(one(client, STAMPS), "2");
    restore(client, &drama(1), Rule::Cascade);
    let deleted = "SELECT string_agg(id::text, ' ' ORDER BY id) FROM storyboard WHERE deleted_at IS NOT NULL";
    assert_eq!(one(client, deleted), "12");
    assert_ne!(everything(client), before);
    restore(client, &storyboard(12), Rule::Cascade);
    assert_eq!(everything(client), before);
}

/// A coarser column rounds the stamp away from its fellows: these come not back.
#[test]
fn a_column_of_seconds_breaks_restore() {
    let mut db = dramas("seconds");
    db.client.batch_execute("ALTER TABLE image ALTER deleted_at TYPE timestamp(0)").unwrap();
    db.client.batch_execute(&STILL.replace("00:00:00+00", "00:00:00.25+00")).unwrap();
    delete(&mut db.client, &drama(1), Rule::Cascade);
    assert_eq!(restore(&mut db.client, &drama(1), Rule::Cascade), Outcome::Done(4), "no image");
}

#[test]
fn a_child_of_a_deleted_parent_is_not_restored() {
    let mut db = dramas("child");
    delete(&mut db.client, &drama(1), Rule::Cascade);
    let before = everything(&mut db.client);
    assert_eq!(restore(&mut db.client, &storyboard(11), Rule::Cascade), Outcome::Refused);
    assert_eq!(restore(&mut db.client, &image(101), Rule::Cascade), Outcome::Refused);
    assert_eq!(everything(&mut db.client), before);
}

/// An image of drama 1 in a storyboard of drama 2, which nothing forbids.
#[test]
fn the_latest_deletion_is_restored_first() {
    let mut db = dramas("latest");
    db.client.execute("UPDATE image SET storyboard_id = 21 WHERE id = 101", &[]).unwrap();
    let before = everything(&mut db.client);
    delete(&mut db.client, &drama(1), Rule::Cascade);
    delete(&mut db.client, &drama(2), Rule::Cascade);
    let both = everything(&mut db.client);
    assert_eq!(
        restore(&mut db.client, &drama(1), Rule::Cascade),
        Outcome::Refused,
        "its storyboard is deleted"
    );
    assert_eq!(everything(&mut db.client), both);
    assert_eq!(restore(&mut db.client, &drama(2), Rule::Cascade), Outcome::Done(10));
    assert_eq!(restore(&mut db.client, &drama(1), Rule::Cascade), Outcome::Done(10));
    assert_eq!(everything(&mut db.client), before);
}

#[test]
fn cascade_beats_set_null_and_restrict() {
    for rule in [Rule::SetNull, Rule::Restrict] {
        let mut db = dramas("beats");
        let before = everything(&mut db.client);
        assert_eq!(delete(&mut db.client, &drama(1), rule), Outcome::Done(10));
        let links = "SELECT count(storyboard_id) FROM image WHERE drama_id = 1";
        assert_eq!(one(&mut db.client, links), "5");
        restore(&mut db.client, &drama(1), rule);
        assert_eq!(everything(&mut db.client), before);
    }
}

#[test]
fn set_null_detaches_the_live_and_restore_the_others() {
    let mut db = dramas("set_null");
    // The storyboard has three images, one of which is deleted before it.
    db.client.execute("UPDATE image SET storyboard_id = 11 WHERE id IN (103, 104)", &[]).unwrap();
    delete(&mut db.client, &image(103), Rule::SetNull);
    assert_eq!(delete(&mut db.client, &storyboard(11), Rule::SetNull), Outcome::Done(1));
    let link = |id: i32| format!("SELECT storyboard_id FROM image WHERE id = {id}");
    assert_eq!(one(&mut db.client, &link(104)), "NULL");
    assert_eq!(one(&mut db.client, &link(103)), "11");
    assert_eq!(restore(&mut db.client, &image(103), Rule::SetNull), Outcome::Done(1));
    assert_eq!(one(&mut db.client, &link(103)), "NULL");
    restore(&mut db.client, &storyboard(11), Rule::SetNull);
    assert_eq!(one(&mut db.client, &link(104)), "NULL", "set_null is not undone");
}

#[test]
fn restrict_refuses_and_writes_nothing() {
    let mut db = dramas("restrict");
    let before = everything(&mut db.client);
    assert_eq!(delete(&mut db.client, &storyboard(12), Rule::Restrict), Outcome::Refused);
    assert_eq!(everything(&mut db.client), before);
    db.client.execute("UPDATE image SET deleted_at = now() WHERE storyboard_id = 12", &[]).unwrap();
    assert_eq!(
        delete(&mut db.client, &storyboard(12), Rule::Restrict),
        Outcome::Done(1),
        "deleted ones do not count"
    );
}

#[test]
fn a_taken_unique_refuses_the_restore_and_nothing_changes() {
    let mut db = dramas("unique");
    delete(&mut db.client, &drama(1), Rule::Cascade);
    db.client.batch_execute("UPDATE drama SET deleted_at = NULL WHERE id = 1").unwrap();
    db.client.execute("INSERT INTO storyboard VALUES (19, 1, 2)", &[]).unwrap();
    let before = everything(&mut db.client);
    let mut tx = db.client.transaction().unwrap();
    // Without the savepoint the caller's transaction would be lost too.
    let mut savepoint = tx.transaction().unwrap();
    let error = algorithm::restore(&mut savepoint, &storyboard(12), Rule::Cascade).unwrap_err();
    assert_eq!(state(&error), "23505");
    assert_eq!(error.as_db_error().unwrap().constraint(), Some("storyboard_number"));
    savepoint.rollback().unwrap();
    tx.commit().unwrap();
    assert_eq!(everything(&mut db.client), before);
    assert_eq!(restore(&mut db.client, &storyboard(11), Rule::Cascade), Outcome::Done(2), "another number");
}

#[test]
fn a_child_that_came_before_the_deletion_goes_along() {
    let mut db = dramas("came_before");
    let mut other = connect(&db.url);
    let mut tx = other.transaction().unwrap();
    algorithm::insert(&mut tx, 999, 1, Some(11)).unwrap();
    let deletion = waiting(&mut db, |client| delete(client, &storyboard(11), Rule::Cascade));
    tx.commit().unwrap();
    assert_eq!(deletion.join().unwrap(), Outcome::Done(3));
    assert_eq!(orphans(&mut db.client), 0);
}

#[test]
fn a_child_that_comes_after_the_deletion_is_refused() {
    for at_once in [true, false] {
        let mut db = dramas("comes_after");
        let mut other = connect(&db.url);
        let mut tx = other.transaction().unwrap();
        algorithm::delete(&mut tx, &drama(1), Rule::Cascade).unwrap();
        let inserted = waiting(&mut db, move |client| {
            if at_once {
                return run(client, "insert_image_at_once", &[&999, &1]).unwrap();
            }
            match alone(client, |tx| algorithm::insert(tx, 999, 1, Some(11)).unwrap()) {
                Outcome::Done(count) => count,
                Outcome::Refused => 0,
            }
        });
        tx.commit().unwrap();
        assert_eq!(inserted.join().unwrap(), 0, "at once: {at_once}");
        assert_eq!(orphans(&mut db.client), 0);
    }
}

#[test]
fn an_insert_goes_through_when_the_deletion_is_rolled_back() {
    let mut db = dramas("rolled_back");
    let mut other = connect(&db.url);
    let mut tx = other.transaction().unwrap();
    algorithm::delete(&mut tx, &drama(1), Rule::Cascade).unwrap();
    let insert = waiting(&mut db, |client| run(client, "insert_image_at_once", &[&999, &1]).unwrap());
    tx.rollback().unwrap();
    assert_eq!(insert.join().unwrap(), 1);
}

/// The stamp of a deletion that was waited for is seen by the statement after the locks.
#[test]
fn a_stamp_that_was_waited_for_is_met() {
    let mut db = dramas("waited_for");
    let before = everything(&mut db.client);
    db.client.batch_execute(STILL).unwrap();
    let mut other = connect(&db.url);
    other.batch_execute("SET search_path = still, pg_catalog, public").unwrap();
    let mut tx = other.transaction().unwrap();
    algorithm::delete(&mut tx, &storyboard(12), Rule::Cascade).unwrap();
    let deletion = waiting(&mut db, |client| {
        client.batch_execute("SET search_path = still, pg_catalog, public").unwrap();
        delete(client, &drama(1), Rule::Cascade)
    });
    tx.commit().unwrap();
    deletion.join().unwrap();
    separate(&mut db.client, &before);
}
