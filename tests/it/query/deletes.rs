//! `delete`: rows of a model without soft delete.

use feedstock::Model;
use feedstock::query::Filter;
use postgres::Client;

use super::awaited;
use crate::support::{self, TestDb};

mod shop {
    use feedstock::Model;

    #[derive(Debug, PartialEq, Model)]
    #[model(has_many(items: Item, by = order_id))]
    pub struct Order {
        #[model(primary_key)]
        pub id: i32,
        pub paid: bool,
    }

    #[derive(Debug, PartialEq, Model)]
    #[model(primary_key(order_id, line))]
    pub struct Item {
        #[model(belongs_to = Order)]
        pub order_id: i32,
        pub line: i32,
    }

    /// Without a key.
    #[derive(Debug, PartialEq, Model)]
    pub struct Visit {
        pub path: String,
    }

    /// Without a key there is no soft deletion, and `delete` means one thing.
    #[derive(Debug, PartialEq, Model)]
    #[model(soft_delete = deleted_at)]
    pub struct Note {
        pub text: String,
        pub deleted_at: Option<chrono::NaiveDateTime>,
    }
}

use shop::{Item, Note, Order, Visit};

fn shop(name: &str) -> TestDb {
    let mut db = support::database(name);
    db.client
        .batch_execute(
            "CREATE TABLE \"order\" (id integer PRIMARY KEY, paid boolean NOT NULL);
             CREATE TABLE item (order_id integer NOT NULL REFERENCES \"order\", line integer NOT NULL,
                                PRIMARY KEY (order_id, line));
             CREATE TABLE visit (path text NOT NULL);
             CREATE TABLE note (text text NOT NULL, deleted_at timestamp);
             INSERT INTO \"order\" SELECT n, n > 3 FROM generate_series(1, 6) n;
             INSERT INTO item VALUES (1, 1), (1, 2), (2, 1);
             INSERT INTO visit VALUES ('/'), ('/a'), ('/a');
             INSERT INTO note VALUES ('live', NULL), ('gone', now())",
        )
        .unwrap();
    db
}

fn left(client: &mut Client, table: &str) -> i64 {
    client.query_one(&format!("SELECT count(*) FROM {table}"), &[]).unwrap().get(0)
}

#[test]
fn rows_are_deleted_by_key_row_filter_and_relation() {
    use feedstock::blocking::Run;

    let mut db = shop("delete");
    let client = &mut db.client;
    assert_eq!(Order::find(6).delete(client).unwrap(), 1);
    assert_eq!(Order::find(6).delete(client).unwrap(), 0, "a second time");
    let order = Order::find(5).one(client).unwrap();
    assert_eq!(order.itself().delete(client).unwrap(), 1);
    assert_eq!(Order::query().filter(Order::PAID.eq(true)).delete(client).unwrap(), 1);
    assert_eq!(left(client, "\"order\""), 3);

    let error = Order::query().filter(Order::ID.lt(3)).delete(client).unwrap_err();
    assert!(error.is_restricted());
    assert_eq!(error.sqlstate(), Some("23503"));
    assert_eq!(
        error.message(),
        "rows of `Order` are not deleted, since rows of `item` refer to them (`item_order_id_fkey`)"
    );
    assert!(error.to_string().ends_with("delete those first, or let them refer to another row"), "{error}");
    assert_eq!(left(client, "\"order\""), 3);

    let first = Order::find(1).one(client).unwrap();
    assert_eq!(Item::find((1, 2)).delete(client).unwrap(), 1);
    assert_eq!(Order::ITEMS.of(&first).delete(client).unwrap(), 1);
    assert_eq!(left(client, "item"), 1);
    assert_eq!(Visit::query().filter(Visit::PATH.eq("/a")).delete(client).unwrap(), 2);
    assert_eq!(Visit::query().filter(Filter::everything()).delete(client).unwrap(), 1);

    // What the query finds, and no deleted row that nobody asked for.
    assert_eq!(Note::query().filter(Filter::everything()).delete(client).unwrap(), 1);
    assert_eq!(left(client, "note"), 1);
    assert_eq!(Note::query().only_deleted().filter(Filter::everything()).delete(client).unwrap(), 1);
}

#[test]
fn rows_are_deleted_by_async_clients() {
    use feedstock::tokio::Run;

    let mut db = shop("delete_awaited");
    awaited(&db.url, async |client| {
        assert_eq!(Run::delete(Order::find(6), &client).await.unwrap(), 1);
        let unpaid = || Order::query().filter(Order::PAID.eq(false));
        assert!(Run::delete(unpaid(), &client).await.unwrap_err().is_restricted());
        assert_eq!(Run::delete(Item::query().filter(Item::ORDER_ID.lt(9)), &client).await.unwrap(), 3);
        assert_eq!(Run::delete(unpaid(), &client).await.unwrap(), 3);
        assert!(Run::delete(Visit::query(), &client).await.unwrap_err().is_usage());
    });
    assert_eq!(left(&mut db.client, "\"order\""), 2);
    assert_eq!(left(&mut db.client, "visit"), 3);
}

#[test]
fn a_delete_of_no_filter_or_of_a_page_is_refused() {
    use feedstock::blocking::Run;

    let mut db = shop("delete_usage");
    let client = &mut db.client;
    let all = || Order::query().filter(Filter::everything());
    for query in [
        Order::query(),
        all().limit(1),
        all().offset(1),
        all().order_by(Order::ID.asc()),
        all().for_update(),
        Order::find(1).limit(1),
    ] {
        assert!(query.delete(client).unwrap_err().is_usage());
    }
    assert_eq!(
        Visit::query().delete(client).unwrap_err().to_string(),
        "`delete` of `Visit` has no filter\n  help: where all rows are meant, say `filter(Filter::everything())`"
    );
    assert_eq!(left(client, "\"order\""), 6);
    assert_eq!(left(client, "visit"), 3);
}
