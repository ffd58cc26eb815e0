//! The twenty workloads of the image tables on the sample rows, on a blocking and on an async client. What runs here is
//! the body of the example `workloads` of the crate `images`.

#[path = "../../images/examples/workloads/awaited.rs"]
mod awaited;
#[path = "../../images/examples/workloads/blocking.rs"]
mod blocking;
#[path = "../../images/examples/workloads/queries.rs"]
mod queries;

use feedstock::query::Rows;
use feedstock::{Model, blocking::Run};
use images::{Asset, Drama, DramaStatus, Episode, ImageGeneration, Status, Storyboard};

use crate::support::{self, TestDb};
use queries::Wanted;

/// A database with the image tables and the sample rows, and a runtime for the async client.
struct Both {
    db: TestDb,
    runtime: tokio::runtime::Runtime,
}

impl Both {
    fn new(name: &str) -> Self {
        let mut db = support::database(name);
        db.client.batch_execute(include_str!("../../migrations/V0001__create_image_tables.sql")).unwrap();
        db.client.batch_execute(include_str!("../../images/examples/sample_rows.sql")).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Both { db, runtime }
    }

    /// Does this on an async client.
    fn awaited<T>(&self, work: impl AsyncFnOnce(&mut tokio_postgres::Client) -> T) -> T {
        self.runtime.block_on(async {
            let (mut client, connection) =
                tokio_postgres::connect(&self.db.url, tokio_postgres::NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            let done = work(&mut client).await;
            drop(client);
            connection.await.unwrap().unwrap();
            done
        })
    }

    /// The rows of a statement, which are the same on both clients.
    #[track_caller]
    fn rows<R>(&mut self, make: impl Fn() -> R) -> Vec<R::Row>
    where
        R: Rows<Row: Send + PartialEq + std::fmt::Debug>,
    {
        let rows = Run::all(make(), &mut self.db.client).unwrap();
        let awaited =
            self.awaited(async |client| feedstock::tokio::Run::all(make(), &*client).await.unwrap());
        assert_eq!(rows, awaited);
        rows
    }

    /// How many rows a statement changes: on the blocking client in a transaction that is undone, then on the async one.
    #[track_caller]
    fn changed(&mut self, make: impl Fn() -> feedstock::query::Update<ImageGeneration>) -> u64 {
        let mut transaction = self.db.client.transaction().unwrap();
        let changed = Run::execute(make(), &mut transaction).unwrap();
        transaction.rollback().unwrap();
        let awaited =
            self.awaited(async |client| feedstock::tokio::Run::execute(make(), &*client).await.unwrap());
        assert_eq!(changed, awaited);
        changed
    }

    fn image(&mut self, id: i32) -> ImageGeneration {
        let query = || ImageGeneration::find(id).with_deleted();
        self.rows(query).remove(0)
    }
}

fn ids(rows: &[ImageGeneration]) -> Vec<i32> {
    rows.iter().map(|row| row.id).collect()
}

fn of_drama(id: i32) -> Wanted {
    Wanted { drama_id: Some(id), ..Wanted::default() }
}

#[test]
fn w1_the_list_newest_first_in_pages() {
    let mut both = Both::new("w1");
    let mut list = |wanted: Wanted, page, size| ids(&both.rows(|| queries::page(&wanted, page, size)));
    assert_eq!(list(of_drama(1), 1, 20), [1003, 1002, 1001, 1005], "ties by id, descending");
    assert_eq!(list(of_drama(1), 2, 3), [1005]);
    assert_eq!(list(of_drama(3), 1, 20), [1007], "a live image of a deleted drama");
    let failed = Wanted { status: Some(Status::Failed), ..of_drama(1) };
    assert_eq!(list(failed, 1, 20), [1002]);
    let pending = Wanted { status: Some(Status::Pending), ..Wanted::default() };
    assert_eq!(list(pending, 1, 20), [1004, 1007], "1004 was made just now");
    let uploaded = Wanted { provider: Some("upload".into()), storyboard_id: Some(103), ..Wanted::default() };
    assert_eq!(list(uploaded, 1, 20), [1005], "a live image of a deleted shot");
    assert_eq!(list(Wanted::default(), 1, 1000).len(), 6, "at most 100");
}

#[test]
fn w1b_the_total_of_the_list() {
    let mut both = Both::new("w1b");
    assert_eq!(Run::count(queries::wanted(&of_drama(1)), &mut both.db.client).unwrap(), 4);
    let awaited = async |client: &mut tokio_postgres::Client| {
        feedstock::tokio::Run::count(queries::wanted(&of_drama(1)), &*client).await.unwrap()
    };
    assert_eq!(both.awaited(awaited), 4);
}

/// Pages that go on after the last row seen, while others insert: nothing comes twice, nothing is left out.
#[test]
fn w1_pages_go_on_after_the_last_row_whatever_is_inserted() {
    let mut both = Both::new("w1_after");
    let (mut seen, mut last): (Vec<i32>, Option<ImageGeneration>) = (Vec::new(), None);
    loop {
        let page = both.rows(|| queries::page_after(&of_drama(1), last.as_ref(), 1));
        let Some(row) = page.into_iter().next() else { break };
        seen.push(row.id);
        last = Some(row);
        Run::execute(queries::create(1, "openai", "in between"), &mut both.db.client).unwrap();
    }
    assert_eq!(seen, [1003, 1002, 1001, 1005]);
}

#[test]
fn w2_one_image_by_its_key() {
    let mut both = Both::new("w2");
    let image = blocking::get(1001, &mut both.db.client).unwrap();
    assert_eq!(image.prompt, "雨夜的公交站台，霓虹倒影，电影感远景");
    assert_eq!(both.awaited(async |client| awaited::get(1001, client).await.unwrap()), image);
    for missing in [1006, 999_999] {
        assert!(blocking::get(missing, &mut both.db.client).unwrap_err().is_not_found());
        assert!(both.awaited(async |client| awaited::get(missing, client).await).unwrap_err().is_not_found());
    }
}

#[test]
fn w3_an_image_is_made_of_a_live_drama_only() {
    let mut both = Both::new("w3");
    let made = Run::one(queries::create(1, "openai", "rain"), &mut both.db.client).unwrap();
    assert_eq!(
        (made.status, made.size.as_deref(), made.deleted_at),
        (Status::Pending, Some("1024x1024"), None)
    );
    let make = async |drama_id, client: &mut tokio_postgres::Client| {
        feedstock::tokio::Run::one(queries::create(drama_id, "openai", "rain"), &*client).await
    };
    assert_eq!(both.awaited(async |client| make(2, client).await).unwrap().drama_id, 2);
    for (what, drama) in [("deleted", 3), ("missing", 999)] {
        let refused = Run::one(queries::create(drama, "openai", "x"), &mut both.db.client).unwrap_err();
        assert!(refused.to_string().contains("dramas"), "{what}: {refused}");
        let awaited = both.awaited(async |client| make(drama, client).await).unwrap_err();
        assert_eq!(awaited.message(), refused.message());
    }
    assert_eq!(both.rows(|| queries::page(&of_drama(3), 1, 20)).len(), 1, "nothing was made");
}

#[test]
fn w4_one_worker_claims_an_image() {
    let mut both = Both::new("w4");
    let before = both.image(1004);
    assert_eq!(both.changed(|| queries::claim(1004, "task-1")), 1);
    assert_eq!(both.changed(|| queries::claim(1004, "task-2")), 0, "it is not pending any more");
    assert_eq!(both.changed(|| queries::claim(1006, "task-3")), 0, "it is deleted");
    let after = both.image(1004);
    assert_eq!((after.status, after.task_id.as_deref()), (Status::Processing, Some("task-1")));
    assert!(after.updated_at > before.updated_at, "set by the statement itself");
}

#[test]
fn w5_a_completed_image_is_shown_by_its_shot() {
    let mut both = Both::new("w5");
    let shown =
        blocking::complete(1002, "https://cdn.example/1.png", (640, 480), &mut both.db.client).unwrap();
    assert!(shown);
    let url = "https://cdn.example/2.png";
    let complete =
        async |id, client: &mut tokio_postgres::Client| awaited::complete(id, url, (8, 8), client).await;
    assert!(both.awaited(async |client| complete(1001, client).await).unwrap());
    let image = both.image(1002);
    assert_eq!((image.status, image.width, image.error_msg), (Status::Completed, Some(640), None));
    assert!(image.completed_at.is_some());
    assert_eq!(both.rows(|| Storyboard::find(101))[0].composed_image.as_deref(), Some(url));
    // S11: the shot of 1005 is deleted, 1003 has none: the caller is told.
    assert!(!both.awaited(async |client| complete(1005, client).await).unwrap());
    assert!(!blocking::complete(1003, url, (8, 8), &mut both.db.client).unwrap());
    // A deleted image is not completed, and nothing else is changed either.
    assert!(blocking::complete(1006, url, (8, 8), &mut both.db.client).unwrap_err().is_not_found());
    assert!(both.awaited(async |client| complete(1006, client).await).unwrap_err().is_not_found());
}

#[test]
fn w6_a_failure_is_noted() {
    let mut both = Both::new("w6");
    assert_eq!(both.changed(|| queries::fail(1003, "超时: timeout")), 1);
    let image = both.image(1003);
    assert_eq!((image.status, image.error_msg.as_deref()), (Status::Failed, Some("超时: timeout")));
}

#[test]
fn w7_and_w8_the_latest_image_of_each_shot() {
    let mut both = Both::new("w7");
    let mut latest = |shots: &[i32], status| ids(&both.rows(|| queries::latest(shots.to_vec(), status)));
    assert_eq!(latest(&[101, 102, 103], Status::Completed), [1001, 1005], "1006 is deleted");
    assert_eq!(latest(&[101], Status::Failed), [1002]);
    assert_eq!(latest(&[101, 201], Status::Processing), [0; 0]);
    Run::execute(queries::claim(1004, "t"), &mut both.db.client).unwrap();
    assert_eq!(ids(&both.rows(|| queries::latest(vec![101, 201], Status::Processing))), [1004]);
    assert_eq!(ids(&both.rows(|| queries::latest(vec![], Status::Processing))), [0; 0]);
}

#[test]
fn w9_what_was_under_way() {
    let mut both = Both::new("w9");
    assert_eq!(ids(&both.rows(queries::interrupted)), [1003]);
}

#[test]
fn w10_the_image_of_a_job() {
    let mut both = Both::new("w10");
    assert_eq!(ids(&both.rows(|| queries::by_task("mj-7f3a"))), [1003]);
    assert_eq!(ids(&both.rows(|| queries::by_task("' OR true --"))), [0; 0]);
}

#[test]
fn w11_local_copies_are_noted_page_after_page() {
    let mut both = Both::new("w11");
    assert_eq!(ids(&both.rows(|| queries::without_local_copy(0))), [1004], "the others have no address");
    assert_eq!(blocking::note_local_copies(&mut both.db.client).unwrap(), 1);
    assert_eq!(both.image(1004).local_path.as_deref(), Some("images/1004.png"));
    assert_eq!(both.awaited(async |client| awaited::note_local_copies(client).await.unwrap()), 0);
}

#[test]
fn w12_copies_that_are_missing_by_drama() {
    let mut both = Both::new("w12");
    assert_eq!(both.rows(|| queries::uncopied(None)), []);
    both.db
        .client
        .execute("UPDATE image_generations SET image_url = 'https://x' WHERE drama_id = 1", &[])
        .unwrap();
    let missing = [queries::Uncopied { drama_id: 1, images: 2 }];
    assert_eq!(both.rows(|| queries::uncopied(None)), missing, "1001 and 1005; 1006 is deleted");
    let since = "2026-01-27T00:00:00".parse().unwrap();
    assert_eq!(both.rows(|| queries::uncopied(Some(since))), [queries::Uncopied { drama_id: 1, images: 1 }]);
}

#[test]
fn w13_shots_are_made_anew_and_their_images_stay() {
    let mut both = Both::new("w13");
    let made = blocking::regenerate(10, &["远景", "近景"], &mut both.db.client).unwrap();
    assert_eq!(made.iter().map(|shot| shot.storyboard_number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((both.image(1001).storyboard_id, both.image(1001).deleted_at), (None, None));
    let again = both.awaited(async |client| awaited::regenerate(10, &["一"], client).await.unwrap());
    assert_eq!(both.rows(|| Storyboard::query().filter(Storyboard::EPISODE_ID.eq(10))), again);
    let old = both.rows(|| Storyboard::find(101).only_deleted());
    assert_eq!(old.len(), 1, "the old shot can be restored");
}

#[test]
fn w14_a_completed_image_is_imported() {
    let mut both = Both::new("w14");
    assert_eq!(blocking::import(1004, &mut both.db.client).unwrap(), None, "it is pending");
    blocking::complete(1004, "https://cdn.example/4.png", (1, 1), &mut both.db.client).unwrap();
    let asset = blocking::import(1004, &mut both.db.client).unwrap().unwrap();
    assert_eq!(
        (asset.name.as_str(), asset.image_gen_id, asset.drama_id),
        ("Image_1004", Some(1004), Some(2))
    );
    let awaited = both.awaited(async |client| awaited::import(1004, client).await.unwrap().unwrap());
    assert_eq!(awaited.url, asset.url);
    assert!(blocking::import(1006, &mut both.db.client).unwrap_err().is_not_found(), "it is deleted");
}

#[test]
fn w15_assets_by_text_and_how_often_they_were_looked_at() {
    let mut both = Both::new("w15");
    let mut named = |text: &str| -> Vec<i32> {
        both.rows(|| queries::assets(1, text)).iter().map(|asset| asset.id).collect()
    };
    assert_eq!(named("IMAGE_"), [501]);
    assert_eq!(named("%"), [0; 0], "a sign of LIKE is a letter here");
    assert_eq!(named("站台"), [0; 0], "502 is deleted");
    Run::execute(queries::look_at(501), &mut both.db.client).unwrap();
    both.awaited(async |client| {
        feedstock::tokio::Run::execute(queries::look_at(501), &*client).await.unwrap()
    });
    assert_eq!(both.rows(|| Asset::find(501))[0].view_count, 2);
}

#[test]
fn w16_images_with_their_assets() {
    let mut both = Both::new("w16");
    let of = |found: Vec<(ImageGeneration, Vec<Asset>)>| -> Vec<(i32, Vec<i32>)> {
        let assets = |assets: Vec<Asset>| assets.iter().map(|asset| asset.id).collect();
        found.into_iter().map(|(image, all)| (image.id, assets(all))).collect()
    };
    let expected = [(1003, vec![]), (1002, vec![]), (1001, vec![501]), (1005, vec![])];
    assert_eq!(of(blocking::with_assets(1, &mut both.db.client).unwrap()), expected);
    assert_eq!(of(both.awaited(async |client| awaited::with_assets(1, client).await.unwrap())), expected);
}

#[test]
fn w17_an_image_with_its_shot_its_episode_and_its_drama() {
    let mut both = Both::new("w17");
    let found = both.rows(|| queries::belonging(1));
    let first = &found[0];
    assert_eq!((first.id, first.shot.as_deref()), (1001, Some("站台远景")));
    assert_eq!((first.episode.as_deref(), first.drama.as_str()), (Some("第一集 末班车"), "雨夜归人"));
    let shots: Vec<_> = found.iter().map(|row| (row.id, row.shot.is_some())).collect();
    assert_eq!(shots, [(1001, true), (1002, true), (1003, false), (1005, false)]);
    assert_eq!(both.rows(|| queries::belonging(3)), [], "the drama is deleted");
}

#[test]
fn w18_an_image_for_each_shot_with_a_prompt() {
    let mut both = Both::new("w18");
    assert_eq!(blocking::create_for_episode(10, "openai", &mut both.db.client).unwrap(), []);
    let prompts = "UPDATE storyboards SET image_prompt = 'p' || id WHERE id IN (101, 102, 103)";
    both.db.client.execute(prompts, &[]).unwrap();
    let made = blocking::create_for_episode(10, "openai", &mut both.db.client).unwrap();
    let of = |made: &[ImageGeneration]| -> Vec<(Option<i32>, String)> {
        made.iter().map(|image| (image.storyboard_id, image.prompt.clone())).collect()
    };
    let expected = [(Some(101), "p101".to_owned()), (Some(102), "p102".to_owned())];
    assert_eq!(of(&made), expected, "103 is deleted");
    let awaited = both.awaited(async |client| awaited::create_for_episode(10, "x", client).await.unwrap());
    assert_eq!(of(&awaited), expected);
}

#[test]
fn w19_deleted_restored_and_purged_with_all_that_belongs_to_it() {
    let mut both = Both::new("w19");
    let (deleted, restored) = blocking::delete_restore_purge(1, &mut both.db.client).unwrap();
    assert!(deleted > 7 && deleted == restored, "{deleted} and {restored}");
    assert_eq!(both.rows(|| Drama::query().with_deleted().filter(Drama::ID.eq(1))), []);
    assert_eq!(both.rows(|| Episode::find(10).with_deleted()), [], "by its foreign key");
    let awaited = both.awaited(async |client| awaited::delete_restore_purge(2, client).await);
    // The drama, an episode, a shot and an image.
    assert_eq!(awaited.unwrap(), (4, 4));
}

#[test]
fn w20_dramas_by_status() {
    let mut both = Both::new("w20");
    let of = |status, dramas| queries::OfStatus { status, dramas };
    assert_eq!(
        both.rows(queries::dramas_by_status),
        [of(DramaStatus::Draft, 1), of(DramaStatus::InProgress, 1)]
    );
}
