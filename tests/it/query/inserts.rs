//! New rows and changed ones.

use feedstock::blocking::Run;
use feedstock::query::{Filter, Rows};
use feedstock::{JsonText, Model, PgEnum};
use images::{Asset, ImageGeneration, NewAsset, NewImageGeneration, Status};

use super::{awaited, dramas};
use crate::support;

fn image(prompt: &str) -> NewImageGeneration {
    NewImageGeneration::new(1, "openai".to_owned(), prompt.to_owned())
}

#[test]
fn what_is_not_given_is_the_default() {
    let mut db = dramas("insert");
    let row = NewImageGeneration {
        size: Some("1024x1024".to_owned()),
        reference_images: Some(JsonText::from_text("")),
        ..image("O'Hara's \\ 雨")
    };
    let made = ImageGeneration::insert(row).one(&mut db.client).unwrap();
    assert_eq!((made.id, made.drama_id, made.status), (1008, 1, Status::Pending));
    assert_eq!(made.prompt, "O'Hara's \\ 雨");
    assert_eq!(made.size.as_deref(), Some("1024x1024"));
    assert_eq!(made.reference_images.as_ref().map(JsonText::as_str), Some(""));
    assert_eq!((made.storyboard_id, made.deleted_at), (None, None));
    let now: chrono::NaiveDateTime =
        db.client.query_one("SELECT clock_timestamp() AT TIME ZONE 'utc'", &[]).unwrap().get(0);
    assert!((now - made.created_at).num_seconds().abs() < 60, "the default is the database's: {now}");
    let again = ImageGeneration::query().filter(ImageGeneration::ID.eq(1008)).one(&mut db.client).unwrap();
    assert_eq!(again, made);
    let given = NewImageGeneration { id: Some(5000), status: Some(Status::Failed), ..image("x") };
    let made = ImageGeneration::insert(given).one(&mut db.client).unwrap();
    assert_eq!((made.id, made.status), (5000, Status::Failed));
    assert_eq!(ImageGeneration::insert(image("y")).execute(&mut db.client).unwrap(), 1);
    let lost = ImageGeneration::insert(NewImageGeneration { drama_id: 99, ..image("z") });
    assert!(lost.one(&mut db.client).unwrap_err().is_parent_deleted());
}

#[test]
fn many_rows_are_one_statement_and_come_back_in_order() {
    let mut db = dramas("insert_many");
    let rows = || {
        (0..5_i32).map(|n| NewImageGeneration {
            // Some rows bring what others leave to the default.
            id: (n == 3).then_some(7000),
            status: (n % 2 == 0).then_some(Status::Completed),
            steps: (n > 1).then_some(n),
            ..image(&format!("number {n}"))
        })
    };
    let made = ImageGeneration::insert_many(rows()).all(&mut db.client).unwrap();
    let prompts: Vec<_> = made.iter().map(|row| row.prompt.as_str()).collect();
    assert_eq!(prompts, ["number 0", "number 1", "number 2", "number 3", "number 4"]);
    assert_eq!(made.iter().map(|row| row.id).collect::<Vec<_>>(), [1008, 1009, 1010, 7000, 1011]);
    let [done, open] = [Status::Completed, Status::Pending];
    assert_eq!(made.iter().map(|row| row.status).collect::<Vec<_>>(), [done, open, done, open, done]);
    assert_eq!(made.iter().map(|row| row.steps).collect::<Vec<_>>(), [None, None, Some(2), Some(3), Some(4)]);
    let none: [NewImageGeneration; 0] = [];
    assert_eq!(ImageGeneration::insert_many(none).all(&mut db.client).unwrap(), []);

    awaited(&db.url, async |client| {
        use feedstock::tokio::Run;
        let made = Run::execute(ImageGeneration::insert_many(rows().take(3)), &client).await.unwrap();
        assert_eq!(made, 3);
    });
}

#[test]
fn a_hundred_thousand_rows_are_inserted_at_once() {
    let mut db = dramas("insert_100k");
    let rows = (0..100_000).map(|n| image(&format!("number {n}")));
    assert_eq!(ImageGeneration::insert_many(rows).execute(&mut db.client).unwrap(), 100_000);
    let last = ImageGeneration::query().filter(ImageGeneration::PROMPT.eq("number 99999"));
    assert!(last.exists(&mut db.client).unwrap());
}

mod kinds {
    use super::PgEnum;
    use feedstock::{Json, Model};

    #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
    pub enum Weather {
        Dry,
        #[pg_enum(rename = "it's wet")]
        Wet,
    }

    /// A column of each kind that an array is no plain array of.
    #[derive(Debug, PartialEq, Model)]
    pub struct Shot {
        #[model(primary_key)]
        pub id: i64,
        pub weather: Option<Weather>,
        pub forecast: Vec<Weather>,
        pub tags: Option<Vec<Option<String>>>,
        pub light: Json<Vec<i32>>,
        #[model(generated = "id * 2")]
        pub twice: i64,
    }

    /// Nothing has to be given.
    #[derive(Debug, PartialEq, Model)]
    pub struct Mark {
        #[model(primary_key)]
        pub id: i32,
        #[model(default = "none")]
        pub note: Option<String>,
    }
}

#[test]
fn enums_and_arrays_go_in_and_come_back() {
    use kinds::{Mark, NewMark, NewShot, Shot, Weather};
    let mut db = support::tables(&feedstock::models![Shot, Mark]);
    let tags = |tags: &[Option<&str>]| Some(tags.iter().map(|tag| tag.map(str::to_owned)).collect());
    let rows = || {
        [
            NewShot {
                weather: Some(Weather::Wet),
                tags: tags(&[Some("a'\\\"b{},"), None, Some("NULL")]),
                ..NewShot::new(vec![Weather::Dry, Weather::Wet], feedstock::Json(vec![1]))
            },
            NewShot::new(Vec::new(), feedstock::Json(Vec::new())),
        ]
    };
    let many = Shot::insert_many(rows()).all(&mut db.client).unwrap();
    let single = rows().map(|row| Shot::insert(row).one(&mut db.client).unwrap());
    for (many, single) in many.iter().zip(&single) {
        assert_eq!(
            (many.weather, &many.forecast, &many.tags),
            (single.weather, &single.forecast, &single.tags)
        );
        assert_eq!((&many.light, many.twice), (&single.light, many.id * 2));
    }
    assert_eq!(many[0].forecast, [Weather::Dry, Weather::Wet]);
    assert_eq!(many[0].tags, tags(&[Some("a'\\\"b{},"), None, Some("NULL")]));
    assert_eq!((many[1].weather, &many[1].tags), (None, &None));

    let notes = |rows: Vec<Mark>| rows.into_iter().map(|row| row.note).collect::<Vec<_>>();
    let default = Mark::insert(NewMark::default()).all(&mut db.client).unwrap();
    assert_eq!(notes(default), [Some("none".to_owned())]);
    let three = (0..3).map(|_| NewMark::default());
    assert_eq!(Mark::insert_many(three).execute(&mut db.client).unwrap(), 3);
    let mixed = [NewMark { note: Some(None), ..NewMark::new() }, NewMark::new()];
    assert_eq!(notes(Mark::insert_many(mixed).all(&mut db.client).unwrap()), [None, Some("none".to_owned())]);
}

#[test]
fn a_claim_is_won_once() {
    use ImageGeneration as I;
    let mut db = dramas("update");
    let before = I::query().filter(I::ID.eq(1004)).one(&mut db.client).unwrap();
    let claim = || {
        let update = I::update().set(I::STATUS.to(Status::Processing)).set(I::TASK_ID.to("mj-1"));
        update.filter(I::ID.eq(1004)).filter(I::STATUS.eq(Status::Pending))
    };
    let claimed = claim().one(&mut db.client).unwrap();
    assert_eq!((claimed.status, claimed.task_id.as_deref()), (Status::Processing, Some("mj-1")));
    assert!(claimed.updated_at > before.updated_at, "the statement stamps it");
    assert_eq!(claimed.created_at, before.created_at);
    assert_eq!(claim().execute(&mut db.client).unwrap(), 0);
    // A deleted row is not changed unless it is asked for.
    let touch = || I::update().set(I::ERROR_MSG.to_null()).set(I::SEED.to(7)).filter(I::ID.eq(1006));
    assert_eq!(touch().execute(&mut db.client).unwrap(), 0);
    assert_eq!(touch().only_deleted().one(&mut db.client).unwrap().seed, Some(7));
    let seen =
        Asset::update().set(Asset::VIEW_COUNT.to_sql("view_count + $1", (2,))).filter(Asset::ID.eq(501));
    assert_eq!(seen.one(&mut db.client).unwrap().view_count, 2);
    let stamp = "2020-01-01T00:00:00".parse::<chrono::NaiveDateTime>().unwrap();
    let named = I::update().set(I::UPDATED_AT.to(stamp)).filter(I::ID.eq(1001));
    assert_eq!(named.one(&mut db.client).unwrap().updated_at, stamp);
}

#[test]
fn an_update_that_cannot_be_meant_is_refused() {
    use ImageGeneration as I;
    let said = |update: feedstock::query::Update<I>| update.rows(None).unwrap_err().message().to_owned();
    let set = || I::update().set(I::SEED.to(1));
    assert_eq!(said(set()), "an update of `ImageGeneration` has no filter");
    assert_eq!(said(I::update()), "an update of `ImageGeneration` sets nothing");
    assert_eq!(said(set().set(I::SEED.to(2))), "an update of `ImageGeneration` sets `seed` twice");
    let all = set().filter(Filter::everything()).rows(None).unwrap();
    let expected = r#"UPDATE "image_generations" SET "seed" = $1, "updated_at" = (now() AT TIME ZONE 'utc')"#;
    assert!(all.sql().starts_with(&format!(r#"{expected} WHERE "deleted_at" IS NULL AND true RETURNING "#)));
}

#[test]
fn an_asset_of_all_dramas_has_no_drama() {
    let mut db = dramas("nullable");
    let asset = NewAsset::new("rain".to_owned(), "audio".to_owned(), "https://cdn.example/r".to_owned());
    assert_eq!(Asset::insert(asset).one(&mut db.client).unwrap().drama_id, None);
}
