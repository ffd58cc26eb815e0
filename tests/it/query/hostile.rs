//! Names, types and texts that somebody chose who meant no good.

use std::slice::from_ref;

use feedstock::blocking::Run;
use feedstock::query::{Query, Rows, sql};
use feedstock::{Model, models};

use crate::support::{database, tables};

/// Called as the statements could call what they make for themselves.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "parents", soft_delete = all)]
#[model(has_many(changes: Change, by = k))]
struct Parent {
    #[model(primary_key, identity = none)]
    id: i32,
    #[model(belongs_to = Self, restrict_deleted_parent)]
    parent_id: Option<i32>,
    name: String,
    all: Option<chrono::NaiveDateTime>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "change")]
struct Change {
    #[model(primary_key, identity = none)]
    id: i32,
    #[model(belongs_to = Parent, restrict_deleted_parent)]
    k: i32,
    #[model(belongs_to = Parent, restrict_deleted_parent)]
    other: Option<i32>,
}

#[test]
fn what_a_statement_makes_for_itself_hides_no_table_and_no_column() {
    let mut db = tables(&models![Parent, Change]);
    let client = &mut db.client;
    let parent = |id, parent_id| Parent { id, parent_id, name: format!("p{id}"), all: None };
    let rows = [parent(1, None), parent(2, None), parent(3, Some(1))];
    assert_eq!(Parent::insert_many(rows[..2].to_vec()).execute(client).unwrap(), 2);
    assert_eq!(Parent::insert(rows[2].clone()).one(client).unwrap(), rows[2]);
    assert_eq!(Parent::find(2).soft_delete(client).unwrap(), 1);
    assert!(Parent::insert(parent(4, Some(2))).one(client).unwrap_err().is_parent_deleted());

    let change = |id, k, other| Change { id, k, other };
    assert_eq!(Change::insert(change(1, 1, None)).one(client).unwrap(), change(1, 1, None));
    // A filter that looks at the parents itself.
    let below = |name: &str| sql("k IN (SELECT id FROM parents WHERE name = $1)", (name.to_owned(),));
    let to_third = || Change::update().set(Change::OTHER.to(3));
    assert_eq!(to_third().filter(below("p2")).execute(client).unwrap(), 0);
    assert_eq!(to_third().filter(below("p1")).execute(client).unwrap(), 1);
    // Its own column `k` is not the new parent's key.
    let moved = change(1, 1, Some(2));
    assert!(moved.save().one(client).unwrap_err().is_parent_deleted());
    assert_eq!(change(1, 3, None).save().one(client).unwrap(), change(1, 3, None));
    let third = Parent::find(3).one(client).unwrap();
    assert_eq!(Parent::CHANGES.of(&third).count(client).unwrap(), 1);
    assert_eq!(Parent::PARENT.load(from_ref(&third), client).unwrap(), [Some(rows[0].clone())]);
}

/// Equal are what Postgres says is equal: without regard to case, and to blanks at the end.
#[test]
fn keys_that_are_equal_and_not_written_alike() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "labels", has_many(notes: Note, by = label_id))]
    struct Label {
        #[model(primary_key, sql_type = "citext")]
        code: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "countries", has_many(notes: Note, by = country_id))]
    struct Country {
        #[model(primary_key, sql_type = "char(3)")]
        code: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "notes")]
    struct Note {
        #[model(primary_key, identity = none)]
        id: i32,
        #[model(belongs_to = Label, sql_type = "citext")]
        label_id: Option<String>,
        #[model(belongs_to = Country, sql_type = "character(3)")]
        country_id: Option<String>,
    }

    let mut db = database("written_alike");
    let client = &mut db.client;
    client
        .batch_execute(
            "CREATE EXTENSION citext;
             CREATE TABLE labels (code citext PRIMARY KEY); INSERT INTO labels VALUES ('Red');
             CREATE TABLE countries (code char(3) PRIMARY KEY); INSERT INTO countries VALUES ('de');
             CREATE TABLE notes (id int PRIMARY KEY, label_id citext REFERENCES labels,
                                 country_id char(3) REFERENCES countries);
             INSERT INTO notes VALUES (1, 'RED', 'de'), (2, 'red', 'de'), (3, NULL, NULL)",
        )
        .unwrap();
    let notes = Note::query().order_by(Note::ID.asc()).all(client).unwrap();
    let label = Label::find("rEd".to_owned()).one(client).unwrap();
    let country = Country::find("de".to_owned()).one(client).unwrap();
    assert_eq!(country.itself().one(client).unwrap(), country, "as it was read: {:?}", country.code);
    assert_eq!(Label::NOTES.of(&label).count(client).unwrap(), 2);
    assert_eq!(Country::NOTES.of(&country).count(client).unwrap(), 2);
    for (note, there) in notes.iter().zip([1, 1, 0]) {
        let found =
            (Note::LABEL.of(note).count(client).unwrap(), Note::COUNTRY.of(note).count(client).unwrap());
        assert_eq!(found, (there, there), "{note:?}");
    }
    let found = Country::NOTES.load(from_ref(&country), client).unwrap();
    assert_eq!(found[0].len(), 2);
    for text in ["de", "de ", "de    "] {
        assert!(Country::query().filter(Country::CODE.eq(text)).exists(client).unwrap(), "{text:?}");
        assert!(Country::query().filter(Country::CODE.one_of([text])).exists(client).unwrap(), "{text:?}");
    }
    // The column's own index answers.
    client.batch_execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan").unwrap();
    let by_key = Country::find("de".to_owned()).rows(None).unwrap();
    client.batch_execute(&format!("PREPARE by_key (text) AS {}", by_key.sql())).unwrap();
    let plan = super::explain(client, "EXECUTE by_key ('de')");
    assert!(plan.contains("Index") && plan.contains("Cond: (code = "), "{plan}");
}

/// Everything that is easily called wrong, in a schema of its own.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(schema = "select \"x", table = "order", soft_delete = table)]
#[model(unique(r#live, r#type, with_deleted, name = "its \"name"), index(order, r#live))]
#[model(has_many(tree: Order, by = query))]
struct Order {
    #[model(primary_key, rename = "id\"x")]
    id: i64,
    live: bool,
    table: Option<chrono::NaiveDateTime>,
    #[model(belongs_to = Self)]
    query: Option<i64>,
    #[model(rename = "$1 ' -- {}")]
    order: Option<i32>,
    r#type: String,
    #[model(updated_at)]
    new: chrono::NaiveDateTime,
    #[model(version)]
    filter: i32,
}

#[test]
fn odd_names_in_every_statement() {
    let mut db = tables(&models![Order]);
    let client = &mut db.client;
    let new = |kind: &str| NewOrder { order: Some(3), ..NewOrder::new(true, kind.to_owned()) };
    let first = Order::insert(new("a")).one(client).unwrap();
    let more = Order::insert_many([
        NewOrder { query: Some(first.id), ..new("b") },
        NewOrder { id: Some(70), order: None, ..new("c") },
    ]);
    let more = more.all(client).unwrap();
    assert_eq!(Order::copy_in([new("d")]).execute(client).unwrap(), 1);
    let mut saved = first.clone();
    saved.order = Some(4);
    let saved = saved.save().one(client).unwrap();
    assert_eq!((saved.order, saved.filter), (Some(4), 2));
    let sets = || [Order::ORDER.to_excluded(), Order::LIVE.to(true)];
    let upserted = Order::insert(new("a")).on_conflict((Order::TYPE, Order::LIVE)).do_update(sets());
    let upserted = upserted.one(client).unwrap();
    assert_eq!((upserted.id, upserted.order, upserted.filter), (first.id, Some(3), 3));
    let named = Order::insert_many([new("a")]).on_conflict("its \"name").do_update_all().all(client).unwrap();
    assert_eq!(named[0].filter, 4);
    let none = Order::insert_many(Vec::<NewOrder>::new()).on_conflict("its \"name").do_update(sets());
    assert_eq!(none.all(client).unwrap(), []);

    let by_order = || Order::query().order_by(Order::ORDER.desc().nulls_last()).order_by(Order::ID.asc());
    let all = by_order().all(client).unwrap();
    assert_eq!(all.iter().map(|row| row.r#type.as_str()).collect::<Vec<_>>(), ["a", "b", "d", "c"]);
    for (at, row) in all.iter().enumerate() {
        let after = by_order().after([Order::ORDER.at(row.order), Order::ID.at(row.id)]);
        assert_eq!(after.all(client).unwrap(), all[at + 1..]);
    }
    let copied: Vec<Order> = by_order().copy_out(client).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(copied, all);
    assert_eq!(Order::TREE.load(&all, client).unwrap()[0], more[..1]);

    let kind = "b";
    let written = sql_of(kind).all(client).unwrap();
    assert_eq!(written, more[..1]);
    assert_eq!(Order::query().filter(Order::TYPE.eq("b")).soft_delete(client).unwrap(), 1);
    assert_eq!(sql_of(kind).all(client).unwrap(), []);
    assert_eq!(Order::find(more[0].id).restore(client).unwrap(), 1);
    assert_eq!(Order::find(more[0].id).purge(client).unwrap(), 1);
}

fn sql_of(kind: &str) -> feedstock::query::SqlRows<Order> {
    feedstock::sql!(
        r#"SELECT {order.*} FROM {Order order} LEFT JOIN {with_deleted self::Order r#type}
           ON {r#type.id} = {order.query} AND {r#type.live}
           WHERE {order.r#type} = {kind} AND {order.r#live} AND '{{$1}}' <> {kind}"#
    )
    .read_as()
}

#[test]
fn queries_by_key_never_share_a_text_that_is_not_theirs() {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, feedstock::PgEnum)]
    enum Kind {
        Plain,
        #[pg_enum(rename = "it's")]
        Odd,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "things", soft_delete = gone, primary_key(kind, at))]
    struct Thing {
        kind: Kind,
        at: i32,
        gone: Option<chrono::NaiveDateTime>,
    }

    let mut db = tables(&models![Thing]);
    let client = &mut db.client;
    let keys = [Kind::Plain, Kind::Odd].into_iter().flat_map(|kind| (0..4).map(move |at| (kind, at)));
    let keys: Vec<_> = keys.collect();
    Thing::insert_many(keys.iter().map(|(kind, at)| NewThing::new(*kind, *at))).execute(client).unwrap();
    Thing::query().filter(Thing::AT.eq(2)).soft_delete(client).unwrap();
    type Change = (&'static str, fn(Query<Thing>) -> Query<Thing>);
    let scopes: [Change; 3] = [
        ("live", |query| query),
        ("with_deleted", Query::with_deleted),
        ("only_deleted", Query::only_deleted),
    ];
    let tails: [Change; 6] = [
        ("", |query| query),
        ("limit 0", |query| query.limit(0)),
        ("offset", |query| query.offset(1)),
        ("for_update", Query::for_update),
        ("filter", |query| query.filter(Thing::AT.lt(2))),
        ("order", |query| query.order_by(Thing::AT.desc())),
    ];
    // Twice, since what was written the first time is what is sent the second time.
    for _ in 0..2 {
        for key in &keys {
            for (scope, scoped) in scopes {
                for (tail, tailed) in tails {
                    let find = || tailed(scoped(Thing::find(*key)));
                    let plain = Thing::KIND.eq(key.0).and(Thing::AT.eq(key.1));
                    let query = || tailed(scoped(Thing::query().filter(plain.clone())));
                    let said = format!("{key:?} {scope} {tail}");
                    assert_eq!(find().all(client).unwrap(), query().all(client).unwrap(), "{said}");
                    assert_eq!(find().first(client).unwrap(), query().first(client).unwrap(), "{said}");
                    assert_eq!(find().one(client).ok(), query().one(client).ok(), "{said}");
                    if tail != "for_update" {
                        assert_eq!(find().count(client).unwrap(), query().count(client).unwrap(), "{said}");
                        assert_eq!(find().exists(client).unwrap(), query().exists(client).unwrap(), "{said}");
                    }
                }
            }
        }
    }
}
