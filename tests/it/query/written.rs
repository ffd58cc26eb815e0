//! `sql!`: hand-written statements with live tables, columns and values in them.

use feedstock::{Model, Row, sql};
use images::{Asset, Drama, ImageGeneration, Status};

use super::{awaited, dramas};

#[derive(Debug, PartialEq, Row)]
struct WithAssets {
    id: i32,
    assets: i64,
}

fn with_assets(drama_id: i32) -> feedstock::query::SqlRows<WithAssets> {
    sql!(
        "SELECT {g.id}, count(a.id) AS assets
         FROM {ImageGeneration g}
         LEFT JOIN {Asset a} ON {a.image_gen_id} = {g.id}
         WHERE g.drama_id = {drama_id}
         GROUP BY g.id ORDER BY g.id"
    )
    .read_as()
}

/// S13: the children's test stands in the join and not in WHERE, which would drop images whose assets are all deleted.
#[test]
fn a_left_join_keeps_parents_whose_children_are_all_deleted() {
    let mut db = dramas("left_join");
    let counts = |rows: Vec<WithAssets>| rows.iter().map(|row| (row.id, row.assets)).collect::<Vec<_>>();
    let before = [(1001, 1), (1002, 0), (1003, 0), (1005, 0)];
    let blocking =
        |db: &mut postgres::Client| counts(feedstock::blocking::Run::all(with_assets(1), db).unwrap());
    assert_eq!(blocking(&mut db.client), before);
    db.client.execute("UPDATE assets SET deleted_at = '2026-02-01' WHERE deleted_at IS NULL", &[]).unwrap();
    let after = [(1001, 0), (1002, 0), (1003, 0), (1005, 0)];
    assert_eq!(blocking(&mut db.client), after);
    awaited(&db.url, async |client| {
        use feedstock::tokio::Run;
        assert_eq!(counts(with_assets(1).all(&client).await.unwrap()), after);
    });
}

#[test]
fn whole_rows_deleted_ones_and_values() {
    use feedstock::blocking::Run;

    let mut db = dramas("written");
    let (title, ids) = ("雨夜' OR true --", vec![1001, 1006]);
    let epoch = chrono::DateTime::UNIX_EPOCH.naive_utc();
    let found: Vec<ImageGeneration> = sql!(
        "SELECT {g.*}, '{{}}' AS braces FROM {with_deleted ImageGeneration g}
         WHERE g.id = ANY({ids}) AND g.prompt <> {title} AND {g.created_at} > {epoch}
         ORDER BY g.id DESC"
    )
    .read_as::<ImageGeneration>()
    .all(&mut db.client)
    .unwrap();
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [1006, 1001]);

    let one = sql!("SELECT {g.*} FROM {ImageGeneration g} WHERE id = {ids[1]}");
    assert!(one.read_as::<ImageGeneration>().one(&mut db.client).unwrap_err().is_not_found());
    let live =
        sql!("SELECT {g.*} FROM {with_deleted ImageGeneration g} WHERE {g.live} AND g.id = {1001_i32}");
    assert_eq!(live.read_as::<ImageGeneration>().first(&mut db.client).unwrap().unwrap().id, 1001);

    let drama = Drama::query().filter(Drama::ID.eq(1)).one(&mut db.client).unwrap();
    let renamed = sql!("UPDATE dramas SET title = {title}, tags = {drama.tags} WHERE id = {drama.id}");
    assert_eq!(renamed.execute(&mut db.client).unwrap(), 1);
    let again = Drama::query().filter(Drama::ID.eq(1)).one(&mut db.client).unwrap();
    assert_eq!((again.title.as_str(), &again.tags), (title, &drama.tags));
}

/// A value of an enum is a literal, so that a partial index answers under a generic plan too.
#[test]
fn enums_are_literals_and_everything_else_is_a_parameter() {
    use feedstock::query::Changes;

    let status = Status::Processing;
    let statement = sql!("DELETE FROM x WHERE status = {status} AND size = {Some(3)}").change().unwrap();
    assert_eq!(statement.sql(), "DELETE FROM x WHERE status = 'processing' AND size = $1");
    let statement = sql!("SELECT {a.*} FROM {Asset a}").change().unwrap();
    assert!(
        statement.sql().starts_with(r#"SELECT "a"."id", "a"."drama_id", "a"."name""#),
        "{}",
        statement.sql()
    );
    assert!(
        statement.sql().ends_with(r#" FROM (SELECT * FROM "assets" WHERE "deleted_at" IS NULL) AS "a""#),
        "{}",
        statement.sql()
    );
}

/// The live form is planned as the table with one more condition: its indexes answer.
#[test]
fn the_live_form_uses_the_indexes() {
    use feedstock::query::Changes;

    let mut db = dramas("live_form");
    let statement =
        sql!("SELECT {g.id} FROM {ImageGeneration g} WHERE g.drama_id = 1 ORDER BY created_at DESC, id DESC");
    db.client
        .batch_execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
        .unwrap();
    let plan = super::explain(&mut db.client, statement.change().unwrap().sql());
    assert!(plan.contains("image_generations_drama_id_created_at_id_idx"), "{plan}");
}
