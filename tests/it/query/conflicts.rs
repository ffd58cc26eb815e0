//! What becomes of a new row that a unique refuses.

use feedstock::Model;
use feedstock::blocking::Run;
use feedstock::query::{Insert, Rows};
use images::{Drama, Episode, NewEpisode};

use super::{awaited, dramas};
use crate::support;

fn episode(number: i32, title: &str) -> NewEpisode {
    NewEpisode::new(1, number, title.to_owned())
}

const PLACE: (feedstock::query::Column<Episode, i32>, feedstock::query::Column<Episode, i32>) =
    (Episode::EPISODE_NUMBER, Episode::DRAMA_ID);

/// What is said of a statement that cannot be meant.
fn said(insert: Insert<Episode>) -> String {
    insert.rows(None).unwrap_err().to_string()
}

#[test]
fn a_refused_row_is_left_out() {
    let mut db = dramas("do_nothing");
    let client = &mut db.client;
    let again = || Episode::insert(episode(1, "again")).on_conflict(PLACE).do_nothing();
    let sql = again().rows(None).unwrap().sql().to_owned();
    let clause = r#" ON CONFLICT ("drama_id", "episode_number") WHERE "deleted_at" IS NULL DO NOTHING"#;
    assert!(sql.contains(clause), "{sql}");
    assert_eq!(again().first(client).unwrap(), None);
    assert!(again().one(client).unwrap_err().is_not_found());
    assert_eq!(again().execute(client).unwrap(), 0);
    let many = || [episode(1, "again"), episode(2, "new"), episode(2, "twice")];
    let made = Episode::insert_many(many()).on_conflict(PLACE).do_nothing().all(client).unwrap();
    assert_eq!(made.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["new"]);

    awaited(&db.url, async |client| {
        use feedstock::tokio::Run;
        let again = Episode::insert_many(many()).on_conflict(PLACE).do_nothing();
        assert_eq!(Run::execute(again, &client).await.unwrap(), 0);
    });
}

#[test]
fn the_row_in_the_way_becomes_what_is_said() {
    let mut db = dramas("do_update");
    let client = &mut db.client;
    client.batch_execute("UPDATE episodes SET updated_at = '2020-01-01', duration = 7").unwrap();
    let before = Episode::find(10).one(client).unwrap();
    let sets = || {
        let doubled = Episode::DURATION.to_sql("episodes.duration * 2 + EXCLUDED.duration + $1", (1,));
        [Episode::TITLE.to_excluded(), doubled, Episode::DESCRIPTION.to("said")]
    };
    let rows = || [episode(1, "第一集"), NewEpisode { duration: Some(3), ..episode(2, "new") }];
    let done = Episode::insert_many(rows()).on_conflict(PLACE).do_update(sets()).all(client).unwrap();
    let (first, second) = (&done[0], &done[1]);
    assert_eq!((first.id, first.title.as_str(), first.duration), (10, "第一集", 15));
    assert_eq!((first.description.as_deref(), first.created_at), (Some("said"), before.created_at));
    assert!(first.updated_at > before.updated_at, "the statement stamps it");
    assert_eq!((second.duration, second.description.as_deref()), (3, None), "it was not in the way");

    // All that is given, and what is not stays.
    let row = NewEpisode { video_url: Some("v".to_owned()), ..episode(1, "all") };
    let all = Episode::insert(row).on_conflict(PLACE).do_update_all().one(client).unwrap();
    assert_eq!((all.id, all.title.as_str(), all.video_url.as_deref()), (10, "all", Some("v")));
    assert_eq!((all.duration, all.description), (15, None), "a nullable column is given: as NULL");
    assert_eq!(Episode::query().filter(Episode::DRAMA_ID.eq(1)).count(client).unwrap(), 2);
}

#[test]
fn a_deleted_row_is_not_in_the_way_of_a_live_one() {
    let mut db = dramas("conflict_deleted");
    let client = &mut db.client;
    client.batch_execute("UPDATE episodes SET deleted_at = now() WHERE id = 10").unwrap();
    let row = || NewEpisode { id: Some(10), ..episode(1, "new") };
    let made = Episode::insert(episode(1, "new")).on_conflict(PLACE).do_update_all().one(client).unwrap();
    assert_ne!(made.id, 10);
    // By the key the deleted one is met: it stays as it is unless it is revived by name.
    client.execute("DELETE FROM episodes WHERE id = $1", &[&made.id]).unwrap();
    let met = || Episode::insert(row()).on_conflict(Episode::ID);
    assert_eq!(met().do_update_all().first(client).unwrap(), None);
    assert_eq!(Episode::find(10).with_deleted().one(client).unwrap().title, "第一集 末班车");
    let revived = met().do_update([Episode::DELETED_AT.to_null(), Episode::TITLE.to_excluded()]);
    assert_eq!(revived.one(client).unwrap().title, "new");
    assert_eq!(Episode::find(10).one(client).unwrap().title, "new");
}

#[test]
fn two_rows_of_one_key_are_a_clear_error() {
    let mut db = dramas("conflict_twice");
    let rows = [episode(5, "a"), episode(5, "b")];
    let error =
        Episode::insert_many(rows).on_conflict(PLACE).do_update_all().all(&mut db.client).unwrap_err();
    assert_eq!(error.sqlstate(), Some("21000"));
    assert!(error.to_string().contains("help: two of the rows that were given are equal"), "{error}");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let insert = || Episode::insert(episode(1, "x"));
    let unknown = said(insert().on_conflict(Episode::TITLE).do_nothing());
    assert_eq!(
        unknown,
        "`Episode` has no unique constraint or index on (title)\n  help: it has: (\"id\"); \
         (\"drama_id\", \"episode_number\") WHERE \"deleted_at\" IS NULL"
    );
    assert!(
        said(insert().on_conflict(Episode::DRAMA_ID).do_nothing())
            .contains("no unique constraint or index on (drama_id)")
    );
    assert!(said(insert().on_conflict("by_title").do_nothing()).contains("index named `by_title`"));
    let twice = [Episode::TITLE.to("a"), Episode::TITLE.to_excluded()];
    let twice = said(insert().on_conflict(PLACE).do_update(twice));
    assert!(twice.starts_with("`do_update` of `Episode` sets `title` twice"), "{twice}");
    let excluded = Episode::update().set(Episode::TITLE.to_excluded()).filter(Episode::ID.eq(1));
    assert!(excluded.rows(None).unwrap_err().to_string().contains("`to_excluded` is for"));
}

mod kinds {
    use chrono::NaiveDateTime;
    use feedstock::Model;

    /// One unique of each kind, and a count of the changes.
    #[allow(clippy::duplicated_attributes)]
    #[derive(Debug, PartialEq, Model)]
    #[model(soft_delete = deleted_at)]
    #[model(unique(code, with_deleted))]
    #[model(unique(slot, name = "morning", where = "shift = 1"))]
    #[model(unique(slot, name = "evening", where = "shift = 2"))]
    #[model(index(sql("lower(title)"), unique, live, name = "one_title"))]
    pub struct Ticket {
        #[model(primary_key)]
        pub id: i32,
        pub code: i32,
        pub slot: i32,
        pub shift: i32,
        pub title: String,
        #[model(version)]
        pub version: i32,
        pub deleted_at: Option<NaiveDateTime>,
    }
}

#[test]
fn uniques_of_every_kind_are_found() {
    use kinds::{NewTicket, Ticket};

    let mut db = support::tables(&feedstock::models![Ticket]);
    let client = &mut db.client;
    let ticket = |code, slot, title: &str| NewTicket::new(code, slot, 1, title.to_owned());
    let made = Ticket::insert(ticket(1, 1, "One")).one(client).unwrap();
    assert_eq!(made.version, 1);
    let by_code = Ticket::insert(ticket(1, 2, "two")).on_conflict(Ticket::CODE).do_update_all();
    let by_code = by_code.one(client).unwrap();
    assert_eq!((by_code.id, by_code.slot, by_code.version), (made.id, 2, 2), "it is counted up");
    let by_slot = || Ticket::insert(ticket(3, 2, "three"));
    let error = by_slot().on_conflict(Ticket::SLOT).do_nothing().first(client).unwrap_err();
    assert!(
        error.is_usage() && error.message().contains("several unique constraints or indexes on (slot)"),
        "{error}"
    );
    assert_eq!(by_slot().on_conflict("morning").do_nothing().first(client).unwrap(), None);
    let evening = by_slot().on_conflict("evening").do_nothing().first(client).unwrap_err();
    assert_eq!(evening.sqlstate(), Some("23505"), "another unique than was named");
    let by_title = Ticket::insert(ticket(4, 4, "TWO")).on_conflict("one_title");
    let by_title = by_title.do_update([Ticket::TITLE.to_excluded()]).one(client).unwrap();
    assert_eq!((by_title.id, by_title.title.as_str(), by_title.version), (made.id, "TWO", 3));
}

#[test]
fn a_conflict_of_another_unique_is_the_databases_error() {
    let mut db = dramas("other_unique");
    let row = NewEpisode { id: Some(10), ..episode(9, "x") };
    let error = Episode::insert(row).on_conflict(PLACE).do_nothing().first(&mut db.client).unwrap_err();
    assert_eq!(error.sqlstate(), Some("23505"));
    // A model whose only unique is its key.
    let drama = Drama::find(1).one(&mut db.client).unwrap();
    let same = Drama::insert(Drama { title: "anew".to_owned(), ..drama.clone() });
    let same = same.on_conflict(Drama::ID).do_update_all().one(&mut db.client).unwrap();
    assert_eq!((same.title.as_str(), same.created_at), ("anew", drama.created_at));
}
