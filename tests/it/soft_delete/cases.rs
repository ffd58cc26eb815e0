//! What went wrong in the platform that the image models are of, case by case, on their tables and sample rows.

use feedstock::blocking::Run;
use feedstock::query::sql;
use feedstock::{Model, models};
use images::{Asset, Drama, Episode, ImageGeneration as Image, NewEpisode, NewStoryboard, Storyboard};
use postgres::Client;

use super::one;
use crate::support::{self, TestDb, tables};

/// A database with the image tables and the sample rows.
pub fn sample(name: &str) -> TestDb {
    let mut db = support::database(name);
    db.client.batch_execute(include_str!("../../../migrations/V0001__create_image_tables.sql")).unwrap();
    db.client.batch_execute(include_str!("../../../images/examples/sample_rows.sql")).unwrap();
    db
}

/// How many rows are live: dramas, episodes, storyboards, images, assets.
fn live(client: &mut Client) -> [i64; 5] {
    [
        Drama::query().count(client).unwrap(),
        Episode::query().count(client).unwrap(),
        Storyboard::query().count(client).unwrap(),
        Image::query().count(client).unwrap(),
        Asset::query().count(client).unwrap(),
    ]
}

#[test]
fn s1_a_deleted_image_is_still_there() {
    let mut db = sample("s1");
    let client = &mut db.client;
    let image = Image::find(1002).one(client).unwrap();
    assert_eq!(image.itself().soft_delete(client).unwrap(), 1);
    assert_eq!(one(client, "SELECT count(*) FROM image_generations WHERE id = 1002"), "1");
    let deleted = Image::find(1002).only_deleted().one(client).unwrap();
    assert!(deleted.deleted_at.is_some());
    assert_eq!(deleted.prompt, image.prompt);
}

#[test]
fn s2_deleted_rows_do_not_reappear() {
    let mut db = sample("s2");
    let client = &mut db.client;
    Image::find(1001).soft_delete(client).unwrap();
    let found = || Image::query().filter(Image::ID.eq(1001));
    assert!(found().all(client).unwrap().is_empty());
    assert!(found().first(client).unwrap().is_none());
    assert!(!found().exists(client).unwrap());
    assert_eq!(found().count(client).unwrap(), 0);
    let update = Image::update().set(Image::PROMPT.to("x")).filter(Image::ID.eq(1001));
    assert_eq!(update.execute(client).unwrap(), 0);
    assert!(client.query(&format!("{} AND id = 1001", Image::select()), &[]).unwrap().is_empty());
}

#[test]
fn s3_a_drama_takes_all_that_it_has_and_brings_it_back() {
    let mut db = sample("s3");
    let client = &mut db.client;
    let before = live(client);
    assert_eq!(before, [2, 3, 3, 6, 2]);
    // Images 1001, 1002, 1003, 1005, one episode, two storyboards, asset 501.
    assert_eq!(Drama::find(1).soft_delete(client).unwrap(), 9);
    assert_eq!(live(client), [1, 2, 1, 2, 1]);
    assert_eq!(Drama::find(1).restore(client).unwrap(), 9);
    assert_eq!(live(client), before);
    // What was deleted before stays deleted, and links are as they were.
    assert!(Storyboard::find(103).only_deleted().exists(client).unwrap());
    assert!(Image::find(1006).only_deleted().exists(client).unwrap());
    assert!(Asset::find(502).only_deleted().exists(client).unwrap());
    assert_eq!(Image::find(1001).one(client).unwrap().storyboard_id, Some(101));
    // A drama of the sample that was deleted without its rows: they are not of its deletion.
    assert_eq!(Drama::find(3).restore(client).unwrap(), 1);
}

#[test]
fn s4_replacing_the_episodes_is_all_or_nothing() {
    let mut db = sample("s4");
    let replace = |client: &mut Client, number: i32| -> feedstock::Result<u64> {
        let mut transaction = client.transaction()?;
        let gone = Episode::query().filter(Episode::DRAMA_ID.eq(1)).soft_delete(&mut transaction)?;
        // Two of one number: the second is refused.
        for number in [1, number] {
            Episode::insert(NewEpisode::new(1, number, "anew".into())).one(&mut transaction)?;
        }
        transaction.commit()?;
        Ok(gone)
    };
    let before = live(&mut db.client);
    assert_eq!(replace(&mut db.client, 1).unwrap_err().sqlstate(), Some("23505"));
    assert_eq!(live(&mut db.client), before);
    assert_eq!(replace(&mut db.client, 2).unwrap(), 3, "the episode and its two shots");
    assert_eq!(live(&mut db.client), [2, 4, 1, 6, 2]);
    let below_deleted = "SELECT count(*) FROM storyboards s JOIN episodes e ON e.id = s.episode_id \
        WHERE s.deleted_at IS NULL AND e.deleted_at IS NOT NULL";
    assert_eq!(one(&mut db.client, below_deleted), "0");
}

#[test]
fn s5_storyboards_that_are_made_anew_detach_their_images() {
    let mut db = sample("s5");
    let mut transaction = db.client.transaction().unwrap();
    let of_episode = Storyboard::query().filter(Storyboard::EPISODE_ID.eq(10));
    assert_eq!(of_episode.soft_delete(&mut transaction).unwrap(), 2);
    Storyboard::insert(NewStoryboard::new(10, 1)).one(&mut transaction).unwrap();
    transaction.commit().unwrap();
    let client = &mut db.client;
    let image = Image::find(1001).one(client).unwrap();
    assert_eq!(image.storyboard_id, None);
    // What hangs on the image stays with it.
    assert_eq!(Asset::find(501).one(client).unwrap().image_gen_id, Some(1001));
    // set_null is not undone: the shot comes back alone, here under another number.
    assert!(Storyboard::find(101).restore(client).unwrap_err().is_taken());
    assert_eq!(Storyboard::find(102).restore(client).unwrap(), 1);
    assert_eq!(Image::find(1001).one(client).unwrap().storyboard_id, None);
}

#[test]
fn s6_one_shot_goes_as_all_of_them_go() {
    let mut links = Vec::new();
    for whole in [true, false] {
        let mut db = sample("s6");
        let client = &mut db.client;
        if whole {
            Episode::find(10).soft_delete(client).unwrap();
        } else {
            Storyboard::find(101).soft_delete(client).unwrap();
            Storyboard::find(102).soft_delete(client).unwrap();
        }
        let images =
            Image::query().filter(Image::DRAMA_ID.eq(1)).order_by(Image::ID.asc()).all(client).unwrap();
        links.push(images.into_iter().map(|image| (image.id, image.storyboard_id)).collect::<Vec<_>>());
    }
    assert_eq!(links[0], links[1]);
    assert_eq!(links[0], [(1001, None), (1002, None), (1003, None), (1005, Some(103))]);
}

#[test]
fn s7_a_join_by_hand_leaves_deleted_rows_of_both_tables_out() {
    let mut db = sample("s7");
    let client = &mut db.client;
    let join = format!(
        "SELECT e.id FROM {} e JOIN {} d ON d.id = e.drama_id AND {} WHERE {} ORDER BY e.id",
        Episode::TABLE,
        Drama::TABLE,
        Drama::live("d"),
        Episode::live("e")
    );
    let ids = |client: &mut Client| -> Vec<i32> {
        client.query(&join, &[]).unwrap().iter().map(|row| row.get(0)).collect()
    };
    assert_eq!(ids(client), [10, 20], "drama 3 is deleted, its episode is not");
    Episode::find(20).soft_delete(client).unwrap();
    assert_eq!(ids(client), [10]);
}

#[test]
fn s8_raw_conditions_stand_beside_the_test_of_live_rows() {
    let mut db = sample("s8");
    let client = &mut db.client;
    let queue = || Image::query().filter(sql("minio_url IS NULL OR minio_url = $1", (String::new(),)));
    let before = queue().count(client).unwrap();
    Image::find(1001).soft_delete(client).unwrap();
    assert_eq!(queue().count(client).unwrap(), before - 1);
    assert_eq!(queue().only_deleted().count(client).unwrap(), 2);
}

#[test]
fn s9_the_number_of_a_deleted_row_is_free_until_it_comes_back() {
    let mut db = sample("s9");
    let client = &mut db.client;
    Episode::find(10).soft_delete(client).unwrap();
    // Ignoring conflicts skips nothing silently.
    let again = Episode::insert(NewEpisode::new(1, 1, "anew".into())).one(client).unwrap();
    let error = Episode::find(10).restore(client).unwrap_err();
    assert!(error.is_taken());
    assert!(error.to_string().contains("Key (drama_id, episode_number)=(1, 1) already exists"), "{error}");
    again.itself().soft_delete(client).unwrap();
    assert_eq!(Episode::find(10).restore(client).unwrap(), 3);
}

mod many {
    use chrono::NaiveDateTime;
    use feedstock::Model;

    #[derive(Model)]
    #[model(table = "tags", soft_delete = deleted_at)]
    #[model(has_many(files: FileTag, by = tag_id, on_soft_delete = cascade))]
    pub struct Tag {
        #[model(primary_key)]
        pub id: i32,
        pub deleted_at: Option<NaiveDateTime>,
    }

    #[derive(Model)]
    #[model(table = "files", soft_delete = deleted_at)]
    #[model(has_many(tags: FileTag, by = file_id, on_soft_delete = cascade))]
    pub struct File {
        #[model(primary_key)]
        pub id: i32,
        pub deleted_at: Option<NaiveDateTime>,
    }

    #[derive(Model)]
    #[model(table = "file_tags", soft_delete = deleted_at, primary_key(file_id, tag_id))]
    pub struct FileTag {
        #[model(belongs_to = File)]
        pub file_id: i32,
        #[model(belongs_to = Tag)]
        pub tag_id: i32,
        pub deleted_at: Option<NaiveDateTime>,
    }
}

#[test]
fn s10_the_rows_of_a_join_table_go_with_either_end() {
    use many::{File, FileTag, Tag};

    let mut db = tables(&models![Tag, File, FileTag]);
    let client = &mut db.client;
    client
        .batch_execute(
            "INSERT INTO tags (id) VALUES (1), (2); INSERT INTO files (id) VALUES (1), (2);
             INSERT INTO file_tags (file_id, tag_id) VALUES (1, 1), (1, 2), (2, 1), (2, 2)",
        )
        .unwrap();
    assert_eq!(File::find(1).soft_delete(client).unwrap(), 3);
    assert_eq!(Tag::find(1).soft_delete(client).unwrap(), 2);
    assert_eq!(FileTag::query().count(client).unwrap(), 1);
    // Of file 1's two rows one belongs to a deleted tag.
    assert!(File::find(1).restore(client).unwrap_err().is_parent_deleted());
    assert_eq!(Tag::find(1).restore(client).unwrap(), 2);
    assert_eq!(File::find(1).restore(client).unwrap(), 3);
    assert_eq!(FileTag::query().count(client).unwrap(), 4);
}

#[test]
fn s11_a_late_completion_of_a_deleted_shot_is_told() {
    let mut db = sample("s11");
    let client = &mut db.client;
    Storyboard::find(101).soft_delete(client).unwrap();
    let compose = |id: i32| {
        let composed = Storyboard::update().set(Storyboard::COMPOSED_IMAGE.to("images/1001.png"));
        composed.filter(Storyboard::ID.eq(id))
    };
    assert_eq!(compose(101).execute(client).unwrap(), 0);
    assert!(compose(101).one(client).unwrap_err().is_not_found());
    assert_eq!(compose(102).execute(client).unwrap(), 1);
    // The image itself was detached, which its row says.
    assert_eq!(Image::find(1001).one(client).unwrap().storyboard_id, None);
}

#[test]
fn s12_all_tables_have_the_same_rule() {
    let mut db = sample("s12");
    let client = &mut db.client;
    assert_eq!(Asset::find(501).soft_delete(client).unwrap(), 1);
    assert_eq!(Image::find(1004).soft_delete(client).unwrap(), 1);
    assert_eq!(Storyboard::find(201).soft_delete(client).unwrap(), 1);
    assert_eq!(Episode::find(20).soft_delete(client).unwrap(), 1);
    assert_eq!(Drama::find(2).soft_delete(client).unwrap(), 1);
    for table in ["assets", "image_generations", "storyboards", "episodes", "dramas"] {
        let physical = format!("SELECT count(*) FROM {table} WHERE id IN (501, 1004, 201, 20, 2)");
        assert_eq!(one(client, &physical), "1", "{table}");
    }
}

#[test]
fn s13_a_left_join_keeps_the_parents_of_deleted_children() {
    let mut db = sample("s13");
    let client = &mut db.client;
    Asset::find(501).soft_delete(client).unwrap();
    let join = format!(
        "SELECT g.id, a.id FROM {} g LEFT JOIN {} a ON a.image_gen_id = g.id AND {} \
         WHERE g.drama_id = 1 AND {} ORDER BY g.id",
        Image::TABLE,
        Asset::TABLE,
        Asset::live("a"),
        Image::live("g")
    );
    let found: Vec<(i32, Option<i32>)> =
        client.query(&join, &[]).unwrap().iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(found, [(1001, None), (1002, None), (1003, None), (1005, None)]);
}
