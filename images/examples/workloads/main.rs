//! The twenty workloads of the image tables, W1 to W20, on a scratch server with the sample rows:
//! `cargo run -p images --example workloads`.
//!
//! [`queries`] has those that are one statement; [`blocking`] and [`awaited`] have the others, for either client.

mod awaited;
mod blocking;
mod queries;

use feedstock::Model;
use feedstock::blocking::Run;
use feedstock::internals::connect::connect;
use feedstock::internals::prove::Scratch;
use images::{Drama, ImageGeneration, Status};
use queries::Wanted;

fn main() -> feedstock::Result<()> {
    let scratch = Scratch::start(None)?;
    let database = scratch.database()?;
    let mut db = connect(database.url())?;
    feedstock::apply(&mut db, &feedstock::embed!("../migrations"))?;
    db.batch_execute(include_str!("../sample_rows.sql"))?;

    let of_drama = Wanted { drama_id: Some(1), ..Wanted::default() };
    let ids = |images: &[ImageGeneration]| images.iter().map(|image| image.id).collect::<Vec<_>>();
    let page = queries::page(&of_drama, 1, 20).all(&mut db)?;
    println!("W1   images of drama 1, newest first: {:?}", ids(&page));
    println!("W1b  in all: {}", queries::wanted(&of_drama).count(&mut db)?);
    let next = queries::page_after(&of_drama, page.get(1), 20).all(&mut db)?;
    println!("W1   after the second of them: {:?}", ids(&next));
    println!("W2   image 1001: {}", blocking::get(1001, &mut db)?.prompt);
    let image = queries::create(1, "openai", "a bus stop in the rain").one(&mut db)?;
    println!("W3   created: {} is {:?}", image.id, image.status);
    let claimed = queries::claim(image.id, "task-1").execute(&mut db)?;
    println!(
        "W4   claimed: {claimed}, and once more: {}",
        queries::claim(image.id, "task-2").execute(&mut db)?
    );
    println!("W10  task-1 is image {}", queries::by_task("task-1").one(&mut db)?.id);
    println!("W9   under way: {:?}", ids(&queries::interrupted().all(&mut db)?));
    let shown = blocking::complete(image.id, "https://cdn.example/new.png", (1024, 1024), &mut db)?;
    println!("W5   completed; a shot shows it: {shown}");
    println!("W6   failed: {} row", queries::fail(1003, "timeout").execute(&mut db)?);
    println!(
        "W7   latest completed of shot 101: {:?}",
        ids(&queries::latest(vec![101], Status::Completed).all(&mut db)?)
    );
    println!(
        "W8   latest under way: {:?}",
        ids(&queries::latest(vec![101], Status::Processing).all(&mut db)?)
    );
    println!("W12  not in the object store: {:?}", queries::uncopied(None).all(&mut db)?);
    println!("W11  local copies noted: {}", blocking::note_local_copies(&mut db)?);
    let asset = blocking::import(image.id, &mut db)?;
    println!("W14  imported: {:?}", asset.map(|asset| asset.name));
    let assets = queries::assets(1, "image_").all(&mut db)?;
    println!("W15  assets called image_…: {:?}", assets.iter().map(|asset| &asset.name).collect::<Vec<_>>());
    println!("W15  looked at: {} row", queries::look_at(501).execute(&mut db)?);
    for (image, assets) in blocking::with_assets(1, &mut db)? {
        println!("W16  image {} has {} assets", image.id, assets.len());
    }
    println!("W17  {:?}", queries::belonging(1).first(&mut db)?);
    println!("W18  made for episode 10: {:?}", ids(&blocking::create_for_episode(10, "openai", &mut db)?));
    println!("W13  shots made anew: {}", blocking::regenerate(10, &["站台", "伞下"], &mut db)?.len());
    println!("W20  {:?}", queries::dramas_by_status().all(&mut db)?);
    println!("W19  deleted and restored rows: {:?}", blocking::delete_restore_purge(1, &mut db)?);
    println!("W19  drama 1 is there: {}", Drama::find(1).with_deleted().exists(&mut db)?);

    drop(db);
    awaited_too(&scratch)
}

/// The same on an async client, where a workload is more than one statement.
fn awaited_too(scratch: &Scratch) -> feedstock::Result<()> {
    let database = scratch.database()?;
    let mut db = connect(database.url())?;
    feedstock::apply(&mut db, &feedstock::embed!("../migrations"))?;
    db.batch_execute(include_str!("../sample_rows.sql"))?;

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (mut db, connection) = tokio_postgres::connect(database.url(), tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        println!("\nThe same, awaited:");
        println!("W2   image 1004: {}", awaited::get(1004, &db).await?.prompt);
        let shown = awaited::complete(1002, "https://cdn.example/new.png", (640, 480), &mut db).await?;
        println!("W5   completed; a shot shows it: {shown}");
        println!("W11  local copies noted: {}", awaited::note_local_copies(&db).await?);
        println!("W14  imported: {:?}", awaited::import(1002, &db).await?.map(|asset| asset.name));
        println!("W16  images with assets: {}", awaited::with_assets(1, &db).await?.len());
        println!("W18  made for episode 10: {}", awaited::create_for_episode(10, "openai", &db).await?.len());
        println!("W13  shots made anew: {}", awaited::regenerate(10, &["站台"], &mut db).await?.len());
        println!("W19  deleted and restored rows: {:?}", awaited::delete_restore_purge(1, &mut db).await?);
        Ok(())
    })
}
