//! Pages by keyset, rows one after another, and locks.

use feedstock::Model;
use feedstock::blocking::Run;
use feedstock::query::{Order, Rows};
use images::{Asset, ImageGeneration};
use postgres::Client;

use super::{dramas, ids};
use crate::support;

/// Many images of drama 2, several at a time.
fn many(client: &mut Client, count: i32) {
    client
        .execute(
            "INSERT INTO image_generations (drama_id, provider, prompt, created_at)
             SELECT 2, 'openai', repeat('x', 1000), '2026-03-01'::timestamp + (n / 7) * interval '1 second'
             FROM generate_series(1, $1) AS n",
            &[&count],
        )
        .unwrap();
}

#[test]
fn a_page_follows_the_last_row_whatever_is_inserted_meanwhile() {
    use ImageGeneration as I;
    let mut db = dramas("keyset");
    many(&mut db.client, 100);
    let page =
        I::query().filter(I::DRAMA_ID.eq(2)).order_by(I::CREATED_AT.desc()).order_by(I::ID.desc()).limit(9);
    let before = ids(&page.clone().limit(1000).all(&mut db.client).unwrap());
    let mut seen = Vec::new();
    let mut rows = page.clone().all(&mut db.client).unwrap();
    while let Some(last) = rows.last().cloned() {
        seen.extend(ids(&rows));
        // Newer than all of them: with OFFSET the next page would show a row again.
        many(&mut db.client, 7);
        rows = page
            .clone()
            .after([I::CREATED_AT.at(last.created_at), I::ID.at(last.id)])
            .all(&mut db.client)
            .unwrap();
    }
    seen.retain(|id| before.contains(id));
    assert_eq!(seen, before);
}

#[test]
fn keyset_pages_cross_nulls_both_ways() {
    let mut db = dramas("keyset_nulls");
    let insert = "INSERT INTO assets (drama_id, name, type, url, duration)
                  SELECT CASE WHEN n % 3 > 0 THEN n % 3 END, 'a', 'b', 'c', CASE WHEN n % 4 > 0 THEN n % 4 END
                  FROM generate_series(1, 60) AS n";
    db.client.batch_execute(insert).unwrap();
    let orders: [fn() -> [Order<Asset>; 3]; 4] = [
        || [Asset::DRAMA_ID.asc(), Asset::DURATION.desc(), Asset::ID.asc()],
        || [Asset::DRAMA_ID.desc(), Asset::DURATION.asc(), Asset::ID.desc()],
        || [Asset::DRAMA_ID.asc().nulls_first(), Asset::DURATION.asc().nulls_first(), Asset::ID.desc()],
        || [Asset::DRAMA_ID.desc().nulls_last(), Asset::DURATION.desc().nulls_last(), Asset::ID.asc()],
    ];
    for orders in orders {
        let query = || orders().into_iter().fold(Asset::query(), feedstock::query::Query::order_by);
        let all: Vec<i32> = query().all(&mut db.client).unwrap().iter().map(|row| row.id).collect();
        let (mut seen, mut rows) = (Vec::new(), query().limit(7).all(&mut db.client).unwrap());
        while let Some(last) = rows.last() {
            seen.extend(rows.iter().map(|row| row.id));
            let after =
                [Asset::DRAMA_ID.at(last.drama_id), Asset::DURATION.at(last.duration), Asset::ID.at(last.id)];
            rows = query().limit(7).after(after).all(&mut db.client).unwrap();
        }
        assert_eq!(seen, all);
        assert_eq!(seen.len(), 62);
    }
}

#[test]
fn a_page_that_would_skip_rows_is_refused() {
    use ImageGeneration as I;
    let now = chrono::NaiveDateTime::MIN;
    let query = || I::query().order_by(I::CREATED_AT.desc());
    let ties = query().after([I::CREATED_AT.at(now)]).rows(None).unwrap_err();
    assert_eq!(ties.message(), "several rows of `ImageGeneration` can be equal by `created_at`");
    let other = query().order_by(I::ID.desc()).after([I::ID.at(1)]).rows(None).unwrap_err();
    assert_eq!(other.message(), "the order is by `created_at`, `id`, and `after` got `id`");
    assert!(ties.is_usage() && other.is_usage());
}

#[test]
fn limit_and_offset_cut() {
    use ImageGeneration as I;
    let mut db = dramas("offset");
    let page = I::query().with_deleted().order_by(I::ID.asc()).limit(2).offset(3);
    assert_eq!(ids(&page.clone().all(&mut db.client).unwrap()), [1004, 1005]);
    assert_eq!(page.clone().first(&mut db.client).unwrap().unwrap().id, 1004);
    assert_eq!(page.count(&mut db.client).unwrap(), 7);
    assert_eq!(I::query().limit(0).first(&mut db.client).unwrap(), None);
}

#[test]
fn locked_rows_are_skipped_by_those_who_ask() {
    use ImageGeneration as I;
    let mut db = dramas("skip_locked");
    let mut other = feedstock::internals::connect::connect(&db.url).unwrap();
    let next = || I::query().order_by(I::ID.asc()).limit(1);
    let mut one = db.client.transaction().unwrap();
    let mut two = other.transaction().unwrap();
    assert_eq!(next().for_update().one(&mut one).unwrap().id, 1001);
    assert_eq!(next().skip_locked().one(&mut two).unwrap().id, 1002);
}

#[test]
fn a_hundred_thousand_rows_come_in_constant_memory() {
    let mut db = dramas("stream");
    many(&mut db.client, 100_000);
    // A process of its own, since other tests' memory would count as well.
    let test = "query::pages::the_reader_of_a_hundred_thousand_rows";
    let mut child = support::child("FEEDSTOCK_STREAM", &db.url, test);
    let said = support::first_line(&mut child);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let mut words = said.split(' ').map(|word| word.parse::<u64>().unwrap());
    let (rows, streamed, collected) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
    assert_eq!(rows, 200_000);
    assert!(streamed < 16_000, "{streamed} kB more at most while reading 100 MB");
    assert!(collected > 100_000, "the control: all rows at once take {collected} kB more");
}

#[test]
fn the_reader_of_a_hundred_thousand_rows() {
    let Ok(url) = std::env::var("FEEDSTOCK_STREAM") else { return };
    let mut client = feedstock::internals::connect::connect(&url).unwrap();
    let query = || ImageGeneration::query().filter(ImageGeneration::PROMPT.like("xxx%"));
    query().first(&mut client).unwrap();
    let before = peak();
    let rows = query().stream(&mut client).unwrap().map(Result::unwrap).count() as u64;
    let streamed = peak() - before;
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let awaited = tokio.block_on(stream(&url));
    let streamed = streamed.max(peak() - before);
    let all = query().all(&mut client).unwrap();
    let collected = peak() - before;
    assert_eq!(all.len() as u64, rows);
    support::tell_and_wait(&format!("{} {streamed} {collected}", rows + awaited));
}

async fn stream(url: &str) -> u64 {
    use feedstock::tokio::Run;

    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let query = ImageGeneration::query().filter(ImageGeneration::PROMPT.like("xxx%"));
    let mut rows = Run::stream(query, &client).await.unwrap();
    let mut count = 0;
    while let Some(row) = rows.next().await {
        count += u64::from(row.unwrap().id > 0);
    }
    count
}

/// The most memory that the process ever had, in kB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
