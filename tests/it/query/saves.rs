//! Whole rows, written back by their key.

use std::sync::{Arc, Barrier};
use std::thread::spawn;

use feedstock::Model;
use feedstock::blocking::Run;
use feedstock::query::Rows;
use images::{ImageGeneration, Status};

use super::{awaited, dramas};
use crate::support;

#[test]
fn a_saved_row_is_what_it_was_here() {
    let mut db = dramas("save");
    let client = &mut db.client;
    let before = ImageGeneration::find(1002).one(client).unwrap();
    let mut image = before.clone();
    image.status = Status::Completed;
    image.error_msg = None;
    image.prompt = "O'Hara's \\ 雨".to_owned();
    let saved = image.save().one(client).unwrap();
    assert!(saved.updated_at > before.updated_at, "the statement stamps it");
    assert_eq!(saved, ImageGeneration { updated_at: saved.updated_at, ..image.clone() });
    assert_eq!(ImageGeneration::find(1002).one(client).unwrap(), saved);
    assert_eq!(image.save().execute(client).unwrap(), 1);

    // A deletion is no change of a row here, and a deleted row is not saved.
    let stamp = "2026-01-01T00:00:00".parse().unwrap();
    let deleted = ImageGeneration { deleted_at: Some(stamp), prompt: "lost".to_owned(), ..saved.clone() };
    let error = deleted.save().one(client).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`save` of a row of `ImageGeneration` whose `deleted_at` is set: it writes no `deleted_at`\n  help: a live row \
         is deleted with `row.itself().soft_delete(db)`, and a deleted one comes back with \
         `row.itself().restore(db)`; columns of deleted rows are changed with `update` and `only_deleted`"
    );
    assert!(deleted.save().first(client).is_err_and(|error| error.is_usage()));
    assert!(deleted.save().execute(client).is_err_and(|error| error.is_usage()));
    assert_eq!(ImageGeneration::find(1002).one(client).unwrap().prompt, saved.prompt);
    client.batch_execute("UPDATE image_generations SET deleted_at = now() WHERE id = 1002").unwrap();
    let error = image.save().one(client).unwrap_err();
    assert!(error.is_not_found() && !error.is_stale(), "{error}");
    assert!(image.save().execute(client).unwrap_err().is_not_found(), "no lost save goes unseen");
    assert_eq!(image.save().first(client).unwrap(), None);

    awaited(&db.url, async |client| {
        use feedstock::tokio::Run;
        assert!(Run::one(image.save(), &client).await.unwrap_err().is_not_found());
        assert!(Run::execute(image.save(), &client).await.unwrap_err().is_not_found());
        let other = Run::one(ImageGeneration::find(1001), &client).await.unwrap();
        assert_eq!(Run::one(other.save(), &client).await.unwrap().prompt, other.prompt);
    });
}

mod kinds {
    use feedstock::{Json, Model, PgEnum};

    #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
    pub enum Light {
        Day,
        Night,
    }

    /// A column of each kind that is not simply set, a key of two columns, a count of the changes.
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(primary_key(scene, number))]
    pub struct Take {
        pub scene: i32,
        pub number: i64,
        pub light: Light,
        pub tags: Option<Vec<String>>,
        pub marks: Json<Vec<i32>>,
        #[model(generated = "scene * 100")]
        pub sort: i32,
        #[model(version)]
        pub version: i64,
    }
}

use kinds::{Light, Take};

fn take() -> Take {
    let marks = feedstock::Json(vec![1]);
    Take { scene: 1, number: 2, light: Light::Day, tags: None, marks, sort: 0, version: 1 }
}

#[test]
fn a_row_that_was_changed_meanwhile_is_not_overwritten() {
    let mut db = support::tables(&feedstock::models![Take]);
    let client = &mut db.client;
    let first = Take::insert(take()).one(client).unwrap();
    assert_eq!((first.version, first.sort), (1, 100));
    let mine = Take { light: Light::Night, tags: Some(vec!["a".to_owned()]), ..first.clone() };
    let mine = mine.save().one(client).unwrap();
    assert_eq!((mine.version, mine.light, mine.sort), (2, Light::Night, 100));
    let theirs = Take { marks: feedstock::Json(vec![2]), ..first };
    let error = theirs.save().one(client).unwrap_err();
    assert!(error.is_stale() && !error.is_not_found(), "{error}");
    assert!(error.to_string().contains("help: read it again"), "{error}");
    assert_eq!(Take::find((1, 2)).one(client).unwrap(), mine);
    // An update counts too, so that it is not overwritten either.
    let update = Take::update().set(Take::LIGHT.to(Light::Day)).filter(Take::SCENE.eq(1));
    assert_eq!(update.one(client).unwrap().version, 3);
    assert!(mine.save().execute(client).unwrap_err().is_stale());
    let sql = mine.save().rows(None).unwrap().sql().to_owned();
    let expected = r#"UPDATE "take" SET "light" = $1::"light", "tags" = $2, "marks" = $3, "version" = "version" + 1 WHERE "scene" = $4 AND "number" = $5 AND "version" = $6 RETURNING"#;
    assert!(sql.replace("takes", "take").starts_with(expected), "{sql}");
}

/// Two who read, count and save, again when they were late: no count is lost.
#[test]
fn of_two_writers_none_is_lost() {
    let mut db = support::tables(&feedstock::models![Take]);
    Take::insert(take()).one(&mut db.client).unwrap();
    let (rounds, start) = (50, Arc::new(Barrier::new(2)));
    let writers = [1, 2].map(|_| {
        let (mut client, start) = (feedstock::internals::connect::connect(&db.url).unwrap(), start.clone());
        spawn(move || {
            start.wait();
            let mut late = 0;
            for _ in 0..rounds {
                loop {
                    let mut row = Take::find((1, 2)).one(&mut client).unwrap();
                    row.marks.0[0] += 1;
                    match row.save().one(&mut client) {
                        Ok(_) => break,
                        Err(error) if error.is_stale() => late += 1,
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            late
        })
    });
    let late: i32 = writers.map(|writer| writer.join().unwrap()).iter().sum();
    let end = Take::find((1, 2)).one(&mut db.client).unwrap();
    assert_eq!(
        (end.marks.0[0], end.version),
        (2 * rounds + 1, i64::from(2 * rounds + 1)),
        "{late} were late"
    );
    assert!(late > 0, "the writers never met");
}
