//! Keys and stamps of any type, tables that refer to themselves, circles, many rows.

use chrono::{DateTime, NaiveDateTime, Utc};
use feedstock::blocking::Run;
use feedstock::{Model, models};

use crate::support::tables;

/// A show by a text, its seasons by two columns, and its posters, with time zones all.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "shows", soft_delete = deleted_at)]
#[model(has_many(seasons: Season, by = show_slug, on_soft_delete = cascade))]
#[model(has_many(posters: Poster, by = show_slug, on_soft_delete = cascade))]
struct Show {
    #[model(primary_key, sql_type = "varchar(40)")]
    slug: String,
    #[model(updated_at)]
    updated_at: DateTime<Utc>,
    #[model(version)]
    version: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "seasons", soft_delete = deleted_at, primary_key(show_slug, number))]
struct Season {
    #[model(belongs_to = Show)]
    #[model(sql_type = "varchar(40)")]
    show_slug: String,
    number: i32,
    #[model(version)]
    version: i64,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "posters", soft_delete = gone)]
struct Poster {
    #[model(primary_key)]
    id: uuid::Uuid,
    #[model(belongs_to = Show, sql_type = "varchar(40)")]
    show_slug: String,
    #[model(rename = "gone at")]
    gone: Option<DateTime<Utc>>,
}

const SHOWS: &str = r#"INSERT INTO shows (slug) VALUES ('it''s {"a, b"}'), ('老街'), ('');
    INSERT INTO seasons (show_slug, number) SELECT slug, n FROM shows, generate_series(1, 12) n;
    INSERT INTO posters (id, show_slug) SELECT gen_random_uuid(), slug FROM shows, generate_series(1, 3);
    SET timezone = 'Asia/Shanghai'; SET datestyle = 'SQL, DMY'"#;

#[test]
fn keys_of_text_uuid_and_two_columns_and_stamps_with_a_zone() {
    let mut db = tables(&models![Show, Season, Poster]);
    let client = &mut db.client;
    client.batch_execute(SHOWS).unwrap();
    for slug in ["it's {\"a, b\"}", "老街", ""] {
        let show = || Show::find(slug.to_owned());
        let before = show().one(client).unwrap();
        let seven = || Season::find((slug.to_owned(), 7));
        assert_eq!(seven().soft_delete(client).unwrap(), 1);
        let poster = Poster::query().filter(Poster::SHOW_SLUG.eq(slug)).first(client).unwrap().unwrap();
        assert_eq!(poster.itself().soft_delete(client).unwrap(), 1);
        assert_eq!(show().soft_delete(client).unwrap(), 1 + 11 + 2);
        assert_eq!(show().restore(client).unwrap(), 1 + 11 + 2);
        assert_eq!(seven().count(client).unwrap(), 0, "deleted before");
        assert_eq!(seven().restore(client).unwrap(), 1);
        assert_eq!(poster.itself().restore(client).unwrap(), 1);
        // Each is an update: the version counts, the time is set.
        let after = show().one(client).unwrap();
        assert_eq!(after.version, before.version + 2);
        assert!(after.updated_at > before.updated_at);
        assert_eq!(seven().one(client).unwrap().version, 3);
    }
    assert_eq!(Season::query().filter(Season::NUMBER.between(2, 4)).soft_delete(client).unwrap(), 9);
    assert_eq!(Season::query().filter(Season::NUMBER.gt(0)).restore(client).unwrap(), 9);
    let stamp = "SELECT abs(extract(epoch FROM clock_timestamp() - deleted_at)) < 60 FROM shows";
    Show::find(String::new()).soft_delete(client).unwrap();
    assert!(client.query_one(&format!("{stamp} WHERE slug = ''"), &[]).unwrap().get::<_, bool>(0));
}

/// A tree of categories.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "categories", soft_delete = deleted_at)]
#[model(has_many(children: Self, by = parent_id, on_soft_delete = cascade))]
struct Category {
    #[model(primary_key)]
    id: i32,
    #[model(belongs_to = Self)]
    parent_id: Option<i32>,
    deleted_at: Option<NaiveDateTime>,
}

#[test]
fn a_tree_in_one_table_goes_and_comes_back_by_branches() {
    let mut db = tables(&models![Category]);
    let client = &mut db.client;
    // Row n is below row n / 2.
    client
        .batch_execute(
            "INSERT INTO categories (id, parent_id) SELECT n, nullif(n / 2, 0) FROM generate_series(1, 63) n",
        )
        .unwrap();
    assert_eq!(Category::find(5).soft_delete(client).unwrap(), 15);
    assert_eq!(Category::find(1).soft_delete(client).unwrap(), 48);
    assert!(Category::find(5).restore(client).unwrap_err().is_parent_deleted());
    assert!(Category::find(4).restore(client).unwrap_err().is_parent_deleted());
    assert_eq!(Category::find(1).restore(client).unwrap(), 48);
    assert_eq!(Category::find(5).restore(client).unwrap(), 15);
    // Roots that are below one another, and a grandchild whose parent comes back by the cascade.
    let some = || Category::query().filter(Category::ID.one_of([2, 5, 20]));
    assert_eq!(some().soft_delete(client).unwrap(), 31);
    assert_eq!(some().restore(client).unwrap(), 31);
    assert_eq!(Category::query().count(client).unwrap(), 63);
    // A circle of all rows that have children, and a row that is its own parent.
    client.batch_execute("UPDATE categories SET parent_id = 63 WHERE id = 1").unwrap();
    assert_eq!(Category::find(40).soft_delete(client).unwrap(), 1);
    assert_eq!(Category::find(63).soft_delete(client).unwrap(), 62);
    assert_eq!(Category::find(63).restore(client).unwrap(), 62);
    client.batch_execute("UPDATE categories SET parent_id = 63 WHERE id = 63").unwrap();
    assert_eq!(Category::find(63).soft_delete(client).unwrap(), 62);
    assert_eq!(Category::find(63).restore(client).unwrap(), 62);
}

#[test]
fn a_chain_of_any_depth() {
    let mut db = tables(&models![Category]);
    let chain =
        "INSERT INTO categories (id, parent_id) SELECT n, nullif(n - 1, 0) FROM generate_series(1, 150) n";
    db.client.batch_execute(chain).unwrap();
    assert_eq!(Category::find(1).soft_delete(&mut db.client).unwrap(), 150);
    assert_eq!(Category::find(1).restore(&mut db.client).unwrap(), 150);
}

/// Two tables in a circle: a team has members, a member leads teams.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "teams", soft_delete = deleted_at)]
#[model(has_many(members: Member, by = team_id, on_soft_delete = cascade))]
struct Team {
    #[model(primary_key)]
    id: i32,
    leader_id: Option<i32>,
    deleted_at: Option<NaiveDateTime>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "members", soft_delete = deleted_at)]
#[model(has_many(leads: Team, by = leader_id, on_soft_delete = cascade))]
struct Member {
    #[model(primary_key)]
    id: i32,
    team_id: i32,
    deleted_at: Option<NaiveDateTime>,
}

#[test]
fn two_tables_in_a_circle() {
    let mut db = tables(&models![Team, Member]);
    let client = &mut db.client;
    // Member n is in team n, and leads team n + 1; the last one leads the first.
    client
        .batch_execute(
            "INSERT INTO teams (id, leader_id) SELECT n, (n + 8) % 10 + 1 FROM generate_series(1, 10) n;
             INSERT INTO members (id, team_id) SELECT n, n FROM generate_series(1, 10) n",
        )
        .unwrap();
    assert_eq!(Team::find(4).soft_delete(client).unwrap(), 20);
    assert_eq!(Member::find(7).restore(client).unwrap(), 20);
    assert_eq!(Member::find(7).soft_delete(client).unwrap(), 20);
    assert_eq!(Team::find(1).restore(client).unwrap(), 20);
}

#[test]
fn ten_thousand_children() {
    let mut db = super::dramas("keys_many");
    let client = &mut db.client;
    let many = "INSERT INTO image (id, drama_id, storyboard_id) \
        SELECT n, 1, 11 + n % 3 FROM generate_series(10001, 20000) n";
    client.batch_execute(many).unwrap();
    let drama = || super::models::cascade::Drama::find(1);
    assert_eq!(drama().soft_delete(client).unwrap(), 10_010);
    assert_eq!(super::orphans(client), 0);
    assert_eq!(drama().restore(client).unwrap(), 10_010);
}

mod uneven {
    use super::*;

    #[derive(Model)]
    #[model(soft_delete = deleted_at, has_many(pages: Page, by = book_id, on_soft_delete = cascade))]
    pub struct Book {
        #[model(primary_key)]
        pub id: i32,
        pub deleted_at: Option<NaiveDateTime>,
    }

    #[derive(Model)]
    #[model(soft_delete = deleted_at)]
    pub struct Page {
        #[model(primary_key)]
        pub id: i32,
        pub book_id: i32,
        pub deleted_at: Option<DateTime<Utc>>,
    }

    #[derive(Model)]
    #[model(soft_delete = deleted_at, has_many(notes: Note, by = sheet_id, on_soft_delete = cascade))]
    pub struct Sheet {
        #[model(primary_key)]
        pub id: i32,
        #[model(sql_type = "timestamp (6) without time zone")]
        pub deleted_at: Option<NaiveDateTime>,
    }

    #[derive(Model)]
    #[model(soft_delete = deleted_at)]
    pub struct Note {
        #[model(primary_key)]
        pub id: i32,
        pub sheet_id: i32,
        #[model(sql_type = "timestamp(0)")]
        pub deleted_at: Option<NaiveDateTime>,
    }
}

/// There are no such tables: nothing may be sent.
#[test]
fn stamps_that_cannot_be_equal_are_refused_before_anything() {
    let mut db = super::dramas("keys_uneven");
    let error = uneven::Book::find(1).soft_delete(&mut db.client).unwrap_err();
    assert!(error.is_usage());
    let message = "only one of the two says with a time zone when";
    assert!(error.message().ends_with(message), "{error}");
    let error = uneven::Sheet::find(1).restore(&mut db.client).unwrap_err();
    assert!(error.is_usage());
    assert!(error.message().starts_with("`note.deleted_at` is `timestamp(0)`"), "{error}");
    // Alone it may be what it likes.
    assert_eq!(uneven::Note::find(1).soft_delete(&mut db.client).unwrap_err().sqlstate(), Some("42P01"));
}
