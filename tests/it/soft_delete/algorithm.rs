//! The algorithms, statement by statement. All locks are taken before anything is written, so that a
//! refusal has
//! nothing to undo.
//!
//! Tables are locked parents before children and each table once, in key order: whoever keeps to this order
//! cannot
//! deadlock with another who does.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDateTime;
use postgres::types::ToSql;
use postgres::{Error, GenericClient, Row};

/// What the deletion of a storyboard does to its images; a drama's storyboards and images always go with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Cascade,
    SetNull,
    Restrict,
}

/// Rows by their keys.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Rows {
    pub dramas: Vec<i32>,
    pub storyboards: Vec<i32>,
    pub images: Vec<i32>,
}

/// What came of it; `Done` says how many rows were deleted or brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done(u64),
    Refused,
}

pub fn drama(id: i32) -> Rows {
    Rows { dramas: vec![id], ..Rows::default() }
}

pub fn storyboard(id: i32) -> Rows {
    Rows { storyboards: vec![id], ..Rows::default() }
}

pub fn image(id: i32) -> Rows {
    Rows { images: vec![id], ..Rows::default() }
}

/// A statement of this directory.
pub fn sql(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/soft_delete").join(name);
    std::fs::read_to_string(path.with_extension("sql")).unwrap()
}

pub fn ask(db: &mut impl GenericClient, name: &str, with: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
    db.query(&sql(name), with)
}

pub fn run(db: &mut impl GenericClient, name: &str, with: &[&(dyn ToSql + Sync)]) -> Result<u64, Error> {
    db.execute(&sql(name), with)
}

pub fn keys(
    db: &mut impl GenericClient,
    name: &str,
    with: &[&(dyn ToSql + Sync)],
) -> Result<Vec<i32>, Error> {
    Ok(ask(db, name, with)?.iter().map(|row| row.get(0)).collect())
}

pub fn delete(tx: &mut impl GenericClient, roots: &Rows, rule: Rule) -> Result<Outcome, Error> {
    let dramas = keys(tx, "lock_dramas", &[&roots.dramas])?;
    let storyboards = keys(tx, "lock_storyboards", &[&roots.storyboards, &dramas])?;
    let met = ask(tx, "lock_images", &[&roots.images, &dramas, &storyboards])?;
    let goes = |row: &&Row| row.get("goes") || rule == Rule::Cascade && row.get("of_storyboard");
    let (going, staying): (Vec<_>, Vec<_>) = met.iter().partition(goes);
    let ids = |rows: &[&Row]| rows.iter().map(|row| row.get(0)).collect::<Vec<i32>>();
    if rule == Rule::Restrict && !staying.is_empty() {
        return Ok(Outcome::Refused);
    }
    let stamp: NaiveDateTime = ask(tx, "stamp", &[&dramas, &storyboards])?[0].get(0);
    let mut deleted = run(tx, "stamp_dramas", &[&stamp, &dramas])?;
    deleted += run(tx, "stamp_storyboards", &[&stamp, &storyboards])?;
    deleted += run(tx, "stamp_images", &[&stamp, &ids(&going)])?;
    run(tx, "detach_images", &[&ids(&staying)])?;
    Ok(Outcome::Done(deleted))
}

/// Brings back the roots, which went by one deletion, and what went with them.
pub fn restore(tx: &mut impl GenericClient, roots: &Rows, rule: Rule) -> Result<Outcome, Error> {
    let stamps = lock_roots(tx, roots)?;
    let Some(stamp) = stamps.first() else { return Ok(Outcome::Done(0)) };
    assert_eq!(stamps.len(), 1, "the roots of one deletion");
    let dramas = roots.dramas.clone();
    let storyboards = keys(tx, "went_storyboards", &[&roots.storyboards, &dramas, stamp])?;
    let cascading = if rule == Rule::Cascade { storyboards.clone() } else { Vec::new() };
    let images = keys(tx, "went_images", &[&roots.images, &dramas, &cascading, stamp])?;
    let restored = Rows { dramas, storyboards, images };
    // A child may have a parent beside those that come back with it.
    let dead = dead_parents(tx, &restored)?;
    if !dead.dramas.is_empty() || rule != Rule::SetNull && !dead.storyboards.is_empty() {
        return Ok(Outcome::Refused);
    }
    let mut count = run(tx, "revive_dramas", &[&restored.dramas])?;
    count += run(tx, "revive_storyboards", &[&restored.storyboards])?;
    count += run(tx, "revive_images", &[&restored.images, &dead.storyboards])?;
    Ok(Outcome::Done(count))
}

/// The roots' stamps, as text, which is exact and knows infinity. Locks the roots' parents, then the roots.
/// Parents are known from the roots, which may move until they are locked.
fn lock_roots(tx: &mut impl GenericClient, roots: &Rows) -> Result<BTreeSet<String>, Error> {
    loop {
        let parents = parents(tx, roots)?;
        share(tx, &parents)?;
        let mut rows = ask(tx, "deleted_dramas", &[&roots.dramas])?;
        rows.extend(ask(tx, "deleted_storyboards", &[&roots.storyboards])?);
        rows.extend(ask(tx, "deleted_images", &[&roots.images])?);
        if self::parents(tx, roots)? == parents {
            return Ok(rows.iter().map(|row| row.get("stamp")).collect());
        }
    }
}

/// The parents of these rows that are not among them.
fn parents(tx: &mut impl GenericClient, rows: &Rows) -> Result<Rows, Error> {
    let links = ask(tx, "parents", &[&rows.storyboards, &rows.images])?;
    let others = |column: &str, known: &[i32]| -> Vec<i32> {
        let all: BTreeSet<i32> = links.iter().filter_map(|row| row.get::<_, Option<i32>>(column)).collect();
        all.into_iter().filter(|id| !known.contains(id)).collect()
    };
    Ok(Rows {
        dramas: others("drama_id", &rows.dramas),
        storyboards: others("storyboard_id", &rows.storyboards),
        images: Vec::new(),
    })
}

fn dead_parents(tx: &mut impl GenericClient, rows: &Rows) -> Result<Rows, Error> {
    let parents = parents(tx, rows)?;
    share(tx, &parents)
}

/// `restrict_deleted_parent`: holds these parents as they are until the transaction ends; those that are
/// deleted.
pub fn share(tx: &mut impl GenericClient, parents: &Rows) -> Result<Rows, Error> {
    let dead =
        |rows: Vec<Row>| rows.iter().filter(|row| !row.get::<_, bool>(1)).map(|row| row.get(0)).collect();
    let dramas = dead(ask(tx, "share_dramas", &[&parents.dramas])?);
    let storyboards = dead(ask(tx, "share_storyboards", &[&parents.storyboards])?);
    Ok(Rows { dramas, storyboards, images: Vec::new() })
}

/// Inserts an image below live parents only.
pub fn insert(
    tx: &mut impl GenericClient,
    id: i32,
    drama: i32,
    storyboard: Option<i32>,
) -> Result<Outcome, Error> {
    let parents =
        Rows { dramas: vec![drama], storyboards: storyboard.into_iter().collect(), images: Vec::new() };
    if share(tx, &parents)? != Rows::default() {
        return Ok(Outcome::Refused);
    }
    run(tx, "insert_image", &[&id, &drama, &storyboard]).map(Outcome::Done)
}
