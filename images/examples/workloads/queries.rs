//! The workloads that are one statement, written once: a builder knows nothing of clients, so that
//! [`blocking`](super::blocking) and [`awaited`](super::awaited) code end the same ones.

use feedstock::query::{Filter, Insert, Query, SqlRows, Update};
use feedstock::{Model, Row, sql};
use images::{Asset, Drama, DramaStatus, ImageGeneration, NewAsset, NewImageGeneration, Status, Storyboard};

/// What a list of images is narrowed to; `None` is no matter.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub drama_id: Option<i32>,
    pub storyboard_id: Option<i32>,
    pub status: Option<Status>,
    pub provider: Option<String>,
}

/// W1 and W1b: the images that are wanted; counted, their total.
pub fn wanted(wanted: &Wanted) -> Query<ImageGeneration> {
    let filters = [
        wanted.drama_id.map(|id| ImageGeneration::DRAMA_ID.eq(id)),
        wanted.storyboard_id.map(|id| ImageGeneration::STORYBOARD_ID.eq(id)),
        wanted.status.map(|status| ImageGeneration::STATUS.eq(status)),
        wanted.provider.as_ref().map(|provider| ImageGeneration::PROVIDER.eq(provider)),
    ];
    ImageGeneration::query().filter(Filter::all_of(filters.into_iter().flatten()))
}

/// W1: a page of them, newest first; those of one moment by their number, so that no page repeats or skips a row.
pub fn page(of: &Wanted, page: u64, size: u64) -> Query<ImageGeneration> {
    let size = size.clamp(1, 100);
    newest_first(wanted(of)).limit(size).offset(page.saturating_sub(1) * size)
}

/// W1 again, as pages that go on after the last row seen: inserts in between do not shift them.
pub fn page_after(of: &Wanted, last: Option<&ImageGeneration>, size: u64) -> Query<ImageGeneration> {
    let query = newest_first(wanted(of)).limit(size.clamp(1, 100));
    match last {
        Some(last) => {
            query.after([ImageGeneration::CREATED_AT.at(last.created_at), ImageGeneration::ID.at(last.id)])
        }
        None => query,
    }
}

fn newest_first(query: Query<ImageGeneration>) -> Query<ImageGeneration> {
    query.order_by(ImageGeneration::CREATED_AT.desc()).order_by(ImageGeneration::ID.desc())
}

/// W3: a new image. The statement itself looks whether its drama is live.
pub fn create(drama_id: i32, provider: &str, prompt: &str) -> Insert<ImageGeneration> {
    ImageGeneration::insert(NewImageGeneration {
        size: Some("1024x1024".to_owned()),
        ..NewImageGeneration::new(drama_id, provider.to_owned(), prompt.to_owned())
    })
}

/// W4: takes a pending image and notes the provider's job. Nobody else's: it changes one row, or none.
pub fn claim(id: i32, task_id: &str) -> Update<ImageGeneration> {
    ImageGeneration::update()
        .filter(ImageGeneration::ID.eq(id).and(ImageGeneration::STATUS.eq(Status::Pending)))
        .set(ImageGeneration::STATUS.to(Status::Processing))
        .set(ImageGeneration::TASK_ID.to(task_id))
}

/// W5, its first half: the image is there. An earlier failure is forgotten.
pub fn complete(id: i32, url: &str, width: i32, height: i32) -> Update<ImageGeneration> {
    ImageGeneration::update()
        .filter(ImageGeneration::ID.eq(id))
        .set(ImageGeneration::STATUS.to(Status::Completed))
        .set(ImageGeneration::IMAGE_URL.to(url))
        .set(ImageGeneration::WIDTH.to(width))
        .set(ImageGeneration::HEIGHT.to(height))
        .set(ImageGeneration::ERROR_MSG.to_null())
        .set(ImageGeneration::COMPLETED_AT.to_sql("clock_timestamp() AT TIME ZONE 'utc'", ()))
}

/// W5, its second half: the shot shows it, if the shot is still there.
pub fn compose(storyboard_id: i32, url: &str) -> Update<Storyboard> {
    Storyboard::update().filter(Storyboard::ID.eq(storyboard_id)).set(Storyboard::COMPOSED_IMAGE.to(url))
}

/// W6: it failed.
pub fn fail(id: i32, why: &str) -> Update<ImageGeneration> {
    ImageGeneration::update()
        .filter(ImageGeneration::ID.eq(id))
        .set(ImageGeneration::STATUS.to(Status::Failed))
        .set(ImageGeneration::ERROR_MSG.to(why))
}

/// W7 with `Completed`, W8 with `Processing`: the latest image of each shot.
pub fn latest(shots: Vec<i32>, status: Status) -> SqlRows<ImageGeneration> {
    sql!(
        "SELECT DISTINCT ON ({g.storyboard_id}) {g.*}
         FROM {ImageGeneration g}
         WHERE {g.storyboard_id} = ANY({shots}) AND {g.status} = {status}
         ORDER BY {g.storyboard_id}, {g.created_at} DESC, {g.id} DESC"
    )
    .read_as()
}

/// W9: what was under way when the service stopped.
pub fn interrupted() -> Query<ImageGeneration> {
    ImageGeneration::query()
        .filter(ImageGeneration::STATUS.eq(Status::Processing))
        .filter(ImageGeneration::TASK_ID.ne(""))
        .order_by(ImageGeneration::ID.asc())
}

/// W10: the image of a provider's job.
pub fn by_task(task_id: &str) -> Query<ImageGeneration> {
    ImageGeneration::query().filter(ImageGeneration::TASK_ID.eq(task_id))
}

/// W11: images without a local copy, in pages by their number.
pub fn without_local_copy(after: i32) -> Query<ImageGeneration> {
    ImageGeneration::query()
        .filter(ImageGeneration::LOCAL_PATH.is_null().or(ImageGeneration::LOCAL_PATH.eq("")))
        .filter(ImageGeneration::IMAGE_URL.ne(""))
        .filter(ImageGeneration::ID.gt(after))
        .order_by(ImageGeneration::ID.asc())
        .limit(500)
}

/// W12: how many images of each drama have no copy in the object store.
#[derive(Debug, PartialEq, Row)]
pub struct Uncopied {
    pub drama_id: i32,
    pub images: i64,
}

/// W12: of images that were asked for since then, or of all.
pub fn uncopied(since: Option<chrono::NaiveDateTime>) -> SqlRows<Uncopied> {
    sql!(
        "SELECT {g.drama_id}, count(*) AS images
         FROM {ImageGeneration g}
         WHERE {g.status} = {Status::Completed} AND {g.image_url} <> '' AND coalesce({g.minio_url}, '') = ''
           AND ({since} IS NULL OR {g.created_at} >= {since})
         GROUP BY {g.drama_id} ORDER BY {g.drama_id}"
    )
    .read_as()
}

/// W13, its first statement: the images of these shots belong to no shot any more.
pub fn detach(shots: &[i32]) -> Update<ImageGeneration> {
    ImageGeneration::update()
        .filter(ImageGeneration::STORYBOARD_ID.one_of(shots.iter().copied()))
        .set(ImageGeneration::STORYBOARD_ID.to_null())
}

/// W14: what an image becomes in the library; `None` as long as there is nothing to import.
pub fn import(image: &ImageGeneration) -> Option<Insert<Asset>> {
    let url = image.image_url.clone().filter(|_| image.status == Status::Completed)?;
    Some(Asset::insert(NewAsset {
        drama_id: Some(image.drama_id),
        image_gen_id: Some(image.id),
        width: image.width,
        height: image.height,
        local_path: image.local_path.clone(),
        ..NewAsset::new(format!("Image_{}", image.id), "image".to_owned(), url)
    }))
}

/// W15: a drama's assets, newest first, whose name or description has the text.
pub fn assets(drama_id: i32, text: &str) -> Query<Asset> {
    let pattern = format!("%{}%", text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"));
    Asset::query()
        .filter(Asset::DRAMA_ID.eq(drama_id))
        .filter(Asset::NAME.ilike(&pattern).or(Asset::DESCRIPTION.ilike(&pattern)))
        .order_by(Asset::CREATED_AT.desc())
        .order_by(Asset::ID.desc())
}

/// W15: one of them was looked at.
pub fn look_at(asset_id: i32) -> Update<Asset> {
    Asset::update().filter(Asset::ID.eq(asset_id)).set(Asset::VIEW_COUNT.to_sql("view_count + 1", ()))
}

/// W17: an image and what it belongs to; a shot or an episode that was deleted is `None`.
#[derive(Debug, PartialEq, Row)]
pub struct Belonging {
    pub id: i32,
    pub shot: Option<String>,
    pub episode: Option<String>,
    pub drama: String,
}

/// W17: only images of a live drama.
pub fn belonging(drama_id: i32) -> SqlRows<Belonging> {
    sql!(
        "SELECT {g.id}, {s.title} AS shot, {e.title} AS episode, {d.title} AS drama
         FROM {ImageGeneration g}
         JOIN {Drama d} ON {d.id} = {g.drama_id}
         LEFT JOIN {Storyboard s} ON {s.id} = {g.storyboard_id}
         LEFT JOIN {images::Episode e} ON {e.id} = {s.episode_id}
         WHERE {g.drama_id} = {drama_id}
         ORDER BY {g.id}"
    )
    .read_as()
}

/// W18: the shots of an episode that have a prompt for their image.
pub fn shots_with_prompt(episode_id: i32) -> Query<Storyboard> {
    Storyboard::query()
        .filter(Storyboard::EPISODE_ID.eq(episode_id))
        .filter(Storyboard::IMAGE_PROMPT.ne(""))
        .order_by(Storyboard::STORYBOARD_NUMBER.asc())
}

/// W18: an image for each of them, all in one statement.
pub fn images_for(shots: &[Storyboard], drama_id: i32, provider: &str) -> Insert<ImageGeneration> {
    ImageGeneration::insert_many(shots.iter().map(|shot| NewImageGeneration {
        storyboard_id: Some(shot.id),
        ..NewImageGeneration::new(
            drama_id,
            provider.to_owned(),
            shot.image_prompt.clone().unwrap_or_default(),
        )
    }))
}

/// W20: how many dramas there are of each status.
#[derive(Debug, PartialEq, Row)]
pub struct OfStatus {
    pub status: DramaStatus,
    pub dramas: i64,
}

/// W20: live ones.
pub fn dramas_by_status() -> SqlRows<OfStatus> {
    sql!("SELECT {d.status}, count(*) AS dramas FROM {Drama d} GROUP BY {d.status} ORDER BY {d.status}")
        .read_as()
}
