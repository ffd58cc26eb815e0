//! The soft-delete test and the labels of enums are literals, so that a plan for all values uses partial indexes.

use feedstock::Model;
use feedstock::query::{Query, Rows};
use images::{ImageGeneration, Status};

use super::{dramas, explain};

/// The plan that Postgres keeps for all values of the parameters.
fn generic_plan(client: &mut postgres::Client, query: Query<ImageGeneration>, values: &str) -> String {
    let statement = query.rows(None).unwrap();
    client.batch_execute(&format!("DEALLOCATE ALL; PREPARE q AS {}", statement.sql())).unwrap();
    explain(client, &format!("EXECUTE q{values}"))
}

#[test]
fn partial_indexes_are_used_under_a_generic_plan() {
    use ImageGeneration as I;
    let mut db = dramas("generic");
    db.client
        .batch_execute(
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;
             INSERT INTO image_generations (drama_id, provider, prompt, status)
             SELECT 1, 'openai', 'many', 'completed' FROM generate_series(1, 3000);
             ANALYZE image_generations",
        )
        .unwrap();
    let page =
        I::query().filter(I::DRAMA_ID.eq(1)).order_by(I::CREATED_AT.desc()).order_by(I::ID.desc()).limit(20);
    let plan = generic_plan(&mut db.client, page.clone(), "(1, 20)");
    assert!(plan.contains("Index Scan using image_generations_drama_id_created_at_id_idx"), "{plan}");
    assert!(!plan.contains("Filter"), "the index holds live rows alone: {plan}");

    let after = page.clone().after([I::CREATED_AT.at(chrono::NaiveDateTime::MIN), I::ID.at(1)]);
    let plan = generic_plan(&mut db.client, after, "(1, '2026-01-01', 7, 20)");
    let condition = "Index Cond: ((drama_id = $1) AND (ROW(created_at, id) < ROW($2, $3)))";
    assert!(plan.contains(condition), "a page begins inside of the index: {plan}");

    let in_flight = I::query().filter(I::STATUS.eq(Status::Processing)).order_by(I::ID.asc());
    let plan = generic_plan(&mut db.client, in_flight, "");
    assert!(plan.contains("Index Scan using image_generations_status_id_idx"), "{plan}");
    let waiting = I::query().filter(I::STATUS.one_of([Status::Pending, Status::Processing]));
    let plan = generic_plan(&mut db.client, waiting, "");
    assert!(plan.contains("image_generations_status_id_idx"), "{plan}");

    // The control: as a parameter the status cannot be matched with the index's predicate.
    db.client
        .batch_execute(
            "DEALLOCATE ALL; PREPARE q(text) AS SELECT id FROM image_generations
             WHERE deleted_at IS NULL AND status = $1 ORDER BY id",
        )
        .unwrap();
    let plan = explain(&mut db.client, "EXECUTE q('processing')");
    assert!(!plan.contains("image_generations_status_id_idx"), "{plan}");
}
