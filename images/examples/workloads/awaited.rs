//! The workloads that are more than one statement, on an async client: the same lines, awaited.

use feedstock::tokio::{Client, Run};
use feedstock::{Model, Result};
use images::{Asset, Drama, ImageGeneration, NewStoryboard, Storyboard};

use super::queries;

/// W2: one image.
pub async fn get<C: Client>(id: i32, db: &C) -> Result<ImageGeneration> {
    ImageGeneration::find(id).one(db).await
}

/// W5: the image is there, and its shot shows it. Both or neither; the shot of a detached image, or one that was
/// deleted meanwhile, is left alone. Says whether a shot shows it.
pub async fn complete(
    id: i32,
    url: &str,
    (width, height): (i32, i32),
    client: &mut tokio_postgres::Client,
) -> Result<bool> {
    let transaction = client.transaction().await?;
    let image = queries::complete(id, url, width, height).one(&transaction).await?;
    let shown = match image.storyboard_id {
        Some(shot) => queries::compose(shot, url).execute(&transaction).await? == 1,
        None => false,
    };
    transaction.commit().await?;
    Ok(shown)
}

/// W11: gives every image without a local copy a path, page after page; each page is a statement of its own.
pub async fn note_local_copies<C: Client>(db: &C) -> Result<usize> {
    let (mut after, mut noted) = (0, 0);
    loop {
        let page = queries::without_local_copy(after).all(db).await?;
        let Some(last) = page.last() else { return Ok(noted) };
        after = last.id;
        for image in &page {
            let path = format!("images/{}.png", image.id);
            let update = ImageGeneration::update().filter(ImageGeneration::ID.eq(image.id));
            noted += update.set(ImageGeneration::LOCAL_PATH.to(path)).execute(db).await? as usize;
        }
    }
}

/// W13: an episode's shots are made anew. Their images stay, and belong to no shot; the old shots can be restored.
pub async fn regenerate(
    episode_id: i32,
    titles: &[&str],
    client: &mut tokio_postgres::Client,
) -> Result<Vec<Storyboard>> {
    let mut transaction = client.transaction().await?;
    let old = Storyboard::query().filter(Storyboard::EPISODE_ID.eq(episode_id));
    let shots: Vec<i32> =
        old.clone().for_update().all(&transaction).await?.iter().map(|shot| shot.id).collect();
    queries::detach(&shots).execute(&transaction).await?;
    old.soft_delete(&mut transaction).await?;
    let new = titles.iter().zip(1..).map(|(title, number)| NewStoryboard {
        title: Some((*title).to_owned()),
        ..NewStoryboard::new(episode_id, number)
    });
    let made = Storyboard::insert_many(new).all(&transaction).await?;
    transaction.commit().await?;
    Ok(made)
}

/// W14: puts an image into the library; `None` if it is not completed.
pub async fn import<C: Client>(id: i32, db: &C) -> Result<Option<Asset>> {
    let image = get(id, db).await?;
    match queries::import(&image) {
        Some(insert) => insert.one(db).await.map(Some),
        None => Ok(None),
    }
}

/// W16: a drama's images, each with its assets: two statements, however many images there are.
pub async fn with_assets<C: Client>(drama_id: i32, db: &C) -> Result<Vec<(ImageGeneration, Vec<Asset>)>> {
    let wanted = queries::Wanted { drama_id: Some(drama_id), ..queries::Wanted::default() };
    let images = queries::page(&wanted, 1, 100).all(db).await?;
    let assets = ImageGeneration::ASSETS.load(&images, db).await?;
    Ok(images.into_iter().zip(assets).collect())
}

/// W18: an image for each shot of an episode that has a prompt.
pub async fn create_for_episode<C: Client>(
    episode_id: i32,
    provider: &str,
    db: &C,
) -> Result<Vec<ImageGeneration>> {
    let episode = images::Episode::find(episode_id).one(db).await?;
    let shots = queries::shots_with_prompt(episode_id).all(db).await?;
    queries::images_for(&shots, episode.drama_id, provider).all(db).await
}

/// W19: deletes a drama with all that goes with it, brings it back, and deletes it for good. Says how many rows went
/// and came back.
pub async fn delete_restore_purge<C: Client>(drama_id: i32, db: &mut C) -> Result<(u64, u64)> {
    let deleted = Drama::find(drama_id).soft_delete(db).await?;
    let restored = Drama::find(drama_id).restore(db).await?;
    Drama::find(drama_id).purge(db).await?;
    Ok((deleted, restored))
}
