//! `restrict_deleted_parent`: no row comes to stand below a deleted parent, whoever deletes it meanwhile.
//!
//! The tables are those of `soft_delete/`, which these models are laid over.

use std::sync::Barrier;
use std::thread::{scope, sleep};
use std::time::Duration;

use feedstock::blocking::Run;
use feedstock::query::{Rows, Update};
use feedstock::{Model, Result, models};
use images::{Asset, Episode, NewEpisode};
use postgres::Client;

use super::{awaited, dramas};
use crate::soft_delete::{connect, dramas as diamond, one, orphans, seed, waiting};
use crate::support::{TestDb, tables};

/// The tables as models.
mod diamond_models {
    use chrono::NaiveDateTime;
    use feedstock::Model;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "drama", soft_delete = deleted_at)]
    #[model(has_many(storyboards: Storyboard, by = drama_id, on_soft_delete = cascade))]
    #[model(has_many(images: Image, by = drama_id, on_soft_delete = cascade))]
    pub struct Drama {
        #[model(primary_key, identity = none)]
        pub id: i32,
        #[model(default = 0)]
        pub plays: i32,
        pub deleted_at: Option<NaiveDateTime>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "storyboard", soft_delete = deleted_at)]
    #[model(has_many(images: Image, by = storyboard_id, on_soft_delete = cascade))]
    pub struct Storyboard {
        #[model(primary_key, identity = none)]
        pub id: i32,
        #[model(belongs_to = Drama, restrict_deleted_parent)]
        pub drama_id: i32,
        pub number: i32,
        pub deleted_at: Option<NaiveDateTime>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "image", soft_delete = deleted_at)]
    pub struct Image {
        #[model(primary_key, identity = none)]
        pub id: i32,
        #[model(belongs_to = Drama, restrict_deleted_parent)]
        pub drama_id: i32,
        #[model(belongs_to = Storyboard, restrict_deleted_parent)]
        pub storyboard_id: Option<i32>,
        pub deleted_at: Option<NaiveDateTime>,
    }
}

use diamond_models::{Drama, Image, NewImage, Storyboard};

fn image(id: i32, drama_id: i32, storyboard_id: Option<i32>) -> NewImage {
    NewImage { storyboard_id, ..NewImage::new(id, drama_id) }
}

/// A change, and what it gives when it is done: how many rows.
type Work = fn(&mut Client, i32) -> Result<u64>;

fn insert(client: &mut Client, drama: i32) -> Result<u64> {
    Image::insert(image(drama * 100 + 50, drama, Some(drama * 10 + 1))).execute(client)
}

fn insert_many(client: &mut Client, drama: i32) -> Result<u64> {
    let rows = [51, 52].map(|n| image(drama * 100 + n, drama, Some(drama * 10 + n % 3 + 1)));
    Image::insert_many(rows).all(client).map(|rows| rows.len() as u64)
}

fn upsert(client: &mut Client, drama: i32) -> Result<u64> {
    let rows = [image(drama * 100 + 1, drama, Some(drama * 10 + 1)), image(drama * 100 + 53, drama, None)];
    Image::insert_many(rows).on_conflict(Image::ID).do_update_all().execute(client)
}

/// The tables of `soft_delete/`, and below drama 2 what moves to this one.
fn ready(name: &str, dramas: &[i32]) -> TestDb {
    let mut db = diamond(name);
    let movable = dramas.iter().flat_map(|drama| [60, 61].map(|n| image(drama * 100 + n, 2, None)));
    Image::insert_many(movable).execute(&mut db.client).unwrap();
    db
}

/// An image of drama 2 becomes one of this drama.
fn save(client: &mut Client, drama: i32) -> Result<u64> {
    let row = Image {
        id: drama * 100 + 60,
        drama_id: drama,
        storyboard_id: Some(drama * 10 + 1),
        deleted_at: None,
    };
    row.save().one(client).map(|_| 1)
}

fn moving(drama: i32) -> Update<Image> {
    let moved = Image::update().set(Image::DRAMA_ID.to(drama)).set(Image::STORYBOARD_ID.to(drama * 10 + 1));
    moved.filter(Image::ID.eq(drama * 100 + 61))
}

fn update(client: &mut Client, drama: i32) -> Result<u64> {
    moving(drama).execute(client)
}

const ALL: [(&str, Work); 5] = [
    ("insert", insert),
    ("insert_many", insert_many),
    ("upsert", upsert),
    ("save", save),
    ("update", update),
];

/// Every image as text, to see what changed.
fn everything(client: &mut Client) -> String {
    one(client, "SELECT string_agg(i::text, E'\n' ORDER BY id) FROM image i")
}

#[test]
fn a_deleted_or_missing_parent_refuses_the_change() {
    for (name, work) in ALL {
        let mut db = ready("refused", &[1, 77]);
        Storyboard::find(11).soft_delete(&mut db.client).unwrap();
        let before = everything(&mut db.client);
        // The drama is live, the storyboard is deleted; of the other drama neither is there.
        for drama in [1, 77] {
            let error = work(&mut db.client, drama).unwrap_err();
            assert!(error.is_parent_deleted(), "{name}: {error}");
            assert_eq!(error.sqlstate(), None, "{name}: the server is content");
        }
        assert_eq!(everything(&mut db.client), before, "{name}: all or nothing");
        db.client.batch_execute("UPDATE storyboard SET deleted_at = NULL").unwrap();
        assert!(work(&mut db.client, 1).unwrap() > 0, "{name}");
    }
}

#[test]
fn a_refusal_leaves_the_transaction_whole() {
    let mut db = diamond("whole");
    Drama::find(2).soft_delete(&mut db.client).unwrap();
    let mut tx = db.client.transaction().unwrap();
    let error = Image::insert(image(900, 2, None)).one(&mut tx).unwrap_err();
    assert!(error.is_parent_deleted());
    assert_eq!(
        error.to_string(),
        "a row of `Image` would refer to a deleted or missing parent, and nothing was written: it refers to \
         `drama` by `drama_id`, `storyboard` by `storyboard_id`\n  help: restore the parent first, or refer to one \
         that is live"
    );
    assert_eq!(Image::insert(image(900, 1, None)).one(&mut tx).unwrap().id, 900);
    tx.commit().unwrap();
    // Every ending says so, and what no parent refuses is what it was.
    let below = || Image::insert_many([image(901, 1, None), image(902, 2, None)]);
    assert!(below().all(&mut db.client).unwrap_err().is_parent_deleted());
    let alone = Image::insert_many([image(902, 2, None)]);
    assert!(alone.first(&mut db.client).unwrap_err().is_parent_deleted());
    assert!(below().fetch(&mut db.client).is_err_and(|error| error.is_parent_deleted()));
    assert!(below().stream(&mut db.client).unwrap().next().unwrap().unwrap_err().is_parent_deleted());
    let taken = Image::insert(image(101, 1, None)).on_conflict(Image::ID).do_nothing();
    assert_eq!(taken.first(&mut db.client).unwrap(), None, "no row, and no refusal");
    let none = moving(1).filter(Image::ID.eq(-1));
    assert_eq!(none.execute(&mut db.client).unwrap(), 0);
}

#[test]
fn a_row_keeps_the_deleted_parent_that_it_has() {
    let mut db = dramas("keeps");
    let client = &mut db.client;
    // Its drama is deleted; it may be saved, and another episode not become one of that drama.
    let orphan = Episode { title: "anew".to_owned(), ..Episode::find(30).one(client).unwrap() };
    assert_eq!(orphan.save().one(client).unwrap().title, "anew");
    let other = Episode { drama_id: 3, episode_number: 5, ..Episode::find(10).one(client).unwrap() };
    assert!(other.save().one(client).unwrap_err().is_parent_deleted());
    assert_eq!(Episode { drama_id: 2, ..other }.save().one(client).unwrap().drama_id, 2);
    // 501 is an asset of image 1001; of none it may be, of the deleted one not.
    let asset =
        |id: Option<i32>| Asset { image_gen_id: id, ..Asset::find(501).one(&mut connect(&db.url)).unwrap() };
    assert!(asset(Some(1006)).save().one(client).unwrap_err().is_parent_deleted());
    assert_eq!(asset(None).save().one(client).unwrap().image_gen_id, None);
    let set = |set| Asset::update().set(set).filter(Asset::ID.eq(501));
    assert!(set(Asset::IMAGE_GEN_ID.to(1006)).one(client).unwrap_err().is_parent_deleted());
    assert!(set(Asset::IMAGE_GEN_ID.to_null()).one(client).is_ok());
    let error = set(Asset::DRAMA_ID.to_sql("drama_id + 1", ())).rows(None).unwrap_err();
    assert!(error.is_usage() && error.message().contains("`drama_id` of `Asset`"), "{error}");
    let new = || NewEpisode::new(3, 2, "x".to_owned());
    assert!(Episode::insert_many([new()]).execute(client).unwrap_err().is_parent_deleted());

    awaited(&db.url, async |client| {
        use feedstock::tokio::Run;
        assert!(Run::one(Episode::insert(new()), &client).await.unwrap_err().is_parent_deleted());
        assert!(Run::execute(Episode::insert(new()), &client).await.unwrap_err().is_parent_deleted());
        let live = Episode::insert(NewEpisode { drama_id: 2, ..new() });
        assert_eq!(Run::execute(live, &client).await.unwrap(), 1);
    });
}

#[test]
fn a_change_waits_for_the_deletion_and_is_refused() {
    for (name, work) in ALL {
        for commits in [true, false] {
            let mut db = ready("waits", &[1]);
            let mut other = connect(&db.url);
            let mut tx = other.transaction().unwrap();
            Drama::find(1).soft_delete(&mut tx).unwrap();
            let change = waiting(&mut db, move |client| work(client, 1));
            if commits {
                tx.commit().unwrap();
                assert!(change.join().unwrap().unwrap_err().is_parent_deleted(), "{name}");
            } else {
                tx.rollback().unwrap();
                assert!(change.join().unwrap().unwrap() > 0, "{name}");
            }
            assert_eq!(orphans(&mut db.client), 0, "{name}");
        }
    }
}

#[test]
fn a_deletion_waits_for_the_change_and_takes_its_rows_along() {
    for (name, work) in ALL {
        let mut db = ready("holds", &[1]);
        let mut other = connect(&db.url);
        other.batch_execute("BEGIN").unwrap();
        assert!(work(&mut other, 1).unwrap() > 0, "{name}");
        let deletion = waiting(&mut db, |client| Drama::find(1).soft_delete(client).unwrap());
        other.batch_execute("COMMIT").unwrap();
        assert!(deletion.join().unwrap() >= 10, "{name}");
        assert_eq!(orphans(&mut db.client), 0, "{name}");
    }
}

fn soft_delete_drama(client: &mut Client, id: i32) -> Result<()> {
    Drama::find(id).soft_delete(client).map(|_| ())
}

fn soft_delete_storyboard(client: &mut Client, id: i32) -> Result<()> {
    Storyboard::find(id * 10 + 1).soft_delete(client).map(|_| ())
}

/// Each round has a drama of its own; the sides start together, and no side may fail otherwise than by a refusal. In
/// the first round the deletions wait until the changes are made, in the second the changes wait for the deletions.
fn race(name: &str, deletions: &[fn(&mut Client, i32) -> Result<()>]) {
    let rounds: i32 = std::env::var("FEEDSTOCK_RACE_ROUNDS").map_or(60, |rounds| rounds.parse().unwrap());
    let mut db = ready(name, &(100..100 + rounds).collect::<Vec<_>>());
    for id in 100..100 + rounds {
        seed(&mut db.client, id);
    }
    let [start, turn] = [(), ()].map(|()| Barrier::new(ALL.len() + deletions.len()));
    let (url, start, turn) = (&db.url, &start, &turn);
    let side = |number: usize| {
        let mut client = connect(url);
        let round = move |id: i32| {
            let is_second = match id {
                100 => Some(number >= ALL.len()),
                101 => Some(number < ALL.len()),
                _ => None,
            };
            start.wait();
            match is_second {
                Some(true) => drop(turn.wait()),
                Some(false) => {}
                // Who comes first, and by how much, differs from round to round.
                None => sleep(Duration::from_micros((id as u64 * (number as u64 + 1) * 7919) % 2000)),
            }
            let failed = match ALL.get(number) {
                Some((_, work)) => work(&mut client, id).err().filter(|error| !error.is_parent_deleted()),
                None => deletions[number - ALL.len()](&mut client, id).err(),
            };
            if is_second == Some(false) {
                turn.wait();
            }
            failed.map(|error| format!("side {number}, drama {id}: {error}"))
        };
        (100..100 + rounds).filter_map(round).collect::<Vec<_>>()
    };
    let failures = scope(|threads| {
        let sides: Vec<_> =
            (0..ALL.len() + deletions.len()).map(|number| threads.spawn(move || side(number))).collect();
        sides.into_iter().flat_map(|side| side.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(failures, Vec::<String>::new());
    assert_eq!(orphans(&mut db.client), 0, "live below deleted");
    // Both ways to end a round were seen.
    let came = "SELECT count(*) FROM image WHERE id % 100 = 50 AND drama_id >= 100";
    let came: i32 = one(&mut db.client, came).parse().unwrap();
    assert!(0 < came && came < rounds, "{came} of {rounds} inserts came before the deletion");
}

#[test]
fn changes_against_the_deletion_of_a_drama() {
    race("parents_drama", &[soft_delete_drama]);
}

#[test]
fn changes_against_the_deletion_of_a_storyboard() {
    race("parents_storyboard", &[soft_delete_storyboard]);
}

#[test]
fn changes_against_the_deletion_of_both() {
    race("parents_both", &[soft_delete_storyboard, soft_delete_drama]);
}

/// Parents are locked in one order, parents of parents first, whatever the order of the fields and of the names.
#[test]
fn parents_are_locked_in_one_order() {
    let sql = Image::insert(image(1, 1, Some(11))).rows(None).unwrap().sql().to_owned();
    let (drama, storyboard) =
        (sql.find(r#"FROM "drama""#).unwrap(), sql.find(r#"FROM "storyboard""#).unwrap());
    assert!(drama < storyboard, "{sql}");
    let expected = r#"WITH "feedstock parents 0" AS (SELECT "id" FROM "drama" WHERE "id" = ANY ($1) AND "deleted_at" IS NULL ORDER BY "id" FOR SHARE), "#;
    assert!(sql.starts_with(expected), "{sql}");
    // The second lock waits for what the first finds: while the drama is held, the storyboard is not touched.
    let mut db = diamond("one_order");
    let mut other = connect(&db.url);
    let mut tx = other.transaction().unwrap();
    tx.execute("SELECT FROM drama WHERE id = 1 FOR UPDATE", &[]).unwrap();
    let change = waiting(&mut db, |client| insert(client, 1));
    tx.execute("SELECT FROM storyboard WHERE id = 11 FOR UPDATE NOWAIT", &[]).unwrap();
    tx.commit().unwrap();
    assert_eq!(change.join().unwrap().unwrap(), 1);
}

/// A deletion that another program writes as one plain UPDATE, which takes no more than that lock.
#[test]
fn a_plain_update_of_the_parent_is_waited_for() {
    for (name, work) in ALL {
        let mut db = ready("plain_update", &[1]);
        let mut other = connect(&db.url);
        let mut tx = other.transaction().unwrap();
        tx.execute("UPDATE drama SET deleted_at = now() WHERE id = 1", &[]).unwrap();
        let change = waiting(&mut db, move |client| work(client, 1));
        tx.commit().unwrap();
        assert!(change.join().unwrap().unwrap_err().is_parent_deleted(), "{name}");
    }
}

/// Parents whose order is that of neither the fields nor the columns nor the tables' names.
mod upside_down {
    use chrono::NaiveDateTime;
    use feedstock::Model;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "zenith", soft_delete = deleted_at)]
    #[model(has_many(middles: Middle, by = zenith_id, on_soft_delete = cascade))]
    #[model(has_many(leaves: Leaf, by = zenith_id, on_soft_delete = cascade))]
    pub struct Zenith {
        #[model(primary_key, identity = none)]
        pub id: i32,
        pub deleted_at: Option<NaiveDateTime>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "middle", soft_delete = deleted_at)]
    #[model(has_many(leaves: Leaf, by = middle_id, on_soft_delete = cascade))]
    pub struct Middle {
        #[model(primary_key, identity = none)]
        pub id: i32,
        #[model(belongs_to = Zenith)]
        pub zenith_id: i32,
        pub deleted_at: Option<NaiveDateTime>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "leaf", soft_delete = deleted_at)]
    pub struct Leaf {
        #[model(primary_key, identity = none)]
        pub id: i32,
        #[model(belongs_to = Middle, restrict_deleted_parent)]
        pub middle_id: i32,
        #[model(belongs_to = Zenith, restrict_deleted_parent)]
        pub zenith_id: i32,
        pub deleted_at: Option<NaiveDateTime>,
    }
}

/// Whoever waits for the upper parent holds the lower one not yet, or two who come from both ends would deadlock.
#[test]
fn the_upper_parent_is_locked_first_whatever_its_name() {
    use upside_down::{Leaf, Middle, Zenith};

    fn leaf(id: i32) -> Leaf {
        Leaf { id, middle_id: 2, zenith_id: 1, deleted_at: None }
    }

    type Work = fn(&mut Client) -> Result<u64>;

    let works: [(&str, Work); 2] = [
        ("insert", |client| Leaf::insert(leaf(4)).execute(client)),
        ("restore", |client| Leaf::find(3).restore(client)),
    ];
    for (name, work) in works {
        let mut db = tables(&models![Zenith, Middle, Leaf]);
        db.client.batch_execute("INSERT INTO zenith VALUES (1); INSERT INTO middle VALUES (2, 1)").unwrap();
        Leaf::insert(leaf(3)).execute(&mut db.client).unwrap();
        Leaf::find(3).soft_delete(&mut db.client).unwrap();
        let mut other = connect(&db.url);
        let mut tx = other.transaction().unwrap();
        tx.execute("SELECT FROM zenith FOR UPDATE", &[]).unwrap();
        let change = waiting(&mut db, work);
        tx.execute("SELECT FROM middle FOR UPDATE NOWAIT", &[])
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        tx.commit().unwrap();
        assert_eq!(change.join().unwrap().unwrap(), 1, "{name}");
    }
}
