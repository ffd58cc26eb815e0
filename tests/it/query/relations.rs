//! The rows that belong to others, in one query.

use std::slice::from_ref;

use feedstock::blocking::{Client, Run};
use feedstock::query::Statement;
use feedstock::{Model, TextEnum, Value};
use images::{Asset, Drama, ImageGeneration, NewAsset};
use postgres::RowIter;

use super::{awaited, dramas};
use crate::support;

/// Remembers what was sent.
struct Told<'c>(&'c mut postgres::Client, Vec<String>);

impl Client for Told<'_> {
    fn send(&mut self, statement: &Statement) -> feedstock::Result<RowIter<'_>> {
        self.1.push(statement.sql().to_owned());
        self.0.send(statement)
    }
}

fn images(client: &mut postgres::Client) -> Vec<ImageGeneration> {
    let all = ImageGeneration::query().with_deleted();
    all.order_by(ImageGeneration::ID.desc()).all(client).unwrap()
}

fn asset_ids(found: &[Vec<Asset>]) -> Vec<Vec<i32>> {
    found.iter().map(|assets| assets.iter().map(|asset| asset.id).collect()).collect()
}

fn titles(found: &[Option<Drama>]) -> Vec<Option<&str>> {
    found.iter().map(|drama| drama.as_ref().map(|drama| drama.title.as_str())).collect()
}

#[test]
fn children_come_in_the_rows_order_by_one_query() {
    let mut db = dramas("children");
    let more = ["b", "a"].map(|name| NewAsset {
        image_gen_id: Some(1004),
        ..NewAsset::new(name.to_owned(), "image".to_owned(), "u".to_owned())
    });
    let more: Vec<_> = Asset::insert_many(more).all(&mut db.client).unwrap();
    let rows = images(&mut db.client);
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1007, 1006, 1005, 1004, 1003, 1002, 1001]);

    let mut told = Told(&mut db.client, Vec::new());
    let found = ImageGeneration::ASSETS.load(&rows, &mut told).unwrap();
    let [b, a] = [more[0].id, more[1].id];
    assert_eq!(asset_ids(&found), [vec![], vec![], vec![], vec![b, a], vec![], vec![], vec![501]]);
    assert_eq!(told.1.len(), 1);
    let tail = r#" FROM "assets" WHERE "deleted_at" IS NULL AND "image_gen_id" = ANY ($1) ORDER BY "id""#;
    assert!(told.1[0].ends_with(tail), "{}", told.1[0]);

    // Deleted ones are asked for, and filters and orders refine.
    let deleted = ImageGeneration::ASSETS.only_deleted().load(&rows[6..], &mut told).unwrap();
    assert_eq!(asset_ids(&deleted), [[502]]);
    let both = ImageGeneration::ASSETS.with_deleted().order_by(Asset::ID.desc());
    assert_eq!(asset_ids(&both.load(from_ref(&rows[6]), &mut told).unwrap()), [[502, 501]]);
    let by_name = ImageGeneration::ASSETS.order_by(Asset::NAME.asc()).load(&rows[3..4], &mut told).unwrap();
    assert_eq!(asset_ids(&by_name), [[a, b]]);
    let named = ImageGeneration::ASSETS.filter(Asset::NAME.eq("b")).load(&rows, &mut told).unwrap();
    assert_eq!(named.concat().iter().map(|asset| asset.id).collect::<Vec<_>>(), [b]);
    assert_eq!(
        ImageGeneration::ASSETS.of(&rows[3]).filter(Asset::NAME.ne("a")).one(&mut told).unwrap().id,
        b
    );

    // A row that is given twice gets its children twice; without rows nothing is sent.
    let twice = [rows[6].clone(), rows[6].clone()];
    assert_eq!(asset_ids(&ImageGeneration::ASSETS.load(&twice, &mut told).unwrap()), [[501], [501]]);
    let sent = told.1.len();
    assert_eq!(ImageGeneration::ASSETS.load(&[], &mut told).unwrap(), [[]; 0]);
    assert_eq!(told.1.len(), sent);
}

#[test]
fn a_parent_is_there_for_each_row_that_refers_to_it() {
    let mut db = dramas("belongs");
    let rows = images(&mut db.client);
    let mut told = Told(&mut db.client, Vec::new());
    let found = ImageGeneration::DRAMA.load(&rows, &mut told).unwrap();
    let (rain, light) = (Some("雨夜归人"), Some("The Lighthouse Keeper"));
    assert_eq!(titles(&found), [None, rain, rain, light, rain, rain, rain], "the drama of 1007 is deleted");
    assert_eq!(told.1.len(), 1);
    let deleted = ImageGeneration::DRAMA.with_deleted().load(&rows[..2], &mut told).unwrap();
    assert_eq!(titles(&deleted), [Some("旧城往事"), rain]);
    let only = ImageGeneration::DRAMA.only_deleted().load(&rows[..2], &mut told).unwrap();
    assert_eq!(titles(&only), [Some("旧城往事"), None]);
    let fantasy = ImageGeneration::DRAMA.filter(Drama::GENRE.eq("fantasy")).load(&rows, &mut told).unwrap();
    assert_eq!(fantasy.iter().flatten().count(), 1);
    // 1003 is an image of no shot, the shot of 1005 is deleted.
    let shots = ImageGeneration::STORYBOARD.load(&rows[2..5], &mut told).unwrap();
    assert_eq!(
        shots.iter().map(|shot| shot.as_ref().map(|shot| shot.id)).collect::<Vec<_>>(),
        [None, Some(201), None]
    );
    assert_eq!(ImageGeneration::DRAMA.of(&rows[1]).one(&mut told).unwrap().id, 1);
    assert!(ImageGeneration::STORYBOARD.of(&rows[4]).first(&mut told).unwrap().is_none());
    let sent = told.1.len();
    assert_eq!(ImageGeneration::STORYBOARD.load(&rows[4..5], &mut told).unwrap(), [None]);
    assert_eq!(told.1.len(), sent, "nothing is referred to, nothing is asked");
}

#[test]
fn the_same_awaited() {
    use feedstock::tokio::Run;

    let mut db = dramas("relations_async");
    let rows = images(&mut db.client);
    awaited(&db.url, async |client| {
        // Sent to another thread, as every ending can be.
        let (rows, found) = tokio::spawn(async move {
            let found = Run::load(ImageGeneration::ASSETS.with_deleted(), &rows, &client).await.unwrap();
            let dramas = Run::load(ImageGeneration::DRAMA, &rows, &client).await.unwrap();
            (dramas, found)
        })
        .await
        .unwrap();
        assert_eq!(asset_ids(&found)[6], [501, 502]);
        assert_eq!(titles(&rows)[3], Some("The Lighthouse Keeper"));
    });
}

/// Keys of other types than numbers, and a table that refers to itself.
mod kinds {
    use super::{TextEnum, Value};
    use feedstock::{Model, PgEnum};

    #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
    pub enum Mood {
        Calm,
        #[pg_enum(rename = "it's wild")]
        Wild,
    }

    #[derive(Debug, Clone, Copy, PartialEq, TextEnum)]
    pub enum Place {
        Town,
        Sea,
    }

    /// A newtype, of which nobody knows how to make a second one.
    #[derive(Debug, PartialEq, Value)]
    pub struct Code(pub String);

    #[derive(Debug, PartialEq, Model)]
    #[model(has_many(scenes: Scene, by = mood_id))]
    pub struct Tone {
        #[model(primary_key)]
        pub mood: Mood,
    }

    #[derive(Debug, PartialEq, Model)]
    #[model(has_many(scenes: Scene, by = place))]
    pub struct Site {
        #[model(primary_key, sql_type = "varchar(20)")]
        pub place: Place,
    }

    #[derive(Debug, PartialEq, Model)]
    #[model(has_many(scenes: Scene, by = label_id))]
    pub struct Label {
        #[model(primary_key, sql_type = "citext")]
        pub code: Code,
    }

    #[derive(Debug, PartialEq, Model)]
    #[model(has_many(scenes: Scene, by = price))]
    pub struct Price {
        #[model(primary_key)]
        pub amount: f64,
    }

    #[derive(Debug, PartialEq, Model)]
    #[model(has_many(parts: Scene, by = whole_id))]
    pub struct Scene {
        #[model(primary_key)]
        pub id: i32,
        #[model(belongs_to = Tone)]
        pub mood_id: Mood,
        #[model(belongs_to = Site, sql_type = "varchar(20)")]
        pub place: Option<Place>,
        #[model(belongs_to = Label, sql_type = "citext")]
        pub label_id: Option<Code>,
        #[model(belongs_to = Price)]
        pub price: Option<f64>,
        #[model(belongs_to = Self)]
        pub whole_id: Option<i32>,
    }
}

/// The tables, as models would have them if they could declare an extension.
fn scenes(name: &str) -> support::TestDb {
    use kinds::{Label, Price, Scene, Site, Tone};

    let mut db = support::database(name);
    let [tones, sites, labels, prices, scenes] =
        [Tone::TABLE, Site::TABLE, Label::TABLE, Price::TABLE, Scene::TABLE];
    let ddl = format!(
        "CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('calm', 'it''s wild');
         CREATE TABLE {tones} (mood mood PRIMARY KEY); CREATE TABLE {sites} (place varchar(20) PRIMARY KEY);
         CREATE TABLE {labels} (code citext PRIMARY KEY); CREATE TABLE {prices} (amount float8 PRIMARY KEY);
         CREATE TABLE {scenes} (id int PRIMARY KEY, mood_id mood REFERENCES {tones},
             place varchar(20) REFERENCES {sites}, label_id citext REFERENCES {labels},
             price float8 REFERENCES {prices}, whole_id int REFERENCES {scenes});
         INSERT INTO {tones} VALUES ('calm'), ('it''s wild'); INSERT INTO {sites} VALUES ('town'), ('sea');
         INSERT INTO {labels} VALUES ('Red'), ('green'); INSERT INTO {prices} VALUES (0), (7.5);
         INSERT INTO {scenes} VALUES (1, 'calm', 'sea', 'red', '-0', NULL),
             (2, 'it''s wild', NULL, 'RED', 7.5, 1), (3, 'it''s wild', 'town', 'green', 0, 1),
             (4, 'calm', 'sea', NULL, NULL, 2)"
    );
    db.client.batch_execute(&ddl).unwrap();
    db
}

#[test]
fn keys_of_any_type_find_their_rows() {
    use kinds::{Label, Price, Scene, Site, Tone};

    let mut db = scenes("relation_keys");
    let client = &mut db.client;
    let ids = |found: Vec<Vec<Scene>>| -> Vec<Vec<i32>> {
        found.iter().map(|scenes| scenes.iter().map(|scene| scene.id).collect()).collect()
    };
    let tones = Tone::query().order_by(Tone::MOOD.asc()).all(client).unwrap();
    assert_eq!(ids(Tone::SCENES.load(&tones, client).unwrap()), [[1, 4], [2, 3]]);
    let sites = Site::query().order_by(Site::PLACE.asc()).all(client).unwrap();
    assert_eq!(ids(Site::SCENES.load(&sites, client).unwrap()), [vec![1, 4], vec![3]]);
    // What Postgres holds for equal is equal here, whatever its bytes.
    let labels = Label::query().order_by(Label::CODE.desc()).all(client).unwrap();
    assert_eq!(ids(Label::SCENES.load(&labels, client).unwrap()), [vec![1, 2], vec![3]]);
    let prices = Price::query().order_by(Price::AMOUNT.asc()).all(client).unwrap();
    assert_eq!(ids(Price::SCENES.load(&prices, client).unwrap()), [vec![1, 3], vec![2]]);
    let scenes = Scene::query().order_by(Scene::ID.asc()).all(client).unwrap();
    assert_eq!(ids(Scene::PARTS.load(&scenes, client).unwrap()), [vec![2, 3], vec![4], vec![], vec![]]);
    assert_eq!(Label::SCENES.of(&labels[0]).count(client).unwrap(), 2);
    assert_eq!(Tone::SCENES.of(&tones[1]).count(client).unwrap(), 2);

    let moods = Scene::MOOD.load(&scenes, client).unwrap();
    assert_eq!(
        moods.into_iter().flatten().map(|tone| tone.mood).collect::<Vec<_>>(),
        scenes.iter().map(|scene| scene.mood_id).collect::<Vec<_>>()
    );
    let wholes = Scene::WHOLE.load(&scenes, client).unwrap();
    assert_eq!(
        wholes.iter().map(|whole| whole.as_ref().map(|whole| whole.id)).collect::<Vec<_>>(),
        [None, Some(1), Some(1), Some(2)]
    );
    let codes = |found: Vec<Option<Label>>| -> Vec<Option<String>> {
        found.into_iter().map(|label| label.map(|label| label.code.0)).collect()
    };
    let red = || Some("Red".to_owned());
    assert_eq!(
        codes(Scene::LABEL.load(&scenes, client).unwrap()),
        [red(), red(), Some("green".to_owned()), None]
    );
}
