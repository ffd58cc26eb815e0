//! What one session sees, or two, step by step.

use chrono::NaiveDateTime;
use feedstock::blocking::Run;
use feedstock::query::{Filter, Query};
use feedstock::{Keyed, Model};

use super::models::{cascade, restrict, set_null};
use super::{connect, dramas, everything, one, orphans, waiting};
use crate::support::TestDb;
use cascade::{Drama, Image, Storyboard};

const STAMPS: &str = "SELECT count(DISTINCT deleted_at) FROM (SELECT deleted_at FROM drama UNION ALL \
    SELECT deleted_at FROM storyboard UNION ALL SELECT deleted_at FROM image) stamps";

#[test]
fn a_diamond_gets_one_stamp_and_comes_back_whole() {
    let mut db = dramas("api_diamond");
    let before = everything(&mut db.client);
    assert_eq!(Drama::find(1).soft_delete(&mut db.client).unwrap(), 10);
    assert_eq!(one(&mut db.client, STAMPS), "1");
    assert_eq!(orphans(&mut db.client), 0);
    let after = everything(&mut db.client);
    assert_eq!(Drama::find(1).soft_delete(&mut db.client).unwrap(), 0, "a second time");
    assert_eq!(everything(&mut db.client), after);
    assert_eq!(Drama::find(1).restore(&mut db.client).unwrap(), 10);
    assert_eq!(Drama::find(1).restore(&mut db.client).unwrap(), 0, "a second time");
    assert_eq!(everything(&mut db.client), before);
}

#[test]
fn a_row_a_key_and_a_filter_mean_the_same_rows() {
    let mut db = dramas("api_by");
    let client = &mut db.client;
    let image = Image::find(101).one(client).unwrap();
    assert_eq!(image.itself().soft_delete(client).unwrap(), 1);
    assert_eq!(image.itself().restore(client).unwrap(), 1);
    assert_eq!(Image::find(101).one(client).unwrap(), image);
    let some = || Image::query().filter(Image::ID.one_of([101, 102])).filter(Image::DRAMA_ID.eq(1));
    assert_eq!(some().soft_delete(client).unwrap(), 2);
    assert_eq!(some().soft_delete(client).unwrap(), 0);
    assert_eq!(some().restore(client).unwrap(), 2);
    assert_eq!(some().restore(client).unwrap(), 0);
    assert_eq!(Image::query().filter(Filter::everything()).soft_delete(client).unwrap(), 12);
    assert_eq!(image.own_key().len(), 1);
}

#[test]
fn restore_leaves_what_was_deleted_before() {
    let mut db = dramas("api_before");
    let client = &mut db.client;
    Image::find(101).soft_delete(client).unwrap();
    Storyboard::find(11).soft_delete(client).unwrap();
    let before = everything(client);
    Drama::find(1).soft_delete(client).unwrap();
    assert_ne!(everything(client), before);
    Drama::find(1).restore(client).unwrap();
    assert_eq!(everything(client), before);
}

#[test]
fn two_deletions_in_one_transaction_differ() {
    let mut db = dramas("api_one_transaction");
    let before = everything(&mut db.client);
    let mut transaction = db.client.transaction().unwrap();
    Storyboard::find(12).soft_delete(&mut transaction).unwrap();
    Drama::find(1).soft_delete(&mut transaction).unwrap();
    transaction.commit().unwrap();
    separate(&mut db.client, &before);
}

/// A clock that stands still, before the server's own on the search path.
const STILL: &str = "CREATE SCHEMA still; CREATE FUNCTION still.clock_timestamp() RETURNS timestamptz \
    LANGUAGE sql AS $$ SELECT timestamptz '2026-01-01 00:00:00+00' $$; \
    SET search_path = still, pg_catalog, public";

#[test]
fn a_clock_that_repeats_or_goes_back_separates_two_deletions() {
    for earlier in ["2026-01-01 00:00:00", "2031-01-01 00:00:00", "infinity"] {
        let mut db = dramas("api_clock");
        let before = everything(&mut db.client);
        db.client.batch_execute(STILL).unwrap();
        Storyboard::find(12).soft_delete(&mut db.client).unwrap();
        assert_eq!(
            one(&mut db.client, "SELECT deleted_at FROM storyboard WHERE id = 12"),
            "2026-01-01 00:00:00"
        );
        for table in ["storyboard", "image"] {
            let later = format!("UPDATE {table} SET deleted_at = '{earlier}' WHERE deleted_at IS NOT NULL");
            db.client.execute(&later, &[]).unwrap();
        }
        Drama::find(1).soft_delete(&mut db.client).unwrap();
        separate(&mut db.client, &before);
    }
}

/// The stamp of a deletion that was waited for is seen by the statement after the locks.
#[test]
fn a_stamp_that_was_waited_for_is_met() {
    let mut db = dramas("api_waited_for");
    let before = everything(&mut db.client);
    db.client.batch_execute(STILL).unwrap();
    let mut other = connect(&db.url);
    other.batch_execute("SET search_path = still, pg_catalog, public").unwrap();
    let mut transaction = other.transaction().unwrap();
    Storyboard::find(12).soft_delete(&mut transaction).unwrap();
    let deletion = waiting(&mut db, |client| {
        client.batch_execute("SET search_path = still, pg_catalog, public").unwrap();
        Drama::find(1).soft_delete(client).unwrap()
    });
    transaction.commit().unwrap();
    deletion.join().unwrap();
    separate(&mut db.client, &before);
}

/// Two deletions, a storyboard's and then its drama's, are two when they are undone.
#[track_caller]
fn separate(client: &mut postgres::Client, before: &str) {
    assert_eq!(one(client, STAMPS), "2");
    Drama::find(1).restore(client).unwrap();
    let deleted = "SELECT string_agg(id::text, ' ' ORDER BY id) FROM storyboard WHERE deleted_at IS NOT NULL";
    assert_eq!(one(client, deleted), "12");
    Storyboard::find(12).restore(client).unwrap();
    assert_eq!(everything(client), before);
}

/// Roots that went by different deletions come back in one call, each with what went with it alone.
#[test]
fn roots_of_several_deletions_come_back_together() {
    let mut db = dramas("api_several");
    let client = &mut db.client;
    let before = everything(client);
    Storyboard::find(11).soft_delete(client).unwrap();
    Storyboard::find(12).soft_delete(client).unwrap();
    Storyboard::find(13).soft_delete(client).unwrap();
    // Of storyboard 13 by its link, and of storyboard 12's deletion by its stamp: of neither.
    let moved = "UPDATE image SET storyboard_id = 13 WHERE id = \
        (SELECT min(id) FROM image WHERE storyboard_id = 12)";
    client.execute(moved, &[]).unwrap();
    let both = Storyboard::query().filter(Storyboard::ID.one_of([12, 13]));
    assert_eq!(both.restore(client).unwrap(), 5, "two storyboards, and all their images but the moved one");
    assert_eq!(
        one(client, "SELECT count(*) FROM image WHERE deleted_at IS NOT NULL AND storyboard_id = 13"),
        "1"
    );
    client
        .batch_execute(
            "UPDATE image SET storyboard_id = 12 WHERE deleted_at IS NOT NULL AND storyboard_id = 13",
        )
        .unwrap();
    assert_eq!(Image::query().filter(Image::STORYBOARD_ID.eq(12)).restore(client).unwrap(), 1);
    assert_eq!(Storyboard::find(11).restore(client).unwrap(), 2);
    assert_eq!(everything(client), before);
}

#[test]
fn a_child_of_a_deleted_parent_is_not_restored() {
    let mut db = dramas("api_child");
    let client = &mut db.client;
    Drama::find(1).soft_delete(client).unwrap();
    let before = everything(client);
    let error = Storyboard::find(11).restore(client).unwrap_err();
    assert!(error.is_parent_deleted(), "{error}");
    assert_eq!(
        error.to_string(),
        "rows of `storyboard` are not restored, since their `drama_id` refers to rows of `drama` that are deleted: \
         1\n  help: restore the `Drama` first, or let the rows refer to live ones"
    );
    assert!(Image::find(101).restore(client).unwrap_err().is_parent_deleted());
    assert_eq!(everything(client), before);
}

/// An image of drama 1 in a storyboard of drama 2, which nothing forbids.
#[test]
fn the_latest_deletion_is_restored_first() {
    let mut db = dramas("api_latest");
    let client = &mut db.client;
    client.execute("UPDATE image SET storyboard_id = 21 WHERE id = 101", &[]).unwrap();
    let before = everything(client);
    Drama::find(1).soft_delete(client).unwrap();
    Drama::find(2).soft_delete(client).unwrap();
    let both = everything(client);
    let error = Drama::find(1).restore(client).unwrap_err();
    assert!(error.message().contains("`storyboard_id` refers to rows of `storyboard`"), "{error}");
    assert_eq!(everything(client), both);
    // In one call the order is no question.
    assert_eq!(Drama::query().filter(Drama::ID.one_of([1, 2])).restore(client).unwrap(), 20);
    assert_eq!(everything(client), before);
}

#[test]
fn cascade_beats_set_null_and_restrict() {
    let mut db = dramas("api_beats");
    let client = &mut db.client;
    let before = everything(client);
    let links = "SELECT count(storyboard_id) FROM image WHERE drama_id = 1";
    assert_eq!(set_null::Drama::find(1).soft_delete(client).unwrap(), 10);
    assert_eq!(one(client, links), "5");
    assert_eq!(set_null::Drama::find(1).restore(client).unwrap(), 10);
    assert_eq!(everything(client), before);
    assert_eq!(restrict::Drama::find(1).soft_delete(client).unwrap(), 10);
    assert_eq!(restrict::Drama::find(1).restore(client).unwrap(), 10);
    assert_eq!(everything(client), before);
}

#[test]
fn set_null_detaches_the_live_and_restore_the_others() {
    use set_null::{Image, Storyboard};

    let mut db = dramas("api_set_null");
    let client = &mut db.client;
    // The storyboard has three images, one of which is deleted before it.
    client.execute("UPDATE image SET storyboard_id = 11 WHERE id IN (103, 104)", &[]).unwrap();
    Image::find(103).soft_delete(client).unwrap();
    assert_eq!(Storyboard::find(11).soft_delete(client).unwrap(), 1);
    let link =
        |client: &mut postgres::Client, id| Image::find(id).with_deleted().one(client).unwrap().storyboard_id;
    assert_eq!(link(client, 104), None);
    assert_eq!(link(client, 103), Some(11));
    assert_eq!(link(client, 101), Some(12), "of another storyboard");
    assert_eq!(Image::find(103).restore(client).unwrap(), 1);
    assert_eq!(link(client, 103), None);
    Storyboard::find(11).restore(client).unwrap();
    assert_eq!(link(client, 104), None, "set_null is not undone");
}

#[test]
fn restrict_refuses_and_writes_nothing() {
    use restrict::{Image, Storyboard};

    let mut db = dramas("api_restrict");
    let client = &mut db.client;
    let before = everything(client);
    let error = Storyboard::find(12).soft_delete(client).unwrap_err();
    assert!(error.is_restricted());
    assert_eq!(
        error.message(),
        "rows of `storyboard` are not deleted, since live rows of `image` refer to them: 2, by `storyboard_id` \
         (relation `images` of `Storyboard`)"
    );
    assert_eq!(everything(client), before);
    Image::query().filter(Image::STORYBOARD_ID.eq(12)).soft_delete(client).unwrap();
    assert_eq!(Storyboard::find(12).soft_delete(client).unwrap(), 1, "deleted ones do not count");
}

#[test]
fn a_taken_unique_refuses_the_restore_and_nothing_changes() {
    let mut db = dramas("api_unique");
    Drama::find(1).soft_delete(&mut db.client).unwrap();
    db.client.batch_execute("UPDATE drama SET deleted_at = NULL WHERE id = 1").unwrap();
    db.client.execute("INSERT INTO storyboard VALUES (19, 1, 2)", &[]).unwrap();
    let before = everything(&mut db.client);
    let error = Storyboard::find(12).restore(&mut db.client).unwrap_err();
    assert!(error.is_taken());
    let text = error.to_string();
    assert!(
        text.contains("a live `Storyboard` already has the values that `storyboard_number` allows once"),
        "{text}"
    );
    assert!(text.contains("detail: Key (drama_id, number)=(1, 2) already exists."), "{text}");
    assert_eq!(everything(&mut db.client), before);
    // Inside of a caller's transaction too, which goes on.
    let mut transaction = db.client.transaction().unwrap();
    transaction.execute("UPDATE drama SET plays = 7 WHERE id = 2", &[]).unwrap();
    assert!(Storyboard::find(12).restore(&mut transaction).unwrap_err().is_taken());
    assert_eq!(Storyboard::find(11).restore(&mut transaction).unwrap(), 2, "another number");
    transaction.commit().unwrap();
    assert_eq!(one(&mut db.client, "SELECT plays FROM drama WHERE id = 2"), "7");
    assert_eq!(Storyboard::find(11).count(&mut db.client).unwrap(), 1);
}

/// An image of drama 1.
fn below(storyboard_id: Option<i32>) -> Image {
    Image { id: 999, drama_id: 1, storyboard_id, deleted_at: None }
}

#[test]
fn a_child_that_came_before_the_deletion_goes_along() {
    let mut db = dramas("api_came_before");
    let mut other = connect(&db.url);
    let mut transaction = other.transaction().unwrap();
    Image::insert(below(Some(11))).execute(&mut transaction).unwrap();
    let deletion = waiting(&mut db, |client| Storyboard::find(11).soft_delete(client).unwrap());
    transaction.commit().unwrap();
    assert_eq!(deletion.join().unwrap(), 3);
    assert_eq!(orphans(&mut db.client), 0);
}

#[test]
fn a_child_that_comes_after_the_deletion_is_refused() {
    for storyboard in [None, Some(11)] {
        let mut db = dramas("api_comes_after");
        let mut other = connect(&db.url);
        let mut transaction = other.transaction().unwrap();
        Drama::find(1).soft_delete(&mut transaction).unwrap();
        let inserted =
            waiting(&mut db, move |client| Image::insert(below(storyboard)).execute(client).unwrap_err());
        transaction.commit().unwrap();
        assert!(inserted.join().unwrap().is_parent_deleted());
        assert_eq!(orphans(&mut db.client), 0);
    }
}

#[test]
fn tables_in_order_wait_instead() {
    let mut db: TestDb = dramas("api_tables");
    let mut other = connect(&db.url);
    let mut transaction = other.transaction().unwrap();
    Storyboard::find(11).soft_delete(&mut transaction).unwrap();
    let whole = waiting(&mut db, |client| Drama::find(1).soft_delete(client).unwrap());
    transaction.commit().unwrap();
    assert_eq!(whole.join().unwrap(), 8, "all but the storyboard and its one image");
    assert_eq!(one(&mut db.client, "SELECT count(DISTINCT deleted_at) FROM image WHERE drama_id = 1"), "2");
}

#[test]
fn purge_deletes_what_foreign_keys_let_go() {
    let mut db = dramas("api_purge");
    let client = &mut db.client;
    Storyboard::find(11).soft_delete(client).unwrap();
    let before = everything(client);
    let error = Storyboard::find(11).purge(client).unwrap_err();
    assert!(error.is_restricted());
    assert!(
        error
            .message()
            .starts_with("rows of `Storyboard` are not purged, since rows of `image` refer to them"),
        "{error}"
    );
    assert_eq!(error.sqlstate(), Some("23503"));
    assert_eq!(everything(client), before);
    let of_storyboard = || Image::query().filter(Image::STORYBOARD_ID.eq(11));
    assert_eq!(of_storyboard().only_deleted().purge(client).unwrap(), 1);
    assert_eq!(Storyboard::find(11).purge(client).unwrap(), 1);
    assert_eq!(Storyboard::find(11).purge(client).unwrap(), 0, "a second time");
    // Live rows too.
    assert_eq!(Image::find(106).purge(client).unwrap(), 1);
    assert_eq!(Image::find(106).with_deleted().count(client).unwrap(), 0);
    let of_drama = Image::query().filter(Image::DRAMA_ID.eq(1));
    assert_eq!(of_drama.only_deleted().purge(client).unwrap(), 0, "the others are live");
}

/// A row that took over what a deleted one had, and a purge of it: only what the query finds goes.
#[test]
fn purge_takes_what_the_query_finds() {
    type Widen = fn(Query<Image>) -> Query<Image>;
    let widen: [(Widen, i64, &str); 3] =
        [(|query| query, 4, "live"), (Query::with_deleted, 6, "all"), (Query::only_deleted, 2, "deleted")];
    for (widen, found, what) in widen {
        let mut db = dramas(&format!("api_purge_{what}"));
        let client = &mut db.client;
        Image::query().filter(Image::ID.one_of([101, 102])).soft_delete(client).unwrap();
        let query = || widen(Image::query().filter(Image::DRAMA_ID.eq(1)));
        let rows = "SELECT count(*) FROM image WHERE drama_id = 1";
        assert_eq!((query().count(client).unwrap(), one(client, rows).as_str()), (found, "6"), "{what}");
        let before: Vec<i32> = query().all(client).unwrap().iter().map(|image| image.id).collect();
        assert_eq!(query().purge(client).unwrap(), u64::try_from(found).unwrap(), "{what}");
        assert_eq!(one(client, rows), (6 - found).to_string());
        let gone = Image::query().with_deleted().filter(Image::ID.one_of(before)).count(client).unwrap();
        assert_eq!(gone, 0, "{what}");
    }
    // By a relation as by a filter; by its key a row is meant whatever it is.
    let mut db = dramas("api_purge_by_key");
    let client = &mut db.client;
    let board = Storyboard::find(12).one(client).unwrap();
    let image = Image::find(101).one(client).unwrap();
    image.itself().soft_delete(client).unwrap();
    assert_eq!(Image::query().filter(Image::ID.eq(101)).purge(client).unwrap(), 0);
    assert_eq!(Storyboard::IMAGES.of(&board).purge(client).unwrap(), 1, "the live one of two");
    assert_eq!(image.itself().filter(Image::DRAMA_ID.eq(2)).purge(client).unwrap(), 0);
    assert_eq!(Image::find(102).only_deleted().purge(client).unwrap(), 0);
    assert_eq!(image.itself().purge(client).unwrap(), 1);
    assert_eq!(Image::find(102).purge(client).unwrap(), 1);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_sent() {
    let mut db = dramas("api_usage");
    let client = &mut db.client;
    let all = || Drama::query().filter(Filter::everything());
    for query in [
        Drama::query(),
        all().limit(1),
        all().offset(1),
        all().order_by(Drama::ID.asc()),
        all().order_by(Drama::ID.asc()).after([Drama::ID.at(1)]),
        all().for_update(),
        all().skip_locked(),
    ] {
        assert!(query.clone().soft_delete(client).unwrap_err().is_usage());
        assert!(query.clone().restore(client).unwrap_err().is_usage());
        assert!(query.purge(client).unwrap_err().is_usage());
    }
    assert!(all().only_deleted().soft_delete(client).unwrap_err().is_usage());
    let error = Drama::query().soft_delete(client).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`soft_delete` of `Drama` has no filter\n  help: where all rows are meant, say `filter(Filter::everything())`"
    );
    assert_eq!(all().with_deleted().soft_delete(client).unwrap(), 20);
    assert_eq!(all().with_deleted().restore(client).unwrap(), 20);
    let never: Option<NaiveDateTime> = Drama::find(1).one(client).unwrap().deleted_at;
    assert_eq!(never, None);
}

/// A client whose root is moved to another storyboard by somebody else each time before its parents are locked.
struct Overtaken<'c> {
    client: &'c mut postgres::Client,
    other: postgres::Client,
    /// How many transactions were begun.
    begun: usize,
    moved: usize,
}

impl feedstock::blocking::Client for Overtaken<'_> {
    fn send(&mut self, statement: &feedstock::query::Statement) -> feedstock::Result<postgres::RowIter<'_>> {
        self.begun += usize::from(statement.sql().starts_with("BEGIN"));
        // Only before the first lock of each transaction: after it the root itself may be locked.
        if statement.sql().contains("FOR SHARE") && self.moved < self.begun {
            assert!(self.begun < 10, "it is begun for ever");
            self.moved += 1;
            let to = format!("UPDATE image SET storyboard_id = {} WHERE id = 101", 11 + (self.moved + 1) % 3);
            self.other.batch_execute(&to).unwrap();
        }
        self.client.send(statement)
    }
}

/// It is begun again for a root that moves meanwhile, and the last time it takes what it finds.
#[test]
fn a_root_that_keeps_moving_comes_back_all_the_same() {
    let mut db = dramas("api_overtaken");
    Image::find(101).soft_delete(&mut db.client).unwrap();
    let other = connect(&db.url);
    let mut client = Overtaken { client: &mut db.client, other, begun: 0, moved: 0 };
    assert_eq!(Image::find(101).restore(&mut client).unwrap(), 1);
    assert_eq!((client.begun, client.moved), (4, 4), "four tries, and each was overtaken");
    assert_eq!(Image::find(101).one(&mut db.client).unwrap().storyboard_id, Some(13));
    assert_eq!(orphans(&mut db.client), 0);
}
