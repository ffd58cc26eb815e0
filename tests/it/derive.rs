//! What the derives say: names, metadata, the tables that come of it, and who is registered.

#![expect(dead_code, reason = "the derives look at the fields' names and types, and no test at their values")]

use chrono::{DateTime, NaiveDateTime, Utc};
use feedstock::model::{DeclaredDefault, RelationKind, SqlType};
use feedstock::{JsonText, Labels, Model, PgEnum, TextEnum, Value};

use crate::support;

/// Where a parcel is.
#[derive(Debug, PartialEq, PgEnum)]
#[pg_enum(name = "parcel_state", renamed_from = "state")]
enum State {
    Packed,
    #[pg_enum(rename = "on the way", renamed_from = "sent")]
    OnTheWay,
    Delivered,
}

#[derive(Debug, PartialEq, TextEnum)]
enum Size {
    Small,
    #[text_enum(rename = "XL")]
    ExtraLarge,
}

#[derive(Debug, Clone, PartialEq, Value)]
struct CustomerId(i64);

/// A key that counts, in a newtype.
#[derive(Model)]
#[model(has_many(guests: Customer, by = patron_id))]
#[model(table = "customers", schema = "shop", unique(country, number), unique(email, deferrable))]
struct Customer {
    #[model(primary_key)]
    id: CustomerId,
    #[model(sql_type = "varchar(200)", collate = "\"C\"")]
    email: String,
    country: String,
    number: i32,
    /// Who brought this one.
    #[model(belongs_to = Self, on_delete = set_null)]
    patron_id: Option<CustomerId>,
}

type Maybe<T> = Option<T>;

/// Everything that a model can say,
/// in two lines: it's "quoted".
#[derive(Model)]
#[model(table = "parcels", schema = "shop", renamed_from = "packets", soft_delete = gone_at)]
#[model(primary_key(id, shelf, name = "parcel_key"))]
#[model(index(shelf.desc().nulls_last(), code.opclass("text_pattern_ops"), include(state, size), live))]
#[model(index(sql("lower(code)").collate("\"C\"").asc(), name = "parcels_by_code", unique, where = "weight > 0"))]
#[model(index(tags, method = gin, with = "fastupdate = off"))]
#[model(unique(code, name = "parcel_code", nulls_not_distinct, include(shelf)))]
#[model(unique(shelf, code, with_deleted, deferrable = initially_deferred))]
#[model(check("weight < 1000", name = "parcel_weight"), check("height > 0 OR weight > 0"))]
#[model(exclude("USING btree (barcode WITH =)", name = "one_barcode"))]
#[model(foreign_key(country, number => Customer(country, number), on_update = cascade, name = "parcel_sender"))]
struct Parcel {
    #[model(identity = always)]
    id: i64,
    #[model(default = 1_i16)]
    shelf: i16,
    #[model(
        index(live, where = "code <> ''"),
        check = "code <> 'x'",
        check("length(code) < 9", name = "short")
    )]
    code: Maybe<String>,
    #[model(default = 0.5)]
    weight: f64,
    height: Option<f32>,
    #[model(default = true)]
    fragile: bool,
    #[model(default = State::OnTheWay)]
    state: State,
    #[model(default = State::Packed)]
    was: Option<State>,
    #[model(sql_type = "varchar", default = Size::ExtraLarge)]
    size: Size,
    sizes: Vec<Size>,
    #[model(default = vec!["a b".to_owned(), "c\"d".to_owned()])]
    tags: Vec<String>,
    notes: Option<Vec<Option<String>>>,
    #[model(default = JsonText::from_text("{}"))]
    extra: JsonText<Vec<i32>>,
    #[model(generated = "upper(code)", rename = "Code Upper", renamed_from = "upper")]
    upper_code: Option<String>,
    barcode: Option<i64>,
    country: String,
    number: i32,
    #[model(belongs_to(Customer, name = "parcel_owner"), on_delete = restrict, deferrable)]
    owner_id: CustomerId,
    #[model(references("shop.customers(id)", on_update = set_null))]
    payer: Option<i64>,
    #[model(default = sql("gen_random_uuid()"))]
    token: uuid::Uuid,
    #[model(created_at)]
    created_at: NaiveDateTime,
    #[model(updated_at)]
    updated_at: DateTime<Utc>,
    gone_at: Option<DateTime<Utc>>,
    #[model(skip)]
    cache: Vec<std::time::Duration>,
}

#[derive(Model)]
#[model(schema = "shop", no_comments)]
/// This does not become a comment.
struct Scan {
    /// Nor does this.
    #[model(primary_key, identity = none, default = 7)]
    id: i32,
    parcel_id: i64,
}

/// What `pg_dump` says, without its version, its settings and its headings.
fn statements(url: &str) -> String {
    let said = |line: &&str| {
        // What a server before 15 gives to everybody, a newer pg_dump says.
        let by_default = support::server().version() < 150_000
            && ["ON SCHEMA public FROM PUBLIC;", "ON SCHEMA public TO PUBLIC;"]
                .iter()
                .any(|end| line.ends_with(end));
        let noise = ["--", "SET ", "SELECT "].iter().any(|start| line.starts_with(start));
        !line.is_empty() && !noise && !by_default
    };
    support::pg_dump(url).lines().filter(said).collect::<Vec<_>>().join("\n")
}

#[test]
fn everything_that_a_model_can_say_reaches_postgres() {
    if support::server().version() < 150_000 {
        support::not_applicable("everything that a model can say, `nulls_not_distinct` among it");
        return;
    }
    let mut customers = Customer::DECLARED.uniques.iter();
    assert!(customers.all(|unique| !unique.live), "nothing is ever deleted there");
    let built = support::tables(&feedstock::models![Customer, Parcel, Scan]);
    insta::assert_snapshot!(statements(&built.url));
}

#[test]
fn the_image_models_are_their_tables() {
    let built = support::tables(&feedstock::models!(images));
    insta::assert_snapshot!(statements(&built.url));
}

#[test]
fn what_postgres_cannot_show_is_declared() {
    let Some(label) = State::TYPE.pg_enum.map(|found| found.labels[1]) else { panic!("an enum") };
    assert_eq!((label.name, label.renamed_from), ("on the way", Some("sent")));
    assert_eq!(State::TYPE.pg_enum.and_then(|found| found.renamed_from), Some("state"));
    assert_eq!(Parcel::DECLARED.renamed_from, Some("packets"));
    let upper = Parcel::DECLARED.columns.iter().find(|column| column.name == "Code Upper");
    assert_eq!(upper.and_then(|column| column.renamed_from), Some("upper"));
    assert_eq!(Parcel::DECLARED.module, module_path!());
    assert_eq!(Parcel::DECLARED.model, "Parcel");
    let relations: Vec<_> = Parcel::DECLARED
        .relations
        .iter()
        .map(|relation| (relation.name, relation.kind, (relation.target)().model, relation.column))
        .collect();
    assert_eq!(relations, [("owner", RelationKind::BelongsTo, "Customer", "owner_id")]);
    let [patron, guests] = Customer::DECLARED.relations else { panic!("two relations") };
    assert_eq!((patron.name, (patron.target)().model), ("patron", "Customer"));
    assert_eq!((guests.name, guests.kind, guests.column), ("guests", RelationKind::HasMany, "patron_id"));
    let Some(DeclaredDefault::Literal(tags)) = Parcel::DECLARED.columns[10].default else {
        panic!("a literal")
    };
    assert_eq!(tags(), r#"E'{"a b","c\\"d"}'"#);
}

#[test]
fn enums_are_found_by_label() {
    assert_eq!(State::from_label("on the way"), Some(State::OnTheWay));
    assert_eq!(State::from_label("OnTheWay"), None);
    assert_eq!(Size::LABELS, ["small", "XL"]);
    assert_eq!(Size::ExtraLarge.label(), "XL");
    assert_eq!(<Vec<Size> as feedstock::types::Field>::TYPE, SqlType { dimensions: 1, ..Size::TYPE });
    assert_eq!((Size::Small, State::Delivered).1.label(), "delivered");
}

/// A table whose every name is taken by something else.
mod awkward {
    use feedstock::Model;

    // One `live` is a column, the other an option.
    #[allow(clippy::duplicated_attributes)]
    #[derive(Debug, PartialEq, Model)]
    #[model(table = "select", soft_delete = live)]
    #[model(index(r#live.asc(), table), index(r#type, live), unique(query, r#where), primary_key(r#fn, model))]
    pub struct Awkward {
        #[model(rename = "fn\"n")]
        pub r#fn: i32,
        pub r#type: String,
        pub r#where: i32,
        pub table: i32,
        pub columns: i32,
        pub query: i32,
        pub model: i32,
        pub select: i32,
        pub live: Option<chrono::NaiveDateTime>,
        pub cells: i32,
        pub row: i32,
        pub __cells: i32,
        pub declared: i32,
        pub from_row: i32,
    }

    /// A model may shadow what everybody has.
    #[derive(feedstock::Model)]
    #[allow(non_camel_case_types)]
    pub struct r#union {
        #[model(primary_key)]
        pub r#async: i32,
    }
}

#[test]
fn any_name_works() {
    use awkward::Awkward;
    use feedstock::Row;

    assert_eq!(<awkward::r#union as Model>::TABLE, r#""union""#);
    assert_eq!(<Awkward as Model>::TABLE, r#""select""#);
    assert_eq!(<Awkward as Model>::LIVE, r#""live" IS NULL"#);
    let declared = <Awkward as Model>::DECLARED;
    assert_eq!(declared.primary_key.map(|key| key.columns), Some(["fn\"n", "model"].as_slice()));
    assert!(!declared.indexes[0].live && declared.indexes[1].live);
    let mut built = support::tables(&feedstock::models![Awkward, awkward::r#union]);
    let values = "(1, 't', 2, 3, 4, 5, 6, 7, NULL, 8, 9, 10, 11, 12)";
    built.client.execute(&format!("INSERT INTO {} VALUES {values}", <Awkward as Model>::TABLE), &[]).unwrap();
    let row = built.client.query_one(&Awkward::select(), &[]).unwrap();
    let awkward = Awkward::from_row(&row).unwrap();
    assert_eq!((awkward.r#fn, awkward.__cells, awkward.from_row), (1, 10, 12));
    let aliased = built.client.query_one(&Awkward::select_as("order"), &[]).unwrap();
    assert_eq!(Awkward::from_row(&aliased).unwrap(), awkward);
}

#[test]
fn fragments_go_into_hand_written_queries() {
    assert_eq!(Parcel::TABLE, r#""shop"."parcels""#);
    assert_eq!(Parcel::LIVE, r#""gone_at" IS NULL"#);
    assert_eq!(Parcel::live("p"), r#""p"."gone_at" IS NULL"#);
    assert_eq!(Scan::LIVE, "true");
    assert_eq!(Scan::live("s"), "true");
    assert_eq!(Scan::COLUMNS, r#""id", "parcel_id""#);
    assert_eq!(Scan::columns("s"), r#""s"."id", "s"."parcel_id""#);
    assert_eq!(Scan::select(), r#"SELECT "id", "parcel_id" FROM "shop"."scan" WHERE true"#);
    assert_eq!(Scan::select_as("s"), r#"SELECT "s"."id", "s"."parcel_id" FROM "shop"."scan" "s" WHERE true"#);
}

#[test]
fn a_crate_is_all_its_models_in_their_order() {
    let models = feedstock::models!(images).declared().unwrap();
    let names: Vec<_> = models.iter().map(|model| model.model).collect();
    assert_eq!(names, ["Asset", "Drama", "Episode", "ImageGeneration", "Storyboard"]);
    let both = feedstock::models![images, images::Drama, Scan].declared().unwrap();
    assert_eq!(both.len(), 6, "a model that is said twice is there once");
    let list = feedstock::models![Scan, images::Drama].declared().unwrap();
    assert_eq!(
        list.iter().map(|model| model.model).collect::<Vec<_>>(),
        ["Scan", "Drama"],
        "as they are listed"
    );
}

#[test]
fn a_crate_without_models_is_an_error_that_lists_those_with() {
    let error = feedstock::models!(insta).declared().unwrap_err();
    assert!(error.is_usage());
    let text = error.to_string();
    assert!(text.starts_with("the crate `insta` has no models"), "{text}");
    assert!(text.contains("images, it ("), "{text}");
}

mod wrong {
    use feedstock::Model;

    #[derive(Model)]
    #[model(table = "drama")]
    pub struct Book {
        #[model(primary_key)]
        id: i32,
    }

    #[derive(Model)]
    #[model(soft_delete = deleted_at, unique(number))]
    pub struct Page {
        #[model(primary_key)]
        id: i32,
        number: i32,
        deleted_at: Option<chrono::NaiveDateTime>,
    }

    #[derive(Model)]
    #[model(table = "drama")]
    pub struct Link {
        #[model(primary_key)]
        id: i32,
        #[model(references = Page::number)]
        page: i32,
    }
}

#[test]
fn this_crate_is_called_crate() {
    let error = feedstock::models!(crate).declared().unwrap_err().to_string();
    assert!(error.contains("`it::derive::wrong::Book` and `it::derive::wrong::Link`"), "{error}");
}

#[test]
fn what_only_shows_between_models_is_said() {
    let said = |models: feedstock::Models| models.declared().unwrap_err().to_string();
    let all = [
        said(feedstock::models![wrong::Book, wrong::Link]),
        said(feedstock::models![wrong::Link, wrong::Page]),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

/// What a crate does that gives Feedstock on under another name.
mod given_on {
    pub use ::feedstock as raw;

    #[derive(Debug, raw::TextEnum)]
    #[text_enum(crate = crate::derive::given_on::raw)]
    pub enum Kind {
        One,
    }

    #[derive(Debug, raw::PgEnum)]
    #[pg_enum(crate = crate::derive::given_on::raw)]
    pub enum Mode {
        Two,
    }

    #[derive(Debug, raw::Value)]
    #[value(crate = crate::derive::given_on::raw)]
    pub struct Key(i64);

    #[derive(raw::Row)]
    #[row(crate = crate::derive::given_on::raw)]
    pub struct Found {
        pub key: Key,
    }

    /// No name in here is the crate's own.
    #[derive(raw::Model)]
    #[model(crate = crate::derive::given_on::raw)]
    pub struct Given {
        #[model(primary_key)]
        pub key: Key,
        pub kind: Kind,
        pub mode: Mode,
    }

    mod feedstock {}
}

#[test]
fn feedstock_may_have_another_name() {
    let declared = given_on::raw::models![given_on::Given].declared().unwrap();
    assert_eq!(declared[0].table, "given");
    assert_eq!(<given_on::Found as feedstock::Row>::SHAPE.fields[0].rust, "Key");
}
