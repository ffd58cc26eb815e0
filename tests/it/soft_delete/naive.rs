//! Shorter ways that fail, each with the same steps done right.

use super::algorithm::{self, Rule, drama, keys, run, storyboard};
use super::{alone, connect, delete, dramas, one, orphans, state, waiting};

#[test]
fn a_cascade_in_one_statement_loses_the_child_that_it_waited_for() {
    for (one_statement, lost) in [(true, 1), (false, 0)] {
        let mut db = dramas("one_statement");
        if one_statement {
            // The statement marks no storyboards.
            db.client.batch_execute("DELETE FROM image; DELETE FROM storyboard").unwrap();
        }
        let mut other = connect(&db.url);
        let mut tx = other.transaction().unwrap();
        run(&mut tx, "insert_image", &[&999, &1, &None::<i32>]).unwrap();
        let deletion = waiting(&mut db, move |client| {
            if one_statement {
                run(client, "one_statement", &[&1]).unwrap();
            } else {
                delete(client, &drama(1), Rule::Cascade);
            }
        });
        tx.commit().unwrap();
        deletion.join().unwrap();
        assert_eq!(orphans(&mut db.client), lost, "in one statement: {one_statement}");
    }
}

#[test]
fn of_two_ctes_that_update_one_row_one_is_lost_silently() {
    let mut db = dramas("two_ctes");
    // Of five images that both mean, each has only one of the two changes in the end.
    db.client.batch_execute("UPDATE image SET storyboard_id = 11 WHERE drama_id = 1").unwrap();
    let counts = super::ask(&mut db.client, "two_ctes", &[&1, &11]).unwrap();
    let (stamped, detached): (i64, i64) = (counts[0].get(0), counts[0].get(1));
    assert_eq!(stamped + detached, 6, "the second update of a row is not even counted");
    let both =
        "SELECT count(*) FROM image WHERE drama_id = 1 AND deleted_at IS NOT NULL AND storyboard_id IS NULL";
    assert_eq!(one(&mut db.client, both), "0");
}

#[test]
fn a_snapshot_of_the_whole_transaction_loses_the_child_that_it_waited_for() {
    for (isolation, lost) in [("READ COMMITTED", 0), ("REPEATABLE READ", 1), ("SERIALIZABLE", 1)] {
        let mut db = dramas("isolation");
        let mut other = connect(&db.url);
        let mut tx = other.transaction().unwrap();
        algorithm::insert(&mut tx, 999, 1, None).unwrap();
        let deletion = waiting(&mut db, move |client| {
            client.batch_execute(&format!("SET default_transaction_isolation = '{isolation}'")).unwrap();
            delete(client, &drama(1), Rule::Cascade);
        });
        tx.commit().unwrap();
        deletion.join().unwrap();
        assert_eq!(orphans(&mut db.client), lost, "{isolation}");
    }
}

/// Levels are no order: the images are one level below the drama and two levels below it at once.
#[test]
fn locking_level_by_level_deadlocks_in_a_diamond() {
    let mut db = dramas("levels");
    let mut other = connect(&db.url);
    let mut whole = other.transaction().unwrap();
    keys(&mut whole, "lock_dramas", &[&vec![1]]).unwrap();
    // The drama's own level, its images first; the storyboards' images would be the next level.
    let none = Vec::<i32>::new();
    super::ask(&mut whole, "lock_images", &[&none, &vec![1], &none]).unwrap();
    let part = waiting(&mut db, |client| {
        let mut tx = client.transaction().unwrap();
        algorithm::delete(&mut tx, &storyboard(11), Rule::Cascade).map(|_| tx.commit().unwrap())
    });
    let whole = keys(&mut whole, "lock_storyboards", &[&none, &vec![1]]).map(|_| whole.rollback().unwrap());
    let failed: Vec<_> = [whole.err(), part.join().unwrap().err()].into_iter().flatten().collect();
    assert_eq!(failed.iter().map(state).collect::<Vec<_>>(), ["40P01"]);
}

#[test]
fn tables_in_order_wait_instead() {
    let mut db = dramas("tables");
    let mut other = connect(&db.url);
    let mut tx = other.transaction().unwrap();
    algorithm::delete(&mut tx, &storyboard(11), Rule::Cascade).unwrap();
    let whole = waiting(&mut db, |client| delete(client, &drama(1), Rule::Cascade));
    tx.commit().unwrap();
    assert_eq!(
        whole.join().unwrap(),
        algorithm::Outcome::Done(8),
        "all but the storyboard and its one image"
    );
    let stamps = "SELECT count(DISTINCT deleted_at) FROM image WHERE drama_id = 1";
    assert_eq!(one(&mut db.client, stamps), "2");
}

/// The foreign key looks for the row, which a soft deletion leaves there.
#[test]
fn a_foreign_key_alone_lets_a_child_in_after_the_deletion() {
    let mut db = dramas("foreign_key");
    let mut other = connect(&db.url);
    let mut tx = other.transaction().unwrap();
    algorithm::delete(&mut tx, &drama(1), Rule::Cascade).unwrap();
    let plain = waiting(&mut db, |client| run(client, "insert_image", &[&999, &1, &None::<i32>]).unwrap());
    tx.commit().unwrap();
    plain.join().unwrap();
    assert_eq!(orphans(&mut db.client), 1);
}

/// Two who insert a child and then count it on the parent both hold FOR SHARE and both want more.
#[test]
fn a_shared_parent_cannot_be_counted_up_by_two() {
    let mut db = dramas("counter");
    let (holding, count) = ("SELECT FROM drama WHERE id = 1 FOR SHARE", COUNT);
    let mut other = connect(&db.url);
    let mut tx = other.transaction().unwrap();
    tx.execute(holding, &[]).unwrap();
    let theirs = waiting(&mut db, move |client| {
        let mut tx = client.transaction().unwrap();
        tx.execute(holding, &[]).unwrap();
        tx.execute(count, &[]).map(|_| tx.commit().unwrap())
    });
    let mine = tx.execute(count, &[]).map(|_| tx.commit().unwrap());
    let failed: Vec<_> = [mine.err(), theirs.join().unwrap().err()].into_iter().flatten().collect();
    assert_eq!(failed.iter().map(state).collect::<Vec<_>>(), ["40P01"]);
}

/// FOR KEY SHARE, which still waits for the FOR UPDATE of a deletion, lets both count.
#[test]
fn a_key_shared_parent_can_be_counted_up_by_two() {
    let mut db = dramas("key_counter");
    let holding = "SELECT FROM drama WHERE id = 1 FOR KEY SHARE";
    let mut other = connect(&db.url);
    let mut tx = other.transaction().unwrap();
    tx.execute(holding, &[]).unwrap();
    alone(&mut db.client, |tx| {
        tx.execute(holding, &[]).unwrap();
        tx.execute(COUNT, &[]).unwrap();
    });
    tx.execute(COUNT, &[]).unwrap();
    tx.commit().unwrap();
    assert_eq!(one(&mut db.client, "SELECT plays FROM drama WHERE id = 1"), "2");
}

const COUNT: &str = "UPDATE drama SET plays = plays + 1 WHERE id = 1";

/// Only FOR SHARE waits for a deletion that is one plain UPDATE, written by somebody else.
#[test]
fn a_key_share_does_not_see_a_plain_update_coming() {
    let mut db = dramas("plain_update");
    let mut other = connect(&db.url);
    let mut tx = other.transaction().unwrap();
    tx.execute("UPDATE drama SET deleted_at = now() WHERE id = 1", &[]).unwrap();
    let live = "SELECT deleted_at IS NULL FROM drama WHERE id = 1 FOR KEY SHARE";
    assert!(db.client.query_one(live, &[]).unwrap().get::<_, bool>(0), "it does not wait");
    let shared = waiting(&mut db, |client| {
        alone(client, |tx| algorithm::share(tx, &drama(1)).map(|dead| dead.dramas).unwrap())
    });
    tx.commit().unwrap();
    assert_eq!(shared.join().unwrap(), [1]);
}
