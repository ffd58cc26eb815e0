//! What people rely on who come from elsewhere, each with its test here or where it says.
//!
//! Laravel, `SoftDeletes`:
//! * `delete()` sets `deleted_at` and `updated_at`, and keeps the row: `delete_stamps_and_touches`
//! * queries leave deleted rows out; `withTrashed()`, `onlyTrashed()`: `three_scopes`
//! * `trashed()`: the field says it, `delete_stamps_and_touches`
//! * `restore()` of a row and of a query, which touches `updated_at`: `restore_of_a_row_and_of_a_query`
//! * `restore()` of a live row changes nothing: `live_rows_are_not_restored`
//! * `forceDelete()` of a deleted row and of a live one: `force_delete`
//! * deleting by a query and by keys (`destroy([1, 2])`): `by_keys`
//! * deleting again changes nothing, and does not move the time: `deleted_again`
//! * an update by a query does not reach deleted rows: `cases::s2_…`
//! * `Rule::unique(…)->withoutTrashed()`: the unique is partial by itself, `cases::s9_…`
//! * relations leave deleted rows out: joins in `cases::s7_…` and `cases::s13_…`
//!
//! django-safedelete:
//! * `SOFT_DELETE_CASCADE`: `cases::s3_…`; any depth, `keys::a_chain_of_any_depth`
//! * `undelete()` brings back what was deleted by the cascade, and nothing else: `api::restore_leaves_…`
//! * `delete()` and `undelete()` say how many rows they changed: `counts_are_of_all_tables`
//! * a PROTECTed relation refuses, in a cascade too: `api::restrict_refuses_and_writes_nothing`
//! * `objects`, `all_objects`, `deleted_objects`: `three_scopes`
//! * `HARD_DELETE`: `force_delete`. A policy on the model (`HARD_DELETE_NOCASCADE`, `NO_DELETE`) is not there: the call
//!   says what is done.

use feedstock::Model;
use feedstock::blocking::Run;
use images::{Asset, Drama, ImageGeneration as Image};

use super::cases::sample;

#[test]
fn delete_stamps_and_touches() {
    let mut db = sample("peers_stamps");
    let client = &mut db.client;
    client.batch_execute("SET timezone = 'Asia/Shanghai'").unwrap();
    let before = Drama::find(1).one(client).unwrap();
    Drama::find(1).soft_delete(client).unwrap();
    let after = Drama::find(1).with_deleted().one(client).unwrap();
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).naive_utc();
    let age = now - after.deleted_at.unwrap();
    assert!(age.num_seconds().abs() < 60, "{age}");
    assert!(after.updated_at > before.updated_at);
    assert_eq!(after.created_at, before.created_at);
}

#[test]
fn three_scopes() {
    let mut db = sample("peers_scopes");
    let client = &mut db.client;
    assert_eq!(Drama::query().count(client).unwrap(), 2);
    assert_eq!(Drama::query().with_deleted().count(client).unwrap(), 3);
    assert_eq!(Drama::query().only_deleted().count(client).unwrap(), 1);
}

#[test]
fn restore_of_a_row_and_of_a_query() {
    let mut db = sample("peers_restore");
    let client = &mut db.client;
    let deleted = Image::find(1006).only_deleted().one(client).unwrap();
    assert_eq!(deleted.itself().restore(client).unwrap(), 1);
    let live = Image::find(1006).one(client).unwrap();
    assert_eq!(live.deleted_at, None);
    assert!(live.updated_at > deleted.updated_at);
    Image::query().filter(Image::DRAMA_ID.eq(1)).soft_delete(client).unwrap();
    assert_eq!(Image::query().filter(Image::ID.one_of([1001, 1003])).restore(client).unwrap(), 3);
}

#[test]
fn live_rows_are_not_restored() {
    let mut db = sample("peers_live");
    let before = Drama::find(1).one(&mut db.client).unwrap();
    assert_eq!(Drama::find(1).restore(&mut db.client).unwrap(), 0);
    assert_eq!(Drama::find(1).with_deleted().restore(&mut db.client).unwrap(), 0);
    assert_eq!(Drama::find(1).one(&mut db.client).unwrap(), before);
}

#[test]
fn force_delete() {
    let mut db = sample("peers_force");
    let client = &mut db.client;
    assert_eq!(Asset::find(502).purge(client).unwrap(), 1, "a deleted one");
    assert_eq!(Asset::find(503).purge(client).unwrap(), 1, "a live one");
    let left = Asset::query().with_deleted().all(client).unwrap();
    assert_eq!(left.iter().map(|asset| asset.id).collect::<Vec<_>>(), [501]);
}

#[test]
fn by_keys() {
    let mut db = sample("peers_keys");
    let client = &mut db.client;
    let some = Image::query().filter(Image::ID.one_of([1001, 1002, 4711]));
    assert_eq!(some.soft_delete(client).unwrap(), 3, "asset 501 goes with its image");
}

#[test]
fn deleted_again() {
    let mut db = sample("peers_again");
    let client = &mut db.client;
    let before = Drama::find(3).only_deleted().one(client).unwrap();
    assert_eq!(Drama::find(3).soft_delete(client).unwrap(), 0);
    assert_eq!(Drama::find(3).only_deleted().one(client).unwrap(), before);
}

#[test]
fn counts_are_of_all_tables() {
    let mut db = sample("peers_counts");
    let client = &mut db.client;
    assert_eq!(Drama::find(1).soft_delete(client).unwrap(), 9);
    assert_eq!(Drama::find(1).soft_delete(client).unwrap(), 0);
    assert_eq!(Drama::find(1).restore(client).unwrap(), 9);
    assert_eq!(Drama::find(4711).restore(client).unwrap(), 0);
}
